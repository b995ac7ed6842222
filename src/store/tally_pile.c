#include "store/tally_pile.h"

#include "base/json.h"
#include "store/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WRITE_FROM = 100000, /* a long write (import) has its facts written on the way */
    KEPT_AT_MOST = 8000, /* facts that wait in one row, those of a group of writes */
    CELLS_AT_ONCE = 500,   /* in one statement to a server */
    FOLDED_AT_ONCE = 2000, /* waiting rows fetched from a server */
    EMPTIED_ABOVE = 1 << 20 /* bytes of keys after which the memory is given back */
};

/* Of a cell's key, in the order of the table's. */
enum part { MEASURE, BASIS, MONTH, CODE, AREA, OFFICE, PARTS };

/* The parts of the key stand behind each other, each with its NUL. */
struct piled {
    const char *key;
    size_t size;
    uint64_t hash;
    long long n;
};
struct tally_pile {
    struct arena *keys;
    struct piled *items;
    size_t count, written, room;
    size_t waiting; /* facts put into tally_wait since it was emptied */
};

struct pile_mark tally_pile_mark(const struct db *db)
{
    const struct tally_pile *p = db->tallies;
    return p ? (struct pile_mark){p->count, p->written} : (struct pile_mark){0};
}

void tally_pile_return(struct db *db, struct pile_mark mark)
{
    struct tally_pile *p = db->tallies;
    if (!p)
        return;
    p->count = mark.count;
    p->written = mark.written;
}

void tally_pile_empty(struct db *db)
{
    struct tally_pile *p = db->tallies;
    if (!p)
        return;
    p->count = p->written = 0;
    if (arena_used(p->keys) > EMPTIED_ABOVE) {
        arena_free(p->keys);
        p->keys = arena_new();
    } else {
        arena_reset(p->keys);
    }
}

void tally_pile_free(struct db *db)
{
    if (!db->tallies)
        return;
    arena_free(db->tallies->keys);
    free(db->tallies->items);
    free(db->tallies);
    db->tallies = NULL;
}

static struct tally_pile *pile_of(struct db *db)
{
    if (!db->tallies) {
        db->tallies = xcalloc(1, sizeof *db->tallies);
        db->tallies->keys = arena_new();
    }
    return db->tallies;
}

/* FNV-1a over eight bytes at a time. */
static uint64_t hash_bytes(const char *s, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; n >= 8; n -= 8, s += 8) {
        uint64_t word;
        memcpy(&word, s, 8);
        h = (h ^ word) * 0x100000001b3u;
        h ^= h >> 29;
    }
    for (; n; n--, s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h ^ (h >> 32);
}

static void add_item(struct tally_pile *p, const char *const parts[PARTS], long long n)
{
    size_t sizes[PARTS], size = 0;
    for (size_t i = 0; i < PARTS; i++)
        size += sizes[i] = strlen(parts[i]) + 1;
    char *key = arena_alloc(p->keys, size), *at = key;
    for (size_t i = 0; i < PARTS; at += sizes[i++])
        memcpy(at, parts[i], sizes[i]);
    if (p->count == p->room) {
        p->room = p->room ? p->room * 2 : 1024;
        p->items = xrealloc(p->items, p->room * sizeof *p->items);
    }
    p->items[p->count++] = (struct piled){key, size, hash_bytes(key, size), n};
}

bool tally_pile_add(struct db *db, const char *office_id, const char *area_code, const struct fact *f, long long sign, struct err *err)
{
    struct tally_pile *p = pile_of(db);
    if (p->count - p->written >= WRITE_FROM && !tally_pile_write(db, err))
        return false;
    add_item(p, (const char *const[PARTS]){[MEASURE] = f->measure, [BASIS] = f->basis, [MONTH] = f->month, [CODE] = f->code,
                                           [AREA] = area_code, [OFFICE] = office_id}, sign * f->n);
    return true;
}

static bool is_same(const struct piled *a, const struct piled *b)
{
    return a->hash == b->hash && a->size == b->size && memcmp(a->key, b->key, a->size) == 0;
}

/* One for each cell, with the sum; `slots` has a power of two of places, more than there are items. */
static size_t add_up(const struct piled *items, size_t count, struct piled *cells, uint32_t *slots, size_t places)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = items[i].hash & (places - 1);
        while (slots[at] && !is_same(&cells[slots[at] - 1], &items[i]))
            at = (at + 1) & (places - 1);
        if (slots[at]) {
            cells[slots[at] - 1].n += items[i].n;
        } else {
            cells[kept++] = items[i];
            slots[at] = (uint32_t)kept;
        }
    }
    return kept;
}

