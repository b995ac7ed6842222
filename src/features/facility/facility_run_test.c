/* facility_run_test.c -- an import is looked at first, stopped, undone; bad files are told by row and column; on both stores. */
#include "base/buf.h"
#include "base/count.h"
#include "base/text.h"
#include "features/area/area.h"
#include "features/facility/facility_group.h"
#include "features/facility/facility_import.h"
#include "features/facility/facility_run.h"
#include "tests/support/directory_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#define SHARED "../shared/data/"

#define HEAD "都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,緯度,経度,電話番号,事業所番号,定員\r\n"
#define ROW(number, name, phone, place) \
    "271276," number ",大阪府,大阪市北区," name ",ミホン,訪問入浴介護,大阪市北区梅田1," place "," phone "," number ",0\r\n"
#define HERE "34.7,135.49"
#define TWO HEAD ROW("2770000001", "（架空）見本一", "06-9999-0001", HERE) ROW("2770000002", "（架空）見本二", "06-9999-0002", HERE)

static const char *given_bytes(struct world *w, const char *name, const char *bytes, size_t size)
{
    const char *path = arena_printf(w->arena, "%s/%s", w->folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    fclose(f);
    return path;
}

static const char *given_text(struct world *w, const char *name, const char *text)
{
    return given_bytes(w, name, text, strlen(text));
}

struct kept {
    struct world *world;
    struct facility_report report;
    size_t count;
};

/* The report lives no longer than the call: as JSON and back it is ours. */
static void keep(const struct facility_report *r, void *arg)
{
    struct kept *k = arg;
    k->count++;
    assert_true(report_read(report_json(r, k->world->arena), k->world->arena, &k->report));
}

static struct facility_report given_import_as(struct world *w, const char *path, struct facility_given given)
{
    struct kept k = {.world = w};
    given.format = "auto";
    if (!facility_import_any(w->store, path, &given, keep, &k, &w->err))
        fail_msg("%s: %s %s", path, w->err.message, w->err.detail);
    assert_int_equal(k.count, 1);
    return k.report;
}

static struct facility_report given_import(struct world *w, const char *text)
{
    return given_import_as(w, given_text(w, "given.csv", text), (struct facility_given){0});
}

/* Everything that an import may change, in one text. */
static const char *everything(struct world *w)
{
    static const char *const tables[] = {
        "SELECT id || name || kana || phone || address || area_code || COALESCE(lat, 0) || ' ' || COALESCE(lng, 0) || ' ' || is_listed || merged_into || imported_at FROM facility ORDER BY id",
        "SELECT source || source_key || facility_id || scope || area_code || fingerprint || raw || release || file_name || is_listed || run FROM facility_source ORDER BY source, source_key",
        "SELECT facility_id || source || position || code || label FROM facility_service ORDER BY facility_id, source, position",
        "SELECT facility_id || source || position || day || opens || closes FROM facility_hours ORDER BY facility_id, source, position",
        "SELECT facility_id || source || position || mark || since || remark FROM facility_notification ORDER BY facility_id, source, position",
        "SELECT facility_id || other_id || state || reason FROM facility_match ORDER BY facility_id, other_id"};
    auto_buf all = {0};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        auto_rows *r = db_query_values(world_db(w), NULL, &w->err, tables[i], NULL, 0);
        assert_non_null(r);
        while (rows_next(r))
            buf_printf(&all, "%s\n", rows_text(r, 0));
        assert_false(rows_failed(r));
    }
    return arena_strdup(w->arena, all.data ? all.data : "");
}

static bool undo(struct world *w, long run, long *ret_kept)
{
    struct facility_undo u = {.number = run, .user_id = "U-1", .end_state = "undone"};
    bool done = facility_run_undo(w->store, &u, &w->err);
    if (ret_kept)
        *ret_kept = u.kept;
    return done;
}

#define COUNTED(w, sql) db_int_values(world_db(w), &(w)->err, -1, sql, NULL, 0)

