/* facility_import.h -- files of open data into the directory.
 *
 * Each file is one run (facility_run.h; of a ZIP: each file in it), written in batches so that others' saves do not wait for it, on SQLite by a
 * thread of its own while the next batch is read; when it cannot come to its end, or somebody stops it, what it changed goes back.  The same
 * file again changes nothing.  Rows of the file's source and scope that it no longer lists are marked; of a national layout only in the
 * municipalities that occur in it, unless it covers ten prefectures or more.  Memory does not grow with the file beyond 12 bytes a row, and a
 * file has at most two million rows (ERR_INPUT "facility.too_many_rows"). */
#pragma once
#include "features/facility/facility_mapping.h"
#include "features/facility/facility_report.h"
#include "features/facility/facility_seen.h"
#include "store/store.h"

#include <stdio.h>

struct facility_given {
    const char *format;                     /* a name of facility_formats, "auto" or "mapped" */
    const struct facility_mapping *mapping; /* or NULL: one kept earlier */
    const char *mapping_json;               /* kept with the first file */
    bool tells_problems;                    /* a file that cannot be taken as a whole is reported like the others and the rest goes on */
    bool only_look;                         /* tells what would come and changes nothing */
    bool is_part;                           /* the files list only a part: what they lack is not marked */
    struct seen_keys *planned;              /* of a look at several files: what the earlier ones would add; or NULL */
    const char *user_id, *upload_id;        /* NULL by the command */
    const char *shown_name;                 /* as published, when the path does not say it; or NULL */
    const char *refused_folder;             /* where the file of refused rows goes; or NULL */
    bool (*go_on)(void *watch, const char *file, long rows); /* asked now and then; false ends with ERR_CONFLICT "facility.cancelled"; or NULL */
    void *watch;
};
typedef void facility_report_fn(const struct facility_report *report, void *arg);

/* `format` as in facility_given.  ERR_INPUT "facility.format" when the headers are not known; nothing is changed then. */
bool facility_import(struct store *store, const char *path, const char *format, struct arena *a, struct facility_report *ret_report,
                     struct err *err);
/* One file of any kind: CSV, workbook, or ZIP of them; `each` is called after each table.  Stops at the first that fails. */
bool facility_import_any(struct store *store, const char *path, const struct facility_given *given, facility_report_fn *each, void *arg,
                         struct err *err);
/* The headers and some cells of a table whose layout nobody told, for the column editor: the first of the first rows with three texts or
 * more.  False with err when the file cannot be read. */
struct facility_head {
    const char **headers;
    const char *(*samples)[3];
    size_t count;
};
bool facility_head_read(const char *path, struct arena *a, struct facility_head *ret, struct err *err);
int import_facilities_command(const struct config *config, int argc, char **argv);

/* facility_archive.c: true for a ZIP that is not a workbook. */
bool facility_is_archive(const char *path);
typedef bool facility_entry_fn(const char *path, const char *name, void *arg, struct err *err);
/* Unpacks each CSV and workbook, one at a time, to a private file that goes again.  ERR_TOO_LARGE / ERR_INPUT "facility.zip_*". */
bool facility_archive_each(const char *path, facility_entry_fn *each, void *arg, struct err *err);
