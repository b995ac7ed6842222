/* facility_import_pages.c -- choosing files, looking at what would come, importing, the list of what came, taking back. */
#include "features/facility/facility_import_pages.h"

#include "base/count.h"
#include "features/account/account.h"
#include "features/area/area.h"
#include "features/facility/facility_import_view.h"
#include "features/facility/facility_run.h"
#include "features/facility/facility_upload.h"

#include <stdlib.h>
#include <string.h>

static const struct crumb crumbs[] = {{"資源", "/facilities"}, {"取り込み", "/facilities/imports"}};

static const char *day_label(struct request *req, const char *iso)
{
    struct date d = date_from_iso(iso);
    return date_is_set(d) ? date_wareki_short(req->arena, d) : "";
}

/* --- a report --- */

static const char *const sample_heads[SAMPLE_CELLS] = {"名称", "フリガナ", "種類", "地域", "住所", "電話番号", "位置"};

static struct import_report_view report_view(struct request *req, const struct facility_report *r, bool is_look)
{
    struct import_sample_line *lines = NEW_ARRAY(req->arena, REPORT_SAMPLES, struct import_sample_line);
    for (size_t i = 0; i < r->sample_count; i++) {
        const struct facility_sample *s = &r->samples[i];
        const char *area = *s->area_code ? area_label(req->db, s->area_code, req->arena) : "▲不明";
        lines[i] = (struct import_sample_line){s->row, {s->name, s->kana, s->service, area, s->address, s->phone, s->has_place ? "●あり" : "▲不明"}};
    }
    return (struct import_report_view){.report = r, .name = r->file, .release = day_label(req, r->release), .map_url = "", .is_look = is_look,
                                       .problem = *r->problem ? app_message(req->app, r->problem) : "", .samples = lines, .heads = sample_heads};
}

/* --- runs --- */

static const struct {
    const char *state, *label, *class;
} states[] = {{"running", "▲取り込み中", "status-warn"}, {"done", "●終わりました", "status-ok"}, {"failed", "■できませんでした", "status-late"},
              {"cancelled", "■途中でやめました", "status-late"}, {"undone", "■取り消しました", "status-late"}};

static const char *said_of(struct request *req, const struct facility_run *run)
{
    if (strcmp(run->state, "undone") != 0)
        return "";
    const char *kept = run->kept ? arena_printf(req->arena, "ほかの情報が付いている%ld件は残しました。", run->kept) : "";
    return arena_printf(req->arena, "%sに%sが取り消し、%ld件を前の状態に戻しました。%s", utc_to_local_label(req->arena, run->undone_at),
                        *run->undone_by ? account_display_name(req->db, run->undone_by, req->arena) : "コマンド", run->undone, kept);
}

/* The program ended in the middle of it, a day ago or more, and nobody took it up again. */
static bool is_left(struct request *req, const struct facility_run *run)
{
    return !strcmp(run->state, "running") && strcmp(run->began_at, utc_in_minutes(req->arena, -24 * 60)) < 0;
}

static struct import_run_line line_of(struct request *req, const struct facility_run *run)
{
    struct facility_report *report = NEW(req->arena, struct facility_report);
    report_read(*run->report ? run->report : "{}", req->arena, report);
    struct import_run_line l = {.number = run->number, .began = utc_to_local_label(req->arena, run->began_at), .file = run->file_name,
                                .person = *run->user_id ? account_display_name(req->db, run->user_id, req->arena) : "コマンド", .state = "",
                                .state_class = "", .report = report, .said = said_of(req, run), .release = day_label(req, report->release),
                                .may_undo = is_left(req, run) || (!strcmp(run->state, "done") && report->added + report->changed + report->filled +
                                                                  report->unlisted > 0),
                                .has_refused = *run->refused_path};
    report->file = run->file_name;
    const char *blank = strrchr(l.began, ' ');
    l.began_day = blank ? arena_strndup(req->arena, l.began, (size_t)(blank - l.began)) : l.began;
    l.began_time = blank ? blank + 1 : "";
    for (size_t i = 0; i < COUNT(states); i++)
        if (!strcmp(states[i].state, run->state)) {
            l.state = states[i].label;
            l.state_class = states[i].class;
        }
    return l;
}

static bool lines_of(struct request *req, const char *upload_id, const struct import_run_line **ret, size_t *ret_count, struct err *err)
{
    enum { MOST = 100 };
    struct facility_run *runs;
    if (!facility_runs(req->db, upload_id, MOST, req->arena, &runs, ret_count, err))
        return false;
    struct import_run_line *lines = NEW_ARRAY(req->arena, *ret_count + 1, struct import_run_line);
    for (size_t i = 0; i < *ret_count; i++)
        lines[i] = line_of(req, &runs[i]);
    *ret = lines;
    return true;
}

bool facility_import_runs_page(struct request *req, struct err *err)
{
    struct import_runs_view v = {.csrf = req->session->csrf};
    struct err failed = {0};
    v.open_matches = db_int(req->db, &failed, 0, "SELECT COUNT(*) FROM facility_match WHERE state IN ('proposed', 'later')");
    if (failed.kind != ERR_NONE)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    const struct page page = {.title = "資源の取り込み", .section = "/facilities", .wide = true, .crumbs = crumbs, .crumb_count = 1};
    return lines_of(req, "", &v.runs, &v.count, err) && reply_page(req, &page, facility_import_runs_html, &v);
}

