/* codes.c -- build-time: codes/NAME.tsv to one C file of code lists (base/code_list.h).
 *
 * codes OUT.c FILE.tsv...   A file starts with "# label: ..." and "# source: ..." lines; its name is the list's name. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void c_string(FILE *out, const char *s)
{
    fputc('"', out);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fputc('\\', out);
        fputc(*s, out);
    }
    fputc('"', out);
}

static char *list_name(const char *path)
{
    char *copy = strdup(path);
    char *name = strdup(basename(copy));
    free(copy);
    char *dot = strrchr(name, '.');
    if (dot)
        *dot = '\0';
    return name;
}

static int by_name(const void *x, const void *y)
{
    char *a = list_name(*(char *const *)x), *b = list_name(*(char *const *)y);
    int order = strcmp(a, b);
    free(a);
    free(b);
    return order;
}

static int write_list(FILE *out, const char *path)
{
    FILE *in = fopen(path, "r");
    if (!in) {
        perror(path);
        return 1;
    }
    char line[2048], label[2048] = "", source[2048] = "";
    char *name = list_name(path);
    int row = 0, count = 0, failed = 0;
    fprintf(out, "static const struct code %s_codes[] = {\n", name);
    while (fgets(line, sizeof line, in)) {
        row++;
        line[strcspn(line, "\r\n")] = '\0';
        if (!*line)
            continue;
        if (*line == '#') {
            if (!strncmp(line, "# label: ", 9))
                snprintf(label, sizeof label, "%s", line + 9);
            else if (!strncmp(line, "# source: ", 10))
                snprintf(source, sizeof source, "%s", line + 10);
            continue;
        }
        char *code = line, *text = strchr(line, '\t');
        if (!text || strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789_") != (size_t)(text - code)) {
            fprintf(stderr, "%s:%d: want lower_case_code<TAB>label\n", path, row);
            failed = 1;
            continue;
        }
        *text++ = '\0';
        char *short_label = strchr(text, '\t');
        if (short_label)
            *short_label++ = '\0';
        fputs("    {", out);
        c_string(out, code);
        fputs(", ", out);
        c_string(out, text);
        fputs(", ", out);
        c_string(out, short_label ? short_label : text);
        fputs("},\n", out);
        count++;
    }
    fclose(in);
    fprintf(out, "};\nstatic const struct code_list %s_list = {\"%s\", ", name, name);
    c_string(out, label);
    fputs(", ", out);
    c_string(out, source);
    fprintf(out, ", %s_codes, %d};\n\n", name, count);
    if (!count || !*label || !*source) {
        fprintf(stderr, "%s: wants a label, a source and at least one code\n", path);
        failed = 1;
    }
    free(name);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: codes OUT.c FILE.tsv...\n");
        return 2;
    }
    FILE *out = fopen(argv[1], "w");
    if (!out) {
        perror(argv[1]);
        return 1;
    }
    qsort(argv + 2, (size_t)argc - 2, sizeof *argv, by_name);
    int failed = 0;
    fputs("/* Made by tools/codes.c from codes/. */\n#include \"base/code_list.h\"\n\n", out);
    for (int i = 2; i < argc; i++)
        failed |= write_list(out, argv[i]);
    fputs("const struct code_list *const code_lists[] = {\n", out);
    for (int i = 2; i < argc; i++) {
        char *name = list_name(argv[i]);
        fprintf(out, "    &%s_list,\n", name);
        free(name);
    }
    fprintf(out, "    NULL,\n};\nconst size_t code_list_count = %d;\n", argc - 2);
    return fclose(out) || failed;
}
