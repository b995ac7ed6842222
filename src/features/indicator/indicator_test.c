/* indicator_test.c -- figures about an area from invented lists whose numbers can be counted by hand, on both stores. */
#include "base/count.h"
#include "features/facility_local/facility_local.h"
#include "features/indicator/indicator.h"
#include "features/indicator/indicator_areas.h"
#include "features/indicator/indicator_tables.h"
#include "features/report/report.h"
#include "tests/support/directory_world.h"

#include <stdio.h>
#include <string.h>

#define NOTIFIED_HEAD "項番,都道府県コード,都道府県名,区分,医療機関番号,医療機関名称,医療機関所在地（住所）,電話番号,病床数,受理届出名称,受理記号,算定開始年月日,備考（見出し）,備考（データ）\n"
/* Two support clinics in Kita, one of them enhanced and with a second notification; one in Chuo with nothing about home care; a hospital. */
#define NOTIFIED \
    "1,27,大阪府,医科,0199991,（架空）梅田医院,大阪市北区梅田１,,,在宅療養支援診療所,支援診２,令和 6年 6月 1日,,\n" \
    "1,27,大阪府,医科,0199991,（架空）梅田医院,大阪市北区梅田１,,,在宅時医学総合管理料,在医総管１,令和 6年 6月 1日,,\n" \
    "2,27,大阪府,医科,0199992,（架空）天満医院,大阪市北区天満１,,,在宅療養支援診療所,支援診３,令和 6年 6月 1日,,\n" \
    "3,27,大阪府,医科,0199993,（架空）本町医院,大阪市中央区本町１,,,夜間早朝等加算,早朝,令和 6年 6月 1日,,\n" \
    "4,27,大阪府,医科,0199994,（架空）中央病院,大阪市中央区２,,一般 100,在宅療養支援病院,支援病３,令和 6年 6月 1日,,\n"
#define CARE_HEAD "都道府県コード又は市町村コード,都道府県名,事業所名,サービスの種類,住所,緯度,経度,事業所番号\n"
/* Station 1 lies 1 km east of the middle of 福島区's town hall or outline; see the spec. */
#define CARE "271276,大阪府,（架空）梅田訪看,訪問看護,大阪府大阪市北区1,34.705,135.500,2799900001\n" \
             "271276,大阪府,（架空）天満訪看,訪問看護,大阪府大阪市北区2,34.700,135.520,2799900002\n" \
             "271284,大阪府,（架空）本町訪看,訪問看護,大阪府大阪市中央区1,34.680,135.510,2799900003\n"
#define PEOPLE_HEAD "全国地方公共団体コード,年,65歳以上人口,出典\n"

static const char *given(struct directory_world *t, const char *name, const char *text)
{
    return world_file(t->w, name, text);
}

static void given_list(struct directory_world *t, const char *name, const char *text)
{
    assert_int_equal(directory_given(t, name, text).refused, 0);
}

static struct report_query query_for(struct directory_world *t, const char *area)
{
    struct report_query q = {.db = world_db(t->w), .arena = t->w->arena, .scope = SCOPE_EVERYTHING};
    assert_true(report_area_in_scope(q.db, &q.scope, area, t->w->arena, &q.area, &t->w->err));
    assert_true(period_parse("FY2024", &q.period));
    return q;
}

static struct table *table_of(struct directory_world *t, const char *area, bool (*build)(const struct report_query *, struct table **, struct err *))
{
    struct report_query q = query_for(t, area);
    struct table *table = NULL;
    if (!build(&q, &table, &t->w->err))
        fail_msg("%s %s", t->w->err.message, t->w->err.detail);
    return table;
}

static const struct cell *cell_at(const struct table *t, const char *row, const char *column)
{
    for (size_t r = 0; r < t->row_count; r++)
        for (size_t c = 0; !strcmp(t->rows[r].key, row) && c < t->column_count; c++)
            if (!strcmp(t->columns[c].key, column))
                return &t->rows[r].cells[c];
    fail_msg("no cell %s %s", row, column);
    return NULL;
}

