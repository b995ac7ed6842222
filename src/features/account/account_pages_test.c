/* account_pages_test.c -- the pages of signing in, of one's own account and of the administrators, as a browser meets them; on both
 * stores. */
#include "base/count.h"
#include "base/id.h"
#include "features/account/account_demo.h"
#include "features/account/password.h"
#include "features/account/user.h"
#include "features/area/area.h"
#include "features/organization/organization.h"
#include "features/organization/organization_demo.h"
#include "store/audit.h"
#include "tests/support/visitor.h"
#include "tests/support/world.h"

#include <string.h>

static const struct feature *const used[] = {&area_feature, &organization_feature, &account_feature, NULL};

#define PASSWORD "Kaze-to-mizuumi7"
#define FORM_PASSWORD "password=" PASSWORD

struct pages {
    struct world *w;
    struct config config;
    struct app *app;
    struct visitor *v;
    struct user user;
    struct membership membership;
};

static int begin(void **state)
{
    void *world = NULL;
    if (world_begin(&world))
        return -1;
    struct world *w = world;
    struct pages *p = NEW(w->arena, struct pages);
    p->w = w;
    p->config = (struct config){.data = w->url, .listen = "127.0.0.1:0", .base_url = "", .workers = 1, .idle_minutes = 10,
                                .session_hours = 12, .secret_key_file = ""};
    if (!app_migrate(w->store, used, &w->err) || !organization_demo(w->store, &w->err) || !account_demo(w->store, &w->err))
        return -1;
    p->app = app_new(&p->config, w->store, used, &w->err);
    p->v = visitor_new(p->app, w->arena);
    *state = p;
    return p->app ? 0 : -1;
}

static int end(void **state)
{
    struct pages *p = *state;
    void *world = p->w;
    app_free(p->app);
    return world_end(&world);
}

static bool insert(struct db *db, void *arg, struct err *err)
{
    struct pages *p = arg;
    auto_arena *a = arena_new();
    return user_insert(db, &p->user, "", a, err) && membership_add(db, &p->membership, "", a, err);
}

static void given_hanako(struct pages *p, bool must_change)
{
    p->user = (struct user){.id = id_new(p->w->arena), .login_name = "hanako", .display_name = "見本 花子", .kana = "ミホン ハナコ",
                            .profession = "", .password_is_long = true, .must_change = must_change};
    p->membership = (struct membership){.id = id_new(p->w->arena), .user_id = p->user.id, .role = ROLE_COORDINATOR, .from_on = "2024-04-01",
                                        .office_id = demo_office_id(p->w->arena, "consultation_room", "271276"), .to_on = ""};
    assert_true(password_hash(PASSWORD, p->w->arena, &p->user.password_hash, &p->w->err));
    assert_true(store_write(p->w->store, insert, p, &p->w->err));
}

/* The token for what is sent stands in the page that came before, as in a browser. */
static void take_token(struct visitor *v)
{
    static const char mark[] = "data-csrf=\"";
    const char *at = v->body ? strstr(v->body, mark) : NULL;
    if (at)
        v->csrf = arena_strndup(v->arena, at + sizeof mark - 1, strcspn(at + sizeof mark - 1, "\""));
}

static int see(struct visitor *v, const char *target)
{
    int status = visitor_get(v, target);
    take_token(v);
    return status;
}

static int submit(struct visitor *v, const char *target, const char *form)
{
    int status = visitor_post(v, target, form);
    take_token(v);
    return status;
}

static struct visitor *demo_visitor(struct pages *p, const char *role)
{
    struct visitor *v = visitor_new(p->app, p->w->arena);
    p->config.demo = true;
    assert_int_equal(submit(v, "/sign-in/demo", arena_printf(p->w->arena, "role=%s", role)), 303);
    assert_string_equal(visitor_header(v, "Location"), "/");
    assert_int_equal(see(v, "/settings"), 200);
    return v;
}

