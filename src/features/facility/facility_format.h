/* facility_format.h -- which published layout a row of headers is, and which column is where; no database.
 *
 * Headers are compared folded (text_fold: NFKC, no blanks, one kind of hyphen), never by position.  A layout is known by the headers it
 * cannot do without, so files with fewer columns are still known.  Source: ../shared/domain/formats.md. */
#pragma once
#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum facility_column {
    COLUMN_AREA_CODE, COLUMN_PUBLISHER, COLUMN_ID, COLUMN_NO, COLUMN_PREFECTURE_CODE, COLUMN_CITY_CODE, COLUMN_PREFECTURE, COLUMN_CITY,
    COLUMN_NAME, COLUMN_KANA, COLUMN_SERVICE, COLUMN_KIND, COLUMN_ADDRESS, COLUMN_TOWN, COLUMN_BLOCK, COLUMN_BUILDING, COLUMN_POSTAL,
    COLUMN_LATITUDE, COLUMN_LONGITUDE, COLUMN_PHONE, COLUMN_FAX, COLUMN_CORPORATION_NUMBER, COLUMN_CORPORATION, COLUMN_OFFICE_NUMBER,
    COLUMN_DAYS, COLUMN_DAYS_NOTE, COLUMN_CAPACITY, COLUMN_BEDS, COLUMN_URL, COLUMN_SPECIALITIES, COLUMN_OPENS, COLUMN_CLOSES,
    COLUMN_SPECIALITY_CODE, COLUMN_SPECIALITY, COLUMN_SLOT, COLUMN_CLOSED_OTHER, COLUMN_MARK, COLUMN_NOTIFICATION, COLUMN_NOTIFICATION_NUMBER,
    COLUMN_SINCE, COLUMN_REMARK_HEAD, COLUMN_REMARK, COLUMN__COUNT
};

enum facility_layout {
    LAYOUT_KAIGO, LAYOUT_NAVII_HOURS, LAYOUT_NAVII, LAYOUT_PHARMACY, LAYOUT_MUNICIPAL_CARE, LAYOUT_MUNICIPAL_MEDICAL, LAYOUT_NOTIFICATION,
    LAYOUT_INSTITUTION_CODE, LAYOUT_MAPPED
};

struct facility_format {
    enum facility_layout layout;
    const char *name;   /* as the command takes it: kaigo, navii ... */
    const char *label;  /* as a person reads it */
    const char *source; /* of the row, facility_source.source */
    const char *entry;  /* of the directory entry it is about, facility.source */
    bool is_grouped;    /* several rows that follow each other are one record */
    bool is_national;   /* an excerpt says nothing about municipalities that it lacks */
    const char *needs[6];
};
extern const struct facility_format facility_formats[];
extern const size_t facility_format_count;

/* 月_診療開始時間, 月_就業時間帯1_開始時間 ... */
struct hour_column {
    int at;
    int day; /* 0 Monday .. 6 Sunday, 7 holiday */
    int slot; /* 1.., 0 when a column of its own says */
    bool is_reception, is_end;
};
/* 毎週決まった曜日に休診（月）, 定期閉店第1週（月）, 祝日に休診 */
struct closing_column {
    int at, week, day; /* week 0: every week */
};
enum { HOUR_COLUMNS = 136, CLOSING_COLUMNS = 44 };

struct facility_mapping;
struct facility_columns {
    const struct facility_format *format;
    const struct facility_mapping *mapping; /* LAYOUT_MAPPED only */
    int at[COLUMN__COUNT];                  /* index in the file's row, -1 when the file has no such column */
    const char *const *headers;             /* as in the file, in the arena */
    size_t header_count;
    uint64_t header_hash;
    struct hour_column hours[HOUR_COLUMNS];
    size_t hour_count;
    struct closing_column closings[CLOSING_COLUMNS];
    size_t closing_count;
};

/* False when no layout of this name ("auto": any) has these headers. */
bool facility_columns_read(const char *const *cells, size_t count, const char *format, struct arena *a, struct facility_columns *ret_columns);
/* The same with a person's mapping: false when none of its columns is there. */
bool facility_columns_map(const char *const *cells, size_t count, const struct facility_mapping *mapping, struct arena *a,
                          struct facility_columns *ret_columns);
/* The same without the columns from `count` on, as if the file had not had them. */
void facility_columns_cut(struct facility_columns *c, size_t count, struct arena *a);
/* Of headers that no layout has: the layout that lacks least (at most half of what it needs), and what it lacks, joined by 、; NULL without one. */
const struct facility_format *facility_nearest(const char *const *cells, size_t count, struct arena *a, const char **ret_missing);
bool facility_format_is_known(const char *name);
/* "name", "phone" ... of a mapping to its column; COLUMN__COUNT when there is none. */
enum facility_column facility_column_named(const char *name);
const char *facility_column_field(enum facility_column column); /* back; "" for COLUMN__COUNT */
const char *facility_column_label(enum facility_column column); /* as a person reads it; "" for COLUMN__COUNT */
/* What the i-th column of the file is read as; COLUMN__COUNT when it is only kept with the row. */
enum facility_column facility_column_of(const struct facility_columns *c, int at);
/* What a header alone most likely is; COLUMN__COUNT without a guess. */
enum facility_column facility_column_guess(const char *header, struct arena *a);
/* FNV-1a over several texts, one after the other. */
uint64_t facility_hash(uint64_t before, const char *text);
#define FACILITY_HASH_START 14695981039346656037u
