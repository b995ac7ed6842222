/* vacancy_test.c -- answers grow old and are taken back; links work as far as they should and no further; old answers are asked for again. */
#include "tests/support/visitor.h"
#include "tests/support/world.h"

#include "base/count.h"
#include "base/id.h"
#include "features/account/account.h"
#include "features/area/area.h"
#include "features/audience/audience.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "features/office_link/office_link.h"
#include "features/organization/organization.h"
#include "features/report/report.h"
#include "features/vacancy/vacancy.h"
#include "features/vacancy/vacancy_ask.h"
#include "features/vacancy/vacancy_pages.h"
#include "features/vacancy/vacancy_statistics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct feature *const used[] = {&area_feature, &organization_feature, &account_feature, &facility_feature, &facility_local_feature,
                                             &audience_feature, &vacancy_feature, &office_link_feature, &report_feature, NULL};

struct spec {
    struct world *w;
    struct config config;
    struct app *app;
    struct visitor *room, *office;
    const char *facility, *other; /* （見本）梅田訪問看護ステーション, 扇町ショートステイ */
};

static void sign_in(struct visitor *v, enum role role)
{
    visitor_sign_in(v, &(struct session){.user_id = "U-KITA", .display_name = "見本 花子", .role = role, .office_id = "O-KITA", .office_name = "北区相談支援室",
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
                                .session_hours = 12, .secret_key_file = "", .sendmail = "", .mail_from = "renkei@example.jp"};
    if (!app_migrate(s->w->store, used, &s->w->err) || !facility_demo_invented(s->w->store, &s->w->err))
        return -1;
    s->app = app_new(&s->config, s->w->store, used, &s->w->err);
    s->room = visitor_new(s->app, s->w->arena);
    s->office = visitor_new(s->app, s->w->arena);
    sign_in(s->room, ROLE_COORDINATOR);
    s->facility = facility_id(s->w->arena, "municipal-care", "2799999001/130");
    s->other = facility_id(s->w->arena, "municipal-care", "2799999004/210");
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

struct making {
    struct office_link_order order;
    struct office_contact contact;
    const char *id, *secret;
    struct arena *arena;
};

static bool make_link(struct db *db, void *arg, struct err *err)
{
    struct making *m = arg;
    return vacancy_watch(db, m->order.facility_id, m->arena, err) && office_link_make(db, &m->order, m->arena, &m->id, &m->secret, err);
}

static const char *given_link(struct spec *s, const char *kind)
{
    struct making m = {.order = {.purpose = "vacancy", .facility_id = s->facility, .subject_id = "", .kind = kind, .user_id = "U-KITA"}, .arena = s->w->arena};
    assert_true(store_write(s->w->store, make_link, &m, &s->w->err));
    return arena_printf(s->w->arena, "/v/%s", m.secret);
}

static bool save_contact(struct db *db, void *arg, struct err *err)
{
    struct making *m = arg;
    return vacancy_watch(db, m->contact.facility_id, m->arena, err) && office_contact_save(db, &m->contact, "", m->arena, err);
}

static void given_mail_office(struct spec *s)
{
    struct making m = {.contact = {.facility_id = s->facility, .channel = "mail", .mail = "mihon@example.jp", .note = ""}, .arena = s->w->arena};
    assert_true(store_write(s->w->store, save_contact, &m, &s->w->err));
}

static struct vacancy board(struct spec *s)
{
    struct vacancy v;
    bool known;
    assert_true(vacancy_find(world_db(s->w), s->facility, s->w->arena, &v, &known, &s->w->err));
    return v;
}

static void given_answer(struct spec *s, const char *form)
{
    assert_int_equal(visitor_post(s->room, arena_printf(s->w->arena, "/vacancies/%s", s->facility), form), 303);
}

static long long count(struct spec *s, const char *sql)
{
    return db_int(world_db(s->w), &s->w->err, -1, sql);
}

/* ---- answers ---- */

static void an_answer_counts_seven_days_and_then_says_that_it_is_old(void **state)
{
    struct spec *s = *state;
    given_answer(s, "status=yes&slots=3");
    struct vacancy v = board(s);
    assert_string_equal(v.valid_until, "2024-12-07T09:15");
    assert_int_equal(v.slots, 3);
    assert_false(vacancy_is_stale(&v, "2024-12-07T09:15"));
    assert_string_equal(vacancy_status_words(&v, "2024-12-07T09:15", s->w->arena), "●受け入れできます");
    assert_true(vacancy_is_stale(&v, "2024-12-07T09:16"));
    assert_string_equal(vacancy_status_words(&v, "2024-12-07T09:16", s->w->arena), "△古い情報：受け入れできます");
    assert_string_equal(vacancy_age(&v, "2024-12-07T09:16", s->w->arena), "7日前（R6.11.30）");
    setenv("RENKEI_NOW", "2024-12-08T10:00", 1);
    sign_in(s->room, ROLE_COORDINATOR); /* the session of that day is over */
    assert_int_equal(visitor_get(s->room, "/vacancies"), 200);
    assert_non_null(strstr(s->room->body, "△古い情報：受け入れできます"));
    assert_non_null(strstr(s->room->body, "class=\"stale\""));
}

static void a_service_may_have_days_of_its_own_and_an_office_its_own_last_day(void **state)
{
    struct spec *s = *state;
    struct visitor *admin = visitor_new(s->app, s->w->arena);
    sign_in(admin, ROLE_SYSTEM_ADMINISTRATOR);
    assert_int_equal(visitor_post(s->room, "/vacancies/settings", "days.130=3"), 403);
    assert_int_equal(visitor_post(admin, "/vacancies/settings", "days.130=0"), 422);
    assert_int_equal(visitor_post(admin, "/vacancies/settings", "days.130=3"), 303);
    given_answer(s, "status=no");
    assert_string_equal(board(s).valid_until, "2024-12-03T09:15");
    given_answer(s, "status=no&valid_on=2024-12-20");
    assert_string_equal(board(s).valid_until, "2024-12-20T23:59");
}

static void conditions_must_be_told_and_what_was_typed_stays(void **state)
{
    struct spec *s = *state;
    assert_int_equal(visitor_post(s->room, arena_printf(s->w->arena, "/vacancies/%s", s->facility), "status=conditional&slots=4&valid_on=2024-11-01"), 422);
    assert_non_null(strstr(s->room->body, "どのような条件なら"));
    assert_non_null(strstr(s->room->body, "過ぎた日です"));
    assert_non_null(strstr(s->room->body, "value=\"4\""));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM vacancy_report"), 0);
}

static void taking_an_answer_back_shows_the_one_before(void **state)
{
    struct spec *s = *state;
    given_answer(s, "status=yes");
    setenv("RENKEI_NOW", "2024-11-30T09:20", 1);
    given_answer(s, "status=no");
    const char *undo = arena_printf(s->w->arena, "/vacancies/%s/undo?report=%s", s->facility, board(s).report_id);
    assert_string_equal(board(s).status, "no");
    assert_int_equal(visitor_post(s->room, undo, ""), 303);
    assert_string_equal(board(s).status, "yes");
    assert_string_equal(board(s).as_of, "2024-11-30T09:15");
    assert_int_equal(visitor_post(s->room, undo, ""), 404);
    undo = arena_printf(s->w->arena, "/vacancies/%s/undo?report=%s", s->facility, board(s).report_id);
    assert_int_equal(visitor_post(s->room, undo, ""), 303);
    assert_string_equal(board(s).status, "");
    assert_int_equal(count(s, "SELECT COUNT(*) FROM vacancy_report WHERE undone_at <> ''"), 2);
}

static void the_board_exports_what_it_shows(void **state)
{
    struct spec *s = *state;
    given_answer(s, "status=conditional&conditions=%3D1%2B1&slots=2");
    assert_int_equal(visitor_get(s->room, "/vacancies?format=csv&status=conditional"), 200);
    assert_non_null(strstr(s->room->body, "（見本）梅田訪問看護ステーション"));
    assert_int_equal(visitor_get(s->room, "/vacancies?format=csv&status=no"), 200);
    assert_null(strstr(s->room->body, "梅田"));
    assert_int_equal(visitor_get(s->room, "/vacancies?format=csv&area=271021"), 200);
    assert_null(strstr(s->room->body, "梅田"));
    assert_int_equal(visitor_get(s->room, "/vacancies?format=xlsx"), 200);
    assert_int_equal(visitor_get(s->room, "/vacancies?format=pdf"), 200);
    assert_memory_equal(s->room->body, "%PDF", 4);
    assert_int_equal(visitor_get(s->room, "/api/v1/vacancies?service=130"), 200);
    assert_non_null(strstr(s->room->body, "\"total\":1"));
    assert_int_equal(visitor_get(s->room, arena_printf(s->w->arena, "/api/v1/vacancies/%s", s->facility)), 200);
    assert_non_null(strstr(s->room->body, "\"status\":\"conditional\""));
    assert_non_null(strstr(s->room->body, "\"slots\":2"));
}

static bool vacancy_shows_on(struct spec *s, const char *words)
{
    auto_buf out = {0};
    struct request req = {.app = s->app, .arena = s->w->arena, .db = world_db(s->w), .session = &(struct session){.role = ROLE_VIEWER, .area_path = ""}};
    assert_true(vacancy_panel(&out, &req, s->facility, &s->w->err));
    return out.data && strstr(out.data, words);
}

static void the_entry_of_the_directory_says_how_old_the_answer_is(void **state)
{
    struct spec *s = *state;
    assert_false(vacancy_shows_on(s, "空き"));
    given_answer(s, "status=yes");
    assert_true(vacancy_shows_on(s, "●受け入れできます"));
    assert_true(vacancy_shows_on(s, "きょう 09:15に確認"));
    setenv("RENKEI_NOW", "2024-12-08T10:00", 1);
    assert_true(vacancy_shows_on(s, "△古い情報"));
}

static bool put_together(struct db *db, void *arg, struct err *err)
{
    const struct spec *s = arg;
    return db_run(db, err, "UPDATE facility SET merged_into = $2 WHERE id = $1", TEXT(s->facility), TEXT(s->other)) == 1;
}

static void an_answer_stays_with_an_entry_that_was_put_together_with_another(void **state)
{
    struct spec *s = *state;
    struct vacancy v;
    bool known;
    const char *link = given_link(s, "paper");
    given_answer(s, "status=no");
    assert_true(store_write(s->w->store, put_together, s, &s->w->err));
    assert_true(vacancy_find(world_db(s->w), s->other, s->w->arena, &v, &known, &s->w->err));
    assert_string_equal(v.status, "no");
    setenv("RENKEI_NOW", "2024-11-30T09:20", 1);
    assert_int_equal(visitor_post(s->office, link, "status=yes"), 303);
    assert_true(vacancy_find(world_db(s->w), s->other, s->w->arena, &v, &known, &s->w->err));
    assert_string_equal(v.status, "yes");
    assert_string_equal(v.facility_id, s->other);
    assert_int_equal(visitor_get(s->room, "/api/v1/vacancies"), 200);
    assert_non_null(strstr(s->room->body, "\"total\":1"));
    assert_int_equal(visitor_post(s->office, arena_printf(s->w->arena, "%s/undo", link), arena_printf(s->w->arena, "report=%s", v.report_id)), 303);
    assert_string_equal(board(s).status, "no");
}

/* ---- links ---- */

static void looking_through_a_link_changes_nothing_and_one_answer_uses_it_up(void **state)
{
    struct spec *s = *state;
    const char *link = given_link(s, "mail");
    assert_int_equal(visitor_get(s->office, link), 200);
    assert_int_equal(visitor_get(s->office, link), 200);
    assert_non_null(strstr(s->office->body, "梅田訪問看護ステーション"));
    assert_string_equal(visitor_header(s->office, "X-Robots-Tag"), "noindex, nofollow");
    assert_int_equal(visitor_post(s->office, link, "status=yes&slots=2&night=no"), 303);
    assert_string_equal(board(s).status, "yes");
    assert_string_equal(board(s).night, "no");
    assert_string_equal(board(s).channel, "mail");
    assert_int_equal(visitor_post(s->office, link, "status=no"), 409);
    assert_string_equal(board(s).status, "yes");
    assert_int_equal(visitor_get(s->office, link), 200);
    assert_non_null(strstr(s->office->body, "まちがえたので取り消す"));
}

static void the_same_form_sent_twice_is_one_answer(void **state)
{
    struct spec *s = *state;
    const char *link = given_link(s, "paper"), *form = arena_printf(s->w->arena, "id=%s&status=yes", id_new(s->w->arena));
    assert_int_equal(visitor_post(s->office, link, form), 303);
    const char *first = arena_strdup(s->w->arena, visitor_header(s->office, "Location"));
    assert_int_equal(visitor_post(s->office, link, form), 303);
    assert_string_equal(visitor_header(s->office, "Location"), first);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM vacancy_report"), 1);
}

static void undoing_lets_the_office_give_the_right_answer(void **state)
{
    struct spec *s = *state;
    const char *link = given_link(s, "mail");
    assert_int_equal(visitor_post(s->office, link, "status=yes"), 303);
    const char *undo = arena_printf(s->w->arena, "%s/undo", link), *report = arena_printf(s->w->arena, "report=%s", board(s).report_id);
    assert_int_equal(visitor_post(s->office, arena_printf(s->w->arena, "%s/undo", given_link(s, "paper")), report), 404);
    assert_int_equal(visitor_post(s->office, undo, report), 303);
    assert_string_equal(board(s).status, "");
    assert_int_equal(visitor_post(s->office, link, "status=no"), 303);
    assert_string_equal(board(s).status, "no");
}

static void an_answer_can_be_taken_back_for_a_day_only(void **state)
{
    struct spec *s = *state;
    const char *link = given_link(s, "paper");
    assert_int_equal(visitor_post(s->office, link, "status=yes"), 303);
    setenv("RENKEI_NOW", "2024-12-02T09:15", 1);
    assert_int_equal(visitor_post(s->office, arena_printf(s->w->arena, "%s/undo", link), arena_printf(s->w->arena, "report=%s", board(s).report_id)), 404);
    assert_string_equal(board(s).status, "yes");
}

static void a_printed_code_answers_many_times_and_no_change_is_one_tap(void **state)
{
    struct spec *s = *state;
    const char *link = given_link(s, "paper");
    assert_int_equal(visitor_post(s->office, link, "status=conditional&conditions=%E8%A6%8B%E6%9C%AC&weekend=no"), 303);
    setenv("RENKEI_NOW", "2024-12-05T12:00", 1);
    assert_int_equal(visitor_post(s->office, link, "status=same"), 303);
    struct vacancy v = board(s);
    assert_string_equal(v.as_of, "2024-12-05T12:00");
    assert_string_equal(v.status, "conditional");
    assert_string_equal(v.conditions, "見本");
    assert_string_equal(v.weekend, "no");
}

static void a_link_ends_by_itself_and_when_the_room_ends_it(void **state)
{
    struct spec *s = *state;
    const char *mail = given_link(s, "mail"), *paper = given_link(s, "paper");
    setenv("RENKEI_NOW", "2024-12-15T09:15", 1);
    assert_int_equal(visitor_get(s->office, mail), 404);
    assert_int_equal(visitor_post(s->office, mail, "status=yes"), 404);
    assert_int_equal(visitor_get(s->office, paper), 200);
    sign_in(s->room, ROLE_COORDINATOR);
    assert_int_equal(visitor_post(s->room, arena_printf(s->w->arena, "/vacancies/%s/links", s->facility), ""), 303);
    assert_int_equal(visitor_get(s->office, paper), 404);
    assert_string_equal(board(s).status, "");
}

static void another_site_cannot_answer_through_a_browser(void **state)
{
    struct spec *s = *state;
    const char *link = given_link(s, "paper");
    visitor_says(s->office, "Origin", "https://elsewhere.example");
    assert_int_equal(visitor_post(s->office, link, "status=no"), 403);
    assert_string_equal(board(s).status, "");
}

static void the_table_holds_no_secret(void **state)
{
    struct spec *s = *state;
    const char *secret = given_link(s, "paper") + strlen("/v/");
    assert_int_equal(strlen(secret), 32); /* 192 bits */
    assert_int_equal(db_int(world_db(s->w), &s->w->err, -1, "SELECT COUNT(*) FROM office_link WHERE secret_hash = $1", TEXT(secret_hash(s->w->arena, secret))), 1);
    assert_int_equal(db_int(world_db(s->w), &s->w->err, -1, "SELECT COUNT(*) FROM office_link WHERE secret_hash LIKE '%' || $1 || '%'", TEXT(secret)), 0);
}

static void who_guesses_is_made_to_wait_and_a_good_link_of_others_is_not(void **state)
{
    struct spec *s = *state;
    const char *link = given_link(s, "paper");
    for (int i = 0; i < 20; i++)
        assert_int_equal(visitor_get(s->office, arena_printf(s->w->arena, "/v/guess%d", i)), 404);
    assert_int_equal(visitor_get(s->office, "/v/guess20"), 429);
    setenv("RENKEI_NOW", "2024-11-30T09:31", 1);
    assert_int_equal(visitor_get(s->office, link), 200);
    assert_int_equal(visitor_get(s->office, "/v/guess21"), 404);
}

static void a_link_cannot_be_used_to_fill_the_history(void **state)
{
    struct spec *s = *state;
    const char *link = given_link(s, "paper");
    for (int i = 0; i < 20; i++)
        assert_int_equal(visitor_post(s->office, link, "status=yes"), 303);
    assert_int_equal(visitor_post(s->office, link, "status=yes"), 429);
}

static void a_sheet_carries_a_link_of_its_own_and_the_old_one_stays(void **state)
{
    struct spec *s = *state;
    const char *old = given_link(s, "paper");
    assert_int_equal(visitor_post(s->room, arena_printf(s->w->arena, "/vacancies/%s/sheet", s->facility), "kind=fax"), 200);
    assert_string_equal(s->room->content_type, "application/pdf");
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_link WHERE kind = 'fax'"), 1);
    assert_int_equal(visitor_get(s->office, old), 200);
    assert_int_equal(visitor_post(s->room, "/vacancies/sheets", "kind=fax"), 422);
}

/* ---- asking again ---- */

static void old_answers_are_asked_for_by_mail_three_times_and_then_by_telephone(void **state)
{
    struct spec *s = *state;
    static const char *const days[] = {"2024-12-08T09:00", "2024-12-11T09:01", "2024-12-14T09:02", "2024-12-17T09:03"};
    given_mail_office(s);
    given_answer(s, "status=yes");
    assert_true(vacancy_ask_stale(s->app, s->w->arena, &s->w->err));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail"), 0);
    for (size_t i = 0; i < COUNT(days); i++) {
        setenv("RENKEI_NOW", days[i], 1);
        assert_true(vacancy_ask_stale(s->app, s->w->arena, &s->w->err));
        assert_true(vacancy_ask_stale(s->app, s->w->arena, &s->w->err));
        assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail"), i < 3 ? i + 1 : 3);
    }
    sign_in(s->room, ROLE_COORDINATOR);
    assert_int_equal(visitor_get(s->room, "/vacancies/calls?format=csv"), 200);
    assert_non_null(strstr(s->room->body, "梅田"));
}

/* A program in place of sendmail that keeps what it was given. */
static const char *given_sendmail(struct spec *s, int exit_code)
{
    const char *path = arena_printf(s->w->arena, "%s/sendmail", s->w->folder), *kept = arena_printf(s->w->arena, "%s/mail", s->w->folder);
    FILE *f = fopen(path, "w");
    fprintf(f, "#!/bin/sh\n{ echo \"$@\"; env; cat; } > %s\nexit %d\n", kept, exit_code);
    fclose(f);
    assert_int_equal(chmod(path, 0700), 0);
    s->config.sendmail = path;
    return kept;
}

static const char *contents(struct spec *s, const char *path)
{
    char *text = arena_alloc(s->w->arena, 65536);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, 65535, f)] = '\0';
    fclose(f);
    return text;
}

