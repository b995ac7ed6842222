/* consultation_import_test.c -- ledgers of the past become sheets: what is taken, what is refused and why, and how it is taken back. */
#include "tests/support/record_world.h"

#include "base/code_list.h"
#include "base/id.h"
#include "features/consultation/consultation_import.h"
#include "features/organization/organization.h"
#include "features/patient/patient.h"
#include "store/audit.h"
#include "web/job.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define KITA "00000000-0000-7000-8000-000000271276"

/* -- helpers ------------------------------------------------------------------------------------------------------------- */

static const char *source_file(struct record_world *r, const char *name)
{
    return arena_printf(r->w->arena, "%s/tests/data/import/%s", getenv("RENKEI_SOURCE"), name);
}

static const char *file_of(struct record_world *r, const char *name, const void *bytes, size_t size)
{
    const char *path = arena_printf(r->w->arena, "%s/%s", r->w->folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    fclose(f);
    return path;
}

static const char *csv_of(struct record_world *r, const char *text)
{
    return file_of(r, "given.csv", text, strlen(text));
}

static char *text_of_file(struct record_world *r, const char *path)
{
    auto_buf all = {0};
    char block[4096];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_bytes(&all, block, n);
    fclose(f);
    return arena_strdup(r->w->arena, all.data);
}

struct given {
    struct record_world *r;
    struct import_mapping mapping;
    struct importing im;
    struct import_task task;
    const char *reasons; /* of refused rows, one line each */
    const char *refused_path;
};

static void note_reason(void *arg, const struct import_row *row, const char *reason)
{
    struct given *g = arg;
    g->reasons = arena_printf(g->r->w->arena, "%s%ld: %s\n", g->reasons, row->number, reason);
}

static bool look(struct given *g, struct record_world *r, const char *path)
{
    const char *const *samples;
    *g = (struct given){.r = r, .reasons = ""};
    r->w->err = (struct err){0};
    if (!import_look(path, r->w->arena, &g->mapping, &samples, &r->w->err))
        return false;
    importing_init(&g->im, &g->mapping, KITA, "271276", r->w->arena);
    g->refused_path = arena_printf(r->w->arena, "%s/refused.csv", r->w->folder);
    g->task = (struct import_task){.store = r->w->store, .im = &g->im, .path = path, .run_id = id_new(r->w->arena), .user_id = "U-KITA",
                                   .refused_path = g->refused_path, .refused = note_reason, .arg = g};
    return true;
}

static bool run(struct given *g)
{
    struct world *w = g->r->w;
    const struct import_record record = {.id = g->task.run_id, .office_id = KITA, .area_code = "271276", .user_id = "U-KITA", .name_hash = "",
                                         .file_hash = "", .mapping = "", .folder = ""};
    g->reasons = "";
    w->err = (struct err){0};
    return import_record_begin(w->store, &record, w->arena, &w->err) && import_run(&g->task, &w->err) &&
           import_record_end(w->store, g->task.run_id, "done", &g->task.counts, w->arena, &w->err);
}

static void imports(struct given *g, long imported, long already, long refused)
{
    if (!run(g))
        fail_msg("%s %s", g->r->w->err.message, g->r->w->err.detail);
    const struct import_counts *c = &g->task.counts;
    if (c->imported != imported || c->already != already || c->refused != refused)
        fail_msg("imported %ld, already %ld, refused %ld\n%s", c->imported, c->already, c->refused, g->reasons);
    assert_int_equal(c->rows, imported + already + refused);
}

static void a_file_imports(struct record_world *r, const char *path, long imported, long already, long refused)
{
    struct given g;
    if (!look(&g, r, path))
        fail_msg("%s", r->w->err.message);
    imports(&g, imported, already, refused);
}

static void refused_whole(struct record_world *r, const char *path, const char *key)
{
    struct given g;
    long long before = counted(r, "consultation.sheets", "", "");
    bool taken = look(&g, r, path) && run(&g);
    if (taken || strcmp(r->w->err.message, key) != 0)
        fail_msg("%s: wanted %s, got %s", path, key, taken ? "taken" : r->w->err.message);
    assert_true(app_knows_message(r->app, key));
    assert_int_equal(counted(r, "consultation.sheets", "", ""), before);
}

/* The sheet with this number, NULL when there is none standing. */
static struct consultation *sheet(struct record_world *r, const char *paper_no)
{
    const char *id = db_text(world_db(r->w), r->w->arena, &r->w->err,
                             "SELECT id FROM consultation WHERE paper_no = $1 AND deleted_at = ''", TEXT(paper_no));
    if (!id)
        return NULL;
    struct consultation *c = NEW(r->w->arena, struct consultation);
    record_load(r, &consultation_record, id, c);
    return c;
}

static long long number_of(struct record_world *r, const char *sql)
{
    struct err err = {0};
    long long n = db_int_values(world_db(r->w), &err, -1, sql, NULL, 0);
    assert_int_equal(err.kind, ERR_NONE);
    return n;
}

/* Every standing count as text, so that two moments can be compared. */
static const char *all_counts(struct record_world *r)
{
    auto_buf out = {0};
    auto_rows *rows = db_query(world_db(r->w), r->w->arena, &r->w->err,
                               "SELECT office_id, area_code, month, measure, basis, code, CAST(SUM(n) AS BIGINT) FROM tally_now"
                               " GROUP BY 1, 2, 3, 4, 5, 6 HAVING SUM(n) <> 0 ORDER BY office_id, area_code, month, measure, basis, code");
    buf_text(&out, "");
    while (rows && rows_next(rows))
        buf_printf(&out, "%s %s %s %s %s %s %lld\n", rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2), rows_text(rows, 3),
                   rows_text(rows, 4), rows_text(rows, 5), rows_int(rows, 6));
    if (!rows || rows_failed(rows))
        fail_msg("%s", r->w->err.detail);
    return arena_strdup(r->w->arena, out.data);
}

