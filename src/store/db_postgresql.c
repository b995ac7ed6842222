/* db_postgresql.c -- PostgreSQL behind db.h, through libpq.
 *
 * Statements are prepared on the server once per connection.  BEGIN and the first statement of a write go in one round trip.  A
 * connection that went away comes back by itself: outside a transaction the statement is simply sent again. */
#include "store/engine.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pg_db {
    struct db db;
    char *url;
    PGconn *conn;
    unsigned long named; /* statements named so far */
    bool in_transaction;
    bool begin_waits; /* BEGIN goes out with the first statement */
};

static const char begin_sql[] = "BEGIN READ WRITE";

static struct pg_db *own_of(const struct db *db)
{
    return (struct pg_db *)(uintptr_t)db;
}

/* --- failures --- */

static bool is_class(const char *state, const char *class)
{
    return strncmp(state, class, 2) == 0;
}

static bool is_state(const char *state, const char *one)
{
    return strcmp(state, one) == 0;
}

/* 08 connection, 28 sign-in, 53 resources, 57 stopped by the operator, 58 the system under it, 25006 read-only, 3D000 no database. */
static bool is_away(const char *state)
{
    return (is_class(state, "08") && !is_state(state, "08P01")) || is_class(state, "28") || is_class(state, "53") || is_class(state, "57") || is_class(state, "58") ||
           is_state(state, "25006") || is_state(state, "3D000") || is_state(state, "55P03");
}

static const char *away_message(const char *state)
{
    if (is_state(state, "53100"))
        return "store.full";
    return is_state(state, "55P03") || is_state(state, "57014") ? "store.busy" : "store.away";
}

static bool keep_failure(struct db *db, struct err *err, const struct err *e)
{
    if (db->in_write)
        db_note_failure(db, e);
    if (err)
        *err = *e;
    return false;
}

static bool fail_lost(struct db *db, struct err *err)
{
    struct err e;
    db->lost = true;
    own_of(db)->in_transaction = false;
    err_set(&e, ERR_STORE_AWAY, "store.away", "postgresql: the connection is gone");
    return keep_failure(db, err, &e);
}

/* The server's own text may repeat a value ("invalid input syntax: ..."); only class 42, about the statement itself, is quoted. */
static bool fail(struct db *db, struct err *err, const PGresult *result, const char *sql)
{
    if (PQstatus(own_of(db)->conn) == CONNECTION_BAD)
        return fail_lost(db, err);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    state = state ? state : "";
    const char *said = is_class(state, "42") ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    struct err e;
    if (is_state(state, "40001") || is_state(state, "40P01")) {
        db->retry = true;
        err_set(&e, ERR_CONFLICT, "store.conflict", "postgresql %s", state);
    } else if (is_away(state)) {
        err_set(&e, ERR_STORE_AWAY, away_message(state), "postgresql %s: %.100s", state, sql);
    } else {
        err_set(&e, ERR_DB, is_state(state, "23505") ? "store.duplicate" : "store.failed", "postgresql %s %.80s: %.80s", state,
                said ? said : "", sql);
    }
    return keep_failure(db, err, &e);
}

/* --- the connection --- */

static void forget_statements(struct db *db)
{
    for (struct statement *s; (s = statement_pop(&db->statements));)
        statement_free(s);
}

static void be_quiet(void *arg, const char *message)
{
    (void)arg, (void)message;
}

/* Only writes may write; nothing waits for ever.  The last statement tells how the database sorts. */
static const char session_sql[] =
    "SET default_transaction_read_only = on; SET statement_timeout = '60s'; SET lock_timeout = '10s';"
    "SET idle_in_transaction_session_timeout = '5min'; SET timezone = 'UTC'; SET jit = off; SET client_min_messages = warning;"
    "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()";

