#include "tests/support/world.h"

#include "base/count.h"
#include "web/app_private.h"
#include "web/session.h"

#include <string.h>

static int begin(void **state)
{
    const struct migration *tables[] = {store_migrations, web_feature.migrations};
    const size_t counts[] = {store_migration_count, web_feature.migration_count};
    return world_begin_with(state, tables, counts, COUNT(tables));
}

struct making {
    struct world *w;
    struct session as;
    const char *key;
};

static bool make(struct db *db, void *arg, struct err *err)
{
    struct making *m = arg;
    return m->as.token ? token_create(db, &m->as, "連携先", m->w->arena, &m->key, err)
                       : session_create(db, &m->as, m->w->arena, &m->key, err);
}

static struct session coordinator(void)
{
    return (struct session){.user_id = "U-1",
                            .display_name = "見本 花子",
                            .membership_id = "M-1",
                            .role = ROLE_COORDINATOR,
                            .office_id = "O-1",
                            .office_name = "北区相談支援室",
                            .area_code = "271276",
                            .area_name = "北区",
                            .area_path = "270008/271004/271276/",
                            .ends_at = ""};
}

static const char *given_session(struct world *w, struct session as)
{
    struct making m = {.w = w, .as = as};
    assert_true(store_write(w->store, make, &m, &w->err));
    return m.key;
}

struct statement {
    const char *sql, *value;
};

static bool change(struct db *db, void *arg, struct err *err)
{
    const struct statement *s = arg;
    return db_run_values(db, err, s->sql, (struct value[]){TEXT(s->value)}, 1) >= 0;
}

static void given_last_seen(struct world *w, const char *at)
{
    struct statement s = {"UPDATE session SET seen_at = $1", at};
    assert_true(store_write(w->store, change, &s, &w->err));
}

static void the_key_brings_the_person_back_and_the_table_does_not_hold_it(void **state)
{
    struct world *w = *state;
    const char *key = given_session(w, coordinator());
    const struct session *s = session_find(world_db(w), key, 10, w->arena, &w->err);
    assert_non_null(s);
    assert_string_equal(s->user_id, "U-1");
    assert_int_equal(s->role, ROLE_COORDINATOR);
    assert_string_equal(s->area_path, "270008/271004/271276/");
    assert_false(s->locked);
    assert_true(strlen(s->csrf) >= 24);
    assert_string_not_equal(s->id, key);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM session WHERE id = $1", TEXT(key)), 0);
}

static void another_key_is_nobody(void **state)
{
    struct world *w = *state;
    given_session(w, coordinator());
    assert_null(session_find(world_db(w), "made-up", 10, w->arena, &w->err));
    assert_null(session_find(world_db(w), "", 10, w->arena, &w->err));
    assert_int_equal(w->err.kind, ERR_NONE);
}

static void eleven_idle_minutes_lock_the_screen_and_nine_do_not(void **state)
{
    struct world *w = *state;
    const char *key = given_session(w, coordinator());
    given_last_seen(w, utc_in_minutes(w->arena, -9));
    assert_false(session_find(world_db(w), key, 10, w->arena, &w->err)->locked);
    given_last_seen(w, utc_in_minutes(w->arena, -11));
    assert_true(session_find(world_db(w), key, 10, w->arena, &w->err)->locked);
}

static void a_session_ends_at_its_absolute_limit(void **state)
{
    struct world *w = *state;
    struct session as = coordinator();
    as.ends_at = utc_in_minutes(w->arena, -1);
    const char *key = given_session(w, as);
    assert_null(session_find(world_db(w), key, 10, w->arena, &w->err));
    assert_non_null(session_find_ended(world_db(w), key, w->arena, &w->err));
}

static bool end_all(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return session_end_user(db, "U-1", NULL, err) && token_end_user(db, "U-1", err);
}

static void disabling_a_user_ends_sessions_and_tokens_at_once(void **state)
{
    struct world *w = *state;
    struct session as = coordinator();
    const char *key = given_session(w, as);
    as.token = true;
    const char *token = given_session(w, as);
    assert_non_null(token_find(world_db(w), token, w->arena, &w->err));
    assert_true(store_write(w->store, end_all, NULL, &w->err));
    assert_null(session_find(world_db(w), key, 10, w->arena, &w->err));
    assert_null(token_find(world_db(w), token, w->arena, &w->err));
}

static void a_token_acts_as_its_owner_until_its_end(void **state)
{
    struct world *w = *state;
    struct session as = coordinator();
    as.token = true;
    const struct session *s = token_find(world_db(w), given_session(w, as), w->arena, &w->err);
    assert_true(s->token);
    assert_int_equal(s->role, ROLE_COORDINATOR);
    as.ends_at = utc_in_minutes(w->arena, -1);
    assert_null(token_find(world_db(w), given_session(w, as), w->arena, &w->err));
}

static void what_a_role_sees_follows_its_office(void **state)
{
    static const struct {
        enum role role;
        bool sees_area;
        enum scope_kind kind;
        bool personal;
    } samples[] = {
        {ROLE_NONE, false, SCOPE_NOTHING, false},
        {ROLE_COORDINATOR, false, SCOPE_OFFICE, true},
        {ROLE_CONTRACTOR_MANAGER, false, SCOPE_OFFICE, true},
        {ROLE_WARD_OFFICER, true, SCOPE_AREA, false},
        {ROLE_HEALTH_BUREAU, true, SCOPE_AREA, false},
        {ROLE_SYSTEM_ADMINISTRATOR, true, SCOPE_NOTHING, false},
        {ROLE_VIEWER, false, SCOPE_OFFICE, true},
        {ROLE_VIEWER, true, SCOPE_AREA, false},
        {ROLE_PROFESSIONAL, false, SCOPE_NOTHING, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct session s = coordinator();
        s.role = samples[i].role;
        s.sees_area = samples[i].sees_area;
        struct scope scope = session_scope(&s);
        assert_int_equal(scope.kind, samples[i].kind);
        assert_int_equal(scope.sees_personal, samples[i].personal);
    }
    struct session nowhere = coordinator();
    nowhere.role = ROLE_HEALTH_BUREAU;
    nowhere.area_path = "";
    assert_int_equal(session_scope(&nowhere).kind, SCOPE_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_key_brings_the_person_back_and_the_table_does_not_hold_it, begin, world_end),
        cmocka_unit_test_setup_teardown(another_key_is_nobody, begin, world_end),
        cmocka_unit_test_setup_teardown(eleven_idle_minutes_lock_the_screen_and_nine_do_not, begin, world_end),
        cmocka_unit_test_setup_teardown(a_session_ends_at_its_absolute_limit, begin, world_end),
        cmocka_unit_test_setup_teardown(disabling_a_user_ends_sessions_and_tokens_at_once, begin, world_end),
        cmocka_unit_test_setup_teardown(a_token_acts_as_its_owner_until_its_end, begin, world_end),
        cmocka_unit_test(what_a_role_sees_follows_its_office),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
