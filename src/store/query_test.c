#include "base/count.h"
#include "store/query.h"
#include "tests/support/world.h"

#include <string.h>

static const struct migration tables[] = {
    {2026010101, "area and work",
     "CREATE TABLE area (code TEXT PRIMARY KEY, path TEXT NOT NULL);"
     "CREATE TABLE work (id TEXT PRIMARY KEY, office_id TEXT NOT NULL, area_code TEXT NOT NULL, name TEXT NOT NULL);",
     NULL, NULL},
};

static bool fill(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "INSERT INTO area (code, path) VALUES ('270008', '270008/'), ('271004', '270008/271004/'),"
                           " ('271276', '270008/271004/271276/'), ('131121', '130001/131121/')") == 4 &&
           db_run(db, err, "INSERT INTO work (id, office_id, area_code, name) VALUES ('1', 'o1', '271276', 'a?b'),"
                           " ('2', 'o1', '271276', 'B'), ('3', 'o2', '271004', 'b'), ('4', 'o3', '131121', 'c')") == 4;
}

static int begin(void **state)
{
    if (world_begin_with(state, (const struct migration *const[]){tables}, (size_t[]){COUNT(tables)}, 1) != 0)
        return -1;
    struct world *w = *state;
    return store_write(w->store, fill, NULL, &w->err) ? 0 : -1;
}

/* The ids of the rows that the scope shows, one after another. */
static const char *seen(struct world *w, const struct scope *scope)
{
    struct query q;
    query_init(&q, w->arena);
    query_add(&q, "SELECT c.id FROM work c WHERE c.id <> ?", TEXT("0"));
    query_scope(&q, scope, "c");
    query_add(&q, " AND c.name <> ? ORDER BY c.id LIMIT ?", TEXT("z"), INT(50));
    auto_rows *rows = query_run(&q, world_db(w), w->arena, &w->err);
    const char *all = "";
    while (rows_next(rows))
        all = arena_printf(w->arena, "%s%s", all, rows_text(rows, 0));
    assert_false(rows_failed(rows));
    return all;
}

static void an_office_sees_its_own_rows(void **state)
{
    assert_string_equal(seen(*state, &(struct scope){.kind = SCOPE_OFFICE, .office_id = "o1"}), "12");
}

static void an_area_sees_the_rows_in_it_and_below(void **state)
{
    assert_string_equal(seen(*state, &(struct scope){.kind = SCOPE_AREA, .area_path = "270008/271004/"}), "123");
    assert_string_equal(seen(*state, &(struct scope){.kind = SCOPE_AREA, .area_path = "270008/271004/271276/"}), "12");
}

static void nobody_sees_nothing_and_a_missing_area_is_nobody(void **state)
{
    assert_string_equal(seen(*state, &(struct scope){.kind = SCOPE_NOTHING}), "");
    assert_string_equal(seen(*state, &(struct scope){.kind = SCOPE_AREA, .area_path = ""}), "");
}

static void a_command_sees_every_row(void **state)
{
    assert_string_equal(seen(*state, &SCOPE_EVERYTHING), "1234");
}

static void a_question_mark_in_quotes_is_text(void **state)
{
    struct world *w = *state;
    struct query q;
    query_init(&q, w->arena);
    query_add(&q, "SELECT id FROM work WHERE name = 'a?b' AND office_id = ?", TEXT("o1"));
    auto_rows *rows = query_run(&q, world_db(w), w->arena, &w->err);
    assert_true(rows_next(rows));
    assert_string_equal(rows_text(rows, 0), "1");
}

static void text_compares_by_case_on_every_store(void **state)
{
    struct world *w = *state;
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM work WHERE name LIKE $1", TEXT("b%")), 1);
    const char *first = db_text(world_db(w), w->arena, &w->err, "SELECT name FROM work WHERE id <> $1 ORDER BY name", TEXT("1"));
    assert_string_equal(first, "B"); /* capital letters come first, by bytes */
}

static void many_different_queries_leave_the_latest_ones_prepared(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 500; i++) {
        struct query q;
        query_init(&q, w->arena);
        query_add(&q, "SELECT count(*) FROM work WHERE 1 = 1");
        for (int bit = 0; bit < 9; bit++)
            if (i & (1 << bit))
                query_add(&q, " AND (1 = 1)");
            else
                query_add(&q, " AND (2 = 2)");
        auto_rows *rows = query_run(&q, world_db(w), w->arena, &w->err);
        assert_true(rows_next(rows));
        assert_int_equal(rows_int(rows, 0), 4);
    }
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(an_office_sees_its_own_rows),
        SPEC(an_area_sees_the_rows_in_it_and_below),
        SPEC(nobody_sees_nothing_and_a_missing_area_is_nobody),
        SPEC(a_command_sees_every_row),
        SPEC(a_question_mark_in_quotes_is_text),
        SPEC(text_compares_by_case_on_every_store),
        SPEC(many_different_queries_leave_the_latest_ones_prepared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
