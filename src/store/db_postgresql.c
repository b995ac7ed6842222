/* db_postgresql.c -- PostgreSQL behind db.h, through libpq.
 *
 * Statements are prepared on the server once per connection.  What nobody waits for (BEGIN, PREPARE, db_post) is sent with the next
 * statement that is waited for, or with the COMMIT: one round trip for all of them.  What is posted beside something else
 * (db_post_beside) becomes one statement with it, the parts of a WITH: a server spends as much on taking a statement up as on writing
 * a small row.  A connection that went away comes back by itself:
 * outside a transaction the statement is simply sent again. */
#include "store/engine.h"

#include "base/buf.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POSTED_MAX = 64, POSTED_AT_ONCE = 8 /* of two statements: BEGIN, DEALLOCATE, PREPARE and themselves */, BESIDE_MAX = 8 };

/* Something sent and not answered yet. */
struct posted {
    enum { POSTED_BEGIN, POSTED_PREPARE, POSTED_RUN, POSTED_DEALLOCATE, POSTED_COMMIT } kind;
    struct statement *statement; /* PREPARE, RUN; kept in the cache by `busy` */
    const char *taken_by; /* an INSERT, and what it means that its primary key is there already; or NULL */
    struct err taken;
};

struct parameters {
    const char *texts[VALUES_MAX];
    int sizes[VALUES_MAX], formats[VALUES_MAX];
    char numbers[VALUES_MAX][24];
    int count;
};

/* Statements that stand beside each other and were not sent yet. */
struct beside {
    const char *parts[BESIDE_MAX];
    int sizes[BESIDE_MAX]; /* values of each */
    size_t count;
    struct parameters values;
    struct arena *texts;
    const char *taken_by; /* one of the parts, as in struct posted */
    struct err taken;
};

/* The one statement that some parts make; told by the parts' addresses. */
struct together {
    struct together *next;
    const char *parts[BESIDE_MAX], *taken_by;
    char *sql;
};