static void find_parts(const char *key, const char *ret_parts[PARTS])
{
    for (size_t i = 0; i < PARTS; key += strlen(key) + 1)
        ret_parts[i++] = key;
}

static bool write_cell(struct db *db, const struct piled *cell, struct err *err)
{
    const char *parts[PARTS];
    find_parts(cell->key, parts);
    return cell->n == 0 ||
           db_run(db, err,
                  "INSERT INTO tally (measure, basis, month, code, area_code, office_id, n) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                  " ON CONFLICT (measure, basis, month, code, area_code, office_id) DO UPDATE SET n = tally.n + excluded.n",
                  TEXT(parts[MEASURE]), TEXT(parts[BASIS]), TEXT(parts[MONTH]), TEXT(parts[CODE]), TEXT(parts[AREA]), TEXT(parts[OFFICE]),
                  INT(cell->n)) >= 0;
}

static int by_key(const void *x, const void *y)
{
    const struct piled *a = x, *b = y;
    int order = memcmp(a->key, b->key, a->size < b->size ? a->size : b->size);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* Where the months of a city's year stand beside each other: the month's two digits take the office's place, the year that of the month. */
static bool write_city_year(struct db *db, const struct piled *cells, size_t count, struct err *err)
{
    const char *parts[PARTS], *head[PARTS];
    struct value n[12] = {INT(0), INT(0), INT(0), INT(0), INT(0), INT(0), INT(0), INT(0), INT(0), INT(0), INT(0), INT(0)};
    for (size_t i = 0; i < count; i++) {
        find_parts(cells[i].key, parts);
        int month = atoi(parts[OFFICE]);
        if (month >= 1 && month <= 12)
            n[month - 1] = INT(cells[i].n);
    }
    find_parts(cells[0].key, head);
    return db_run(db, err,
                  "INSERT INTO tally_year (measure, basis, area_code, year, code, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
                  " ON CONFLICT (measure, basis, area_code, year, code) DO UPDATE SET"
                  " m01 = m01 + excluded.m01, m02 = m02 + excluded.m02, m03 = m03 + excluded.m03, m04 = m04 + excluded.m04,"
                  " m05 = m05 + excluded.m05, m06 = m06 + excluded.m06, m07 = m07 + excluded.m07, m08 = m08 + excluded.m08,"
                  " m09 = m09 + excluded.m09, m10 = m10 + excluded.m10, m11 = m11 + excluded.m11, m12 = m12 + excluded.m12",
                  TEXT(head[MEASURE]), TEXT(head[BASIS]), TEXT(head[AREA]), TEXT(head[MONTH]), TEXT(head[CODE]), n[0], n[1], n[2], n[3], n[4],
                  n[5], n[6], n[7], n[8], n[9], n[10], n[11]) >= 0;
}

static void write_json_cell(struct json *j, const struct piled *cell)
{
    static const char *const columns[PARTS] = {"measure", "basis", "month", "code", "area_code", "office_id"};
    const char *parts[PARTS];
    find_parts(cell->key, parts);
    json_open(j, '{');
    for (size_t i = 0; i < PARTS; i++)
        json_pair(j, columns[i], parts[i]);
    json_pair_int(j, "n", cell->n);
    json_close(j, '}');
}

static const char into_cells[] =
    "INSERT INTO tally (measure, basis, month, code, area_code, office_id, n)"
    " SELECT measure, basis, month, code, area_code, office_id, n FROM json_to_recordset(CAST($1 AS json))"
    " AS cell (measure TEXT, basis TEXT, month TEXT, code TEXT, area_code TEXT, office_id TEXT, n BIGINT)"
    " ON CONFLICT (measure, basis, month, code, area_code, office_id) DO UPDATE SET n = tally.n + excluded.n";

#define OF_MONTH(m) ", sum(CASE office_id WHEN '" m "' THEN n ELSE 0 END)"
#define ADD_MONTH(m) "m" m " = tally_year.m" m " + excluded.m" m
static const char into_years[] =
    "INSERT INTO tally_year (measure, basis, area_code, year, code, m04, m05, m06, m07, m08, m09, m10, m11, m12, m01, m02, m03)"
    " SELECT measure, basis, area_code, month, code" OF_MONTH("04") OF_MONTH("05") OF_MONTH("06") OF_MONTH("07") OF_MONTH("08") OF_MONTH("09")
    OF_MONTH("10") OF_MONTH("11") OF_MONTH("12") OF_MONTH("01") OF_MONTH("02") OF_MONTH("03")
    " FROM json_to_recordset(CAST($1 AS json))"
    " AS cell (measure TEXT, basis TEXT, month TEXT, code TEXT, area_code TEXT, office_id TEXT, n BIGINT)"
    " GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 ON CONFLICT (measure, basis, area_code, year, code) DO UPDATE SET "
    ADD_MONTH("04") ", " ADD_MONTH("05") ", " ADD_MONTH("06") ", " ADD_MONTH("07") ", " ADD_MONTH("08") ", " ADD_MONTH("09") ", "
    ADD_MONTH("10") ", " ADD_MONTH("11") ", " ADD_MONTH("12") ", " ADD_MONTH("01") ", " ADD_MONTH("02") ", " ADD_MONTH("03");

/* A server is a round trip away: many cells in one statement.  In the order of their keys, so that two who write lock them in one order. */
static bool write_together(struct db *db, const char *sql, struct piled *cells, size_t count, struct err *err)
{
    auto_buf changes = {0};
    struct json j;
    if (count) /* else there may be no room for any */
        qsort(cells, count, sizeof *cells, by_key);
    for (size_t i = 0; i < count;) {
        buf_cut(&changes, 0);
        json_init(&j, &changes);
        json_open(&j, '[');
        for (size_t end = i + CELLS_AT_ONCE; i < count && i < end; i++)
            if (cells[i].n)
                write_json_cell(&j, &cells[i]);
        json_close(&j, ']');
        if (!db_post(db, err, sql, TEXT(changes.data)))
            return false;
    }
    return true;
}

/* The items' cells, in room for as many. */
static size_t gather(const struct piled *items, size_t count, struct piled *ret_cells)
{
    size_t places = 64;
    while (places < count * 2)
        places *= 2;
    uint32_t *slots = xcalloc(places, sizeof *slots);
    size_t kept = add_up(items, count, ret_cells, slots, places);
    free(slots);
    return kept;
}

static bool write_cells(struct db *db, struct piled *cells, size_t count, struct err *err)
{
    if (!db_is_sqlite(db))
        return write_together(db, into_cells, cells, count, err);
    for (size_t i = 0; i < count; i++)
        if (!write_cell(db, &cells[i], err))
            return false;
    return true;
}

static bool is_same_year(const struct piled *a, const struct piled *b)
{
    const char *x[PARTS], *y[PARTS];
    find_parts(a->key, x);
    find_parts(b->key, y);
    return x[OFFICE] - a->key == y[OFFICE] - b->key && memcmp(a->key, b->key, (size_t)(x[OFFICE] - a->key)) == 0;
}

static bool write_city_years(struct db *db, struct piled *cells, size_t count, struct err *err)
{
    if (!db_is_sqlite(db))
        return write_together(db, into_years, cells, count, err);
    if (count) /* else there may be no room for any */
        qsort(cells, count, sizeof *cells, by_key);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && is_same_year(&cells[i], &cells[end]);)
            end++;
        if (!write_city_year(db, cells + i, end - i, err))
            return false;
    }
    return true;
}

