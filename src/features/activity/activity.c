/* activity.c -- the record: fields, rules, facts. */
#include "features/activity/activity.h"

#include "base/count.h"

#include <string.h>

#define AT(member) offsetof(struct activity, member)
#define PARTNER_AT(member) offsetof(struct activity_partner, member)
#define ISSUE_AT(member) offsetof(struct found_issue, member)

static const struct field partner_fields[] = {
    {.name = "facility_id", .label = "相手機関", .type = FIELD_REF, .picker = "facility", .or_text = "organisation", .offset = PARTNER_AT(facility_id),
     .source = "様式5 partners[]"},
    {.name = "organisation", .label = "相手機関（一覧にないとき）", .type = FIELD_TEXT, .max = 100, .offset = PARTNER_AT(organisation),
     .flags = FIELD_SEARCHED, .source = "様式5 partners[]"},
    {.name = "persons", .label = "職種・人数", .help = "例: 看護師2名", .type = FIELD_TEXT, .max = 100, .offset = PARTNER_AT(persons),
     .source = "様式5 partners[], 様式4 counterpart persons"},
};
const struct field_set activity_partner_set = {
    .name = "activity_partner", .label = "相手", .fields = partner_fields, .count = COUNT(partner_fields),
    .size = sizeof(struct activity_partner),
};

static const struct field issue_fields[] = {
    {.name = "text", .label = "課題", .type = FIELD_TEXT, .max = 500, .required = true, .offset = ISSUE_AT(text), .flags = FIELD_SEARCHED,
     .source = "様式5, 7 issues -> issue register"},
    {.name = "item", .label = "事業項目", .type = FIELD_CODE, .codes = "programme_item", .offset = ISSUE_AT(item), .source = "forms.md §9"},
    {.name = "scene", .label = "場面", .type = FIELD_CODE, .codes = "care_scene", .offset = ISSUE_AT(scene), .source = "forms.md §9"},
};
const struct field_set found_issue_set = {
    .name = "found_issue", .label = "見つかった課題", .fields = issue_fields, .count = COUNT(issue_fields), .size = sizeof(struct found_issue),
};

static bool is_tool_work(const void *row)
{
    return !strcmp(((const struct activity *)row)->activity_kind, "sharing_tool");
}

