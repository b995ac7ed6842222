/* facility_formats_test.c -- every published layout into the directory, on both stores.
 *
 * The excerpts of tests/data are always read; whole files of ../shared/data when they are there.  Figures: its README.md, counted by another
 * program. */
#include "base/buf.h"
#include "base/count.h"
#include "base/text.h"
#include "features/area/area.h"
#include "features/facility/facility_import.h"
#include "features/facility_export/facility_export.h"
#include "tests/support/directory_world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#define SHARED "../shared/data/"
#define MAPPINGS "tests/data/mappings/"

#define COUNTED(w, sql, ...) db_int(world_db(w), &(w)->err, -1, sql, ##__VA_ARGS__)
static const char *text_in(struct world *w, const char *sql)
{
    const char *s = db_text_values(world_db(w), w->arena, &w->err, sql, NULL, 0);
    return s ? s : "(none)";
}

#define B1_HEAD "\"ID\",\"正式名称\",\"正式名称（フリガナ）\",\"機関区分\",\"都道府県コード\",\"市区町村コード\",\"所在地\",\"所在地座標（緯度）\"," \
    "\"所在地座標（経度）\",\"案内用ホームページアドレス\",\"毎週決まった曜日に休診（土）\",\"毎週決まった曜日に休診（日）\"," \
    "\"決まった週に休診（定期週）第2週（土）\",\"祝日に休診\",\"合計病床数\"\r\n"
#define B1_ROW(id, sunday) "\"" id "\",\"（架空）見本医院" id "\",\"ミホンイイン\",\"2\",\"27\",\"127\",\"大阪府大阪市北区梅田９\",\"\",\"\",\"https://example.jp\",\"1\",\"" sunday "\",\"0\",\"0\",\"\"\r\n"

static void closing_flags_say_the_opposite_of_their_headers(void **state)
{
    struct world *w = *state;
    struct facility_report r = entries_given(w, world_file(w, "02-1_clinic_facility_info_20260601.csv", "\xef\xbb\xbf" B1_HEAD B1_ROW("2722270000001", "0")));
    assert_int_equal(r.added, 1);
    assert_string_equal(r.release, "2026-06-01");
    assert_string_equal(text_in(w, "SELECT area_code FROM facility"), "271276");
    assert_string_equal(text_in(w, "SELECT kind FROM facility"), "clinic");
    assert_int_equal(COUNTED(w, "SELECT is_open FROM facility_opening WHERE week = 0 AND day = 5"), 1);
    assert_int_equal(COUNTED(w, "SELECT is_open FROM facility_opening WHERE week = 0 AND day = 6"), 0);
    assert_int_equal(COUNTED(w, "SELECT is_open FROM facility_opening WHERE week = 2 AND day = 5"), 0);
    assert_int_equal(COUNTED(w, "SELECT is_open FROM facility_opening WHERE week = 0 AND day = 7"), 0);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility WHERE beds IS NULL"), 1);
}

static void a_file_whose_clinics_all_open_on_sundays_is_refused_whole(void **state)
{
    struct world *w = *state;
    struct facility_report r;
    auto_buf text = {0};
    buf_text(&text, B1_HEAD);
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "\"27222700001%02d\",\"（架空）%d医院\",\"\",\"2\",\"27\",\"127\",\"大阪府大阪市北区\",\"\",\"\",\"\",\"1\",\"1\",\"\",\"\",\"\"\r\n", i, i);
    assert_false(facility_import(w->store, world_file(w, "x.csv", text.data), "auto", w->arena, &r, &w->err));
    assert_string_equal(w->err.message, "facility.flags");
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility"), 0);
}

#define B2_HEAD "ID,診療科目コード,診療科目名,診療時間帯,月_診療開始時間,月_診療終了時間,火_診療開始時間,火_診療終了時間,月_外来受付開始時間,月_外来受付終了時間\n"

