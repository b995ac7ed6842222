/* gathering_feature.c -- the tables of 会議・研修: schema, lists, prints, calendar, routes. */
#include "features/gathering/gathering.h"

#include "base/count.h"
#include "features/form_paper/form_paper.h"
#include "features/gathering/gathering_calendar.h"
#include "features/gathering/gathering_pages.h"
#include "features/numbering/numbering.h"
#include "web/html.h"
#include "web/picker.h"

#include <string.h>

static const char schema[] =
    "CREATE TABLE meeting (\n"
    "  id TEXT PRIMARY KEY,\n"
    "  office_id TEXT NOT NULL,\n"
    "  area_code TEXT NOT NULL,                 -- ward\n"
    "  created_at TEXT NOT NULL,\n"
    "  created_by TEXT NOT NULL,\n"
    "  changed_at TEXT NOT NULL,\n"
    "  changed_by TEXT NOT NULL,\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '',\n"
    "  record_no TEXT NOT NULL,                 -- R6-北-7-0001\n"
    "  name TEXT NOT NULL,\n"
    "  series TEXT NOT NULL,\n"
    "  category TEXT NOT NULL,                  -- codes/meeting_category.tsv\n"
    "  is_community_care_meeting TEXT NOT NULL, -- codes/yes_no.tsv; (再掲)\n"
    "  host TEXT NOT NULL,\n"
    "  co_host TEXT NOT NULL,\n"
    "  held_on TEXT NOT NULL,                   -- ISO day\n"
    "  time_from TEXT NOT NULL,                 -- 14:00\n"
    "  time_to TEXT NOT NULL,\n"
    "  venue TEXT NOT NULL,                     -- codes/venue.tsv\n"
    "  place TEXT NOT NULL,\n"
    "  role TEXT NOT NULL,                      -- codes/meeting_role.tsv\n"
    "  item TEXT NOT NULL,                      -- codes/programme_item.tsv or ''\n"
    "  scene TEXT NOT NULL,                     -- codes/care_scene.tsv, several\n"
    "  staff_ids TEXT NOT NULL,                 -- user_account ids\n"
    "  attendees TEXT NOT NULL,                 -- JSON rows\n"
    "  agenda TEXT NOT NULL,\n"
    "  topics TEXT NOT NULL,                    -- codes/meeting_topic.tsv, several\n"
    "  summary TEXT NOT NULL,\n"
    "  decisions TEXT NOT NULL,                 -- JSON rows\n"
    "  issues_found TEXT NOT NULL,              -- JSON rows\n"
    "  assignments TEXT NOT NULL,               -- JSON rows\n"
    "  materials TEXT NOT NULL,\n"
    "  next_on TEXT NOT NULL,                   -- ISO day\n"
    "  month TEXT NOT NULL,                     -- 2024-11, of held_on\n"
    "  fiscal_year BIGINT NOT NULL,             -- 2024 = 令和6年度\n"
    "  attendee_total BIGINT NOT NULL           -- heads in attendees\n"
    ");\n"
    "CREATE INDEX meeting_list ON meeting (office_id, held_on DESC, id DESC) WHERE deleted_at = '';\n"
    "CREATE INDEX meeting_list_all ON meeting (held_on DESC, id DESC) WHERE deleted_at = '';\n"
    "CREATE UNIQUE INDEX meeting_number ON meeting (area_code, record_no);\n"
    "CREATE TABLE training (\n"
    "  id TEXT PRIMARY KEY,\n"
    "  office_id TEXT NOT NULL,\n"
    "  area_code TEXT NOT NULL,          -- ward\n"
    "  created_at TEXT NOT NULL,\n"
    "  created_by TEXT NOT NULL,\n"
    "  changed_at TEXT NOT NULL,\n"
    "  changed_by TEXT NOT NULL,\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '',\n"
    "  record_no TEXT NOT NULL,          -- R6-北-8-0001\n"
    "  title TEXT NOT NULL,\n"
    "  part TEXT NOT NULL,               -- codes/training_part.tsv\n"
    "  audience_class TEXT NOT NULL,     -- codes/audience_class.tsv\n"
    "  theme_group TEXT NOT NULL,        -- codes/theme_group.tsv\n"
    "  theme_tags TEXT NOT NULL,\n"
    "  purpose TEXT NOT NULL,\n"
    "  organiser TEXT NOT NULL,\n"
    "  co_organiser TEXT NOT NULL,\n"
    "  held_on TEXT NOT NULL,            -- ISO day, the first one\n"
    "  time_from TEXT NOT NULL,          -- 14:00\n"
    "  time_to TEXT NOT NULL,\n"
    "  further_days TEXT NOT NULL,       -- JSON rows\n"
    "  venue TEXT NOT NULL,              -- codes/venue.tsv\n"
    "  place TEXT NOT NULL,\n"
    "  item TEXT NOT NULL,               -- codes/programme_item.tsv or ''\n"
    "  scene TEXT NOT NULL,              -- codes/care_scene.tsv, several\n"
    "  staff_ids TEXT NOT NULL,          -- user_account ids\n"
    "  lecturers TEXT NOT NULL,          -- JSON rows\n"
    "  method TEXT NOT NULL,             -- codes/training_method.tsv, several\n"
    "  programme TEXT NOT NULL,\n"
    "  target TEXT NOT NULL,\n"
    "  capacity BIGINT,                  -- persons\n"
    "  applicants BIGINT,                -- persons\n"
    "  participants TEXT NOT NULL,       -- JSON rows\n"
    "  survey_count BIGINT,              -- persons who answered\n"
    "  satisfaction TEXT NOT NULL,       -- JSON rows\n"
    "  understanding TEXT NOT NULL,      -- JSON rows\n"
    "  survey_text TEXT NOT NULL,\n"
    "  result TEXT NOT NULL,\n"
    "  issues_found TEXT NOT NULL,       -- JSON rows\n"
    "  cost BIGINT,                      -- yen\n"
    "  materials TEXT NOT NULL,\n"
    "  video_url TEXT NOT NULL,\n"
    "  month TEXT NOT NULL,              -- 2024-11, of held_on\n"
    "  fiscal_year BIGINT NOT NULL,      -- 2024 = 令和6年度\n"
    "  participant_total BIGINT NOT NULL -- heads in participants\n"
    ");\n"
    "CREATE INDEX training_list ON training (office_id, held_on DESC, id DESC) WHERE deleted_at = '';\n"
    "CREATE INDEX training_list_all ON training (held_on DESC, id DESC) WHERE deleted_at = '';\n"
    "CREATE UNIQUE INDEX training_number ON training (area_code, record_no);\n";
