/* gathering_rows.c -- the small tables inside the two reports. */
#include "features/gathering/gathering.h"

#include "base/count.h"

#define HEAD_AT(member) offsetof(struct head_count, member)
static const struct field head_fields[] = {
    {.name = "profession", .label = "職種", .type = FIELD_CODE, .codes = "profession", .required = true, .offset = HEAD_AT(profession),
     .source = "様式7 attendees[], 様式8 participants; standards.md 2.6"},
    {.name = "organisation", .label = "所属", .type = FIELD_TEXT, .max = 100, .offset = HEAD_AT(organisation), .flags = FIELD_SEARCHED,
     .source = "様式7 attendees[]"},
    {.name = "person_count", .label = "人数", .type = FIELD_INT, .min = 1, .max = 9999, .required = true, .offset = HEAD_AT(person_count),
     .source = "様式7 attendees[].count"},
};
const struct field_set head_count_set = {
    .name = "head_count", .label = "人数", .fields = head_fields, .count = COUNT(head_fields), .size = sizeof(struct head_count),
};

static const struct field line_fields[] = {
    {.name = "text", .label = "決まったこと", .type = FIELD_TEXT, .max = 500, .required = true, .offset = offsetof(struct meeting_line, text),
     .flags = FIELD_SEARCHED, .source = "様式7 decisions[]"},
};
const struct field_set meeting_line_set = {
    .name = "meeting_line", .label = "決定事項", .fields = line_fields, .count = COUNT(line_fields), .size = sizeof(struct meeting_line),
};

#define ASSIGNMENT_AT(member) offsetof(struct assignment, member)
static const struct field assignment_fields[] = {
    {.name = "who", .label = "担当", .type = FIELD_TEXT, .max = 60, .required = true, .offset = ASSIGNMENT_AT(who),
     .source = "様式7 assignments.who"},
    {.name = "what", .label = "すること", .type = FIELD_TEXT, .max = 300, .required = true, .offset = ASSIGNMENT_AT(what),
     .flags = FIELD_SEARCHED, .source = "様式7 assignments.what"},
    {.name = "due_on", .label = "期限", .type = FIELD_DATE, .offset = ASSIGNMENT_AT(due_on), .source = "様式7 assignments.due"},
};
const struct field_set assignment_set = {
    .name = "assignment", .label = "分担", .fields = assignment_fields, .count = COUNT(assignment_fields), .size = sizeof(struct assignment),
};

#define DAY_AT(member) offsetof(struct training_day, member)
static const struct field day_fields[] = {
    {.name = "held_on", .label = "開催日", .type = FIELD_DATE, .required = true, .offset = DAY_AT(held_on), .source = "様式8 date(s)"},
    {.name = "time_from", .label = "開始", .type = FIELD_TIME, .offset = DAY_AT(time_from), .source = "様式8 date(s)"},
    {.name = "time_to", .label = "終了", .type = FIELD_TIME, .offset = DAY_AT(time_to), .source = "様式8 date(s)"},
};
const struct field_set training_day_set = {
    .name = "training_day", .label = "2日目以降", .fields = day_fields, .count = COUNT(day_fields), .size = sizeof(struct training_day),
};

#define LECTURER_AT(member) offsetof(struct lecturer, member)
static const struct field lecturer_fields[] = {
    {.name = "name", .label = "講師", .type = FIELD_TEXT, .max = 60, .required = true, .offset = LECTURER_AT(name), .source = "様式8 lecturer"},
    {.name = "profession", .label = "職種", .type = FIELD_CODE, .codes = "profession", .offset = LECTURER_AT(profession),
     .source = "様式8 lecturer"},
    {.name = "affiliation", .label = "所属", .type = FIELD_TEXT, .max = 100, .offset = LECTURER_AT(affiliation), .flags = FIELD_SEARCHED,
     .source = "様式8 lecturer"},
};
const struct field_set lecturer_set = {
    .name = "lecturer", .label = "講師", .fields = lecturer_fields, .count = COUNT(lecturer_fields), .size = sizeof(struct lecturer),
};

#define ANSWER_AT(member) offsetof(struct answer_count, member)
static const struct field answer_fields[] = {
    {.name = "answer", .label = "回答", .type = FIELD_CODE, .codes = "survey_answer", .required = true, .offset = ANSWER_AT(answer),
     .source = "様式8 survey"},
    {.name = "answer_count", .label = "人数", .type = FIELD_INT, .min = 0, .max = 99999, .required = true, .offset = ANSWER_AT(answer_count),
     .source = "様式8 survey"},
};
const struct field_set answer_count_set = {
    .name = "answer_count", .label = "回答の分布", .fields = answer_fields, .count = COUNT(answer_fields), .size = sizeof(struct answer_count),
};
