/* account_test.c -- signing in, throttling, second factors, memberships, on both stores. */
#include "base/count.h"
#include "base/date.h"
#include "base/id.h"
#include "features/account/account_demo.h"
#include "features/account/password.h"
#include "features/account/sign_in.h"
#include "features/account/throttle.h"
#include "features/account/totp.h"
#include "features/area/area.h"
#include "features/organization/organization.h"
#include "features/organization/organization_demo.h"
#include "tests/support/world.h"
#include "web/app.h"

#include <string.h>

static const struct feature *const used[] = {&area_feature, &organization_feature, &account_feature, NULL};
static const unsigned char app_key_of_spec[32] = "an app key of thirty-two bytes!";

#define PASSWORD "Kaze-to-mizuumi7"

static int begin(void **state)
{
    if (world_begin(state))
        return -1;
    struct world *w = *state;
    return app_migrate(w->store, used, &w->err) && organization_demo(w->store, &w->err) ? 0 : -1;
}

static struct sign_in at(struct world *w, const char *client, int64_t now)
{
    return (struct sign_in){.store = w->store, .app_key = app_key_of_spec, .session_hours = 24, .factor_optional = true, .client = client, .now = now,
                            .today = date_from_iso("2024-11-30"), .arena = w->arena};
}

struct given {
    struct user user;
    struct membership membership;
    const char *sealed;
    long long step;
    const char **codes;
};

static bool insert(struct db *db, void *arg, struct err *err)
{
    struct given *g = arg;
    auto_arena *a = arena_new();
    return user_insert(db, &g->user, "", a, err) && membership_add(db, &g->membership, "", a, err);
}

static struct given given_user(struct world *w, const char *login)
{
    struct given g = {.user = {.id = id_new(w->arena), .login_name = login, .display_name = "見本 花子", .kana = "ミホン ハナコ",
                               .profession = "coordinator", .password_is_long = true}};
    assert_true(password_hash(PASSWORD, w->arena, &g.user.password_hash, &w->err));
    g.membership = (struct membership){.id = id_new(w->arena), .user_id = g.user.id, .role = ROLE_COORDINATOR, .from_on = "2024-04-01",
                                       .office_id = demo_office_id(w->arena, "consultation_room", "271276"), .to_on = ""};
    assert_true(store_write(w->store, insert, &g, &w->err));
    return g;
}

static bool prepare(struct db *db, void *arg, struct err *err)
{
    const char *const *order = arg; /* statement, user id, text */
    return db_run(db, err, order[0], TEXT(order[1]), TEXT(order[2])) == 1;
}

static void given_in_table(struct world *w, const char *sql, const char *user_id, const char *text)
{
    assert_true(store_write(w->store, prepare, (const char *[]){sql, user_id, text}, &w->err));
}

static const struct session *session_of(struct world *w, const struct signed_in *in)
{
    const struct session *s = session_find(world_db(w), in->key, 10, w->arena, &w->err);
    return s;
}

static void the_policy_tells_why_a_password_is_not_taken(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *password;
        bool taken;
    } cases[] = {
        {"", false},                 {"Ab1-xyz", false},           {"Kz7-mqvw", true},        {"kzmqvwkzmqvwkz", false},
        {"P@ssw0rd123", false},      {"Renkei2024!", false},       {"Password-1234", false},  {"Osaka-Kaigo-2025", false},
        {"hanako-HANAKO-1", false},  {"Aaaaaaaaaaaa1!", false},    {PASSWORD, true},          {"みどりの7色のカバンAb", true},
        {"見本 花子Abc1!", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *why = password_refusal(cases[i].password, "hanako", "見本 花子", w->arena);
        if (!why != cases[i].taken)
            fail_msg("%s: %s", cases[i].password, why ? why : "taken");
    }
    assert_true(password_is_long(PASSWORD));
    assert_false(password_is_long("Kz7-mqvw"));
    for (int i = 0; i < 50; i++)
        assert_null(password_refusal(password_new(w->arena), "hanako", "見本 花子", w->arena));
}

