/* gathering_rules_test.c -- what meetings, trainings and activities count for, and the calendar file.  No store. */
#include "tests/support/spec.h"

#include "features/activity/activity.h"
#include "features/gathering/gathering.h"
#include "features/gathering/gathering_calendar.h"

#include <string.h>

static const struct date today = {2024, 11, 30};

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

static long long sum_of(const struct facts *f, const char *measure, const char *code)
{
    long long n = 0;
    for (size_t i = 0; i < f->count; i++)
        if (!strcmp(f->items[i].measure, measure) && !strcmp(f->items[i].code, code))
            n += f->items[i].n;
    return n;
}

struct typed {
    const char *name, *value;
};

static bool parse(const struct field_set *set, const struct typed *typed, void *row, struct arena *a, struct problems *problems)
{
    struct pairs in;
    pairs_init(&in, a);
    problems_init(problems, a);
    for (; typed->name; typed++)
        pairs_add(&in, typed->name, typed->value);
    field_clear(set, row);
    return field_parse(set, &in, today, row, a, problems);
}

static const struct typed care_meeting[] = {
    {"name", "北区 地域ケア会議（見本）"}, {"category", "city_ward"}, {"is_community_care_meeting", "yes"}, {"held_on", "2024-11-12"},
    {"time_from", "14:00"}, {"time_to", "15:30"}, {"role", "attendee"}, {"topics", "resources"}, {"topics", "end_of_life_acp"},
    {"attendees.0.profession", "nurse"}, {"attendees.0.person_count", "3"},
    {"attendees.1.profession", "care_manager"}, {"attendees.1.person_count", "5"}, {NULL, NULL}};

static void a_community_care_meeting_is_counted_once_and_listed_again(void **state)
{
    struct arena *a = *state;
    struct meeting m;
    struct problems problems;
    struct facts f;
    memset(&m, 0, sizeof m);
    facts_init(&f, a);

    assert_true(parse(&meeting_set, care_meeting, &m, a, &problems));
    meeting_derive(&m, a);
    meeting_facts(&m, &f);

    assert_int_equal(sum_of(&f, "meeting.attendances", ""), 1);
    assert_int_equal(sum_of(&f, "meeting.attendances", "category=city_ward"), 1);
    assert_int_equal(sum_of(&f, "meeting.attendances", "category=related_bodies"), 0);
    assert_int_equal(sum_of(&f, "meeting.attendances", "community_care_meeting=yes"), 1);
    assert_int_equal(sum_of(&f, "meeting.attendances", "topic=resources"), 1);
    assert_int_equal(sum_of(&f, "meeting.attendances", "topic=end_of_life_acp"), 1);
    assert_int_equal(sum_of(&f, "meeting.attendances", "role=attendee"), 1);
}

static void heads_are_counted_from_the_rows(void **state)
{
    struct arena *a = *state;
    struct meeting m;
    struct problems problems;
    struct facts f;
    memset(&m, 0, sizeof m);
    facts_init(&f, a);
    assert_true(parse(&meeting_set, care_meeting, &m, a, &problems));
    meeting_derive(&m, a);
    meeting_facts(&m, &f);
    assert_int_equal(m.attendee_total, 8);
    assert_int_equal(sum_of(&f, "meeting.attendees", ""), 8);
    assert_int_equal(sum_of(&f, "meeting.attendees", "profession=nurse"), 3);
}

static void a_meeting_that_ends_before_it_begins_is_refused(void **state)
{
    struct arena *a = *state;
    struct meeting m;
    struct problems problems;
    memset(&m, 0, sizeof m);
    const struct typed typed[] = {{"name", "見本"}, {"category", "related_bodies"}, {"is_community_care_meeting", "no"},
                                  {"held_on", "2024-11-12"}, {"time_from", "15:00"}, {"time_to", "14:00"}, {"role", "chair"}, {NULL, NULL}};
    assert_false(parse(&meeting_set, typed, &m, a, &problems));
    assert_non_null(problem_of(&problems, "time_to"));
}

static const struct typed acp_training[] = {
    {"title", "人生会議の研修（見本）"}, {"part", "organised"}, {"audience_class", "multi_profession"}, {"theme_group", "acp"},
    {"held_on", "2024-11-20"}, {"participants.0.profession", "doctor"}, {"participants.0.person_count", "2"},
    {"participants.1.profession", "nurse"}, {"participants.1.person_count", "10"}, {"survey_count", "9"},
    {"satisfaction.0.answer", "very_good"}, {"satisfaction.0.answer_count", "6"},
    {"satisfaction.1.answer", "good"}, {"satisfaction.1.answer_count", "3"}, {NULL, NULL}};

static void a_training_counts_by_part_audience_and_theme(void **state)
{
    struct arena *a = *state;
    struct training t;
    struct problems problems;
    struct facts f;
    memset(&t, 0, sizeof t);
    facts_init(&f, a);
    assert_true(parse(&training_set, acp_training, &t, a, &problems));
    training_derive(&t, a);
    training_facts(&t, &f);
    assert_int_equal(t.participant_total, 12);
    assert_int_equal(sum_of(&f, "training.trainings", ""), 1);
    assert_int_equal(sum_of(&f, "training.trainings", "part=organised"), 1);
    assert_int_equal(sum_of(&f, "training.trainings", "audience_class=multi_profession"), 1);
    assert_int_equal(sum_of(&f, "training.trainings", "theme_group=acp"), 1);
    assert_int_equal(sum_of(&f, "training.participants", ""), 12);
}

