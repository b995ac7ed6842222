#include "output/booklet.h"

#include "base/count.h"
#include "base/text.h"
#include "output/paper_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 2, INDEX_COLUMNS = 3, DISC = 8, /* points across half a pin */
       NUMBERED_MOST = 150 /* more pins than these are dots without numbers */ };
static const double GUTTER = 16;

struct heading {
    const char *title;
    size_t page; /* in paper->pages */
};
struct indexed {
    const char *name, *key;
    int number;
    size_t page;
};
struct booklet {
    struct paper *paper;
    struct booklet_head head;
    struct heading *chapters;
    size_t chapter_count, chapter_room;
    struct indexed *entries;
    size_t entry_count, entry_room;
    int column;       /* of the entries on this page */
    double column_top; /* where the entries of this page begin */
    size_t column_page;
    bool in_columns;
    bool is_map_only;
};

static const char *keep(struct booklet *b, const char *text)
{
    return arena_strdup(b->paper->arena, text ? text : "");
}

static struct paper *blank_paper(const char *title)
{
    struct paper *p = paper_new(false, &(struct paper_head){.title = title});
    paper_wipe(p);
    return p;
}

struct booklet *booklet_new(const struct booklet_head *head)
{
    struct paper *p = blank_paper(head->title);
    struct booklet *b = NEW(p->arena, struct booklet);
    b->paper = p;
    b->head = (struct booklet_head){.title = keep(b, head->title), .subtitle = keep(b, head->subtitle), .publisher = keep(b, head->publisher),
                                    .edition = keep(b, head->edition), .date = keep(b, head->date), .note = keep(b, head->note)};
    return b;
}

struct booklet *booklet_map_only(const struct booklet_head *head)
{
    struct booklet *b = booklet_new(head);
    b->is_map_only = true;
    return b;
}

static double put_lines(struct paper *p, enum text_style style, const char *text, double x, double y, double w, double align)
{
    const struct text_block *b = shape(p->shaper, style, w, text);
    for (size_t i = 0; i < b->line_count; i++)
        paper_put(p, b, i, x, y + (double)i * b->pitch, w, align);
    return (double)b->line_count * b->pitch;
}

/* --- chapters and text --- */

static void begin_page(struct booklet *b)
{
    paper_new_page(b->paper);
    b->in_columns = false;
}

void booklet_chapter(struct booklet *b, const char *title)
{
    b->paper->head.number = keep(b, title); /* in the running head of its pages */
    begin_page(b);
    if (b->chapter_count == b->chapter_room) {
        b->chapter_room = b->chapter_room * 2 + 16;
        b->chapters = xrealloc(b->chapters, b->chapter_room * sizeof *b->chapters);
    }
    b->chapters[b->chapter_count++] = (struct heading){keep(b, title), b->paper->count - 1};
    paper_heading(b->paper, title);
}

/* Below whatever stands in the columns. */
static void leave_columns(struct booklet *b)
{
    if (b->in_columns)
        begin_page(b);
}

void booklet_text(struct booklet *b, const char *text)
{
    leave_columns(b);
    paper_text(b->paper, text);
}

/* --- entries --- */

static double column_width(const struct paper *p, int columns)
{
    return (p->right - p->left - GUTTER * (columns - 1)) / columns;
}

/* Between a line's label and its text: four letters and a half. */
static double line_indent(void)
{
    return shape_size(STYLE_BODY) * 4.5;
}

struct entry_shape {
    const struct text_block *name, *texts[16];
    double height;
};

static struct entry_shape shape_entry(struct booklet *b, const struct booklet_entry *e)
{
    struct paper *p = b->paper;
    double w = column_width(p, COLUMNS), text_w = w - line_indent();
    struct entry_shape s = {.name = shape(p->shaper, STYLE_BOLD, w - 2 * DISC - 6, e->name)};
    s.height = (double)s.name->line_count * s.name->pitch + 8;
    for (size_t i = 0; i < e->line_count && i < COUNT(s.texts); i++) {
        if (!*e->lines[i].text)
            continue;
        s.texts[i] = shape(p->shaper, STYLE_BODY, text_w, e->lines[i].text);
        s.height += (double)s.texts[i]->line_count * s.texts[i]->pitch;
    }
    return s;
}

