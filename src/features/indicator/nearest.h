/* nearest.h -- inside the feature: how far the nearest service of a kind is from the middle of each district. */
#pragma once
#include "features/area/area.h"

#include <stdbool.h>

struct nearest_kind {
    const char *key, *label;
    const char *condition; /* SQL about `facility c` */
};
extern const struct nearest_kind nearest_kinds[];
extern const size_t nearest_kind_count;
/* NULL when there is no such kind. */
const struct nearest_kind *nearest_kind_find(const char *key);

enum { NEAREST_METRES_MOST = 64000 };
struct nearest {
    long latitude, longitude; /* from where; millionths of a degree */
    bool is_middle;           /* of an outline; else of a town hall */
    const char *id, *name, *source; /* of the entry; "" none within NEAREST_METRES_MOST */
    double metres;            /* straight; -1 none */
};
/* One for each area. */
struct nearest *nearest_from(const struct area *areas, size_t count, struct arena *a);
/* Fills id, name and metres: one reading of the entries around all of them.  What lies beyond a border counts; what is no longer published does not. */
bool nearest_find(struct db *db, const struct nearest_kind *kind, struct nearest *list, size_t count, struct arena *a, struct err *err);
