/* router.h -- from method and path to a route: a tree of path segments, made once.  Fixed words win over ":name". */
#pragma once
#include "base/pairs.h"
#include "web/feature.h"

struct router;

struct router *router_new(struct arena *a);
/* False ("router.twice") when method and path are taken.  The route is kept, not copied. */
bool router_add(struct router *r, const struct route *route, struct err *err);
/* `path` is decoded.  NULL when nothing fits; `ret_allowed` then has a bit (1 << method) for each method that would.  `params`
 * (or NULL) gets the values of ":name". */
const struct route *router_match(const struct router *r, enum http_method method, const char *path, struct pairs *params,
                                 unsigned *ret_allowed);
/* Every route in the order added. */
const struct route *const *router_all(const struct router *r, size_t *ret_count);
