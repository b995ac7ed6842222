/* engine.h -- inside the store only: what a database engine provides, and what a connection carries through a write.
 *
 * Two engines, db_sqlite.c and db_postgresql.c.  The rest of the store sees a connection through this table. */
#pragma once
#include "store/audit.h"
#include "store/record.h"
#include "store/statements.h"
#include "store/store.h"

#include <stdatomic.h>

struct buf;

enum { VALUES_MAX = 200 }; /* values of one statement: a record's columns all at once */

struct engine {
    bool is_sqlite;
    long long (*run)(struct db *db, struct err *err, const char *sql, const struct value *values, size_t count);
    /* db_post; all NULL where a statement costs no round trip.  settle: waits for everything posted. */
    bool (*post)(struct db *db, struct err *err, const struct err *taken, const char *sql, const struct value *values, size_t count);
    bool (*post_beside)(struct db *db, struct err *err, const struct err *taken, const char *sql, const struct value *values, size_t count);
    bool (*settle)(struct db *db, struct err *err);
    struct rows *(*query)(struct db *db, struct arena *a, struct err *err, const char *sql, const struct value *values,
                          size_t count);
    bool (*next)(struct rows *r);
    const char *(*name)(const struct rows *r, int column);
    bool (*is_null)(const struct rows *r, int column);
    const char *(*text)(const struct rows *r, int column, size_t *ret_size);
    long long (*integer)(const struct rows *r, int column);
    const void *(*bytes)(const struct rows *r, int column, size_t *ret_size);
    void (*close_rows)(struct rows *r);
    /* Several statements without values: migrations, settings. */
    bool (*script)(struct db *db, struct err *err, const char *sql);
    bool (*begin)(struct db *db, struct err *err);
    bool (*commit)(struct db *db, struct err *err);
    void (*rollback)(struct db *db);
    /* One consistent view for several reads; ended by rollback. */
    bool (*snapshot)(struct db *db, struct err *err);
    void (*close)(struct db *db);
};

struct rows {
    struct db *db;
    struct arena *arena; /* texts are copied here when given */
    struct err *err;
    struct statement *statement;
    int columns;
    bool failed, ended;
    void *result; /* PostgreSQL: PGresult */
    long long row, row_count;
    void *decoded; /* PostgreSQL: the last bytes value, freed with the rows */
};

/* The end of the audit chain as the running transaction sees it. */
struct chain_end {
    bool known;
    long long seq;
    char hash[65];
};

/* The statements of one kind of record, made from its field table once for each connection. */
struct record_sql {
    struct record_sql *next;
    const struct record *record;
    char *select, *insert, *update;
};

struct db {
    const struct engine *engine;
    struct store *store;
    struct statement_cache statements;
    _Atomic unsigned long long queries; /* written by the owner only */
    bool in_write;
    bool failed;  /* a statement of this write failed: it cannot be committed */
    bool retry;   /* the failure was a serialization failure or a deadlock */
    bool lost;    /* the connection went away */
    bool committing; /* the commit is on its way: without an answer it may have happened */
    struct err first_err;
    struct chain_end chain;
    int documents; /* put into the search in this write and not into its index */
    long long documents_put; /* by writes since the writer last looked: they wait for the index of words */
    long long indexed; /* documents put into the index since its pieces were joined */
    struct record_sql *record_sql;
    struct tally_pile *tallies; /* of a writer, tally_pile.h; NULL until something was counted */
    struct db *next; /* in the store's list */
};

struct db *db_sqlite_open(struct store *s, const char *path, bool writer, struct err *err);
struct db *db_postgresql_open(struct store *s, const char *url, struct err *err);
/* The statements prepared so far: a cursor of the same name gives other columns next time. */
bool db_postgresql_forget(struct db *db, struct err *err);
/* Rows in bulk, as text of COPY: `copy` begins, any number of puts, then the end; with `whole` false nothing of it is kept and only
 * the statement before fails.  No other statement in between. */
bool db_postgresql_copy(struct db *db, struct err *err, const char *sql);
bool db_postgresql_copy_put(struct db *db, struct err *err, const char *text, size_t size);
/* A text as COPY wants it. */
void db_postgresql_copy_text(struct buf *out, const char *text);
bool db_postgresql_copy_end(struct db *db, struct err *err, bool whole);
/* For what both engines do. */
void db_init(struct db *db, const struct engine *engine, struct store *s);
void db_finish(struct db *db);
/* A statement failed: remembered when it is the write's first failure.  Always false. */
bool db_fail(struct db *db, struct err *err, const struct err *failure);
/* True when everything that was posted went well. */
bool db_settle(struct db *db, struct err *err);
void db_write_begins(struct db *db);
void db_write_ends(struct db *db);
#define db_script(db, err, sql) ((db)->engine->script((db), (err), (sql)))

/* audit.c: entries handed over by audit_later, waiting for the next group. */
struct audit_waiting {
    struct audit_waiting *next;
    struct audit_entry entry;
    char at[32];
    char text[];
};
bool audit_append_waiting(struct db *db, const struct audit_waiting *first, struct err *err);
void audit_waiting_free(struct audit_waiting *first);
enum { AUDIT_LINK_AT_ONCE = 1000 };
/* PostgreSQL: links up to AUDIT_LINK_AT_ONCE entries that are committed and unlinked; false on failure. */
bool audit_link(struct db *db, long long *ret_linked, struct err *err);

/* A walk along the chain: the entry it has come to. */
struct audit_link_end {
    long long seq;
    char hash[65];
};
bool audit_fits(struct audit_link_end *end, long long seq, const char *at, const struct audit_entry *e, const char *prev_hash,
                const char *hash, struct audit_report *report);

/* search.c: puts at most `limit` waiting documents into SQLite's index; how many there were, -1 on failure. */
long long search_index(struct db *db, long long limit, struct err *err);
/* Whether this connection has put so much into the index that joining its pieces is worth it; a step of that, some ms: 1 when there is
 * more to do, -1 on failure. */
bool search_is_scattered(struct db *db);
int search_join(struct db *db, struct err *err);
