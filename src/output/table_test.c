#include "output/table.h"

#include "base/count.h"
#include "output/csv.h"
#include "output/given_file.h"
#include "output/output_messages.h"
#include "output/table_format.h"
#include "output/xlsx.h"
#include "tests/support/spec.h"

#include <expat.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>

static void written(const struct table *t, enum table_format f, struct buf *out)
{
    struct err err = {0};
    assert_true(table_write(t, f, out, &err));
}

static void text_row(struct table *t, enum row_kind kind, const char *label, long long x, long long y)
{
    struct row *r = table_row(t, kind, label);
    r->cells[0] = CELL_OF_TEXT(label);
    r->cells[1] = CELL_OF_INT(x);
    r->cells[2] = CELL_OF_INT(y);
}

/* T-OSK-12 of reports.md: meetings and trainings attended. */
static struct table *meetings(struct arena *a)
{
    struct table *t = table_new(a, "t-osk-12", "会議・研修会等への参加");
    t->subtitle = "大阪市　令和6年度";
    table_column(t, "label", "区分", COLUMN_TEXT, NULL);
    table_column(t, "fy2023", "令和5年度", COLUMN_NUMBER, "回");
    table_column(t, "fy2024", "令和6年度", COLUMN_NUMBER, "回");
    table_column(t, "difference", "増減", COLUMN_NUMBER, "回");
    table_column(t, "rate", "増減率", COLUMN_NUMBER, NULL);
    text_row(t, ROW_TOTAL, "会議出席回数", 2505, 2211);
    text_row(t, ROW_PLAIN, "市・区の会議、研修会", 829, 641);
    text_row(t, ROW_PLAIN, "関係機関との会議、研修会", 1557, 1570);
    text_row(t, ROW_RELISTED, "地域ケア会議", 119, 139);
    for (size_t i = 0; i < t->row_count; i++) {
        struct cell *c = t->rows[i].cells;
        c[3] = cell_difference(c[2].number, c[1].number);
        c[4] = cell_rate(c[2].number, c[1].number);
    }
    table_note(t, "令和5年度は地域ケア会議を合計に加えて公表");
    return t;
}

static void the_published_meeting_table_is_printed_byte_for_byte(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    auto_buf out = {0};
    written(meetings(a), TABLE_CSV, &out);
    assert_string_equal(out.data, "\xef\xbb\xbf区分,令和5年度（回）,令和6年度（回）,増減（回）,増減率（%）\r\n"
                                  "会議出席回数,2505,2211,-294,-11.7\r\n"
                                  "市・区の会議、研修会,829,641,-188,-22.7\r\n"
                                  "関係機関との会議、研修会,1557,1570,13,0.8\r\n"
                                  "（再掲）地域ケア会議,119,139,20,16.8\r\n"
                                  "※令和5年度は地域ケア会議を合計に加えて公表\r\n");
}

static void html_prints_the_same_table_for_people_and_screen_readers(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct table *t = meetings(a);
    t->rows[0].cells[2].drill = "/meetings?year=2024&kind=all";
    t->rows[1].cells[2].drill = "javascript:alert(1)";
    t->rows[3].cells[1].note = "1";
    t->basis = (struct basis){.measure = "会議出席回数", .unit = "回", .n = 1905, .answered = 23, .asked = 24, .multiple_answer = true};
    t->as_of = "令和6年11月30日(土) 14:03 現在";
    auto_buf out = {0};
    written(t, TABLE_HTML, &out);
    static const char *const expected[] = {
        "<table class=\"figures\">\n<caption><span class=\"title\">会議・研修会等への参加</span> <span class=\"subtitle\">大阪市　令和6年度</span> </caption>",
        "<th scope=\"col\">区分</th><th scope=\"col\" class=\"number\">令和5年度<span class=\"unit\">（回）</span></th>",
        ("<tr class=\"total\"><th scope=\"row\">会議出席回数</th><td class=\"number\">2,505</td>"
        "<td class=\"number\"><a class=\"figure\" href=\"/meetings?year=2024&amp;kind=all\">2,211</a></td>"),
        "<td class=\"number\">▲294</td><td class=\"number\">▲11.7%</td>",
        "<td class=\"number\">641</td>",
        "<tr class=\"relisted\"><th scope=\"row\">（再掲）地域ケア会議</th><td class=\"number\">119<sup class=\"mark\">※1</sup></td>",
        "<td class=\"number\">+13</td><td class=\"number\">+0.8%</td>",
        "<ul class=\"notes\"><li>※令和5年度は地域ケア会議を合計に加えて公表</li></ul>",
        "<p class=\"basis\">集計: 会議出席回数（回）　n=1,905　回答: 23／24　複数回答</p>",
        "<p class=\"as-of\">令和6年11月30日(土) 14:03 現在</p>",
    };
    for (size_t i = 0; i < COUNT(expected); i++)
        if (!strstr(out.data, expected[i]))
            fail_msg("missing: %s\nin: %s", expected[i], out.data);
    assert_null(strstr(out.data, "javascript"));
}