static void a_look_tells_what_would_come_and_changes_nothing(void **state)
{
    struct world *w = *state;
    given_import(w, TWO);
    const char *before = everything(w);
    const char *newer = given_text(w, "newer.csv", HEAD ROW("2770000001", "（架空）見本一", "06-9999-7777", HERE) ROW("2770000003", "（架空）見本三", "06-9999-0003", "53.41291,-8.24389")
                                                   ROW("27700000", "（架空）短い", "", ","));
    struct facility_report look = given_import_as(w, newer, (struct facility_given){.only_look = true});
    assert_string_equal(everything(w), before);
    struct facility_report done = given_import_as(w, newer, (struct facility_given){0});
    assert_int_equal(look.run, 0);
    assert_int_equal(look.rows, 3);
    assert_int_equal(look.added, 1);
    assert_int_equal(look.changed, 1);
    assert_int_equal(look.unlisted, 1);
    assert_int_equal(look.refused, 1);
    assert_int_equal(look.added, done.added);
    assert_int_equal(look.changed, done.changed);
    assert_int_equal(look.unlisted, done.unlisted);
    assert_int_equal(look.sample_count, 2);
    assert_string_equal(look.samples[1].name, "（架空）見本三");
    assert_false(look.samples[1].has_place);
    assert_string_equal(look.headers[4], "事業所名");
    assert_int_equal(look.columns[4], COLUMN_NAME);
    assert_int_equal(look.change_count, 3);
}

static void an_undone_import_leaves_everything_as_it_was(void **state)
{
    struct world *w = *state;
    given_import(w, TWO);
    const char *before = everything(w);
    struct facility_report r = given_import(w, HEAD ROW("2770000001", "（架空）見本一改", "06-9999-7777", "34.71,135.5") ROW("2770000003", "（架空）見本三", "", HERE));
    assert_int_equal(r.added + r.changed + r.unlisted, 3);
    assert_true(undo(w, r.run, NULL));
    assert_string_equal(everything(w), before);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_before"), 0);
    assert_false(undo(w, r.run, NULL));
    assert_string_equal(w->err.message, "facility.undo_state");
    assert_true(undo(w, 1, NULL));
    assert_string_equal(everything(w), "");
    struct facility_report again = given_import(w, TWO);
    assert_int_equal(again.added, 2);
}

static void what_a_later_import_changed_is_not_undone_before_it(void **state)
{
    struct world *w = *state;
    struct facility_report first = given_import(w, TWO), second = given_import(w, HEAD ROW("2770000001", "（架空）見本一", "06-9999-7777", HERE) ROW("2770000002", "（架空）見本二", "06-9999-0002", HERE));
    assert_int_equal(second.changed, 1);
    assert_false(undo(w, first.run, NULL));
    assert_string_equal(w->err.message, "facility.undo_built_on");
    assert_true(undo(w, second.run, NULL));
    assert_true(undo(w, first.run, NULL));
    assert_string_equal(everything(w), "");
}

#define NAVII "ID,正式名称,機関区分,都道府県コード,市区町村コード,所在地\n2712799999999,（架空）見本医院,2,27,127,大阪市北区梅田1-1\n"
#define HOURS "ID,診療科目コード,診療科目名,診療時間帯,月_診療開始時間,月_診療終了時間\n2712799999999,01001,内科,1,09:00,12:00\n"
#define BUREAU(mark) "項番,都道府県コード,都道府県名,区分,医療機関番号,医療機関名称,医療機関所在地（住所）,電話番号,病床数,受理届出名称,受理記号,算定開始年月日,備考（見出し）,備考（データ）\n" \
    "1,27,大阪府,医科,0199999,（架空）見本医院,大阪市北区梅田１,06(9999)0000,,在宅療養支援診療所," mark ",令和 6年 6月 1日,連携先,見本病院\n"

static void parts_of_an_entry_go_back_too_and_groups_stay_decided(void **state)
{
    struct world *w = *state;
    given_import(w, NAVII);
    struct facility_report hours = given_import(w, HOURS);
    given_import(w, BUREAU("支援診２"));
    const char *before = everything(w);
    struct facility_report r = given_import(w, BUREAU("支援診３"));
    assert_int_equal(r.changed, 1);
    assert_true(undo(w, r.run, NULL));
    assert_string_equal(everything(w), before);
    assert_true(undo(w, hours.run, NULL));
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_hours"), 0);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility"), 2);
}

