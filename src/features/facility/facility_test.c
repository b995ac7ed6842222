/* facility_test.c -- real files of open data into the directory, on both stores.  Figures were counted by another program. */
#include "base/count.h"
#include "features/area/area.h"
#include "features/facility/facility.h"
#include "features/facility/facility_demo.h"
#include "features/facility/facility_import.h"
#include "tests/support/directory_world.h"

#include <stdio.h>
#include <string.h>

#define DATA "tests/data/mhlw-kaigo/"

static long long count(struct world *w, const char *area_code, const char *words)
{
    struct facility_filter f = {.words = words, .area_code = area_code, .service_code = "", .near_path = "", .limit = 1};
    struct facility *list;
    size_t n;
    long long total = -1;
    assert_true(facility_list(world_db(w), &f, w->arena, &list, &n, &total, &w->err));
    return total;
}

static void every_row_of_a_real_file_is_taken(void **state)
{
    struct world *w = *state;
    struct facility_report r = entries_given(w, DATA "jigyosho_155.csv");
    assert_int_equal(r.rows, 54);
    assert_int_equal(r.added, 54);
    assert_int_equal(r.refused, 0);
    assert_int_equal(r.note_count, 0);
    assert_int_equal(count(w, "270008", ""), 3);
    assert_int_equal(count(w, "271004", ""), 1);
    assert_int_equal(count(w, "131121", ""), 1);
}

/* Two rows lie at a place hundreds of kilometres from their municipality: 伊東市 and 北広島市. */
static void wrong_places_are_unknown_and_told(void **state)
{
    struct world *w = *state;
    struct facility_report r = entries_given(w, DATA "jigyosho_710.csv");
    assert_int_equal(r.rows, 207);
    assert_int_equal(r.added, 207);
    assert_int_equal(r.note_count, 2);
    assert_false(r.notes[0].refused);
    assert_string_equal(r.notes[0].column, "緯度");
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM facility WHERE lat IS NULL"), 2);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM facility WHERE capacity IS NOT NULL"), 33);
    assert_int_equal(count(w, "271004", ""), 7);
    assert_int_equal(count(w, "131121", ""), 2);
}

static void the_same_file_again_changes_nothing(void **state)
{
    struct world *w = *state;
    entries_given(w, DATA "jigyosho_155.csv");
    struct facility_report r = entries_given(w, DATA "jigyosho_155.csv");
    assert_int_equal(r.unchanged, 54);
    assert_int_equal(r.added + r.changed + r.unlisted + r.refused, 0);
}

static void lost_zeros_come_back(void **state)
{
    struct world *w = *state;
    struct facility_report r = entries_given(w, DATA "760_mangled_excerpt.csv");
    assert_int_equal(r.rows, 40);
    assert_int_equal(r.added, 40);
    assert_int_equal(r.padded, 40);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM facility WHERE office_number LIKE '01%' AND area_code LIKE '01%'"), 40);
}

#define HEAD "都道府県コード又は市町村コード,都道府県名,事業所名,サービスの種類,住所,緯度,経度,電話番号,事業所番号,定員,URL,利用可能曜日特記事項\n"
#define ROW_A "271276,大阪府,（架空）梅田の家,夜間対応型訪問介護,大阪府大阪市北区１－２,34.70,135.50,０６−１２３４－５６７８,2799900011,0,http//x,朝（改行）夕\n"
#define ROW_B "271276,大阪府,（架空）天満の家,夜間対応型訪問介護,大阪府大阪市北区3,53.41291,-8.24389,,27B9900012,12,https://example.jp/,\n"

static void values_are_normalised_beside_the_raw_row(void **state)
{
    struct world *w = *state;
    struct facility f;
    struct facility_report r = entries_given(w, world_file(w, "a.csv", HEAD ROW_A ROW_B));
    assert_int_equal(r.added, 2);
    assert_int_equal(r.note_count, 1);
    assert_true(facility_find(world_db(w), facility_id(w->arena, "kaigo", "2799900011/710"), w->arena, &f, &w->err));
    assert_string_equal(f.phone, "06-1234-5678");
    assert_true(f.capacity == FIELD_BLANK);
    assert_string_equal(f.url, "");
    assert_string_equal(f.note, "朝\n夕");
    assert_int_equal(f.latitude, 34700000);
    assert_non_null(strstr(f.raw, "０６−１２３４－５６７８"));
    assert_non_null(strstr(f.raw, "http//x"));
    assert_true(facility_find(world_db(w), facility_id(w->arena, "kaigo", "27B9900012/710"), w->arena, &f, &w->err));
    assert_true(f.latitude == FIELD_BLANK);
    assert_int_equal(f.capacity, 12);
    assert_string_equal(f.url, "https://example.jp/");
}

static void two_characters_find_an_office(void **state)
{
    struct world *w = *state;
    entries_given(w, world_file(w, "a.csv", HEAD ROW_A ROW_B));
    assert_int_equal(count(w, "", "梅田"), 1);
    assert_int_equal(count(w, "271276", "天満"), 1);
    assert_int_equal(count(w, "271021", "天満"), 0);
    assert_int_equal(count(w, "", "夜間"), 2);
}

