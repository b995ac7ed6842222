/* campaign_public.c -- the office reads its own entry and says that it is right, or corrects it, without an account.  Rules of links as in
 * vacancy_public.c: looking changes nothing, an answer is a POST from this page. */
#include "features/campaign/campaign_public.h"

#include "base/count.h"
#include "features/campaign/campaign_pages.h"
#include "features/office_link/office_link.h"

#include <string.h>

page_body_fn campaign_public_html, campaign_done_html;

struct visit {
    struct request *req;
    struct office_link link;
    struct campaign campaign;
    struct campaign_entry entry;
    struct campaign_values now;
    const struct field_set *set;
    struct campaign_answer *answers;
    size_t count;
    const char *remark;
};

static bool mark_opened(struct db *db, void *arg, struct err *err)
{
    const struct visit *v = arg;
    return db_run(db, err, "UPDATE campaign_entry SET state = 'opened', opened_at = $2 WHERE id = $1 AND state IN ('chosen', 'sent')", TEXT(v->entry.id),
                  TEXT(now_utc(v->req->arena))) >= 0;
}

static bool begin(struct request *req, struct visit *v, struct err *err)
{
    *v = (struct visit){.req = req, .remark = ""};
    if (!office_link_open(req, request_param(req, "secret"), "campaign", &v->link, err) ||
        !campaign_entry_find(req->db, v->link.subject_id, req->arena, &v->entry, err) ||
        !campaign_find(req->db, v->entry.campaign_id, req->arena, &v->campaign, err) ||
        !campaign_values_read(req->db, v->entry.facility_id, req->arena, &v->now, err))
        return false;
    v->set = campaign_value_set(req->arena);
    request_audit_object(req, "campaign_entry", v->entry.id, arena_printf(req->arena, "link=%s", v->link.id));
    return true;
}

static bool is_closed(const struct visit *v)
{
    return strcmp(date_iso(v->req->arena, v->req->today), v->campaign.closes_on) > 0 || v->campaign.edition;
}

static bool is_answered(const struct visit *v)
{
    return *v->entry.answered_at;
}

static bool show(struct visit *v, const struct problems *problems)
{
    struct request *req = v->req;
    struct arena *a = req->arena;
    const char *token = request_param(req, "secret");
    struct campaign_difference *lines = NEW_ARRAY(a, v->set->count, struct campaign_difference);
    struct form form = {.req = req, .set = v->set, .row = &v->now, .typed = problems ? &req->body : NULL, .problems = problems,
                        .action = arena_printf(a, "/u/%s", token), .submit_label = "直した内容を送る"};
    struct campaign_public_view view = {.req = req, .token = token, .csrf = req->session->csrf, .name = v->now.facility.name, .problem = "",
                                        .closes = date_wareki(a, date_from_iso(v->campaign.closes_on)), .form = &form, .set = v->set, .open = problems};
    view.blank = "";
    for (size_t i = 0; i + 1 < v->set->count; i++) { /* all but the remark */
        const struct field *f = &v->set->fields[i];
        const char *text = field_display(f, &v->now, a);
        if (*text)
            lines[view.count++] = (struct campaign_difference){.label = f->label, .old_text = text};
        else
            view.blank = arena_printf(a, "%s%s%s", view.blank, *view.blank ? "、" : "", f->label);
    }
    view.lines = lines;
    if (problems)
        req->status = 422;
    struct page page = {.title = "事業所の情報の確認", .no_rail = true};
    return reply_page(req, &page, campaign_public_html, &view);
}

static bool show_done(struct visit *v, struct err *err)
{
    struct request *req = v->req;
    bool decided = !strcmp(v->entry.state, "approved"), confirmed = !strcmp(v->entry.state, "confirmed");
    struct campaign_done_view view = {.token = request_param(req, "secret"), .csrf = req->session->csrf, .name = v->now.facility.name,
                                      .may_undo = !decided && !is_closed(v),
                                      .sentence = decided     ? "いただいた直しを、担当者が確かめました。ご協力ありがとうございました。"
                                                  : confirmed ? "「すべてこのとおり」と受け取りました。ご協力ありがとうございました。"
                                                              : "直した内容を受け取りました。担当者が確かめてから、案内に反映します。"};
    if (!campaign_differences(req, &v->entry, &view.lines, &view.count, err))
        return false;
    struct page page = {.title = "受け取りました", .no_rail = true};
    return reply_page(req, &page, campaign_done_html, &view);
}

bool campaign_public_page(struct request *req, struct err *err)
{
    struct visit v;
    if (!begin(req, &v, err))
        return false;
    if (is_answered(&v))
        return show_done(&v, err);
    if (is_closed(&v))
        return err_set(err, ERR_NOT_FOUND, "campaign.closed", "entry=%s", v.entry.id);
    return (*v.entry.opened_at || store_write(app_store(req->app), mark_opened, &v, err)) && show(&v, NULL);
}

/* ---- answering ---- */

static bool keep(struct db *db, void *arg, struct err *err)
{
    struct visit *v = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(v->req, "campaign_entry", v->entry.id, arena_printf(v->req->arena, "link=%s changes=%zu", v->link.id, v->count));
    return office_link_use(db, v->link.id, a, err) && campaign_answer_keep(db, &v->entry, v->answers, v->count, v->remark, a, err) &&
           audit_append(db, &entry, err);
}

bool campaign_public_post(struct request *req, struct err *err)
{
    struct visit v;
    struct problems problems;
    problems_init(&problems, req->arena);
    if (!begin(req, &v, err))
        return false;
    if (is_answered(&v)) {
        (void)request_audit_entry(req, "campaign_entry", v.entry.id, ""); /* told with the first sending: nothing is written now */
        return reply_redirect(req, "/u/%s", request_param(req, "secret"));
    }
    if (is_closed(&v))
        return err_set(err, ERR_NOT_FOUND, "campaign.closed", "entry=%s", v.entry.id);
    if (strcmp(pairs_get(&req->body, "confirm"), "all")) {
        struct campaign_values said;
        if (!campaign_values_said(v.set, &req->body, req->today, &v.now, req->arena, &said, &problems))
            return show(&v, &problems);
        campaign_values_compare(v.set, &v.now, &said, req->arena, &v.answers, &v.count);
        v.remark = said.remark;
    }
    return store_write(app_store(req->app), keep, &v, err) && reply_redirect(req, "/u/%s", request_param(req, "secret"));
}

static bool take_back(struct db *db, void *arg, struct err *err)
{
    struct visit *v = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(v->req, "campaign_entry", v->entry.id, "undone");
    return campaign_answer_undo(db, &v->entry, a, err) && office_link_give_back(db, v->link.id, err) && audit_append(db, &entry, err);
}

bool campaign_public_undo(struct request *req, struct err *err)
{
    struct visit v;
    if (!begin(req, &v, err))
        return false;
    if (is_closed(&v))
        return err_set(err, ERR_NOT_FOUND, "campaign.closed", "entry=%s", v.entry.id);
    return store_write(app_store(req->app), take_back, &v, err) && reply_redirect(req, "/u/%s", request_param(req, "secret"));
}