static bool decide_same(struct db *db, void *arg, struct err *err)
{
    struct world *w = arg;
    auto_rows *r = db_query(db, w->arena, err, "SELECT facility_id, other_id FROM facility_match");
    if (!r || !rows_next(r))
        return false;
    struct facility_decision d = {rows_text(r, 0), rows_text(r, 1), "same", "proposed", "U-1", "2024-11-30T00:00:00.000Z"};
    return facility_decide(db, &d, w->arena, err);
}

static void an_entry_on_which_somebody_decided_stays_and_is_told(void **state)
{
    struct world *w = *state;
    long left;
    given_import(w, NAVII);
    struct facility_report r = given_import(w, BUREAU("支援診２"));
    assert_int_equal(r.proposed, 1);
    assert_true(store_write(w->store, decide_same, w, &w->err));
    assert_true(undo(w, r.run, &left));
    assert_int_equal(left, 1);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility WHERE merged_into <> '' AND is_listed = 0"), 1);
    assert_int_equal(COUNTED(w, "SELECT kept FROM facility_import_run WHERE number = 2"), 1);
}

static bool undecide(struct db *db, void *arg, struct err *err)
{
    struct world *w = arg;
    auto_rows *r = db_query(db, w->arena, err, "SELECT facility_id, other_id FROM facility_match");
    if (!r || !rows_next(r))
        return false;
    struct facility_decision d = {rows_text(r, 0), rows_text(r, 1), "", "", "U-1", "2024-11-30T00:00:00.000Z"};
    return facility_decide(db, &d, w->arena, err);
}

#define NAVII_OTHER "ID,正式名称,機関区分,都道府県コード,市区町村コード,所在地\n2712799999990,（架空）別の医院,2,27,127,大阪市北区梅田9\n"

static void a_group_that_an_undone_import_touched_still_parts_exactly(void **state)
{
    struct world *w = *state;
    given_import(w, NAVII);
    given_import(w, BUREAU("支援診２"));
    const char *apart = everything(w);
    assert_true(store_write(w->store, decide_same, w, &w->err));
    const char *together = everything(w);
    struct facility_report gone = given_import(w, NAVII_OTHER), hours = given_import(w, HOURS);
    assert_int_equal(gone.unlisted, 1);
    assert_int_equal(hours.added, 1);
    assert_true(undo(w, hours.run, NULL));
    assert_true(undo(w, gone.run, NULL));
    assert_string_equal(everything(w), together);
    assert_true(store_write(w->store, undecide, w, &w->err));
    assert_string_equal(everything(w), apart);
}

static bool never(void *watch, const char *file, long rows)
{
    (void)file;
    *(long *)watch = rows;
    return false;
}

