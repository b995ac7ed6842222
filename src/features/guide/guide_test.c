/* guide_test.c -- an area guide from the directory, and editions that stay what they were, on both stores. */
#include "tests/support/record_world.h"

#include "features/facility/facility.h"
#include "features/facility/facility_import.h"
#include "features/guide/guide.h"
#include "output/given_file.h"
#include "web/job.h"

#include <string.h>
#include <unistd.h>

#define DATA "tests/data/mhlw-kaigo/jigyosho_155.csv"
#define GUIDE "01930000-0000-7000-8000-0000000000e1"

static int begin(void **state)
{
    if (record_begin(state))
        return -1;
    struct record_world *r = *state;
    struct facility_report report = {0};
    return facility_import(r->w->store, DATA, "auto", r->w->arena, &report, &r->w->err) ? 0 : -1;
}

static int given_guide(struct record_world *r, const char *audience, const char *sections)
{
    return visitor_post(r->visitor, "/guides", arena_printf(r->w->arena, "id=" GUIDE "&revision=0&title=guide&publisher=room&covers=270008&audience=%s&has_maps=yes&%s",
                                                            audience, sections));
}

/* The sentence the job ends with. */
static const char *made(struct record_world *r)
{
    struct job_runner *runner = job_runner_start(r->app);
    assert_int_equal(visitor_post(r->visitor, "/guides/" GUIDE "/make", ""), 303);
    const char *page = visitor_header(r->visitor, "Location");
    for (int i = 0; i < 6000; i++) {
        visitor_get(r->visitor, page);
        if (strstr(r->visitor->body, "data-job-state=\"done\"") || strstr(r->visitor->body, "data-job-state=\"failed\""))
            break;
        usleep(10000);
    }
    job_runner_stop(runner);
    return r->visitor->body;
}

static const char *edition(struct record_world *r, int number)
{
    return db_text(world_db(r->w), r->w->arena, &r->w->err, "SELECT id FROM guide_edition WHERE guide_id = '" GUIDE "' AND number = $1", INT(number));
}

static struct buf document(struct record_world *r, int number, const char *kind)
{
    struct buf bytes = {0};
    assert_int_equal(visitor_get(r->visitor, arena_printf(r->w->arena, "/guides/" GUIDE "/editions/%s/%s", edition(r, number), kind)), 200);
    buf_bytes(&bytes, r->visitor->body, r->visitor->size);
    return bytes;
}

static const char *text_of(struct record_world *r, int number, const char *kind)
{
    auto_buf pdf = document(r, number, kind), text = {0};
    auto_file f = given_file(pdf.data, pdf.size);
    output_of(&text, "pdftotext -layout '%s' -", &f);
    return arena_strdup(r->w->arena, text.data);
}

static bool rename_all(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "UPDATE facility SET name = $1", TEXT("changed")) >= 0;
}

static void an_edition_holds_the_area_s_entries_and_is_printed_again_byte_for_byte(void **state)
{
    struct record_world *r = *state;
    assert_int_equal(given_guide(r, "public", "sections.0.service=155&sections.1.kind=pharmacy"), 303);
    assert_non_null(strstr(made(r), "第1版（3件"));
    const char *name = db_text(world_db(r->w), r->w->arena, &r->w->err, "SELECT name FROM facility WHERE area_code LIKE '27%' ORDER BY kana LIMIT 1");
    const char *book = text_of(r, 1, "booklet");
    assert_non_null(strstr(book, arena_strndup(r->w->arena, name, 18)));
    assert_non_null(strstr(book, "指定療養通所介護"));
    assert_non_null(strstr(book, "この地域にはありません"));
    assert_non_null(strstr(book, "介護サービス情報公表システム"));
    static const char *const kinds[] = {"booklet", "map", "labels", "cards"};
    for (int i = 0; i < 4; i++) {
        auto_buf first = document(r, 1, kinds[i]);
        assert_true(store_write(r->w->store, rename_all, NULL, &r->w->err));
        auto_buf again = document(r, 1, kinds[i]);
        assert_int_equal(first.size, again.size);
        assert_memory_equal(first.data, again.data, first.size);
    }
    assert_non_null(strstr(made(r), "第2版"));
    assert_non_null(strstr(text_of(r, 2, "booklet"), "changed"));
    assert_null(strstr(text_of(r, 1, "booklet"), "changed"));
}

