/* facility_mapping.h -- what a person said about a municipality's own layout (format E): header -> field, kept and used again.
 *
 *   {"name": "高松市 病院", "prefecture": "香川県", "kind": "hospital", "columns": {"name": "name", "telephone number": "phone"}}
 * `name` tells files of this kind apart from all others: it is their source, unless "key" does (after the name was changed).  Fields are those of facility_format.c. */
#pragma once
#include "base/err.h"
#include "features/facility/facility_format.h"
#include "store/db.h"

struct facility_mapping {
    const char *name;
    const char *source;     /* facility.source: "mapped/NAME" */
    const char *prefecture; /* of addresses that do not say it, or "" */
    const char *kind;       /* code of facility_kind for rows that do not say it, or "" */
    struct {
        const char *header;
        enum facility_column column;
    } columns[COLUMN__COUNT];
    size_t column_count;
};

/* ERR_INPUT "facility.mapping"; the detail says what is wrong. */
bool facility_mapping_read(const char *json, struct arena *a, struct facility_mapping *ret, struct err *err);
bool facility_mapping_keep(struct db *db, const struct facility_mapping *m, const char *json, const char *now, struct err *err);
/* The kept mapping whose columns are all among these headers; the one with the most columns.  False without one or with err. */
bool facility_mapping_find(struct db *db, const char *const *cells, size_t count, struct arena *a, struct facility_mapping *ret,
                           struct err *err);
/* The entries keep their source.  ERR_CONFLICT "facility.mapping_taken", ERR_NOT_FOUND "facility.unknown_mapping". */
bool facility_mapping_rename(struct db *db, const char *name, const char *new_name, const char *now, struct arena *a, struct err *err);