static const char *many_rows(struct world *w, long count)
{
    const char *path = arena_printf(w->arena, "%s/many.csv", w->folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(HEAD, f);
    for (long i = 0; i < count; i++)
        fprintf(f, "271276,277%07ld,大阪府,大阪市北区,（架空）見本%ld,ミホン,訪問入浴介護,大阪市北区梅田%ld,34.7,135.49,06-9999-%04ld,277%07ld,0\r\n", i, i, i % 90 + 1, i % 10000, i);
    fclose(f);
    return path;
}

static void a_stopped_import_leaves_nothing(void **state)
{
    struct world *w = *state;
    long rows = 0;
    struct kept k = {.world = w};
    given_import(w, TWO);
    const char *before = everything(w);
    struct facility_given given = {.format = "auto", .go_on = never, .watch = &rows};
    assert_false(facility_import_any(w->store, many_rows(w, 3000), &given, keep, &k, &w->err));
    assert_string_equal(w->err.message, "facility.cancelled");
    assert_true(rows > 0 && rows < 3000);
    assert_string_equal(everything(w), before);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_import_run WHERE state = 'cancelled'"), 1);
}

static const char *text_of(struct world *w, const char *path)
{
    char *text = arena_alloc(w->arena, 65536);
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("no file %s", path);
    text[fread(text, 1, 65535, f)] = '\0';
    fclose(f);
    return text;
}

static char *replaced(struct world *w, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    return arena_printf(w->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void refused_rows_come_back_mended_and_the_others_are_not_marked(void **state)
{
    struct world *w = *state;
    const char *path = given_text(w, "given.csv", TWO ROW("27700", "（架空）直す", "", HERE));
    struct facility_report r = given_import_as(w, path, (struct facility_given){.refused_folder = w->folder});
    assert_int_equal(r.added, 2);
    assert_int_equal(r.refused, 1);
    assert_int_equal(r.notes[0].row, 4);
    assert_string_equal(r.notes[0].column, "事業所番号");
    const char *refused = text_of(w, arena_printf(w->arena, "%s/refused-%ld.csv", w->folder, r.run));
    assert_non_null(strstr(refused, "元の行番号,理由"));
    assert_non_null(strstr(refused, "10文字の英数字"));
    const char *mended = replaced(w, replaced(w, refused, "27700,", "2770000009,"), "27700,", "2770000009,");
    r = given_import_as(w, given_text(w, "mended.csv", mended), (struct facility_given){0});
    assert_int_equal(r.added, 1);
    assert_int_equal(r.unlisted, 0);
    assert_true(r.is_part);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility WHERE is_listed = 1"), 3);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_source WHERE raw LIKE '%元の行番号%'"), 0);
}

static void a_file_that_says_it_is_a_part_marks_nothing(void **state)
{
    struct world *w = *state;
    given_import(w, TWO);
    struct facility_report r = given_import_as(w, given_text(w, "x.csv", HEAD ROW("2770000003", "（架空）見本三", "", HERE)), (struct facility_given){.is_part = true});
    assert_int_equal(r.added, 1);
    assert_int_equal(r.unlisted, 0);
}

/* --- bad input --- */

static void rows_in_another_encoding_are_refused_one_by_one(void **state)
{
    struct world *w = *state;
    static const char other[] = ROW("2770000005", "（架空）別の文字コード", "", HERE);
    auto_buf bytes = {0};
    buf_text(&bytes, TWO);
    assert_int_equal(text_to_cp932(&bytes, other, sizeof other - 1), 0);
    buf_text(&bytes, ROW("2770000006", "（架空）見本六", "", HERE));
    struct facility_report r = given_import_as(w, given_bytes(w, "mixed.csv", bytes.data, bytes.size), (struct facility_given){0});
    assert_int_equal(r.rows, 4);
    assert_int_equal(r.added, 3);
    assert_int_equal(r.refused, 1);
    assert_int_equal(r.notes[0].row, 4);
    assert_string_equal(r.notes[0].column, "都道府県名");
    assert_non_null(strstr(r.notes[0].reason, "文字コード"));
}

static void a_quotation_mark_that_is_never_closed_loses_only_what_is_behind_it(void **state)
{
    struct world *w = *state;
    given_import(w, TWO ROW("2770000004", "（架空）見本四", "", HERE));
    struct facility_report r = given_import(w, TWO "271276,\"2770000003,大阪府,大阪市北区,（架空）見本三\r\n" ROW("2770000004", "（架空）見本四", "", HERE));
    assert_int_equal(r.unchanged, 2);
    assert_int_equal(r.unlisted, 0);
    assert_int_equal(r.refused, 1);
    assert_int_equal(r.notes[0].row, 4);
    assert_non_null(strstr(r.notes[0].reason, "引用符"));
}

static void duplicate_keys_and_places_at_sea_are_told_by_row_and_column(void **state)
{
    struct world *w = *state;
    struct facility_report r = given_import(w, TWO ROW("2770000001", "（架空）二つ目", "", HERE) ROW("2770000003", "（架空）海の上", "", "30.0,140.0")
                                                   ROW("2770000004", "（架空）入れ替わり", "", "135.49,34.7") ROW("2770000005", "（架空）アイルランド", "", "53.41291,-8.24389"));
    assert_int_equal(r.refused, 1);
    assert_int_equal(r.added, 5);
    assert_int_equal(r.note_count, 4);
    assert_non_null(strstr(r.notes[0].reason, "2行目と同じ番号"));
    assert_int_equal(r.notes[1].row, 5);
    assert_string_equal(r.notes[1].column, "緯度");
    assert_non_null(strstr(r.notes[1].reason, "離れている"));
    assert_int_equal(r.notes[2].row, 6);
    assert_non_null(strstr(r.notes[2].reason, "入れ替わって"));
    assert_non_null(strstr(r.notes[3].reason, "日本の範囲"));
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility WHERE lat IS NOT NULL"), 2);
}

static void refused_whole(struct world *w, const char *name, const void *bytes, size_t size, const char *key)
{
    struct kept k = {.world = w};
    struct facility_given given = {.format = "auto"};
    w->err = (struct err){0};
    assert_false(facility_import_any(w->store, given_bytes(w, name, bytes, size), &given, keep, &k, &w->err));
    if (strcmp(w->err.message, key) != 0)
        fail_msg("%s: %s instead of %s (%s)", name, w->err.message, key, w->err.detail);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility"), 0);
}

static void headers_that_were_changed_are_named(void **state)
{
    struct world *w = *state;
    struct kept k = {.world = w};
    struct facility_given given = {.format = "auto", .tells_problems = true};
    const char *renamed = replaced(w, TWO, ",事業所番号,", ",番号,"), *path = given_text(w, "renamed.csv", replaced(w, renamed, ",No,", ",連番,"));
    assert_true(facility_import_any(w->store, path, &given, keep, &k, &w->err));
    assert_string_equal(k.report.problem, "facility.format");
    assert_non_null(strstr(k.report.said, "1行目の見出しは「介護サービス情報公表システム」に近い形ですが、「事業所番号」がありません"));
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility"), 0);
    k.report = (struct facility_report){0};
    assert_true(facility_import_any(w->store, given_text(w, "receipts.csv", "日付,金額\n2024-01-01,100\n"), &given, keep, &k, &w->err));
    assert_string_equal(k.report.said, "");
}

static void simply_wrong_files_are_refused_with_what_is_wrong(void **state)
{
    struct world *w = *state;
    static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", utf16[] = "\xff\xfe" "a\0,\0b\0", ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....",
                      cut_zip[] = "PK\x03\x04\x14\0\0\0", wrong[] = "日付,金額,店\n2024-01-01,100,見本\n";
    refused_whole(w, "photo.csv", png, sizeof png, "csv.binary");
    refused_whole(w, "unicode.csv", utf16, sizeof utf16 - 1, "csv.utf16");
    refused_whole(w, "locked.xlsx", ole, sizeof ole, "xlsx.password");
    refused_whole(w, "half.zip", cut_zip, sizeof cut_zip - 1, "xlsx.broken");
    refused_whole(w, "receipts.csv", wrong, sizeof wrong - 1, "facility.format");
    refused_whole(w, "empty.csv", "", 0, "facility.format");
}

/* --- how much memory --- */

static long anonymous_kb(void)
{
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "RssAnon:", 8))
            kb = atol(line + 8);
    if (f)
        fclose(f);
    return kb;
}

