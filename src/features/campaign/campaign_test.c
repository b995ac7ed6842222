/* campaign_test.c -- the yearly update: entries are sent, offices confirm or correct, an editor decides, imports leave what was approved. */
#include "tests/support/visitor.h"
#include "tests/support/world.h"

#include "base/count.h"
#include "features/account/account.h"
#include "features/area/area.h"
#include "features/audience/audience.h"
#include "features/campaign/campaign.h"
#include "features/campaign/campaign_pages.h"
#include "features/campaign/campaign_statistics.h"
#include "features/directory/directory.h"
#include "features/facility/facility_import.h"
#include "features/facility_local/facility_local.h"
#include "features/office_link/office_link.h"
#include "features/organization/organization.h"
#include "features/report/report.h"
#include "features/vacancy/vacancy.h"
#include "output/given_file.h"
#include "web/draft.h"
#include "web/resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct feature *const used[] = {&resource_feature, &draft_feature, &area_feature, &organization_feature, &account_feature, &facility_feature, &facility_local_feature, &audience_feature,
                                             &vacancy_feature, &campaign_feature, &directory_feature, &office_link_feature, &report_feature, NULL};

struct spec {
    struct world *w;
    struct config config;
    struct app *app;
    struct visitor *editor, *office;
    const char *facility; /* （見本）梅田訪問看護ステーション, telephone 06-0000-0001 */
};

static void sign_in_at(struct visitor *v, enum role role, const char *office)
{
    visitor_sign_in(v, &(struct session){.user_id = "U-KITA", .display_name = "見本 花子", .role = role, .office_id = office, .office_name = "北区相談支援室",
                                         .area_code = "271276", .area_name = "北区", .area_path = "270008/271004/271276/"});
}

static int begin(void **state)
{
    void *world = NULL;
    setenv("RENKEI_NOW", "2024-11-30T09:15", 1);
    if (world_begin(&world))
        return -1;
    struct spec *s = NEW(((struct world *)world)->arena, struct spec);
    s->w = world;
    s->config = (struct config){.data = s->w->url, .listen = "127.0.0.1:0", .base_url = "http://renkei.example", .workers = 1, .idle_minutes = 10,
                                .session_hours = 12, .secret_key_file = "", .sendmail = "", .mail_from = ""};
    if (!app_migrate(s->w->store, used, &s->w->err) || !facility_demo_invented(s->w->store, &s->w->err))
        return -1;
    s->app = app_new(&s->config, s->w->store, used, &s->w->err);
    s->editor = visitor_new(s->app, s->w->arena);
    s->office = visitor_new(s->app, s->w->arena);
    sign_in_at(s->editor, ROLE_COORDINATOR, "O-KITA");
    s->facility = facility_id(s->w->arena, "municipal-care", "2799999001/130");
    *state = s;
    return 0;
}

static int end(void **state)
{
    struct spec *s = *state;
    void *world = s->w;
    app_free(s->app);
    return world_end(&world);
}

/* ---- given ---- */

#define NEW_CAMPAIGN "title=%E8%A6%8B%E6%9C%AC&closes_on=2024-12-20&area=271276&words=%E6%A2%85%E7%94%B0"

static const char *given_campaign(struct spec *s)
{
    assert_int_equal(visitor_post(s->editor, "/campaigns", NEW_CAMPAIGN), 303);
    return arena_strdup(s->w->arena, visitor_header(s->editor, "Location"));
}

static const char *entry_id(struct spec *s)
{
    return db_text(world_db(s->w), s->w->arena, &s->w->err, "SELECT id FROM campaign_entry WHERE facility_id = $1 ORDER BY id DESC LIMIT 1", TEXT(s->facility));
}

static const char *state_of_entry(struct spec *s)
{
    return db_text(world_db(s->w), s->w->arena, &s->w->err, "SELECT state FROM campaign_entry WHERE id = $1", TEXT(entry_id(s)));
}

struct making {
    struct office_link_order order;
    const char *id, *secret, *mail;
    struct arena *arena;
};

