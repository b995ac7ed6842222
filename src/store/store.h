/* store.h -- the database door.
 *
 *   struct store *s = store_open("sqlite:var/renkei.db", &err);
 *   reads:  struct db *db = store_reader(s, &err);   this thread's own connection
 *   writes: store_write(s, save_it, &argument, &err);
 *
 * A write is a function that may run again: it must change nothing but the database and `arg`'s result members.
 * On SQLite one writer thread runs queued writes inside one transaction, one commit for the group (WAL, synchronous=FULL),
 * computes the audit chain of the group, then wakes the waiters; when one gives up, the group runs again with a savepoint each.  While
 * another process has the file a write waits for five seconds at most, then fails with "store.busy".  On PostgreSQL it runs on the
 * caller's connection at READ COMMITTED (or REPEATABLE READ when asked) and is tried again on serialization failure and deadlock.  Nobody
 * outside this folder knows which. */
#pragma once
#include "base/err.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* `url`: "sqlite:PATH", "sqlite::memory:" (tests; one private database) or "postgresql://...".  Opens (SQLite: creates the file, mode
 * 0600) but does not migrate.  NULL and ERR_STORE_AWAY when it cannot be reached; a PostgreSQL store that goes away later comes back by
 * itself. */
struct store *store_open(const char *url, struct err *err);
void store_close(struct store *s); /* waits for queued writes; accepts NULL */
bool store_is_sqlite(const struct store *s);
const char *store_url_masked(const struct store *s); /* without the password, for the log */

/* The calling thread's read connection, opened on first use.  Do not write through it.  NULL with err. */
struct db *store_reader(struct store *s, struct err *err);
/* Gives the thread's connection back (thread ends). */
void store_reader_done(struct store *s);

/* Several reads in one consistent view, on this thread's reader.  As long as the view needs: no statement is timed out. */
typedef bool store_view_fn(struct db *db, void *arg, struct err *err);
bool store_view(struct store *s, store_view_fn *fn, void *arg, struct err *err);

typedef bool store_write_fn(struct db *db, void *arg, struct err *err);
/* Runs `fn` in a transaction; true only when it is durable.  When fn returns false nothing of it remains and err tells why. */
bool store_write(struct store *s, store_write_fn *fn, void *arg, struct err *err);
/* The same for long work (imports, demo): alone in its own transaction. */
bool store_write_alone(struct store *s, store_write_fn *fn, void *arg, struct err *err);
/* From begin to end the writer keeps 3 MB of the database in memory instead of what it usually keeps, so that work that writes very much does not
 * make the process grow; nested and at once by several, from a moment later on.  Nothing happens on PostgreSQL.  Never waits. */
void store_lean_begin(struct store *s);
void store_lean_end(struct store *s);
/* Hands over a small write nobody waits for (read audit entries, last-seen): committed with the next group, at most 50 ms later.
 * `fn` owns `arg` and frees it.  Drained by store_close. */
void store_write_later(struct store *s, store_write_fn *fn, void *arg);

/* True when a trivial read and the writer answer; for /readyz.  Never waits longer than 2 s. */
bool store_is_ready(struct store *s, struct err *err);

struct store_stats {
    uint64_t writes, groups, retries, reads, failures;
};
void store_stats(struct store *s, struct store_stats *ret_stats);

/* Migrations: rows, append only, each run once in its own transaction, ordered by `number` (YYYYMMDDNN). */
struct migration {
    long long number;
    const char *name; /* "consultation: create" */
    const char *sql;  /* statements separated by ';' at line ends; every column commented with unit and source */
    const char *sql_sqlite, *sql_postgresql; /* run in addition to `sql` when the two must differ (indexes, search); or NULL */
};
/* Runs what is missing of all the tables given.  ERR_CONFLICT when the database knows a newer migration than this program. */
bool store_migrate(struct store *s, const struct migration *const *tables, const size_t *counts, size_t table_count,
                   struct err *err);
/* The same tables as one value, for a restore (backup.h). */
struct migration_list {
    const struct migration *const *tables;
    const size_t *counts;
    size_t count;
};
/* The store's own tables (audit, tally, search, meta). */
extern const struct migration store_migrations[];
extern const size_t store_migration_count;

