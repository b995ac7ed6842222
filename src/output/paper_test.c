#include "output/paper.h"

#include "base/count.h"
#include "output/given_file.h"
#include "output/qr.h"
#include "output/table.h"
#include "tests/support/spec.h"

#include <pthread.h>

static const char *const story =
    "本人より電話にて相談あり。最近、夜間に眠れないことが続き、食欲も低下しているとのこと。家族構成は妻と二人暮らしで、長男は他県に在住。";

struct sheet {
    const char *received_on, *visited_at, *sex, *summary, *attendees, *patient_id, *phone;
    long minutes;
};
struct attendee {
    const char *profession, *name;
};
#define AT(member) offsetof(struct attendee, member)
static const struct field attendee_fields[] = {
    {.name = "profession", .label = "職種", .type = FIELD_TEXT, .offset = AT(profession)},
    {.name = "name", .label = "氏名", .type = FIELD_TEXT, .offset = AT(name)},
};
#undef AT
static const struct field_set attendee_set = {"attendee", "出席者", attendee_fields, COUNT(attendee_fields), sizeof(struct attendee), NULL};
#define AT(member) offsetof(struct sheet, member)
static const struct field sheet_fields[] = {
    {.name = "received_on", .label = "受付日", .type = FIELD_DATE, .offset = AT(received_on), .section = "受付"},
    {.name = "visited_at", .label = "訪問日時", .type = FIELD_DATETIME, .offset = AT(visited_at)},
    {.name = "minutes", .label = "所要時間", .type = FIELD_INT, .max = 1440, .offset = AT(minutes)},
    {.name = "patient_id", .label = "対象者", .type = FIELD_REF, .picker = "patient", .offset = AT(patient_id)},
    {.name = "phone", .label = "電話番号", .type = FIELD_TEXT, .offset = AT(phone)},
    {.name = "sex", .label = "性別", .type = FIELD_CODE, .codes = "sex", .offset = AT(sex)},
    {.name = "summary", .label = "相談内容", .type = FIELD_LONG_TEXT, .offset = AT(summary), .section = "内容"},
    {.name = "attendees", .label = "出席者", .type = FIELD_ROWS, .rows = &attendee_set, .offset = AT(attendees)},
};
static const struct field_set sheet_set = {"sheet", "相談シート", sheet_fields, COUNT(sheet_fields), sizeof(struct sheet), NULL};

static const struct paper_head head = {
    .form_number = "様式6", .title = "相談シート", .number = "R6-北-6-0012", .office = "見本市在宅医療・介護連携相談支援室", .author = "架空 太郎",
    .period = "令和6年11月分", .date = "令和6年11月30日(土)", .qr = "https://renkei.example/c/1", .watermark = "下書き"};

static void finished(struct paper *p, struct buf *out)
{
    struct err err = {0};
    assert_true(paper_finish(p, out, &err));
    assert_memory_equal(out->data, "%PDF-1.5", 8);
}

static void shown_by(const char *command, const struct buf *pdf, struct buf *text)
{
    auto_file f = given_file(pdf->data, pdf->size);
    output_of(text, command, &f);
}

static void shows(const struct buf *text, const char *wanted)
{
    if (!strstr(text->data, wanted))
        fail_msg("missing: %s\nin: %s", wanted, text->data);
}

static void a_form_prints_every_field_by_its_kind(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct sheet row = {.received_on = "2024-11-30", .visited_at = "", .minutes = 1200, .sex = "female", .summary = story, .phone = "06-0000-0000",
                        .patient_id = "", .attendees = "[{\"profession\":\"訪問看護師\",\"name\":\"見本 花子\"}]"};
    struct paper *p = paper_new(false, &head);
    paper_fields(p, &sheet_set, &row, a);
    paper_signatures(p, (const char *const[]){"担当者", "管理者"}, 2);
    auto_buf pdf = {0}, text = {0};
    finished(p, &pdf);
    shown_by("pdftotext -layout %s -", &pdf, &text);
    static const char *const wanted[] = {"様式6【下書き】", "相談シート", "R6-北-6-0012", "架空 太郎", "令和6年11月30日", "1,200",
                                         "☐ 男性", "☑ 女性", "06-0000-0000", "訪問看護師", "見本 花子", "管理者", "1／1"};
    for (size_t i = 0; i < COUNT(wanted); i++)
        shows(&text, wanted[i]);
}

