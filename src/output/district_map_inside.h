/* district_map_inside.h -- what the two drawings of a map share: the frame and where words find room. */
#pragma once
#include "base/arena.h"
#include "output/district_map.h"

/* Islands far from everything else would leave nothing to see of the rest: true for districts that lie outside of the map, which are told in words. */
bool *district_outside(const struct district_map *m, struct arena *a, size_t *ret_count);
const char *district_outside_words(const struct district_map *m, const bool *outside, struct arena *a); /* 地図の外の地区：大島町 28.3、… or "" */
/* The map of the others, each with its number in the whole list. */
struct district_map district_inside(const struct district_map *m, const bool *outside, struct arena *a);
/* Of discs: smaller where there are many. */
double district_radius(const struct district_map *m, double usual);

struct district_frame {
    double x, y, w, h; /* of the drawing, in its own unit */
    double west, north, scale_x, scale_y;
};
/* All districts within w and at most `most` high; a frame as high as is needed. */
struct district_frame district_frame_fit(const struct district_map *m, double x, double y, double w, double most);
double district_x(const struct district_frame *f, double longitude);
double district_y(const struct district_frame *f, double latitude);
/* Length of a bar and the metres it stands for: 1, 2 or 5 times a power of ten, at most a quarter of the width. */
double district_scale(const struct district_frame *f, double *ret_metres);

/* One or two lines, centred on x; y is the middle of the first. */
struct district_label {
    double x, y;
    const char *lines[2];
    size_t count;
    bool is_number;
};
/* For every district in turn: name and figure, or the figure, or its number; no line where a disc has no room beside it.  `letter`: height of a letter; discs of this radius. */
struct district_label *district_labels(const struct district_map *m, const struct district_frame *f, double letter, double radius, struct arena *a);
/* Districts of a step. */
size_t district_count(const struct district_map *m, int step);
