/* shade.h -- steps from light to dark that differ without colour, on a screen, on paper and on a FAX: nothing, dots, lines, closer lines, crossed
 * lines, full.  Lengths in px of a drawing and in points of a paper alike. */
#pragma once
#include <stdbool.h>

enum { SHADES = 6 };
struct shade {
    double pitch;          /* between lines or dots; 0: neither */
    double line, dot;      /* width of lines, radius of dots */
    bool is_crossed, is_full;
};
extern const struct shade shades[SHADES];
extern const struct shade shade_unknown; /* nothing is known: crosses far apart */