static void several_sheets_in_one_document_each_count_their_own_pages(void **state)
{
    (void)state;
    struct paper *p = NULL;
    static const char *const numbers[] = {"R6-北-6-0001", "R6-北-6-0002", "R6-北-6-0003"};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        p = paper_next(p, false, &(struct paper_head){.form_number = "様式6", .title = "相談シート", .number = numbers[i]});
        for (int k = 0; i == 1 && k < 60; k++)
            paper_text(p, story);
        paper_text(p, "おわり");
    }
    auto_buf pdf = {0}, text = {0};
    finished(p, &pdf);
    shown_by("pdftotext -layout %s -", &pdf, &text);
    for (size_t i = 0; i < COUNT(numbers); i++)
        shows(&text, numbers[i]);
    const char *first = strstr(text.data, "1／1");
    assert_non_null(first);
    assert_true(first < strstr(text.data, numbers[1]));
    assert_non_null(strstr(first + 1, "1／1"));
    assert_true(strstr(first + 1, "1／1") > strstr(text.data, numbers[2]));
    assert_null(strstr(text.data, "1／5"));
    assert_non_null(strstr(first, "2／"));
}

static void a_blank_form_leaves_room_to_write(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct sheet row;
    memset(&row, 0, sizeof row);
    field_clear(&sheet_set, &row);
    struct paper *p = paper_new(false, &(struct paper_head){.title = "白紙"});
    paper_fields(p, &sheet_set, &row, a);
    auto_buf pdf = {0}, text = {0};
    finished(p, &pdf);
    shown_by("pdftotext -raw %s -", &pdf, &text);
    shows(&text, "受付日 年 月 日\n");
    shows(&text, "訪問日時 年 月 日 時 分\n");
    shows(&text, "☐男性");
}

static const char *patient_label(void *context, const char *picker, const char *id, struct arena *a)
{
    return arena_printf(a, "%s:%s:%s", (const char *)context, picker, id);
}

static void references_print_by_name_and_never_as_ids(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    struct sheet row;
    memset(&row, 0, sizeof row);
    field_clear(&sheet_set, &row);
    row.patient_id = "0192f0c8";
    for (int named = 0; named < 2; named++) {
        struct paper *p = paper_new(false, NULL);
        char context[] = "name";
        if (named)
            paper_ref_labels(p, patient_label, context);
        paper_fields(p, &sheet_set, &row, a);
        auto_buf pdf = {0}, text = {0};
        finished(p, &pdf);
        shown_by("pdftotext -raw %s -", &pdf, &text);
        if (named)
            shows(&text, "name:patient:0192f0c8");
        else
            assert_null(strstr(text.data, "0192f0c8"));
    }
}

static size_t occurrences(const char *text, const char *word)
{
    size_t n = 0;
    for (; (text = strstr(text, word)); text += strlen(word))
        n++;
    return n;
}

static void long_boxes_go_on_over_pages_without_losing_a_word(void **state)
{
    (void)state;
    auto_buf all = {0};
    for (int i = 0; i < 300; i++)
        buf_printf(&all, "〔%d〕%s", i, story);
    struct paper *p = paper_new(false, &head);
    paper_box(p, "経過", all.data, 30);
    paper_pair(p, "住所", all.data);
    auto_buf pdf = {0}, text = {0};
    finished(p, &pdf);
    shown_by("pdftotext -raw %s - | tr -d '\\n\\f '", &pdf, &text);
    char mark[32];
    for (int i = 0; i < 300; i++) {
        snprintf(mark, sizeof mark, "〔%d〕", i);
        assert_int_equal(occurrences(text.data, mark), 2);
    }
    shows(&text, "経過（続き）");
    shows(&text, "住所（続き）");
}

