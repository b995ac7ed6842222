#include "output/table.h"

#include "base/count.h"
#include "output/table_format.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* An array of the arena with room for one more item. */
static void *with_room(struct arena *a, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t more = *room ? *room * 2 : 8;
    void *grown = arena_array(a, more, size);
    if (count)
        memcpy(grown, items, count * size);
    *room = more;
    return grown;
}

struct table *table_new(struct arena *a, const char *id, const char *title)
{
    struct table *t = NEW(a, struct table);
    t->arena = a;
    t->id = arena_strdup(a, id);
    t->title = arena_strdup(a, title);
    return t;
}

struct column *table_column(struct table *t, const char *key, const char *label, enum column_kind kind, const char *unit)
{
    t->columns = with_room(t->arena, t->columns, t->column_count, &t->column_room, sizeof *t->columns);
    struct column *c = &t->columns[t->column_count++];
    c->key = arena_strdup(t->arena, key);
    c->label = arena_strdup(t->arena, label);
    c->kind = kind;
    c->unit = unit && *unit ? arena_strdup(t->arena, unit) : NULL;
    return c;
}

struct row *table_row(struct table *t, enum row_kind kind, const char *key)
{
    t->rows = with_room(t->arena, t->rows, t->row_count, &t->row_room, sizeof *t->rows);
    struct row *r = &t->rows[t->row_count++];
    r->kind = kind;
    r->key = arena_strdup(t->arena, key);
    r->cells = NEW_ARRAY(t->arena, t->column_count, struct cell);
    for (size_t i = 0; i < t->column_count; i++)
        r->cells[i].kind = CELL_BLANK;
    return r;
}

void table_note(struct table *t, const char *note, ...)
{
    t->notes = with_room(t->arena, t->notes, t->note_count, &t->note_room, sizeof *t->notes);
    va_list args;
    va_start(args, note);
    t->notes[t->note_count++] = arena_vprintf(t->arena, note, args);
    va_end(args);
}

static bool same_text(const char *x, const char *y)
{
    return strcmp(x ? x : "", y ? y : "") == 0;
}

bool basis_comparable(const struct basis *now, const struct basis *before)
{
    return same_text(now->measure, before->measure) && same_text(now->unit, before->unit) &&
           same_text(now->population, before->population) && now->multiple_answer == before->multiple_answer &&
           same_text(now->version, before->version);
}

struct cell cell_difference(long long now, long long before)
{
    return (struct cell){.kind = CELL_INT, .number = now - before, .delta = true};
}

struct cell cell_rate(long long now, long long before)
{
    if (before == 0)
        return (struct cell){.kind = CELL_NONE};
    __int128 tenths = ((__int128)now - before) * 1000, base = before;
    if (base < 0) {
        tenths = -tenths;
        base = -base;
    }
    __int128 half = tenths < 0 ? -(base / 2) : base / 2;
    return (struct cell){.kind = CELL_DECIMAL, .number = (long long)((tenths + half) / base), .decimals = 1, .unit = "%", .delta = true};
}

bool cell_is_number(const struct cell *c)
{
    return c->kind == CELL_INT || c->kind == CELL_DECIMAL;
}

/* Digits of the magnitude, in threes when asked, with a decimal point. */
static char *digits(struct arena *a, unsigned long long n, int decimals, bool separated)
{
    char reversed[64];
    size_t used = 0;
    for (int place = 0; n || place <= decimals; place++, n /= 10) {
        if (decimals > 0 && place == decimals)
            reversed[used++] = '.';
        int whole = place - decimals;
        if (separated && whole > 0 && whole % 3 == 0)
            reversed[used++] = ',';
        reversed[used++] = (char)('0' + n % 10);
    }
    char *text = arena_alloc(a, used + 1);
    for (size_t i = 0; i < used; i++)
        text[i] = reversed[used - 1 - i];
    return text;
}

static int decimals_of(const struct cell *c)
{
    return c->kind != CELL_DECIMAL || c->decimals < 0 ? 0 : c->decimals > 18 ? 18 : c->decimals;
}

static unsigned long long magnitude(long long n)
{
    return n < 0 ? -(unsigned long long)n : (unsigned long long)n;
}

const char *cell_plain(const struct cell *c, struct arena *a)
{
    return arena_printf(a, "%s%s", c->number < 0 ? "-" : "", digits(a, magnitude(c->number), decimals_of(c), false));
}

static const char *sign_of(const struct cell *c)
{
    if (c->number < 0)
        return c->delta ? "▲" : "-";
    return c->delta && c->number > 0 ? "+" : "";
}

const char *cell_print(const struct cell *c, struct arena *a)
{
    switch (c->kind) {
    case CELL_TEXT: return c->text ? c->text : "";
    case CELL_BLANK: return "";
    case CELL_NONE: return "－";
    case CELL_MISSING: return "未回答";
    case CELL_MASKED: return "＊";
    case CELL_INT:
    case CELL_DECIMAL: break;
    }
    return arena_printf(a, "%s%s%s", sign_of(c), digits(a, magnitude(c->number), decimals_of(c), true), c->unit ? c->unit : "");
}

size_t table_label_column(const struct table *t)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].kind == COLUMN_TEXT)
            return i;
    return t->column_count;
}