static void mail_waits_for_the_setting_and_goes_out_with_a_fresh_link_that_works(void **state)
{
    struct spec *s = *state;
    int sent = 0;
    given_mail_office(s);
    assert_int_equal(visitor_post(s->room, arena_printf(s->w->arena, "/vacancies/%s/ask", s->facility), ""), 303);
    assert_true(office_mail_send(s->app, s->w->arena, &sent, &s->w->err));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail WHERE state = 'waiting'"), 1);
    const char *kept = given_sendmail(s, 0);
    setenv("RENKEI_TEST_SECRET", "not for others", 1);
    assert_true(office_mail_send(s->app, s->w->arena, &sent, &s->w->err));
    assert_int_equal(sent, 1);
    const char *mail = contents(s, kept);
    assert_memory_equal(mail, "-i -- mihon@example.jp\n", 23);
    assert_non_null(strstr(mail, "\nTo: mihon@example.jp\n"));
    assert_non_null(strstr(mail, "\nFrom: renkei@example.jp\n"));
    assert_null(strstr(mail, "not for others"));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail WHERE state = 'sent'"), 1);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_link WHERE secret_hash LIKE 'unsent%'"), 0);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM office_mail WHERE body LIKE '%/v/%'"), 0);
}

static void mail_that_cannot_be_sent_is_tried_five_times(void **state)
{
    struct spec *s = *state;
    int sent;
    given_mail_office(s);
    assert_int_equal(visitor_post(s->room, arena_printf(s->w->arena, "/vacancies/%s/ask", s->facility), ""), 303);
    given_sendmail(s, 75);
    for (int hour = 10; hour < 16; hour++) {
        setenv("RENKEI_NOW", arena_printf(s->w->arena, "2024-11-30T%02d:15", hour), 1);
        assert_true(office_mail_send(s->app, s->w->arena, &sent, &s->w->err));
        assert_int_equal(sent, 0);
    }
    assert_int_equal(count(s, "SELECT tries FROM office_mail WHERE state = 'failed'"), 5);
}