static void the_demo_buttons_are_there_only_in_the_demo(void **state)
{
    struct pages *p = *state;
    assert_int_equal(see(p->v, "/sign-in"), 200);
    assert_null(strstr(p->v->body, "/sign-in/demo"));
    assert_int_equal(submit(p->v, "/sign-in/demo", "role=coordinator"), 404);
    assert_int_equal(see(p->v, "/account"), 303);

    struct visitor *v = demo_visitor(p, "coordinator");
    assert_int_equal(see(v, "/account"), 200);
    assert_non_null(strstr(v->body, "見本（北） 花子"));
}

static bool add_second_office(struct db *db, void *arg, struct err *err)
{
    struct pages *p = arg;
    auto_arena *a = arena_new();
    struct membership other = p->membership, ended = p->membership;
    other.id = id_new(a);
    other.office_id = demo_office_id(a, "consultation_room", "271110");
    other.from_on = "2024-01-01";
    ended.id = id_new(a);
    ended.office_id = demo_office_id(a, "ward_office", "271276");
    ended.from_on = "2023-04-01";
    ended.to_on = "2024-03-31";
    return membership_add(db, &other, "", a, err) && membership_add(db, &ended, "", a, err);
}

static void the_user_menu_offers_the_other_offices_and_one_press_switches(void **state)
{
    struct pages *p = *state;
    p->config.second_factor_optional = true;
    given_hanako(p, false);
    assert_int_equal(submit(p->v, "/sign-in", "login_name=hanako&" FORM_PASSWORD), 303);
    see(p->v, "/sign-in/second-factor");
    assert_int_equal(submit(p->v, "/sign-in/second-factor/later", ""), 303);
    assert_int_equal(see(p->v, "/account"), 200);
    assert_non_null(strstr(p->v->body, "data-menu-lines=\"/account/memberships\""));
    assert_int_equal(visitor_get(p->v, "/account/memberships"), 200);
    assert_null(strstr(p->v->body, "<li>")); /* one office: nothing to switch to */

    assert_true(store_write(p->w->store, add_second_office, p, &p->w->err));
    assert_int_equal(visitor_get(p->v, "/account/memberships"), 200);
    const char *line = strstr(p->v->body, "<li>");
    assert_non_null(line);
    assert_null(strstr(line + 1, "<li>")); /* neither the office shown now nor the one that has ended */
    assert_non_null(strstr(line, "浪速区"));
    assert_non_null(strstr(line, "action=\"/account/membership\""));
    const char *mark = "name=\"membership_id\" value=\"", *at = strstr(line, mark) + strlen(mark);
    assert_int_equal(submit(p->v, "/account/membership", arena_printf(p->w->arena, "membership_id=%.36s", at)), 303);
    assert_int_equal(see(p->v, "/account"), 200);
    assert_int_equal(visitor_get(p->v, "/account/memberships"), 200);
    assert_non_null(strstr(p->v->body, "北区"));
    assert_null(strstr(p->v->body, "浪速区"));
}

static void a_wrong_password_is_told_without_telling_which_was_wrong(void **state)
{
    struct pages *p = *state;
    given_hanako(p, false);
    assert_int_equal(submit(p->v, "/sign-in", "login_name=hanako&password=wrong"), 422);
    assert_non_null(strstr(p->v->body, "利用者IDかパスワードが違います"));
    assert_non_null(strstr(p->v->body, "value=\"hanako\""));
    assert_null(strstr(p->v->body, "wrong"));
    assert_int_equal(submit(p->v, "/sign-in", "login_name=nobody&password=wrong"), 422);
    assert_non_null(strstr(p->v->body, "利用者IDかパスワードが違います"));
}

