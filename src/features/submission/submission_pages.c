#include "features/submission/submission_pages.h"

#include "base/count.h"
#include "base/json.h"
#include "base/text.h"
#include "features/account/account.h"
#include "features/area/area.h"
#include "features/organization/organization.h"
#include "features/submission/bundle.h"
#include "features/submission/frozen.h"
#include "features/submission/narrative.h"
#include "features/submission/submission.h"
#include "features/submission/submission_list.h"
#include "features/submission/submission_paper.h"
#include "features/submission/submission_view.h"
#include "output/table.h"

#include <stdlib.h>
#include <string.h>

void submission_bar_html(struct buf *out, const void *view);
void submission_show_html(struct buf *out, const void *view);
void submission_narrative_html(struct buf *out, const void *view);

/* Which form of which office for which period a request is about. */
struct subject {
    const struct submission_form *form;
    struct period period;
    const char *period_id;
    struct office office;
    struct submission s;
};

static bool is_own(const struct request *req)
{
    return req->scope.kind == SCOPE_OFFICE;
}

static bool subject_office(struct request *req, struct subject *sub, struct err *err)
{
    const char *office = request_query(req, "office");
    if (is_own(req) || !*office)
        office = req->session->office_id;
    if (!office_find(req->db, office, req->arena, &sub->office, err))
        return false;
    bool inside = is_own(req) ? !strcmp(office, req->session->office_id)
                              : !strncmp(sub->office.area_path, req->scope.area_path, strlen(req->scope.area_path));
    if (!inside || strcmp(sub->office.role, "consultation_room"))
        return err_set(err, ERR_NOT_FOUND, "submission.not_found", "office=%s", office);
    return true;
}

static bool subject_of(struct request *req, struct subject *sub, struct err *err)
{
    sub->form = submission_form_find(atoi(request_param(req, "form")));
    sub->period_id = request_param(req, "period");
    if (!sub->form || !period_parse(sub->period_id, &sub->period) || sub->period.kind != sub->form->period)
        return err_set(err, ERR_NOT_FOUND, "submission.not_found", "no such form or period");
    if (!subject_office(req, sub, err))
        return false;
    long edition = strtol(request_query(req, "edition"), NULL, 10);
    if (edition > 0)
        return submission_find_edition(req->db, &req->scope, sub->office.id, sub->form->number, sub->period_id, edition, req->arena, &sub->s,
                                       err);
    if (!submission_find(req->db, &req->scope, sub->office.id, sub->form->number, sub->period_id, req->arena, &sub->s, err))
        return false;
    sub->s.area_code = sub->office.area_code;
    return true;
}

static bool build_live(struct db *db, struct arena *a, const struct subject *sub, struct table **ret_table, struct err *err)
{
    struct report_query q = {.db = db,
                             .arena = a,
                             .scope = SCOPE_EVERYTHING,
                             .office_id = sub->office.id,
                             .period = sub->period,
                             .as_of = arena_printf(a, "%s 現在", utc_to_local_label(a, now_utc(a)))};
    return report_area_in_scope(db, &q.scope, sub->office.area_code, a, &q.area, err) && sub->form->build(&q, ret_table, err);
}

/* ---- narrative ---- */

static void *narrative_read(const struct submission_form *form, const char *json, struct date today, struct arena *a)
{
    if (!form->narrative)
        return NULL;
    void *row = arena_alloc(a, form->narrative->size);
    field_clear(form->narrative, row);
    struct pairs in;
    pairs_init(&in, a);
    struct problems ignored;
    problems_init(&ignored, a);
    if (*json && pairs_parse_json(&in, json, strlen(json), 200, NULL))
        field_parse_partial(form->narrative, &in, today, row, a, &ignored);
    return row;
}

static const char *narrative_write(const struct field_set *set, const void *row, struct arena *a)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '{');
    for (size_t i = 0; i < set->count; i++)
        json_pair(&j, set->fields[i].name, field_text(&set->fields[i], row, a));
    json_close(&j, '}');
    return arena_strndup(a, out.data, out.size);
}

