/* daily_log_test.c -- 日報 puts the day together; meetings, trainings and activities on the way to it. */
#include "tests/support/record_world.h"

#include "features/activity/activity.h"
#include "features/gathering/gathering.h"

#include <string.h>

#define CONSULTATION "01930000-0000-7000-8000-0000000000a1"
#define ACTIVITY "01930000-0000-7000-8000-0000000000a2"
#define MEETING "01930000-0000-7000-8000-0000000000a3"
#define TRAINING "01930000-0000-7000-8000-0000000000a4"

static void given_posted(struct record_world *r, const char *path, const char *form)
{
    visitor_post(r->visitor, path, form);
    if (r->visitor->status != 303)
        fail_msg("%s answered %d: %s", path, r->visitor->status, r->visitor->body);
}

/* 見本 花子 calls at 10:05; 見本会議 at 14:00; 空床確認 at 09:00; 研修 without a time. */
static void given_a_day(struct record_world *r)
{
    given_posted(r, "/consultations",
                 "id=" CONSULTATION "&revision=0&received_at=2024-11-29&received_at_time=10:05&ended_at=2024-11-29&ended_at_time=10:20"
                 "&channel=phone&consulter_type=care_manager&consulter_org=%E6%9E%B6%E7%A9%BA%E3%82%B1%E3%82%A2"
                 "&subject_kind=individual_case&is_ltci_subject=yes&content=home_nursing&outcome=continuing"
                 "&patient_kana=%E3%83%9F%E3%83%9B%E3%83%B3&patient_name=%E8%A6%8B%E6%9C%AC%E3%81%95%E3%82%93"
                 "&summary=%E7%A7%98%E5%AF%86%E3%81%AE%E8%A9%B1");
    given_posted(r, "/meetings",
                 "id=" MEETING "&revision=0&name=%E8%A6%8B%E6%9C%AC%E4%BC%9A%E8%AD%B0&category=city_ward&is_community_care_meeting=yes"
                 "&held_on=2024-11-29&time_from=14:00&time_to=15:30&role=attendee&topics=pdca"
                 "&attendees.0.profession=nurse&attendees.0.person_count=3");
    given_posted(r, "/activities",
                 "id=" ACTIVITY "&revision=0&date_from=2024-11-29&time_from=9:00&activity_kind=resource_survey&item=item_u_seamless"
                 "&theme=%E7%A9%BA%E5%BA%8A%E7%A2%BA%E8%AA%8D&personal_data_included=no");
    given_posted(r, "/trainings",
                 "id=" TRAINING "&revision=0&title=%E8%A6%8B%E6%9C%AC%E7%A0%94%E4%BF%AE&part=organised&audience_class=multi_profession"
                 "&theme_group=acp&held_on=2024-11-29&participants.0.profession=doctor&participants.0.person_count=2");
}

static const char *page(struct record_world *r, const char *target)
{
    visitor_get(r->visitor, target);
    if (r->visitor->status != 200)
        fail_msg("%s answered %d: %s", target, r->visitor->status, r->visitor->body);
    return r->visitor->body;
}

static size_t place_of(const char *page, const char *text)
{
    const char *at = strstr(page, text);
    if (!at)
        fail_msg("not there: %s", text);
    return (size_t)(at - page);
}

static void the_day_assembles_itself_in_the_order_of_time(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    const char *day = page(r, "/daily-logs/2024-11-29");
    assert_true(place_of(day, "/activities/" ACTIVITY) < place_of(day, "/consultations/" CONSULTATION));
    assert_true(place_of(day, "/consultations/" CONSULTATION) < place_of(day, "/meetings/" MEETING));
    assert_true(place_of(day, "/meetings/" MEETING) < place_of(day, "/trainings/" TRAINING));
    place_of(day, "10:05〜10:20");
    place_of(day, "架空ケア");
    assert_null(strstr(page(r, "/daily-logs/2024-11-28"), ACTIVITY));
}

static void a_contact_stands_on_its_own_day(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    given_posted(r, "/consultations/" CONSULTATION "/progress", "contact_on=2024-11-30&contact_at=11:11&text=%E7%A7%98%E5%AF%86");
    const char *day = page(r, "/daily-logs/2024-11-30");
    place_of(day, "11:11");
    place_of(day, CONSULTATION);
    assert_null(strstr(page(r, "/daily-logs/2024-11-29"), "11:11"));
}

static void nothing_about_a_person_enters_the_daily_log(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    static const char *const targets[] = {"/daily-logs/2024-11-29", "/daily-logs/2024-11-29/csv"};
    for (int i = 0; i < 2; i++) {
        const char *text = page(r, targets[i]);
        assert_null(strstr(text, "見本さん"));
        assert_null(strstr(text, "ミホン"));
        assert_null(strstr(text, "秘密の話"));
        place_of(text, "R6-北-6-0001");
    }
}