static void an_address_that_could_be_an_option_or_a_header_is_refused(void **state)
{
    struct spec *s = *state;
    static const char *const bad[] = {"-oQ%2Ftmp%40x.jp", "a%40b.jp%0ABcc%3A+c%40d.jp", "a%40b.jp%2C+c%40d.jp", "a%40b%40c.jp", "%40b.jp", "a%40"};
    const char *path = arena_printf(s->w->arena, "/vacancies/%s/contact", s->facility);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(visitor_post(s->room, path, arena_printf(s->w->arena, "channel=mail&mail=%s", bad[i])), 422);
    assert_int_equal(visitor_post(s->room, path, "channel=mail&mail="), 422);
    assert_int_equal(visitor_post(s->room, path, "channel=mail&mail=mihon%40example.jp"), 303);
}

/* ---- calls and statistics ---- */

static void call(struct spec *s, const char *facility, const char *form)
{
    assert_int_equal(visitor_post(s->room, arena_printf(s->w->arena, "/vacancies/%s/calls", facility), form), 303);
}

static const struct row *row_of(const struct table *t, const char *key)
{
    for (size_t i = 0; i < t->row_count; i++)
        if (!strcmp(t->rows[i].key, key))
            return &t->rows[i];
    fail_msg("no row %s", key);
    return NULL;
}

