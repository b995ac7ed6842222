/* activity_feature.c -- the tables of 活動記録: schema, list, print, routes. */
#include "features/activity/activity.h"

#include "base/count.h"
#include "features/form_paper/form_paper.h"
#include "features/numbering/numbering.h"

#include <string.h>

static const char schema[] =
    "CREATE TABLE activity (\n"
    "  id TEXT PRIMARY KEY,\n"
    "  office_id TEXT NOT NULL,\n"
    "  area_code TEXT NOT NULL,              -- ward\n"
    "  created_at TEXT NOT NULL,\n"
    "  created_by TEXT NOT NULL,\n"
    "  changed_at TEXT NOT NULL,\n"
    "  changed_by TEXT NOT NULL,\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '',\n"
    "  record_no TEXT NOT NULL,              -- R6-北-5-0001\n"
    "  date_from TEXT NOT NULL,              -- ISO day\n"
    "  date_to TEXT NOT NULL,                -- ISO day, '' for one day\n"
    "  time_from TEXT NOT NULL,              -- 14:03\n"
    "  time_to TEXT NOT NULL,\n"
    "  staff_id TEXT NOT NULL,               -- user_account\n"
    "  activity_kind TEXT NOT NULL,          -- codes/activity_kind.tsv\n"
    "  item TEXT NOT NULL,                   -- codes/programme_item.tsv\n"
    "  scene TEXT NOT NULL,                  -- codes/care_scene.tsv or ''\n"
    "  tool_step TEXT NOT NULL,              -- codes/tool_step.tsv or ''\n"
    "  theme TEXT NOT NULL,\n"
    "  purpose TEXT NOT NULL,\n"
    "  partners TEXT NOT NULL,               -- JSON rows\n"
    "  place TEXT NOT NULL,\n"
    "  channel TEXT NOT NULL,                -- codes/channel.tsv\n"
    "  content TEXT NOT NULL,\n"
    "  result TEXT NOT NULL,\n"
    "  issues_found TEXT NOT NULL,           -- JSON rows\n"
    "  next_action TEXT NOT NULL,\n"
    "  next_action_staff_id TEXT NOT NULL,   -- user_account\n"
    "  next_action_on TEXT NOT NULL,         -- ISO day\n"
    "  attachments TEXT NOT NULL,\n"
    "  personal_data_included TEXT NOT NULL, -- codes/yes_no.tsv\n"
    "  month TEXT NOT NULL,                  -- 2024-11, of date_from\n"
    "  fiscal_year BIGINT NOT NULL           -- 2024 = 令和6年度\n"
    ");\n"
    "CREATE INDEX activity_list ON activity (office_id, date_from DESC, id DESC) WHERE deleted_at = '';\n"
    "CREATE INDEX activity_list_all ON activity (date_from DESC, id DESC) WHERE deleted_at = '';\n"
    "CREATE UNIQUE INDEX activity_number ON activity (area_code, record_no);\n";
static const struct migration migrations[] = {{.number = 2026040601, .name = "activity: create", .sql = schema}};

static void defaults(struct request *req, void *row)
{
    struct activity *x = row;
    x->date_from = date_iso(req->arena, req->today);
    x->staff_id = req->session->user_id;
    x->personal_data_included = "no";
}

static bool compute(struct db *db, struct save *s, struct err *err)
{
    struct activity *x = s->row;
    const struct activity *old = s->old;
    activity_derive(x, s->arena);
    x->record_no = numbering_keep(db, "5", x->head.area_code, old ? old->record_no : "", old ? old->date_from : "", x->date_from, s->arena, err);
    return x->record_no != NULL;
}

static bool print_record(struct request *req, const void *row, struct paper **sheets, struct err *err)
{
    (void)err;
    const struct activity *x = row;
    const char *path = *x->record_no ? arena_printf(req->arena, "/activities/%s", x->head.id) : NULL;
    struct form_paper p = form_paper_begin(req, sheets, "様式5", &activity_set, row, x->record_no, path);
    form_paper_line(&p, "date_from date_to");
    form_paper_line(&p, "time_from time_to staff_id");
    form_paper_choices(&p, "activity_kind");
    form_paper_choices(&p, "item");
    form_paper_choices(&p, "scene");
    form_paper_choices(&p, "tool_step");
    form_paper_line(&p, "theme");
    form_paper_box(&p, "purpose", 15);
    form_paper_rows(&p, "partners", 2);
    form_paper_line(&p, "place channel");
    form_paper_box(&p, "content", 40);
    form_paper_box(&p, "result", 30);
    form_paper_rows(&p, "issues_found", 2);
    form_paper_line(&p, "next_action");
    form_paper_line(&p, "next_action_staff_id next_action_on");
    form_paper_line(&p, "attachments personal_data_included");
    form_paper_end(&p);
    return true;
}

