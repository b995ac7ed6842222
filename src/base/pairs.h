/* pairs.h -- names and values as they arrive: query strings, form bodies, flat JSON, CSV rows.
 *
 * Order is kept; a name may occur several times (checkboxes).  Everything lives in the arena given at creation. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct pair {
    const char *name, *value;
};
struct pairs {
    struct arena *arena;
    struct pair *items;
    size_t count, room;
};

void pairs_init(struct pairs *p, struct arena *a);
void pairs_add(struct pairs *p, const char *name, const char *value); /* both are copied */
void pairs_set(struct pairs *p, const char *name, const char *value); /* replaces every earlier one */
/* The first value, or "" when there is none. */
const char *pairs_get(const struct pairs *p, const char *name);
bool pairs_has(const struct pairs *p, const char *name);
/* All values of a name joined by blanks, for FIELD_CODES. */
const char *pairs_joined(const struct pairs *p, const char *name);
/* application/x-www-form-urlencoded.  False (ERR_INPUT, "input.ill_formed" or "input.too_many") when
 * ill-formed, no UTF-8 or over `limit` pairs; then nothing is added. */
bool pairs_parse_urlencoded(struct pairs *p, const char *body, size_t size, size_t limit, struct err *err);
/* A JSON object; numbers and booleans become their text ("1"/"0"), null is left out.  An array of these becomes repeated names, an
 * empty one a single "".  An array of objects (FIELD_ROWS) becomes "name.index.member"; nothing nests deeper than that. */
bool pairs_parse_json(struct pairs *p, const char *body, size_t size, size_t limit, struct err *err);
/* The query string again, sorted as added, without the leading '?'. */
char *pairs_query(const struct pairs *p, struct arena *a);
