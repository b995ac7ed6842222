/* facility_group.h -- entries that a person said are the same; inside the feature.  What others need stands in facility.h.
 *
 * A group is what the pairs decided as "same" connect; nothing else is kept about it, so taking a decision back gives exactly what was
 * there before.  The leading entry's own value wins in every member; only what is blank there is filled, from the next in the order.
 * Name, kind and service are never filled.  facility_filled names each filled member and whose value it is. */
#pragma once
#include "features/facility/facility.h"

struct audience;

/* proposed, same, different, later */
bool facility_match_state_is_known(const char *state);

struct facility_decision {
    const char *facility_id, *other_id; /* as in facility_match */
    const char *state;                  /* or "" to go back to what it was before the last decision */
    const char *expected;               /* the state the person saw; ERR_CONFLICT "facility.match_changed" when it is another; "" any */
    const char *user_id, *now;
};
/* ERR_NOT_FOUND "facility.unknown_match". */
bool facility_decide(struct db *db, const struct facility_decision *d, struct arena *a, struct err *err);

/* An import changes an entry: its group is parted into what the sources say, and put together again. */
bool facility_group_part(struct db *db, const char *id, struct arena *a, const char ***ret_ids, size_t *ret_count, struct err *err);
bool facility_group_join(struct db *db, const char *const *ids, size_t count, struct arena *a, struct err *err);

/* The search text of an entry that was not there before and stands alone. */
bool facility_index_new(struct db *db, const struct audience *who, const struct facility *f, struct arena *a, struct err *err);

/* Which member of a shown entry comes from whom: field ("phone", "place") and the source of the merged entry. */
struct facility_filling {
    const char *field, *from_id, *from_source;
};
bool facility_fillings(struct db *db, const char *id, struct arena *a, struct facility_filling **ret, size_t *ret_count, struct err *err);
/* Blanks what was filled: the entry as its own source says it. */
void facility_without(struct facility *f, const struct facility_filling *fillings, size_t count);
/* Whose values are shown first of two entries that are the same. */
bool facility_leads(const struct facility *x, const struct facility *y);