static bool is_written(const struct field_set *set, const void *row, struct arena *a)
{
    for (size_t i = 0; i < set->count; i++)
        if (*field_text(&set->fields[i], row, a))
            return true;
    return false;
}

/* ---- one form ---- */

const char *submission_status_class(enum submission_state s, bool late)
{
    if (late)
        return "status-late";
    return s == SUBMISSION_ACCEPTED || s == SUBMISSION_RECEIVED || s == SUBMISSION_SUBMITTED ? "status-ok" : "status-warn";
}

const char *submission_status_text(enum submission_state s, bool late, struct arena *a)
{
    const char *mark = late ? "■" : s == SUBMISSION_ACCEPTED || s == SUBMISSION_RECEIVED || s == SUBMISSION_SUBMITTED ? "●" : "▲";
    return arena_printf(a, "%s%s%s", mark, submission_state_label(s), late ? "（期限切れ）" : "");
}

bool submission_is_late(const struct submission *s, const struct submission_form *form, struct period p, struct date today)
{
    bool open = s->state == SUBMISSION_NONE || s->state == SUBMISSION_DRAFT || s->state == SUBMISSION_CONFIRMED ||
                s->state == SUBMISSION_RETURNED;
    return open && s->edition <= 1 && date_compare(submission_due_on(form, p), today) < 0;
}

static const char *event_label(const char *event)
{
    static const char *const labels[][2] = {{"save", "下書きを保存"}, {"confirm", "責任者が確認（数字を確定）"}, {"unconfirm", "確認を取り消し"},
                                            {"submit", "提出"},       {"receive", "受領"},                       {"return", "差し戻し"},
                                            {"accept", "受理"},       {"correct", "訂正版を作成"}};
    for (size_t i = 0; i < COUNT(labels); i++)
        if (!strcmp(labels[i][0], event))
            return labels[i][1];
    return event;
}

static bool events_read(struct request *req, struct submission_view *v, struct err *err)
{
    v->events = NEW_ARRAY(req->arena, 200, struct submission_event_line);
    auto_rows *rows = db_query(req->db, req->arena, err,
                               "SELECT e.at, e.user_id, e.event, e.note FROM submission_event e WHERE e.submission_id = $1"
                               " ORDER BY e.at, e.id LIMIT 200",
                               TEXT(v->s->id));
    if (!rows)
        return false;
    while (rows_next(rows))
        v->events[v->event_count++] = (struct submission_event_line){utc_to_local_label(req->arena, rows_text(rows, 0)), rows_text(rows, 1),
                                                                     event_label(rows_text(rows, 2)), rows_text(rows, 3)};
    for (size_t i = 0; i < v->event_count; i++)
        v->events[i].who = account_display_name(req->db, v->events[i].who, req->arena);
    return !rows_failed(rows);
}

static bool changes_read(struct request *req, const struct subject *sub, struct submission_view *v, const struct table *shown, struct err *err)
{
    struct table *other = NULL;
    if (*sub->s.frozen) {
        v->changes_title = "確定したあとに変わった数字（訂正版で報告できます）";
        if (!build_live(req->db, req->arena, sub, &other, err))
            return false;
        frozen_compare(shown, other, req->arena, &v->changes, &v->change_count);
    }
    if (sub->s.edition > 1 && !v->change_count) {
        struct submission before;
        if (!submission_find_edition(req->db, &req->scope, sub->office.id, sub->form->number, sub->period_id, sub->s.edition - 1, req->arena,
                                     &before, err))
            return false;
        if (*before.frozen) {
            v->changes_title = "前の版との違い";
            if (!frozen_read(before.frozen, req->arena, &other, err))
                return false;
            frozen_compare(other, shown, req->arena, &v->changes, &v->change_count);
        }
    }
    return true;
}

