#include "base/buf.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}

void buf_reserve(struct buf *b, size_t more)
{
    if (b->room - b->size > more)
        return;
    size_t room = b->room ? b->room : 256;
    while (room - b->size <= more)
        room *= 2;
    b->data = xrealloc(b->data, room);
    b->room = room;
}

void buf_bytes(struct buf *b, const void *data, size_t size)
{
    buf_reserve(b, size);
    if (size)
        memcpy(b->data + b->size, data, size);
    b->size += size;
    b->data[b->size] = '\0';
}

void buf_text(struct buf *b, const char *s)
{
    if (s)
        buf_bytes(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
    buf_bytes(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    size_t left = b->room - b->size;
    va_start(args, format);
    int n = vsnprintf(left ? b->data + b->size : NULL, left, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < left) {
        b->size += (size_t)n;
        return;
    }
    if (n <= 0)
        return;
    buf_reserve(b, (size_t)n + 1);
    va_start(args, format);
    vsnprintf(b->data + b->size, (size_t)n + 1, format, args);
    va_end(args);
    b->size += (size_t)n;
}

void buf_cut(struct buf *b, size_t size)
{
    if (size < b->size) {
        b->size = size;
        b->data[size] = '\0';
    }
}
