/* export_read.c -- entries in pages: one area after the other, each by kana; memory holds one page. */
#include "features/facility_export/export_row.h"

#include "features/area/area.h"
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 500 };

struct batch {
    const struct export_request *x;
    const char *kinds;
    const char *area, *kana, *id; /* behind which entry the page begins; kana and id "" at the area's first */
    struct arena *arena;
    struct export_entry *entries; /* in the order of the page */
    struct export_entry **by_id;
    size_t count;
};

const struct scope export_open_words = {.kind = SCOPE_ALL, .office_id = "", .area_code = "", .area_path = "", .user_id = "", .sees_personal = false};

static long metres_of(const struct directory_query *d)
{
    return d->metres ? d->metres : DIRECTORY_METRES_MOST;
}

void export_add_asked(struct query *q, const struct export_request *x)
{
    const struct directory_query *d = x->asked;
    if (!d)
        return;
    directory_add_filters(q, x->db, d);
    if (!d->has_place)
        return;
    struct directory_box b = directory_box_around(d->latitude, d->longitude, metres_of(d));
    query_add(q, " AND c.lat BETWEEN ? AND ? AND c.lng BETWEEN ? AND ?", INT(b.south), INT(b.north), INT(b.west), INT(b.east));
}

bool export_is_near(const struct export_request *x, long latitude, long longitude)
{
    const struct directory_query *d = x->asked;
    return !d || !d->has_place || (latitude != FIELD_BLANK && area_distance(d->latitude, d->longitude, latitude, longitude) <= (double)metres_of(d));
}

/* The batch, as the middle of a query: a table `c` of facilities. */
static void add_batch(struct query *q, const struct batch *p)
{
    const struct export_request *x = p->x;
    q->scope = &export_open_words;
    query_add(q, " FROM (SELECT c.* FROM facility c WHERE c.area_code = ? AND" FACILITY_IS_SHOWN("c") "AND (c.kana > ? OR (c.kana = ? AND c.id > ?))",
              TEXT(p->area), TEXT(p->kana), TEXT(p->kana), TEXT(p->id));
    if (*x->words)
        query_search(q, x->db, "facility", "c", x->words);
    export_add_asked(q, x);
    if (*x->service_code && !x->asked)
        query_add(q, " AND EXISTS (SELECT 1 FROM facility m JOIN facility_service s ON s.facility_id = m.id WHERE" FACILITY_IS_MEMBER("m", "c")
                     "AND s.code = ?)", TEXT(x->service_code));
    if (*x->kind)
        query_add(q, " AND c.kind = ?", TEXT(x->kind));
    if (*p->kinds)
        query_add(q, " AND ' ' || ? || ' ' LIKE '% ' || c.kind || ' %'", TEXT(p->kinds));
    query_add(q, " ORDER BY c.kana, c.id LIMIT ?) c", INT(BATCH));
}

static int by_id(const void *x, const void *y)
{
    const struct export_entry *const *one = x, *const *other = y;
    return strcmp((*one)->facility.id, (*other)->facility.id);
}

static struct export_entry *entry_of(const struct batch *p, const char *id)
{
    struct export_entry wanted = {.facility.id = id}, *key = &wanted;
    struct export_entry **found = bsearch(&key, p->by_id, p->count, sizeof *p->by_id, by_id);
    return found ? *found : NULL;
}

static bool read_entries(struct batch *p, struct err *err)
{
    struct query q;
    query_init(&q, p->arena);
    query_add(&q, "SELECT " FACILITY_COLUMNS ", (SELECT COUNT(*) FROM facility_local l JOIN facility m ON m.id = l.id WHERE"
                  FACILITY_IS_MEMBER("m", "c") ")");
    add_batch(&q, p);
    query_add(&q, " ORDER BY c.kana, c.id");
    p->entries = NEW_ARRAY(p->arena, BATCH, struct export_entry);
    p->by_id = NEW_ARRAY(p->arena, BATCH, struct export_entry *);
    p->count = 0;
    auto_rows *r = query_run(&q, p->x->db, p->arena, err);
    while (r && p->count < BATCH && rows_next(r)) {
        struct export_entry *e = p->by_id[p->count] = &p->entries[p->count];
        facility_read(r, p->arena, &e->facility);
        e->local.head.id = rows_int(r, 26) ? e->facility.id : "";
        p->count++;
    }
    qsort(p->by_id, p->count, sizeof *p->by_id, by_id);
    return r && !rows_failed(r);
}

static void add_service(struct export_entry *e, const char *code, const char *label)
{
    for (size_t i = 0; i < e->service_count; i++)
        if (*code ? !strcmp(e->services[i].code, code) : !strcmp(e->services[i].label, label))
            return;
    if (e->service_count < EXPORT_SERVICES)
        e->services[e->service_count++] = (struct export_service){code, label};
}

static bool read_services(struct batch *p, struct err *err)
{
    struct query q;
    query_init(&q, p->arena);
    query_add(&q, "SELECT c.id, s.code, CASE WHEN s.label = '' THEN s.code ELSE s.label END");
    add_batch(&q, p);
    query_add(&q, " JOIN facility m ON" FACILITY_IS_MEMBER("m", "c") "JOIN facility_service s ON s.facility_id = m.id "
                  "ORDER BY c.id, CASE WHEN m.id = c.id THEN 0 ELSE 1 END, m.id, s.source, s.position");
    auto_rows *r = query_run(&q, p->x->db, p->arena, err);
    while (r && rows_next(r)) {
        struct export_entry *e = entry_of(p, rows_text(r, 0));
        if (e)
            add_service(e, rows_text(r, 1), rows_text(r, 2));
    }
    return r && !rows_failed(r);
}