static void too_many_wrong_passwords_tell_how_long_to_wait(void **state)
{
    struct pages *p = *state;
    given_hanako(p, false);
    for (int i = 0; i < 3; i++)
        assert_int_equal(submit(p->v, "/sign-in", "login_name=hanako&password=wrong"), 422);
    for (int more = 0; more < 5;) /* each doubles the wait: in the end it is longer than a slow machine takes for a try */
        more += submit(p->v, "/sign-in", "login_name=hanako&password=wrong") == 422;
    assert_int_equal(submit(p->v, "/sign-in", "login_name=hanako&" FORM_PASSWORD), 429);
    assert_non_null(strstr(p->v->body, "秒待ってから"));
}

static void nobody_is_led_to_another_site_after_signing_in(void **state)
{
    struct pages *p = *state;
    p->config.demo = true;
    static const char *const foreign[] = {"//evil.example/", "https://evil.example/", "/%5Cevil.example", "javascript:x"};
    for (size_t i = 0; i < COUNT(foreign); i++) {
        struct visitor *v = visitor_new(p->app, p->w->arena);
        assert_int_equal(submit(v, "/sign-in/demo", arena_printf(p->w->arena, "role=coordinator&next=%s", foreign[i])), 303);
        assert_string_equal(visitor_header(v, "Location"), "/");
    }
    struct visitor *v = visitor_new(p->app, p->w->arena);
    submit(v, "/sign-in/demo", "role=coordinator&next=%2Faccount");
    assert_string_equal(visitor_header(v, "Location"), "/account");
}

static void somebody_half_signed_in_opens_nothing_but_the_next_step(void **state)
{
    struct pages *p = *state;
    p->config.second_factor_optional = true;
    given_hanako(p, true);
    assert_int_equal(submit(p->v, "/sign-in", "login_name=hanako&" FORM_PASSWORD), 303);
    assert_string_equal(visitor_header(p->v, "Location"), "/sign-in/password");
    assert_int_equal(see(p->v, "/account"), 303);
    assert_int_equal(see(p->v, "/settings"), 303);
    assert_int_equal(see(p->v, "/sign-in/password"), 200);
    assert_int_equal(submit(p->v, "/sign-in/second-factor/later", ""), 404);
    assert_int_equal(submit(p->v, "/sign-in/password", "password=short"), 422);
    assert_int_equal(submit(p->v, "/sign-in/password", "password=Umi-to-yama-95"), 303);
    assert_string_equal(visitor_header(p->v, "Location"), "/sign-in/second-factor");
    assert_int_equal(see(p->v, "/sign-in/second-factor"), 200);
    assert_non_null(strstr(p->v->body, "<svg"));
    assert_string_equal(visitor_header(p->v, "Cache-Control"), "no-store");
    assert_int_equal(see(p->v, "/account"), 303);
    assert_int_equal(submit(p->v, "/sign-in/second-factor/later", ""), 303);
    assert_int_equal(see(p->v, "/account"), 200);
}

static void by_default_the_second_factor_is_set_up_before_anything_else(void **state)
{
    struct pages *p = *state;
    given_hanako(p, false);
    submit(p->v, "/sign-in", "login_name=hanako&" FORM_PASSWORD);
    assert_int_equal(see(p->v, "/sign-in/second-factor"), 200);
    assert_null(strstr(p->v->body, "/sign-in/second-factor/later"));
    assert_int_equal(submit(p->v, "/sign-in/second-factor/later", ""), 422);
    assert_non_null(strstr(p->v->body, "二要素認証が必要です"));
    assert_int_equal(see(p->v, "/account"), 303);
    p->config.second_factor_optional = true;
    see(p->v, "/sign-in/second-factor");
    assert_non_null(strstr(p->v->body, "/sign-in/second-factor/later"));
}

static bool look_away(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "UPDATE session SET seen_at = '2024-11-29T23:50:00.000Z'") >= 1;
}