/* Makes room in this column, the next, or on a new page. */
static void make_room(struct booklet *b, double height)
{
    struct paper *p = b->paper;
    if (!b->in_columns) {
        b->in_columns = true;
        b->column = 0;
        b->column_top = p->y;
    }
    if (height <= paper_left_over(p) || p->y <= b->column_top)
        return;
    if (++b->column < COLUMNS) {
        p->y = b->column_top;
        return;
    }
    begin_page(b);
    b->in_columns = true;
    b->column = 0;
    b->column_top = p->y;
}

static void put_number(struct paper *p, int number, double x, double y)
{
    paper_disc(p, x, y, DISC);
    const struct text_block *t = shape(p->shaper, STYLE_SMALL, -1, arena_printf(p->arena, "%d", number));
    paper_put(p, t, 0, x - t->width / 2, y - t->pitch / 2, 0, 0);
}

/* Katakana, so that names written either way stand together. */
static const char *index_key(struct arena *a, const char *kana)
{
    const char *key = text_katakana(a, text_fold(a, kana));
    while (*key == ' ')
        key++;
    return key;
}

static void note_in_index(struct booklet *b, const struct booklet_entry *e)
{
    if (b->entry_count == b->entry_room) {
        b->entry_room = b->entry_room * 2 + 64;
        b->entries = xrealloc(b->entries, b->entry_room * sizeof *b->entries);
    }
    const char *kana = e->kana && *e->kana ? e->kana : e->name;
    b->entries[b->entry_count++] = (struct indexed){keep(b, e->name), index_key(b->paper->arena, kana), e->number, b->paper->count - 1};
}

void booklet_entry(struct booklet *b, const struct booklet_entry *e)
{
    struct paper *p = b->paper;
    struct entry_shape s = shape_entry(b, e);
    make_room(b, s.height);
    double x = p->left + b->column * (column_width(p, COLUMNS) + GUTTER), y = p->y;
    put_number(p, e->number, x + DISC, y + s.name->pitch / 2);
    for (size_t i = 0; i < s.name->line_count; i++, y += s.name->pitch)
        paper_put(p, s.name, i, x + 2 * DISC + 6, y, 0, 0);
    for (size_t i = 0; i < e->line_count && i < COUNT(s.texts); i++) {
        if (!s.texts[i])
            continue;
        put_lines(p, STYLE_BODY, e->lines[i].label, x, y, -1, 0);
        for (size_t k = 0; k < s.texts[i]->line_count; k++, y += s.texts[i]->pitch)
            paper_put(p, s.texts[i], k, x + line_indent(), y, 0, 0);
    }
    paper_rule(p, x, y + 3, column_width(p, COLUMNS), 0, THIN / 2);
    p->y += s.height;
    p->fresh = false;
    note_in_index(b, e);
}

/* --- maps --- */

struct projection {
    double west, north, scale_x, scale_y; /* points of paper for a millionth of a degree */
    double x, y;
};

static void grow(double bounds[4], int32_t longitude, int32_t latitude)
{
    bounds[0] = fmin(bounds[0], longitude);
    bounds[1] = fmin(bounds[1], latitude);
    bounds[2] = fmax(bounds[2], longitude);
    bounds[3] = fmax(bounds[3], latitude);
}

/* Of the area itself, or of the pins where there is no outline. */
static bool bounds_of(const struct booklet_map *m, double bounds[4])
{
    bool found = false;
    bounds[0] = bounds[1] = INFINITY;
    bounds[2] = bounds[3] = -INFINITY;
    for (size_t i = 0; i < m->outline_count; i++)
        for (size_t k = 0; m->outlines[i].is_main && k < m->outlines[i].count; k++, found = true)
            grow(bounds, m->outlines[i].points[2 * k], m->outlines[i].points[2 * k + 1]);
    for (size_t i = 0; !found && i < m->pin_count; i++)
        grow(bounds, m->pins[i].longitude, m->pins[i].latitude);
    return bounds[0] <= bounds[2];
}

