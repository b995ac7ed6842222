#include "base/count.h"
#include "store/store.h"
#include "tests/support/world.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct migration tables[] = {
    {2026010101, "note: create",
     "CREATE TABLE note (id TEXT PRIMARY KEY, words TEXT NOT NULL, n BIGINT);"
     "CREATE TABLE counter (id TEXT PRIMARY KEY, n BIGINT NOT NULL);"
     "INSERT INTO counter (id, n) VALUES ('all', 0);",
     NULL, NULL},
};

static int begin(void **state)
{
    return world_begin_with(state, (const struct migration *const[]){tables}, (size_t[]){COUNT(tables)}, 1);
}

struct note {
    const char *id, *words;
    bool refuse, ignore_failure;
};

static bool save_note(struct db *db, void *arg, struct err *err)
{
    const struct note *n = arg;
    if (db_run(db, err, "INSERT INTO note (id, words, n) VALUES ($1, $2, $3)", TEXT(n->id), TEXT(n->words), INT(7)) < 0)
        return n->ignore_failure;
    return !n->refuse || err_set(err, ERR_INPUT, "note.refused", "id=%s", n->id);
}

static long long notes(struct world *w)
{
    return db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM note");
}

static void what_is_written_is_read_by_every_reader(void **state)
{
    struct world *w = *state;
    struct note n = {.id = "1", .words = "透析室 ' \" %"};
    assert_true(store_write(w->store, save_note, &n, &w->err));
    auto_rows *rows = db_query(world_db(w), w->arena, &w->err, "SELECT id, words, n, NULL FROM note WHERE words = $1", TEXT(n.words));
    assert_true(rows_next(rows));
    assert_int_equal(rows_columns(rows), 4);
    assert_string_equal(rows_name(rows, 1), "words");
    assert_string_equal(rows_text(rows, 1), n.words);
    assert_int_equal(rows_int(rows, 2), 7);
    assert_true(rows_is_null(rows, 3));
    assert_string_equal(rows_text(rows, 3), "");
    assert_int_equal(rows_int(rows, 3), 0);
    assert_false(rows_next(rows));
    assert_false(rows_failed(rows));
}

static void values_go_where_their_numbers_say(void **state)
{
    struct world *w = *state;
    auto_rows *rows = db_query(world_db(w), w->arena, &w->err, "SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)",
                               TEXT("a"), TEXT("b"));
    assert_true(rows_next(rows));
    assert_string_equal(rows_text(rows, 0), "bab");
}

static void a_value_too_few_or_too_many_is_our_mistake(void **state)
{
    struct world *w = *state;
    assert_null(db_query(world_db(w), w->arena, &w->err, "SELECT id FROM note WHERE id = $1"));
    assert_int_equal(w->err.kind, ERR_DB);
    w->err.kind = ERR_NONE;
    assert_null(db_query(world_db(w), w->arena, &w->err, "SELECT id FROM note WHERE id = $1", TEXT("1"), TEXT("2")));
    assert_int_equal(w->err.kind, ERR_DB);
}

static void a_missing_row_gives_the_missing_value_and_a_mistake_fills_err(void **state)
{
    struct world *w = *state;
    assert_int_equal(db_int(world_db(w), &w->err, -5, "SELECT n FROM note WHERE id = $1", TEXT("none")), -5);
    assert_null(db_text(world_db(w), w->arena, &w->err, "SELECT words FROM note WHERE id = $1", TEXT("none")));
    assert_int_equal(w->err.kind, ERR_NONE);
    assert_int_equal(db_int(world_db(w), &w->err, -5, "SELECT n FROM nowhere"), -5);
    assert_int_equal(w->err.kind, ERR_DB);
}

static void the_same_query_may_be_open_twice(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 3; i++)
        assert_true(store_write(w->store, save_note, &(struct note){.id = arena_printf(w->arena, "%d", i), .words = ""}, &w->err));
    static const char sql[] = "SELECT id FROM note ORDER BY id";
    auto_rows *outer = db_query(world_db(w), w->arena, &w->err, sql);
    int seen = 0;
    while (rows_next(outer)) {
        auto_rows *inner = db_query(world_db(w), w->arena, &w->err, sql);
        while (rows_next(inner))
            seen++;
    }
    assert_int_equal(seen, 9);
}