static void a_screen_left_alone_opens_with_the_password_and_leads_back(void **state)
{
    struct pages *p = *state;
    p->config.second_factor_optional = true;
    given_hanako(p, false);
    submit(p->v, "/sign-in", "login_name=hanako&" FORM_PASSWORD);
    see(p->v, "/sign-in/second-factor");
    submit(p->v, "/sign-in/second-factor/later", "");
    assert_true(store_write(p->w->store, look_away, NULL, &p->w->err));
    assert_int_equal(see(p->v, "/account"), 303);
    assert_string_equal(visitor_header(p->v, "Location"), "/unlock?next=%2Faccount");
    assert_int_equal(see(p->v, "/unlock?next=%2Faccount"), 200);
    assert_int_equal(submit(p->v, "/unlock", "password=wrong&next=%2Faccount"), 422);
    assert_int_equal(submit(p->v, "/unlock", FORM_PASSWORD "&next=%2Faccount"), 303);
    assert_string_equal(visitor_header(p->v, "Location"), "/account");
    assert_int_equal(see(p->v, "/account"), 200);
}

static void signing_out_ends_the_session_itself(void **state)
{
    struct pages *p = *state;
    struct visitor *v = demo_visitor(p, "viewer");
    assert_int_equal(see(v, "/account"), 200);
    assert_int_equal(db_int(world_db(p->w), &p->w->err, -1, "SELECT COUNT(*) FROM session"), 1);
    assert_int_equal(submit(v, "/sign-out", ""), 303);
    assert_int_equal(db_int(world_db(p->w), &p->w->err, -1, "SELECT COUNT(*) FROM session"), 0);
}

static const char *new_user_form(struct pages *p, const char *id)
{
    return arena_printf(p->w->arena,
                        "id=%s&login_name=jiro&display_name=%%E8%%A6%%8B%%E6%%9C%%AC&kana=%%E3%%83%%9F%%E3%%83%%9B%%E3%%83%%B3"
                        "&profession=&office_id=%s&role=viewer&from_on=2024-04-01&to_on=",
                        id, demo_office_id(p->w->arena, "consultation_room", "271276"));
}

static void a_new_users_password_is_shown_once(void **state)
{
    struct pages *p = *state;
    struct visitor *v = demo_visitor(p, "system_administrator");
    const char *id = id_new(p->w->arena);
    assert_int_equal(see(v, "/settings/users/new"), 200);
    assert_int_equal(submit(v, "/settings/users", new_user_form(p, id)), 200);
    const char *label = strstr(v->body, "仮のパスワード</dt>");
    assert_non_null(label);
    const char *from = strstr(label, "<code>") + 6;
    const char *password = arena_strndup(p->w->arena, from, strcspn(from, "<"));
    assert_int_equal(strlen(password), 23);
    assert_int_equal(see(v, arena_printf(p->w->arena, "/settings/users/%s", id)), 200);
    assert_null(strstr(v->body, password));

    assert_int_equal(submit(v, "/settings/users", new_user_form(p, id_new(p->w->arena))), 422);
    assert_non_null(strstr(v->body, "ほかの人が使っています"));
    assert_int_equal(submit(p->v, "/sign-in", arena_printf(p->w->arena, "login_name=jiro&password=%s", password)), 303);
}

static void an_administrator_ends_anothers_session_but_not_her_own(void **state)
{
    struct pages *p = *state;
    struct visitor *administrator = demo_visitor(p, "system_administrator"), *coordinator = demo_visitor(p, "coordinator");
    assert_int_equal(see(administrator, "/settings/users"), 200);
    const char *other = demo_user_id(p->w->arena, ROLE_COORDINATOR, "271276");
    const char *own = demo_user_id(p->w->arena, ROLE_SYSTEM_ADMINISTRATOR, "271004");
    assert_int_equal(see(coordinator, "/account"), 200);
    assert_int_equal(submit(administrator, arena_printf(p->w->arena, "/settings/users/%s/disable", other), ""), 303);
    assert_int_equal(see(coordinator, "/account"), 303);
    assert_int_equal(submit(administrator, arena_printf(p->w->arena, "/settings/users/%s/disable", own), ""), 403);
    assert_int_equal(see(administrator, "/account"), 200);
}

