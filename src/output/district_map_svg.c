/* district_map_svg.c -- the map as SVG that stands inside a page of strict CSP, and alone: presentation attributes only. */
#include "output/district_map_inside.h"

#include "base/escape.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 560, NARROW = 356, HEIGHT = 580, NARROW_HEIGHT = 420, LEGEND_ROW = 26 };
#define INK "#00118f"

struct drawing {
    const struct district_map *map;    /* the whole; `drawn` without what lies outside */
    struct district_map drawn;
    const char *outside;
    struct arena *arena;
    struct buf *out;
    const char *id;
    double width, letter, radius;
    bool narrow;
};

static void text(struct drawing *d, double x, double y, double size, const char *more, const char *s)
{
    buf_printf(d->out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\"%s>", x, y, size, more);
    escape_html(d->out, s);
    buf_text(d->out, "</text>\n");
}

/* Bytes that fit the width; a closing 。 or 、 hangs (禁則). */
static size_t fitting(const char *s, double size, double width)
{
    size_t bytes = 0;
    for (double used = 0; s[bytes];) {
        size_t n = 1;
        while (((unsigned char)s[bytes + n] & 0xc0) == 0x80)
            n++;
        used += (n > 1 ? 1.04 : 0.58) * size;
        if (used > width && strncmp(s + bytes, "。", 3) != 0 && strncmp(s + bytes, "、", 3) != 0)
            break;
        bytes += n;
    }
    return bytes;
}

/* Wrapped at the width; returns where the next line stands. */
static double paragraph(struct drawing *d, double y, double size, const char *more, const char *s)
{
    for (; *s; y += size * 1.5) {
        size_t bytes = fitting(s, size, d->width - size);
        text(d, 0, y, size, more, arena_strndup(d->arena, s, bytes));
        s += bytes;
    }
    return y;
}

/* --- shades --- */

static void pattern(struct drawing *d, const struct shade *s, int step)
{
    buf_printf(d->out, "<pattern id=\"%s-s%d\" width=\"%g\" height=\"%g\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                       "<rect width=\"%g\" height=\"%g\" fill=\"#fff\"/>", d->id, step, s->pitch, s->pitch, s->pitch, s->pitch);
    if (s->dot > 0)
        buf_printf(d->out, "<circle cx=\"%g\" cy=\"%g\" r=\"%g\" fill=\"" INK "\"/>", s->pitch / 2, s->pitch / 2, s->dot);
    if (s->line > 0)
        buf_printf(d->out, "<path d=\"M%g 0V%g%s\" stroke=\"" INK "\" stroke-width=\"%g\"/>", s->pitch / 2, s->pitch,
                   s->is_crossed ? arena_printf(d->arena, "M0 %gH%g", s->pitch / 2, s->pitch) : "", s->line);
    buf_text(d->out, "</pattern>");
}

static void patterns(struct drawing *d)
{
    buf_text(d->out, "<defs>");
    for (int i = 0; i < SHADES; i++)
        if (shades[i].pitch > 0)
            pattern(d, &shades[i], i);
    pattern(d, &shade_unknown, SHADES);
    buf_text(d->out, "</defs>\n");
}

static const char *fill_of(const struct drawing *d, int step)
{
    const struct shade *s = step == DISTRICT_UNKNOWN ? &shade_unknown : &shades[step];
    return s->is_full ? INK : s->pitch > 0 ? arena_printf(d->arena, "url(#%s-s%d)", d->id, step == DISTRICT_UNKNOWN ? SHADES : step) : "#fff";
}

/* --- districts --- */

/* Points nearer than this to the one before say nothing at this size. */
static const double NEAR = 1.4;

static void ring(struct drawing *d, const struct district_frame *f, const struct geojson_ring *r)
{
    long before_x = 0, before_y = 0; /* tenths of a px, as drawn */
    for (size_t i = 0; i < r->count; i++) {
        long x = lround(district_x(f, r->points[2 * i]) * 10), y = lround(district_y(f, r->points[2 * i + 1]) * 10);
        if (i && hypot((double)(x - before_x), (double)(y - before_y)) < NEAR * 10)
            continue;
        buf_printf(d->out, i ? "l%g %g" : "M%g %g", (double)(i ? x - before_x : x) / 10, (double)(i ? y - before_y : y) / 10);
        before_x = x;
        before_y = y;
    }
    buf_text(d->out, "z");
}

static void district(struct drawing *d, const struct district_frame *f, const struct district *x)
{
    const char *look = arena_printf(d->arena, "fill=\"%s\" stroke=\"#1a1a1a\"%s", fill_of(d, x->step), x->step == DISTRICT_UNKNOWN ? " stroke-dasharray=\"4 3\"" : "");
    if (!x->ring_count) {
        buf_printf(d->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" stroke-width=\"1.2\" %s/>\n", district_x(f, (double)x->longitude),
                   district_y(f, (double)x->latitude), d->radius, look);
        return;
    }
    buf_text(d->out, "<path d=\"");
    for (size_t i = 0; i < x->ring_count; i++)
        ring(d, f, &x->rings[i]);
    buf_printf(d->out, "\" stroke-width=\"1.2\" stroke-linejoin=\"round\" %s/>\n", look);
}

