/* arena.h -- memory that is given back all at once.
 *
 * One arena belongs to one piece of work (a request, a job step, a test).  Everything made on the way is
 * allocated from it and goes when the arena is reset or freed; nobody frees single objects.
 * Running out of memory ends the process here, in one place: a server that cannot allocate a few
 * kilobytes cannot serve, and the store keeps whatever was acknowledged. */
#pragma once
#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);             /* accepts NULL */
void arena_freep(struct arena **a);
#define auto_arena __attribute__((cleanup(arena_freep))) struct arena

/* Forgets everything but keeps the first block for the next use. */
void arena_reset(struct arena *a);
/* Bytes handed out since the last reset; a caller that reads a stranger's data bounds itself with it. */
size_t arena_used(const struct arena *a);

/* Zeroed memory, aligned for any type.  Never NULL. */
void *arena_alloc(struct arena *a, size_t size);
/* Same for `count` items of `size` bytes; ends the process when the product overflows. */
void *arena_array(struct arena *a, size_t count, size_t size);
#define NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define NEW_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

char *arena_strdup(struct arena *a, const char *s);              /* NULL gives "" */
char *arena_strndup(struct arena *a, const char *s, size_t n);  /* at most n bytes, and never past the NUL */
void *arena_copy(struct arena *a, const void *data, size_t size); /* exactly `size` bytes, whatever they are, and a NUL behind them */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* ARENA_JOIN(a, "x", y, z): the texts behind each other, many times faster than a format. */
#define ARENA_JOIN(a, ...) \
    arena_join((a), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
char *arena_join(struct arena *a, const char *const *parts, size_t count);
char *arena_vprintf(struct arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* malloc family that ends the process instead of returning NULL, for what outlives every arena. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