static bool make_link(struct db *db, void *arg, struct err *err)
{
    struct making *m = arg;
    return office_link_make(db, &m->order, m->arena, &m->id, &m->secret, err);
}

static const char *given_link(struct spec *s, const char *kind)
{
    struct making m = {.order = {.purpose = "campaign", .facility_id = s->facility, .subject_id = entry_id(s), .kind = kind, .user_id = "U-KITA"}, .arena = s->w->arena};
    assert_true(store_write(s->w->store, make_link, &m, &s->w->err));
    return arena_printf(s->w->arena, "/u/%s", m.secret);
}

static bool save_contact(struct db *db, void *arg, struct err *err)
{
    struct making *m = arg;
    struct office_contact c = {.facility_id = m->order.facility_id, .channel = "mail", .mail = "mihon@example.jp", .note = ""};
    return office_contact_save(db, &c, "", m->arena, err);
}

static void given_mail_office(struct spec *s)
{
    struct making m = {.order = {.facility_id = s->facility}, .arena = s->w->arena};
    assert_true(store_write(s->w->store, save_contact, &m, &s->w->err));
}

static struct campaign_values directory(struct spec *s)
{
    struct campaign_values v;
    assert_true(campaign_values_read(world_db(s->w), s->facility, s->w->arena, &v, &s->w->err));
    return v;
}

static long long count(struct spec *s, const char *sql)
{
    return db_int(world_db(s->w), &s->w->err, -1, sql);
}

/* What the form sends of the fields that nobody touches. */
#define ADDRESS "大阪府大阪市北区見本町1-1"
#define STANDS "name=（見本）梅田訪問看護ステーション&kana=ミホン ウメダ&fax=06-0000-1001&days=weekday"
#define UNTOUCHED STANDS "&address=" ADDRESS
/* What the form sends when only these two were changed. */
#define CORRECTED UNTOUCHED "&phone=06-0000-7777&direct_line=06-0000-8888"

static const char *verdicts(struct spec *s, const char *phone, const char *line)
{
    return arena_printf(s->w->arena, "verdict.phone=%s&verdict.direct_line=%s", phone, line);
}

static const char *review(struct spec *s, const char *campaign)
{
    return arena_printf(s->w->arena, "%s/entries/%s", campaign, entry_id(s));
}

/* ---- choosing and sending ---- */

static void a_campaign_chooses_entries_and_leaves_out_what_was_confirmed_lately(void **state)
{
    struct spec *s = *state;
    given_campaign(s);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM campaign_entry"), 1);
    assert_string_equal(state_of_entry(s), "chosen");
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), "confirm=all"), 303);
    assert_int_equal(visitor_post(s->editor, "/campaigns", NEW_CAMPAIGN "&unconfirmed_only=1"), 422);
    assert_non_null(strstr(s->editor->body, "条件に合う事業所がありません"));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM campaign"), 1);
    assert_int_equal(visitor_post(s->editor, "/campaigns", "title=&closes_on=2024-12-20&area=271276"), 422);
    assert_int_equal(visitor_post(s->editor, "/campaigns", "title=x&closes_on=2024-11-01&area=271276"), 422);
}

static void mail_goes_to_those_who_prefer_it_and_sheets_to_the_others(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/send", campaign), ""), 303);
    assert_string_equal(state_of_entry(s), "chosen");
    given_mail_office(s);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/sheets", campaign), ""), 422);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/send", campaign), ""), 303);
    assert_string_equal(state_of_entry(s), "sent");
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail WHERE prefix = '/u/' AND body LIKE '%{link}%'"), 1);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/send", campaign), ""), 303);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail"), 1);
}

static bool lengthen(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "UPDATE facility SET name = name || '（医療法人社団架空会附属・大阪市北区在宅療養支援センター併設）', "
                           "address = address || ' 架空グランドメディカルタワービルディング西館12階1203号室'") > 0;
}

