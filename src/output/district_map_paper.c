/* district_map_paper.c -- the map as a part of a paper: outlines filled with shades, words on white, legend and sources. */
#include "output/district_map_inside.h"
#include "output/paper_page.h"

#include "base/text.h"

#include <math.h>

enum { CORNERS = 24, SWATCH = 24, LEGEND_PITCH = 18 };

static void shade_path(struct paper *p, const double *points, size_t count, int step, double stroke)
{
    paper_shade(p, points, count, step == DISTRICT_UNKNOWN ? &shade_unknown : &shades[step]);
    paper_path(p, points, count, stroke);
}

static void put_ring(struct paper *p, const struct district_frame *f, const struct geojson_ring *r, int step)
{
    double *points = NEW_ARRAY(p->arena, r->count * 2, double);
    for (size_t i = 0; i < r->count; i++) {
        points[2 * i] = district_x(f, r->points[2 * i]);
        points[2 * i + 1] = district_y(f, r->points[2 * i + 1]);
    }
    shade_path(p, points, r->count, step, THIN);
}

static void put_disc(struct paper *p, double x, double y, double radius, int step)
{
    double *points = NEW_ARRAY(p->arena, (size_t)CORNERS * 2, double);
    for (int i = 0; i < CORNERS; i++) {
        points[2 * i] = x + radius * cos(2 * M_PI * i / CORNERS);
        points[2 * i + 1] = y + radius * sin(2 * M_PI * i / CORNERS);
    }
    shade_path(p, points, CORNERS, step, THIN);
}

static void put_rectangle(struct paper *p, double x, double y, double w, double h, const struct shade *s, bool has_line)
{
    double *points = NEW_ARRAY(p->arena, 8, double);
    const double corners[] = {x, y, x + w, y, x + w, y + h, x, y + h};
    for (size_t i = 0; i < 8; i++)
        points[i] = corners[i];
    paper_shade(p, points, 4, s);
    if (has_line)
        paper_path(p, points, 4, THIN);
}

static void put_words(struct paper *p, const struct district_map *m, const struct district_frame *f, double radius)
{
    double letter = shape_size(STYLE_SMALL);
    const struct district_label *labels = district_labels(m, f, letter, radius, p->arena);
    for (size_t i = 0; i < m->count; i++)
        for (size_t k = 0; k < labels[i].count; k++) {
            const struct text_block *b = shape(p->shaper, STYLE_SMALL, -1, labels[i].lines[k]);
            double y = labels[i].y + letter * 1.2 * (double)k - letter * 0.6;
            put_rectangle(p, labels[i].x - b->width / 2 - 1, y, b->width + 2, letter * 1.2, &shades[0], false);
            paper_put(p, b, 0, labels[i].x - b->width / 2, y + letter * 0.6 - b->pitch / 2, b->width, 0);
        }
}

static double put_text(struct paper *p, enum text_style style, const char *text, double y)
{
    const struct text_block *b = shape(p->shaper, style, p->right - p->left, text);
    for (size_t i = 0; i < b->line_count; i++)
        paper_put(p, b, i, p->left, y + (double)i * b->pitch, p->right - p->left, 0);
    return y + (double)b->line_count * b->pitch;
}

static void put_scale_and_north(struct paper *p, const struct district_frame *f)
{
    double metres, length = district_scale(f, &metres), y = f->y + f->h + 8, x = f->x + f->w - 12;
    const char *words = metres >= 1000 ? arena_printf(p->arena, "%g km", metres / 1000) : arena_printf(p->arena, "%g m", metres);
    paper_rule(p, f->x + 1, y, length, 0, THICK);
    paper_rule(p, f->x + 1, y - 4, 0, 8, THIN);
    paper_rule(p, f->x + 1 + length, y - 4, 0, 8, THIN);
    paper_put(p, shape(p->shaper, STYLE_SMALL, -1, words), 0, f->x + length + 6, y - 8, 60, 0);
    paper_rule(p, x, f->y + 30, 0, -22, THICK);
    paper_rule(p, x, f->y + 8, -4, 8, THICK);
    paper_rule(p, x, f->y + 8, 4, 8, THICK);
    paper_put(p, shape(p->shaper, STYLE_SMALL, -1, "北"), 0, x - 10, f->y + 32, 20, 0.5);
}

static double put_legend(struct paper *p, const struct district_map *m, double y)
{
    size_t n = m->step_count + (district_count(m, DISTRICT_UNKNOWN) > 0), deep = (n + 1) / 2;
    y = put_text(p, STYLE_BOLD, m->legend, y) + 4;
    for (size_t i = 0; i < n; i++) {
        int step = i < m->step_count ? (int)i : DISTRICT_UNKNOWN;
        double x = p->left + (double)(i / deep) * (p->right - p->left) / 2, at = y + (double)(i % deep) * LEGEND_PITCH;
        const char *words = arena_printf(p->arena, "%s　%zu地区", i < m->step_count ? m->steps[i] : m->unknown, district_count(m, step));
        put_rectangle(p, x, at, SWATCH, 12, step == DISTRICT_UNKNOWN ? &shade_unknown : &shades[step], true);
        paper_put(p, shape(p->shaper, STYLE_SMALL, -1, words), 0, x + SWATCH + 6, at, 200, 0);
    }
    return y + (double)deep * LEGEND_PITCH + 4;
}

static void put_districts(struct paper *p, const struct district_map *m, const struct district_frame *f, double radius)
{
    for (size_t i = 0; i < m->count; i++)
        for (size_t r = 0; r < m->districts[i].ring_count; r++)
            put_ring(p, f, &m->districts[i].rings[r], m->districts[i].step);
    for (size_t i = 0; i < m->count; i++)
        if (!m->districts[i].ring_count)
            put_disc(p, district_x(f, (double)m->districts[i].longitude), district_y(f, (double)m->districts[i].latitude), radius, m->districts[i].step);
}

void district_map_paper(const struct district_map *m, struct paper *p, double height)
{
    static const double below = 160; /* points: legend and sources */
    size_t outside_count;
    const bool *outside = district_outside(m, p->arena, &outside_count);
    const struct district_map drawn = district_inside(m, outside, p->arena);
    double y = put_text(p, STYLE_BOLD, m->subtitle, p->y), radius = district_radius(&drawn, 5);
    struct district_frame f = district_frame_fit(&drawn, p->left, y, p->right - p->left, fmin(mm(height), p->bottom - y) - below);
    put_districts(p, &drawn, &f, radius);
    put_words(p, &drawn, &f, radius);
    put_scale_and_north(p, &f);
    y = put_legend(p, m, y + f.h + 24);
    y = outside_count ? put_text(p, STYLE_SMALL, district_outside_words(m, outside, p->arena), y) : y;
    for (size_t i = 0; i < m->source_count; i++)
        y = put_text(p, STYLE_SMALL, m->sources[i], y);
    p->y = y + 8;
    p->fresh = false;
}
