/* tally_waiting.c -- what waits in tally_wait, added to a reading in the program: SQL would take its JSON apart for every figure of a report. */
#include "store/query.h"
#include "store/tally.h"
#include "store/tally_pile.h"

#include <stdlib.h>
#include <string.h>

struct area_path {
    const char *code, *path;
    struct area_path *next;
};
struct reading {
    struct db *db;
    const struct tally_query *query;
    struct arena *arena;
    struct area_path *areas; /* those asked for */
    struct tally_cell *cells;
    size_t count, room;
    struct err *err;
};

/* The area's path, "" when it is none. */
static const char *path_of(struct reading *r, const char *area_code)
{
    struct area_path *known = r->areas;
    while (known && strcmp(known->code, area_code) != 0)
        known = known->next;
    if (known)
        return known->path;
    const char *path = db_text(r->db, r->arena, r->err, "SELECT path FROM area WHERE code = $1", TEXT(area_code));
    known = NEW(r->arena, struct area_path);
    *known = (struct area_path){arena_strdup(r->arena, area_code), path ? path : "", r->areas};
    r->areas = known;
    return known->path;
}

static bool is_below(struct reading *r, const char *area_code, const char *top)
{
    return top && *top && strncmp(path_of(r, area_code), top, strlen(top)) == 0;
}

/* As query_scope decides. */
static bool sees(struct reading *r, const struct waiting_head *h)
{
    const struct scope *s = r->query->scope;
    switch (s->kind) {
    case SCOPE_ALL: return true;
    case SCOPE_OFFICE: return strcmp(h->office_id, s->office_id) == 0;
    case SCOPE_AREA: return is_below(r, h->area_code, s->area_path);
    case SCOPE_NOTHING: break;
    }
    return false;
}

static bool wants(void *arg, const struct waiting_head *h)
{
    struct reading *r = arg;
    const struct tally_query *q = r->query;
    return !strcmp(h->measure, q->measure) && !strcmp(h->basis, q->basis) && strcmp(h->month, q->first_month) >= 0 &&
           strcmp(h->month, q->last_month) <= 0 && (!q->office_id || !strcmp(h->office_id, q->office_id)) && sees(r, h) &&
           (!q->area_path || is_below(r, h->area_code, q->area_path));
}

static bool is_of_dimension(const char *code, const char *dimension)
{
    size_t size = strlen(dimension);
    return size ? !strncmp(code, dimension, size) && code[size] == '=' : !*code;
}

static void make_room(struct reading *r)
{
    if (r->count < r->room)
        return;
    r->room = r->room * 2 + 64;
    struct tally_cell *more = NEW_ARRAY(r->arena, r->room, struct tally_cell);
    if (r->count)
        memcpy(more, r->cells, r->count * sizeof *more);
    r->cells = more;
}

static bool take(void *arg, const struct waiting_head *h, const char *code, long long n, struct err *err)
{
    struct reading *r = arg;
    const struct tally_query *q = r->query;
    (void)err;
    if (!is_of_dimension(code, q->dimension))
        return true;
    make_room(r);
    r->cells[r->count++] = (struct tally_cell){.area_code = q->by_area ? arena_strdup(r->arena, h->area_code) : "",
                                               .office_id = q->by_office ? arena_strdup(r->arena, h->office_id) : "",
                                               .month = q->by_month ? arena_strdup(r->arena, h->month) : "",
                                               .code = arena_strdup(r->arena, code),
                                               .n = n};
    return true;
}

/* The order of tally_read. */
static int by_key(const void *x, const void *y)
{
    const struct tally_cell *a = x, *b = y;
    int order = strcmp(a->area_code, b->area_code);
    if (order == 0)
        order = strcmp(a->code, b->code);
    if (order == 0)
        order = strcmp(a->office_id, b->office_id);
    return order ? order : strcmp(a->month, b->month);
}

static size_t add_up(struct tally_cell *cells, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count;) {
        struct tally_cell sum = cells[i++];
        for (; i < count && by_key(&sum, &cells[i]) == 0; i++)
            sum.n += cells[i].n;
        if (sum.n)
            cells[kept++] = sum;
    }
    return kept;
}

bool tally_waiting_add(struct db *db, const struct tally_query *q, struct arena *a, struct tally_cell **cells, size_t *count, struct err *err)
{
    struct err trouble = {0};
    struct reading r = {.db = db, .query = q, .arena = a, .cells = *cells, .count = *count, .room = *count, .err = &trouble};
    bool ok = tally_waiting_each(db, &(struct waiting_sink){wants, take, &r}, &trouble);
    if (!ok || trouble.kind)
        return err_set(err, trouble.kind, trouble.message, "%s", trouble.detail);
    if (r.count > *count)
        qsort(r.cells, r.count, sizeof *r.cells, by_key);
    *cells = r.cells;
    *count = r.count > *count ? add_up(r.cells, r.count) : r.count;
    return true;
}