#define SAYS(table, row, column, text) assert_string_equal(cell_print(cell_at((table), (row), (column)), t->w->arena), (text))

static void institutions_are_counted_once_by_what_they_notified(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "n.csv", NOTIFIED_HEAD NOTIFIED);
    struct table *table = table_of(t, "271004", home_care_table);
    SAYS(table, "271276", "support_clinics", "2");
    SAYS(table, "271276", "enhanced_clinics", "1");
    SAYS(table, "271276", "support_hospitals", "0");
    SAYS(table, "271284", "support_clinics", "0");
    SAYS(table, "271284", "support_hospitals", "1");
    SAYS(table, "271004", "support_clinics", "2");
    SAYS(table, "271004", "support_hospitals", "1");
}

static void what_was_never_imported_is_not_known_and_not_none(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "n.csv", NOTIFIED_HEAD NOTIFIED);
    struct table *osaka = table_of(t, "271004", home_care_table), *setagaya = table_of(t, "131121", home_care_table);
    assert_int_equal(cell_at(osaka, "271276", "visiting_nurse_stations")->kind, CELL_NONE);
    assert_int_equal(cell_at(osaka, "271004", "visiting_nurse_stations")->kind, CELL_NONE);
    assert_int_equal(cell_at(setagaya, "131121", "support_clinics")->kind, CELL_NONE);
    given_list(t, "c.csv", CARE_HEAD CARE);
    osaka = table_of(t, "271004", home_care_table);
    SAYS(osaka, "271276", "visiting_nurse_stations", "2");
    SAYS(osaka, "271039", "visiting_nurse_stations", "0");
    SAYS(osaka, "271004", "visiting_nurse_stations", "3");
}

static bool confirm(struct db *db, void *arg, struct err *err)
{
    struct facility_local l;
    auto_arena *a = arena_new();
    if (!facility_local_find(db, arg, a, &l, err))
        return false;
    l.head = (struct record_head){.id = arg, .office_id = "O-1", .area_code = "271276"};
    l.round_the_clock = "yes";
    return record_insert(db, &facility_local_record, &l, "U-1", a, err);
}

static void a_figure_opens_the_entries_behind_it(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "n.csv", NOTIFIED_HEAD NOTIFIED);
    given_list(t, "c.csv", CARE_HEAD CARE);
    const char *id = facility_id(t->w->arena, "kaigo", "2799900001/130");
    assert_true(store_write(t->w->store, confirm, (void *)(uintptr_t)id, &t->w->err));
    struct table *table = table_of(t, "271004", home_care_table);
    SAYS(table, "271276", "round_the_clock", "1");
    struct visitor *v = visitor_new(t->app, t->w->arena);
    visitor_sign_in(v, &(struct session){.user_id = "U-1", .display_name = "見本 花子", .role = ROLE_COORDINATOR, .office_id = "O-1", .area_code = "271276",
                                         .area_path = "270008/271004/271276/"});
    static const char *const columns[][3] = {{"round_the_clock", "（架空）梅田訪看", "（架空）天満訪看"}, {"visiting_nurse_stations", "（架空）天満訪看", "（架空）梅田医院"},
                                             {"support_clinics", "（架空）梅田医院", "（架空）梅田訪看"}};
    for (size_t i = 0; i < COUNT(columns); i++) {
        const char *drill = cell_at(table, "271276", columns[i][0])->drill;
        assert_non_null(drill);
        assert_int_equal(visitor_get(v, drill), 200);
        assert_non_null(strstr(v->body, columns[i][1]));
        assert_null(strstr(v->body, columns[i][2]));
    }
    assert_null(cell_at(table, "271039", "visiting_nurse_stations")->drill);
}

static int import(struct directory_world *t, const char *text)
{
    char *path = arena_strdup(t->w->arena, given(t, "people.csv", text));
    struct config config = t->config;
    return import_population_command(&config, 1, &path);
}

