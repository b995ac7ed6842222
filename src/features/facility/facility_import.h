/* facility_import.h -- files of open data into the directory.
 *
 * Each file is one transaction.  The same file again changes nothing.  Rows of the file's services that it no longer lists are marked: of
 * the whole country when the file covers ten prefectures or more, else of the municipalities that occur in it. */
#pragma once
#include "features/facility/facility_row.h"
#include "store/store.h"

struct facility_report {
    long rows;                /* read, without the header */
    long added, changed, unchanged, unlisted, refused;
    long padded;              /* rows whose codes got their lost zeros back */
    struct row_note *notes;   /* refused and noticed rows, in order */
    size_t note_count, note_room;
};

/* `format`: "kaigo" or "auto".  ERR_INPUT "facility.format" when the headers are not known; nothing is changed then. */
bool facility_import(struct store *store, const char *path, const char *format, struct arena *a, struct facility_report *ret_report,
                     struct err *err);
int import_facilities_command(const struct config *config, int argc, char **argv);
