#include "output/csv.h"

#include "base/arena.h"
#include "base/count.h"
#include "base/text.h"
#include "output/given_file.h"
#include "tests/support/spec.h"

static void writes(const char *cell, const char *written)
{
    auto_buf out = {0};
    csv_cell(&out, cell, true);
    buf_bytes(&out, "", 0);
    assert_string_equal(out.data, written);
}

static void a_cell_is_quoted_only_when_it_must(void **state)
{
    (void)state;
    writes("相談", "相談");
    writes("a,b", "\"a,b\"");
    writes("二行\n目", "\"二行\n目\"");
    writes("「\"」", "\"「\"\"」\"");
    writes("", "");
}

static void no_spreadsheet_runs_a_cell(void **state)
{
    (void)state;
    writes("=1+1", "'=1+1");
    writes("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
    writes("+81-6", "'+81-6");
    writes("@SUM(A1)", "'@SUM(A1)");
    writes("\t=1", "'\t=1");
    writes("\r=1", "\"'\r=1\"");
    writes("＝１", "'＝１");
    writes("－", "－");
    writes("-12", "-12");
    writes("+0.5", "+0.5");
    writes("-1.", "'-1.");
    writes("-1-1", "'-1-1");
}

static void a_guarded_cell_reads_back_as_it_was(void **state)
{
    (void)state;
    static const char *const cells[] = {"=1+1", "'=1+1", "''@a", "'-12", "-12", "'", "+81-6-0000", "＝１", "－", "\r=1", "'普通"};
    auto_buf out = {0};
    for (size_t i = 0; i < COUNT(cells); i++)
        csv_cell(&out, cells[i], i == 0);
    auto_file f = given_file(out.data, out.size);
    struct err err = {0};
    auto_csv *r = csv_open(f.path, 0, &err);
    const char *const *read;
    size_t count;
    assert_true(csv_next(r, &read, &count, &err));
    assert_int_equal(count, COUNT(cells));
    for (size_t i = 0; i < count; i++)
        assert_string_equal(read[i], cells[i]);
}

/* Reads everything as "cell|cell\ncell\n". */
static void read_all(struct csv_reader *r, struct buf *out, struct err *err)
{
    const char *const *cells;
    size_t count;
    while (csv_next(r, &cells, &count, err)) {
        for (size_t i = 0; i < count; i++) {
            buf_text(out, i ? "|" : "");
            buf_text(out, cells[i]);
        }
        buf_char(out, '\n');
    }
    buf_bytes(out, "", 0);
}

static void reads(const char *bytes, size_t size, const char *cells, const char *encoding)
{
    auto_file f = given_file(bytes, size);
    struct err err = {0};
    auto_csv *r = csv_open(f.path, 0, &err);
    assert_non_null(r);
    auto_buf out = {0};
    read_all(r, &out, &err);
    assert_int_equal(err.kind, ERR_NONE);
    assert_string_equal(out.data, cells);
    assert_string_equal(csv_encoding(r), encoding);
}
#define READS(bytes, cells) reads("" bytes, sizeof(bytes) - 1, cells, "UTF-8")

static void rows_end_in_lf_crlf_or_a_mix(void **state)
{
    (void)state;
    READS("a,b\r\nc,d\ne,f", "a|b\nc|d\ne|f\n");
    READS("a,b\rc,d\r", "a|b\nc|d\n");
    READS("", "");
    READS("\n\r\n", "");
    READS(",\n", "|\n");
    READS("\"\"\n", "\n");
}

static void quotes_hold_commas_breaks_and_quotes(void **state)
{
    (void)state;
    READS("\"a,b\",\"二\r\n行\",\"\"\"\"\n", "a,b|二\r\n行|\"\n");
    READS("a\"b,\"c\"d\n", "a\"b|cd\n");
}

static void a_byte_order_mark_is_not_text(void **state)
{
    (void)state;
    READS("\xef\xbb\xbfid,名\r\n", "id|名\n");
}

static void cp932_is_told_by_its_bytes(void **state)
{
    (void)state;
    const char *text = "項番,医療機関名称\r\n1,髙橋医院①㈱ｶﾅ―表示ソ能\r\n";
    auto_buf cp932 = {0};
    assert_int_equal(text_to_cp932(&cp932, text, strlen(text)), 0);
    reads(cp932.data, cp932.size, "項番|医療機関名称\n1|髙橋医院①㈱ｶﾅ―表示ソ能\n", "CP932");
}

/* Longer than several blocks, every character at every offset of a block's end. */
static void characters_and_quotes_may_straddle_blocks(void **state)
{
    (void)state;
    auto_buf text = {0}, cp932 = {0};
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "%d,\"健康・医療に\"\"関する\r\n相談%.*s\",ｶﾅ\r\n", i, i % 7, "aaaaaaa");
    text_to_cp932(&cp932, text.data, text.size);
    auto_file utf8_file = given_file(text.data, text.size), cp932_file = given_file(cp932.data, cp932.size);
    const char *const paths[] = {utf8_file.path, cp932_file.path};
    for (int f = 0; f < 2; f++) {
        struct err err = {0};
        auto_csv *r = csv_open(paths[f], 0, &err);
        auto_arena *a = arena_new();
        const char *const *cells;
        size_t count;
        for (int i = 0; i < 20000; i++) {
            assert_true(csv_next(r, &cells, &count, &err));
            assert_int_equal(count, 3);
            assert_string_equal(cells[1], arena_printf(a, "健康・医療に\"関する\r\n相談%.*s", i % 7, "aaaaaaa"));
            assert_int_equal(csv_line_number(r), 2 * i + 1);
            assert_int_equal(csv_row_number(r), i + 1);
            arena_reset(a);
        }
        assert_false(csv_next(r, &cells, &count, &err));
        assert_int_equal(err.kind, ERR_NONE);
    }
}

