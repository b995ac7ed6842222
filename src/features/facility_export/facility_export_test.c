/* facility_export_test.c -- the directory as files that other programs read, on both stores. */
#include "base/count.h"
#include "features/facility/facility.h"
#include "features/facility_export/facility_export.h"
#include "output/csv.h"
#include "output/spreadsheet.h"
#include "tests/support/directory_world.h"

#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define CARE_HEAD "全国地方公共団体コード,ID,地方公共団体名,介護サービス事業所名称,介護サービス事業所名称_カナ,実施サービス,所在地_連結表記,建物名等(方書),緯度,経度,電話番号,FAX番号,郵便番号," \
    "法人番号,法人の名称,事業所番号,利用可能曜日,利用可能曜日特記事項,定員,URL\n"
#define CARE_ROWS "271276,0001,大阪市北区,（架空）梅田の家,カクウウメダノイエ,訪問入浴介護,大阪府大阪市北区梅田1丁目2-3 見本ビル,見本ビル,34.7,135.5,06-1234-5678,,5300001," \
    "9999999999991,（架空）うめだ会,2799900011,\"平日,土曜日\",\"朝\n夕\",12,https://example.jp/\n" \
    "271276,0002,大阪市北区,=1+1,カクウ,在宅よろず相談,大阪府大阪市北区3-4,,,,,,,,,,,,,\n"
#define MEDICAL_HEAD "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,医療機関の種類,住所,方書,緯度,経度,電話番号,FAX番号,法人番号,法人の名称,医療機関コード," \
    "診療曜日,診療開始時間,診療終了時間,診療日時特記事項,診療科目,病床数,URL\n"
#define MEDICAL_ROWS "271276,1,大阪府,大阪市北区,（架空）見本医院,ミホンイイン,有床診療所,大阪府大阪市北区梅田9,,34.71,135.49,06-0000-0000,,,,2710199999,月火木金土,09:00,12:30,第2土曜日は休み,内科;外科,19,https://example.jp/c\n" \
    "271276,2,大阪府,大阪市北区,（架空）架空病院,カクウビョウイン,病院,大阪府大阪市北区天満1,,,,,,,,2710199998,月火水木金土日祝,00:00,24:00,,内科,200,\n"
#define CLINIC "ID,正式名称,正式名称（フリガナ）,機関区分,都道府県コード,市区町村コード,所在地,所在地座標（緯度）,所在地座標（経度）,案内用ホームページアドレス,毎週決まった曜日に休診（日）\n" \
    "2722270000001,（架空）時間医院,ジカンイイン,2,27,127,大阪府大阪市北区梅田９,34.7,135.49,https://example.jp,0\n"
#define HOURS "ID,診療科目コード,診療科目名,診療時間帯,月_診療開始時間,月_診療終了時間,火_診療開始時間,火_診療終了時間\n" \
    "2722270000001,01001,内科,1,09:00,12:00,09:00,12:00\n" "2722270000001,01001,内科,2,16:00,19:00,,\n"

static int begin(void **state)
{
    if (directory_begin(state))
        return -1;
    struct directory_world *d = *state;
    struct session reader = directory_reader(ROLE_COORDINATOR, "U-1", "O-1");
    visitor_sign_in(d->v, &reader);
    return 0;
}

static struct export_request request(struct directory_world *t, const char *format)
{
    struct export_request x = {.db = world_db(t->w), .arena = t->w->arena, .format = format, .words = "", .area_code = "", .service_code = "", .kind = "",
                               .publisher = ""};
    assert_true(audience_open(x.db, AUDIENCE_PUBLIC, x.arena, &x.who, &t->w->err));
    return x;
}

/* The path of what was written. */
static const char *exported(struct directory_world *t, const struct export_request *x, struct export_result *ret)
{
    const char *path = arena_printf(t->w->arena, "%s/out-%s", t->w->folder, x->format);
    if (!facility_export(x, path, t->w->arena, ret, &t->w->err))
        fail_msg("%s: %s %s", x->format, t->w->err.message, t->w->err.detail);
    return path;
}

/* All cells of one row of a file, joined by |. */
static const char *row_of(struct directory_world *t, const char *path, long row)
{
    auto_csv *r = csv_open(path, 0, &t->w->err);
    const char *const *cells, *text = "";
    size_t count;
    while (csv_next(r, &cells, &count, &t->w->err))
        if (csv_row_number(r) == row)
            for (size_t i = 0; i < count; i++)
                text = arena_printf(t->w->arena, "%s%s%s", text, i ? "|" : "", cells[i]);
    return text;
}