static void hours_belong_to_their_institution_and_odd_ones_are_unknown(void **state)
{
    struct world *w = *state;
    entries_given(w, world_file(w, "02-1_clinic.csv", B1_HEAD B1_ROW("2722270000001", "0")));
    struct facility_report r = entries_given(w, world_file(w, "02-2.csv",
        B2_HEAD "2722270000001,01001,内科,1,09:00,12:00,19:00,07:00,08:30,11:30\n" "2722270000001,01001,内科,2,00:00,00:00,00:45,12:00,,\n"
                "2722270000001,09010,救急科,1,00:00,24:00,15:30,15:00,,\n" "2722279999999,01001,内科,1,09:00,12:00,,,,\n"));
    assert_int_equal(r.rows, 4);
    assert_int_equal(r.refused, 1);
    assert_non_null(strstr(r.notes[r.note_count - 1].reason, "施設票"));
    assert_int_equal(r.notes[r.note_count - 1].row, 5);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_hours"), 4);
    assert_int_equal(COUNTED(w, "SELECT closes FROM facility_hours WHERE day = 1"), 1440 + 420);
    assert_int_equal(COUNTED(w, "SELECT opens FROM facility_hours WHERE is_reception = 1"), 510);
    assert_int_equal(COUNTED(w, "SELECT closes FROM facility_hours WHERE speciality_code = '09010'"), 1440);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_service WHERE source = 'navii-hours'"), 2);
    assert_int_equal(entries_given(w, world_file(w, "02-1_clinic.csv", B1_HEAD B1_ROW("2722270000001", "0"))).unchanged, 1);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_hours"), 4);
}

static void pharmacies_have_four_slots_a_day(void **state)
{
    struct world *w = *state;
    struct facility_report r = entries_given(w, world_file(w, "05_pharmacy_20260601.csv",
        "ID,名称,フリガナ,都道府県コード,市区町村コード,所在地,薬局のホームページアドレス,定期閉店毎週（日）,定期閉店第１週（月）,月_開店時間帯1_開始時間,"
        "月_開店時間帯1_終了時間,月_開店時間帯4_開始時間,月_開店時間帯4_終了時間\n"
        "2750000000001,（架空）薬局,ヤッキョク,27,127,大阪府大阪市北区1,,0,1,09:00,13:00,17:00,20:00\n"));
    assert_int_equal(r.added, 1);
    assert_string_equal(text_in(w, "SELECT kind FROM facility"), "pharmacy");
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_hours"), 2);
    assert_int_equal(COUNTED(w, "SELECT opens FROM facility_hours WHERE slot = 4"), 1020);
    assert_int_equal(COUNTED(w, "SELECT is_open FROM facility_opening WHERE week = 1 AND day = 0"), 1);
    assert_int_equal(COUNTED(w, "SELECT is_open FROM facility_opening WHERE week = 0 AND day = 6"), 0);
}

static void municipal_lists_of_medical_institutions_are_known_in_both_layouts(void **state)
{
    struct world *w = *state;
    struct facility_report r = entries_given(w, world_file(w, "c3.csv",
        "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,医療機関の種類,住所,医療機関コード,診療曜日,診療開始時間,診療終了時間,診療科目,病床数\n"
        "271276,1,大阪府,大阪市北区,（架空）北医院,キタイイン,無床診療所,大阪市北区1,0199999,月火水木金,09:00,17:00,内科;小児科,\n"));
    assert_int_equal(r.added, 1);
    assert_string_equal(text_in(w, "SELECT office_number FROM facility"), "2710199999");
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_service"), 2);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_hours"), 5);
    r = entries_given(w, world_file(w, "c4.csv",
        "全国地方公共団体コード,ID,名称,名称_カナ,医療機関の種類,所在地_全国地方公共団体コード,所在地_連結表記,病床数\n"
        "271004,X1,（架空）中央病院,チュウオウ,病院,271284,大阪府大阪市中央区2,100\n"));
    assert_int_equal(r.added, 1);
    assert_string_equal(text_in(w, "SELECT kind || ' ' || area_code FROM facility WHERE beds = 100"), "hospital 271284");
}

#define D1_HEAD "[令和７年１０月１日 現在 ],,,,,,,,,,,,,\n項番,都道府県コード,都道府県名,区分,医療機関番号,医療機関名称,医療機関所在地（住所）,電話番号,病床数," \
    "受理届出名称,受理記号,算定開始年月日,備考（見出し）,備考（データ）\n"
#define D1_ROW(rest) "1,27,大阪府,医科,0199999,（架空）見本医院,大阪市北区梅田１,06(9999)0000,," rest "\n"

