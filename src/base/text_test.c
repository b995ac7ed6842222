#include "base/text.h"

#include "base/count.h"
#include "base/utf8.h"
#include "tests/support/spec.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* With its length, so that a text may hold NUL. */
#define BYTES(s) s, sizeof(s) - 1

static void well_formed_text_is_recognised(void **state)
{
    static const char *const good[] = {
        "", "abc", "在宅医療", "𠮷野家", "ﾃﾞｰﾀ", "\xF4\x8F\xBF\xBD", "\xED\x9F\xBF", "\xEE\x80\x80", "12345678あ12345678い"};
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(text_is_utf8(good[i], strlen(good[i])));
}

static void hostile_bytes_are_no_text(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {
        {BYTES("a\0b")},
        {BYTES("\xC0\xAF")},
        {BYTES("\xC1\xBF")},
        {BYTES("\xE0\x80\xAF")},
        {BYTES("\xE0\x9F\xBF")},
        {BYTES("\xF0\x80\x80\xAF")},
        {BYTES("\xF0\x8F\xBF\xBF")},
        {BYTES("\xED\xA0\x80")},
        {BYTES("\xED\xBF\xBF")},
        {BYTES("\xED\xA1\x8C\xED\xBE\xB4")},
        {BYTES("\xF4\x90\x80\x80")},
        {BYTES("\xF5\x80\x80\x80")},
        {BYTES("\xFF")},
        {BYTES("\x80")},
        {BYTES("\xE3")},
        {BYTES("\xE3\x81")},
        {BYTES("\xF0\xA0\xAE")},
        {BYTES("12345678\xE3\x81")},
        {BYTES("\xE3\x81"
               "a")},
        {BYTES("\xEF\xBF\xBE")},
        {BYTES("\xEF\xBF\xBF")},
        {BYTES("\xEF\xB7\x90")},
        {BYTES("\xF0\x9F\xBF\xBE")},
        {BYTES("\xFC\x80\x80\x80\x80\x80")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(text_is_utf8(bad[i].bytes, bad[i].size));
        auto_arena *a = arena_new();
        const char *clean = text_clean(a, bad[i].bytes, bad[i].size, false);
        assert_true(text_is_utf8(clean, strlen(clean)));
    }
}

static void cleaning_keeps_what_the_person_meant(void **state)
{
    static const struct {
        const char *typed, *clean, *line;
    } texts[] = {
        {"  見本 花子　", "見本 花子", "見本 花子"},
        {"一行目\r\n二行目\r三行目\n\n", "一行目\n二行目\n三行目", "一行目 二行目 三行目"},
        {"a\tb\x01\x1b[2J\x7f", "a\tb[2J", "a b[2J"},
        {"か\xE3\x82\x99ハ\xE3\x82\x9A", "がパ", "がパ"},
        {"e\xCC\x81", "é", "é"},
        {"神髙﨑𠮷葛\xF3\xA0\x84\x80", "神髙﨑𠮷葛\xF3\xA0\x84\x80", "神髙﨑𠮷葛\xF3\xA0\x84\x80"},
        {"a\xFF"
         "b",
         "a\xEF\xBF\xBD"
         "b",
         "a\xEF\xBF\xBD"
         "b"},
        {"\xEF\xBB\xBF名\xE2\x80\xAE前\xE2\x80\x8B", "名前", "名前"},
        {"a\xE2\x80\xA8"
         "b",
         "a\nb", "a b"},
        {"\xE3\x82\x99", "\xE3\x82\x99", "\xE3\x82\x99"},
        {"見本　花子（ミホン ハナコ）１-2", "見本　花子（ミホン ハナコ）１-2", "見本　花子（ミホン ハナコ）１-2"},
        {"見本　花子 ", "見本　花子", "見本　花子"},
        {"　見本", "見本", "見本"},
        {"見本　", "見本", "見本"},
        {"見本\xE6\x9C", "見本\xEF\xBF\xBD", "見本\xEF\xBF\xBD"},
        {" 　\n\t", "", ""},
        {"", "", ""},
    };
    (void)state;
    auto_arena *a = arena_new();
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_string_equal(text_clean(a, texts[i].typed, strlen(texts[i].typed), false), texts[i].clean);
        assert_string_equal(text_clean(a, texts[i].typed, strlen(texts[i].typed), true), texts[i].line);
    }
}