static bool forget_all(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    static const char *const tables[] = {"DELETE FROM facility_match", "DELETE FROM facility_hours", "DELETE FROM facility_opening",
                                         "DELETE FROM facility_service", "DELETE FROM facility_source", "DELETE FROM facility"};
    for (size_t i = 0; i < COUNT(tables); i++)
        if (db_run_values(db, err, tables[i], NULL, 0) < 0)
            return false;
    return true;
}

/* Everything that the layouts carry, of every entry, whatever list it came from. */
static const char *directory(struct directory_world *t)
{
    auto_buf all = {0};
    auto_rows *r = db_query(world_db(t->w), t->w->arena, &t->w->err,
        "SELECT c.name, c.kana, c.kind, c.service_code, c.office_number, c.corporation, c.corporation_number, c.area_code, c.address, c.building, c.phone, "
        "c.fax, c.lat, c.lng, c.capacity, c.beds, c.url, c.days, c.note, c.id FROM facility c ORDER BY c.name, c.service_code, c.office_number, c.address");
    while (rows_next(r)) {
        for (int i = 0; i < 19; i++)
            buf_printf(&all, "%s|", rows_text(r, i));
        auto_rows *parts = db_query(world_db(t->w), t->w->arena, &t->w->err,
            "SELECT 'h', day, opens, closes, '' FROM facility_hours WHERE facility_id = $1 UNION ALL SELECT 's', position, 0, 0, label FROM facility_service "
            "WHERE facility_id = $1 AND NOT EXISTS (SELECT 1 FROM facility WHERE id = $1 AND kind = 'care') ORDER BY 1, 2, 3", TEXT(rows_text(r, 19)));
        while (rows_next(parts))
            buf_printf(&all, "%s %s %s %s %s;", rows_text(parts, 0), rows_text(parts, 1), rows_text(parts, 2), rows_text(parts, 3), rows_text(parts, 4));
        buf_char(&all, '\n');
    }
    return arena_strdup(t->w->arena, all.data ? all.data : "");
}

static void comes_back_the_same(struct directory_world *t, const char *format)
{
    struct export_result result;
    const struct export_request x = request(t, format);
    const char *before = directory(t), *path = exported(t, &x, &result);
    assert_true(strlen(before) > 50);
    assert_true(store_write(t->w->store, forget_all, NULL, &t->w->err));
    struct facility_report r = directory_given_file(t, path);
    assert_int_equal(r.rows, result.rows);
    assert_int_equal(r.refused, 0);
    assert_string_equal(directory(t), before);
}

static void a_care_list_of_a_municipality_is_read_again_as_the_same_entries(void **state)
{
    struct directory_world *t = *state;
    struct export_result result;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    const struct export_request x = request(t, "c1");
    const char *path = exported(t, &x, &result);
    assert_int_equal(result.rows, 2);
    struct facility_report again = directory_given_file(t, path); /* the same entries, under the numbers their municipality gave them */
    assert_int_equal(again.added + again.changed + again.unlisted, 0);
    comes_back_the_same(t, "c1");
    comes_back_the_same(t, "c2");
}

static void a_list_of_institutions_is_read_again_as_the_same_entries(void **state)
{
    struct directory_world *t = *state;
    directory_given(t, "in.csv", MEDICAL_HEAD MEDICAL_ROWS);
    comes_back_the_same(t, "c3");
    comes_back_the_same(t, "c4");
}

static void real_care_offices_come_back_from_the_municipal_layouts(void **state)
{
    struct directory_world *t = *state;
    directory_given_file(t, "tests/data/mhlw-kaigo/jigyosho_155.csv");
    directory_given_file(t, "tests/data/mhlw-kaigo/jigyosho_710.csv");
    comes_back_the_same(t, "c1");
    comes_back_the_same(t, "c2");
}