static void what_is_for_professionals_is_not_in_a_public_book(void **state)
{
    struct record_world *r = *state;
    const char *id = db_text(world_db(r->w), r->w->arena, &r->w->err, "SELECT id FROM facility WHERE area_code LIKE '27%' LIMIT 1");
    assert_int_equal(visitor_post(r->visitor, "/facility-facts", arena_printf(r->w->arena, "id=%s&revision=0&direct_line=06-9999-0000&internal_memo=inside"
                                                                              "&round_the_clock=yes&confirmed_on=2024-11-01", id)), 303);
    assert_int_equal(given_guide(r, "public", "sections.0.service=155"), 303);
    made(r);
    const char *book = text_of(r, 1, "booklet");
    assert_non_null(strstr(book, "24時間対応"));
    assert_null(strstr(book, "06-9999-0000"));
    assert_int_equal(visitor_post(r->visitor, "/guides/" GUIDE, "revision=1&title=guide&covers=270008&audience=professional&sections.0.service=155"), 303);
    made(r);
    book = text_of(r, 2, "booklet");
    assert_non_null(strstr(book, "06-9999-0000"));
    assert_null(strstr(book, "inside"));
}

static void a_guide_for_inside_a_chapter_of_nothing_and_an_empty_area_are_refused_with_a_sentence(void **state)
{
    struct record_world *r = *state;
    assert_int_equal(given_guide(r, "internal", "sections.0.service=155"), 422);
    assert_non_null(strstr(r->visitor->body, "冊子にのせられません"));
    assert_int_equal(given_guide(r, "public", "sections.0.heading=x"), 422);
    assert_non_null(strstr(r->visitor->body, "どちらか一つを選んでください"));
    assert_int_equal(given_guide(r, "public", "sections.0.kind=pharmacy"), 303);
    assert_non_null(strstr(made(r), "選んだサービスの事業所がありません"));
    assert_null(edition(r, 1));
    assert_int_equal(visitor_get(r->visitor, "/guides/" GUIDE "/editions/x/booklet"), 404);
}

static bool lose_editions(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "ALTER TABLE guide_edition RENAME TO elsewhere") >= 0;
}

static void editions_that_cannot_be_read_are_told_and_not_shown_as_none(void **state)
{
    struct record_world *r = *state;
    assert_int_equal(given_guide(r, "public", "sections.0.service=155"), 303);
    assert_int_equal(visitor_get(r->visitor, "/guides/" GUIDE), 200);
    assert_non_null(strstr(r->visitor->body, "まだ作っていません"));
    assert_true(store_write(r->w->store, lose_editions, NULL, &r->w->err));
    assert_int_equal(visitor_get(r->visitor, "/guides/" GUIDE), 503);
    assert_non_null(strstr(r->visitor->body, "読み込めませんでした"));
    assert_null(strstr(r->visitor->body, "まだ作っていません"));
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, record_end)
    const struct CMUnitTest specs[] = {
        SPEC(an_edition_holds_the_area_s_entries_and_is_printed_again_byte_for_byte),
        SPEC(what_is_for_professionals_is_not_in_a_public_book),
        SPEC(a_guide_for_inside_a_chapter_of_nothing_and_an_empty_area_are_refused_with_a_sentence),
        SPEC(editions_that_cannot_be_read_are_told_and_not_shown_as_none),
    };
    return cmocka_run_group_tests_name("guide", specs, NULL, NULL);
}
