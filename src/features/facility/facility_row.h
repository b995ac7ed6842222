/* facility_row.h -- one row of a file to a facility, by the names of its columns; no database. */
#pragma once
#include "features/facility/facility.h"

enum facility_column {
    COLUMN_AREA_CODE, COLUMN_NO, COLUMN_PREFECTURE, COLUMN_CITY, COLUMN_NAME, COLUMN_KANA, COLUMN_SERVICE, COLUMN_ADDRESS, COLUMN_BUILDING,
    COLUMN_LATITUDE, COLUMN_LONGITUDE, COLUMN_PHONE, COLUMN_FAX, COLUMN_CORPORATION_NUMBER, COLUMN_CORPORATION, COLUMN_OFFICE_NUMBER,
    COLUMN_DAYS, COLUMN_DAYS_NOTE, COLUMN_CAPACITY, COLUMN_URL, COLUMN__COUNT
};

struct facility_columns {
    int at[COLUMN__COUNT];      /* index in the file's row, -1 when the file has no such column */
    const char *const *headers; /* as in the file, in the arena */
    size_t header_count;
};

/* Where areas are looked up: every area of the table, by code. */
struct known_area {
    const char *code, *prefecture; /* 271276, 大阪府 */
    long latitude, longitude;
};
struct known_areas {
    const struct known_area *items;
    size_t count;
};

struct row_note {
    long row;           /* as the person sees it in the program she uses */
    const char *column; /* header */
    const char *reason; /* Japanese: what is wrong and what happened to the row */
    bool refused;
};

struct row_result {
    struct facility facility; /* members of columns that the file has not are NULL */
    struct row_note notes[4];
    size_t note_count;
    bool refused, padded;     /* padded: zeros in front of codes had been lost */
};

/* False when the headers are not those of format A (name, service and office number are the least). */
bool facility_columns_read(const char *const *cells, size_t count, struct arena *a, struct facility_columns *ret_columns);
void facility_row_read(const struct facility_columns *columns, const char *const *cells, size_t count, const struct known_areas *areas,
                       struct arena *a, struct row_result *ret);
/* As shown and searched: NFKC, one kind of hyphen, no blanks. */
const char *phone_normal(const char *text, struct arena *a);
/* The address when it is one, else "". */
const char *url_normal(const char *text, struct arena *a);
