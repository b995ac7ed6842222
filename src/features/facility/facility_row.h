/* facility_row.h -- one row of a file to a facility and what belongs to it, by the names of its columns; no database. */
#pragma once
#include "features/facility/facility.h"
#include "features/facility/facility_format.h"
#include "features/facility/facility_places.h"

struct row_note {
    long row;           /* as the person sees it in the program she uses */
    const char *column; /* header */
    const char *reason; /* Japanese: what is wrong and what happened to the row */
    bool refused;
};

/* A care service, or a department of medicine; `code` is "" when the words are not in the list. */
struct row_service {
    const char *code, *label;
};
struct row_hours {
    const char *speciality_code, *speciality;
    int slot, day;       /* 0 Monday .. 6 Sunday, 7 holiday */
    bool is_reception;
    int opens, closes;   /* minutes after midnight; closes over 1,440 goes into the next day */
};
struct row_opening { /* week 0: every week */
    int week, day;
    bool is_open;
};
struct row_notification {
    const char *mark, *name, *number, *since, *home_care; /* since ISO or ""; home_care: code of home_care_mark or "" */
    const char *remark;
};

enum { ROW_SERVICES = 80, ROW_HOURS = 80 };
struct row_result {
    struct facility facility; /* members of columns that the file has not are NULL */
    const char *scope;        /* rows of the same source and scope are replaced by a newer file */
    struct row_service *services; /* at most ROW_SERVICES */
    size_t service_count, service_room;
    struct row_hours *hours;      /* at most ROW_HOURS */
    size_t hours_count, hours_room;
    struct row_opening *openings; /* at most CLOSING_COLUMNS */
    size_t opening_count, opening_room;
    struct row_notification notification;
    bool has_notification, continues; /* continues: only a remark for the notification before */
    struct row_note notes[6];
    size_t note_count;
    bool refused, padded;     /* padded: zeros in front of codes had been lost */
};

struct row_source {
    const struct facility_columns *columns;
    const struct known_areas *areas;
    const char *kind;         /* code of facility_kind that the file as a whole says, or "" */
    bool may_be_short;        /* a workbook leaves out the blank cells at a row's end */
};

/* What the headers and, when they do not say, the published file name tell: 01-1 hospitals, 02-1 clinics ... */
const char *facility_kind_of_file(const struct facility_columns *columns, const char *path);
void facility_row_read(const struct row_source *source, const char *const *cells, size_t count, struct arena *a, struct row_result *ret);
/* True when two rows of a grouped layout are of one record. */
bool facility_row_same(const struct facility_columns *columns, const char *const *x, size_t x_count, const char *const *y, size_t y_count);
/* As shown and searched: NFKC, one kind of hyphen, no blanks. */
const char *phone_normal(const char *text, struct arena *a);
/* The address when it is one, else "". */
const char *url_normal(const char *text, struct arena *a);