static void add_hours(struct export_entry *e, struct export_hours h)
{
    for (size_t i = 0; i < e->hours_count; i++)
        if (!memcmp(&e->hours[i], &h, sizeof h))
            return;
    if (e->hours_count < EXPORT_HOURS)
        e->hours[e->hours_count++] = h;
}

/* Hours of the first member that has any: those of two lists would add up to what neither says.  Emergency runs all day and tells nothing. */
static bool read_hours(struct batch *p, struct err *err)
{
    struct query q;
    query_init(&q, p->arena);
    query_add(&q, "SELECT c.id, m.id, h.day, h.opens, h.closes");
    add_batch(&q, p);
    query_add(&q, " JOIN facility m ON" FACILITY_IS_MEMBER("m", "c") "JOIN facility_hours h ON h.facility_id = m.id AND h.is_reception = 0 "
                  "AND h.speciality_code <> '09010' ORDER BY c.id, CASE WHEN m.id = c.id THEN 0 ELSE 1 END, m.id, h.day, h.opens, h.closes");
    auto_rows *r = query_run(&q, p->x->db, p->arena, err);
    const char *entry = "", *member = "";
    while (r && rows_next(r)) {
        if (strcmp(entry, rows_text(r, 0)) != 0)
            entry = rows_text(r, 0), member = rows_text(r, 1);
        struct export_entry *e = entry_of(p, entry);
        if (e && !strcmp(member, rows_text(r, 1)))
            add_hours(e, (struct export_hours){(int)rows_int(r, 2), (int)rows_int(r, 3), (int)rows_int(r, 4)});
    }
    return r && !rows_failed(r);
}

static bool read_local(struct batch *p, struct export_entry *e, struct err *err)
{
    const char **members;
    size_t count;
    bool known = *e->local.head.id;
    e->local = (struct facility_local){.head.id = ""};
    if (!known)
        return true;
    if (!facility_member_ids(p->x->db, e->facility.id, p->arena, &members, &count, err))
        return false;
    for (size_t i = 0; i < count && !*e->local.head.id; i++)
        if (!facility_local_find(p->x->db, members[i], p->arena, &e->local, err))
            return false;
    return true;
}

static bool read_batch(struct batch *p, struct err *err)
{
    const struct audience *who = &p->x->who;
    if (!read_entries(p, err) || (audience_sees(who, "service") && !read_services(p, err)) || (audience_sees(who, "hours") && !read_hours(p, err)))
        return false;
    for (size_t i = 0; i < p->count; i++) {
        struct export_entry *e = &p->entries[i];
        if (!read_local(p, e, err))
            return false;
        if (*e->local.head.id)
            audience_apply(who, NULL, &e->local);
    }
    return true;
}

/* The last entry's kana is asked for before the audience's rule may blank it; it never does (always public). */
static bool each_of_area(struct batch *p, export_each_fn *each, void *arg, struct err *err)
{
    auto_arena *step = arena_new();
    auto_arena *kept = arena_new();
    do {
        arena_reset(p->arena);
        if (!read_batch(p, err))
            return false;
        for (size_t i = 0; i < p->count; i++) {
            const struct facility *f = &p->entries[i].facility;
            bool is_near = export_is_near(p->x, f->latitude, f->longitude);
            audience_apply(&p->x->who, &p->entries[i].facility, NULL);
            if (is_near && !each(&p->entries[i], arg, step, err))
                return false;
            arena_reset(step);
        }
        if (p->count) {
            const struct facility *last = &p->entries[p->count - 1].facility;
            p->kana = arena_strdup(kept, last->kana);
            p->id = arena_strdup(kept, last->id);
        }
    } while (p->count == BATCH);
    return true;
}

static bool find_areas(const struct export_request *x, struct arena *a, struct rows **ret, struct err *err)
{
    const char *path = *x->area_code ? area_path(x->db, x->area_code, a) : "";
    *ret = *path ? db_query(x->db, a, err, "SELECT DISTINCT area_code FROM facility WHERE area_code IN (SELECT code FROM area WHERE path LIKE $1 || '%') "
                                           "ORDER BY area_code", TEXT(path))
                 : db_query(x->db, a, err, "SELECT DISTINCT area_code FROM facility ORDER BY area_code");
    return *ret;
}

bool export_each(const struct export_request *x, const char *kinds, export_each_fn *each, void *arg, struct err *err)
{
    auto_arena *a = arena_new();
    auto_arena *page = arena_new();
    struct rows *found = NULL;
    if (!find_areas(x, a, &found, err))
        return false;
    auto_rows *areas = found;
    while (rows_next(areas)) {
        struct batch p = {.x = x, .kinds = kinds, .area = rows_text(areas, 0), .kana = "", .id = "", .arena = page};
        if (!each_of_area(&p, each, arg, err))
            return false;
    }
    return !rows_failed(areas);
}
