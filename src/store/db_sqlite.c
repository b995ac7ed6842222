/* db_sqlite.c -- SQLite behind db.h.
 *
 * `$1` is a *name* to SQLite, so the place of each is looked up once, when the statement is prepared. */
#include "store/engine.h"
#include "store/log_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct sqlite_db {
    struct db db;
    sqlite3 *handle;
    int log_pages; /* in the write-ahead log after the last commit */
};

struct sqlite_statement {
    struct statement statement;
    struct rows rows;
};

static sqlite3 *handle_of(struct db *db)
{
    return ((struct sqlite_db *)db)->handle;
}

static sqlite3_stmt *stmt_of(const struct rows *r)
{
    return r->statement->handle;
}

/* The store's own failure, not ours: the disk is full, gone, read-only, or somebody holds the lock for too long. */
static bool is_away(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_PROTOCOL: return true;
    default: return false;
    }
}

static const char *message_of(int code)
{
    int kind = code & 0xff;
    if (kind == SQLITE_FULL)
        return "store.full";
    if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
        return "store.busy";
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)
        return "store.broken";
    if (is_away(code))
        return "store.away";
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        return "store.duplicate";
    return "store.failed";
}

static bool fail(struct db *db, struct err *err, const char *sql)
{
    int code = sqlite3_extended_errcode(handle_of(db));
    struct err e;
    err_set(&e, is_away(code) ? ERR_STORE_AWAY : ERR_DB, message_of(code), "sqlite %d %.90s: %.70s", code,
            sqlite3_errmsg(handle_of(db)), sql);
    return db_fail(db, err, &e);
}

static bool fail_values(struct db *db, struct err *err, const char *sql, size_t count, int wanted)
{
    struct err e;
    err_set(&e, ERR_DB, "store.failed", "%zu values given, $%d wanted: %.90s", count, wanted, sql);
    return db_fail(db, err, &e);
}

static void place_parameters(struct statement *s)
{
    int places = sqlite3_bind_parameter_count(s->handle);
    s->index = xcalloc(VALUES_MAX, 1);
    for (int place = 1; place <= places && place <= 255; place++) {
        const char *name = sqlite3_bind_parameter_name(s->handle, place);
        int n = name && name[0] == '$' ? atoi(name + 1) : 0;
        if (n < 1 || n > VALUES_MAX)
            continue;
        s->index[n - 1] = (unsigned char)place;
        if (n > s->parameters)
            s->parameters = n;
    }
}

static void statement_close(struct statement *s)
{
    sqlite3_finalize(s->handle);
    statement_free(s);
}

/* statement_new makes the bare struct; rows of a SQLite statement live beside it, so that a query allocates nothing. */
static struct statement *prepare(struct db *db, struct err *err, const char *sql, bool keep)
{
    struct statement *bare = statement_new(sql);
    struct sqlite_statement *own = xcalloc(1, sizeof *own);
    own->statement = *bare;
    free(bare);
    struct statement *s = &own->statement;
    sqlite3_stmt *handle = NULL;
    if (sqlite3_prepare_v3(handle_of(db), sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &handle, NULL) != SQLITE_OK) {
        statement_free(s);
        fail(db, err, sql);
        return NULL;
    }
    s->handle = handle;
    place_parameters(s);
    struct statement *gone = keep ? statement_keep(&db->statements, s) : NULL;
    if (gone)
        statement_close(gone);
    return s;
}

static struct statement *find_or_prepare(struct db *db, struct err *err, const char *sql)
{
    struct statement *s = statement_find(&db->statements, sql);
    if (s && !s->busy)
        return s;
    return prepare(db, err, sql, !s);
}

static int bind_one(sqlite3_stmt *stmt, int place, const struct value *v, sqlite3_destructor_type life)
{
    switch (v->kind) {
    case VALUE_TEXT: return v->text ? sqlite3_bind_text(stmt, place, v->text, -1, life) : sqlite3_bind_null(stmt, place);
    case VALUE_INT: return sqlite3_bind_int64(stmt, place, v->number);
    case VALUE_BYTES:
        return sqlite3_bind_blob64(stmt, place, v->text ? v->text : "", v->size, life);
    case VALUE_NULL: break;
    }
    return sqlite3_bind_null(stmt, place);
}