static void characters_and_columns_are_counted_as_people_see_them(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    assert_int_equal(text_length("𠮷野家ab"), 5);
    assert_int_equal(text_width("abｱ"), 3);
    assert_int_equal(text_width("在宅①○α"), 10);
    assert_int_equal(text_width("か\xE3\x82\x99"), 2);
    assert_int_equal(text_width(""), 0);
    assert_string_equal(text_cut(a, "在宅医療", 2), "在宅…");
    assert_string_equal(text_cut(a, "在宅医療", 4), "在宅医療");
    assert_string_equal(text_cut(a, "在宅医療", 0), "…");
    assert_string_equal(text_cut(a, "", 0), "");
}

static void spellings_of_the_same_word_fold_to_the_same(void **state)
{
    static const char *const same[][6] = {
        {"ｶﾀｶﾅ", "かたかな", "カタカナ", "カ タ　カナ"},
        {"ｶﾞｷﾞｸﾞﾊﾟ", "がぎぐぱ", "ガギグパ", "か\xE3\x82\x99き゛ク゛ハ゜"},
        {"ヴァ", "ゔぁ", "ｳﾞｧ"},
        {"ＡＢＣ１２３", "abc123", "Abc 123"},
        {"髙橋", "高橋"},
        {"山﨑", "山崎"},
        {"渡邊", "渡邉", "渡辺"},
        {"齋藤", "齊藤", "斎藤", "斉藤"},
        {"𠮷田", "吉田"},
        {"髙島屋", "高嶋屋", "高嶌屋"},
        {"醫學會", "医学会"},
        {"葛\xF3\xA0\x84\x80城", "葛城"},
        {"神社", "神社"},
        {"霞ヶ関", "霞ケ関"},
        {"06-1234-5678", "０６－１２３４－５６７８", "06‐1234‑5678", "06−1234–5678", "０６ー１２３４ー５６７８",
         "06ｰ1234ー 5678"},
        {"㈱連携", "(株)連携", "（株）連携"},
        {"㌔", "キロ", "きろ"},
        {"①Ⅳ", "1IV", "1iv"},
        {"STRASSE", "straße"},
        {"①ー2", "1-2"},
    };
    (void)state;
    auto_arena *a = arena_new();
    for (size_t i = 0; i < COUNT(same); i++)
        for (size_t j = 1; j < COUNT(same[i]) && same[i][j]; j++)
            assert_string_equal(text_fold(a, same[i][j]), text_fold(a, same[i][0]));
    assert_string_equal(text_fold(a, "ｶﾀｶﾅ"), "かたかな");
    assert_string_equal(text_fold(a, "髙"), "高");
    assert_string_equal(text_fold(a, "ケアマネジャー"), "けあまねじゃー");
    assert_string_equal(text_fold(a, "0ー"), "0ー");
    assert_string_equal(text_fold(a, " 　\t\n"), "");
    assert_string_not_equal(text_fold(a, "びょういん"), text_fold(a, "びよういん"));
}

static void folding_a_folded_text_changes_nothing(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    for (unsigned c = 0x20; c < 0xFFFE; c++) {
        if ((c >= 0xD800 && c <= 0xDFFF) || (c >= 0xFDD0 && c <= 0xFDEF) || c == 0x7F)
            continue;
        char text[5] = {0};
        text[utf8_put(text, (int32_t)c)] = '\0';
        const char *once = text_fold(a, text);
        assert_true(text_is_utf8(once, strlen(once)));
        if (strcmp(once, text_fold(a, once)))
            fail_msg("U+%04X: %s, then %s", c, once, text_fold(a, once));
        arena_reset(a);
    }
}