static void a_code_works_once_and_half_a_minute_around_its_time(void **state)
{
    struct world *w = *state;
    /* RFC 6238 appendix B: the last 6 digits of its 8-digit SHA-1 codes */
    static const unsigned char rfc[] = "12345678901234567890";
    int64_t step = 0;
    assert_string_equal(totp_code(rfc, 59, w->arena), "287082");
    assert_string_equal(totp_code(rfc, 1111111109, w->arena), "081804");
    assert_true(totp_fits(rfc, "081804", 1111111109, 0, &step));
    assert_false(totp_fits(rfc, "081804", 1111111109, step, &step));
    assert_true(totp_fits(rfc, "081804", 1111111109 + 30, 0, &step));
    assert_false(totp_fits(rfc, "081804", 1111111109 + 90, 0, &step));
    assert_false(totp_fits(rfc, "81804", 1111111109, 0, &step));
}

static void a_sealed_secret_opens_only_for_its_user_and_key(void **state)
{
    struct world *w = *state;
    static const unsigned char other_key[32] = "another app key, thirty-two byt";
    const char *sealed = totp_new(app_key_of_spec, "u-1", w->arena);
    assert_non_null(totp_open(app_key_of_spec, "u-1", sealed, w->arena));
    assert_null(totp_open(app_key_of_spec, "u-2", sealed, w->arena));
    assert_null(totp_open(other_key, "u-1", sealed, w->arena));
    assert_null(totp_open(app_key_of_spec, "u-1", "", w->arena));
}

static void a_recovery_code_may_be_typed_with_other_case_and_hyphens(void **state)
{
    struct world *w = *state;
    const char *hash = recovery_code_hash("ABCD-1234-0XYZ", w->arena);
    assert_string_equal(recovery_code_hash("ａｂｃｄ l234 oxyz", w->arena), hash);
    assert_null(recovery_code_hash("ABCD-1234", w->arena));
    assert_null(recovery_code_hash("123456", w->arena));
}

static void the_right_password_leads_to_the_second_factor_and_no_further(void **state)
{
    struct world *w = *state;
    given_user(w, "hanako");
    struct sign_in s = at(w, "c1", 1000);
    struct signed_in in;

    assert_true(sign_in_password(&s, "ＨＡＮＡＫＯ", PASSWORD, &in, &w->err));

    assert_int_equal(in.step, STEP_ENROL);
    const struct session *session = session_of(w, &in);
    assert_non_null(session);
    assert_true(session->pending);
}

static void a_wrong_password_and_an_unknown_user_get_the_same_answer(void **state)
{
    struct world *w = *state;
    given_user(w, "hanako");
    struct sign_in s = at(w, "c1", 1000);
    struct signed_in in;
    struct err wrong = {0}, unknown = {0};
    assert_false(sign_in_password(&s, "hanako", "Kaze-to-mizuumi8", &in, &wrong));
    assert_false(sign_in_password(&s, "nobody", "Kaze-to-mizuumi8", &in, &unknown));
    assert_int_equal(wrong.kind, ERR_INPUT);
    assert_int_equal(unknown.kind, wrong.kind);
    assert_string_equal(unknown.message, wrong.message);
    assert_string_equal(unknown.detail, wrong.detail);
}

