/* facility_import.h -- files of open data into the directory.
 *
 * Each file is one transaction (of a ZIP: each file in it).  The same file again changes nothing.  Rows of the file's source and scope that
 * it no longer lists are marked; of a national layout only in the municipalities that occur in it, unless it covers ten prefectures or
 * more.  Memory does not grow with the file beyond a few bytes a row. */
#pragma once
#include "features/facility/facility_mapping.h"
#include "features/facility/facility_row.h"
#include "store/store.h"

#include <stdio.h>

enum { REPORT_NOTES = 20000, REPORT_CHANGES = 200 };
struct facility_change {
    char kind; /* '+' added, '*' changed, '-' no longer listed */
    const char *key, *name;
};
struct facility_report {
    const char *file;         /* the path; of a ZIP with the name inside behind it */
    const char *label;        /* of the layout */
    const char *release;      /* day of the data, ISO; "" unknown */
    const char *encoding;
    long rows;                /* read, without the header */
    long refused;             /* of the rows; all others were accepted */
    long added, changed, unchanged, unlisted; /* records: several rows make one in some layouts */
    long filled;              /* nothing known before is different, but the row is: more columns, another notation */
    long padded;              /* rows whose codes got their lost zeros back */
    long proposed;            /* pairs of entries that may be the same */
    struct row_note *notes;   /* refused and noticed rows, in order; at most REPORT_NOTES */
    size_t note_count, note_room;
    long notes_left_out;
    struct facility_change *changes; /* when the source had been imported before; at most REPORT_CHANGES */
    size_t change_count;
};

struct facility_given {
    const char *format;                     /* a name of facility_formats, "auto" or "mapped" */
    const struct facility_mapping *mapping; /* or NULL: one kept earlier */
    const char *mapping_json;               /* kept with the first file */
};
typedef void facility_report_fn(const struct facility_report *report, void *arg);

/* `format` as in facility_given.  ERR_INPUT "facility.format" when the headers are not known; nothing is changed then. */
bool facility_import(struct store *store, const char *path, const char *format, struct arena *a, struct facility_report *ret_report,
                     struct err *err);
/* One file of any kind: CSV, workbook, or ZIP of them; `each` is called after each table.  Stops at the first that fails. */
bool facility_import_any(struct store *store, const char *path, const struct facility_given *given, facility_report_fn *each, void *arg,
                         struct err *err);
int import_facilities_command(const struct config *config, int argc, char **argv);
/* facility_export_command.c: care offices of a service ("" all) in the published layout; read again they give the same directory. */
bool facility_export_kaigo(struct db *db, const char *service, FILE *out, struct err *err);
int export_facilities_command(const struct config *config, int argc, char **argv);

/* facility_archive.c: true for a ZIP that is not a workbook. */
bool facility_is_archive(const char *path);
typedef bool facility_entry_fn(const char *path, const char *name, void *arg, struct err *err);
/* Unpacks each CSV and workbook, one at a time, to a private file that goes again.  ERR_TOO_LARGE / ERR_INPUT "facility.zip_*". */
bool facility_archive_each(const char *path, facility_entry_fn *each, void *arg, struct err *err);