static void more_answers_than_people_who_answered_are_refused(void **state)
{
    struct arena *a = *state;
    struct training t;
    struct problems problems;
    memset(&t, 0, sizeof t);
    struct typed typed[sizeof acp_training / sizeof *acp_training];
    memcpy(typed, acp_training, sizeof typed);
    typed[9].value = "8"; /* survey_count */
    assert_false(parse(&training_set, typed, &t, a, &problems));
    assert_non_null(problem_of(&problems, "satisfaction"));
}

static void work_on_a_tool_needs_its_step_and_belongs_to_item_e(void **state)
{
    struct arena *a = *state;
    struct activity x;
    struct problems problems;
    memset(&x, 0, sizeof x);
    struct typed typed[] = {{"date_from", "2024-11-29"}, {"activity_kind", "sharing_tool"}, {"item", "item_e_sharing"}, {"theme", "見本"},
                            {"personal_data_included", "no"}, {"tool_step", ""}, {NULL, NULL}};
    assert_false(parse(&activity_set, typed, &x, a, &problems));
    assert_non_null(problem_of(&problems, "tool_step"));
    typed[5].value = "introduce";
    assert_true(parse(&activity_set, typed, &x, a, &problems));
    typed[2].value = "item_u_seamless";
    assert_false(parse(&activity_set, typed, &x, a, &problems));
    assert_non_null(problem_of(&problems, "tool_step"));
}

static void every_dimension_of_an_activity_adds_up(void **state)
{
    struct arena *a = *state;
    struct activity x;
    struct problems problems;
    struct facts f;
    memset(&x, 0, sizeof x);
    facts_init(&f, a);
    const struct typed typed[] = {{"date_from", "2024-11-29"}, {"activity_kind", "documents"}, {"item", "item_u_seamless"}, {"theme", "見本"},
                                  {"personal_data_included", "no"}, {NULL, NULL}};
    assert_true(parse(&activity_set, typed, &x, a, &problems));
    activity_facts(&x, &f);
    assert_int_equal(sum_of(&f, "activity.records", ""), 1);
    assert_int_equal(sum_of(&f, "activity.records", "item=item_u_seamless"), 1);
    assert_int_equal(sum_of(&f, "activity.records", "scene=none"), 1);
    assert_int_equal(sum_of(&f, "activity.records", "tool_step=none"), 1);
    assert_int_equal(sum_of(&f, "activity.records", "activity_kind=documents"), 1);
}

/* -- calendar ------------------------------------------------------------------------------------------------------------- */

static const struct calendar_event event = {
    .id = "0193", .name = "推進会議（見本）; 第2回, 北区", .place = "区役所\n会議室", .day = "2024-11-30", .time_from = "14:00",
    .time_to = "15:30", .changed_at = "2024-11-29T05:03:27.123Z", .url = "http://127.0.0.1/meetings/0193"};

static void the_calendar_file_holds_name_time_and_place(void **state)
{
    (void)state;
    auto_buf out = {0};
    calendar_write(&out, &event);
    assert_non_null(strstr(out.data, "\r\nDTSTART;TZID=Asia/Tokyo:20241130T140000\r\n"));
    assert_non_null(strstr(out.data, "\r\nDTEND;TZID=Asia/Tokyo:20241130T153000\r\n"));
    assert_non_null(strstr(out.data, "\r\nDTSTAMP:20241129T050327Z\r\n"));
    assert_non_null(strstr(out.data, "\\; 第2回\\, 北区"));
    assert_non_null(strstr(out.data, "LOCATION:区役所\\n会議室"));
}

static void a_meeting_without_a_time_takes_the_whole_day(void **state)
{
    (void)state;
    auto_buf out = {0};
    struct calendar_event e = event;
    e.time_from = e.time_to = "";
    calendar_write(&out, &e);
    assert_non_null(strstr(out.data, "DTSTART;VALUE=DATE:20241130\r\nDTEND;VALUE=DATE:20241201\r\n"));
}

static void no_calendar_line_is_longer_than_75_octets_or_cut_inside_a_character(void **state)
{
    (void)state;
    auto_buf out = {0};
    struct calendar_event e = event;
    e.name = "とても長い名前の会議とても長い名前の会議とても長い名前の会議とても長い名前の会議とても長い名前の会議";
    calendar_write(&out, &e);
    const char *line = out.data;
    for (const char *next; (next = strstr(line, "\r\n")); line = next + 2) {
        assert_true(next - line <= 75);
        assert_true(((unsigned char)*line & 0xC0) != 0x80);
        if (*line == ' ')
            assert_true(((unsigned char)line[1] & 0xC0) != 0x80);
    }
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest specs[] = {
        SPEC(a_community_care_meeting_is_counted_once_and_listed_again),
        SPEC(heads_are_counted_from_the_rows),
        SPEC(a_meeting_that_ends_before_it_begins_is_refused),
        SPEC(a_training_counts_by_part_audience_and_theme),
        SPEC(more_answers_than_people_who_answered_are_refused),
        SPEC(work_on_a_tool_needs_its_step_and_belongs_to_item_e),
        SPEC(every_dimension_of_an_activity_adds_up),
        SPEC(the_calendar_file_holds_name_time_and_place),
        SPEC(a_meeting_without_a_time_takes_the_whole_day),
        SPEC(no_calendar_line_is_longer_than_75_octets_or_cut_inside_a_character),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
