/* directory.h -- finding an entry of the directory: words, filters, opening, distance; ranked, with the reason in words.
 *
 * What a viewer does not see (audience.h) neither filters nor shows.  Entries put together count once (facility.h).  Nothing here keeps
 * or logs a place asked for: an address may be a person's home.  Source: issue 3 §2; formats.md B2 (hours), D1 (notifications).
 *
 * The spatial index: entries lie in cells of 8,192 millionths of a degree (0.9 km by 0.75 km in Osaka), numbered row by row, so that a box
 * is one range of numbers for each row; an index of the expression on both stores (facility_cell, facility_service_cell). */
#pragma once
#include "features/audience/audience.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "store/query.h"
#include "store/search.h"
#include "web/feature.h"

#define DIRECTORY_CELL(alias) "((" alias ".lat / 8192) * 65536 + " alias ".lng / 8192)"
struct directory_box { /* millionths of a degree, edges included */
    long south, west, north, east;
};
/* The box around a place that holds the circle of so many metres. */
struct directory_box directory_box_around(long latitude, long longitude, long metres);
/* Cells of an index: their edge, and that c lies in a row of them, from a column to a column. */
struct directory_cells {
    long size;
    const char *in_band;
};
/* Begins a query: "WITH ... SELECT columns FROM ... facility c joins WHERE the shown entries in the box"; add " AND ...", order, limit.
 * `service`: of this code only, "" any.  `cells` NULL: those above. */
#define directory_box_select(q, db, columns, joins, box, service, cells) \
    directory_box_select_from((q), (db), "" columns, "" joins, (box), (service), (cells))
void directory_box_select_from(struct query *q, struct db *db, const char *columns, const char *joins, struct directory_box box, const char *service,
                               const struct directory_cells *cells);

enum directory_state { DIRECTORY_UNKNOWN, DIRECTORY_OPEN, DIRECTORY_CLOSED };
struct directory_moment {
    struct date day;
    int minute; /* after midnight; -1: any time of the day */
    bool is_now;
};

struct directory_query {
    const char *words;        /* "" for all */
    const char *area_code;    /* this area and below, or "" */
    const char *care_district; /* 日常生活圏域 as written, or "" */
    const char *service;      /* code of care_service or of facility_kind, or "" */
    const char *home_care;    /* beginning of a code of home_care_mark (support_clinic), or "" */
    const char *speciality;   /* code of speciality: 診療科目, by code or as written; or "" */
    const char *procedures;   /* codes of medical_procedure, all of them; or "" */
    const char *visits;       /* area code that is visited, or "" */
    bool home_visits, round_the_clock, end_of_life_care, accepts_new;
    bool free_today;          /* the vacancy board says yes or under conditions, and the answer still counts */
    bool open;                /* only what is open at `at` */
    struct directory_moment at; /* always set: the reason tells the state at it */
    bool has_place;
    long latitude, longitude; /* millionths of a degree */
    long metres;              /* at most so far; 0: any distance */
    const char *near_path;    /* this area first when there is no place, or "" */
    const struct scope *scope; /* set by directory_search, as is the plan */
    struct search_plan plan;
    long limit, offset;       /* limit at most DIRECTORY_PAGE */
};
enum { DIRECTORY_PAGE = 20, DIRECTORY_METRES_MOST = 50000 /* around a place nothing farther away is looked for */ };

struct directory_hit {
    struct facility facility;    /* what is not for the viewer is blank */
    struct facility_local local;
    long metres;                 /* from the place, -1 without */
    enum directory_state state;  /* at the moment asked for; UNKNOWN also when hours are not for the viewer */
    int closes;                  /* minute after midnight at which it closes when OPEN (over 1,440: the next day), else -1 */
    const char *vacancy;         /* ●受け入れできます、回答はきょう 9:15; "" unless asked for */
    const char *reason;          /* いま開いています（〜17:30）・1.2 km・9日前に確認 */
};
struct directory_result {
    struct directory_hit *hits;
    size_t count;
    long long total;
    bool more;                   /* there are more than `total` */
};
enum { DIRECTORY_COUNT_MOST = 1000 };
bool directory_search(struct db *db, const struct directory_query *d, const struct audience *who, struct date today, struct arena *a,
                      struct directory_result *ret, struct err *err);
/* One entry as the viewer sees it; follows a merged id to the entry shown.  ERR_NOT_FOUND "facility.unknown". */
bool directory_entry(struct db *db, const char *id, const struct audience *who, struct directory_moment at, struct date today, struct arena *a,
                     struct directory_hit *ret, struct err *err);

/* What the address (or the form) of a list asks for, as its page reads it, for what else is made of the list: files.  ERR_INPUT "directory.place"
 * when something typed cannot be read.  `base`: "/facilities" or "/directory". */
bool directory_asked(struct request *req, const char *base, struct audience *ret_who, struct directory_query *ret, struct err *err);
/* The same as the query of an address, without the page: "q=...&area=...". */
const char *directory_asked_address(struct request *req);
/* Takes away what the viewer must not ask for and prepares the words; `wanted`: rows of the list from its beginning, 0 for all of them.  Then
 * directory_add_filters adds " AND ..." about the entry c: everything but the distance. */
bool directory_prepare(struct db *db, struct directory_query *d, const struct audience *who, size_t wanted, struct arena *a, struct err *err);
void directory_add_filters(struct query *q, struct db *db, const struct directory_query *d);

/* Where an address is, by the addresses of entries and the areas, without any service outside. */
struct directory_place {
    long latitude, longitude;
    long metres;       /* how far off it may be; 0: nothing fitted */
    const char *words; /* what fitted, without the address: 丁目まで合いました（誤差はおよそ400 mまで） */
    const char *area_code; /* that the address begins with, "" none */
};
/* `near_path`: in its city a ward's name alone is enough.  False only when the store fails. */
bool directory_locate(struct db *db, const char *address, const char *near_path, struct arena *a, struct directory_place *ret, struct err *err);

/* What a part of the map shows: single entries, and squares with the number of entries in them; at most DIRECTORY_MAP_MOST of both. */
enum { DIRECTORY_MAP_MOST = 400, DIRECTORY_MAP_TOGETHER = 12 };
struct directory_spot {
    long latitude, longitude; /* of squares: the mean of their entries */
    long count;
    const char *area;         /* of squares: 大阪市北区, of wide ones 大阪府; where one of their entries lies */
    struct directory_box box; /* of squares: what to look at to see more */
    struct facility *entries; /* id, name, kind, service_code, area_code; of a square at most DIRECTORY_MAP_TOGETHER, none of wide ones */
    size_t entry_count;
};
struct directory_map {
    struct directory_spot *spots;
    size_t count;
    long long total;
    bool is_partial; /* more fits than was read: looking closer shows it */
    bool is_hidden;  /* this viewer does not see places */
};
/* `zoom` as web maps count it, 3 to 20: squares are some 50 to 100 pixels wide.  The order of `d` does not matter. */
bool directory_map(struct db *db, const struct directory_query *d, const struct audience *who, struct directory_box box, int zoom, struct arena *a,
                   struct directory_map *ret, struct err *err);
/* Counts again what has changed since; the chore does it within a minute. */
bool directory_grid_refresh(struct store *store, struct err *err);

extern const struct feature directory_feature;