static void the_own_ward_comes_first_and_no_row_is_lost_between_pages(void **state)
{
    struct world *w = *state;
    struct facility_filter f = {.words = "", .area_code = "", .service_code = "", .near_path = "270008/271004/271276/", .limit = 5};
    struct facility *list;
    size_t n, near = 0;
    long long total;
    const char *seen = "";
    entries_given(w, DATA "jigyosho_155.csv");
    entries_given(w, world_file(w, "a.csv", HEAD ROW_A ROW_B));
    for (; f.offset < 56; f.offset += 5) {
        assert_true(facility_list(world_db(w), &f, w->arena, &list, &n, &total, &w->err));
        assert_int_equal(n, f.offset + 5 > 56 ? 56 - f.offset : 5);
        for (size_t i = 0; i < n; i++) {
            assert_null(strstr(seen, list[i].id));
            seen = arena_printf(w->arena, "%s %s", seen, list[i].id);
            near += f.offset == 0 && i < 2 && !strcmp(list[i].area_code, "271276");
        }
    }
    assert_int_equal(near, 2);
    assert_int_equal(total, 56);
}

static void a_row_that_is_gone_is_marked_and_comes_back(void **state)
{
    struct world *w = *state;
    struct facility f;
    const char *id = facility_id(w->arena, "kaigo", "27B9900012/710");
    entries_given(w, DATA "jigyosho_710.csv");
    entries_given(w, world_file(w, "a.csv", HEAD ROW_A ROW_B));
    assert_true(facility_find(world_db(w), id, w->arena, &f, &w->err));
    assert_true(f.is_listed);

    struct facility_report r = entries_given(w, world_file(w, "b.csv", HEAD ROW_A));
    assert_true(facility_find(world_db(w), id, w->arena, &f, &w->err));
    assert_false(f.is_listed);
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM facility WHERE is_listed = 0 AND area_code <> '271276'"), 0);

    entries_given(w, world_file(w, "c.csv", HEAD ROW_A ROW_B));
    assert_true(facility_find(world_db(w), id, w->arena, &f, &w->err));
    assert_true(f.is_listed);
}

static void a_bad_row_is_told_with_its_number_and_the_others_are_taken(void **state)
{
    struct world *w = *state;
    struct facility_report r = entries_given(w, world_file(w, "d.csv",
        HEAD ROW_A "999999,大阪府,甲,夜間対応型訪問介護,,,,,2799900013,,,\n" "271276,大阪府,,宇宙旅行,,,,,12,,,\n" ROW_A ROW_B));
    assert_int_equal(r.rows, 5);
    assert_int_equal(r.added, 2);
    assert_int_equal(r.refused, 3);
    assert_int_equal(r.notes[0].row, 3);
    assert_string_equal(r.notes[0].column, "都道府県コード又は市町村コード");
    assert_true(r.notes[0].refused);
    assert_int_equal(r.notes[1].row, 4);
    assert_string_equal(r.notes[r.note_count - 2].column, "事業所番号");
    assert_int_equal(r.notes[r.note_count - 2].row, 5);
    assert_non_null(strstr(r.notes[r.note_count - 2].reason, "2行目"));
}

static void a_file_of_another_kind_is_refused_whole(void **state)
{
    struct world *w = *state;
    struct facility_report r;
    assert_false(facility_import(w->store, world_file(w, "e.csv", "a,b,c\n1,2,3\n"), "auto", w->arena, &r, &w->err));
    assert_string_equal(w->err.message, "facility.format");
    assert_int_equal(count(w, "", ""), 0);
}

static void the_demo_knows_osakas_real_offices(void **state)
{
    struct world *w = *state;
    assert_true(facility_demo(w->store, &w->err));
    assert_true(facility_demo(w->store, &w->err));
    assert_int_equal(count(w, "", ""), 707);
    assert_int_equal(count(w, "271004", ""), 707);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM facility WHERE service_code = '160'"), 182);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM facility WHERE capacity IS NOT NULL"), 305);
}

static void addresses_of_pages_are_taken_only_when_a_browser_can_open_them(void **state)
{
    struct world *w = *state;
    static const char *const bad[] = {"", "http//a.jp", "https:/a.jp", "https：//a.jp", "http,//a.jp", "info@a.jp", "www.a.jp", "http://a",
                                      "javascript:alert(1)", "http://a b.jp/", "http://.jp/"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_string_equal(url_normal(bad[i], w->arena), "");
    assert_string_equal(url_normal("https://a.jp/x?y=1#z", w->arena), "https://a.jp/x?y=1#z");
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, entries_begin, world_end)
        SPEC(every_row_of_a_real_file_is_taken),
        SPEC(wrong_places_are_unknown_and_told),
        SPEC(the_same_file_again_changes_nothing),
        SPEC(lost_zeros_come_back),
        SPEC(values_are_normalised_beside_the_raw_row),
        SPEC(two_characters_find_an_office),
        SPEC(the_own_ward_comes_first_and_no_row_is_lost_between_pages),
        SPEC(a_row_that_is_gone_is_marked_and_comes_back),
        SPEC(a_bad_row_is_told_with_its_number_and_the_others_are_taken),
        SPEC(a_file_of_another_kind_is_refused_whole),
        SPEC(the_demo_knows_osakas_real_offices),
        SPEC(addresses_of_pages_are_taken_only_when_a_browser_can_open_them),
    };
    return cmocka_run_group_tests_name("facility", specs, NULL, NULL);
}