static const struct migration migrations[] = {{.number = 2026040701, .name = "gathering: create meeting and training", .sql = schema}};

/* -- meetings ------------------------------------------------------------------------------------------------------------ */

static void meeting_defaults(struct request *req, void *row)
{
    struct meeting *m = row;
    m->held_on = date_iso(req->arena, req->today);
    m->is_community_care_meeting = "no";
    m->role = "attendee";
    m->venue = "in_person";
    m->staff_ids = req->session->user_id;
}

static bool meeting_compute(struct db *db, struct save *s, struct err *err)
{
    struct meeting *m = s->row;
    const struct meeting *old = s->old;
    meeting_derive(m, s->arena);
    m->record_no = numbering_keep(db, "7", m->head.area_code, old ? old->record_no : "", old ? old->held_on : "", m->held_on, s->arena, err);
    return m->record_no != NULL;
}

static bool meeting_print(struct request *req, const void *row, struct paper **sheets, struct err *err)
{
    (void)err;
    const struct meeting *m = row;
    const char *path = *m->record_no ? arena_printf(req->arena, "/meetings/%s", m->head.id) : NULL;
    struct form_paper p = form_paper_begin(req, sheets, "様式7", &meeting_set, row, m->record_no, path);
    form_paper_line(&p, "name");
    form_paper_line(&p, "series");
    form_paper_choices(&p, "category");
    form_paper_choices(&p, "is_community_care_meeting");
    form_paper_line(&p, "held_on");
    form_paper_line(&p, "time_from time_to");
    form_paper_line(&p, "venue place");
    form_paper_line(&p, "host co_host");
    form_paper_choices(&p, "role");
    form_paper_choices(&p, "item");
    form_paper_choices(&p, "scene");
    form_paper_line(&p, "staff_ids attendee_total");
    form_paper_rows(&p, "attendees", 4);
    form_paper_box(&p, "agenda", 18);
    form_paper_choices(&p, "topics");
    form_paper_box(&p, "summary", 40);
    form_paper_rows(&p, "decisions", 2);
    form_paper_rows(&p, "issues_found", 2);
    form_paper_rows(&p, "assignments", 2);
    form_paper_line(&p, "materials next_on");
    form_paper_end(&p);
    return true;
}