static void every_text_is_escaped_in_markup(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    const char *evil = "<script>\"'&";
    struct table *t = table_new(a, evil, evil);
    t->subtitle = t->issuer = t->document_number = t->as_of = t->commentary = t->basis.measure = t->basis.population = evil;
    table_column(t, "k", evil, COLUMN_TEXT, NULL);
    table_column(t, "n", evil, COLUMN_NUMBER, evil);
    struct row *r = table_row(t, ROW_PLAIN, evil), *g = table_row(t, ROW_GROUP, evil);
    r->cells[0] = g->cells[0] = CELL_OF_TEXT(evil);
    r->cells[1] = (struct cell){.kind = CELL_INT, .number = 1, .unit = "<", .drill = "/a\"<", .note = evil};
    r->link = "/b\"<";
    table_note(t, "%s", evil);
    t->chart = CHART_GROUPED_BARS;
    for (enum table_format f = TABLE_HTML; f <= TABLE_SVG; f += TABLE_SVG - TABLE_HTML) {
        auto_buf out = {0};
        written(t, f, &out);
        assert_null(strstr(out.data, "<script"));
        XML_Parser p = XML_ParserCreate("UTF-8");
        assert_int_equal(XML_Parse(p, out.data, (int)out.size, 1), XML_STATUS_OK);
        XML_ParserFree(p);
    }
}

static void json_says_why_a_value_is_not_there(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct table *t = meetings(a);
    t->rows[0].cells[1].kind = CELL_NONE;
    t->rows[0].cells[2].kind = CELL_MISSING;
    t->rows[0].cells[3].kind = CELL_MASKED;
    auto_buf out = {0};
    written(t, TABLE_JSON, &out);
    json_t *root = json_loads(out.data, 0, NULL);
    json_t *row = json_array_get(json_object_get(root, "rows"), 0), *states = json_object_get(row, "states");
    assert_true(json_is_null(json_array_get(json_object_get(row, "cells"), 1)));
    assert_string_equal(json_string_value(json_object_get(states, "fy2023")), "none");
    assert_string_equal(json_string_value(json_object_get(states, "fy2024")), "missing");
    assert_string_equal(json_string_value(json_object_get(states, "difference")), "masked");
    assert_string_equal(json_string_value(json_object_get(json_object_get(row, "units"), "rate")), "%");
    assert_string_equal(json_string_value(json_object_get(row, "kind")), "total");
    json_decref(root);
}

static void prints(struct cell c, const char *expected)
{
    auto_arena *a = arena_new();
    assert_string_equal(cell_print(&c, a), expected);
}

static void figures_print_as_people_write_them(void **state)
{
    (void)state;
    prints(CELL_OF_INT(0), "0");
    prints(CELL_OF_INT(999), "999");
    prints(CELL_OF_INT(-1234567), "-1,234,567");
    prints(CELL_OF_INT(LLONG_MIN), "-9,223,372,036,854,775,808");
    prints((struct cell){.kind = CELL_DECIMAL, .number = 5, .decimals = 2}, "0.05");
    prints((struct cell){.kind = CELL_DECIMAL, .number = 123456, .decimals = 1, .unit = "件"}, "12,345.6件");
    prints(cell_difference(2211, 2505), "▲294");
    prints(cell_difference(5, 5), "0");
    prints(cell_rate(82, 28), "+192.9%");
    prints(cell_rate(641, 829), "▲22.7%");
    prints(cell_rate(1, 0), "－");
    prints(cell_rate(2001, 2000), "+0.1%"); /* 0.05: half goes up */
    prints(cell_rate(1999, 2000), "▲0.1%");
    prints((struct cell){.kind = CELL_MISSING}, "未回答");
    prints((struct cell){.kind = CELL_MASKED}, "＊");
}

