/* keeping_test.c -- verification finds what was changed, removed or miscounted; generations; the administrator's page; on both stores. */
#include "features/account/password.h"
#include "features/account/user.h"
#include "features/keeping/check.h"
#include "features/keeping/data_words.h"
#include "features/keeping/generation.h"
#include "features/keeping/keeping_run.h"
#include "features/keeping/passphrase.h"
#include "store/tally.h"
#include "tests/support/record_world.h"

#include "base/id.h"
#include "web/job.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct check_order plain = {0}, with_recount = {.with_recount = true};

static struct check checked(struct record_world *r, const struct check_order *order)
{
    struct check c;
    assert_true(check_store(r->w->store, app_features(r->app), order, r->w->arena, &c, &r->w->err));
    return c;
}

static bool run_sql(struct db *db, void *sql, struct err *err)
{
    return db_run(db, err, sql) >= 0;
}

static void behind_its_back(struct record_world *r, const char *sql)
{
    assert_true(store_write(r->w->store, run_sql, (void *)(uintptr_t)sql, &r->w->err));
}

static bool fold(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return tally_fold(db, err);
}

static bool append_three(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    for (int i = 0; i < 3; i++)
        if (!audit_append(db, &(struct audit_entry){.user_id = "u1", .action = "consultation.view", .object_id = "c1"}, err))
            return false;
    return true;
}

static void given_entries(struct record_world *r)
{
    assert_true(store_write(r->w->store, append_three, NULL, &r->w->err));
    assert_true(checked(r, &plain).is_good);
}

static struct consultation given_case(struct record_world *r)
{
    struct consultation c = a_case(r, "2024-11-29T10:00");
    assert_true(record_save(r, &consultation_resource, &c));
    return c;
}

/* --- verification --- */

static void a_whole_store_is_found_whole_and_the_verification_is_kept(void **state)
{
    struct record_world *r = *state;
    struct keeping_run last;
    given_case(r);
    given_entries(r);
    struct check c = checked(r, &with_recount);
    assert_true(c.is_good);
    assert_string_equal(c.finding, "");
    assert_true(c.recount.records >= 1 && c.recount.figures >= 1);
    assert_true(keeping_run_newest(world_db(r->w), "verify", r->w->arena, &last, &r->w->err));
    assert_int_equal(last.rows, c.chain.entries);
    assert_string_equal(last.fingerprint, c.chain.head);
}

static void a_changed_entry_is_named(void **state)
{
    struct record_world *r = *state;
    given_entries(r);
    behind_its_back(r, "UPDATE audit SET object_id = 'c2' WHERE seq = 2");
    struct check c = checked(r, &plain);
    assert_false(c.is_good);
    assert_int_equal(c.chain.broken_seq, 2);
    assert_non_null(strstr(c.finding, "2番"));
}

static void a_missing_entry_is_named(void **state)
{
    struct record_world *r = *state;
    given_entries(r);
    behind_its_back(r, "DELETE FROM audit WHERE seq = 2");
    struct check c = checked(r, &plain);
    assert_false(c.is_good);
    assert_true(c.chain.broken_seq == 2 || c.chain.broken_seq == 3);
}

/* A chain without its last entries fits in itself. */
static void a_trail_whose_end_was_cut_off_is_found_by_the_verification_before(void **state)
{
    struct record_world *r = *state;
    given_entries(r);
    checked(r, &plain);
    behind_its_back(r, "DELETE FROM audit WHERE seq >= 3");
    struct check c = checked(r, &plain);
    assert_int_equal(c.chain.broken_seq, 0);
    assert_false(c.is_good);
    assert_non_null(strstr(c.finding, "終わりの部分が消されています"));
}

static void a_record_removed_behind_the_programs_back_is_found_by_a_recount(void **state)
{
    struct record_world *r = *state;
    given_case(r);
    behind_its_back(r, "DELETE FROM consultation_contact");
    behind_its_back(r, "DELETE FROM consultation");
    assert_true(checked(r, &plain).is_good);
    struct check c = checked(r, &with_recount);
    assert_false(c.is_good);
    assert_true(c.recount.different >= 1 && c.recount.shown_count >= 1);
    assert_int_equal(c.recount.shown[0].counted, 0);
    assert_int_equal(strncmp(c.recount.shown[0].measure, "consultation.", 13), 0);
    assert_string_equal(c.recount.shown[0].month, "2024-11");
}

