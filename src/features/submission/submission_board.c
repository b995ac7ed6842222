/* submission_board.c -- what has been handed in and what has not: the room's list of forms, the bureau's board of rooms, and both on きょう. */
#include "features/submission/submission_pages.h"

#include "base/count.h"
#include "features/area/area.h"
#include "features/organization/organization.h"
#include "features/submission/submission.h"
#include "features/submission/submission_view.h"
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

void submission_board_html(struct buf *out, const void *view);

static bool is_own(const struct request *req)
{
    return req->scope.kind == SCOPE_OFFICE;
}

/* The period of the form that holds the month. */
static struct period form_period(const struct submission_form *form, struct period month)
{
    return period_of(form->period, month.first);
}

/* The newest editions of the month's forms, within what the user sees: one query for all rooms. */
static bool read_month(struct request *req, struct period month, struct submission_list *ret, struct err *err)
{
    const char *periods[] = {period_id(req->arena, month), period_id(req->arena, period_of(PERIOD_TRIMESTER, month.first)),
                             period_id(req->arena, period_of(PERIOD_YEAR, month.first))};
    return submission_list(req->db, &req->scope, periods, COUNT(periods), req->arena, ret, err);
}

static void board_cell(struct request *req, const struct submission_list *all, const struct submission_form *form, const char *office_id,
                       struct period month, struct board_cell *cell, bool *ret_late)
{
    struct arena *a = req->arena;
    struct period p = form_period(form, month);
    const char *period = period_id(a, p);
    const struct submission none = {.edition = 1}, *found = submission_in(all, office_id, form->number, period), *s = found ? found : &none;
    *ret_late = submission_is_late(s, form, p, req->today);
    bool not_yet = s->state == SUBMISSION_NONE && date_compare(req->today, p.last) <= 0;
    cell->url = arena_printf(a, "/submissions/%d/%s%s%s", form->number, period, is_own(req) ? "" : "?office=", is_own(req) ? "" : office_id);
    cell->state = not_yet ? "期間中" : submission_status_text(s->state, *ret_late, a);
    cell->status_class = not_yet ? "" : submission_status_class(s->state, *ret_late);
    cell->due = arena_printf(a, "期限 %s", date_wareki_short(a, submission_due_on(form, p)));
    cell->step = not_yet ? BOARD_RUNNING : *ret_late ? BOARD_LATE : submission_is_handed_in(s) ? BOARD_HANDED_IN : BOARD_OPEN;
}

static bool add_late(struct request *req, struct board_view *v, struct err *err);

/* The room's own view: a line per form. */
static bool board_of_room(struct request *req, struct period month, struct board_view *v, struct err *err)
{
    struct arena *a = req->arena;
    struct submission_list all;
    if (!read_month(req, month, &all, err))
        return false;
    static const char *heads[] = {"様式", "状態", "提出方法"};
    v->heads = heads;
    v->head_count = COUNT(heads);
    v->lines = NEW_ARRAY(a, submission_form_count, struct board_line);
    for (size_t i = 0; i < submission_form_count; i++) {
        const struct submission_form *f = &submission_forms[i];
        struct board_line *l = &v->lines[v->line_count++];
        *l = (struct board_line){arena_printf(a, "様式%d %s", f->number, f->title), period_label(a, form_period(f, month)),
                                 NEW_ARRAY(a, 2, struct board_cell), 2, ""};
        bool late;
        board_cell(req, &all, f, req->session->office_id, month, &l->cells[0], &late);
        l->cells[1] = (struct board_cell){.url = "", .state = f->delivery, .status_class = "", .due = ""};
        v->late_count += late;
    }
    v->lead = "月が終わったら、上から順に確認して提出します。数字は記録から自動で集計されます。";
    return add_late(req, v, err);
}

/* ---- what is past its day, by whom ---- */

/* How many periods back somebody is still reminded. */
static int periods_back(enum period_kind kind)
{
    return kind == PERIOD_MONTH ? 3 : kind == PERIOD_TRIMESTER ? 2 : 1;
}

struct late_list {
    struct arena *a;
    struct late_line *lines;
    size_t count, room;
};

/* The consultation rooms that this user looks after, a room's own only, and the names of their wards. */
struct rooms {
    struct office *items;
    const char **places;
    size_t count;
};

