#include "output/paper_page.h"

#include "base/code_list.h"
#include "base/count.h"
#include "output/qr.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN_MM = 15, FOOTER_MM = 8, QR_MM = 22, LABEL_MM = 34, SIGNATURE_MM = 24 };

double mm(double millimetres)
{
    return millimetres * 72 / 25.4;
}

static struct page *page_now(struct paper *p)
{
    return &p->pages[p->count - 1];
}

static struct mark *mark_new(struct paper *p, struct mark m)
{
    struct page *g = page_now(p);
    if (g->count == g->room) {
        g->room = g->room ? g->room * 2 : 128;
        g->marks = xrealloc(g->marks, g->room * sizeof *g->marks);
    }
    g->marks[g->count] = m;
    return &g->marks[g->count++];
}

void paper_put_line(struct paper *p, const struct text_line *line, double x, double baseline)
{
    mark_new(p, (struct mark){.kind = MARK_TEXT, .x = x, .y = baseline, .line = line});
}

void paper_put(struct paper *p, const struct text_block *b, size_t line, double x, double y, double w, double align)
{
    const struct text_line *l = &b->lines[line];
    paper_put_line(p, l, x + (w - l->width) * align, y + b->baseline);
}

void paper_rule(struct paper *p, double x, double y, double w, double h, double stroke)
{
    mark_new(p, (struct mark){.kind = MARK_RULE, .x = x, .y = y, .w = w, .h = h, .stroke = stroke});
}

void paper_rect(struct paper *p, double x, double y, double w, double h)
{
    mark_new(p, (struct mark){.kind = MARK_RECT, .x = x, .y = y, .w = w, .h = h, .stroke = THIN});
}

void paper_path(struct paper *p, const double *points, size_t count, double stroke)
{
    mark_new(p, (struct mark){.kind = MARK_PATH, .points = points, .point_count = count, .stroke = stroke});
}

void paper_shade(struct paper *p, const double *points, size_t count, const struct shade *shade)
{
    mark_new(p, (struct mark){.kind = MARK_SHADE, .points = points, .point_count = count, .shade = shade});
}

void paper_disc(struct paper *p, double x, double y, double radius)
{
    mark_new(p, (struct mark){.kind = MARK_DISC, .x = x, .y = y, .w = radius, .stroke = THIN});
}

void paper_clip(struct paper *p, double x, double y, double w, double h)
{
    mark_new(p, (struct mark){.kind = MARK_CLIP, .x = x, .y = y, .w = w, .h = h});
}

void paper_wipe_page(struct paper *p)
{
    page_now(p)->count = 0;
    p->y = p->top;
    p->fresh = true;
}

void paper_wipe(struct paper *p)
{
    for (; p->count > 1; p->count--)
        free(page_now(p)->marks);
    paper_wipe_page(p);
}

static bool has(const char *s)
{
    return s && *s;
}

double paper_left_over(const struct paper *p)
{
    return p->bottom - p->y;
}

void paper_need(struct paper *p, double height)
{
    if (!p->fresh && height > paper_left_over(p))
        paper_new_page(p);
}

static void put_block(struct paper *p, const struct text_block *b, double x, double y, double w, double align)
{
    for (size_t i = 0; i < b->line_count; i++)
        paper_put(p, b, i, x, y + (double)i * b->pitch, w, align);
}

static double block_height(const struct text_block *b)
{
    return (double)b->line_count * b->pitch;
}

/* -- pages and their heads -- */

static void page_new(struct paper *p)
{
    if (p->count == p->room) {
        p->room = p->room ? p->room * 2 : 4;
        p->pages = xrealloc(p->pages, p->room * sizeof *p->pages);
    }
    p->pages[p->count++] = (struct page){.first = p->first};
    p->y = p->top;
    p->fresh = true;
}

static const char *running_title(const struct paper *p)
{
    const struct paper_head *h = &p->head;
    return arena_printf(p->arena, "%s%s%s%s%s", has(h->form_number) ? h->form_number : "", has(h->form_number) ? "　" : "",
                        has(h->title) ? h->title : "", has(h->number) ? "　" : "", has(h->number) ? h->number : "");
}

static void put_qr(struct paper *p)
{
    int side;
    unsigned char *modules = qr_modules(p->head.qr, &side);
    if (!modules)
        return;
    unsigned char *kept = arena_alloc(p->arena, (size_t)side * (size_t)side);
    memcpy(kept, modules, (size_t)side * (size_t)side);
    free(modules);
    mark_new(p, (struct mark){.kind = MARK_QR, .x = p->right - mm(QR_MM), .y = p->top, .w = mm(QR_MM), .h = mm(QR_MM), .modules = kept, .side = side});
}

