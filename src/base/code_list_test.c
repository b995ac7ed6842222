#include "base/code_list.h"

#include "tests/support/spec.h"

#include <string.h>

static void every_list_has_a_label_a_source_and_codes_that_do_not_repeat(void **state)
{
    (void)state;
    for (size_t i = 0; code_lists[i]; i++) {
        const struct code_list *l = code_lists[i];
        assert_true(*l->label && *l->source && l->count);
        assert_true(!i || strcmp(code_lists[i - 1]->name, l->name) < 0);
        for (size_t x = 0; x < l->count; x++)
            for (size_t y = 0; y < x; y++) {
                assert_string_not_equal(l->codes[x].code, l->codes[y].code);
                assert_string_not_equal(l->codes[x].label, l->codes[y].label);
            }
    }
}

static void a_code_gives_its_label(void **state)
{
    (void)state;
    assert_string_equal(code_label("sex", "female"), "女性");
    assert_string_equal(code_label("sex", "robot"), "robot");
    assert_string_equal(code_label("no_such_list", "x"), "x");
    assert_string_equal(code_label("sex", ""), "");
    assert_string_equal(code_label("sex", NULL), "");
    assert_null(code_list_find("no_such_list"));
    assert_null(code_find(NULL, "x"));
    assert_null(code_find(code_list_find("sex"), NULL));
}

static void a_label_gives_its_code_however_it_is_spelt(void **state)
{
    (void)state;
    assert_string_equal(code_from_label("sex", "女性"), "female");
    assert_string_equal(code_from_label("sex", " 女　性"), "female");
    assert_string_equal(code_from_label("sex", "ＦＥＭＡＬＥ"), "female");
    assert_string_equal(code_from_label("sex", "ｿﾉ他"), "other");
    assert_null(code_from_label("sex", "女"));
    assert_null(code_from_label("sex", ""));
    assert_null(code_from_label("sex", "　"));
    assert_null(code_from_label("sex", NULL));
    assert_null(code_from_label("no_such_list", "女性"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_list_has_a_label_a_source_and_codes_that_do_not_repeat),
        cmocka_unit_test(a_code_gives_its_label),
        cmocka_unit_test(a_label_gives_its_code_however_it_is_spelt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