static void the_layouts_have_the_columns_and_names_of_their_definition(void **state)
{
    static const struct { const char *format, *file; int columns; const char *first, *last; } layouts[] = {
        {"c1", "271004_care_service.csv", 36, "全国地方公共団体コード|ID|", "|画像|画像_ライセンス|備考"},
        {"c2", "271004_care_service.csv", 22, "都道府県コード又は市区町村コード|NO|", "|URL|備考"},
        {"c3", "271004_hospital.csv", 26, "都道府県コード又は市区町村コード|NO|", "|病床数|URL|備考"}};
    struct directory_world *t = *state;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    for (size_t i = 0; i < COUNT(layouts); i++) {
        struct export_result result;
        struct export_request x = request(t, layouts[i].format);
        x.area_code = "271004";
        const char *head = row_of(t, exported(t, &x, &result), 1);
        int bars = 0;
        for (const char *c = head; *c; c++)
            bars += *c == '|';
        assert_int_equal(bars + 1, layouts[i].columns);
        assert_int_equal(strncmp(head, layouts[i].first, strlen(layouts[i].first)), 0);
        assert_string_equal(head + strlen(head) - strlen(layouts[i].last), layouts[i].last);
        assert_string_equal(result.file_name, layouts[i].file);
    }
}

static void an_address_is_parted_and_a_formula_is_no_formula(void **state)
{
    struct directory_world *t = *state;
    struct export_result result;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    struct export_request x = request(t, "c1");
    x.words = "梅田";
    const char *row = row_of(t, exported(t, &x, &result), 2);
    assert_non_null(strstr(row, "|大阪府大阪市北区梅田1丁目2-3 見本ビル|大阪府|大阪市北区|梅田1丁目|2-3 見本ビル|見本ビル|34.700000|135.500000|"));
    assert_int_equal(result.rows, 1);
    char bytes[4096] = "";
    x.words = "";
    FILE *f = fopen(exported(t, &x, &result), "r");
    assert_true(fread(bytes, 1, sizeof bytes - 1, f) > 100);
    fclose(f);
    assert_int_equal(strncmp(bytes, "\xef\xbb\xbf", 3), 0);
    assert_non_null(strstr(bytes, ",'=1+1,"));
    assert_non_null(strstr(bytes, "\r\n271276,0001,"));
}

static void hours_that_one_span_cannot_say_stand_in_the_remark(void **state)
{
    struct directory_world *t = *state;
    struct export_result result;
    directory_given(t, "02-1_clinic.csv", CLINIC);
    directory_given(t, "02-2.csv", HOURS);
    const struct export_request x = request(t, "c3");
    const char *row = row_of(t, exported(t, &x, &result), 2);
    assert_non_null(strstr(row, "|月火|09:00|19:00|月 09:00-12:00・16:00-19:00、火 09:00-12:00|"));
    assert_non_null(strstr(row, "|診療所|"));
    assert_non_null(strstr(row, "|内科|"));
}

static void a_map_file_is_geojson_with_its_sources(void **state)
{
    struct directory_world *t = *state;
    struct export_result result;
    json_error_t where;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    const struct export_request x = request(t, "geojson");
    json_t *map = json_load_file(exported(t, &x, &result), JSON_REJECT_DUPLICATES, &where);
    assert_non_null(map);
    json_t *features = json_object_get(map, "features");
    assert_string_equal(json_string_value(json_object_get(map, "type")), "FeatureCollection");
    assert_int_equal(json_array_size(features), 2);
    assert_int_equal(json_array_size(json_object_get(map, "attribution")), 1);
    for (size_t i = 0; i < 2; i++) {
        json_t *feature = json_array_get(features, i), *geometry = json_object_get(feature, "geometry"), *place = json_object_get(geometry, "coordinates");
        bool known = !strcmp(json_string_value(json_object_get(json_object_get(feature, "properties"), "name")), "（架空）梅田の家");
        assert_int_equal(json_is_null(geometry), !known);
        if (known) {
            assert_true(json_real_value(json_array_get(place, 0)) == 135.5); /* longitude first */
            assert_true(json_real_value(json_array_get(place, 1)) == 34.7);
            assert_string_equal(json_string_value(json_object_get(json_object_get(feature, "properties"), "service")), "訪問入浴介護");
        }
    }
    assert_string_equal(result.content_type, "application/geo+json");
    json_decref(map);
}

static bool hide_phone(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "INSERT INTO audience_setting (field, level, changed_at, changed_by) VALUES ('phone', 'professional', '', '')") == 1;
}

static void what_is_not_public_stays_out_of_open_data(void **state)
{
    struct directory_world *t = *state;
    struct export_result result;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    assert_true(store_write(t->w->store, hide_phone, NULL, &t->w->err));
    static const char *const formats[] = {"c1", "c2", "csv"};
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct export_request x = request(t, formats[i]);
        x.words = "梅田";
        assert_null(strstr(row_of(t, exported(t, &x, &result), 2), "06-1234-5678"));
        assert_true(audience_open(x.db, AUDIENCE_PROFESSIONAL, x.arena, &x.who, &t->w->err));
        assert_non_null(strstr(row_of(t, exported(t, &x, &result), 2), "06-1234-5678"));
    }
}

