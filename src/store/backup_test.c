#include "base/count.h"
#include "base/id.h"
#include "store/audit.h"
#include "store/backup.h"
#include "store/search.h"
#include "store/store_messages.h"
#include "store/tally.h"
#include "tests/support/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

/* `child` comes before `parent` in every list of tables and refers to it. */
static const struct migration first_table[] = {
    {2026010101, "parent and child",
     "CREATE TABLE parent (id TEXT PRIMARY KEY, name TEXT NOT NULL, size BIGINT, picture_of TEXT REFERENCES parent (id));"
     "CREATE TABLE child (parent_id TEXT NOT NULL REFERENCES parent (id), place BIGINT NOT NULL, words TEXT, PRIMARY KEY (parent_id, place));"
     "CREATE TABLE session (id TEXT PRIMARY KEY);"
     "INSERT INTO parent (id, name) VALUES ('seed', 'from the migration');",
     "ALTER TABLE parent ADD COLUMN picture BLOB;", "ALTER TABLE parent ADD COLUMN picture BYTEA;"},
};
static const struct migration second_table[] = {
    {2026010102, "parent: colour", "ALTER TABLE parent ADD COLUMN colour TEXT NOT NULL DEFAULT 'white';", NULL, NULL},
};
static const struct migration *const tables[] = {first_table, second_table};
static const size_t counts[] = {1, 1};
static const struct migration_list old_program = {tables, counts, 1}, new_program = {tables, counts, 2};

static int begin(void **state)
{
    return world_begin_with(state, tables, counts, 1);
}

static bool fill(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    auto_arena *a = arena_new();
    struct facts f;
    facts_init(&f, a);
    facts_add(&f, "2024-06", "visit.cases", "", "", 3);
    static const char picture[] = {0, 1, (char)0xff, '\'', 0, 'x'};
    return db_run(db, err, "INSERT INTO parent (id, name, size, picture_of, picture) VALUES ($1, $2, $3, $4, $5)", TEXT("p1"),
                  TEXT("見本, \"花子\"\r\n二行目 ' ; "), INT(-5), TEXT("seed"), BYTES(picture, sizeof picture)) == 1 &&
           db_run(db, err, "INSERT INTO parent (id, name, size) VALUES ('p2', '', NULL)") == 1 &&
           db_run(db, err, "UPDATE parent SET name = 'changed' WHERE id = 'seed'") == 1 &&
           db_run(db, err, "INSERT INTO child (parent_id, place, words) VALUES ('p1', 10, 'x'), ('p1', 9, NULL), ('p2', 1, '')") == 3 &&
           db_run(db, err, "INSERT INTO session (id) VALUES ('secret')") == 1 &&
           search_put(db, "parent", "p1", "o1", "透析室の相談", err) && search_put(db, "parent", "p2", "o1", "看取りの相談", err) &&
           tally_apply(db, "o1", "271276", NULL, &f, err) &&
           audit_append(db, &(struct audit_entry){.user_id = "u1", .action = "parent.save", .object_id = "p1"}, err) &&
           audit_append(db, &(struct audit_entry){.user_id = "u2", .action = "parent.view", .object_id = "p1"}, err);
}

static void given_data(struct world *w)
{
    assert_true(store_write(w->store, fill, NULL, &w->err));
}

static const char *path_of(struct world *w, const char *name)
{
    return arena_printf(w->arena, "%s/%s", w->folder, name);
}

static const char *fingerprint(struct world *w, struct store *s)
{
    const char *hex = NULL;
    assert_true(store_fingerprint(s, w->arena, &hex, &w->err));
    return hex;
}

static struct store *another(struct world *w, const char *name)
{
    struct store *s = store_open(arena_printf(w->arena, "sqlite:%s/%s.db", w->folder, name), &w->err);
    assert_non_null(s);
    return s;
}

static void assert_whole(struct world *w, struct store *s)
{
    struct search_hit *hits;
    size_t count;
    struct db *db = store_reader(s, &w->err);
    assert_true(search_find(db, &SCOPE_EVERYTHING, NULL, "相談", 10, w->arena, &hits, &count, &w->err));
    assert_int_equal(count, 2);
    assert_string_equal(hits[0].id, "p2"); /* newest first, as before */
    assert_true(search_find(db, &SCOPE_EVERYTHING, NULL, "透析室", 10, w->arena, &hits, &count, &w->err));
    assert_int_equal(count, 1);
    struct audit_report report;
    assert_true(audit_verify(s, w->arena, &report, &w->err));
    assert_int_equal(report.entries, 2);
    assert_int_equal(report.broken_seq, 0);
    assert_int_equal(db_int(db, &w->err, -1, "SELECT count(*) FROM session"), 0);
    assert_int_equal(db_int(db, &w->err, -1, "SELECT count(*) FROM parent WHERE id = 'seed' AND name = 'changed'"), 1);
    assert_int_equal(db_int(db, &w->err, -1, "SELECT count(*) FROM child WHERE words IS NULL"), 1);
}