/* The lines at the head of the first page: number and date at the right, beside the QR code when there is one. */
static double put_number_and_date(struct paper *p, double y, double w)
{
    const char *lines[] = {has(p->head.number) ? arena_printf(p->arena, "番号　%s", p->head.number) : NULL, p->head.date};
    for (size_t i = 0; i < COUNT(lines); i++)
        if (has(lines[i])) {
            const struct text_block *b = shape(p->shaper, STYLE_BODY, w, lines[i]);
            put_block(p, b, p->left, y, w, 1);
            y += block_height(b);
        }
    return y;
}

static void put_parties(struct paper *p)
{
    const struct paper_head *h = &p->head;
    const char *const labels[] = {"事業所", "受託法人", "対象期間", "作成者", "確認者"};
    const char *const values[] = {h->office, h->contractor, h->period, h->author, h->confirmer};
    const char *row_labels[2], *row_values[2];
    size_t n = 0;
    for (size_t i = 0; i < COUNT(labels); i++) {
        if (!has(values[i]))
            continue;
        row_labels[n] = labels[i];
        row_values[n++] = values[i];
        if (n == 2) {
            paper_pairs(p, row_labels, row_values, 2);
            n = 0;
        }
    }
    if (n)
        paper_pair(p, row_labels[0], row_values[0]);
}

static void put_head(struct paper *p)
{
    const struct paper_head *h = &p->head;
    double w = p->right - p->left, y = p->top;
    if (has(h->qr)) {
        put_qr(p);
        w -= mm(QR_MM) + mm(3);
    }
    if (has(h->form_number) || has(h->watermark)) {
        const char *line = arena_printf(p->arena, "%s%s%s%s", has(h->form_number) ? h->form_number : "", has(h->watermark) ? "【" : "",
                                        has(h->watermark) ? h->watermark : "", has(h->watermark) ? "】" : "");
        const struct text_block *b = shape(p->shaper, STYLE_BODY, w, line);
        put_block(p, b, p->left, y, w, 0);
        y += block_height(b);
    }
    if (has(h->title)) {
        const struct text_block *b = shape(p->shaper, STYLE_TITLE, w, h->title);
        put_block(p, b, p->left, y, w, 0.5);
        y += block_height(b) + 3;
    }
    y = put_number_and_date(p, y, w);
    double qr_end = has(h->qr) ? p->top + mm(QR_MM) : 0;
    p->y = (y > qr_end ? y : qr_end) + 4;
    put_parties(p);
    if (has(h->office) || has(h->contractor) || has(h->period) || has(h->author) || has(h->confirmer))
        p->y += 6;
}

void paper_new_page(struct paper *p)
{
    page_new(p);
    const struct text_block *b = shape(p->shaper, STYLE_BODY, p->right - p->left, running_title(p));
    paper_put(p, b, 0, p->left, p->y, p->right - p->left, 0);
    p->y += b->pitch + 4;
}

static void keep_head(struct paper *p, const struct paper_head *head)
{
    const char *const *from = (const char *const *)head;
    const char **to = (const char **)&p->head;
    for (size_t i = 0; head && i < sizeof p->head / sizeof(const char *); i++)
        to[i] = from[i] ? arena_strdup(p->arena, from[i]) : NULL;
}

struct paper *paper_next(struct paper *p, bool landscape, const struct paper_head *head)
{
    if (!p)
        return paper_new(landscape, head);
    keep_head(p, head);
    p->first = p->count;
    page_new(p);
    put_head(p);
    return p;
}

struct paper *paper_new(bool landscape, const struct paper_head *head)
{
    struct arena *a = arena_new();
    struct paper *p = NEW(a, struct paper);
    p->arena = a;
    keep_head(p, head);
    p->shaper = shaper_new(a);
    p->width = mm(landscape ? 297 : 210);
    p->height = mm(landscape ? 210 : 297);
    p->left = p->top = mm(MARGIN_MM);
    p->right = p->width - mm(MARGIN_MM);
    p->bottom = p->height - mm(MARGIN_MM) - mm(FOOTER_MM);
    page_new(p);
    put_head(p);
    return p;
}

/* -- text and boxes -- */

