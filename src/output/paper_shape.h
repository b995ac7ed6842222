/* paper_shape.h -- inside src/output: text to lines of glyphs, once, to be drawn later on whichever page they land.
 *
 * Pages can only be finished when their number is known (page n/m), and keeping a Pango layout for each text would cost megabytes on long
 * tables.  A line here is glyph numbers, places and the text they stand for.  Units: points. */
#pragma once
#include "base/arena.h"

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum text_style { STYLE_BODY, STYLE_BOLD, STYLE_HEADING, STYLE_TITLE, STYLE_SMALL, STYLE_COVER, STYLE__COUNT };

struct text_run {
    cairo_scaled_font_t *font;
    struct text_glyph {
        uint32_t index;
        float x, y;
    } *glyphs;
    const char *text;
    cairo_text_cluster_t *clusters;
    int glyph_count, text_size, cluster_count;
    cairo_text_cluster_flags_t flags;
};
struct text_line {
    double width;
    struct text_run *runs;
    size_t run_count;
};
struct text_block {
    double pitch;    /* from line to line */
    double baseline; /* below the top of its line */
    double width;    /* of the widest line */
    size_t line_count;
    struct text_line *lines;
};

struct shaper;
struct shaper *shaper_new(struct arena *a);
void shaper_free(struct shaper *s);
/* Wrapped at `width` by 禁則 rules (not wrapped when width is negative); LF starts a line.  Short texts are kept and given again.  At least one line. */
const struct text_block *shape(struct shaper *s, enum text_style style, double width, const char *text);
/* ☑ or ☐ drawn with the font's own square and tick (it lacks the ballot boxes), extracted as ☑ or ☐. */
const struct text_block *shape_tick(struct shaper *s, bool ticked);
double shape_size(enum text_style style);
/* Width without shaping: the font's characters are half or one size wide. */
double shape_width(enum text_style style, const char *text);
void text_line_draw(cairo_t *c, const struct text_line *line, double x, double baseline);
