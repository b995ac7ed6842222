/* daily_log_feature.c -- 日報's pages: the day, its remarks, its papers. */
#include "features/daily_log/daily_log.h"

#include "base/count.h"
#include "base/id.h"
#include "base/json.h"
#include "features/daily_log/daily_log_view.h"
#include "features/form_paper/form_paper.h"
#include "features/organization/organization.h"
#include "web/picker.h"

#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "CREATE TABLE daily_remark (\n"
    "  id TEXT PRIMARY KEY,\n"
    "  office_id TEXT NOT NULL,\n"
    "  area_code TEXT NOT NULL,\n"
    "  created_at TEXT NOT NULL,\n"
    "  created_by TEXT NOT NULL,\n"
    "  changed_at TEXT NOT NULL,\n"
    "  changed_by TEXT NOT NULL,\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '',\n"
    "  day TEXT NOT NULL,       -- ISO day\n"
    "  staff_id TEXT NOT NULL,  -- user_account\n"
    "  time_from TEXT NOT NULL, -- 09:00\n"
    "  time_to TEXT NOT NULL,\n"
    "  remarks TEXT NOT NULL    -- 様式4 remarks; no personal data, the form goes by mail\n"
    ");\n"
    "CREATE UNIQUE INDEX daily_remark_day ON daily_remark (office_id, day, staff_id);\n";
static const char confirmations[] =
    "CREATE TABLE daily_confirmation (\n"
    "  office_id TEXT NOT NULL,\n"
    "  day TEXT NOT NULL,          -- ISO day\n"
    "  confirmed_by TEXT NOT NULL, -- user_account\n"
    "  confirmed_at TEXT NOT NULL, -- UTC\n"
    "  fingerprint TEXT NOT NULL,  -- BLAKE2b-128 of the day as CSV when it was confirmed, hex\n"
    "  PRIMARY KEY (office_id, day)\n"
    ");\n";
static const struct migration migrations[] = {
    {.number = 2026040801, .name = "daily log: create remarks", .sql = schema},
    {.number = 2026112101, .name = "daily log: days confirmed by the manager", .sql = confirmations},
};

/* -- which office, which day ---------------------------------------------------------------------------------------------- */

/* The room whose day is asked for: one's own, or the chosen one; "" when a choice is still to be made. */
static const char *asked_office(const struct request *req)
{
    return req->scope.kind == SCOPE_OFFICE ? req->scope.office_id : request_query(req, "office");
}

static bool asked_day(struct request *req, const char **ret_day, struct err *err)
{
    const char *text = request_param(req, "day");
    if (!*text)
        text = request_query(req, "day");
    struct date day = *text ? date_from_iso(text) : req->today;
    if (!date_is_set(day))
        return err_set(err, ERR_NOT_FOUND, "daily_log.day", "not a day");
    *ret_day = date_iso(req->arena, day);
    return true;
}