void paper_heading(struct paper *p, const char *text)
{
    const struct text_block *b = shape(p->shaper, STYLE_HEADING, p->right - p->left - 8, text);
    double h = block_height(b);
    paper_need(p, h + 10 + 40); /* not alone at the foot of a page */
    if (!p->fresh)
        p->y += 6;
    mark_new(p, (struct mark){.kind = MARK_RULE, .x = p->left + 1.5, .y = p->y + 2, .h = h - 4, .stroke = 3});
    put_block(p, b, p->left + 8, p->y, 0, 0);
    p->y += h + 4;
    p->fresh = false;
}

static void put_paragraph(struct paper *p, enum text_style style, const char *text)
{
    const struct text_block *b = shape(p->shaper, style, p->right - p->left, text);
    for (size_t i = 0; i < b->line_count; i++) {
        paper_need(p, b->pitch);
        paper_put(p, b, i, p->left, p->y, 0, 0);
        p->y += b->pitch;
        p->fresh = false;
    }
    p->y += 3;
}

void paper_text(struct paper *p, const char *text)
{
    put_paragraph(p, STYLE_BODY, text ? text : "");
}

/* How many of the `rest` lines go on this page, at least one; a last line does not stand alone on the next. */
static size_t lines_that_fit(const struct paper *p, double used, double pitch, size_t rest)
{
    double room = paper_left_over(p) - used;
    size_t fit = room < pitch ? 1 : (size_t)(room / pitch);
    if (fit >= rest)
        return rest;
    return rest - fit == 1 && fit > 2 ? fit - 1 : fit;
}

static const char *continued(struct paper *p, const char *label, bool again)
{
    return again ? arena_printf(p->arena, "%s（続き）", label) : label;
}

/* A label in its cell; one that is too long breaks before its bracket when that helps: 相談者氏名 / （カナ）. */
static const struct text_block *shape_label(struct paper *p, double w, const char *label)
{
    const char *bracket = strstr(label, "（");
    if (!bracket || bracket == label || strchr(label, '\n') || shape_width(STYLE_BODY, label) <= w)
        return shape(p->shaper, STYLE_BODY, w, label);
    return shape(p->shaper, STYLE_BODY, w, arena_printf(p->arena, "%.*s\n%s", (int)(bracket - label), label, bracket));
}

/* One box of a line of boxes: label in the left cell, lines [from, to) of the value in the right one. */
static void put_pair(struct paper *p, const struct text_block *label, const struct text_block *value, size_t from, size_t to, double x,
                     double w, double label_w, double h)
{
    paper_rect(p, x, p->y, label_w, h);
    paper_rect(p, x + label_w, p->y, w - label_w, h);
    double top = p->y + (h - block_height(label)) / 2;
    put_block(p, label, x + BOX_PAD, top > p->y ? top : p->y, 0, 0);
    double y = to - from == value->line_count ? p->y + (h - block_height(value)) / 2 : p->y + BOX_PAD;
    for (size_t i = from; i < to; i++)
        paper_put(p, value, i, x + label_w + BOX_PAD, y + (double)(i - from) * value->pitch, 0, 0);
}

void paper_pair(struct paper *p, const char *label, const char *value)
{
    double w = p->right - p->left, label_w = mm(LABEL_MM);
    const struct text_block *v = shape(p->shaper, STYLE_BODY, w - label_w - 2 * BOX_PAD, value);
    for (size_t from = 0; from < v->line_count;) {
        const struct text_block *l = shape_label(p, label_w - 2 * BOX_PAD, continued(p, label, from > 0));
        size_t rest = v->line_count - from;
        double least = fmax(block_height(l), (double)(rest < 3 ? rest : 3) * v->pitch) + 2 * BOX_PAD;
        paper_need(p, least);
        size_t n = lines_that_fit(p, 2 * BOX_PAD, v->pitch, rest);
        double h = fmax((double)n * v->pitch, block_height(l)) + 2 * BOX_PAD;
        put_pair(p, l, v, from, from + n, p->left, w, label_w, h);
        p->y += h;
        p->fresh = false;
        from += n;
    }
}

