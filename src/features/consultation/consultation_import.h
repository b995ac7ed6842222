/* consultation_import.h -- 以前の台帳の取り込み: sheets that an office kept in a spreadsheet become consultations; private to this folder.
 *
 *   import_look      what the file is: its headers and some rows; guesses which column is what
 *   import_mapping   the answer: column -> item, value -> code, what holds where nothing is written
 *   import_walk      every row of the file as a sheet, or why it cannot be one; nothing is kept
 *   import_run       the same with saving; what was refused goes to a file that can be mended and given again
 *   import_undo      takes away what a run added and nobody changed since
 *
 * A row's id follows from its office, its number and day (or its text), so that the same file given twice adds nothing twice.
 * Memory does not grow with the file, except 16 bytes a row to find the same row twice.  Source: issue 2 point 8. */
#pragma once
#include "features/consultation/consultation.h"
#include "output/refused_rows.h"

#include <stdint.h>
#include <stdio.h>

enum {
    IMPORT_COLUMNS_MOST = 300,
    IMPORT_ROWS_MOST = 200000,
    IMPORT_BATCH = 500,       /* rows of one transaction when good rows are taken */
    IMPORT_UNKNOWN_MOST = 200 /* different values that are asked for */
};

/* Where a column can go: an item of the sheet, or a part of one ("received_at.time"). */
struct import_target {
    const char *name;
    const char *field; /* the item whose list and limits hold */
    const char *label; /* NULL: the item's */
};
extern const struct import_target import_targets[];
extern const size_t import_target_count;
const struct import_target *import_target_find(const char *name); /* NULL for "" and unknown ones */
const char *import_target_label(const struct import_target *t);
/* Items for which the page offers a value where the file says nothing. */
extern const char *const import_default_fields[];
extern const size_t import_default_field_count;

struct import_mapping {
    struct arena *arena;
    const char *name;
    long header_row;       /* as the person's program counts */
    const char **headers;
    const char **targets;  /* of each column; "" = 使わない */
    size_t count;
    struct pairs defaults; /* item -> code, for a column that is missing and a cell that is blank */
    struct pairs values;   /* "item\x1ffolded text" -> code; "-" = leave it blank */
    long fiscal_year;      /* of dates without a year; 0: such dates are refused */
    bool same_person;      /* rows with the same kana, name and sex are about one person */
};
const char *import_mapping_json(const struct import_mapping *m, struct arena *a);
bool import_mapping_read(struct import_mapping *m, const char *json, struct arena *a);
/* Takes over targets by header and all else from a saved one. */
void import_mapping_take(struct import_mapping *m, const struct import_mapping *saved);
void import_mapping_value(struct import_mapping *m, const char *field, const char *text, const char *code);
/* The same for files whose headers are the same in the same order. */
const char *import_headers_key(const struct import_mapping *m, struct arena *a);
/* Saves under m->name, inside a write. */
bool import_mapping_save(struct db *db, const char *office_id, const struct import_mapping *m, const char *user_id, struct arena *a,
                         struct err *err);
/* By name, or (name NULL) the newest one for the same headers.  False without err when there is none. */
bool import_mapping_find(struct db *db, const char *office_id, const char *name, const char *headers_key, struct import_mapping *ret,
                         struct arena *a, struct err *err);

/* The head of a file: finds the row of headers among the first rows and guesses. */
bool import_look(const char *path, struct arena *a, struct import_mapping *ret_guess, const char *const **ret_samples, struct err *err);
/* The guess for one column: a target's name, or "". `samples` are some of its cells; sure: the header is a known word, not only contains one. */
const char *import_guess(const char *header, const char *const *samples, size_t count, struct arena *a, bool *ret_sure);
/* The code that a text means: label, short label, a word offices use, a part of one label; "-" for nothing; NULL when unknown. */
const char *import_code(const struct field *f, const char *text, struct arena *a);

struct importing;
/* The same for a cell that may name several: the codes separated by blanks ("" for none), NULL with the part that is unknown.  `im` NULL: no
 * mapping yet. */
const char *import_codes(struct importing *im, const struct field *f, const char *text, struct arena *a, const char **ret_unknown);

