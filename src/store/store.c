/* store.c -- opening and closing, readers of threads, and the way to the writer of the engine. */
#include "store/store_inside.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { IDLE_READERS = 8, LEAN_CACHE = -3000 /* kibibytes; above 0 SQLite counts pages */ };

void wait_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

/* postgresql://user:secret@host/db -> postgresql://user:***@host/db; a password in the query string goes too. */
static char *mask(const char *url)
{
    char *masked = xcalloc(strlen(url) + 4, 1);
    const char *at = strrchr(url, '@');
    const char *user = strstr(url, "://");
    const char *colon = at && user ? memchr(user + 3, ':', (size_t)(at - user - 3)) : NULL;
    if (colon)
        sprintf(masked, "%.*s:***%s", (int)(colon - url), url, at);
    else
        strcpy(masked, url);
    char *query = strstr(masked, "password=");
    if (query)
        strcpy(query + 9, "");
    return masked;
}

static bool use_private_file(struct store *s, struct err *err)
{
    char folder[] = "/tmp/renkei-memory-XXXXXX";
    if (!mkdtemp(folder))
        return err_set(err, ERR_STORE_AWAY, "store.away", "cannot make a temporary folder");
    s->temp_folder = xstrdup(folder);
    free(s->url);
    s->url = xcalloc(strlen(folder) + 32, 1);
    sprintf(s->url, "sqlite:%s/renkei.db", folder);
    return true;
}

/* The owner ended: its connection waits for the next thread. */
static void reader_given_back(void *value)
{
    struct db *db = value;
    struct store *s = db->store;
    pthread_mutex_lock(&s->lock);
    db->next = s->idle;
    s->idle = db;
    s->idle_count++;
    pthread_mutex_unlock(&s->lock);
}

static bool start_writer(struct store *s, struct err *err)
{
    if (s->sqlite)
        return (s->group = group_writer_start(s, err)) != NULL;
    return (s->direct = direct_writer_start(s, err)) != NULL;
}

struct store *store_open(const char *url, struct err *err)
{
    bool sqlite = strncmp(url, "sqlite:", 7) == 0;
    if (!sqlite && strncmp(url, "postgresql://", 13) != 0 && strncmp(url, "postgres://", 11) != 0) {
        err_set(err, ERR_INPUT, "store.url", "neither sqlite: nor postgresql:");
        return NULL;
    }
    if (sodium_init() < 0) {
        err_set(err, ERR_BROKEN, "store.failed", "sodium_init");
        return NULL;
    }
    struct store *s = xcalloc(1, sizeof *s);
    s->sqlite = sqlite;
    s->url = xstrdup(url);
    pthread_mutex_init(&s->lock, NULL);
    pthread_key_create(&s->reader_key, reader_given_back);
    bool ok = !(sqlite && strcmp(url, "sqlite::memory:") == 0) || use_private_file(s, err);
    s->masked = mask(s->url);
    s->path = sqlite ? s->url + 7 : "";
    if (ok && start_writer(s, err))
        return s;
    store_close(s);
    return NULL;
}

static void remove_private_file(struct store *s)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[4200];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s/renkei.db%s", s->temp_folder, ends[i]);
        unlink(path);
    }
    rmdir(s->temp_folder);
    free(s->temp_folder);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    if (s->direct)
        direct_writer_stop(s->direct);
    pthread_key_delete(s->reader_key);
    for (size_t i = 0; i < s->open_count; i++)
        s->open[i]->engine->close(s->open[i]);
    if (s->group) /* last, so that its connection folds the log into the database file */
        group_writer_stop(s->group);
    if (s->temp_folder)
        remove_private_file(s);
    pthread_mutex_destroy(&s->lock);
    free(s->masked);
    free(s->url);
    free(s);
}

bool store_is_sqlite(const struct store *s)
{
    return s->sqlite;
}

const char *store_url_masked(const struct store *s)
{
    return s->masked;
}