static bool recount_all(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return resource_recount(db, &consultation_resource, err);
}

static void counts_equal_a_recount(struct record_world *r)
{
    const char *kept = all_counts(r);
    assert_true(store_write(r->w->store, recount_all, NULL, &r->w->err));
    assert_string_equal(kept, all_counts(r));
}

/* -- what is taken ------------------------------------------------------------------------------------------------------- */

static void a_ledger_becomes_sheets_in_the_office_s_own_words(void **state)
{
    struct record_world *r = *state;
    a_file_imports(r, source_file(r, "ledger_utf8.csv"), 5, 0, 3);
    const struct consultation *c = sheet(r, "1");
    assert_non_null(c);
    assert_string_equal(c->received_at, "2023-04-03T09:30");
    assert_string_equal(c->channel, "phone");
    assert_string_equal(c->consulter_type, "care_manager");
    assert_string_equal(c->patient_kana, "ミホン ハナコ");
    assert_string_equal(c->sex, "female");
    assert_string_equal(c->age_band, "from_80");
    assert_string_equal(c->care_level, "care_3");
    assert_string_equal(c->is_ltci_subject, "yes");
    assert_string_equal(c->content, "home_doctor");
    assert_string_equal(c->response, "information referral");
    assert_string_equal(c->outcome, "connected");
    assert_non_null(strstr(c->summary, "架空 一郎"));
    assert_string_equal(sheet(r, "2")->content, "hospital_transfer discharge");
    assert_string_equal(sheet(r, "2")->received_at, "2023-04-10T10:05");
    assert_string_equal(sheet(r, "4")->received_at, "2023-05-15T14:30");
}

static void characters_of_cp932_and_utf8_ledgers_are_the_same(void **state)
{
    struct record_world *r = *state;
    a_file_imports(r, source_file(r, "ledger_cp932.csv"), 5, 0, 3);
    assert_string_equal(sheet(r, "3")->patient_name, "髙橋 見本");
    assert_non_null(strstr(sheet(r, "3")->summary, "㈱①見本"));
    a_file_imports(r, source_file(r, "ledger_utf8.csv"), 0, 5, 3);
}

static void two_rows_of_one_person_are_one_person(void **state)
{
    struct record_world *r = *state;
    a_file_imports(r, source_file(r, "ledger_utf8.csv"), 5, 0, 3);
    assert_string_equal(sheet(r, "1")->patient_id, sheet(r, "4")->patient_id);
    assert_string_equal(sheet(r, "1")->visit_kind, "new");
    assert_string_equal(sheet(r, "4")->visit_kind, "continuing");
    assert_string_not_equal(sheet(r, "1")->patient_id, sheet(r, "2")->patient_id);
}

static void figures_after_an_import_equal_a_recount(void **state)
{
    struct record_world *r = *state;
    a_file_imports(r, source_file(r, "ledger_utf8.csv"), 5, 0, 3);
    assert_int_equal(counted(r, "consultation.cases", "all", ""), 5);
    assert_int_equal(counted(r, "consultation.cases", "ltci", ""), 4);
    assert_int_equal(counted(r, "consultation.cases", "all", "content=medication"), 2);
    counts_equal_a_recount(r);
}

static void the_same_file_again_adds_nothing(void **state)
{
    struct record_world *r = *state;
    a_file_imports(r, source_file(r, "ledger_utf8.csv"), 5, 0, 3);
    const char *before = all_counts(r);
    a_file_imports(r, source_file(r, "ledger_utf8.csv"), 0, 5, 3);
    assert_string_equal(before, all_counts(r));
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM consultation"), 5);
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM patient"), 3);
}

static void an_interrupted_run_goes_on_without_calling_its_own_rows_there_already(void **state)
{
    struct record_world *r = *state;
    struct given g;
    assert_true(look(&g, r, source_file(r, "ledger_utf8.csv")));
    imports(&g, 5, 0, 3);
    imports(&g, 5, 0, 3); /* the same run, as after a restart */
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM consultation"), 5);
}

static void equal_rows_without_a_number_are_two_calls_and_equal_numbers_one_mistake(void **state)
{
    struct record_world *r = *state;
    static const char twice[] = "受付日,方法,相談者,内容,結果\n2023-04-03,電話,薬局,服薬,終結\n2023-04-03,電話,薬局,服薬,終結\n";
    a_file_imports(r, csv_of(r, twice), 2, 0, 0);
    a_file_imports(r, csv_of(r, twice), 0, 2, 0);
    struct given g;
    assert_true(look(&g, r, csv_of(r, "番号,受付日,方法,相談者,内容,結果\n7,2023-04-03,電話,薬局,服薬,終結\n７,R5.4.3,電話,本人,栄養,終結\n")));
    imports(&g, 1, 0, 1);
    assert_non_null(strstr(g.reasons, "3: "));
    assert_non_null(strstr(g.reasons, "2行目"));
}

static void what_the_file_does_not_say_is_what_was_chosen(void **state)
{
    struct record_world *r = *state;
    struct given g;
    assert_true(look(&g, r, csv_of(r, "受付日,番号,内容\n2023-04-03,1,服薬\n2023-04-04,2,栄養\n")));
    imports(&g, 0, 0, 2);
    pairs_set(&g.mapping.defaults, "channel", "phone");
    pairs_set(&g.mapping.defaults, "consulter_type", "other");
    pairs_set(&g.mapping.defaults, "outcome", "resolved");
    imports(&g, 2, 0, 0);
    assert_string_equal(sheet(r, "2")->consulter_type, "other");
    assert_string_equal(sheet(r, "2")->is_ltci_subject, "unknown");
    assert_string_equal(sheet(r, "2")->consent, "");
}

