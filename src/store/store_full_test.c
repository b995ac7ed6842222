/* store_full_test.c -- a full disk: what was acknowledged stays, the rest is told, and service goes on when there is room again.
 *
 * The disk is a limit on the size of the process's files; it must not be shared with other specs. */
#include "base/count.h"
#include "store/audit.h"
#include "tests/support/world.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const struct migration tables[] = {
    {2026010101, "note", "CREATE TABLE note (id TEXT PRIMARY KEY, words TEXT NOT NULL);", NULL, NULL},
};

static int begin(void **state)
{
    signal(SIGXFSZ, SIG_IGN);
    return world_begin_with(state, (const struct migration *const[]){tables}, (size_t[]){COUNT(tables)}, 1);
}

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static rlim_t size_of_log(struct world *w)
{
    struct stat st;
    assert_int_equal(stat(arena_printf(w->arena, "%s/renkei.db-wal", w->folder), &st), 0);
    return (rlim_t)st.st_size;
}

static bool save(struct db *db, void *arg, struct err *err)
{
    static const char words[4000] = {[0 ... 3998] = 'x'};
    return db_run(db, err, "INSERT INTO note (id, words) VALUES ($1, $2)", TEXT(arg), TEXT(words)) == 1;
}

static long long notes(struct world *w)
{
    return db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM note");
}

static bool saved(struct world *w, const char *id)
{
    return store_write(w->store, save, arena_strdup(w->arena, id), &w->err);
}

static void a_write_that_does_not_fit_is_told_and_the_next_one_fits_when_there_is_room(void **state)
{
    struct world *w = *state;
    if (!store_is_sqlite(w->store))
        skip();
    assert_true(saved(w, "before"));
    limit_files(size_of_log(w) + 4096); /* room for less than one write */
    assert_false(saved(w, "does not fit"));
    assert_int_equal(w->err.kind, ERR_STORE_AWAY);
    assert_false(saved(w, "neither does this"));
    assert_false(store_is_ready(w->store, &w->err));
    assert_int_equal(w->err.kind, ERR_STORE_AWAY);
    assert_int_equal(notes(w), 1); /* reading goes on */

    limit_files(RLIM_INFINITY);
    assert_true(store_is_ready(w->store, &w->err));
    assert_true(saved(w, "after"));
    assert_int_equal(notes(w), 2);
}

static void audit_entries_of_reads_wait_for_room(void **state)
{
    struct world *w = *state;
    if (!store_is_sqlite(w->store))
        skip();
    assert_true(saved(w, "before"));
    limit_files(size_of_log(w) + 4096);
    audit_later(w->store, &(struct audit_entry){.user_id = "u1", .action = "note.view", .object_id = "before"});
    assert_false(saved(w, "does not fit"));
    limit_files(RLIM_INFINITY);
    store_close(w->store);
    w->store = store_open(w->url, &w->err);
    struct audit_report report;
    assert_true(audit_verify(w->store, w->arena, &report, &w->err));
    assert_int_equal(report.entries, 1);
}

struct writer {
    struct world *w;
    int number, acknowledged, wrong;
};

static void *write_until_told(void *arg)
{
    struct writer *me = arg;
    for (int i = 0; i < 30; i++) {
        char id[32];
        snprintf(id, sizeof id, "%d-%d", me->number, i);
        struct err err = {0};
        if (store_write(me->w->store, save, id, &err))
            me->acknowledged++;
        else
            me->wrong += err.kind != ERR_STORE_AWAY;
    }
    return NULL;
}

static void what_was_acknowledged_while_the_disk_filled_up_is_there(void **state)
{
    struct world *w = *state;
    if (!store_is_sqlite(w->store))
        skip();
    assert_true(saved(w, "before"));
    limit_files(size_of_log(w) + 400 * 1024);
    pthread_t threads[8];
    struct writer writers[8];
    for (int i = 0; i < 8; i++) {
        writers[i] = (struct writer){.w = w, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, write_until_told, &writers[i]), 0);
    }
    int acknowledged = 1, wrong = 0;
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        acknowledged += writers[i].acknowledged;
        wrong += writers[i].wrong;
    }
    limit_files(RLIM_INFINITY);
    assert_int_equal(wrong, 0);
    assert_in_range(acknowledged, 2, 8 * 30);
    assert_int_equal(notes(w), acknowledged);
    assert_true(saved(w, "after"));
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(a_write_that_does_not_fit_is_told_and_the_next_one_fits_when_there_is_room),
        SPEC(audit_entries_of_reads_wait_for_room),
        SPEC(what_was_acknowledged_while_the_disk_filled_up_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