/* The command opens the store by its address: a second connection, as in life. */
static void people_of_65_and_over_divide_the_figures(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "n.csv", NOTIFIED_HEAD NOTIFIED);
    assert_int_equal(import(t, PEOPLE_HEAD "271276,2020,\"30,000\",見本統計\n271276,2024,40000,見本統計\n271276,2030,1,先の値\n27128,2024,20000,見本統計\n"), 1);
    struct table *table = table_of(t, "271004", home_care_table);
    SAYS(table, "271276", "population_65", "40,000");
    SAYS(table, "271276", "support_clinics_per_people", "5.0");
    SAYS(table, "271284", "population_65", "20,000");
    SAYS(table, "271284", "support_hospitals_per_people", "5.0");
    assert_int_equal(cell_at(table, "271039", "support_clinics_per_people")->kind, CELL_NONE);
    assert_int_equal(cell_at(table, "271004", "population_65")->kind, CELL_NONE); /* a sum with unknown parts is not known */
    bool told = false;
    for (size_t i = 0; i < table->note_count; i++)
        told |= !strcmp(table->notes[i], "65歳以上人口：見本統計（2024年）");
    assert_true(told);
}

static void rows_without_code_year_number_or_source_are_refused(void **state)
{
    struct directory_world *t = *state;
    assert_int_equal(import(t, PEOPLE_HEAD "999999,2024,1,見本\n271276,24,1,見本\n271276,2024,多い,見本\n271276,2024,-5,見本\n271276,2024,1,\n271039,2024,7,見本\n"), 1);
    assert_int_equal(db_int(world_db(t->w), &t->w->err, -1, "SELECT COUNT(*) FROM population_65"), 1);
    assert_int_equal(import(t, PEOPLE_HEAD "271039,2024,7,見本\n"), 0);
    assert_int_equal(import(t, "コード,人口\n271039,7\n"), 1);
    assert_int_equal(db_int(world_db(t->w), &t->w->err, -1, "SELECT people FROM population_65"), 7);
}

/* ---- the page ---- */

#define PAGE "/indicators/population"

/* Health bureau of the city, or a coordinator of Kita who keeps no lists. */
static struct visitor *somebody(struct directory_world *t, enum role role, const char *area, const char *path)
{
    struct visitor *v = visitor_new(t->app, t->w->arena);
    visitor_sign_in(v, &(struct session){.user_id = "U-1", .display_name = "見本 花子", .role = role, .office_id = "O-1", .office_name = "見本の課", .area_code = area,
                                         .area_name = "見本", .area_path = path});
    return v;
}
#define CITY "271004", "270008/271004/"

static long long people_of(struct directory_world *t, const char *area, int year)
{
    return db_int(world_db(t->w), &t->w->err, -1, "SELECT people FROM population_65 WHERE area_code = $1 AND year = $2", TEXT(area), INT(year));
}

static void who_keeps_the_lists_enters_a_number_mends_it_and_takes_it_away(void **state)
{
    struct directory_world *t = *state;
    struct visitor *v = somebody(t, ROLE_HEALTH_BUREAU, CITY);
    assert_int_equal(visitor_get(v, PAGE), 200);
    assert_non_null(strstr(v->body, "まだ入っていません。下の"));
    assert_int_equal(visitor_post(v, PAGE, "area_code=271276&year=2024&people=30000&source=見本統計"), 303);
    assert_int_equal(people_of(t, "271276", 2024), 30000);
    assert_int_equal(visitor_get(v, PAGE), 200);
    assert_non_null(strstr(v->body, "30,000"));
    assert_non_null(strstr(v->body, "まだ入っていない地域：都島区"));
    assert_int_equal(visitor_get(v, PAGE "?area=271276&year=2024"), 200);
    assert_non_null(strstr(v->body, "value=\"30000\""));
    assert_int_equal(visitor_post(v, PAGE, "area_code=271276&year=2024&people=31000&source=見本統計"), 303);
    assert_int_equal(people_of(t, "271276", 2024), 31000);
    assert_int_equal(visitor_post(v, PAGE "/delete", "area_code=271276&year=2024"), 303);
    assert_int_equal(people_of(t, "271276", 2024), -1);
}

