#include "store/tally_pile.h"

#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

enum {
    PARTS = 6,           /* of a cell's key, in the order of the table's */
    WRITE_FROM = 30000,  /* a long write (import) has its facts written on the way */
    EMPTIED_ABOVE = 1 << 20 /* bytes of keys after which the memory is given back */
};

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

bool tally_pile_add(struct db *db, const char *office_id, const char *area_code, const struct fact *f, struct err *err)
{
    struct tally_pile *p = pile_of(db);
    if (p->count - p->written >= WRITE_FROM && !tally_pile_write(db, err))
        return false;
    const char *const parts[PARTS] = {f->measure, f->basis, f->month, f->code, area_code, office_id};
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
    p->items[p->count++] = (struct piled){key, size, hash_bytes(key, size), f->n};
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

static bool write_cell(struct db *db, const struct piled *cell, struct err *err)
{
    const char *parts[PARTS], *at = cell->key;
    for (size_t i = 0; i < PARTS; at += strlen(at) + 1)
        parts[i++] = at;
    return cell->n == 0 ||
           db_run(db, err,
                  "INSERT INTO tally (measure, basis, month, code, area_code, office_id, n) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                  " ON CONFLICT (measure, basis, month, code, area_code, office_id) DO UPDATE SET n = tally.n + excluded.n",
                  TEXT(parts[0]), TEXT(parts[1]), TEXT(parts[2]), TEXT(parts[3]), TEXT(parts[4]), TEXT(parts[5]), INT(cell->n)) >= 0;
}

bool tally_pile_write(struct db *db, struct err *err)
{
    struct tally_pile *p = db->tallies;
    size_t count = p ? p->count - p->written : 0, places = 64;
    if (count == 0)
        return true;
    while (places < count * 2)
        places *= 2;
    struct piled *cells = xcalloc(count, sizeof *cells);
    uint32_t *slots = xcalloc(places, sizeof *slots);
    size_t kept = add_up(p->items + p->written, count, cells, slots, places);
    bool ok = true;
    for (size_t i = 0; ok && i < kept; i++)
        ok = write_cell(db, &cells[i], err);
    free(slots);
    free(cells);
    if (ok)
        p->written = p->count;
    return ok;
}