static struct projection fit(const double bounds[4], double x, double y, double w, double h)
{
    double wide = fmax(bounds[2] - bounds[0], 2000), tall = fmax(bounds[3] - bounds[1], 2000);
    double squeeze = cos((bounds[1] + bounds[3]) / 2e6 * M_PI / 180);
    double scale = fmin(w / (wide * squeeze), h / tall);
    return (struct projection){.west = (bounds[0] + bounds[2]) / 2 - w / 2 / (scale * squeeze), .north = (bounds[1] + bounds[3]) / 2 + h / 2 / scale,
                               .scale_x = scale * squeeze, .scale_y = scale, .x = x, .y = y};
}

static double map_x(const struct projection *f, double longitude)
{
    return f->x + (longitude - f->west) * f->scale_x;
}

static double map_y(const struct projection *f, double latitude)
{
    return f->y + (f->north - latitude) * f->scale_y;
}

static void put_outline(struct paper *p, const struct projection *f, const struct booklet_outline *o)
{
    double *points = NEW_ARRAY(p->arena, o->count * 2, double);
    for (size_t i = 0; i < o->count; i++) {
        points[2 * i] = map_x(f, o->points[2 * i]);
        points[2 * i + 1] = map_y(f, o->points[2 * i + 1]);
    }
    paper_path(p, points, o->count, o->is_main ? THICK : THIN / 2);
}

/* Places of pins by cells of a pin's size: two pins that do not hide each other never share one. */
struct spots {
    double frame[4];
    int columns, rows;
    struct spot {
        double x, y;
        bool taken;
    } *cells;
};
static const double SPOT = 2 * DISC + 1;

static struct spot *spot_at(const struct spots *s, double x, double y)
{
    int column = (int)((x - s->frame[0]) / SPOT), row = (int)((y - s->frame[1]) / SPOT);
    return column < 0 || row < 0 || column >= s->columns || row >= s->rows ? NULL : &s->cells[row * s->columns + column];
}

static bool is_free(const struct spots *s, double x, double y)
{
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            const struct spot *other = spot_at(s, x + dx * SPOT, y + dy * SPOT);
            if (other && other->taken && fabs(other->x - x) < SPOT && fabs(other->y - y) < SPOT)
                return false;
        }
    return spot_at(s, x, y) != NULL;
}

/* The nearest free spot on rings around the place; the place itself when all around is taken. */
static struct spot find_spot(const struct spots *s, double x, double y)
{
    const double *f = s->frame;
    for (int ring = 0; ring < 60; ring++)
        for (int step = 0, steps = ring ? ring * 6 : 1; step < steps; step++) {
            double angle = 2 * M_PI * step / steps, r = ring * (DISC + 1.0), sx = x + r * cos(angle), sy = y + r * sin(angle);
            if (sx > f[0] + DISC && sx < f[2] - DISC && sy > f[1] + DISC && sy < f[3] - DISC && is_free(s, sx, sy))
                return (struct spot){sx, sy, true};
        }
    return (struct spot){x, y, true};
}

bool booklet_map_has_numbers(size_t pins)
{
    return pins <= NUMBERED_MOST;
}

static void put_pins(struct paper *p, const struct projection *f, const struct booklet_map *m, const double frame[4])
{
    struct spots s = {.columns = (int)((frame[2] - frame[0]) / SPOT) + 1, .rows = (int)((frame[3] - frame[1]) / SPOT) + 1};
    memcpy(s.frame, frame, sizeof s.frame);
    s.cells = NEW_ARRAY(p->arena, (size_t)(s.columns * s.rows), struct spot);
    bool crowded = m->pin_count > NUMBERED_MOST;
    for (size_t i = 0; i < m->pin_count; i++) {
        double x = map_x(f, m->pins[i].longitude), y = map_y(f, m->pins[i].latitude);
        if (x < frame[0] || x > frame[2] || y < frame[1] || y > frame[3])
            continue; /* beyond the map: it stands in the list */
        if (crowded) {
            paper_disc(p, x, y, 2);
            continue;
        }
        struct spot spot = find_spot(&s, x, y), *cell = spot_at(&s, spot.x, spot.y);
        if (cell)
            *cell = spot;
        if (hypot(spot.x - x, spot.y - y) > DISC)
            paper_rule(p, x, y, spot.x - x, spot.y - y, THIN);
        put_number(p, m->pins[i].number, spot.x, spot.y);
    }
}

