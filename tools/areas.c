/* areas.c -- build-time: areas.tsv to C text with the SQL that fills the table `area`.
 *
 * The codes are loaded by a migration, so that every store has them from its first second.  A row's path is worked out here:
 * the chain of codes from the prefecture down, each followed by '/'. */
#define _GNU_SOURCE
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE, NAME, KANA, KIND, PARENT, LATITUDE, LONGITUDE, RETIRED_ON, COLUMNS, MOST_AREAS = 4000, ROWS_A_STATEMENT = 250 };

struct line {
    char *cells[COLUMNS];
};

static void fail(int number, const char *why)
{
    fprintf(stderr, "areas.tsv:%d: %s\n", number, why);
    exit(1);
}

static struct line split(char *text, int number)
{
    struct line l = {0};
    text[strcspn(text, "\n")] = '\0';
    for (int i = 0; i < COLUMNS; i++) {
        l.cells[i] = strsep(&text, "\t");
        if (!l.cells[i])
            fail(number, "too few columns");
        if (strpbrk(l.cells[i], "'\";\\"))
            fail(number, "a quote or semicolon");
    }
    return l;
}

/* Source: 全国地方公共団体コード, check digit (../shared/domain/formats.md F). */
static void check_code(const char *code, int number)
{
    int sum = 0;
    if (strlen(code) != 6)
        fail(number, "the code has not 6 digits");
    for (int i = 0; i < 5; i++)
        sum += (code[i] - '0') * (6 - i);
    if (code[5] - '0' != (11 - sum % 11) % 10)
        fail(number, "wrong check digit");
}

static const struct line *find(const struct line *lines, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(lines[i].cells[CODE], code))
            return &lines[i];
    return NULL;
}

static void write_path(FILE *out, const struct line *lines, size_t count, const struct line *l)
{
    if (*l->cells[PARENT]) {
        const struct line *parent = find(lines, count, l->cells[PARENT]);
        if (!parent) {
            fprintf(stderr, "areas.tsv: %s has an unknown parent\n", l->cells[CODE]);
            exit(1);
        }
        write_path(out, lines, count, parent);
    }
    fprintf(out, "%s/", l->cells[CODE]);
}

static void write_row(FILE *out, const struct line *lines, size_t count, size_t i)
{
    const struct line *l = &lines[i];
    bool last = i + 1 == count || (i + 1) % ROWS_A_STATEMENT == 0;
    if (i % ROWS_A_STATEMENT == 0)
        fputs("    \"INSERT INTO area (code, name, kana, kind, parent_code, path, lat, lng, retired_on) VALUES\\n\"\n", out);
    fprintf(out, "    \"('%s','%s','%s','%s','%s','", l->cells[CODE], l->cells[NAME], l->cells[KANA], l->cells[KIND],
            l->cells[PARENT]);
    write_path(out, lines, count, l);
    fprintf(out, "',%ld,%ld,'%s')%s\\n\"\n", lround(atof(l->cells[LATITUDE]) * 1e6), lround(atof(l->cells[LONGITUDE]) * 1e6),
            l->cells[RETIRED_ON], last ? ";" : ",");
}

int main(int argc, char **argv)
{
    FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
    FILE *out = in ? fopen(argv[2], "w") : NULL;
    struct line *lines = calloc(MOST_AREAS, sizeof *lines);
    size_t count = 0, room = 0;
    char *text = NULL;
    if (!out || !lines) {
        fprintf(stderr, "usage: areas AREAS.tsv OUT.c\n");
        return 2;
    }
    for (int number = 1; getline(&text, &room, in) > 0; number++) {
        if (*text == '#')
            continue;
        if (count == MOST_AREAS)
            fail(number, "too many areas");
        lines[count++] = split(strdup(text), number);
        check_code(lines[count - 1].cells[CODE], number);
    }
    fprintf(out, "/* Made by tools/areas.c from %s. */\n#include \"features/area/area_rows.h\"\n\nconst char area_rows_sql[] =\n", argv[1]);
    for (size_t i = 0; i < count; i++)
        write_row(out, lines, count, i);
    fputs("    \"\";\n", out);
    for (size_t i = 0; i < count; i++)
        free(lines[i].cells[CODE]); /* the whole line begins there */
    free(lines);
    free(text);
    fclose(in);
    return fclose(out) != 0;
}
