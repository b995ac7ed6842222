#include "base/buf.h"

#include "tests/support/spec.h"

#include <string.h>

static void what_is_added_stands_in_order_and_ends_with_nul(void **state)
{
    (void)state;
    auto_buf b = {0};
    buf_text(&b, "在宅");
    buf_text(&b, NULL);
    buf_char(&b, '-');
    buf_bytes(&b, "a\0b", 3);
    buf_printf(&b, "%d%%", 50);
    assert_int_equal(b.size, strlen("在宅-") + 3 + 3);
    assert_memory_equal(b.data, "在宅-a\0b50%", b.size + 1);
}

static void it_grows_past_every_first_size(void **state)
{
    (void)state;
    auto_buf b = {0};
    for (int i = 0; i < 100000; i++)
        buf_printf(&b, "%d,", i % 10);
    assert_int_equal(b.size, 200000);
    assert_int_equal(strlen(b.data), b.size);
    buf_cut(&b, 4);
    assert_string_equal(b.data, "0,1,");
    buf_cut(&b, 100);
    assert_int_equal(b.size, 4);
}

static void a_freed_one_can_be_used_again(void **state)
{
    (void)state;
    auto_buf b = {0};
    buf_free(&b);
    buf_text(&b, "一");
    buf_free(&b);
    assert_null(b.data);
    buf_text(&b, "二");
    assert_string_equal(b.data, "二");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_stands_in_order_and_ends_with_nul),
        cmocka_unit_test(it_grows_past_every_first_size),
        cmocka_unit_test(a_freed_one_can_be_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