static void a_sheet_is_printed_with_a_link_for_each_on_one_page(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s);
    assert_true(store_write(s->w->store, lengthen, NULL, &s->w->err));
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/sheets", campaign), ""), 200);
    assert_memory_equal(s->editor->body, "%PDF", 4);
    auto_file f = given_file(s->editor->body, s->editor->size);
    auto_buf text = {0};
    output_of(&text, "pdftotext '%s' -", &f);
    assert_ptr_equal(strchr(text.data, '\f'), text.data + text.size - 1); /* each page ends with one */
    assert_string_equal(state_of_entry(s), "sent");
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_link WHERE purpose = 'campaign' AND kind = 'letter'"), 1);
}

static void who_does_not_answer_by_mail_is_reminded_twice_and_not_after_the_last_day(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s);
    given_mail_office(s);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/send", campaign), ""), 303);
    assert_true(campaign_remind_due(s->app, s->w->arena, &s->w->err));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail"), 1);
    setenv("RENKEI_NOW", "2024-12-15T09:00", 1);
    assert_true(campaign_remind_due(s->app, s->w->arena, &s->w->err));
    assert_true(campaign_remind_due(s->app, s->w->arena, &s->w->err));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail"), 2);
    assert_int_equal(count(s, "SELECT reminded_count FROM campaign_entry"), 1);
    setenv("RENKEI_NOW", "2025-01-10T09:00", 1);
    assert_true(campaign_remind_due(s->app, s->w->arena, &s->w->err));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail"), 2);
}

/* ---- answering ---- */

static void an_office_that_changes_nothing_is_confirmed_at_once(void **state)
{
    struct spec *s = *state;
    given_campaign(s);
    const char *link = given_link(s, "mail");
    assert_int_equal(visitor_get(s->office, link), 200);
    assert_non_null(strstr(s->office->body, "06-0000-0001"));
    assert_string_equal(state_of_entry(s), "opened");
    assert_int_equal(visitor_post(s->office, link, "confirm=all"), 303);
    assert_string_equal(state_of_entry(s), "confirmed");
    assert_string_equal(directory(s).local.confirmed_on, "2024-11-30");
    assert_int_equal(visitor_get(s->office, link), 200);
    assert_int_equal(visitor_post(s->office, arena_printf(s->w->arena, "%s/undo", link), ""), 303);
    assert_string_equal(state_of_entry(s), "opened");
    assert_string_equal(directory(s).local.confirmed_on, "");
    assert_int_equal(visitor_post(s->office, link, UNTOUCHED "&phone=06-0000-0001"), 303);
    assert_string_equal(state_of_entry(s), "confirmed"); /* sent, but nothing is different */
}

static void a_correction_waits_for_the_editor(void **state)
{
    struct spec *s = *state;
    given_campaign(s);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), CORRECTED), 303);
    assert_string_equal(state_of_entry(s), "corrected");
    assert_string_equal(directory(s).facility.phone, "06-0000-0001");
    assert_string_equal(directory(s).local.confirmed_on, "");
    assert_int_equal(count(s, "SELECT COUNT(*) FROM campaign_answer"), 2);
}

static void what_cannot_be_taken_is_told_and_stays_typed(void **state)
{
    struct spec *s = *state;
    given_campaign(s);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), "name=&postal=12&phone=abc&url=javascript%3Aalert(1)&capacity=12"), 422);
    assert_non_null(strstr(s->office->body, "7桁の数字"));
    assert_non_null(strstr(s->office->body, "名称を入力してください"));
    assert_non_null(strstr(s->office->body, "ホームページの形"));
    assert_non_null(strstr(s->office->body, "value=\"12\""));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM campaign_answer"), 0);
}

static void after_the_last_day_and_after_publishing_nobody_answers(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s), *link = given_link(s, "letter");
    setenv("RENKEI_NOW", "2024-12-21T09:00", 1);
    assert_int_equal(visitor_get(s->office, link), 404);
    assert_int_equal(visitor_post(s->office, link, "confirm=all"), 404);
    setenv("RENKEI_NOW", "2024-11-30T09:16", 1);
    assert_int_equal(visitor_get(s->office, link), 200);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/publish", campaign), "note=x"), 303);
    assert_int_equal(visitor_post(s->office, link, "confirm=all"), 404);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/publish", campaign), ""), 409);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/send", campaign), ""), 409);
    assert_int_equal(count(s, "SELECT edition FROM campaign"), 1);
}

