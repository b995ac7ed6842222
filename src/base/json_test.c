#include "base/json.h"

#include "base/pairs.h"
#include "tests/support/spec.h"

#include <math.h>

static void commas_are_set_by_themselves(void **state)
{
    (void)state;
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '{');
    json_pair(&j, "id", "C-1");
    json_key(&j, "list");
    json_open(&j, '[');
    json_int(&j, 1);
    json_open(&j, '{');
    json_close(&j, '}');
    json_bool(&j, true);
    json_none(&j);
    json_text(&j, NULL);
    json_double(&j, 1.25, 1);
    json_double(&j, NAN, 1);
    json_close(&j, ']');
    json_pair_int(&j, "count", -3);
    json_close(&j, '}');
    assert_string_equal(out.data, "{\"id\":\"C-1\",\"list\":[1,{},true,null,null,1.2,null],\"count\":-3}");
}

static void every_ascii_character_reads_back_as_it_was(void **state)
{
    (void)state;
    for (int c = 1; c < 128; c++) {
        const char text[] = {'a', (char)c, 'b', '\0'};
        auto_buf out = {0};
        struct json j;
        json_init(&j, &out);
        json_open(&j, '{');
        json_pair(&j, "text", text);
        json_key(&j, "nothing");
        json_none(&j);
        json_close(&j, '}');
        auto_arena *a = arena_new();
        struct pairs read;
        pairs_init(&read, a);
        assert_true(pairs_parse_json(&read, out.data, out.size, 1, NULL));
        assert_string_equal(pairs_get(&read, "text"), text);
    }
}

/* Plain text is copied eight bytes at a time. */
static void a_character_is_written_the_same_wherever_it_stands(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        const char alone[] = {(char)c, '\0'};
        auto_buf one = {0};
        struct json j;
        json_init(&j, &one);
        json_text(&j, alone);
        for (size_t at = 0; at < 20; at++) {
            char text[] = "01234567見本\xE9\x81\x9E>;!abcdef";
            auto_buf all = {0}, wanted = {0};
            text[at] = (char)c;
            json_init(&j, &all);
            json_text(&j, text);
            buf_char(&wanted, '"');
            buf_bytes(&wanted, text, at);
            buf_bytes(&wanted, one.data + 1, one.size - 2);
            buf_text(&wanted, text + at + 1);
            buf_char(&wanted, '"');
            assert_string_equal(all.data, wanted.data);
        }
    }
}

static void text_cannot_end_the_script_element_it_stands_in(void **state)
{
    (void)state;
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_text(&j, "</script>\"\\\x01見本");
    assert_string_equal(out.data, "\"\\u003c/script>\\\"\\\\\\u0001見本\"");
}

static void thirty_two_levels_are_possible(void **state)
{
    (void)state;
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    for (int i = 0; i < 32; i++)
        json_open(&j, '[');
    json_int(&j, 1);
    for (int i = 0; i < 32; i++)
        json_close(&j, ']');
    assert_int_equal(out.size, 65);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_are_set_by_themselves),
        cmocka_unit_test(every_ascii_character_reads_back_as_it_was),
        cmocka_unit_test(a_character_is_written_the_same_wherever_it_stands),
        cmocka_unit_test(text_cannot_end_the_script_element_it_stands_in),
        cmocka_unit_test(thirty_two_levels_are_possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