static const struct field fields[] = {
    {.name = "date_from", .label = "活動日", .type = FIELD_DATE, .required = true, .section = "いつ・だれが", .offset = AT(date_from),
     .flags = FIELD_PAST | FIELD_NO_COPY, .source = "様式5 date_from"},
    {.name = "date_to", .label = "終わりの日", .help = "1日だけなら空欄のままで結構です。", .type = FIELD_DATE, .offset = AT(date_to),
     .flags = FIELD_PAST | FIELD_NO_COPY, .source = "様式5 date_to"},
    {.name = "time_from", .label = "開始時刻", .type = FIELD_TIME, .offset = AT(time_from), .flags = FIELD_NO_COPY, .source = "様式4 time_from"},
    {.name = "time_to", .label = "終了時刻", .type = FIELD_TIME, .offset = AT(time_to), .flags = FIELD_NO_COPY, .source = "様式4 time_to"},
    {.name = "staff_id", .label = "担当者", .type = FIELD_REF, .picker = "staff", .offset = AT(staff_id), .flags = FIELD_NO_COPY,
     .source = "様式5 staff"},

    {.name = "activity_kind", .label = "活動の種類", .type = FIELD_CODE, .codes = "activity_kind", .required = true, .section = "何の活動か",
     .offset = AT(activity_kind), .source = "様式4 activity_type"},
    {.name = "item", .label = "事業項目", .type = FIELD_CODE, .codes = "programme_item", .required = true, .offset = AT(item),
     .source = "様式5 item"},
    {.name = "scene", .label = "場面", .help = "4つの場面のどれでもないときは選ばないでください。", .type = FIELD_CODE, .codes = "care_scene",
     .offset = AT(scene), .source = "様式5 scene"},
    {.name = "tool_step", .label = "情報共有ツールの段階", .help = "（エ）の活動で選びます。", .type = FIELD_CODE, .codes = "tool_step",
     .required_when = is_tool_work, .offset = AT(tool_step), .source = "programme.md §5 エ"},
    {.name = "theme", .label = "テーマ", .type = FIELD_TEXT, .max = 120, .required = true, .offset = AT(theme), .flags = FIELD_SEARCHED,
     .source = "様式5 theme"},
    {.name = "purpose", .label = "目的", .type = FIELD_LONG_TEXT, .max = 1000, .offset = AT(purpose), .flags = FIELD_SEARCHED,
     .source = "様式5 purpose"},
    {.name = "partners", .label = "相手", .type = FIELD_ROWS, .rows = &activity_partner_set, .max = 30, .offset = AT(partners),
     .flags = FIELD_SEARCHED, .source = "様式5 partners[]"},
    {.name = "place", .label = "場所", .type = FIELD_TEXT, .max = 100, .offset = AT(place), .flags = FIELD_SEARCHED, .source = "様式5 place"},
    {.name = "channel", .label = "方法", .type = FIELD_CODE, .codes = "channel", .offset = AT(channel), .source = "様式5 method"},

    {.name = "content", .label = "内容", .type = FIELD_LONG_TEXT, .max = 4000, .section = "内容と結果", .offset = AT(content),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式5 content"},
    {.name = "result", .label = "結果", .type = FIELD_LONG_TEXT, .max = 4000, .offset = AT(result),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式5 result"},
    {.name = "issues_found", .label = "見つかった課題", .type = FIELD_ROWS, .rows = &found_issue_set, .max = 30, .offset = AT(issues_found),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式5 issues_found[]"},
    {.name = "next_action", .label = "次の対応", .type = FIELD_TEXT, .max = 300, .offset = AT(next_action),
     .flags = FIELD_PERSONAL | FIELD_NO_COPY, .source = "様式5 next_action.what"},
    {.name = "next_action_staff_id", .label = "次の対応の担当", .type = FIELD_REF, .picker = "staff", .offset = AT(next_action_staff_id),
     .flags = FIELD_NO_COPY, .source = "様式5 next_action.who"},
    {.name = "next_action_on", .label = "次の対応の期限", .type = FIELD_DATE, .offset = AT(next_action_on), .flags = FIELD_NO_COPY,
     .source = "様式5 next_action.due"},
    {.name = "attachments", .label = "添付資料", .help = "資料の名前と部数", .type = FIELD_TEXT, .max = 300, .offset = AT(attachments),
     .flags = FIELD_NO_COPY, .source = "様式5 attachments"},
    {.name = "personal_data_included", .label = "個人情報を含むか", .help = "「はい」のとき、「まとめて印刷」の写しでは内容・結果・次の対応を伏せます。",
     .type = FIELD_CODE, .codes = "yes_no", .required = true, .offset = AT(personal_data_included), .source = "様式5 personal_data_included"},

    {.name = "record_no", .label = "記録番号", .type = FIELD_TEXT, .max = 60, .offset = AT(record_no), .flags = FIELD_COMPUTED | FIELD_SEARCHED,
     .source = "様式5 record_no"},
    {.name = "month", .label = "月", .type = FIELD_TEXT, .max = 7, .offset = AT(month), .flags = FIELD_COMPUTED | FIELD_INTERNAL, .source = "date_from"},
    {.name = "fiscal_year", .label = "年度", .type = FIELD_INT, .min = 1900, .max = 9999, .offset = AT(fiscal_year), .flags = FIELD_COMPUTED | FIELD_INTERNAL,
     .source = "date_from"},
};

static void check(const void *row, struct date today, struct problems *p)
{
    const struct activity *x = row;
    (void)today;
    if (*x->date_to && strcmp(x->date_to, x->date_from) < 0)
        problem_add(p, "date_to", "終わりの日が活動日より前です。活動日以後の日付を入力してください。");
    if (!*x->date_to && *x->time_from && *x->time_to && strcmp(x->time_to, x->time_from) < 0)
        problem_add(p, "time_to", "終了時刻が開始時刻より前です。時刻を確かめてください。");
    if (*x->tool_step && *x->item && strcmp(x->item, "item_e_sharing") != 0)
        problem_add(p, "tool_step", "情報共有ツールの段階は、事業項目が（エ）のときだけ選べます。事業項目を（エ）にするか、段階を選ばないでください。");
}

const struct field_set activity_set = {
    .name = "activity", .label = "活動記録票", .fields = fields, .count = COUNT(fields), .size = sizeof(struct activity), .check = check,
};
const struct record activity_record = {.table = "activity", .set = &activity_set, .search_kind = "activity"};

void activity_derive(struct activity *x, struct arena *a)
{
    x->month = arena_strndup(a, x->date_from, 7);
    x->fiscal_year = fiscal_year(date_from_iso(x->date_from));
}

void activity_for_submission(struct activity *x)
{
    static const char *const hidden = "（個人情報を含むため、提出する写しでは伏せています）";
    if (!strcmp(x->personal_data_included, "yes")) {
        x->content = x->result = hidden;
        x->next_action = *x->next_action ? hidden : "";
    }
}

void activity_facts(const void *row, struct facts *f)
{
    const struct activity *x = row;
    const char *month = arena_strndup(f->arena, x->date_from, 7);
    const struct { const char *dimension, *value; } counted[] = {
        {"item", x->item}, {"scene", x->scene}, {"tool_step", x->tool_step}, {"activity_kind", x->activity_kind},
    };
    facts_add(f, month, "activity.records", "", "", 1);
    for (size_t i = 0; i < COUNT(counted); i++) /* nothing chosen counts as "none", so that each dimension adds up to the total */
        facts_add(f, month, "activity.records", "",
                  fact_code(f->arena, counted[i].dimension, *counted[i].value ? counted[i].value : "none"), 1);
}