/* ---- the edition ---- */

static struct buf edition_of(struct spec *s, const char *campaign, const char *kind)
{
    struct buf bytes = {0};
    assert_int_equal(visitor_get(s->editor, arena_printf(s->w->arena, "%s/edition/%s", campaign, kind)), 200);
    buf_bytes(&bytes, s->editor->body, s->editor->size);
    return bytes;
}

static bool rename_all(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "UPDATE facility SET name = 'changed'") > 0;
}

static void a_published_edition_says_what_stood_that_day_byte_for_byte(void **state)
{
    struct spec *s = *state;
    static const char *const kinds[] = {"pdf", "xlsx", "csv"};
    const char *campaign = given_campaign(s);
    assert_int_equal(visitor_get(s->editor, arena_printf(s->w->arena, "%s/edition/csv", campaign)), 404);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), CORRECTED), 303);
    assert_int_equal(visitor_post(s->editor, review(s, campaign), verdicts(s, "approved", "approved")), 303);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/publish", campaign), "note=第一"), 303);
    assert_int_equal(visitor_get(s->editor, campaign), 200);
    assert_non_null(strstr(s->editor->body, "/edition/pdf"));
    struct buf before[COUNT(kinds)];
    for (size_t i = 0; i < COUNT(kinds); i++)
        before[i] = edition_of(s, campaign, kinds[i]);
    assert_memory_equal(before[0].data, "%PDF", 4);
    assert_memory_equal(before[1].data, "PK", 2);
    const char *const said[] = {"梅田訪問看護ステーション", ADDRESS, "06-0000-7777", "06-0000-8888", "直して確認", "令和6年11月30日", "第1版", "第一"};
    for (size_t i = 0; i < COUNT(said); i++)
        if (!strstr(before[2].data, said[i]))
            fail_msg("no %s in %s", said[i], before[2].data);
    setenv("RENKEI_NOW", "2025-01-10T09:00", 1);
    sign_in_at(s->editor, ROLE_COORDINATOR, "O-KITA");
    assert_true(store_write(s->w->store, rename_all, NULL, &s->w->err));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        auto_buf after = edition_of(s, campaign, kinds[i]);
        assert_int_equal(before[i].size, after.size);
        assert_memory_equal(before[i].data, after.data, after.size);
        buf_free(&before[i]);
    }
    struct visitor *other = visitor_new(s->app, s->w->arena);
    sign_in_at(other, ROLE_COORDINATOR, "O-OTHER");
    assert_int_equal(visitor_get(other, arena_printf(s->w->arena, "%s/edition/csv", campaign)), 404);
    assert_int_equal(visitor_get(s->editor, arena_printf(s->w->arena, "%s/edition/exe", campaign)), 404);
}

static void a_link_for_vacancies_opens_no_entry_and_the_other_way_round(void **state)
{
    struct spec *s = *state;
    given_campaign(s);
    const char *link = given_link(s, "letter");
    assert_int_equal(visitor_get(s->office, arena_printf(s->w->arena, "/v/%s", link + strlen("/u/"))), 404);
    assert_null(strstr(s->office->body, "サインイン")); /* an office has no account */
}

static void an_answer_on_paper_is_written_down_by_the_room_and_is_worth_the_same(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s), *paper = arena_printf(s->w->arena, "%s/answer", review(s, campaign));
    assert_int_equal(visitor_post(s->editor, paper, "phone=abc"), 422);
    assert_int_equal(visitor_post(s->editor, paper, CORRECTED), 303);
    assert_string_equal(state_of_entry(s), "corrected");
    assert_string_equal(directory(s).facility.phone, "06-0000-0001");
    assert_int_equal(visitor_post(s->editor, paper, "confirm=all"), 409);
    assert_int_equal(visitor_post(s->editor, review(s, campaign), verdicts(s, "approved", "approved")), 303);
    assert_string_equal(directory(s).facility.phone, "06-0000-7777");
}