static bool confirm(struct db *db, void *arg, struct err *err)
{
    struct facility_local l;
    auto_arena *a = arena_new();
    if (!facility_local_find(db, arg, a, &l, err))
        return false;
    l.head = (struct record_head){.id = arg, .office_id = "O-1", .area_code = "271276"};
    l.round_the_clock = "yes";
    l.visiting_areas = "271276 271284";
    l.direct_line = "090-0000-0000";
    l.confirmed_by = "U-1";
    return record_insert(db, &facility_local_record, &l, "U-1", a, err);
}

static void what_people_here_know_goes_to_whom_it_is_for(void **state)
{
    struct directory_world *t = *state;
    struct export_result result;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    const char *id = facility_id(t->w->arena, "municipal-care", "271276/0001");
    if (!store_write(t->w->store, confirm, (void *)(uintptr_t)id, &t->w->err))
        fail_msg("%s %s", t->w->err.message, t->w->err.detail);
    struct export_request x = request(t, "csv");
    x.words = "梅田";
    const char *everybody = row_of(t, exported(t, &x, &result), 2);
    assert_non_null(strstr(everybody, "大阪市北区、大阪市中央区"));
    assert_null(strstr(everybody, "090-0000-0000"));
    assert_true(audience_open(x.db, AUDIENCE_INTERNAL, x.arena, &x.who, &t->w->err));
    const char *inside = row_of(t, exported(t, &x, &result), 2);
    assert_non_null(strstr(inside, "090-0000-0000"));
    assert_null(strstr(inside, "U-1"));
}

static void care_offices_as_published_show_no_more_than_the_viewer_sees(void **state)
{
    struct directory_world *t = *state;
    struct export_result result;
    directory_given_file(t, "tests/data/mhlw-kaigo/jigyosho_155.csv");
    struct export_request x = request(t, "kaigo");
    x.area_code = "271004";
    const char *row = row_of(t, exported(t, &x, &result), 2);
    const char *phone = db_text(world_db(t->w), t->w->arena, &t->w->err, "SELECT phone FROM facility WHERE area_code IN (SELECT code FROM area WHERE path LIKE '270008/271004/%')");
    assert_int_equal(result.rows, 1);
    assert_non_null(strstr(row, phone));
    assert_true(store_write(t->w->store, hide_phone, NULL, &t->w->err));
    x = request(t, "kaigo");
    x.area_code = "271004";
    assert_null(strstr(row_of(t, exported(t, &x, &result), 2), phone));
    x.words = "この言葉はない";
    exported(t, &x, &result);
    assert_int_equal(result.rows, 0);
    x.area_code = "999999";
    assert_false(facility_export(&x, "/dev/null", t->w->arena, &result, &t->w->err));
    assert_string_equal(t->w->err.message, "area.unknown");
}

static void the_download_is_what_the_list_shows(void **state)
{
    struct directory_world *t = *state;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    assert_int_equal(visitor_get(t->v, "/facilities?q=%E6%A2%85%E7%94%B0&area=271276"), 200);
    assert_non_null(strstr(t->v->body, "/facilities/export?format=xlsx&amp;q=%E6%A2%85%E7%94%B0&amp;area=271276"));
    assert_int_equal(visitor_get(t->v, "/facilities/export?format=csv&q=%E6%A2%85%E7%94%B0&area=271276"), 200);
    assert_non_null(strstr(t->v->body, "（架空）梅田の家"));
    assert_null(strstr(t->v->body, "=1+1"));
    assert_non_null(strstr(t->v->body, "※出典：介護サービス事業所一覧"));
    assert_non_null(strstr(visitor_header(t->v, "Content-Disposition"), "271276_facilities.csv"));
    assert_int_equal(visitor_get(t->v, "/facilities/export?format=doc"), 422);
    assert_int_equal(visitor_get(t->v, "/facilities/export?format=csv&area=999999"), 422);
    visitor_sign_out(t->v);
    assert_int_equal(visitor_get(t->v, "/facilities/export?format=csv"), 303);
}

