#include "base/id.h"

#include "tests/support/spec.h"

#include <string.h>

static void a_new_id_is_a_valid_uuid_of_version_7(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    const char *id = id_new(a);
    assert_true(id_is_valid(id));
    assert_int_equal(id[14], '7');
    assert_non_null(strchr("89ab", id[19]));
}

static void later_ids_sort_after_earlier_ones_and_never_repeat(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    const char *before = id_new(a);
    for (int i = 0; i < 2000; i++) {
        const char *id = id_new(a);
        assert_string_not_equal(before, id);
        assert_true(strncmp(before, id, 18) <= 0);
        before = id;
    }
}

static void the_same_moment_and_seed_give_the_same_id(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    const char *id = id_for(a, 1732943007123, 1);
    assert_true(id_is_valid(id));
    assert_string_equal(id, id_for(a, 1732943007123, 1));
    assert_memory_equal(id, "01937b73-cd93-7001-", 19);
    assert_true(strcmp(id, id_for(a, 1732943007123, 2)) < 0);
    assert_string_not_equal(id_for(a, 1, 1), id_for(a, 1, 1 + 4096));
}

static void what_is_no_id_is_not_taken_for_one(void **state)
{
    (void)state;
    assert_false(id_is_valid(NULL));
    assert_false(id_is_valid(""));
    assert_false(id_is_valid("01937ae3-9b53-7001-8000-00000000000"));
    assert_false(id_is_valid("01937ae3-9b53-7001-8000-0000000000000"));
    assert_false(id_is_valid("01937AE3-9b53-7001-8000-000000000000"));
    assert_false(id_is_valid("01937ae3x9b53-7001-8000-000000000000"));
    assert_false(id_is_valid("01937ae3-9b53-7001-8000-00000000000'"));
    assert_true(id_is_valid("01937ae3-9b53-7001-8000-000000000000"));
}

static void a_secret_is_safe_in_an_address_and_stored_only_as_its_hash(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    const char *secret = secret_new(a, 32);
    assert_int_equal(strlen(secret), 43);
    assert_int_equal(strspn(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(secret, secret_new(a, 32));
    assert_int_equal(strlen(secret_new(a, 1)), 2);
    assert_int_equal(strlen(secret_new(a, 64)), 86);
    assert_int_equal(strlen(secret_hash(a, secret)), 64);
    assert_string_equal(secret_hash(a, secret), secret_hash(a, secret));
    assert_string_equal(secret_hash(a, ""), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_id_is_a_valid_uuid_of_version_7),
        cmocka_unit_test(later_ids_sort_after_earlier_ones_and_never_repeat),
        cmocka_unit_test(the_same_moment_and_seed_give_the_same_id),
        cmocka_unit_test(what_is_no_id_is_not_taken_for_one),
        cmocka_unit_test(a_secret_is_safe_in_an_address_and_stored_only_as_its_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