/* Every value has its place and every place its value, as PostgreSQL insists too. */
static bool bind_all(struct db *db, struct err *err, struct statement *s, const struct value *values, size_t count,
                     sqlite3_destructor_type life)
{
    if (count != (size_t)s->parameters)
        return fail_values(db, err, s->sql, count, s->parameters);
    for (size_t i = 0; i < count; i++) {
        if (!s->index[i])
            return fail_values(db, err, s->sql, count, (int)i + 1);
        if (bind_one(s->handle, s->index[i], &values[i], life) != SQLITE_OK)
            return fail(db, err, s->sql);
    }
    return true;
}

static void release(struct statement *s)
{
    sqlite3_reset(s->handle);
    sqlite3_clear_bindings(s->handle);
    s->busy = false;
    if (!s->cached)
        statement_close(s);
}

static long long run(struct db *db, struct err *err, const char *sql, const struct value *values, size_t count)
{
    struct statement *s = find_or_prepare(db, err, sql);
    if (!s)
        return -1;
    long long changed = -1;
    s->busy = true;
    if (bind_all(db, err, s, values, count, SQLITE_STATIC)) {
        int code;
        while ((code = sqlite3_step(s->handle)) == SQLITE_ROW)
            ;
        if (code == SQLITE_DONE)
            changed = sqlite3_stmt_readonly(s->handle) ? 0 : sqlite3_changes64(handle_of(db));
        else
            fail(db, err, sql);
    }
    release(s);
    return changed;
}

static struct rows *query(struct db *db, struct arena *a, struct err *err, const char *sql, const struct value *values,
                          size_t count)
{
    struct statement *s = find_or_prepare(db, err, sql);
    if (!s)
        return NULL;
    s->busy = true;
    if (!bind_all(db, err, s, values, count, SQLITE_TRANSIENT)) {
        release(s);
        return NULL;
    }
    struct rows *r = &((struct sqlite_statement *)s)->rows;
    *r = (struct rows){.db = db, .arena = a, .err = err, .statement = s, .columns = sqlite3_column_count(s->handle)};
    return r;
}

static bool next(struct rows *r)
{
    int code = sqlite3_step(stmt_of(r));
    if (code == SQLITE_ROW)
        return true;
    r->ended = true;
    if (code != SQLITE_DONE) {
        r->failed = true;
        fail(r->db, r->err, r->statement->sql);
    }
    return false;
}

static const char *name(const struct rows *r, int column)
{
    return sqlite3_column_name(stmt_of(r), column);
}

static bool is_null(const struct rows *r, int column)
{
    return sqlite3_column_type(stmt_of(r), column) == SQLITE_NULL;
}

static const char *text(const struct rows *r, int column, size_t *ret_size)
{
    const char *s = (const char *)sqlite3_column_text(stmt_of(r), column);
    *ret_size = s ? (size_t)sqlite3_column_bytes(stmt_of(r), column) : 0;
    return s ? s : "";
}

static long long integer(const struct rows *r, int column)
{
    return sqlite3_column_int64(stmt_of(r), column);
}

static const void *bytes(const struct rows *r, int column, size_t *ret_size)
{
    const void *p = sqlite3_column_blob(stmt_of(r), column);
    *ret_size = (size_t)sqlite3_column_bytes(stmt_of(r), column);
    return p ? p : "";
}

static void close_rows(struct rows *r)
{
    release(r->statement);
}

static bool script(struct db *db, struct err *err, const char *sql)
{
    return sqlite3_exec(handle_of(db), sql, NULL, NULL, NULL) == SQLITE_OK || fail(db, err, sql);
}

static bool begin(struct db *db, struct err *err)
{
    return db_run(db, err, "BEGIN IMMEDIATE") >= 0;
}

static bool commit(struct db *db, struct err *err)
{
    return db_run(db, err, "COMMIT") >= 0;
}

