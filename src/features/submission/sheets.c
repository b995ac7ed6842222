/* sheets.c -- まとめて印刷: every record sheet of forms 5 to 8 of one month in one PDF, each with its own head and page n/m.  A few are
 * printed while the person waits; many are a job. */
#include "base/json.h"
#include "features/activity/activity.h"
#include "features/form_paper/form_paper.h"
#include "features/submission/bundle.h"
#include "features/submission/submission.h"
#include "features/submission/submission_pages.h"
#include "web/job.h"
#include "web/resource.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* About two seconds of drawing. */
enum { AT_ONCE = 30 };

struct sheets {
    struct request *req;
    const struct resource *resource;
    struct report_query query;
    struct paper *paper;
    long count;
};

static bool sheets_of(struct request *req, int form, const char *period, struct sheets *ret, struct err *err)
{
    const struct submission_form *f = submission_form_find(form);
    *ret = (struct sheets){.req = req, .resource = bundle_resource(form)};
    ret->query = (struct report_query){.db = req->db, .arena = req->arena, .scope = req->scope, .office_id = req->session->office_id};
    if (!f || !ret->resource || !period_parse(period, &ret->query.period) || ret->query.period.kind != f->period)
        return err_set(err, ERR_NOT_FOUND, "submission.not_found", "no sheets of form %d", form);
    if (req->scope.kind != SCOPE_OFFICE || !req->scope.sees_personal)
        return err_set(err, ERR_FORBIDDEN, "resource.masked", "sheets of form %d", form);
    return true;
}

static bool count_sheets(struct sheets *s, struct err *err)
{
    auto_rows *rows = bundle_records(&s->query, s->resource, err);
    if (!rows)
        return false;
    while (rows_next(rows))
        s->count++;
    if (rows_failed(rows))
        return false;
    return s->count || err_set(err, ERR_NOT_FOUND, "submission.no_sheets", "none");
}

/* `job` is told how far it came, or NULL. */
static bool draw_sheets(struct sheets *s, struct job *job, struct err *err)
{
    auto_rows *rows = bundle_records(&s->query, s->resource, err);
    void *row = arena_alloc(s->req->arena, s->resource->record->set->size);
    long done = 0;
    while (rows && rows_next(rows)) {
        record_read(rows, s->resource->record, row, s->req->arena);
        if (s->resource == &activity_resource)
            activity_for_submission(row);
        if (!s->resource->print(s->req, row, &s->paper, err))
            return false;
        if (job && job_cancelled(job))
            return err_set(err, ERR_INPUT, "submission.sheets_cancelled", "job=%s", job->id);
        done++;
        if (job)
            job_progress(job, done, s->count, arena_printf(job->arena, "%ld件のうち%ld件を組みました。", s->count, done));
    }
    return rows && !rows_failed(rows);
}

static const char *file_name(const struct sheets *s, int form)
{
    return arena_printf(s->req->arena, "様式%d_%s.pdf", form, period_id(s->req->arena, s->query.period));
}

static bool start_job(struct sheets *s, int form, struct err *err)
{
    struct request *req = s->req;
    auto_buf input = {0};
    struct json j;
    const char *id;
    json_init(&j, &input);
    json_open(&j, '{');
    json_pair_int(&j, "form", form);
    json_pair(&j, "period", period_id(req->arena, s->query.period));
    json_pair(&j, "role", role_name(req->session->role));
    json_pair(&j, "who", req->session->display_name);
    json_close(&j, '}');
    const char *title = arena_printf(req->arena, "様式%d %s のまとめて印刷", form, period_label(req->arena, s->query.period));
    return job_start(req, "submission.sheets", title, arena_strndup(req->arena, input.data, input.size), NULL, &id, err) &&
           reply_redirect(req, "/jobs/%s", id);
}

/* Who prints persons' sheets stands in the log before they leave: nothing else is written that could carry the entry. */
static bool write_audit(struct db *db, void *arg, struct err *err)
{
    const struct sheets *s = arg;
    const char *detail = arena_printf(s->req->arena, "period=%s sheets=%ld", period_id(s->req->arena, s->query.period), s->count);
    struct audit_entry e = request_audit_entry(s->req, s->resource->record->set->name, "", detail);
    return audit_append(db, &e, err);
}

static bool print_now(struct sheets *s, int form, struct err *err)
{
    if (draw_sheets(s, NULL, err) && store_write(app_store(s->req->app), write_audit, s, err))
        return form_paper_reply(s->req, s->paper, file_name(s, form), err);
    paper_free(s->paper);
    return false;
}

bool submission_sheets(struct request *req, struct err *err)
{
    int form = atoi(request_param(req, "form"));
    struct sheets s;
    if (!sheets_of(req, form, request_param(req, "period"), &s, err) || !count_sheets(&s, err))
        return false;
    return s.count > AT_ONCE ? start_job(&s, form, err) : print_now(&s, form, err);
}

static bool keep_file(const struct job *job, const struct buf *pdf, struct err *err)
{
    FILE *f = fopen(arena_printf(job->arena, "%s/sheets.pdf", job->folder), "wbe");
    bool written = f && fwrite(pdf->data, 1, pdf->size, f) == pdf->size;
    if (f && fclose(f))
        written = false;
    return written || err_set(err, ERR_BROKEN, "paper.cannot_write", "job=%s", job->id);
}

static bool run(struct job *job, const json_t *input, struct err *err)
{
    struct arena *a = job->arena;
    const char *role = json_string_value(json_object_get(input, "role")), *who = json_string_value(json_object_get(input, "who"));
    const char *period = json_string_value(json_object_get(input, "period"));
    const struct session session = {.user_id = job->user_id, .office_id = job->office_id, .display_name = who ? who : "",
                                    .role = role_from_name(role ? role : "")};
    struct request req = {.app = job->app, .arena = a, .scope = job->scope, .session = &session, .today = date_today(),
                          .db = store_reader(app_store(job->app), err)};
    int form = (int)json_integer_value(json_object_get(input, "form"));
    struct sheets s;
    if (!req.db || !sheets_of(&req, form, period ? period : "", &s, err) || !count_sheets(&s, err))
        return false;
    if (!draw_sheets(&s, job, err)) {
        paper_free(s.paper);
        return false;
    }
    auto_buf pdf = {0};
    if (!paper_finish(s.paper, &pdf, err) || !keep_file(job, &pdf, err))
        return false;
    job_result(job, "sheets.pdf", "application/pdf", arena_printf(a, "%ld件のPDFを受け取る", s.count));
    job_progress(job, s.count, s.count, "印刷用のPDFができました。");
    return true;
}

bool submission_sheets_job(struct job *job, struct err *err)
{
    json_t *input = json_loads(job->input, 0, NULL);
    bool done = run(job, input, err);
    json_decref(input);
    return done;
}