/* The cells once more for their fiscal years, put on the pile behind them. */
static void add_years(struct tally_pile *p, const struct piled *cells, size_t count)
{
    char year[8];
    for (size_t i = 0; i < count; i++) {
        const char *parts[PARTS];
        find_parts(cells[i].key, parts);
        if (cells[i].n && tally_year(parts[MONTH], year)) {
            parts[MONTH] = year;
            add_item(p, parts, cells[i].n);
        }
    }
}

/* The municipality of an area, looked up once for each area of a pile. */
struct cities {
    struct arena *arena;
    struct {
        const char *area_code, *city;
    } items[32]; /* a city's wards and a few more */
    size_t count;
};

static const char *city_of(struct cities *c, struct db *db, const char *area_code, struct err *err)
{
    for (size_t i = 0; i < c->count; i++)
        if (!strcmp(c->items[i].area_code, area_code))
            return c->items[i].city;
    const char *path = db_text(db, c->arena, err, "SELECT path FROM area WHERE code = $1", TEXT(area_code));
    const char *city = path ? tally_city(c->arena, path) : "";
    if (c->count < sizeof c->items / sizeof *c->items) {
        c->items[c->count].area_code = area_code;
        c->items[c->count++].city = city;
    }
    return city;
}

/* The cells once more for their cities, put on the pile behind them. */
static bool add_cities(struct tally_pile *p, struct db *db, const struct piled *cells, size_t count, struct err *err)
{
    auto_arena *a = arena_new();
    struct cities known = {.arena = a};
    struct err trouble = {0};
    bool has_areas = tally_has_areas(db, &trouble);
    for (size_t i = 0; has_areas && !trouble.kind && i < count; i++) {
        const char *parts[PARTS];
        char year[8];
        find_parts(cells[i].key, parts);
        parts[AREA] = cells[i].n ? city_of(&known, db, parts[AREA], &trouble) : "";
        if (!*parts[AREA] || !tally_year(parts[MONTH], year))
            continue;
        parts[OFFICE] = parts[MONTH] + strlen("2024-");
        parts[MONTH] = year;
        add_item(p, parts, cells[i].n);
    }
    if (trouble.kind && err)
        *err = trouble;
    return trouble.kind == ERR_NONE;
}

