#include "features/keeping/recount.h"

#include "web/resource.h"

#include <stdlib.h>
#include <string.h>

/* A figure: its key, six texts joined by U+001F, what stands in tally and what the records give. */
struct figure {
    const char *key; /* NULL: free */
    long long kept, counted;
};
struct counting {
    struct arena *arena;
    struct figure *figures; /* open addressing, at most half full */
    size_t room, count;
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

/* --- both sides --- */

static bool count_facts(void *arg, const char *office_id, const char *area_code, const struct facts *f, struct err *err)
{
    (void)err;
    struct counting *c = arg;
    auto_buf key = {0};
    for (size_t i = 0; i < f->count; i++) {
        const struct fact *x = &f->items[i];
        make_key(&key, (const char *const[]){x->measure, x->basis, x->month, x->code, area_code, office_id});
        figure_of(c, key.data)->counted += x->n;
        char year[8];
        if (!tally_year(x->month, year))
            continue;
        make_key(&key, (const char *const[]){x->measure, x->basis, year, x->code, area_code, office_id});
        figure_of(c, key.data)->counted += x->n;
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
    return count_records(arg, db, err) && read_kept(arg, db, err);
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