struct pg_db {
    struct db db;
    char *url;
    PGconn *conn;
    unsigned long named; /* statements named so far */
    bool in_transaction;
    bool begin_waits; /* BEGIN goes out with the first statement */
    size_t posted_count;
    struct posted posted[POSTED_MAX];
    struct beside beside;
    struct together *together;
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

/* What a bad answer means. */
struct failure {
    struct err err;
    bool retry;    /* two transactions met, or the statement changed its shape: the write may run again */
    bool lost;     /* the connection went away */
    bool outdated; /* the prepared statement does not fit any more */
};

static struct failure lost_failure(void)
{
    struct failure f = {.lost = true};
    err_set(&f.err, ERR_STORE_AWAY, "store.away", "postgresql: the connection is gone");
    return f;
}

/* The server's own text may repeat a value ("invalid input syntax: ..."); only class 42, about the statement itself, is quoted. */
static struct failure failure_of(PGconn *conn, const PGresult *result, const char *sql)
{
    if (PQstatus(conn) == CONNECTION_BAD)
        return lost_failure();
    struct failure f = {0};
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    state = state ? state : "";
    const char *said = is_class(state, "42") ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    f.outdated = is_state(state, "0A000") || is_state(state, "26000");
    f.retry = f.outdated || is_state(state, "40001") || is_state(state, "40P01");
    if (f.retry)
        err_set(&f.err, ERR_CONFLICT, "store.conflict", "postgresql %s", state);
    else if (is_away(state))
        err_set(&f.err, ERR_STORE_AWAY, away_message(state), "postgresql %s: %.100s", state, sql);
    else
        err_set(&f.err, ERR_DB, is_state(state, "23505") ? "store.duplicate" : "store.failed", "postgresql %s %.80s: %.80s", state,
                said ? said : "", sql);
    return f;
}

static bool keep_failure(struct db *db, struct err *err, const struct failure *f)
{
    db->retry = db->retry || f->retry;
    if (f->lost) {
        db->lost = true;
        own_of(db)->in_transaction = false;
    }
    return db_fail(db, err, &f->err);
}

static bool fail_lost(struct db *db, struct err *err)
{
    struct failure f = lost_failure();
    return keep_failure(db, err, &f);
}

static bool fail(struct db *db, struct err *err, const PGresult *result, const char *sql)
{
    struct failure f = failure_of(own_of(db)->conn, result, sql);
    return keep_failure(db, err, &f);
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

/* A machine that is busy, and then signs all workers in at once, needs seconds where an idle one needs none. */
#define CONNECT_SECONDS "10"

static bool fail_connect(struct db *db, struct err *err)
{
    struct failure f = {.lost = true};
    const char *said = PQerrorMessage(own_of(db)->conn); /* names the server, no password */
    err_set(&f.err, ERR_STORE_AWAY, "store.away", "postgresql: %.*s", (int)strcspn(said, "\n"), said);
    return keep_failure(db, err, &f);
}

static bool connect_again(struct db *db, struct err *err)
{
    struct pg_db *own = own_of(db);
    own->posted_count = 0;
    forget_statements(db);
    PQfinish(own->conn);
    const char *const names[] = {"connect_timeout", "fallback_application_name", "client_encoding", "dbname", NULL};
    const char *const values[] = {CONNECT_SECONDS, "renkei", "UTF8", own->url, NULL};
    own->conn = PQconnectdbParams(names, values, 1);
    own->in_transaction = false;
    PQsetNoticeProcessor(own->conn, be_quiet, NULL);
    if (PQstatus(own->conn) == CONNECTION_OK && start_session(db, err))
        return true;
    return PQstatus(own->conn) == CONNECTION_OK ? false : fail_connect(db, err);
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
    if (own_of(db)->in_transaction || own_of(db)->posted_count || (db->in_write && db->lost))
        return fail_lost(db, err);
    return connect_again(db, err);
}

/* --- one statement --- */

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

static bool is_good(const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

static struct posted *note_posted(struct pg_db *own, int kind, struct statement *s)
{
    struct posted *p = &own->posted[own->posted_count++];
    *p = (struct posted){.kind = kind, .statement = s};
    if (s)
        s->busy = true;
    return p;
}

static bool post_text(struct pg_db *own, int kind, const char *sql)
{
    note_posted(own, kind, NULL);
    return PQsendQueryParams(own->conn, sql, 0, NULL, NULL, NULL, NULL, 0);
}

/* Takes a new statement into the cache; the server forgets the one that had to go. */
static bool post_prepare(struct pg_db *own, struct statement *s)
{
    struct statement *gone = statement_keep(&own->db.statements, s);
    char sql[64];
    snprintf(sql, sizeof sql, "DEALLOCATE %s", gone ? gone->name : "");
    bool sent = !gone || post_text(own, POSTED_DEALLOCATE, sql);
    if (gone)
        statement_free(gone);
    note_posted(own, POSTED_PREPARE, s);
    return sent && PQsendPrepare(own->conn, s->name, s->sql, 0, NULL);
}

/* Sends the statement behind what was sent already; answers() waits for it.  What could not be sent answers badly. */
static struct posted *post_parameters(struct pg_db *own, const char *sql, const struct parameters *p)
{
    if (PQpipelineStatus(own->conn) == PQ_PIPELINE_OFF)
        PQenterPipelineMode(own->conn);
    if (own->begin_waits)
        post_text(own, POSTED_BEGIN, begin_sql);
    own->begin_waits = false;
    struct statement *s = statement_find(&own->db.statements, sql);
    if (!s) {
        s = statement_new(sql);
        snprintf(s->name, sizeof s->name, "s%lu", ++own->named);
        post_prepare(own, s);
    }
    PQsendQueryPrepared(own->conn, s->name, p->count, p->texts, p->sizes, p->formats, 0);
    return note_posted(own, POSTED_RUN, s);
}

/* --- statements beside each other --- */

/* "$3" of a part has another number in the whole. */
static void add_part(struct buf *out, const char *sql, long before)
{
    for (const char *at; (at = strchr(sql, '$'));) {
        char *end;
        long number = strtol(at + 1, &end, 10);
        buf_bytes(out, sql, (size_t)(at - sql));
        buf_printf(out, "$%ld", before + number);
        sql = end;
    }
    buf_text(out, sql);
}

/* The last in the text runs first: an INSERT that may meet its primary key must fail before what would fail with it. */
static size_t first_to_run(const struct beside *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->parts[i] == b->taken_by)
            return i;
    return b->count - 1;
}

static char *make_together(const struct beside *b)
{
    struct buf sql = {0};
    const size_t main = first_to_run(b);
    long before = 0, before_main = 0;
    for (size_t i = 0, n = 0; i < b->count; before += b->sizes[i++]) {
        if (i == main) {
            before_main = before;
            continue;
        }
        buf_printf(&sql, "%sp%zu AS (", n ? ", " : "WITH ", n);
        add_part(&sql, b->parts[i], before);
        buf_text(&sql, ")");
        n++;
    }
    buf_char(&sql, ' ');
    add_part(&sql, b->parts[main], before_main);
    return sql.data;
}

/* The places behind the last part are NULL in both. */
static const char *find_together(struct pg_db *own)
{
    const struct beside *b = &own->beside;
    struct together *t = own->together;
    while (t && (t->taken_by != b->taken_by || memcmp(t->parts, b->parts, sizeof t->parts) != 0))
        t = t->next;
    if (t)
        return t->sql;
    t = xcalloc(1, sizeof *t);
    memcpy(t->parts, b->parts, sizeof t->parts);
    t->taken_by = b->taken_by;
    t->sql = make_together(b);
    t->next = own->together;
    own->together = t;
    return t->sql;
}

static void forget_together(struct pg_db *own)
{
    for (struct together *t; (t = own->together);) {
        own->together = t->next;
        free(t->sql);
        free(t);
    }
}

static void clear_beside(struct beside *b)
{
    if (!b->count)
        return;
    memset(b->parts, 0, sizeof b->parts);
    b->count = 0;
    b->values.count = 0;
    b->taken_by = NULL;
    arena_reset(b->texts);
}

static void send_beside(struct pg_db *own)
{
    struct beside *b = &own->beside;
    if (!b->count)
        return;
    struct posted *p = post_parameters(own, b->count == 1 ? b->parts[0] : find_together(own), &b->values);
    p->taken_by = b->taken_by;
    p->taken = b->taken;
    clear_beside(b);
}

/* A statement may stand there once: two rows of one table could be the same row. */
static bool fits_beside(const struct beside *b, const struct err *taken, const char *sql, size_t values)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->parts[i] == sql)
            return false;
    return b->count < BESIDE_MAX && (size_t)b->values.count + values <= VALUES_MAX && !(taken && b->taken_by);
}

