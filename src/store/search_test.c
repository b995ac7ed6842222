#include "base/count.h"
#include "store/query.h"
#include "store/search.h"
#include "tests/support/world.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct migration tables[] = {
    {2026010101, "consultation",
     "CREATE TABLE consultation (id TEXT PRIMARY KEY, office_id TEXT NOT NULL, area_code TEXT NOT NULL, received_at TEXT NOT NULL);", NULL, NULL},
};

static int begin(void **state)
{
    return world_begin_with(state, (const struct migration *const[]){tables}, (size_t[]){COUNT(tables)}, 1);
}

struct text {
    const char *kind, *id, *office_id, *text;
};

static bool put(struct db *db, void *arg, struct err *err)
{
    const struct text *t = arg;
    return search_put(db, t->kind, t->id, t->office_id, t->text, err);
}

static bool put_and_fail(struct db *db, void *arg, struct err *err)
{
    return put(db, arg, err) && err_set(err, ERR_INPUT, "x.y", "refused");
}

static bool remove_it(struct db *db, void *arg, struct err *err)
{
    return search_remove(db, "consultation", arg, err);
}

static void given(struct world *w, const char *kind, const char *id, const char *office_id, const char *text)
{
    assert_true(store_write(w->store, put, &(struct text){kind, id, office_id, text}, &w->err));
}

static const char *found_by(struct world *w, const struct scope *scope, const char *kind, const char *words)
{
    struct search_hit *hits;
    size_t count;
    assert_true(search_find(world_db(w), scope, kind, words, 50, w->arena, &hits, &count, &w->err));
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_printf(w->arena, "%s%s", all, hits[i].id);
    return all;
}

/* Of one kind they are found on another way than among all. */
static const char *found(struct world *w, const char *words)
{
    const char *all = found_by(w, &SCOPE_EVERYTHING, NULL, words);
    assert_string_equal(found_by(w, &SCOPE_EVERYTHING, "consultation", words), all);
    return all;
}

static void words_of_any_length_are_found_newest_first(void **state)
{
    struct world *w = *state;
    given(w, "consultation", "1", "o1", "週三回の透析室への通院について相談。");
    given(w, "consultation", "2", "o1", "自宅での看取りを希望。透析は中止");
    given(w, "consultation", "3", "o1", "室温の管理");
    assert_string_equal(found(w, "透析"), "21");
    assert_string_equal(found(w, "看取"), "2");
    assert_string_equal(found(w, "透析室"), "1");
    assert_string_equal(found(w, "室"), "31");
    assert_string_equal(found(w, "止"), "2"); /* the last character of the text */
    assert_string_equal(found(w, "自宅での看取りを希望"), "2");
    assert_string_equal(found(w, "透析 自宅"), "2");
    assert_string_equal(found(w, "　透析　通院　"), "1");
    assert_string_equal(found(w, "析透"), "");
    assert_string_equal(found(w, "訪問"), "");
    assert_string_equal(found(w, " 　"), "");
}

static void kana_width_and_old_characters_make_no_difference(void **state)
{
    struct world *w = *state;
    given(w, "consultation", "1", "o1", "髙橋ケアマネジャー、ﾃﾞｲｻｰﾋﾞｽ、ＡＤＬ、Wi-Fi");
    assert_string_equal(found(w, "高橋"), "1");
    assert_string_equal(found(w, "けあまね"), "1");
    assert_string_equal(found(w, "デイサービス"), "1");
    assert_string_equal(found(w, "adl"), "1");
    assert_string_equal(found(w, "ＷＩ－ＦＩ"), "1");
}

static void characters_that_never_stood_together_are_not_found_together(void **state)
{
    struct world *w = *state;
    given(w, "consultation", "1", "o1", "訪問看護の後、看護師と護送");
    assert_string_equal(found(w, "看護送"), "");
    assert_string_equal(found(w, "問看護"), "1");
    assert_string_equal(found(w, "後看護"), "");
    given(w, "consultation", "2", "o1", "ひまなときのまわりのわりあい");
    given(w, "consultation", "3", "o1", "ひまわりの家");
    assert_string_equal(found(w, "ひまわり"), "3");
    assert_string_equal(found(w, "ひまわりの"), "3");
    assert_string_equal(found(w, "のわりあい"), "2");
}

