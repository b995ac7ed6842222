/* document.h -- finished documents kept byte for byte: what was printed or exported once can be given out again as it was.
 *
 * Base64 in pieces of one text column, so that a backup, a restore and an export carry them like any other row, on both stores.  Each feature has a
 * table of its own (owner, kind, piece, content) and says how it is written and read. */
#pragma once
#include "base/buf.h"
#include "store/db.h"

struct document_table {
    const char *put; /* INSERT of $1 owner, $2 kind, $3 number of the piece from 1, $4 content */
    const char *get; /* SELECT of the contents of $1 owner, $2 kind in the order of their pieces */
};

/* Inside a write. */
bool document_keep(struct db *db, const struct document_table *t, const char *owner, const char *kind, const void *data, size_t size, struct err *err);
/* Adds the bytes to `ret`; none when there is no such document.  ERR_BROKEN "store.broken" when a piece is no base64. */
bool document_read(struct db *db, const struct document_table *t, const char *owner, const char *kind, struct buf *ret, struct err *err);
