/* directory_search.c -- candidates by words, filters and place; then ranked and shown a page at a time. */
#include "base/code_list.h"
#include "base/count.h"
#include "base/text.h"
#include "features/area/area.h"
#include "features/directory/directory_inside.h"
#include "features/vacancy/vacancy.h"
#include "store/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the spatial index --- */

struct directory_box directory_box_around(long latitude, long longitude, long metres)
{
    double degree = 111195.0; /* metres of a degree of latitude, mean */
    long up = (long)((double)metres / degree * 1e6) + 1;
    long aside = (long)((double)metres / (degree * fmax(0.2, cos((double)latitude / 1e6 * M_PI / 180))) * 1e6) + 1;
    return (struct directory_box){latitude - up, longitude - aside, latitude + up, longitude + aside};
}

static const struct directory_cells all_cells = {8192, DIRECTORY_CELL("c") " BETWEEN band.n * 65536 + ? AND band.n * 65536 + ?"};

static void add_service(struct query *q, const char *service)
{
    if (*service)
        query_add(q, " AND c.service_code = ?", TEXT(service));
}

/* PostgreSQL knows no bounds of a band before it runs and would rather read the whole table: OFFSET leaves it no other order than SQLite's. */
static void add_bands(struct query *q, struct db *db, const char *joins, struct directory_box box, const char *service, const struct directory_cells *cells)
{
    const struct value edges[] = {INT(box.west / cells->size), INT(box.east / cells->size)};
    if (db_is_sqlite(db)) {
        query_add(q, " FROM band CROSS JOIN facility c");
        query_add_values(q, joins, NULL, 0);
        query_add(q, " WHERE ");
        query_add_values(q, cells->in_band, edges, COUNT(edges));
        add_service(q, service);
    } else {
        query_add(q, " FROM band CROSS JOIN LATERAL (SELECT c.* FROM facility c WHERE ");
        query_add_values(q, cells->in_band, edges, COUNT(edges));
        add_service(q, service);
        query_add(q, " OFFSET 0) c");
        query_add_values(q, joins, NULL, 0);
        query_add(q, " WHERE true");
    }
}

void directory_box_select_from(struct query *q, struct db *db, const char *columns, const char *joins, struct directory_box box, const char *service,
                               const struct directory_cells *cells)
{
    const struct directory_cells *by = cells ? cells : &all_cells;
    query_add(q, "WITH RECURSIVE band (n) AS (SELECT CAST(? AS BIGINT) UNION ALL SELECT n + 1 FROM band WHERE n < ?) SELECT ", INT(box.south / by->size),
              INT(box.north / by->size));
    query_add_values(q, columns, NULL, 0);
    add_bands(q, db, joins, box, service, by);
    /* The length of merged_into, because SQLite would make an index of its own for an equality in each query. */
    query_add(q, " AND c.lat BETWEEN ? AND ? AND c.lng BETWEEN ? AND ? AND length(c.merged_into) = 0", INT(box.south), INT(box.north), INT(box.west),
              INT(box.east));
}

/* --- filters --- */

/* A query about parts of an entry or of those shown as one with it.  The part's alias is p. */
#define OF_MEMBER(table, id, condition) \
    " AND (EXISTS (SELECT 1 FROM " table " p WHERE p." id " = c.id AND " condition ") OR EXISTS (SELECT 1 FROM facility m JOIN " table \
    " p ON p." id " = m.id WHERE m.merged_into <> '' AND m.merged_into = c.id AND " condition "))"
#define LOCAL(condition) OF_MEMBER("facility_local", "id", "p.deleted_at = '' AND " condition)