static void rights(struct request *req, struct submission_view *v)
{
    enum submission_state s = v->s->state;
    bool own = is_own(req);
    v->can_write = own && request_may(req, PERM_FORM_WRITE) && submission_may(s, STEP_SAVE);
    v->can_confirm = own && request_may(req, PERM_FORM_CONFIRM) && submission_may(s, STEP_CONFIRM);
    v->can_unconfirm = own && request_may(req, PERM_FORM_CONFIRM) && submission_may(s, STEP_UNCONFIRM);
    v->can_submit = own && request_may(req, PERM_FORM_WRITE) && submission_may(s, STEP_SUBMIT);
    v->can_correct = own && request_may(req, PERM_FORM_WRITE) && submission_may(s, STEP_CORRECT);
    v->can_receive = !own && request_may(req, PERM_FORM_RECEIVE) && submission_may(s, STEP_RECEIVE);
    v->can_return = !own && request_may(req, PERM_FORM_RECEIVE) && submission_may(s, STEP_RETURN);
    v->can_accept = !own && request_may(req, PERM_FORM_RECEIVE) && submission_may(s, STEP_ACCEPT);
}

static const char *number_of(const struct subject *sub, struct arena *a)
{
    return arena_printf(a, "R%d-%s-%d-%s%s", fiscal_year(sub->period.first) - 2018, sub->office.short_name, sub->form->number, sub->period_id,
                        sub->s.edition > 1 ? arena_printf(a, "-%ld", sub->s.edition) : "");
}

static void view_fill(struct request *req, const struct subject *sub, struct submission_view *v)
{
    struct arena *a = req->arena;
    bool late = submission_is_late(&sub->s, sub->form, sub->period, req->today);
    v->req = req;
    v->form = sub->form;
    v->s = &sub->s;
    v->office_name = sub->office.name;
    v->period_label = period_label(a, sub->period);
    v->number = number_of(sub, a);
    v->due_label = date_wareki(a, submission_due_on(sub->form, sub->period));
    v->state_label = submission_status_text(sub->s.state, late, a);
    v->status_class = submission_status_class(sub->s.state, late);
    v->base_url = arena_printf(a, "/submissions/%d/%s", sub->form->number, sub->period_id);
    v->office_query = is_own(req) ? "" : arena_printf(a, "?office=%s", sub->office.id);
    v->csrf = req->session->csrf;
    v->late = late;
    v->narrative_set = sub->form->narrative;
    v->narrative_row = narrative_read(sub->form, sub->s.narrative, req->today, a);
    if (sub->form->list)
        v->records_url = arena_printf(a, "%s?period=%s&ward=%s", sub->form->list, sub->period_id, sub->office.area_code);
    if (sub->s.edition > 1)
        v->earlier_url = arena_printf(a, "%s?edition=%ld%s%s", v->base_url, sub->s.edition - 1, is_own(req) ? "" : "&office=",
                                      is_own(req) ? "" : sub->office.id);
    v->has_narrative = v->narrative_set && is_written(v->narrative_set, v->narrative_row, a);
    v->can_print_sheets = is_own(req) && req->scope.sees_personal && bundle_resource(sub->form->number);
    rights(req, v);
}

static bool reply_pdf(struct request *req, const struct subject *sub, struct submission_view *v, const struct table *t, struct err *err)
{
    struct arena *a = req->arena;
    struct paper_people people = {
        .contractor = sub->office.organization_name,
        .author = *sub->s.author_id ? account_display_name(req->db, sub->s.author_id, a) : req->session->display_name,
        .confirmer = *sub->s.confirmed_by ? account_display_name(req->db, sub->s.confirmed_by, a) : NULL,
        .confirmed_on = *sub->s.confirmed_at ? utc_to_local_label(a, sub->s.confirmed_at) : date_wareki(a, req->today),
    };
    auto_buf pdf = {0};
    const char *url = arena_printf(a, "%s%s", app_config(req->app)->base_url, v->base_url);
    if (!submission_pdf(v, t, &people, url, a, &pdf, err))
        return false;
    const char *name = arena_printf(a, "様式%d_%s_%s.pdf", sub->form->number, sub->office.short_name, sub->period_id);
    return reply_document(req, "application/pdf", name, pdf.data, pdf.size);
}