static void a_write_that_fails_leaves_nothing(void **state)
{
    struct world *w = *state;
    assert_false(store_write(w->store, save_note, &(struct note){.id = "1", .words = "", .refuse = true}, &w->err));
    assert_int_equal(w->err.kind, ERR_INPUT);
    assert_string_equal(w->err.message, "note.refused");
    assert_int_equal(notes(w), 0);
}

static void a_write_that_overlooks_a_failed_statement_is_not_kept(void **state)
{
    struct world *w = *state;
    assert_true(store_write(w->store, save_note, &(struct note){.id = "1", .words = ""}, &w->err));
    assert_false(store_write(w->store, save_note, &(struct note){.id = "1", .words = "", .ignore_failure = true}, &w->err));
    assert_int_equal(w->err.kind, ERR_DB);
    assert_string_equal(w->err.message, "store.duplicate");
}

static void a_reader_cannot_write(void **state)
{
    struct world *w = *state;
    assert_int_equal(db_run(world_db(w), &w->err, "INSERT INTO note (id, words) VALUES ('x', '')"), -1);
    assert_int_equal(notes(w), 0);
}

/* --- many at once --- */

enum { WRITERS = 16, READERS = 2, WRITES_EACH = 40 };

struct crowd {
    struct world *w;
    int number;
    _Atomic bool *over;
    int refused, wrong;
};

static bool count_up(struct db *db, void *arg, struct err *err)
{
    struct note *n = arg;
    if (db_run(db, err, "INSERT INTO note (id, words, n) VALUES ($1, '', 1)", TEXT(n->id)) < 0 ||
        db_run(db, err, "UPDATE counter SET n = n + 1 WHERE id = 'all'") != 1)
        return false;
    return !n->refuse || err_set(err, ERR_INPUT, "note.refused", "id=%s", n->id);
}

static void *write_many(void *arg)
{
    struct crowd *c = arg;
    for (int i = 0; i < WRITES_EACH; i++) {
        char id[32];
        snprintf(id, sizeof id, "%02d-%03d", c->number, i);
        struct err err = {0};
        bool refuse = i % 5 == 4;
        if (store_write(c->w->store, count_up, &(struct note){.id = id, .refuse = refuse}, &err) == refuse)
            c->wrong++;
        c->refused += refuse;
    }
    store_reader_done(c->w->store);
    return NULL;
}

/* The counter and the rows change together, so a reader must never see them differ. */
static void *read_many(void *arg)
{
    struct crowd *c = arg;
    struct err err = {0};
    while (!*c->over) {
        struct db *db = store_reader(c->w->store, &err);
        if (db_int(db, &err, -1, "SELECT (SELECT count(*) FROM note) - (SELECT n FROM counter WHERE id = 'all')") != 0)
            c->wrong++;
    }
    store_reader_done(c->w->store);
    return NULL;
}

