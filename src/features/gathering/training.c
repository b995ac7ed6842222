/* training.c -- 研修等報告書: fields and rules. */
#include "features/gathering/gathering.h"

#include "base/count.h"
#include "features/activity/activity.h"

#include <string.h>

#define AT(member) offsetof(struct training, member)

static const struct field fields[] = {
    {.name = "title", .label = "研修の名称", .type = FIELD_TEXT, .max = 120, .required = true, .section = "研修", .offset = AT(title),
     .flags = FIELD_SEARCHED, .source = "様式8 title"},
    {.name = "part", .label = "相談支援室の立場", .type = FIELD_CODE, .codes = "training_part", .required = true, .offset = AT(part),
     .source = "様式3 training held/attended"},
    {.name = "audience_class", .label = "対象者", .type = FIELD_CODE, .codes = "audience_class", .required = true, .offset = AT(audience_class),
     .source = "様式8 audience class; reports.md T-OSK-07 (2)"},
    {.name = "theme_group", .label = "テーマの分類", .type = FIELD_CODE, .codes = "theme_group", .required = true, .offset = AT(theme_group),
     .source = "様式8 theme group; reports.md T-OSK-07 (3)"},
    {.name = "theme_tags", .label = "テーマ", .help = "言葉を「、」で区切ってください。", .type = FIELD_TEXT, .max = 200, .offset = AT(theme_tags),
     .flags = FIELD_SEARCHED, .source = "様式8 theme tags"},
    {.name = "purpose", .label = "目的", .type = FIELD_LONG_TEXT, .max = 1000, .offset = AT(purpose), .flags = FIELD_SEARCHED,
     .source = "様式8 purpose"},
    {.name = "organiser", .label = "主催", .type = FIELD_TEXT, .max = 120, .offset = AT(organiser), .flags = FIELD_SEARCHED,
     .source = "様式8 organiser"},
    {.name = "co_organiser", .label = "共催", .type = FIELD_TEXT, .max = 120, .offset = AT(co_organiser), .flags = FIELD_SEARCHED,
     .source = "様式8 co-organiser"},
    {.name = "held_on", .label = "開催日", .type = FIELD_DATE, .required = true, .offset = AT(held_on), .flags = FIELD_NO_COPY,
     .source = "様式8 date(s)"},
    {.name = "time_from", .label = "開始時刻", .type = FIELD_TIME, .offset = AT(time_from), .source = "様式8 date(s)"},
    {.name = "time_to", .label = "終了時刻", .type = FIELD_TIME, .offset = AT(time_to), .source = "様式8 date(s)"},
    {.name = "further_days", .label = "2日目以降", .type = FIELD_ROWS, .rows = &training_day_set, .max = 30, .offset = AT(further_days),
     .flags = FIELD_NO_COPY, .source = "様式8 date(s)"},
    {.name = "venue", .label = "開催方法", .type = FIELD_CODE, .codes = "venue", .offset = AT(venue), .source = "様式8 place/online/hybrid"},
    {.name = "place", .label = "場所", .type = FIELD_TEXT, .max = 120, .offset = AT(place), .flags = FIELD_SEARCHED, .source = "様式8 place"},
    {.name = "item", .label = "事業項目", .type = FIELD_CODE, .codes = "programme_item", .offset = AT(item), .source = "programme.md §10 fact 1"},
    {.name = "scene", .label = "場面", .type = FIELD_CODES, .codes = "care_scene", .offset = AT(scene), .source = "programme.md §10 fact 1"},

    {.name = "staff_ids", .label = "担当・参加した職員", .type = FIELD_REFS, .picker = "staff", .section = "講師と内容", .offset = AT(staff_ids),
     .source = "様式8"},
    {.name = "lecturers", .label = "講師", .type = FIELD_ROWS, .rows = &lecturer_set, .max = 20, .offset = AT(lecturers),
     .flags = FIELD_SEARCHED, .source = "様式8 lecturer"},
    {.name = "method", .label = "方法", .type = FIELD_CODES, .codes = "training_method", .offset = AT(method), .source = "様式8 method"},
    {.name = "programme", .label = "プログラム", .type = FIELD_LONG_TEXT, .max = 4000, .offset = AT(programme), .flags = FIELD_SEARCHED,
     .source = "様式8 programme"},

    {.name = "target", .label = "対象の説明", .type = FIELD_TEXT, .max = 200, .section = "参加者", .offset = AT(target), .flags = FIELD_SEARCHED,
     .source = "様式8 target"},
    {.name = "capacity", .label = "定員（人）", .type = FIELD_INT, .min = 0, .max = 99999, .offset = AT(capacity), .source = "様式8 capacity"},
    {.name = "applicants", .label = "申込者数（人）", .type = FIELD_INT, .min = 0, .max = 99999, .offset = AT(applicants),
     .flags = FIELD_NO_COPY, .source = "様式8 applicants"},
    {.name = "participants", .label = "参加者", .help = "職種ごとの人数です。合計は自動で計算します。", .type = FIELD_ROWS, .rows = &head_count_set,
     .max = 100, .offset = AT(participants), .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式8 participants by profession"},

    {.name = "survey_count", .label = "アンケート回答者数（人）", .type = FIELD_INT, .min = 0, .max = 99999, .section = "アンケート",
     .offset = AT(survey_count), .flags = FIELD_NO_COPY, .source = "様式8 survey n"},
    {.name = "satisfaction", .label = "満足度", .type = FIELD_ROWS, .rows = &answer_count_set, .max = 6, .offset = AT(satisfaction),
     .flags = FIELD_NO_COPY, .source = "様式8 survey satisfaction distribution"},
    {.name = "understanding", .label = "理解度", .type = FIELD_ROWS, .rows = &answer_count_set, .max = 6, .offset = AT(understanding),
     .flags = FIELD_NO_COPY, .source = "様式8 survey understanding"},
    {.name = "survey_text", .label = "自由意見", .type = FIELD_LONG_TEXT, .max = 4000, .offset = AT(survey_text),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式8 survey free text"},

    {.name = "result", .label = "成果", .type = FIELD_LONG_TEXT, .max = 4000, .section = "まとめ", .offset = AT(result),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式8 result"},
    {.name = "issues_found", .label = "課題", .type = FIELD_ROWS, .rows = &found_issue_set, .max = 50, .offset = AT(issues_found),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式8 issues"},
    {.name = "cost", .label = "費用（円）", .type = FIELD_INT, .min = 0, .max = 99999999, .offset = AT(cost), .flags = FIELD_NO_COPY,
     .source = "様式8 cost"},
    {.name = "materials", .label = "資料", .type = FIELD_TEXT, .max = 300, .offset = AT(materials), .flags = FIELD_NO_COPY,
     .source = "様式8 materials"},
    {.name = "video_url", .label = "動画のアドレス", .type = FIELD_TEXT, .max = 300, .offset = AT(video_url), .flags = FIELD_NO_COPY,
     .source = "様式8 video URL"},

    {.name = "record_no", .label = "報告番号", .type = FIELD_TEXT, .max = 60, .offset = AT(record_no), .flags = FIELD_COMPUTED | FIELD_SEARCHED,
     .source = "forms.md §1"},
    {.name = "month", .label = "月", .type = FIELD_TEXT, .max = 7, .offset = AT(month), .flags = FIELD_COMPUTED | FIELD_INTERNAL, .source = "held_on"},
    {.name = "fiscal_year", .label = "年度", .type = FIELD_INT, .min = 1900, .max = 9999, .offset = AT(fiscal_year), .flags = FIELD_COMPUTED | FIELD_INTERNAL,
     .source = "held_on"},
    {.name = "participant_total", .label = "参加者数", .type = FIELD_INT, .min = 0, .max = 999999, .offset = AT(participant_total),
     .flags = FIELD_COMPUTED, .source = "様式8 participants"},
};

static void check_survey(const struct training *t, const char *field, struct problems *p)
{
    size_t count;
    long answers = 0;
    const struct answer_count *rows = field_rows(field_find(&training_set, field), t, p->arena, &count);
    for (size_t i = 0; i < count; i++)
        answers += rows[i].answer_count == FIELD_BLANK ? 0 : rows[i].answer_count;
    if (count && t->survey_count != FIELD_BLANK && answers > t->survey_count)
        problem_add(p, field, "回答の合計（%ld人）がアンケート回答者数（%ld人）を超えています。人数を確かめてください。", answers, t->survey_count);
}

static void check(const void *row, struct date today, struct problems *p)
{
    const struct training *t = row;
    (void)today;
    if (*t->time_from && *t->time_to && strcmp(t->time_to, t->time_from) < 0)
        problem_add(p, "time_to", "終了時刻が開始時刻より前です。時刻を確かめてください。");
    if (*t->video_url && strncmp(t->video_url, "https://", 8) != 0 && strncmp(t->video_url, "http://", 7) != 0)
        problem_add(p, "video_url", "動画のアドレスは https:// から始まる形で入力してください。");
    check_survey(t, "satisfaction", p);
    check_survey(t, "understanding", p);
}

const struct field_set training_set = {
    .name = "training", .label = "研修等報告書", .fields = fields, .count = COUNT(fields), .size = sizeof(struct training), .check = check,
};
const struct record training_record = {.table = "training", .set = &training_set, .search_kind = "training"};

void training_derive(struct training *t, struct arena *a)
{
    size_t count;
    const struct head_count *heads = field_rows(field_find(&training_set, "participants"), t, a, &count);
    t->month = arena_strndup(a, t->held_on, 7);
    t->fiscal_year = fiscal_year(date_from_iso(t->held_on));
    t->participant_total = 0;
    for (size_t i = 0; i < count; i++)
        t->participant_total += heads[i].person_count == FIELD_BLANK ? 0 : heads[i].person_count;
}
