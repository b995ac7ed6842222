/* facility_local.c -- the record: fields and rules. */
#include "features/facility_local/facility_local.h"

#include "base/count.h"

#include <string.h>

#define AT(member) offsetof(struct facility_local, member)

static const struct field fields[] = {
    {.name = "home_visits", .label = "訪問", .help = "利用者の自宅へ行くか。", .type = FIELD_CODE, .codes = "yes_no", .section = "できること",
     .offset = AT(home_visits), .source = "formats.md E 在宅医療の取り組み"},
    {.name = "round_the_clock", .label = "24時間対応", .type = FIELD_CODE, .codes = "yes_no", .offset = AT(round_the_clock),
     .source = "programme.md §9.1; formats.md E ２４時間緊急連絡体制"},
    {.name = "end_of_life_care", .label = "看取り", .type = FIELD_CODE, .codes = "yes_no", .offset = AT(end_of_life_care),
     .source = "programme.md §9.1"},
    {.name = "new_patient_acceptance", .label = "新しい利用者", .help = "ふだんの方針です。今日の空きは、空き状況に記録します。",
     .type = FIELD_CODE, .codes = "new_patient_acceptance", .offset = AT(new_patient_acceptance), .source = "programme.md §9.1 新規受入可否"},
    {.name = "acceptance_condition", .label = "受け入れの条件", .type = FIELD_TEXT, .max = 200, .offset = AT(acceptance_condition),
     .source = "formats.md E 入所条件"},
    {.name = "medical_procedures", .label = "対応できる医療処置", .type = FIELD_CODES, .codes = "medical_procedure",
     .offset = AT(medical_procedures), .source = "forms.md §5.1 item 7; formats.md E 受け入れ可"},
    {.name = "languages", .label = "日本語のほかに話せる言葉", .type = FIELD_TEXT, .max = 100, .offset = AT(languages), .source = "issue 3"},
    {.name = "public_note", .label = "案内", .help = "住民の方にも見せる説明です。", .type = FIELD_LONG_TEXT, .max = 500,
     .offset = AT(public_note), .source = "issue 3"},

    {.name = "visiting_areas", .label = "訪問する地域", .type = FIELD_REFS, .picker = "area", .max = 40, .section = "地域",
     .offset = AT(visiting_areas), .source = "formats.md E 訪問対応地域"},
    {.name = "visiting_note", .label = "訪問する地域の説明", .help = "例：区の北半分、車で20分まで", .type = FIELD_TEXT, .max = 200,
     .offset = AT(visiting_note), .source = "formats.md E 訪問対応地域"},
    {.name = "care_district", .label = "日常生活圏域", .help = "所在地の圏域。例：北第一", .type = FIELD_TEXT, .max = 40,
     .offset = AT(care_district), .source = "issue 3"},

    {.name = "direct_line", .label = "直通電話", .type = FIELD_TEXT, .max = 40, .flags = FIELD_PHONE, .section = "連絡のしかた",
     .offset = AT(direct_line), .source = "issue 3"},
    {.name = "doctor_call_times", .label = "医師に電話できる時間", .help = "例：月〜金 12時半から13時半、至急はいつでも", .type = FIELD_TEXT,
     .max = 200, .offset = AT(doctor_call_times), .source = "formats.md §0 rule 8; programme.md §9.1 calling hours of doctors"},
    {.name = "contact_habits", .label = "連絡のこつ", .help = "例：まずFAX、担当は地域連携室", .type = FIELD_LONG_TEXT, .max = 500,
     .offset = AT(contact_habits), .source = "formats.md E 医師への面談方法"},
    {.name = "internal_memo", .label = "内部の覚え書き", .help = "相談支援室と行政だけが見ます。", .type = FIELD_LONG_TEXT, .max = 2000,
     .offset = AT(internal_memo), .source = "issue 3"},

    {.name = "confirmed_on", .label = "確認した日", .help = "相手に確かめた日。一覧には「9日前に確認」のように出ます。", .type = FIELD_DATE,
     .required = true, .section = "確認", .offset = AT(confirmed_on), .flags = FIELD_PAST | FIELD_NO_COPY, .source = "programme.md §10 fact 4"},
    {.name = "confirmed_by", .label = "確認した人", .type = FIELD_REF, .picker = "staff", .offset = AT(confirmed_by),
     .flags = FIELD_COMPUTED | FIELD_NO_COPY, .source = "programme.md §10 fact 4"},
};

static void check(const void *row, struct date today, struct problems *p)
{
    const struct facility_local *x = row;
    (void)today;
    if (codes_has(x->medical_procedures, "none") && strchr(x->medical_procedures, ' '))
        problem_add(p, "medical_procedures", "「なし」とほかの処置が両方選ばれています。どちらかを外してください。");
    if (*x->acceptance_condition && !strcmp(x->new_patient_acceptance, "no"))
        problem_add(p, "acceptance_condition", "受け入れていないときは、条件を空欄にしてください。");
}

const struct field_set facility_local_set = {
    .name = "facility_local", .label = "地域で確かめたこと", .fields = fields, .count = COUNT(fields), .size = sizeof(struct facility_local),
    .check = check,
};
const struct record facility_local_record = {.table = "facility_local", .set = &facility_local_set, .search_kind = NULL};

bool facility_local_find(struct db *db, const char *facility_id, struct arena *a, struct facility_local *ret, struct err *err)
{
    const struct scope everything = SCOPE_EVERYTHING; /* the directory is everybody's who may read it; audience.h decides the fields */
    struct facility_local found = {0};
    struct err missing = {0};
    field_clear(&facility_local_set, &found);
    if (record_find(db, &facility_local_record, &everything, facility_id, &found, a, &missing)) {
        *ret = found;
        return true;
    }
    if (missing.kind != ERR_NOT_FOUND) {
        *err = missing;
        return false;
    }
    field_clear(&facility_local_set, &found);
    found.head = (struct record_head){.id = "", .office_id = "", .area_code = "", .created_at = "", .created_by = "", .changed_at = "",
                                      .changed_by = "", .deleted_at = ""};
    *ret = found;
    return true;
}

const char *facility_local_form_url(const struct facility_local *l, const char *facility_id, struct arena *a)
{
    return *l->head.id ? arena_printf(a, "/facility-facts/%s/edit", facility_id)
                       : arena_printf(a, "/facility-facts/new?facility=%s", facility_id);
}

const char *facility_local_age(const char *confirmed_on, struct date today, struct arena *a)
{
    struct date on = date_from_iso(confirmed_on);
    if (!date_is_set(on))
        return "";
    int days = date_days_between(on, today);
    if (days <= 0)
        return "今日確認";
    if (days < 60)
        return arena_printf(a, "%d日前に確認", days);
    return days < FACILITY_LOCAL_STALE_DAYS ? arena_printf(a, "%dか月前に確認", days / 30) : arena_printf(a, "%d年以上前に確認", days / 365);
}
