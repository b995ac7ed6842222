/* world.h -- an empty service for one spec: a fresh, migrated store, an arena, an err.
 *
 * The store is SQLite in a private temporary folder, or a fresh database of the PostgreSQL server named by RENKEI_TEST_POSTGRESQL
 * ("postgresql://...", a superuser's maintenance URL) when RENKEI_TEST_STORE=postgresql.  meson runs every spec that links
 * `world` once for each store.  RENKEI_NOW is set to 2024-11-30T09:15 unless the spec sets it. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"

#include "tests/support/spec.h"

struct world {
    struct arena *arena;
    struct store *store;
    struct err err;
    char folder[64];   /* private, removed at the end */
    const char *url;
};

/* cmocka set-up and tear-down with the store's own tables only. */
int world_begin(void **state);
int world_end(void **state);
/* The same with more migrations: call from a set-up function. */
int world_begin_with(void **state, const struct migration *const *tables, const size_t *counts, size_t table_count);
struct db *world_db(struct world *w); /* this thread's reader */
/* A file of that name with that text in the spec's folder; its path. */
const char *world_file(struct world *w, const char *name, const char *text);
