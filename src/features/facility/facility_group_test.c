/* facility_group_test.c -- entries that a person says are the same show as one, and part again exactly, on both stores. */
#include "base/buf.h"
#include "features/area/area.h"
#include "features/facility/facility_group.h"
#include "features/facility/facility_import.h"
#include "store/search.h"
#include "tests/support/directory_world.h"

#include <stdio.h>
#include <string.h>

#define BUREAU_HEAD "[令和７年１０月１日 現在 ],,,,,,,,,,,,,\n項番,都道府県コード,都道府県名,区分,医療機関番号,医療機関名称,医療機関所在地（住所）,電話番号,病床数," \
    "受理届出名称,受理記号,算定開始年月日,備考（見出し）,備考（データ）\n"
#define BUREAU_ROW(phone) "1,27,大阪府,医科,0199999,（架空）見本医院,大阪市北区梅田１," phone ",一般　19,,,,,\n"
#define NAVII_HEAD "ID,正式名称,正式名称（フリガナ）,機関区分,都道府県コード,市区町村コード,所在地,所在地座標（緯度）,所在地座標（経度）,案内用ホームページアドレス\n"
#define NAVII_ROW(kana) "2712799999999,（架空）見本医院," kana ",2,27,127,大阪市北区梅田1-1,34.7024,135.4959,https://example.jp/\n"
#define OWN_HEAD "番号,なまえ,ばしょ,電話,FAX\n"
#define OWN_ROW "7,（架空）見本医院,大阪府大阪市北区梅田1,06-9999-1111,06-9999-2222\n"

static const char *given_text(struct world *w, const char *name, const char *text)
{
    return world_file(w, name, text);
}

static void ignore(const struct facility_report *r, void *arg)
{
    (void)r;
    (void)arg;
}

static void given_file_of(struct world *w, const char *name, const char *text, const char *mapping_json)
{
    struct facility_mapping m;
    struct facility_given given = {.format = "auto"};
    if (mapping_json) {
        assert_true(facility_mapping_read(mapping_json, w->arena, &m, &w->err));
        given = (struct facility_given){.format = "mapped", .mapping = &m, .mapping_json = mapping_json};
    }
    if (!facility_import_any(w->store, given_text(w, name, text), &given, ignore, NULL, &w->err))
        fail_msg("%s: %s %s", name, w->err.message, w->err.detail);
}

#define OWN_MAPPING "{\"name\": \"見本\", \"kind\": \"clinic\", \"columns\": {\"番号\": \"id\", \"なまえ\": \"name\", \"ばしょ\": \"address\", " \
    "\"電話\": \"phone\", \"FAX\": \"fax\"}}"

static int begin(void **state)
{
    if (entries_begin(state))
        return -1;
    struct world *w = *state;
    given_file_of(w, "bureau.csv", BUREAU_HEAD BUREAU_ROW("06(9999)0000"), NULL);
    given_file_of(w, "navii.csv", NAVII_HEAD NAVII_ROW("ミホンイイン"), NULL);
    given_file_of(w, "own.csv", OWN_HEAD OWN_ROW, OWN_MAPPING);
    return 0;
}

static const char *id_of(struct world *w, const char *source)
{
    const char *id = db_text(world_db(w), w->arena, &w->err, "SELECT id FROM facility WHERE source = $1", TEXT(source));
    assert_non_null(id);
    return id;
}

struct deciding {
    struct world *world;
    struct facility_decision decision;
};

static bool write_decision(struct db *db, void *arg, struct err *err)
{
    struct deciding *d = arg;
    return facility_decide(db, &d->decision, d->world->arena, err);
}

static bool decide(struct world *w, const char *x, const char *y, const char *state)
{
    bool in_order = strcmp(x, y) < 0;
    struct deciding d = {w, {in_order ? x : y, in_order ? y : x, state, "", "U-1", "2024-11-30T00:00:00.000Z"}};
    return store_write(w->store, write_decision, &d, &w->err);
}

/* All that is known about the entries, in one text. */
static const char *everything(struct world *w)
{
    auto_buf all = {0};
    auto_rows *r = db_query(world_db(w), NULL, &w->err,
                            "SELECT id || name || kana || corporation || office_number || area_code || postal || address || building || phone || fax || url || "
                            "days || note || COALESCE(lat, 0) || ' ' || COALESCE(lng, 0) || ' ' || COALESCE(capacity, -1) || ' ' || COALESCE(beds, -1) || "
                            "merged_into FROM facility ORDER BY id");
    assert_non_null(r);
    while (rows_next(r))
        buf_printf(&all, "%s\n", rows_text(r, 0));
    assert_false(rows_failed(r));
    return arena_strdup(w->arena, all.data);
}

static size_t found(struct world *w, const char *words)
{
    struct facility *list;
    size_t count;
    long long total;
    struct facility_filter f = {.words = words, .area_code = "", .service_code = "", .near_path = "", .limit = 10};
    assert_true(facility_list(world_db(w), &f, w->arena, &list, &count, &total, &w->err));
    assert_int_equal(total, count);
    return count;
}

static void the_same_entries_show_as_one_with_what_the_leading_one_lacks(void **state)
{
    struct world *w = *state;
    struct facility f;
    const char *navii = id_of(w, "navii"), *bureau = id_of(w, "kouseikyoku");
    assert_int_equal(found(w, ""), 3);
    assert_true(decide(w, navii, bureau, "same"));
    assert_int_equal(found(w, ""), 2);
    assert_true(facility_find(world_db(w), navii, w->arena, &f, &w->err));
    assert_string_equal(f.phone, "06-9999-0000");
    assert_string_equal(f.address, "大阪市北区梅田1-1");
    assert_int_equal(f.beds, 19);
    assert_string_equal(facility_shown_id(world_db(w), bureau, w->arena), navii);
    struct facility_filling *fillings;
    size_t count;
    assert_true(facility_fillings(world_db(w), navii, w->arena, &fillings, &count, &w->err));
    assert_int_equal(count, 3);
    assert_string_equal(fillings[0].field, "beds");
    assert_string_equal(fillings[2].field, "phone");
    assert_string_equal(fillings[2].from_source, "kouseikyoku");
}

