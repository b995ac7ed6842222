/* frozen.h -- a table kept as it was confirmed, and what has changed since.
 *
 * The text is JSON of everything the table prints, so that the frozen table comes back equal in every format.
 * frozen_write stands in submission.h. */
#pragma once
#include "features/submission/submission.h"

/* ERR_BROKEN "submission.frozen_broken" when the text is not ours. */
bool frozen_read(const char *text, struct arena *a, struct table **ret_table, struct err *err);

struct frozen_change {
    const char *row, *column, *before, *after; /* labels and figures as printed */
};
/* Cells that differ, matched by the rows' and columns' keys. */
void frozen_compare(const struct table *before, const struct table *after, struct arena *a, struct frozen_change **ret_changes,
                    size_t *ret_count);