/* Shows the form; `typed` and `problems` when a narrative was refused, `problem` when a step was. */
static bool show(struct request *req, const struct subject *sub, const struct pairs *typed, const struct problems *problems,
                 const char *problem, struct err *err)
{
    struct table *t;
    if (*sub->s.frozen ? !frozen_read(sub->s.frozen, req->arena, &t, err) : !build_live(req->db, req->arena, sub, &t, err))
        return false;
    struct submission_view v = {.problem = problem};
    view_fill(req, sub, &v);
    v.can_print_sheets &= t->row_count > 0;
    if (!strcmp(request_query(req, "format"), "pdf"))
        return reply_pdf(req, sub, &v, t, err);
    if (!changes_read(req, sub, &v, t, err) || (*sub->s.id && !events_read(req, &v, err)))
        return false;
    struct form form = {.req = req,
                        .set = sub->form->narrative,
                        .row = v.narrative_row,
                        .typed = typed,
                        .problems = problems,
                        .action = arena_printf(req->arena, "%s/save", v.base_url),
                        .id = sub->s.id,
                        .revision = sub->s.revision,
                        .submit_label = "下書きを保存する"};
    if (v.can_write && v.narrative_set)
        v.narrative = &form;
    v.narrative_refused = problems && problems->count;
    auto_buf intro = {0}, bar = {0}, outro = {0};
    submission_show_html(&intro, &v);
    submission_bar_html(&bar, &v);
    submission_narrative_html(&outro, &v);
    struct crumb crumbs[] = {{"提出する様式", "/submissions"}};
    struct page page = {.title = arena_printf(req->arena, "様式%d %s", sub->form->number, sub->form->title),
                        .section = "/submissions",
                        .wide = true,
                        .crumbs = crumbs,
                        .crumb_count = 1,
                        .intro = intro.data,
                        .bar = bar.data,
                        .outro = outro.data};
    return reply_table(req, &page, t);
}

bool submission_show_page(struct request *req, struct err *err)
{
    struct subject sub = {0};
    return subject_of(req, &sub, err) && show(req, &sub, NULL, NULL, NULL, err);
}

/* ---- steps ---- */

struct step_write {
    const struct subject *sub;
    const struct request *req;
    enum submission_step step;
    const char *note, *narrative;
    struct arena *arena;
};

/* Runs again after a serialization failure, so it works on a copy of what the user saw. */
static bool step_write(struct db *db, void *arg, struct err *err)
{
    struct step_write *w = arg;
    struct submission s = w->sub->s;
    if (w->narrative)
        s.narrative = w->narrative;
    const char *frozen = "";
    if (w->step == STEP_CONFIRM) {
        struct table *t;
        if (!build_live(db, w->arena, w->sub, &t, err))
            return false;
        frozen = frozen_write(t, w->arena);
    }
    if (!submission_step(db, &s, w->step, w->req->session->user_id, w->note, date_iso(w->arena, w->req->today), frozen, w->arena, err))
        return false;
    struct audit_entry entry = request_audit_entry(w->req, "submission", s.id, arena_printf(w->arena, "form=%d", s.form_number));
    return audit_append(db, &entry, err);
}

