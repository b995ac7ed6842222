/* Charts as SVG that stands inside a page of strict CSP (presentation attributes only) and survives black-and-white paper (patterns, dashes,
 * markers and printed values besides colour).  Units: px at a width of 720, or of a phone. */
#include "output/table_format.h"

#include "base/escape.h"
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum {
    WIDTH = 720, NARROW_WIDTH = 356, FONT = 13, LINE = 17,
    LABEL_WIDTH = 190, NARROW_LABEL_WIDTH = 108, LABEL_LINES = 2,
    BAR = 16, BAR_GAP = 3, GROUP_GAP = 12,
    PLOT_HEIGHT = 260,
    PANELS = 4, NARROW_PANELS = 2, PANEL_HEIGHT = 110,
    LOOKS = 4, TICKS_MOST = 64,
    ROWS_MOST = 200,
};

struct chart {
    const struct table *table;
    struct arena *arena;
    struct buf *out;
    const char *id;
    bool narrow;
    double width, label_width;
    size_t *series, series_count;       /* columns */
    const struct row **rows;
    size_t row_count;
    double low, high, step;             /* of the axis */
    double left, right, top, bottom;    /* of the plot */
};

static const char *const colours[LOOKS] = {"#00118f", "#8a3b00", "#005e3a", "#4d4d4d"};
static const char *const dashes[LOOKS] = {"", "7 3", "2 3", "9 3 2 3"};

static const struct cell *cell_at(const struct chart *c, size_t row, size_t series)
{
    return &c->rows[row]->cells[c->series[series]];
}

static double value_of(const struct cell *c)
{
    double v = (double)c->number;
    for (int i = 0; c->kind == CELL_DECIMAL && i < c->decimals; i++)
        v /= 10;
    return v;
}

/* -- what is drawn -- */

static bool is_series(const struct table *t, size_t i, bool chosen)
{
    return t->columns[i].kind == COLUMN_NUMBER && (!chosen || t->columns[i].chart);
}

static void choose_series(struct chart *c)
{
    const struct table *t = c->table;
    bool chosen = false;
    for (size_t i = 0; i < t->column_count; i++)
        chosen |= t->columns[i].chart;
    c->series = NEW_ARRAY(c->arena, t->column_count, size_t);
    for (size_t i = 0; i < t->column_count; i++)
        if (is_series(t, i, chosen))
            c->series[c->series_count++] = i;
}

static void choose_rows(struct chart *c)
{
    const struct table *t = c->table;
    c->rows = NEW_ARRAY(c->arena, t->row_count, const struct row *);
    for (size_t i = 0; i < t->row_count && c->row_count < ROWS_MOST; i++)
        if (t->rows[i].kind == ROW_PLAIN || t->rows[i].kind == ROW_RELISTED)
            c->rows[c->row_count++] = &t->rows[i];
}

/* Steps of 1, 2 or 5 times a power of ten, about five to the axis, whole ones for whole figures. */
static void choose_axis(struct chart *c)
{
    double low = 0, high = 0;
    bool whole = true;
    for (size_t r = 0; r < c->row_count; r++)
        for (size_t s = 0; s < c->series_count; s++) {
            const struct cell *cell = cell_at(c, r, s);
            if (!cell_is_number(cell))
                continue;
            low = fmin(low, value_of(cell));
            high = fmax(high, value_of(cell));
            whole &= cell->kind == CELL_INT;
        }
    double rough = (high - low) / 5, power = rough > 0 ? pow(10, floor(log10(rough))) : 1;
    double step = rough <= power ? power : rough <= 2 * power ? 2 * power : rough <= 5 * power ? 5 * power : 10 * power;
    c->step = whole && step < 1 ? 1 : step;
    c->low = floor(low / c->step) * c->step;
    c->high = ceil(high / c->step) * c->step;
    if (c->high <= c->low)
        c->high = c->low + c->step;
}

/* -- text -- */

static void text(struct chart *c, double x, double y, const char *anchor, const char *more, const char *s)
{
    buf_printf(c->out, "<text x=\"%.1f\" y=\"%.1f\"", x, y);
    if (anchor)
        buf_printf(c->out, " text-anchor=\"%s\"", anchor);
    buf_text(c->out, more);
    buf_char(c->out, '>');
    escape_html(c->out, s);
    buf_text(c->out, "</text>\n");
}

static double width_of(const char *s)
{
    return (double)text_width(s) * FONT * 0.52;
}

