/* consultation_feature.c -- the tables of 相談: schema, list, routes, sentences. */
#include "features/consultation/consultation_import.h"
#include "features/consultation/consultation_pages.h"

#include "base/code_list.h"
#include "base/count.h"
#include "web/html.h"
#include "web/job.h"
#include "web/picker.h"

#include <string.h>

static const char schema[] =
    "CREATE TABLE consultation (\n"
    "  id TEXT PRIMARY KEY,\n"
    "  office_id TEXT NOT NULL,\n"
    "  area_code TEXT NOT NULL,             -- ward\n"
    "  created_at TEXT NOT NULL,\n"
    "  created_by TEXT NOT NULL,\n"
    "  changed_at TEXT NOT NULL,\n"
    "  changed_by TEXT NOT NULL,\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '',\n"
    "  consultation_no TEXT NOT NULL,       -- R6-北-6-0012; forms.md §1\n"
    "  paper_no TEXT NOT NULL,              -- number on an older paper\n"
    "  received_at TEXT NOT NULL,           -- wall clock in Japan, 2024-11-30T14:03\n"
    "  ended_at TEXT NOT NULL,              -- the same, or ''\n"
    "  channel TEXT NOT NULL,               -- codes/channel.tsv\n"
    "  staff_id TEXT NOT NULL,              -- user_account\n"
    "  consulter_type TEXT NOT NULL,        -- codes/consulter_type.tsv\n"
    "  consulter_org_id TEXT NOT NULL,      -- facility, or ''\n"
    "  consulter_org TEXT NOT NULL,         -- name when not in the directory\n"
    "  consulter_name TEXT NOT NULL,\n"
    "  consulter_contact TEXT NOT NULL,\n"
    "  resident_consultation TEXT NOT NULL, -- codes/yes_no.tsv\n"
    "  subject_kind TEXT NOT NULL,          -- codes/subject_kind.tsv; individual_case enters the statistics\n"
    "  is_ltci_subject TEXT NOT NULL,       -- codes/yes_no_unknown.tsv; basis ltci\n"
    "  insured_no_known TEXT NOT NULL,      -- codes/yes_no.tsv\n"
    "  patient_id TEXT NOT NULL,            -- patient, or ''\n"
    "  patient_kana TEXT NOT NULL,          -- as on the sheet\n"
    "  patient_name TEXT NOT NULL,\n"
    "  patient_pseudonym TEXT NOT NULL,\n"
    "  sex TEXT NOT NULL,                   -- codes/sex.tsv\n"
    "  age_band TEXT NOT NULL,              -- codes/age_band.tsv\n"
    "  care_level TEXT NOT NULL,            -- codes/care_level.tsv\n"
    "  living TEXT NOT NULL,                -- codes/living.tsv\n"
    "  current_place TEXT NOT NULL,         -- codes/current_place.tsv\n"
    "  residence TEXT NOT NULL,             -- codes/residence.tsv\n"
    "  main_disease TEXT NOT NULL,          -- codes/disease.tsv, several\n"
    "  medical_procedures TEXT NOT NULL,    -- codes/medical_procedure.tsv, several\n"
    "  consent TEXT NOT NULL,               -- codes/consent_kind.tsv\n"
    "  consent_on TEXT NOT NULL,            -- ISO day\n"
    "  content TEXT NOT NULL,               -- codes/consultation_content.tsv, several, at least one\n"
    "  scene TEXT NOT NULL,                 -- codes/care_scene.tsv, several\n"
    "  summary TEXT NOT NULL,\n"
    "  previous_id TEXT NOT NULL,           -- consultation, or ''\n"
    "  response TEXT NOT NULL,              -- codes/response.tsv, several\n"
    "  referred_resources TEXT NOT NULL,    -- JSON rows\n"
    "  progress TEXT NOT NULL,              -- JSON rows; one row = one contact\n"
    "  outcome TEXT NOT NULL,               -- codes/outcome.tsv\n"
    "  reason_unresolved TEXT NOT NULL,     -- codes/reason_unresolved.tsv, several\n"
    "  reason_unresolved_text TEXT NOT NULL,\n"
    "  is_difficult_case TEXT NOT NULL,     -- codes/yes_no.tsv; shared with the ward office\n"
    "  issue_link TEXT NOT NULL,            -- issue of the register\n"
    "  next_action TEXT NOT NULL,\n"
    "  next_action_on TEXT NOT NULL,        -- ISO day, due\n"
    "  next_action_staff_id TEXT NOT NULL,  -- user_account\n"
    "  received_on TEXT NOT NULL,           -- day of received_at\n"
    "  month TEXT NOT NULL,                 -- 2024-11, of received_at\n"
    "  fiscal_year BIGINT NOT NULL,         -- 2024 = 令和6年度\n"
    "  minutes BIGINT,                      -- ended_at - received_at\n"
    "  visit_kind TEXT NOT NULL,            -- codes/visit_kind.tsv\n"
    "  person_key TEXT NOT NULL,            -- 実人数 counts distinct keys\n"
    "  closed_on TEXT NOT NULL,             -- ISO day, '' while open\n"
    "  reopenings TEXT NOT NULL             -- JSON rows\n"
    ");\n"
    "CREATE INDEX consultation_list ON consultation (office_id, received_on DESC, received_at DESC, id DESC) WHERE deleted_at = '';\n"
    "CREATE INDEX consultation_list_all ON consultation (received_on DESC, received_at DESC, id DESC) WHERE deleted_at = '';\n"
    "CREATE INDEX consultation_patient ON consultation (patient_id, fiscal_year, received_at);\n"
    "CREATE INDEX consultation_organisation ON consultation (consulter_org_id, received_at DESC);\n"
    "CREATE INDEX consultation_open ON consultation (office_id, next_action_on)"
    " WHERE deleted_at = '' AND outcome IN ('continuing', 'waiting_result');\n"
    "CREATE UNIQUE INDEX consultation_number ON consultation (area_code, consultation_no);\n"
    "CREATE INDEX consultation_count ON consultation"
    " (area_code, received_on, subject_kind, is_ltci_subject, consulter_type, content, person_key) WHERE deleted_at = '';\n"
    "CREATE TABLE consultation_contact (\n"
    "  consultation_id TEXT NOT NULL,\n"
    "  seq BIGINT NOT NULL,      -- row of consultation.progress, from 0\n"
    "  office_id TEXT NOT NULL,\n"
    "  area_code TEXT NOT NULL,\n"
    "  contact_on TEXT NOT NULL, -- ISO day: 日報 finds the day's contacts by it\n"
    "  PRIMARY KEY (consultation_id, seq)\n"
    ");\n"
    "CREATE INDEX consultation_contact_day ON consultation_contact (office_id, contact_on);\n";

