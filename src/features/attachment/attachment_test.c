/* attachment_test.c -- files of a record: what is taken, who may fetch, what a print and a page say of them; on both stores. */
#include "tests/support/record_world.h"

#include "base/count.h"
#include "features/activity/activity.h"
#include "features/attachment/attachment_file.h"
#include "features/attachment/attachment_store.h"
#include "output/given_file.h"

#include <stdio.h>
#include <zip.h>

#define CASE "01930000-0000-7000-8000-0000000000c1"
#define OF_CASE "/attachments/of/consultation/" CASE
#define PDF "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

static int begin(void **state)
{
    if (record_begin(state))
        return -1;
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-29T10:00");
    c.head.id = CASE;
    return record_save(r, &consultation_resource, &c) ? 0 : -1;
}

static int attach(struct record_world *r, const char *target, const char *file_name, const void *bytes, size_t size)
{
    auto_file f = given_file(bytes, size);
    return visitor_upload_named(r->visitor, target, "file", f.path, file_name);
}

static int attach_pdf(struct record_world *r, const char *file_name)
{
    return attach(r, OF_CASE, file_name, PDF, sizeof PDF - 1);
}

static const char *newest(struct record_world *r)
{
    return db_text(world_db(r->w), r->w->arena, &r->w->err, "SELECT id FROM attachment ORDER BY added_at DESC, id DESC LIMIT 1");
}

static long long count(struct record_world *r, const char *sql)
{
    return db_int(world_db(r->w), &r->w->err, -1, sql);
}

static const char *page(struct record_world *r, const char *target)
{
    assert_int_equal(visitor_get(r->visitor, target), 200);
    return r->visitor->body;
}

static void a_file_is_kept_listed_on_the_record_and_comes_back_byte_for_byte(void **state)
{
    struct record_world *r = *state;
    assert_int_equal(attach_pdf(r, "退院時カンファレンス「記録」.pdf"), 303);
    assert_non_null(strstr(page(r, "/consultations/" CASE), "退院時カンファレンス「記録」.pdf"));
    assert_non_null(strstr(r->visitor->body, "添付したファイル（1件）"));
    page(r, arena_printf(r->w->arena, "/attachments/%s", newest(r)));
    assert_int_equal(r->visitor->size, sizeof PDF - 1);
    assert_memory_equal(r->visitor->body, PDF, sizeof PDF - 1);
    assert_string_equal(r->visitor->content_type, "application/pdf");
    assert_non_null(strstr(visitor_header(r->visitor, "Content-Disposition"), "attachment; filename=\"renkei.pdf\"; filename*=UTF-8''%E9%80%80"));
    assert_int_equal(count(r, "SELECT COUNT(*) FROM audit_now WHERE action = 'attachment.add'"), 1);
}

static void the_print_of_a_record_lists_its_files(void **state)
{
    struct record_world *r = *state;
    attach_pdf(r, "conference.pdf");
    page(r, "/consultations/" CASE "/print");
    auto_file f = given_file(r->visitor->body, r->visitor->size);
    auto_buf text = {0};
    output_of(&text, "pdftotext -layout '%s' -", &f);
    assert_non_null(strstr(text.data, "添付したファイル"));
    assert_non_null(strstr(text.data, "conference.pdf"));
}

/* An Office file with these parts. */
static void zip_of(struct buf *out, const char *const *parts, size_t part_count)
{
    auto_file f = given_file("", 0);
    int why;
    zip_t *zip = zip_open(f.path, ZIP_CREATE | ZIP_TRUNCATE, &why);
    for (size_t i = 0; i < part_count; i++)
        zip_file_add(zip, parts[i], zip_source_buffer(zip, "<x/>", 4, 0), 0);
    assert_int_equal(zip_close(zip), 0);
    assert_true(attachment_read(f.path, out, NULL));
}