/* A bar of 1, 2 or 5 times a power of ten metres, at most a quarter of the width. */
static void put_scale(struct paper *p, const struct projection *f, const double frame[4])
{
    double points_per_metre = f->scale_y * 1e6 / 111195, most = (frame[2] - frame[0]) / 4 / points_per_metre, metres = 10;
    static const double steps[] = {2, 2.5, 2};
    for (size_t i = 0; metres * steps[i % 3] <= most; i++)
        metres *= steps[i % 3];
    double w = metres * points_per_metre, x = frame[0] + 10, y = frame[3] - 12;
    paper_rule(p, x, y, w, 0, THICK);
    paper_rule(p, x, y - 4, 0, 8, THIN);
    paper_rule(p, x + w, y - 4, 0, 8, THIN);
    const char *text = metres >= 1000 ? arena_printf(p->arena, "%g km", metres / 1000) : arena_printf(p->arena, "%g m", metres);
    put_lines(p, STYLE_SMALL, text, x, y - 16, w, 0.5);
}

static void put_north(struct paper *p, const double frame[4])
{
    double x = frame[2] - 16, y = frame[1] + 30;
    paper_rule(p, x, y, 0, -20, THICK);
    paper_rule(p, x, y - 20, -4, 8, THICK);
    paper_rule(p, x, y - 20, 4, 8, THICK);
    put_lines(p, STYLE_SMALL, "北", x - 10, y + 1, 20, 0.5);
}

void booklet_map(struct booklet *b, const struct booklet_map *m)
{
    struct paper *p = b->paper;
    double bounds[4];
    p->head.number = keep(b, m->title);
    begin_page(b);
    if (b->is_map_only)
        paper_wipe_page(p);
    paper_heading(p, m->title);
    if (!bounds_of(m, bounds)) {
        paper_text(p, "地図に置ける場所がありません。");
        return;
    }
    const double frame[4] = {p->left, p->y, p->right, p->bottom - 14};
    struct projection f = fit(bounds, frame[0] + 8, frame[1] + 8, frame[2] - frame[0] - 16, frame[3] - frame[1] - 16);
    paper_clip(p, frame[0], frame[1], frame[2] - frame[0], frame[3] - frame[1]);
    for (size_t i = 0; i < m->outline_count; i++)
        put_outline(p, &f, &m->outlines[i]);
    paper_clip(p, 0, 0, 0, 0);
    paper_rect(p, frame[0], frame[1], frame[2] - frame[0], frame[3] - frame[1]);
    put_pins(p, &f, m, frame);
    put_scale(p, &f, frame);
    put_north(p, frame);
    put_lines(p, STYLE_SMALL, m->attribution ? m->attribution : "", frame[0], frame[3] + 2, frame[2] - frame[0], 1);
    p->y = p->bottom;
    p->fresh = false;
}

/* --- index --- */

static int by_key(const void *x, const void *y)
{
    const struct indexed *a = x, *b = y;
    int order = strcmp(a->key, b->key);
    return order ? order : a->number - b->number;
}

/* The row of the fifty sounds that a key begins with; そのほか for what is no katakana. */
static const char *row_of(const char *key)
{
    static const struct {
        const char *first, *label;
    } rows[] = {{"ァ", "ア行"}, {"カ", "カ行"}, {"サ", "サ行"}, {"タ", "タ行"}, {"ナ", "ナ行"}, {"ハ", "ハ行"},
                {"マ", "マ行"}, {"ャ", "ヤ行"}, {"ラ", "ラ行"}, {"ヮ", "ワ行"}, {"ヴ", ""}};
    for (size_t i = 0; i + 1 < COUNT(rows); i++)
        if (strncmp(key, rows[i].first, 3) >= 0 && strncmp(key, rows[i + 1].first, 3) < 0)
            return rows[i].label;
    return "そのほか";
}

