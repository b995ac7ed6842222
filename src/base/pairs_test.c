#include "base/pairs.h"

#include "base/count.h"
#include "tests/support/spec.h"

#include <string.h>

static int new_pairs(void **state)
{
    struct arena *a = arena_new();
    struct pairs *p = NEW(a, struct pairs);
    pairs_init(p, a);
    *state = p;
    return 0;
}

static int free_pairs(void **state)
{
    struct pairs *p = *state;
    arena_free(p->arena);
    return 0;
}

static bool form(struct pairs *p, const char *body, struct err *err)
{
    return pairs_parse_urlencoded(p, body, strlen(body), 10, err);
}

static bool json(struct pairs *p, const char *body, struct err *err)
{
    return pairs_parse_json(p, body, strlen(body), 10, err);
}

static void a_form_body_gives_names_and_values_in_order(void **state)
{
    struct pairs *p = *state;
    assert_true(form(p, "name=%E8%A6%8B%E6%9C%AC+%E8%8A%B1%E5%AD%90&topic=a&topic=b&empty=&bare&&", NULL));
    assert_int_equal(p->count, 5);
    assert_string_equal(pairs_get(p, "name"), "見本 花子");
    assert_string_equal(pairs_get(p, "topic"), "a");
    assert_string_equal(pairs_joined(p, "topic"), "a b");
    assert_true(pairs_has(p, "empty"));
    assert_true(pairs_has(p, "bare"));
    assert_false(pairs_has(p, "nothing"));
    assert_string_equal(pairs_get(p, "nothing"), "");
    assert_string_equal(pairs_joined(p, "nothing"), "");
}