static void notifications_become_home_care_flags(void **state)
{
    struct world *w = *state;
    const char *path = world_file(w, "d1.csv",
        D1_HEAD D1_ROW("在宅療養支援診療所,支援診２,令和 6年 6月 1日,,") D1_ROW(",,,連携先,見本病院") D1_ROW("在宅時医学総合管理料,在医総管１,令和元年10月 1日,,")
        D1_ROW("外来・在宅ベースアップ評価料,外在ベⅠ,令和 6年 6月 1日,,") "2,27,大阪府,医科,0199998,（架空）届出なし,大阪市中央区１,,,,,,,\n");
    struct facility_report r = entries_given(w, path);
    assert_int_equal(r.rows, 5);
    assert_int_equal(r.added, 2);
    assert_int_equal(r.refused, 0);
    assert_string_equal(r.release, "2025-10-01");
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_notification"), 3);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_notification WHERE home_care <> ''"), 2);
    assert_string_equal(text_in(w, "SELECT since || remark FROM facility_notification WHERE home_care = 'support_clinic_2'"), "2024-06-01連携先：見本病院");
    assert_string_equal(text_in(w, "SELECT since FROM facility_notification WHERE home_care = 'management_1'"), "2019-10-01");
    assert_string_equal(text_in(w, "SELECT phone || ' ' || area_code FROM facility WHERE phone <> ''"), "06-9999-0000 271276");
    assert_int_equal(entries_given(w, path).unchanged, 2);
}

static bool decide(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "UPDATE facility_match SET state = 'different'") == 1;
}

static void two_sources_are_only_proposed_as_one_and_a_decision_stays(void **state)
{
    struct world *w = *state;
    entries_given(w, world_file(w, "d1.csv", D1_HEAD D1_ROW(",,,,")));
    const char *b1 = B1_HEAD "\"2712799999999\",\"（架空）見本医院\",\"\",\"2\",\"27\",\"127\",\"大阪市北区梅田1\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n";
    struct facility_report r = entries_given(w, world_file(w, "b1.csv", b1));
    assert_int_equal(r.proposed, 1);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility"), 2);
    assert_string_equal(text_in(w, "SELECT state || ' ' || reason FROM facility_match"), "proposed name");
    assert_true(store_write(w->store, decide, NULL, &w->err));
    r = entries_given(w, world_file(w, "b1.csv", arena_printf(w->arena, "%s%s", b1, "\r\n" B1_ROW("2722270000001", "0"))));
    entries_given(w, world_file(w, "d1.csv", D1_HEAD D1_ROW("在宅療養支援診療所,支援診３,令和 7年 6月 1日,,")));
    assert_string_equal(text_in(w, "SELECT state FROM facility_match"), "different");
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_match"), 1);
}

static void shift_jis_reads_the_same(void **state)
{
    struct world *w = *state;
    static const char text[] = B1_HEAD B1_ROW("2722270000001", "0");
    auto_buf bytes = {0};
    assert_int_equal(text_to_cp932(&bytes, text, sizeof text - 1), 0);
    struct facility_report r = entries_given(w, world_file(w, "sjis.csv", bytes.data));
    assert_int_equal(r.added, 1);
    assert_string_equal(r.encoding, "CP932");
    assert_string_equal(text_in(w, "SELECT name FROM facility"), "（架空）見本医院2722270000001");
}

static void rows_cut_off_or_blank_are_told_and_the_rest_is_taken(void **state)
{
    struct world *w = *state;
    struct facility_report r = entries_given(w, world_file(w, "cut.csv", B1_HEAD B1_ROW("2722270000001", "0") "\r\n" B1_ROW("2722270000002", "0") "\"2722270000003\",\"（架空）\""));
    assert_int_equal(r.unlisted, 0);
    assert_int_equal(r.added, 2);
    assert_int_equal(r.rows, 4);
    assert_int_equal(r.refused, 2);
    assert_non_null(strstr(r.notes[0].reason, "空の行"));
    assert_non_null(strstr(r.notes[1].reason, "列の数"));
    assert_int_equal(r.notes[1].row, 5);
}

static void each_changed(const struct facility_report *r, void *arg)
{
    long *sums = arg;
    sums[0]++;
    sums[1] += r->added;
}