static void wrong_passwords_are_slowed_down_more_and_more(void **state)
{
    struct world *w = *state;
    given_user(w, "hanako");
    struct sign_in s = at(w, "c1", 1000);
    struct signed_in in;
    for (int i = 0; i < 3; i++)
        assert_false(sign_in_password(&s, "hanako", "wrong", &in, &w->err));
    w->err = (struct err){0};
    assert_false(sign_in_password(&s, "hanako", PASSWORD, &in, &w->err));
    assert_int_equal(w->err.kind, ERR_BUSY);
    s.now += 2;
    w->err = (struct err){0};
    assert_true(sign_in_password(&s, "hanako", PASSWORD, &in, &w->err));
    assert_int_equal(throttle_delay(3, 3, 1, 900), 1);
    assert_int_equal(throttle_delay(8, 3, 1, 900), 32);
    assert_int_equal(throttle_delay(40, 3, 1, 900), 900);
    assert_int_equal(throttle_delay(2, 3, 1, 900), 0);
}

static bool try_once(struct db *db, void *arg, struct err *err)
{
    auto_arena *a = arena_new();
    return throttle_begin(db, arg, a, err);
}

static bool pass_once(struct db *db, void *arg, struct err *err)
{
    auto_arena *a = arena_new();
    return throttle_passed(db, arg, a, err);
}

static void strangers_cannot_shut_out_the_owner(void **state)
{
    struct world *w = *state;
    struct throttle owner = {.account = "hanako", .client = "office-pc", .now = 1000};
    assert_true(store_write(w->store, try_once, &owner, &w->err));
    assert_true(store_write(w->store, pass_once, &owner, &w->err));
    for (int i = 0; i < 200; i++) {
        struct throttle stranger = {.account = "hanako", .client = arena_printf(w->arena, "bot-%d", i), .now = 1001};
        assert_true(store_write(w->store, try_once, &stranger, &w->err));
    }
    struct throttle again = {.account = "hanako", .client = "bot-7", .now = 1010};
    assert_false(store_write(w->store, try_once, &again, &w->err));
    assert_int_equal(w->err.kind, ERR_BUSY);
    w->err = (struct err){0};
    owner.now = 1011;
    for (int i = 0; i < 3; i++)
        assert_true(store_write(w->store, try_once, &owner, &w->err));
}

static const unsigned char *given_second_factor_of(struct world *w, struct given *g)
{
    struct sign_in s = at(w, "c1", 3000000);
    struct signed_in in;
    const char *codes[RECOVERY_CODES];
    const char *sealed = totp_new(app_key_of_spec, g->user.id, w->arena);
    const unsigned char *secret = totp_open(app_key_of_spec, g->user.id, sealed, w->arena);
    assert_true(sign_in_password(&s, g->user.login_name, PASSWORD, &in, &w->err));
    const struct session *pending = session_of(w, &in);
    given_in_table(w, "UPDATE user_account SET totp_candidate = $2 WHERE id = $1", g->user.id, sealed);
    assert_false(sign_in_enrol(&s, pending, "000000x", codes, &in, &w->err));
    w->err = (struct err){0};
    assert_true(sign_in_enrol(&s, pending, totp_code(secret, s.now, w->arena), codes, &in, &w->err));
    assert_int_equal(in.step, STEP_DONE);
    g->codes = NEW_ARRAY(w->arena, RECOVERY_CODES, const char *);
    memcpy(g->codes, codes, sizeof codes);
    return secret;
}

static const struct session *given_pending(struct world *w, const struct given *g, int64_t now)
{
    struct sign_in s = at(w, "c1", now);
    struct signed_in in;
    assert_true(sign_in_password(&s, g->user.login_name, PASSWORD, &in, &w->err));
    assert_int_equal(in.step, STEP_CODE);
    return session_of(w, &in);
}

static void the_second_factor_opens_the_session_and_its_code_is_not_taken_again(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    const unsigned char *secret = given_second_factor_of(w, &g);
    struct sign_in s = at(w, "c1", 3000060);
    struct signed_in in;
    const char *code = totp_code(secret, s.now, w->arena);

    const struct session *pending = given_pending(w, &g, s.now);
    assert_true(sign_in_code(&s, pending, code, &in, &w->err));
    assert_int_equal(in.step, STEP_DONE);
    assert_false(session_of(w, &in)->pending);
    assert_string_equal(session_of(w, &in)->area_path, "270008/271004/271276/");

    pending = given_pending(w, &g, s.now);
    assert_false(sign_in_code(&s, pending, code, &in, &w->err));
    assert_string_equal(w->err.message, "account.code_wrong");
}

