/* facility.h -- 医療・介護の資源: the directory of offices and institutions, from open data.
 *
 * An entry is what one source lists once (a service of an office, an institution), known by (source, source_key); it is public data and
 * read without a scope.  What the files said is kept whole in facility_source beside the normalised members, with what belongs to it in
 * facility_service, facility_hours, facility_opening and facility_notification.  An entry that a newer file lacks is marked, never
 * removed.
 *
 * Entries of different sources are never put together by the program: facility_match holds proposals, a person decides (facility_group.h).
 * Entries decided to be the same show as ONE.  Each keeps its row and its parts; the leading one (by source: kaigo, navii, municipal-medical,
 * municipal-care, kouseikyoku, mapped; then the smallest id) has merged_into '' and its blank members are filled from the others in that
 * order (what came from whom: facility_filled); the others name it in merged_into, which is never the id of a merged entry.  So
 *   - lists, counts, searches, maps and exports of the directory take rows with FACILITY_IS_SHOWN("c") and read that row's members;
 *   - parts, notes and states of an entry are those of all rows with FACILITY_IS_MEMBER("m", "c") (m: the member's row, c: the shown one);
 *   - what hangs on an id that may have been merged since (a link, a vacancy, a person) finds the entry shown by FACILITY_SHOWN_ID("m").
 * The search text (kind "facility") stands under the shown id and holds the words of all members.
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
    const char *source;          /* "kaigo", "navii", "kouseikyoku", "municipal-care", "municipal-medical", "mapped/NAME" */
    const char *source_key;      /* "2770000123/710": what tells the entry apart within the source */
    const char *service_code;    /* the first of code list care_service, or "" */
    const char *office_number;   /* 事業所番号 or 医療機関コード, 10 characters, letters possible; "" unknown */
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
    const char *raw;             /* JSON: the file's headers and values (facility_source) */
    const char *kind;            /* code list facility_kind */
    const char *postal;          /* 7 digits or "" */
    long beds;                   /* FIELD_BLANK unknown: blank is not "no beds" */
    bool is_listed;              /* in the newest file */
    const char *merged_into;     /* id of the entry that is shown for it; "": it is shown itself */
    const char *imported_at;     /* UTC of the last change by an import */
};

/* For queries of one's own about `facility c`: these columns come first and facility_read takes them. `raw` is left "". */
#define FACILITY_COLUMNS \
    "c.id, c.source, c.source_key, c.service_code, c.office_number, c.name, c.kana, c.corporation, c.corporation_number, c.area_code, " \
    "c.address, c.building, c.phone, c.fax, c.url, c.days, c.note, c.kind, c.postal, c.imported_at, c.lat, c.lng, c.capacity, c.is_listed, " \
    "c.beds, c.merged_into"
struct rows;
void facility_read(const struct rows *r, struct arena *a, struct facility *f);
/* ERR_NOT_FOUND "facility.unknown". */
bool facility_find(struct db *db, const char *id, struct arena *a, struct facility *ret_facility, struct err *err);
/* "" when unknown. */
const char *facility_name(struct db *db, const char *id, struct arena *a);
/* The id of a row, the same wherever it is imported. */
const char *facility_id(struct arena *a, const char *source, const char *source_key);

#define FACILITY_IS_SHOWN(alias) " " alias ".merged_into = '' "
#define FACILITY_SHOWN_ID(alias) " CASE WHEN " alias ".merged_into = '' THEN " alias ".id ELSE " alias ".merged_into END "
#define FACILITY_IS_MEMBER(member, shown) \
    " (" member ".id = " shown ".id OR (" member ".merged_into <> '' AND " member ".merged_into = " shown ".id)) "
/* The id of the entry that is shown for this one: its own when it stands alone; "" when there is no such entry. */
const char *facility_shown_id(struct db *db, const char *id, struct arena *a);
/* The ids of all entries that are shown as one with this one, the shown one first. */
bool facility_member_ids(struct db *db, const char *id, struct arena *a, const char ***ret_ids, size_t *ret_count, struct err *err);

/* A handful of offices whose names begin with （見本）, for the demo's own stories about offices: real ones are never said to be full. */
bool facility_demo_invented(struct store *store, struct err *err);

/* Puts the search text of a shown entry: its words, those of the entries shown as one with it, and what is known here.  Inside a write; called
 * after any of them changed.  Its area's code stands in the office's place of the document, so that a ward's entries are found among all. */
bool facility_index(struct db *db, const char *shown_id, struct arena *a, struct err *err);
/* What an office says otherwise than the published list (name, kana, postal, address, phone, fax, url, capacity, days, note; members of struct facility):
 * a person approved it, and imports leave it. */
extern const struct field_set facility_corrected_set;
/* After field_parse: a postal code however it was written as its seven digits. */
void facility_corrected_tidy(struct facility *f, struct arena *a);
/* Inside a write.  The value as stored text; the published one again takes the correction away.  With another address go area, building and place on the
 * map (where the directory finds it, else none), and come back with it. */
bool facility_correct(struct db *db, const char *facility_id, const char *field, const char *value, const char *user_id, struct arena *a,
                      struct err *err);
/* What stands corrected of one row, in the order of the set. */
struct facility_corrected {
    const struct field *field;
    const char *value, *published;   /* stored texts; published: as the newest list says it */
    const char *corrected_at, *corrected_by; /* UTC; user id */
};
bool facility_corrections(struct db *db, const char *facility_id, struct arena *a, struct facility_corrected **ret, size_t *ret_count, struct err *err);
/* Inside the write of an import that put a published row into its entry: what it says is what is published now.  Members that are NULL, and numbers that
 * the file has no column for, were not said. */
bool facility_corrections_published(struct db *db, const struct facility *f, bool has_place, bool has_capacity, struct arena *a, struct err *err);
/* Inside a write that put published values into entries: notes what is published now and puts the corrections back; those that
 * are published by now are none any more. */
bool facility_corrections_apply(struct db *db, struct err *err);

/* Whose data it is, as the licence wants it shown. */
const char *facility_attribution(struct arena *a, const char *source);

struct facility_filter {
    const char *words;        /* search text, "" for all */
    const char *area_code;    /* this area and below, "" for all */
    const char *service_code; /* "" for all */
    const char *near_path;    /* rows of this area first (the user's own ward), "" without */
    long limit, offset;
};
/* Entries that were put together count once.  The near area first; in it and then in the rest: listed rows first, by kana.  `ret_total` may be NULL. */
bool facility_list(struct db *db, const struct facility_filter *f, struct arena *a, struct facility **ret_facilities, size_t *ret_count,
                   long long *ret_total, struct err *err);

extern const struct feature facility_feature;
