/* vacancy_pages.c -- one office's page: what it says, what it said before, what was heard on the telephone, how it is asked; and the days for
 * which answers count. */
#include "features/vacancy/vacancy_pages.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/id.h"
#include "base/json.h"
#include "features/account/account.h"
#include "features/area/area.h"
#include "features/facility/facility.h"
#include "features/vacancy/vacancy_ask.h"
#include "features/vacancy/vacancy_call.h"
#include "features/vacancy/vacancy_store.h"
#include "features/vacancy/vacancy_view.h"

#include <stdlib.h>
#include <string.h>

page_body_fn vacancy_panel_html, vacancy_settings_html, vacancy_show_html;

enum { EVENTS = 30 };

static const char *local_label(const char *local, struct arena *a)
{
    return arena_printf(a, "%s %s", date_wareki(a, date_from_iso(arena_strndup(a, local, 10))), strlen(local) > 11 ? local + 11 : "");
}

static const char *channel_label(const char *channel)
{
    static const char *const labels[][2] = {{"mail", "メールのリンクで"}, {"fax", "FAX用紙のQRコードで"}, {"paper", "印刷したQRコードで"},
                                            {"phone", "電話で聞いて"}, {"staff", "担当者が"}};
    for (size_t i = 0; i < COUNT(labels); i++)
        if (!strcmp(channel, labels[i][0]))
            return labels[i][1];
    return "";
}

static bool read_events(struct request *req, const char *id, struct vacancy_show_view *v, struct err *err)
{
    struct arena *a = req->arena;
    struct vacancy_event *events = NEW_ARRAY(a, EVENTS, struct vacancy_event);
    auto_rows *r = db_query(req->db, a, err,
                            "SELECT as_of, status, night, weekend, slots, conditions, channel, user_id, undone_at, id FROM vacancy_report WHERE facility_id IN "
                            "(SELECT m.id FROM facility m WHERE m.id = $1 OR (m.merged_into <> '' AND m.merged_into = $1)) ORDER BY as_of DESC, id DESC LIMIT 30",
                            TEXT(facility_shown_id(req->db, id, a)));
    for (; r && v->event_count < EVENTS && rows_next(r); v->event_count++) {
        const char *slots = rows_is_null(r, 4) ? "" : arena_printf(a, "　空き%lld", rows_int(r, 4));
        events[v->event_count] = (struct vacancy_event){
            local_label(rows_text(r, 0), a),
            arena_printf(a, "%s（夜間 %s、土日・祝日 %s）%s　%s", vacancy_short_words(rows_text(r, 1)), vacancy_short_words(rows_text(r, 2)), vacancy_short_words(rows_text(r, 3)),
                         slots, rows_text(r, 5)),
            arena_printf(a, "%s%s", channel_label(rows_text(r, 6)), *rows_text(r, 7) ? account_display_name(req->db, rows_text(r, 7), a) : "事業所"),
            *rows_text(r, 8) ? "取り消されました" : "", rows_text(r, 9)};
    }
    v->events = events;
    return r && !rows_failed(r);
}

static bool read_links(struct request *req, const char *id, struct vacancy_show_view *v, struct err *err)
{
    struct office_link *links;
    struct arena *a = req->arena;
    if (!office_link_list(req->db, "vacancy", id, a, &links, &v->link_count, err))
        return false;
    struct vacancy_link_line *lines = NEW_ARRAY(a, v->link_count + 1, struct vacancy_link_line);
    const char *now = now_utc(a);
    for (size_t i = 0; i < v->link_count; i++) {
        const struct office_link *l = &links[i];
        bool works = !*l->ended_at && strcmp(l->ends_at, now) > 0 && !office_link_is_spent(l);
        const char *state = *l->ended_at ? "止めました" : !works && *l->used_at ? "回答済み" : !works ? "期限切れ" : *l->used_at ? "使われています" : *l->opened_at ? "開かれました" : "まだ開かれていません";
        lines[i] = (struct vacancy_link_line){l->id, office_link_kind_find(l->kind)->label, state, utc_to_local_label(a, l->ends_at), works};
    }
    v->links = lines;
    return true;
}

/* What the forms show: `answer` and `contact` as typed when they were refused. */
struct shown {
    const struct problems *answer_problems, *contact_problems;
    const char *form_id;
};