static const char *meeting_title(const void *row, struct arena *a)
{
    const struct meeting *m = row;
    return *m->name ? arena_strdup(a, m->name) : "会議";
}

static const struct list_filter meeting_filters[] = {
    {"period", "期間", FILTER_PERIOD, NULL, "c.held_on"},
    {"from", "開催日（から）", FILTER_FROM, NULL, "c.held_on"},
    {"to", "開催日（まで）", FILTER_TO, NULL, "c.held_on"},
    {"ward", "区", FILTER_AREA, NULL, "c.area_code"},
    {"category", "区分", FILTER_CODE, "meeting_category", "c.category"},
    {"community_care_meeting", "地域ケア会議", FILTER_CODE, "yes_no", "c.is_community_care_meeting"},
    {"topic", "検討した内容", FILTER_CODES, "meeting_topic", "c.topics"},
    {"role", "役割", FILTER_CODE, "meeting_role", "c.role"},
    {"item", "事業項目", FILTER_CODE, "programme_item", "c.item"},
    {"scene", "場面", FILTER_CODES, "care_scene", "c.scene"},
    {"with_issues", "課題の出た会議", FILTER_YES, NULL, " AND c.issues_found <> '[]' AND c.issues_found <> ''"},
};
static const struct list_column meeting_columns[] = {
    {.field = "held_on", .sort = "c.held_on"},
    {.field = "name"},
    {.field = "category", .sort = "c.category"},
    {.field = "is_community_care_meeting"},
    {.field = "role"},
    {.field = "place"},
    {.field = "attendee_total", .sort = "c.attendee_total"},
};

/* Buttons of a report: into one's own calendar. */
static void calendar_button(struct buf *out, const char *path, const char *id)
{
    html_raw(out, "<a class=\"button\" href=\"");
    html_text(out, path);
    html_raw(out, "/");
    html_url(out, id);
    html_raw(out, "/calendar\">カレンダーに入れる</a>\n");
}

static void meeting_actions(struct buf *out, struct request *req, const void *row)
{
    (void)req;
    calendar_button(out, "/meetings", ((const struct meeting *)row)->head.id);
}

const struct resource meeting_resource = {
    .path = "/meetings", .label = "会議", .audit = "meeting", .record = &meeting_record,
    .read = PERM_RECORD_READ, .write = PERM_RECORD_WRITE,
    .filters = meeting_filters, .filter_count = COUNT(meeting_filters), .columns = meeting_columns, .column_count = COUNT(meeting_columns),
    .order = " ORDER BY c.held_on DESC, c.id DESC", .day_column = "c.held_on",
    .kept_by = "", .empty = "この条件の会議はありません。条件を減らすか、「新しい会議」から記録してください。",
    .copies_last = "",
    .defaults = meeting_defaults, .compute = meeting_compute, .facts = meeting_facts, .show_actions = meeting_actions,
    .print = meeting_print, .title = meeting_title,
};

/* -- trainings ----------------------------------------------------------------------------------------------------------- */

static void training_defaults(struct request *req, void *row)
{
    struct training *t = row;
    t->held_on = date_iso(req->arena, req->today);
    t->part = "organised";
    t->audience_class = "multi_profession";
    t->venue = "in_person";
    t->item = "item_ka_training";
    t->staff_ids = req->session->user_id;
}

static bool training_compute(struct db *db, struct save *s, struct err *err)
{
    struct training *t = s->row;
    const struct training *old = s->old;
    training_derive(t, s->arena);
    t->record_no = numbering_keep(db, "8", t->head.area_code, old ? old->record_no : "", old ? old->held_on : "", t->held_on, s->arena, err);
    return t->record_no != NULL;
}