/* The list of a condition and the file of it name the same entries; `name` is in both or in neither. */
static void list_and_file_agree(struct directory_world *t, const char *condition, const char *name, bool is_found)
{
    if (visitor_get(t->v, arena_printf(t->w->arena, "/facilities?%s", condition)) != 200 || (strstr(t->v->body, name) != NULL) != is_found)
        fail_msg("list %s: %s", condition, name);
    static const char *const formats[] = {"csv", "geojson"};
    for (size_t i = 0; i < COUNT(formats); i++)
        if (visitor_get(t->v, arena_printf(t->w->arena, "/facilities/export?format=%s&%s", formats[i], condition)) != 200 ||
            (strstr(t->v->body, name) != NULL) != is_found)
            fail_msg("%s %s: %s", formats[i], condition, name);
}

static void the_download_obeys_every_condition_of_the_list(void **state)
{
    struct directory_world *t = *state;
    static const struct {
        const char *condition, *name;
        bool is_found;
    } cases[] = {
        {"round_the_clock=1", "（架空）梅田の家", true}, {"round_the_clock=1", "（架空）見本医院", false},
        {"visits=271284", "（架空）梅田の家", true}, {"visits=271021", "（架空）梅田の家", false},
        {"speciality=02001", "（架空）見本医院", true}, {"speciality=02001", "（架空）架空病院", false}, {"speciality=01001", "（架空）架空病院", true},
        {"service=hospital", "（架空）架空病院", true}, {"service=hospital", "（架空）見本医院", false},
        {"service=120&round_the_clock=1", "（架空）梅田の家", true}, {"service=120&home_visits=1", "（架空）梅田の家", false},
        {"day=2024-12-01&speciality=01001", "（架空）架空病院", true}, {"day=2024-12-01", "（架空）見本医院", false},
        {"q=%E8%A6%8B%E6%9C%AC&home_care=support_clinic", "（架空）見本医院", false},
    };
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    directory_given(t, "medical.csv", MEDICAL_HEAD MEDICAL_ROWS);
    const char *id = facility_id(t->w->arena, "municipal-care", "271276/0001");
    assert_true(store_write(t->w->store, confirm, (void *)(uintptr_t)id, &t->w->err));
    for (size_t i = 0; i < COUNT(cases); i++)
        list_and_file_agree(t, cases[i].condition, cases[i].name, cases[i].is_found);
    assert_int_equal(visitor_get(t->v, "/facilities?speciality=02001&page=1"), 200);
    assert_non_null(strstr(t->v->body, "/facilities/export?format=csv&amp;speciality=02001\""));
}

/* The clinic lies 1.4 km from the place, the house 0.5 km; the hospital nobody knows where. */
static void a_file_of_what_is_near_ends_at_the_distance(void **state)
{
    struct directory_world *t = *state;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    directory_given(t, "medical.csv", MEDICAL_HEAD MEDICAL_ROWS);
    static const struct {
        const char *metres, *name;
        bool is_found;
    } cases[] = {{"1000", "（架空）梅田の家", true}, {"1000", "（架空）見本医院", false}, {"2000", "（架空）見本医院", true}, {"2000", "（架空）架空病院", false}};
    assert_int_equal(visitor_post(t->v, "/facilities/search", "latitude=34.6955&longitude=135.5"), 303);
    const char *place = strstr(visitor_header(t->v, "Location"), "s=");
    assert_non_null(place);
    place = arena_strndup(t->w->arena, place, strcspn(place, "#&"));
    for (size_t i = 0; i < COUNT(cases); i++)
        list_and_file_agree(t, arena_printf(t->w->arena, "metres=%s&%s", cases[i].metres, place), cases[i].name, cases[i].is_found);
    assert_int_equal(visitor_get(t->v, "/facilities/export?format=csv&s=01930000-0000-7000-8000-000000000001"), 422);
}

static void care_offices_as_published_obey_the_conditions_too(void **state)
{
    struct directory_world *t = *state;
    directory_given_file(t, "tests/data/mhlw-kaigo/jigyosho_155.csv");
    const char *name = db_text(world_db(t->w), t->w->arena, &t->w->err, "SELECT name FROM facility WHERE area_code IN (SELECT code FROM area WHERE path LIKE '270008/271004/%')");
    assert_int_equal(visitor_get(t->v, "/facilities/export?format=kaigo&area=271004"), 200);
    assert_non_null(strstr(t->v->body, name));
    assert_int_equal(visitor_get(t->v, "/facilities/export?format=kaigo&area=271004&round_the_clock=1"), 200);
    assert_null(strstr(t->v->body, name));
}

