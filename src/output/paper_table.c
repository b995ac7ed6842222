#include "output/paper_page.h"
#include "output/table_format.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum {
    CELL_PAD = 3,
    WIDEST = 30,    /* full-width characters of a column nobody limited */
    CELLS_MOST = 200000, /* about 1,500 pages and 200 MB while they are made */
    WRITING_MM = 9, /* a row left blank is for writing by hand */
};

struct grid {
    const struct table *table;
    struct arena *scratch; /* texts of one row */
    double *widths;        /* with padding */
    const struct text_block **heads;
    double head_height;
};

/* -- widths -- */

struct need {
    double natural, least; /* with padding */
    bool text;
};

static double widest_word(const char *text)
{
    /* Latin words and numbers stay whole; Japanese breaks anywhere, but four characters should stand together. */
    double widest = 0, size = shape_size(STYLE_BODY);
    for (const char *p = text; *p;) {
        size_t n = 0;
        while (p[n] && (unsigned char)p[n] < 0x80 && p[n] != ' ' && p[n] != '\n')
            n++;
        widest = fmax(widest, (double)n * size / 2);
        p += n ? n : 1;
    }
    return fmin(widest, size * 10);
}

static void measure(struct need *n, const char *text, bool number)
{
    double w = 0;
    for (const char *line = text; line;) {
        size_t size = strcspn(line, "\n");
        char head[512];
        size = size < sizeof head ? size : sizeof head - 1;
        memcpy(head, line, size);
        head[size] = '\0';
        w = fmax(w, shape_width(STYLE_BODY, head));
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    n->natural = fmax(n->natural, w);
    n->least = fmax(n->least, number ? w : widest_word(text));
}

static const char *printed(const struct grid *g, const struct row *r, size_t i, struct arena *a)
{
    const struct cell *c = &r->cells[i];
    const char *text = table_cell_text(g->table, r, i, a);
    return c->note && *c->note ? arena_printf(a, "%s※%s", text, c->note) : text;
}

static struct need column_need(struct grid *g, size_t i)
{
    const struct table *t = g->table;
    double size = shape_size(STYLE_BODY);
    struct need n = {.text = t->columns[i].kind == COLUMN_TEXT};
    for (size_t r = 0; r < t->row_count; r++) {
        if (t->rows[r].kind == ROW_GROUP)
            continue;
        measure(&n, printed(g, &t->rows[r], i, g->scratch), t->rows[r].cells[i].kind != CELL_TEXT);
        arena_reset(g->scratch);
    }
    double head = shape_width(STYLE_BOLD, table_column_label(t, i, t->columns[i].unit, g->scratch));
    double unit = t->columns[i].unit ? shape_width(STYLE_BOLD, t->columns[i].unit) + 2 * size : 0;
    n.least = fmax(fmax(n.least, unit), size * (n.text ? 4 : 2)); /* heads may stand in short lines */
    n.natural = fmin(fmax(n.natural, fmin(head, size * 8)), size * WIDEST);
    if (t->columns[i].width > 0)
        n.natural = size * t->columns[i].width;
    n.natural = fmax(n.natural, n.least) + 2 * CELL_PAD + 0.5;
    n.least += 2 * CELL_PAD + 0.5;
    return n;
}

/* Shares `space` among the columns by weight; negative takes away. */
static void share(double *widths, const double *weights, size_t count, double space)
{
    double all = 0;
    for (size_t i = 0; i < count; i++)
        all += weights[i];
    for (size_t i = 0; i < count && all > 0; i++)
        widths[i] += space * weights[i] / all;
}

/* False when the columns cannot stand side by side without breaking figures. */
static bool choose_widths(struct grid *g, double available)
{
    size_t count = g->table->column_count;
    struct need *needs = NEW_ARRAY(g->table->arena, count, struct need);
    double *weights = NEW_ARRAY(g->table->arena, count, double), sum = 0, least = 0;
    bool any_text = false;
    g->widths = NEW_ARRAY(g->table->arena, count, double);
    for (size_t i = 0; i < count; i++) {
        needs[i] = column_need(g, i);
        g->widths[i] = needs[i].natural;
        sum += needs[i].natural;
        least += needs[i].least;
        any_text |= needs[i].text;
    }
    for (size_t i = 0; i < count; i++)
        weights[i] = sum <= available ? (any_text && !needs[i].text ? needs[i].natural * 0.25 : needs[i].natural)
                                      : needs[i].natural - needs[i].least;
    if (least > available) { /* everything shrinks alike */
        for (size_t i = 0; i < count; i++)
            g->widths[i] *= available / sum;
        return false;
    }
    share(g->widths, weights, count, available - sum);
    return true;
}

/* -- drawing -- */

static double block_height(const struct text_block *b)
{
    return (double)b->line_count * b->pitch;
}

static void put_head(struct paper *p, const struct grid *g)
{
    double x = p->left;
    for (size_t i = 0; i < g->table->column_count; i++) {
        const struct text_block *b = g->heads[i];
        double y = p->y + (g->head_height - block_height(b)) / 2;
        for (size_t l = 0; l < b->line_count; l++)
            paper_put(p, b, l, x + CELL_PAD, y + (double)l * b->pitch, g->widths[i] - 2 * CELL_PAD, 0.5);
        paper_rect(p, x, p->y, g->widths[i], g->head_height);
        x += g->widths[i];
    }
    p->y += g->head_height;
    paper_rule(p, p->left, p->y, x - p->left, 0, THICK);
    p->fresh = false;
}

static void make_heads(struct paper *p, struct grid *g)
{
    const struct table *t = g->table;
    g->heads = NEW_ARRAY(t->arena, t->column_count, const struct text_block *);
    for (size_t i = 0; i < t->column_count; i++) {
        const char *label = table_column_label(t, i, t->columns[i].unit, p->arena);
        double inner = g->widths[i] - 2 * CELL_PAD;
        if (t->columns[i].unit && shape_width(STYLE_BOLD, label) > inner) /* the unit gets its own line */
            label = arena_printf(p->arena, "%s\n（%s）", t->columns[i].label, t->columns[i].unit);
        g->heads[i] = shape(p->shaper, STYLE_BOLD, inner, label);
        g->head_height = fmax(g->head_height, block_height(g->heads[i]));
    }
    g->head_height += 2 * CELL_PAD;
}

static double alignment(const struct column *column, const struct cell *c)
{
    return column->kind == COLUMN_NUMBER || cell_is_number(c) ? 1 : 0;
}

/* Lines [from, from + n) of every cell of the row, with the boxes around them. */
static void put_slice(struct paper *p, const struct grid *g, const struct row *r, const struct text_block **cells, size_t from, size_t n, double h)
{
    double x = p->left;
    for (size_t i = 0; i < g->table->column_count; i++) {
        const struct text_block *b = cells[i];
        for (size_t l = from; l < b->line_count && l < from + n; l++)
            paper_put(p, b, l, x + CELL_PAD, p->y + CELL_PAD + (double)(l - from) * b->pitch, g->widths[i] - 2 * CELL_PAD,
                      alignment(&g->table->columns[i], &r->cells[i]));
        paper_rule(p, x, p->y, 0, h, THIN);
        x += g->widths[i];
    }
    paper_rule(p, x, p->y, 0, h, THIN);
    if (r->kind == ROW_TOTAL)
        paper_rule(p, p->left, p->y, x - p->left, 0, THICK);
    p->y += h;
    paper_rule(p, p->left, p->y, x - p->left, 0, THIN);
}

static void need_row(struct paper *p, const struct grid *g, double h)
{
    if (h <= paper_left_over(p))
        return;
    paper_new_page(p);
    put_head(p, g);
}

static void put_group(struct paper *p, const struct grid *g, const struct row *r)
{
    size_t label = table_label_column(g->table);
    double w = p->right - p->left;
    const char *text = label < g->table->column_count ? printed(g, r, label, p->arena) : "";
    const struct text_block *b = shape(p->shaper, STYLE_BOLD, w - 2 * CELL_PAD, text);
    double h = block_height(b) + 2 * CELL_PAD;
    need_row(p, g, h + 3 * b->pitch + 2 * CELL_PAD); /* with a row of the group */
    for (size_t l = 0; l < b->line_count; l++)
        paper_put(p, b, l, p->left + CELL_PAD, p->y + CELL_PAD + (double)l * b->pitch, 0, 0);
    paper_rect(p, p->left, p->y, w, h);
    p->y += h;
}

static void put_row(struct paper *p, const struct grid *g, const struct row *r, const struct text_block **cells)
{
    if (r->kind == ROW_GROUP) {
        put_group(p, g, r);
        return;
    }
    enum text_style style = r->kind == ROW_TOTAL || r->kind == ROW_SUBTOTAL ? STYLE_BOLD : STYLE_BODY;
    size_t lines = 1;
    bool blank = true;
    for (size_t i = 0; i < g->table->column_count; i++) {
        const char *text = printed(g, r, i, g->scratch);
        blank &= !*text || strncmp(text, "　", strlen("　")) == 0; /* nothing, or the line of a date to fill in */
        cells[i] = shape(p->shaper, style, g->widths[i] - 2 * CELL_PAD, text);
        lines = cells[i]->line_count > lines ? cells[i]->line_count : lines;
    }
    arena_reset(g->scratch);
    double pitch = cells[0]->pitch, whole = (double)lines * pitch + 2 * CELL_PAD;
    double page = p->bottom - p->top - g->head_height - 30;
    need_row(p, g, blank ? mm(WRITING_MM) : whole <= page / 2 ? whole : 2 * CELL_PAD + 3 * pitch);
    for (size_t from = 0; from < lines;) {
        need_row(p, g, 2 * CELL_PAD + pitch);
        double fit = floor((paper_left_over(p) - 2 * CELL_PAD) / pitch);
        size_t n = fit < 1 ? 1 : (size_t)fit;
        n = n < lines - from ? n : lines - from;
        put_slice(p, g, r, cells, from, n, fmax((double)n * pitch + 2 * CELL_PAD, blank ? mm(WRITING_MM) : 0));
        from += n;
    }
}

static void put_caption(struct paper *p, const struct table *t)
{
    auto_buf b = {0};
    const char *parts[] = {t->document_number, t->title, t->subtitle};
    for (size_t i = 0; i < 3; i++)
        if (parts[i] && *parts[i]) {
            buf_text(&b, b.size ? "　" : "");
            buf_text(&b, parts[i]);
        }
    if (b.size)
        paper_heading(p, b.data);
}

static void put_footnotes(struct paper *p, const struct table *t)
{
    p->y += 4;
    if (t->commentary && *t->commentary)
        paper_text(p, t->commentary);
    size_t count;
    const char **notes = table_footnotes(t, p->arena, &count);
    if (count) /* a table that fills its page to the foot begins no other */
        paper_need(p, (double)(count < 6 ? count : 6) * shape_size(STYLE_BODY) * 1.8);
    for (size_t i = 0; i < count; i++)
        paper_text(p, notes[i]);
    p->y += 4;
}

static void put_grid(struct paper *p, struct grid *g, struct arena *own)
{
    const struct table *t = g->table;
    make_heads(p, g);
    const struct text_block **cells = NEW_ARRAY(own, t->column_count, const struct text_block *);
    if (!p->fresh && g->head_height + 30 > paper_left_over(p))
        paper_new_page(p);
    put_head(p, g);
    for (size_t i = 0; i < t->row_count; i++)
        put_row(p, g, &t->rows[i], cells);
}

/* The table with its first `fixed` columns and the columns [from, to). */
static struct table *band_of(const struct table *t, size_t fixed, size_t from, size_t to, struct arena *own)
{
    struct table *band = NEW(own, struct table);
    *band = *t;
    band->arena = own;
    band->column_count = fixed + to - from;
    band->columns = NEW_ARRAY(own, band->column_count, struct column);
    band->rows = NEW_ARRAY(own, t->row_count, struct row);
    for (size_t r = 0; r < t->row_count; r++) {
        band->rows[r] = t->rows[r];
        band->rows[r].cells = NEW_ARRAY(own, band->column_count, struct cell);
    }
    for (size_t i = 0; i < band->column_count; i++) {
        size_t source = i < fixed ? i : from + i - fixed;
        band->columns[i] = t->columns[source];
        for (size_t r = 0; r < t->row_count; r++)
            band->rows[r].cells[i] = t->rows[r].cells[source];
    }
    return band;
}

/* Columns of text at the left, which every band repeats. */
static size_t fixed_columns(const struct table *t)
{
    size_t n = 0;
    while (n < t->column_count && n < 2 && t->columns[n].kind == COLUMN_TEXT)
        n++;
    return n;
}

/* In as few bands of columns, one under the other, as let every figure stand whole. */
static void put_bands(struct paper *p, const struct table *t)
{
    size_t fixed = fixed_columns(t), rest = t->column_count - fixed;
    for (size_t bands = 1; bands <= (rest ? rest : 1); bands++) {
        auto_arena *own = arena_new(), *scratch = arena_new();
        struct grid *grids = NEW_ARRAY(own, bands, struct grid);
        bool fits = true;
        for (size_t i = 0; i < bands; i++) {
            grids[i].table = band_of(t, fixed, fixed + rest * i / bands, fixed + rest * (i + 1) / bands, own);
            grids[i].scratch = scratch;
            fits &= choose_widths(&grids[i], p->right - p->left);
        }
        for (size_t i = 0; i < bands && (fits || bands >= rest); i++) {
            p->y += i ? 10 : 0;
            put_grid(p, &grids[i], own);
        }
        if (fits)
            return;
    }
}

void paper_table(struct paper *p, const struct table *t)
{
    put_caption(p, t);
    if (t->column_count)
        put_bands(p, t);
    put_footnotes(p, t);
}

bool table_pdf(const struct table *t, struct buf *out, struct err *err)
{
    if (t->row_count > CELLS_MOST / (t->column_count ? t->column_count : 1))
        return err_set(err, ERR_TOO_LARGE, "paper.too_many_rows", "rows=%zu columns=%zu", t->row_count, t->column_count);
    struct table bare = *t; /* title and number stand in the head of the paper */
    bare.title = bare.document_number = bare.subtitle = NULL;
    struct paper_head head = {.form_number = t->document_number, .title = t->title, .date = t->issuer};
    struct paper *p = paper_new(t->landscape, &head);
    if (t->subtitle && *t->subtitle)
        paper_text(p, t->subtitle);
    paper_table(p, &bare);
    return paper_finish(p, out, err);
}