static bool training_print(struct request *req, const void *row, struct paper **sheets, struct err *err)
{
    (void)err;
    const struct training *t = row;
    const char *path = *t->record_no ? arena_printf(req->arena, "/trainings/%s", t->head.id) : NULL;
    struct form_paper p = form_paper_begin(req, sheets, "様式8", &training_set, row, t->record_no, path);
    form_paper_line(&p, "title");
    form_paper_choices(&p, "part");
    form_paper_choices(&p, "audience_class");
    form_paper_choices(&p, "theme_group");
    form_paper_line(&p, "theme_tags");
    form_paper_choices(&p, "item");
    form_paper_choices(&p, "scene");
    form_paper_box(&p, "purpose", 12);
    form_paper_line(&p, "organiser co_organiser");
    form_paper_line(&p, "held_on");
    form_paper_line(&p, "time_from time_to");
    if (*t->further_days && strcmp(t->further_days, "[]") != 0)
        form_paper_rows(&p, "further_days", 0);
    form_paper_line(&p, "venue place");
    form_paper_line(&p, "staff_ids");
    form_paper_rows(&p, "lecturers", 1);
    form_paper_choices(&p, "method");
    form_paper_box(&p, "programme", 30);
    form_paper_line(&p, "target");
    form_paper_line(&p, "capacity applicants participant_total");
    form_paper_rows(&p, "participants", 4);
    form_paper_line(&p, "survey_count");
    form_paper_rows(&p, "satisfaction", 1);
    form_paper_rows(&p, "understanding", 1);
    form_paper_box(&p, "survey_text", 20);
    form_paper_box(&p, "result", 25);
    form_paper_rows(&p, "issues_found", 2);
    form_paper_line(&p, "cost materials");
    form_paper_line(&p, "video_url");
    form_paper_end(&p);
    return true;
}

static const char *training_title(const void *row, struct arena *a)
{
    const struct training *t = row;
    return *t->title ? arena_strdup(a, t->title) : "研修";
}

static const struct list_filter training_filters[] = {
    {"period", "期間", FILTER_PERIOD, NULL, "c.held_on"},
    {"from", "開催日（から）", FILTER_FROM, NULL, "c.held_on"},
    {"to", "開催日（まで）", FILTER_TO, NULL, "c.held_on"},
    {"ward", "区", FILTER_AREA, NULL, "c.area_code"},
    {"part", "立場", FILTER_CODE, "training_part", "c.part"},
    {"audience_class", "対象者", FILTER_CODE, "audience_class", "c.audience_class"},
    {"theme_group", "テーマの分類", FILTER_CODE, "theme_group", "c.theme_group"},
    {"scene", "場面", FILTER_CODES, "care_scene", "c.scene"},
};
static const struct list_column training_columns[] = {
    {.field = "held_on", .sort = "c.held_on"},
    {.field = "title"},
    {.field = "part", .sort = "c.part"},
    {.field = "audience_class", .sort = "c.audience_class"},
    {.field = "theme_group", .sort = "c.theme_group"},
    {.field = "place"},
    {.field = "participant_total", .sort = "c.participant_total"},
};

static void training_actions(struct buf *out, struct request *req, const void *row)
{
    (void)req;
    calendar_button(out, "/trainings", ((const struct training *)row)->head.id);
}

const struct resource training_resource = {
    .path = "/trainings", .label = "研修", .audit = "training", .record = &training_record,
    .read = PERM_RECORD_READ, .write = PERM_RECORD_WRITE,
    .filters = training_filters, .filter_count = COUNT(training_filters),
    .columns = training_columns, .column_count = COUNT(training_columns),
    .order = " ORDER BY c.held_on DESC, c.id DESC", .day_column = "c.held_on",
    .kept_by = "", .empty = "この条件の研修はありません。条件を減らすか、「新しい研修」から記録してください。",
    .copies_last = "",
    .defaults = training_defaults, .compute = training_compute, .facts = training_facts, .show_actions = training_actions,
    .print = training_print, .title = training_title,
};

/* -- blank papers, calendars ---------------------------------------------------------------------------------------------- */

static bool blank_meeting(struct request *req, struct err *err)
{
    struct meeting blank = {0};
    field_clear(&meeting_set, &blank);
    blank.head.id = blank.head.office_id = blank.head.area_code = "";
    struct paper *sheet = NULL;
    return meeting_print(req, &blank, &sheet, err) && form_paper_reply(req, sheet, NULL, err);
}

static bool blank_training(struct request *req, struct err *err)
{
    struct training blank = {0};
    field_clear(&training_set, &blank);
    blank.head.id = blank.head.office_id = blank.head.area_code = "";
    struct paper *sheet = NULL;
    return training_print(req, &blank, &sheet, err) && form_paper_reply(req, sheet, NULL, err);
}

static bool reply_calendar(struct request *req, const struct calendar_event *e)
{
    auto_buf out = {0};
    calendar_write(&out, e);
    return reply_document(req, "text/calendar; charset=utf-8", arena_printf(req->arena, "%s.ics", e->day), out.data, out.size);
}