void paper_pairs(struct paper *p, const char *const *labels, const char *const *values, size_t count)
{
    enum { MOST = 4 };
    if (count == 0)
        return;
    if (count > MOST) {
        paper_pairs(p, labels, values, MOST);
        paper_pairs(p, labels + MOST, values + MOST, count - MOST);
        return;
    }
    const struct text_block *l[MOST], *v[MOST];
    double w = (p->right - p->left) / (double)count, label_w = fmin(mm(LABEL_MM), w * 0.42), h = 0;
    for (size_t i = 0; i < count; i++) {
        l[i] = shape_label(p, label_w - 2 * BOX_PAD, labels[i]);
        v[i] = shape(p->shaper, STYLE_BODY, w - label_w - 2 * BOX_PAD, values[i]);
        h = fmax(h, fmax(block_height(l[i]), block_height(v[i])));
    }
    h += 2 * BOX_PAD;
    if (h > (p->bottom - p->top) / 2) { /* too long to stand side by side */
        for (size_t i = 0; i < count; i++)
            paper_pair(p, labels[i], values[i]);
        return;
    }
    paper_need(p, h);
    for (size_t i = 0; i < count; i++)
        put_pair(p, l[i], v[i], 0, v[i]->line_count, p->left + (double)i * w, w, label_w, h);
    p->y += h;
    p->fresh = false;
}

void paper_box(struct paper *p, const char *label, const char *text, double min_height)
{
    double w = p->right - p->left, wanted = fmin(mm(min_height), p->bottom - p->top - 40);
    const struct text_block *b = shape(p->shaper, STYLE_BODY, w - 2 * BOX_PAD, text);
    double label_h = b->pitch + 4, whole = label_h + fmax(block_height(b) + 2 * BOX_PAD, wanted);
    if (whole > paper_left_over(p) && (paper_left_over(p) < mm(40) || block_height(b) + 2 * BOX_PAD < wanted))
        paper_need(p, whole);
    for (size_t from = 0; from < b->line_count;) {
        paper_need(p, label_h + 2 * BOX_PAD + b->pitch);
        const struct text_block *l = shape(p->shaper, STYLE_BOLD, w - 2 * BOX_PAD, continued(p, label, from > 0));
        size_t rest = b->line_count - from, n = lines_that_fit(p, label_h + 2 * BOX_PAD, b->pitch, rest);
        double h = label_h + 2 * BOX_PAD + (double)n * b->pitch;
        if (from == 0 && n == rest)
            h = fmin(fmax(h, label_h + wanted), fmax(h, paper_left_over(p)));
        paper_rect(p, p->left, p->y, w, h);
        paper_rule(p, p->left, p->y + label_h, w, 0, THIN);
        paper_put(p, l, 0, p->left + BOX_PAD, p->y + 2, 0, 0);
        for (size_t i = 0; i < n; i++)
            paper_put(p, b, from + i, p->left + BOX_PAD, p->y + label_h + BOX_PAD + (double)i * b->pitch, 0, 0);
        p->y += h;
        p->fresh = false;
        from += n;
    }
}

/* -- choices -- */

struct choice {
    const struct text_block *label;
    bool ticked;
    double x;
    size_t line; /* of the flow, its first */
};

/* Puts the choices one after the other into lines of width w; returns how many lines that takes. */
static size_t flow(struct choice *items, size_t count, double w, double tick_w)
{
    double x = 0;
    size_t line = 0;
    for (size_t i = 0; i < count; i++) {
        double need = tick_w + items[i].label->width;
        if (x > 0 && x + need > w) {
            line++;
            x = 0;
        }
        items[i].x = x;
        items[i].line = line;
        x += need + shape_size(STYLE_BODY);
        if (items[i].label->line_count > 1) {
            line += items[i].label->line_count;
            x = 0;
        }
    }
    return line + (x > 0 || count == 0);
}

static void put_choice(struct paper *p, const struct choice *c, size_t first_line, double x, double tick_w)
{
    const struct text_block *tick = shape_tick(p->shaper, c->ticked);
    double y = p->y + BOX_PAD + (double)(c->line - first_line) * tick->pitch;
    paper_put(p, tick, 0, x + c->x, y, 0, 0);
    put_block(p, c->label, x + c->x + tick_w, y, 0, 0);
}

static struct choice *choices_of(struct paper *p, const struct code_list *list, const char *codes, double w)
{
    struct choice *items = NEW_ARRAY(p->arena, list->count, struct choice);
    for (size_t i = 0; i < list->count; i++) {
        items[i].label = shape(p->shaper, STYLE_BODY, w, list->codes[i].label);
        items[i].ticked = codes_has(codes, list->codes[i].code);
    }
    return items;
}