static void an_unknown_word_is_asked_once_and_remembered(void **state)
{
    struct record_world *r = *state;
    struct given g;
    static const char ledger[] = "番号,受付日,方法,相談者,内容,結果\n1,2023-04-03,のろし,薬局,服薬,終結\n2,2023-04-04,のろし,薬局,服薬,終結\n";
    assert_true(look(&g, r, csv_of(r, ledger)));
    imports(&g, 0, 0, 2);
    assert_int_equal(g.im.unknown_count, 1);
    assert_string_equal(g.im.unknown[0].field, "channel");
    assert_string_equal(g.im.unknown[0].text, "のろし");
    assert_int_equal(g.im.unknown[0].count, 2);
    import_mapping_value(&g.mapping, "channel", "のろし", "other");
    struct import_mapping again;
    assert_true(import_mapping_read(&again, import_mapping_json(&g.mapping, r->w->arena), r->w->arena));
    g.im.mapping = &again;
    imports(&g, 2, 0, 0);
    assert_string_equal(sheet(r, "1")->channel, "other");
}

struct keeping {
    const struct import_mapping *m;
    struct arena *a;
};

static bool keep_mapping(struct db *db, void *arg, struct err *err)
{
    const struct keeping *k = arg;
    return import_mapping_save(db, KITA, k->m, "U-KITA", k->a, err);
}

static void a_mapping_is_found_again_by_its_headers_and_by_its_name(void **state)
{
    struct record_world *r = *state;
    struct given g;
    struct import_mapping found;
    assert_true(look(&g, r, csv_of(r, "受付日,番号,内容\n2023-04-03,1,服薬\n")));
    g.mapping.name = "北区の台帳";
    g.mapping.fiscal_year = 2023;
    g.mapping.targets[2] = "summary";
    assert_true(store_write(r->w->store, keep_mapping, &(struct keeping){&g.mapping, r->w->arena}, &r->w->err));
    assert_true(look(&g, r, csv_of(r, "受付日,番号,内容\n2023-05-03,9,栄養\n")));
    assert_true(import_mapping_find(world_db(r->w), KITA, NULL, import_headers_key(&g.mapping, r->w->arena), &found, r->w->arena, &r->w->err));
    import_mapping_take(&g.mapping, &found);
    assert_string_equal(g.mapping.targets[2], "summary");
    assert_int_equal(g.mapping.fiscal_year, 2023);
    assert_true(import_mapping_find(world_db(r->w), KITA, "北区の台帳", NULL, &found, r->w->arena, &r->w->err));
    assert_false(import_mapping_find(world_db(r->w), "O-OTHER", "北区の台帳", NULL, &found, r->w->arena, &r->w->err));
}

static void columns_are_known_by_the_words_offices_use(void **state)
{
    struct record_world *r = *state;
    static const struct { const char *header, *sample, *target; } columns[] = {
        {"相談年月日", "R5.4.3", "received_at"}, {"受付日（和暦）※", "", "received_at"}, {"ﾌﾘｶﾞﾅ", "", "patient_kana"}, {"ＮＯ．", "1", "paper_no"},
        {"相談者氏名", "見本", "consulter_name"}, {"相談元", "ケアマネ", "consulter_type"}, {"相談元", "見本事業所", "consulter_org"},
        {"相談内容", "服薬、看取り", "content"}, {"相談内容", "夜に眠れないとのこと。", "summary"}, {"対応", "助言", "response"},
        {"対応", "主治医に電話した。", "progress.text"}, {"転帰", "", "outcome"}, {"年代", "80代", "age_band"}, {"担当職員", "", "staff.text"},
        {"要介護状態区分等", "", "care_level"}, {"介護保険被保険者番号", "0000000001", ""}, {"利用者住所", "見本町", ""}, {"理由", "x", ""}, {"謎", "x", ""},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        bool sure;
        const char *found = import_guess(columns[i].header, &columns[i].sample, 1, r->w->arena, &sure);
        if (strcmp(found, columns[i].target) != 0)
            fail_msg("%s (%s): %s", columns[i].header, columns[i].sample, found);
    }
    struct given g;
    assert_true(look(&g, r, csv_of(r, "利用者番号札,氏名,受付日\nx,見本 花子,2023-04-03\n")));
    assert_string_equal(g.mapping.targets[1], "patient_name");
}

static bool write_office(struct db *db, void *arg, struct err *err)
{
    struct record_world *r = arg;
    struct organization body = {.id = "ORG-MIHON", .name = "見本法人", .kana = "ミホンホウジン", .kind = "", .corporate_number = "", .phone = "", .address = ""};
    struct office office = {.id = "OFF-MIHON", .organization_id = "ORG-MIHON", .area_code = "271276", .role = "consultation_room",
                            .name = "見本相談支援室", .short_name = "見本", .code = "mihon", .phone = "", .fax = "", .address = "",
                            .active_from = "", .active_to = ""};
    return organization_save(db, &body, "", r->w->arena, err) && office_save(db, &office, "", r->w->arena, err);
}

static void office_with_code(struct record_world *r)
{
    if (!store_write(r->w->store, write_office, r, &r->w->err))
        fail_msg("%s", r->w->err.detail);
}

