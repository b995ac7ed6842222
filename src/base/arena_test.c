#include "base/arena.h"

#include "tests/support/spec.h"

#include <string.h>

static void memory_is_zeroed_and_aligned_also_after_a_reset(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < 300; size += 7) {
            unsigned char *p = arena_alloc(a, size);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xAA, size);
        }
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
}

static void what_was_made_stays_while_more_is_made(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    const char *first = arena_strdup(a, "最初");
    char *large = arena_alloc(a, 1000000);
    for (int i = 0; i < 5000; i++)
        arena_printf(a, "%d", i);
    memset(large, 'x', 1000000);
    assert_string_equal(first, "最初");
    assert_true(arena_used(a) >= 1000000);
}

static void texts_are_joined(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    const char *one = ARENA_JOIN(a, "相談", "", "?ward=", "271276");
    assert_string_equal(one, "相談?ward=271276");
    assert_string_equal(ARENA_JOIN(a, ""), "");
    assert_string_equal(ARENA_JOIN(a, one, "&", one), "相談?ward=271276&相談?ward=271276");
}

static void text_is_copied(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    assert_string_equal(arena_strdup(a, NULL), "");
    assert_string_equal(arena_strndup(a, "abc", 2), "ab");
    assert_string_equal(arena_strndup(a, NULL, 0), "");
    assert_string_equal(arena_printf(a, "%s %d", "件数", 3), "件数 3");
    assert_non_null(NEW_ARRAY(a, 0, long));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned_also_after_a_reset),
        cmocka_unit_test(what_was_made_stays_while_more_is_made),
        cmocka_unit_test(texts_are_joined),
        cmocka_unit_test(text_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