static bool read_rooms(struct request *req, struct date on, struct rooms *ret, struct err *err)
{
    struct arena *a = req->arena;
    struct area *wards = NULL;
    size_t ward_count = 0;
    if (!office_list(req->db, "consultation_room", req->scope.area_path, date_iso(a, on), a, &ret->items, &ret->count, err) ||
        !area_children(req->db, req->scope.area_code, a, &wards, &ward_count, err))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < ret->count; i++)
        if (!is_own(req) || !strcmp(ret->items[i].id, req->session->office_id))
            ret->items[kept++] = ret->items[i];
    ret->count = kept;
    ret->places = NEW_ARRAY(a, ret->count + 1, const char *);
    for (size_t i = 0; i < ret->count; i++) {
        for (size_t k = 0; k < ward_count && !ret->places[i]; k++)
            if (!strcmp(wards[k].code, ret->items[i].area_code))
                ret->places[i] = wards[k].name;
        if (!ret->places[i])
            ret->places[i] = area_name(req->db, ret->items[i].area_code, a);
    }
    return true;
}

static void late_add(struct late_list *l, const struct submission_form *f, struct period p, struct date today, const struct office *o,
                     const char *place)
{
    const char *period = period_id(l->a, p);
    for (size_t i = 0; i < l->count; i++)
        if (!strcmp(l->lines[i].office_id, o->id) && !strcmp(l->lines[i].period_id, period)) {
            l->lines[i].forms = arena_printf(l->a, "%s・%d", l->lines[i].forms, f->number);
            return;
        }
    if (l->count == l->room)
        return;
    struct date due = submission_due_on(f, p);
    l->lines[l->count++] = (struct late_line){
        .office_id = o->id, .place = place, .period = period_label(l->a, p), .period_id = period, .forms = arena_printf(l->a, "様式%d", f->number),
        .url = arena_printf(l->a, "/submissions/%d/%s?office=%s", f->number, period, o->id), .due_on = date_iso(l->a, due),
        .due = date_wareki_short(l->a, due), .age = arena_printf(l->a, "%d日すぎ", date_days_between(due, today))};
}

static int by_due(const void *x, const void *y)
{
    const struct late_line *a = x, *b = y;
    int order = strcmp(b->due_on, a->due_on);
    return order ? order : strcmp(a->place, b->place);
}

/* The periods somebody is still reminded of, of every kind of form; at most six. */
static size_t late_periods(struct request *req, const char *periods[6])
{
    static const enum period_kind kinds[] = {PERIOD_MONTH, PERIOD_TRIMESTER, PERIOD_YEAR};
    size_t n = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct period p = period_before(period_of(kinds[i], req->today));
        for (int back = 0; back < periods_back(kinds[i]); back++, p = period_before(p))
            periods[n++] = period_id(req->arena, p);
    }
    return n;
}

static void late_of_form(struct request *req, const struct rooms *rooms, const struct submission_list *all, const struct submission_form *f,
                         struct late_list *l)
{
    struct period p = period_before(period_of(f->period, req->today));
    for (int back = 0; back < periods_back(f->period); back++, p = period_before(p)) {
        if (date_compare(submission_due_on(f, p), req->today) >= 0)
            continue;
        const char *period = period_id(req->arena, p), *first = date_iso(req->arena, p.first);
        for (size_t k = 0; k < rooms->count; k++) {
            const struct submission *s = submission_in(all, rooms->items[k].id, f->number, period);
            bool done = s && (submission_is_handed_in(s) || s->edition > 1);
            if (!done && strcmp(rooms->items[k].active_from, first) <= 0)
                late_add(l, f, p, req->today, &rooms->items[k], rooms->places[k]);
        }
    }
}

static bool late_read(struct request *req, struct late_list *l, struct err *err)
{
    struct rooms rooms;
    struct submission_list all;
    const char *periods[6];
    size_t count = late_periods(req, periods);
    if (!read_rooms(req, req->today, &rooms, err) || !submission_list(req->db, &req->scope, periods, count, req->arena, &all, err))
        return false;
    *l = (struct late_list){.a = req->arena, .room = rooms.count * 8};
    l->lines = NEW_ARRAY(req->arena, l->room + 1, struct late_line);
    for (size_t i = 0; i < submission_form_count; i++)
        late_of_form(req, &rooms, &all, &submission_forms[i], l);
    if (l->count)
        qsort(l->lines, l->count, sizeof *l->lines, by_due);
    return true;
}

static bool add_late(struct request *req, struct board_view *v, struct err *err)
{
    struct late_list late;
    if (!late_read(req, &late, err))
        return false;
    v->late = late.lines;
    v->late_lines = late.count;
    return true;
}

/* ---- what waits for the bureau ---- */

enum { WAITING_SHOWN = 200 };