static void what_a_file_is_tells_its_content_and_not_its_name(void **state)
{
    struct record_world *r = *state;
    static const struct {
        const char *name, *bytes, *sentence;
    } refused[] = {
        {"letter.pdf", "MZ\x90 this is a program", "この種類のファイルは添付できません"},
        {"letter.pdf", "%PDF-1.4 cut off in the middle", "この種類のファイルは添付できません"},
        {"page.html", "<script>alert(1)</script>", "この種類のファイルは添付できません"},
        {"picture.png", PDF, "名前の終わり（.pdfなど）が合っていません"},
        {"program.pdf.exe", PDF, "名前の終わり（.pdfなど）が合っていません"},
        {".pdf", PDF, "名前の終わり（.pdfなど）が合っていません"},
        {"broken.docx", "PK\x03\x04 but nothing of a ZIP", "この種類のファイルは添付できません"},
        {"empty.pdf", "", "中身が空です"},
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        assert_int_equal(attach(r, OF_CASE, refused[i].name, refused[i].bytes, strlen(refused[i].bytes)), 422);
        if (!strstr(r->visitor->body, refused[i].sentence))
            fail_msg("%s: no %s", refused[i].name, refused[i].sentence);
    }
    static const struct {
        const char *name, *parts[3];
        size_t part_count;
        int status;
    } office[] = {
        {"minutes.docx", {"[Content_Types].xml", "word/document.xml"}, 2, 303},
        {"list.XLSX", {"[Content_Types].xml", "xl/workbook.xml"}, 2, 303},
        {"slides.pptx", {"[Content_Types].xml", "ppt/presentation.xml"}, 2, 303},
        {"minutes.docx", {"[Content_Types].xml", "xl/workbook.xml"}, 2, 422},
        {"list.xlsx", {"[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"}, 3, 422},
        {"other.docx", {"[Content_Types].xml", "something/else.xml"}, 2, 422},
    };
    for (size_t i = 0; i < COUNT(office); i++) {
        auto_buf bytes = {0};
        zip_of(&bytes, office[i].parts, office[i].part_count);
        if (attach(r, OF_CASE, office[i].name, bytes.data, bytes.size) != office[i].status)
            fail_msg("%zu %s answered %d", i, office[i].name, r->visitor->status);
    }
    assert_int_equal(count(r, "SELECT COUNT(*) FROM attachment"), 3);
}

static void a_file_over_ten_megabytes_and_the_twenty_first_are_refused(void **state)
{
    struct record_world *r = *state;
    auto_buf large = {0};
    buf_text(&large, "%PDF-1.4\n");
    buf_reserve(&large, ATTACHMENT_BYTES);
    while (large.size < ATTACHMENT_BYTES)
        buf_text(&large, "0123456789abcde\n");
    buf_text(&large, "%%EOF\n");
    assert_int_equal(attach(r, OF_CASE, "large.pdf", large.data, large.size), 422);
    assert_non_null(strstr(r->visitor->body, "10MBまで"));
    for (int i = 0; i < ATTACHMENTS_MOST; i++)
        assert_int_equal(attach_pdf(r, "one.pdf"), 303);
    assert_int_equal(attach_pdf(r, "one.pdf"), 422);
    assert_non_null(strstr(r->visitor->body, "20件までです"));
    assert_int_equal(count(r, "SELECT COUNT(*) FROM attachment_content"), ATTACHMENTS_MOST);
}