struct import_staff {
    const char *id, *folded;
};
struct import_unknown {
    const char *field, *text;
    long count;
};
struct import_cache;
/* What turning cells into sheets needs to know. */
struct importing {
    struct arena *arena; /* lives as long as the work */
    const struct import_mapping *mapping;
    const char *office_id, *area_code;
    struct date today;
    const struct import_staff *staff;
    size_t staff_count;
    struct import_unknown *unknown; /* room for IMPORT_UNKNOWN_MOST */
    size_t unknown_count;
    bool unknown_more;
    struct import_cache *cache;
};
void importing_init(struct importing *im, const struct import_mapping *m, const char *office_id, const char *area_code, struct arena *a);
/* The people of the office, so that 担当 can be told. */
bool importing_read_staff(struct importing *im, struct db *db, struct err *err);

struct import_row {
    long number;                      /* as the person's program counts */
    const char *const *cells;
    size_t cell_count;
    struct consultation sheet;        /* head.id is not set yet */
    uint64_t seed;                    /* of the id */
    const struct problem *problems;   /* none: the row is good */
    size_t problem_count;
    struct arena *arena;
};
uint64_t import_hash(const void *bytes, size_t size); /* the same everywhere and always; not for secrets */
const char *import_reason(const struct import_row *row); /* its sentences in one line */
/* Cells to a sheet; pure.  False when problems were found. */
bool import_convert(struct importing *im, struct import_row *row);

typedef bool import_each_fn(void *arg, struct import_row *row, struct err *err);
/* Every row below the headers, in order; wholly blank ones are skipped.  Rows live until the next flush.  False with err when the file as a
 * whole cannot be taken. */
struct import_walk {
    struct importing *im;
    const char *path;
    import_each_fn *each;                      /* told of good and refused rows */
    bool (*flush)(void *arg, struct err *err); /* after IMPORT_BATCH rows and at the end: then their memory goes; or NULL */
    void *arg;
    long rows, good, refused; /* out */
};
bool import_walk(struct import_walk *w, struct err *err);

struct import_counts {
    long rows, imported, already, refused;
    bool cancelled;
};
struct import_task {
    struct store *store;
    struct importing *im;
    const char *path, *run_id, *user_id;
    bool all_or_nothing, dry_run;
    const char *refused_path;                                                /* file of refused rows, made when there are some; or NULL */
    void (*refused)(void *arg, const struct import_row *row, const char *reason); /* told of each, or NULL */
    void (*progress)(void *arg, long done, bool saving);                          /* or NULL */
    bool (*cancelled)(void *arg);                                                 /* or NULL */
    void *arg;
    struct import_counts counts;
};
bool import_run(struct import_task *t, struct err *err);

/* One row of import_run; the file's name and bytes are known by their hash only. */
struct import_record {
    const char *id, *office_id, *area_code, *user_id, *name_hash, *file_hash, *mapping, *folder;
    bool all_or_nothing;
};
bool import_record_begin(struct store *s, const struct import_record *r, struct arena *a, struct err *err);
bool import_record_end(struct store *s, const char *id, const char *state, const struct import_counts *c, struct arena *a, struct err *err);
/* BLAKE2b of the file's bytes, hex. */
const char *import_file_hash(const char *path, struct arena *a);

struct import_undone {
    long taken, kept;
};
bool import_undo(struct store *s, const char *run_id, const char *user_id, void (*progress)(void *arg, long done), void *arg,
                 struct import_undone *ret, struct err *err);

/* The tables' rows of this capability, for consultation_feature.c. */
bool import_start_page(struct request *req, struct err *err);
bool import_upload(struct request *req, struct err *err);
bool import_mapping_page(struct request *req, struct err *err);
bool import_mapping_post(struct request *req, struct err *err);
bool import_runs_page(struct request *req, struct err *err);
bool import_undo_post(struct request *req, struct err *err);
int import_command(const struct config *config, int argc, char **argv);
struct job;
bool import_job(struct job *job, struct err *err);
bool import_undo_job(struct job *job, struct err *err);
extern const char import_schema[];