static void no_line_begins_with_a_mark_that_closes(void **state)
{
    (void)state;
    auto_buf all = {0};
    for (int i = 0; i < 200; i++)
        buf_printf(&all, "%.*sあっ、きゃー。「ん」（ゃ）", i % 5 * 3, "ああああああ");
    struct paper *p = paper_new(false, NULL);
    paper_text(p, all.data);
    auto_buf pdf = {0}, text = {0};
    finished(p, &pdf);
    shown_by("pdftotext -raw %s -", &pdf, &text);
    static const char *const never[] = {"\n、", "\n。", "\n」", "\n）", "\nー", "\nゃ", "\nっ", "「\n", "（\n"};
    assert_true(occurrences(text.data, "\n") > 20);
    for (size_t i = 0; i < COUNT(never); i++)
        assert_null(strstr(text.data, never[i]));
}

static struct table *wards(struct arena *a, size_t rows, size_t columns)
{
    struct table *t = table_new(a, "t", "区別件数");
    t->landscape = true;
    table_column(t, "label", "相談者区分", COLUMN_TEXT, NULL);
    for (size_t i = 0; i < columns; i++)
        table_column(t, arena_printf(a, "w%zu", i), arena_printf(a, "見本%zu区", i), COLUMN_NUMBER, "件");
    for (size_t r = 0; r < rows; r++) {
        struct row *row = table_row(t, ROW_PLAIN, "");
        row->cells[0] = CELL_OF_TEXT(arena_printf(a, "行%zu", r));
        for (size_t i = 1; i <= columns; i++)
            row->cells[i] = CELL_OF_INT((long long)(1000 * r + i));
    }
    return t;
}

static void the_head_of_a_table_stands_on_every_page(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    auto_buf pdf = {0}, text = {0}, info = {0};
    struct err err = {0};
    assert_true(table_write(wards(a, 100, 5), TABLE_PDF, &pdf, &err));
    shown_by("pdftotext -layout %s -", &pdf, &text);
    shown_by("pdfinfo %s | sed -n 's/^Pages: *//p'", &pdf, &info);
    size_t pages = strtoul(info.data, NULL, 10);
    assert_true(pages > 3);
    assert_int_equal(occurrences(text.data, "相談者区分"), pages);
    char last[32];
    snprintf(last, sizeof last, "%zu／%zu", pages, pages);
    shows(&text, last);
    shows(&text, "99,005");
}

static void twenty_four_wards_keep_their_figures_whole(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    auto_buf pdf = {0}, text = {0};
    struct err err = {0};
    struct table *t = wards(a, 10, 24);
    assert_true(table_write(t, TABLE_PDF, &pdf, &err));
    shown_by("pdftotext -layout %s -", &pdf, &text);
    for (size_t r = 0; r < t->row_count; r++)
        for (size_t c = 1; c < t->column_count; c++)
            shows(&text, cell_print(&t->rows[r].cells[c], a));
}

static void a_print_again_is_the_same_bytes(void **state)
{
    (void)state;
    assert_int_equal(setenv("RENKEI_NOW", "2024-11-30T09:15", 1), 0);
    auto_buf first = {0}, second = {0}, info = {0};
    struct buf *const prints[] = {&first, &second};
    for (int i = 0; i < 2; i++) {
        struct paper *p = paper_new(false, &head);
        paper_text(p, story);
        finished(p, prints[i]);
    }
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    shown_by("TZ=UTC pdfinfo -isodates %s", &first, &info);
    shows(&info, "2024-11-30T00:15:00");
    shows(&info, "様式6 相談シート");
    assert_null(strstr(info.data, "架空"));
    unsetenv("RENKEI_NOW");
}

