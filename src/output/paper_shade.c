/* paper_shade.c -- an outline filled with a shade: lines and dots that a FAX still tells apart. */
#include "output/paper_page.h"

#include <math.h>

static void trace(cairo_t *c, const struct mark *m)
{
    cairo_new_path(c);
    for (size_t i = 0; i < m->point_count; i++)
        cairo_line_to(c, m->points[2 * i], m->points[2 * i + 1]);
    cairo_close_path(c);
}

/* Lines rise to the right; crossed ones fall as well. */
static void add_lines(cairo_t *c, const double box[4], double pitch, bool is_falling)
{
    double step = pitch * M_SQRT2, height = box[3] - box[1];
    for (double x = floor((box[0] - height) / step) * step; x < box[2] + height; x += step) {
        cairo_move_to(c, x, is_falling ? box[1] : box[3]);
        cairo_rel_line_to(c, height, is_falling ? height : -height);
    }
}

static void add_dots(cairo_t *c, const double box[4], double pitch, double radius)
{
    for (double y = floor(box[1] / pitch) * pitch; y < box[3] + pitch; y += pitch)
        for (double x = floor(box[0] / pitch) * pitch; x < box[2] + pitch; x += pitch) {
            cairo_new_sub_path(c);
            cairo_arc(c, x, y, radius, 0, 2 * M_PI);
        }
}

void paper_shade_draw(cairo_t *c, const struct mark *m)
{
    const struct shade *s = m->shade;
    double box[4];
    cairo_save(c);
    trace(c, m);
    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_fill_preserve(c);
    cairo_set_source_rgb(c, 0.25, 0.25, 0.25);
    cairo_clip(c);
    cairo_clip_extents(c, &box[0], &box[1], &box[2], &box[3]);
    if (s->is_full)
        cairo_paint(c);
    if (s->dot > 0) {
        add_dots(c, box, s->pitch, s->dot);
        cairo_fill(c);
    }
    if (s->line > 0) {
        add_lines(c, box, s->pitch, false);
        if (s->is_crossed)
            add_lines(c, box, s->pitch, true);
        cairo_set_line_width(c, s->line);
        cairo_stroke(c);
    }
    cairo_restore(c);
    cairo_new_path(c);
}
