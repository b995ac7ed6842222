/* district_map.h -- districts shaded by the step their figure falls in: SVG for pages and a part of a paper, from one value.
 *
 * A district is drawn by its outline, or as a disc where none is known; its name and figure stand in it as far as there is room, otherwise its
 * number (its place in the list from 1, as in the table beside the map), or nothing where a disc would be hidden.  What lies far outside is told
 * in words under the map.  Readable without colour (shade.h).  Source: ux.md, charts and maps. */
#pragma once
#include "output/geojson.h"
#include "output/shade.h"

struct paper;
enum { DISTRICT_UNKNOWN = -1 };
struct district {
    const char *name, *figure;         /* 北区, 0.4; the unit stands in the legend */
    const struct geojson_ring *rings;  /* none: a disc */
    size_t ring_count;
    long longitude, latitude;          /* where the name stands, and the disc; millionths of a degree */
    int step;                          /* from 0, light; DISTRICT_UNKNOWN */
    int number;                        /* set by the drawing */
};
struct district_map {
    const char *id;                    /* of the drawing within its page: letters, digits, '-' */
    const char *title, *subtitle;      /* 訪問看護までの距離; 大阪市　令和6年11月30日(土)現在 */
    const char *legend, *unknown;      /* what the steps say: 地区の中心からの直線距離（数字はkm）; words of what is not known */
    const char *const *steps;          /* words from near to far, light to dark */
    size_t step_count;                 /* at most SHADES */
    const char *const *sources;        /* lines under the drawing */
    size_t source_count;
    const struct district *districts;
    size_t count;
};
/* `narrow`: for the width of a phone, letters as large. */
void district_map_svg(const struct district_map *m, bool narrow, struct buf *out);
/* The map with its legend, where the paper stands; at most so many millimetres high.  The title is the paper's own. */
void district_map_paper(const struct district_map *m, struct paper *p, double height);