static const char *given_zip(struct world *w, const char *name, const char *text, size_t copies)
{
    int code;
    const char *path = arena_printf(w->arena, "%s/given.zip", w->folder);
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    assert_non_null(z);
    for (size_t i = 0; i < copies; i++)
        assert_true(zip_file_add(z, arena_printf(w->arena, "%zu/%s", i, name), zip_source_buffer(z, text, strlen(text), 0), 0) >= 0);
    assert_int_equal(zip_close(z), 0);
    return path;
}

static void a_zip_as_published_is_read_file_by_file(void **state)
{
    struct world *w = *state;
    long sums[2] = {0};
    struct facility_given given = {.format = "auto"};
    assert_true(facility_import_any(w->store, given_zip(w, "02-1_clinic.csv", B1_HEAD B1_ROW("2722270000001", "0"), 2), &given, each_changed, sums, &w->err));
    assert_int_equal(sums[0], 2);
    assert_int_equal(sums[1], 1);
    assert_false(facility_import_any(w->store, given_zip(w, "readme.txt", "x", 1), &given, each_changed, sums, &w->err));
    assert_string_equal(w->err.message, "facility.zip_empty");
    assert_false(facility_import_any(w->store, given_zip(w, "a.csv", "x", 201), &given, each_changed, sums, &w->err));
    assert_string_equal(w->err.message, "facility.zip_bomb");
    char *zeros = arena_alloc(w->arena, (32 << 20) + 1);
    memset(zeros, '0', 32 << 20);
    assert_false(facility_import_any(w->store, given_zip(w, "a.csv", zeros, 1), &given, each_changed, sums, &w->err));
    assert_string_equal(w->err.message, "facility.zip_bomb");
}

static const char *text_of_file(struct world *w, const char *path)
{
    char *text = arena_alloc(w->arena, 65536);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, 65535, f)] = '\0';
    fclose(f);
    return text;
}

static struct facility_report mapped_import(struct world *w, const char *path, const char *json)
{
    struct facility_mapping m;
    struct facility_given given = {.format = "mapped", .mapping = &m, .mapping_json = json};
    static struct facility_report kept;
    kept = (struct facility_report){0};
    long sums[2] = {0};
    assert_true(facility_mapping_read(json, w->arena, &m, &w->err));
    if (!facility_import_any(w->store, path, &given, each_changed, sums, &w->err))
        fail_msg("%s: %s %s", path, w->err.message, w->err.detail);
    kept.added = sums[1];
    return kept;
}

static void a_mapping_is_kept_and_known_again(void **state)
{
    struct world *w = *state;
    const char *path = world_file(w, "own.csv", "番号,なまえ,ばしょ,電話\n7,（架空）見本薬局,高松市番町1,087-000-0000\n");
    struct facility_report r;
    assert_false(facility_import(w->store, path, "auto", w->arena, &r, &w->err));
    mapped_import(w, path, "{\"name\": \"見本\", \"prefecture\": \"香川県\", \"kind\": \"pharmacy\", \"columns\": {\"番号\": \"id\", \"なまえ\": \"name\", \"ばしょ\": \"address\", \"電話\": \"phone\"}}");
    assert_string_equal(text_in(w, "SELECT source || ' ' || kind || ' ' || area_code FROM facility"), "mapped/見本 pharmacy 372013");
    assert_int_equal(entries_given(w, path).unchanged, 1);
    struct facility_mapping m;
    assert_false(facility_mapping_read("{\"name\": \"x\", \"columns\": {\"a\": \"nothing\"}}", w->arena, &m, &w->err));
    assert_string_equal(w->err.message, "facility.mapping");
}

/* Every column of the directory that a file gives, in one text. */
#define DIRECTORY "SELECT id || source_key || office_number || name || kana || corporation || corporation_number || area_code || address || building || " \
    "phone || fax || COALESCE(lat, 0) || ' ' || COALESCE(lng, 0) || ' ' || COALESCE(capacity, 0) || url || days || note FROM facility ORDER BY id"

static const char *directory(struct world *w)
{
    auto_buf all = {0};
    auto_rows *r = db_query(world_db(w), NULL, &w->err, DIRECTORY);
    assert_non_null(r);
    while (rows_next(r))
        buf_printf(&all, "%s\n", rows_text(r, 0));
    assert_false(rows_failed(r));
    return arena_strdup(w->arena, all.data);
}

