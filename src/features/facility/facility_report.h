/* facility_report.h -- what an import, or the look at a file before it, has to tell. */
#pragma once
#include "features/facility/facility_row.h"

enum { REPORT_NOTES = 20000, REPORT_CHANGES = 200, REPORT_SAMPLES = 10, REPORT_KEPT_NOTES = 200 };
struct facility_change {
    char kind; /* '+' added, '*' changed, '-' no longer listed */
    const char *key, *name;
};
/* One of the first rows as it would stand in the directory. */
struct facility_sample {
    long row;
    const char *name, *kana, *service, *area_code, *address, *phone;
    bool has_place;
};
struct facility_report {
    const char *file;         /* the path; of a ZIP with the name inside behind it */
    const char *label;        /* of the layout */
    const char *release;      /* day of the data, ISO; "" unknown */
    const char *encoding;
    long run;                 /* number of facility_import_run; 0 when it was only looked at */
    long rows;                /* read, without the header */
    long refused;             /* of the rows; all others were accepted */
    long added, changed, unchanged, unlisted; /* records: several rows make one in some layouts */
    long filled;              /* nothing known before is different, but the row is: more columns, another notation */
    long padded;              /* rows whose codes got their lost zeros back */
    long proposed;            /* pairs of entries that may be the same */
    bool is_part;             /* nothing that it lacks was marked */
    struct row_note *notes;   /* refused and noticed rows; at most REPORT_NOTES */
    size_t note_count, note_room;
    long notes_left_out;
    struct facility_change *changes; /* when the source had been imported before; at most REPORT_CHANGES */
    size_t change_count;
    struct facility_sample samples[REPORT_SAMPLES];
    size_t sample_count;
    const char *const *headers;      /* as in the file */
    const enum facility_column *columns; /* what each is read as; COLUMN__COUNT: kept with the row only */
    size_t header_count;
    const char *problem;      /* key of the sentence when the file could not be taken as a whole; "" */
    const char *said;         /* what more can be told about the problem, a sentence; "" */
};

/* Texts are copied to `a`. */
void report_note(struct facility_report *r, struct arena *a, long row, const char *column, const char *reason, bool refused);
void report_change(struct facility_report *r, struct arena *a, char kind, const char *key, const char *name);
void report_sample(struct facility_report *r, struct arena *a, long row, const struct facility *f);
void report_columns(struct facility_report *r, struct arena *a, const struct facility_columns *c);
/* As JSON and back, with at most REPORT_KEPT_NOTES notes. */
const char *report_json(const struct facility_report *r, struct arena *a);
bool report_read(const char *json, struct arena *a, struct facility_report *ret);