static void a_figure_that_was_changed_is_named_with_both_numbers(void **state)
{
    struct record_world *r = *state;
    given_case(r);
    assert_true(store_write(r->w->store, fold, NULL, &r->w->err));
    behind_its_back(r, "UPDATE tally SET n = n + 6 WHERE measure = 'consultation.cases' AND basis = 'all' AND code = '' AND month < 'F'");
    struct check c = checked(r, &with_recount);
    assert_int_equal(c.recount.different, 1);
    const struct recount_difference *d = &c.recount.shown[0];
    assert_string_equal(d->measure, "consultation.cases");
    assert_string_equal(d->area_code, "271276");
    assert_int_equal(d->kept, 7);
    assert_int_equal(d->counted, 1);
}

static void a_citys_year_that_was_changed_is_found_whether_counts_wait_or_not(void **state)
{
    struct record_world *r = *state;
    given_case(r);
    assert_true(checked(r, &with_recount).is_good); /* nothing was added up perhaps */
    assert_true(store_write(r->w->store, fold, NULL, &r->w->err));
    assert_true(checked(r, &with_recount).is_good);
    behind_its_back(r, "UPDATE tally_year SET m11 = m11 + 6, m12 = 2 WHERE measure = 'consultation.cases' AND basis = 'all' AND code = ''");
    struct check c = checked(r, &with_recount);
    assert_false(c.is_good);
    assert_int_equal(c.recount.different, 2);
    const struct recount_difference *d = &c.recount.shown[0];
    assert_string_equal(d->measure, "consultation.cases");
    assert_string_equal(d->month, "2024-11");
    assert_string_equal(d->area_code, "271004");
    assert_string_equal(d->office_id, "tally_year");
    assert_int_equal(d->kept, 7);
    assert_int_equal(d->counted, 1);
    assert_string_equal(c.recount.shown[1].month, "2024-12");
    behind_its_back(r, "DELETE FROM tally_year");
    assert_true(checked(r, &with_recount).recount.different > 2);
}

static bool stop(void *arg, long long records)
{
    (void)arg, (void)records;
    return false;
}

static void a_recount_stops_when_told(void **state)
{
    struct record_world *r = *state;
    struct check c;
    const struct check_order order = {.with_recount = true, .go_on = stop};
    given_case(r);
    assert_false(check_store(r->w->store, app_features(r->app), &order, r->w->arena, &c, &r->w->err));
    assert_string_equal(r->w->err.message, "backup.stopped");
}

static void a_backup_that_is_stopped_leaves_no_file(void **state)
{
    struct record_world *r = *state;
    const char *path = arena_printf(r->w->arena, "%s/b", r->w->folder);
    const struct backup_watch watch = {stop, NULL};
    for (int i = 0; i < 2; i++) /* more rows than are asked after */
        behind_its_back(r, i ? "INSERT INTO keeping_run (id, kind, at, user_id, file_name, row_count, byte_count, fingerprint, is_sealed, is_good,"
                               " finding, reason) SELECT a.code || b.code, '', '', '', '', 0, 0, '', 0, 1, '', '' FROM area a, area b LIMIT 6000"
                             : "DELETE FROM keeping_run");
    assert_false(backup_write_watched(r->w->store, path, NULL, &watch, NULL, &r->w->err));
    assert_string_equal(r->w->err.message, "backup.stopped");
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_not_equal(access(arena_printf(r->w->arena, "%s.part", path), F_OK), 0);
}

/* --- an export documents what the database has --- */

static const char schema_sqlite[] = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'"
                                    " AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'search_gram%' AND m.name NOT IN ('search_wait', 'tally_wait', 'tally_year')";
static const char schema_postgresql[] = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()";

static bool is_documented_elsewhere(const char *table, const char *column)
{
    return !strcmp(table, "session") || !strcmp(table, "tally_now") || !strcmp(table, "tally_wait") || !strcmp(table, "tally_year") || !strcmp(table, "audit_now") || !strcmp(table, "audit_wait") || !strncmp(table, "map_", 4) || !strcmp(column, "local_id") || (!strcmp(table, "search_doc") && (!strcmp(column, "doc_id") || !strcmp(column, "grams")));
}

static const char *section_of(const char *readme, const char *table, struct arena *a)
{
    const char *at = strstr(readme, arena_printf(a, "\n## %s\n", table));
    const char *end = at ? strstr(at + 4, "\n## ") : NULL;
    return !at ? "" : end ? arena_strndup(a, at, (size_t)(end - at)) : at;
}