/* Three columns; how many pages of cover and contents come before is known. */
static void put_index(struct booklet *b, size_t before)
{
    struct paper *p = b->paper;
    const char *row = "";
    double w = column_width(p, INDEX_COLUMNS), top, pitch = shape(p->shaper, STYLE_SMALL, -1, "ア")->pitch;
    int column = 0;
    if (!b->entry_count)
        return;
    qsort(b->entries, b->entry_count, sizeof *b->entries, by_key);
    booklet_chapter(b, "五十音順の索引");
    top = p->y;
    for (size_t i = 0; i < b->entry_count; i++) {
        const struct indexed *e = &b->entries[i];
        bool new_row = strcmp(row, row_of(e->key)) != 0;
        if (p->y + (new_row ? 3 : 1) * pitch > p->bottom) {
            if (++column == INDEX_COLUMNS) {
                begin_page(b);
                column = 0;
                top = p->y;
            }
            p->y = top;
        }
        double x = p->left + column * (w + GUTTER);
        if (new_row) {
            row = row_of(e->key);
            p->y += put_lines(p, STYLE_BOLD, row, x, p->y, -1, 0);
        }
        const char *name = e->name, *page = arena_printf(p->arena, "%d・%zuページ", e->number, e->page + before);
        const struct text_block *number = shape(p->shaper, STYLE_SMALL, -1, page);
        const struct text_block *text = shape(p->shaper, STYLE_SMALL, w - number->width - 4, name);
        paper_put(p, text, 0, x, p->y, 0, 0);
        paper_put(p, number, 0, x, p->y, w, 1);
        for (size_t k = 1; k < text->line_count; k++) {
            p->y += pitch;
            paper_put(p, text, k, x + 6, p->y, 0, 0);
        }
        p->y += pitch;
        p->fresh = false;
    }
}

/* --- cover and contents --- */

static void put_cover(struct booklet *b)
{
    struct paper *p = b->paper;
    double w = p->right - p->left, y = p->height / 3;
    begin_page(b);
    paper_wipe_page(p);
    paper_rule(p, p->left, y - 14, w, 0, THICK);
    y += put_lines(p, STYLE_COVER, b->head.title, p->left, y, w, 0.5) + 10;
    y += put_lines(p, STYLE_TITLE, b->head.subtitle, p->left, y, w, 0.5) + 10;
    paper_rule(p, p->left, y, w, 0, THICK);
    y += 30;
    y += put_lines(p, STYLE_HEADING, b->head.edition, p->left, y, w, 0.5);
    put_lines(p, STYLE_HEADING, b->head.date, p->left, y, w, 0.5);
    put_lines(p, STYLE_TITLE, b->head.publisher, p->left, p->height * 3 / 4, w, 0.5);
    const struct text_block *note = shape(p->shaper, STYLE_SMALL, w, b->head.note);
    put_lines(p, STYLE_SMALL, b->head.note, p->left, p->bottom - (double)note->line_count * note->pitch, w, 0);
}

static size_t contents_per_page(const struct paper *p)
{
    return (size_t)((p->bottom - p->top) / (shape_size(STYLE_HEADING) * 1.42 + 4)) - 4;
}

static void put_contents(struct booklet *b, size_t before)
{
    struct paper *p = b->paper;
    double w = p->right - p->left;
    p->head.number = "もくじ";
    for (size_t i = 0; i < b->chapter_count; i++) {
        if (i % contents_per_page(p) == 0) {
            begin_page(b);
            paper_heading(p, i ? "もくじ（続き）" : "もくじ");
        }
        const struct text_block *page = shape(p->shaper, STYLE_BODY, -1, arena_printf(p->arena, "%zu", b->chapters[i].page + before));
        const struct text_block *title = shape(p->shaper, STYLE_BODY, -1, b->chapters[i].title);
        paper_put(p, title, 0, p->left, p->y, 0, 0);
        paper_put(p, page, 0, p->left, p->y, w, 1);
        paper_rule(p, p->left + title->width + 6, p->y + title->pitch / 2, w - title->width - page->width - 12, 0, THIN / 3);
        p->y += shape_size(STYLE_HEADING) * 1.42 + 4;
        p->fresh = false;
    }
}