static bool note(struct db *db, void *arg, struct err *err)
{
    struct pages *p = arg;
    const char *kita = demo_office_id(p->w->arena, "consultation_room", "271276");
    const char *naniwa = demo_office_id(p->w->arena, "consultation_room", "271110");
    return audit_append(db, &(struct audit_entry){"", kita, "consultation.view", "consultation", "record-of-kita", ""}, err) &&
           audit_append(db, &(struct audit_entry){"", naniwa, "consultation.view", "consultation", "record-of-naniwa", ""}, err);
}

static void a_manager_reads_the_log_of_her_own_office_only(void **state)
{
    struct pages *p = *state;
    struct audit_report report;
    assert_true(store_write(p->w->store, note, p, &p->w->err));
    assert_true(audit_verify(p->w->store, p->w->arena, &report, &p->w->err)); /* links what PostgreSQL has not linked yet */
    struct visitor *manager = demo_visitor(p, "contractor_manager"), *bureau = demo_visitor(p, "health_bureau");
    static const char *const pages[] = {"/settings/audit", "/settings/audit?format=csv", "/settings/audit?object=record-of-naniwa"};
    for (size_t i = 0; i < COUNT(pages); i++) {
        assert_int_equal(see(manager, pages[i]), 200);
        assert_null(strstr(manager->body, ">consultation f-naniwa"));
        if (i != 2)
            assert_null(strstr(manager->body, "record-of-naniwa"));
        assert_int_equal(see(bureau, pages[i]), 200);
        assert_non_null(strstr(bureau->body, "record-of-naniwa"));
    }
    assert_int_equal(see(manager, "/settings/audit"), 200);
    assert_non_null(strstr(manager->body, "record-of-kita"));
    assert_int_equal(see(manager, "/settings/audit?action=consultation&from=R6.11.30"), 200);
    assert_non_null(strstr(manager->body, "record-of-kita"));
    assert_int_equal(see(manager, "/settings/audit?to=R6.11.29"), 200);
    assert_null(strstr(manager->body, "record-of-kita"));
    assert_int_equal(see(demo_visitor(p, "coordinator"), "/settings/audit"), 403);
}

static void the_monthly_review_of_the_log_is_kept(void **state)
{
    struct pages *p = *state;
    struct visitor *v = demo_visitor(p, "contractor_manager");
    see(v, "/settings/audit");
    assert_int_equal(submit(v, "/settings/audit/reviews", "month=yesterday&note="), 422);
    assert_int_equal(submit(v, "/settings/audit/reviews", "month=2024-10&note=checked-by-spec"), 303);
    see(v, "/settings/audit");
    assert_non_null(strstr(v->body, "checked-by-spec"));
    assert_non_null(strstr(v->body, "令和6年10月"));
}

static void an_office_with_mistakes_comes_back_as_typed(void **state)
{
    struct pages *p = *state;
    struct visitor *v = demo_visitor(p, "system_administrator");
    const char *target = arena_printf(p->w->arena, "/settings/offices/%s", demo_office_id(p->w->arena, "ward_office", "271276"));
    assert_int_equal(see(v, target), 200);
    assert_int_equal(submit(v, target, "revision=1&name=Changed&short_name=&role=king&code=a+b&active_from=2025-01-01&active_to=2024-01-01"), 422);
    assert_non_null(strstr(v->body, "value=\"Changed\""));
    assert_non_null(strstr(v->body, "終了日が開始日より前になっています"));
    assert_non_null(strstr(v->body, "略称を入力してください"));
    assert_int_equal(see(v, target), 200);
    assert_null(strstr(v->body, "Changed"));
}