static void every_table_and_column_of_the_database_stands_in_the_exports_readme(void **state)
{
    struct record_world *r = *state;
    struct arena *a = r->w->arena;
    const char *folder = arena_printf(a, "%s/out", r->w->folder);
    static char readme[400000];
    struct migration_list m = app_migrations(app_features(r->app), a);
    const struct export_words words = data_words(app_features(r->app));
    assert_true(export_write(r->w->store, folder, &m, &words, NULL, &r->w->err));
    FILE *f = fopen(arena_printf(a, "%s/README.md", folder), "r");
    assert_non_null(f);
    readme[fread(readme, 1, sizeof readme - 1, f)] = '\0';
    fclose(f);
    long found = 0;
    auto_rows *rows = db_query(world_db(r->w), a, &r->w->err, store_is_sqlite(r->w->store) ? schema_sqlite : schema_postgresql);
    for (; rows_next(rows); found++) {
        const char *table = rows_text(rows, 0), *column = rows_text(rows, 1);
        if (!is_documented_elsewhere(table, column) && !strstr(section_of(readme, table, a), arena_printf(a, "| %s |", column)))
            fail_msg("README.md does not say what %s.%s is", table, column);
    }
    assert_true(found > 100);
    const char *section = section_of(readme, "consultation", a);
    assert_non_null(strstr(section, "受付日時"));
    assert_non_null(strstr(section, "コード表 "));
}

/* --- files --- */

static void a_passphrase_waits_sealed_and_for_nobody_else(void **state)
{
    struct record_world *r = *state;
    unsigned char key[32] = {7}, other[32] = {8};
    const char *path = arena_printf(r->w->arena, "%s/waiting", r->w->folder), *back = NULL;
    struct stat about;
    assert_true(passphrase_seal(path, "さくらの池に三つの月が映る", key, &r->w->err));
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_true(passphrase_open(path, key, r->w->arena, &back, &r->w->err));
    assert_string_equal(back, "さくらの池に三つの月が映る");
    assert_false(passphrase_open(path, other, r->w->arena, &back, &r->w->err));
    assert_string_equal(r->w->err.message, "keeping.passphrase_gone");
}

static void only_our_own_names_are_generations(void **state)
{
    (void)state;
    assert_true(generation_is_name("renkei-20241130-0915.backup"));
    assert_false(generation_is_name("renkei-20241130-0915.backup.part"));
    assert_false(generation_is_name("renkei-2024113-00915.backup"));
    assert_false(generation_is_name("xrenkei-20241130-0915.backup"));
    assert_false(generation_is_name("renkei-20241130-0915.backuq"));
}

/* --- the page --- */

#define PASSWORD "Kaze-to-mizuumi7"
#define WORDS "%E3%81%95%E3%81%8F%E3%82%89-sakura-mittsu-no-ike"
#define ORDER "reason=tsukirei&passphrase=" WORDS "&passphrase_again=" WORDS

static bool insert_user(struct db *db, void *user, struct err *err)
{
    auto_arena *a = arena_new();
    return user_insert(db, user, "", a, err);
}

static struct session given_administrator(struct record_world *r)
{
    struct user u = {.id = id_new(r->w->arena), .login_name = "kanri", .display_name = "見本 管理", .kana = "ミホン カンリ", .profession = "",
                     .password_is_long = true};
    assert_true(password_hash(PASSWORD, r->w->arena, &u.password_hash, &r->w->err));
    assert_true(store_write(r->w->store, insert_user, &u, &r->w->err));
    struct session s = {.user_id = u.id, .display_name = u.display_name, .role = ROLE_SYSTEM_ADMINISTRATOR, .office_id = "O-SYS",
                        .office_name = "見本市", .area_code = "271004", .area_path = "270008/271004/"};
    visitor_sign_in(r->visitor, &s);
    return s;
}

static long long jobs(struct record_world *r)
{
    return db_int(world_db(r->w), &r->w->err, -1, "SELECT count(*) FROM job");
}

static void a_coordinator_may_neither_see_nor_start_anything(void **state)
{
    struct record_world *r = *state;
    assert_int_equal(visitor_get(r->visitor, "/settings/keeping"), 403);
    assert_int_equal(visitor_post(r->visitor, "/settings/keeping/backups", ORDER "&current=" PASSWORD), 403);
    assert_int_equal(visitor_post(r->visitor, "/settings/keeping/verifications", ""), 403);
    assert_int_equal(jobs(r), 0);
}