static void what_is_deleted_leaves_the_day(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    given_posted(r, "/activities/" ACTIVITY "/delete", "revision=1");
    assert_null(strstr(page(r, "/daily-logs/2024-11-29"), "空床確認"));
    given_posted(r, "/consultations/" CONSULTATION "/delete", "revision=1");
    assert_null(strstr(page(r, "/daily-logs/2024-11-29"), "R6-北-6-0001"));
}

static void an_activity_of_several_days_stands_on_each(void **state)
{
    struct record_world *r = *state;
    given_posted(r, "/activities",
                 "id=" ACTIVITY "&revision=0&date_from=2024-11-27&date_to=2024-11-29&activity_kind=documents&item=item_e_sharing"
                 "&theme=x&personal_data_included=no");
    static const char *const days[] = {"/daily-logs/2024-11-27", "/daily-logs/2024-11-28", "/daily-logs/2024-11-29"};
    for (int i = 0; i < 3; i++)
        place_of(page(r, days[i]), ACTIVITY);
    assert_null(strstr(page(r, "/daily-logs/2024-11-30"), ACTIVITY));
    assert_null(strstr(page(r, "/daily-logs/2024-11-26"), ACTIVITY));
}

#define REMARK "01930000-0000-7000-8000-0000000000b1"
#define OTHER_REMARK "01930000-0000-7000-8000-0000000000b2"

static void remarks_are_kept_per_day_and_person(void **state)
{
    struct record_world *r = *state;
    given_posted(r, "/daily-logs/2024-11-29", "id=" REMARK "&revision=0&time_from=9:00&time_to=17:30&remarks=%E6%89%80%E6%84%9F");
    place_of(page(r, "/daily-logs/2024-11-29"), "所感");
    given_posted(r, "/daily-logs/2024-11-29", "id=" REMARK "&revision=1&time_from=9:00&time_to=18:00&remarks=%E8%BF%BD%E8%A8%98");
    const char *day = page(r, "/daily-logs/2024-11-29");
    place_of(day, "09:00〜18:00 追記");
    assert_null(strstr(page(r, "/daily-logs/2024-11-30"), "追記"));
}

static void a_second_window_does_not_overwrite_the_remarks_of_the_first(void **state)
{
    struct record_world *r = *state;
    given_posted(r, "/daily-logs/2024-11-29", "id=" REMARK "&revision=0&remarks=first");
    visitor_post(r->visitor, "/daily-logs/2024-11-29", "id=" OTHER_REMARK "&revision=0&remarks=second");
    assert_int_equal(r->visitor->status, 409);
    assert_non_null(strstr(r->visitor->body, "first"));
    assert_non_null(strstr(r->visitor->body, "second"));
    visitor_post(r->visitor, "/daily-logs/2024-11-29", "id=" REMARK "&revision=1&remarks=third");
    assert_int_equal(r->visitor->status, 303);
    visitor_post(r->visitor, "/daily-logs/2024-11-29", "id=" REMARK "&revision=1&remarks=stale");
    assert_int_equal(r->visitor->status, 409);
    assert_non_null(strstr(r->visitor->body, "third"));
}

static void the_end_of_work_does_not_come_before_its_beginning(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/daily-logs/2024-11-29", "id=" REMARK "&revision=0&time_from=17:00&time_to=9:00&remarks=kept");
    assert_int_equal(r->visitor->status, 422);
    assert_non_null(strstr(r->visitor->body, "kept"));
}

static void the_day_comes_as_paper_csv_and_excel(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    visitor_get(r->visitor, "/daily-logs/2024-11-29/print");
    assert_memory_equal(r->visitor->body, "%PDF-", 5);
    visitor_get(r->visitor, "/daily-logs/2024-11-29/xlsx");
    assert_memory_equal(r->visitor->body, "PK", 2);
    visitor_get(r->visitor, "/daily-logs/2024-11-29/csv");
    place_of(r->visitor->body, "空床確認");
}

static void a_ward_officer_chooses_a_room_and_reads_but_does_not_write(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    struct session as = kita_officer();
    visitor_sign_in(r->visitor, &as);
    page(r, "/daily-logs");
    struct session room = kita_coordinator();
    place_of(page(r, arena_printf(r->w->arena, "/daily-logs/2024-11-29?office=%s", room.office_id)), "空床確認");
    visitor_post(r->visitor, "/daily-logs/2024-11-29", "id=" REMARK "&revision=0&remarks=x");
    assert_int_equal(r->visitor->status, 403);
    as = miyakojima_coordinator();
    visitor_sign_in(r->visitor, &as);
    assert_null(strstr(page(r, arena_printf(r->w->arena, "/daily-logs/2024-11-29?office=%s", room.office_id)), "空床確認"));
}

