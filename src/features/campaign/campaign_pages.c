#include "features/campaign/campaign_pages.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/id.h"
#include "base/text.h"
#include "features/account/account.h"
#include "features/area/area.h"
#include "features/campaign/campaign_edition.h"
#include "features/office_link/office_link.h"
#include "output/table.h"
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

page_body_fn campaign_index_html, campaign_new_html, campaign_show_html, campaign_review_html;

enum { PAGE_LINES = 50, EXPORT_LINES = 5000, SHOWN = 50 };

static const struct crumb crumbs[] = {{"資源", "/facilities"}, {"年1回の更新", "/campaigns"}};

static bool freshness_words(struct request *req, const char **ret_words, struct err *err)
{
    struct arena *a = req->arena;
    long long all, confirmed;
    if (!campaign_freshness(req->db, req->session->area_path, req->today, a, &all, &confirmed, err))
        return false;
    *ret_words = arena_printf(a, "%sの%lld件のうち、12か月以内に確認したのは%lld件（%.1f%%）です。", req->session->area_name, all, confirmed,
                              all ? (double)confirmed * 100 / (double)all : 0.0);
    return true;
}

bool campaign_today(struct request *req, struct today_list *list, struct err *err)
{
    if (!request_may(req, PERM_DIRECTORY_WRITE))
        return true;
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT c.id, c.title, COUNT(*) FROM campaign c JOIN campaign_entry e ON e.campaign_id = c.id WHERE c.office_id = $1 AND c.edition = 0 "
                            "AND e.state = 'corrected' GROUP BY c.id, c.title ORDER BY c.id LIMIT 10",
                            TEXT(req->session->office_id));
    while (r && rows_next(r))
        today_add(list, (struct today_item){.group = "年1回の更新", .title = arena_printf(req->arena, "事業所からの直しが%lld件あります", rows_int(r, 2)),
                                            .detail = rows_text(r, 1), .url = arena_printf(req->arena, "/campaigns/%s?state=corrected", rows_text(r, 0)), .due_on = ""});
    return r && !rows_failed(r);
}

/* ---- the list of campaigns ---- */

bool campaign_index_page(struct request *req, struct err *err)
{
    struct arena *a = req->arena;
    struct campaign_line *lines = NEW_ARRAY(a, SHOWN, struct campaign_line);
    struct campaign_index_view v = {.lines = lines, .may_write = request_may(req, PERM_DIRECTORY_WRITE)};
    if (!freshness_words(req, &v.freshness, err))
        return false;
    auto_rows *r = db_query(req->db, a, err,
                            "SELECT c.id, c.title, c.closes_on, c.edition, c.published_on, (SELECT COUNT(*) FROM campaign_entry e WHERE e.campaign_id = c.id), "
                            "(SELECT COUNT(*) FROM campaign_entry e WHERE e.campaign_id = c.id AND e.answered_at <> '') FROM campaign c "
                            "WHERE c.office_id = $1 OR ($2 = 1 AND c.area_code IN (SELECT code FROM area WHERE path LIKE $3 || '%')) ORDER BY c.id DESC LIMIT 50",
                            TEXT(req->session->office_id), INT(req->scope.kind != SCOPE_OFFICE && *req->session->area_path), TEXT(req->session->area_path));
    for (; r && v.count < SHOWN && rows_next(r); v.count++)
        lines[v.count] = (struct campaign_line){rows_text(r, 0), rows_text(r, 1), date_wareki(a, date_from_iso(rows_text(r, 2))),
                                                arena_printf(a, "%lld / %lld件", rows_int(r, 6), rows_int(r, 5)),
                                                rows_int(r, 3) ? arena_printf(a, "第%lld版（%s）", rows_int(r, 3), date_wareki_plain(a, date_from_iso(rows_text(r, 4)))) : ""};
    struct page page = {.title = "年1回の更新", .section = "/facilities", .crumbs = crumbs, .crumb_count = 1};
    return r && !rows_failed(r) && reply_page(req, &page, campaign_index_html, &v);
}

/* ---- a new one ---- */