static void a_wrong_number_is_told_beside_its_field_and_stays_typed(void **state)
{
    struct directory_world *t = *state;
    struct visitor *v = somebody(t, ROLE_HEALTH_BUREAU, CITY);
    assert_int_equal(visitor_post(v, PAGE, "area_code=271276&year=2999&people=多い&source="), 422);
    assert_non_null(strstr(v->body, "今年までの年"));
    assert_non_null(strstr(v->body, "value=\"多い\""));
    assert_non_null(strstr(v->body, "出典を入力してください"));
    assert_int_equal(visitor_post(v, PAGE, "area_code=131016&year=2024&people=1&source=x"), 422); /* 千代田区 */
    assert_non_null(strstr(v->body, "ご自分の地域の中"));
    assert_int_equal(visitor_post(v, PAGE "/delete", "area_code=131016&year=2024"), 404);
    assert_int_equal(visitor_post(somebody(t, ROLE_COORDINATOR, "271276", "270008/271004/271276/"), PAGE, "area_code=271276&year=2024&people=1&source=x"), 403);
    assert_int_equal(db_int(world_db(t->w), &t->w->err, -1, "SELECT COUNT(*) FROM population_65"), 0);
}

static void a_file_is_read_by_the_rules_of_the_command_and_every_refused_row_is_told(void **state)
{
    struct directory_world *t = *state;
    struct visitor *v = somebody(t, ROLE_HEALTH_BUREAU, CITY);
    const char *mixed = given(t, "mixed.csv", PEOPLE_HEAD "271276,2024,\"40,000\",見本統計\n131016,2024,9,見本統計\n271284,24,5,見本統計\n");
    assert_int_equal(visitor_upload(v, PAGE "/import", "file", mixed), 422);
    assert_non_null(strstr(v->body, "3行を読み、1件が変わりました。ご自分の地域の外の1行は"));
    assert_non_null(strstr(v->body, "4行目　年：西暦4桁"));
    assert_int_equal(people_of(t, "271276", 2024), 40000);
    assert_int_equal(people_of(t, "131016", 2024), -1);
    const char *again = given(t, "again.csv", PEOPLE_HEAD "271276,2024,40000,見本統計\n");
    assert_int_equal(visitor_upload(v, PAGE "/import", "file", again), 200);
    assert_non_null(strstr(v->body, "1行を読み、0件が変わりました。"));
    assert_int_equal(visitor_upload(v, PAGE "/import", "file", given(t, "wrong.csv", "コード,人口\n271276,7\n")), 422);
    assert_non_null(strstr(v->body, "見出しが必要です"));
}

static void the_sheet_has_a_row_for_each_ward_and_rows_left_blank_are_nothing(void **state)
{
    struct directory_world *t = *state;
    struct visitor *v = somebody(t, ROLE_HEALTH_BUREAU, CITY);
    static const char blank[] = "271276,大阪市北区,,,";
    assert_int_equal(visitor_get(v, PAGE "/sheet"), 200);
    assert_non_null(strstr(v->body, "全国地方公共団体コード,地域,年,65歳以上人口,出典"));
    const char *sheet = arena_strdup(t->w->arena, v->body), *kita = strstr(sheet, blank);
    assert_non_null(kita);
    const char *filled = arena_printf(t->w->arena, "%.*s271276,大阪市北区,2024,30000,見本統計%s", (int)(kita - sheet), sheet, kita + strlen(blank));
    assert_int_equal(visitor_upload(v, PAGE "/import", "file", given(t, "sheet.csv", filled)), 200);
    assert_non_null(strstr(v->body, "1行を読み、1件が変わりました。"));
    assert_int_equal(people_of(t, "271276", 2024), 30000);
}

