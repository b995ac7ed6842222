/* sheets_test.c -- まとめて印刷: the sheets of a month as one PDF, at once when they are few, as a job when they are many. */
#include "tests/support/record_world.h"

#include "features/activity/activity.h"
#include "output/given_file.h"
#include "web/app_private.h"
#include "web/job.h"

#include <string.h>
#include <unistd.h>

#define SHEETS "/submissions/6/2024-10/sheets"

static void given_cases(struct record_world *r, int count)
{
    for (int i = 0; i < count; i++) {
        struct consultation c = a_case(r, arena_printf(r->w->arena, "2024-10-%02dT10:%02d", 1 + i % 31, i / 31));
        c.summary = arena_printf(r->w->arena, "見本の相談%02d番", i + 1);
        assert_true(record_save(r, &consultation_resource, &c));
    }
}

static const char *text_of_answer(struct record_world *r)
{
    assert_memory_equal(r->visitor->body, "%PDF", 4);
    auto_buf text = {0};
    auto_file f = given_file(r->visitor->body, r->visitor->size);
    output_of(&text, "pdftotext -layout '%s' -", &f);
    return arena_strndup(r->w->arena, text.data, text.size);
}

static int times(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

/* Every case once, by its own words. */
static void holds_cases(struct record_world *r, const char *text, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(times(text, arena_printf(r->w->arena, "見本の相談%02d番", i + 1)), 1);
    assert_int_equal(times(text, "見本の相談"), count);
}

static void printing_is_in_the_log(struct record_world *r, int count)
{
    struct err err = {0};
    assert_int_equal(db_int(world_db(r->w), &err, 0, "SELECT COUNT(*) FROM audit_now WHERE action = 'submission.sheets' AND user_id = $1",
                            TEXT(kita_coordinator().user_id)), count);
    assert_int_equal(atomic_load(&r->app->metrics.audit_missing), 0);
}

static void a_few_sheets_of_the_month_come_at_once_and_no_others(void **state)
{
    struct record_world *r = *state;
    given_cases(r, 3);
    struct consultation next_month = a_case(r, "2024-11-01T10:00");
    next_month.summary = "翌月の相談";
    assert_true(record_save(r, &consultation_resource, &next_month));
    assert_int_equal(visitor_post(r->visitor, SHEETS, ""), 200);
    printing_is_in_the_log(r, 1);
    const char *text = text_of_answer(r);
    holds_cases(r, text, 3);
    assert_null(strstr(text, "翌月の相談"));
}

static void many_sheets_are_a_job_whose_file_holds_them_all(void **state)
{
    struct record_world *r = *state;
    struct session other = miyakojima_coordinator();
    given_cases(r, 31);
    assert_int_equal(visitor_post(r->visitor, SHEETS, ""), 303);
    printing_is_in_the_log(r, 1);
    const char *page = visitor_header(r->visitor, "Location"), *file = arena_printf(r->w->arena, "%s/file", page);
    assert_memory_equal(page, "/jobs/", strlen("/jobs/"));
    assert_int_equal(visitor_get(r->visitor, file), 404);
    struct job_runner *runner = job_runner_start(r->app);
    for (int i = 0; i < 12000; i++) { /* two minutes */
        assert_int_equal(visitor_get(r->visitor, page), 200);
        if (!strstr(r->visitor->body, "data-job-state=\"queued\"") && !strstr(r->visitor->body, "data-job-state=\"running\""))
            break;
        usleep(10000);
    }
    job_runner_stop(runner);
    assert_non_null(strstr(r->visitor->body, "31件のPDFを受け取る"));
    assert_int_equal(visitor_get(r->visitor, file), 200);
    holds_cases(r, text_of_answer(r), 31);
    visitor_sign_in(r->visitor, &other);
    assert_int_equal(visitor_get(r->visitor, file), 404);
}

static void sheets_of_persons_are_for_the_room_alone(void **state)
{
    struct record_world *r = *state;
    struct session other = miyakojima_coordinator(), ward = kita_officer(), bureau = bureau_officer();
    given_cases(r, 1);
    visitor_sign_in(r->visitor, &other);
    assert_int_equal(visitor_post(r->visitor, SHEETS, ""), 404); /* that room has none of its own */
    assert_non_null(strstr(r->visitor->body, "この月には印刷する記録がありません"));
    visitor_sign_in(r->visitor, &ward);
    assert_int_equal(visitor_post(r->visitor, SHEETS, ""), 403);
    visitor_sign_in(r->visitor, &bureau);
    assert_int_equal(visitor_post(r->visitor, SHEETS, ""), 403);
}

static void given_activity(struct record_world *r, const char *day, const char *content, const char *personal)
{
    struct activity x;
    struct consultation head = a_case(r, "2024-10-01T10:00");
    memset(&x, 0, sizeof x);
    field_clear(&activity_set, &x);
    x.head = head.head;
    x.date_from = day;
    x.activity_kind = "home_visit";
    x.item = "item_a_resources";
    x.theme = "見本の活動";
    x.content = content;
    x.result = arena_printf(r->w->arena, "%sの結果", content);
    x.personal_data_included = personal;
    assert_true(record_save(r, &activity_resource, &x));
}

static void an_activity_with_personal_data_goes_out_without_what_it_tells(void **state)
{
    struct record_world *r = *state;
    given_activity(r, "2024-10-02", "空床を聞いた", "no");
    given_activity(r, "2024-10-03", "架空太郎さんを訪ねた", "yes");
    assert_int_equal(visitor_post(r->visitor, "/submissions/5/2024-10/sheets", ""), 200);
    const char *text = text_of_answer(r);
    assert_int_equal(times(text, "空床を聞いた"), 2);
    assert_null(strstr(text, "架空太郎"));
    assert_int_equal(times(text, "提出する写しでは伏せています"), 2);
}

static void a_form_without_sheets_and_a_period_that_is_none_are_not_found(void **state)
{
    struct record_world *r = *state;
    static const char *const wrong[] = {"/submissions/3/2024-10/sheets", "/submissions/6/2024-13/sheets", "/submissions/6/FY2024/sheets",
                                        "/submissions/99/2024-10/sheets"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(visitor_post(r->visitor, wrong[i], ""), 404);
}

int main(void)
{
#define SPEC(f) cmocka_unit_test_setup_teardown(f, record_begin, record_end)
    const struct CMUnitTest specs[] = {
        SPEC(a_few_sheets_of_the_month_come_at_once_and_no_others),
        SPEC(many_sheets_are_a_job_whose_file_holds_them_all),
        SPEC(sheets_of_persons_are_for_the_room_alone),
        SPEC(an_activity_with_personal_data_goes_out_without_what_it_tells),
        SPEC(a_form_without_sheets_and_a_period_that_is_none_are_not_found),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