static bool show_new(struct request *req, const char *wrong, const char *problem, struct err *err)
{
    struct arena *a = req->arena;
    struct area *below, own;
    size_t count;
    const struct code_list *services = code_list_find("care_service");
    const char *typed_area = pairs_get(&req->body, "area"), *typed_title = pairs_get(&req->body, "title"), *typed_closes = pairs_get(&req->body, "closes_on");
    const char *area = *typed_area ? typed_area : req->session->area_code;
    if (!area_find(req->db, req->session->area_code, a, &own, err) || !area_children(req->db, own.code, a, &below, &count, err))
        return false;
    struct campaign_choice_line *a_lines = NEW_ARRAY(a, count + 1, struct campaign_choice_line), *s_lines = NEW_ARRAY(a, services->count, struct campaign_choice_line);
    a_lines[0] = (struct campaign_choice_line){own.code, own.name, !strcmp(own.code, area)};
    for (size_t i = 0; i < count; i++)
        a_lines[i + 1] = (struct campaign_choice_line){below[i].code, below[i].name, !strcmp(below[i].code, area)};
    for (size_t i = 0; i < services->count; i++)
        s_lines[i] = (struct campaign_choice_line){services->codes[i].code, services->codes[i].label, !strcmp(services->codes[i].code, pairs_get(&req->body, "service"))};
    struct campaign_new_view v = {.csrf = req->session->csrf, .id = id_is_valid(pairs_get(&req->body, "id")) ? pairs_get(&req->body, "id") : id_new(a),
                                  .title = *typed_title ? typed_title : arena_printf(a, "%s 事業所情報の更新", fiscal_year_name(a, fiscal_year(req->today))),
                                  .closes_on = *typed_closes ? typed_closes : date_wareki_plain(a, date_add_days(req->today, 42)),
                                  .words = pairs_get(&req->body, "words"), .problem = problem, .wrong = wrong, .areas = a_lines, .area_count = count + 1, .services = s_lines,
                                  .service_count = services->count, .unconfirmed_only = req->method == GET || pairs_has(&req->body, "unconfirmed_only")};
    if (*problem)
        req->status = 422;
    struct page page = {.title = "新しい更新を始める", .section = "/facilities", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, campaign_new_html, &v);
}

bool campaign_new_page(struct request *req, struct err *err)
{
    return show_new(req, "", "", err);
}

struct creating {
    struct request *req;
    struct campaign campaign;
    struct campaign_choice choice;
};

static bool write_campaign(struct db *db, void *arg, struct err *err)
{
    struct creating *c = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(c->req, "campaign", c->campaign.id, "");
    return campaign_create(db, &c->campaign, &c->choice, a, err) && audit_append(db, &entry, err);
}

bool campaign_create_post(struct request *req, struct err *err)
{
    struct arena *a = req->arena;
    struct date closes;
    const char *title = pairs_get(&req->body, "title"), *id = pairs_get(&req->body, "id"), *words = pairs_get(&req->body, "words"), *area = pairs_get(&req->body, "area");
    struct err refused = {0};
    if (!*text_clean(a, title, strlen(title), true) || text_length(title) > 60)
        return show_new(req, "title", "名前を60文字までで入れてください。", err);
    if (!date_parse(pairs_get(&req->body, "closes_on"), req->today, &closes) || date_compare(closes, req->today) < 0 ||
        date_compare(closes, date_add_days(req->today, 90)) > 0)
        return show_new(req, "closes_on", "回答の期限は、きょうから90日までの日を入れてください。", err);
    const char *path = area_path(req->db, area, a);
    if (!*path || strncmp(path, req->session->area_path, strlen(req->session->area_path)))
        return show_new(req, "area", "ご自分の地域の中から選んでください。", err);
    struct creating c = {.req = req, .choice = {text_clean(a, words, strlen(words), true), pairs_has(&req->body, "unconfirmed_only")},
                         .campaign = {.id = id_is_valid(id) ? id : id_new(a), .title = text_clean(a, title, strlen(title), true), .office_id = req->session->office_id,
                                      .area_code = area, .service_code = pairs_get(&req->body, "service"), .closes_on = date_iso(a, closes),
                                      .created_by = req->session->user_id}};
    if (!store_write(app_store(req->app), write_campaign, &c, &refused)) {
        if (refused.kind == ERR_INPUT)
            return show_new(req, "", app_message(req->app, refused.message), err);
        *err = refused;
        return false;
    }
    reply_flash(req, "送る事業所を選びました。内容を確かめてから送ってください。", NULL);
    return reply_redirect(req, "/campaigns/%s", c.campaign.id);
}

/* ---- the board ---- */

