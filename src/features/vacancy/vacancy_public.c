/* vacancy_public.c -- the page behind a link or QR code: the office sees what it last said and answers with one tap, without an account.
 *
 * Looking changes nothing (mail scanners look).  An answer is a POST from this page: same site only, and the address itself holds the secret.
 * The form carries the answer's id, so that a double tap is one answer. */
#include "features/vacancy/vacancy_public.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/id.h"
#include "features/facility/facility.h"
#include "features/vacancy/vacancy_view.h"

#include <string.h>

page_body_fn vacancy_public_html, vacancy_done_html;

enum { ANSWERS_AN_HOUR = 20, DONE_HOURS = 24 };

struct visit {
    struct request *req;
    struct office_link link;
    struct facility facility;
    struct vacancy now;      /* as the board shows it */
    struct vacancy_answer answer;
    const char *hour_ago;    /* Japan's wall clock */
};

static bool begin(struct request *req, struct visit *v, struct err *err)
{
    bool known;
    v->req = req;
    if (!office_link_open(req, request_param(req, "secret"), "vacancy", &v->link, err))
        return false;
    request_audit_object(req, "facility", v->link.facility_id, arena_printf(req->arena, "link=%s kind=%s", v->link.id, v->link.kind));
    return facility_find(req->db, v->link.facility_id, req->arena, &v->facility, err) &&
           vacancy_find(req->db, v->link.facility_id, req->arena, &v->now, &known, err);
}

static const char *until_words(const struct vacancy *v, struct arena *a)
{
    return *v->valid_until ? date_wareki(a, date_from_iso(arena_strndup(a, v->valid_until, 10))) : "";
}

static const char *slots_words(const struct vacancy *v, struct arena *a)
{
    return v->slots == FIELD_BLANK ? "" : arena_printf(a, "%ld", v->slots);
}

static bool show(struct visit *v, const struct vacancy *row, const char *form_id, const struct problems *problems)
{
    struct request *req = v->req;
    struct arena *a = req->arena;
    const char *now = now_local(a), *token = request_param(req, "secret");
    struct form form = {.req = req, .set = &vacancy_fields, .row = row, .typed = problems ? &req->body : NULL, .problems = problems,
                        .action = arena_printf(a, "/v/%s", token), .id = form_id, .submit_label = "この内容で送る"};
    struct vacancy_public_view view = {.req = req, .token = token, .csrf = req->session->csrf, .form_id = form_id, .name = v->facility.name,
                                       .status = vacancy_status_words(&v->now, now, a), .night = vacancy_short_words(v->now.night),
                                       .weekend = vacancy_short_words(v->now.weekend), .slots = slots_words(&v->now, a), .conditions = v->now.conditions,
                                       .age = vacancy_age(&v->now, now, a), .until = until_words(&v->now, a), .problem = "",
                                       .answered = *v->now.status, .is_stale = vacancy_is_stale(&v->now, now), .open = problems, .form = &form};
    if (problems && problems->count) {
        view.problem = problems->items[0].sentence;
        req->status = 422;
    }
    struct page page = {.title = "空き・受入れのお知らせ", .no_rail = true};
    return reply_page(req, &page, vacancy_public_html, &view);
}

/* The answer this link gave, as long as it may be taken back. */
static bool find_report(struct visit *v, const char *report_id, struct vacancy_done_view *view, bool *ret_found, struct err *err)
{
    struct arena *a = v->req->arena;
    auto_rows *r = db_query(v->req->db, a, err,
                            "SELECT id, status, valid_until, slots, conditions, undone_at FROM vacancy_report WHERE link_id = $1 AND ($2 = '' OR id = $2) "
                            "ORDER BY id DESC LIMIT 1",
                            TEXT(v->link.id), TEXT(report_id));
    if (!r)
        return false;
    *ret_found = rows_next(r);
    if (*ret_found) {
        view->report_id = rows_text(r, 0);
        view->status = code_label("vacancy_status", rows_text(r, 1));
        view->until = date_wareki(a, date_from_iso(arena_strndup(a, rows_text(r, 2), 10)));
        view->slots = rows_is_null(r, 3) ? "" : arena_printf(a, "%lld", rows_int(r, 3));
        view->conditions = rows_text(r, 4);
        view->undone = *rows_text(r, 5);
    }
    return !rows_failed(r);
}