static void the_font_travels_with_the_document(void **state)
{
    (void)state;
    struct paper *p = paper_new(false, &head);
    paper_text(p, story);
    auto_buf pdf = {0}, fonts = {0};
    finished(p, &pdf);
    shown_by("pdffonts %s | tail -n +3", &pdf, &fonts);
    size_t lines = occurrences(fonts.data, "\n");
    assert_true(lines >= 2);
    assert_int_equal(occurrences(fonts.data, "BIZUDGothic"), lines);
    assert_int_equal(occurrences(fonts.data, "yes yes yes"), lines); /* embedded, subset, readable as text */
}

static void *prints_many(void *result)
{
    for (int i = 0; i < 15; i++) {
        struct paper *p = paper_new(i % 2, &head);
        paper_box(p, "経過", story, 30);
        paper_choices(p, "性別", "sex", "other");
        struct buf *out = result;
        buf_cut(out, 0);
        struct err err = {0};
        if (!paper_finish(p, out, &err))
            return NULL;
    }
    return result;
}

static void many_workers_print_at_once(void **state)
{
    (void)state;
    enum { WORKERS = 6 };
    assert_int_equal(setenv("RENKEI_NOW", "2024-11-30T09:15", 1), 0);
    pthread_t workers[WORKERS];
    struct buf out[WORKERS] = {0};
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&workers[i], NULL, prints_many, &out[i]), 0);
    for (int i = 0; i < WORKERS; i++) {
        void *result;
        pthread_join(workers[i], &result);
        assert_non_null(result);
        assert_int_equal(out[i].size, out[0].size);
        assert_memory_equal(out[i].data, out[0].data, out[0].size);
    }
    for (int i = 0; i < WORKERS; i++)
        buf_free(&out[i]);
    unsetenv("RENKEI_NOW");
}

static void a_qr_code_has_its_three_eyes_and_a_name(void **state)
{
    (void)state;
    int side = 0;
    unsigned char *m = qr_modules("https://renkei.example/c/1", &side);
    assert_non_null(m);
    static const char eye[] = "1111111" "1000001" "1011101" "1011101" "1011101" "1000001" "1111111";
    for (int y = 0; y < 7; y++)
        for (int x = 0; x < 7; x++) {
            int black = eye[y * 7 + x] - '0';
            assert_int_equal(m[y * side + x], black);
            assert_int_equal(m[y * side + side - 7 + x], black);
            assert_int_equal(m[(side - 7 + y) * side + x], black);
        }
    free(m);
    auto_buf svg = {0};
    assert_true(qr_svg(&svg, "https://renkei.example/c/1", 22, "<この記録>"));
    assert_non_null(strstr(svg.data, "width=\"22.0mm\""));
    assert_non_null(strstr(svg.data, "<title>&lt;この記録&gt;</title>"));
}

static void a_text_too_long_for_a_qr_code_is_refused(void **state)
{
    (void)state;
    char long_text[4000];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    auto_buf svg = {0};
    int side;
    assert_null(qr_modules(long_text, &side));
    assert_false(qr_svg(&svg, long_text, 20, "x"));
    assert_int_equal(svg.size, 0);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
        cmocka_unit_test(a_form_prints_every_field_by_its_kind),
        cmocka_unit_test(several_sheets_in_one_document_each_count_their_own_pages),
        cmocka_unit_test(a_blank_form_leaves_room_to_write),
        cmocka_unit_test(references_print_by_name_and_never_as_ids),
        cmocka_unit_test(long_boxes_go_on_over_pages_without_losing_a_word),
        cmocka_unit_test(no_line_begins_with_a_mark_that_closes),
        cmocka_unit_test(the_head_of_a_table_stands_on_every_page),
        cmocka_unit_test(twenty_four_wards_keep_their_figures_whole),
        cmocka_unit_test(a_print_again_is_the_same_bytes),
        cmocka_unit_test(the_font_travels_with_the_document),
        cmocka_unit_test(many_workers_print_at_once),
        cmocka_unit_test(a_qr_code_has_its_three_eyes_and_a_name),
        cmocka_unit_test(a_text_too_long_for_a_qr_code_is_refused),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