static bool show(struct request *req, const char *id, const struct shown *s, struct err *err)
{
    struct arena *a = req->arena;
    struct facility f;
    struct vacancy now;
    struct office_contact contact;
    struct vacancy_show_view v = {.req = req, .id = id, .csrf = req->session->csrf, .base = arena_printf(a, "/vacancies/%s", id), .may_write = request_may(req, PERM_DIRECTORY_WRITE),
                                  .mail_is_set = office_mail_is_set(req->app)};
    const char *clock = now_local(a);
    if (!facility_find(req->db, id, a, &f, err) || !vacancy_find(req->db, id, a, &now, &v.known, err) ||
        !office_contact_find(req->db, id, a, &contact, err) || !read_events(req, id, &v, err) || !read_links(req, id, &v, err) ||
        !vacancy_calls_read(req, id, &v, err))
        return false;
    struct form answer = {.req = req, .set = &vacancy_fields, .row = &now, .typed = s->answer_problems ? &req->body : NULL, .problems = s->answer_problems,
                          .action = v.base, .id = s->form_id, .submit_label = "聞いた内容を登録する"};
    struct form contact_form = {.req = req, .set = &office_contact_fields, .row = &contact, .typed = s->contact_problems ? &req->body : NULL,
                                .problems = s->contact_problems, .action = arena_printf(a, "%s/contact", v.base), .submit_label = "連絡の方法を保存する"};
    if (s->answer_problems || s->contact_problems)
        req->status = 422;
    v.form = &answer;
    v.contact = &contact_form;
    v.name = f.name;
    v.phone = f.phone;
    v.service = vacancy_service_label(*now.service ? now.service : *f.service_code ? f.service_code : f.kind);
    v.area = area_label(req->db, f.area_code, a);
    v.status = vacancy_status_words(&now, clock, a);
    v.night = vacancy_short_words(now.night);
    v.weekend = vacancy_short_words(now.weekend);
    v.slots = now.slots == FIELD_BLANK ? "" : arena_printf(a, "%ld", now.slots);
    v.conditions = now.conditions;
    v.from = *now.from_on ? date_wareki(a, date_from_iso(now.from_on)) : "";
    v.age = vacancy_age(&now, clock, a);
    v.until = *now.valid_until ? date_wareki(a, date_from_iso(arena_strndup(a, now.valid_until, 10))) : "";
    v.is_stale = vacancy_is_stale(&now, clock);
    v.may_mail = *contact.mail;
    static const struct crumb crumbs[] = {{"空き・新規受入", "/vacancies"}};
    struct page page = {.title = f.name, .section = "/vacancies", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, vacancy_show_html, &v);
}

static bool reply_vacancy_json(struct request *req, const char *id, struct err *err)
{
    struct vacancy v;
    struct json j;
    bool known;
    if (!vacancy_find(req->db, id, req->arena, &v, &known, err))
        return false;
    if (!known)
        return err_set(err, ERR_NOT_FOUND, "facility.unknown", "not on the board");
    json_init(&j, &req->out);
    json_open(&j, '{');
    const char *const texts[][2] = {{"facility_id", v.facility_id}, {"area_code", v.area_code}, {"service", v.service}, {"status", v.status},
                                    {"night", v.night}, {"weekend", v.weekend}, {"conditions", v.conditions}, {"from_on", v.from_on},
                                    {"as_of", v.as_of}, {"valid_until", v.valid_until}, {"channel", v.channel}};
    for (size_t i = 0; i < COUNT(texts); i++)
        json_pair(&j, texts[i][0], *texts[i][1] ? texts[i][1] : NULL);
    json_key(&j, "slots");
    if (v.slots == FIELD_BLANK)
        json_none(&j);
    else
        json_int(&j, v.slots);
    json_key(&j, "is_stale");
    json_bool(&j, vacancy_is_stale(&v, now_local(req->arena)));
    json_close(&j, '}');
    return reply_json(req, 200);
}

bool vacancy_show_page(struct request *req, struct err *err)
{
    const char *id = request_param(req, "id");
    if (req->api)
        return reply_vacancy_json(req, id, err);
    return show(req, id, &(struct shown){.form_id = id_new(req->arena)}, err);
}

bool vacancy_panel(struct buf *out, struct request *req, const char *facility_id, struct err *err)
{
    struct vacancy v;
    bool known;
    const char *now = now_local(req->arena);
    if (!request_may(req, PERM_DIRECTORY_READ))
        return true;
    if (!vacancy_find(req->db, facility_id, req->arena, &v, &known, err))
        return false;
    struct vacancy_panel_view view = {.url = arena_printf(req->arena, "/vacancies/%s", facility_id), .status = vacancy_status_words(&v, now, req->arena),
                                      .night = vacancy_short_words(v.night), .weekend = vacancy_short_words(v.weekend), .conditions = v.conditions,
                                      .age = vacancy_age(&v, now, req->arena), .is_stale = vacancy_is_stale(&v, now),
                                      .may_write = request_may(req, PERM_DIRECTORY_WRITE)};
    if (known || view.may_write)
        vacancy_panel_html(out, &view);
    return true;
}

