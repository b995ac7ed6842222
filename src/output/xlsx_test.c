#include "output/xlsx.h"

#include "output/given_file.h"
#include "output/spreadsheet.h"
#include "output/table.h"
#include "output/xlsx_value.h"
#include "tests/support/spec.h"

#include <zip.h>

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" " \
             "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define RELATIONS "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define KIND "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

struct part {
    const char *name, *text;
};
static const struct part skeleton[] = {
    {"_rels/.rels", RELATIONS "<Relationship Id=\"a\" Type=\"" KIND "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
    {"xl/workbook.xml", "<workbook " MAIN "><sheets><sheet name=\"裏\" sheetId=\"1\" state=\"hidden\" r:id=\"r1\"/>"
                        "<sheet name=\"一覧\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     RELATIONS "<Relationship Id=\"r1\" Type=\"" KIND "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
               "<Relationship Id=\"r2\" Type=\"" KIND "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>"
               "<Relationship Id=\"r3\" Type=\"" KIND "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
               "<Relationship Id=\"r4\" Type=\"" KIND "/styles\" Target=\"../xl/styles.xml\"/></Relationships>"},
    {"xl/worksheets/sheet1.xml", "<worksheet " MAIN "><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData></worksheet>"},
};
#define STRINGS(items) {"xl/sharedStrings.xml", "<sst " MAIN ">" items "</sst>"}
#define STYLES(items) {"xl/styles.xml", "<styleSheet " MAIN ">" items "</styleSheet>"}
#define SHEET(rows) {"xl/worksheets/sheet2.xml", "<worksheet " MAIN "><sheetData>" rows "</sheetData></worksheet>"}

static void add(zip_t *z, const struct part *p)
{
    zip_source_t *s = zip_source_buffer(z, p->text, strlen(p->text), 0);
    assert_true(zip_file_add(z, p->name, s, ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8) >= 0);
}

static struct given_file given_workbook(const struct part *parts, size_t count)
{
    struct given_file f = given_file("", 0);
    int code;
    zip_t *z = zip_open(f.path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    assert_non_null(z);
    for (size_t i = 0; i < sizeof skeleton / sizeof skeleton[0]; i++)
        add(z, &skeleton[i]);
    for (size_t i = 0; i < count; i++)
        add(z, &parts[i]);
    assert_int_equal(zip_close(z), 0);
    return f;
}

/* "ROW:cell|cell\n" for every row. */
static void read_all(struct xlsx_reader *r, struct buf *out, struct err *err)
{
    const char *const *cells;
    size_t count;
    while (xlsx_next(r, &cells, &count, err)) {
        buf_printf(out, "%ld:", xlsx_row_number(r));
        for (size_t i = 0; i < count; i++) {
            buf_text(out, i ? "|" : "");
            buf_text(out, cells[i]);
        }
        buf_char(out, '\n');
    }
    buf_bytes(out, "", 0);
}

static void reads(const struct part *parts, size_t count, const char *rows)
{
    auto_file f = given_workbook(parts, count);
    struct err err = {0};
    auto_xlsx *r = xlsx_open(f.path, -1, &err);
    assert_non_null(r);
    auto_buf out = {0};
    read_all(r, &out, &err);
    assert_int_equal(err.kind, ERR_NONE);
    assert_string_equal(out.data, rows);
}

static void the_first_visible_sheet_is_read_unless_another_is_named(void **state)
{
    (void)state;
    const struct part parts[] = {SHEET("<row r=\"3\"><c r=\"B3\" t=\"str\"><v>表</v></c></row>")};
    reads(parts, 1, "3:|表\n");
    auto_file f = given_workbook(parts, 1);
    struct err err = {0};
    auto_xlsx *hidden = xlsx_open(f.path, 0, &err);
    auto_buf out = {0};
    read_all(hidden, &out, &err);
    assert_string_equal(out.data, "1:1\n");
    assert_int_equal(xlsx_sheet_count(hidden), 2);
    assert_string_equal(xlsx_sheet_name(hidden, 1), "一覧");
    assert_null(xlsx_open(f.path, 2, &err));
    assert_string_equal(err.message, "xlsx.no_sheet");
}

static void furigana_runs_and_escapes_are_understood(void **state)
{
    (void)state;
    const struct part parts[] = {
        STRINGS("<si><t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh></si><si><r><t>北</t></r><r><t xml:space=\"preserve\"> 区</t></r></si>"
                "<si><t>一_x000D_\n二_x005F_x</t></si><si/>"),
        SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c>"
              "<c r=\"E1\" t=\"s\"><v>99</v></c></row><row r=\"2\"/><row r=\"5\"><c r=\"AA5\" t=\"inlineStr\"><is><t>中</t><rPh><t>ナカ</t></rPh></is></c></row>")};
    reads(parts, 2, "1:東京|北 区|一\n二_x\n5:||||||||||||||||||||||||||中\n");
}

static void numbers_come_as_typed_and_dates_as_iso(void **state)
{
    (void)state;
    const struct part parts[] = {
        STYLES("<numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/>"
               "<numFmt numFmtId=\"165\" formatCode=\"yyyy/mm/dd hh:mm\"/><numFmt numFmtId=\"166\" formatCode=\"000000\"/>"
               "<numFmt numFmtId=\"167\" formatCode=\"#,##0&quot;日&quot;\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
               "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"20\"/>"
               "<xf numFmtId=\"166\"/><xf numFmtId=\"167\"/></cellXfs>"),
        SHEET("<row r=\"1\"><c><v>0.10000000000000001</v></c><c s=\"1\"><v>45626</v></c><c s=\"2\"><v>45626</v></c><c s=\"3\"><v>45626.585416666669</v></c>"
              "<c s=\"4\"><v>0.58541666666666659</v></c><c s=\"5\"><v>11011</v></c><c s=\"6\"><v>1234</v></c><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c>"
              "<c><f>1+1</f><v>2</v></c></row>")};
    reads(parts, 2, "1:0.1|2024-11-30|2024-11-30|2024-11-30T14:03|14:03|011011|1234|TRUE|#N/A|2\n");
}

static void text_of(const char *v, const char *format, bool date1904, const char *expected)
{
    char out[64];
    xlsx_number_text(out, v, xlsx_custom_style(format), date1904);
    assert_string_equal(out, expected);
}

static void formats_say_what_a_number_is(void **state)
{
    (void)state;
    text_of("1", "m/d/yy", false, "1900-01-01");
    text_of("61", "m/d/yy", false, "1900-03-01");
    text_of("44164", "d", true, "2024-11-30");
    text_of("1.5", "[h]:mm", false, "36:00");
    text_of("5", "General", false, "5");
    text_of("5", "\"day\"0", false, "5");
    text_of("45626.999999", "yyyy/m/d h:mm", false, "2024-12-01T00:00");
    text_of("-3", "yyyy/m/d", false, "-3");
    text_of("1E+20", "0.00", false, "100000000000000000000");
    text_of("abc", "0", false, "abc");
}

static void refused(const struct given_file *f, const char *key)
{
    struct err err = {0};
    auto_xlsx *r = xlsx_open(f->path, -1, &err);
    auto_buf out = {0};
    if (r)
        read_all(r, &out, &err);
    assert_int_not_equal(err.kind, ERR_NONE);
    assert_string_equal(err.message, key);
}

static void refuses(const struct part *parts, size_t count, const char *key)
{
    auto_file f = given_workbook(parts, count);
    refused(&f, key);
}

static void dangerous_or_broken_files_are_refused(void **state)
{
    (void)state;
    auto_file ole = given_file("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1____", 12), text = given_file("a,b\n", 4), half = given_file("PK\x03\x04____", 8);
    refused(&ole, "xlsx.password");
    refused(&text, "xlsx.not_xlsx");
    refused(&half, "xlsx.broken");
    const struct part macro[] = {SHEET(""), {"xl/vbaProject.bin", "x"}};
    refuses(macro, 2, "xlsx.macro");
    const struct part dtd[] = {{"xl/worksheets/sheet2.xml", "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><worksheet>&b;</worksheet>"}};
    refuses(dtd, 1, "xlsx.dtd");
    const struct part cut[] = {{"xl/worksheets/sheet2.xml", "<worksheet><sheetData><row><c><v>1"}};
    refuses(cut, 1, "xlsx.broken");
    const struct part wide[] = {SHEET("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>")};
    refuses(wide, 1, "xlsx.too_many_cells");
}

static void a_part_that_packs_too_well_is_a_bomb(void **state)
{
    (void)state;
    auto_buf zeros = {0};
    buf_text(&zeros, "<worksheet><sheetData>");
    for (int i = 0; i < 6 << 20; i++)
        buf_char(&zeros, ' ');
    buf_text(&zeros, "</sheetData></worksheet>");
    const struct part bomb[] = {{"xl/worksheets/sheet2.xml", zeros.data}};
    refuses(bomb, 1, "xlsx.bomb");
}

static void a_sheet_of_our_own_reads_back(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct table *t = table_new(a, "t", "一覧: [北区]/相談*?");
    table_column(t, "name", "名称", COLUMN_TEXT, NULL);
    table_column(t, "count", "件数", COLUMN_NUMBER, "件");
    struct row *r = table_row(t, ROW_PLAIN, "1");
    r->cells[0] = CELL_OF_TEXT("=cmd|'/c calc'!A1");
    r->cells[1] = CELL_OF_INT(-1234567);
    table_note(t, "注");
    auto_buf out = {0};
    struct err err = {0};
    assert_true(table_write(t, TABLE_XLSX, &out, &err));
    auto_file f = given_file(out.data, out.size);
    auto_xlsx *x = xlsx_open(f.path, -1, &err);
    auto_buf rows = {0};
    read_all(x, &rows, &err);
    assert_string_equal(rows.data, "1:名称|件数（件）\n2:=cmd|'/c calc'!A1|-1234567\n3:※注\n");
}

static void a_spreadsheet_is_told_by_content_not_by_name(void **state)
{
    (void)state;
    const struct part parts[] = {SHEET("<row r=\"7\"><c><v>1</v></c></row>")};
    auto_file book = given_workbook(parts, 1), text = given_file("\na,b\n", 5);
    struct err err = {0};
    const char *const *cells;
    size_t count;
    auto_spreadsheet *x = spreadsheet_open(book.path, -1, &err), *c = spreadsheet_open(text.path, -1, &err);
    assert_true(spreadsheet_is_xlsx(x));
    assert_string_equal(spreadsheet_encoding(x), "XLSX");
    assert_true(spreadsheet_next(x, &cells, &count, &err));
    assert_int_equal(spreadsheet_row(x), 7);
    assert_false(spreadsheet_is_xlsx(c));
    assert_true(spreadsheet_next(c, &cells, &count, &err));
    assert_string_equal(cells[1], "b");
    assert_int_equal(spreadsheet_row(c), 2);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
        cmocka_unit_test(the_first_visible_sheet_is_read_unless_another_is_named),
        cmocka_unit_test(furigana_runs_and_escapes_are_understood),
        cmocka_unit_test(numbers_come_as_typed_and_dates_as_iso),
        cmocka_unit_test(formats_say_what_a_number_is),
        cmocka_unit_test(dangerous_or_broken_files_are_refused),
        cmocka_unit_test(a_part_that_packs_too_well_is_a_bomb),
        cmocka_unit_test(a_sheet_of_our_own_reads_back),
        cmocka_unit_test(a_spreadsheet_is_told_by_content_not_by_name),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