static void what_looks_like_a_search_language_is_only_text(void **state)
{
    struct world *w = *state;
    given(w, "consultation", "1", "o1", "a\"b OR c* (NEAR) 'x' 50% & | ! :*");
    assert_string_equal(found(w, "\""), "1");
    assert_string_equal(found(w, "NEAR("), "");
    assert_string_equal(found(w, "(NEAR)"), "1");
    assert_string_equal(found(w, "c*"), "1");
    assert_string_equal(found(w, "50%"), "1");
    assert_string_equal(found(w, "'x'"), "1");
    assert_string_equal(found(w, "' OR 1=1 --"), "");
    assert_string_equal(found(w, "& | !"), "1");
}

static void a_changed_text_is_found_by_its_new_words_only(void **state)
{
    struct world *w = *state;
    given(w, "consultation", "1", "o1", "透析の相談");
    given(w, "consultation", "1", "o1", "看取りの相談");
    assert_string_equal(found(w, "透析"), "");
    assert_string_equal(found(w, "看取り"), "1");
    given(w, "consultation", "1", "o1", "");
    assert_string_equal(found(w, "看取り"), "");
}

static void a_removed_record_is_not_found_and_may_come_back(void **state)
{
    struct world *w = *state;
    char id[] = "2";
    given(w, "consultation", "1", "o1", "透析の相談");
    given(w, "consultation", "2", "o1", "透析の相談");
    assert_true(store_write(w->store, remove_it, id, &w->err));
    assert_string_equal(found(w, "透析"), "1");
    given(w, "consultation", "2", "o1", "透析の相談");
    assert_string_equal(found(w, "透析"), "21");
}

static void a_refused_write_leaves_nothing_to_find(void **state)
{
    struct world *w = *state;
    given(w, "consultation", "1", "o1", "透析の相談");
    assert_false(store_write(w->store, put_and_fail, &(struct text){"consultation", "1", "o1", "看取り"}, &w->err));
    assert_false(store_write(w->store, put_and_fail, &(struct text){"consultation", "2", "o1", "看取り"}, &w->err));
    assert_string_equal(found(w, "看取り"), "");
    assert_string_equal(found(w, "透析"), "1");
}

static void an_office_finds_its_own_and_what_is_public(void **state)
{
    struct world *w = *state;
    given(w, "consultation", "1", "o-1", "透析の相談");
    given(w, "consultation", "2", "o-2", "透析の相談");
    given(w, "facility", "3", "", "透析クリニック");
    const struct scope office = {.kind = SCOPE_OFFICE, .office_id = "o-1"}, nobody = {.kind = SCOPE_NOTHING};
    assert_string_equal(found_by(w, &office, NULL, "透析"), "31");
    assert_string_equal(found_by(w, &office, "consultation", "透析"), "1");
    assert_string_equal(found_by(w, &SCOPE_EVERYTHING, "consultation", "透析"), "21");
    assert_string_equal(found_by(w, &nobody, NULL, "透析"), "");
}