static bool forget_all(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "DELETE FROM facility_service") >= 0 && db_run(db, err, "DELETE FROM facility_source") >= 0 &&
           db_run(db, err, "DELETE FROM facility") >= 0;
}

static const char *exported_kaigo(struct world *w, const char *name, long *ret_rows)
{
    const char *path = arena_printf(w->arena, "%s/%s", w->folder, name);
    struct export_result result;
    struct export_request x = {.db = world_db(w), .arena = w->arena, .format = "kaigo", .words = "", .area_code = "", .service_code = "", .kind = "",
                               .publisher = ""};
    assert_true(facility_export(&x, path, w->arena, &result, &w->err));
    assert_string_equal(result.file_name, "jigyosho_all.csv");
    *ret_rows = result.rows;
    return path;
}

static void an_exported_file_gives_the_same_directory_again(void **state)
{
    struct world *w = *state;
    entries_given(w, "tests/data/mhlw-kaigo/jigyosho_710.csv");
    entries_given(w, "tests/data/mhlw-kaigo/jigyosho_155.csv");
    entries_given(w, "tests/data/mhlw-kaigo/760_mangled_excerpt.csv");
    const char *before = directory(w);
    long rows;
    const char *path = exported_kaigo(w, "exported.csv", &rows);
    assert_int_equal(rows, 301);
    assert_true(store_write(w->store, forget_all, NULL, &w->err));
    struct facility_report r = entries_given(w, path);
    assert_int_equal(r.rows, 207 + 54 + 40);
    assert_int_equal(r.refused, 0);
    assert_string_equal(directory(w), before);
    assert_int_equal(entries_given(w, path).unchanged, 301);
}

static const struct {
    const char *file;
    long rows, refused;
    const char *mapping;
} published[] = {
    {"mhlw-kaigo/jigyosho_120.csv", 1568, 0, NULL},       {"mhlw-kaigo/jigyosho_140.csv", 5091, 0, NULL},
    {"mhlw-kaigo/jigyosho_155.csv", 54, 0, NULL},         {"mhlw-kaigo/jigyosho_160.csv", 7737, 0, NULL},
    {"mhlw-kaigo/jigyosho_331.csv", 4467, 0, NULL},       {"mhlw-kaigo/jigyosho_520.csv", 4121, 0, NULL},
    {"mhlw-kaigo/jigyosho_550.csv", 923, 0, NULL},        {"mhlw-kaigo/jigyosho_710.csv", 207, 0, NULL},
    {"mhlw-kaigo/jigyosho_730.csv", 5451, 0, NULL},       {"mhlw-kaigo/jigyosho_760.csv", 1466, 0, NULL},
    {"mhlw-kaigo/jigyosho_770.csv", 1106, 0, NULL},
    {"mhlw-kaigo-2025-excel-mangled/510_tokuyou_20250601.csv", 8496, 2, NULL}, /* two numbers occur twice */
    {"mhlw-kaigo-2025-excel-mangled/760_regular_patrol_nursing_20250601.csv", 1411, 0, NULL},
    {"mhlw-navii/01-1_hospital_facility_info_20250601_mangled.csv", 6399, 0, NULL},
    {"mhlw-navii/04_maternity_home_20250601_mangled.csv", 1832, 0, NULL},
    {"mhlw-navii/02-1_clinic_facility_info_RECONSTRUCTED_osaka_city.csv", 2934, 0, NULL},
    {"mhlw-navii/02-2_clinic_speciality_hours_RECONSTRUCTED_osaka_city.csv", 8314, 0, NULL},
    {"kouseikyoku/sisetukijun_kyoto_homecare_rows.csv", 1911, 0, NULL},
    {"kouseikyoku/sisetukijun_yamanashi_homecare_rows.csv", 363, 0, NULL},
    {"kouseikyoku/s2025.10_sisetukijun_kyoto_ika.xlsx", 20559, 1, NULL}, /* row 2922 is blank */
    {"kouseikyoku/19_todokede_ika_yamanashi_r0710.xlsx", 4857, 0, NULL},
    {"kouseikyoku/iryokikan_code_27osaka_13tokyo_202508.csv", 22569, 0, NULL},
    {"municipal/kudamatsu_352071_care_service_excerpt.csv", 18, 0, NULL},
    {"municipal/yamaguchi_350001_care_service_pref_excerpt.csv", 16, 0, NULL},
    {"municipal/takamatsu_hospital.csv", 628, 0, "takamatsu_hospital.json"},
    {"municipal/takamatsu_elderly_welfare_facility.csv", 47, 0, "takamatsu_elderly.json"},
    {"municipal/hokkaido_hospital_list.csv", 574, 0, "hokkaido_hospital.json"},
    {"mhlw-navii/pharmacy_list_osaka_city_derived.csv", 1500, 0, "list_pharmacy.json"},
    {"mhlw-navii/pharmacy_list_setagaya_derived.csv", 398, 0, "list_pharmacy.json"},
    {"mhlw-navii/dental_list_setagaya_derived.csv", 561, 0, "list_dental.json"},
};

