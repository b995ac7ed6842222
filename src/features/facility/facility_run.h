/* facility_run.h -- one import of one file: who, when, what came of it, and how everything goes back as it was.
 *
 * Before a run changes an entry that exists, what stands is kept in facility_before; what a run added is known by facility_source.run.
 * A run can be undone until a later one has changed the same entries. */
#pragma once
#include "features/facility/facility_report.h"
#include "store/store.h"

struct facility_run {
    long number;
    const char *upload_id, *user_id, *file_name, *state, *report, *refused_path, *began_at, *ended_at, *undone_at, *undone_by;
    long undone, kept;
};
/* Takes the next number. */
bool facility_run_begin(struct store *store, const struct facility_run *run, long *ret_number, struct err *err);
/* Inside the write that ends the run; also the audit entry. */
bool facility_run_end(struct db *db, long number, const char *user_id, const char *state, const struct facility_report *report, const char *refused_path,
                      struct arena *a, struct err *err);
bool facility_run_find(struct db *db, long number, struct arena *a, struct facility_run *ret, struct err *err);
/* The newest first; `upload_id` "" for all. */
bool facility_runs(struct db *db, const char *upload_id, size_t most, struct arena *a, struct facility_run **ret, size_t *ret_count, struct err *err);

/* Keeps what stands of an entry, of one of its source rows and of this row's parts. */
bool facility_keep_before(struct db *db, long run, const char *source, const char *source_key, const char *facility_id, struct arena *a, struct err *err);

struct facility_undo {
    long number;
    const char *user_id;   /* "" by the program itself */
    const char *end_state; /* undone; failed or cancelled when the import did not come to its end */
    const char *report;    /* JSON of an import that did not come to its end; or NULL */
    bool (*tell)(void *arg, long done); /* or NULL */
    void *arg;
    long undone, kept;     /* out */
};
/* ERR_CONFLICT "facility.undo_built_on" when a later run changed the same entries, "facility.undo_state". */
bool facility_run_undo(struct store *store, struct facility_undo *u, struct err *err);