static const char *state_class(const char *state)
{
    return !strcmp(state, "confirmed") || !strcmp(state, "approved") ? "status-ok" : !strcmp(state, "corrected") ? "status-late" : "status-warn";
}

static const char *state_words(const char *state, struct arena *a)
{
    const char *mark = !strcmp(state, "confirmed") || !strcmp(state, "approved") ? "●" : !strcmp(state, "corrected") ? "■" : !strcmp(state, "chosen") ? "－" : "▲";
    const struct code *c = code_find(code_list_find("campaign_state"), state);
    return arena_printf(a, "%s%s", mark, c ? c->short_label : state);
}

static bool read_counts(struct request *req, const char *id, struct campaign_show_view *v, struct err *err)
{
    const struct code_list *states = code_list_find("campaign_state");
    struct campaign_count *counts = NEW_ARRAY(req->arena, states->count, struct campaign_count);
    auto_rows *r = db_query(req->db, req->arena, err, "SELECT state, COUNT(*) FROM campaign_entry WHERE campaign_id = $1 GROUP BY state", TEXT(id));
    for (size_t i = 0; i < states->count; i++)
        counts[i] = (struct campaign_count){states->codes[i].code, states->codes[i].short_label, arena_printf(req->arena, "%s?state=%s", v->base, states->codes[i].code), 0,
                                            !strcmp(request_query(req, "state"), states->codes[i].code)};
    while (r && rows_next(r))
        for (size_t i = 0; i < states->count; i++)
            if (!strcmp(counts[i].state, rows_text(r, 0)))
                v->total += counts[i].n = rows_int(r, 1);
    v->counts = counts;
    v->count_count = states->count;
    v->unanswered = counts[1].n + counts[2].n;
    v->to_check = counts[4].n;
    v->answered = counts[3].n + counts[4].n + counts[5].n;
    return r && !rows_failed(r);
}

/* Which of the unsent can be mailed. */
static bool read_unsent(struct request *req, const char *id, struct campaign_show_view *v, struct err *err)
{
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT COALESCE(SUM(CASE WHEN k.channel = 'mail' AND k.mail <> '' THEN 1 ELSE 0 END), 0), COUNT(*) FROM campaign_entry c "
                            "LEFT JOIN office_contact k ON k.facility_id = c.facility_id WHERE c.campaign_id = $1 AND c.state = 'chosen'",
                            TEXT(id));
    if (!r || !rows_next(r))
        return false;
    v->to_mail = rows_int(r, 0);
    v->to_print = rows_int(r, 1) - v->to_mail;
    return true;
}

static const char *short_day(const char *utc, struct arena *a)
{
    return *utc ? utc_to_local_label(a, utc) : "";
}

static bool read_entries(struct request *req, const char *id, long limit, long offset, struct campaign_show_view *v, struct err *err)
{
    struct arena *a = req->arena;
    struct campaign_entry_line *lines = NEW_ARRAY(a, (size_t)limit + 1, struct campaign_entry_line);
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT c.id, c.facility_id, c.state, c.channel, c.sent_at, c.answered_at, c.reminded_at, c.reminded_count FROM campaign_entry c WHERE c.campaign_id = ?",
              TEXT(id));
    if (*request_query(req, "state"))
        query_add(&q, " AND c.state = ?", TEXT(request_query(req, "state")));
    query_add(&q, " ORDER BY CASE c.state WHEN 'corrected' THEN 0 WHEN 'opened' THEN 1 WHEN 'sent' THEN 2 WHEN 'chosen' THEN 3 ELSE 4 END, c.id LIMIT ? OFFSET ?",
              INT(limit + 1), INT(offset));
    auto_rows *r = query_run(&q, req->db, a, err);
    while (r && v->count <= (size_t)limit && rows_next(r)) {
        const char *channel = rows_text(r, 3);
        lines[v->count++] = (struct campaign_entry_line){
            arena_printf(a, "%s/entries/%s", v->base, rows_text(r, 0)), rows_text(r, 1), state_words(rows_text(r, 2), a), state_class(rows_text(r, 2)),
            !strcmp(channel, "mail") ? "メール" : *channel ? "用紙" : "", short_day(rows_text(r, 4), a), short_day(rows_text(r, 5), a),
            rows_int(r, 7) ? arena_printf(a, "%lld回（%s）", rows_int(r, 7), short_day(rows_text(r, 6), a)) : ""};
    }
    for (size_t i = 0; i < v->count; i++)
        lines[i].name = facility_name(req->db, lines[i].name, a);
    v->lines = lines;
    return r && !rows_failed(r);
}