/* Trimesters are April to July, August to November, December to March (reports.md §0). */
#define TRIMESTER_OF(month) "(CAST(SUBSTR(" month ", 6, 2) AS BIGINT) + 8) % 12 / 4"
#define PLACES(column, condition) \
    "UPDATE consultation SET " column " = w.within FROM (SELECT id, CASE WHEN before IS NULL THEN ''" \
    " WHEN before = month THEN 'month' WHEN " TRIMESTER_OF("before") " = " TRIMESTER_OF("month") " THEN 'trimester' ELSE 'year' END AS within" \
    " FROM (SELECT id, month, LAG(month) OVER (PARTITION BY person_key, fiscal_year ORDER BY received_at, id) AS before" \
    " FROM consultation WHERE deleted_at = '' AND subject_kind = 'individual_case'" condition ") AS t) AS w" \
    " WHERE w.id = consultation.id AND w.within <> '';\n"
#define REPEATS(basis, month, column) \
    "INSERT INTO tally (measure, basis, month, code, area_code, office_id, n)" \
    " SELECT 'consultation.repeats', '" basis "', " month ", 'within=' || " column ", area_code, office_id, COUNT(*) FROM consultation" \
    " WHERE deleted_at = '' AND " column " <> '' GROUP BY 3, 4, 5, 6;\n"
