/* facility_seen.h -- the keys of one file in 12 bytes each: which row had a key.  Two keys of one 64-bit hash are taken for one. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct seen_keys {
    uint64_t *hashes;
    int32_t *rows;
    size_t count, room; /* room: power of two */
};
void seen_free(struct seen_keys *s);
/* 0 when the key is new, else the row that had it. */
long seen_find(const struct seen_keys *s, uint64_t hash);
void seen_add(struct seen_keys *s, uint64_t hash, long row);
