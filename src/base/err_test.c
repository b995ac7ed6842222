#include "base/err.h"

#include "tests/support/spec.h"

#include <string.h>

static void an_error_carries_a_sentence_for_the_person_and_a_detail_for_the_log(void **state)
{
    (void)state;
    struct err e = {.field = "old"};
    assert_false(err_set(&e, ERR_CONFLICT, "record.stale", "id=%s", "C-1"));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_string_equal(e.message, "record.stale");
    assert_string_equal(e.detail, "id=C-1");
    assert_null(e.field);
    assert_false(err_field(&e, "received_on", "sheet.future"));
    assert_int_equal(e.kind, ERR_INPUT);
    assert_string_equal(e.field, "received_on");
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_DB, "x", "y"));
    assert_false(err_field(NULL, "x", "y"));
}

static void an_endless_detail_is_cut(void **state)
{
    (void)state;
    char endless[1000];
    memset(endless, 'x', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    struct err e = {0};
    err_set(&e, ERR_DB, "x", "%s", endless);
    assert_int_equal(strlen(e.detail), sizeof e.detail - 1);
}

static void each_kind_has_its_answer(void **state)
{
    (void)state;
    assert_int_equal(err_http_status(ERR_NONE), 200);
    assert_int_equal(err_http_status(ERR_INPUT), 422);
    assert_int_equal(err_http_status(ERR_SIGNED_OUT), 401);
    assert_int_equal(err_http_status(ERR_FORBIDDEN), 403);
    assert_int_equal(err_http_status(ERR_NOT_FOUND), 404);
    assert_int_equal(err_http_status(ERR_CONFLICT), 409);
    assert_int_equal(err_http_status(ERR_TOO_LARGE), 413);
    assert_int_equal(err_http_status(ERR_BUSY), 429);
    assert_int_equal(err_http_status(ERR_STORE_AWAY), 503);
    assert_int_equal(err_http_status(ERR_BROKEN), 500);
    assert_int_equal(err_exit_code(ERR_NONE), 0);
    assert_int_equal(err_exit_code(ERR_INPUT), 1);
    assert_int_equal(err_exit_code(ERR_STORE_AWAY), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_carries_a_sentence_for_the_person_and_a_detail_for_the_log),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(an_endless_detail_is_cut),
        cmocka_unit_test(each_kind_has_its_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
