#include "store/document.h"

#include <sodium.h>
#include <string.h>

enum { PIECE = 384 * 1024, VARIANT = sodium_base64_VARIANT_ORIGINAL }; /* PIECE: bytes in one row */

bool document_keep(struct db *db, const struct document_table *t, const char *owner, const char *kind, const void *data, size_t size, struct err *err)
{
    auto_arena *a = arena_new();
    size_t room = sodium_base64_encoded_len(PIECE, VARIANT);
    char *text = arena_alloc(a, room);
    long long piece = 0;
    for (size_t at = 0; at < size; at += PIECE) {
        size_t n = size - at < PIECE ? size - at : PIECE;
        sodium_bin2base64(text, room, (const unsigned char *)data + at, n, VARIANT);
        if (db_run(db, err, t->put, TEXT(owner), TEXT(kind), INT(++piece), TEXT(text)) < 0)
            return false;
    }
    return true;
}

bool document_read(struct db *db, const struct document_table *t, const char *owner, const char *kind, struct buf *ret, struct err *err)
{
    auto_arena *a = arena_new();
    unsigned char *piece = arena_alloc(a, PIECE);
    auto_rows *rows = db_query(db, NULL, err, t->get, TEXT(owner), TEXT(kind));
    while (rows && rows_next(rows)) {
        const char *text = rows_text(rows, 0);
        size_t size = 0;
        if (sodium_base642bin(piece, PIECE, text, strlen(text), NULL, &size, NULL, VARIANT) != 0)
            return err_set(err, ERR_BROKEN, "store.broken", "a piece of %s is no base64", kind);
        buf_bytes(ret, piece, size);
    }
    return rows && !rows_failed(rows);
}