static void the_manager_confirms_a_day_and_hears_when_it_changed_afterwards(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    visitor_post(r->visitor, "/daily-logs/2024-11-29/confirm", "");
    assert_int_equal(r->visitor->status, 403); /* a coordinator does not confirm her own day */
    struct session manager = kita_coordinator(), coordinator = manager;
    manager.role = ROLE_CONTRACTOR_MANAGER;
    visitor_sign_in(r->visitor, &manager);
    place_of(page(r, "/daily-logs/2024-11-29"), "まだ確認されていません");
    given_posted(r, "/daily-logs/2024-11-29/confirm", "");
    place_of(page(r, "/daily-logs/2024-11-29"), "が確認しました");
    place_of(page(r, "/daily-logs/2024-11-28"), "確認済");
    place_of(page(r, "/daily-logs/2024-11-29/csv"), "責任者の確認");
    visitor_sign_in(r->visitor, &coordinator);
    given_posted(r, "/activities/" ACTIVITY "/delete", "revision=1");
    place_of(page(r, "/daily-logs/2024-11-29"), "記録が変わりました");
    visitor_sign_in(r->visitor, &manager);
    given_posted(r, "/daily-logs/2024-11-29/confirm", "");
    place_of(page(r, "/daily-logs/2024-11-29"), "が確認しました");
    given_posted(r, "/daily-logs/2024-11-29/unconfirm", "");
    place_of(page(r, "/daily-logs/2024-11-29"), "まだ確認されていません");
}

static void a_day_that_does_not_exist_is_not_found(void **state)
{
    struct record_world *r = *state;
    static const char *const days[] = {"/daily-logs/2024-02-30", "/daily-logs/x", "/daily-logs/2024-11-29/print?x=1"};
    visitor_get(r->visitor, days[0]);
    assert_int_equal(r->visitor->status, 404);
    visitor_get(r->visitor, days[1]);
    assert_int_equal(r->visitor->status, 404);
    visitor_get(r->visitor, days[2]);
    assert_int_equal(r->visitor->status, 200);
}

static void every_page_of_activities_meetings_and_trainings_opens(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    static const char *const pages[] = {
        "/activities", "/activities/new", "/activities/" ACTIVITY, "/activities/" ACTIVITY "/edit", "/activities/" ACTIVITY "/print",
        "/activities/blank", "/meetings", "/meetings/new", "/meetings/" MEETING, "/meetings/" MEETING "/edit", "/meetings/" MEETING "/print",
        "/meetings/blank", "/meetings?category=city_ward&community_care_meeting=yes&topic=pdca&period=2024-11", "/trainings", "/trainings/new",
        "/trainings/" TRAINING, "/trainings/" TRAINING "/edit", "/trainings/" TRAINING "/print", "/trainings/blank", "/gatherings",
        "/trainings?theme_group=acp&audience_class=multi_profession&part=organised", "/daily-logs", "/daily-logs?day=2024-11-29"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        page(r, pages[i]);
}

static void a_meeting_is_counted_and_its_figure_opens_it(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    assert_int_equal(counted(r, "meeting.attendances", "", ""), 1);
    assert_int_equal(counted(r, "meeting.attendances", "", "community_care_meeting=yes"), 1);
    assert_int_equal(counted(r, "meeting.attendees", "", "profession=nurse"), 3);
    assert_int_equal(counted(r, "training.participants", "", ""), 2);
    assert_int_equal(counted(r, "activity.records", "", "activity_kind=resource_survey"), 1);
    place_of(page(r, "/meetings?period=FY2024&ward=271276&community_care_meeting=yes"), MEETING);
    given_posted(r, "/meetings/" MEETING "/delete", "revision=1");
    assert_int_equal(counted(r, "meeting.attendances", "", ""), 0);
    assert_int_equal(counted(r, "meeting.attendees", "", ""), 0);
}

static void a_meeting_goes_into_a_calendar_without_its_summary(void **state)
{
    struct record_world *r = *state;
    given_a_day(r);
    page(r, "/meetings/" MEETING "/calendar");
    assert_non_null(strstr(r->visitor->content_type, "text/calendar"));
    place_of(r->visitor->body, "DTSTART;TZID=Asia/Tokyo:20241129T140000");
    place_of(r->visitor->body, "SUMMARY:見本会議");
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, record_begin, record_end)
    const struct CMUnitTest specs[] = {
        SPEC(the_day_assembles_itself_in_the_order_of_time),
        SPEC(a_contact_stands_on_its_own_day),
        SPEC(nothing_about_a_person_enters_the_daily_log),
        SPEC(what_is_deleted_leaves_the_day),
        SPEC(an_activity_of_several_days_stands_on_each),
        SPEC(remarks_are_kept_per_day_and_person),
        SPEC(a_second_window_does_not_overwrite_the_remarks_of_the_first),
        SPEC(the_end_of_work_does_not_come_before_its_beginning),
        SPEC(the_day_comes_as_paper_csv_and_excel),
        SPEC(a_ward_officer_chooses_a_room_and_reads_but_does_not_write),
        SPEC(the_manager_confirms_a_day_and_hears_when_it_changed_afterwards),
        SPEC(a_day_that_does_not_exist_is_not_found),
        SPEC(every_page_of_activities_meetings_and_trainings_opens),
        SPEC(a_meeting_is_counted_and_its_figure_opens_it),
        SPEC(a_meeting_goes_into_a_calendar_without_its_summary),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