/* The label of a re-listed row stands in the last text column before the figures ("講演会等 | うち研修会"): the one that names this row. */
static size_t named_column(const struct table *t, const struct row *r)
{
    size_t named = table_label_column(t);
    for (size_t i = named; i < t->column_count && t->columns[i].kind == COLUMN_TEXT; i++)
        if (r->cells[i].kind == CELL_TEXT && r->cells[i].text && *r->cells[i].text)
            named = i;
    return named;
}

const char *table_cell_text(const struct table *t, const struct row *r, size_t column, struct arena *a)
{
    struct cell c = r->cells[column];
    if (c.unit && t->columns[column].unit && strcmp(c.unit, t->columns[column].unit) == 0)
        c.unit = NULL;
    const char *text = cell_print(&c, a);
    if (r->kind == ROW_RELISTED && c.kind == CELL_TEXT && *text && column == named_column(t, r) &&
        strncmp(text, "（再掲）", sizeof "（再掲）" - 1) != 0)
        return arena_printf(a, "（再掲）%s", text);
    return text;
}

const char *table_column_unit(const struct table *t, size_t column)
{
    if (t->columns[column].unit)
        return t->columns[column].unit;
    const char *unit = NULL;
    bool any = false;
    for (size_t i = 0; i < t->row_count; i++) {
        const struct cell *c = &t->rows[i].cells[column];
        if (!cell_is_number(c))
            continue;
        if (any && !same_text(unit, c->unit))
            return NULL;
        unit = c->unit;
        any = true;
    }
    return unit && *unit ? unit : NULL;
}

const char *table_column_label(const struct table *t, size_t column, const char *unit, struct arena *a)
{
    const char *label = t->columns[column].label;
    return unit ? arena_printf(a, "%s（%s）", label, unit) : label;
}

static void part(struct buf *b, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buf_text(b, b->size ? "　" : "");
    buf_text(b, name);
    buf_text(b, value);
}

/* "osaka-2024" is the rule that began with fiscal year 2024: people read the year. */
static const char *version_label(struct arena *a, const char *version)
{
    size_t n = version ? strlen(version) : 0;
    int year = n >= 4 ? atoi(version + n - 4) : 0;
    return year > 2018 && year < 2200 ? arena_printf(a, "令和%d年度からの数え方", year - 2018) : version;
}

const char *table_basis_line(const struct table *t, struct arena *a)
{
    const struct basis *s = &t->basis;
    auto_buf b = {0};
    if (s->measure && *s->measure)
        part(&b, "集計: ", s->unit && *s->unit ? arena_printf(a, "%s（%s）", s->measure, s->unit) : s->measure);
    part(&b, "対象: ", s->population);
    if (s->n > 0)
        part(&b, "n=", digits(a, magnitude(s->n), 0, true));
    if (s->asked > 0)
        part(&b, "回答: ", arena_printf(a, "%d／%d", s->answered, s->asked));
    part(&b, "", s->multiple_answer ? "複数回答" : NULL);
    part(&b, "集計基準: ", version_label(a, s->version));
    part(&b, "", t->frozen ? "確定値" : NULL);
    return b.size ? arena_strndup(a, b.data, b.size) : NULL;
}

const char **table_footnotes(const struct table *t, struct arena *a, size_t *ret_count)
{
    const char **lines = NEW_ARRAY(a, t->note_count + 2, const char *);
    size_t n = 0;
    for (size_t i = 0; i < t->note_count; i++)
        lines[n++] = arena_printf(a, "※%s", t->notes[i]);
    const char *basis = table_basis_line(t, a);
    if (basis)
        lines[n++] = arena_printf(a, "※%s", basis);
    if (t->as_of && *t->as_of)
        lines[n++] = arena_printf(a, "※%s", t->as_of);
    *ret_count = n;
    return lines;
}

static const struct format {
    const char *name, *type, *extension;
} formats[TABLE_FORMAT__COUNT] = {
    [TABLE_HTML] = {"html", "text/html; charset=utf-8", "html"},
    [TABLE_CSV] = {"csv", "text/csv; charset=utf-8", "csv"},
    [TABLE_CSV_CP932] = {"csv-cp932", "text/csv; charset=Windows-31J", "csv"},
    [TABLE_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
    [TABLE_PDF] = {"pdf", "application/pdf", "pdf"},
    [TABLE_SVG] = {"svg", "image/svg+xml", "svg"},
    [TABLE_JSON] = {"json", "application/json", "json"},
};

enum table_format table_format_from(const char *name)
{
    for (size_t i = 0; name && i < COUNT(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return (enum table_format)i;
    return TABLE_FORMAT__COUNT;
}

const char *table_format_type(enum table_format f)
{
    return f < TABLE_FORMAT__COUNT ? formats[f].type : "application/octet-stream";
}

const char *table_format_extension(enum table_format f)
{
    return f < TABLE_FORMAT__COUNT ? formats[f].extension : "bin";
}

bool table_write(const struct table *t, enum table_format f, struct buf *out, struct err *err)
{
    switch (f) {
    case TABLE_HTML: table_html(t, out); return true;
    case TABLE_CSV: table_csv(t, false, out); return true;
    case TABLE_CSV_CP932: table_csv(t, true, out); return true;
    case TABLE_JSON: table_json(t, out); return true;
    case TABLE_XLSX: return table_xlsx(t, out, err);
    case TABLE_PDF: return table_pdf(t, out, err);
    case TABLE_SVG: return table_chart(t, out, err);
    case TABLE_FORMAT__COUNT: break;
    }
    return err_set(err, ERR_INPUT, "table.unknown_format", "format=%d", (int)f);
}