/* Pages were laid out as: a blank first one, the body, the index, the cover, the contents; they are read as cover, contents, body, index. */
static void set_reading_order(struct paper *p, size_t body_end)
{
    size_t *order = NEW_ARRAY(p->arena, p->count, size_t), n = 0;
    for (size_t i = body_end; i < p->count; i++)
        order[n++] = i;
    for (size_t i = 1; i < body_end; i++)
        order[n++] = i;
    p->order = order;
    p->order_count = n;
}

bool booklet_finish(struct booklet *b, struct buf *out, int *ret_pages, struct err *err)
{
    struct paper *p = b->paper;
    if (b->is_map_only) {
        set_reading_order(p, p->count);
        p->bare = true;
        free(b->chapters);
        free(b->entries);
        return paper_finish(p, out, err);
    }
    /* The index is one chapter more than there is now; the body's first page has number 1 in paper->pages. */
    size_t chapters = b->chapter_count + (b->entry_count > 0), per_page = contents_per_page(p);
    size_t before = 1 + (chapters + per_page - 1) / per_page;
    put_index(b, before);
    size_t body_end = p->count;
    put_cover(b);
    put_contents(b, before);
    set_reading_order(p, body_end);
    if (ret_pages)
        *ret_pages = (int)p->order_count;
    free(b->chapters);
    free(b->entries);
    return paper_finish(p, out, err);
}

/* --- labels and cards --- */

/* Sizes of sheets sold in Japan: 86.4 x 42.3 mm and 66 x 33.9 mm on A4; cards of 91 x 55 mm. */
const struct booklet_sheet booklet_labels_12 = {"宛名ラベル（12面）", 86.4, 42.3, 2, 6, 18.6, 21.6, 0, 0, false};
const struct booklet_sheet booklet_labels_24 = {"宛名ラベル（24面）", 66, 33.9, 3, 8, 6, 12.9, 0, 0, false};
const struct booklet_sheet booklet_cards = {"携帯用の一覧", 91, 55, 2, 5, 14, 11, 0, 0, true};

static void put_label(struct paper *p, const struct booklet_sheet *s, const struct booklet_label *l, double x, double y)
{
    double pad = mm(s->has_lines ? 3 : 5), w = mm(s->width) - 2 * pad, end = y + mm(s->height) - 2;
    if (s->has_lines)
        paper_rect(p, x, y, mm(s->width), mm(s->height));
    y += pad;
    for (size_t i = 0; i < l->line_count; i++) {
        enum text_style style = i == l->large ? STYLE_BOLD : s->has_lines ? STYLE_SMALL : STYLE_BODY;
        if (!*l->lines[i])
            continue;
        const struct text_block *t = shape(p->shaper, style, w, l->lines[i]);
        for (size_t k = 0; k < t->line_count && y + t->pitch <= end; k++, y += t->pitch)
            paper_put(p, t, k, x + pad, y, 0, 0);
    }
}

bool booklet_labels(const struct booklet_sheet *sheet, const struct booklet_label *labels, size_t count, struct buf *out, struct err *err)
{
    struct paper *p = blank_paper(sheet->title);
    size_t each = (size_t)(sheet->columns * sheet->rows);
    for (size_t i = 0; i < count; i++) {
        size_t at = i % each;
        if (i && at == 0) {
            paper_new_page(p);
            paper_wipe_page(p);
        }
        put_label(p, sheet, &labels[i], mm(sheet->left + (double)(at % (size_t)sheet->columns) * (sheet->width + sheet->gap_x)),
                  mm(sheet->top + (double)(at / (size_t)sheet->columns) * (sheet->height + sheet->gap_y)));
    }
    p->bare = true;
    return paper_finish(p, out, err);
}