/* What lies beside them and is no list of the directory; the areas, shapes and departments of the program were made from them. */
static const struct {
    const char *file, *key; /* of the sentence it is refused with */
} no_lists[] = {{"README.md", "facility.format"}, {"mhlw-navii/speciality_codes.csv", "facility.format"}, {"geo/localgovjp-utf8.csv", "facility.format"},
                {"geo/prefjp-utf8.csv", "facility.format"}, {"geo/postcode_osaka_city_setagaya.csv", "facility.format"},
                {"geo/ken_all_47OKINAW.CSV", "facility.format"}, {"geo/wards_osaka24_setagaya.geojson", "csv.too_many_cells"}};

static void keep_sums(const struct facility_report *r, void *arg)
{
    struct facility_report *kept = arg;
    kept->rows += r->rows;
    kept->refused += r->refused;
    for (size_t i = 0; i < r->note_count; i++)
        kept->note_count += r->notes[i].refused && r->notes[i].row > 0 && *r->notes[i].reason; /* with file, row and reason */
}

static void every_published_file_of_shared_data_gives_the_rows_its_readme_states_skipped_without_it(void **state)
{
    struct world *w = *state;
    if (access(SHARED, R_OK) != 0)
        skip();
    for (size_t i = 0; i < COUNT(published); i++) {
        struct facility_report sum = {0};
        struct facility_mapping m;
        struct facility_given given = {.format = "auto"};
        if (published[i].mapping) {
            given.mapping_json = text_of_file(w, arena_printf(w->arena, MAPPINGS "%s", published[i].mapping));
            assert_true(facility_mapping_read(given.mapping_json, w->arena, &m, &w->err));
            given.mapping = &m;
        }
        if (!facility_import_any(w->store, arena_printf(w->arena, SHARED "%s", published[i].file), &given, keep_sums, &sum, &w->err))
            fail_msg("%s: %s %s", published[i].file, w->err.message, w->err.detail);
        if (sum.rows != published[i].rows || sum.refused != published[i].refused || sum.note_count != (size_t)published[i].refused)
            fail_msg("%s: %ld rows, %ld refused, %zu of them told", published[i].file, sum.rows, sum.refused, sum.note_count);
    }
}

static bool is_told_of(const char *file)
{
    for (size_t i = 0; i < COUNT(published); i++)
        if (!strcmp(published[i].file, file))
            return true;
    for (size_t i = 0; i < COUNT(no_lists); i++)
        if (!strcmp(no_lists[i].file, file))
            return true;
    return false;
}

/* `below` "" or a folder's name with a slash. */
static void expect_told(struct world *w, const char *below)
{
    DIR *d = opendir(arena_printf(w->arena, SHARED "%s", below));
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        const char *name = arena_printf(w->arena, "%s%s", below, e->d_name);
        if (*e->d_name == '.' || !strcmp(name, "fhir"))
            continue;
        if (e->d_type == DT_DIR)
            expect_told(w, arena_printf(w->arena, "%s/", name));
        else if (!is_told_of(name))
            fail_msg("%s: neither counted nor named as no list", name);
    }
    closedir(d);
}

static void no_file_of_shared_data_is_forgotten_but_the_resources_of_fhir_skipped_without_it(void **state)
{
    if (access(SHARED, R_OK) != 0)
        skip();
    expect_told(*state, "");
}

