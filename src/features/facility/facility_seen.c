#include "features/facility/facility_seen.h"

#include "base/arena.h"

#include <stdlib.h>

void seen_free(struct seen_keys *s)
{
    free(s->hashes);
    free(s->rows);
    *s = (struct seen_keys){0};
}

static size_t place_of(const struct seen_keys *s, uint64_t hash)
{
    size_t at = (hash ^ hash >> 32) & (s->room - 1);
    while (s->rows[at] && s->hashes[at] != hash)
        at = (at + 1) & (s->room - 1);
    return at;
}

long seen_find(const struct seen_keys *s, uint64_t hash)
{
    return s->room ? s->rows[place_of(s, hash)] : 0;
}

static void grow(struct seen_keys *s)
{
    struct seen_keys wide = {.room = s->room ? s->room * 2 : 4096, .count = s->count};
    wide.hashes = xcalloc(wide.room, sizeof *wide.hashes);
    wide.rows = xcalloc(wide.room, sizeof *wide.rows);
    for (size_t i = 0; i < s->room; i++)
        if (s->rows[i]) {
            size_t at = place_of(&wide, s->hashes[i]);
            wide.hashes[at] = s->hashes[i];
            wide.rows[at] = s->rows[i];
        }
    free(s->hashes);
    free(s->rows);
    *s = wide;
}

void seen_add(struct seen_keys *s, uint64_t hash, long row)
{
    if (s->count * 4 >= s->room * 3)
        grow(s);
    size_t at = place_of(s, hash);
    s->count += !s->rows[at];
    s->hashes[at] = hash;
    s->rows[at] = (int32_t)row;
}
