#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16 * 1024, ALIGN = alignof(max_align_t) };

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *first, *current;
    size_t used;
};

static void die_of_memory(void)
{
    fputs("renkei: out of memory\n", stderr);
    abort();
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        die_of_memory();
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        die_of_memory();
    return p;
}

void *xrealloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        die_of_memory();
    return p;
}

char *xstrdup(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(xmalloc(n), s, n);
}

static struct block *block_new(size_t size)
{
    struct block *b = xmalloc(sizeof *b + size);
    b->next = NULL;
    b->size = size;
    b->used = 0;
    return b;
}

struct arena *arena_new(void)
{
    struct arena *a = xcalloc(1, sizeof *a);
    a->first = a->current = block_new(BLOCK - sizeof(struct block));
    return a;
}

static void free_after(struct block *b)
{
    for (struct block *next, *each = b->next; each; each = next) {
        next = each->next;
        free(each);
    }
    b->next = NULL;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    free_after(a->first);
    free(a->first);
    free(a);
}

void arena_freep(struct arena **a)
{
    arena_free(*a);
}

void arena_reset(struct arena *a)
{
    free_after(a->first);
    a->first->used = 0;
    a->current = a->first;
    a->used = 0;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

static void *take(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 4)
        die_of_memory();
    size_t need = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct block *b = a->current;
    if (b->size - b->used < need) {
        size_t room = BLOCK - sizeof(struct block);
        b = block_new(need > room ? need : room);
        a->current->next = b;
        a->current = b;
    }
    void *p = b->data + b->used;
    b->used += need;
    a->used += need;
    return p;
}

/* Room that is known to be left in the current block. */
static void *take_behind(struct arena *a, size_t size)
{
    struct block *b = a->current;
    size_t need = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1), left = b->size - b->used;
    void *p = b->data + b->used;
    b->used += need < left ? need : left;
    a->used += need;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return memset(take(a, size), 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        die_of_memory();
    return arena_alloc(a, total);
}

void *arena_copy(struct arena *a, const void *data, size_t size)
{
    char *copy = take(a, size + 1);
    if (size)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    return arena_copy(a, s, n ? strnlen(s, n) : 0);
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s ? s : "", s ? strlen(s) : 0);
}

char *arena_join(struct arena *a, const char *const *parts, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += strlen(parts[i]);
    char *text = take(a, size + 1), *end = text;
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, parts[i]);
    *end = '\0';
    return text;
}

/* What fits behind what is there already is written there at once. */
char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    size_t left = a->current->size - a->current->used;
    int n = vsnprintf((char *)a->current->data + a->current->used, left, format, args);
    if (n >= 0 && (size_t)n < left) {
        va_end(again);
        return take_behind(a, (size_t)n + 1);
    }
    char *text = take(a, n < 0 ? 1 : (size_t)n + 1);
    if (n < 0)
        text[0] = '\0';
    else
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(a, format, args);
    va_end(args);
    return text;
}
