/* db.h -- one connection to the store: SQLite or PostgreSQL behind the same few calls.
 *
 * One SQL text serves both.  Values are always bound, `$1` .. `$40`; text only ever comes from literals (see query.h for the
 * one place that puts literals together).  Ids, dates and codes are TEXT, counts BIGINT, yes/no is 0/1 in INTEGER; no booleans,
 * no serial columns, no database clock.  Both have ON CONFLICT ... DO UPDATE and RETURNING.  Statements are prepared once
 * per connection and cached by the address and text of the literal.
 *
 * A db belongs to one thread at a time.  Errors: ERR_STORE_AWAY (cannot connect, disk full, read-only), ERR_CONFLICT
 * (serialization failure: store_write tries again by itself), ERR_DB (our mistake: bad SQL, broken constraint). */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct db;
/* For queries that one of the two would not plan well otherwise. */
bool db_is_sqlite(const struct db *db);

enum value_kind { VALUE_NULL, VALUE_TEXT, VALUE_INT, VALUE_BYTES };
struct value {
    enum value_kind kind;
    const char *text; /* TEXT, BYTES */
    long long number; /* INT */
    size_t size;      /* BYTES */
};
#define TEXT(x) ((struct value){.kind = VALUE_TEXT, .text = (x)}) /* NULL pointer binds NULL */
#define INT(x) ((struct value){.kind = VALUE_INT, .number = (x)})
#define BYTES(p, n) ((struct value){.kind = VALUE_BYTES, .text = (const char *)(p), .size = (n)})
#define NUL ((struct value){.kind = VALUE_NULL})

/* Runs a statement that returns no rows.  Rows changed, or -1. */
#define db_run(db, err, sql, ...) \
    db_run_values((db), (err), (sql), (struct value[]){NUL, ##__VA_ARGS__} + 1, \
                  sizeof((struct value[]){NUL, ##__VA_ARGS__}) / sizeof(struct value) - 1)
long long db_run_values(struct db *db, struct err *err, const char *sql, const struct value *values, size_t count);

/* Inside a write: a statement whose outcome is not needed at once.  PostgreSQL gets it with the next statement that is waited for, or with
 * the commit; SQLite runs it here.  When it fails the write fails, now or then.  `taken` is why when it is an INSERT that meets its primary
 * key: on SQLite it says ON CONFLICT DO NOTHING; on PostgreSQL it must not, because only a failure stops the commit that travels behind. */
#define db_post(db, err, sql, ...) \
    db_post_values((db), (err), NULL, (sql), (struct value[]){NUL, ##__VA_ARGS__} + 1, \
                   sizeof((struct value[]){NUL, ##__VA_ARGS__}) / sizeof(struct value) - 1)
bool db_post_values(struct db *db, struct err *err, const struct err *taken, const char *sql, const struct value *values, size_t count);

/* db_post for a statement that touches no row any other posted like this touches, and whose text keeps its address (a literal): PostgreSQL
 * gets neighbours as one statement and runs them in any order.  What is posted or waited for otherwise comes behind them. */
#define db_post_beside(db, err, sql, ...) \
    db_post_beside_values((db), (err), NULL, (sql), (struct value[]){NUL, ##__VA_ARGS__} + 1, \
                          sizeof((struct value[]){NUL, ##__VA_ARGS__}) / sizeof(struct value) - 1)
bool db_post_beside_values(struct db *db, struct err *err, const struct err *taken, const char *sql, const struct value *values, size_t count);

/* Runs a query.  NULL on error.  The rows live until rows_close; text of a row until the next rows_next unless an arena was given:
 * then every text is copied to it. */
struct rows;
#define db_query(db, arena, err, sql, ...) \
    db_query_values((db), (arena), (err), (sql), (struct value[]){NUL, ##__VA_ARGS__} + 1, \
                    sizeof((struct value[]){NUL, ##__VA_ARGS__}) / sizeof(struct value) - 1)
struct rows *db_query_values(struct db *db, struct arena *a, struct err *err, const char *sql, const struct value *values,
                             size_t count);
/* True while there is a row.  False at the end and on error: ask rows_failed when it matters. */
bool rows_next(struct rows *r);
bool rows_failed(const struct rows *r); /* the err given to db_query is filled */
int rows_columns(const struct rows *r);
const char *rows_name(const struct rows *r, int column);
bool rows_is_null(const struct rows *r, int column);
const char *rows_text(const struct rows *r, int column); /* "" for NULL */
long long rows_int(const struct rows *r, int column);    /* 0 for NULL */
const void *rows_bytes(const struct rows *r, int column, size_t *ret_size);
void rows_close(struct rows *r); /* accepts NULL */
void rows_closep(struct rows **r);
#define auto_rows __attribute__((cleanup(rows_closep))) struct rows

/* The first column of the first row; `missing` when there is no row.  On error `missing` and err filled (err->kind stays
 * ERR_NONE when all went well, if it was ERR_NONE before). */
#define db_int(db, err, missing, sql, ...) \
    db_int_values((db), (err), (missing), (sql), (struct value[]){NUL, ##__VA_ARGS__} + 1, \
                  sizeof((struct value[]){NUL, ##__VA_ARGS__}) / sizeof(struct value) - 1)
long long db_int_values(struct db *db, struct err *err, long long missing, const char *sql, const struct value *values,
                        size_t count);
#define db_text(db, arena, err, sql, ...) \
    db_text_values((db), (arena), (err), (sql), (struct value[]){NUL, ##__VA_ARGS__} + 1, \
                   sizeof((struct value[]){NUL, ##__VA_ARGS__}) / sizeof(struct value) - 1)
const char *db_text_values(struct db *db, struct arena *a, struct err *err, const char *sql, const struct value *values,
                           size_t count); /* NULL when there is no row */
