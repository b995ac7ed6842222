#include "tests/support/spec.h"

#include "base/count.h"
#include "web/router.h"

#include <string.h>

static const struct route routes[] = {
    {GET, "/", PERM_PUBLIC, NULL, NULL, 0, "", NULL},
    {GET, "/consultations", PERM_PUBLIC, NULL, NULL, 0, "", NULL},
    {POST, "/consultations", PERM_PUBLIC, NULL, NULL, 0, "", NULL},
    {GET, "/consultations/new", PERM_PUBLIC, NULL, NULL, 0, "", NULL},
    {GET, "/consultations/:id", PERM_PUBLIC, NULL, NULL, 0, "", NULL},
    {POST, "/consultations/:id", PERM_PUBLIC, NULL, NULL, 0, "", NULL},
    {GET, "/consultations/:id/edit", PERM_PUBLIC, NULL, NULL, 0, "", NULL},
    {GET, "/drafts/:kind/:id", PERM_PUBLIC, NULL, NULL, 0, "", NULL},
};

static struct router *given_router(struct arena *a)
{
    struct router *r = router_new(a);
    for (size_t i = 0; i < COUNT(routes); i++)
        assert_true(router_add(r, &routes[i], NULL));
    return r;
}

static void fixed_words_win_and_names_take_the_rest(void **state)
{
    static const struct {
        enum http_method method;
        const char *path, *route, *id;
    } samples[] = {
        {GET, "/", "/", ""},
        {GET, "/consultations", "/consultations", ""},
        {GET, "/consultations/", "/consultations", ""},
        {GET, "/consultations/new", "/consultations/new", ""},
        {POST, "/consultations/new", "/consultations/:id", "new"},
        {GET, "/consultations/new/edit", "/consultations/:id/edit", "new"},
        {GET, "/consultations/見本", "/consultations/:id", "見本"},
        {GET, "/drafts/consultation/7", "/drafts/:kind/:id", "7"},
    };
    (void)state;
    auto_arena *a = arena_new();
    struct router *r = given_router(a);
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct pairs params;
        unsigned allowed;
        pairs_init(&params, a);
        const struct route *found = router_match(r, samples[i].method, samples[i].path, &params, &allowed);
        assert_non_null(found);
        assert_string_equal(found->path, samples[i].route);
        assert_string_equal(pairs_get(&params, "id"), samples[i].id);
    }
}

static void what_does_not_exist_is_not_found(void **state)
{
    static const char *const paths[] = {"",
                                        "x",
                                        "/x",
                                        "/consultation",
                                        "/consultationsx",
                                        "/consultations/1/x",
                                        "/consultations//edit",
                                        "//",
                                        "/consultations/1/edit/2",
                                        "/drafts/consultation",
                                        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s"};
    (void)state;
    auto_arena *a = arena_new();
    struct router *r = given_router(a);
    for (size_t i = 0; i < COUNT(paths); i++) {
        unsigned allowed = 99;
        assert_null(router_match(r, GET, paths[i], NULL, &allowed));
        assert_int_equal(allowed, 0);
    }
}

static void a_wrong_method_tells_the_right_ones(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct router *r = given_router(a);
    unsigned allowed = 0;
    assert_null(router_match(r, DELETE, "/consultations/7", NULL, &allowed));
    assert_int_equal(allowed, 1u << GET | 1u << POST);
}

static void the_same_address_twice_is_our_mistake(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct router *r = given_router(a);
    struct err err = {0};
    assert_false(router_add(r, &routes[1], &err));
    assert_int_equal(err.kind, ERR_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_words_win_and_names_take_the_rest),
        cmocka_unit_test(what_does_not_exist_is_not_found),
        cmocka_unit_test(a_wrong_method_tells_the_right_ones),
        cmocka_unit_test(the_same_address_twice_is_our_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