struct watched {
    long most_kb, rows, stop_at;
};

static bool watch_memory(void *watch, const char *file, long rows)
{
    struct watched *w = watch;
    long now = rows % 5000 < 400 ? anonymous_kb() : 0;
    (void)file;
    w->most_kb = now > w->most_kb ? now : w->most_kb;
    w->rows = rows;
    return !w->stop_at || rows < w->stop_at;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_IS_OURS false /* the sanitizer's own is more */
#else
#define MEMORY_IS_OURS true
#endif

/* Rise of what this process holds for itself, MiB, while the file is read; pages of the database file are the system's. */
static long rise_mb(struct world *w, const char *path, bool only_look, long stop_at, struct facility_report *ret)
{
    struct kept k = {.world = w};
    struct watched watched = {.stop_at = stop_at};
    struct facility_given given = {.format = "auto", .only_look = only_look, .go_on = watch_memory, .watch = &watched};
    long before = anonymous_kb();
    bool done = facility_import_any(w->store, path, &given, keep, &k, &w->err);
    assert_true(done != (stop_at > 0));
    *ret = k.report;
    ret->rows = stop_at ? watched.rows : k.report.rows;
    return MEMORY_IS_OURS && watched.most_kb ? (watched.most_kb - before + 512) / 1024 : 0;
}

enum { LEDGER_MB = 16, BOOK_MB = 32 };

static void a_large_file_takes_no_more_memory_than_a_small_one(void **state)
{
    struct world *w = *state;
    struct facility_report r;
    const char *path = many_rows(w, 60000);
    assert_in_range(rise_mb(w, path, true, 0, &r), 0, LEDGER_MB);
    assert_int_equal(r.added, 60000);
    assert_in_range(rise_mb(w, many_rows(w, 20000), false, 0, &r), 0, LEDGER_MB); /* with the store's own pages */
    assert_in_range(rise_mb(w, many_rows(w, 60000), false, 0, &r), 0, LEDGER_MB);
    assert_int_equal(r.added, 40000);
    assert_int_equal(r.unchanged, 20000);
}

static void ten_million_rows_are_refused_with_bounded_memory_and_an_import_of_them_is_stopped_skipped_unless_long(void **state)
{
    struct world *w = *state;
    struct facility_report r;
    if (!getenv("RENKEI_LONG"))
        skip();
    const char *path = many_rows(w, 10000000);
    /* 12 bytes a row tell the same number twice apart; while their table doubles, both are there. */
    assert_in_range(rise_mb(w, path, true, 10000000, &r), 0, LEDGER_MB + 12 * 4194304 * 3 / 2 / 1048576);
    assert_string_equal(w->err.message, "facility.too_many_rows");
    assert_true(r.rows > 1990000 && r.rows <= 2000000);
    rise_mb(w, path, false, 100000, &r);
    assert_string_equal(w->err.message, "facility.cancelled");
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility"), 0);
}

static void the_largest_workbook_stays_within_its_memory_skipped_without_shared_data(void **state)
{
    struct world *w = *state;
    struct facility_report r;
    if (access(SHARED, R_OK) != 0)
        skip();
    assert_in_range(rise_mb(w, SHARED "kouseikyoku/s2025.10_sisetukijun_kyoto_ika.xlsx", true, 0, &r), 0, BOOK_MB);
    assert_int_equal(r.rows, 20559);
}

/* --- archives --- */

static const char *given_archive(struct world *w, const char *name, const char *const (*entries)[2], size_t count, const char *password)
{
    int code;
    const char *path = arena_printf(w->arena, "%s/%s", w->folder, name);
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    assert_non_null(z);
    for (size_t i = 0; i < count; i++) {
        zip_int64_t at = zip_file_add(z, entries[i][0], zip_source_buffer(z, entries[i][1], strlen(entries[i][1]), 0), 0);
        assert_true(at >= 0);
        if (password)
            assert_int_equal(zip_file_set_encryption(z, (zip_uint64_t)at, ZIP_EM_AES_256, password), 0);
    }
    assert_int_equal(zip_close(z), 0);
    return path;
}

static void refused_with(struct world *w, const char *path, const char *key)
{
    struct kept k = {.world = w};
    struct facility_given given = {.format = "auto"};
    w->err = (struct err){0};
    assert_false(facility_import_any(w->store, path, &given, keep, &k, &w->err));
    if (strcmp(w->err.message, key) != 0)
        fail_msg("%s: %s instead of %s (%s)", path, w->err.message, key, w->err.detail);
}

/* What a download that broke off leaves: the directory of a ZIP stands at its end. */
static void an_archive_or_a_workbook_that_broke_off_is_refused_whole(void **state)
{
    struct world *w = *state;
    static const char *const plain[][2] = {{"a.csv", TWO}};
    static const char *const book[][2] = {{"[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"},
                                          {"xl/workbook.xml", "<workbook/>"}, {"xl/worksheets/sheet1.xml", "<worksheet/>"}};
    char bytes[4096];
    static const char *const names[] = {"cut.zip", "cut.xlsx"};
    for (size_t i = 0; i < COUNT(names); i++) {
        FILE *f = fopen(i == 0 ? given_archive(w, "whole.zip", plain, 1, NULL) : given_archive(w, "whole.xlsx", book, 3, NULL), "r");
        assert_non_null(f);
        size_t size = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        assert_in_range(size, 200, sizeof bytes - 1);
        refused_whole(w, names[i], bytes, size - 60, "xlsx.broken");
    }
}

static void archives_with_a_password_or_a_macro_are_refused(void **state)
{
    struct world *w = *state;
    static const char *const plain[][2] = {{"a.csv", TWO}};
    static const char *const macro[][2] = {{"[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"},
                                           {"xl/workbook.xml", "<workbook/>"}, {"xl/vbaProject.bin", "macro"}};
    refused_with(w, given_archive(w, "locked.zip", plain, 1, "secret"), "facility.zip_password");
    refused_with(w, given_archive(w, "macro.xlsm", macro, 3, NULL), "xlsx.macro");
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility"), 0);
}

struct told {
    long files, problems, added;
};

static void count_told(const struct facility_report *r, void *arg)
{
    struct told *t = arg;
    t->files++;
    t->problems += *r->problem != '\0';
    t->added += r->added;
}

static void an_archive_loses_only_the_file_that_is_wrong(void **state)
{
    struct world *w = *state;
    static const char *const entries[][2] = {{"1.csv", "日付,金額\n1,2\n"}, {"2.csv", TWO}};
    struct told told = {0};
    struct facility_given given = {.format = "auto"};
    assert_true(facility_import_any(w->store, given_archive(w, "two.zip", entries, 2, NULL), &given, count_told, &told, &w->err));
    assert_int_equal(told.files, 2);
    assert_int_equal(told.problems, 1);
    assert_int_equal(told.added, 2);
    assert_int_equal(COUNTED(w, "SELECT COUNT(*) FROM facility_import_run WHERE state = 'failed'"), 1);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, entries_begin, world_end)
        SPEC(a_look_tells_what_would_come_and_changes_nothing),
        SPEC(an_undone_import_leaves_everything_as_it_was),
        SPEC(what_a_later_import_changed_is_not_undone_before_it),
        SPEC(parts_of_an_entry_go_back_too_and_groups_stay_decided),
        SPEC(an_entry_on_which_somebody_decided_stays_and_is_told),
        SPEC(a_group_that_an_undone_import_touched_still_parts_exactly),
        SPEC(a_stopped_import_leaves_nothing),
        SPEC(refused_rows_come_back_mended_and_the_others_are_not_marked),
        SPEC(a_file_that_says_it_is_a_part_marks_nothing),
        SPEC(rows_in_another_encoding_are_refused_one_by_one),
        SPEC(a_quotation_mark_that_is_never_closed_loses_only_what_is_behind_it),
        SPEC(duplicate_keys_and_places_at_sea_are_told_by_row_and_column),
        SPEC(headers_that_were_changed_are_named),
        SPEC(simply_wrong_files_are_refused_with_what_is_wrong),
        SPEC(a_large_file_takes_no_more_memory_than_a_small_one),
        SPEC(ten_million_rows_are_refused_with_bounded_memory_and_an_import_of_them_is_stopped_skipped_unless_long),
        SPEC(the_largest_workbook_stays_within_its_memory_skipped_without_shared_data),
        SPEC(an_archive_or_a_workbook_that_broke_off_is_refused_whole),
        SPEC(archives_with_a_password_or_a_macro_are_refused),
        SPEC(an_archive_loses_only_the_file_that_is_wrong),
    };
    return cmocka_run_group_tests_name("facility run", specs, NULL, NULL);
}
