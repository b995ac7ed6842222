#include "web/fragments.h"

#include "tests/support/spec.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 64 * 1024 };

static struct fragment_key key_of(const char *name, long long n)
{
    struct fragment_key key;
    fragment_key_begin(&key, 'T');
    fragment_key_text(&key, name);
    fragment_key_number(&key, n);
    return key;
}

static bool is_kept(struct fragments *f, const char *name, long long n, const char *text)
{
    auto_buf out = {0};
    struct fragment_key key = key_of(name, n);
    buf_text(&out, "前");
    bool kept = fragment_write(f, &key, &out);
    return kept && !strcmp(out.data + strlen("前"), text);
}

static void keep(struct fragments *f, const char *name, long long n, const char *text)
{
    struct fragment_key key = key_of(name, n);
    fragment_keep(f, &key, text, strlen(text));
}

static void a_piece_is_found_by_its_whole_key_only(void **state)
{
    (void)state;
    struct fragments *f = fragments_new(ROOM);
    keep(f, "見本", 1, "<td>一</td>");
    keep(f, "見本", 2, "<td>二</td>");
    assert_true(is_kept(f, "見本", 1, "<td>一</td>"));
    assert_true(is_kept(f, "見本", 2, "<td>二</td>"));
    auto_buf out = {0};
    struct fragment_key other = key_of("見本", 3), shorter = key_of("見", 1);
    assert_false(fragment_write(f, &other, &out));
    assert_false(fragment_write(f, &shorter, &out));
    assert_int_equal(out.size, 0);
    fragments_free(f);
}

static void members_of_a_key_do_not_run_into_each_other(void **state)
{
    (void)state;
    struct fragments *f = fragments_new(ROOM);
    struct fragment_key one, two;
    fragment_key_begin(&one, 'T');
    fragment_key_text(&one, "ab");
    fragment_key_text(&one, "c");
    fragment_key_begin(&two, 'T');
    fragment_key_text(&two, "a");
    fragment_key_text(&two, "bc");
    fragment_keep(f, &one, "x", 1);
    auto_buf out = {0};
    assert_false(fragment_write(f, &two, &out));
    fragments_free(f);
}

static void a_key_that_does_not_fit_is_never_kept(void **state)
{
    (void)state;
    struct fragments *f = fragments_new(ROOM);
    char text[FRAGMENT_KEY_MOST + 10];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct fragment_key key = key_of(text, 1);
    fragment_keep(f, &key, "x", 1);
    auto_buf out = {0};
    assert_false(fragment_write(f, &key, &out));
    assert_int_equal(fragments_size(f), 0);
    fragments_free(f);
}

static void it_keeps_within_its_room_and_forgets_what_nobody_asks_for(void **state)
{
    (void)state;
    struct fragments *f = fragments_new(ROOM);
    char piece[500];
    memset(piece, 'p', sizeof piece - 1);
    piece[sizeof piece - 1] = '\0';
    keep(f, "asked", 0, "often");
    for (long long n = 1; n < 3000; n++) {
        keep(f, "once", n, piece);
        assert_true(is_kept(f, "asked", 0, "often"));
        assert_true(fragments_size(f) <= ROOM);
    }
    assert_true(is_kept(f, "once", 2999, piece));
    assert_false(is_kept(f, "once", 1, piece));
    fragments_free(f);
}

static void keeping_the_same_piece_twice_takes_no_more_room(void **state)
{
    (void)state;
    struct fragments *f = fragments_new(ROOM);
    keep(f, "見本", 1, "<td></td>");
    size_t size = fragments_size(f);
    keep(f, "見本", 1, "<td></td>");
    assert_int_equal(fragments_size(f), size);
    fragments_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_piece_is_found_by_its_whole_key_only),
        cmocka_unit_test(members_of_a_key_do_not_run_into_each_other),
        cmocka_unit_test(a_key_that_does_not_fit_is_never_kept),
        cmocka_unit_test(it_keeps_within_its_room_and_forgets_what_nobody_asks_for),
        cmocka_unit_test(keeping_the_same_piece_twice_takes_no_more_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