static size_t character(const char *s)
{
    size_t n = 1;
    while (((unsigned char)s[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Characters that do not begin a line (禁則). */
static bool hangs(const char *s, size_t n)
{
    static const char *const list = "、。，．・）」』】〕ーゃゅょっャュョッ";
    const char *found = n >= 3 ? strstr(list, (char[5]){s[0], s[1], s[2], n > 3 ? s[3] : '\0', '\0'}) : NULL;
    return found != NULL;
}

/* Bytes of `s` that stand on one line of the given width. */
static size_t line_bytes(const char *s, double width)
{
    double used = 0;
    size_t i = 0;
    while (s[i]) {
        size_t n = character(s + i);
        used += (n >= 3 ? 1.04 : 0.52) * FONT;
        if (used > width && i && !(hangs(s + i, n) && used <= width + FONT * 1.1))
            break;
        i += n;
    }
    return i;
}

/* A long label in two lines, cut with … after the second; right-aligned at x, centred on y. */
static void label(struct chart *c, double x, double y, double width, const char *s)
{
    const char *lines[LABEL_LINES];
    size_t n = 0;
    while (*s && n < LABEL_LINES) {
        size_t bytes = line_bytes(s, width);
        lines[n++] = arena_strndup(c->arena, s, bytes);
        s += bytes;
    }
    if (*s)
        lines[n - 1] = arena_printf(c->arena, "%s…", text_cut(c->arena, lines[n - 1], text_length(lines[n - 1]) - 1));
    for (size_t i = 0; i < n; i++)
        text(c, x, y + FONT * 0.36 + ((double)i - (double)(n - 1) / 2) * LINE, "end", NULL, lines[i]);
}

static const char *row_label(const struct chart *c, size_t row)
{
    size_t last = table_label_column(c->table);
    if (last == c->table->column_count)
        return c->rows[row]->key;
    const char *found = "";
    for (size_t i = last; i < c->table->column_count && c->table->columns[i].kind == COLUMN_TEXT; i++) {
        const char *s = table_cell_text(c->table, c->rows[row], i, c->arena);
        found = *s ? s : found;
    }
    return found;
}

static const char *series_label(const struct chart *c, size_t series)
{
    return c->table->columns[c->series[series]].label;
}

/* -- frame -- */

static const char *safe_id(const char *id, struct arena *a)
{
    char *safe = arena_printf(a, "chart-%s", id);
    for (char *p = safe; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
            *p = '-';
    return safe;
}

static void patterns(struct chart *c)
{
    static const char *const marks[LOOKS] = {
        NULL,
        "<path d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\" stroke=\"%s\" stroke-width=\"1.4\"/>",
        "<circle cx=\"3\" cy=\"3\" r=\"1.5\" fill=\"%s\"/>",
        "<path d=\"M0 3H6\" stroke=\"%s\" stroke-width=\"1.4\"/>",
    };
    buf_text(c->out, "<defs>");
    for (size_t i = 1; i < LOOKS && i < c->series_count; i++) {
        const char *cut = strstr(marks[i], "%s");
        buf_printf(c->out, "<pattern id=\"%s-p%zu\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#fff\"/>", c->id, i);
        buf_bytes(c->out, marks[i], (size_t)(cut - marks[i]));
        buf_text(c->out, colours[i]);
        buf_text(c->out, cut + 2);
        buf_text(c->out, "</pattern>");
    }
    buf_text(c->out, "</defs>\n");
}

static const char *fill_of(const struct chart *c, size_t series)
{
    size_t look = series % LOOKS;
    return look ? arena_printf(c->arena, "url(#%s-p%zu)", c->id, look) : colours[0];
}

static void describe(struct chart *c)
{
    buf_printf(c->out, "<title id=\"%s-title\">", c->id);
    escape_html(c->out, c->table->title);
    if (c->table->subtitle && *c->table->subtitle) {
        buf_text(c->out, "　");
        escape_html(c->out, c->table->subtitle);
    }
    buf_printf(c->out, "</title><desc id=\"%s-desc\">", c->id);
    for (size_t s = 0; s < c->series_count && s < 12; s++) {
        buf_text(c->out, s ? "、" : "");
        escape_html(c->out, series_label(c, s));
    }
    buf_printf(c->out, "を%zu項目について示したグラフです。数値は表にあります。", c->row_count);
    if (c->table->commentary)
        escape_html(c->out, c->table->commentary);
    buf_text(c->out, "</desc>\n");
}

static void open_svg(struct chart *c, double height)
{
    buf_printf(c->out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" aria-labelledby=\"%s-title %s-desc\" "
               "viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" font-family=\"BIZ UDPGothic, Noto Sans JP, sans-serif\" font-size=\"%d\" "
               "fill=\"#1a1a1a\">\n",
               c->id, c->id, c->width, height, c->width, height, FONT);
    describe(c);
    patterns(c);
}

static const char *tick_label(struct chart *c, double v)
{
    int decimals = c->step >= 1 ? 0 : (int)ceil(-log10(c->step) - 1e-9);
    struct cell tick = {.kind = CELL_DECIMAL, .number = llround(v * pow(10, decimals)), .decimals = decimals};
    return cell_print(&tick, c->arena);
}

static const char *axis_unit(struct chart *c)
{
    const char *unit = c->series_count ? table_column_unit(c->table, c->series[0]) : NULL;
    return unit ? arena_printf(c->arena, "（%s）", unit) : "";
}

static double place(const struct chart *c, double v, double from, double to)
{
    return from + (v - c->low) / (c->high - c->low) * (to - from);
}

static void line(struct chart *c, double x1, double y1, double x2, double y2, const char *look)
{
    buf_printf(c->out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x1, y1, x2, y2, look);
}

#define GRID "stroke=\"#c4c4c4\" stroke-width=\"0.7\""
#define AXIS "stroke=\"#1a1a1a\" stroke-width=\"1\""

/* -- bars -- */

static void value_axis_below(struct chart *c)
{
    int n = (int)lround((c->high - c->low) / c->step), every = c->narrow && n > 3 ? (n + 2) / 3 : 1;
    for (int i = 0; i <= n && i < TICKS_MOST; i += every) {
        double v = c->low + i * c->step, x = place(c, v, c->left, c->right);
        line(c, x, c->top, x, c->bottom, fabs(v) < c->step / 1e6 ? AXIS : GRID);
        text(c, x, c->bottom + LINE, "middle", " font-size=\"12\"", tick_label(c, v));
    }
    text(c, c->right, c->bottom + 2 * LINE, "end", " font-size=\"12\"", axis_unit(c));
}

static void bar(struct chart *c, size_t row, size_t series, double y)
{
    const struct cell *cell = cell_at(c, row, series);
    double zero = place(c, 0, c->left, c->right), x = zero;
    const char *printed = table_cell_text(c->table, c->rows[row], c->series[series], c->arena);
    bool backward = false;
    if (cell_is_number(cell)) {
        x = place(c, value_of(cell), c->left, c->right);
        backward = x < zero;
        buf_printf(c->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\" stroke=\"%s\"/>\n", fmin(x, zero), y,
                   fabs(x - zero), BAR, fill_of(c, series), colours[series % LOOKS]);
    }
    if (row == 0 && c->series_count > 1) /* the first group names the series, in place of a legend */
        printed = arena_printf(c->arena, "%s　%s", printed, series_label(c, series));
    bool turns = backward && x - width_of(printed) < 4;
    text(c, turns ? zero + 5 : backward ? x - 5 : x + 5, y + BAR - 3.5, backward && !turns ? "end" : NULL, NULL, printed);
}

static void bars(struct chart *c)
{
    double group = fmax((double)c->series_count * (BAR + BAR_GAP), LINE * LABEL_LINES - 2) + GROUP_GAP;
    double room = 60;
    for (size_t s = 0; s < c->series_count && c->series_count > 1; s++)
        room = fmax(room, width_of(series_label(c, s)) + 70);
    c->left = c->label_width + 12;
    c->right = c->width - fmin(room, c->narrow ? 130 : 220);
    c->top = 8;
    c->bottom = c->top + group * (double)c->row_count;
    open_svg(c, c->bottom + 2 * LINE + 8);
    value_axis_below(c);
    for (size_t r = 0; r < c->row_count; r++) {
        double y = c->top + group * (double)r + (group - (double)c->series_count * (BAR + BAR_GAP) + BAR_GAP) / 2;
        label(c, c->label_width, c->top + group * ((double)r + 0.5), c->label_width - 6, row_label(c, r));
        for (size_t s = 0; s < c->series_count; s++)
            bar(c, r, s, y + (double)s * (BAR + BAR_GAP));
    }
}

/* -- lines -- */

static void value_axis_left(struct chart *c)
{
    int n = (int)lround((c->high - c->low) / c->step);
    for (int i = 0; i <= n && i < TICKS_MOST; i++) {
        double v = c->low + i * c->step, y = place(c, v, c->bottom, c->top);
        line(c, c->left, y, c->right, y, fabs(v) < c->step / 1e6 ? AXIS : GRID);
        text(c, c->left - 6, y + 4, "end", " font-size=\"12\"", tick_label(c, v));
    }
    text(c, c->left - 6, c->top - 12, "end", " font-size=\"12\"", axis_unit(c));
}

static void marker(struct chart *c, size_t series, double x, double y)
{
    static const char *const shapes[LOOKS] = {"M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-4-4h8v8h-8z", "M0-5L5 4H-5z", "M0-5L5 0L0 5L-5 0z"};
    size_t look = series % LOOKS;
    buf_printf(c->out, "<path transform=\"translate(%.1f %.1f)\" d=\"%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"1.4\"/>\n", x, y, shapes[look],
               look ? "#fff" : colours[0], colours[look]);
}

static double point_x(const struct chart *c, size_t row)
{
    return c->row_count < 2 ? (c->left + c->right) / 2 : c->left + 20 + (c->right - c->left - 40) * (double)row / (double)(c->row_count - 1);
}

static double point_y(const struct chart *c, size_t row, size_t series)
{
    return place(c, value_of(cell_at(c, row, series)), c->bottom, c->top);
}

/* A missing month breaks the line: nothing is drawn where nothing is known. */
static void polyline(struct chart *c, size_t series)
{
    buf_text(c->out, "<path d=\"");
    bool drawing = false;
    for (size_t r = 0; r < c->row_count; r++) {
        bool known = cell_is_number(cell_at(c, r, series));
        if (known)
            buf_printf(c->out, "%c%.1f %.1f", drawing ? 'L' : 'M', point_x(c, r), point_y(c, r, series));
        drawing = known;
    }
    buf_printf(c->out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"", colours[series % LOOKS]);
    if (*dashes[series % LOOKS])
        buf_printf(c->out, " stroke-dasharray=\"%s\"", dashes[series % LOOKS]);
    buf_text(c->out, "/>\n");
}

static void points(struct chart *c, size_t series)
{
    for (size_t r = 0; r < c->row_count; r++) {
        const struct cell *cell = cell_at(c, r, series);
        if (!cell_is_number(cell))
            continue;
        marker(c, series, point_x(c, r), point_y(c, r, series));
        if (c->series_count <= 2 && c->row_count <= (c->narrow ? 6 : 24))
            text(c, point_x(c, r), point_y(c, r, series) + (series ? 20 : -9), "middle", " font-size=\"12\"",
                 table_cell_text(c->table, c->rows[r], c->series[series], c->arena));
    }
}

/* Names at the right ends, pushed apart where lines end close together. */
static void names(struct chart *c)
{
    double *ys = NEW_ARRAY(c->arena, c->series_count, double);
    for (size_t s = 0; s < c->series_count; s++) {
        ys[s] = c->bottom;
        for (size_t r = 0; r < c->row_count; r++)
            if (cell_is_number(cell_at(c, r, s)))
                ys[s] = point_y(c, r, s);
        for (size_t moved = 1; moved;) {
            moved = 0;
            for (size_t before = 0; before < s; before++)
                if (fabs(ys[before] - ys[s]) < LINE - 0.5) {
                    ys[s] = ys[before] + LINE;
                    moved = 1;
                }
        }
        marker(c, s, c->right + 2, ys[s]);
        text(c, c->right + 11, ys[s] + 4.5, NULL, NULL, text_cut(c->arena, series_label(c, s), 9));
    }
}

static void month_labels(struct chart *c)
{
    size_t most = c->narrow ? 4 : 16, every = c->row_count > most ? (c->row_count + most - 1) / (c->narrow ? most : 12) : 1;
    for (size_t r = 0; r < c->row_count; r += every)
        text(c, point_x(c, r), c->bottom + LINE + 2, "middle", " font-size=\"12\"", text_cut(c->arena, row_label(c, r), c->row_count > 8 ? 5 : 8));
    for (size_t r = 0; r < c->row_count; r++) {
        bool any = false;
        for (size_t s = 0; s < c->series_count; s++)
            any |= cell_is_number(cell_at(c, r, s));
        if (!any && c->series_count) /* nobody answered */
            text(c, point_x(c, r), c->bottom - 4, "middle", " font-size=\"12\"",
                 table_cell_text(c->table, c->rows[r], c->series[0], c->arena));
    }
}

static void lines(struct chart *c)
{
    c->left = c->narrow ? 48 : 64;
    c->right = c->width - (c->narrow ? 116 : 150);
    c->top = 30;
    c->bottom = c->top + PLOT_HEIGHT;
    open_svg(c, fmax(c->bottom + LINE + 14, c->top + (double)c->series_count * LINE + 40));
    value_axis_left(c);
    month_labels(c);
    for (size_t s = 0; s < c->series_count; s++) {
        polyline(c, s);
        points(c, s);
    }
    names(c);
}

/* -- small multiples: one panel for each row, the columns along it, one scale for all -- */

static void panel(struct chart *c, size_t row, double x, double y, double w)
{
    double top = y + LINE + 16, bottom = y + PANEL_HEIGHT - LINE, slot = w / (double)c->series_count;
    double zero = place(c, 0, bottom, top);
    text(c, x, y + FONT, NULL, " font-weight=\"bold\"", text_cut(c->arena, row_label(c, row), 12));
    line(c, x, top, x + w, top, GRID);
    line(c, x, zero, x + w, zero, AXIS);
    for (size_t s = 0; s < c->series_count; s++) {
        const struct cell *cell = cell_at(c, row, s);
        double middle = x + slot * ((double)s + 0.5), end = zero;
        if (cell_is_number(cell)) {
            end = place(c, value_of(cell), bottom, top);
            buf_printf(c->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", middle - slot * 0.35, fmin(end, zero),
                       slot * 0.7, fabs(end - zero), colours[0]);
        }
        bool named = c->series_count <= 3 || s + 1 == c->series_count; /* the newest */
        if (named || !cell_is_number(cell))
            text(c, middle, fmin(end, zero) - 3, s + 1 == c->series_count && c->series_count > 3 ? "end" : "middle", " font-size=\"11\"",
                 c->series_count > 6 && !cell_is_number(cell) ? "×" : table_cell_text(c->table, c->rows[row], c->series[s], c->arena));
    }
    text(c, x, y + PANEL_HEIGHT - 3, NULL, " font-size=\"11\"", text_cut(c->arena, series_label(c, 0), 6));
    if (c->series_count > 1)
        text(c, x + w, y + PANEL_HEIGHT - 3, "end", " font-size=\"11\"", text_cut(c->arena, series_label(c, c->series_count - 1), 6));
}

static void small_multiples(struct chart *c)
{
    size_t across = c->narrow ? NARROW_PANELS : PANELS, deep = (c->row_count + across - 1) / across;
    double gap = 22, w = (c->width - gap * (double)(across - 1)) / (double)across;
    open_svg(c, LINE + 10 + (double)deep * (PANEL_HEIGHT + 14));
    text(c, 0, FONT + 1, NULL, " font-size=\"12\"",
         arena_printf(c->arena, "目盛はすべて同じ: 上の線が%s%s　×は数値なし", tick_label(c, c->high), axis_unit(c)));
    for (size_t r = 0; r < c->row_count; r++)
        panel(c, r, (double)(r % across) * (w + gap), LINE + 10 + (double)(r / across) * (PANEL_HEIGHT + 14), w);
}

static bool chart(const struct table *t, bool narrow, struct buf *out, struct err *err)
{
    auto_arena *a = arena_new();
    struct chart c = {.table = t, .arena = a, .out = out, .narrow = narrow, .width = narrow ? NARROW_WIDTH : WIDTH,
                      .label_width = narrow ? NARROW_LABEL_WIDTH : LABEL_WIDTH,
                      .id = safe_id(narrow ? arena_printf(a, "%s-narrow", t->id) : t->id, a)};
    choose_series(&c);
    choose_rows(&c);
    if (t->chart == CHART_NONE || !c.series_count || !c.row_count)
        return err_set(err, ERR_INPUT, "table.no_chart", "table=%s", t->id);
    choose_axis(&c);
    switch (t->chart) {
    case CHART_LINES: lines(&c); break;
    case CHART_SMALL_MULTIPLES: small_multiples(&c); break;
    case CHART_BARS:
    case CHART_GROUPED_BARS:
    case CHART_NONE: bars(&c); break;
    }
    buf_text(out, "</svg>\n");
    return true;
}

bool table_chart(const struct table *t, struct buf *out, struct err *err)
{
    return chart(t, false, out, err);
}

bool table_chart_narrow(const struct table *t, struct buf *out)
{
    struct err none;
    return chart(t, true, out, &none);
}
