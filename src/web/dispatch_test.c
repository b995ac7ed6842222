#include "tests/support/visitor.h"
#include "tests/support/web_spec.h"

#include "base/count.h"
#include "web/app_private.h"
#include "web/csrf.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct visitor *visitor(struct notes_world *n)
{
    return visitor_new(n->app, n->w->arena);
}

static struct visitor *coordinator(struct notes_world *n)
{
    struct visitor *v = visitor(n);
    struct session as = notes_coordinator();
    visitor_sign_in(v, &as);
    return v;
}

static struct visitor *in_role(struct notes_world *n, enum role role)
{
    struct visitor *v = visitor(n);
    struct session as = notes_coordinator();
    as.role = role;
    visitor_sign_in(v, &as);
    return v;
}

#define assert_says(v, sentence) assert_non_null(strstr((v)->body, (sentence)))
#define assert_silent(v, sentence) assert_null(strstr((v)->body, (sentence)))

static long long count(struct notes_world *n, const char *sql)
{
    return db_int_values(world_db(n->w), &n->w->err, -1, sql, NULL, 0);
}

struct change {
    const char *sql;
};

static bool run_change(struct db *db, void *arg, struct err *err)
{
    return db_run_values(db, err, ((const struct change *)arg)->sql, NULL, 0) >= 0;
}

static const char *between(struct visitor *v, const char *before)
{
    const char *at = strstr(v->body, before);
    assert_non_null(at);
    at += strlen(before);
    return arena_strndup(v->arena, at, strcspn(at, "\""));
}

static void given(struct notes_world *n, const char *sql)
{
    assert_true(store_write(n->w->store, run_change, &(struct change){sql}, &n->w->err));
}

