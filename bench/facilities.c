/* facilities.c -- the importer of open data; plain.c loads what it wrote.
 *
 *   facilities import URL FILE...   the files into the store, words indexed.  Prints "ROWS SECONDS SECONDS_OF_CPU MB", the last how much more
 *                                   memory of its own the program had at most than before the first file, the store's cache of pages too
 *
 * The start of the program and of the store does not count. */
#include "base/arena.h"
#include "features/facility/facility_import.h"
#include "features/feature_list.h"
#include "store/engine.h"
#include "web/app.h"

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

int main(int argc, char **argv)
{
    if (argc >= 4 && !strcmp(argv[1], "import"))
        return import(argv[2], argc - 3, argv + 3);
    return fputs("facilities import URL FILE...\n", stderr), 2;
}