static void the_nearest_of_a_kind_is_found_across_borders(void **state)
{
    struct directory_world *t = *state;
    struct area ward;
    long latitude, longitude;
    bool is_middle;
    given_list(t, "c.csv", CARE_HEAD CARE);
    assert_true(area_find(world_db(t->w), "271039", t->w->arena, &ward, &t->w->err)); /* 福島区 has no station of its own */
    area_middle(&ward, &latitude, &longitude, &is_middle);
    assert_true(is_middle);
    double away = area_distance(latitude, longitude, 34705000, 135500000);
    struct table *table = table_of(t, "271004", nearest_table);
    const struct cell *cell = cell_at(table, "271039", "home_nursing");
    assert_int_equal(cell->number, (long long)(away / 100 + 0.5));
    assert_string_equal(cell->drill, arena_printf(t->w->arena, "/facilities/%s", facility_id(t->w->arena, "kaigo", "2799900001/130")));
    assert_int_equal(cell_at(table, "271039", "hospital")->kind, CELL_NONE);
    assert_int_equal(table->row_count, 24);
}

static struct visitor *coordinator(struct directory_world *t)
{
    struct visitor *v = visitor_new(t->app, t->w->arena);
    visitor_sign_in(v, &(struct session){.user_id = "U-1", .display_name = "見本 花子", .role = ROLE_COORDINATOR, .office_id = "O-1", .area_code = "271276", .area_name = "大阪市北区",
                                         .area_path = "270008/271004/271276/"});
    return v;
}

/* The same figures drawn and tabled: Fukushima-ku is 2 km or so from the next station, and no hospital is known anywhere. */
static void the_nearest_of_a_kind_is_drawn_with_the_table_that_says_the_same(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "c.csv", CARE_HEAD CARE);
    const struct cell *cell = cell_at(table_of(t, "271004", nearest_table), "271039", "home_nursing");
    const char *figure = arena_printf(t->w->arena, "%lld.%lld", cell->number / 10, cell->number % 10);
    struct visitor *v = coordinator(t);
    assert_int_equal(visitor_get(v, "/coverage"), 200);
    assert_non_null(strstr(v->body, "いちばん近い訪問看護までの距離"));
    assert_non_null(strstr(v->body, "<option value=\"271004\" selected>"));
    assert_non_null(strstr(v->body, ">福島区</text>"));
    assert_non_null(strstr(v->body, arena_printf(t->w->arena, " font-weight=\"700\">%s</text>", figure)));
    assert_non_null(strstr(v->body, arena_printf(t->w->arena, ">%s<", figure)));
    assert_non_null(strstr(v->body, "国土数値情報"));
    assert_non_null(strstr(v->body, "（架空）梅田訪看"));
    assert_int_equal(visitor_get(v, "/coverage?kind=hospital"), 200);
    assert_non_null(strstr(v->body, "64 km以内になし　24地区"));
    assert_non_null(strstr(v->body, "どの地区からも64 km以内に載っていません"));
    assert_null(strstr(v->body, "（架空）梅田訪看"));
}

/* A prefecture's municipalities have no outlines but those of its wards: the others are discs. */
static void a_prefecture_is_drawn_by_discs_and_what_outlines_there_are(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "c.csv", CARE_HEAD CARE);
    struct visitor *v = coordinator(t);
    assert_int_equal(visitor_get(v, "/coverage?area=270008&format=svg"), 200);
    assert_string_equal(v->content_type, "image/svg+xml");
    size_t discs = 0, outlines = 0;
    for (const char *s = v->body; (s = strstr(s, "stroke-width=\"1.2\" ")); s++)
        discs += !strncmp(s + strlen("stroke-width=\"1.2\" "), "fill", 4), outlines += !strncmp(s + strlen("stroke-width=\"1.2\" "), "stroke-linejoin", 15);
    assert_int_equal(discs, 42);
    assert_int_equal(outlines, 1);
}

