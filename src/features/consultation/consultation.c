/* consultation.c -- the sheet as a record: its fields in the order in which a call goes, its rules, and what follows from a row. */
#include "features/consultation/consultation.h"

#include "base/count.h"

#include <string.h>

#define AT(member) offsetof(struct consultation, member)

static bool is_case(const void *row)
{
    return !strcmp(((const struct consultation *)row)->subject_kind, "individual_case");
}

static bool is_consented(const void *row)
{
    const char *consent = ((const struct consultation *)row)->consent;
    return !strcmp(consent, "written") || !strcmp(consent, "verbal");
}

static bool is_not_arranged(const void *row)
{
    return !strcmp(((const struct consultation *)row)->outcome, "not_arranged");
}

#define PROGRESS_AT(member) offsetof(struct progress_entry, member)
static const struct field progress_fields[] = {
    {.name = "contact_on", .label = "日付", .type = FIELD_DATE, .required = true, .offset = PROGRESS_AT(contact_on),
     .flags = FIELD_PAST, .source = "forms.md §3 progress"},
    {.name = "contact_at", .label = "時刻", .type = FIELD_TIME, .offset = PROGRESS_AT(contact_at), .source = "forms.md §3 progress"},
    {.name = "person", .label = "対応者", .type = FIELD_TEXT, .max = 60, .offset = PROGRESS_AT(person), .flags = FIELD_PERSONAL,
     .source = "forms.md §3 progress"},
    {.name = "text", .label = "支援経過", .type = FIELD_LONG_TEXT, .max = 4000, .required = true, .offset = PROGRESS_AT(text),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED, .source = "forms.md §3 progress"},
};
const struct field_set progress_set = {
    .name = "progress", .label = "支援経過", .fields = progress_fields, .count = COUNT(progress_fields),
    .size = sizeof(struct progress_entry),
};

#define REFERRED_AT(member) offsetof(struct referred_resource, member)
static const struct field referred_fields[] = {
    {.name = "facility_id", .label = "資源", .type = FIELD_REF, .picker = "facility", .or_text = "name", .offset = REFERRED_AT(facility_id),
     .source = "forms.md §3 referred_resources"},
    {.name = "name", .label = "名称（一覧にないとき）", .type = FIELD_TEXT, .max = 100, .offset = REFERRED_AT(name),
     .flags = FIELD_SEARCHED, .source = "forms.md §3 referred_resources"},
    {.name = "acceptance", .label = "受入れ", .type = FIELD_CODE, .codes = "acceptance", .offset = REFERRED_AT(acceptance),
     .source = "forms.md §3 referred_resources"},
    {.name = "note", .label = "メモ", .type = FIELD_TEXT, .max = 200, .offset = REFERRED_AT(note), .flags = FIELD_PERSONAL,
     .source = "forms.md §3 referred_resources"},
};
const struct field_set referred_resource_set = {
    .name = "referred_resource", .label = "紹介した資源", .fields = referred_fields, .count = COUNT(referred_fields),
    .size = sizeof(struct referred_resource),
};

#define REOPENING_AT(member) offsetof(struct reopening, member)
static const struct field reopening_fields[] = {
    {.name = "reopened_on", .label = "再開日", .type = FIELD_DATE, .required = true, .offset = REOPENING_AT(reopened_on),
     .source = "programme.md §11"},
    {.name = "person", .label = "再開した人", .type = FIELD_TEXT, .max = 60, .offset = REOPENING_AT(person), .flags = FIELD_PERSONAL,
     .source = "programme.md §11"},
    {.name = "reason", .label = "理由", .type = FIELD_TEXT, .max = 500, .required = true, .offset = REOPENING_AT(reason),
     .flags = FIELD_PERSONAL, .source = "programme.md §11"},
    {.name = "former_outcome", .label = "それまでの結果", .type = FIELD_CODE, .codes = "outcome", .offset = REOPENING_AT(former_outcome),
     .source = "programme.md §11"},
};
const struct field_set reopening_set = {
    .name = "reopening", .label = "再開の記録", .fields = reopening_fields, .count = COUNT(reopening_fields),
    .size = sizeof(struct reopening),
};

