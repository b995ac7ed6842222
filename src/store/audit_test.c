#include "store/audit.h"
#include "tests/support/world.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static bool append(struct db *db, void *arg, struct err *err)
{
    return audit_append(db, &(struct audit_entry){.user_id = "u1", .office_id = "o1", .action = "consultation.save",
                                                  .object_kind = "consultation", .object_id = arg, .detail = "rev=1"}, err);
}

static bool append_and_fail(struct db *db, void *arg, struct err *err)
{
    return append(db, arg, err) && err_set(err, ERR_INPUT, "x.y", "refused");
}

static void given_entries(struct world *w, int count)
{
    for (int i = 0; i < count; i++)
        assert_true(store_write(w->store, append, arena_printf(w->arena, "c%d", i + 1), &w->err));
}

static struct audit_report verified(struct world *w)
{
    struct audit_report report = {0};
    assert_true(audit_verify(w->store, w->arena, &report, &w->err));
    return report;
}

static void an_untouched_chain_is_whole(void **state)
{
    struct world *w = *state;
    given_entries(w, 5);
    struct audit_report report = verified(w);
    assert_int_equal(report.entries, 5);
    assert_int_equal(report.broken_seq, 0);
    assert_int_equal(strlen(report.head), 64);
}

static void an_empty_chain_is_whole(void **state)
{
    struct audit_report report = verified(*state);
    assert_int_equal(report.entries, 0);
    assert_int_equal(report.broken_seq, 0);
}

static void a_refused_write_leaves_no_entry_and_no_gap(void **state)
{
    struct world *w = *state;
    given_entries(w, 2);
    char id[] = "c9";
    assert_false(store_write(w->store, append_and_fail, id, &w->err));
    given_entries(w, 2);
    struct audit_report report = verified(w);
    assert_int_equal(report.entries, 4);
    assert_int_equal(report.broken_seq, 0);
}

static void entries_handed_over_are_there_after_closing(void **state)
{
    struct world *w = *state;
    given_entries(w, 1);
    for (int i = 0; i < 300; i++)
        audit_later(w->store, &(struct audit_entry){.user_id = "u2", .office_id = "o1", .action = "consultation.view",
                                                    .object_kind = "consultation", .object_id = arena_printf(w->arena, "c%d", i)});
    store_close(w->store);
    w->store = store_open(w->url, &w->err);
    struct audit_report report = verified(w);
    assert_int_equal(report.entries, 301);
    assert_int_equal(report.broken_seq, 0);
}

static void *write_many(void *arg)
{
    struct world *w = arg;
    for (int i = 0; i < 40; i++) {
        char id[16];
        snprintf(id, sizeof id, "c%d", i);
        struct err err = {0};
        store_write(w->store, i % 3 ? append : append_and_fail, id, &err);
        audit_later(w->store, &(struct audit_entry){.action = "consultation.view", .object_id = id});
    }
    store_reader_done(w->store);
    return NULL;
}

static void eight_writers_make_one_chain(void **state)
{
    struct world *w = *state;
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, write_many, w);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    store_close(w->store);
    w->store = store_open(w->url, &w->err);
    struct audit_report report = verified(w);
    assert_int_equal(report.broken_seq, 0);
    assert_int_equal(report.entries, 8 * (40 + 26));
}

/* PostgreSQL only: what a process committed and did not link before it was killed. */
static bool leave_waiting(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "INSERT INTO audit_wait (at, user_id, office_id, action, object_kind, object_id, detail)"
                           " VALUES ('2024-11-30T00:15:00.000Z', 'u1', 'o1', 'consultation.save', 'consultation', 'c2', 'a\tb\\n')") == 1;
}