static void another_basis_is_not_compared(void **state)
{
    (void)state;
    struct basis now = {.measure = "相談件数", .population = "介護保険対象者のみ", .version = "2024"}, before = now;
    assert_true(basis_comparable(&now, &before));
    before.version = "2023";
    assert_false(basis_comparable(&now, &before));
    before = (struct basis){.measure = "相談件数", .version = "2024"};
    assert_false(basis_comparable(&now, &before));
}

static void a_unit_that_only_cells_carry_is_not_lost_in_csv(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct table *t = table_new(a, "t", "実績");
    table_column(t, "m", "指標", COLUMN_TEXT, NULL);
    table_column(t, "v", "値", COLUMN_NUMBER, NULL);
    struct row *x = table_row(t, ROW_PLAIN, "1");
    x->cells[0] = CELL_OF_TEXT("相談人数");
    x->cells[1] = (struct cell){.kind = CELL_INT, .number = 7784, .unit = "人"};
    struct row *y = table_row(t, ROW_PLAIN, "2");
    y->cells[0] = CELL_OF_TEXT("相談件数");
    y->cells[1] = (struct cell){.kind = CELL_INT, .number = 14284, .unit = "件"};
    auto_buf mixed = {0}, same = {0};
    written(t, TABLE_CSV, &mixed);
    assert_string_equal(mixed.data + 3, "指標,値\r\n相談人数,7784人\r\n相談件数,14284件\r\n");
    t->rows[1].cells[1].unit = "人";
    written(t, TABLE_CSV, &same);
    assert_string_equal(same.data + 3, "指標,値（人）\r\n相談人数,7784\r\n相談件数,14284\r\n");
}

/* -- one value, every format -- */

static unsigned roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % n;
}

static struct cell random_cell(unsigned *seed)
{
    long long n = (long long)roll(seed, 30000) * (long long)roll(seed, 1000) - 3000;
    switch (roll(seed, 9)) {
    case 0: return (struct cell){.kind = CELL_NONE};
    case 1: return (struct cell){.kind = CELL_MISSING};
    case 2: return (struct cell){.kind = CELL_MASKED};
    case 3: return (struct cell){.kind = CELL_DECIMAL, .number = n, .decimals = 1 + (int)roll(seed, 2), .delta = true, .unit = "%"};
    case 4: return (struct cell){.kind = CELL_INT, .number = n, .delta = true};
    default: return CELL_OF_INT(n);
    }
}

static struct table *random_table(struct arena *a, unsigned seed)
{
    struct table *t = table_new(a, "t-random", "検査表");
    table_column(t, "label", "項目", COLUMN_TEXT, NULL);
    size_t columns = 1 + roll(&seed, 4), rows = 1 + roll(&seed, 60);
    for (size_t i = 0; i < columns; i++)
        table_column(t, arena_printf(a, "c%zu", i), arena_printf(a, "列%zu", i), COLUMN_NUMBER, i == 1 ? "件" : NULL);
    for (size_t i = 0; i < rows; i++) {
        struct row *r = table_row(t, roll(&seed, 8) ? ROW_PLAIN : ROW_TOTAL, arena_printf(a, "r%zu", i));
        r->cells[0] = CELL_OF_TEXT(arena_printf(a, "<項目>\"%zu\",", i));
        for (size_t c = 1; c <= columns; c++)
            r->cells[c] = random_cell(&seed);
    }
    return t;
}

/* The figure a document shows, whatever its dress: "▲1,234.5%" is -1234.5. */
static double figure(const char *s)
{
    char plain[64];
    size_t n = 0;
    bool negative = false;
    for (; *s && n < sizeof plain - 1; s++) {
        negative |= strncmp(s, "▲", strlen("▲")) == 0 || *s == '-';
        if ((*s >= '0' && *s <= '9') || *s == '.')
            plain[n++] = *s;
    }
    plain[n] = '\0';
    return negative ? -strtod(plain, NULL) : strtod(plain, NULL);
}

static double value_of(const struct cell *c)
{
    return (double)c->number / (c->kind == CELL_DECIMAL ? pow(10, c->decimals) : 1);
}

static void same_figure(const struct cell *c, const char *shown)
{
    auto_arena *a = arena_new();
    if (cell_is_number(c)) {
        if (fabs(figure(shown) - value_of(c)) > 1e-6)
            fail_msg("%s instead of %s", shown, cell_plain(c, a));
    } else
        assert_string_equal(shown, cell_print(c, a));
}

static void same_row(const struct table *t, size_t r, const char *const *cells, size_t count)
{
    assert_int_equal(count, t->column_count);
    assert_string_equal(cells[0], t->rows[r].cells[0].text);
    for (size_t c = 1; c < count; c++)
        same_figure(&t->rows[r].cells[c], cells[c]);
}

