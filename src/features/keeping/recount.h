/* recount.h -- are the maintained figures, of tally and of tally_year, what a recount of all records gives?  Reads only, one consistent
 * view. */
#pragma once
#include "web/feature.h"

enum { RECOUNT_SHOWN = 20 };
struct recount_difference {
    const char *measure, *basis, *month, *code, *area_code, *office_id; /* office_id "tally_year": a city's month in that table */
    long long kept, counted;
};
struct recount {
    long long records, figures; /* compared */
    long long different;
    struct recount_difference shown[RECOUNT_SHOWN];
    size_t shown_count;
};
/* `go_on` (or NULL) is asked between batches; false ends with ERR_CONFLICT "backup.stopped". */
bool recount_compare(struct store *s, const struct feature *const *features, bool (*go_on)(void *arg, long long records), void *arg,
                     struct arena *a, struct recount *ret, struct err *err);