/* ---- deciding ---- */

static void approved_fields_become_the_entry_and_refused_ones_do_not(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), CORRECTED), 303);
    assert_int_equal(visitor_get(s->editor, review(s, campaign)), 200);
    assert_non_null(strstr(s->editor->body, "06-0000-0001"));
    assert_non_null(strstr(s->editor->body, "06-0000-7777"));
    assert_int_equal(visitor_post(s->editor, review(s, campaign), "verdict.phone=approved"), 422);
    assert_non_null(strstr(s->editor->body, "value=\"approved\" checked"));
    assert_null(strstr(s->editor->body, "value=\"refused\" checked"));
    assert_int_equal(visitor_post(s->editor, review(s, campaign), verdicts(s, "approved", "refused")), 303);
    assert_string_equal(state_of_entry(s), "approved");
    assert_string_equal(directory(s).facility.phone, "06-0000-7777");
    assert_string_equal(directory(s).facility.fax, "06-0000-1001");
    assert_string_equal(directory(s).local.direct_line, "");
    assert_string_equal(directory(s).local.confirmed_on, "2024-11-30");
    assert_int_equal(visitor_post(s->editor, review(s, campaign), verdicts(s, "refused", "refused")), 409);
}

static void an_office_cannot_take_back_what_was_decided(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s), *link = given_link(s, "letter");
    assert_int_equal(visitor_post(s->office, link, CORRECTED), 303);
    assert_int_equal(visitor_post(s->editor, review(s, campaign), verdicts(s, "refused", "approved")), 303);
    assert_string_equal(directory(s).local.direct_line, "06-0000-8888");
    assert_string_equal(directory(s).facility.phone, "06-0000-0001");
    assert_int_equal(visitor_post(s->office, arena_printf(s->w->arena, "%s/undo", link), ""), 409);
    assert_string_equal(state_of_entry(s), "approved");
}

static void another_room_neither_sees_nor_decides_it(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s);
    struct visitor *other = visitor_new(s->app, s->w->arena);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), CORRECTED), 303);
    sign_in_at(other, ROLE_COORDINATOR, "O-OTHER");
    assert_int_equal(visitor_get(other, campaign), 404);
    assert_int_equal(visitor_get(other, review(s, campaign)), 404);
    assert_int_equal(visitor_post(other, review(s, campaign), verdicts(s, "approved", "approved")), 404);
    assert_int_equal(visitor_post(other, "/campaigns", "title=x&closes_on=2024-12-20&area=271021"), 422);
    sign_in_at(other, ROLE_WARD_OFFICER, "O-WARD"); /* looks after the ward */
    assert_int_equal(visitor_get(other, campaign), 200);
    sign_in_at(other, ROLE_VIEWER, "O-KITA");
    assert_int_equal(visitor_get(other, review(s, campaign)), 200);
    assert_int_equal(visitor_post(other, review(s, campaign), verdicts(s, "approved", "approved")), 403);
    assert_string_equal(state_of_entry(s), "corrected");
}

/* ---- imports ---- */

#define HEAD "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,介護サービス事業所名称,介護サービス事業所名称_カナ,実施サービス,住所,緯度,経度,電話番号,FAX番号,法人の名称,事業所番号,利用可能曜日,定員\n"
#define ROW(phone, address) \
    "271276,1,大阪府,大阪市北区,（見本）梅田訪問看護ステーション,ミホン ウメダ,訪問看護," address ",34.702500,135.496000," phone ",06-0000-1001,（見本）社会福祉法人 架空会,2799999001,月火水木金,\n"

static void given_import(struct spec *s, const char *text)
{
    const char *path = arena_printf(s->w->arena, "%s/again.csv", s->w->folder);
    struct facility_report report = {0};
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
    if (!facility_import(s->w->store, path, "municipal-care", s->w->arena, &report, &s->w->err))
        fail_msg("%s %s", s->w->err.message, s->w->err.detail);
    assert_int_equal(report.refused, 0);
}