static void check_csv(const struct table *t, enum table_format f)
{
    auto_buf out = {0};
    written(t, f, &out);
    auto_file file = given_file(out.data, out.size);
    struct err err = {0};
    auto_csv *r = csv_open(file.path, 0, &err);
    const char *const *cells;
    size_t count;
    assert_true(csv_next(r, &cells, &count, &err));
    for (size_t i = 0; i < t->row_count; i++) {
        assert_true(csv_next(r, &cells, &count, &err));
        same_row(t, i, cells, count);
    }
}

static void check_xlsx(const struct table *t)
{
    auto_buf out = {0};
    written(t, TABLE_XLSX, &out);
    auto_file file = given_file(out.data, out.size);
    struct err err = {0};
    auto_xlsx *r = xlsx_open(file.path, -1, &err);
    const char *const *cells;
    size_t count;
    assert_true(xlsx_next(r, &cells, &count, &err));
    for (size_t i = 0; i < t->row_count; i++) {
        assert_true(xlsx_next(r, &cells, &count, &err));
        same_row(t, i, cells, count);
    }
}

static void check_json(const struct table *t)
{
    auto_buf out = {0};
    written(t, TABLE_JSON, &out);
    json_t *root = json_loads(out.data, 0, NULL), *rows = json_object_get(root, "rows");
    assert_int_equal(json_array_size(rows), t->row_count);
    for (size_t i = 0; i < t->row_count; i++)
        for (size_t c = 0; c < t->column_count; c++) {
            const struct cell *cell = &t->rows[i].cells[c];
            const json_t *v = json_array_get(json_object_get(json_array_get(rows, i), "cells"), c);
            if (cell_is_number(cell))
                assert_true(fabs(json_number_value(v) - value_of(cell)) < 1e-6);
            else if (cell->kind == CELL_TEXT)
                assert_string_equal(json_string_value(v), cell->text);
            else
                assert_true(json_is_null(v));
        }
    json_decref(root);
}

/* Text of the HTML table as cells separated by TAB. */
struct cells {
    struct buf text;
    bool body;
};

static void on_start(void *data, const XML_Char *name, const XML_Char **atts)
{
    (void)atts;
    struct cells *c = data;
    c->body |= strcmp(name, "tbody") == 0;
}

static void on_text(void *data, const XML_Char *s, int n)
{
    struct cells *c = data;
    if (c->body)
        buf_bytes(&c->text, s, (size_t)n);
}

static void on_end(void *data, const XML_Char *name)
{
    struct cells *c = data;
    if (c->body && (strcmp(name, "td") == 0 || strcmp(name, "th") == 0))
        buf_char(&c->text, '\t');
}

static void check_html(const struct table *t)
{
    auto_buf out = {0};
    written(t, TABLE_HTML, &out);
    struct cells c = {0};
    XML_Parser p = XML_ParserCreate("UTF-8");
    XML_SetUserData(p, &c);
    XML_SetElementHandler(p, on_start, on_end);
    XML_SetCharacterDataHandler(p, on_text);
    assert_int_equal(XML_Parse(p, out.data, (int)out.size, 1), XML_STATUS_OK);
    XML_ParserFree(p);
    char *rest = c.text.data;
    for (size_t i = 0; i < t->row_count; i++)
        for (size_t k = 0; k < t->column_count; k++) {
            char *cell = strsep(&rest, "\t");
            cell += strspn(cell, "\n");
            if (k)
                same_figure(&t->rows[i].cells[k], cell);
            else
                assert_string_equal(cell, t->rows[i].cells[0].text);
        }
    buf_free(&c.text);
}

/* Every row is a line of the extracted text: its label, then its figures in order. */
static void check_pdf(const struct table *t)
{
    auto_buf out = {0}, text = {0};
    written(t, TABLE_PDF, &out);
    auto_file file = given_file(out.data, out.size);
    output_of(&text, "pdftotext -layout %s -", &file);
    char *at = text.data;
    for (size_t i = 0; i < t->row_count; i++) {
        at = strstr(at, t->rows[i].cells[0].text);
        assert_non_null(at);
        at += strlen(t->rows[i].cells[0].text);
        for (size_t k = 1; k < t->column_count; k++) {
            at += strspn(at, " ");
            size_t n = strcspn(at, " \n");
            char shown[64];
            snprintf(shown, sizeof shown, "%.*s", (int)n, at);
            same_figure(&t->rows[i].cells[k], shown);
            at += n;
        }
    }
}