/* Mail asks by itself; the others wait for a person. */
bool vacancy_today(struct request *req, struct today_list *list, struct err *err)
{
    if (req->scope.kind != SCOPE_OFFICE || !request_may(req, PERM_DIRECTORY_WRITE))
        return true;
    struct err failed = {0};
    long long count = db_int(req->db, &failed, 0,
                             "SELECT COUNT(*) FROM vacancy c LEFT JOIN office_contact k ON k.facility_id = c.facility_id WHERE c.valid_until < $1 "
                             "AND (k.channel IS NULL OR k.channel <> 'mail' OR c.asked_count >= 3) AND c.area_code IN (SELECT code FROM area WHERE path LIKE $2 || '%')",
                             TEXT(now_local(req->arena)), TEXT(req->session->area_path));
    if (failed.kind)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    if (count)
        today_add(list, (struct today_item){.group = "空き・受入れ", .title = arena_printf(req->arena, "情報が古くなった事業所が%lld件あります", count),
                                            .detail = "電話やFAXで聞き直してください", .url = "/vacancies/calls", .due_on = ""});
    return true;
}

/* ---- writing ---- */

struct writing {
    struct request *req;
    const char *id, *other; /* other: the answer, link or call it is about */
    struct vacancy_answer answer;
    struct office_contact contact;
    bool (*run)(struct db *db, struct writing *w, struct arena *a, struct err *err);
};

static bool write_it(struct db *db, void *arg, struct err *err)
{
    struct writing *w = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(w->req, "facility", w->id, w->other ? w->other : "");
    return w->run(db, w, a, err) && audit_append(db, &entry, err);
}

static bool save(struct writing *w, const char *sentence, const char *undo_url, struct err *err)
{
    if (!store_write(app_store(w->req->app), write_it, w, err))
        return false;
    if (w->req->api) {
        w->req->status = 204;
        return true;
    }
    reply_flash(w->req, sentence, undo_url);
    return reply_redirect(w->req, "/vacancies/%s", w->id);
}

static bool write_answer(struct db *db, struct writing *w, struct arena *a, struct err *err)
{
    bool is_new;
    return vacancy_answer(db, &w->answer, a, &is_new, err);
}

bool vacancy_save_post(struct request *req, struct err *err)
{
    struct problems problems;
    struct writing w = {.req = req, .id = request_param(req, "id"), .run = write_answer};
    const char *id = pairs_get(&req->body, "id");
    problems_init(&problems, req->arena);
    field_clear(&vacancy_fields, &w.answer.vacancy);
    w.answer.id = w.other = id_is_valid(id) ? id : id_new(req->arena);
    if (!field_parse(&vacancy_fields, &req->body, req->today, &w.answer.vacancy, req->arena, &problems))
        return req->api ? reply_problems(req, &problems) : show(req, w.id, &(struct shown){.answer_problems = &problems, .form_id = w.answer.id}, err);
    w.answer.link_id = "";
    w.answer.user_id = req->session->user_id;
    w.answer.vacancy.facility_id = w.id;
    w.answer.vacancy.as_of = "";
    w.answer.vacancy.channel = "phone";
    return save(&w, "空き・受入れを登録しました。", arena_printf(req->arena, "/vacancies/%s/undo?report=%s", w.id, w.answer.id), err);
}

static bool write_undo(struct db *db, struct writing *w, struct arena *a, struct err *err)
{
    return vacancy_undo(db, w->id, w->other, a, err);
}

bool vacancy_undo_post(struct request *req, struct err *err)
{
    struct writing w = {.req = req, .id = request_param(req, "id"), .other = request_query(req, "report"), .run = write_undo};
    return save(&w, "取り消しました。その前の登録にもどっています。", NULL, err);
}

static bool write_contact(struct db *db, struct writing *w, struct arena *a, struct err *err)
{
    return vacancy_watch(db, w->id, a, err) && office_contact_save(db, &w->contact, w->req->session->user_id, a, err);
}

bool vacancy_contact_post(struct request *req, struct err *err)
{
    struct problems problems;
    struct writing w = {.req = req, .id = request_param(req, "id"), .run = write_contact};
    problems_init(&problems, req->arena);
    field_clear(&office_contact_fields, &w.contact);
    if (!field_parse(&office_contact_fields, &req->body, req->today, &w.contact, req->arena, &problems))
        return req->api ? reply_problems(req, &problems)
                        : show(req, w.id, &(struct shown){.contact_problems = &problems, .form_id = id_new(req->arena)}, err);
    w.contact.facility_id = w.id;
    return save(&w, "連絡の方法を保存しました。", NULL, err);
}

static bool write_call(struct db *db, struct writing *w, struct arena *a, struct err *err)
{
    const struct session *s = w->req->session;
    struct vacancy_call call = {.id = w->other, .facility_id = w->id, .band = pairs_get(&w->req->body, "band"),
                                .answer = pairs_get(&w->req->body, "answer"), .office_id = s->office_id, .area_code = s->area_code,
                                .user_id = s->user_id, .called_at = now_local(a)};
    return vacancy_call_keep(db, &call, a, err);
}

