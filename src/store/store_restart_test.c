/* store_restart_test.c -- PostgreSQL goes away and comes back: on a server of this spec's own. */
#include "base/count.h"
#include "store/audit.h"
#include "store/store_inside.h"
#include "tests/support/world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct migration tables[] = {
    {2026010101, "note", "CREATE TABLE note (id TEXT PRIMARY KEY);", NULL, NULL},
};

/* Runs script/postgresql of the source folder; its last line of output goes to `line`. */
static int server(const char *command, const char *folder, char *line, size_t size)
{
    char text[1024];
    snprintf(text, sizeof text, "%s/script/postgresql %s %s", getenv("RENKEI_SOURCE"), command, folder);
    FILE *out = popen(text, "r");
    while (out && line && fgets(line, (int)size, out))
        line[strcspn(line, "\n")] = '\0';
    return out ? pclose(out) : -1;
}

static int begin(void **state)
{
    if (!getenv("RENKEI_SOURCE") || !getenv("RENKEI_TEST_POSTGRESQL"))
        exit(77);
    struct world *w = xcalloc(1, sizeof *w);
    w->arena = arena_new();
    strcpy(w->folder, "/tmp/renkei-server-XXXXXX");
    char line[512] = "";
    if (!mkdtemp(w->folder) || server("start", w->folder, line, sizeof line) != 0)
        return -1;
    setenv("RENKEI_TEST_POSTGRESQL", line, 1);
    w->url = arena_strdup(w->arena, line);
    w->store = store_open(w->url, &w->err);
    *state = w;
    const struct migration *rows = tables;
    return w->store && store_migrate(w->store, &rows, (size_t[]){COUNT(tables)}, 1, &w->err) ? 0 : -1;
}

static int end(void **state)
{
    struct world *w = *state;
    store_close(w->store);
    server("stop", w->folder, NULL, 0);
    char text[128];
    snprintf(text, sizeof text, "rm -rf %s", w->folder);
    int code = system(text);
    arena_free(w->arena);
    free(w);
    return code;
}

struct note {
    char id[32];
    struct world *w;
    bool restart;
};

static bool save(struct db *db, void *arg, struct err *err)
{
    struct note *n = arg;
    if (db_run(db, err, "INSERT INTO note (id) VALUES ($1)", TEXT(n->id)) != 1)
        return false;
    if (n->restart) { /* once: the second try meets the new server */
        n->restart = false;
        server("restart", n->w->folder, NULL, 0);
    }
    return audit_append(db, &(struct audit_entry){.action = "note.save", .object_id = n->id}, err);
}

static long long notes(struct world *w)
{
    return db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM note");
}

static void after_a_restart_reads_and_writes_go_on(void **state)
{
    struct world *w = *state;
    assert_true(store_write(w->store, save, &(struct note){.id = "1"}, &w->err));
    assert_int_equal(notes(w), 1);
    assert_int_equal(server("restart", w->folder, NULL, 0), 0);
    assert_int_equal(notes(w), 1);
    assert_int_equal(server("restart", w->folder, NULL, 0), 0);
    assert_true(store_write(w->store, save, &(struct note){.id = "2"}, &w->err));
    assert_int_equal(notes(w), 2);
}

static void a_write_in_the_middle_of_a_restart_is_done_once(void **state)
{
    struct world *w = *state;
    assert_true(store_write(w->store, save, &(struct note){.id = "1", .w = w, .restart = true}, &w->err));
    assert_int_equal(notes(w), 1);
    struct audit_report report;
    assert_true(audit_verify(w->store, w->arena, &report, &w->err));
    assert_int_equal(report.entries, 1);
}

static void while_the_server_is_away_everybody_is_told_and_what_waits_is_kept(void **state)
{
    struct world *w = *state;
    assert_true(store_write(w->store, save, &(struct note){.id = "1"}, &w->err));
    assert_int_equal(server("stop", w->folder, NULL, 0), 0);
    assert_false(store_write(w->store, save, &(struct note){.id = "2"}, &w->err));
    assert_int_equal(w->err.kind, ERR_STORE_AWAY);
    assert_int_equal(notes(w), -1);
    assert_false(store_is_ready(w->store, &w->err));
    audit_later(w->store, &(struct audit_entry){.action = "note.view", .object_id = "1"});
    wait_ms(200);

    assert_int_equal(server("restart", w->folder, NULL, 0), 0);
    assert_true(store_is_ready(w->store, &w->err));
    assert_int_equal(notes(w), 1);
    struct audit_report report = {0};
    for (int i = 0; i < 100 && report.entries < 2; i++, wait_ms(50))
        assert_true(audit_verify(w->store, w->arena, &report, &w->err));
    assert_int_equal(report.entries, 2);
    assert_int_equal(report.broken_seq, 0);
}

/* --- two transactions that meet --- */

static bool raise_and_lower(struct db *db, void *arg, struct err *err)
{
    const int *order = arg;
    for (int i = 0; i < 2; i++) {
        if (db_run(db, err, "UPDATE note SET id = id WHERE id = $1", TEXT(order[i] ? "b" : "a")) != 1)
            return false;
        wait_ms(20);
    }
    return true;
}

static void *cross(void *arg)
{
    void **args = arg;
    struct world *w = args[0];
    struct err err = {0};
    for (int i = 0; i < 5; i++)
        if (!store_write(w->store, raise_and_lower, args[1], &err))
            return args[1];
    store_reader_done(w->store);
    return NULL;
}

static void a_deadlock_is_tried_again_and_nobody_notices(void **state)
{
    struct world *w = *state;
    assert_true(store_write(w->store, save, &(struct note){.id = "a"}, &w->err));
    assert_true(store_write(w->store, save, &(struct note){.id = "b"}, &w->err));
    int up[] = {0, 1}, down[] = {1, 0};
    void *one[] = {w, up}, *two[] = {w, down}, *failed_one, *failed_two;
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, cross, one);
    pthread_create(&threads[1], NULL, cross, two);
    pthread_join(threads[0], &failed_one);
    pthread_join(threads[1], &failed_two);
    assert_null(failed_one);
    assert_null(failed_two);
    struct store_stats stats;
    store_stats(w->store, &stats);
    assert_true(stats.retries > 0);
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(after_a_restart_reads_and_writes_go_on),
        SPEC(a_write_in_the_middle_of_a_restart_is_done_once),
        SPEC(while_the_server_is_away_everybody_is_told_and_what_waits_is_kept),
        SPEC(a_deadlock_is_tried_again_and_nobody_notices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