static void given_approved_phone(struct spec *s)
{
    const char *campaign = given_campaign(s);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), CORRECTED), 303);
    assert_int_equal(visitor_post(s->editor, review(s, campaign), verdicts(s, "approved", "approved")), 303);
}

static void an_import_leaves_what_was_approved_and_changes_the_rest(void **state)
{
    struct spec *s = *state;
    given_approved_phone(s);
    given_import(s, HEAD ROW("06-0000-5555", "大阪府大阪市北区見本町99"));
    assert_string_equal(directory(s).facility.address, "大阪府大阪市北区見本町99");
    assert_string_equal(directory(s).facility.phone, "06-0000-7777");
    assert_string_equal(directory(s).local.direct_line, "06-0000-8888");
    assert_int_equal(count(s, "SELECT COUNT(*) FROM facility_correction WHERE field = 'phone' AND published = '06-0000-5555'"), 1);
}

/* ---- names and addresses ---- */

#define MOVED "大阪府大阪市都島区架空町3-2-1"
#define RENAMED "name=（見本）うめきた訪問看護&kana=ミホン ウメキタ&postal=〒534-0001&fax=06-0000-1001&days=weekday&phone=06-0000-0001&address=" MOVED

static const char *facility_page(struct spec *s)
{
    assert_int_equal(visitor_get(s->editor, arena_printf(s->w->arena, "/facilities/%s", s->facility)), 200);
    return s->editor->body;
}

static void given_renamed(struct spec *s)
{
    const char *campaign = given_campaign(s);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), RENAMED), 303);
    assert_string_equal(directory(s).facility.name, "（見本）梅田訪問看護ステーション");
    assert_int_equal(visitor_post(s->editor, review(s, campaign), "verdict.name=approved&verdict.kana=approved&verdict.address=approved&verdict.postal=approved"), 303);
}

static void a_corrected_name_and_address_are_shown_found_and_marked(void **state)
{
    struct spec *s = *state;
    given_renamed(s);
    struct facility f = directory(s).facility;
    assert_string_equal(f.name, "（見本）うめきた訪問看護");
    assert_string_equal(f.address, MOVED);
    assert_string_equal(f.postal, "5340001");
    assert_string_equal(f.area_code, "271021"); /* 都島区 */
    assert_true(f.latitude == FIELD_BLANK);     /* no pin is better than one at the old office */
    const char *page = facility_page(s);
    assert_non_null(strstr(page, "※住所"));
    assert_non_null(strstr(page, "公開データから直した項目"));
    assert_non_null(strstr(page, "大阪府大阪市北区見本町1-1"));
    assert_int_equal(visitor_get(s->editor, "/facilities?q=うめきた"), 200);
    assert_non_null(strstr(s->editor->body, "うめきた訪問看護"));
}

static void residents_read_that_something_was_corrected_and_by_nobody_s_name(void **state)
{
    struct spec *s = *state;
    struct visitor *resident = visitor_new(s->app, s->w->arena);
    given_renamed(s);
    assert_int_equal(visitor_get(resident, arena_printf(s->w->arena, "/directory/%s", s->facility)), 200);
    assert_non_null(strstr(resident->body, "公開データから直しています"));
    assert_null(strstr(resident->body, "見本町1-1"));
    assert_null(strstr(resident->body, "/corrections/"));
}

