/* booklet_test.c -- a book whose numbers agree: contents, entries, maps, index; labels and cards. */
#include "output/booklet.h"

#include "base/arena.h"
#include "base/count.h"
#include "output/given_file.h"
#include "tests/support/spec.h"

static const struct booklet_head head = {.title = "見本市ガイド", .subtitle = "副題", .publisher = "見本市", .edition = "第3版", .date = "令和6年11月30日",
                                         .note = "ご利用の前に確かめてください。"};
static const struct booklet_line lines[] = {{"住所", "見本市架空町1-2-3"}, {"電話", "06-0000-0000"}, {"FAX", ""}};

static void given_entries(struct booklet *b, int first, int count, const char *name, const char *kana)
{
    auto_arena *a = arena_new();
    for (int i = first; i < first + count; i++)
        booklet_entry(b, &(struct booklet_entry){.number = i, .name = arena_printf(a, "%s%03d", name, i), .kana = kana, .lines = lines,
                                                 .line_count = COUNT(lines)});
}

/* Pages as text, split at form feeds. */
static size_t pages_of(struct arena *a, const struct buf *pdf, const char *pages[], size_t most)
{
    auto_file f = given_file(pdf->data, pdf->size);
    auto_buf text = {0};
    output_of(&text, "pdftotext -layout '%s' -", &f);
    char *rest = arena_strdup(a, text.data);
    size_t n = 0;
    for (char *page; n < most && (page = strsep(&rest, "\f")) && rest;)
        pages[n++] = page;
    return n;
}

static void shows(const char *page, const char *wanted)
{
    if (!strstr(page, wanted))
        fail_msg("「%s」 is not on the page: %s", wanted, page);
}

static const int32_t square[] = {135500000, 34700000, 135510000, 34700000, 135510000, 34710000, 135500000, 34710000};

static void contents_and_index_name_the_pages_that_the_entries_stand_on(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    auto_buf pdf = {0};
    struct err err = {0};
    int count = 0;
    const char *pages[40];
    struct booklet *b = booklet_new(&head);
    booklet_chapter(b, "使い方");
    booklet_text(b, "番号は地図と同じです。");
    booklet_chapter(b, "訪問看護");
    given_entries(b, 1, 60, "かもめ", "カモメ");
    booklet_chapter(b, "薬局");
    given_entries(b, 61, 3, "ひまわり", "ヒマワリ");
    assert_true(booklet_finish(b, &pdf, &count, &err));
    assert_int_equal(pages_of(a, &pdf, pages, COUNT(pages)), count);
    shows(pages[0], "見本市ガイド");
    shows(pages[0], "第3版");
    shows(pages[1], "もくじ");
    char wanted[64];
    for (int i = 0; i < count; i++) { /* every page but the cover says its number, and the contents name it */
        snprintf(wanted, sizeof wanted, "%d\n", i + 1);
        if (i)
            shows(pages[i], wanted);
        if (i > 1 && strstr(pages[i], "かもめ001") && !strstr(pages[i], "索引")) {
            snprintf(wanted, sizeof wanted, "1・%dページ", i + 1);
            shows(pages[count - 1], "カ行");
            shows(pages[count - 1], wanted);
        }
        if (i > 1 && strstr(pages[i], "ひまわり063") && !strstr(pages[i], "索引")) {
            snprintf(wanted, sizeof wanted, "63・%dページ", i + 1);
            shows(pages[count - 1], wanted);
        }
    }
}

static void an_entry_is_never_cut_by_the_end_of_a_page(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    auto_buf pdf = {0};
    struct err err = {0};
    const char *pages[40];
    struct booklet *b = booklet_new(&head);
    booklet_chapter(b, "訪問看護");
    given_entries(b, 1, 90, "かもめ", "カモメ");
    assert_true(booklet_finish(b, &pdf, NULL, &err));
    size_t count = pages_of(a, &pdf, pages, COUNT(pages));
    for (size_t i = 2; i < count; i++) {
        size_t names = 0, phones = 0;
        for (const char *at = pages[i]; !strstr(pages[i], "索引") && (at = strstr(at, "かもめ")); at++)
            names++;
        for (const char *at = pages[i]; (at = strstr(at, "06-0000-0000")); at++)
            phones++;
        assert_int_equal(names, phones);
    }
}

static void a_map_shows_every_pin_inside_and_none_hides_another(void **state)
{
    (void)state;
    auto_buf pdf = {0}, text = {0};
    struct err err = {0};
    struct booklet_pin pins[40];
    for (int i = 0; i < 40; i++)
        pins[i] = (struct booklet_pin){101 + i, 135505000, 34705000}; /* one building */
    const struct booklet_outline outline = {square, 4, true};
    struct booklet *b = booklet_map_only(&head);
    booklet_map(b, &(struct booklet_map){.title = "地図", .outlines = &outline, .outline_count = 1, .pins = pins, .pin_count = 40, .attribution = "出典"});
    assert_true(booklet_finish(b, &pdf, NULL, &err));
    auto_file f = given_file(pdf.data, pdf.size);
    output_of(&text, "pdftotext -bbox '%s' -", &f);
    double seen[40][2];
    for (int i = 0; i < 40; i++) {
        char number[32];
        snprintf(number, sizeof number, ">%d</word>", 101 + i);
        const char *at = strstr(text.data, number), *word = at;
        assert_non_null(at);
        while (strncmp(word, "<word", 5) != 0)
            word--;
        assert_int_equal(sscanf(word, "<word xMin=\"%lf\" yMin=\"%lf\"", &seen[i][0], &seen[i][1]), 2);
        for (int k = 0; k < i; k++)
            assert_true((seen[i][0] - seen[k][0]) * (seen[i][0] - seen[k][0]) + (seen[i][1] - seen[k][1]) * (seen[i][1] - seen[k][1]) > 15 * 15);
    }
    shows(text.data, "出典");
}

static void a_map_without_places_says_so(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    auto_buf pdf = {0};
    struct err err = {0};
    const char *pages[4];
    struct booklet *b = booklet_map_only(&head);
    booklet_map(b, &(struct booklet_map){.title = "地図"});
    assert_true(booklet_finish(b, &pdf, NULL, &err));
    assert_int_equal(pages_of(a, &pdf, pages, COUNT(pages)), 1);
    shows(pages[0], "置ける場所がありません");
}

static void labels_fill_their_sheets(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    auto_buf pdf = {0};
    struct err err = {0};
    const char *pages[8];
    static const char *const address[] = {"〒530-0001", "大阪市北区見本町1-2-3", "見本訪問看護ステーション　御中"};
    struct booklet_label labels[25];
    for (size_t i = 0; i < COUNT(labels); i++)
        labels[i] = (struct booklet_label){address, COUNT(address), 2};
    assert_true(booklet_labels(&booklet_labels_12, labels, COUNT(labels), &pdf, &err));
    assert_int_equal(pages_of(a, &pdf, pages, COUNT(pages)), 3);
    shows(pages[2], "御中");
}

int main(void)
{
    const struct CMUnitTest specs[] = {
        cmocka_unit_test(contents_and_index_name_the_pages_that_the_entries_stand_on),
        cmocka_unit_test(an_entry_is_never_cut_by_the_end_of_a_page),
        cmocka_unit_test(a_map_shows_every_pin_inside_and_none_hides_another),
        cmocka_unit_test(a_map_without_places_says_so),
        cmocka_unit_test(labels_fill_their_sheets),
    };
    return cmocka_run_group_tests_name("booklet", specs, NULL, NULL);
}