static void add_local(struct query *q, const struct directory_query *d)
{
    if (d->home_visits)
        query_add(q, LOCAL("p.home_visits = 'yes'"));
    if (d->round_the_clock)
        query_add(q, LOCAL("p.round_the_clock = 'yes'"));
    if (d->end_of_life_care)
        query_add(q, LOCAL("p.end_of_life_care = 'yes'"));
    if (d->accepts_new)
        query_add(q, LOCAL("p.new_patient_acceptance IN ('yes', 'conditional')"));
    if (*d->care_district)
        query_add(q, LOCAL("p.care_district = ?"), TEXT(d->care_district), TEXT(d->care_district));
    if (*d->visits)
        query_add(q, LOCAL("' ' || p.visiting_areas || ' ' LIKE '% ' || ? || ' %'"), TEXT(d->visits), TEXT(d->visits));
    const char *list = d->procedures;
    for (const char *code; (code = codes_next(&list, q->arena));)
        query_add(q, LOCAL("' ' || p.medical_procedures || ' ' LIKE '% ' || ? || ' %'"), TEXT(code), TEXT(code));
}

static void add_area(struct query *q, const char *path, bool inside)
{
    if (inside)
        query_add(q, " AND c.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(path));
    else
        query_add(q, " AND c.area_code NOT IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(path));
}

/* Around a place the cells lead: an expression in place of the column keeps SQLite from an index of areas, or from making one of kinds. */
static void add_area_and_kind(struct query *q, struct db *db, const struct directory_query *d)
{
    bool is_care = code_find(code_list_find("care_service"), d->service) != NULL;
    if (*d->area_code && d->has_place)
        query_add(q, " AND (c.area_code || '') IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(area_path(db, d->area_code, q->arena)));
    else if (*d->area_code)
        add_area(q, area_path(db, d->area_code, q->arena), true);
    if (is_care)
        query_add(q, " AND c.service_code = ?", TEXT(d->service));
    else if (*d->service && d->has_place)
        query_add(q, " AND (c.kind || '') = ?", TEXT(d->service));
    else if (*d->service)
        query_add(q, " AND c.kind = ?", TEXT(d->service));
}

/* What is asked of other tables for each entry. */
static void add_facts(struct query *q, const struct directory_query *d)
{
    if (*d->home_care)
        query_add(q, OF_MEMBER("facility_notification", "facility_id", "p.home_care LIKE ? || '%'"), TEXT(d->home_care), TEXT(d->home_care));
    if (*d->speciality)
        query_add(q, OF_MEMBER("facility_service", "facility_id", "(p.code = ? OR p.label = ?)"), TEXT(d->speciality),
                  TEXT(code_label("speciality", d->speciality)), TEXT(d->speciality), TEXT(code_label("speciality", d->speciality)));
    add_local(q, d);
    if (d->open)
        directory_add_open(q, d->at);
    if (d->free_today)
        query_add(q, OF_MEMBER("vacancy", "facility_id", "p.status IN ('yes', 'conditional') AND p.valid_until >= ?"), TEXT(now_local(q->arena)),
                  TEXT(now_local(q->arena)));
}

static void add_words(struct query *q, struct db *db, const struct directory_query *d)
{
    q->scope = d->scope;
    if (*d->words)
        query_search_plan(q, db, &d->plan, "c");
}

static void add_filters(struct query *q, struct db *db, const struct directory_query *d)
{
    add_area_and_kind(q, db, d);
    add_facts(q, d);
    add_words(q, db, d);
}

static bool has_filters(const struct directory_query *d)
{
    return *d->area_code || *d->service || *d->home_care || *d->speciality || *d->procedures || *d->visits || *d->care_district || d->home_visits || d->round_the_clock ||
           d->end_of_life_care || d->accepts_new || d->free_today || d->open;
}

/* What a viewer does not see must not be found out by asking for it. */
static void drop_unseen(struct directory_query *d, const struct audience *who)
{
    bool *const facts[] = {&d->home_visits, &d->round_the_clock, &d->end_of_life_care, &d->accepts_new, &d->free_today, &d->open, &d->has_place};
    static const char *const fields[] = {"home_visits", "round_the_clock", "end_of_life_care", "new_patient_acceptance", "vacancy", "hours", "place"};
    for (size_t i = 0; i < COUNT(facts); i++)
        *facts[i] = *facts[i] && audience_sees(who, fields[i]);
    const char **const texts[] = {&d->care_district, &d->service, &d->home_care, &d->speciality, &d->procedures, &d->visits};
    static const char *const text_fields[] = {"care_district", "service", "notifications", "service", "medical_procedures", "visiting_areas"};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!audience_sees(who, text_fields[i]))
            *texts[i] = "";
}

/* --- candidates --- */

#define CANDIDATE "c.id, c.name, c.kana, c.area_code, c.lat, c.lng, c.is_listed, COALESCE((SELECT l.confirmed_on FROM facility_local l " \
                  "WHERE l.id = c.id AND l.deleted_at = ''), '')"
#define KANA_ORDER " ORDER BY c.is_listed DESC, c.kana, c.name, c.id LIMIT ? OFFSET ?"

struct found {
    struct candidate *list;
    size_t count, room;
    bool near; /* what is taken next lies in the own area */
};

static struct candidate read_candidate(const struct rows *r, const struct directory_query *d, struct arena *a)
{
    struct candidate c = {.id = arena_strdup(a, rows_text(r, 0)), .name = arena_strdup(a, rows_text(r, 1)), .kana = arena_strdup(a, rows_text(r, 2)),
                          .area_code = arena_strdup(a, rows_text(r, 3)), .latitude = rows_is_null(r, 4) ? FIELD_BLANK : (long)rows_int(r, 4),
                          .longitude = rows_is_null(r, 5) ? FIELD_BLANK : (long)rows_int(r, 5), .is_listed = rows_int(r, 6),
                          .confirmed_on = arena_strdup(a, rows_text(r, 7)), .metres = -1, .closes = -1};
    if (d->has_place && c.latitude != FIELD_BLANK)
        c.metres = (long)area_distance(d->latitude, d->longitude, c.latitude, c.longitude);
    return c;
}

/* Adds the query's rows; an entry that is there already is passed over. */
static bool take(struct query *q, struct db *db, const struct directory_query *d, struct found *f, struct err *err)
{
    auto_rows *r = query_run(q, db, NULL, err);
    while (f->count < f->room && rows_next(r)) {
        bool known = false;
        for (size_t i = 0; i < f->count && !known; i++)
            known = !strcmp(f->list[i].id, rows_text(r, 0));
        if (known)
            continue;
        f->list[f->count] = read_candidate(r, d, q->arena);
        f->list[f->count].order = (long)f->count;
        f->list[f->count].is_near = f->near;
        f->count++;
    }
    return !rows_failed(r);
}

/* Whole windows, so that a page is the same however one comes to it. */
static long window_start(const struct directory_query *d)
{
    return d->offset / WINDOW * WINDOW;
}

/* The circle that should hold what is missing, where entries lie as densely as in the one before. */
static long next_metres(long metres, size_t found, long need, long last)
{
    double times = found ? sqrt(1.3 * (double)need / (double)found) : 4;
    long next = (long)((double)metres * fmin(4, fmax(1.3, times))) + 1;
    return next < last ? next : last;
}

/* `index`: what SQLite is told to use, or "". */
static void begin_candidates(struct query *q, const char *index, struct arena *a)
{
    query_init(q, a);
    query_add(q, "SELECT " CANDIDATE " FROM facility c");
    query_add_values(q, index, NULL, 0);
    query_add(q, " WHERE" FACILITY_IS_SHOWN("c"));
}

static bool count_all(struct db *db, const struct directory_query *d, const char *near, long most, struct arena *a, long long *ret, struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT COUNT(*) FROM (SELECT 1 FROM facility c WHERE" FACILITY_IS_SHOWN("c"));
    add_filters(&q, db, d);
    if (near)
        add_area(&q, near, true);
    query_add(&q, " LIMIT ?) x", INT(most));
    auto_rows *r = query_run(&q, db, a, err);
    if (!r || !rows_next(r))
        return false;
    *ret = rows_int(r, 0);
    return true;
}

enum part { PART_ALL, PART_NEAR, PART_FAR };

/* How many entries lie in an area ("" all: then of a service), and offer a service ("" any), counted in an index and no further than `most`. */
static long long count_offered(struct db *db, const char *path, const char *service, long most)
{
    return db_int(db, NULL, 0,
                  *path      ? "SELECT COUNT(*) FROM (SELECT 1 FROM facility WHERE area_code IN (SELECT code FROM area WHERE path LIKE $1 || '%')"
                               " AND ($2 = '' OR service_code = $2) LIMIT $3)"
                             : "SELECT COUNT(*) FROM (SELECT 1 FROM facility WHERE $1 = '' AND service_code = $2 LIMIT $3)",
                  TEXT(path), TEXT(service), INT(most));
}

/* SQLite judges by samples what an area holds: it may sort half a million entries for the first forty.  Those of an area or a service are gathered
 * and sorted when they are few, or few of them will fit; otherwise the order of all is walked. */
static const char *index_for(struct db *db, const struct directory_query *d, enum part part, struct arena *a)
{
    enum { MANY = 4000 };
    const char *path = *d->area_code ? area_path(db, d->area_code, a) : part == PART_NEAR ? d->near_path : "";
    const char *service = code_find(code_list_find("care_service"), d->service) ? d->service : "";
    struct directory_query rest = *d;
    rest.area_code = rest.service = "";
    if (!db_is_sqlite(db) || *d->words)
        return "";
    if (*path && (has_filters(&rest) || count_offered(db, path, service, MANY) < MANY))
        return " INDEXED BY facility_of_area";
    return !*path && *service && count_offered(db, "", service, MANY) < MANY ? " INDEXED BY facility_of_service" : " INDEXED BY facility_by_kana";
}

static bool find_part(struct db *db, const struct directory_query *d, enum part part, long offset, struct found *f, struct arena *a, struct err *err)
{
    struct query q;
    begin_candidates(&q, index_for(db, d, part, a), a);
    add_filters(&q, db, d);
    if (part != PART_ALL)
        add_area(&q, d->near_path, part == PART_NEAR);
    query_add(&q, KANA_ORDER, INT((long)(f->room - f->count)), INT(offset));
    f->near = part == PART_NEAR;
    return take(&q, db, d, f, err);
}

/* How many there are in all is told as far as it is cheap; of words, as far as the next window. */
static bool count_total(struct db *db, const struct directory_query *d, const struct found *f, struct directory_result *ret, struct arena *a, struct err *err)
{
    long start = window_start(d), most = *d->words ? start + WINDOW + 1 : DIRECTORY_COUNT_MOST + 1;
    if (f->count < WINDOW && (f->count || !start)) {
        ret->total = start + (long)f->count;
        return true;
    }
    if (!count_all(db, d, NULL, most, a, &ret->total, err))
        return false;
    ret->more = ret->total == most;
    ret->total -= ret->more;
    return true;
}

/* In the order of an index: the own area first, then the rest. */
static bool find_in_order(struct db *db, const struct directory_query *d, struct found *f, struct directory_result *ret, struct arena *a, struct err *err)
{
    bool apart = *d->near_path && !*d->area_code;
    long start = window_start(d);
    long long near = 0;
    if (apart && !find_part(db, d, PART_NEAR, start, f, a, err))
        return false;
    if (f->count < f->room) {
        if (apart && start && !count_all(db, d, d->near_path, start + 1, a, &near, err))
            return false;
        long rest = start > near ? start - (long)near : 0;
        if (!find_part(db, d, apart ? PART_FAR : PART_ALL, rest, f, a, err))
            return false;
    }
    return count_total(db, d, f, ret, a, err);
}

static bool read_hits(struct db *db, const struct directory_query *d, const char *const *ids, size_t count, struct found *f, struct arena *a, struct err *err)
{
    struct query q;
    begin_candidates(&q, "", a);
    query_add(&q, " AND c.id IN ");
    directory_add_ids(&q, ids, count);
    return take(&q, db, d, f, err);
}

/* Entries around the place, as far as they are known. */
struct near {
    const char *id;
    long long order; /* the square of the distance in some unit */
    long metres;
};
struct nearest {
    struct near *list; /* of the box the nearest, `most` at most; twice the room */
    size_t count, most;
    struct directory_box box;
    bool has_box;
};

static int by_distance(const void *x, const void *y)
{
    const struct near *a = x, *b = y;
    return a->order != b->order ? (a->order > b->order) - (a->order < b->order) : strcmp(a->id, b->id);
}

/* Of the entries in the box and outside of the one before, sorted by distance, facts are asked of one after another until enough fit. */
static void add_ring(struct query *q, struct db *db, const struct directory_query *d, struct directory_box box, const struct nearest *n)
{
    enum { MOST_SORTED = 1000000 };
    /* A degree of longitude is shorter than one of latitude: squares of thousandths of a degree, the former times the cosine's square. */
    long shrink = lround(1000 * pow(cos((double)d->latitude / 1e6 * M_PI / 180), 2));
    bool is_care = code_find(code_list_find("care_service"), d->service) != NULL;
    query_add(q, "SELECT c.id, c.lat, c.lng, c.distance FROM (SELECT b.*, (b.lat - ?) * (b.lat - ?) * 1000 + (b.lng - ?) * (b.lng - ?) * ? AS distance FROM (",
              INT(d->latitude), INT(d->latitude), INT(d->longitude), INT(d->longitude), INT(shrink));
    directory_box_select(q, db, "c.id, c.lat, c.lng", "", box, is_care ? d->service : "", NULL);
    add_area_and_kind(q, db, d);
    add_words(q, db, d);
    if (n->has_box)
        query_add(q, " AND NOT (c.lat BETWEEN ? AND ? AND c.lng BETWEEN ? AND ?)", INT(n->box.south), INT(n->box.north), INT(n->box.west), INT(n->box.east));
    query_add(q, ") b ORDER BY distance, b.id LIMIT ?) c WHERE 1 = 1", INT(MOST_SORTED));
    add_facts(q, d);
    query_add(q, " LIMIT ?", INT((long)n->most));
}

static bool read_ring(struct db *db, const struct directory_query *d, long metres, struct nearest *n, struct arena *a, struct err *err)
{
    struct directory_box box = directory_box_around(d->latitude, d->longitude, metres);
    struct query q;
    query_init(&q, a);
    add_ring(&q, db, d, box, n);
    auto_rows *r = query_run(&q, db, NULL, err);
    while (n->count < 2 * n->most && rows_next(r))
        n->list[n->count++] = (struct near){arena_strdup(a, rows_text(r, 0)), rows_int(r, 3),
                                            (long)area_distance(d->latitude, d->longitude, (long)rows_int(r, 1), (long)rows_int(r, 2))};
    qsort(n->list, n->count, sizeof *n->list, by_distance);
    n->count = n->count < n->most ? n->count : n->most;
    n->box = box;
    n->has_box = true;
    return !rows_failed(r);
}

/* Those of the circle: what lies in the corners of the box may be farther than something outside of it. */
static size_t count_within(const struct nearest *n, long metres)
{
    size_t count = n->count;
    while (count && n->list[count - 1].metres > metres)
        count--;
    return count;
}

/* In their order, with all that ranking asks for. */
static bool read_near(struct db *db, const struct directory_query *d, const struct near *list, size_t count, struct found *f, struct arena *a, struct err *err)
{
    const char *ids[WINDOW];
    for (size_t i = 0; i < count; i++)
        ids[i] = list[i].id;
    if (count && !read_hits(db, d, ids, count, f, a, err))
        return false;
    for (size_t i = 0; i < f->count; i++)
        for (size_t k = 0; k < count; k++)
            if (!strcmp(f->list[i].id, ids[k]))
                f->list[i].order = (long)k;
    return true;
}

/* A circle that grows until it holds enough or the distance asked for. */
static bool find_near(struct db *db, const struct directory_query *d, struct found *f, struct directory_result *ret, struct arena *a, struct err *err)
{
    enum { FIRST_METRES = 500, LAST_METRES = DIRECTORY_METRES_MOST };
    size_t start = (size_t)window_start(d), need = start + WINDOW, within;
    long last = d->metres && d->metres < LAST_METRES ? d->metres : LAST_METRES;
    struct nearest n = {.most = need + 1, .list = NEW_ARRAY(a, 2 * (need + 1), struct near)};
    for (long metres = FIRST_METRES < last ? FIRST_METRES : last;; metres = next_metres(metres, within, (long)need, last)) {
        if (!read_ring(db, d, metres, &n, a, err))
            return false;
        within = count_within(&n, metres);
        if (within >= need || metres >= last)
            break;
    }
    ret->more = within > need;
    ret->total = (long long)(ret->more ? need : within);
    size_t count = within > start ? within - start : 0;
    return read_near(db, d, n.list + start, count < WINDOW ? count : WINDOW, f, a, err);
}

struct id_list {
    const char **ids;
    size_t count;
};

/* Adds those that hold the words, of one area or of all, to at most `most`. */
static bool add_hits(struct db *db, const struct directory_query *d, const char *area_code, size_t most, struct id_list *list, struct arena *a, struct err *err)
{
    struct search_hit *hits;
    size_t count, before = list->count;
    struct scope scope = *d->scope;
    if (*area_code) {
        scope.kind = SCOPE_OFFICE; /* an entry's document stands in its area's place: facility_index */
        scope.office_id = area_code;
    }
    if (!search_find(db, &scope, "facility", d->words, most, a, &hits, &count, err))
        return false;
    for (size_t i = 0; i < count && list->count < most; i++) {
        size_t k = 0;
        while (k < before && strcmp(list->ids[k], hits[i].id) != 0)
            k++;
        if (k == before)
            list->ids[list->count++] = hits[i].id;
    }
    return true;
}

/* The own ward of who asks, or the area asked for; "" for a city or without one. */
static const char *words_area(const struct directory_query *d, struct arena *a)
{
    enum { WARD_PATH = 21, CODE = 6 };
    if (*d->area_code)
        return d->area_code;
    return strlen(d->near_path) == WARD_PATH ? arena_strndup(a, d->near_path + WARD_PATH - CODE - 1, CODE) : "";
}

/* Words alone, or within one ward: those of the own area, then the newest of all.  They are ranked a window at a time. */
static bool find_words(struct db *db, const struct directory_query *d, struct found *f, struct directory_result *ret, struct arena *a, struct err *err)
{
    size_t start = (size_t)window_start(d), most = start + WINDOW + 1;
    const char *area = words_area(d, a);
    struct id_list list = {.ids = NEW_ARRAY(a, most, const char *)};
    if ((*area && !add_hits(db, d, area, most, &list, a, err)) || (list.count < most && !*d->area_code && !add_hits(db, d, "", most, &list, a, err)))
        return false;
    ret->more = list.count == most;
    ret->total = (long long)(list.count - ret->more);
    if (start >= list.count)
        return true;
    if (!read_hits(db, d, list.ids + start, list.count - start < WINDOW ? list.count - start : WINDOW, f, a, err))
        return false;
    for (size_t i = 0; i < f->count; i++)
        f->list[i].is_near = !strcmp(f->list[i].area_code, area);
    return true;
}

/* A city's entries lie in its wards. */
static bool is_plain_words(struct db *db, const struct directory_query *d, struct arena *a)
{
    struct directory_query rest = *d;
    rest.area_code = "";
    if (!*d->words || has_filters(&rest))
        return false;
    struct err ignored = {0};
    return !*d->area_code || !db_int(db, &ignored, 0, "SELECT 1 FROM area WHERE parent_code = $1 LIMIT 1", TEXT(d->area_code)) || !*area_path(db, d->area_code, a);
}

/* --- the page --- */

void directory_add_ids(struct query *q, const char *const *ids, size_t count)
{
    query_add(q, "(");
    for (size_t i = 0; i < count; i++)
        query_add_values(q, i ? ", ?" : "?", &TEXT(ids[i]), 1);
    query_add(q, ")");
}

bool directory_members(struct db *db, const char *const *shown, size_t count, struct member *ret, size_t room, size_t *ret_count, struct arena *a,
                       struct err *err)
{
    size_t n = 0;
    for (; n < count; n++)
        ret[n] = (struct member){shown[n], shown[n]};
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT m.id, m.merged_into FROM facility m WHERE m.merged_into <> '' AND m.merged_into IN ");
    directory_add_ids(&q, shown, count);
    auto_rows *r = query_run(&q, db, a, err);
    while (n < room && rows_next(r))
        ret[n++] = (struct member){rows_text(r, 0), rows_text(r, 1)};
    *ret_count = n;
    return !rows_failed(r);
}

static struct directory_hit *hit_of(struct directory_hit *hits, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(hits[i].facility.id, id))
            return &hits[i];
    return NULL;
}

static bool read_facilities(struct db *db, struct directory_hit *hits, const char *const *ids, size_t count, struct arena *a, struct err *err)
{
    struct query q;
    struct facility f;
    query_init(&q, a);
    query_add(&q, "SELECT " FACILITY_COLUMNS " FROM facility c WHERE c.id IN ");
    directory_add_ids(&q, ids, count);
    auto_rows *r = query_run(&q, db, NULL, err);
    while (rows_next(r)) {
        struct directory_hit *hit = hit_of(hits, count, rows_text(r, 0));
        facility_read(r, a, &f);
        if (hit)
            hit->facility = f;
    }
    return !rows_failed(r);
}

/* The entry's own facts, or those recorded about an entry that is shown as one with it. */
static bool read_local(struct db *db, struct directory_hit *hits, const char *const *ids, size_t count, struct arena *a, struct err *err)
{
    struct member members[DIRECTORY_PAGE + 10];
    const char *all[DIRECTORY_PAGE + 10];
    size_t n;
    if (!directory_members(db, ids, count, members, COUNT(members), &n, a, err))
        return false;
    for (size_t i = 0; i < n; i++)
        all[i] = members[i].id;
    struct query q;
    query_init(&q, a);
    record_select(&q, &facility_local_record);
    query_add(&q, " AND c.id IN ");
    directory_add_ids(&q, all, n);
    auto_rows *r = query_run(&q, db, a, err);
    while (rows_next(r)) {
        struct facility_local l;
        record_read(r, &facility_local_record, &l, a);
        for (size_t i = 0; i < n; i++) {
            struct directory_hit *hit = strcmp(members[i].id, l.head.id) ? NULL : hit_of(hits, count, members[i].shown);
            if (hit && (!*hit->local.head.id || i < count))
                hit->local = l;
        }
    }
    return !rows_failed(r);
}

static void blank_local(struct facility_local *l)
{
    field_clear(&facility_local_set, l);
    l->head = (struct record_head){.id = "", .office_id = "", .area_code = "", .created_at = "", .created_by = "", .changed_at = "", .changed_by = "",
                                   .deleted_at = ""};
}

static bool read_vacancy(struct db *db, struct directory_hit *hit, struct arena *a, struct err *err)
{
    struct vacancy v;
    bool known;
    if (!vacancy_find(db, hit->facility.id, a, &v, &known, err))
        return false;
    hit->vacancy = known ? arena_printf(a, "%s、回答は%s", vacancy_status_words(&v, now_local(a), a), vacancy_age(&v, now_local(a), a)) : "";
    return true;
}

/* Fills a page from ranked candidates and takes away what is not for the viewer. */
static bool show(struct db *db, const struct directory_query *d, const struct audience *who, const struct candidate *list, size_t count,
                 struct date today, struct directory_hit *hits, struct arena *a, struct err *err)
{
    const char *ids[DIRECTORY_PAGE];
    for (size_t i = 0; i < count; i++) {
        hits[i] = (struct directory_hit){.facility.id = list[i].id, .metres = list[i].metres, .state = list[i].state, .closes = list[i].closes,
                                         .vacancy = ""};
        ids[i] = list[i].id;
        blank_local(&hits[i].local);
    }
    if (count && (!read_facilities(db, hits, ids, count, a, err) || !read_local(db, hits, ids, count, a, err)))
        return false;
    for (size_t i = 0; i < count; i++) {
        audience_apply(who, &hits[i].facility, &hits[i].local);
        if (d->free_today && !read_vacancy(db, &hits[i], a, err))
            return false;
        hits[i].reason = directory_reason(d, &hits[i], audience_sees(who, "confirmed_on"), today, a);
    }
    return true;
}

static bool add_states(struct db *db, const struct directory_query *d, const struct audience *who, struct candidate *list, size_t count, struct arena *a,
                       struct err *err)
{
    struct opening *items = NEW_ARRAY(a, count + 1, struct opening);
    for (size_t i = 0; i < count; i++)
        items[i].id = list[i].id;
    if (!audience_sees(who, "hours"))
        return true;
    if (!directory_states(db, d->at, items, count, a, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        list[i].state = items[i].state;
        list[i].closes = items[i].closes;
    }
    return true;
}

bool directory_search(struct db *db, const struct directory_query *asked, const struct audience *who, struct date today, struct arena *a,
                      struct directory_result *ret, struct err *err)
{
    struct directory_query d = *asked;
    struct found f = {.list = NEW_ARRAY(a, WINDOW + 1, struct candidate), .room = WINDOW};
    struct directory_result result = {0};
    d.words = text_cut(a, d.words, 100);
    drop_unseen(&d, who);
    struct scope scope = SCOPE_EVERYTHING; /* the directory is everybody's; what is not public is found by the offices of the programme only */
    scope.sees_personal = who->viewer == AUDIENCE_INTERNAL;
    d.scope = &scope;
    bool plain = !d.has_place && is_plain_words(db, &d, a);
    if (*d.words && !plain && !search_plan_read(db, d.scope, "facility", d.words, (size_t)window_start(&d) + WINDOW, a, &d.plan, err))
        return false;
    bool found = d.has_place ? find_near(db, &d, &f, &result, a, err)
                 : plain     ? find_words(db, &d, &f, &result, a, err)
                             : find_in_order(db, &d, &f, &result, a, err);
    bool ranks_states = d.has_place && !d.open; /* asked for what is open, all are */
    if (!found || (ranks_states && !add_states(db, &d, who, f.list, f.count, a, err)))
        return false;
    if (*d.words || d.has_place)
        directory_rank(&d, today, f.list, f.count, a);
    size_t from = (size_t)(d.offset % WINDOW), most = d.limit < DIRECTORY_PAGE ? (size_t)d.limit : DIRECTORY_PAGE;
    from = from < f.count ? from : f.count;
    result.count = f.count - from < most ? f.count - from : most;
    if (!ranks_states && !add_states(db, &d, who, f.list + from, result.count, a, err))
        return false;
    result.hits = NEW_ARRAY(a, result.count + 1, struct directory_hit);
    if (!show(db, &d, who, f.list + from, result.count, today, result.hits, a, err))
        return false;
    *ret = result;
    return true;
}

bool directory_entry(struct db *db, const char *id, const struct audience *who, struct directory_moment at, struct date today, struct arena *a,
                     struct directory_hit *ret, struct err *err)
{
    const struct directory_query d = {.at = at};
    struct candidate c = {.id = facility_shown_id(db, id, a), .metres = -1, .closes = -1};
    if (!*c.id)
        return err_set(err, ERR_NOT_FOUND, "facility.unknown", "no such facility");
    return add_states(db, &d, who, &c, 1, a, err) && show(db, &d, who, &c, 1, today, ret, a, err);
}

/* --- for the map and for files --- */

bool directory_prepare(struct db *db, struct directory_query *d, const struct audience *who, size_t wanted, struct arena *a, struct err *err)
{
    struct scope *scope = NEW(a, struct scope);
    *scope = SCOPE_EVERYTHING; /* as in directory_search */
    scope->sees_personal = who->viewer == AUDIENCE_INTERNAL;
    d->words = text_cut(a, d->words, 100);
    drop_unseen(d, who);
    d->scope = scope;
    d->plan = (struct search_plan){.kind = "facility", .words = d->words}; /* finds everything */
    return !*d->words || !wanted || search_plan_read(db, d->scope, "facility", d->words, wanted, a, &d->plan, err);
}

void directory_add_filters(struct query *q, struct db *db, const struct directory_query *d)
{
    add_filters(q, db, d);
}

const char *directory_only_service(const struct directory_query *d)
{
    struct directory_query rest = *d;
    rest.service = "";
    return *d->words || has_filters(&rest) || (d->has_place && d->metres) ? NULL : d->service;
}