static bool show_done(struct visit *v, const char *report_id, struct err *err)
{
    struct request *req = v->req;
    struct vacancy_done_view view = {.token = request_param(req, "secret"), .csrf = req->session->csrf, .name = v->facility.name,
                                     .again = !v->link.once || !*v->link.used_at};
    bool found;
    if (!find_report(v, report_id, &view, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "office_link.unknown", "no answer of this link");
    struct page page = {.title = view.undone ? "取り消しました" : "お知らせを受け取りました", .no_rail = true};
    return reply_page(req, &page, vacancy_done_html, &view);
}

bool vacancy_public_page(struct request *req, struct err *err)
{
    struct visit v;
    const char *report = request_query(req, "done");
    if (!begin(req, &v, err))
        return false;
    if (*report || office_link_is_spent(&v.link))
        return show_done(&v, report, err);
    return show(&v, &v.now, id_new(req->arena), NULL);
}

/* ---- answering ---- */

/* 変わりありません: everything as it was, known anew. */
static void same_as_before(struct visit *v)
{
    v->answer.vacancy = v->now;
    v->answer.vacancy.valid_on = v->answer.vacancy.as_of = "";
    v->answer.vacancy.from_on = strcmp(v->now.from_on, now_local(v->req->arena)) > 0 ? v->now.from_on : "";
}

static bool parse(struct visit *v, struct problems *problems)
{
    struct request *req = v->req;
    struct vacancy *row = &v->answer.vacancy;
    field_clear(&vacancy_fields, row);
    row->as_of = "";
    if (!strcmp(pairs_get(&req->body, "status"), "same") && *v->now.status) {
        same_as_before(v);
        return true;
    }
    if (!*pairs_get(&req->body, "status"))
        problem_add(problems, "status", "空き・受入れの大きなボタンのどれかを押してください。");
    return field_parse(&vacancy_fields, &req->body, req->today, row, req->arena, problems) && !problems->count;
}

static bool keep_answer(struct db *db, void *arg, struct err *err)
{
    struct visit *v = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(v->req, "facility", v->link.facility_id,
                                                   arena_printf(v->req->arena, "link=%s report=%s", v->link.id, v->answer.id));
    bool is_new;
    long long lately = db_int(db, err, 0, "SELECT COUNT(*) FROM vacancy_report WHERE link_id = $1 AND as_of > $2", TEXT(v->link.id),
                              TEXT(v->hour_ago));
    if (lately >= ANSWERS_AN_HOUR)
        return err_set(err, ERR_BUSY, "office_link.often", "link=%s", v->link.id);
    if (!vacancy_answer(db, &v->answer, a, &is_new, err))
        return false;
    return !is_new || (office_link_use(db, v->link.id, a, err) && audit_append(db, &entry, err));
}

/* Wall clock an hour ago; past midnight it begins with the day. */
static const char *hour_ago(struct arena *a)
{
    const char *now = now_local(a);
    int hour = (now[11] - '0') * 10 + now[12] - '0';
    return hour ? arena_printf(a, "%.11s%02d%s", now, hour - 1, now + 13) : arena_printf(a, "%.11s00:00", now);
}

bool vacancy_public_post(struct request *req, struct err *err)
{
    struct visit v;
    struct problems problems;
    problems_init(&problems, req->arena);
    if (!begin(req, &v, err))
        return false;
    const char *id = pairs_get(&req->body, "id");
    bool again = id_is_valid(id) && db_int(req->db, err, 0, "SELECT 1 FROM vacancy_report WHERE id = $1 AND link_id = $2", TEXT(id), TEXT(v.link.id));
    if (again) {
        (void)request_audit_entry(req, "facility", v.link.facility_id, ""); /* told with the first sending: nothing is written now */
        return reply_redirect(req, "/v/%s?done=%s", request_param(req, "secret"), id);
    }
    if (office_link_is_spent(&v.link))
        return err_set(err, ERR_CONFLICT, "office_link.used", "link=%s", v.link.id);
    v.answer = (struct vacancy_answer){.id = id_is_valid(id) ? id : id_new(req->arena), .link_id = v.link.id, .user_id = ""};
    if (!parse(&v, &problems))
        return show(&v, &v.answer.vacancy, v.answer.id, &problems);
    v.answer.vacancy.facility_id = v.link.facility_id;
    v.answer.vacancy.channel = v.link.kind;
    v.hour_ago = hour_ago(req->arena);
    return store_write(app_store(req->app), keep_answer, &v, err) && reply_redirect(req, "/v/%s?done=%s", request_param(req, "secret"), v.answer.id);
}

/* ---- taking back ---- */

static bool take_back(struct db *db, void *arg, struct err *err)
{
    struct visit *v = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(v->req, "facility", v->link.facility_id,
                                                   arena_printf(v->req->arena, "link=%s undone=%s", v->link.id, v->answer.id));
    return vacancy_undo(db, v->link.facility_id, v->answer.id, a, err) && office_link_give_back(db, v->link.id, err) && audit_append(db, &entry, err);
}

bool vacancy_public_undo(struct request *req, struct err *err)
{
    struct visit v;
    if (!begin(req, &v, err))
        return false;
    v.answer.id = pairs_get(&req->body, "report");
    /* Only what this very link said, and only for a day. */
    const char *since = arena_printf(req->arena, "%s%s", date_iso(req->arena, date_add_days(req->today, -DONE_HOURS / 24)), now_local(req->arena) + 10);
    if (!db_int(req->db, err, 0, "SELECT 1 FROM vacancy_report WHERE id = $1 AND link_id = $2 AND as_of >= $3 AND undone_at = ''", TEXT(v.answer.id),
                TEXT(v.link.id), TEXT(since)))
        return err->kind ? false : err_set(err, ERR_NOT_FOUND, "vacancy.no_answer", "report of another link");
    return store_write(app_store(req->app), take_back, &v, err) && reply_redirect(req, "/v/%s?done=%s", request_param(req, "secret"), v.answer.id);
}
