/* facility_save.h -- inside the import: one record of a file into the tables. */
#pragma once
#include "features/facility/facility_row.h"
#include "store/db.h"

#include <stdint.h>

struct audience;

struct facility_record {
    const struct facility_columns *columns;
    const struct row_result *rows;   /* refused ones among them are passed over */
    size_t row_count;
    const struct facility *facility; /* of the first good row */
    const char *scope, *raw, *release, *file_name, *now;
    uint64_t fingerprint;
    bool is_noted;
    long run; /* facility_import_run.number */
    bool has_corrections; /* some entry is corrected against the published lists (facility_correction.c) */
    const struct audience *readers; /* audience.h: what may be searched for; of facility_compare NULL */
};
enum facility_saved { FACILITY_ADDED, FACILITY_CHANGED, FACILITY_FILLED, FACILITY_SAME, FACILITY_WITHOUT_ENTRY };

/* Only columns that the file has are changed; what was entered here stays. */
bool facility_save(struct db *db, const struct facility_record *x, struct arena *a, enum facility_saved *ret, struct err *err);
/* What facility_save would do; changes nothing. */
bool facility_compare(struct db *db, const struct facility_record *x, struct arena *a, enum facility_saved *ret, struct err *err);
/* Marks one row of a source, and the entry when no other list has it. */
bool facility_unlist(struct db *db, long run, const char *source, const char *source_key, const char *now, struct arena *a, struct err *err);
/* Entries of other sources that may be the same as those that the run changed.  What a person decided stays. */
bool facility_propose(struct db *db, long run, const char *now, long *ret_count, struct err *err);
const char *facility_row_source(const struct facility_columns *c);
