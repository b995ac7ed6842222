#include "world_postgresql.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool on_postgresql(void)
{
    const char *store = getenv("RENKEI_TEST_STORE");
    return store && strcmp(store, "postgresql") == 0;
}

static int say(const char *what, const struct err *err)
{
    fprintf(stderr, "world: %s: %s %s\n", what, err->message ? err->message : "", err->detail);
    return -1;
}

static void remove_folder(const char *folder)
{
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (unlink(path) != 0)
            remove_folder(path);
    }
    if (d)
        closedir(d);
    rmdir(folder);
}

int world_begin_with(void **state, const struct migration *const *tables, const size_t *counts, size_t table_count)
{
    if (on_postgresql() && !getenv("RENKEI_TEST_POSTGRESQL")) {
        fprintf(stderr, "world: no PostgreSQL server named by RENKEI_TEST_POSTGRESQL\n");
        exit(77); /* meson: skipped */
    }
    setenv("RENKEI_NOW", "2024-11-30T09:15", 0);
    struct world *w = xcalloc(1, sizeof *w);
    w->arena = arena_new();
    strcpy(w->folder, "/tmp/renkei-world-XXXXXX");
    if (!mkdtemp(w->folder))
        return say("cannot make a folder", &w->err);
    w->url = on_postgresql() ? world_postgresql_create(w) : arena_printf(w->arena, "sqlite:%s/renkei.db", w->folder);
    if (!w->url)
        return -1;
    w->store = store_open(w->url, &w->err);
    if (!w->store)
        return say("cannot open the store", &w->err);
    if (!store_migrate(w->store, tables, counts, table_count, &w->err))
        return say("cannot migrate", &w->err);
    *state = w;
    return 0;
}

int world_begin(void **state)
{
    return world_begin_with(state, NULL, NULL, 0);
}

int world_end(void **state)
{
    struct world *w = *state;
    store_close(w->store);
    if (on_postgresql())
        world_postgresql_drop(w);
    remove_folder(w->folder);
    arena_free(w->arena);
    free(w);
    return 0;
}

struct db *world_db(struct world *w)
{
    struct db *db = store_reader(w->store, &w->err);
    assert_non_null(db);
    return db;
}

const char *world_file(struct world *w, const char *name, const char *text)
{
    const char *path = arena_printf(w->arena, "%s/%s", w->folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return path;
}
