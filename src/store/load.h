/* load.h -- inside the store only: filling a store from a backup or an export, all or nothing. */
#pragma once
#include "store/backup.h"
#include "store/catalog.h"

struct loader;
/* What is given from outside: the migrations the data knows, then tables with their columns, then rows. */
struct load_source {
    const long long *numbers; /* migrations that had run where the data comes from */
    size_t number_count;
    const char *fingerprint; /* of the data, or "" when it carries none: compared at the end */
    /* Calls load_table and load_row for everything there is.  May be called again from the start. */
    bool (*feed)(struct loader *l, void *arg, struct err *err);
    void *arg;
};
bool load_store(struct store *s, const struct migration_list *migrations, bool replace, const struct load_source *source,
                struct backup_result *ret, struct err *err);
/* Columns in the order of the rows that follow; unknown tables and columns are refused. */
bool load_table(struct loader *l, const char *table, const char *const *columns, size_t count, struct err *err);
enum value_kind load_kind(const struct loader *l, size_t column);
bool load_row(struct loader *l, const struct value *values, struct err *err);

/* migrate.c: those of `only` (NULL: all) that have not run, inside the running write. */
bool migrate_in_write(struct db *db, const struct migration_list *m, const long long *only, size_t only_count, struct err *err);
bool migration_is_known(const struct migration_list *m, long long number);
/* backup.c: store_fingerprint inside a view or a write. */
bool fingerprint_in(struct db *db, char ret_hex[65], struct err *err);
/* search.c: the words that PostgreSQL's index holds of a folded text, blank-separated; the caller frees. */
char *search_grams(const char *kind, const char *office_id, const char *body);
/* search.c: one document whose text is folded already. */
bool search_load(struct db *db, const char *kind, const char *id, const char *office_id, const char *body, struct err *err);
/* The numbers of the migrations that have run, in the arena. */
bool migration_numbers(struct db *db, struct arena *a, long long **ret_numbers, size_t *ret_count, struct err *err);
