/* facility_places.h -- the municipality a row names: by code, by name, or by the beginning of its address; no database. */
#pragma once
#include "base/arena.h"

#include <stddef.h>

struct known_area {
    const char *code, *prefecture; /* 271276, 大阪府 */
    const char *folded;            /* 大阪市北区, folded as search is; a prefecture's own name for a prefecture */
    long latitude, longitude;      /* of the town hall, millionths of a degree */
};
struct known_areas { /* ordered by code */
    const struct known_area *items;
    size_t count;
};

/* NULL when there is no such code. */
const struct known_area *place_by_code(const struct known_areas *areas, const char *code);
/* The longest name the address begins with.  `prefecture` narrows ("大阪府", "27", or ""); without it a name that two prefectures have
 * gives NULL.  A 郡 before a town is passed over. */
const struct known_area *place_by_address(const struct known_areas *areas, const char *prefecture, const char *address, struct arena *a);