static void a_workbook_holds_every_entry_as_text(void **state)
{
    struct directory_world *t = *state;
    struct export_result result;
    const char *const *cells;
    size_t count;
    directory_given(t, "in.csv", CARE_HEAD CARE_ROWS);
    const struct export_request x = request(t, "xlsx");
    auto_spreadsheet *book = spreadsheet_open(exported(t, &x, &result), 0, &t->w->err);
    assert_non_null(book);
    bool found = false;
    long rows = 0;
    for (; spreadsheet_next(book, &cells, &count, &t->w->err); rows++)
        found |= count > 9 && !strcmp(cells[1], "（架空）梅田の家") && !strcmp(cells[9], "5300001");
    assert_true(found);
    assert_int_equal(rows, 1 + 2 + 1); /* heads, entries, source */
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static bool add_many(struct db *db, void *arg, struct err *err)
{
    const int *count = arg;
    return db_run(db, err,
                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS INTEGER)) INSERT INTO facility (id, source, source_key, "
                  "service_code, office_number, name, kana, corporation, corporation_number, area_code, address, building, phone, fax, url, days, note, "
                  "is_listed, imported_at) SELECT 'm' || i, 'kaigo', 'm' || i, '120', '', '（架空）' || i, 'カナ' || (i % 997), '', '', '271276', "
                  "'大阪府大阪市北区' || i, '', '', '', '', '', '', 1, '2024-11-30T00:00:00.000Z' FROM n", INT(*count)) == *count;
}

/* What this process may still take, from now on. */
static void allow_more(long kib)
{
    char line[128];
    long data = 0;
    malloc_trim(0);
    FILE *f = fopen("/proc/self/status", "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (!strncmp(line, "VmData:", 7))
            data = strtol(line + 7, NULL, 10);
    fclose(f);
    assert_true(data > 0);
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_DATA, &limit), 0);
    limit.rlim_cur = kib < 0 ? limit.rlim_max : (rlim_t)(data + kib) * 1024;
    assert_int_equal(setrlimit(RLIMIT_DATA, &limit), 0);
}

#endif

/* All 40,000 entries at once would take 60 MB and more: without memory the process ends and the spec with it. */
static void memory_stays_flat_however_many_entries_there_are(void **state)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    (void)state;
    skip(); /* their memory is not the program's */
#else
    struct directory_world *t = *state;
    static const char *const formats[] = {"csv", "geojson", "c1", "xlsx"};
    struct export_result result;
    int many = 40000;
    assert_true(store_write(t->w->store, add_many, &many, &t->w->err));
    for (size_t i = 0; i < COUNT(formats); i++) {
        const struct export_request x = request(t, formats[i]);
        allow_more(16 * 1024);
        exported(t, &x, &result);
        allow_more(-1);
        assert_int_equal(result.rows, 40000);
    }
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_care_list_of_a_municipality_is_read_again_as_the_same_entries, begin, directory_end),
        cmocka_unit_test_setup_teardown(a_list_of_institutions_is_read_again_as_the_same_entries, begin, directory_end),
        cmocka_unit_test_setup_teardown(real_care_offices_come_back_from_the_municipal_layouts, begin, directory_end),
        cmocka_unit_test_setup_teardown(the_layouts_have_the_columns_and_names_of_their_definition, begin, directory_end),
        cmocka_unit_test_setup_teardown(an_address_is_parted_and_a_formula_is_no_formula, begin, directory_end),
        cmocka_unit_test_setup_teardown(hours_that_one_span_cannot_say_stand_in_the_remark, begin, directory_end),
        cmocka_unit_test_setup_teardown(a_map_file_is_geojson_with_its_sources, begin, directory_end),
        cmocka_unit_test_setup_teardown(what_is_not_public_stays_out_of_open_data, begin, directory_end),
        cmocka_unit_test_setup_teardown(what_people_here_know_goes_to_whom_it_is_for, begin, directory_end),
        cmocka_unit_test_setup_teardown(care_offices_as_published_show_no_more_than_the_viewer_sees, begin, directory_end),
        cmocka_unit_test_setup_teardown(the_download_is_what_the_list_shows, begin, directory_end),
        cmocka_unit_test_setup_teardown(the_download_obeys_every_condition_of_the_list, begin, directory_end),
        cmocka_unit_test_setup_teardown(a_file_of_what_is_near_ends_at_the_distance, begin, directory_end),
        cmocka_unit_test_setup_teardown(care_offices_as_published_obey_the_conditions_too, begin, directory_end),
        cmocka_unit_test_setup_teardown(a_workbook_holds_every_entry_as_text, begin, directory_end),
        cmocka_unit_test_setup_teardown(memory_stays_flat_however_many_entries_there_are, begin, directory_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