static void what_a_killed_process_left_waiting_is_read_and_gets_its_place(void **state)
{
    struct world *w = *state;
    given_entries(w, 1);
    verified(w);
    if (!strncmp(w->url, "sqlite:", 7)) { /* entries are linked before the commit there */
        assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM audit_now WHERE wait_id = 0"), 1);
        return;
    }
    assert_true(store_write(w->store, leave_waiting, NULL, &w->err));
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM audit_now WHERE object_id = 'c2'"), 1);
    store_close(w->store); /* a process that starts links what it finds */
    w->store = store_open(w->url, &w->err);
    struct audit_report report = verified(w);
    assert_int_equal(report.entries, 2);
    assert_int_equal(report.broken_seq, 0);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM audit_wait"), 0);
    assert_string_equal(db_text(world_db(w), w->arena, &w->err, "SELECT detail FROM audit WHERE seq = 2"), "a\tb\\n");
}

/* --- tampering --- */

static bool tamper(struct db *db, void *arg, struct err *err)
{
    const char *const *sql = arg;
    for (; *sql; sql++)
        if (db_run(db, err, *sql) < 0)
            return false;
    return true;
}

static struct audit_report after(struct world *w, const char *const *sql)
{
    given_entries(w, 6);
    verified(w);
    assert_true(store_write(w->store, tamper, (void *)(uintptr_t)sql, &w->err));
    struct audit_report report = verified(w);
    assert_true(*report.reason);
    return report;
}

static void a_changed_entry_is_found(void **state)
{
    static const char *const sql[] = {"UPDATE audit SET user_id = 'u7' WHERE seq = 3", NULL};
    assert_int_equal(after(*state, sql).broken_seq, 3);
}

static void a_moved_boundary_between_two_members_is_found(void **state)
{
    static const char *const sql[] = {"UPDATE audit SET user_id = 'u1o', office_id = '1' WHERE seq = 2", NULL};
    assert_int_equal(after(*state, sql).broken_seq, 2);
}

static void a_deleted_entry_is_found(void **state)
{
    static const char *const sql[] = {"DELETE FROM audit WHERE seq = 4", NULL};
    assert_int_equal(after(*state, sql).broken_seq, 4);
}

static void closing_the_gap_after_deleting_does_not_help(void **state)
{
    static const char *const sql[] = {"DELETE FROM audit WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5",
                                      "UPDATE audit SET seq = 5 WHERE seq = 6", NULL};
    assert_int_equal(after(*state, sql).broken_seq, 4);
}

static void two_exchanged_entries_are_found(void **state)
{
    static const char *const sql[] = {"UPDATE audit SET seq = 100 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 3",
                                      "UPDATE audit SET seq = 3 WHERE seq = 100", NULL};
    assert_int_equal(after(*state, sql).broken_seq, 2);
}

static void an_inserted_entry_is_found(void **state)
{
    static const char *const sql[] = {
        "INSERT INTO audit (seq, at, user_id, office_id, action, object_kind, object_id, detail, prev_hash, hash)"
        " SELECT 7, at, user_id, office_id, action, object_kind, object_id, detail, hash, hash FROM audit WHERE seq = 6", NULL};
    assert_int_equal(after(*state, sql).broken_seq, 7);
}

static void an_entry_put_before_the_first_is_found(void **state)
{
    static const char *const sql[] = {
        "INSERT INTO audit (seq, at, user_id, office_id, action, object_kind, object_id, detail, prev_hash, hash)"
        " SELECT 0, at, user_id, office_id, action, object_kind, object_id, detail, '', hash FROM audit WHERE seq = 1", NULL};
    assert_int_equal(after(*state, sql).broken_seq, 1);
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(an_untouched_chain_is_whole),
        SPEC(an_empty_chain_is_whole),
        SPEC(a_refused_write_leaves_no_entry_and_no_gap),
        SPEC(entries_handed_over_are_there_after_closing),
        SPEC(eight_writers_make_one_chain),
        SPEC(what_a_killed_process_left_waiting_is_read_and_gets_its_place),
        SPEC(a_changed_entry_is_found),
        SPEC(a_moved_boundary_between_two_members_is_found),
        SPEC(a_deleted_entry_is_found),
        SPEC(closing_the_gap_after_deleting_does_not_help),
        SPEC(two_exchanged_entries_are_found),
        SPEC(an_inserted_entry_is_found),
        SPEC(an_entry_put_before_the_first_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
