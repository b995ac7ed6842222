#include "base/config.h"

#include "base/count.h"
#include "tests/support/spec.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    "RENKEI_DATA",    "RENKEI_LISTEN",       "RENKEI_DEMO",          "RENKEI_BASE_URL",        "RENKEI_SECURE_COOKIE",
    "RENKEI_WORKERS", "RENKEI_IDLE_MINUTES", "RENKEI_SESSION_HOURS", "RENKEI_SECRET_KEY_FILE", "RENKEI_LOG_REQUESTS",
};

static int new_world(void **state)
{
    for (size_t i = 0; i < COUNT(names); i++)
        unsetenv(names[i]);
    *state = arena_new();
    return 0;
}

static int end_world(void **state)
{
    arena_free(*state);
    return 0;
}

static void without_settings_the_program_keeps_to_itself(void **state)
{
    struct config c;
    assert_true(config_read(&c, NULL, *state, NULL));
    assert_string_equal(c.data, "sqlite:var/renkei.db");
    assert_string_equal(c.listen, "127.0.0.1:8080");
    assert_string_equal(c.base_url, "http://127.0.0.1:8080");
    assert_string_equal(c.secret_key_file, "var/secret.key");
    assert_false(c.demo || c.secure_cookie || c.log_requests || c.second_factor_optional);
    assert_int_equal(c.workers, 64);
    assert_int_equal(c.idle_minutes, 10);
    assert_int_equal(c.session_hours, 12);
}

static void the_environment_decides_and_the_command_line_wins(void **state)
{
    setenv("RENKEI_DATA", "postgresql://x/y", 1);
    setenv("RENKEI_DEMO", "1", 1);
    setenv("RENKEI_WORKERS", "8", 1);
    setenv("RENKEI_SECOND_FACTOR", "optional", 1);
    setenv("RENKEI_BASE_URL", "https://renkei.example", 1);
    struct config c;
    assert_true(config_read(&c, NULL, *state, NULL));
    assert_string_equal(c.data, "postgresql://x/y");
    assert_string_equal(c.secret_key_file, "var/secret.key");
    assert_true(c.demo && c.second_factor_optional);
    assert_int_equal(c.workers, 8);
    assert_string_equal(c.base_url, "https://renkei.example");
    assert_true(config_read(&c, "sqlite:/srv/a/b.db", *state, NULL));
    assert_string_equal(c.data, "sqlite:/srv/a/b.db");
    assert_string_equal(c.secret_key_file, "/srv/a/secret.key");
    assert_true(config_read(&c, "sqlite:b.db", *state, NULL));
    assert_string_equal(c.secret_key_file, "secret.key");
}

static void a_wrong_setting_is_named_without_its_value(void **state)
{
    static const char *const wrong[][2] = {
        {"RENKEI_DATA", "mysql://u:hidden@x"},
        {"RENKEI_DATA", "sqlite:"},
        {"RENKEI_LISTEN", "8080"},
        {"RENKEI_LISTEN", "x:99999"},
        {"RENKEI_LISTEN", "x:"},
        {"RENKEI_LISTEN", "x:1y"},
        {"RENKEI_DEMO", "yes"},
        {"RENKEI_SECOND_FACTOR", "no"},
        {"RENKEI_WORKERS", "0"},
        {"RENKEI_WORKERS", "many"},
        {"RENKEI_WORKERS", "8x"},
        {"RENKEI_IDLE_MINUTES", "500"},
        {"RENKEI_BASE_URL", "renkei.example"},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct config c = {.workers = -7};
        struct err err = {0};
        setenv(wrong[i][0], wrong[i][1], 1);
        assert_false(config_read(&c, NULL, *state, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_string_equal(err.field, wrong[i][0]);
        assert_non_null(strstr(err.detail, wrong[i][0]));
        assert_null(strstr(err.detail, "hidden"));
        assert_int_equal(c.workers, -7);
        unsetenv(wrong[i][0]);
    }
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, new_world, end_world)
    const struct CMUnitTest tests[] = {
        SPEC(without_settings_the_program_keeps_to_itself),
        SPEC(the_environment_decides_and_the_command_line_wins),
        SPEC(a_wrong_setting_is_named_without_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