static bool meeting_calendar(struct request *req, struct err *err)
{
    struct meeting m = {0};
    if (!record_find(req->db, &meeting_record, &req->scope, request_param(req, "id"), &m, req->arena, err))
        return false;
    return reply_calendar(req, &(struct calendar_event){
                                   .id = m.head.id, .name = m.name, .place = m.place, .day = m.held_on, .time_from = m.time_from,
                                   .time_to = m.time_to, .changed_at = m.head.changed_at,
                                   .url = arena_printf(req->arena, "%s/meetings/%s", app_config(req->app)->base_url, m.head.id)});
}

static bool training_calendar(struct request *req, struct err *err)
{
    struct training t = {0};
    if (!record_find(req->db, &training_record, &req->scope, request_param(req, "id"), &t, req->arena, err))
        return false;
    return reply_calendar(req, &(struct calendar_event){
                                   .id = t.head.id, .name = t.title, .place = t.place, .day = t.held_on, .time_from = t.time_from,
                                   .time_to = t.time_to, .changed_at = t.head.changed_at,
                                   .url = arena_printf(req->arena, "%s/trainings/%s", app_config(req->app)->base_url, t.head.id)});
}

/* -- picker: a meeting, for records that tell where somebody was met ------------------------------------------------------ */

static struct pick meeting_pick(const struct rows *rows, struct arena *a)
{
    return (struct pick){.id = rows_text(rows, 0),
                         .label = arena_printf(a, "%s %s", date_wareki_short(a, date_from_iso(rows_text(rows, 1))), rows_text(rows, 2)),
                         .detail = rows_text(rows, 3)};
}

static bool find_meetings(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    enum { SHOWN = 20 };
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT c.id, c.held_on, c.name, c.place FROM meeting c WHERE c.deleted_at = ''");
    query_scope(&q, &req->scope, "c");
    if (*words)
        query_search(&q, req->db, "meeting", "c", words);
    query_add(&q, " ORDER BY c.held_on DESC, c.id DESC LIMIT ?", INT(SHOWN));
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    *ret_count = 0;
    *ret_picks = NEW_ARRAY(req->arena, SHOWN, struct pick);
    while (rows && *ret_count < SHOWN && rows_next(rows))
        (*ret_picks)[(*ret_count)++] = meeting_pick(rows, req->arena);
    return rows && !rows_failed(rows);
}

static const char *meeting_label(struct request *req, const char *id)
{
    struct err ignored = {0};
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT c.id, c.held_on, c.name, c.place FROM meeting c WHERE c.deleted_at = '' AND c.id = ?", TEXT(id));
    query_scope(&q, &req->scope, "c");
    auto_rows *rows = query_run(&q, req->db, req->arena, &ignored);
    return rows && rows_next(rows) ? meeting_pick(rows, req->arena).label : "";
}

static const struct picker pickers[] = {{.kind = "meeting", .needs = PERM_RECORD_READ, .find = find_meetings, .label = meeting_label}};

static const struct route routes[] = {
    {.method = GET, .path = "/gatherings", .needs = PERM_RECORD_READ, .run = gathering_page, .summary = "会議と研修の入口"},
    {.method = GET, .path = "/meetings/blank", .needs = PERM_RECORD_READ, .run = blank_meeting, .summary = "会議等報告書の白紙を印刷する"},
    {.method = GET, .path = "/trainings/blank", .needs = PERM_RECORD_READ, .run = blank_training, .summary = "研修等報告書の白紙を印刷する"},
    {.method = GET, .path = "/meetings/:id/calendar", .needs = PERM_RECORD_READ, .run = meeting_calendar,
     .summary = "会議をカレンダーのファイル（.ics）で受け取る"},
    {.method = GET, .path = "/trainings/:id/calendar", .needs = PERM_RECORD_READ, .run = training_calendar,
     .summary = "研修をカレンダーのファイル（.ics）で受け取る"},
};
static const struct menu_item menu[] = {{50, "会議・研修", "/gatherings", "gatherings", PERM_RECORD_READ}};
static const struct resource *const resources[] = {&meeting_resource, &training_resource};

const struct feature gathering_feature = {
    .name = "gathering",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .menu = menu, .menu_count = COUNT(menu),
    .resources = resources, .resource_count = COUNT(resources),
    .pickers = pickers, .picker_count = COUNT(pickers),
    .today = gathering_today,
};
