#include "store/statements.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, eight bytes at a time where there are eight. */
static uint64_t hash_text(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u;
    size_t n = strlen(s);
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

static size_t address_slot(const char *sql)
{
    return ((uintptr_t)sql * 0x9e3779b97f4a7c15u) >> 56;
}

static void unlink_use(struct statement_cache *c, struct statement *s)
{
    *(s->newer ? &s->newer->older : &c->newest) = s->older;
    *(s->older ? &s->older->newer : &c->oldest) = s->newer;
}

static void link_newest(struct statement_cache *c, struct statement *s)
{
    s->newer = NULL;
    s->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = s;
    c->newest = s;
}

static struct statement *used(struct statement_cache *c, struct statement *s)
{
    if (c->newest != s) {
        unlink_use(c, s);
        link_newest(c, s);
    }
    return s;
}

struct statement *statement_find(struct statement_cache *c, const char *sql)
{
    size_t slot = address_slot(sql);
    if (c->addresses[slot] == sql && strcmp(c->by_address[slot]->sql, sql) == 0)
        return used(c, c->by_address[slot]);
    uint64_t hash = hash_text(sql);
    struct statement *s = c->buckets[hash % STATEMENT_BUCKETS];
    while (s && (s->hash != hash || strcmp(s->sql, sql) != 0))
        s = s->next;
    if (!s)
        return NULL;
    c->addresses[slot] = sql;
    c->by_address[slot] = s;
    return used(c, s);
}

struct statement *statement_new(const char *sql)
{
    struct statement *s = xcalloc(1, sizeof *s);
    s->sql = xstrdup(sql);
    s->hash = hash_text(sql);
    return s;
}

static struct statement *oldest_idle(struct statement_cache *c)
{
    struct statement *s = c->oldest;
    while (s && s->busy)
        s = s->newer;
    return s;
}

struct statement *statement_keep(struct statement_cache *c, struct statement *s)
{
    struct statement *gone = c->count >= STATEMENTS_MAX ? oldest_idle(c) : NULL;
    if (gone)
        statement_drop(c, gone);
    struct statement **bucket = &c->buckets[s->hash % STATEMENT_BUCKETS];
    s->next = *bucket;
    *bucket = s;
    s->cached = true;
    link_newest(c, s);
    c->count++;
    return gone;
}

void statement_drop(struct statement_cache *c, struct statement *s)
{
    struct statement **at = &c->buckets[s->hash % STATEMENT_BUCKETS];
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    for (size_t i = 0; i < STATEMENT_BUCKETS; i++) {
        if (c->by_address[i] == s) {
            c->by_address[i] = NULL;
            c->addresses[i] = NULL;
        }
    }
    unlink_use(c, s);
    s->cached = false;
    c->count--;
}

struct statement *statement_pop(struct statement_cache *c)
{
    struct statement *s = c->oldest;
    if (s)
        statement_drop(c, s);
    return s;
}

void statement_free(struct statement *s)
{
    free(s->sql);
    free(s->index);
    free(s);
}