static void codes_postcodes_and_shapes_are_no_lists_and_are_refused_whole_with_a_sentence_skipped_without_shared_data(void **state)
{
    struct world *w = *state;
    if (access(SHARED, R_OK) != 0)
        skip();
    for (size_t i = 0; i < COUNT(no_lists); i++) {
        struct facility_report r = {0};
        w->err = (struct err){0};
        if (facility_import(w->store, arena_printf(w->arena, SHARED "%s", no_lists[i].file), "auto", w->arena, &r, &w->err) ||
            strcmp(w->err.message, no_lists[i].key) != 0)
            fail_msg("%s: %ld rows taken, %s", no_lists[i].file, r.rows, w->err.message);
    }
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility") + COUNTED(w, "SELECT COUNT(*) FROM facility_source"), 0);
}

static void all_care_offices_of_the_country_come_back_the_same_from_their_exported_file_skipped_without_shared_data(void **state)
{
    static const char *const services[] = {"120", "140", "155", "160", "331", "520", "550", "710", "730", "760", "770"};
    struct world *w = *state;
    long rows;
    if (access(SHARED, R_OK) != 0)
        skip();
    for (size_t i = 0; i < COUNT(services); i++)
        entries_given(w, arena_printf(w->arena, SHARED "mhlw-kaigo/jigyosho_%s.csv", services[i]));
    const char *before = directory(w), *path = exported_kaigo(w, "all.csv", &rows);
    assert_int_equal(rows, 32191);
    assert_true(store_write(w->store, forget_all, NULL, &w->err));
    struct facility_report r = entries_given(w, path);
    assert_int_equal(r.rows, 32191);
    assert_int_equal(r.refused, 0);
    assert_string_equal(directory(w), before);
    const char *again = exported_kaigo(w, "again.csv", &rows);
    assert_int_equal(system(arena_printf(w->arena, "cmp -s '%s' '%s'", path, again)), 0);
}

static void a_newer_release_shows_what_is_new_and_what_is_no_longer_listed_skipped_without_shared_data(void **state)
{
    struct world *w = *state;
    if (access(SHARED, R_OK) != 0)
        skip();
    entries_given(w, SHARED "mhlw-kaigo-2025-excel-mangled/760_regular_patrol_nursing_20250601.csv");
    struct facility_report r = entries_given(w, SHARED "mhlw-kaigo/jigyosho_760.csv");
    assert_int_equal(r.rows, 1466);
    assert_int_equal(r.added, 74);
    assert_int_equal(r.unlisted, 19);
    assert_int_equal(r.changed + r.filled, 1392);
    assert_true(r.changed >= 79 && r.changed < 200);
    r = entries_given(w, SHARED "mhlw-kaigo/jigyosho_760.csv");
    assert_int_equal(r.unchanged, 1466);
    assert_int_equal(r.added + r.changed + r.filled + r.unlisted, 0);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, entries_begin, world_end)
        SPEC(closing_flags_say_the_opposite_of_their_headers),
        SPEC(a_file_whose_clinics_all_open_on_sundays_is_refused_whole),
        SPEC(hours_belong_to_their_institution_and_odd_ones_are_unknown),
        SPEC(pharmacies_have_four_slots_a_day),
        SPEC(municipal_lists_of_medical_institutions_are_known_in_both_layouts),
        SPEC(notifications_become_home_care_flags),
        SPEC(two_sources_are_only_proposed_as_one_and_a_decision_stays),
        SPEC(shift_jis_reads_the_same),
        SPEC(rows_cut_off_or_blank_are_told_and_the_rest_is_taken),
        SPEC(a_zip_as_published_is_read_file_by_file),
        SPEC(an_exported_file_gives_the_same_directory_again),
        SPEC(a_mapping_is_kept_and_known_again),
        SPEC(every_published_file_of_shared_data_gives_the_rows_its_readme_states_skipped_without_it),
        SPEC(no_file_of_shared_data_is_forgotten_but_the_resources_of_fhir_skipped_without_it),
        SPEC(codes_postcodes_and_shapes_are_no_lists_and_are_refused_whole_with_a_sentence_skipped_without_shared_data),
        SPEC(all_care_offices_of_the_country_come_back_the_same_from_their_exported_file_skipped_without_shared_data),
        SPEC(a_newer_release_shows_what_is_new_and_what_is_no_longer_listed_skipped_without_shared_data),
    };
    return cmocka_run_group_tests_name("facility formats", specs, NULL, NULL);
}
