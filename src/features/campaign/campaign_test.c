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
#include "features/facility/facility_import.h"
#include "features/facility_local/facility_local.h"
#include "features/office_link/office_link.h"
#include "features/organization/organization.h"
#include "features/report/report.h"
#include "features/vacancy/vacancy.h"
#include "web/draft.h"
#include "web/resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct feature *const used[] = {&resource_feature, &draft_feature, &area_feature, &organization_feature, &account_feature, &facility_feature, &facility_local_feature, &audience_feature,
                                             &vacancy_feature, &campaign_feature, &office_link_feature, &report_feature, NULL};

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

/* What the form sends when only these two were changed. */
#define CORRECTED "phone=06-0000-7777&fax=06-0000-1001&days=weekday&direct_line=06-0000-8888"

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

static void a_sheet_is_printed_with_a_link_for_each(void **state)
{
    struct spec *s = *state;
    const char *campaign = given_campaign(s);
    assert_int_equal(visitor_post(s->editor, arena_printf(s->w->arena, "%s/sheets", campaign), ""), 200);
    assert_memory_equal(s->editor->body, "%PDF", 4);
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
    assert_int_equal(visitor_post(s->office, link, "phone=06-0000-0001&fax=06-0000-1001&days=weekday"), 303);
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
    assert_int_equal(visitor_post(s->office, given_link(s, "letter"), "phone=abc&url=javascript%3Aalert(1)&capacity=12"), 422);
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

static void a_link_for_vacancies_opens_no_entry_and_the_other_way_round(void **state)
{
    struct spec *s = *state;
    given_campaign(s);
    const char *link = given_link(s, "letter");
    assert_int_equal(visitor_get(s->office, arena_printf(s->w->arena, "/v/%s", link + strlen("/u/"))), 404);
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
    "271276,1,大阪府,大阪市北区,（見本）梅田訪問看護ステーション,ミホン ウメダ,訪問看護," address ",,," phone ",06-0000-1001,（見本）社会福祉法人 架空会,2799999001,月火水木金,\n"

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

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, end)
        SPEC(a_campaign_chooses_entries_and_leaves_out_what_was_confirmed_lately),
        SPEC(mail_goes_to_those_who_prefer_it_and_sheets_to_the_others),
        SPEC(a_sheet_is_printed_with_a_link_for_each),
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
        SPEC(the_share_confirmed_within_twelve_months_is_a_figure),
    };
    return cmocka_run_group_tests_name("campaign", specs, NULL, NULL);
}
