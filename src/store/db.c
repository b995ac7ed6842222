/* db.c -- the calls of db.h, passed on to the connection's engine. */
#include "store/engine.h"
#include "store/tally_pile.h"

#include <stdlib.h>
#include <string.h>

void db_init(struct db *db, const struct engine *engine, struct store *s)
{
    db->engine = engine;
    db->store = s;
}

void db_finish(struct db *db)
{
    tally_pile_free(db);
    for (struct record_sql *r = db->record_sql, *next; r; r = next) {
        next = r->next;
        free(r->select);
        free(r->insert);
        free(r->update);
        free(r);
    }
    free(db);
}

bool db_is_sqlite(const struct db *db)
{
    return db->engine->is_sqlite;
}

void db_write_begins(struct db *db)
{
    db->in_write = true;
    db->failed = db->retry = db->committing = false;
    db->documents = 0;
    db->first_err = (struct err){0};
}

void db_write_ends(struct db *db)
{
    db->in_write = false;
}

bool db_fail(struct db *db, struct err *err, const struct err *failure)
{
    if (db->in_write && !db->failed) {
        db->failed = true;
        db->first_err = *failure;
    }
    if (err)
        *err = *failure;
    return false;
}

static void count_query(struct db *db)
{
    unsigned long long n = atomic_load_explicit(&db->queries, memory_order_relaxed);
    atomic_store_explicit(&db->queries, n + 1, memory_order_relaxed);
}

long long db_run_values(struct db *db, struct err *err, const char *sql, const struct value *values, size_t count)
{
    return db->engine->run(db, err, sql, values, count);
}

bool db_post_values(struct db *db, struct err *err, const struct err *taken, const char *sql, const struct value *values, size_t count)
{
    if (db->engine->post && db->in_write)
        return db->engine->post(db, err, taken, sql, values, count);
    long long changed = db_run_values(db, err, sql, values, count);
    if (changed == 0 && taken && err)
        *err = *taken;
    return changed > 0 || (changed == 0 && !taken);
}

bool db_post_beside_values(struct db *db, struct err *err, const struct err *taken, const char *sql, const struct value *values, size_t count)
{
    if (db->engine->post_beside && db->in_write)
        return db->engine->post_beside(db, err, taken, sql, values, count);
    return db_post_values(db, err, taken, sql, values, count);
}

bool db_settle(struct db *db, struct err *err)
{
    return !db->engine->settle || db->engine->settle(db, err);
}

struct rows *db_query_values(struct db *db, struct arena *a, struct err *err, const char *sql, const struct value *values,
                             size_t count)
{
    count_query(db);
    return db->engine->query(db, a, err, sql, values, count);
}

bool rows_next(struct rows *r)
{
    return r && !r->ended && r->db->engine->next(r);
}

bool rows_failed(const struct rows *r)
{
    return !r || r->failed;
}

int rows_columns(const struct rows *r)
{
    return r->columns;
}

const char *rows_name(const struct rows *r, int column)
{
    return r->db->engine->name(r, column);
}

bool rows_is_null(const struct rows *r, int column)
{
    return r->db->engine->is_null(r, column);
}

const char *rows_text(const struct rows *r, int column)
{
    size_t size;
    const char *text = r->db->engine->text(r, column, &size);
    if (!r->arena || !*text)
        return *text ? text : "";
    return arena_strndup(r->arena, text, size);
}

long long rows_int(const struct rows *r, int column)
{
    return r->db->engine->integer(r, column);
}

const void *rows_bytes(const struct rows *r, int column, size_t *ret_size)
{
    const void *p = r->db->engine->bytes(r, column, ret_size);
    return r->arena && *ret_size ? arena_copy(r->arena, p, *ret_size) : p;
}

void rows_close(struct rows *r)
{
    if (r)
        r->db->engine->close_rows(r);
}

void rows_closep(struct rows **r)
{
    rows_close(*r);
}

long long db_int_values(struct db *db, struct err *err, long long missing, const char *sql, const struct value *values,
                        size_t count)
{
    auto_rows *r = db_query_values(db, NULL, err, sql, values, count);
    return rows_next(r) ? rows_int(r, 0) : missing;
}

const char *db_text_values(struct db *db, struct arena *a, struct err *err, const char *sql, const struct value *values,
                           size_t count)
{
    auto_rows *r = db_query_values(db, a, err, sql, values, count);
    return rows_next(r) ? rows_text(r, 0) : NULL;
}