/* Some failures (full disk) have rolled back already. */
static void rollback(struct db *db)
{
    if (!sqlite3_get_autocommit(handle_of(db)))
        sqlite3_exec(handle_of(db), "ROLLBACK", NULL, NULL, NULL);
}

static bool snapshot(struct db *db, struct err *err)
{
    return script(db, err, "BEGIN; SELECT count(*) FROM sqlite_schema");
}

bool db_sqlite_in_transaction(struct db *db);
bool db_sqlite_in_transaction(struct db *db)
{
    return !sqlite3_get_autocommit(handle_of(db));
}

/* Takes the place of SQLite's own hook, which would copy the log into the file before the commit returns. */
static int note_log(void *own, sqlite3 *handle, const char *name, int pages)
{
    (void)handle, (void)name;
    ((struct sqlite_db *)own)->log_pages = pages;
    return SQLITE_OK;
}

void db_sqlite_patience(struct db *db, int ms);
void db_sqlite_patience(struct db *db, int ms)
{
    sqlite3_busy_timeout(handle_of(db), ms);
}

bool db_sqlite_checkpoint(struct db *db, int pages);
bool db_sqlite_checkpoint(struct db *db, int pages)
{
    struct sqlite_db *own = (struct sqlite_db *)db;
    if (own->log_pages < pages)
        return false;
    own->log_pages = 0;
    return sqlite3_wal_checkpoint_v2(own->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK;
}

int db_sqlite_log_pages(const struct db *db);
int db_sqlite_log_pages(const struct db *db)
{
    return ((const struct sqlite_db *)db)->log_pages;
}

static void close_db(struct db *db)
{
    for (struct statement *s; (s = statement_pop(&db->statements));)
        statement_close(s);
    sqlite3_close_v2(handle_of(db));
    db_finish(db);
}

static const struct engine sqlite_engine = {
    .is_sqlite = true,
    .run = run,
    .query = query,
    .next = next,
    .name = name,
    .is_null = is_null,
    .text = text,
    .integer = integer,
    .bytes = bytes,
    .close_rows = close_rows,
    .script = script,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .snapshot = snapshot,
    .close = close_db,
};

/* Each connection belongs to one thread at a time, and nobody asks SQLite how much memory it uses: without these two, reader threads
 * wait for each other (baselines.md §2). */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
    log_file_register();
}

/* Only the service may read it; SQLite gives -wal and -shm the same mode. */
static bool make_file(const char *path, struct err *err)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash && slash != folder) {
        *slash = '\0';
        mkdir(folder, 0700);
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_STORE_AWAY, "store.away", "cannot open the database file");
    close(fd);
    return true;
}

/* Sizes: -kibibytes of cache for a connection; what is mapped is shared and costs no cache. */
static const char writer_settings[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000;"
                                      "PRAGMA journal_size_limit = 67108864;"
                                      "PRAGMA mmap_size = 1073741824; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
                                      "PRAGMA case_sensitive_like = ON";
static const char reader_settings[] = "PRAGMA cache_size = -2000; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
                                      "PRAGMA case_sensitive_like = ON; PRAGMA query_only = ON";

struct db *db_sqlite_open(struct store *s, const char *path, bool writer, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);
    if (writer && !make_file(path, err))
        return NULL;
    struct sqlite_db *own = xcalloc(1, sizeof *own);
    db_init(&own->db, &sqlite_engine, s);
    if (sqlite3_open_v2(path, &own->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, writer ? LOG_FILE_LAYER : NULL) != SQLITE_OK)
        goto failed;
    sqlite3_extended_result_codes(own->handle, 1);
    sqlite3_busy_timeout(own->handle, 5000);
    if (sqlite3_exec(own->handle, writer ? writer_settings : reader_settings, NULL, NULL, NULL) == SQLITE_OK) {
        if (writer)
            sqlite3_wal_hook(own->handle, note_log, own);
        return &own->db;
    }
failed:
    fail(&own->db, err, "open");
    close_db(&own->db);
    return NULL;
}
