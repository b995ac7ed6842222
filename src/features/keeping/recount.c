#include "features/keeping/recount.h"

#include "base/count.h"
#include "web/resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A figure: its key, six texts joined by U+001F, what stands in tally and what the records give.  A month of a city in tally_year has
 * that for its office. */
struct figure {
    const char *key; /* NULL: free */
    long long kept, counted;
};
struct counting {
    struct arena *arena;
    struct db *db;
    struct figure *figures; /* open addressing, at most half full */
    size_t room, count;
    struct {
        char area_code[16], city[16]; /* city "": the area is in none */
    } cities[128];                    /* looked up once, by the code's last digits */
    const struct feature *const *features;
    bool (*go_on)(void *arg, long long records);
    void *arg;
    struct recount *result;
};

/* --- a table of figures --- */

static size_t place_of(const struct figure *figures, size_t room, const char *key)
{
    unsigned long long hash = 1469598103934665603ULL; /* FNV-1a */
    for (const char *c = key; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211ULL;
    size_t at = hash & (room - 1);
    while (figures[at].key && strcmp(figures[at].key, key) != 0)
        at = (at + 1) & (room - 1);
    return at;
}

static void grow(struct counting *c)
{
    size_t room = c->room ? c->room * 2 : 4096;
    struct figure *bigger = xcalloc(room, sizeof *bigger);
    for (size_t i = 0; i < c->room; i++)
        if (c->figures[i].key)
            bigger[place_of(bigger, room, c->figures[i].key)] = c->figures[i];
    free(c->figures);
    c->figures = bigger;
    c->room = room;
}

static struct figure *figure_of(struct counting *c, const char *key)
{
    if (c->count * 2 >= c->room)
        grow(c);
    struct figure *f = &c->figures[place_of(c->figures, c->room, key)];
    if (!f->key) {
        f->key = arena_strdup(c->arena, key);
        c->count++;
    }
    return f;
}

static void make_key(struct buf *out, const char *const parts[6])
{
    buf_cut(out, 0);
    for (int i = 0; i < 6; i++) {
        if (i)
            buf_char(out, '\x1f');
        buf_text(out, parts[i]);
    }
}

/* --- cities --- */

static const char *city_of(struct counting *c, struct db *db, const char *area_code, struct err *err)
{
    size_t at = (size_t)atol(area_code) % COUNT(c->cities);
    if (strlen(area_code) >= sizeof c->cities[at].area_code)
        return "";
    if (strcmp(c->cities[at].area_code, area_code) != 0) {
        auto_arena *a = arena_new();
        const char *city = db_text(db, a, err, "SELECT substr(path, 8, 6) FROM area WHERE code = $1 AND length(path) >= 14", TEXT(area_code));
        snprintf(c->cities[at].city, sizeof c->cities[at].city, "%s", city ? city : "");
        snprintf(c->cities[at].area_code, sizeof c->cities[at].area_code, "%s", area_code);
    }
    return c->cities[at].city;
}

static struct figure *city_figure(struct counting *c, struct buf *key, const char *measure, const char *basis, const char *month, const char *code,
                                  const char *city)
{
    make_key(key, (const char *const[]){measure, basis, month, code, city, "tally_year"});
    return figure_of(c, key->data);
}

/* --- both sides --- */

static bool count_facts(void *arg, const char *office_id, const char *area_code, const struct facts *f, struct err *err)
{
    struct counting *c = arg;
    auto_buf key = {0};
    struct err trouble = {0};
    const char *city = city_of(c, c->db, area_code, &trouble);
    if (trouble.kind)
        return err_set(err, trouble.kind, trouble.message, "%s", trouble.detail);
    for (size_t i = 0; i < f->count; i++) {
        const struct fact *x = &f->items[i];
        make_key(&key, (const char *const[]){x->measure, x->basis, x->month, x->code, area_code, office_id});
        figure_of(c, key.data)->counted += x->n;
        char year[8];
        if (!tally_year(x->month, year))
            continue;
        make_key(&key, (const char *const[]){x->measure, x->basis, year, x->code, area_code, office_id});
        figure_of(c, key.data)->counted += x->n;
        if (*city)
            city_figure(c, &key, x->measure, x->basis, x->month, x->code, city)->counted += x->n;
    }
    return true;
}

static bool batch_done(void *arg, long long rows, struct err *err)
{
    struct counting *c = arg;
    c->result->records += rows;
    return !c->go_on || c->go_on(c->arg, c->result->records) || err_set(err, ERR_CONFLICT, "backup.stopped", "recount");
}

static bool count_records(struct counting *c, struct db *db, struct err *err)
{
    const struct resource_facts_sink sink = {count_facts, batch_done, c};
    for (const struct feature *const *f = c->features; *f; f++)
        for (size_t i = 0; i < (*f)->resource_count; i++)
            if (!resource_facts(db, (*f)->resources[i], &sink, err))
                return false;
    return true;
}

/* One measure at a time: PostgreSQL hands over a whole result at once. */
static bool read_measure(struct counting *c, struct db *db, const char *measure, struct err *err)
{
    auto_buf key = {0};
    auto_rows *r = db_query(db, NULL, err, "SELECT basis, month, code, area_code, office_id, n FROM tally_now WHERE measure = $1 AND n <> 0",
                            TEXT(measure));
    while (r && rows_next(r)) {
        make_key(&key, (const char *const[]){measure, rows_text(r, 0), rows_text(r, 1), rows_text(r, 2), rows_text(r, 3), rows_text(r, 4)});
        figure_of(c, key.data)->kept += rows_int(r, 5);
    }
    return r && !rows_failed(r);
}

static bool read_kept(struct counting *c, struct db *db, struct err *err)
{
    auto_arena *a = arena_new();
    auto_rows *r = db_query(db, a, err, "SELECT DISTINCT measure FROM tally_now");
    while (r && rows_next(r))
        if (!read_measure(c, db, rows_text(r, 0), err))
            return false;
    return r && !rows_failed(r);
}

static bool read_years(struct counting *c, struct db *db, struct err *err)
{
    auto_buf key = {0};
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT measure, basis, area_code, year, code, m04, m05, m06, m07, m08, m09, m10, m11, m12, m01, m02, m03 FROM tally_year");
    while (r && rows_next(r)) {
        int april = atoi(rows_text(r, 3) + strspn(rows_text(r, 3), "FY"));
        for (int i = 0; i < 12; i++) {
            char month[16];
            snprintf(month, sizeof month, "%04d-%02d", april + (i >= 9), (i + 3) % 12 + 1);
            if (rows_int(r, 5 + i))
                city_figure(c, &key, rows_text(r, 0), rows_text(r, 1), month, rows_text(r, 4), rows_text(r, 2))->kept += rows_int(r, 5 + i);
        }
    }
    return r && !rows_failed(r);
}

/* What waits is in no city's row yet and will be. */
static bool read_waiting_years(struct counting *c, struct db *db, struct err *err)
{
    if (!db_int(db, err, 0, "SELECT 1 FROM tally_wait LIMIT 1"))
        return true;
    auto_buf key = {0};
    auto_arena *a = arena_new();
    auto_rows *r = db_query(db, a, err,
                            "SELECT measure, basis, month, code, area_code, CAST(sum(n) AS BIGINT) FROM (SELECT measure, basis, month, code, area_code, n"
                            " FROM tally_now UNION ALL SELECT measure, basis, month, code, area_code, -n FROM tally) AS waiting WHERE month < 'FY'"
                            " GROUP BY measure, basis, month, code, area_code HAVING sum(n) <> 0");
    while (r && rows_next(r)) {
        struct err trouble = {0};
        const char *city = city_of(c, db, rows_text(r, 4), &trouble);
        char year[8];
        if (trouble.kind)
            return err_set(err, trouble.kind, trouble.message, "%s", trouble.detail);
        if (*city && tally_year(rows_text(r, 2), year))
            city_figure(c, &key, rows_text(r, 0), rows_text(r, 1), rows_text(r, 2), rows_text(r, 3), city)->kept += rows_int(r, 5);
    }
    return r && !rows_failed(r);
}

/* --- what is different --- */

static int by_key(const void *x, const void *y)
{
    const struct figure *a = x, *b = y;
    if (!a->key || !b->key)
        return !a->key - !b->key;
    return strcmp(a->key, b->key);
}

static struct recount_difference difference_of(const struct figure *f, struct arena *a)
{
    char *part[6], *rest = arena_strdup(a, f->key);
    for (int i = 0; i < 6; i++)
        part[i] = strsep(&rest, "\x1f");
    return (struct recount_difference){part[0], part[1], part[2], part[3], part[4], part[5], f->kept, f->counted};
}

static void compare(struct counting *c, struct arena *a)
{
    struct recount *r = c->result;
    if (c->room)
        qsort(c->figures, c->room, sizeof *c->figures, by_key);
    for (size_t i = 0; i < c->count; i++) {
        const struct figure *f = &c->figures[i];
        r->figures += f->kept || f->counted;
        if (f->kept == f->counted)
            continue;
        r->different++;
        if (r->shown_count < RECOUNT_SHOWN)
            r->shown[r->shown_count++] = difference_of(f, a);
    }
}

static bool read_both(struct db *db, void *arg, struct err *err)
{
    struct counting *c = arg;
    c->db = db;
    return count_records(c, db, err) && read_kept(c, db, err) && read_years(c, db, err) && read_waiting_years(c, db, err);
}

bool recount_compare(struct store *s, const struct feature *const *features, bool (*go_on)(void *arg, long long records), void *arg,
                     struct arena *a, struct recount *ret, struct err *err)
{
    auto_arena *keys = arena_new();
    *ret = (struct recount){0};
    struct counting c = {.arena = keys, .features = features, .go_on = go_on, .arg = arg, .result = ret};
    bool ok = store_view(s, read_both, &c, err);
    if (ok)
        compare(&c, a);
    free(c.figures);
    return ok;
}