static void a_pending_session_cannot_skip_its_step(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    given_second_factor_of(w, &g);
    struct sign_in s = at(w, "c1", 3000060);
    struct signed_in in;
    const char *refusal = NULL, *codes[RECOVERY_CODES];
    const struct session *pending = given_pending(w, &g, s.now);
    assert_false(sign_in_without_factor(&s, pending, &in, &w->err));
    assert_false(sign_in_new_password(&s, pending, "Umi-to-yama-95", &refusal, &in, &w->err));
    assert_false(sign_in_enrol(&s, pending, "000000", codes, &in, &w->err));
}

static void a_recovery_code_works_once(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    given_second_factor_of(w, &g);
    struct sign_in s = at(w, "c1", 3000060);
    struct signed_in in;
    assert_true(sign_in_code(&s, given_pending(w, &g, s.now), g.codes[4], &in, &w->err));
    assert_int_equal(recovery_codes_left(world_db(w), g.user.id), RECOVERY_CODES - 1);
    assert_false(sign_in_code(&s, given_pending(w, &g, s.now), g.codes[4], &in, &w->err));
    assert_string_equal(w->err.message, "account.code_wrong");
}

static struct signed_in given_open_session(struct world *w, const struct given *g)
{
    struct sign_in s = at(w, "c1", 1000);
    struct signed_in in;
    assert_true(sign_in_password(&s, g->user.login_name, PASSWORD, &in, &w->err));
    assert_true(sign_in_without_factor(&s, session_of(w, &in), &in, &w->err));
    assert_int_equal(in.step, STEP_DONE);
    return in;
}

static bool disable(struct db *db, void *arg, struct err *err)
{
    const struct given *g = arg;
    auto_arena *a = arena_new();
    return user_set_disabled(db, g->user.id, true, "", a, err);
}

static void a_disabled_user_is_out_at_once_and_cannot_come_back(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    struct signed_in in = given_open_session(w, &g);
    assert_non_null(session_of(w, &in));

    assert_true(store_write(w->store, disable, &g, &w->err));

    assert_null(session_of(w, &in));
    struct sign_in s = at(w, "c1", 1100);
    assert_false(sign_in_password(&s, "hanako", PASSWORD, &in, &w->err));
    assert_string_equal(w->err.message, "account.refused");
}

static bool end_today(struct db *db, void *arg, struct err *err)
{
    const struct given *g = arg;
    auto_arena *a = arena_new();
    return membership_end(db, g->membership.id, g->user.id, "2024-11-30", "2024-11-30", "", a, err);
}

static void a_membership_that_has_ended_lets_nobody_in(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    struct signed_in in = given_open_session(w, &g);
    assert_true(store_write(w->store, end_today, &g, &w->err));
    assert_non_null(session_of(w, &in)); /* its last day is still today */
    assert_string_equal(session_of(w, &in)->ends_at, "2024-11-30T15:00:00.000Z");
    struct sign_in s = at(w, "c1", 1100);
    s.today = date_from_iso("2024-12-01");
    assert_false(sign_in_password(&s, "hanako", PASSWORD, &in, &w->err));
    assert_string_equal(w->err.message, "account.no_membership");
}

static bool reset(struct db *db, void *arg, struct err *err)
{
    const struct given *g = arg;
    auto_arena *a = arena_new();
    return user_reset(db, g->user.id, g->user.password_hash, "", a, err);
}