/* SQLite's word index follows in pauses. */
static void wait_until_indexed(struct world *w)
{
    if (!store_is_sqlite(w->store))
        return;
    for (int i = 0; i < 6000 && db_int(world_db(w), &w->err, 1, "SELECT count(*) FROM search_wait") > 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM search_wait"), 0);
}

static void what_the_index_holds_and_what_waits_for_it_are_found_alike(void **state)
{
    struct world *w = *state;
    char second[] = "2", fourth[] = "4";
    given(w, "consultation", "1", "o1", "透析の相談");
    given(w, "consultation", "2", "o1", "透析の相談");
    given(w, "consultation", "3", "o1", "透析の相談");
    wait_until_indexed(w);
    assert_string_equal(found(w, "透析"), "321");
    given(w, "consultation", "3", "o2", "看取りの相談"); /* twice before the index hears of it */
    given(w, "consultation", "3", "o1", "透析と看取りの相談");
    assert_true(store_write(w->store, remove_it, second, &w->err));
    given(w, "consultation", "4", "o1", "透析");
    assert_true(store_write(w->store, remove_it, fourth, &w->err)); /* never reaches the index */
    given(w, "consultation", "5", "o1", "透析室");
    for (int round = 0; round < 2; round++) {
        assert_string_equal(found(w, "透析"), "531");
        assert_string_equal(found(w, "看取り"), "3");
        assert_string_equal(found(w, "透析の"), "1");
        assert_string_equal(found(w, "室"), "5");
        wait_until_indexed(w);
    }
    given(w, "consultation", "1", "o1", "");
    wait_until_indexed(w);
    assert_string_equal(found(w, "透析"), "53");
}

/* --- in lists --- */

struct many {
    int first, count;
    const char *text;
};

static bool add_many(struct db *db, void *arg, struct err *err)
{
    const struct many *m = arg;
    for (int i = m->first; i < m->first + m->count; i++) {
        char id[16];
        snprintf(id, sizeof id, "c%06d", i);
        if (db_run(db, err, "INSERT INTO consultation (id, office_id, area_code, received_at) VALUES ($1, $2, '271004', $1)", TEXT(id),
                   TEXT(i % 2 ? "o1" : "o2")) < 0 ||
            !search_put(db, "consultation", id, i % 2 ? "o1" : "o2", m->text, err))
            return false;
    }
    return true;
}

/* The ids of a list one after another.  `plan` NULL: the query narrows itself. */
static const char *listed_by(struct world *w, const struct scope *scope, const char *words, const struct search_plan *plan, int *ret_count)
{
    struct query q;
    query_init(&q, w->arena);
    query_add(&q, "SELECT c.id FROM consultation c WHERE 1 = 1");
    query_scope(&q, scope, "c");
    if (plan)
        query_search_plan(&q, world_db(w), plan, "c");
    else
        query_search(&q, world_db(w), "consultation", "c", words);
    query_add(&q, " ORDER BY c.received_at DESC, c.id DESC");
    auto_buf ids = {0};
    auto_rows *r = query_run(&q, world_db(w), w->arena, &w->err);
    for (*ret_count = 0; rows_next(r); ++*ret_count)
        buf_printf(&ids, "%s ", rows_text(r, 0));
    assert_false(rows_failed(r));
    return arena_strndup(w->arena, ids.data, ids.size);
}

/* However the words are looked up, the same records are found. */
static int listed(struct world *w, const struct scope *scope, const char *words)
{
    int count, planned;
    const char *ids = listed_by(w, scope, words, NULL, &count);
    for (size_t wanted = 1; wanted <= 1000; wanted *= 10) {
        struct search_plan plan;
        assert_true(search_plan_read(world_db(w), scope, "consultation", words, wanted, w->arena, &plan, &w->err));
        assert_string_equal(listed_by(w, scope, words, &plan, &planned), ids);
        assert_int_equal(planned, count);
    }
    return count;
}

static void a_list_is_narrowed_to_rare_and_to_common_words(void **state)
{
    struct world *w = *state;
    assert_true(store_write_alone(w->store, add_many, &(struct many){0, 3500, "訪問看護の相談、通院"}, &w->err));
    assert_true(store_write_alone(w->store, add_many, &(struct many){3500, 11, "透析の相談"}, &w->err));
    for (int round = 0; round < 2; round++) {
        assert_int_equal(listed(w, &SCOPE_EVERYTHING, "透析"), 11);
        assert_int_equal(listed(w, &(struct scope){.kind = SCOPE_OFFICE, .office_id = "o1"}, "透析"), 5);
        wait_until_indexed(w);
    }
    assert_int_equal(listed(w, &SCOPE_EVERYTHING, "相談"), 3511);
    assert_int_equal(listed(w, &SCOPE_EVERYTHING, "訪問看護"), 3500);
    assert_int_equal(listed(w, &SCOPE_EVERYTHING, "透析"), 11);
    assert_int_equal(listed(w, &SCOPE_EVERYTHING, "透析 相談"), 11);
    assert_int_equal(listed(w, &SCOPE_EVERYTHING, "、"), 3500);
    assert_int_equal(listed(w, &SCOPE_EVERYTHING, ""), 3511);
    assert_int_equal(listed(w, &(struct scope){.kind = SCOPE_OFFICE, .office_id = "o1"}, "透析"), 5);
    assert_int_equal(listed(w, &(struct scope){.kind = SCOPE_OFFICE, .office_id = "o1"}, "相談"), 1755);
}

/* Of words that very many records hold, the newest documents are known beforehand: what changes meanwhile must be found too. */
static void a_changed_record_is_found_by_common_words_before_the_index_hears_of_it(void **state)
{
    struct world *w = *state;
    assert_true(store_write_alone(w->store, add_many, &(struct many){0, 2400, "訪問看護の相談"}, &w->err));
    wait_until_indexed(w);
    given(w, "consultation", "c000001", "o1", "通院");
    given(w, "consultation", "c002399", "o1", "通院");
    for (int round = 0; round < 2; round++) {
        assert_int_equal(listed(w, &SCOPE_EVERYTHING, "相談"), 2398);
        assert_int_equal(listed(w, &SCOPE_EVERYTHING, "通院"), 2);
        wait_until_indexed(w);
    }
    given(w, "consultation", "c000001", "o1", "相談に戻る");
    given(w, "consultation", "c002399", "o1", "相談に戻る");
    assert_int_equal(listed(w, &SCOPE_EVERYTHING, "相談"), 2400);
    assert_int_equal(listed(w, &(struct scope){.kind = SCOPE_OFFICE, .office_id = "o1"}, "相談"), 1200);
}

static bool put_personal(struct db *db, void *arg, struct err *err)
{
    return search_put_parts(db, "consultation", arg, "o1", "南診療所からの相談", "架空花子さんの父の透析", err) &&
           db_run(db, err, "INSERT INTO consultation (id, office_id, area_code, received_at) VALUES ($1, 'o1', '271276', '2024-11-30T10:00')",
                  TEXT(arg)) == 1;
}

static void who_sees_no_persons_finds_nothing_by_what_is_about_them(void **state)
{
    struct world *w = *state;
    const struct scope sees = {.kind = SCOPE_OFFICE, .office_id = "o1", .sees_personal = true};
    const struct scope masked = {.kind = SCOPE_OFFICE, .office_id = "o1"};
    assert_true(store_write(w->store, put_personal, arena_strdup(w->arena, "p1"), &w->err));
    for (int round = 0; round < 2; round++) {
        for (const char *const *word = (const char *const[]){"花子", "透析", "さ", "父の透析", NULL}; *word; word++) {
            assert_int_equal(listed(w, &sees, *word), 1);
            assert_int_equal(listed(w, &masked, *word), 0);
        }
        assert_int_equal(listed(w, &masked, "南診療所"), 1);
        assert_int_equal(listed(w, &masked, "相談架空"), 0); /* nothing stands across the two parts */
        assert_int_equal(listed(w, &sees, "相談架空"), 0);
        wait_until_indexed(w);
    }
}

static long long pieces(struct world *w)
{
    return db_int(world_db(w), &w->err, -1, "SELECT count(DISTINCT segid) FROM search_gram_idx");
}

static void the_index_becomes_one_piece_when_the_store_rests(void **state)
{
    struct world *w = *state;
    if (!store_is_sqlite(w->store))
        skip();
    given(w, "consultation", "x", "o1", "透析の相談");
    for (int i = 0; i < 4; i++) { /* the last one makes it worth while */
        wait_until_indexed(w);
        assert_true(i == 0 || pieces(w) > 1);
        assert_true(store_write(w->store, add_many, &(struct many){i * 500, 500, "退院の相談"}, &w->err));
    }
    for (int i = 0; i < 6000 && pieces(w) != 1; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(pieces(w), 1);
    assert_string_equal(found(w, "透析"), "x");
    assert_int_equal(listed(w, &SCOPE_EVERYTHING, "退院"), 2000);
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(words_of_any_length_are_found_newest_first),
        SPEC(kana_width_and_old_characters_make_no_difference),
        SPEC(characters_that_never_stood_together_are_not_found_together),
        SPEC(what_looks_like_a_search_language_is_only_text),
        SPEC(a_changed_text_is_found_by_its_new_words_only),
        SPEC(a_removed_record_is_not_found_and_may_come_back),
        SPEC(a_refused_write_leaves_nothing_to_find),
        SPEC(an_office_finds_its_own_and_what_is_public),
        SPEC(what_the_index_holds_and_what_waits_for_it_are_found_alike),
        SPEC(a_list_is_narrowed_to_rare_and_to_common_words),
        SPEC(a_changed_record_is_found_by_common_words_before_the_index_hears_of_it),
        SPEC(the_index_becomes_one_piece_when_the_store_rests),
        SPEC(who_sees_no_persons_finds_nothing_by_what_is_about_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