static void a_backup_wants_a_reason_the_passphrase_twice_and_the_own_password(void **state)
{
    struct record_world *r = *state;
    given_administrator(r);
    r->config.secret_key_file = arena_printf(r->w->arena, "%s/key", r->w->folder); /* jobs live beside it */
    struct visitor *v = r->visitor;
    assert_int_equal(visitor_post(v, "/settings/keeping/backups", "reason=&passphrase=" WORDS "&passphrase_again=" WORDS "&current=" PASSWORD), 422);
    assert_int_equal(visitor_post(v, "/settings/keeping/backups", "reason=tsukirei&passphrase=short&passphrase_again=short&current=" PASSWORD), 422);
    assert_non_null(strstr(v->body, "12文字以上"));
    assert_non_null(strstr(v->body, "value=\"tsukirei\""));
    assert_int_equal(visitor_post(v, "/settings/keeping/backups", "reason=tsukirei&passphrase=" WORDS "&passphrase_again=other&current=" PASSWORD), 422);
    assert_non_null(strstr(v->body, "2回の合い言葉が違います"));
    assert_null(strstr(v->body, "mittsu"));
    assert_int_equal(visitor_post(v, "/settings/keeping/backups", ORDER "&current=wrong"), 422);
    assert_non_null(strstr(v->body, "パスワードが違います"));
    assert_int_equal(visitor_post(v, "/settings/keeping/backups", ORDER), 422);
    assert_int_equal(jobs(r), 0);
    assert_int_equal(visitor_post(v, "/settings/keeping/backups", ORDER "&current=" PASSWORD), 303);
    assert_int_equal(jobs(r), 1);
    assert_int_equal(db_int(world_db(r->w), &r->w->err, -1, "SELECT count(*) FROM job WHERE input LIKE '%mittsu%'"), 0);
    assert_int_equal(db_int(world_db(r->w), &r->w->err, -1, "SELECT count(*) FROM audit_now WHERE action = 'keeping.take_out'"), 1);
}

static void given_backup_at(struct record_world *r, const char *at)
{
    struct keeping_run run = {.kind = "backup", .file_name = "renkei-20241128-0900.backup", .rows = 12345, .bytes = 2500000,
                              .fingerprint = "0123456789abcdef0123", .is_sealed = true, .is_good = true};
    assert_true(keeping_run_save(r->w->store, &run, &r->w->err));
    behind_its_back(r, arena_printf(r->w->arena, "UPDATE keeping_run SET at = '%s'", at));
}

static void the_page_says_how_old_the_newest_backup_is(void **state)
{
    struct record_world *r = *state;
    given_administrator(r);
    assert_int_equal(visitor_get(r->visitor, "/settings/keeping"), 200);
    assert_non_null(strstr(r->visitor->body, "■まだバックアップがありません"));
    assert_non_null(strstr(r->visitor->body, "▲まだ検証していません"));
    given_backup_at(r, "2024-11-30T00:00:00.000Z"); /* now: 00:15 UTC */
    visitor_get(r->visitor, "/settings/keeping");
    assert_non_null(strstr(r->visitor->body, "●1時間以内"));
    assert_non_null(strstr(r->visitor->body, "renkei-20241128-0900.backup"));
    assert_non_null(strstr(r->visitor->body, "0123456789abcdef"));
    given_backup_at(r, "2024-11-28T00:00:00.000Z");
    visitor_get(r->visitor, "/settings/keeping");
    assert_non_null(strstr(r->visitor->body, "▲2日前"));
    visitor_get(r->visitor, "/");
    assert_non_null(strstr(r->visitor->body, "バックアップが1日より古くなっています"));
}

static void a_finding_stays_on_the_page(void **state)
{
    struct record_world *r = *state;
    given_entries(r);
    given_administrator(r);
    behind_its_back(r, "UPDATE audit SET object_id = 'c2' WHERE seq = 2");
    checked(r, &plain);
    visitor_get(r->visitor, "/settings/keeping");
    assert_non_null(strstr(r->visitor->body, "■異常あり"));
    assert_non_null(strstr(r->visitor->body, "2番の操作の記録で"));
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, record_begin, record_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(a_whole_store_is_found_whole_and_the_verification_is_kept),
        SPEC(a_changed_entry_is_named),
        SPEC(a_missing_entry_is_named),
        SPEC(a_trail_whose_end_was_cut_off_is_found_by_the_verification_before),
        SPEC(a_record_removed_behind_the_programs_back_is_found_by_a_recount),
        SPEC(a_figure_that_was_changed_is_named_with_both_numbers),
        SPEC(a_citys_year_that_was_changed_is_found_whether_counts_wait_or_not),
        SPEC(a_recount_stops_when_told),
        SPEC(a_backup_that_is_stopped_leaves_no_file),
        SPEC(every_table_and_column_of_the_database_stands_in_the_exports_readme),
        SPEC(a_passphrase_waits_sealed_and_for_nobody_else),
        SPEC(only_our_own_names_are_generations),
        SPEC(a_coordinator_may_neither_see_nor_start_anything),
        SPEC(a_backup_wants_a_reason_the_passphrase_twice_and_the_own_password),
        SPEC(the_page_says_how_old_the_newest_backup_is),
        SPEC(a_finding_stays_on_the_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