static const char repeats_schema[] =
    /* month, trimester or year: the smallest in which the person had an earlier case; '' for the first of the fiscal year */
    "ALTER TABLE consultation ADD COLUMN repeat_within TEXT NOT NULL DEFAULT '';\n"
    /* the same among the cases of 介護保険対象者 */
    "ALTER TABLE consultation ADD COLUMN repeat_within_ltci TEXT NOT NULL DEFAULT '';\n"
    "DROP INDEX consultation_patient;\n"
    "CREATE INDEX consultation_person ON consultation (person_key, fiscal_year, received_at);\n"
    PLACES("repeat_within", "")
    PLACES("repeat_within_ltci", " AND is_ltci_subject = 'yes'")
    REPEATS("all", "month", "repeat_within")
    REPEATS("all", "'FY' || fiscal_year", "repeat_within")
    REPEATS("ltci", "month", "repeat_within_ltci")
    REPEATS("ltci", "'FY' || fiscal_year", "repeat_within_ltci");

/* An index less to write for each save: sheets without an organisation are not found by it, and SQLite's contacts stand in their key. */
static const char lighter_schema[] =
    "DROP INDEX consultation_organisation;\n"
    "CREATE INDEX consultation_organisation ON consultation (consulter_org_id, received_at DESC) WHERE consulter_org_id <> '';\n";
static const char lighter_sqlite[] =
    "CREATE TABLE consultation_contact_new (\n"
    "  consultation_id TEXT NOT NULL,\n"
    "  seq BIGINT NOT NULL,      -- row of consultation.progress, from 0\n"
    "  office_id TEXT NOT NULL,\n"
    "  area_code TEXT NOT NULL,\n"
    "  contact_on TEXT NOT NULL, -- ISO day: 日報 finds the day's contacts by it\n"
    "  PRIMARY KEY (consultation_id, seq)\n"
    ") WITHOUT ROWID;\n"
    "INSERT INTO consultation_contact_new SELECT consultation_id, seq, office_id, area_code, contact_on FROM consultation_contact"
    " ORDER BY consultation_id, seq;\n"
    "DROP TABLE consultation_contact;\n"
    "ALTER TABLE consultation_contact_new RENAME TO consultation_contact;\n"
    "CREATE INDEX consultation_contact_day ON consultation_contact (office_id, contact_on);\n";

/* A ward's cases of a year in the order in which the yearly tables count them: a recount reads the index once and sorts nothing.  Persons are
 * counted otherwise now (repeat_within), so that the index of days goes without them. */
static const char recount_schema[] =
    "CREATE INDEX consultation_recount ON consultation (area_code, fiscal_year, consulter_type, content, is_ltci_subject)"
    " WHERE deleted_at = '' AND subject_kind = 'individual_case';\n"
    "DROP INDEX consultation_count;\n"
    "CREATE INDEX consultation_count ON consultation"
    " (area_code, received_on, subject_kind, is_ltci_subject, consulter_type, content) WHERE deleted_at = '';\n";

/* What tells a changed row of a list (resource.kept_by) and that it stands (SQLite asks again) are in the list's order itself: counting a
 * year and looking up a page touch no sheet.  PostgreSQL would have to renew every index of a sheet with each change. */
static const char list_sqlite[] =
    "DROP INDEX consultation_list;\n"
    "CREATE INDEX consultation_list ON consultation (office_id, received_on DESC, received_at DESC, id DESC, deleted_at, revision, changed_at,"
    " visit_kind) WHERE deleted_at = '';\n";

static const struct migration migrations[] = {
    {.number = 2026040501, .name = "consultation: create", .sql = schema},
    {.number = 2026040504, .name = "consultation: import of the past", .sql = import_schema},
    {.number = 2026112160, .name = "consultation: persons seen before", .sql = repeats_schema},
    {.number = 2026112162, .name = "consultation: cases of a year in the order of their recount", .sql = recount_schema},
    {.number = 2026112170, .name = "consultation: lighter indexes", .sql = lighter_schema, .sql_sqlite = lighter_sqlite},
    {.number = 2026112180, .name = "consultation: lists from their index", .sql_sqlite = list_sqlite},
};

/* -- list ---------------------------------------------------------------------------------------------------------------- */