static bool reply_offices(struct request *req, const struct office *offices, size_t count)
{
    struct json j;
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_key(&j, "items");
    json_open(&j, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(&j, '{');
        json_pair(&j, "office_id", offices[i].id);
        json_pair(&j, "area_code", offices[i].area_code);
        json_pair(&j, "name", offices[i].name);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    return reply_json(req, 200);
}

static bool choose_office(struct request *req, const char *day, struct err *err)
{
    struct office *offices;
    struct office_choice_view v = {.day = day};
    if (!office_list(req->db, "consultation_room", req->scope.kind == SCOPE_AREA ? req->scope.area_path : "", day, req->arena, &offices,
                     &v.count, err))
        return false;
    if (req->api)
        return reply_offices(req, offices, v.count);
    v.offices = offices;
    const struct page page = {.title = "日報", .section = "/daily-logs"};
    return reply_page(req, &page, daily_log_offices_html, &v);
}

/* -- the page ------------------------------------------------------------------------------------------------------------- */

static bool fill_calendar(struct request *req, struct daily_log_view *v, struct err *err)
{
    long counts[32] = {0};
    bool confirmed[32] = {false};
    const char *month_id = arena_strndup(req->arena, v->log->day, 7);
    struct date chosen = date_from_iso(v->log->day);
    struct period month = period_of(PERIOD_MONTH, chosen);
    if (!daily_log_days(req->db, &req->scope, v->log->office_id, month_id, req->arena, counts, err) ||
        !daily_confirmation_days(req->db, v->log->office_id, month_id, confirmed, err))
        return false;
    int place = date_weekday(month.first);
    for (struct date d = month.first; date_compare(d, month.last) <= 0; d = date_add_days(d, 1), place++)
        v->weeks[place / 7][place % 7] = (struct calendar_day){
            .day = d.day, .iso = date_iso(req->arena, d), .count = counts[d.day],
            .is_chosen = !date_compare(d, chosen), .is_today = !date_compare(d, req->today), .is_holiday = date_is_holiday(d),
            .is_confirmed = confirmed[d.day]};
    v->week_count = (place + 6) / 7;
    v->month_label = period_label(req->arena, month);
    v->month_before = date_iso(req->arena, date_add_months(chosen, -1));
    v->month_after = date_iso(req->arena, date_add_months(chosen, 1));
    return true;
}

/* The user's own remark of the day, or a new one. */
static void own_remark(struct request *req, const struct daily_log *log, struct daily_remark *ret)
{
    field_clear(&daily_remark_set, ret);
    ret->head.id = id_new(req->arena);
    ret->day = log->day;
    ret->staff_id = req->session->user_id;
    for (size_t i = 0; i < log->remark_count; i++)
        if (!strcmp(log->remarks[i].staff_id, req->session->user_id))
            *ret = log->remarks[i];
}

static bool show_day(struct request *req, const struct daily_log *log, const struct form *form, struct err *err)
{
    struct date day = date_from_iso(log->day);
    struct daily_log_view v = {
        .log = log, .table = daily_log_table(req, log), .form = form,
        .day_label = date_wareki(req->arena, day),
        .before = date_iso(req->arena, date_add_days(day, -1)), .after = date_iso(req->arena, date_add_days(day, 1)),
        .office_query = req->scope.kind == SCOPE_OFFICE ? "" : arena_printf(req->arena, "?office=%s", log->office_id),
        .may_write = req->scope.kind == SCOPE_OFFICE && request_may(req, PERM_RECORD_WRITE),
        .may_confirm = req->scope.kind == SCOPE_OFFICE && request_may(req, PERM_FORM_CONFIRM),
        .csrf = req->session->csrf,
    };
    if (!fill_calendar(req, &v, err) || !daily_confirmation_read(req, log, v.table, &v.confirmation, err))
        return false;
    const struct page page = {.title = "日報", .section = "/daily-logs"};
    return reply_page(req, &page, daily_log_page_html, &v);
}

static bool read_asked(struct request *req, struct daily_log *log, struct err *err)
{
    const char *day = "";
    if (!asked_day(req, &day, err))
        return false;
    const char *office = asked_office(req);
    if (!id_is_valid(office))
        return err_set(err, ERR_NOT_FOUND, "daily_log.office", "no office");
    return daily_log_read(req, office, day, log, err);
}

static struct form remark_form(struct request *req, const struct daily_remark *remark)
{
    return (struct form){.req = req, .set = &daily_remark_set, .row = remark, .id = remark->head.id, .revision = remark->head.revision,
                         .action = arena_printf(req->arena, "/daily-logs/%s", remark->day), .submit_label = "記入欄を保存する"};
}

static bool day_page(struct request *req, struct err *err)
{
    const char *day = "";
    struct daily_log log;
    if (!asked_day(req, &day, err))
        return false;
    if (!*asked_office(req))
        return choose_office(req, day, err);
    if (!read_asked(req, &log, err))
        return false;
    if (req->api) {
        const struct page page = {.title = "日報"};
        return reply_table(req, &page, daily_log_table(req, &log));
    }
    if (req->scope.kind != SCOPE_OFFICE || !request_may(req, PERM_RECORD_WRITE))
        return show_day(req, &log, NULL, err);
    struct daily_remark remark;
    own_remark(req, &log, &remark);
    struct form form = remark_form(req, &remark);
    return show_day(req, &log, &form, err);
}

/* -- papers --------------------------------------------------------------------------------------------------------------- */

static const char *confirmer(struct request *req, const struct daily_confirmation *c)
{
    return arena_printf(req->arena, "%s（%s%s）", c->by, c->at, c->has_changed ? "。そのあと記録が変わりました" : "");
}

static bool reply_format(struct request *req, enum table_format format, struct err *err)
{
    struct daily_log log;
    struct daily_confirmation confirmation;
    auto_buf out = {0};
    if (!read_asked(req, &log, err))
        return false;
    struct table *t = daily_log_table(req, &log);
    if (!daily_confirmation_read(req, &log, t, &confirmation, err))
        return false;
    if (*confirmation.by)
        table_note(t, "責任者の確認: %s", confirmer(req, &confirmation));
    if (!table_write(t, format, &out, err))
        return false;
    const char *name = arena_printf(req->arena, "日報_%s.%s", log.day, table_format_extension(format));
    return reply_document(req, table_format_type(format), name, out.data, out.size);
}

static bool csv_page(struct request *req, struct err *err)
{
    return reply_format(req, TABLE_CSV, err);
}

static bool xlsx_page(struct request *req, struct err *err)
{
    return reply_format(req, TABLE_XLSX, err);
}

static bool print_page(struct request *req, struct err *err)
{
    struct daily_log log;
    struct office office = {0};
    struct err unknown = {0};
    if (!read_asked(req, &log, err))
        return false;
    bool known = office_find(req->db, log.office_id, req->arena, &office, &unknown);
    struct table *t = daily_log_table(req, &log);
    struct daily_confirmation confirmation;
    if (!daily_confirmation_read(req, &log, t, &confirmation, err))
        return false;
    const struct paper_head head = {
        .form_number = "様式4", .title = "実績報告書（日報）", .office = log.office_name,
        .contractor = known ? office.organization_name : NULL,
        .period = date_wareki(req->arena, date_from_iso(log.day)), .date = date_wareki_plain(req->arena, req->today),
        .confirmer = *confirmation.by ? confirmer(req, &confirmation) : NULL,
    };
    struct paper *paper = paper_new(true, &head);
    t->note_count = 0; /* the remarks have their own box */
    if (!log.count) { /* lines to write on */
        for (int i = 0; i < 8; i++)
            table_row(t, ROW_PLAIN, "");
    }
    paper_table(paper, t);
    for (size_t i = 0; i < log.remark_count; i++) {
        const struct daily_remark *r = &log.remarks[i];
        const char *const labels[] = {"担当者", "始業", "終業"};
        const char *const values[] = {picker_label(req, "staff", r->staff_id), r->time_from, r->time_to};
        paper_pairs(paper, labels, values, COUNT(labels));
        paper_box(paper, "所感・特記", r->remarks, 15);
    }
    if (!log.remark_count)
        paper_box(paper, "所感・特記", "", 25);
    static const char *const boxes[] = {"責任者", "担当者"};
    paper_signatures(paper, boxes, COUNT(boxes));
    auto_buf pdf = {0};
    return paper_finish(paper, &pdf, err) && reply_document(req, "application/pdf", NULL, pdf.data, pdf.size);
}

/* -- saving the remarks ---------------------------------------------------------------------------------------------------- */

struct remark_save {
    struct request *req;
    const struct daily_remark *typed;
};

/* One remark a day and person: a second new one, from another window, meets the first as a conflict. */
static bool write_remark(struct db *db, void *arg, struct err *err)
{
    const struct remark_save *save = arg;
    struct daily_remark r = *save->typed;
    const struct session *who = save->req->session;
    const char *there = db_text(db, save->req->arena, err, "SELECT id FROM daily_remark WHERE office_id = $1 AND day = $2 AND staff_id = $3",
                                TEXT(who->office_id), TEXT(r.day), TEXT(r.staff_id));
    if (there && (!r.head.revision || strcmp(there, r.head.id) != 0))
        return err_set(err, ERR_CONFLICT, "record.stale", "id=%s", there);
    bool saved = r.head.revision ? record_update(db, &daily_remark_record, &r, who->user_id, save->req->arena, err)
                                 : record_insert(db, &daily_remark_record, &r, who->user_id, save->req->arena, err);
    if (!saved)
        return false;
    struct audit_entry entry = request_audit_entry(save->req, "daily_remark", r.head.id, "");
    return audit_append(db, &entry, err);
}

/* The page again with what was typed; `theirs` when another window was first. */
static bool show_again(struct request *req, const struct daily_log *log, const struct daily_remark *typed, const struct problems *problems,
                       bool conflict, struct err *err)
{
    struct daily_remark saved;
    own_remark(req, log, &saved);
    struct form form = remark_form(req, typed);
    form.typed = &req->body;
    form.problems = problems;
    req->status = conflict ? 409 : 422;
    if (conflict) {
        form.id = saved.head.id;
        form.revision = saved.head.revision;
        form.theirs = &saved;
        form.theirs_by = req->session->display_name;
        form.theirs_at = utc_to_local_label(req->arena, saved.head.changed_at);
    }
    return show_day(req, log, &form, err);
}

static bool save_page(struct request *req, struct err *err)
{
    struct daily_log log;
    struct daily_remark typed = {0};
    struct problems problems;
    if (req->scope.kind != SCOPE_OFFICE)
        return err_set(err, ERR_FORBIDDEN, "daily_log.other_office", "scope");
    if (!read_asked(req, &log, err))
        return false;
    own_remark(req, &log, &typed);
    problems_init(&problems, req->arena);
    const char *id = pairs_get(&req->body, "id");
    if (id_is_valid(id))
        typed.head.id = id;
    typed.head.revision = strtol(pairs_get(&req->body, "revision"), NULL, 10);
    typed.head.office_id = req->session->office_id;
    typed.head.area_code = req->session->area_code;
    typed.head.deleted_at = "";
    if (!field_parse(&daily_remark_set, &req->body, req->today, &typed, req->arena, &problems))
        return req->api ? reply_problems(req, &problems) : show_again(req, &log, &typed, &problems, false, err);
    struct remark_save save = {req, &typed};
    struct err trouble = {0};
    if (!store_write(app_store(req->app), write_remark, &save, &trouble)) {
        if (trouble.kind == ERR_CONFLICT && !req->api)
            return show_again(req, &log, &typed, NULL, true, err);
        *err = trouble;
        return false;
    }
    reply_flash(req, "日報の記入欄を保存しました。", NULL);
    return reply_redirect(req, "/daily-logs/%s", log.day);
}

/* -- the manager's confirmation ---------------------------------------------------------------------------------------------- */

static bool set_confirmed(struct request *req, bool confirmed, struct err *err)
{
    struct daily_log log;
    if (req->scope.kind != SCOPE_OFFICE)
        return err_set(err, ERR_FORBIDDEN, "daily_log.confirm_other", "scope");
    if (!read_asked(req, &log, err) || !daily_confirmation_set(req, &log, daily_log_table(req, &log), confirmed, err))
        return false;
    reply_flash(req, confirmed ? "この日の日報を確認しました。" : "日報の確認を取り消しました。",
                arena_printf(req->arena, "/daily-logs/%s/%s", log.day, confirmed ? "unconfirm" : "confirm"));
    return reply_redirect(req, "/daily-logs/%s", log.day);
}

static bool confirm_page(struct request *req, struct err *err)
{
    return set_confirmed(req, true, err);
}

static bool unconfirm_page(struct request *req, struct err *err)
{
    return set_confirmed(req, false, err);
}

static const struct route routes[] = {
    {.method = GET, .path = "/daily-logs", .needs = PERM_RECORD_READ, .run = day_page, .flags = ROUTE_API, .summary = "きょうの日報"},
    {.method = GET, .path = "/daily-logs/:day", .needs = PERM_RECORD_READ, .run = day_page, .flags = ROUTE_API, .summary = "ある日の日報"},
    {.method = POST, .path = "/daily-logs/:day", .needs = PERM_RECORD_WRITE, .run = save_page, .audit = "daily_log.save",
     .summary = "日報に始業・終業・所感を記入する", .body = &daily_remark_set},
    {.method = POST, .path = "/daily-logs/:day/confirm", .needs = PERM_FORM_CONFIRM, .run = confirm_page, .audit = "daily_log.confirm",
     .summary = "日報を確認する"},
    {.method = POST, .path = "/daily-logs/:day/unconfirm", .needs = PERM_FORM_CONFIRM, .run = unconfirm_page,
     .audit = "daily_log.unconfirm", .summary = "日報の確認を取り消す"},
    {.method = GET, .path = "/daily-logs/:day/print", .needs = PERM_RECORD_READ, .run = print_page, .summary = "日報（様式4）を印刷する"},
    {.method = GET, .path = "/daily-logs/:day/csv", .needs = PERM_RECORD_READ, .run = csv_page, .summary = "日報をCSVで受け取る"},
    {.method = GET, .path = "/daily-logs/:day/xlsx", .needs = PERM_RECORD_READ, .run = xlsx_page, .summary = "日報をExcelで受け取る"},
};
static const struct message messages[] = {
    {"daily_log.day", "その日付の日報はありません。日付を 2024-11-30 の形で指定してください。"},
    {"daily_log.office", "どの相談支援室の日報かが分かりません。日報の画面で相談支援室を選んでください。"},
    {"daily_log.confirm_other", "ほかの相談支援室の日報は確認できません。"},
    {"daily_log.other_office", "ほかの相談支援室の日報には記入できません。"},
};
static const struct menu_item menu[] = {{25, "日報", "/daily-logs", "activities", PERM_RECORD_READ}};

const struct feature daily_log_feature = {
    .name = "daily_log",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .menu = menu, .menu_count = COUNT(menu),
};