static struct table *board_table(struct request *req, const struct campaign *c, const struct campaign_show_view *v)
{
    static const char *const labels[][2] = {{"name", "事業所"}, {"state", "進み"}, {"channel", "送り方"}, {"sent", "送付"}, {"answered", "回答"}, {"reminded", "催促"}};
    struct table *t = table_new(req->arena, "campaign", c->title);
    for (size_t i = 0; i < COUNT(labels); i++)
        table_column(t, labels[i][0], labels[i][1], COLUMN_TEXT, NULL);
    for (size_t i = 0; i < v->count; i++) {
        const struct campaign_entry_line *l = &v->lines[i];
        const char *const texts[] = {l->name, l->state, l->channel, l->sent, l->answered, l->reminded};
        struct row *r = table_row(t, ROW_PLAIN, strrchr(l->url, '/') + 1);
        for (size_t k = 0; k < COUNT(texts); k++)
            r->cells[k] = CELL_OF_TEXT(texts[k]);
    }
    t->landscape = true;
    t->as_of = arena_printf(req->arena, "%s 現在", utc_to_local_label(req->arena, now_utc(req->arena)));
    return t;
}

/* A room sees its own campaigns, those who look after an area the campaigns there. */
bool campaign_of_request(struct request *req, struct campaign *c, struct err *err)
{
    if (!campaign_find(req->db, request_param(req, "id"), req->arena, c, err))
        return false;
    const char *mine = req->session->area_path, *path = area_path(req->db, c->area_code, req->arena);
    bool below = req->scope.kind != SCOPE_OFFICE && *mine && !strncmp(path, mine, strlen(mine));
    return below || !strcmp(c->office_id, req->session->office_id) || err_set(err, ERR_NOT_FOUND, "campaign.unknown", "other office");
}

static void fill_pager(struct request *req, long page, long limit, struct campaign_show_view *v)
{
    const char *state = request_query(req, "state");
    const char *base = arena_printf(req->arena, "%s?%s%s%spage=", v->base, *state ? "state=" : "", state, *state ? "&" : "");
    v->previous_url = page > 1 ? arena_printf(req->arena, "%s%ld", base, page - 1) : "";
    v->next_url = "";
    if (v->count > (size_t)limit) {
        v->count = (size_t)limit;
        v->next_url = arena_printf(req->arena, "%s%ld", base, page + 1);
    }
}