static void a_hostile_form_body_is_refused_and_leaves_nothing_behind(void **state)
{
    static const char *const bodies[] = {
        "ok=1&a=%",       "ok=1&a=%4",        "ok=1&a=%zz",    "ok=1&a=%00",       "ok=1&%00=1",
        "ok=1&=nameless", "ok=1&a=%FF",       "ok=1&a=%C0%AF", "ok=1&a=%ED%A0%80", "ok=1&a=%F4%90%80%80",
        "ok=1&a=%E3%81",  "ok=1&a=%EF%BF%BE", "ok=1&a=\xFF",
    };
    struct pairs *p = *state;
    pairs_add(p, "before", "stays");
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct err err = {0};
        assert_false(form(p, bodies[i], &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_string_equal(err.message, "input.ill_formed");
        assert_int_equal(p->count, 1);
    }
}

static void more_values_than_the_limit_are_refused(void **state)
{
    struct pairs *p = *state;
    struct err err = {0};
    assert_true(form(p, "a&a&a&a&a&a&a&a&a&a", &err));
    assert_false(form(p, "a&a&a&a&a&a&a&a&a&a&a", &err));
    assert_string_equal(err.message, "input.too_many");
    assert_int_equal(p->count, 10);
    assert_false(json(p, "{\"a\":[1,2,3,4,5,6,7,8,9,10,11]}", &err));
    assert_false(
        json(p, "{\"a\":[],\"b\":[],\"c\":[],\"d\":[],\"e\":[],\"f\":[],\"g\":[],\"h\":[],\"i\":[],\"j\":[],\"k\":[]}", &err));
    assert_int_equal(p->count, 10);
}

static void setting_replaces_every_earlier_value(void **state)
{
    struct pairs *p = *state;
    assert_true(form(p, "a=1&b=2&a=3", NULL));
    pairs_set(p, "a", "4");
    pairs_set(p, "c", "5");
    assert_string_equal(pairs_joined(p, "a"), "4");
    auto_arena *a = arena_new();
    assert_string_equal(pairs_query(p, a), "a=4&b=2&c=5");
}

static void values_are_copied_so_the_sender_may_forget_them(void **state)
{
    struct pairs *p = *state;
    char name[] = "n", value[] = "v";
    pairs_add(p, name, value);
    pairs_set(p, "s", value);
    name[0] = value[0] = 'x';
    assert_string_equal(pairs_get(p, "n"), "v");
    assert_string_equal(pairs_get(p, "s"), "v");
}

static void a_query_reads_back_as_it_was(void **state)
{
    struct pairs *p = *state;
    pairs_add(p, "q", "透析 & 100% = a+b/?#\"'<");
    auto_arena *a = arena_new();
    const char *query = pairs_query(p, a);
    assert_null(strpbrk(query, " <\"'#/?"));
    struct pairs again;
    pairs_init(&again, a);
    assert_true(form(&again, query, NULL));
    assert_string_equal(pairs_get(&again, "q"), pairs_get(p, "q"));
    struct pairs none;
    pairs_init(&none, a);
    assert_string_equal(pairs_query(&none, a), "");
}

static void a_flat_json_object_gives_text_values(void **state)
{
    struct pairs *p = *state;
    assert_true(json(
        p, "{\"s\":\"\\u5c71\",\"i\":-5,\"r\":0.1,\"t\":true,\"f\":false,\"n\":null,\"many\":[\"a\",\"b\"],\"none\":[]}", NULL));
    assert_string_equal(pairs_get(p, "s"), "山");
    assert_string_equal(pairs_get(p, "i"), "-5");
    assert_string_equal(pairs_get(p, "r"), "0.1");
    assert_string_equal(pairs_get(p, "t"), "1");
    assert_string_equal(pairs_get(p, "f"), "0");
    assert_false(pairs_has(p, "n"));
    assert_string_equal(pairs_joined(p, "many"), "a b");
    assert_true(pairs_has(p, "none"));
    assert_string_equal(pairs_joined(p, "none"), "");
}

static void rows_in_json_get_the_names_a_form_gives_them(void **state)
{
    struct pairs *p = *state;
    assert_true(json(p, "{\"attendees\":[{\"name\":\"見本\",\"roles\":[\"a\",\"b\"]},{\"name\":\"架空\"}]}", NULL));
    assert_string_equal(pairs_get(p, "attendees.0.name"), "見本");
    assert_string_equal(pairs_joined(p, "attendees.0.roles"), "a b");
    assert_string_equal(pairs_get(p, "attendees.1.name"), "架空");
}

/* A name with \u is left to the JSON library, a plain one is read without: both must say the same of whatever follows. */
static void what_is_read_without_the_library_is_what_the_library_reads(void **state)
{
    static const char *const values[] = {
        "\"見本 花子\"", "\"\"", "\"a\\\"b\\\\c\\/d\\n\\t\\r\\b\\f\"", "0", "-1", "7", "-0", "01", "-", "12345678901234567", "123456789012345678",
        "9223372036854775807", "9223372036854775808", "1.5", "1e3", "1.", "true", "false", "null", "tru", "nullx", "[]", "[ ]", "[\"a\",\"b\"]", "[1,2]",
        "[true,null,\"x\"]", "[null]", "[1,]", "[,1]", "[1 2]", "[[1]]", "[{\"a\":\"b\"}]", "{\"a\":1}", "\"open", "\"a\nb\"", "\"\\x\"", "\"\\u3042\"",
        "\"\\u0000\"", "\"\xff\"", "\"\xe3\x81\"", "\"\xef\xbf\xbf\"", " \n\t\"blanks\" ", "", "\"a\",\"k\":\"again\"", "\"a\",\"other\":2", "\"a\",", "\"a\"}x", "\"a\"} {",
        "\"a\" \"b\"", "\"a\":\"b\"", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]", "\"a\",\"\":1",
    };
    struct pairs *library = *state, plain;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct err one = {0}, other = {0};
        library->count = 0;
        pairs_init(&plain, library->arena);
        bool by_library = json(library, arena_printf(library->arena, "{\"\\u006b\":%s}", values[i]), &one);
        bool by_itself = json(&plain, arena_printf(library->arena, "{\"k\":%s}", values[i]), &other);
        if (by_library != by_itself || library->count != plain.count || one.kind != other.kind)
            fail_msg("%s", values[i]);
        for (size_t k = 0; k < plain.count; k++) {
            assert_string_equal(plain.items[k].name, library->items[k].name);
            assert_string_equal(plain.items[k].value, library->items[k].value);
        }
    }
}

static void json_that_is_no_object_or_nests_too_deeply_is_refused(void **state)
{
    static const char *const bodies[] = {
        "",
        "[]",
        "1",
        "{",
        "{\"a\":1} x",
        "{\"a\":{\"b\":1}}",
        "{\"a\":[[1]]}",
        "{\"a\":[{\"b\":[{\"c\":1}]}]}",
        "{\"a\":[1,{\"b\":1}]}",
        "{\"a\":[{\"b\":1},1]}",
        "{\"\":1}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":\"\xff\"}",
        "{\"a\":[{\"b\":{\"c\":1}}]}",
    };
    struct pairs *p = *state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct err err = {0};
        assert_false(json(p, bodies[i], &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(p->count, 0);
    }
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, new_pairs, free_pairs)
    const struct CMUnitTest tests[] = {
        SPEC(a_form_body_gives_names_and_values_in_order),
        SPEC(a_hostile_form_body_is_refused_and_leaves_nothing_behind),
        SPEC(more_values_than_the_limit_are_refused),
        SPEC(setting_replaces_every_earlier_value),
        SPEC(values_are_copied_so_the_sender_may_forget_them),
        SPEC(a_query_reads_back_as_it_was),
        SPEC(a_flat_json_object_gives_text_values),
        SPEC(rows_in_json_get_the_names_a_form_gives_them),
        SPEC(what_is_read_without_the_library_is_what_the_library_reads),
        SPEC(json_that_is_no_object_or_nests_too_deeply_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
