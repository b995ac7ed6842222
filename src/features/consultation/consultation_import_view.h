/* consultation_import_view.h -- what the pages of the import show; texts are never NULL. */
#pragma once
#include <string.h>
#include "base/code_list.h"
#include "features/consultation/consultation_import.h"

struct import_start_view {
    const char *csrf, *trouble; /* trouble "" or why the file given cannot be taken */
};
void consultation_import_start_html(struct buf *out, const void *view);

enum { IMPORT_SHOWN_ROWS = 20, IMPORT_SHOWN_CELLS = 8 };
struct import_shown_row {
    long number;
    const char *cells[IMPORT_SHOWN_CELLS];
    const char *reason; /* "" good */
};
struct import_default {
    const struct field *field;
    const struct code_list *list;
    const char *chosen;
};
struct import_mapping_view {
    const char *csrf, *id, *trouble, *said; /* said: 同じファイルを取り込み済み */
    const struct import_mapping *mapping;
    const char *const *samples;
    const struct import_unknown *unknown;
    size_t unknown_count;
    bool unknown_more;
    struct import_default *defaults;
    size_t default_count;
    const char *year; /* "" or "2023" */
    const char *const *heads;
    struct import_shown_row rows[IMPORT_SHOWN_ROWS];
    size_t row_count;
    long read, good, refused;
};
void consultation_import_mapping_html(struct buf *out, const void *view);

struct import_run_line {
    const char *id, *began, *person, *mapping, *state, *state_class;
    long read, imported, already, refused, undone, kept;
    bool may_undo, undone_already;
};
struct import_runs_view {
    const char *csrf;
    struct import_run_line *runs;
    size_t count;
};
void consultation_import_runs_html(struct buf *out, const void *view);
