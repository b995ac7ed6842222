/* meeting.c -- 会議等報告書: fields, rules, facts. */
#include "features/gathering/gathering.h"

#include "base/count.h"
#include "features/activity/activity.h"

#include <string.h>

#define AT(member) offsetof(struct meeting, member)

static const struct field fields[] = {
    {.name = "name", .label = "会議の名称", .type = FIELD_TEXT, .max = 120, .required = true, .section = "会議", .offset = AT(name),
     .flags = FIELD_SEARCHED, .source = "様式7 meeting name"},
    {.name = "series", .label = "シリーズ", .help = "毎月の会議など、続けて開くものの名前", .type = FIELD_TEXT, .max = 120, .offset = AT(series),
     .flags = FIELD_SEARCHED, .source = "様式7 series"},
    {.name = "category", .label = "区分", .type = FIELD_CODE, .codes = "meeting_category", .required = true, .offset = AT(category),
     .source = "様式7 category; reports.md T-OSK-12"},
    {.name = "is_community_care_meeting", .label = "地域ケア会議", .help = "集計表では（再掲）に入ります。合計には足しません。", .type = FIELD_CODE,
     .codes = "yes_no", .required = true, .offset = AT(is_community_care_meeting), .source = "様式7 is_community_care_meeting"},
    {.name = "held_on", .label = "開催日", .type = FIELD_DATE, .required = true, .offset = AT(held_on), .flags = FIELD_NO_COPY,
     .source = "様式7 date"},
    {.name = "time_from", .label = "開始時刻", .type = FIELD_TIME, .offset = AT(time_from), .source = "様式7 start"},
    {.name = "time_to", .label = "終了時刻", .type = FIELD_TIME, .offset = AT(time_to), .source = "様式7 end"},
    {.name = "venue", .label = "開催方法", .type = FIELD_CODE, .codes = "venue", .offset = AT(venue), .source = "様式7 place/online"},
    {.name = "place", .label = "場所", .type = FIELD_TEXT, .max = 120, .offset = AT(place), .flags = FIELD_SEARCHED, .source = "様式7 place"},
    {.name = "host", .label = "主催", .type = FIELD_TEXT, .max = 120, .offset = AT(host), .flags = FIELD_SEARCHED, .source = "様式7 host"},
    {.name = "co_host", .label = "共催", .type = FIELD_TEXT, .max = 120, .offset = AT(co_host), .flags = FIELD_SEARCHED, .source = "様式7 co-host"},
    {.name = "role", .label = "相談支援室の役割", .type = FIELD_CODE, .codes = "meeting_role", .required = true, .offset = AT(role),
     .source = "様式7 role"},
    {.name = "item", .label = "事業項目", .type = FIELD_CODE, .codes = "programme_item", .offset = AT(item), .source = "programme.md §10 fact 1"},
    {.name = "scene", .label = "場面", .type = FIELD_CODES, .codes = "care_scene", .offset = AT(scene), .source = "programme.md §10 fact 1"},

    {.name = "staff_ids", .label = "出席した職員", .type = FIELD_REFS, .picker = "staff", .section = "出席者", .offset = AT(staff_ids),
     .source = "様式7 staff attending[]"},
    {.name = "attendees", .label = "出席者", .help = "職種ごとの人数です。合計は自動で計算します。", .type = FIELD_ROWS, .rows = &head_count_set,
     .max = 100, .offset = AT(attendees), .flags = FIELD_SEARCHED, .source = "様式7 attendees[]"},

    {.name = "agenda", .label = "次第", .help = "1行に1つずつ書いてください。", .type = FIELD_LONG_TEXT, .max = 2000, .section = "内容",
     .offset = AT(agenda), .flags = FIELD_SEARCHED, .source = "様式7 agenda[]"},
    {.name = "topics", .label = "検討した内容", .type = FIELD_CODES, .codes = "meeting_topic", .offset = AT(topics), .source = "様式7 topics"},
    {.name = "summary", .label = "概要", .type = FIELD_LONG_TEXT, .max = 4000, .offset = AT(summary),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式7 summary"},
    {.name = "decisions", .label = "決定事項", .type = FIELD_ROWS, .rows = &meeting_line_set, .max = 50, .offset = AT(decisions),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式7 decisions[]"},
    {.name = "issues_found", .label = "出された課題", .type = FIELD_ROWS, .rows = &found_issue_set, .max = 50, .offset = AT(issues_found),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式7 issues -> issue register"},
    {.name = "assignments", .label = "分担", .type = FIELD_ROWS, .rows = &assignment_set, .max = 50, .offset = AT(assignments),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式7 assignments"},
    {.name = "materials", .label = "資料", .type = FIELD_TEXT, .max = 300, .offset = AT(materials), .flags = FIELD_NO_COPY,
     .source = "様式7 materials"},
    {.name = "next_on", .label = "次回の開催日", .type = FIELD_DATE, .offset = AT(next_on), .flags = FIELD_NO_COPY, .source = "様式7 next date"},

    {.name = "record_no", .label = "報告番号", .type = FIELD_TEXT, .max = 60, .offset = AT(record_no), .flags = FIELD_COMPUTED | FIELD_SEARCHED,
     .source = "forms.md §1"},
    {.name = "month", .label = "月", .type = FIELD_TEXT, .max = 7, .offset = AT(month), .flags = FIELD_COMPUTED | FIELD_INTERNAL, .source = "held_on"},
    {.name = "fiscal_year", .label = "年度", .type = FIELD_INT, .min = 1900, .max = 9999, .offset = AT(fiscal_year), .flags = FIELD_COMPUTED | FIELD_INTERNAL,
     .source = "held_on"},
    {.name = "attendee_total", .label = "出席者数", .type = FIELD_INT, .min = 0, .max = 999999, .offset = AT(attendee_total),
     .flags = FIELD_COMPUTED, .source = "様式7 attendee_total"},
};

static void check(const void *row, struct date today, struct problems *p)
{
    const struct meeting *m = row;
    (void)today;
    if (*m->time_from && *m->time_to && strcmp(m->time_to, m->time_from) < 0)
        problem_add(p, "time_to", "終了時刻が開始時刻より前です。時刻を確かめてください。");
    if (*m->next_on && strcmp(m->next_on, m->held_on) <= 0)
        problem_add(p, "next_on", "次回の開催日が、この会議の開催日以前です。あとの日付を入力してください。");
}

const struct field_set meeting_set = {
    .name = "meeting", .label = "会議等報告書", .fields = fields, .count = COUNT(fields), .size = sizeof(struct meeting), .check = check,
};
const struct record meeting_record = {.table = "meeting", .set = &meeting_set, .search_kind = "meeting"};

void meeting_derive(struct meeting *m, struct arena *a)
{
    size_t count;
    const struct head_count *heads = field_rows(field_find(&meeting_set, "attendees"), m, a, &count);
    m->month = arena_strndup(a, m->held_on, 7);
    m->fiscal_year = fiscal_year(date_from_iso(m->held_on));
    m->attendee_total = 0;
    for (size_t i = 0; i < count; i++)
        m->attendee_total += heads[i].person_count == FIELD_BLANK ? 0 : heads[i].person_count;
}

/* Heads by profession and in all. */
static void count_heads(struct facts *f, const char *month, const char *measure, const struct head_count *heads, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (heads[i].person_count == FIELD_BLANK || !heads[i].person_count)
            continue;
        facts_add(f, month, measure, "", "", heads[i].person_count);
        facts_add(f, month, measure, "", fact_code(f->arena, "profession", *heads[i].profession ? heads[i].profession : "other"),
                  heads[i].person_count);
    }
}

void meeting_facts(const void *row, struct facts *f)
{
    const struct meeting *m = row;
    const char *month = arena_strndup(f->arena, m->held_on, 7);
    facts_add(f, month, "meeting.attendances", "", "", 1);
    facts_add(f, month, "meeting.attendances", "", fact_code(f->arena, "category", m->category), 1);
    facts_add(f, month, "meeting.attendances", "", fact_code(f->arena, "role", m->role), 1);
    if (!strcmp(m->is_community_care_meeting, "yes"))
        facts_add(f, month, "meeting.attendances", "", fact_code(f->arena, "community_care_meeting", "yes"), 1);
    const char *topics = m->topics;
    for (const char *topic; (topic = codes_next(&topics, f->arena));)
        facts_add(f, month, "meeting.attendances", "", fact_code(f->arena, "topic", topic), 1);
    size_t count;
    const struct head_count *heads = field_rows(field_find(&meeting_set, "attendees"), m, f->arena, &count);
    count_heads(f, month, "meeting.attendees", heads, count);
}

void training_facts(const void *row, struct facts *f)
{
    const struct training *t = row;
    const char *month = arena_strndup(f->arena, t->held_on, 7);
    facts_add(f, month, "training.trainings", "", "", 1);
    facts_add(f, month, "training.trainings", "", fact_code(f->arena, "part", t->part), 1);
    facts_add(f, month, "training.trainings", "", fact_code(f->arena, "audience_class", t->audience_class), 1);
    facts_add(f, month, "training.trainings", "", fact_code(f->arena, "theme_group", t->theme_group), 1);
    size_t count;
    const struct head_count *heads = field_rows(field_find(&training_set, "participants"), t, f->arena, &count);
    count_heads(f, month, "training.participants", heads, count);
}