static void the_map_comes_as_files_and_refuses_what_there_is_not(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "c.csv", CARE_HEAD CARE);
    struct visitor *v = coordinator(t);
    static const struct {
        const char *format, *type, *part;
    } files[] = {{"pdf", "application/pdf", "%PDF"}, {"svg", "image/svg+xml", "<svg"}, {"csv", "text/csv", "福島区"}, {"xlsx", "application/vnd", "PK"}};
    for (size_t i = 0; i < COUNT(files); i++) {
        assert_int_equal(visitor_get(v, arena_printf(t->w->arena, "/coverage?format=%s", files[i].format)), 200);
        if (strncmp(v->content_type, files[i].type, strlen(files[i].type)) != 0 || !strstr(v->body, files[i].part))
            fail_msg("%s: %s", files[i].format, v->content_type);
    }
    assert_int_equal(visitor_get(v, "/api/v1/coverage?kind=home_nursing&area=271004"), 200);
    assert_non_null(strstr(v->body, "\"kilometres\""));
    assert_int_equal(visitor_get(v, "/coverage?kind=zzz"), 422);
    assert_int_equal(visitor_get(v, "/coverage?area=999999"), 404);
    assert_int_equal(visitor_get(v, "/coverage?format=zzz"), 422);
    visitor_sign_out(v);
    assert_int_equal(visitor_get(v, "/coverage"), 303);
}

static bool hide_places(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "INSERT INTO audience_setting (field, level, changed_at, changed_by) VALUES ('place', 'internal', '', '')") == 1;
}

static void who_does_not_see_places_sees_no_distances(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "c.csv", CARE_HEAD CARE);
    assert_true(store_write(t->w->store, hide_places, NULL, &t->w->err));
    struct visitor *v = coordinator(t);
    visitor_get(v, "/coverage");
    assert_non_null(strstr(v->body, "（架空）梅田訪看")); /* the programme's own people see everything */
    visitor_sign_in(v, &(struct session){.user_id = "U-2", .display_name = "見本 太郎", .role = ROLE_PROFESSIONAL, .area_code = "271276", .area_path = "270008/271004/271276/"});
    assert_int_equal(visitor_get(v, "/coverage"), 200);
    assert_null(strstr(v->body, "（架空）梅田訪看"));
    assert_non_null(strstr(v->body, "位置を見せない設定"));
}

static void the_reports_stand_in_the_list_and_come_as_files(void **state)
{
    struct directory_world *t = *state;
    given_list(t, "c.csv", CARE_HEAD CARE);
    struct visitor *v = visitor_new(t->app, t->w->arena);
    visitor_sign_in(v, &(struct session){.user_id = "U-1", .display_name = "見本 花子", .role = ROLE_COORDINATOR, .office_id = "O-1", .area_code = "271004", .area_name = "大阪市",
                                         .area_path = "270008/271004/"});
    assert_int_equal(visitor_get(v, "/reports"), 200);
    static const char *const ids[] = {"i-home-care", "i-services", "i-nearest"}, *const formats[] = {"html", "csv", "xlsx", "pdf", "json", "svg"};
    for (size_t i = 0; i < COUNT(ids); i++) {
        visitor_get(v, "/reports");
        assert_non_null(strstr(v->body, ids[i]));
        for (size_t k = 0; k < COUNT(formats); k++) {
            const char *target = arena_printf(t->w->arena, "/reports/%s?area=271004&period=FY2024&format=%s", ids[i], formats[k]);
            if (visitor_get(v, target) != 200)
                fail_msg("%s: %d", target, v->status);
            assert_true(v->size > 100);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(institutions_are_counted_once_by_what_they_notified, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(what_was_never_imported_is_not_known_and_not_none, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(a_figure_opens_the_entries_behind_it, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(people_of_65_and_over_divide_the_figures, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(rows_without_code_year_number_or_source_are_refused, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(who_keeps_the_lists_enters_a_number_mends_it_and_takes_it_away, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(a_wrong_number_is_told_beside_its_field_and_stays_typed, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(a_file_is_read_by_the_rules_of_the_command_and_every_refused_row_is_told, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(the_sheet_has_a_row_for_each_ward_and_rows_left_blank_are_nothing, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(the_nearest_of_a_kind_is_found_across_borders, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(the_nearest_of_a_kind_is_drawn_with_the_table_that_says_the_same, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(a_prefecture_is_drawn_by_discs_and_what_outlines_there_are, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(the_map_comes_as_files_and_refuses_what_there_is_not, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(who_does_not_see_places_sees_no_distances, directory_begin, directory_end),
        cmocka_unit_test_setup_teardown(the_reports_stand_in_the_list_and_come_as_files, directory_begin, directory_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
