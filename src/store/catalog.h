/* catalog.h -- inside the store only: which tables there are, and walking their rows in an order that is the same on both engines.
 *
 * Left out: the engine's own tables, SQLite's tables of the word index and of counts that wait (they are in `tally` here), `session` (nobody stays signed in through a restore), and
 * the columns that one engine numbers by itself (audit.local_id, search_doc.doc_id, search_doc.grams). */
#pragma once
#include "store/engine.h"

enum { COLUMNS_MAX = VALUES_MAX };

struct catalog_column {
    const char *name;
    enum value_kind kind; /* TEXT, INT, BYTES */
    int key; /* place in the key from 1, 0 for none */
};
struct catalog_table {
    const char *name;
    struct catalog_column *columns; /* by name */
    size_t column_count;
};
struct catalog {
    struct catalog_table *tables; /* by name */
    size_t count;
};

bool catalog_read(struct db *db, struct arena *a, struct catalog *ret, struct err *err);
const struct catalog_table *catalog_find(const struct catalog *c, const char *name);
const struct catalog_column *catalog_column_find(const struct catalog_table *t, const char *name);

/* Rows in the order of the key, audit by seq with the unlinked ones linked on the fly, tally without zeros; search_doc in order of
 * arrival when `arrival`.  Returns false and fills err when the store or `fn` fails. */
typedef bool catalog_row_fn(void *arg, const struct catalog_table *t, const struct value *values, struct err *err);
bool catalog_walk(struct db *db, const struct catalog_table *t, bool arrival, catalog_row_fn *fn, void *arg, struct err *err);