static bool sorts_by_bytes(const PGresult *r)
{
    static const char *const good[] = {"C", "POSIX", "C.UTF-8", "C.utf8", "ucs_basic"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (strcmp(PQgetvalue(r, 0, 0), good[i]) == 0)
            return strcmp(PQgetvalue(r, 0, 1), "UTF8") == 0;
    return false;
}

static bool start_session(struct db *db, struct err *err)
{
    PGresult *r = PQexec(own_of(db)->conn, session_sql);
    bool ok = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
    if (!ok)
        fail(db, err, r, "session");
    else if (!sorts_by_bytes(r))
        ok = err_set(err, ERR_INPUT, "store.collation", "the database sorts by %s, encoding %s", PQgetvalue(r, 0, 0), PQgetvalue(r, 0, 1));
    PQclear(r);
    return ok;
}

static bool connect_again(struct db *db, struct err *err)
{
    struct pg_db *own = own_of(db);
    forget_statements(db);
    PQfinish(own->conn);
    const char *const names[] = {"connect_timeout", "fallback_application_name", "client_encoding", "dbname", NULL};
    const char *const values[] = {"3", "renkei", "UTF8", own->url, NULL};
    own->conn = PQconnectdbParams(names, values, 1);
    own->in_transaction = false;
    PQsetNoticeProcessor(own->conn, be_quiet, NULL);
    if (PQstatus(own->conn) == CONNECTION_OK && start_session(db, err))
        return true;
    if (PQstatus(own->conn) != CONNECTION_OK)
        fail_lost(db, err);
    return false;
}

static bool is_connected(const struct db *db)
{
    const struct pg_db *own = own_of(db);
    return own->conn && PQstatus(own->conn) == CONNECTION_OK;
}

/* A transaction does not survive its connection: inside a write a new one would only hide that. */
static bool ensure_connected(struct db *db, struct err *err)
{
    if (is_connected(db))
        return true;
    if (own_of(db)->in_transaction || (db->in_write && db->lost))
        return fail_lost(db, err);
    return connect_again(db, err);
}

/* --- one statement --- */

struct parameters {
    const char *texts[VALUES_MAX];
    int sizes[VALUES_MAX], formats[VALUES_MAX];
    char numbers[VALUES_MAX][24];
    int count;
};

static void set_parameter(struct parameters *p, size_t i, const struct value *v)
{
    p->texts[i] = NULL;
    p->sizes[i] = p->formats[i] = 0;
    if (v->kind == VALUE_TEXT) {
        p->texts[i] = v->text;
    } else if (v->kind == VALUE_INT) {
        snprintf(p->numbers[i], sizeof p->numbers[i], "%lld", v->number);
        p->texts[i] = p->numbers[i];
    } else if (v->kind == VALUE_BYTES) {
        p->texts[i] = v->text ? v->text : "";
        p->sizes[i] = (int)v->size;
        p->formats[i] = 1;
    }
}

static struct statement *find_or_name(struct db *db, const char *sql, bool *ret_new)
{
    struct statement *s = statement_find(&db->statements, sql);
    *ret_new = !s;
    if (s)
        return s;
    s = statement_new(sql);
    snprintf(s->name, sizeof s->name, "s%lu", ++own_of(db)->named);
    return s;
}

/* Takes a new statement into the cache; the server forgets the one that had to go. */
static void keep_statement(struct db *db, struct statement *s)
{
    struct statement *gone = statement_keep(&db->statements, s);
    if (!gone)
        return;
    char sql[64];
    snprintf(sql, sizeof sql, "DEALLOCATE %s", gone->name);
    PQclear(PQexec(own_of(db)->conn, sql));
    statement_free(gone);
}

static bool is_good(const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

/* The answers of a pipeline: the first bad one, or the last. */
static PGresult *collect(PGconn *conn, int answers)
{
    PGresult *kept = NULL;
    for (int i = 0; i < answers; i++) {
        for (PGresult *r; (r = PQgetResult(conn));) {
            if (kept && !is_good(kept)) {
                PQclear(r);
                continue;
            }
            PQclear(kept);
            kept = r;
        }
        if (PQstatus(conn) == CONNECTION_BAD)
            break;
    }
    PQclear(PQgetResult(conn)); /* the sync */
    return kept;
}

/* BEGIN, PREPARE (each when needed) and the statement in one round trip. */
static PGresult *send_together(struct pg_db *own, const struct statement *s, bool prepare, const struct parameters *p)
{
    PGconn *conn = own->conn;
    int answers = 1 + own->begin_waits + prepare;
    if (!PQenterPipelineMode(conn))
        return NULL;
    bool sent = (!own->begin_waits || PQsendQueryParams(conn, begin_sql, 0, NULL, NULL, NULL, NULL, 0)) &&
                (!prepare || PQsendPrepare(conn, s->name, s->sql, 0, NULL)) &&
                PQsendQueryPrepared(conn, s->name, p->count, p->texts, p->sizes, p->formats, 0) && PQpipelineSync(conn);
    PGresult *r = sent ? collect(conn, answers) : NULL;
    if (PQstatus(conn) == CONNECTION_OK) {
        own->in_transaction = own->in_transaction || own->begin_waits;
        own->begin_waits = false;
        PQexitPipelineMode(conn);
    }
    return r;
}

static bool is_outdated(const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    return state && (is_state(state, "0A000") || is_state(state, "26000"));
}

static PGresult *send_once(struct db *db, struct statement **statement, bool is_new, const struct parameters *p)
{
    struct pg_db *own = own_of(db);
    struct statement *s = *statement;
    PGresult *r;
    if (is_new || own->begin_waits)
        r = send_together(own, s, is_new, p);
    else
        r = PQexecPrepared(own->conn, s->name, p->count, p->texts, p->sizes, p->formats, 0);
    if (!is_new)
        return r;
    if (is_good(r)) {
        keep_statement(db, s);
    } else { /* the name may or may not be taken on the server; it is never used again */
        statement_free(s);
        *statement = NULL;
    }
    return r;
}

/* NULL with err.  A lost connection or an outdated plan is tried once more where nothing has happened yet. */
static PGresult *execute(struct db *db, struct err *err, const char *sql, const struct value *values, size_t count)
{
    struct pg_db *own = own_of(db);
    struct parameters p;
    p.count = (int)count;
    for (size_t i = 0; i < count; i++)
        set_parameter(&p, i, &values[i]);
    for (int attempt = 0;; attempt++) {
        bool is_new;
        bool free_to_retry = attempt == 0 && !own->in_transaction;
        if (!ensure_connected(db, err))
            return NULL;
        struct statement *s = find_or_name(db, sql, &is_new);
        PGresult *r = send_once(db, &s, is_new, &p);
        if (is_good(r))
            return r;
        if (s && is_outdated(r)) {
            statement_drop(&db->statements, s);
            statement_free(s);
        } else {
            free_to_retry = free_to_retry && PQstatus(own->conn) == CONNECTION_BAD;
        }
        if (!free_to_retry || own->in_transaction)
            fail(db, err, r, sql);
        PQclear(r);
        if (!free_to_retry || own->in_transaction)
            return NULL;
    }
}

static long long run(struct db *db, struct err *err, const char *sql, const struct value *values, size_t count)
{
    PGresult *r = execute(db, err, sql, values, count);
    if (!r)
        return -1;
    bool reads = strncmp(PQcmdStatus(r), "SELECT", 6) == 0;
    long long changed = reads ? 0 : atoll(PQcmdTuples(r));
    PQclear(r);
    return changed;
}

static struct rows *query(struct db *db, struct arena *a, struct err *err, const char *sql, const struct value *values,
                          size_t count)
{
    PGresult *result = execute(db, err, sql, values, count);
    if (!result)
        return NULL;
    struct rows *r = xcalloc(1, sizeof *r);
    *r = (struct rows){.db = db, .arena = a, .err = err, .columns = PQnfields(result), .result = result, .row = -1,
                       .row_count = PQntuples(result)};
    return r;
}

static bool next(struct rows *r)
{
    if (r->row + 1 < r->row_count) {
        r->row++;
        return true;
    }
    r->ended = true;
    return false;
}

static const char *name(const struct rows *r, int column)
{
    return PQfname(r->result, column);
}

static bool is_null(const struct rows *r, int column)
{
    return PQgetisnull(r->result, (int)r->row, column);
}

static const char *text(const struct rows *r, int column, size_t *ret_size)
{
    *ret_size = (size_t)PQgetlength(r->result, (int)r->row, column);
    return PQgetvalue(r->result, (int)r->row, column);
}

static long long integer(const struct rows *r, int column)
{
    return atoll(PQgetvalue(r->result, (int)r->row, column));
}

/* Decoded once for each call, kept until the rows are closed or the next bytes are asked for. */
static const void *bytes(const struct rows *r, int column, size_t *ret_size)
{
    struct rows *mine = (struct rows *)(uintptr_t)r;
    PQfreemem(mine->decoded);
    mine->decoded = NULL;
    *ret_size = 0;
    if (is_null(r, column))
        return "";
    mine->decoded = PQunescapeBytea((const unsigned char *)PQgetvalue(r->result, (int)r->row, column), ret_size);
    return mine->decoded ? mine->decoded : "";
}

static void close_rows(struct rows *r)
{
    PQfreemem(r->decoded);
    PQclear(r->result);
    free(r);
}

/* --- transactions --- */

static bool simple(struct db *db, struct err *err, const char *sql, const char *expected)
{
    PGresult *r = PQexec(own_of(db)->conn, sql);
    bool ok = is_good(r) && (!expected || strcmp(PQcmdStatus(r), expected) == 0);
    if (!ok && is_good(r)) { /* COMMIT of a failed transaction answers ROLLBACK */
        struct err e;
        err_set(&e, ERR_DB, "store.failed", "postgresql: %s answered %s", sql, PQcmdStatus(r));
        keep_failure(db, err, &e);
    } else if (!ok) {
        fail(db, err, r, sql);
    }
    PQclear(r);
    return ok;
}

static bool send_waiting_begin(struct db *db, struct err *err)
{
    struct pg_db *own = own_of(db);
    if (!own->begin_waits)
        return true;
    if (!simple(db, err, begin_sql, NULL))
        return false;
    own->begin_waits = false;
    own->in_transaction = true;
    return true;
}

static bool script(struct db *db, struct err *err, const char *sql)
{
    return ensure_connected(db, err) && send_waiting_begin(db, err) && simple(db, err, sql, NULL);
}

static bool begin(struct db *db, struct err *err)
{
    db->lost = false;
    if (!is_connected(db) && !connect_again(db, err))
        return false;
    own_of(db)->begin_waits = true;
    return true;
}

static bool commit(struct db *db, struct err *err)
{
    struct pg_db *own = own_of(db);
    if (own->begin_waits) { /* nothing was done */
        own->begin_waits = false;
        return true;
    }
    bool ok = simple(db, err, "COMMIT", "COMMIT");
    own->in_transaction = false;
    return ok;
}

static void rollback(struct db *db)
{
    struct pg_db *own = own_of(db);
    if (own->in_transaction && is_connected(db))
        PQclear(PQexec(own->conn, "ROLLBACK"));
    own->in_transaction = own->begin_waits = false;
    db->lost = false;
}

static bool snapshot(struct db *db, struct err *err)
{
    if (!is_connected(db) && !connect_again(db, err))
        return false;
    own_of(db)->in_transaction = true;
    return simple(db, err, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN");
}

bool db_postgresql_forget(struct db *db, struct err *err)
{
    forget_statements(db);
    return simple(db, err, "DEALLOCATE ALL", NULL);
}

/* --- bulk --- */

bool db_postgresql_copy(struct db *db, struct err *err, const char *sql)
{
    if (!ensure_connected(db, err) || !send_waiting_begin(db, err))
        return false;
    PGresult *r = PQexec(own_of(db)->conn, sql);
    bool ok = PQresultStatus(r) == PGRES_COPY_IN || fail(db, err, r, sql);
    PQclear(r);
    return ok;
}

bool db_postgresql_copy_put(struct db *db, struct err *err, const char *text, size_t size)
{
    return PQputCopyData(own_of(db)->conn, text, (int)size) == 1 || fail_lost(db, err);
}

bool db_postgresql_copy_end(struct db *db, struct err *err, bool whole)
{
    PGconn *conn = own_of(db)->conn;
    bool ok = PQputCopyEnd(conn, whole ? NULL : "stopped") == 1;
    PGresult *r = ok ? PQgetResult(conn) : NULL;
    ok = (ok && is_good(r)) || !whole || fail(db, err, r, "COPY");
    PQclear(r);
    for (PGresult *more; (more = PQgetResult(conn));)
        PQclear(more);
    return ok;
}

static void close_db(struct db *db)
{
    struct pg_db *own = own_of(db);
    forget_statements(db);
    PQfinish(own->conn);
    free(own->url);
    db_finish(db);
}

static const struct engine postgresql_engine = {
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

struct db *db_postgresql_open(struct store *s, const char *url, struct err *err)
{
    struct pg_db *own = xcalloc(1, sizeof *own);
    db_init(&own->db, &postgresql_engine, s);
    own->url = xstrdup(url);
    if (connect_again(&own->db, err))
        return &own->db;
    close_db(&own->db);
    return NULL;
}