static const struct list_filter filters[] = {
    {"period", "期間", FILTER_PERIOD, NULL, "c.received_on"},
    {"from", "受付日（から）", FILTER_FROM, NULL, "c.received_on"},
    {"to", "受付日（まで）", FILTER_TO, NULL, "c.received_on"},
    {"ward", "区", FILTER_AREA, NULL, "c.area_code"},
    {"subject_kind", "相談の種別", FILTER_CODE, "subject_kind", "c.subject_kind"},
    {"ltci", "介護保険対象者", FILTER_CODE, "yes_no_unknown", "c.is_ltci_subject"},
    {"consulter_type", "相談者", FILTER_CODE, "consulter_type", "c.consulter_type"},
    {"content", "相談内容", FILTER_CODES, "consultation_content", "c.content"},
    {"channel", "相談方法", FILTER_CODE, "channel", "c.channel"},
    {"response", "対応", FILTER_CODES, "response", "c.response"},
    {"outcome", "結果", FILTER_CODE, "outcome", "c.outcome"},
    {"reason_unresolved", "調整不成立の理由", FILTER_CODES, "reason_unresolved", "c.reason_unresolved"},
    {"scene", "場面", FILTER_CODES, "care_scene", "c.scene"},
    {"visit_kind", "新規・継続", FILTER_CODE, "visit_kind", "c.visit_kind"},
    {"care_level", "要介護度", FILTER_CODE, "care_level", "c.care_level"},
    {"residence", "居住地", FILTER_CODE, "residence", "c.residence"},
    {"difficult_case", "困難事例", FILTER_CODE, "yes_no", "c.is_difficult_case"},
    {"unfinished", "終わっていない相談", FILTER_YES, NULL, " AND c.outcome IN ('continuing', 'waiting_result')"},
    {"due", "期限のある相談", FILTER_YES, NULL, " AND c.next_action_on <> ''"},
    {"no_due", "期限のない相談", FILTER_YES, NULL, " AND c.next_action_on = ''"},
    {"contacted", "支援経過の日", FILTER_WITHIN, NULL,
     /* the offices lead into the index of contacts, which names the sheets */
     " AND c.id IN (SELECT k.consultation_id FROM consultation_contact k WHERE k.office_id IN (SELECT o.id FROM office o)"
     " AND k.contact_on >= ? AND k.contact_on <= ?)"},
    {"staff", "対応者", FILTER_TEXT, NULL, "c.staff_id"},
    {"patient", "利用者", FILTER_TEXT, NULL, "c.person_key"},
    {"organisation", "相談者の所属", FILTER_TEXT, NULL, "c.consulter_org_id <> '' AND c.consulter_org_id"}, /* as its index says */
};

/* The person as far as this user may know. */
static const char *person_column(struct request *req, const void *row)
{
    const struct consultation *c = row;
    if (!*c->patient_name && !*c->patient_kana && !*c->patient_pseudonym)
        return "";
    if (!req->scope.sees_personal)
        return "（非表示）";
    return *c->patient_name ? c->patient_name : *c->patient_kana ? c->patient_kana : c->patient_pseudonym;
}

static const char *due_column(struct request *req, const void *row)
{
    const struct consultation *c = row;
    if (!*c->next_action_on || !consultation_is_open(c))
        return "";
    const char *day = date_wareki_short(req->arena, date_from_iso(c->next_action_on));
    bool late = date_compare(date_from_iso(c->next_action_on), req->today) < 0;
    return late ? arena_printf(req->arena, "■期限切れ %s", day) : day;
}

static const struct list_column columns[] = {
    {.field = "received_at", .sort = "c.received_at"},
    {.field = "consultation_no", .sort = "c.consultation_no"},
    {.field = "consulter_type", .sort = "c.consulter_type"},
    {.field = "", .label = "利用者", .text = person_column, .uses = "patient_name patient_kana patient_pseudonym", .personal = true},
    {.field = "content"},
    {.field = "channel", .sort = "c.channel"},
    {.field = "outcome", .sort = "c.outcome"},
    {.field = "", .label = "次の期限", .text = due_column, .uses = "next_action_on outcome"},
};

static void defaults(struct request *req, void *row)
{
    struct consultation *c = row;
    c->received_at = now_local(req->arena);
    c->channel = "phone";
    c->staff_id = req->session->user_id;
    c->subject_kind = "individual_case";
    c->residence = "same_ward";
    c->outcome = "continuing";
}

static const char *title(const void *row, struct arena *a)
{
    const struct consultation *c = row;
    return *c->consultation_no ? arena_printf(a, "相談 %s", c->consultation_no) : "相談";
}

static void list_actions(struct buf *out, struct request *req)
{
    if (request_may(req, PERM_RECORD_IMPORT) && req->scope.kind == SCOPE_OFFICE)
        html_raw(out, "<a class=\"button\" href=\"/consultations/imports\">台帳の取り込み</a>\n");
}