static void check_svg(struct table *t)
{
    for (enum chart_kind k = CHART_BARS; k <= CHART_SMALL_MULTIPLES; k++) {
        t->chart = k;
        auto_buf out = {0};
        written(t, TABLE_SVG, &out);
        XML_Parser p = XML_ParserCreate("UTF-8");
        assert_int_equal(XML_Parse(p, out.data, (int)out.size, 1), XML_STATUS_OK);
        XML_ParserFree(p);
        assert_null(strstr(out.data, "\"nan"));
        assert_null(strstr(out.data, "\"-nan"));
        assert_null(strstr(out.data, "inf\""));
        assert_null(strstr(out.data, "width=\"-"));
        assert_null(strstr(out.data, "height=\"-"));
    }
}

static void charts_bear_zeros_and_nothing_at_all(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    static const long long numbers[] = {0, -5, 9000000000000000000LL};
    for (size_t i = 0; i <= COUNT(numbers); i++) {
        struct table *t = table_new(a, "t", "表");
        table_column(t, "label", "項目", COLUMN_TEXT, NULL);
        table_column(t, "n", "件数", COLUMN_NUMBER, "件");
        struct row *r = table_row(t, ROW_PLAIN, "1");
        r->cells[0] = CELL_OF_TEXT("一");
        r->cells[1] = i < COUNT(numbers) ? CELL_OF_INT(numbers[i]) : (struct cell){.kind = CELL_MISSING};
        check_svg(t);
    }
}

static void every_format_carries_the_same_figures(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 12; seed++) {
        auto_arena *a = arena_new();
        struct table *t = random_table(a, seed * 7919);
        check_csv(t, TABLE_CSV);
        check_csv(t, TABLE_CSV_CP932);
        check_xlsx(t);
        check_json(t);
        check_html(t);
        check_pdf(t);
        if (t->row_count > 2)
            check_svg(t);
    }
}

static void a_chart_has_words_for_everything_and_no_inline_style(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    for (enum chart_kind k = CHART_BARS; k <= CHART_SMALL_MULTIPLES; k++) {
        struct table *t = meetings(a);
        t->chart = k;
        t->columns[1].chart = t->columns[2].chart = true;
        t->rows[1].cells[1].kind = CELL_MISSING;
        t->rows[1].cells[2].kind = CELL_MISSING;
        auto_buf out = {0};
        written(t, TABLE_SVG, &out);
        assert_non_null(strstr(out.data, "role=\"img\" aria-labelledby=\"chart-t-osk-12-title chart-t-osk-12-desc\""));
        assert_non_null(strstr(out.data, "<title id=\"chart-t-osk-12-title\">会議・研修会等への参加"));
        auto_buf narrow = {0};
        assert_true(table_chart_narrow(t, &narrow));
        assert_non_null(strstr(narrow.data, "aria-labelledby=\"chart-t-osk-12-narrow-title chart-t-osk-12-narrow-desc\""));
        assert_non_null(strstr(narrow.data, "viewBox=\"0 0 356 "));
        assert_non_null(strstr(out.data, "1,570"));
        assert_non_null(strstr(out.data, "未回答"));
        assert_non_null(strstr(out.data, "令和5年度"));
        assert_null(strstr(out.data, "style="));
        assert_null(strstr(out.data, "nan"));
        assert_null(strstr(out.data, "2,505")); /* totals are not drawn beside their parts */
        assert_null(strstr(out.data, "▲11.7")); /* columns not chosen are left out */
    }
}

static void a_table_without_figures_has_no_chart(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct table *t = table_new(a, "t", "表");
    t->chart = CHART_BARS;
    table_column(t, "a", "文", COLUMN_TEXT, NULL);
    table_row(t, ROW_PLAIN, "1");
    auto_buf out = {0};
    struct err err = {0};
    assert_false(table_write(t, TABLE_SVG, &out, &err));
    assert_string_equal(err.message, "table.no_chart");
}

