/* plain.c -- a bare load of what the product wrote: the yardstick of imports.
 *
 *   plain KIND FROM TO      what FROM (a store with consultations saved, or facilities imported) has more than TO (the same store before) into TO:
 *                           same tables, same indexes, same words of the search, bare prepared statements, all in one transaction, from
 *                           memory.  Prints "ROWS SECONDS SECONDS_OF_CPU".  The start of the program and reading do not count. */
#include "base/arena.h"
#include "base/count.h"
#include "store/engine.h"
#include "store/load.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLES_MAX = 12 };

/* What is written of a kind, parents first; the first with `counted` is a row of the figure. */
static const struct kind {
    const char *name, *counted, *tables[TABLES_MAX];
} kinds[] = {
    {"facility", "facility_source",
     {"facility_import_run", "facility", "facility_source", "facility_service", "facility_hours", "facility_opening", "facility_notification", "search_doc"}},
    {"consultation", "consultation",
     {"numbering", "patient", "consultation", "consultation_contact", "record_version", "audit", "tally", "tally_year", "search_doc"}},
};

struct plain_table {
    const char *name;
    int columns;
    sqlite3_value **values; /* row after row */
    size_t count, room;
};

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(sqlite3 *db, const char *what)
{
    fprintf(stderr, "plain: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

/* As the store's own writer has it (db_sqlite.c). */
static sqlite3 *open_plain(const char *path)
{
    sqlite3 *db;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY", NULL, NULL, NULL) != SQLITE_OK)
        die(db, path);
    return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
        die(db, sql);
    return s;
}

static long long number_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = prepare(db, sql);
    long long n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return n;
}

static void keep_value(struct plain_table *t, sqlite3_value *v)
{
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 4096;
        t->values = xrealloc(t->values, t->room * sizeof *t->values);
    }
    t->values[t->count++] = sqlite3_value_dup(v);
}

/* A table without rowids may have changed rows as well: what differs.  Others only grow. */
static const char *select_more(sqlite3 *from, sqlite3 *to, const char *name, struct arena *a)
{
    if (number_of(from, arena_printf(a, "SELECT wr FROM pragma_table_list WHERE name = '%s'", name)) || !strcmp(name, "numbering"))
        return arena_printf(a, "SELECT * FROM main.%s EXCEPT SELECT * FROM earlier.%s", name, name);
    long long last = number_of(to, arena_printf(a, "SELECT max(rowid) FROM %s", name));
    return arena_printf(a, "SELECT * FROM main.%s WHERE rowid > %lld ORDER BY rowid", name, last);
}

static struct plain_table read_table(sqlite3 *from, sqlite3 *to, const char *name, struct arena *a)
{
    struct plain_table t = {.name = name};
    sqlite3_stmt *s = prepare(from, select_more(from, to, name, a));
    t.columns = sqlite3_column_count(s);
    while (sqlite3_step(s) == SQLITE_ROW)
        for (int i = 0; i < t.columns; i++)
            keep_value(&t, sqlite3_column_value(s, i));
    sqlite3_finalize(s);
    return t;
}

/* The words as the store's index holds them, made before the clock runs. */
static struct plain_table read_words(sqlite3 *from, long long after)
{
    struct plain_table t = {.name = "search_gram (rowid, grams)", .columns = 2};
    sqlite3_stmt *s = prepare(from, "SELECT doc_id, kind, office_id, body FROM search_doc WHERE doc_id > ? ORDER BY doc_id"), *one = prepare(from, "SELECT $1, $2");
    sqlite3_bind_int64(s, 1, after);
    while (sqlite3_step(s) == SQLITE_ROW) {
        char *grams = search_grams((const char *)sqlite3_column_text(s, 1), (const char *)sqlite3_column_text(s, 2), (const char *)sqlite3_column_text(s, 3));
        sqlite3_bind_int64(one, 1, sqlite3_column_int64(s, 0));
        sqlite3_bind_text(one, 2, grams, -1, free);
        if (sqlite3_step(one) != SQLITE_ROW)
            die(from, "words");
        keep_value(&t, sqlite3_column_value(one, 0));
        keep_value(&t, sqlite3_column_value(one, 1));
        sqlite3_reset(one);
    }
    sqlite3_finalize(s);
    sqlite3_finalize(one);
    return t;
}

static void write_table(sqlite3 *to, const struct plain_table *t)
{
    auto_arena *a = arena_new();
    const char *places = "?";
    for (int i = 1; i < t->columns; i++)
        places = arena_printf(a, "%s, ?", places);
    sqlite3_stmt *s = prepare(to, arena_printf(a, "INSERT OR REPLACE INTO %s VALUES (%s)", t->name, places));
    for (size_t i = 0; i < t->count;) {
        for (int k = 1; k <= t->columns; k++)
            sqlite3_bind_value(s, k, t->values[i++]);
        if (sqlite3_step(s) != SQLITE_DONE)
            die(to, t->name);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
}

static int plain(const struct kind *kind, const char *from_path, const char *to_path)
{
    auto_arena *a = arena_new();
    sqlite3 *from = open_plain(from_path), *to = open_plain(to_path);
    if (sqlite3_exec(from, arena_printf(a, "ATTACH '%s' AS earlier", to_path), NULL, NULL, NULL) != SQLITE_OK)
        die(from, to_path);
    struct plain_table all[TABLES_MAX + 1];
    size_t count = 0;
    for (; count < TABLES_MAX && kind->tables[count]; count++)
        all[count] = read_table(from, to, kind->tables[count], a);
    all[count++] = read_words(from, number_of(to, "SELECT max(doc_id) FROM search_doc"));
    const char *counted = arena_printf(a, "SELECT count(*) FROM %s", kind->counted);
    long long before = number_of(to, counted);
    sqlite3_close(from);
    double began = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (sqlite3_exec(to, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        die(to, "begin");
    for (size_t i = 0; i < count; i++)
        write_table(to, &all[i]);
    if (sqlite3_exec(to, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        die(to, "commit");
    double took = seconds(CLOCK_MONOTONIC) - began, cpu_took = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("%lld %.4f %.4f\n", number_of(to, counted) - before, took, cpu_took);
    sqlite3_close(to);
    return 0;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 4 && i < COUNT(kinds); i++)
        if (!strcmp(argv[1], kinds[i].name))
            return plain(&kinds[i], argv[2], argv[3]);
    return fputs("plain facility|consultation FROM TO\n", stderr), 2;
}
