/* fragments.h -- pieces of pages that come out the same again: rows of a list, controls of a filter nobody has filled.
 *
 * A key holds everything its piece was made from, so that a piece is never out of date: what changes is asked for under another
 * key, and what nobody asks for any more makes room.  Pieces of persons' data are asked for only by who may see them: whether
 * somebody does is part of the key.  Any thread may ask. */
#pragma once
#include "base/buf.h"

#include <stdbool.h>

struct fragments;
/* Keeps at most about so many bytes. */
struct fragments *fragments_new(size_t bytes);
void fragments_free(struct fragments *f); /* accepts NULL */

enum { FRAGMENT_KEY_MOST = 250 };
struct fragment_key {
    unsigned char size;
    bool too_long; /* such a piece is never kept */
    char data[FRAGMENT_KEY_MOST];
};
/* A key begins with what kind of piece it is. */
void fragment_key_begin(struct fragment_key *k, char kind);
void fragment_key_bytes(struct fragment_key *k, const void *data, size_t size);
void fragment_key_text(struct fragment_key *k, const char *s); /* with its end, so that "ab" "c" and "a" "bc" differ */
void fragment_key_number(struct fragment_key *k, long long n);

/* Appends the piece; false when it is not kept. */
bool fragment_write(struct fragments *f, const struct fragment_key *key, struct buf *out);
/* Appends all of them with `between` them, or nothing. */
bool fragment_write_all(struct fragments *f, const struct fragment_key *keys, size_t count, const char *between, struct buf *out);
void fragment_keep(struct fragments *f, const struct fragment_key *key, const void *data, size_t size);
/* Bytes kept now, keys and all. */
size_t fragments_size(struct fragments *f);