static void a_search_finds_the_group_once_by_the_words_of_each_member(void **state)
{
    struct world *w = *state;
    assert_int_equal(found(w, "見本医院"), 3);
    assert_true(decide(w, id_of(w, "navii"), id_of(w, "kouseikyoku"), "same"));
    assert_int_equal(found(w, "見本医院"), 2);
    assert_int_equal(found(w, "0699990000"), 1);
    assert_int_equal(found(w, "ミホンイイン"), 1);
    assert_true(decide(w, id_of(w, "navii"), id_of(w, "kouseikyoku"), ""));
    assert_int_equal(found(w, "見本医院"), 3);
    assert_int_equal(found(w, "0699990000"), 1);
}

static void parting_gives_exactly_what_was_there(void **state)
{
    struct world *w = *state;
    const char *navii = id_of(w, "navii"), *bureau = id_of(w, "kouseikyoku"), *own = id_of(w, "mapped/見本"), *before = everything(w);
    assert_true(decide(w, navii, bureau, "same"));
    const char *two = everything(w);
    assert_string_not_equal(two, before);
    assert_true(decide(w, own, bureau, "same"));
    assert_int_equal(found(w, ""), 1);
    assert_string_equal(facility_shown_id(world_db(w), own, w->arena), navii);
    assert_true(decide(w, own, bureau, ""));
    assert_string_equal(everything(w), two);
    assert_true(decide(w, navii, bureau, "different"));
    assert_string_equal(everything(w), before);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM facility_filled"), 0);
}

static void the_source_decides_who_leads_whatever_the_order_of_decisions(void **state)
{
    struct world *w = *state;
    struct facility f;
    const char *navii = id_of(w, "navii"), *bureau = id_of(w, "kouseikyoku"), *own = id_of(w, "mapped/見本");
    assert_true(decide(w, own, bureau, "same"));
    assert_string_equal(facility_shown_id(world_db(w), own, w->arena), bureau);
    assert_true(facility_find(world_db(w), bureau, w->arena, &f, &w->err));
    assert_string_equal(f.phone, "06-9999-0000");
    assert_string_equal(f.fax, "06-9999-2222");
    assert_true(decide(w, navii, own, "same"));
    const char **ids;
    size_t count;
    assert_true(facility_member_ids(world_db(w), own, w->arena, &ids, &count, &w->err));
    assert_int_equal(count, 3);
    assert_string_equal(ids[0], navii);
    assert_true(facility_find(world_db(w), bureau, w->arena, &f, &w->err));
    assert_string_equal(f.fax, "");
    assert_string_equal(f.merged_into, navii);
}

static void an_import_changes_what_is_shown_but_not_what_was_decided(void **state)
{
    struct world *w = *state;
    struct facility f;
    const char *navii = id_of(w, "navii"), *bureau = id_of(w, "kouseikyoku");
    assert_true(decide(w, navii, bureau, "same"));
    given_file_of(w, "bureau.csv", BUREAU_HEAD BUREAU_ROW("06(9999)5555"), NULL);
    assert_true(facility_find(world_db(w), navii, w->arena, &f, &w->err));
    assert_string_equal(f.phone, "06-9999-5555");
    given_file_of(w, "navii.csv", NAVII_HEAD NAVII_ROW("ミホンイインキタ"), NULL);
    assert_true(facility_find(world_db(w), navii, w->arena, &f, &w->err));
    assert_string_equal(f.kana, "ミホンイインキタ");
    assert_string_equal(f.phone, "06-9999-5555");
    assert_string_equal(facility_shown_id(world_db(w), bureau, w->arena), navii);
    assert_int_equal(found(w, "0699995555"), 1);
    assert_int_equal(found(w, "ミホンイインキタ"), 1);
    assert_true(decide(w, navii, bureau, "proposed"));
    assert_true(facility_find(world_db(w), navii, w->arena, &f, &w->err));
    assert_string_equal(f.phone, "");
}

static void a_decision_on_a_screen_that_is_out_of_date_is_refused(void **state)
{
    struct world *w = *state;
    const char *navii = id_of(w, "navii"), *bureau = id_of(w, "kouseikyoku");
    bool in_order = strcmp(navii, bureau) < 0;
    struct deciding d = {w, {in_order ? navii : bureau, in_order ? bureau : navii, "same", "proposed", "U-1", "2024-11-30T00:00:00.000Z"}};
    assert_true(decide(w, navii, bureau, "different"));
    assert_false(store_write(w->store, write_decision, &d, &w->err));
    assert_string_equal(w->err.message, "facility.match_changed");
    assert_false(decide(w, navii, "nobody", "same"));
    assert_string_equal(w->err.message, "facility.unknown_match");
    assert_int_equal(found(w, ""), 3);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, world_end)
        SPEC(the_same_entries_show_as_one_with_what_the_leading_one_lacks),
        SPEC(a_search_finds_the_group_once_by_the_words_of_each_member),
        SPEC(parting_gives_exactly_what_was_there),
        SPEC(the_source_decides_who_leads_whatever_the_order_of_decisions),
        SPEC(an_import_changes_what_is_shown_but_not_what_was_decided),
        SPEC(a_decision_on_a_screen_that_is_out_of_date_is_refused),
    };
    return cmocka_run_group_tests_name("facility group", specs, NULL, NULL);
}