static void a_stale_save_shows_what_the_other_person_saved(void **state)
{
    struct pages *p = *state;
    struct visitor *v = demo_visitor(p, "system_administrator");
    const char *target = arena_printf(p->w->arena, "/settings/users/%s", demo_user_id(p->w->arena, ROLE_COORDINATOR, "271276"));
    assert_int_equal(submit(v, target, "revision=1&display_name=First&kana=%E3%82%A2&profession="), 303);
    assert_int_equal(submit(v, target, "revision=1&display_name=Second&kana=%E3%82%A2&profession="), 422);
    assert_non_null(strstr(v->body, "ほかの人が先に「First」と保存しました"));
    assert_non_null(strstr(v->body, "value=\"Second\""));
    assert_non_null(strstr(v->body, "name=\"revision\" value=\"2\""));
    assert_int_equal(submit(v, target, "revision=2&display_name=Second&kana=%E3%82%A2&profession="), 303);

    const char *office = arena_printf(p->w->arena, "/settings/offices/%s", demo_office_id(p->w->arena, "consultation_room", "271276"));
    assert_int_equal(see(v, office), 200);
    const char *organization = strstr(v->body, "name=\"organization_id\" value=\"") + strlen("name=\"organization_id\" value=\"");
    const char *form = arena_printf(p->w->arena, "short_name=K&role=other&area_code=271276&code=room-271276&organization_id=%.36s", organization);
    assert_int_equal(submit(v, office, arena_printf(p->w->arena, "%s&revision=1&name=First", form)), 303);
    assert_int_equal(submit(v, office, arena_printf(p->w->arena, "%s&revision=1&name=Second", form)), 422);
    assert_non_null(strstr(v->body, "ほかの人が先に「First」と保存しました"));
    assert_int_equal(submit(v, office, arena_printf(p->w->arena, "%s&revision=2&name=Second", form)), 303);
}

static void the_own_password_is_changed_only_by_who_knows_the_old_one(void **state)
{
    struct pages *p = *state;
    p->config.second_factor_optional = true;
    given_hanako(p, false);
    submit(p->v, "/sign-in", "login_name=hanako&" FORM_PASSWORD);
    see(p->v, "/sign-in/second-factor");
    submit(p->v, "/sign-in/second-factor/later", "");
    see(p->v, "/account");
    assert_int_equal(submit(p->v, "/account/password", "current=wrong&password=Umi-to-yama-95"), 422);
    assert_int_equal(submit(p->v, "/account/password", "current=" PASSWORD "&password=Kz7-mqvw"), 422);
    assert_non_null(strstr(p->v->body, "二要素認証を使っていないため"));
    assert_int_equal(submit(p->v, "/account/password", "current=" PASSWORD "&password=Umi-to-yama-95"), 303);
    assert_int_equal(see(p->v, "/account"), 200);
    struct visitor *again = visitor_new(p->app, p->w->arena);
    assert_int_equal(submit(again, "/sign-in", "login_name=hanako&" FORM_PASSWORD), 422);
    assert_int_equal(submit(again, "/sign-in", "login_name=hanako&password=Umi-to-yama-95"), 303);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, end)
        SPEC(the_demo_buttons_are_there_only_in_the_demo),
        SPEC(the_user_menu_offers_the_other_offices_and_one_press_switches),
        SPEC(a_wrong_password_is_told_without_telling_which_was_wrong),
        SPEC(too_many_wrong_passwords_tell_how_long_to_wait),
        SPEC(nobody_is_led_to_another_site_after_signing_in),
        SPEC(somebody_half_signed_in_opens_nothing_but_the_next_step),
        SPEC(by_default_the_second_factor_is_set_up_before_anything_else),
        SPEC(a_screen_left_alone_opens_with_the_password_and_leads_back),
        SPEC(signing_out_ends_the_session_itself),
        SPEC(a_new_users_password_is_shown_once),
        SPEC(an_administrator_ends_anothers_session_but_not_her_own),
        SPEC(a_manager_reads_the_log_of_her_own_office_only),
        SPEC(the_monthly_review_of_the_log_is_kept),
        SPEC(an_office_with_mistakes_comes_back_as_typed),
        SPEC(a_stale_save_shows_what_the_other_person_saved),
        SPEC(the_own_password_is_changed_only_by_who_knows_the_old_one),
    };
    return cmocka_run_group_tests_name("account pages", specs, NULL, NULL);
}