static void a_corrected_name_and_address_outlive_an_import_and_can_be_undone(void **state)
{
    struct spec *s = *state;
    given_renamed(s);
    given_import(s, HEAD ROW("06-0000-5555", "大阪府大阪市北区見本町99"));
    struct facility f = directory(s).facility;
    assert_string_equal(f.name, "（見本）うめきた訪問看護");
    assert_string_equal(f.address, MOVED);
    assert_string_equal(f.area_code, "271021");
    assert_string_equal(f.phone, "06-0000-5555");
    assert_non_null(strstr(facility_page(s), "見本町99"));
    const char *undo = arena_printf(s->w->arena, "/facilities/%s/corrections/address/undo", s->facility);
    struct visitor *viewer = visitor_new(s->app, s->w->arena);
    sign_in_at(viewer, ROLE_VIEWER, "O-KITA");
    assert_int_equal(visitor_post(viewer, undo, ""), 403);
    assert_int_equal(visitor_post(s->editor, undo, ""), 303);
    f = directory(s).facility;
    assert_string_equal(f.address, "大阪府大阪市北区見本町99");
    assert_string_equal(f.area_code, "271276");
    assert_true(f.latitude == 34702500);
    assert_string_equal(f.name, "（見本）うめきた訪問看護");
    assert_int_equal(visitor_post(s->editor, undo, ""), 404);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM facility_correction"), 3);
}

static void what_the_lists_say_too_by_now_is_no_correction_any_more(void **state)
{
    struct spec *s = *state;
    given_renamed(s);
    given_import(s, HEAD ROW("06-0000-0001", MOVED));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM facility_correction WHERE field IN ('address', 'area_code', 'lat', 'lng')"), 0);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM facility_correction WHERE field = 'name'"), 1);
    assert_string_equal(directory(s).facility.address, MOVED);
    assert_null(strstr(facility_page(s), "※住所"));
    given_import(s, HEAD ROW("06-0000-0001", "大阪府大阪市北区見本町5-5"));
    assert_string_equal(directory(s).facility.address, "大阪府大阪市北区見本町5-5");
    assert_string_equal(directory(s).facility.name, "（見本）うめきた訪問看護");
}

static void the_same_address_written_otherwise_stays_at_its_place(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), STANDS "&phone=06-0000-0001&address=大阪府大阪市北区見本町一丁目1番"), 303);
    assert_int_equal(visitor_post(s->editor, review(s, campaign), "verdict.address=approved"), 303);
    assert_string_equal(directory(s).facility.address, "大阪府大阪市北区見本町一丁目1番");
    assert_true(directory(s).facility.latitude == 34702500);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM facility_correction"), 1);
}

struct correcting {
    struct spec *spec;
    const char *field, *value;
};

static bool correct(struct db *db, void *arg, struct err *err)
{
    const struct correcting *c = arg;
    return facility_correct(db, c->spec->facility, c->field, c->value, "U-KITA", c->spec->w->arena, err);
}

static void the_published_value_again_takes_the_correction_away(void **state)
{
    struct spec *s = *state;
    struct correcting back = {s, "phone", "06-0000-5555"}, number = {s, "capacity", "12"}, none = {s, "capacity", ""};
    given_approved_phone(s);
    given_import(s, HEAD ROW("06-0000-5555", "大阪府大阪市北区見本町1-1"));
    assert_true(store_write(s->w->store, correct, &back, &s->w->err));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM facility_correction"), 0);
    given_import(s, HEAD ROW("06-0000-6666", "大阪府大阪市北区見本町1-1"));
    assert_string_equal(directory(s).facility.phone, "06-0000-6666");
    assert_true(store_write(s->w->store, correct, &number, &s->w->err));
    assert_int_equal(directory(s).facility.capacity, 12);
    assert_true(store_write(s->w->store, correct, &none, &s->w->err));
    assert_true(directory(s).facility.capacity == FIELD_BLANK);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM facility_correction"), 0);
}

/* ---- the figure ---- */

static void the_share_confirmed_within_twelve_months_is_a_figure(void **state)
{
    struct spec *s = *state;
    struct report_query q = {.db = world_db(s->w), .arena = s->w->arena, .scope = SCOPE_EVERYTHING, .area = {"271004", "大阪市", "270008/271004/"}};
    struct table *t;
    given_campaign(s);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), "confirm=all"), 303);
    assert_true(period_parse("FY2024", &q.period));
    assert_true(campaign_freshness_table(&q, &t, &s->w->err));
    const struct row *total = &t->rows[t->row_count - 1];
    assert_int_equal(total->cells[1].number, 12);
    assert_int_equal(total->cells[2].number, 1);
    assert_int_equal(total->cells[3].number, 83);
    setenv("RENKEI_NOW", "2025-12-01T09:00", 1);
    assert_true(period_parse("FY2025", &q.period));
    assert_true(campaign_freshness_table(&q, &t, &s->w->err));
    assert_int_equal(t->rows[t->row_count - 1].cells[2].number, 0);
}