static struct db *take_idle(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    struct db *db = s->idle;
    if (db) {
        s->idle = db->next;
        s->idle_count--;
        db->next = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    return db;
}

static bool keep_open(struct store *s, struct db *db)
{
    pthread_mutex_lock(&s->lock);
    bool room = s->open_count < sizeof s->open / sizeof *s->open;
    if (room)
        s->open[s->open_count++] = db;
    pthread_mutex_unlock(&s->lock);
    return room;
}

static struct db *open_reader(struct store *s, struct err *err)
{
    struct db *db = s->sqlite ? db_sqlite_open(s, s->path, false, err) : db_postgresql_open(s, s->url, err);
    if (!db)
        return NULL;
    if (keep_open(s, db))
        return db;
    db->engine->close(db);
    err_set(err, ERR_STORE_AWAY, "store.busy", "too many readers");
    return NULL;
}

struct db *store_reader(struct store *s, struct err *err)
{
    struct db *db = pthread_getspecific(s->reader_key);
    if (db)
        return db;
    db = take_idle(s);
    if (!db)
        db = open_reader(s, err);
    if (db)
        pthread_setspecific(s->reader_key, db);
    return db;
}

/* The view has the connection to itself: what `fn` reads and writes otherwise (a job's progress) goes through another. */
bool store_view(struct store *s, store_view_fn *fn, void *arg, struct err *err)
{
    struct db *db = store_reader(s, err);
    if (!db || !db->engine->snapshot(db, err))
        return false;
    pthread_setspecific(s->reader_key, NULL);
    bool ok = (db_is_sqlite(db) || db_script(db, err, "SET LOCAL statement_timeout = 0")) && fn(db, arg, err);
    db->engine->rollback(db);
    store_reader_done(s);
    pthread_setspecific(s->reader_key, db);
    return ok;
}

/* Some connections wait for the next thread; the rest are closed, with their caches. */
void store_reader_done(struct store *s)
{
    struct db *db = pthread_getspecific(s->reader_key);
    if (!db)
        return;
    pthread_setspecific(s->reader_key, NULL);
    pthread_mutex_lock(&s->lock);
    bool keep = s->idle_count < IDLE_READERS;
    if (keep) {
        db->next = s->idle;
        s->idle = db;
        s->idle_count++;
    } else {
        size_t i = 0;
        while (s->open[i] != db)
            i++;
        s->open[i] = s->open[--s->open_count];
        s->closed_queries += atomic_load(&db->queries);
    }
    pthread_mutex_unlock(&s->lock);
    if (!keep)
        db->engine->close(db);
}

static bool write_any(struct store *s, store_write_fn *fn, void *arg, bool alone, struct err *err)
{
    struct err own = {0};
    bool ok = s->sqlite ? group_write(s->group, fn, arg, alone, &own) : direct_write(s, fn, arg, alone, &own);
    atomic_fetch_add_explicit(ok ? &s->counts.writes : &s->counts.failures, 1, memory_order_relaxed);
    if (!ok && err)
        *err = own;
    return ok;
}

bool store_write(struct store *s, store_write_fn *fn, void *arg, struct err *err)
{
    return write_any(s, fn, arg, false, err);
}

bool store_write_alone(struct store *s, store_write_fn *fn, void *arg, struct err *err)
{
    return write_any(s, fn, arg, true, err);
}

/* Pages beyond the new size that nobody uses are given back at once. */
static bool set_cache(struct db *db, void *arg, struct err *err)
{
    struct store *s = arg;
    char sql[64];
    if (!s->usual_cache)
        s->usual_cache = db_int(db, err, 0, "PRAGMA cache_size");
    long long size = atomic_load(&s->lean) > 0 ? LEAN_CACHE : s->usual_cache;
    snprintf(sql, sizeof sql, "PRAGMA cache_size = %lld", size);
    return s->usual_cache && db_script(db, err, sql);
}

void store_lean_begin(struct store *s)
{
    if (atomic_fetch_add(&s->lean, 1) == 0 && s->sqlite)
        store_write_later(s, set_cache, s);
}

void store_lean_end(struct store *s)
{
    if (atomic_fetch_sub(&s->lean, 1) == 1 && s->sqlite)
        store_write_later(s, set_cache, s);
}

void store_write_later(struct store *s, store_write_fn *fn, void *arg)
{
    if (s->sqlite)
        group_write_later(s->group, fn, arg);
    else
        direct_write_later(s->direct, fn, arg);
}

static bool nothing(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_int(db, err, 0, "SELECT 1") == 1;
}

bool store_is_ready(struct store *s, struct err *err)
{
    struct err own = {0};
    struct db *db = store_reader(s, &own);
    bool ok = db && db_int(db, &own, 0, "SELECT 1") == 1;
    if (ok)
        ok = s->sqlite ? group_writer_is_ready(s->group, 2000, &own) : direct_write(s, nothing, NULL, false, &own);
    if (!ok && err)
        *err = own;
    return ok;
}

void store_stats(struct store *s, struct store_stats *ret_stats)
{
    *ret_stats = (struct store_stats){
        .writes = atomic_load(&s->counts.writes),
        .groups = atomic_load(&s->counts.groups),
        .retries = atomic_load(&s->counts.retries),
        .failures = atomic_load(&s->counts.failures),
    };
    pthread_mutex_lock(&s->lock);
    ret_stats->reads = s->closed_queries;
    for (size_t i = 0; i < s->open_count; i++)
        ret_stats->reads += atomic_load_explicit(&s->open[i]->queries, memory_order_relaxed);
    pthread_mutex_unlock(&s->lock);
}
