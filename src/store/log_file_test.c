/* log_file_test.c -- the log written in pieces is the log that SQLite writes page by page.
 *
 * The writer goes through the layer, the reader beside it does not: what it sees is in the files. */
#include "store/log_file.h"
#include "tests/support/spec.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct two {
    char folder[64], path[96];
    sqlite3 *writer, *reader;
};

static int run(sqlite3 *handle, const char *sql)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL);
}

static void do_all(sqlite3 *handle, const char *sql)
{
    if (run(handle, sql) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
}

/* One text; the statement must give one. */
static void expect_text(sqlite3 *handle, const char *sql, const char *expected)
{
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), expected);
    sqlite3_finalize(stmt);
}

static void open_two(struct two *t)
{
    assert_int_equal(sqlite3_open_v2(t->path, &t->writer, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, LOG_FILE_LAYER), SQLITE_OK);
    do_all(t->writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = 10; PRAGMA wal_autocheckpoint = 0;"
                      "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, words TEXT); CREATE INDEX IF NOT EXISTS note_words ON note (words)");
    assert_int_equal(sqlite3_open_v2(t->path, &t->reader, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
}

static int begin(void **state)
{
    struct two *t = calloc(1, sizeof *t);
    strcpy(t->folder, "/tmp/renkei-log-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    snprintf(t->path, sizeof t->path, "%s/log.db", t->folder);
    sqlite3_initialize();
    log_file_register();
    open_two(t);
    *state = t;
    return 0;
}

static int end(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".copy", ".copy-wal", ".copy-shm"};
    struct two *t = *state;
    char path[128];
    sqlite3_close(t->reader);
    sqlite3_close(t->writer);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", t->path, ends[i]);
        unlink(path);
    }
    rmdir(t->folder);
    free(t);
    return 0;
}

/* Some hundred pages, more than a piece holds; with ten pages of cache most go to the log before the transaction ends, and again when
 * they change once more. */
static const char many_pages[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
                                 " INSERT INTO note (words) SELECT hex(randomblob(400)) FROM n;"
                                 "UPDATE note SET words = hex(randomblob(300)) WHERE id % 3 = 0;"
                                 "UPDATE note SET words = words || 'x' WHERE id % 5 = 0";

static void write_many(struct two *t)
{
    do_all(t->writer, "BEGIN IMMEDIATE");
    do_all(t->writer, many_pages);
    do_all(t->writer, "COMMIT");
}

static void a_long_transaction_is_whole_for_readers_at_once_whether_or_not_the_disk_is_asked_to_flush(void **state)
{
    static const char *const modes[] = {"PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL", "PRAGMA synchronous = OFF"};
    struct two *t = *state;
    char rows[16];
    for (int i = 0; i < 9; i++) {
        do_all(t->writer, modes[i % 3]);
        write_many(t);
        snprintf(rows, sizeof rows, "%d", 400 * (i + 1));
        expect_text(t->reader, "SELECT count(*) FROM note", rows);
        expect_text(t->reader, "PRAGMA integrity_check", "ok");
        if (i % 4 == 3) /* the log begins anew */
            do_all(t->writer, "PRAGMA wal_checkpoint");
    }
}

static void a_transaction_given_up_leaves_nothing_behind(void **state)
{
    struct two *t = *state;
    write_many(t);
    do_all(t->writer, "BEGIN IMMEDIATE; SAVEPOINT one");
    do_all(t->writer, many_pages);
    do_all(t->writer, "ROLLBACK TO one; DELETE FROM note WHERE id <= 10; RELEASE one; COMMIT; BEGIN IMMEDIATE");
    do_all(t->writer, many_pages);
    do_all(t->writer, "ROLLBACK");
    expect_text(t->reader, "SELECT count(*) FROM note", "390");
    expect_text(t->reader, "PRAGMA integrity_check", "ok");
}

static void copy_file(const struct two *t, const char *suffix)
{
    char from[128], to[128], piece[65536];
    snprintf(from, sizeof from, "%s%s", t->path, suffix);
    snprintf(to, sizeof to, "%s.copy%s", t->path, suffix);
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_true(in && out);
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
        assert_int_equal(fwrite(piece, 1, n, out), n);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* The files as they would be found after a kill; the writer holds nothing back. */
static void what_was_committed_is_in_the_files_while_the_writer_goes_on(void **state)
{
    struct two *t = *state;
    char path[128];
    write_many(t);
    do_all(t->writer, "INSERT INTO note (id, words) VALUES (1000000, 'the last')");
    copy_file(t, "");
    copy_file(t, "-wal");
    sqlite3 *found = NULL;
    snprintf(path, sizeof path, "%s.copy", t->path);
    assert_int_equal(sqlite3_open_v2(path, &found, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    expect_text(found, "SELECT words FROM note WHERE id = 1000000", "the last");
    expect_text(found, "SELECT count(*) FROM note", "401");
    expect_text(found, "PRAGMA integrity_check", "ok");
    sqlite3_close(found);
}

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_commit_that_does_not_fit_on_the_disk_fails_and_the_next_one_fits_when_there_is_room(void **state)
{
    struct two *t = *state;
    struct stat st;
    char path[128];
    write_many(t);
    snprintf(path, sizeof path, "%s-wal", t->path);
    assert_int_equal(stat(path, &st), 0);
    for (int flush = 0; flush < 2; flush++) {
        do_all(t->writer, flush ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        limit_files((rlim_t)st.st_size + 2000);
        int code = run(t->writer, "INSERT INTO note (id, words) VALUES (1000000, 'too much')");
        limit_files(RLIM_INFINITY);
        assert_true(code == SQLITE_FULL || code == SQLITE_IOERR);
        expect_text(t->reader, "SELECT count(*) FROM note", "400");
    }
    do_all(t->writer, "INSERT INTO note (id, words) VALUES (1000000, 'fits')");
    expect_text(t->reader, "SELECT words FROM note WHERE id = 1000000", "fits");
    expect_text(t->reader, "PRAGMA integrity_check", "ok");
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_long_transaction_is_whole_for_readers_at_once_whether_or_not_the_disk_is_asked_to_flush, begin, end),
        cmocka_unit_test_setup_teardown(a_transaction_given_up_leaves_nothing_behind, begin, end),
        cmocka_unit_test_setup_teardown(what_was_committed_is_in_the_files_while_the_writer_goes_on, begin, end),
        cmocka_unit_test_setup_teardown(a_commit_that_does_not_fit_on_the_disk_fails_and_the_next_one_fits_when_there_is_room, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