static void long_runs_without_ascii_are_read(void **state)
{
    (void)state;
    auto_buf text = {0}, cp932 = {0};
    buf_text(&text, "a,\"");
    for (int i = 0; i < 250000; i++)
        buf_text(&text, i % 3 ? "あ" : "ｱ");
    buf_text(&text, "\",b");
    text_to_cp932(&cp932, text.data, text.size);
    const struct buf *const files[] = {&text, &cp932};
    for (int i = 0; i < 2; i++) {
        auto_file f = given_file(files[i]->data, files[i]->size);
        struct err err = {0};
        auto_csv *r = csv_open(f.path, 0, &err);
        const char *const *cells;
        size_t count;
        assert_true(csv_next(r, &cells, &count, &err));
        assert_int_equal(strlen(cells[1]), 750000);
        assert_string_equal(cells[1] + 750000 - 9, "ああｱ");
        assert_string_equal(cells[2], "b");
    }
}

static void refuses(const char *bytes, size_t size, size_t max_cell, const char *key)
{
    auto_file f = given_file(bytes, size);
    struct err err = {0};
    auto_csv *r = csv_open(f.path, max_cell, &err);
    auto_buf out = {0};
    if (r)
        read_all(r, &out, &err);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(err.message, key);
}

static void what_cannot_be_read_is_refused_with_a_sentence(void **state)
{
    (void)state;
    refuses("\xff\xfe" "a\0,\0", 6, 0, "csv.utf16");
    refuses("a,b\0c\n", 6, 0, "csv.binary");
    refuses("a,\"b\n", 5, 0, "csv.unclosed_quote");
    refuses("a,0123456789\n", 13, 8, "csv.cell_too_large");
    auto_buf wide = {0};
    for (int i = 0; i < 1025; i++)
        buf_char(&wide, ',');
    refuses(wide.data, wide.size, 0, "csv.too_many_cells");
}

static void an_open_quote_does_not_swallow_a_huge_file(void **state)
{
    (void)state;
    auto_buf text = {0};
    buf_text(&text, "a,\"");
    for (int i = 0; i < 3 << 20; i++)
        buf_char(&text, 'x');
    refuses(text.data, text.size, 0, "csv.cell_too_large");
}

int main(void)
{
    const struct CMUnitTest specs[] = {
        cmocka_unit_test(a_cell_is_quoted_only_when_it_must),
        cmocka_unit_test(no_spreadsheet_runs_a_cell),
        cmocka_unit_test(a_guarded_cell_reads_back_as_it_was),
        cmocka_unit_test(rows_end_in_lf_crlf_or_a_mix),
        cmocka_unit_test(quotes_hold_commas_breaks_and_quotes),
        cmocka_unit_test(a_byte_order_mark_is_not_text),
        cmocka_unit_test(cp932_is_told_by_its_bytes),
        cmocka_unit_test(characters_and_quotes_may_straddle_blocks),
        cmocka_unit_test(long_runs_without_ascii_are_read),
        cmocka_unit_test(what_cannot_be_read_is_refused_with_a_sentence),
        cmocka_unit_test(an_open_quote_does_not_swallow_a_huge_file),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