static int command(struct record_world *r, const char *const *words)
{
    char *argv[16];
    int argc = 0;
    for (; words[argc]; argc++)
        argv[argc] = arena_strdup(r->w->arena, words[argc]);
    argv[argc] = NULL;
    return import_command(&r->config, argc, argv);
}

static void the_command_says_by_its_exit_code_what_became_of_the_rows(void **state)
{
    struct record_world *r = *state;
    const char *ledger = source_file(r, "ledger_utf8.csv"), *refused = arena_printf(r->w->arena, "%s/out.csv", r->w->folder);
    office_with_code(r);
    assert_int_equal(command(r, (const char *const[]){ledger, NULL}), 2);
    assert_int_equal(command(r, (const char *const[]){"--office", "mihon", NULL}), 2);
    assert_int_equal(command(r, (const char *const[]){ledger, "--office", "mihon", "--nonsense", NULL}), 2);
    assert_int_equal(command(r, (const char *const[]){ledger, "--office", "mihon", "--default", "channel=smoke", NULL}), 2);
    assert_int_equal(command(r, (const char *const[]){ledger, "--office", "nowhere", NULL}), 1);
    assert_int_equal(command(r, (const char *const[]){"/nowhere.csv", "--office", "mihon", NULL}), 1);
    assert_int_equal(command(r, (const char *const[]){ledger, "--office", "mihon", "--mapping", "nowhere", NULL}), 1);
    assert_int_equal(command(r, (const char *const[]){ledger, "--office", "mihon", "--dry-run", NULL}), 1);
    assert_int_equal(command(r, (const char *const[]){ledger, "--office", "mihon", "--all-or-nothing", NULL}), 1);
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM consultation"), 0);
    assert_int_equal(command(r, (const char *const[]){ledger, "--office", "mihon", "--refused", refused, "--fiscal-year", "2023", NULL}), 1);
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM consultation"), 6);
    assert_non_null(strstr(text_of_file(r, refused), "2023-06-31"));
    const char *good = csv_of(r, "番号,受付日,内容\n1,2023-04-03,服薬\n");
    assert_int_equal(command(r, (const char *const[]){good, "--office", "mihon", "--default", "channel=phone", "--default", "consulter_type=other",
                                                      "--default", "outcome=resolved", NULL}),
                     0);
    r->config.data = "sqlite:/nowhere/at/all.db";
    assert_int_equal(command(r, (const char *const[]){good, "--office", "mihon", NULL}), 3);
    r->config.data = r->w->url;
}

/* -- days and times ------------------------------------------------------------------------------------------------------ */

static struct import_row turned(struct given *g, const char *day, const char *time)
{
    const char **cells = NEW_ARRAY(g->r->w->arena, 6, const char *);
    cells[0] = day, cells[1] = time, cells[2] = "電話", cells[3] = "薬局", cells[4] = "服薬", cells[5] = "終結";
    struct import_row row = {.number = 2, .cells = cells, .cell_count = 6, .arena = g->r->w->arena};
    import_convert(&g->im, &row);
    return row;
}

static void days_of_all_kinds_are_read_and_days_without_a_year_only_with_one(void **state)
{
    struct record_world *r = *state;
    struct given g;
    assert_true(look(&g, r, csv_of(r, "受付日,時刻,方法,相談者,内容,結果\n2023-04-03,,電話,薬局,服薬,終結\n")));
    static const struct { const char *day, *time, *at; } read[] = {
        {"R5.4.3", "9:30", "2023-04-03T09:30"}, {"令和5年4月3日", "", "2023-04-03T00:00"}, {"令和元年5月1日", "9時半", "2019-05-01T09:30"},
        {"H31.4.30", "", "2019-04-30T00:00"}, {"平成30年12月1日", "午後2時3分", "2018-12-01T14:03"}, {"20230403", "0930", "2023-04-03T09:30"},
        {"２０２３／４／３", "９：３０", "2023-04-03T09:30"}, {"2023-04-03T14:05", "", "2023-04-03T14:05"},
        {"2023/4/3 14:05", "", "2023-04-03T14:05"}, {"R5.4.3　14時5分", "", "2023-04-03T14:05"}, {"2023-04-03", "10:00～10:30", "2023-04-03T10:00"},
        {"2023/4/3(月)", "", "2023-04-03T00:00"}, {"2024/2/29", "", "2024-02-29T00:00"},
    };
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        struct import_row row = turned(&g, read[i].day, read[i].time);
        if (row.problem_count)
            fail_msg("%s %s: %s", read[i].day, read[i].time, import_reason(&row));
        assert_string_equal(row.sheet.received_at, read[i].at);
    }
    assert_string_equal(turned(&g, "2023-04-03", "10:00～10:30").sheet.ended_at, "2023-04-03T10:30");
    static const char *const unread[] = {"", "4/3", "4月3日", "3日", "今日", "昨日", "2023-02-29", "2023-13-01", "45000", "R5.4", "きのう", "2025-01-01"};
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
        if (!turned(&g, unread[i], "").problem_count)
            fail_msg("%s was taken", unread[i]);
    g.mapping.fiscal_year = 2022;
    assert_string_equal(turned(&g, "4/3", "").sheet.received_at, "2022-04-03T00:00");
    assert_string_equal(turned(&g, "3月31日", "").sheet.received_at, "2023-03-31T00:00");
    assert_int_not_equal(turned(&g, "3日", "").problem_count, 0);
    assert_int_not_equal(turned(&g, "2023-04-03", "25:00").problem_count, 0);
}

/* -- what is refused ----------------------------------------------------------------------------------------------------- */