static bool waiting_read(struct request *req, struct board_view *v, struct err *err)
{
    struct arena *a = req->arena;
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT c.office_id, w.name, c.form_number, c.period, c.edition, c.submitted_on FROM submission c"
                  " JOIN area w ON w.code = c.area_code WHERE c.state = ?",
              TEXT(submission_state_name(SUBMISSION_SUBMITTED)));
    query_scope(&q, &req->scope, "c");
    query_add(&q, " ORDER BY c.submitted_on, c.period, c.area_code, c.form_number LIMIT ?", INT(WAITING_SHOWN));
    v->waiting = NEW_ARRAY(a, WAITING_SHOWN, struct waiting_line);
    auto_rows *rows = query_run(&q, req->db, a, err);
    while (rows && rows_next(rows)) {
        const struct submission_form *f = submission_form_find((int)rows_int(rows, 2));
        struct period p;
        if (!f || !period_parse(rows_text(rows, 3), &p))
            continue;
        v->waiting[v->waiting_count++] = (struct waiting_line){
            .place = rows_text(rows, 1), .period = period_label(a, p),
            .form = arena_printf(a, "様式%d %s%s", f->number, f->title, rows_int(rows, 4) > 1 ? "（訂正版）" : ""),
            .submitted_on = date_wareki_short(a, date_from_iso(rows_text(rows, 5))),
            .url = arena_printf(a, "/submissions/%d/%s?office=%s", f->number, rows_text(rows, 3), rows_text(rows, 0))};
    }
    return rows && !rows_failed(rows);
}

/* "■期限切れ2 ▲未提出3 ●提出済み3": how far a room is, without opening its forms. */
static const char *summary_of(const struct board_line *l, struct arena *a)
{
    static const char *const labels[BOARD__COUNT] = {"期間中", "▲未提出", "■期限切れ", "●提出済み"};
    static const enum board_step order[] = {BOARD_LATE, BOARD_OPEN, BOARD_HANDED_IN, BOARD_RUNNING};
    size_t counts[BOARD__COUNT] = {0};
    const char *text = "";
    for (size_t k = 0; k < l->cell_count; k++)
        counts[l->cells[k].step]++;
    for (size_t i = 0; i < COUNT(order); i++)
        if (counts[order[i]])
            text = arena_printf(a, "%s%s%s %zu", text, *text ? "　" : "", labels[order[i]], counts[order[i]]);
    return text;
}

/* The city's view: a line per room, a column per form. */
static bool board_of_rooms(struct request *req, struct period month, struct board_view *v, struct err *err)
{
    struct arena *a = req->arena;
    struct rooms rooms;
    struct submission_list all;
    if (!read_rooms(req, month.last, &rooms, err) || !read_month(req, month, &all, err))
        return false;
    const char **heads = NEW_ARRAY(a, submission_form_count + 1, const char *);
    heads[0] = "相談支援室";
    for (size_t k = 0; k < submission_form_count; k++)
        heads[k + 1] = arena_printf(a, "様式%d", submission_forms[k].number);
    v->heads = heads;
    v->head_count = submission_form_count + 1;
    v->by_room = true;
    v->lines = NEW_ARRAY(a, rooms.count, struct board_line);
    for (size_t i = 0; i < rooms.count; i++) {
        struct board_line *l = &v->lines[v->line_count++];
        *l = (struct board_line){rooms.places[i], "", NEW_ARRAY(a, submission_form_count, struct board_cell), submission_form_count, ""};
        for (size_t k = 0; k < submission_form_count; k++) {
            bool late;
            board_cell(req, &all, &submission_forms[k], rooms.items[i].id, month, &l->cells[k], &late);
            l->cells[k].due = "";
            if (late)
                l->cells[k].state = "■期限切れ";
            v->late_count += late;
        }
        l->summary = summary_of(l, a);
    }
    v->lead = "各区の相談支援室から届く様式です。状態を押すと中身が開きます。";
    return add_late(req, v, err) && (!request_may(req, PERM_FORM_RECEIVE) || waiting_read(req, v, err));
}

bool submission_board_page(struct request *req, struct err *err)
{
    struct arena *a = req->arena;
    struct period month;
    const char *asked = request_query(req, "month");
    if (!*asked || !period_parse(asked, &month) || month.kind != PERIOD_MONTH)
        month = period_before(period_of(PERIOD_MONTH, req->today));
    struct board_view v = {.month = period_id(a, month),
                           .month_label = period_label(a, month),
                           .previous = period_id(a, period_before(month)),
                           .next = period_id(a, period_after(month)),
                           .show_waiting = !strcmp(request_query(req, "show"), "waiting")};
    bool done = is_own(req) ? board_of_room(req, month, &v, err) : board_of_rooms(req, month, &v, err);
    if (!done)
        return false;
    struct page page = {.title = "提出する様式", .section = "/submissions", .wide = true};
    return reply_page(req, &page, submission_board_html, &v);
}

