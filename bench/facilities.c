/* facilities.c -- the importer of open data beside a bare load of the rows it wrote.
 *
 *   facilities import URL FILE...   the files into the store, words indexed.  Prints "ROWS SECONDS SECONDS_OF_CPU MB", the last how much more
 *                                   memory of its own the program had at most than before the first file, the store's cache of pages too
 *   facilities plain FROM TO        what FROM (a store with files imported) has more than TO (the same store before) into TO: same tables, same
 *                                   indexes, same words, bare prepared statements, all in one transaction, from memory.  Prints "ROWS SECONDS SECONDS_OF_CPU"
 *
 * Neither counts the start of the program and of the store. */
#include "base/arena.h"
#include "base/count.h"
#include "features/facility/facility_import.h"
#include "features/feature_list.h"
#include "store/engine.h"
#include "store/load.h"
#include "web/app.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct clocks {
    double seconds, cpu;
};

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct clocks clocks_now(void)
{
    return (struct clocks){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

static void print_since(const struct clocks *from, long rows)
{
    struct clocks now = clocks_now();
    printf("%ld %.4f %.4f", rows, now.seconds - from->seconds, now.cpu - from->cpu);
}

/* --- the importer --- */

struct imported {
    long rows, least_kb, most_kb;
};

/* Pages of the database file are the system's. */
static long anonymous_kb(void)
{
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "RssAnon:", 8))
            kb = atol(line + 8);
    if (f)
        fclose(f);
    return kb;
}

static bool watch_memory(void *watch, const char *file, long rows)
{
    struct imported *all = watch;
    long now = rows % 1000 < 200 ? anonymous_kb() : 0;
    (void)file;
    all->most_kb = now > all->most_kb ? now : all->most_kb;
    return true;
}

static void count_rows(const struct facility_report *r, void *arg)
{
    ((struct imported *)arg)->rows += r->rows - r->refused;
}

static bool index_words(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return search_index(db, 1L << 40, err) >= 0;
}

static int import(const char *url, int count, char **paths)
{
    struct err err = {0};
    struct imported all = {0};
    struct facility_given given = {.format = "auto", .go_on = watch_memory, .watch = &all};
    struct store *store = store_open(url, &err);
    bool ok = store && app_migrate(store, features, &err);
    all.least_kb = all.most_kb = anonymous_kb();
    struct clocks from = clocks_now();
    for (int i = 0; ok && i < count; i++)
        ok = facility_import_any(store, paths[i], &given, count_rows, &all, &err);
    ok = ok && store_write(store, index_words, NULL, &err);
    if (ok) {
        print_since(&from, all.rows);
        printf(" %.1f\n", (double)(all.most_kb - all.least_kb) / 1024);
    }
    store_close(store);
    return ok ? 0 : (fprintf(stderr, "facilities: %s %s\n", err.message ? err.message : "", err.detail), 1);
}

/* --- the bare load --- */

/* What an import writes, parents first. */
static const char *const tables[] = {"facility_import_run", "facility", "facility_source", "facility_service", "facility_hours", "facility_opening",
                                     "facility_notification", "search_doc"};

struct plain_table {
    const char *name;
    int columns;
    sqlite3_value **values; /* row after row */
    size_t count, room;
};

static void die(sqlite3 *db, const char *what)
{
    fprintf(stderr, "facilities: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

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

static void keep_value(struct plain_table *t, sqlite3_value *v)
{
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 4096;
        t->values = xrealloc(t->values, t->room * sizeof *t->values);
    }
    t->values[t->count++] = sqlite3_value_dup(v);
}

static long count_of(sqlite3 *db, const char *table)
{
    auto_arena *a = arena_new();
    sqlite3_stmt *s = prepare(db, arena_printf(a, "SELECT count(*) FROM %s", table));
    long count = sqlite3_step(s) == SQLITE_ROW ? (long)sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return count;
}

/* Only a table without rows is filled: the store before had none. */
static struct plain_table read_table(sqlite3 *from, sqlite3 *to, const char *name)
{
    auto_arena *a = arena_new();
    struct plain_table t = {.name = name};
    if (count_of(to, name))
        die(to, name);
    sqlite3_stmt *s = prepare(from, arena_printf(a, "SELECT * FROM %s ORDER BY rowid", name));
    t.columns = sqlite3_column_count(s);
    while (sqlite3_step(s) == SQLITE_ROW)
        for (int i = 0; i < t.columns; i++)
            keep_value(&t, sqlite3_column_value(s, i));
    sqlite3_finalize(s);
    return t;
}

/* The words as the store's index holds them, made before the clock runs. */
static struct plain_table read_words(sqlite3 *from)
{
    struct plain_table t = {.name = "search_gram (rowid, grams)", .columns = 2};
    sqlite3_stmt *s = prepare(from, "SELECT doc_id, kind, office_id, body FROM search_doc ORDER BY doc_id"), *one = prepare(from, "SELECT $1, $2");
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
    sqlite3_stmt *s = prepare(to, arena_printf(a, "INSERT INTO %s VALUES (%s)", t->name, places));
    for (size_t i = 0; i < t->count;) {
        for (int k = 1; k <= t->columns; k++)
            sqlite3_bind_value(s, k, t->values[i++]);
        if (sqlite3_step(s) != SQLITE_DONE)
            die(to, t->name);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
}

static int plain(const char *from_path, const char *to_path)
{
    sqlite3 *from = open_plain(from_path), *to = open_plain(to_path);
    struct plain_table all[COUNT(tables) + 1];
    for (size_t i = 0; i < COUNT(tables); i++)
        all[i] = read_table(from, to, tables[i]);
    all[COUNT(tables)] = read_words(from);
    long rows = count_of(from, "facility_source");
    struct clocks began = clocks_now();
    if (sqlite3_exec(to, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        die(to, "begin");
    for (size_t i = 0; i < COUNT(all); i++)
        write_table(to, &all[i]);
    if (sqlite3_exec(to, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        die(to, "commit");
    print_since(&began, rows);
    putchar('\n');
    sqlite3_close(to);
    sqlite3_close(from);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && !strcmp(argv[1], "import"))
        return import(argv[2], argc - 3, argv + 3);
    if (argc == 4 && !strcmp(argv[1], "plain"))
        return plain(argv[2], argv[3]);
    return fputs("facilities import URL FILE... | plain FROM TO\n", stderr), 2;
}
