/* template.c -- build-time: NAME.html to NAME.html.c with `void NAME_html(struct buf *out, const void *view)`.
 *
 *   {% view struct login_view "features/account/login_view.h" %}   first line: type of *v and its header
 *   {{ v->title }}              html_text; escaped, for element text and quoted attributes
 *   {{ url v->id }}             html_url; a path segment or query value
 *   {{ href v->url }}           html_href; a whole address
 *   {{ lines v->note }}         html_lines; text with line breaks
 *   {{ int v->count }}          html_int; with thousands separators
 *   {{ number v->count }}       html_number; plain digits
 *   {% if v->count %} {% elif ... %} {% else %} {% end %}
 *   {% for (size_t i = 0; i < v->count; i++) %} {% end %}
 *   {% let const struct row *r = &v->rows[i] %}
 *   {% do form_all(out, v->form) %}      a call that writes HTML itself
 *   {% include "web/form.h" %}            another header
 *   {# a comment #}
 * There is no raw form for values.  A misspelt member fails the C compiler at the template's own line. */
#define _GNU_SOURCE
#include <ctype.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct source {
    const char *path, *text;
    int line, depth;
    FILE *out;
};

static void fail(const struct source *s, const char *why)
{
    fprintf(stderr, "%s:%d: %s\n", s->path, s->line, why);
    exit(1);
}

static void literal(struct source *s, const char *from, const char *to)
{
    if (from == to)
        return;
    fputs("    html_raw(out, \"", s->out);
    for (const char *c = from; c < to; c++) {
        switch (*c) {
        case '\n':
            fputs("\\n", s->out);
            if (c + 1 < to)
                fputs("\"\n        \"", s->out);
            s->line++;
            break;
        case '"': fputs("\\\"", s->out); break;
        case '\\': fputs("\\\\", s->out); break;
        case '?': fputs("\\?", s->out); break;
        default: fputc(*c, s->out);
        }
    }
    fputs("\");\n", s->out);
}

static char *trimmed(const char *from, const char *to)
{
    while (from < to && isspace((unsigned char)*from))
        from++;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return strndup(from, (size_t)(to - from));
}

static void count_lines(struct source *s, const char *from, const char *to)
{
    for (; from < to; from++)
        s->line += *from == '\n';
}

static void value(struct source *s, char *text)
{
    static const char *const forms[] = {"url", "href", "lines", "int", "number"};
    const char *form = "text";
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t n = strlen(forms[i]);
        if (!strncmp(text, forms[i], n) && isspace((unsigned char)text[n])) {
            form = forms[i];
            text += n + 1;
            break;
        }
    }
    fprintf(s->out, "#line %d \"%s\"\n    html_%s(out, %s);\n", s->line, s->path, form, text);
}

static void statement(struct source *s, char *text)
{
    size_t n = strcspn(text, " \t\n(");
    char *rest = text + n + (text[n] && text[n] != '(' ? 1 : 0);
    fprintf(s->out, "#line %d \"%s\"\n", s->line, s->path);
    if (!strncmp(text, "if", n) && n == 2) {
        fprintf(s->out, "    if (%s) {\n", rest);
        s->depth++;
    } else if (!strncmp(text, "elif", n) && n == 4) {
        fprintf(s->out, "    } else if (%s) {\n", rest);
    } else if (!strncmp(text, "else", n) && n == 4) {
        fputs("    } else {\n", s->out);
    } else if (!strncmp(text, "for", n) && n == 3) {
        fprintf(s->out, "    for %s {\n", rest);
        s->depth++;
    } else if (!strncmp(text, "end", n) && n == 3) {
        if (--s->depth < 0)
            fail(s, "end without if or for");
        fputs("    }\n", s->out);
    } else if ((!strncmp(text, "let", n) && n == 3) || (!strncmp(text, "do", n) && n == 2)) {
        fprintf(s->out, "    %s;\n", rest);
    } else {
        fail(s, "unknown statement: view, include, if, elif, else, for, end, let, do");
    }
}

/* The view and include statements come before anything else. */
static const char *head(struct source *s, const char *at, const char *name)
{
    char *type = NULL;
    fprintf(s->out, "/* Made by tools/template.c from %s. */\n#include \"web/html.h\"\n", s->path);
    for (;;) {
        const char *p = at;
        while (isspace((unsigned char)*p))
            p++;
        const char *end = strncmp(p, "{%", 2) ? NULL : strstr(p, "%}");
        char *text = end ? trimmed(p + 2, end) : NULL;
        if (text && !strncmp(text, "include ", 8)) {
            fprintf(s->out, "#include %s\n", text + 8);
        } else if (text && !strncmp(text, "view ", 5)) {
            char *quote = strchr(text, '"');
            if (!quote)
                fail(s, "view wants a type and \"header.h\"");
            fprintf(s->out, "#include %s\n", quote);
            *quote = '\0';
            type = strdup(text + 5);
        } else {
            free(text);
            break;
        }
        free(text);
        end += 2;
        if (*end == '\n')
            end++;
        count_lines(s, at, end);
        at = end;
    }
    if (!type)
        fail(s, "the template must begin with {% view TYPE \"header.h\" %}");
    fprintf(s->out, "\nvoid %s_html(struct buf *out, const void *view);\nvoid %s_html(struct buf *out, const void *view)\n{\n", name, name);
    fprintf(s->out, "    const %s *v = view;\n    (void)v;\n", type);
    free(type);
    return at;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: template NAME.html OUT.c\n");
        return 2;
    }
    FILE *in = fopen(argv[1], "r");
    if (!in) {
        perror(argv[1]);
        return 1;
    }
    size_t size = 0, room = 1 << 20;
    char *text = calloc(1, room);
    if (!text)
        return 1;
    size = fread(text, 1, room - 1, in);
    fclose(in);
    text[size] = '\0';
    char *copy = strdup(argv[1]);
    char *name = basename(copy);
    *strchrnul(name, '.') = '\0';
    FILE *out = fopen(argv[2], "w");
    if (!out) {
        perror(argv[2]);
        return 1;
    }
    struct source s = {.path = argv[1], .text = text, .line = 1, .out = out};
    const char *at = head(&s, text, name);
    while (*at) {
        const char *open = at + strcspn(at, "{");
        while (*open && open[1] != '{' && open[1] != '%' && open[1] != '#')
            open += 1 + strcspn(open + 1, "{");
        literal(&s, at, open);
        if (!*open)
            break;
        const char *close = strstr(open + 2, open[1] == '{' ? "}}" : open[1] == '%' ? "%}" : "#}");
        if (!close)
            fail(&s, "not closed");
        char *inner = trimmed(open + 2, close);
        if (open[1] == '{')
            value(&s, inner);
        else if (open[1] == '%')
            statement(&s, inner);
        free(inner);
        count_lines(&s, open, close);
        at = close + 2;
        if (open[1] != '{' && *at == '\n') {
            at++;
            s.line++;
        }
    }
    if (s.depth)
        fail(&s, "if or for without end");
    fputs("}\n", out);
    free(copy);
    free(text);
    return fclose(out) != 0;
}