static const struct field fields[] = {
    {.name = "received_at", .label = "受付日時", .help = "例: r6.11.30 14:03、今日 9:15", .type = FIELD_DATETIME, .required = true,
     .section = "受付", .offset = AT(received_at), .flags = FIELD_PAST | FIELD_NO_COPY, .source = "様式6 received_at"},
    {.name = "channel", .label = "相談方法", .type = FIELD_CODE, .codes = "channel", .required = true, .offset = AT(channel),
     .source = "様式6 channel"},
    {.name = "staff_id", .label = "対応者", .type = FIELD_REF, .picker = "staff", .offset = AT(staff_id), .flags = FIELD_NO_COPY,
     .source = "様式6 staff"},

    {.name = "consulter_type", .label = "相談者の区分", .type = FIELD_CODE, .codes = "consulter_type", .required = true,
     .section = "相談してきた人", .offset = AT(consulter_type), .source = "様式6 consulter_type"},
    {.name = "consulter_org_id", .label = "所属", .help = "資源の一覧から選べます。一覧にないときは、名称を書いたまま先へ進んでください。",
     .type = FIELD_REF, .picker = "facility", .or_text = "consulter_org", .offset = AT(consulter_org_id),
     .source = "様式6 consulter_org"},
    {.name = "consulter_org", .label = "所属（一覧にないとき）", .type = FIELD_TEXT, .max = 100, .offset = AT(consulter_org),
     .flags = FIELD_SEARCHED, .source = "様式6 consulter_org"},
    {.name = "consulter_name", .label = "相談者のお名前", .type = FIELD_TEXT, .max = 60, .offset = AT(consulter_name),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED, .source = "様式6 consulter_name"},
    {.name = "consulter_contact", .label = "連絡先", .help = "折り返しの電話番号など", .type = FIELD_TEXT, .max = 100,
     .offset = AT(consulter_contact), .flags = FIELD_PERSONAL, .source = "様式6 contact"},
    {.name = "resident_consultation", .label = "住民からの相談", .type = FIELD_CODE, .codes = "yes_no", .offset = AT(resident_consultation),
     .source = "様式6 resident_consultation"},

    {.name = "subject_kind", .label = "相談の種別", .help = "個別ケースだけが個別ケース相談の件数に入ります。", .type = FIELD_CODE,
     .codes = "subject_kind", .required = true, .section = "だれについての相談か", .offset = AT(subject_kind), .source = "様式6 subject_kind"},
    {.name = "is_ltci_subject", .label = "介護保険対象者", .help = "個別ケースでは必ず選んでください。件数の集計に使います。",
     .type = FIELD_CODE, .codes = "yes_no_unknown", .required_when = is_case, .offset = AT(is_ltci_subject),
     .source = "様式6 is_ltci_subject; reports.md T-OSK-13"},
    {.name = "patient_id", .label = "利用者（登録済みの方）", .help = "フリガナかお名前で探せます。はじめての方は下に書いてください。",
     .type = FIELD_REF, .picker = "patient", .offset = AT(patient_id), .flags = FIELD_FILLED | FIELD_PERSONAL, .source = "様式6 patient"},
    {.name = "patient_kana", .label = "フリガナ", .type = FIELD_KANA, .max = 100, .offset = AT(patient_kana),
     .flags = FIELD_FILLED | FIELD_PERSONAL | FIELD_SEARCHED, .source = "様式6 patient"},
    {.name = "patient_name", .label = "お名前", .type = FIELD_TEXT, .max = 100, .offset = AT(patient_name),
     .flags = FIELD_FILLED | FIELD_PERSONAL | FIELD_SEARCHED, .source = "様式6 patient"},
    {.name = "patient_pseudonym", .label = "仮名", .help = "お名前を書かないときのイニシャルなど。例: M.H.", .type = FIELD_TEXT, .max = 40,
     .offset = AT(patient_pseudonym), .flags = FIELD_FILLED | FIELD_PERSONAL | FIELD_SEARCHED, .source = "様式6 patient (pseudonym allowed)"},
    {.name = "sex", .label = "性別", .type = FIELD_CODE, .codes = "sex", .offset = AT(sex), .flags = FIELD_FILLED, .source = "様式6 sex; standards.md 2.9"},
    {.name = "age_band", .label = "年齢層", .type = FIELD_CODE, .codes = "age_band", .offset = AT(age_band), .flags = FIELD_FILLED, .source = "様式6 age_band"},
    {.name = "care_level", .label = "要介護度", .type = FIELD_CODE, .codes = "care_level", .offset = AT(care_level), .flags = FIELD_FILLED,
     .source = "様式6 care_level; standards.md 2.1"},
    {.name = "insured_no_known", .label = "被保険者番号の確認", .help = "番号は記録しません。", .type = FIELD_CODE, .codes = "yes_no",
     .offset = AT(insured_no_known), .source = "様式6 insured_no_known"},
    {.name = "living", .label = "世帯の状況", .type = FIELD_CODE, .codes = "living", .offset = AT(living), .flags = FIELD_FILLED, .source = "様式6 living"},
    {.name = "current_place", .label = "現在の居所", .type = FIELD_CODE, .codes = "current_place", .offset = AT(current_place),
     .source = "様式6 current_place"},
    {.name = "residence", .label = "居住地", .type = FIELD_CODE, .codes = "residence", .offset = AT(residence), .flags = FIELD_FILLED,
     .source = "様式6 residence area, item ク"},
    {.name = "main_disease", .label = "主な疾患", .type = FIELD_CODES, .codes = "disease", .offset = AT(main_disease),
     .source = "様式6 main_disease"},
    {.name = "medical_procedures", .label = "医療処置", .type = FIELD_CODES, .codes = "medical_procedure", .offset = AT(medical_procedures),
     .source = "様式6 medical_needs; forms.md §5.1 item 7"},
    {.name = "consent", .label = "個人情報使用の同意", .type = FIELD_CODE, .codes = "consent_kind", .offset = AT(consent),
     .source = "様式6 consent_to_use_personal_data"},
    {.name = "consent_on", .label = "同意を確認した日", .type = FIELD_DATE, .required_when = is_consented, .offset = AT(consent_on),
     .flags = FIELD_PAST, .source = "様式6 consent_to_use_personal_data"},

    {.name = "content", .label = "相談内容", .help = "あてはまるものをすべて選んでください。", .type = FIELD_CODES,
     .codes = "consultation_content", .required = true, .min = 1, .section = "相談の内容", .offset = AT(content), .source = "様式6 content"},
    {.name = "scene", .label = "場面", .type = FIELD_CODES, .codes = "care_scene", .offset = AT(scene), .source = "様式6 scene"},
    {.name = "summary", .label = "相談の概要", .type = FIELD_LONG_TEXT, .max = 4000, .offset = AT(summary),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式6 summary"},
    {.name = "previous_id", .label = "前回の相談シート", .type = FIELD_REF, .picker = "consultation", .offset = AT(previous_id),
     .flags = FIELD_NO_COPY, .source = "issue 2 point 6"},

    {.name = "response", .label = "対応", .type = FIELD_CODES, .codes = "response", .section = "対応したこと", .offset = AT(response),
     .source = "様式6 response"},
    {.name = "referred_resources", .label = "紹介した資源", .type = FIELD_ROWS, .rows = &referred_resource_set, .max = 20,
     .offset = AT(referred_resources), .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式6 referred_resources"},
    {.name = "progress", .label = "支援経過", .help = "1行が対応1回です。月報の対応回数に入ります。", .type = FIELD_ROWS,
     .rows = &progress_set, .max = 500, .offset = AT(progress), .flags = FIELD_PERSONAL | FIELD_SEARCHED | FIELD_NO_COPY,
     .source = "様式6 progress[]"},

    {.name = "outcome", .label = "結果", .type = FIELD_CODE, .codes = "outcome", .required = true, .section = "結果と次の対応",
     .offset = AT(outcome), .flags = FIELD_NO_COPY, .source = "様式6 outcome"},
    {.name = "reason_unresolved", .label = "調整不成立の理由", .type = FIELD_CODES, .codes = "reason_unresolved",
     .required_when = is_not_arranged, .offset = AT(reason_unresolved), .flags = FIELD_NO_COPY, .source = "様式6 reason_unresolved"},
    {.name = "reason_unresolved_text", .label = "理由の説明", .type = FIELD_TEXT, .max = 500, .offset = AT(reason_unresolved_text),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED | FIELD_NO_COPY, .source = "様式6 outcome 調整不成立（理由）"},
    {.name = "is_difficult_case", .label = "困難事例", .help = "「はい」にすると区役所と共有する事例として一覧に出ます。", .type = FIELD_CODE,
     .codes = "yes_no", .offset = AT(is_difficult_case), .source = "様式6 is_hard_case; programme.md §8"},
    {.name = "issue_link", .label = "関連する課題", .help = "課題の番号や名前", .type = FIELD_TEXT, .max = 100, .offset = AT(issue_link),
     .source = "様式6 issue_link"},
    {.name = "next_action", .label = "次の対応", .type = FIELD_TEXT, .max = 300, .offset = AT(next_action),
     .flags = FIELD_PERSONAL | FIELD_NO_COPY, .source = "様式6 next_action"},
    {.name = "next_action_on", .label = "次の対応の期限", .type = FIELD_DATE, .offset = AT(next_action_on), .flags = FIELD_NO_COPY,
     .source = "様式6 due"},
    {.name = "next_action_staff_id", .label = "次の対応の担当", .type = FIELD_REF, .picker = "staff", .offset = AT(next_action_staff_id),
     .flags = FIELD_NO_COPY, .source = "様式6 staff"},
    {.name = "ended_at", .label = "対応終了日時", .help = "受付から終了までの分数が出ます。", .type = FIELD_DATETIME, .offset = AT(ended_at),
     .flags = FIELD_NO_COPY, .source = "様式6 ended_at"},
    {.name = "paper_no", .label = "紙や以前の台帳の番号", .type = FIELD_TEXT, .max = 60, .offset = AT(paper_no),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY, .source = "import of the past"},

    {.name = "consultation_no", .label = "相談番号", .type = FIELD_TEXT, .max = 60, .offset = AT(consultation_no),
     .flags = FIELD_COMPUTED | FIELD_SEARCHED, .source = "様式6 consultation_no; forms.md §1"},
    {.name = "received_on", .label = "受付日", .type = FIELD_DATE, .offset = AT(received_on), .flags = FIELD_COMPUTED | FIELD_INTERNAL, .source = "received_at"},
    {.name = "month", .label = "受付月", .type = FIELD_TEXT, .max = 7, .offset = AT(month), .flags = FIELD_COMPUTED | FIELD_INTERNAL, .source = "received_at"},
    {.name = "fiscal_year", .label = "年度", .type = FIELD_INT, .min = 1900, .max = 9999, .offset = AT(fiscal_year),
     .flags = FIELD_COMPUTED | FIELD_INTERNAL, .source = "received_at"},
    {.name = "minutes", .label = "対応時間（分）", .type = FIELD_INT, .min = 0, .max = 10000000, .offset = AT(minutes),
     .flags = FIELD_COMPUTED, .source = "様式6 minutes computed"},
    {.name = "visit_kind", .label = "新規・継続", .type = FIELD_CODE, .codes = "visit_kind", .offset = AT(visit_kind),
     .flags = FIELD_COMPUTED, .source = "様式3 new/continuing"},
    {.name = "repeat_within", .label = "同じ方の相談との間隔", .type = FIELD_TEXT, .max = 9, .offset = AT(repeat_within),
     .flags = FIELD_COMPUTED | FIELD_INTERNAL, .source = "doc/measures.md unique persons"},
    {.name = "repeat_within_ltci", .label = "同じ方の相談との間隔（介護保険対象者）", .type = FIELD_TEXT, .max = 9, .offset = AT(repeat_within_ltci),
     .flags = FIELD_COMPUTED | FIELD_INTERNAL, .source = "doc/measures.md unique persons"},
    {.name = "person_key", .label = "実人数の手がかり", .type = FIELD_TEXT, .max = 36, .offset = AT(person_key),
     .flags = FIELD_COMPUTED | FIELD_INTERNAL | FIELD_PERSONAL, .source = "programme.md §11 unique_person_key"},
    {.name = "closed_on", .label = "終結日", .type = FIELD_DATE, .offset = AT(closed_on), .flags = FIELD_COMPUTED, .source = "programme.md §11"},
    {.name = "reopenings", .label = "再開の記録", .type = FIELD_ROWS, .rows = &reopening_set, .max = 100, .offset = AT(reopenings),
     .flags = FIELD_COMPUTED | FIELD_PERSONAL, .source = "programme.md §11 reopen with reason"},
};

static void check_progress(const struct consultation *c, struct problems *p)
{
    size_t count;
    const struct progress_entry *entries = field_rows(field_find(&consultation_set, "progress"), c, p->arena, &count);
    for (size_t i = 0; i < count; i++)
        if (*entries[i].contact_on && *c->received_at && strncmp(entries[i].contact_on, c->received_at, 10) < 0)
            problem_add(p, "progress", "支援経過の%zu行目の日付が受付日より前です。受付日以後の日付を入力してください。", i + 1);
}

/* Rules across fields; the ones about a single field stand in the table. */
static void check(const void *row, struct date today, struct problems *p)
{
    const struct consultation *c = row;
    (void)today;
    if (*c->received_at && *c->ended_at && strcmp(c->ended_at, c->received_at) < 0)
        problem_add(p, "ended_at", "対応終了日時が受付日時より前です。受付日時以後を入力してください。");
    if (codes_has(c->medical_procedures, "none") && strchr(c->medical_procedures, ' '))
        problem_add(p, "medical_procedures", "「なし」とほかの医療処置は同時に選べません。どちらかにしてください。");
    if (*c->previous_id && !strcmp(c->previous_id, c->head.id))
        problem_add(p, "previous_id", "このシート自身は前回の相談シートにできません。別のシートを選んでください。");
    check_progress(c, p);
}

const struct field_set consultation_set = {
    .name = "consultation", .label = "相談シート", .fields = fields, .count = COUNT(fields), .size = sizeof(struct consultation),
    .check = check,
};
const struct record consultation_record = {.table = "consultation", .set = &consultation_set, .search_kind = "consultation"};

bool consultation_is_open(const struct consultation *c)
{
    return !strcmp(c->outcome, "continuing") || !strcmp(c->outcome, "waiting_result");
}

/* "2024-11-30T14:03" as minutes since some fixed midnight. */
static long wall_minutes(const char *at)
{
    int minutes = strlen(at) > 11 ? time_parse(at + 11) : 0;
    char day[11] = "";
    memcpy(day, at, strnlen(at, 10));
    return (long)date_days_between((struct date){2000, 1, 1}, date_from_iso(day)) * 1440 + (minutes < 0 ? 0 : minutes);
}

/* The day on which the sheet was closed: its last entry's, or the day it was received. */
static const char *last_day(const struct consultation *c, struct arena *a)
{
    size_t count;
    const struct progress_entry *entries = field_rows(field_find(&consultation_set, "progress"), c, a, &count);
    const char *day = *c->ended_at ? arena_strndup(a, c->ended_at, 10) : c->received_on;
    for (size_t i = 0; i < count; i++)
        if (strcmp(entries[i].contact_on, day) > 0)
            day = entries[i].contact_on;
    return day;
}

void consultation_derive(struct consultation *c, struct arena *a)
{
    c->received_on = arena_strndup(a, c->received_at, 10);
    c->month = arena_strndup(a, c->received_at, 7);
    c->fiscal_year = fiscal_year(date_from_iso(c->received_on));
    c->minutes = *c->ended_at ? wall_minutes(c->ended_at) - wall_minutes(c->received_at) : FIELD_BLANK;
    c->closed_on = consultation_is_open(c) ? "" : last_day(c, a);
    c->person_key = *c->patient_id ? c->patient_id : c->head.id;
    if (is_case(c)) {
        /* Single-answer counts must add up to the cases: nothing said is 不明. */
        if (!*c->care_level)
            c->care_level = "unknown";
        if (!*c->residence)
            c->residence = "unknown";
    }
}