bool tally_pile_write(struct db *db, struct err *err)
{
    struct tally_pile *p = db->tallies;
    size_t count = p ? p->count : 0, kept;
    if (!p || count == p->written)
        return true;
    struct piled *cells = xcalloc(count - p->written, sizeof *cells);
    kept = gather(p->items + p->written, count - p->written, cells);
    add_years(p, cells, kept);
    size_t years_end = p->count;
    bool ok = add_cities(p, db, cells, kept, err) && write_cells(db, cells, kept, err);
    ok = ok && write_cells(db, cells, gather(p->items + count, years_end - count, cells), err);
    ok = ok && write_city_years(db, cells, gather(p->items + years_end, p->count - years_end, cells), err);
    p->count = count;
    if (ok)
        p->written = count;
    free(cells);
    return ok;
}

/* --- what waits --- */

static bool is_head_same(const char *const a[PARTS], const char *const b[PARTS])
{
    return !strcmp(a[MONTH], b[MONTH]) && !strcmp(a[MEASURE], b[MEASURE]) && !strcmp(a[BASIS], b[BASIS]) && !strcmp(a[OFFICE], b[OFFICE]) &&
           !strcmp(a[AREA], b[AREA]);
}

static void write_head(struct json *j, const char *const parts[PARTS])
{
    char year[8];
    json_open(j, '[');
    json_text(j, parts[AREA]);
    json_text(j, parts[OFFICE]);
    json_text(j, parts[MEASURE]);
    json_text(j, parts[BASIS]);
    json_text(j, parts[MONTH]);
    json_text(j, tally_year(parts[MONTH], year) ? year : "");
}

static void write_facts(struct buf *out, const struct piled *items, size_t count)
{
    const char *head[PARTS], *parts[PARTS];
    struct json j;
    json_init(&j, out);
    json_open(&j, '[');
    for (size_t i = 0; i < count; i++) {
        find_parts(items[i].key, parts);
        if (!i || !is_head_same(head, parts)) {
            if (i)
                json_close(&j, ']');
            memcpy(head, parts, sizeof head);
            write_head(&j, parts);
        }
        json_text(&j, parts[CODE]);
        json_int(&j, items[i].n);
    }
    json_close(&j, ']');
    json_close(&j, ']');
}

bool tally_pile_keep(struct db *db, struct err *err)
{
    struct tally_pile *p = db->tallies;
    size_t count = p ? p->count - p->written : 0;
    if (count == 0)
        return true;
    if (count > KEPT_AT_MOST)
        return tally_pile_write(db, err);
    auto_buf facts = {0};
    write_facts(&facts, p->items + p->written, count);
    if (!db_post_beside(db, err, "INSERT INTO tally_wait (facts) VALUES ($1)", TEXT(facts.data)))
        return false;
    p->waiting += count;
    return true;
}

/* --- reading what waits: the JSON that write_facts wrote --- */

/* The end of a text that holds nothing escaped: its second quote; NULL for another. */
static char *plain_end(char *start)
{
    char *end = strchr(start, '"');
    return end && !memchr(start, '\\', (size_t)(end - start)) ? end : NULL;
}