void paper_choices(struct paper *p, const char *label, const char *code_list, const char *codes)
{
    const struct code_list *list = code_list_find(code_list);
    if (!list) {
        paper_pair(p, label, codes);
        return;
    }
    double w = p->right - p->left, label_w = mm(LABEL_MM), tick_w = shape_size(STYLE_BODY) * 1.15;
    double inner = w - label_w - 2 * BOX_PAD, pitch = shape_tick(p->shaper, false)->pitch;
    struct choice *items = choices_of(p, list, codes ? codes : "", inner - tick_w);
    size_t lines = flow(items, list->count, inner, tick_w), most = (size_t)((p->bottom - p->top - 40) / pitch);
    for (size_t done = 0, first = 0; first < lines; first += most) {
        size_t n = lines - first < most ? lines - first : most;
        const struct text_block *l = shape_label(p, label_w - 2 * BOX_PAD, continued(p, label, first > 0));
        double h = fmax((double)n * pitch, block_height(l)) + 2 * BOX_PAD;
        paper_need(p, h);
        put_pair(p, l, shape(p->shaper, STYLE_BODY, inner, ""), 0, 0, p->left, w, label_w, h);
        for (; done < list->count && items[done].line < first + n; done++)
            put_choice(p, &items[done], first, p->left + label_w + BOX_PAD, tick_w);
        p->y += h;
        p->fresh = false;
    }
}

void paper_signatures(struct paper *p, const char *const *labels, size_t count)
{
    double w = mm(SIGNATURE_MM), h = mm(SIGNATURE_MM);
    if (count == 0)
        return;
    w = fmin(w, (p->right - p->left) / (double)count);
    double label_h = 0;
    for (size_t i = 0; i < count; i++)
        label_h = fmax(label_h, block_height(shape(p->shaper, STYLE_BODY, w - 4, labels[i])) + 4);
    p->y += p->fresh ? 0 : 8;
    paper_need(p, label_h + h);
    double x = p->right - w * (double)count;
    for (size_t i = 0; i < count; i++, x += w) {
        put_block(p, shape(p->shaper, STYLE_BODY, w - 4, labels[i]), x + 2, p->y + 2, w - 4, 0.5);
        paper_rect(p, x, p->y, w, label_h);
        paper_rect(p, x, p->y + label_h, w, h);
    }
    p->y += label_h + h + 4;
    p->fresh = false;
}

/* -- the end: drawing -- */

static cairo_status_t collect(void *closure, const unsigned char *data, unsigned size)
{
    buf_bytes(closure, data, size);
    return CAIRO_STATUS_SUCCESS;
}

static void draw_qr(cairo_t *c, const struct mark *m)
{
    enum { QUIET = 4 };
    double unit = m->w / (m->side + 2 * QUIET);
    for (int y = 0; y < m->side; y++)
        for (int x = 0, end; x < m->side; x = end) {
            for (end = x; end < m->side && m->modules[y * m->side + end]; end++)
                ;
            if (end > x)
                cairo_rectangle(c, m->x + (x + QUIET) * unit, m->y + (y + QUIET) * unit, (end - x) * unit, unit);
            else
                end++;
        }
    cairo_fill(c);
}

static void trace_path(cairo_t *c, const struct mark *m)
{
    for (size_t i = 0; i < m->point_count; i++)
        cairo_line_to(c, m->points[2 * i], m->points[2 * i + 1]);
    cairo_close_path(c);
}

/* White inside, so that lines below do not cross the number. */
static void trace_disc(cairo_t *c, const struct mark *m)
{
    cairo_new_sub_path(c);
    cairo_arc(c, m->x, m->y, m->w, 0, 2 * M_PI);
    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_fill_preserve(c);
    cairo_set_source_rgb(c, 0, 0, 0);
}

static void draw_mark(cairo_t *c, const struct mark *m)
{
    switch (m->kind) {
    case MARK_TEXT: text_line_draw(c, m->line, m->x, m->y); return;
    case MARK_QR: draw_qr(c, m); return;
    case MARK_RULE:
        cairo_move_to(c, m->x, m->y);
        cairo_rel_line_to(c, m->w, m->h);
        break;
    case MARK_RECT: cairo_rectangle(c, m->x, m->y, m->w, m->h); break;
    case MARK_PATH: trace_path(c, m); break;
    case MARK_SHADE: paper_shade_draw(c, m); return;
    case MARK_DISC: trace_disc(c, m); break;
    case MARK_CLIP:
        cairo_reset_clip(c);
        if (m->w > 0) {
            cairo_rectangle(c, m->x, m->y, m->w, m->h);
            cairo_clip(c);
        }
        return;
    }
    cairo_set_line_width(c, m->stroke);
    cairo_stroke(c);
}