static void another_room_the_health_bureau_and_a_foreign_id_get_nothing(void **state)
{
    struct record_world *r = *state;
    attach_pdf(r, "secret.pdf");
    const char *file = arena_printf(r->w->arena, "/attachments/%s", newest(r));
    struct session others[] = {miyakojima_coordinator(), bureau_officer()};
    static const int expected[] = {404, 403};
    for (size_t i = 0; i < COUNT(others); i++) {
        visitor_sign_in(r->visitor, &others[i]);
        assert_int_equal(visitor_get(r->visitor, file), expected[i]);
        assert_null(strstr(r->visitor->body, "%PDF"));
        assert_int_equal(visitor_get(r->visitor, "/api/v1" OF_CASE), expected[i]);
        assert_null(strstr(r->visitor->body, "secret.pdf"));
        assert_int_not_equal(attach_pdf(r, "from_outside.pdf"), 303);
        assert_int_not_equal(visitor_post(r->visitor, arena_printf(r->w->arena, "%s/delete", file), ""), 303);
    }
    struct session own = kita_coordinator();
    visitor_sign_in(r->visitor, &own);
    assert_int_equal(visitor_get(r->visitor, "/attachments/01930000-0000-7000-8000-00000000ffff"), 404);
    assert_int_equal(attach(r, "/attachments/of/facility/" CASE, "a.pdf", PDF, sizeof PDF - 1), 404);
    assert_int_equal(attach(r, "/attachments/of/activity/" CASE, "a.pdf", PDF, sizeof PDF - 1), 404);
    assert_int_equal(count(r, "SELECT COUNT(*) FROM attachment WHERE deleted_at = ''"), 1);
}

static bool grow_old(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "UPDATE attachment SET deleted_at = '2024-01-01T00:00:00.000Z' WHERE deleted_at <> ''") == 1;
}

static void a_file_taken_away_can_be_put_back_for_a_day_then_its_content_is_gone(void **state)
{
    struct record_world *r = *state;
    attach_pdf(r, "wrong person.pdf");
    const char *file = arena_printf(r->w->arena, "/attachments/%s", newest(r));
    const char *delete = arena_printf(r->w->arena, "%s/delete", file), *undelete = arena_printf(r->w->arena, "%s/undelete", file);
    assert_int_equal(visitor_post(r->visitor, delete, ""), 303);
    assert_int_equal(visitor_get(r->visitor, file), 404);
    assert_null(strstr(page(r, "/consultations/" CASE), "wrong person.pdf"));
    assert_true(attachment_forget(r->app, r->w->arena, &r->w->err));
    assert_int_equal(visitor_post(r->visitor, undelete, ""), 303);
    page(r, file);
    assert_int_equal(visitor_post(r->visitor, delete, ""), 303);
    assert_true(store_write(r->w->store, grow_old, NULL, &r->w->err));
    assert_true(attachment_forget(r->app, r->w->arena, &r->w->err));
    assert_int_equal(count(r, "SELECT COUNT(*) FROM attachment_content"), 0);
    assert_int_equal(visitor_post(r->visitor, undelete, ""), 404);
    assert_int_equal(visitor_get(r->visitor, file), 404);
}

static bool spoil(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "UPDATE attachment_content SET content = $1", BYTES("spoilt", 6)) == 1;
}

static void a_content_that_changed_in_the_store_is_not_handed_out(void **state)
{
    struct record_world *r = *state;
    attach_pdf(r, "a.pdf");
    assert_true(store_write(r->w->store, spoil, NULL, &r->w->err));
    assert_int_equal(visitor_get(r->visitor, arena_printf(r->w->arena, "/attachments/%s", newest(r))), 500);
    assert_null(strstr(r->visitor->body, "spoilt"));
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, record_end)
    const struct CMUnitTest specs[] = {
        SPEC(a_file_is_kept_listed_on_the_record_and_comes_back_byte_for_byte),
        SPEC(the_print_of_a_record_lists_its_files),
        SPEC(what_a_file_is_tells_its_content_and_not_its_name),
        SPEC(a_file_over_ten_megabytes_and_the_twenty_first_are_refused),
        SPEC(another_room_the_health_bureau_and_a_foreign_id_get_nothing),
        SPEC(a_file_taken_away_can_be_put_back_for_a_day_then_its_content_is_gone),
        SPEC(a_content_that_changed_in_the_store_is_not_handed_out),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
