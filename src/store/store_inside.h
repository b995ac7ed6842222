/* store_inside.h -- inside the store only: the store itself and its two ways of writing. */
#pragma once
#include "store/engine.h"

#include <pthread.h>

struct group_writer;  /* SQLite: one thread, many writes in one transaction */
struct direct_writer; /* PostgreSQL: the caller's connection; one thread for what nobody waits for */

struct store_counts {
    _Atomic uint64_t writes, groups, retries, failures;
};

struct store {
    bool sqlite;
    char *url, *masked;
    const char *path;  /* SQLite: inside url, or temp_path */
    char *temp_folder; /* ":memory:" is a file nobody else can reach, removed at close */
    pthread_key_t reader_key;
    pthread_mutex_t lock; /* of the lists */
    struct db *idle;
    struct db *open[256]; /* every reader, for store_close and the figures */
    size_t open_count, idle_count;
    unsigned long long closed_queries;
    struct group_writer *group;
    struct direct_writer *direct;
    _Atomic bool unlinked; /* PostgreSQL: audit entries wait for their place in the chain */
    _Atomic bool unfolded; /* PostgreSQL: facts wait in tally_wait */
    struct store_counts counts;
    _Atomic int lean;     /* store_lean_begin without its end */
    long long usual_cache; /* the writer's cache_size; of writes */
};

struct group_writer *group_writer_start(struct store *s, struct err *err);
void group_writer_stop(struct group_writer *w);
bool group_write(struct group_writer *w, store_write_fn *fn, void *arg, bool alone, struct err *err);
void group_write_later(struct group_writer *w, store_write_fn *fn, void *arg);
void group_audit_later(struct group_writer *w, struct audit_waiting *entry);
/* The writer answers within `ms`; after a failure it tries a real write first. */
bool group_writer_is_ready(struct group_writer *w, int ms, struct err *err);

struct direct_writer *direct_writer_start(struct store *s, struct err *err);
void direct_writer_stop(struct direct_writer *w);
bool direct_write(struct store *s, store_write_fn *fn, void *arg, bool alone, struct err *err);
void direct_write_later(struct direct_writer *w, store_write_fn *fn, void *arg);
void direct_audit_later(struct direct_writer *w, struct audit_waiting *entry);
/* An entry was inserted: the chain wants linking soon. */
void direct_audit_appended(struct store *s);

void wait_ms(int ms);
/* "2024-11-30T05:03:27.123Z" by the machine's clock, never frozen. */
void real_utc(char at[32]);