static bool find_run(struct request *req, struct facility_run *run, struct err *err)
{
    const char *number = request_param(req, "number");
    request_audit_object(req, "facility_import_run", number, "");
    return facility_run_find(req->db, atol(number), req->arena, run, err);
}

bool facility_import_run_page(struct request *req, struct err *err)
{
    struct facility_run run;
    if (!find_run(req, &run, err))
        return false;
    struct import_run_view v = {.csrf = req->session->csrf, .line = line_of(req, &run)};
    v.report = report_view(req, v.line.report, false);
    const struct page page = {.title = "取り込みの結果", .section = "/facilities", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, facility_import_run_html, &v);
}

bool facility_import_refused_page(struct request *req, struct err *err)
{
    struct facility_run run;
    if (!find_run(req, &run, err))
        return false;
    bool is_book = strstr(run.refused_path, ".xlsx");
    const char *name = is_book ? "取り込めなかった行.xlsx" : "取り込めなかった行.csv";
    return reply_file(req, is_book ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8", name,
                      run.refused_path, err);
}

bool facility_import_undo_post(struct request *req, struct err *err)
{
    struct facility_run run;
    const char *job;
    if (!find_run(req, &run, err))
        return false;
    return job_start(req, "facility_undo", "資源の取り込みの取り消し", arena_printf(req->arena, "{\"run\":%ld}", run.number), NULL, &job, err) &&
           reply_redirect(req, "/jobs/%s", job);
}

/* --- an upload --- */

static bool show_new(struct request *req, const char *trouble)
{
    const struct import_new_view v = {.csrf = req->session->csrf, .trouble = trouble};
    const struct page page = {.title = "ファイルを取り込む", .section = "/facilities", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    if (*trouble)
        req->status = 422;
    return reply_page(req, &page, facility_import_new_html, &v);
}

bool facility_import_new_page(struct request *req, struct err *err)
{
    (void)err;
    return show_new(req, "");
}

bool facility_import_upload_post(struct request *req, struct err *err)
{
    const char *id;
    struct err why = {0};
    if (facility_upload_take(req, &id, &why))
        return reply_redirect(req, "/facilities/imports/%s", id);
    return why.kind == ERR_INPUT ? show_new(req, app_message(req->app, why.message)) : err_set(err, why.kind, why.message, "%s", why.detail);
}

static bool find_upload(struct request *req, struct facility_upload *u, struct err *err)
{
    return facility_upload_find(req->db, request_param(req, "id"), req->session->user_id, req->arena, u, err);
}

/* Which of the files sent a report is about; file_count when it is inside an archive. */
static size_t file_of(const struct facility_upload *u, const struct facility_report *r)
{
    size_t i = 0;
    while (i < u->file_count && strcmp(u->files[i].name, r->file) != 0)
        i++;
    return i;
}

static void show_reports(struct request *req, const struct facility_upload *u, struct import_upload_view *v)
{
    struct facility_report *reports;
    if (!facility_upload_reports(u, req->arena, &reports, &v->report_count))
        return;
    struct import_report_view *views = NEW_ARRAY(req->arena, v->report_count + 1, struct import_report_view);
    for (size_t i = 0; i < v->report_count; i++) {
        views[i] = report_view(req, &reports[i], true);
        size_t file = file_of(u, &reports[i]);
        if (file < u->file_count && !strcmp(reports[i].problem, "facility.format"))
            views[i].map_url = arena_printf(req->arena, "/facilities/imports/%s/columns/%zu", u->id, file);
        v->may_start |= !*reports[i].problem;
    }
    v->reports = views;
}

bool facility_import_upload_page(struct request *req, struct err *err)
{
    struct facility_upload u;
    if (!find_upload(req, &u, err))
        return false;
    struct import_upload_view v = {.csrf = req->session->csrf, .id = u.id, .job_id = u.job_id, .is_part = u.is_part,
                                   .is_looked = strcmp(u.state, "looking") != 0};
    auto_rows *r = db_query(req->db, req->arena, err, "SELECT status, sentence, cancel_asked FROM job WHERE id = $1", TEXT(u.job_id));
    if (!r)
        return false;
    bool known = rows_next(r);
    v.job_state = known ? rows_text(r, 0) : "done";
    v.job_sentence = known ? rows_text(r, 1) : "";
    v.is_working = !strcmp(v.job_state, "queued") || !strcmp(v.job_state, "running");
    v.stopped = !strcmp(v.job_state, "failed") || !strcmp(v.job_state, "cancelled") ? v.job_sentence : "";
    v.may_cancel = v.is_working && !rows_int(r, 2);
    if (rows_failed(r) || (!strcmp(u.state, "done") && !lines_of(req, u.id, &v.runs, &v.run_count, err)))
        return false;
    if (!v.is_working && !v.run_count)
        show_reports(req, &u, &v);
    const struct page page = {.title = "取り込む内容の確認", .section = "/facilities", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, facility_import_upload_html, &v);
}

bool facility_import_start_post(struct request *req, struct err *err)
{
    struct facility_upload u;
    return find_upload(req, &u, err) && facility_upload_import(req, &u, err) && reply_redirect(req, "/facilities/imports/%s", u.id);
}