const struct resource consultation_resource = {
    .path = "/consultations", .label = "相談", .audit = "consultation", .record = &consultation_record,
    .read = PERM_RECORD_READ, .write = PERM_RECORD_WRITE,
    .filters = filters, .filter_count = COUNT(filters), .columns = columns, .column_count = COUNT(columns),
    .order = " ORDER BY c.received_on DESC, c.received_at DESC, c.id DESC", .day_column = "c.received_on",
    .kept_by = "visit_kind",
    .counted = "consultation.sheets",
    .empty = "この条件の相談はありません。条件を減らすか、「新しい相談」から記録してください。",
    .copies_last = "channel consulter_type consulter_org_id consulter_org consulter_name consulter_contact",
    .defaults = defaults, .compute = consultation_compute, .facts = consultation_facts, .after_save = consultation_after_save,
    .form_body = consultation_form_body, .form_aside = consultation_form_aside, .show_body = consultation_show_body, .show_actions = consultation_show_actions,
    .list_actions = list_actions, .print = consultation_print, .title = title,
};

/* -- picker: 前回の相談シート ------------------------------------------------------------------------------------------------- */

static struct pick pick_of(const struct consultation *c, struct arena *a)
{
    const char *who = *c->patient_name ? c->patient_name : *c->patient_kana ? c->patient_kana : c->patient_pseudonym;
    return (struct pick){c->head.id, c->consultation_no,
                         arena_printf(a, "%s %s %s", date_wareki_short(a, date_from_iso(c->received_on)), who,
                                      field_display(field_find(&consultation_set, "content"), c, a))};
}

static bool find(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    enum { SHOWN = 20 };
    *ret_count = 0;
    *ret_picks = NEW_ARRAY(req->arena, SHOWN, struct pick);
    if (!req->scope.sees_personal)
        return true;
    struct query q;
    query_init(&q, req->arena);
    record_select(&q, &consultation_record);
    query_scope(&q, &req->scope, "c");
    if (*words)
        query_search(&q, req->db, "consultation", "c", words);
    query_add(&q, " ORDER BY c.received_on DESC, c.received_at DESC, c.id DESC LIMIT ?", INT(SHOWN));
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows)
        return false;
    while (rows_next(rows)) {
        struct consultation c = {0};
        record_read(rows, &consultation_record, &c, req->arena);
        (*ret_picks)[(*ret_count)++] = pick_of(&c, req->arena);
    }
    return !rows_failed(rows);
}

static const char *label(struct request *req, const char *id)
{
    struct consultation c = {0};
    struct err ignored = {0};
    if (!*id || !record_find(req->db, &consultation_record, &req->scope, id, &c, req->arena, &ignored))
        return "";
    return c.consultation_no;
}

static const struct picker pickers[] = {{.kind = "consultation", .needs = PERM_RECORD_READ, .personal = true, .find = find, .label = label}};

/* -- tables -------------------------------------------------------------------------------------------------------------- */

