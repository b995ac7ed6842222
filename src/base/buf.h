/* buf.h -- bytes that grow: replies, documents, CSV, JSON.
 *
 * Life cycle: `struct buf b = {0};` ... buf_free(&b).  Memory is malloc'ed, because a reply outlives its
 * request's arena while it is being sent.  `data` is always NUL-terminated once anything was added. */
#pragma once
#include <stddef.h>

struct buf {
    char *data;
    size_t size, room;
};

void buf_free(struct buf *b); /* accepts an empty one; leaves it empty and usable */
#define auto_buf __attribute__((cleanup(buf_free))) struct buf
void buf_reserve(struct buf *b, size_t more);
void buf_bytes(struct buf *b, const void *data, size_t size);
void buf_text(struct buf *b, const char *s); /* NULL adds nothing */
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Keeps the first `size` bytes. */
void buf_cut(struct buf *b, size_t size);