static void two_threads_read_while_sixteen_write(void **state)
{
    struct world *w = *state;
    pthread_t threads[WRITERS + READERS];
    struct crowd crowd[WRITERS + READERS];
    _Atomic bool over = false;
    for (int i = 0; i < WRITERS + READERS; i++) {
        crowd[i] = (struct crowd){.w = w, .number = i, .over = &over};
        assert_int_equal(pthread_create(&threads[i], NULL, i < WRITERS ? write_many : read_many, &crowd[i]), 0);
    }
    int wrong = 0, refused = 0;
    for (int i = 0; i < WRITERS + READERS; i++) {
        if (i == WRITERS)
            over = true;
        pthread_join(threads[i], NULL);
        wrong += crowd[i].wrong;
        refused += crowd[i].refused;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(notes(w), WRITERS * WRITES_EACH - refused);
    struct store_stats stats;
    store_stats(w->store, &stats);
    assert_true(stats.writes >= WRITERS * WRITES_EACH - (uint64_t)refused);
    assert_int_equal(stats.failures, refused);
    if (store_is_sqlite(w->store))
        assert_true(stats.groups < stats.writes); /* they shared commits */
}

static bool save_and_free(struct db *db, void *arg, struct err *err)
{
    char *id = arg;
    bool ok = db_run(db, err, "INSERT INTO note (id, words) VALUES ($1, 'later')", TEXT(id)) == 1;
    free(id);
    return ok;
}

static void a_write_nobody_waits_for_is_there_a_moment_later(void **state)
{
    struct world *w = *state;
    store_write_later(w->store, save_and_free, xstrdup("a"));
    for (int i = 0; i < 12000 && notes(w) == 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    assert_int_equal(notes(w), 1);
}

static void closing_keeps_what_was_handed_over(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 1000; i++)
        store_write_later(w->store, save_and_free, xstrdup(arena_printf(w->arena, "%d", i)));
    store_close(w->store);
    w->store = store_open(w->url, &w->err);
    assert_non_null(w->store);
    assert_int_equal(notes(w), 1000);
}

static void a_store_says_that_it_is_ready(void **state)
{
    struct world *w = *state;
    assert_true(store_is_ready(w->store, &w->err));
}

static void the_database_file_is_for_the_service_only(void **state)
{
    struct world *w = *state;
    if (!store_is_sqlite(w->store))
        skip();
    struct stat st;
    assert_int_equal(stat(arena_printf(w->arena, "%s/renkei.db", w->folder), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* --- migrations --- */

static bool migrate(struct world *w, const struct migration *rows, size_t count)
{
    return store_migrate(w->store, &rows, &count, 1, &w->err);
}

static void a_migration_runs_once_and_later_ones_are_added(void **state)
{
    struct world *w = *state;
    const struct migration more[] = {tables[0], {2026010102, "note: colour", "ALTER TABLE note ADD COLUMN colour TEXT;", NULL, NULL}};
    assert_true(migrate(w, tables, 1));
    assert_true(migrate(w, more, 2));
    assert_true(migrate(w, more, 2));
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM migration WHERE number >= 2026010101"), 2);
}

static void a_migration_that_fails_leaves_nothing(void **state)
{
    struct world *w = *state;
    const struct migration bad[] = {tables[0], {2026010102, "half", "CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT);", NULL, NULL}};
    assert_false(migrate(w, bad, 2));
    assert_int_equal(w->err.kind, ERR_DB);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM migration WHERE number = 2026010102"), 0);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM half"), -1);
}

static void an_older_program_leaves_a_newer_database_alone(void **state)
{
    struct world *w = *state;
    const struct migration newer[] = {{2099010101, "from the future", "CREATE TABLE future (id TEXT);", NULL, NULL}};
    assert_true(migrate(w, newer, 1));
    assert_false(migrate(w, tables, 1));
    assert_int_equal(w->err.kind, ERR_CONFLICT);
    assert_string_equal(w->err.message, "store.newer");
}

static void two_migrations_cannot_have_one_number(void **state)
{
    struct world *w = *state;
    const struct migration twice[] = {tables[0], tables[0]};
    assert_false(migrate(w, twice, 2));
    assert_int_equal(w->err.kind, ERR_BROKEN);
}

static void an_address_that_cannot_be_reached_says_so(void **state)
{
    (void)state;
    struct err err = {0};
    assert_null(store_open("sqlite:/proc/nowhere/renkei.db", &err));
    assert_int_equal(err.kind, ERR_STORE_AWAY);
    assert_null(store_open("postgresql://127.0.0.1:1/nothing", &err));
    assert_int_equal(err.kind, ERR_STORE_AWAY);
    assert_null(store_open("mysql://host/db", &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static bool grow(struct db *db, void *arg, struct err *err)
{
    return db_run_values(db, err, "CREATE TABLE IF NOT EXISTS grown (id INTEGER PRIMARY KEY, text TEXT)", NULL, 0) >= 0 &&
           db_run(db, err,
                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
                  " INSERT INTO grown (text) SELECT hex(randomblob(40)) FROM n",
                  INT(*(long long *)arg)) > 0;
}

/* What SQLite thinks the size of the store is, once it is no longer `before`. */
static long long figures_after(struct world *w, long long before)
{
    long long pages = before;
    for (int i = 0; i < 6000 && pages == before; i++) {
        usleep(10000);
        struct err none_yet = {0};
        pages = db_int(world_db(w), &none_yet, before, "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = 'pages of the store'");
    }
    return pages;
}

/* Half a million entries of a directory come with a handful of entries in the audit trail. */
static void on_sqlite_a_store_that_has_grown_is_looked_at_again_whatever_grew(void **state)
{
    struct world *w = *state;
    long long few = 3000, many = 60000;
    if (!store_is_sqlite(w->store))
        skip();
    assert_true(store_write(w->store, grow, &few, &w->err));
    long long small = figures_after(w, 0);
    assert_true(small > 0);
    assert_true(store_write(w->store, grow, &many, &w->err));
    assert_true(figures_after(w, small) > 4 * small);
}

static void a_store_in_memory_is_private_and_gone_afterwards(void **state)
{
    struct world *w = *state;
    struct store *one = store_open("sqlite::memory:", &w->err), *two = store_open("sqlite::memory:", &w->err);
    const struct migration *rows = tables;
    assert_true(store_migrate(one, &rows, (size_t[]){1}, 1, &w->err) && store_migrate(two, &rows, (size_t[]){1}, 1, &w->err));
    assert_true(store_write(one, save_note, &(struct note){.id = "1", .words = ""}, &w->err));
    assert_int_equal(db_int(store_reader(one, &w->err), &w->err, -1, "SELECT count(*) FROM note"), 1);
    assert_int_equal(db_int(store_reader(two, &w->err), &w->err, -1, "SELECT count(*) FROM note"), 0);
    store_close(one);
    store_close(two);
}

/* --- a group of writes --- */

struct hold {
    atomic_int holds, may_end;
};

static bool hold_up(struct db *db, void *arg, struct err *err)
{
    struct hold *h = arg;
    (void)db, (void)err;
    atomic_store(&h->holds, 1);
    while (!atomic_load(&h->may_end))
        usleep(1000);
    return true;
}

struct holding {
    struct store *store;
    struct hold hold;
    bool ok;
};

static void *hold_the_writer(void *arg)
{
    struct holding *h = arg;
    struct err err = {0};
    h->ok = store_write_alone(h->store, hold_up, &h->hold, &err);
    return NULL;
}

static pthread_t given_held(struct holding *h)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, hold_the_writer, h), 0);
    while (!atomic_load(&h->hold.holds))
        usleep(1000);
    return thread;
}

static void let_go(struct holding *h, pthread_t thread)
{
    atomic_store(&h->hold.may_end, 1);
    pthread_join(thread, NULL);
    assert_true(h->ok);
}

struct writing {
    struct store *store;
    struct note note;
    bool ok;
    struct err err;
    double seconds;
};

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *write_note(void *arg)
{
    struct writing *w = arg;
    double began = seconds_now();
    w->ok = store_write(w->store, save_note, &w->note, &w->err);
    w->seconds = seconds_now() - began;
    return NULL;
}

static bool count_runs(struct db *db, void *arg, struct err *err)
{
    (*(atomic_int *)arg)++;
    return db_run(db, err, "UPDATE counter SET n = n + 1 WHERE id = 'all'") == 1;
}

static void of_a_group_only_what_gave_up_is_missing_and_what_nobody_waits_for_runs_once(void **state)
{
    enum { WRITES = 9 };
    struct world *w = *state;
    struct holding holding = {.store = w->store};
    struct writing all[WRITES];
    pthread_t threads[WRITES], holder = given_held(&holding);
    static atomic_int runs;
    atomic_store(&runs, 0);
    store_write_later(w->store, count_runs, &runs);
    for (int i = 0; i < WRITES; i++) {
        all[i] = (struct writing){.store = w->store, .note = {.id = arena_printf(w->arena, "n%d", i), .words = "", .refuse = i % 3 == 2}};
        pthread_create(&threads[i], NULL, write_note, &all[i]);
    }
    usleep(30000); /* most of them queue behind the one that holds the writer up */
    let_go(&holding, holder);
    for (int i = 0; i < WRITES; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(all[i].ok, i % 3 != 2);
        if (!all[i].ok)
            assert_string_equal(all[i].err.message, "note.refused");
    }
    assert_int_equal(notes(w), 6);
    for (int i = 0; i < 1000 && db_int(world_db(w), &w->err, -1, "SELECT n FROM counter") < 1; i++)
        usleep(10000); /* on PostgreSQL it is run, and a moment later committed, by another thread */
    assert_true(store_write(w->store, save_note, &(struct note){.id = "last", .words = ""}, &w->err));
    assert_int_equal(atomic_load(&runs), 1);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT n FROM counter"), 1);
}

/* Another process is another store on the same file. */
static void while_another_process_has_the_file_no_write_waits_for_longer_than_its_patience(void **state)
{
    enum { WRITES = 4 };
    struct world *w = *state;
    if (!store_is_sqlite(w->store))
        skip();
    struct holding holding = {.store = store_open(arena_printf(w->arena, "sqlite:%s/renkei.db", w->folder), &w->err)};
    assert_non_null(holding.store);
    struct writing all[WRITES];
    pthread_t threads[WRITES], holder = given_held(&holding);
    static atomic_int runs;
    atomic_store(&runs, 0);
    store_write_later(w->store, count_runs, &runs);
    for (int i = 0; i < WRITES; i++) {
        all[i] = (struct writing){.store = w->store, .note = {.id = arena_printf(w->arena, "n%d", i), .words = ""}};
        pthread_create(&threads[i], NULL, write_note, &all[i]);
        usleep(700000); /* each comes while those before wait */
    }
    for (int i = 0; i < WRITES; i++) {
        pthread_join(threads[i], NULL);
        assert_false(all[i].ok);
        assert_string_equal(all[i].err.message, "store.busy");
        assert_true(all[i].seconds > 3 && all[i].seconds < 15); /* five; one wait behind the other would be twenty and more */
    }
    let_go(&holding, holder);
    store_close(holding.store);
    assert_int_equal(notes(w), 0);
    assert_true(store_write(w->store, save_note, &(struct note){.id = "after", .words = ""}, &w->err));
    assert_int_equal(notes(w), 1);
}

static bool read_cache(struct db *db, void *arg, struct err *err)
{
    *(long long *)arg = db_int(db, err, 0, "PRAGMA cache_size");
    return true;
}

static long long cache_of_the_writer(struct world *w)
{
    long long size = 0;
    assert_true(store_write(w->store, read_cache, &size, &w->err));
    return size;
}

static void wait_for_the_later_writes(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
}

static void wait_for_cache(struct world *w, long long size)
{
    for (int i = 0; i < 300 && cache_of_the_writer(w) != size; i++)
        wait_for_the_later_writes();
    assert_int_equal(cache_of_the_writer(w), size);
}

static void on_sqlite_the_writer_keeps_little_until_the_last_of_those_who_write_much_has_ended(void **state)
{
    struct world *w = *state;
    if (!store_is_sqlite(w->store))
        skip();
    long long usual = cache_of_the_writer(w);
    store_lean_begin(w->store);
    store_lean_begin(w->store);
    wait_for_cache(w, -3000);
    store_lean_end(w->store);
    assert_true(store_write(w->store, save_note, &(struct note){.id = "1", .words = ""}, &w->err));
    wait_for_the_later_writes();
    assert_int_equal(cache_of_the_writer(w), -3000);
    store_lean_end(w->store);
    wait_for_cache(w, usual);
    assert_true(usual < -3000);
}

/* --- statements beside each other --- */

static bool given_sql(struct db *db, void *arg, struct err *err)
{
    return db_run(db, err, arg) >= 0;
}

struct beside {
    const char *id;
    bool sqlite;
    long long rows; /* also more than travel as one */
};

/* A note and a counter beside each other, many times, and then what reads them. */
static bool post_beside(struct db *db, void *arg, struct err *err)
{
    const struct beside *b = arg;
    struct err taken;
    err_set(&taken, ERR_CONFLICT, "record.exists", "%s", b->id);
    const char *insert = b->sqlite ? "INSERT INTO note (id, words, n) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING"
                                      : "INSERT INTO note (id, words, n) VALUES ($1, $2, $3)";
    for (long long i = 0; i < b->rows; i++) {
        char id[32];
        snprintf(id, sizeof id, "%s-%lld", b->id, i);
        const struct value note[] = {TEXT(id), TEXT("見本 $1 の言葉"), INT(i)};
        if (!db_post_beside(db, err, "INSERT INTO counter (id, n) VALUES ($1, $2)", TEXT(id), INT(10 * i)) ||
            !db_post_beside_values(db, err, &taken, insert, note, 3) ||
            !db_post_beside(db, err, "DELETE FROM counter WHERE id = $1", TEXT("nobody")))
            return false;
        memset(id, 'x', sizeof id - 1); /* what was bound is kept */
    }
    return db_int(db, err, -1, "SELECT count(*) FROM note n JOIN counter c ON c.id = n.id AND c.n = 10 * n.n WHERE n.words = $1", TEXT("見本 $1 の言葉")) >=
           b->rows;
}

static void statements_beside_each_other_do_what_they_do_alone(void **state)
{
    struct world *w = *state;
    assert_true(store_write(w->store, post_beside, &(struct beside){"a", store_is_sqlite(w->store), 1}, &w->err));
    assert_true(store_write(w->store, post_beside, &(struct beside){"b", store_is_sqlite(w->store), 70}, &w->err));
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM counter WHERE n % 10 = 0 AND id LIKE '%-%'"), 71);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT sum(n) FROM note"), 69 * 70 / 2);
}