static void the_first_answered_call_of_a_search_is_the_hit_or_the_miss(void **state)
{
    struct spec *s = *state;
    struct report_query q = {.db = world_db(s->w), .arena = s->w->arena, .scope = SCOPE_EVERYTHING, .area = {"271004", "大阪市", "270008/271004/"}};
    struct table *t;
    assert_true(period_parse("2024-11", &q.period));
    given_answer(s, "status=yes&night=no");
    given_answer(s, "status=no");
    call(s, s->facility, "band=weekday&answer=absent");
    call(s, s->facility, "band=weekday&answer=no");  /* first, a miss */
    call(s, s->facility, "band=weekday&answer=yes"); /* ends the search */
    call(s, s->facility, "band=night&answer=yes");   /* first of the next, a hit */
    call(s, s->other, "band=weekday&answer=yes");    /* another service: a search of its own */
    assert_int_equal(visitor_post(s->room, arena_printf(s->w->arena, "/vacancies/%s/calls", s->facility), "band=weekday&answer=perhaps"), 422);
    assert_true(vacancy_by_service(&q, &t, &s->w->err));
    const struct row *r = row_of(t, "130");
    assert_int_equal(r->cells[1].number, 2);
    assert_int_equal(r->cells[2].number, 500);
    assert_int_equal(r->cells[3].number, 1000);
    assert_int_equal(r->cells[4].kind, CELL_NONE);
    assert_int_equal(r->cells[5].number, 4);
    assert_int_equal(r->cells[6].number, 2);
    assert_int_equal(r->cells[7].number, 500);
    assert_int_equal(row_of(t, "total")->cells[7].number, 667);
    assert_true(vacancy_by_area(&q, &t, &s->w->err));
    assert_int_equal(row_of(t, "271276")->cells[5].number, 5);
    q.scope = (struct scope){.kind = SCOPE_OFFICE, .office_id = "O-OTHER", .area_code = "271276", .area_path = "270008/271004/271276/", .user_id = "U"};
    assert_true(vacancy_by_service(&q, &t, &s->w->err));
    assert_int_equal(row_of(t, "total")->cells[5].number, 0);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, end)
        SPEC(an_answer_counts_seven_days_and_then_says_that_it_is_old),
        SPEC(a_service_may_have_days_of_its_own_and_an_office_its_own_last_day),
        SPEC(conditions_must_be_told_and_what_was_typed_stays),
        SPEC(taking_an_answer_back_shows_the_one_before),
        SPEC(the_board_exports_what_it_shows),
        SPEC(an_answer_stays_with_an_entry_that_was_put_together_with_another),
        SPEC(the_entry_of_the_directory_says_how_old_the_answer_is),
        SPEC(looking_through_a_link_changes_nothing_and_one_answer_uses_it_up),
        SPEC(the_same_form_sent_twice_is_one_answer),
        SPEC(undoing_lets_the_office_give_the_right_answer),
        SPEC(an_answer_can_be_taken_back_for_a_day_only),
        SPEC(a_printed_code_answers_many_times_and_no_change_is_one_tap),
        SPEC(a_link_ends_by_itself_and_when_the_room_ends_it),
        SPEC(another_site_cannot_answer_through_a_browser),
        SPEC(the_table_holds_no_secret),
        SPEC(who_guesses_is_made_to_wait_and_a_good_link_of_others_is_not),
        SPEC(a_link_cannot_be_used_to_fill_the_history),
        SPEC(a_sheet_carries_a_link_of_its_own_and_the_old_one_stays),
        SPEC(old_answers_are_asked_for_by_mail_three_times_and_then_by_telephone),
        SPEC(mail_waits_for_the_setting_and_goes_out_with_a_fresh_link_that_works),
        SPEC(mail_that_cannot_be_sent_is_tried_five_times),
        SPEC(an_address_that_could_be_an_option_or_a_header_is_refused),
        SPEC(the_first_answered_call_of_a_search_is_the_hit_or_the_miss),
    };
    return cmocka_run_group_tests_name("vacancy", specs, NULL, NULL);
}