static long long confirmed_in(struct spec *s, const char *period)
{
    struct report_query q = {.db = world_db(s->w), .arena = s->w->arena, .scope = SCOPE_EVERYTHING, .area = {"271004", "大阪市", "270008/271004/"}};
    struct table *t;
    assert_true(period_parse(period, &q.period));
    assert_true(campaign_freshness_table(&q, &t, &s->w->err));
    return t->rows[t->row_count - 1].cells[2].number;
}

static void a_past_rate_stays_what_it_was_when_the_entry_is_confirmed_again(void **state)
{
    struct spec *s = *state;
    given_campaign(s);
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), "confirm=all"), 303);
    setenv("RENKEI_NOW", "2026-11-20T09:00", 1);
    sign_in_at(s->editor, ROLE_COORDINATOR, "O-KITA");
    assert_int_equal(visitor_post(s->editor, "/campaigns", "title=x&closes_on=2026-12-20&area=271276&words=梅田"), 303);
    const char *again = given_link(s, "letter");
    assert_int_equal(visitor_post(s->office, again, "confirm=all"), 303);
    assert_int_equal(confirmed_in(s, "FY2024"), 1);
    assert_int_equal(confirmed_in(s, "FY2025"), 0); /* up to 31 March 2026 nobody had asked again */
    assert_int_equal(confirmed_in(s, "FY2026"), 1);
    assert_int_equal(visitor_post(s->office, arena_printf(s->w->arena, "%s/undo", again), ""), 303);
    assert_int_equal(confirmed_in(s, "FY2024"), 1);
    assert_int_equal(confirmed_in(s, "FY2026"), 0); /* what was taken back was none */
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, end)
        SPEC(a_campaign_chooses_entries_and_leaves_out_what_was_confirmed_lately),
        SPEC(mail_goes_to_those_who_prefer_it_and_sheets_to_the_others),
        SPEC(a_sheet_is_printed_with_a_link_for_each_on_one_page),
        SPEC(who_does_not_answer_by_mail_is_reminded_twice_and_not_after_the_last_day),
        SPEC(an_office_that_changes_nothing_is_confirmed_at_once),
        SPEC(a_correction_waits_for_the_editor),
        SPEC(what_cannot_be_taken_is_told_and_stays_typed),
        SPEC(after_the_last_day_and_after_publishing_nobody_answers),
        SPEC(a_link_for_vacancies_opens_no_entry_and_the_other_way_round),
        SPEC(an_answer_on_paper_is_written_down_by_the_room_and_is_worth_the_same),
        SPEC(approved_fields_become_the_entry_and_refused_ones_do_not),
        SPEC(an_office_cannot_take_back_what_was_decided),
        SPEC(another_room_neither_sees_nor_decides_it),
        SPEC(an_import_leaves_what_was_approved_and_changes_the_rest),
        SPEC(the_published_value_again_takes_the_correction_away),
        SPEC(a_published_edition_says_what_stood_that_day_byte_for_byte),
        SPEC(a_corrected_name_and_address_are_shown_found_and_marked),
        SPEC(residents_read_that_something_was_corrected_and_by_nobody_s_name),
        SPEC(a_corrected_name_and_address_outlive_an_import_and_can_be_undone),
        SPEC(what_the_lists_say_too_by_now_is_no_correction_any_more),
        SPEC(the_same_address_written_otherwise_stays_at_its_place),
        SPEC(a_past_rate_stays_what_it_was_when_the_entry_is_confirmed_again),
        SPEC(the_share_confirmed_within_twelve_months_is_a_figure),
    };
    return cmocka_run_group_tests_name("campaign", specs, NULL, NULL);
}