/* Large outlined word across the page, behind everything; an outline survives a FAX and hides nothing. */
static void draw_watermark(cairo_t *c, const struct paper *p, PangoLayout *layout)
{
    if (!has(p->head.watermark))
        return;
    pango_layout_set_text(layout, p->head.watermark, -1);
    int w, h;
    pango_layout_get_size(layout, &w, &h);
    cairo_save(c);
    cairo_translate(c, p->width / 2, p->height / 2);
    cairo_rotate(c, -0.6);
    cairo_move_to(c, -(double)w / PANGO_SCALE / 2, -(double)h / PANGO_SCALE / 2);
    pango_cairo_layout_path(c, layout);
    cairo_set_source_rgb(c, 0.72, 0.72, 0.72);
    cairo_set_line_width(c, 0.8);
    cairo_stroke(c);
    cairo_restore(c);
}

static PangoLayout *watermark_layout(cairo_t *c)
{
    PangoLayout *layout = pango_cairo_create_layout(c);
    PangoFontDescription *d = pango_font_description_from_string("BIZ UDGothic Bold");
    pango_font_description_set_absolute_size(d, 110 * PANGO_SCALE);
    pango_layout_set_font_description(layout, d);
    pango_font_description_free(d);
    return layout;
}

/* "2／5" within its sheet; in a booklet the number alone, none on the cover. */
static const char *page_number(struct paper *p, size_t i, size_t place)
{
    if (p->bare || (p->order && place == 0))
        return "";
    if (p->order)
        return arena_printf(p->arena, "%zu", place + 1);
    size_t first = p->pages[i].first, end = i + 1;
    while (end < p->count && p->pages[end].first == first)
        end++;
    return arena_printf(p->arena, "%zu／%zu", i - first + 1, end - first);
}

/* The page that is read as number `place`, from 0. */
static void draw_page(cairo_t *c, struct paper *p, size_t place)
{
    size_t i = p->order ? p->order[place] : place;
    for (size_t m = 0; m < p->pages[i].count; m++)
        draw_mark(c, &p->pages[i].marks[m]);
    const struct text_block *b = shape(p->shaper, STYLE_BODY, -1, page_number(p, i, place));
    text_line_draw(c, &b->lines[0], (p->width - b->width) / 2, p->height - mm(MARGIN_MM) - 2);
    cairo_show_page(c);
}

static void set_metadata(cairo_surface_t *s, struct paper *p)
{
    const char *title = has(p->head.form_number) ? arena_printf(p->arena, "%s %s", p->head.form_number, has(p->head.title) ? p->head.title : "")
                                                 : has(p->head.title) ? p->head.title : "";
    char *moment = arena_strndup(p->arena, now_utc(p->arena), sizeof "2024-11-30T05:03:27" - 1);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "Renkei");
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, arena_printf(p->arena, "%sZ", moment));
}

static cairo_status_t draw_all(struct paper *p, struct buf *out)
{
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(collect, out, p->width, p->height);
    cairo_pdf_surface_restrict_to_version(s, CAIRO_PDF_VERSION_1_5);
    set_metadata(s, p);
    cairo_t *c = cairo_create(s);
    PangoLayout *watermark = has(p->head.watermark) ? watermark_layout(c) : NULL;
    for (size_t i = 0; i < (p->order ? p->order_count : p->count); i++) {
        draw_watermark(c, p, watermark);
        draw_page(c, p, i);
    }
    if (watermark)
        g_object_unref(watermark);
    cairo_status_t status = cairo_status(c);
    cairo_destroy(c);
    cairo_surface_finish(s);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(s);
    cairo_surface_destroy(s);
    return status;
}

bool paper_finish(struct paper *p, struct buf *out, struct err *err)
{
    size_t before = out->size;
    cairo_status_t status = draw_all(p, out);
    paper_free(p);
    if (status == CAIRO_STATUS_SUCCESS)
        return true;
    buf_cut(out, before);
    return err_set(err, ERR_BROKEN, "paper.cannot_write", "cairo: %s", cairo_status_to_string(status));
}

void paper_free(struct paper *p)
{
    if (!p)
        return;
    shaper_free(p->shaper);
    for (size_t i = 0; i < p->count; i++)
        free(p->pages[i].marks);
    free(p->pages);
    struct arena *a = p->arena;
    arena_free(a);
}
