/* id.h -- identifiers and secrets. */
#pragma once
#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ID_LENGTH = 36 };
/* UUIDv7 (RFC 9562): time-ordered, so that the newest rows sit together in every index. */
char *id_new(struct arena *a);
/* A UUIDv7 for a given moment and sequence, the same for the same input: demo data and imports of the past. */
char *id_for(struct arena *a, int64_t unix_ms, uint64_t seed);
/* 36 characters of lower-case hex and hyphens in the right places. */
bool id_is_valid(const char *s);
/* `bytes` (1..64) random bytes as URL-safe text without padding: session keys, one-time links, API tokens. */
char *secret_new(struct arena *a, size_t bytes);
/* BLAKE2b-256 of the text, hex: what is stored in place of a secret. */
char *secret_hash(struct arena *a, const char *secret);