bool vacancy_call_post(struct request *req, struct err *err)
{
    const char *id = pairs_get(&req->body, "call");
    struct writing w = {.req = req, .id = request_param(req, "id"), .other = id_is_valid(id) ? id : id_new(req->arena), .run = write_call};
    return save(&w, "電話の結果を残しました。", NULL, err);
}

static bool write_question(struct db *db, struct writing *w, struct arena *a, struct err *err)
{
    return vacancy_ask_by_mail(db, w->id, w->req->session->user_id, a, err);
}

bool vacancy_ask_post(struct request *req, struct err *err)
{
    struct writing w = {.req = req, .id = request_param(req, "id"), .run = write_question};
    return save(&w, office_mail_is_set(req->app) ? "メールを送ります。数分で届きます。" : "メールを送る設定がまだないため、送信待ちにしました。", NULL, err);
}

static bool write_link_end(struct db *db, struct writing *w, struct arena *a, struct err *err)
{
    return office_link_end(db, "vacancy", w->id, w->other, a, err);
}

bool vacancy_links_post(struct request *req, struct err *err)
{
    const char *link = pairs_get(&req->body, "link");
    struct writing w = {.req = req, .id = request_param(req, "id"), .other = id_is_valid(link) ? link : "", .run = write_link_end};
    return save(&w, "止めました。そのリンクやQRコードはもう使えません。", NULL, err);
}

/* ---- the days ---- */

static bool is_service(const char *code)
{
    return code_find(code_list_find("care_service"), code) || code_find(code_list_find("facility_kind"), code);
}

static bool is_days(const char *typed)
{
    long days = atol(typed);
    return *typed && strspn(typed, "0123456789") == strlen(typed) && days >= 1 && days <= 90;
}

static const char *shown_days(struct request *req, const char *service, struct err *err)
{
    const char *name = arena_printf(req->arena, "days.%s", service);
    return pairs_has(&req->body, name) ? pairs_get(&req->body, name) : arena_printf(req->arena, "%ld", vacancy_days(req->db, service, err));
}

static bool show_settings(struct request *req, const char *problem, struct err *err)
{
    static const char *const lists[] = {"facility_kind", "care_service"};
    struct vacancy_settings_view v = {.csrf = req->session->csrf, .problem = problem};
    struct vacancy_days_line *lines = NEW_ARRAY(req->arena, code_list_find(lists[0])->count + code_list_find(lists[1])->count, struct vacancy_days_line);
    for (size_t k = 0; k < COUNT(lists); k++)
        for (size_t i = 0; i < code_list_find(lists[k])->count; i++) {
            const struct code *c = &code_list_find(lists[k])->codes[i];
            if (!strcmp(c->code, "care") || !strcmp(c->code, "other"))
                continue;
            const char *days = shown_days(req, c->code, err);
            lines[v.count++] = (struct vacancy_days_line){c->code, c->label, days, !is_days(days)};
        }
    v.lines = lines;
    if (*problem)
        req->status = 422;
    static const struct crumb crumbs[] = {{"空き・新規受入", "/vacancies"}};
    struct page page = {.title = "空き・受入れの情報が有効な日数", .section = "/vacancies", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return !err->kind && reply_page(req, &page, vacancy_settings_html, &v);
}

bool vacancy_settings_page(struct request *req, struct err *err)
{
    return show_settings(req, "", err);
}

static bool write_days(struct db *db, void *arg, struct err *err)
{
    const struct request *req = arg;
    struct audit_entry entry = request_audit_entry(req, "setting", "vacancy_expiry", "");
    for (size_t i = 0; i < req->body.count; i++) {
        const struct pair *p = &req->body.items[i];
        if (strncmp(p->name, "days.", 5))
            continue;
        if (db_run(db, err, "INSERT INTO vacancy_expiry (service, days) VALUES ($1, $2) ON CONFLICT (service) DO UPDATE SET days = $2",
                   TEXT(p->name + 5), INT(atol(p->value))) < 0)
            return false;
    }
    return audit_append(db, &entry, err);
}

bool vacancy_settings_post(struct request *req, struct err *err)
{
    for (size_t i = 0; i < req->body.count; i++) {
        const struct pair *p = &req->body.items[i];
        if (!strncmp(p->name, "days.", 5) && (!is_service(p->name + 5) || !is_days(p->value)))
            return show_settings(req, "日数は1から90までの数で入れてください。", err);
    }
    if (!store_write(app_store(req->app), write_days, req, err))
        return false;
    reply_flash(req, "保存しました。次に届く回答から、この日数になります。", NULL);
    return reply_redirect(req, "/vacancies/settings");
}