static const char *replaced(struct record_world *r, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    return arena_printf(r->w->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void refused_rows_come_back_and_are_taken_when_mended(void **state)
{
    struct record_world *r = *state;
    struct given g;
    assert_true(look(&g, r, source_file(r, "ledger_cp932.csv")));
    imports(&g, 5, 0, 3);
    const char *refused = text_of_file(r, g.refused_path), *as_given = refused;
    assert_non_null(strstr(refused, "元の行番号,理由"));
    assert_non_null(strstr(refused, "年がありません"));
    refused = replaced(r, refused, "5月20日", "2023年5月20日");
    refused = replaced(r, refused, "2023-06-31", "2023-06-30");
    refused = replaced(r, refused, "ほげほげ", "包括");
    a_file_imports(r, file_of(r, "mended.csv", refused, strlen(refused)), 3, 0, 0);
    assert_string_equal(sheet(r, "7")->consulter_type, "community_support_center");
    counts_equal_a_recount(r);
    a_file_imports(r, file_of(r, "not_mended.csv", as_given, strlen(as_given)), 0, 0, 3);
}

static void all_or_nothing_keeps_nothing_while_one_row_is_wrong(void **state)
{
    struct record_world *r = *state;
    struct given g;
    assert_true(look(&g, r, source_file(r, "ledger_utf8.csv")));
    g.task.all_or_nothing = true;
    assert_true(run(&g));
    assert_int_equal(g.task.counts.refused, 3);
    assert_int_equal(g.task.counts.imported, 0);
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM consultation"), 0);
    assert_true(look(&g, r, csv_of(r, "番号,受付日,方法,相談者,内容,結果\n1,2023-04-03,電話,薬局,服薬,終結\n2,2023-04-04,電話,本人,栄養,終結\n")));
    g.task.all_or_nothing = true;
    imports(&g, 2, 0, 0);
    imports(&g, 2, 0, 0);
    counts_equal_a_recount(r);
}

static void a_dry_run_counts_and_keeps_nothing(void **state)
{
    struct record_world *r = *state;
    struct given g;
    assert_true(look(&g, r, source_file(r, "ledger_utf8.csv")));
    g.task.dry_run = true;
    assert_true(run(&g));
    assert_int_equal(g.task.counts.refused, 3);
    assert_int_equal(g.task.counts.rows, 8);
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM consultation"), 0);
}

static void a_file_that_is_no_ledger_is_refused_with_a_sentence_and_changes_nothing(void **state)
{
    struct record_world *r = *state;
    refused_whole(r, csv_of(r, ""), "import.empty");
    refused_whole(r, csv_of(r, "\n\n , \n"), "import.empty");
    refused_whole(r, csv_of(r, "受付日,相談内容\n"), "import.header_only");
    refused_whole(r, csv_of(r, "あああ,いいい\nううう,えええ\n"), "import.no_column");
    refused_whole(r, csv_of(r, "受付日,内容,内容\n2023-04-03,服薬,栄養\n"), "import.duplicate_header");
    static const char pdf[] = "%PDF-1.7\n\x00\x01\x02 binary";
    refused_whole(r, file_of(r, "ledger.xlsx", pdf, sizeof pdf), "csv.binary");
    static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted";
    refused_whole(r, file_of(r, "locked.xlsx", ole, sizeof ole), "xlsx.password");
    static const char zip[] = "PK\x03\x04 not a workbook at all";
    refused_whole(r, file_of(r, "broken.xlsx", zip, sizeof zip), "xlsx.broken");
    auto_buf wide = {0};
    for (int i = 0; i < 301; i++)
        buf_printf(&wide, "%s列%d", i ? "," : "受付日,", i);
    buf_text(&wide, "\n2023-04-03\n");
    refused_whole(r, csv_of(r, wide.data), "import.too_many_columns");
}

static void hostile_cells_are_text_or_refused_and_never_more(void **state)
{
    struct record_world *r = *state;
    struct given g;
    auto_buf ledger = {0};
    buf_text(&ledger, "番号,受付日,方法,相談者,内容,結果,概要\n1,2023-04-03,電話,薬局,服薬,終結,");
    for (int i = 0; i < 100 * 1024; i++)
        buf_char(&ledger, 'a');
    buf_text(&ledger, "\n2,2023-04-03,電話,薬局,服薬,終結,=cmd|' /C calc'!A0\n3,2023-04-03,電話,薬局,服薬,終結,a\x01\x02\x7f" "b\x1b[2J\n"
                      "4,2023-04-03,電話,薬局,服薬,終結,<script>alert(1)</script>🙂\n'; DROP TABLE consultation;--,2023-04-03,電話,薬局,服薬,終結,\n");
    assert_true(look(&g, r, csv_of(r, ledger.data)));
    imports(&g, 4, 0, 1);
    assert_non_null(strstr(g.reasons, "2: 相談の概要"));
    assert_string_equal(sheet(r, "2")->summary, "=cmd|' /C calc'!A0");
    assert_null(strpbrk(sheet(r, "3")->summary, "\x01\x02\x7f\x1b"));
    assert_string_equal(sheet(r, "4")->summary, "<script>alert(1)</script>🙂");
    assert_non_null(sheet(r, "'; DROP TABLE consultation;--"));
    assert_non_null(strstr(text_of_file(r, g.refused_path), "aaaa"));
}

/* -- XLSX ---------------------------------------------------------------------------------------------------------------- */

static const char *workbook_of(struct record_world *r)
{
    const char *path = arena_printf(r->w->arena, "%s/ledger.xlsx", r->w->folder);
    static const char *const headers[] = {"No.", "受付日（和暦）", "時間", "相談元", "手段", "氏名", "性別", "年代", "主訴", "転帰"};
    static const char *const words[] = {"", "", "", "ケアマネジャー", "電話", "見本 花子", "女性", "８５～８９歳", "看取り／服薬", "情報提供のみ"};
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *page = workbook_add_worksheet(book, "台帳");
    lxw_format *day = workbook_add_format(book), *clock = workbook_add_format(book);
    format_set_num_format(day, "yyyy/m/d");
    format_set_num_format(clock, "h:mm");
    worksheet_write_string(page, 0, 0, "令和5年度 相談台帳（見本）", NULL);
    for (lxw_col_t i = 0; i < 10; i++)
        worksheet_write_string(page, 2, i, headers[i], NULL);
    for (lxw_col_t i = 3; i < 10; i++)
        worksheet_write_string(page, 3, i, words[i], NULL);
    worksheet_write_number(page, 3, 0, 12, NULL);
    worksheet_write_number(page, 3, 1, 45019, day); /* 2023-04-03 */
    worksheet_write_number(page, 3, 2, 0.5625, clock); /* 13:30 */
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    return path;
}

static void a_workbook_with_a_title_above_its_headers_and_real_dates_is_read(void **state)
{
    struct record_world *r = *state;
    struct given g;
    assert_true(look(&g, r, workbook_of(r)));
    assert_int_equal(g.mapping.header_row, 3);
    imports(&g, 1, 0, 0);
    const struct consultation *c = sheet(r, "12");
    assert_string_equal(c->received_at, "2023-04-03T13:30");
    assert_string_equal(c->content, "medication palliative_care");
    assert_string_equal(c->age_band, "from_85");
    assert_string_equal(c->outcome, "informed");
}

static void refused_rows_of_a_workbook_come_back_as_a_workbook(void **state)
{
    struct record_world *r = *state;
    struct given g;
    assert_true(look(&g, r, source_file(r, "ledger_utf8.csv")));
    g.task.refused_path = arena_printf(r->w->arena, "%s/refused.xlsx", r->w->folder);
    imports(&g, 5, 0, 3);
    struct given again;
    assert_true(look(&again, r, g.task.refused_path));
    assert_string_equal(again.mapping.headers[again.mapping.count - 1], "理由");
    assert_string_equal(again.mapping.targets[again.mapping.count - 1], "");
    import_mapping_value(&again.mapping, "consulter_type", "ほげほげ", "pharmacy");
    again.mapping.fiscal_year = 2023;
    imports(&again, 2, 0, 1);
    assert_string_equal(sheet(r, "5")->received_at, "2023-05-20T00:00");
    assert_non_null(strstr(again.reasons, "2023-06-31"));
}

/* -- undo ---------------------------------------------------------------------------------------------------------------- */

static void an_undo_restores_every_count_and_leaves_what_was_changed_since(void **state)
{
    struct record_world *r = *state;
    struct given g;
    struct import_undone undone;
    struct consultation own = a_case(r, "2023-04-20T10:00");
    own.patient_kana = "ミホン ハナコ";
    own.patient_name = "見本 花子";
    assert_true(record_save(r, &consultation_resource, &own));
    const char *before = all_counts(r);
    assert_true(look(&g, r, source_file(r, "ledger_utf8.csv")));
    imports(&g, 5, 0, 3);
    assert_string_not_equal(before, all_counts(r));
    assert_true(import_undo(r->w->store, g.task.run_id, "U-KITA", NULL, NULL, &undone, &r->w->err));
    assert_int_equal(undone.taken, 5);
    assert_int_equal(undone.kept, 0);
    assert_string_equal(before, all_counts(r));
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM patient WHERE deleted_at = ''"), 1);
    counts_equal_a_recount(r);

    /* Again, as new records; one of them is changed before the undo. */
    a_file_imports(r, source_file(r, "ledger_utf8.csv"), 5, 0, 3);
    assert_true(look(&g, r, source_file(r, "ledger_utf8.csv")));
    g.task.run_id = db_text(world_db(r->w), r->w->arena, &r->w->err, "SELECT id FROM import_run WHERE state = 'done' ORDER BY began_at DESC, id DESC LIMIT 1");
    struct consultation *changed = sheet(r, "2");
    changed->summary = "あとで書き足した。";
    assert_true(record_save(r, &consultation_resource, changed));
    assert_true(import_undo(r->w->store, g.task.run_id, "U-KITA", NULL, NULL, &undone, &r->w->err));
    assert_int_equal(undone.taken, 4);
    assert_int_equal(undone.kept, 1);
    assert_non_null(sheet(r, "2"));
    assert_null(sheet(r, "1"));
    counts_equal_a_recount(r);
    struct audit_report report;
    assert_true(audit_verify(r->w->store, r->w->arena, &report, &r->w->err));
    assert_int_equal(report.broken_seq, 0);
}

static void nothing_about_a_person_stands_in_the_audit_trail(void **state)
{
    struct record_world *r = *state;
    a_file_imports(r, source_file(r, "ledger_utf8.csv"), 5, 0, 3);
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM audit_now WHERE detail LIKE '%見本%' OR detail LIKE '%架空%' OR object_id LIKE '%見本%'"), 0);
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM audit_now WHERE action = 'consultation.import'"), 1);
}

/* -- anything ------------------------------------------------------------------------------------------------------------ */

static unsigned next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(*seed >> 33);
}

/* Rows made of what ledgers hold and of what nobody expects. */
static const char *random_ledger(struct record_world *r, uint64_t *seed)
{
    static const char *const pieces[] = {"受付日", "相談内容", "電話", "2023-04-03", "R5.4.3", "薬局", "服薬", "終結", "\"", "\"\"", ",", ",", ",", "\n", "\r\n",
                                         "㈱", "🙂", "=1+1", "'", "\t", "　", " ", "4/3", "99999999999999999999", "要介護9"};
    static const char *const rubbish[] = {"\xff", "\x80\x81", "\xe3\x81", "\x01", "\x1b[2J"};
    auto_buf out = {0};
    if (next_random(seed) % 4)
        buf_text(&out, "番号,受付日,方法,相談者,内容,結果,概要\n");
    for (unsigned n = next_random(seed) % 120; n > 0; n--)
        if (next_random(seed) % 8 == 0)
            buf_text(&out, "\n1,2023-04-03,電話,薬局,服薬,終結,x\n");
        else if (next_random(seed) % 150 == 0)
            buf_text(&out, rubbish[next_random(seed) % (sizeof rubbish / sizeof *rubbish)]);
        else
            buf_text(&out, pieces[next_random(seed) % (sizeof pieces / sizeof *pieces)]);
    return file_of(r, "random.csv", out.data ? out.data : "", out.size);
}

static void any_bytes_end_as_imported_rows_rows_with_a_reason_or_a_refused_file(void **state)
{
    struct record_world *r = *state;
    uint64_t seed = 20240401;
    long long sheets = 0;
    int taken = 0;
    for (int i = 0; i < 150; i++) {
        struct given g;
        const char *path = random_ledger(r, &seed);
        if (!look(&g, r, path) || !run(&g)) {
            assert_int_equal(r->w->err.kind, ERR_INPUT);
            if (!app_knows_message(r->app, r->w->err.message))
                fail_msg("no sentence for %s", r->w->err.message);
            sheets = number_of(r, "SELECT COUNT(*) FROM consultation WHERE deleted_at = ''");
            continue;
        }
        const struct import_counts *c = &g.task.counts;
        assert_int_equal(c->rows, c->imported + c->already + c->refused);
        long lines = 0;
        for (const char *at = g.reasons; (at = strchr(at, '\n')); at++)
            lines++;
        assert_int_equal(lines, c->refused);
        assert_null(strstr(g.reasons, ": \n"));
        sheets += c->imported;
        assert_int_equal(number_of(r, "SELECT COUNT(*) FROM consultation WHERE deleted_at = ''"), sheets);
        taken++;
    }
    assert_true(taken > 20);
    counts_equal_a_recount(r);
}

/* -- pages ---------------------------------------------------------------------------------------------------------------- */

static const char *copy_of(struct record_world *r, const char *name)
{
    const char *text = text_of_file(r, source_file(r, name));
    return file_of(r, "upload", text, strlen(text));
}

static const char *sent(struct record_world *r, const char *path)
{
    if (visitor_upload(r->visitor, "/consultations/import", "file", path) != 303)
        fail_msg("%d %s", r->visitor->status, r->visitor->body);
    return visitor_header(r->visitor, "Location");
}

/* The job's page once it has come to its end. */
static void job_ends(struct record_world *r, const char *sentence)
{
    const char *page = visitor_header(r->visitor, "Location");
    assert_int_equal(strncmp(page, "/jobs/", 6), 0);
    for (int i = 0; i < 2400; i++) {
        visitor_get(r->visitor, page);
        if (strstr(r->visitor->body, "status-ok") || strstr(r->visitor->body, "status-late"))
            break;
        usleep(50000);
    }
    if (!strstr(r->visitor->body, sentence))
        fail_msg("%s not in %s", sentence, r->visitor->body);
    pairs_set(&r->visitor->headers, "Location", page);
}

static void from_the_file_to_the_records_and_back_through_the_pages(void **state)
{
    struct record_world *r = *state;
    struct visitor *v = r->visitor;
    r->config.secret_key_file = arena_printf(r->w->arena, "%s/key", r->w->folder);
    struct job_runner *runner = job_runner_start(r->app);
    const char *before = all_counts(r), *page = sent(r, copy_of(r, "ledger_cp932.csv"));
    assert_int_equal(visitor_get(v, page), 200);
    assert_non_null(strstr(v->body, "ほげほげ"));
    assert_non_null(strstr(v->body, "<strong>5件</strong>"));
    assert_non_null(strstr(v->body, "介護支援専門員"));
    assert_int_equal(visitor_post(v, page, "do=check&year=20x3&same_person=1"), 422);
    assert_int_equal(visitor_post(v, page,
                                  "do=check&same_person=1&default.subject_kind=individual_case&default.is_ltci_subject=unknown&year=2023"
                                  "&vf.0=consulter_type&vt.0=%E3%81%BB%E3%81%92%E3%81%BB%E3%81%92&vc.0=pharmacy"),
                     303);
    assert_int_equal(visitor_get(v, page), 200);
    assert_non_null(strstr(v->body, "<strong>7件</strong>"));
    assert_null(strstr(v->body, "分からなかった値"));
    assert_int_equal(visitor_post(v, page,
                                  "do=run&same_person=1&default.subject_kind=individual_case&default.is_ltci_subject=unknown&year=2023&mode=good&name=x"),
                     303);
    job_ends(r, "7件を取り込みました");
    assert_int_equal(visitor_get(v, arena_printf(r->w->arena, "%s/file", visitor_header(v, "Location"))), 200);
    assert_non_null(strstr(v->body, "2023-06-31"));
    assert_int_equal(visitor_get(v, page), 404); /* the file has gone to the job */
    assert_string_equal(sheet(r, "7")->consulter_type, "pharmacy");
    assert_string_equal(sheet(r, "5")->received_at, "2023-05-20T00:00");
    counts_equal_a_recount(r);

    assert_int_equal(visitor_get(v, "/consultations/imports"), 200);
    const char *form = strstr(v->body, "/consultations/imports/");
    assert_non_null(form);
    const char *undo = arena_strndup(r->w->arena, form, strcspn(form, "\""));
    assert_int_equal(visitor_post(v, undo, ""), 303);
    job_ends(r, "7件の相談をなくしました");
    assert_string_equal(before, all_counts(r));
    visitor_get(v, "/consultations/imports");
    assert_non_null(strstr(v->body, "取り消しました"));
    assert_int_equal(visitor_post(v, undo, ""), 409);
    job_runner_stop(runner);
}

static void the_answers_are_known_when_the_same_headers_come_again(void **state)
{
    struct record_world *r = *state;
    struct visitor *v = r->visitor;
    r->config.secret_key_file = arena_printf(r->w->arena, "%s/key", r->w->folder);
    struct job_runner *runner = job_runner_start(r->app);
    const char *page = sent(r, copy_of(r, "ledger_utf8.csv"));
    assert_int_equal(visitor_post(v, page,
                                  "do=run&year=2023&mode=all&name=x&default.subject_kind=individual_case"
                                  "&vf.0=consulter_type&vt.0=%E3%81%BB%E3%81%92%E3%81%BB%E3%81%92&vc.0=pharmacy"),
                     303);
    job_ends(r, "何も取り込んでいません");
    assert_int_equal(number_of(r, "SELECT COUNT(*) FROM consultation"), 0);
    page = sent(r, copy_of(r, "ledger_cp932.csv"));
    visitor_get(v, page);
    assert_non_null(strstr(v->body, "<strong>7件</strong>"));
    job_runner_stop(runner);
}

static void a_wrong_file_comes_back_with_a_sentence(void **state)
{
    struct record_world *r = *state;
    struct visitor *v = r->visitor;
    assert_int_equal(visitor_upload(v, "/consultations/import", "file", csv_of(r, "受付日,相談内容\n")), 422);
    assert_non_null(strstr(v->body, "見出しだけで"));
    assert_int_equal(visitor_upload(v, "/consultations/import", "file", csv_of(r, "")), 422);
    assert_non_null(strstr(v->body, "選ばれていないか、空です"));
    assert_int_equal(visitor_upload(v, "/consultations/import", "file", file_of(r, "x", "PK\x03\x04 no", 7)), 422);
    assert_non_null(strstr(v->body, "Excel"));
}

static void nobody_else_sees_the_file_or_takes_the_import_back(void **state)
{
    struct record_world *r = *state;
    struct visitor *v = r->visitor;
    struct given g;
    const char *page = sent(r, copy_of(r, "ledger_utf8.csv"));
    assert_true(look(&g, r, source_file(r, "ledger_utf8.csv")));
    imports(&g, 5, 0, 3);
    struct session other = miyakojima_coordinator(), officer = kita_officer();
    visitor_sign_in(v, &other);
    assert_int_equal(visitor_get(v, page), 404);
    assert_int_equal(visitor_post(v, page, "do=run"), 404);
    assert_int_equal(visitor_post(v, arena_printf(r->w->arena, "/consultations/imports/%s/undo", g.task.run_id), ""), 404);
    visitor_sign_in(v, &officer);
    assert_int_equal(visitor_get(v, "/consultations/import"), 403);
    assert_int_equal(visitor_get(v, "/consultations/imports"), 403);
    assert_int_equal(visitor_get(v, page), 403);
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, record_begin, record_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(a_ledger_becomes_sheets_in_the_office_s_own_words),
        SPEC(characters_of_cp932_and_utf8_ledgers_are_the_same),
        SPEC(two_rows_of_one_person_are_one_person),
        SPEC(figures_after_an_import_equal_a_recount),
        SPEC(the_same_file_again_adds_nothing),
        SPEC(an_interrupted_run_goes_on_without_calling_its_own_rows_there_already),
        SPEC(equal_rows_without_a_number_are_two_calls_and_equal_numbers_one_mistake),
        SPEC(what_the_file_does_not_say_is_what_was_chosen),
        SPEC(an_unknown_word_is_asked_once_and_remembered),
        SPEC(a_mapping_is_found_again_by_its_headers_and_by_its_name),
        SPEC(columns_are_known_by_the_words_offices_use),
        SPEC(the_command_says_by_its_exit_code_what_became_of_the_rows),
        SPEC(days_of_all_kinds_are_read_and_days_without_a_year_only_with_one),
        SPEC(refused_rows_come_back_and_are_taken_when_mended),
        SPEC(all_or_nothing_keeps_nothing_while_one_row_is_wrong),
        SPEC(a_dry_run_counts_and_keeps_nothing),
        SPEC(a_file_that_is_no_ledger_is_refused_with_a_sentence_and_changes_nothing),
        SPEC(hostile_cells_are_text_or_refused_and_never_more),
        SPEC(a_workbook_with_a_title_above_its_headers_and_real_dates_is_read),
        SPEC(refused_rows_of_a_workbook_come_back_as_a_workbook),
        SPEC(an_undo_restores_every_count_and_leaves_what_was_changed_since),
        SPEC(nothing_about_a_person_stands_in_the_audit_trail),
        SPEC(from_the_file_to_the_records_and_back_through_the_pages),
        SPEC(the_answers_are_known_when_the_same_headers_come_again),
        SPEC(a_wrong_file_comes_back_with_a_sentence),
        SPEC(nobody_else_sees_the_file_or_takes_the_import_back),
        SPEC(any_bytes_end_as_imported_rows_rows_with_a_reason_or_a_refused_file),
    };
    return cmocka_run_group_tests_name("consultation_import", tests, NULL, NULL);
}
