#include "store/audit.h"
#include "store/backup.h"
#include "store/search.h"
#include "tests/support/world.h"

#include <stdio.h>
#include <string.h>

static const struct migration rows[] = {
    {2026010101, "parent and child",
     "CREATE TABLE parent (\n  id TEXT PRIMARY KEY, -- UUIDv7\n  name TEXT NOT NULL,\n  size BIGINT -- minutes\n);\n"
     "CREATE TABLE child (parent_id TEXT NOT NULL REFERENCES parent (id), words TEXT);",
     "ALTER TABLE parent ADD COLUMN picture BLOB;", "ALTER TABLE parent ADD COLUMN picture BYTEA;"},
};
static const struct migration *const tables[] = {rows};
static const size_t counts[] = {1};
static const struct migration_list program = {tables, counts, 1};

static bool fill(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    static const char picture[] = {0, 1, (char)0xff, '\'', 0, 'x'};
    return db_run(db, err, "INSERT INTO parent (id, name, size, picture) VALUES ($1, $2, $3, $4)", TEXT("p1"),
                  TEXT("見本, \"花子\"\r\n二行目\n=1+1\t"), INT(-5), BYTES(picture, sizeof picture)) == 1 &&
           db_run(db, err, "INSERT INTO parent (id, name, size, picture) VALUES ('p2', '', NULL, $1)", BYTES("", 0)) == 1 &&
           db_run(db, err, "INSERT INTO child (parent_id, words) VALUES ('p1', NULL), ('p2', ''), ('p2', '\"')") == 3 &&
           search_put(db, "parent", "p1", "o1", "透析室の相談", err) &&
           audit_append(db, &(struct audit_entry){.user_id = "u1", .action = "parent.save", .object_id = "p1"}, err) &&
           audit_append(db, &(struct audit_entry){.user_id = "u2", .action = "parent.view", .object_id = "p1"}, err);
}

static int begin(void **state)
{
    if (world_begin_with(state, tables, counts, 1) != 0)
        return -1;
    struct world *w = *state;
    return store_write(w->store, fill, NULL, &w->err) ? 0 : -1;
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

static void given_export(struct world *w)
{
    assert_true(export_write(w->store, path_of(w, "out"), &program, NULL, NULL, &w->err));
}

static char *text_of(struct world *w, const char *name)
{
    char *text = arena_alloc(w->arena, 65536);
    FILE *f = fopen(path_of(w, name), "rb");
    assert_non_null(f);
    text[fread(text, 1, 65535, f)] = '\0';
    fclose(f);
    return text;
}

/* Puts `by` in the place of the same number of bytes. */
static void given_change(struct world *w, const char *name, const char *what, const char *by)
{
    char *text = text_of(w, name), *place = strstr(text, what);
    assert_non_null(place);
    memcpy(place, by, strlen(by));
    FILE *f = fopen(path_of(w, name), "wb");
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    fclose(f);
}

static void an_export_comes_back_whole_in_another_store(void **state)
{
    struct world *w = *state;
    struct backup_result written, restored;
    assert_true(export_write(w->store, path_of(w, "out"), &program, NULL, &written, &w->err));
    struct store *s = store_open(arena_printf(w->arena, "sqlite:%s/other.db", w->folder), &w->err);
    assert_true(export_restore(s, path_of(w, "out"), false, &program, &restored, &w->err));
    assert_int_equal(written.rows, restored.rows);
    assert_string_equal(fingerprint(w, s), fingerprint(w, w->store));
    struct search_hit *hits;
    size_t count;
    assert_true(search_find(store_reader(s, &w->err), &SCOPE_EVERYTHING, NULL, "透析室", 5, w->arena, &hits, &count, &w->err));
    assert_int_equal(count, 1);
    store_close(s);
}

static void an_export_replaces_what_is_there_only_when_told_so(void **state)
{
    struct world *w = *state;
    given_export(w);
    const char *before = fingerprint(w, w->store);
    assert_false(export_restore(w->store, path_of(w, "out"), false, &program, NULL, &w->err));
    assert_string_equal(w->err.message, "backup.not_empty");
    assert_true(export_restore(w->store, path_of(w, "out"), true, &program, NULL, &w->err));
    assert_string_equal(fingerprint(w, w->store), before);
}

static void tables_and_columns_are_documented(void **state)
{
    struct world *w = *state;
    given_export(w);
    assert_non_null(strstr(text_of(w, "out/README.md"), "## parent"));
    assert_non_null(strstr(text_of(w, "out/README.md"), "| size | 整数 |  |  | minutes |"));
    assert_non_null(strstr(text_of(w, "out/schema.sql"), "size BIGINT -- minutes"));
    assert_non_null(strstr(text_of(w, "out/manifest.json"), "\"rows\":2"));
    assert_non_null(strstr(text_of(w, "out/child.csv"), "\"p1\",\r\n\"p2\",\"\"\r\n\"p2\",\"\"\"\"\r\n"));
}

static void an_untouched_export_verifies(void **state)
{
    struct world *w = *state;
    given_export(w);
    assert_true(export_verify(path_of(w, "out"), w->arena, &w->err));
}

static void a_changed_trail_is_found_in_the_export_alone(void **state)
{
    struct world *w = *state;
    given_export(w);
    given_change(w, "out/audit.csv", "parent.view", "parent.look");
    assert_false(export_verify(path_of(w, "out"), w->arena, &w->err));
    assert_string_equal(w->err.message, "backup.chain");
    assert_string_equal(w->err.detail, "seq=2");
}

static void a_changed_table_is_refused_and_nothing_is_changed(void **state)
{
    struct world *w = *state;
    given_export(w);
    const char *before = fingerprint(w, w->store);
    given_change(w, "out/parent.csv", "花子", "太郎");
    assert_false(export_verify(path_of(w, "out"), w->arena, &w->err));
    assert_string_equal(w->err.message, "backup.changed");
    assert_false(export_restore(w->store, path_of(w, "out"), true, &program, NULL, &w->err));
    assert_int_equal(w->err.kind, ERR_INPUT);
    assert_string_equal(fingerprint(w, w->store), before);
}

static void a_manifest_cannot_name_files_elsewhere(void **state)
{
    struct world *w = *state;
    given_export(w);
    given_change(w, "out/manifest.json", "parent.csv", "../../pass");
    assert_false(export_restore(w->store, path_of(w, "out"), true, &program, NULL, &w->err));
    assert_string_equal(w->err.message, "backup.changed");
}

static void a_folder_in_use_is_left_alone(void **state)
{
    struct world *w = *state;
    given_export(w);
    assert_false(export_write(w->store, path_of(w, "out"), &program, NULL, NULL, &w->err));
    assert_string_equal(w->err.message, "backup.folder_not_empty");
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(an_export_comes_back_whole_in_another_store),
        SPEC(an_export_replaces_what_is_there_only_when_told_so),
        SPEC(tables_and_columns_are_documented),
        SPEC(an_untouched_export_verifies),
        SPEC(a_changed_trail_is_found_in_the_export_alone),
        SPEC(a_changed_table_is_refused_and_nothing_is_changed),
        SPEC(a_manifest_cannot_name_files_elsewhere),
        SPEC(a_folder_in_use_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