static void an_initial_password_must_be_changed_and_ends_other_sessions(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    struct signed_in before = given_open_session(w, &g), in;
    const char *refusal = NULL;
    assert_true(store_write(w->store, reset, &g, &w->err));
    assert_null(session_of(w, &before));

    struct sign_in s = at(w, "c1", 1100);
    assert_true(sign_in_password(&s, "hanako", PASSWORD, &in, &w->err));
    assert_int_equal(in.step, STEP_PASSWORD);
    const struct session *pending = session_of(w, &in);
    assert_false(sign_in_new_password(&s, pending, PASSWORD, &refusal, &in, &w->err));
    assert_non_null(refusal);
    assert_false(sign_in_without_factor(&s, pending, &in, &w->err));
    assert_true(sign_in_new_password(&s, pending, "Umi-to-yama-95", &refusal, &in, &w->err));
    assert_int_equal(in.step, STEP_ENROL);
    assert_true(sign_in_password(&s, "hanako", "Umi-to-yama-95", &in, &w->err));
    assert_int_equal(in.step, STEP_ENROL);
}

static void an_initial_password_that_nobody_used_for_a_week_is_dead(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    struct signed_in in;
    struct sign_in s = at(w, "c1", 1100);
    assert_true(store_write(w->store, reset, &g, &w->err));
    given_in_table(w, "UPDATE user_account SET initial_ends_at = $2 WHERE id = $1", g.user.id, "2024-11-29T15:00:00.000Z");
    assert_false(sign_in_password(&s, "hanako", PASSWORD, &in, &w->err));
    assert_string_equal(w->err.message, "account.refused");
}

static void guessing_codes_is_slowed_down_too(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    const unsigned char *secret = given_second_factor_of(w, &g);
    struct sign_in s = at(w, "c1", 3000060);
    struct signed_in in;
    const struct session *pending = given_pending(w, &g, s.now);
    for (int i = 0; i < 3; i++)
        assert_false(sign_in_code(&s, pending, "not-it", &in, &w->err));
    w->err = (struct err){0};
    assert_false(sign_in_code(&s, pending, totp_code(secret, s.now, w->arena), &in, &w->err));
    assert_int_equal(w->err.kind, ERR_BUSY);
    s.now += 5;
    w->err = (struct err){0};
    assert_true(sign_in_code(&s, pending, totp_code(secret, s.now, w->arena), &in, &w->err));
}

static void a_short_password_cannot_put_off_the_second_factor(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    struct signed_in in;
    struct sign_in s = at(w, "c1", 1000);
    given_in_table(w, "UPDATE user_account SET password_is_long = 0, kana = $2 WHERE id = $1", g.user.id, "ミホン");
    assert_true(sign_in_password(&s, "hanako", PASSWORD, &in, &w->err));
    assert_false(sign_in_without_factor(&s, session_of(w, &in), &in, &w->err));
    assert_string_equal(w->err.message, "account.factor_needed");
}

static void where_the_second_factor_is_required_nobody_puts_it_off(void **state)
{
    struct world *w = *state;
    given_user(w, "hanako");
    struct signed_in in;
    struct sign_in s = at(w, "c1", 1000);
    assert_true(sign_in_password(&s, "hanako", PASSWORD, &in, &w->err));
    const struct session *pending = session_of(w, &in);
    s.factor_optional = false;
    assert_false(sign_in_without_factor(&s, pending, &in, &w->err));
    assert_string_equal(w->err.message, "account.factor_required");
    assert_true(session_of(w, &in)->pending);
    s.factor_optional = true;
    w->err = (struct err){0};
    assert_true(sign_in_without_factor(&s, pending, &in, &w->err));
    assert_false(session_of(w, &in)->pending);
}

static void a_locked_screen_opens_with_the_password_only(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    struct signed_in in = given_open_session(w, &g);
    struct sign_in s = at(w, "c1", 1100);
    given_in_table(w, "UPDATE session SET seen_at = $2 WHERE user_id = $1", g.user.id, "2024-11-29T23:50:00.000Z");
    assert_true(session_of(w, &in)->locked);
    assert_false(sign_in_unlock(&s, session_of(w, &in), "wrong", &w->err));
    assert_true(session_of(w, &in)->locked);
    assert_true(sign_in_unlock(&s, session_of(w, &in), PASSWORD, &w->err));
    assert_false(session_of(w, &in)->locked);
}