bool campaign_show_page(struct request *req, struct err *err)
{
    struct campaign c;
    struct arena *a = req->arena;
    bool whole = req->api || *request_query(req, "format");
    long page_number = atol(request_query(req, "page")), limit = whole ? EXPORT_LINES : PAGE_LINES;
    page_number = page_number < 1 ? 1 : page_number > 1000 ? 1000 : page_number;
    if (!campaign_of_request(req, &c, err))
        return false;
    struct campaign_show_view v = {.csrf = req->session->csrf, .base = arena_printf(a, "/campaigns/%s", c.id), .may_write = request_may(req, PERM_DIRECTORY_WRITE),
                                   .published = c.edition};
    if (!read_counts(req, c.id, &v, err) || !read_unsent(req, c.id, &v, err) || !read_entries(req, c.id, limit, (page_number - 1) * limit, &v, err))
        return false;
    fill_pager(req, page_number, limit, &v);
    struct page page = {.title = c.title, .section = "/facilities", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    if (whole)
        return reply_table(req, &page, board_table(req, &c, &v));
    v.lead = arena_printf(a, "%lld件のうち%lld件の回答がありました。回答の期限は%sです。", v.total, v.answered, date_wareki(a, date_from_iso(c.closes_on)));
    v.edition = c.edition ? arena_printf(a, "第%ld版として、%sに公開しました。%s", c.edition, date_wareki(a, date_from_iso(c.published_on)), c.note) : "";
    v.has_edition = c.edition && campaign_has_edition(req->db, c.id, err);
    if (err->kind)
        return false;
    v.mail_state = office_mail_is_set(req->app) ? "" : "このシステムにはメールを送る設定がまだありません。メールは送信待ちになります。";
    return reply_page(req, &page, campaign_show_html, &v);
}

/* ---- one office's answer ---- */

static const char *text_of(const struct field *f, const char *stored, struct arena *a)
{
    struct campaign_values row = {.remark = ""};
    field_set_text(f, &row, stored, a);
    const char *text = *stored ? field_display(f, &row, a) : "";
    return *text ? text : "（空欄）";
}

/* Chosen, but not yet decided: what was chosen before something else was refused. */
static const char *verdict_of(struct request *req, const struct campaign_answer *answer)
{
    const char *typed = pairs_get(&req->body, arena_printf(req->arena, "verdict.%s", answer->field));
    return *answer->verdict || (strcmp(typed, "approved") && strcmp(typed, "refused")) ? answer->verdict : typed;
}

bool campaign_differences(struct request *req, const struct campaign_entry *e, const struct campaign_difference **ret_lines, size_t *ret_count, struct err *err)
{
    struct arena *a = req->arena;
    struct campaign_answer *answers;
    struct campaign_values now;
    const struct field_set *set = campaign_value_set(a);
    if (!campaign_answers(req->db, e->id, a, &answers, ret_count, err) || !campaign_values_read(req->db, e->facility_id, a, &now, err))
        return false;
    struct campaign_difference *lines = NEW_ARRAY(a, *ret_count + 1, struct campaign_difference);
    for (size_t i = 0; i < *ret_count; i++) {
        const struct field *f = field_find(set, answers[i].field);
        const char *stands = field_text(f, &now, a);
        bool moved = !*answers[i].verdict && strcmp(stands, answers[i].old_value);
        lines[i] = (struct campaign_difference){f->name, f->label, text_of(f, answers[i].old_value, a), text_of(f, answers[i].new_value, a),
                                                moved ? text_of(f, stands, a) : "", verdict_of(req, &answers[i])};
    }
    *ret_lines = lines;
    return true;
}

static bool find_entry(struct request *req, struct campaign *c, struct campaign_entry *e, struct err *err)
{
    return campaign_of_request(req, c, err) && campaign_entry_find(req->db, request_param(req, "entry"), req->arena, e, err) &&
           (!strcmp(e->campaign_id, c->id) || err_set(err, ERR_NOT_FOUND, "campaign.unknown", "entry of another campaign"));
}

/* Sheets come back by post and FAX, some offices ring: their answer is written down here as long as none stands. */
static bool paper_form(struct request *req, const struct campaign *c, const struct campaign_entry *e, const struct problems *problems, const struct form **ret_form,
                       struct err *err)
{
    struct arena *a = req->arena;
    struct campaign_values *now = NEW(a, struct campaign_values);
    struct form *form = NEW(a, struct form);
    if (!request_may(req, PERM_DIRECTORY_WRITE) || *e->answered_at || c->edition)
        return true;
    if (!campaign_values_read(req->db, e->facility_id, a, now, err))
        return false;
    *form = (struct form){.req = req, .set = campaign_value_set(a), .row = now, .typed = problems ? &req->body : NULL, .problems = problems,
                          .action = arena_printf(a, "/campaigns/%s/entries/%s/answer", c->id, e->id), .submit_label = "用紙のとおりに書き入れる"};
    *ret_form = form;
    return true;
}

static bool show_review(struct request *req, const struct campaign *c, const struct campaign_entry *e, const char *problem, const struct problems *problems,
                        struct err *err)
{
    struct arena *a = req->arena;
    struct campaign_review_view v = {.csrf = req->session->csrf, .action = arena_printf(a, "/campaigns/%s/entries/%s", c->id, e->id), .remark = e->remark,
                                     .state = state_words(e->state, a), .answered = short_day(e->answered_at, a), .problem = problem,
                                     .decided = *e->decided_at ? arena_printf(a, "%s　%s", short_day(e->decided_at, a), account_display_name(req->db, e->decided_by, a)) : "",
                                     .may_decide = request_may(req, PERM_DIRECTORY_WRITE) && !strcmp(e->state, "corrected")};
    if (!campaign_differences(req, e, &v.lines, &v.count, err) || !paper_form(req, c, e, problems, &v.form, err))
        return false;
    if (*problem || problems)
        req->status = 422;
    v.is_refused = *problem;
    struct crumb path[] = {crumbs[0], crumbs[1], {c->title, arena_printf(a, "/campaigns/%s", c->id)}};
    struct page page = {.title = facility_name(req->db, e->facility_id, a), .section = "/facilities", .wide = true, .crumbs = path, .crumb_count = COUNT(path)};
    return reply_page(req, &page, campaign_review_html, &v);
}

bool campaign_review_page(struct request *req, struct err *err)
{
    struct campaign c;
    struct campaign_entry e;
    return find_entry(req, &c, &e, err) && show_review(req, &c, &e, "", NULL, err);
}

struct deciding {
    struct request *req;
    struct campaign campaign;
    struct campaign_entry entry;
    struct campaign_answer *answers;
    size_t count;
    const char *remark;
};

static bool write_decision(struct db *db, void *arg, struct err *err)
{
    struct deciding *d = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(d->req, "campaign_entry", d->entry.id, "");
    return campaign_decide(db, &d->campaign, &d->entry, d->answers, d->count, d->req->session->user_id, a, err) && audit_append(db, &entry, err);
}

bool campaign_review_post(struct request *req, struct err *err)
{
    struct deciding d = {.req = req};
    if (!find_entry(req, &d.campaign, &d.entry, err) || !campaign_answers(req->db, d.entry.id, req->arena, &d.answers, &d.count, err))
        return false;
    for (size_t i = 0; i < d.count; i++) {
        const char *verdict = pairs_get(&req->body, arena_printf(req->arena, "verdict.%s", d.answers[i].field));
        if (strcmp(verdict, "approved") && strcmp(verdict, "refused"))
            return show_review(req, &d.campaign, &d.entry, "まだ選んでいない項目があります。項目ごとに「直す」か「いまのまま」を選んでください。", NULL, err);
        d.answers[i].verdict = verdict;
    }
    if (!store_write(app_store(req->app), write_decision, &d, err))
        return false;
    reply_flash(req, "確かめた内容を案内に反映しました。", NULL);
    return reply_redirect(req, "/campaigns/%s?state=corrected", d.campaign.id);
}

static bool write_paper(struct db *db, void *arg, struct err *err)
{
    struct deciding *d = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(d->req, "campaign_entry", d->entry.id, "");
    return campaign_answer_keep(db, &d->entry, d->answers, d->count, d->remark, a, err) && audit_append(db, &entry, err);
}

bool campaign_paper_post(struct request *req, struct err *err)
{
    struct deciding d = {.req = req, .remark = ""};
    struct campaign_values now, said;
    struct problems problems;
    const struct field_set *set = campaign_value_set(req->arena);
    problems_init(&problems, req->arena);
    if (!find_entry(req, &d.campaign, &d.entry, err) || !campaign_values_read(req->db, d.entry.facility_id, req->arena, &now, err))
        return false;
    if (*d.entry.answered_at || d.campaign.edition)
        return err_set(err, ERR_CONFLICT, "campaign.decided", "answered or published");
    if (strcmp(pairs_get(&req->body, "confirm"), "all")) {
        if (!campaign_values_said(set, &req->body, req->today, &now, req->arena, &said, &problems))
            return show_review(req, &d.campaign, &d.entry, "", &problems, err);
        campaign_values_compare(set, &now, &said, req->arena, &d.answers, &d.count);
        d.remark = said.remark;
    }
    if (!store_write(app_store(req->app), write_paper, &d, err))
        return false;
    reply_flash(req, "返事を書き入れました。", NULL);
    return reply_redirect(req, "/campaigns/%s/entries/%s", d.campaign.id, d.entry.id);
}

/* ---- the edition ---- */

static bool write_edition(struct db *db, void *arg, struct err *err)
{
    struct request *req = arg;
    auto_arena *a = arena_new();
    const char *id = request_param(req, "id"), *note = pairs_get(&req->body, "note");
    struct audit_entry entry = request_audit_entry(req, "campaign", id, "");
    return campaign_publish(db, id, text_cut(a, text_clean(a, note, strlen(note), true), 200), req->session->user_id, a, err) && audit_append(db, &entry, err);
}

bool campaign_publish_post(struct request *req, struct err *err)
{
    struct campaign c;
    if (!campaign_of_request(req, &c, err) || !store_write(app_store(req->app), write_edition, req, err))
        return false;
    reply_flash(req, "新しい版として公開しました。この時点の一覧を残しました。", NULL);
    return reply_redirect(req, "/campaigns/%s", c.id);
}