/* The text that begins at the quote, unescaped in its place; moves `at` behind it. */
static const char *take_text(char **at)
{
    if (**at != '"')
        return "";
    char *start = ++*at, *to = start, *from = start, *end = plain_end(start);
    if (end) {
        *end = '\0';
        *at = end + 1;
        return start;
    }
    for (; *from && *from != '"'; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        if (*from == 'u') {
            unsigned code = 0;
            sscanf(from + 1, "%4x", &code); /* json.c escapes ASCII only */
            *to++ = (char)code;
            from += 4;
        } else {
            *to++ = *from == 'n' ? '\n' : *from == 'r' ? '\r' : *from == 't' ? '\t' : *from;
        }
    }
    *at = *from ? from + 1 : from;
    *to = '\0';
    return start;
}

static char *behind_number(char *s)
{
    while (*s == '-' || (*s >= '0' && *s <= '9'))
        s++;
    return s;
}

static bool read_head(const struct waiting_sink *sink, char **at, struct err *err)
{
    const char *head[6]; /* area_code, office_id, measure, basis, month, year */
    for (size_t i = 0; i < 6; *at += **at == ',')
        head[i++] = take_text(at);
    const struct waiting_head h = {head[0], head[1], head[2], head[3], head[4]};
    bool wanted = !sink->wants || sink->wants(sink->arg, &h);
    for (char *s = *at; *s == '"'; s += *s == ',') {
        const char *code = take_text(&s);
        s += *s == ',';
        if (wanted && !sink->fact(sink->arg, &h, code, strtoll(s, NULL, 10), err))
            return false;
        *at = s = behind_number(s);
    }
    return true;
}

static bool read_row(const struct waiting_sink *sink, char *facts, struct err *err)
{
    for (char *at = facts; (at = strchr(at, '[')); ) {
        at += strspn(at, "[");
        if (*at == '"' && !read_head(sink, &at, err))
            return false;
    }
    return true;
}

/* `sql` gives rows that wait. */
static bool read_rows(struct db *db, const char *sql, long long most, const struct waiting_sink *sink, long long *ret_count, struct err *err)
{
    auto_rows *r = db_query(db, NULL, err, sql, INT(most));
    for (*ret_count = 0; rows_next(r); ++*ret_count) {
        char *facts = xstrdup(rows_text(r, 0));
        bool ok = read_row(sink, facts, err);
        free(facts);
        if (!ok)
            return false;
    }
    return !rows_failed(r);
}

static const char all_that_waits[] = "SELECT facts FROM tally_wait ORDER BY id LIMIT $1";

bool tally_waiting_each(struct db *db, const struct waiting_sink *sink, struct err *err)
{
    long long count;
    return read_rows(db, all_that_waits, -1, sink, &count, err);
}

/* --- folding --- */

static bool pile_fact(void *arg, const struct waiting_head *h, const char *code, long long n, struct err *err)
{
    const struct fact f = {.month = h->month, .measure = h->measure, .basis = h->basis, .code = code, .n = n};
    return tally_pile_add(arg, h->office_id, h->area_code, &f, 1, err);
}

size_t tally_pile_waiting(const struct db *db)
{
    return db->tallies ? db->tallies->waiting : 0;
}

/* Two nodes may do this at once: what one has taken the other passes over. */
static bool fold_there(struct db *db, struct err *err)
{
    const char *take = "DELETE FROM tally_wait WHERE ctid = ANY (ARRAY(SELECT ctid FROM tally_wait ORDER BY id LIMIT $1)) RETURNING facts";
    for (long long count = FOLDED_AT_ONCE; count == FOLDED_AT_ONCE;)
        if (!read_rows(db, take, FOLDED_AT_ONCE, &(struct waiting_sink){NULL, pile_fact, db}, &count, err))
            return false;
    return tally_pile_write(db, err);
}

static bool fold_here(struct db *db, struct err *err)
{
    long long count;
    return read_rows(db, all_that_waits, -1, &(struct waiting_sink){NULL, pile_fact, db}, &count, err) &&
           (count == 0 || (tally_pile_write(db, err) && db_run(db, err, "DELETE FROM tally_wait") >= 0));
}

bool tally_fold(struct db *db, struct err *err)
{
    if (!(db_is_sqlite(db) ? fold_here : fold_there)(db, err))
        return false;
    pile_of(db)->waiting = 0;
    return true;
}