static struct value value_kept(const struct value *v, struct arena *a)
{
    struct value kept = *v;
    if (v->text && (v->kind == VALUE_TEXT || v->kind == VALUE_BYTES))
        kept.text = v->kind == VALUE_TEXT ? arena_strdup(a, v->text) : arena_copy(a, v->text, v->size);
    return kept;
}

static void put_beside(struct beside *b, const struct err *taken, const char *sql, const struct value *values, size_t count)
{
    if (!b->texts)
        b->texts = arena_new();
    for (size_t i = 0; i < count; i++) {
        struct value v = value_kept(&values[i], b->texts);
        set_parameter(&b->values, (size_t)b->values.count++, &v);
    }
    b->sizes[b->count] = (int)count;
    b->parts[b->count++] = sql;
    if (taken) {
        b->taken_by = sql;
        b->taken = *taken;
    }
}

static struct posted *post_statement(struct pg_db *own, const char *sql, const struct value *values, size_t count)
{
    struct parameters p = {.count = (int)count};
    for (size_t i = 0; i < count; i++)
        set_parameter(&p, i, &values[i]);
    send_beside(own);
    return post_parameters(own, sql, &p);
}

/* --- answers --- */

/* The name may or may not be taken on the server; it is never used again. */
static void forget_statement(struct pg_db *own, struct statement *s)
{
    statement_drop(&own->db.statements, s);
    statement_free(s);
}

static PGresult *read_answer(PGconn *conn)
{
    PGresult *kept = PQgetResult(conn);
    for (PGresult *more; kept && (more = PQgetResult(conn));)
        PQclear(more);
    return kept;
}

/* Of the table that the INSERT names. */
static bool is_primary_key(const PGresult *r, const char *insert)
{
    static const char into[] = "INSERT INTO ";
    const char *table = PQresultErrorField(r, PG_DIAG_TABLE_NAME);
    if (!table || strncmp(insert, into, sizeof into - 1) != 0 || strncmp(insert + sizeof into - 1, table, strlen(table)) != 0 ||
        insert[sizeof into - 1 + strlen(table)] != ' ')
        return false;
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE), *name = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
    const size_t size = name ? strlen(name) : 0, end = strlen("_pkey");
    return state && is_state(state, "23505") && size > end && !strcmp(name + size - end, "_pkey");
}