/* Some writes are handed over without waiting: the count comes soon, at most within a minute. */
static long long count_soon(struct notes_world *n, const char *sql)
{
    long long found = 0;
    for (int i = 0; i < 6000 && (found = count(n, sql)) < 1; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return found;
}

static void nobody_is_led_to_sign_in_and_back(void **state)
{
    struct visitor *v = visitor(*state);
    assert_int_equal(visitor_get(v, "/notes?q=1&page=2"), 303);
    assert_string_equal(visitor_header(v, "Location"), "/sign-in?next=%2Fnotes%3Fq%3D1%26page%3D2");
}

static void a_page_stands_in_the_layout_with_the_menu_of_the_role(void **state)
{
    struct visitor *v = coordinator(*state);
    assert_int_equal(visitor_get(v, "/notes?q=%3Cb%3E"), 200);
    assert_says(v, "<title>メモ｜連携</title>");
    assert_says(v, "&lt;b&gt;");
    assert_says(v, "見本 花子");
    assert_says(v, "href=\"/notes\"");
    assert_silent(v, "href=\"/settings\"");
}

static void the_wrong_role_reads_why_and_what_to_do(void **state)
{
    struct visitor *v = in_role(*state, ROLE_SYSTEM_ADMINISTRATOR);
    assert_int_equal(visitor_get(v, "/notes"), 403);
    assert_says(v, "あなたの役割や所属では使えません");
    v = in_role(*state, ROLE_VIEWER);
    assert_int_equal(visitor_post(v, "/notes", "id=1&text=x"), 403);
    assert_int_equal(count(*state, "SELECT COUNT(*) FROM note"), 0);
}

static void unknown_pages_and_methods_have_their_own_page(void **state)
{
    struct visitor *v = coordinator(*state);
    assert_int_equal(visitor_get(v, "/nothing"), 404);
    assert_says(v, "ページが見つかりません");
    assert_int_equal(visitor_send(v, DELETE, "/notes/1", NULL, NULL), 405);
    assert_string_equal(visitor_header(v, "Allow"), "GET, HEAD");
}

static void ill_formed_addresses_change_nothing_and_are_refused(void **state)
{
    static const char *const targets[] = {"/%", "/%4", "/%zz", "/a%00b", "/notes/a%2Fb", "/%FF", "/notes?a=%", "notes"};
    struct visitor *v = coordinator(*state);
    for (size_t i = 0; i < COUNT(targets); i++)
        assert_int_equal(visitor_get(v, targets[i]), 400);
}

static void saving_leads_to_the_record_and_says_so_once(void **state)
{
    struct visitor *v = coordinator(*state);
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=%E9%80%8F%E6%9E%90"), 303);
    assert_string_equal(visitor_header(v, "Location"), "/notes/7");
    assert_int_equal(visitor_get(v, "/notes/7"), 200);
    assert_says(v, "透析");
    assert_says(v, "保存しました。");
    assert_says(v, "action=\"/notes/undo\"");
    assert_int_equal(visitor_get(v, "/notes/7"), 200);
    assert_silent(v, "保存しました。");
}

static void a_flash_of_somebody_else_is_not_shown(void **state)
{
    struct visitor *v = coordinator(*state);
    visitor_post(v, "/notes", "id=7&text=x");
    struct visitor *other = coordinator(*state);
    pairs_set(&other->cookies, "renkei-flash", pairs_get(&v->cookies, "renkei-flash"));
    visitor_get(other, "/notes/7");
    assert_silent(other, "保存しました。");
    pairs_set(&other->cookies, "renkei-flash", "AAAA");
    assert_int_equal(visitor_get(other, "/notes/7"), 200);
}

static void a_write_without_the_forms_token_saves_nothing_and_keeps_what_was_typed(void **state)
{
    struct visitor *v = coordinator(*state);
    assert_int_equal(
        visitor_send(v, POST, "/notes", "application/x-www-form-urlencoded", "id=7&text=%E9%80%8F%E6%9E%90&csrf=wrong"), 409);
    assert_says(v, "name=\"text\" value=\"透析\"");
    assert_true(csrf_fits(between(v, "name=\"csrf\" value=\""), v->csrf));
    assert_int_equal(count(*state, "SELECT COUNT(*) FROM note"), 0);
}

static void a_write_from_another_site_is_refused_even_with_the_token(void **state)
{
    struct visitor *v = coordinator(*state);
    visitor_says(v, "Sec-Fetch-Site", "cross-site");
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=x"), 403);
    visitor_says(v, "Origin", "https://evil.example");
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=x"), 403);
    visitor_says(v, "Origin", "null");
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=x"), 403);
    visitor_says(v, "Origin", "http://127.0.0.1");
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=x"), 303);
}

static void a_session_that_ended_while_typing_loses_nothing(void **state)
{
    struct visitor *v = coordinator(*state);
    given(*state, "UPDATE session SET ends_at = '2000-01-01T00:00:00.000Z'");

    assert_int_equal(visitor_post(v, "/notes", "id=7&text=%E9%80%8F%E6%9E%90%3C"), 401);
    assert_says(v, "name=\"text\" value=\"透析&lt;\"");
    assert_says(v, "href=\"/sign-in\"");
    assert_silent(v, "見本 花子");
    const char *token = between(v, "name=\"csrf\" value=\"");
    assert_int_equal(count(*state, "SELECT COUNT(*) FROM note"), 0);

    struct session as = notes_coordinator();
    visitor_sign_in(v, &as);
    assert_int_equal(visitor_send(v, POST, "/notes", "application/x-www-form-urlencoded",
                                  arena_printf(v->arena, "csrf=%s&id=7&text=%%E9%%80%%8F%%E6%%9E%%90%%3C", token)),
                     303);
    assert_int_equal(visitor_get(v, "/notes/7"), 200);
    assert_says(v, "透析&lt;");
}

static void the_token_looks_different_on_each_page_and_always_fits(void **state)
{
    struct visitor *v = coordinator(*state);
    const char *wrong = "id=7&text=x&csrf=wrong";
    visitor_send(v, POST, "/notes", "application/x-www-form-urlencoded", wrong);
    const char *first = between(v, "name=\"csrf\" value=\"");
    visitor_send(v, POST, "/notes", "application/x-www-form-urlencoded", wrong);
    const char *second = between(v, "name=\"csrf\" value=\"");
    assert_string_not_equal(first, second);
    assert_silent(v, v->csrf);
    assert_true(csrf_fits(first, v->csrf) && csrf_fits(second, v->csrf));
    assert_false(csrf_fits("", v->csrf));
    assert_false(csrf_fits(arena_printf(v->arena, "%sx", second), v->csrf));
    assert_false(csrf_fits("", ""));
}

static void pages_go_out_compressed_to_whoever_asks_and_error_pages_plain(void **state)
{
    struct visitor *v = coordinator(*state);
    visitor_says(v, "Accept-Encoding", "gzip, br");
    assert_int_equal(visitor_get(v, "/notes"), 200);
    assert_string_equal(visitor_header(v, "Content-Encoding"), "gzip");
    assert_true(v->size > 2 && (unsigned char)v->body[0] == 0x1f && (unsigned char)v->body[1] == 0x8b);
    assert_int_equal(visitor_get(v, "/notes"), 200);
    assert_string_equal(visitor_header(v, "Content-Encoding"), "");
    visitor_says(v, "Accept-Encoding", "gzip");
    assert_int_equal(visitor_get(v, "/nowhere"), 404);
    assert_string_equal(visitor_header(v, "Content-Encoding"), "");
}

static void passwords_are_not_kept(void **state)
{
    struct visitor *v = visitor(*state);
    assert_int_equal(visitor_post(v, "/notes", "id=7&new_password=himitsu&text=%E9%80%8F%E6%9E%90"), 401);
    assert_says(v, "透析");
    assert_silent(v, "himitsu");
}

static void what_one_person_typed_is_not_sent_in_anothers_name_by_one_press(void **state)
{
    struct visitor *v = coordinator(*state);
    given(*state, "UPDATE session SET ends_at = '2000-01-01T00:00:00.000Z'");
    visitor_post(v, "/notes", "id=7&text=x");
    const char *token = between(v, "name=\"csrf\" value=\"");

    struct session other = notes_coordinator();
    other.user_id = "U-2";
    visitor_sign_in(v, &other);
    const char *form = arena_printf(v->arena, "csrf=%s&id=7&text=x", token);
    assert_int_equal(visitor_send(v, POST, "/notes", "application/x-www-form-urlencoded", form), 409);
    assert_int_equal(visitor_send(v, POST, "/notes/forgetful", "application/x-www-form-urlencoded", form), 409);
    assert_int_equal(count(*state, "SELECT COUNT(*) FROM note"), 0);
}

static void a_locked_screen_shows_nothing_but_keeps_what_was_typed(void **state)
{
    struct visitor *v = coordinator(*state);
    given(*state, "UPDATE session SET seen_at = '2000-01-01T00:00:00.000Z'");
    assert_int_equal(visitor_get(v, "/notes"), 303);
    assert_string_equal(visitor_header(v, "Location"), "/unlock?next=%2Fnotes");
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=%E9%80%8F%E6%9E%90"), 401);
    assert_says(v, "name=\"text\" value=\"透析\"");
    assert_says(v, "href=\"/unlock\"");
    assert_silent(v, "見本 花子");
    given(*state, "UPDATE session SET seen_at = '2999-01-01T00:00:00.000Z'");
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=%E9%80%8F%E6%9E%90"), 303);
}

static void half_signed_in_is_not_signed_in(void **state)
{
    struct visitor *v = visitor(*state);
    struct session as = notes_coordinator();
    as.pending = true;
    visitor_sign_in(v, &as);
    assert_int_equal(visitor_get(v, "/notes"), 303);
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=x"), 401);
    assert_int_equal(visitor_get(v, "/notes/absent"), 503);
    assert_silent(v, "見本 花子");
}

static void reads_and_writes_stand_in_the_audit_trail(void **state)
{
    struct visitor *v = coordinator(*state);
    visitor_post(v, "/notes", "id=7&text=x");
    visitor_get(v, "/notes/7");
    visitor_get(v, "/notes/8");
    assert_int_equal(
        count_soon(*state, "SELECT COUNT(*) FROM audit_now WHERE action = 'note.save' AND object_id = '7' AND user_id = 'U-1'"), 1);
    assert_int_equal(
        count_soon(*state, "SELECT COUNT(*) FROM audit_now WHERE action = 'note.view' AND object_id = '7' AND user_id = 'U-1'"), 1);
    assert_int_equal(count(*state, "SELECT COUNT(*) FROM audit_now WHERE object_id = '8'"), 0);
}

static void a_write_that_forgot_its_entry_is_told_and_counted(void **state)
{
    struct notes_world *n = *state;
    struct visitor *v = coordinator(n);
    assert_int_equal(visitor_post(v, "/notes/forgetful", "id=7&text=x"), 303);
    assert_int_equal(count_soon(n, "SELECT COUNT(*) FROM audit_now WHERE action = 'note.forget'"), 1);
    assert_int_equal(atomic_load(&n->app->metrics.audit_missing), 1);
}

static void the_api_speaks_problem_documents(void **state)
{
    static const struct {
        enum http_method method;
        const char *target, *body;
        int status;
    } samples[] = {
        {GET, "/api/v1/nothing", NULL, 404},
        {GET, "/api/v1/office", NULL, 404},
        {GET, "/api/v1/notes/1", NULL, 404},
        {PUT, "/api/v1/notes", "{}", 405},
        {POST, "/api/v1/notes", "{\"id\":\"1\",\"text\":\"\"}", 422},
        {POST, "/api/v1/notes", "{\"id\":", 422},
        {POST, "/api/v1/notes", "[1]", 422},
    };
    struct visitor *v = coordinator(*state);
    for (size_t i = 0; i < COUNT(samples); i++) {
        visitor_says(v, "X-CSRF-Token", v->csrf);
        assert_int_equal(
            visitor_send(v, samples[i].method, samples[i].target, samples[i].body ? "application/json" : NULL, samples[i].body),
            samples[i].status);
        assert_string_equal(v->content_type, "application/problem+json");
        assert_says(v, arena_printf(v->arena, "\"status\":%d", samples[i].status));
    }
    visitor_says(v, "X-CSRF-Token", v->csrf);
    visitor_send(v, POST, "/api/v1/notes", "application/json", "{\"id\":\"1\",\"text\":\"\"}");
    assert_says(v, "\"field\":\"text\"");
}

struct token_making {
    struct visitor *v;
    const char *token;
};

static bool make_token(struct db *db, void *arg, struct err *err)
{
    struct token_making *t = arg;
    struct session as = notes_coordinator();
    return token_create(db, &as, "連携先", t->v->arena, &t->token, err);
}

static void a_token_needs_no_cookie_and_no_csrf(void **state)
{
    struct notes_world *n = *state;
    struct visitor *v = visitor(n);
    struct token_making t = {.v = v};
    assert_true(store_write(n->w->store, make_token, &t, &n->w->err));
    visitor_says(v, "Authorization", arena_printf(v->arena, "Bearer %s", t.token));
    assert_int_equal(visitor_send(v, POST, "/api/v1/notes", "application/json", "{\"id\":\"1\",\"text\":\"x\"}"), 303);
    visitor_says(v, "Authorization", "Bearer made-up");
    assert_int_equal(visitor_get(v, "/api/v1/notes"), 401);
    assert_string_equal(visitor_header(v, "WWW-Authenticate"), "Bearer");
}

static void the_api_describes_itself(void **state)
{
    struct visitor *v = visitor(*state);
    assert_int_equal(visitor_get(v, "/api/v1/openapi.json"), 200);
    assert_says(v, "\"openapi\":\"3.1.0\"");
    assert_says(v, "\"/notes/{id}\"");
    assert_silent(v, "\"/office\"");
}

static void every_reply_carries_the_strict_headers(void **state)
{
    static const char *const targets[] = {"/notes", "/nothing", "/office", "/notes/broken", "/api/v1/openapi.json", "/sign-in"};
    struct visitor *v = coordinator(*state);
    for (size_t i = 0; i < COUNT(targets); i++) {
        visitor_get(v, targets[i]);
        assert_non_null(strstr(visitor_header(v, "Content-Security-Policy"), "default-src 'none'"));
        assert_null(strstr(visitor_header(v, "Content-Security-Policy"), "unsafe"));
        assert_string_equal(visitor_header(v, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(visitor_header(v, "Referrer-Policy"), "same-origin");
        assert_string_equal(visitor_header(v, "Cache-Control"), "no-store");
    }
}

static void pictures_of_maps_come_from_the_configured_host_alone(void **state)
{
    static const struct {
        const char *setting, *pictures;
    } samples[] = {
        {"", "img-src 'self' data:; connect-src"},
        {"https://tiles.example:8443", "img-src 'self' data: https://tiles.example:8443; connect-src"},
        {"https://x; script-src *", "img-src 'self' data:; connect-src"},
        {"http://tiles.example", "img-src 'self' data:; connect-src"},
    };
    static const struct feature *const none[] = {NULL};
    struct notes_world *n = *state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct config config = n->config;
        config.tile_host = samples[i].setting;
        struct app *app = app_new(&config, n->w->store, none, &n->w->err);
        struct visitor *v = visitor_new(app, n->w->arena);
        visitor_get(v, "/nothing");
        assert_non_null(strstr(visitor_header(v, "Content-Security-Policy"), samples[i].pictures));
        app_free(app);
    }
}

static void failures_have_a_page_that_says_what_to_do(void **state)
{
    struct visitor *v = coordinator(*state);
    assert_int_equal(visitor_get(v, "/notes/broken"), 500);
    assert_says(v, "何も変更せずに止めました");
    assert_silent(v, "on purpose");
    assert_int_equal(visitor_get(v, "/notes/absent"), 503);
    assert_string_equal(visitor_header(v, "Retry-After"), "5");
    assert_says(v, "データベースにつながりません");
}

static void a_name_that_is_not_ours_is_not_answered(void **state)
{
    static const struct {
        const char *host;
        int status;
    } samples[] = {
        {"renkei.example", 303}, {"RENKEI.example", 303}, {"127.0.0.1:8080", 303},         {"[::1]:8080", 303},
        {"localhost:8080", 303}, {"evil.example", 421},   {"localhost.evil.example", 421}, {"127.0.0.1.evil.example", 421}};
    struct visitor *v = visitor(*state);
    for (size_t i = 0; i < COUNT(samples); i++) {
        visitor_says(v, "Host", samples[i].host);
        assert_int_equal(visitor_get(v, "/notes"), samples[i].status);
    }
}

static void a_file_name_in_japanese_reaches_the_browser(void **state)
{
    struct visitor *v = visitor(*state);
    assert_int_equal(visitor_get(v, "/office"), 200);
    assert_string_equal(visitor_header(v, "Content-Disposition"),
                        "attachment; filename=\"renkei.txt\"; filename*=UTF-8''%E5%8C%97%E5%8C%BA%20%E4%B8%80%E8%A6%A7.txt");
}

static void without_the_store_the_program_says_so_and_comes_back(void **state)
{
    struct notes_world *n = *state;
    struct visitor *v = coordinator(n);
    app_set_store(n->app, NULL);
    assert_int_equal(visitor_get(v, "/healthz"), 200);
    assert_int_equal(visitor_get(v, "/readyz"), 503);
    assert_int_equal(visitor_get(v, "/metrics"), 403);
    assert_int_equal(visitor_get(v, "/notes"), 503);
    assert_int_equal(visitor_post(v, "/notes", "id=7&text=x"), 503);
    app_set_store(n->app, n->w->store);
    assert_int_equal(visitor_get(v, "/readyz"), 200);
    assert_int_equal(visitor_get(v, "/notes"), 200);
}

static void rubbish_in_a_body_is_refused(void **state)
{
    struct visitor *v = coordinator(*state);
    visitor_says(v, "X-CSRF-Token", v->csrf);
    assert_int_equal(visitor_send(v, POST, "/notes", "text/plain", "id=1"), 422);
    visitor_says(v, "X-CSRF-Token", v->csrf);
    assert_int_equal(visitor_send(v, POST, "/notes", "application/x-www-form-urlencoded", "id=%ZZ"), 422);
    visitor_says(v, "X-CSRF-Token", v->csrf);
    assert_int_equal(visitor_send(v, POST, "/notes", NULL, "id=1"), 422);
    assert_int_equal(count(*state, "SELECT COUNT(*) FROM note"), 0);
}

static void looking_at_a_page_pushes_the_idle_limit_on(void **state)
{
    struct visitor *v = coordinator(*state);
    given(*state, arena_printf(v->arena, "UPDATE session SET seen_at = '%s'", utc_in_minutes(v->arena, -5)));
    visitor_get(v, "/keep");
    assert_int_equal(v->status, 204);
    assert_int_equal(count_soon(*state, arena_printf(v->arena, "SELECT COUNT(*) FROM session WHERE seen_at > '%s'",
                                                     utc_in_minutes(v->arena, -1))),
                     1);
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, notes_begin, notes_end)
    const struct CMUnitTest tests[] = {
        SPEC(nobody_is_led_to_sign_in_and_back),
        SPEC(a_page_stands_in_the_layout_with_the_menu_of_the_role),
        SPEC(the_wrong_role_reads_why_and_what_to_do),
        SPEC(unknown_pages_and_methods_have_their_own_page),
        SPEC(ill_formed_addresses_change_nothing_and_are_refused),
        SPEC(saving_leads_to_the_record_and_says_so_once),
        SPEC(a_flash_of_somebody_else_is_not_shown),
        SPEC(a_write_without_the_forms_token_saves_nothing_and_keeps_what_was_typed),
        SPEC(a_write_from_another_site_is_refused_even_with_the_token),
        SPEC(a_session_that_ended_while_typing_loses_nothing),
        SPEC(the_token_looks_different_on_each_page_and_always_fits),
        SPEC(pages_go_out_compressed_to_whoever_asks_and_error_pages_plain),
        SPEC(passwords_are_not_kept),
        SPEC(what_one_person_typed_is_not_sent_in_anothers_name_by_one_press),
        SPEC(a_locked_screen_shows_nothing_but_keeps_what_was_typed),
        SPEC(half_signed_in_is_not_signed_in),
        SPEC(reads_and_writes_stand_in_the_audit_trail),
        SPEC(a_write_that_forgot_its_entry_is_told_and_counted),
        SPEC(the_api_speaks_problem_documents),
        SPEC(a_token_needs_no_cookie_and_no_csrf),
        SPEC(the_api_describes_itself),
        SPEC(every_reply_carries_the_strict_headers),
        SPEC(pictures_of_maps_come_from_the_configured_host_alone),
        SPEC(failures_have_a_page_that_says_what_to_do),
        SPEC(a_name_that_is_not_ours_is_not_answered),
        SPEC(a_file_name_in_japanese_reaches_the_browser),
        SPEC(without_the_store_the_program_says_so_and_comes_back),
        SPEC(rubbish_in_a_body_is_refused),
        SPEC(looking_at_a_page_pushes_the_idle_limit_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