static bool take_step(struct request *req, enum submission_step step, const char *flash, struct err *err)
{
    struct subject sub = {0};
    if (!subject_of(req, &sub, err))
        return false;
    const char *note = text_clean(req->arena, pairs_get(&req->body, "note"), strlen(pairs_get(&req->body, "note")), false);
    bool wants_reason = step == STEP_RETURN || step == STEP_CORRECT;
    if (wants_reason && (!*note || text_length(note) > 500)) {
        req->status = 422;
        return show(req, &sub, NULL, NULL, *note ? "理由は500文字以内で入力してください。" : "理由を入力してください。相手に伝わるように、直すところを書きます。", err);
    }
    /* What the person saw decides: a stale page cannot confirm or submit something else. */
    sub.s.revision = strtol(pairs_get(&req->body, "revision"), NULL, 10);
    struct step_write w = {.sub = &sub, .req = req, .step = step, .note = wants_reason || step == STEP_SUBMIT ? note : "", .arena = req->arena};
    struct problems problems;
    problems_init(&problems, req->arena);
    if (step == STEP_SAVE && sub.form->narrative) {
        void *row = arena_alloc(req->arena, sub.form->narrative->size);
        field_clear(sub.form->narrative, row);
        if (!field_parse(sub.form->narrative, &req->body, req->today, row, req->arena, &problems)) {
            req->status = 422;
            return req->api ? reply_problems(req, &problems) : show(req, &sub, &req->body, &problems, NULL, err);
        }
        w.narrative = narrative_write(sub.form->narrative, row, req->arena);
    }
    if (!store_write(app_store(req->app), step_write, &w, err)) {
        if (err->kind != ERR_CONFLICT || req->api)
            return false;
        req->status = 409;
        const char *sentence = app_message(req->app, err->message);
        *err = (struct err){0};
        return subject_of(req, &sub, err) && show(req, &sub, step == STEP_SAVE ? &req->body : NULL, NULL, sentence, err);
    }
    reply_flash(req, flash, NULL);
    return reply_redirect(req, "/submissions/%d/%s%s%s", sub.form->number, sub.period_id, is_own(req) ? "" : "?office=",
                          is_own(req) ? "" : sub.office.id);
}

bool submission_save(struct request *req, struct err *err)
{
    return take_step(req, STEP_SAVE, "下書きを保存しました。", err);
}

bool submission_confirm(struct request *req, struct err *err)
{
    return take_step(req, STEP_CONFIRM, "確認しました。数字を確定しました。", err);
}

bool submission_unconfirm(struct request *req, struct err *err)
{
    return take_step(req, STEP_UNCONFIRM, "確認を取り消しました。", err);
}

bool submission_submit(struct request *req, struct err *err)
{
    return take_step(req, STEP_SUBMIT, "提出しました。", err);
}

bool submission_receive(struct request *req, struct err *err)
{
    return take_step(req, STEP_RECEIVE, "受領しました。", err);
}

bool submission_return(struct request *req, struct err *err)
{
    return take_step(req, STEP_RETURN, "差し戻しました。", err);
}

bool submission_accept(struct request *req, struct err *err)
{
    return take_step(req, STEP_ACCEPT, "受理しました。", err);
}

bool submission_correct(struct request *req, struct err *err)
{
    return take_step(req, STEP_CORRECT, "訂正版の下書きを作りました。", err);
}

/* The forms that a figure of T-OSK-18 counts. */
bool submission_due_page(struct request *req, struct err *err)
{
    struct table *t;
    const char *show = request_query(req, "show"), *label = submission_shown_label(show);
    struct report_query q = {.db = req->db, .arena = req->arena, .scope = req->scope, .office_id = ""};
    if (!label || !period_parse(request_query(req, "period"), &q.period))
        return err_set(err, ERR_INPUT, "submission.list", "show or period");
    if (!report_area_in_scope(req->db, &req->scope, request_query(req, "area"), req->arena, &q.area, err) ||
        !submission_due_list(&q, atoi(request_query(req, "form")), show, &t, err))
        return false;
    const struct crumb crumbs[] = {{"提出", "/submissions"}, {"様式の提出状況", "/reports/t-osk-18"}};
    const struct page page = {.title = arena_printf(req->arena, "%s　%s（%zu件）", t->title, label, t->row_count), .section = "/submissions", .wide = true,
                              .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_table(req, &page, t);
}