static void a_backup_comes_back_whole_in_another_store_and_engine(void **state)
{
    struct world *w = *state;
    struct backup_result written, restored;
    given_data(w);
    assert_true(backup_write(w->store, path_of(w, "b"), NULL, &written, &w->err));
    struct store *s = another(w, "other");
    assert_true(backup_restore(s, path_of(w, "b"), NULL, false, &old_program, &restored, &w->err));
    assert_int_equal(restored.rows, written.rows);
    assert_int_equal(restored.tables, written.tables);
    assert_string_equal(fingerprint(w, s), fingerprint(w, w->store));
    assert_whole(w, s);

    assert_true(backup_write(s, path_of(w, "b2"), NULL, NULL, &w->err)); /* and back again, over what is there */
    const char *before = fingerprint(w, w->store);
    assert_true(backup_restore(w->store, path_of(w, "b2"), NULL, true, &old_program, NULL, &w->err));
    assert_string_equal(fingerprint(w, w->store), before);
    assert_whole(w, w->store);
    assert_true(store_migrate(w->store, tables, counts, 2, &w->err));
    store_close(s);
}

static bool rename_one(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "UPDATE parent SET name = 'other' WHERE id = 'p2'") == 1;
}

static void a_fingerprint_tells_every_difference(void **state)
{
    struct world *w = *state;
    given_data(w);
    const char *before = fingerprint(w, w->store);
    assert_string_equal(before, fingerprint(w, w->store));
    assert_true(store_write(w->store, rename_one, NULL, &w->err));
    assert_string_not_equal(before, fingerprint(w, w->store));
}

static void an_older_backup_is_brought_up_to_date(void **state)
{
    struct world *w = *state;
    given_data(w);
    assert_true(backup_write(w->store, path_of(w, "b"), NULL, NULL, &w->err));
    struct store *s = another(w, "newer");
    assert_true(backup_restore(s, path_of(w, "b"), NULL, false, &new_program, NULL, &w->err));
    assert_int_equal(db_int(store_reader(s, &w->err), &w->err, -1, "SELECT count(*) FROM parent WHERE colour = 'white'"), 3);
    assert_true(store_migrate(s, tables, counts, 2, &w->err));
    store_close(s);
}

static void a_newer_backup_is_refused(void **state)
{
    struct world *w = *state;
    assert_true(store_migrate(w->store, tables, counts, 2, &w->err));
    assert_true(backup_write(w->store, path_of(w, "b"), NULL, NULL, &w->err));
    struct store *s = another(w, "older");
    assert_false(backup_restore(s, path_of(w, "b"), NULL, false, &old_program, NULL, &w->err));
    assert_int_equal(w->err.kind, ERR_CONFLICT);
    assert_string_equal(w->err.message, "backup.newer");
    store_close(s);
}

static void a_store_with_data_is_not_overwritten_unless_told_so(void **state)
{
    struct world *w = *state;
    given_data(w);
    assert_true(backup_write(w->store, path_of(w, "b"), NULL, NULL, &w->err));
    const char *before = fingerprint(w, w->store);
    assert_false(backup_restore(w->store, path_of(w, "b"), NULL, false, &old_program, NULL, &w->err));
    assert_string_equal(w->err.message, "backup.not_empty");
    assert_string_equal(fingerprint(w, w->store), before);
}

/* --- files that are not as they should be --- */

static char *read_all(struct world *w, const char *path, size_t *ret_size)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    *ret_size = (size_t)ftell(f);
    rewind(f);
    char *data = arena_alloc(w->arena, *ret_size + 1);
    assert_int_equal(fread(data, 1, *ret_size, f), *ret_size);
    fclose(f);
    return data;
}

static const char *write_all(struct world *w, const char *data, size_t size)
{
    const char *path = path_of(w, "bad");
    FILE *f = fopen(path, "wb");
    assert_int_equal(fwrite(data, 1, size, f), size);
    fclose(f);
    return path;
}

static bool has_sentence(const char *key)
{
    for (size_t i = 0; i < store_message_count; i++)
        if (strcmp(store_messages[i].key, key) == 0)
            return true;
    return false;
}