static const struct route routes[] = {
    {.method = GET, .path = "/consultations/blank", .needs = PERM_RECORD_READ, .run = consultation_blank_page,
     .summary = "相談シートの白紙を印刷する"},
    {.method = POST, .path = "/consultations/context", .needs = PERM_RECORD_READ, .run = consultation_context_page,
     .audit = "consultation.context", .summary = "入力中の相談の利用者と所属について、これまでの相談を見る"},
    {.method = POST, .path = "/consultations/:id/progress", .needs = PERM_RECORD_WRITE, .run = consultation_progress_page,
     .audit = "consultation.progress", .flags = ROUTE_API, .summary = "支援経過を追加する", .body = &quick_progress_set},
    {.method = GET, .path = "/consultations/import", .needs = PERM_RECORD_IMPORT, .run = import_start_page, .summary = "取り込む台帳を選ぶ"},
    {.method = POST, .path = "/consultations/import", .needs = PERM_RECORD_IMPORT, .run = import_upload, .audit = "consultation.import.upload",
     .flags = ROUTE_UPLOAD, .summary = "台帳のファイルを送る"},
    {.method = GET, .path = "/consultations/import/:id", .needs = PERM_RECORD_IMPORT, .run = import_mapping_page,
     .audit = "consultation.import.preview", .summary = "列の対応と取り込んだあとの形を見る"},
    {.method = POST, .path = "/consultations/import/:id", .needs = PERM_RECORD_IMPORT, .run = import_mapping_post,
     .audit = "consultation.import.start", .summary = "列の対応を変える、取り込みをはじめる"},
    {.method = GET, .path = "/consultations/imports", .needs = PERM_RECORD_IMPORT, .run = import_runs_page, .summary = "これまでの取り込みを見る"},
    {.method = POST, .path = "/consultations/imports/:id/undo", .needs = PERM_RECORD_IMPORT, .run = import_undo_post,
     .audit = "consultation.import.undo_start", .summary = "取り込みを取り消す"},
    {.method = POST, .path = "/consultations/:id/reopen", .needs = PERM_RECORD_WRITE, .run = consultation_reopen_page,
     .audit = "consultation.reopen", .flags = ROUTE_API, .summary = "終結した相談を理由をつけて再開する", .body = &reopen_set},
};
/* Import of the past. */
static const struct job_kind jobs[] = {
    {.name = "consultation_import", .label = "相談の取り込み", .run = import_job},
    {.name = "consultation_import_undo", .label = "取り込みの取り消し", .run = import_undo_job},
};
static const struct command commands[] = {
    {"import consultations", "FILE... --office CODE [--mapping NAME] [--default ITEM=CODE]... [--fiscal-year YYYY] [--all-or-nothing]"
                             " [--refused OUT.csv|OUT.xlsx] [--dry-run]",
     "add the consultations of ledgers (.xlsx, CSV); tells row by row what cannot be taken", import_command},
};
static const struct message messages[] = {
    {"import.empty", "ファイルに何も書かれていません。取り込むファイルを確かめて、選び直してください。"},
    {"import.header_only", "見出しだけで、相談の行がありません。取り込むファイルを確かめて、選び直してください。"},
    {"import.no_column", "相談の項目と分かる見出しが1つもありません。「受付日」「相談内容」などの見出しの行を付けてから、選び直してください。"},
    {"import.duplicate_header", "同じ見出しの列が2つ以上あります。見出しをそれぞれ別の名前にしてから、選び直してください。"},
    {"import.too_many_columns", "列が300を超えています。使わない列を消してから、選び直してください。"},
    {"import.too_many_rows", "行が200,000を超えています。年度ごとなどに分けて取り込んでください。"},
    {"import.cancelled", "取り込みを途中でやめました。"},
    {"import.changed", "確認したあとでファイルが変わりました。何も取り込んでいません。もう一度はじめからやり直してください。"},
    {"import.gone", "取り込むファイルが見つかりません。取り込みがはじまったか、1日を過ぎたため消えました。もう一度ファイルを選んでください。"},
    {"import.unknown_run", "その取り込みは見つかりません。一覧を読み込み直してください。"},
    {"import.cannot_undo", "この取り込みは取り消せません。取り込み中か、もう取り消されています。一覧を読み込み直してください。"},
    {"import.unknown_mapping", "その名前の列の対応は保存されていません。名前を確かめてください。"},
    {"consultation.unknown_previous", "選んだ前回の相談シートが見つかりません。もう一度選び直してください。"},
    {"consultation.unknown_organisation", "選んだ所属が資源の一覧に見つかりません。選び直すか、「所属（一覧にないとき）」に書いてください。"},
    {"consultation.unknown_patient", "選んだ利用者が見つかりません。もう一度選び直すか、下の欄に書いてください。"},
    {"consultation.is_open", "この相談は終結していないので、再開できません。画面を読み込み直して結果を確かめてください。"},
};
static const struct menu_item menu[] = {{20, "相談", "/consultations", "consultations", PERM_RECORD_READ}};
static const struct resource *const resources[] = {&consultation_resource};

const struct feature consultation_feature = {
    .name = "consultation",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .jobs = jobs, .job_count = COUNT(jobs),
    .commands = commands, .command_count = COUNT(commands),
    .messages = messages, .message_count = COUNT(messages),
    .menu = menu, .menu_count = COUNT(menu),
    .resources = resources, .resource_count = COUNT(resources),
    .pickers = pickers, .picker_count = COUNT(pickers),
    .today = consultation_today,
};