static void switching_takes_only_ones_own_memberships(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako"), other = given_user(w, "taro");
    struct signed_in in = given_open_session(w, &g);
    struct sign_in s = at(w, "c1", 1100);
    assert_false(sign_in_switch(&s, session_of(w, &in), other.membership.id, &in, &w->err));
    assert_int_equal(w->err.kind, ERR_FORBIDDEN);
}

static void a_login_name_is_taken_once_whatever_its_case(void **state)
{
    struct world *w = *state;
    struct given g = given_user(w, "hanako");
    g.user.id = id_new(w->arena);
    g.user.login_name = "Hanako";
    assert_false(store_write(w->store, insert, &g, &w->err));
    assert_string_equal(w->err.field, "login_name");
}

static void the_demo_has_a_user_for_each_role_and_ward_and_no_password_opens_it(void **state)
{
    struct world *w = *state;
    struct signed_in in;
    struct sign_in s = at(w, "c1", 1000);
    assert_true(account_demo(w->store, &w->err));
    assert_true(account_demo(w->store, &w->err));
    assert_int_equal(db_int(world_db(w), &w->err, 0, "SELECT COUNT(*) FROM user_account"), 24 * 5 + 2);
    assert_int_equal(db_int(world_db(w), &w->err, 0, "SELECT COUNT(*) FROM membership"), 24 * 5 + 2);
    assert_false(sign_in_password(&s, "demo-coordinator-271276", "*", &in, &w->err));
    assert_true(sign_in_demo(&s, demo_user_id(w->arena, ROLE_WARD_OFFICER, "271276"), &in, &w->err));
    const struct session *session = session_of(w, &in);
    assert_true(session->sees_area);
    assert_string_equal(session->office_name, "北区役所");
    assert_int_equal(session_scope(session).kind, SCOPE_AREA);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, world_end)
        SPEC(the_policy_tells_why_a_password_is_not_taken),
        SPEC(a_code_works_once_and_half_a_minute_around_its_time),
        SPEC(a_sealed_secret_opens_only_for_its_user_and_key),
        SPEC(a_recovery_code_may_be_typed_with_other_case_and_hyphens),
        SPEC(the_right_password_leads_to_the_second_factor_and_no_further),
        SPEC(a_wrong_password_and_an_unknown_user_get_the_same_answer),
        SPEC(wrong_passwords_are_slowed_down_more_and_more),
        SPEC(strangers_cannot_shut_out_the_owner),
        SPEC(the_second_factor_opens_the_session_and_its_code_is_not_taken_again),
        SPEC(a_pending_session_cannot_skip_its_step),
        SPEC(a_recovery_code_works_once),
        SPEC(a_disabled_user_is_out_at_once_and_cannot_come_back),
        SPEC(a_membership_that_has_ended_lets_nobody_in),
        SPEC(an_initial_password_must_be_changed_and_ends_other_sessions),
        SPEC(an_initial_password_that_nobody_used_for_a_week_is_dead),
        SPEC(guessing_codes_is_slowed_down_too),
        SPEC(a_short_password_cannot_put_off_the_second_factor),
        SPEC(where_the_second_factor_is_required_nobody_puts_it_off),
        SPEC(a_locked_screen_opens_with_the_password_only),
        SPEC(switching_takes_only_ones_own_memberships),
        SPEC(a_login_name_is_taken_once_whatever_its_case),
        SPEC(the_demo_has_a_user_for_each_role_and_ward_and_no_password_opens_it),
    };
    return cmocka_run_group_tests_name("account", specs, NULL, NULL);
}