/* ---- きょう ---- */

/* What is owed for periods before the `listed` ones. */
static bool today_of_earlier(struct request *req, const char *const *listed, size_t listed_count, struct today_list *list, struct err *err)
{
    struct late_list late;
    if (!late_read(req, &late, err))
        return false;
    for (size_t i = 0; i < late.count; i++) {
        const struct late_line *l = &late.lines[i];
        bool is_listed = false;
        for (size_t k = 0; k < listed_count; k++)
            is_listed = is_listed || !strcmp(l->period_id, listed[k]);
        if (!is_listed)
            today_add(list, (struct today_item){.group = "提出", .title = l->forms, .detail = arena_printf(req->arena, "%s分　%s", l->period, l->age),
                                                .url = "/submissions#overdue", .due_on = l->due_on, .overdue = true});
    }
    return true;
}

static bool today_of_room(struct request *req, struct today_list *list, struct err *err)
{
    struct arena *a = req->arena;
    const char *periods[] = {period_id(a, period_before(period_of(PERIOD_MONTH, req->today))),
                             period_id(a, period_before(period_of(PERIOD_TRIMESTER, req->today))),
                             period_id(a, period_before(period_of(PERIOD_YEAR, req->today)))};
    struct submission_list all;
    if (!submission_list(req->db, &req->scope, periods, COUNT(periods), a, &all, err))
        return false;
    for (size_t i = 0; i < submission_form_count; i++) {
        const struct submission_form *f = &submission_forms[i];
        struct period p = period_before(period_of(f->period, req->today));
        const struct submission *found = submission_in(&all, req->session->office_id, f->number, period_id(a, p));
        if (found && submission_is_handed_in(found))
            continue;
        enum submission_state state = found ? found->state : SUBMISSION_NONE;
        bool confirm = request_may(req, PERM_FORM_CONFIRM) && submission_may(state, STEP_CONFIRM);
        struct date due = submission_due_on(f, p);
        today_add(list, (struct today_item){
                            .group = confirm ? "確認待ち" : "提出",
                            .title = arena_printf(a, "様式%d %s", f->number, f->title),
                            .detail = arena_printf(a, "%s　%s", period_label(a, p), submission_state_label(state)),
                            .url = arena_printf(a, "/submissions/%d/%s", f->number, period_id(a, p)),
                            .due_on = date_iso(a, due),
                            .overdue = date_compare(due, req->today) < 0,
                        });
    }
    return today_of_earlier(req, periods, COUNT(periods), list, err);
}

static bool today_of_bureau(struct request *req, struct today_list *list, struct err *err)
{
    struct arena *a = req->arena;
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT COUNT(*) FROM submission c WHERE c.state = ?", TEXT(submission_state_name(SUBMISSION_SUBMITTED)));
    query_scope(&q, &req->scope, "c");
    auto_rows *rows = query_run(&q, req->db, a, err);
    if (!rows || !rows_next(rows))
        return false;
    if (rows_int(rows, 0))
        today_add(list, (struct today_item){.group = "受領待ち",
                                            .title = arena_printf(a, "提出された様式 %lld件", rows_int(rows, 0)),
                                            .detail = "受領するか、理由を書いて差し戻します",
                                            .url = "/submissions?show=waiting",
                                            .due_on = ""});
    struct late_list late;
    if (!late_read(req, &late, err))
        return false;
    enum { SHOWN = 10 };
    for (size_t i = 0; i < late.count && i < SHOWN; i++)
        today_add(list, (struct today_item){.group = "期限を過ぎた様式",
                                            .title = arena_printf(a, "%s　%s", late.lines[i].place, late.lines[i].forms),
                                            .detail = arena_printf(a, "%s分が届いていません（%s）", late.lines[i].period, late.lines[i].age),
                                            .url = late.lines[i].url,
                                            .due_on = late.lines[i].due_on,
                                            .overdue = true});
    if (late.count > SHOWN)
        today_add(list, (struct today_item){.group = "期限を過ぎた様式",
                                            .title = arena_printf(a, "ほかに%zu件あります", late.count - SHOWN),
                                            .detail = "提出の画面で、どの区の何が届いていないかを一覧にしています",
                                            .url = "/submissions",
                                            .due_on = ""});
    return true;
}

bool submission_today(struct request *req, struct today_list *list, struct err *err)
{
    if (is_own(req) && request_may(req, PERM_FORM_WRITE))
        return today_of_room(req, list, err);
    if (request_may(req, PERM_FORM_RECEIVE))
        return today_of_bureau(req, list, err);
    return true;
}