static void assert_refused(struct world *w, struct store *s, const char *path, const char *passphrase)
{
    w->err = (struct err){0};
    assert_false(backup_restore(s, path, passphrase, true, &old_program, NULL, &w->err));
    assert_int_equal(w->err.kind, ERR_INPUT);
    assert_int_equal(strncmp(w->err.message, "backup.", 7), 0);
    assert_true(has_sentence(w->err.message));
}

static void refuse_damage(struct world *w, const char *passphrase, size_t step)
{
    given_data(w);
    assert_true(backup_write(w->store, path_of(w, "b"), passphrase, NULL, &w->err));
    const char *before = fingerprint(w, w->store);
    size_t size;
    char *data = read_all(w, path_of(w, "b"), &size);
    size_t head = 17 + (passphrase ? 48 : 0);
    for (size_t at = head; at < size; at += step) {
        data[at] ^= 0x20;
        assert_refused(w, w->store, write_all(w, data, size), passphrase);
        data[at] ^= 0x20;
        assert_refused(w, w->store, write_all(w, data, at), passphrase);
    }
    assert_refused(w, w->store, write_all(w, data, size - 1), passphrase);
    data[size] = 'x';
    assert_refused(w, w->store, write_all(w, data, size + 1), passphrase);
    assert_string_equal(fingerprint(w, w->store), before);
}

static void a_damaged_or_cut_file_changes_nothing(void **state)
{
    refuse_damage(*state, NULL, 37);
}

static void a_damaged_sealed_file_changes_nothing(void **state)
{
    refuse_damage(*state, "さくら 3 ponds", 3001); /* each try makes a key, which is slow on purpose */
}

static void something_else_is_no_backup(void **state)
{
    struct world *w = *state;
    assert_refused(w, w->store, write_all(w, "hello, this is something else", 29), NULL);
    assert_refused(w, w->store, write_all(w, "", 0), NULL);
    assert_refused(w, w->store, path_of(w, "nothing here"), NULL);
}

static void a_sealed_backup_opens_with_its_passphrase_only(void **state)
{
    struct world *w = *state;
    given_data(w);
    assert_true(backup_write(w->store, path_of(w, "b"), "さくら", NULL, &w->err));
    size_t size;
    const char *data = read_all(w, path_of(w, "b"), &size);
    assert_null(memmem(data, size, "花子", strlen("花子")));
    assert_refused(w, w->store, path_of(w, "b"), "さくらんぼ");
    assert_string_equal(w->err.message, "backup.wrong_passphrase");
    assert_refused(w, w->store, path_of(w, "b"), NULL);
    assert_string_equal(w->err.message, "backup.needs_passphrase");
    struct store *s = another(w, "sealed");
    assert_true(backup_restore(s, path_of(w, "b"), "さくら", false, &old_program, NULL, &w->err));
    assert_string_equal(fingerprint(w, s), fingerprint(w, w->store));
    store_close(s);
}

static void a_backup_that_does_not_fit_leaves_no_file_and_the_old_one(void **state)
{
    struct world *w = *state;
    given_data(w);
    assert_true(backup_write(w->store, path_of(w, "b"), NULL, NULL, &w->err));
    size_t size, again;
    read_all(w, path_of(w, "b"), &size);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit, small;
    getrlimit(RLIMIT_FSIZE, &limit);
    small = limit;
    small.rlim_cur = 100;
    setrlimit(RLIMIT_FSIZE, &small);
    bool ok = backup_write(w->store, path_of(w, "b"), NULL, NULL, &w->err);
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_false(ok);
    assert_int_equal(w->err.kind, ERR_STORE_AWAY);
    assert_int_not_equal(access(path_of(w, "b.part"), F_OK), 0);
    read_all(w, path_of(w, "b"), &again);
    assert_int_equal(size, again);
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(a_backup_comes_back_whole_in_another_store_and_engine),
        SPEC(a_fingerprint_tells_every_difference),
        SPEC(an_older_backup_is_brought_up_to_date),
        SPEC(a_newer_backup_is_refused),
        SPEC(a_store_with_data_is_not_overwritten_unless_told_so),
        SPEC(a_damaged_or_cut_file_changes_nothing),
        SPEC(a_damaged_sealed_file_changes_nothing),
        SPEC(something_else_is_no_backup),
        SPEC(a_sealed_backup_opens_with_its_passphrase_only),
        SPEC(a_backup_that_does_not_fit_leaves_no_file_and_the_old_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