static void kana_is_written_as_the_field_wants_it(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    assert_string_equal(text_katakana(a, "みほん　 はなこ"), "ミホン ハナコ");
    assert_string_equal(text_katakana(a, " ﾐﾎﾝ ｶﾞｸ "), "ミホン ガク");
    assert_string_equal(text_katakana(a, "か゛"), "ガ");
    assert_string_equal(text_katakana(a, "ＡＢ12"), "AB12");
    assert_string_equal(text_katakana(a, ""), "");
    assert_true(text_is_kana("ミホン・ハナコー"));
    assert_true(text_is_kana("みほん ﾊﾅｺ"));
    assert_true(text_is_kana("ＡＢ ab 12"));
    assert_false(text_is_kana("見本"));
    assert_false(text_is_kana("ミホン(ハナコ)"));
    assert_false(text_is_kana("ミホン\xFF"));
}

static void bigrams_are_the_overlapping_words_of_each_run(void **state)
{
    static const char *const texts[][2] = {
        {"透析室", "透析 析室"},     {"透", "透"},      {"", ""},         {"06-1234", "06 12 23 34"},
        {"在宅、医療", "在宅 医療"}, {"a、bc", "a bc"}, {"。", ""},       {"けあー", "けあ あー"},
        {"佐々木", "佐々 々木"},     {"a-b", "a b"},    {"𠮷野", "𠮷野"}, {"「透」", "透"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        auto_buf out = {0};
        text_bigrams(&out, texts[i][0]);
        assert_string_equal(out.size ? out.data : "", texts[i][1]);
    }
    auto_buf two = {0};
    text_bigrams(&two, "透析");
    text_bigrams(&two, "在宅");
    assert_string_equal(two.data, "透析 在宅");
}

static void digits_are_taken_out_of_a_phone_number(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    assert_string_equal(text_digits(a, "０６－１２３４"), "061234");
    assert_string_equal(text_digits(a, "(06) 1234-5678 内線9"), "06123456789");
    assert_string_equal(text_digits(a, "なし"), "");
}

static int by_collation(const void *x, const void *y)
{
    return text_collate(*(const char *const *)x, *(const char *const *)y);
}

static void names_sort_as_a_japanese_person_expects(void **state)
{
    (void)state;
    const char *names[] = {"わだ", "ハナコ", "はなお", "がく", "かく", "ばら", "はら", "あべ"};
    static const char *const sorted[] = {"あべ", "かく", "がく", "はなお", "ハナコ", "はら", "ばら", "わだ"};
    qsort(names, COUNT(names), sizeof *names, by_collation);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(names[i], sorted[i]);
    assert_int_equal(text_collate("かな", "かな"), 0);
    assert_true(text_collate("かな", "カナ") != 0);
}

/* The two bytes as CP932; true when they are one character. */
static bool decodes(const char bytes[2], size_t size, struct buf *out)
{
    buf_cut(out, 0);
    return text_from_cp932(out, bytes, size) < 0;
}

static void every_cp932_character_survives_the_way_there_and_back(void **state)
{
    (void)state;
    size_t mapped = 0;
    auto_buf text = {0}, bytes = {0}, again = {0};
    for (unsigned code = 1; code < 0x10000; code++) {
        const char two[] = {(char)(code >> 8), (char)code};
        bool single = code < 0x100;
        if ((!single && !(code >> 8 >= 0x81 && code >> 8 <= 0xFC && !(code >> 8 >= 0xA0 && code >> 8 <= 0xDF))) ||
            !decodes(single ? two + 1 : two, single ? 1 : 2, &text))
            continue;
        mapped++;
        assert_true(text_is_utf8(text.data, text.size));
        assert_int_equal(text_length(text.data), 1);
        buf_cut(&bytes, 0);
        buf_cut(&again, 0);
        assert_int_equal(text_to_cp932(&bytes, text.data, text.size), 0);
        assert_int_equal(text_from_cp932(&again, bytes.data, bytes.size), -1);
        assert_string_equal(again.data, text.data);
    }
    /* ASCII without NUL, kana, JIS X 0208 with NEC's and IBM's characters, the user-defined area. */
    assert_int_equal(mapped, 127 + 63 + 7724 + 1880);
}

static void cp932_is_microsofts(void **state)
{
    static const struct {
        const char *bytes, *text;
    } pairs[] = {
        {"\x81\x60", "～"}, {"\x81\x7C", "－"}, {"\x81\x61", "∥"}, {"\x81\x5C", "―"},  {"\x81\x91", "￠"},
        {"\x81\xCA", "￢"}, {"\x87\x54", "Ⅰ"},  {"\x87\x40", "①"}, {"\xFB\xFC", "髙"}, {"\xFA\xB1", "﨑"},
        {"\x87\x8A", "㈱"}, {"\x5C", "\\"},     {"\x7E", "~"},     {"\xB1\xDE", "ｱﾞ"}, {"\x8D\xDD\x91\xEE", "在宅"},
        {"\xFA\x5B", "∵"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        auto_buf text = {0}, bytes = {0};
        assert_int_equal(text_from_cp932(&text, pairs[i].bytes, strlen(pairs[i].bytes)), -1);
        assert_string_equal(text.data, pairs[i].text);
        assert_int_equal(text_to_cp932(&bytes, pairs[i].text, strlen(pairs[i].text)), 0);
        if (i + 1 < COUNT(pairs))
            assert_string_equal(bytes.data, pairs[i].bytes);
        else
            assert_string_equal(bytes.data, "\x81\xE6");
    }
}

static void what_cp932_lacks_becomes_its_common_form_or_a_geta(void **state)
{
    static const struct {
        const char *text, *becomes;
        size_t lost;
    } texts[] = {
        {"𠮷田", "吉田", 0},
        {"〜−—¥", "～－―￥", 0},
        {"㋿6年", "令和6年", 0},
        {"é", "e", 0},
        {"葛\xF3\xA0\x84\x80", "葛", 0},
        {"😀a", "〓a", 1},
        {"在\xFF宅", "在〓宅", 1},
        {"한글", "〓〓", 2},
        {"\xE3\x81", "〓", 1},
        {"", "", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        auto_buf bytes = {0}, text = {0};
        assert_int_equal(text_to_cp932(&bytes, texts[i].text, strlen(texts[i].text)), texts[i].lost);
        assert_int_equal(text_from_cp932(&text, bytes.data ? bytes.data : "", bytes.size), -1);
        assert_string_equal(text.size ? text.data : "", texts[i].becomes);
    }
}

static void ill_formed_cp932_is_found_and_replaced(void **state)
{
    static const struct {
        const char *bytes, *text;
        long at;
    } cases[] = {
        {"ab\x81", "ab\xEF\xBF\xBD", 2},
        {"\x81,\x8D\xDD", "\xEF\xBF\xBD,在", 0},
        {"a\xA0"
         "b\xFF",
         "a\xEF\xBF\xBD"
         "b\xEF\xBF\xBD",
         1},
        {"\x85\x9F"
         "a",
         "\xEF\xBF\xBD"
         "a",
         0},
        {"\x80", "\xEF\xBF\xBD", 0},
        {"12345678\xFD", "12345678\xEF\xBF\xBD", 8},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        auto_buf text = {0};
        assert_int_equal(text_from_cp932(&text, cases[i].bytes, strlen(cases[i].bytes)), cases[i].at);
        assert_string_equal(text.data, cases[i].text);
    }
}

static void long_cp932_is_decoded_across_every_boundary(void **state)
{
    (void)state;
    for (size_t before = 0; before < 4; before++) {
        auto_buf bytes = {0}, text = {0};
        for (size_t i = 0; i < before; i++)
            buf_char(&bytes, 'x');
        for (int i = 0; i < 70000; i++)
            buf_text(&bytes, i % 50 ? "\x8D\xDD" : "\x8D\xDD,123456789,\xB1");
        assert_int_equal(text_from_cp932(&text, bytes.data, bytes.size), -1);
        assert_int_equal(text_length(text.data), before + 70000 + 1400 * 12);
        auto_buf again = {0};
        assert_int_equal(text_to_cp932(&again, text.data, text.size), 0);
        assert_string_equal(again.data, bytes.data);
    }
}

static void the_encoding_of_a_file_is_guessed(void **state)
{
    (void)state;
    assert_int_equal(text_guess_encoding(BYTES("a,b")), ENCODING_UTF8);
    assert_int_equal(text_guess_encoding(BYTES("")), ENCODING_UTF8);
    assert_int_equal(text_guess_encoding(BYTES("事業所,電話")), ENCODING_UTF8);
    assert_int_equal(text_guess_encoding(BYTES("事業\xE6\x89")), ENCODING_UTF8);
    assert_int_equal(text_guess_encoding(BYTES("\xEF\xBB\xBF事業所")), ENCODING_UTF8_BOM);
    assert_int_equal(text_guess_encoding(BYTES("\x8D\xDD\x91\xEE,1")), ENCODING_CP932);
    assert_int_equal(text_guess_encoding(BYTES("\x8D\xDD\x91")), ENCODING_CP932);
    assert_int_equal(text_guess_encoding(BYTES("\xC3\xDE\xB0\xC0")), ENCODING_CP932);
    assert_int_equal(text_guess_encoding(BYTES("\xFF\xFE"
                                               "a\0")),
                     ENCODING_UTF16);
    assert_int_equal(text_guess_encoding(BYTES("a\0b\0")), ENCODING_UTF16);
    assert_int_equal(text_guess_encoding(BYTES("\0\0\0\0")), ENCODING_UNKNOWN);
    assert_int_equal(text_guess_encoding(BYTES("PK\x03\x04\xFF\xFF\x80\x80")), ENCODING_UNKNOWN);
}

static void *fold_often(void *unused)
{
    auto_arena *a = arena_new();
    for (int i = 0; i < 200; i++) {
        auto_buf bytes = {0};
        if (strcmp(text_fold(a, "ｶﾞ髙"), "が高") || text_collate("あ", "い") >= 0 || text_to_cp932(&bytes, "髙", 3))
            return unused;
    }
    return NULL;
}

static void many_threads_may_fold_at_once(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, fold_often, &threads), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_threads_may_fold_at_once), /* first: the tables are not there yet */
        cmocka_unit_test(well_formed_text_is_recognised),
        cmocka_unit_test(hostile_bytes_are_no_text),
        cmocka_unit_test(cleaning_keeps_what_the_person_meant),
        cmocka_unit_test(characters_and_columns_are_counted_as_people_see_them),
        cmocka_unit_test(spellings_of_the_same_word_fold_to_the_same),
        cmocka_unit_test(folding_a_folded_text_changes_nothing),
        cmocka_unit_test(kana_is_written_as_the_field_wants_it),
        cmocka_unit_test(bigrams_are_the_overlapping_words_of_each_run),
        cmocka_unit_test(digits_are_taken_out_of_a_phone_number),
        cmocka_unit_test(names_sort_as_a_japanese_person_expects),
        cmocka_unit_test(every_cp932_character_survives_the_way_there_and_back),
        cmocka_unit_test(cp932_is_microsofts),
        cmocka_unit_test(what_cp932_lacks_becomes_its_common_form_or_a_geta),
        cmocka_unit_test(ill_formed_cp932_is_found_and_replaced),
        cmocka_unit_test(long_cp932_is_decoded_across_every_boundary),
        cmocka_unit_test(the_encoding_of_a_file_is_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
