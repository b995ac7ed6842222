/* migrate.c -- brings the database's tables to this program's version, each migration once in its own transaction. */
#include "store/load.h"
#include "store/store_inside.h"

#include <stdlib.h>
#include <string.h>

static const char migration_table[] = "CREATE TABLE IF NOT EXISTS migration ("
                                      "number BIGINT PRIMARY KEY," /* YYYYMMDDNN */
                                      "name TEXT NOT NULL,"
                                      "at TEXT NOT NULL)"; /* UTC, by the real clock */

struct known {
    long long *numbers;
    size_t count;
};

struct step {
    const struct migration *migration;
    bool sqlite;
};

static int by_number(const void *x, const void *y)
{
    const struct migration *const *a = x, *const *b = y;
    return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

static bool gives_store_tables(const struct migration *const *tables, size_t table_count)
{
    for (size_t i = 0; i < table_count; i++)
        if (tables[i] == store_migrations)
            return true;
    return false;
}

/* All rows of all tables in the order of their numbers; the store's own come in whether they were given or not. */
static const struct migration **in_order(const struct migration *const *tables, const size_t *counts, size_t table_count,
                                         size_t *ret_count)
{
    bool given = gives_store_tables(tables, table_count);
    size_t total = given ? 0 : store_migration_count, n = 0;
    for (size_t t = 0; t < table_count; t++)
        total += counts[t];
    const struct migration **all = xcalloc(total, sizeof *all);
    for (size_t i = 0; !given && i < store_migration_count; i++)
        all[n++] = &store_migrations[i];
    for (size_t t = 0; t < table_count; t++)
        for (size_t i = 0; i < counts[t]; i++)
            all[n++] = &tables[t][i];
    qsort(all, total, sizeof *all, by_number);
    *ret_count = total;
    return all;
}

static bool numbers_differ(const struct migration **all, size_t count, struct err *err)
{
    for (size_t i = 1; i < count; i++)
        if (all[i]->number == all[i - 1]->number)
            return err_set(err, ERR_BROKEN, "store.failed", "two migrations have number %lld: %s, %s", all[i]->number,
                           all[i - 1]->name, all[i]->name);
    return true;
}

static bool is_known(const struct known *known, long long number)
{
    for (size_t i = 0; i < known->count; i++)
        if (known->numbers[i] == number)
            return true;
    return false;
}

static bool has_migration_table(struct db *db, struct err *err)
{
    if (db_is_sqlite(db))
        return db_int(db, err, 0, "SELECT count(*) FROM sqlite_schema WHERE name = 'migration'") > 0;
    return db_int(db, err, 0, "SELECT count(*) FROM pg_tables WHERE tablename = 'migration' AND schemaname = current_schema()") > 0;
}

static bool read_known(struct store *s, struct known *known, struct err *err)
{
    struct err own = {0};
    struct db *db = store_reader(s, err);
    if (!db)
        return false;
    bool there = has_migration_table(db, &own);
    if (own.kind) {
        *err = own;
        return false;
    }
    if (!there)
        return true;
    auto_rows *r = db_query(db, NULL, err, "SELECT number FROM migration ORDER BY number");
    while (rows_next(r)) {
        known->numbers = xrealloc(known->numbers, (known->count + 1) * sizeof *known->numbers);
        known->numbers[known->count++] = rows_int(r, 0);
    }
    return !rows_failed(r);
}

/* Several nodes may start at once: one at a time, and the second finds it done. */
static bool take_turn(struct db *db, struct err *err)
{
    return db_is_sqlite(db) || db_script(db, err, "SELECT pg_advisory_xact_lock(7306350)");
}

static bool run_step(struct db *db, void *arg, struct err *err)
{
    const struct step *step = arg;
    const struct migration *m = step->migration;
    const char *own = step->sqlite ? m->sql_sqlite : m->sql_postgresql;
    char at[32];
    real_utc(at);
    if (!take_turn(db, err) || !db_script(db, err, migration_table))
        return false;
    long long mine = db_run(db, err, "INSERT INTO migration (number, name, at) VALUES ($1, $2, $3) ON CONFLICT (number) DO NOTHING",
                            INT(m->number), TEXT(m->name), TEXT(at));
    if (mine <= 0)
        return mine == 0;
    if ((m->sql && *m->sql && !db_script(db, err, m->sql)) || (own && *own && !db_script(db, err, own)))
        return false;
    return true;
}

bool migration_is_known(const struct migration_list *m, long long number)
{
    size_t count;
    const struct migration **all = in_order(m->tables, m->counts, m->count, &count);
    bool known = false;
    for (size_t i = 0; i < count; i++)
        known = known || all[i]->number == number;
    free(all);
    return known;
}

bool migrate_in_write(struct db *db, const struct migration_list *m, const long long *only, size_t only_count, struct err *err)
{
    size_t count;
    struct known wanted = {.numbers = (long long *)(uintptr_t)only, .count = only_count};
    const struct migration **all = in_order(m->tables, m->counts, m->count, &count);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct step step = {.migration = all[i], .sqlite = db_is_sqlite(db)};
        if (!only || is_known(&wanted, all[i]->number))
            ok = run_step(db, &step, err);
    }
    free(all);
    return ok;
}

bool migration_numbers(struct db *db, struct arena *a, long long **ret_numbers, size_t *ret_count, struct err *err)
{
    long long count = db_int(db, err, 0, "SELECT count(*) FROM migration"), n = 0;
    *ret_numbers = NEW_ARRAY(a, (size_t)count + 1, long long);
    auto_rows *r = db_query(db, NULL, err, "SELECT number FROM migration ORDER BY number");
    while (n < count && rows_next(r))
        (*ret_numbers)[n++] = rows_int(r, 0);
    *ret_count = (size_t)n;
    return !rows_failed(r);
}

bool store_migrate(struct store *s, const struct migration *const *tables, const size_t *counts, size_t table_count,
                   struct err *err)
{
    struct err own = {0};
    struct known known = {0};
    size_t count;
    const struct migration **all = in_order(tables, counts, table_count, &count);
    bool ok = numbers_differ(all, count, &own) && read_known(s, &known, &own);
    if (ok && known.count && known.numbers[known.count - 1] > all[count - 1]->number)
        ok = err_set(&own, ERR_CONFLICT, "store.newer", "the database knows migration %lld", known.numbers[known.count - 1]);
    for (size_t i = 0; ok && i < count; i++) {
        struct step step = {.migration = all[i], .sqlite = s->sqlite};
        if (!is_known(&known, all[i]->number))
            ok = store_write_alone(s, run_step, &step, &own);
    }
    free(known.numbers);
    free(all);
    if (!ok && err)
        *err = own;
    return ok;
}
