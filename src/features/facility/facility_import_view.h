/* facility_import_view.h -- what the pages of the import show. */
#pragma once
#include "base/buf.h"
#include "features/facility/facility_report.h"

struct import_sample_line {
    long row;
    const char *cells[7];
};
enum { SAMPLE_CELLS = 7 };
/* What one file gives, or gave. */
struct import_report_view {
    const struct facility_report *report;
    const char *name, *release, *problem; /* problem: a sentence; "" */
    const char *map_url;                  /* where its columns can be told; "" */
    bool is_look;
    const struct import_sample_line *samples;
    const char *const *heads;
};
void facility_import_report_html(struct buf *out, const void *view);

struct import_new_view {
    const char *csrf, *trouble;
};
void facility_import_new_html(struct buf *out, const void *view);

struct import_upload_view {
    const char *csrf, *id, *job_id, *job_state, *job_sentence, *stopped; /* stopped: why the import did not come to its end; "" */
    bool is_working, is_looked, may_cancel, may_start, is_part;
    const struct import_report_view *reports;
    size_t report_count;
    const struct import_run_line *runs; /* of a finished import */
    size_t run_count;
};
void facility_import_upload_html(struct buf *out, const void *view);

struct import_run_line {
    long number;
    const char *began, *began_day, *began_time, *person, *file, *release, *state, *state_class, *said;
    const struct facility_report *report;
    bool may_undo, has_refused;
};
struct import_runs_view {
    const char *csrf;
    const struct import_run_line *runs;
    size_t count;
    long long open_matches;
};
void facility_import_runs_html(struct buf *out, const void *view);
struct import_run_view {
    const char *csrf;
    struct import_run_line line;
    struct import_report_view report;
};
void facility_import_run_html(struct buf *out, const void *view);

struct import_choice {
    const char *value, *label;
    bool chosen;
};
struct import_column_line {
    const char *header, *samples;
    const struct import_choice *choices;
    size_t choice_count;
};
struct import_columns_view {
    const char *csrf, *id, *trouble, *name, *old_name;
    long file;
    const struct import_column_line *columns;
    size_t column_count;
    const struct import_choice *prefectures, *kinds;
    size_t prefecture_count, kind_count;
};
void facility_import_columns_html(struct buf *out, const void *view);

struct import_mapping_line {
    const char *name, *columns, *changed;
    long long entries;
};
struct import_mappings_view {
    const char *csrf, *trouble;
    const struct import_mapping_line *lines;
    size_t count;
};
void facility_import_mappings_html(struct buf *out, const void *view);