static void a_list_too_long_for_paper_is_refused(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct table *t = table_new(a, "t", "一覧");
    table_column(t, "a", "列", COLUMN_TEXT, NULL);
    for (int i = 0; i <= 200000; i++)
        table_row(t, ROW_PLAIN, "");
    auto_buf out = {0};
    struct err err = {0};
    assert_false(table_write(t, TABLE_PDF, &out, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
    assert_string_equal(err.message, "paper.too_many_rows");
}

static void excel_gets_numbers_dressed_as_people_read_them(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct table *t = meetings(a);
    t->landscape = true;
    auto_buf out = {0}, styles = {0}, sheet = {0};
    written(t, TABLE_XLSX, &out);
    auto_file f = given_file(out.data, out.size);
    output_of(&styles, "unzip -p %s xl/styles.xml", &f);
    assert_non_null(strstr(styles.data, "formatCode=\"+#,##0.0&quot;%&quot;;&quot;▲&quot;#,##0.0&quot;%&quot;;#,##0.0&quot;%&quot;\""));
    output_of(&sheet, "unzip -p %s xl/worksheets/sheet1.xml", &f);
    static const char *const wanted[] = {"<v>-11.7</v>", "ySplit=\"1\"", "state=\"frozen\"", "paperSize=\"9\"", "orientation=\"landscape\"",
                                         "&amp;P／&amp;N", "会議・研修会等への参加　大阪市　令和6年度"};
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (!strstr(sheet.data, wanted[i]))
            fail_msg("missing: %s\nin: %s", wanted[i], sheet.data);
}

static void names_of_formats_and_types(void **state)
{
    (void)state;
    assert_int_equal(table_format_from("xlsx"), TABLE_XLSX);
    assert_int_equal(table_format_from("exe"), TABLE_FORMAT__COUNT);
    assert_int_equal(table_format_from(NULL), TABLE_FORMAT__COUNT);
    assert_string_equal(table_format_type(TABLE_PDF), "application/pdf");
    assert_string_equal(table_format_extension(TABLE_CSV_CP932), "csv");
}

/* Every key that the sources of this floor name has its sentence, in order, and no sentence is idle. */
static void every_error_has_a_sentence(void **state)
{
    (void)state;
    auto_buf sources = {0};
    FILE *p = popen("cat $(ls " RENKEI_SOURCE "/src/output/*.c | grep -v -e _test -e output_messages)", "r");
    char chunk[4096];
    for (size_t n; p && (n = fread(chunk, 1, sizeof chunk, p)) > 0;)
        buf_bytes(&sources, chunk, n);
    assert_true(p && pclose(p) == 0 && sources.size > 1000);
    for (size_t i = 0; i < output_message_count; i++) {
        const struct output_message *m = &output_messages[i];
        snprintf(chunk, sizeof chunk, "\"%s\"", m->key);
        assert_non_null(strstr(sources.data, chunk));
        assert_string_equal(m->sentence + strlen(m->sentence) - strlen("。"), "。");
        assert_true(i == 0 || strcmp(output_messages[i - 1].key, m->key) < 0);
    }
    static const char *const floors[] = {"\"csv.", "\"xlsx.", "\"table.", "\"paper."};
    for (size_t f = 0; f < COUNT(floors); f++)
        for (const char *at = sources.data; (at = strstr(at, floors[f])); at++) {
            size_t found = 0;
            for (size_t i = 0; i < output_message_count; i++) {
                size_t n = strlen(output_messages[i].key);
                found += strncmp(at + 1, output_messages[i].key, n) == 0 && at[1 + n] == '"';
            }
            if (found != 1 && at[strcspn(at, "*\n")] != '*') /* "csv.*" is a word about them all */
                fail_msg("no sentence: %.40s", at);
        }
}

int main(void)
{
    const struct CMUnitTest specs[] = {
        cmocka_unit_test(the_published_meeting_table_is_printed_byte_for_byte),
        cmocka_unit_test(html_prints_the_same_table_for_people_and_screen_readers),
        cmocka_unit_test(every_text_is_escaped_in_markup),
        cmocka_unit_test(json_says_why_a_value_is_not_there),
        cmocka_unit_test(figures_print_as_people_write_them),
        cmocka_unit_test(another_basis_is_not_compared),
        cmocka_unit_test(a_unit_that_only_cells_carry_is_not_lost_in_csv),
        cmocka_unit_test(every_format_carries_the_same_figures),
        cmocka_unit_test(charts_bear_zeros_and_nothing_at_all),
        cmocka_unit_test(a_chart_has_words_for_everything_and_no_inline_style),
        cmocka_unit_test(a_table_without_figures_has_no_chart),
        cmocka_unit_test(a_list_too_long_for_paper_is_refused),
        cmocka_unit_test(excel_gets_numbers_dressed_as_people_read_them),
        cmocka_unit_test(names_of_formats_and_types),
        cmocka_unit_test(every_error_has_a_sentence),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
