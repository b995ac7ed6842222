/* statements.h -- prepared statements of one connection, found by the address or the text of their SQL.
 *
 * A literal is found by its address and one comparison; SQL put together by query.h by its text.  At most STATEMENTS_MAX are
 * kept; the one unused for longest goes first. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STATEMENTS_MAX = 200, STATEMENT_BUCKETS = 256 };

struct statement {
    struct statement *next;           /* same bucket */
    struct statement *newer, *older;  /* by use */
    uint64_t hash;
    char *sql;
    bool busy;      /* rows are open on it */
    bool cached;    /* false: made for one use because the cached one is busy */
    void *handle;   /* SQLite: sqlite3_stmt */
    char name[24];  /* PostgreSQL: name on the server */
    int parameters; /* SQLite: highest $n */
    unsigned char *index; /* SQLite: place of $1.. in the statement, 0 when it does not occur */
};

struct statement_cache {
    struct statement *buckets[STATEMENT_BUCKETS];
    struct statement *by_address[STATEMENT_BUCKETS];
    const char *addresses[STATEMENT_BUCKETS];
    struct statement *newest, *oldest;
    size_t count;
};

/* NULL when there is none. */
struct statement *statement_find(struct statement_cache *c, const char *sql);
/* A new one, not in the cache yet. */
struct statement *statement_new(const char *sql);
/* Puts it in.  Returns one that had to go (the caller closes it), or NULL. */
struct statement *statement_keep(struct statement_cache *c, struct statement *s);
/* Takes one out. */
void statement_drop(struct statement_cache *c, struct statement *s);
/* Takes the oldest out, NULL when the cache is empty. */
struct statement *statement_pop(struct statement_cache *c);
void statement_free(struct statement *s);