static const char *title(const void *row, struct arena *a)
{
    const struct activity *x = row;
    return *x->record_no ? arena_printf(a, "活動 %s", x->record_no) : "活動";
}

static const struct list_filter filters[] = {
    {"period", "期間", FILTER_PERIOD, NULL, "c.date_from"},
    {"from", "活動日（から）", FILTER_FROM, NULL, "c.date_from"},
    {"to", "活動日（まで）", FILTER_TO, NULL, "c.date_from"},
    {"ward", "区", FILTER_AREA, NULL, "c.area_code"},
    {"activity_kind", "活動の種類", FILTER_CODE, "activity_kind", "c.activity_kind"},
    {"item", "事業項目", FILTER_CODE, "programme_item", "c.item"},
    {"scene", "場面", FILTER_CODE, "care_scene", "c.scene"},
    {"tool_step", "情報共有ツールの段階", FILTER_CODE, "tool_step", "c.tool_step"},
    {"with_issues", "課題のある活動", FILTER_YES, NULL, " AND c.issues_found <> '[]' AND c.issues_found <> ''"},
    {"due", "期限のある活動", FILTER_YES, NULL, " AND c.next_action_on <> ''"},
    {"staff", "担当者", FILTER_TEXT, NULL, "c.staff_id"},
};
static const struct list_column columns[] = {
    {.field = "date_from", .sort = "c.date_from"},
    {.field = "record_no", .sort = "c.record_no"},
    {.field = "theme"},
    {.field = "activity_kind", .sort = "c.activity_kind"},
    {.field = "item", .sort = "c.item"},
    {.field = "scene", .sort = "c.scene"},
    {.field = "place"},
};
const struct resource activity_resource = {
    .path = "/activities", .label = "活動記録", .audit = "activity", .record = &activity_record,
    .read = PERM_RECORD_READ, .write = PERM_RECORD_WRITE,
    .filters = filters, .filter_count = COUNT(filters), .columns = columns, .column_count = COUNT(columns),
    .order = " ORDER BY c.date_from DESC, c.id DESC", .day_column = "c.date_from",
    .kept_by = "",
    .empty = "この条件の活動記録はありません。条件を減らすか、「新しい活動記録」から記録してください。",
    .copies_last = "",
    .defaults = defaults, .compute = compute, .facts = activity_facts, .print = print_record, .title = title,
};

static bool blank_page(struct request *req, struct err *err)
{
    struct activity blank = {0};
    field_clear(&activity_set, &blank);
    blank.head.id = blank.head.office_id = blank.head.area_code = "";
    struct paper *sheet = NULL;
    return print_record(req, &blank, &sheet, err) && form_paper_reply(req, sheet, NULL, err);
}

static bool today(struct request *req, struct today_list *list, struct err *err)
{
    if (req->scope.kind != SCOPE_OFFICE || !request_may(req, PERM_RECORD_WRITE))
        return true;
    struct query q;
    query_init(&q, req->arena);
    query_add(&q,
              "SELECT c.id, c.record_no, c.theme, c.next_action_on FROM activity c WHERE c.deleted_at = ''"
              " AND c.next_action_on <> '' AND c.next_action_on >= ? AND c.next_action_on <= ?",
              TEXT(date_iso(req->arena, date_add_days(req->today, -14))), TEXT(date_iso(req->arena, date_add_days(req->today, 3))));
    query_scope(&q, &req->scope, "c");
    query_add(&q, " ORDER BY c.next_action_on, c.id LIMIT 20");
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows)
        return false;
    const char *now = date_iso(req->arena, req->today);
    while (rows_next(rows))
        today_add(list, (struct today_item){.group = "期限",
                                            .title = arena_printf(req->arena, "活動 %s の次の対応", rows_text(rows, 1)),
                                            .detail = rows_text(rows, 2),
                                            .url = arena_printf(req->arena, "/activities/%s", rows_text(rows, 0)),
                                            .due_on = rows_text(rows, 3),
                                            .overdue = strcmp(rows_text(rows, 3), now) < 0});
    return !rows_failed(rows);
}

static const struct route routes[] = {
    {.method = GET, .path = "/activities/blank", .needs = PERM_RECORD_READ, .run = blank_page, .summary = "活動記録票の白紙を印刷する"},
};
static const struct resource *const resources[] = {&activity_resource};

const struct feature activity_feature = {
    .name = "activity",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .resources = resources, .resource_count = COUNT(resources),
    .today = today,
};