/* False with what is wrong about the answer. */
static bool is_welcome(struct pg_db *own, const struct posted *p, PGresult *r, struct failure *ret)
{
    if (!is_good(r)) {
        *ret = failure_of(own->conn, r, p->statement ? p->statement->sql : p->kind == POSTED_COMMIT ? "COMMIT" : "BEGIN");
        if (p->taken_by && is_primary_key(r, p->taken_by))
            ret->err = p->taken;
        return false;
    }
    if (p->kind == POSTED_BEGIN)
        own->in_transaction = true;
    if (p->kind == POSTED_COMMIT && strcmp(PQcmdStatus(r), "COMMIT") != 0) /* of a failed transaction */
        return err_set(&ret->err, ERR_DB, "store.failed", "postgresql: COMMIT answered %s", PQcmdStatus(r));
    return true;
}

/* After the first bad answer the server passes over everything up to the end: what should have been prepared is not. */
static void forget_unprepared(struct pg_db *own, size_t from, bool outdated)
{
    for (size_t i = 0; i < own->posted_count; i++)
        if (own->posted[i].statement)
            own->posted[i].statement->busy = false;
    for (size_t i = from; i < own->posted_count; i++) {
        struct posted *p = &own->posted[i];
        if (p->kind == POSTED_PREPARE || (i == from && outdated && p->kind == POSTED_RUN))
            forget_statement(own, p->statement);
    }
    own->posted_count = 0;
}

/* Waits for everything that was sent.  The answer to the last of it; NULL with the first failure. */
static PGresult *answers(struct pg_db *own, struct failure *ret)
{
    size_t bad = own->posted_count;
    PGresult *last = NULL;
    *ret = (struct failure){0};
    PQpipelineSync(own->conn);
    for (size_t i = 0; i < own->posted_count; i++) {
        PQclear(last);
        last = read_answer(own->conn);
        if (bad == own->posted_count && !is_welcome(own, &own->posted[i], last, ret))
            bad = i;
    }
    PQclear(PQgetResult(own->conn)); /* the end of the pipeline */
    bool good = bad == own->posted_count;
    forget_unprepared(own, bad, !good && ret->outdated);
    if (good)
        return last;
    PQclear(last);
    return NULL;
}

/* For commands that a pipeline does not take: everything is answered, plain commands follow. */
static bool settle(struct db *db, struct err *err)
{
    struct pg_db *own = own_of(db);
    struct failure failure;
    send_beside(own);
    if (own->posted_count) {
        PGresult *last = answers(own, &failure);
        if (!last)
            return keep_failure(db, err, &failure);
        PQclear(last);
    }
    return true;
}

static bool leave_pipeline(struct db *db, struct err *err)
{
    bool ok = settle(db, err);
    PQexitPipelineMode(own_of(db)->conn);
    return ok;
}

static bool make_room(struct db *db, struct err *err)
{
    return own_of(db)->posted_count + POSTED_AT_ONCE <= POSTED_MAX || settle(db, err);
}

/* NULL with err.  A lost connection or an outdated plan is tried once more where nothing has happened yet. */
static PGresult *execute(struct db *db, struct err *err, const char *sql, const struct value *values, size_t count)
{
    struct pg_db *own = own_of(db);
    struct failure failure;
    bool fresh = !own->in_transaction && !own->posted_count && !own->beside.count, begin = own->begin_waits;
    if (!make_room(db, err))
        return NULL;
    for (int attempt = 0;; attempt++) {
        if (!ensure_connected(db, err))
            return NULL;
        post_statement(own, sql, values, count);
        PGresult *r = answers(own, &failure);
        if (r)
            return r;
        if (attempt || !fresh || own->in_transaction || !(failure.lost || failure.outdated)) {
            keep_failure(db, err, &failure);
            return NULL;
        }
        own->begin_waits = begin;
    }
}

static bool post(struct db *db, struct err *err, const struct err *taken, const char *sql, const struct value *values, size_t count)
{
    struct pg_db *own = own_of(db);
    if (!make_room(db, err) || !ensure_connected(db, err))
        return false;
    struct posted *p = post_statement(own, sql, values, count);
    p->taken_by = taken ? sql : NULL;
    if (taken)
        p->taken = *taken;
    return true;
}

