#include "web/fragments.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 1024, WAYS = 4 };

struct fragment {
    uint64_t hash;
    size_t size;
    uint32_t used; /* the turn of its last use */
    unsigned char key_size;
    char data[]; /* key, then piece */
};

struct fragments {
    pthread_mutex_t lock;
    struct fragment *places[SETS][WAYS];
    size_t size, most;
    size_t hand; /* where room is looked for next */
    uint32_t turn;
};

struct fragments *fragments_new(size_t bytes)
{
    struct fragments *f = xcalloc(1, sizeof *f);
    pthread_mutex_init(&f->lock, NULL);
    f->most = bytes;
    return f;
}

void fragments_free(struct fragments *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < SETS; i++)
        for (size_t k = 0; k < WAYS; k++)
            free(f->places[i][k]);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

void fragment_key_begin(struct fragment_key *k, char kind)
{
    k->size = 1;
    k->too_long = false;
    k->data[0] = kind;
}

void fragment_key_bytes(struct fragment_key *k, const void *data, size_t size)
{
    if (k->too_long || size > sizeof k->data - k->size) {
        k->too_long = true;
        return;
    }
    memcpy(k->data + k->size, data, size);
    k->size = (unsigned char)(k->size + size);
}

void fragment_key_text(struct fragment_key *k, const char *s)
{
    fragment_key_bytes(k, s, strlen(s) + 1);
}

void fragment_key_number(struct fragment_key *k, long long n)
{
    fragment_key_bytes(k, &n, sizeof n);
}

/* Eight bytes at a time; equal hashes are told apart by the key itself. */
static uint64_t hash_of(const struct fragment_key *k)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ k->size, word;
    const char *at = k->data;
    size_t n = k->size;
    for (; n >= sizeof word; n -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        h = (h ^ word) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    word = 0;
    memcpy(&word, at, n);
    h = (h ^ word) * 0xc4ceb9fe1a85ec53u;
    return h ^ (h >> 29);
}

static size_t weight(const struct fragment *g)
{
    return sizeof *g + g->key_size + g->size;
}

static bool fits(const struct fragment *g, uint64_t hash, const struct fragment_key *k)
{
    return g && g->hash == hash && g->key_size == k->size && !memcmp(g->data, k->data, k->size);
}

static struct fragment *find(struct fragments *f, const struct fragment_key *key, uint64_t hash)
{
    struct fragment **set = f->places[hash % SETS];
    for (size_t i = 0; i < WAYS; i++)
        if (fits(set[i], hash, key))
            return set[i];
    return NULL;
}

bool fragment_write_all(struct fragments *f, const struct fragment_key *keys, size_t count, const char *between, struct buf *out)
{
    size_t before = out->size, gap = strlen(between), i = 0;
    pthread_mutex_lock(&f->lock);
    for (; i < count; i++) {
        struct fragment *g = keys[i].too_long ? NULL : find(f, &keys[i], hash_of(&keys[i]));
        if (!g)
            break;
        g->used = ++f->turn;
        buf_bytes(out, between, i ? gap : 0);
        buf_bytes(out, g->data + g->key_size, g->size);
    }
    pthread_mutex_unlock(&f->lock);
    if (i < count)
        buf_cut(out, before);
    return i == count;
}

bool fragment_write(struct fragments *f, const struct fragment_key *key, struct buf *out)
{
    return fragment_write_all(f, key, 1, "", out);
}

static void drop(struct fragments *f, struct fragment **place)
{
    if (!*place)
        return;
    f->size -= weight(*place);
    free(*place);
    *place = NULL;
}

/* Goes round; a piece that was used since the hand came by last is passed over once. */
static void make_room(struct fragments *f, size_t wanted)
{
    for (size_t seen = 0; f->size + wanted > f->most && seen < (size_t)2 * SETS * WAYS; seen++) {
        struct fragment **place = &f->places[f->hand / WAYS][f->hand % WAYS];
        f->hand = (f->hand + 1) % ((size_t)SETS * WAYS);
        if (*place && (*place)->used)
            (*place)->used = 0;
        else
            drop(f, place);
    }
}

/* The free place of the set, or the one used longest ago. */
static struct fragment **place_in(struct fragment **set)
{
    struct fragment **oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (!set[i])
            return &set[i];
        if (set[i]->used < (*oldest)->used)
            oldest = &set[i];
    }
    return oldest;
}

void fragment_keep(struct fragments *f, const struct fragment_key *key, const void *data, size_t size)
{
    if (key->too_long || size > f->most / 16)
        return;
    struct fragment *g = xmalloc(sizeof *g + key->size + size);
    g->hash = hash_of(key);
    g->size = size;
    g->key_size = key->size;
    memcpy(g->data, key->data, key->size);
    memcpy(g->data + key->size, data, size);
    struct fragment **set = f->places[g->hash % SETS];
    pthread_mutex_lock(&f->lock);
    if (find(f, key, g->hash)) { /* another thread was faster */
        free(g);
    } else {
        make_room(f, weight(g));
        g->used = ++f->turn;
        struct fragment **place = place_in(set);
        drop(f, place);
        *place = g;
        f->size += weight(g);
    }
    pthread_mutex_unlock(&f->lock);
}

size_t fragments_size(struct fragments *f)
{
    pthread_mutex_lock(&f->lock);
    size_t size = f->size;
    pthread_mutex_unlock(&f->lock);
    return size;
}
