/* facility.h -- 医療・介護の資源: the directory of offices and institutions, from open data.
 *
 * A row is one service of one office, known by (source, source_key); it is public data and read without a scope.  What the file said is
 * kept whole in `raw` beside the normalised members.  A row that a newer file lacks is marked, never removed.
 * Source: ../shared/domain/formats.md §0 and A; MHLW 介護サービス情報公表システム open data (CC BY 4.0). */
#pragma once
#include "base/field.h"
#include "store/scope.h"
#include "web/feature.h"
#include "web/picker.h"

/* Shown wherever rows of the source "kaigo" are shown. */
#define FACILITY_ATTRIBUTION "介護サービス情報公表システムオープンデータ（厚生労働省）を加工して作成（CC BY 4.0）"

struct facility {
    const char *id;
    const char *source;          /* "kaigo" */
    const char *source_key;      /* "2770000123/710": office number and service */
    const char *service_code;    /* code list care_service */
    const char *office_number;   /* 事業所番号, 10 characters, letters possible */
    const char *name, *kana;
    const char *corporation, *corporation_number;
    const char *area_code;       /* ward or municipality */
    const char *address, *building; /* the address contains the building already */
    const char *phone, *fax;     /* NFKC, every kind of hyphen as '-' */
    long latitude, longitude;    /* millionths of a degree, FIELD_BLANK when unknown */
    long capacity;               /* 定員, FIELD_BLANK when not entered */
    const char *url;             /* "" unless it is an http(s) address */
    const char *days;            /* codes of service_day */
    const char *note;            /* about the days; LF for （改行） */
    const char *raw;             /* JSON object: the file's headers and values */
    bool is_listed;              /* in the newest file */
    const char *imported_at;     /* UTC of the last change by an import */
};

/* ERR_NOT_FOUND "facility.unknown". */
bool facility_find(struct db *db, const char *id, struct arena *a, struct facility *ret_facility, struct err *err);
/* "" when unknown. */
const char *facility_name(struct db *db, const char *id, struct arena *a);
/* The id of a row, the same wherever it is imported. */
const char *facility_id(struct arena *a, const char *source, const char *source_key);

struct facility_filter {
    const char *words;        /* search text, "" for all */
    const char *area_code;    /* this area and below, "" for all */
    const char *service_code; /* "" for all */
    const char *near_path;    /* rows of this area first (the user's own ward), "" without */
    long limit, offset;
};
/* The near area first; in it and then in the rest: listed rows first, by kana.  `ret_total` may be NULL. */
bool facility_list(struct db *db, const struct facility_filter *f, struct arena *a, struct facility **ret_facilities, size_t *ret_count,
                   long long *ret_total, struct err *err);

extern const struct feature facility_feature;