static bool post_beside(struct db *db, struct err *err, const struct err *taken, const char *sql, const struct value *values, size_t count)
{
    struct pg_db *own = own_of(db);
    if (!make_room(db, err) || !ensure_connected(db, err))
        return false;
    if (!fits_beside(&own->beside, taken, sql, count)) {
        send_beside(own);
        if (!make_room(db, err))
            return false;
    }
    put_beside(&own->beside, taken, sql, values, count);
    return true;
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

static bool simple(struct db *db, struct err *err, const char *sql)
{
    PGresult *r = leave_pipeline(db, err) ? PQexec(own_of(db)->conn, sql) : NULL;
    bool ok = r && (is_good(r) || fail(db, err, r, sql));
    PQclear(r);
    return ok;
}

static bool send_waiting_begin(struct db *db, struct err *err)
{
    struct pg_db *own = own_of(db);
    if (!settle(db, err))
        return false;
    if (!own->begin_waits)
        return true;
    if (!simple(db, err, begin_sql))
        return false;
    own->begin_waits = false;
    own->in_transaction = true;
    return true;
}

static bool script(struct db *db, struct err *err, const char *sql)
{
    return ensure_connected(db, err) && send_waiting_begin(db, err) && simple(db, err, sql);
}

static bool begin(struct db *db, struct err *err)
{
    db->lost = false;
    if (!is_connected(db) && !connect_again(db, err))
        return false;
    clear_beside(&own_of(db)->beside);
    own_of(db)->begin_waits = true;
    return true;
}

static bool is_hung_up(const PGconn *conn)
{
    struct pollfd p = {.fd = PQsocket(conn), .events = POLLRDHUP};
    return p.fd < 0 || poll(&p, 1, 0) != 0;
}

/* A connection that was gone before the commit left is found out first, because then the write may run again. */
static bool commit(struct db *db, struct err *err)
{
    struct pg_db *own = own_of(db);
    if (own->begin_waits && !own->beside.count) { /* nothing was done */
        own->begin_waits = false;
        return true;
    }
    if (is_hung_up(own->conn))
        return fail_lost(db, err);
    if (PQpipelineStatus(own->conn) == PQ_PIPELINE_OFF)
        PQenterPipelineMode(own->conn);
    send_beside(own);
    db->committing = true;
    post_text(own, POSTED_COMMIT, "COMMIT");
    if (!settle(db, err))
        return false;
    own->in_transaction = false;
    return true;
}

/* What was posted fails with the rest. */
static void rollback(struct db *db)
{
    struct pg_db *own = own_of(db);
    struct failure ignored;
    clear_beside(&own->beside);
    if (own->posted_count)
        PQclear(answers(own, &ignored));
    if (own->in_transaction && is_connected(db)) {
        PQexitPipelineMode(own->conn);
        PQclear(PQexec(own->conn, "ROLLBACK"));
    }
    own->in_transaction = own->begin_waits = false;
    db->lost = false;
}

static bool snapshot(struct db *db, struct err *err)
{
    if (!is_connected(db) && !connect_again(db, err))
        return false;
    own_of(db)->in_transaction = true;
    return simple(db, err, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

bool db_postgresql_forget(struct db *db, struct err *err)
{
    if (!settle(db, err))
        return false;
    forget_statements(db);
    return simple(db, err, "DEALLOCATE ALL");
}

/* --- bulk --- */

bool db_postgresql_copy(struct db *db, struct err *err, const char *sql)
{
    if (!ensure_connected(db, err) || !send_waiting_begin(db, err) || !leave_pipeline(db, err))
        return false;
    PGresult *r = PQexec(own_of(db)->conn, sql);
    bool ok = PQresultStatus(r) == PGRES_COPY_IN || fail(db, err, r, sql);
    PQclear(r);
    return ok;
}

void db_postgresql_copy_text(struct buf *out, const char *text)
{
    while (*text) {
        size_t plain = strcspn(text, "\\\t\n\r");
        buf_bytes(out, text, plain);
        text += plain;
        if (!*text)
            return;
        buf_char(out, '\\');
        buf_char(out, *text == '\t' ? 't' : *text == '\n' ? 'n' : *text == '\r' ? 'r' : '\\');
        text++;
    }
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
    forget_together(own);
    if (own->beside.texts)
        arena_free(own->beside.texts);
    PQfinish(own->conn);
    free(own->url);
    db_finish(db);
}

static const struct engine postgresql_engine = {
    .run = run,
    .post = post,
    .post_beside = post_beside,
    .settle = settle,
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