static void of_statements_beside_each_other_a_taken_key_says_why_and_leaves_nothing(void **state)
{
    struct world *w = *state;
    assert_true(store_write(w->store, post_beside, &(struct beside){"a", store_is_sqlite(w->store), 1}, &w->err));
    assert_true(store_write(w->store, given_sql, (char[]){"DELETE FROM counter"}, &w->err));
    assert_false(store_write(w->store, post_beside, &(struct beside){"a", store_is_sqlite(w->store), 3}, &w->err));
    assert_int_equal(w->err.kind, ERR_CONFLICT);
    assert_string_equal(w->err.message, "record.exists");
    assert_int_equal(db_int(world_db(w), &(struct err){0}, -1, "SELECT count(*) FROM counter"), 0);
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(what_is_written_is_read_by_every_reader),
        SPEC(values_go_where_their_numbers_say),
        SPEC(a_value_too_few_or_too_many_is_our_mistake),
        SPEC(a_missing_row_gives_the_missing_value_and_a_mistake_fills_err),
        SPEC(the_same_query_may_be_open_twice),
        SPEC(a_write_that_fails_leaves_nothing),
        SPEC(a_write_that_overlooks_a_failed_statement_is_not_kept),
        SPEC(a_reader_cannot_write),
        SPEC(two_threads_read_while_sixteen_write),
        SPEC(a_write_nobody_waits_for_is_there_a_moment_later),
        SPEC(closing_keeps_what_was_handed_over),
        SPEC(statements_beside_each_other_do_what_they_do_alone),
        SPEC(of_statements_beside_each_other_a_taken_key_says_why_and_leaves_nothing),
        SPEC(of_a_group_only_what_gave_up_is_missing_and_what_nobody_waits_for_runs_once),
        SPEC(while_another_process_has_the_file_no_write_waits_for_longer_than_its_patience),
        SPEC(on_sqlite_the_writer_keeps_little_until_the_last_of_those_who_write_much_has_ended),
        SPEC(a_store_says_that_it_is_ready),
        SPEC(the_database_file_is_for_the_service_only),
        SPEC(a_migration_runs_once_and_later_ones_are_added),
        SPEC(a_migration_that_fails_leaves_nothing),
        SPEC(an_older_program_leaves_a_newer_database_alone),
        SPEC(two_migrations_cannot_have_one_number),
        cmocka_unit_test(an_address_that_cannot_be_reached_says_so),
        SPEC(on_sqlite_a_store_that_has_grown_is_looked_at_again_whatever_grew),
        SPEC(a_store_in_memory_is_private_and_gone_afterwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