static void words(struct drawing *d, const struct district_frame *f)
{
    const struct district_label *labels = district_labels(&d->drawn, f, d->letter, d->radius, d->arena);
    buf_text(d->out, "<g text-anchor=\"middle\" paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"3.5\" stroke-linejoin=\"round\">\n");
    for (size_t i = 0; i < d->drawn.count; i++)
        for (size_t k = 0; k < labels[i].count; k++) {
            bool is_figure = labels[i].lines[k] == d->drawn.districts[i].figure;
            text(d, labels[i].x, labels[i].y + d->letter * (0.36 + 1.2 * (double)k), d->letter,
                 is_figure ? " font-weight=\"700\"" : labels[i].is_number ? " fill=\"#5c5c5c\"" : "", labels[i].lines[k]);
        }
    buf_text(d->out, "</g>\n");
}

static void scale_and_north(struct drawing *d, const struct district_frame *f)
{
    double metres, length = district_scale(f, &metres), y = f->y + f->h + 12, x = f->x + f->w - 12;
    buf_printf(d->out, "<path d=\"M1 %.1fv8h%.1fv-8M%.1f %.1fv-22l-5 9m5 -9l5 9\" fill=\"none\" stroke=\"#1a1a1a\" stroke-width=\"1.4\"/>\n", y - 8, length, x, f->y + 30);
    text(d, length + 6, y, 12, "", metres >= 1000 ? arena_printf(d->arena, "%g km", metres / 1000) : arena_printf(d->arena, "%g m", metres));
    text(d, x, f->y + 46, 12, " text-anchor=\"middle\"", "北");
}

/* --- legend --- */

static void swatch(struct drawing *d, double x, double y, int step, const char *label)
{
    buf_printf(d->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"30\" height=\"18\" fill=\"%s\" stroke=\"#1a1a1a\"%s/>\n", x + 0.5, y + 0.5, fill_of(d, step),
               step == DISTRICT_UNKNOWN ? " stroke-dasharray=\"4 3\"" : "");
    text(d, x + 38, y + 14, 13, "", arena_printf(d->arena, "%s　%zu地区", label, district_count(d->map, step)));
}

static double legend(struct drawing *d, double y)
{
    const struct district_map *m = d->map;
    size_t across = d->narrow ? 1 : 2, n = m->step_count + (district_count(m, DISTRICT_UNKNOWN) > 0), deep = (n + across - 1) / across;
    y = paragraph(d, y, 13, " font-weight=\"700\"", m->legend);
    for (size_t i = 0; i < n; i++)
        swatch(d, (double)(i / deep) * d->width / (double)across, y - 8 + (double)(i % deep) * LEGEND_ROW, i < m->step_count ? (int)i : DISTRICT_UNKNOWN,
               i < m->step_count ? m->steps[i] : m->unknown);
    return y + (double)deep * LEGEND_ROW + 10;
}

static double sources(struct drawing *d, double y)
{
    y = paragraph(d, y, 13, "", d->outside);
    for (size_t i = 0; i < d->map->source_count; i++)
        y = paragraph(d, y, 11, " fill=\"#3d3d3d\"", d->map->sources[i]);
    return y;
}

/* --- */

static double draw(struct drawing *d)
{
    const struct district_map *m = d->map;
    double y = paragraph(d, 20, 17, " font-weight=\"700\"", m->title);
    y = paragraph(d, y, 13, "", m->subtitle);
    struct district_frame f = district_frame_fit(&d->drawn, 0, y, d->width, d->narrow ? NARROW_HEIGHT : HEIGHT);
    for (size_t i = 0; i < d->drawn.count; i++)
        district(d, &f, &d->drawn.districts[i]);
    words(d, &f);
    scale_and_north(d, &f);
    return sources(d, legend(d, y + f.h + 42));
}

void district_map_svg(const struct district_map *m, bool narrow, struct buf *out)
{
    auto_arena *a = arena_new();
    auto_buf body = {0};
    size_t outside_count;
    const bool *outside = district_outside(m, a, &outside_count);
    struct drawing d = {.map = m, .drawn = district_inside(m, outside, a), .outside = district_outside_words(m, outside, a), .arena = a, .out = &body, .id = narrow ? arena_printf(a, "%s-narrow", m->id) : m->id, .width = narrow ? NARROW : WIDTH,
                        .letter = narrow ? 11 : 12, .narrow = narrow};
    d.radius = district_radius(&d.drawn, narrow ? 6 : 9);
    double height = draw(&d);
    d.out = out;
    buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"district-map\" role=\"img\" aria-labelledby=\"%s-title %s-desc\" viewBox=\"0 0 %.0f %.0f\" "
                    "width=\"%.0f\" height=\"%.0f\" font-family=\"BIZ UDPGothic, Noto Sans JP, sans-serif\" fill=\"#1a1a1a\">\n<title id=\"%s-title\">",
               d.id, d.id, d.width, height, d.width, height, d.id);
    escape_html(out, m->title);
    escape_html(out, "　");
    escape_html(out, m->subtitle);
    buf_printf(out, "</title><desc id=\"%s-desc\">%zu地区を、距離の段階ごとに塗り分けた地図です。同じ数値は表にあります。</desc>\n", d.id, m->count);
    patterns(&d);
    buf_bytes(out, body.data, body.size);
    buf_text(out, "</svg>\n");
}
