/* submission_statistics.c -- T-OSK-18: forms handed in on time, late or not at all, and returned; by form and by ward, each figure with the list
 * of the forms behind it.  Figures and lists come from one reading, so that they cannot differ.
 *
 * Source: reports.md T-OSK-18; retention: forms.md §1. */
#include "features/area/area.h"
#include "features/organization/organization.h"
#include "features/submission/submission_list.h"
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

enum { RETAINED_YEARS = 5 };

/* One form of one room and period whose day has passed. */
struct due_form {
    const struct submission_form *form;
    const struct office *room;
    struct period period;
    const char *submitted_on; /* of the first edition; "" not yet */
    bool returned;            /* any edition */
};
struct due_list {
    struct due_form *items;
    size_t count, room;
};

static void due_add(struct due_list *l, struct due_form d, struct arena *a)
{
    if (l->count == l->room) {
        struct due_form *more = NEW_ARRAY(a, l->room ? l->room * 2 : 256, struct due_form);
        if (l->count)
            memcpy(more, l->items, l->count * sizeof *more);
        l->items = more;
        l->room = l->room ? l->room * 2 : 256;
    }
    l->items[l->count++] = d;
}

/* What a room handed in for a period, all editions taken together. */
struct handed {
    const char *office_id, *period, *submitted_on;
    bool returned;
};

static int by_room(const void *x, const void *y)
{
    const struct handed *a = x, *b = y;
    int order = strcmp(a->office_id, b->office_id);
    return order ? order : strcmp(a->period, b->period);
}

/* Only the first edition decides whether a form was on time; returns of any edition count. */
static bool read_handed(const struct report_query *q, int form, const char *first, const char *last, struct handed **ret, size_t *ret_count,
                        struct err *err)
{
    struct scope area = {.kind = SCOPE_AREA, .office_id = "", .area_code = q->area.code, .area_path = q->area.path, .user_id = ""};
    struct query query;
    query_init(&query, q->arena);
    query_add(&query,
              "SELECT c.office_id, c.period, MAX(CASE WHEN c.edition = 1 THEN c.submitted_on ELSE '' END),"
              " MAX(CASE WHEN c.return_reason <> '' THEN 1 ELSE 0 END) FROM submission c"
              " WHERE c.form_number = ? AND c.period >= ? AND c.period <= ?",
              INT(form), TEXT(first), TEXT(last));
    query_scope(&query, &area, "c");
    query_scope(&query, &q->scope, "c");
    query_add(&query, " GROUP BY c.office_id, c.period ORDER BY c.office_id, c.period");
    size_t room = 512;
    struct handed *list = NEW_ARRAY(q->arena, room, struct handed);
    *ret_count = 0;
    auto_rows *rows = query_run(&query, q->db, q->arena, err);
    while (rows && rows_next(rows)) {
        if (*ret_count == room) {
            struct handed *more = NEW_ARRAY(q->arena, room * 2, struct handed);
            memcpy(more, list, room * sizeof *list);
            list = more;
            room *= 2;
        }
        list[(*ret_count)++] = (struct handed){rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2), rows_int(rows, 3) != 0};
    }
    *ret = list;
    return rows && !rows_failed(rows);
}

/* A room owes the forms of the periods in which it was there from the first day to the last. */
static bool owes(const struct report_query *q, const struct office *room, struct period p)
{
    const char *first = date_iso(q->arena, p.first), *last = date_iso(q->arena, p.last);
    return (q->scope.kind != SCOPE_OFFICE || !strcmp(room->id, q->scope.office_id)) && strcmp(room->active_from, first) <= 0 &&
           (!*room->active_to || strcmp(room->active_to, last) >= 0);
}

static bool read_form(const struct report_query *q, const struct submission_form *form, const struct office *rooms, size_t room_count,
                      struct due_list *l, struct err *err)
{
    struct date today = date_today();
    struct handed *handed;
    size_t handed_count;
    const char *first = period_id(q->arena, period_of(form->period, q->period.first)), *last = period_id(q->arena, period_of(form->period, q->period.last));
    if (!read_handed(q, form->number, first, last, &handed, &handed_count, err))
        return false;
    for (struct period p = period_of(form->period, q->period.first); date_compare(p.first, q->period.last) <= 0; p = period_after(p)) {
        bool ends_inside = date_compare(p.last, q->period.last) <= 0 && date_compare(p.first, q->period.first) >= 0;
        if (!ends_inside || date_compare(submission_due_on(form, p), today) >= 0)
            continue;
        for (size_t i = 0; i < room_count; i++) {
            const struct handed key = {.office_id = rooms[i].id, .period = period_id(q->arena, p)};
            const struct handed *h = bsearch(&key, handed, handed_count, sizeof key, by_room);
            if (owes(q, &rooms[i], p))
                due_add(l, (struct due_form){form, &rooms[i], p, h ? h->submitted_on : "", h && h->returned}, q->arena);
        }
    }
    return true;
}

/* Of one form, or of all when `number` is 0. */
static bool read_due(const struct report_query *q, int number, struct due_list *l, struct err *err)
{
    struct office *rooms;
    size_t room_count;
    if (!office_list(q->db, "consultation_room", q->area.path, "", q->arena, &rooms, &room_count, err))
        return false;
    for (size_t i = 0; i < submission_form_count; i++)
        if ((!number || submission_forms[i].number == number) && !read_form(q, &submission_forms[i], rooms, room_count, l, err))
            return false;
    return true;
}

/* -- what a column counts ------------------------------------------------------------------------------------------------ */

static bool is_due(const struct due_form *d, const char *due_on)
{
    (void)d, (void)due_on;
    return true;
}

static bool is_on_time(const struct due_form *d, const char *due_on)
{
    return *d->submitted_on && strcmp(d->submitted_on, due_on) <= 0;
}

static bool is_late(const struct due_form *d, const char *due_on)
{
    return *d->submitted_on && strcmp(d->submitted_on, due_on) > 0;
}

static bool is_missing(const struct due_form *d, const char *due_on)
{
    (void)due_on;
    return !*d->submitted_on;
}

static bool was_returned(const struct due_form *d, const char *due_on)
{
    (void)due_on;
    return d->returned;
}

static const struct shown {
    const char *key, *label;
    bool (*holds)(const struct due_form *d, const char *due_on);
} shown[] = {
    {"due", "期限が来た数", is_due}, {"on_time", "期限内", is_on_time},         {"late", "期限後", is_late},
    {"missing", "未提出", is_missing}, {"returned", "差戻し", was_returned},
};
enum { DUE, ON_TIME, SHOWN = sizeof shown / sizeof *shown };

static bool holds(const struct shown *s, const struct due_form *d, struct arena *a)
{
    return s->holds(d, date_iso(a, submission_due_on(d->form, d->period)));
}

/* -- the table --------------------------------------------------------------------------------------------------------------- */

/* A row of figures about the forms of one number (0: any) in one ward ("": any). */
static void figures(const struct report_query *q, const struct due_list *l, struct row *r, int number, const char *ward)
{
    struct arena *a = q->arena;
    long long values[SHOWN] = {0};
    for (size_t i = 0; i < l->count; i++)
        if ((!number || l->items[i].form->number == number) && (!*ward || !strcmp(l->items[i].room->area_code, ward)))
            for (int k = 0; k < SHOWN; k++)
                values[k] += holds(&shown[k], &l->items[i], a);
    const char *which = number ? arena_printf(a, "&form=%d", number) : "";
    for (int k = 0; k < SHOWN; k++) {
        r->cells[1 + k] = CELL_OF_INT(values[k]);
        r->cells[1 + k].drill = arena_printf(a, "/submissions/list?area=%s&period=%s%s&show=%s", *ward ? ward : q->area.code,
                                             period_id(a, q->period), which, shown[k].key);
    }
    if (values[DUE])
        r->cells[1 + SHOWN] =
            (struct cell){.kind = CELL_DECIMAL, .number = (values[ON_TIME] * 2000 / values[DUE] + 1) / 2, .decimals = 1, .unit = "%"};
    else
        r->cells[1 + SHOWN].kind = CELL_NONE;
}

/* Rooms come by area code: a ward's forms may stand apart in the list, its rooms do not. */
static bool ward_rows(const struct report_query *q, const struct due_list *l, struct table *t, struct err *err)
{
    struct office *rooms;
    size_t count;
    if (!office_list(q->db, "consultation_room", q->area.path, "", q->arena, &rooms, &count, err))
        return false;
    if (count < 2 || !strcmp(rooms[0].area_code, rooms[count - 1].area_code))
        return true;
    table_row(t, ROW_GROUP, "wards")->cells[0] = CELL_OF_TEXT("区ごと（すべての様式）");
    for (size_t i = 0; i < count; i++) {
        if (i && !strcmp(rooms[i].area_code, rooms[i - 1].area_code))
            continue;
        struct row *r = table_row(t, ROW_PLAIN, arena_printf(q->arena, "ward_%s", rooms[i].area_code));
        r->cells[0] = CELL_OF_TEXT(area_name(q->db, rooms[i].area_code, q->arena));
        figures(q, l, r, 0, rooms[i].area_code);
    }
    return true;
}

bool submission_statistics(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct due_list l = {0};
    if (!read_due(q, 0, &l, err))
        return false;
    struct table *t = table_new(q->arena, "t-osk-18", "様式の提出状況");
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    t->basis = (struct basis){"様式の提出", "件", "期限が来た様式", false, "1"};
    table_column(t, "form", "様式", COLUMN_TEXT, NULL);
    for (int k = 0; k < SHOWN; k++)
        table_column(t, shown[k].key, shown[k].label, COLUMN_NUMBER, "件");
    table_column(t, "on_time_rate", "期限内率", COLUMN_NUMBER, "%");
    for (size_t i = 0; i < submission_form_count; i++) {
        const struct submission_form *f = &submission_forms[i];
        struct row *r = table_row(t, ROW_PLAIN, arena_printf(q->arena, "form_%d", f->number));
        r->cells[0] = CELL_OF_TEXT(arena_printf(q->arena, "様式%d %s", f->number, f->title));
        figures(q, &l, r, f->number, "");
    }
    struct date kept_until = {fiscal_year(q->period.last) + 1 + RETAINED_YEARS, 3, 31};
    table_note(t, "差戻しは、1回でも差し戻された様式の数です。");
    table_note(t, "様式は、完了した年度の終わりから%d年間（%sまで）保存します。", RETAINED_YEARS, date_wareki_plain(q->arena, kept_until));
    *ret_table = t;
    return ward_rows(q, &l, t, err);
}

/* -- the list behind a figure ------------------------------------------------------------------------------------------------ */

const char *submission_shown_label(const char *show)
{
    for (int k = 0; k < SHOWN; k++)
        if (!strcmp(show, shown[k].key))
            return shown[k].label;
    return NULL;
}

static void list_row(const struct report_query *q, const struct due_form *d, struct table *t)
{
    struct arena *a = q->arena;
    const char *period = period_id(a, d->period);
    struct row *r = table_row(t, ROW_PLAIN, arena_printf(a, "%s %d %s", d->room->id, d->form->number, period));
    r->link = arena_printf(a, "/submissions/%d/%s?office=%s", d->form->number, period, d->room->id);
    r->cells[0] = CELL_OF_TEXT(arena_printf(a, "様式%d %s", d->form->number, d->form->title));
    r->cells[1] = CELL_OF_TEXT(period_label(a, d->period));
    r->cells[2] = CELL_OF_TEXT(d->room->name);
    r->cells[3] = CELL_OF_TEXT(date_wareki_plain(a, submission_due_on(d->form, d->period)));
    r->cells[4] = CELL_OF_TEXT(*d->submitted_on ? date_wareki_plain(a, date_from_iso(d->submitted_on)) : "未提出");
    r->cells[5] = CELL_OF_TEXT(d->returned ? "あり" : "");
}

bool submission_due_list(const struct report_query *q, int number, const char *show, struct table **ret_table, struct err *err)
{
    struct due_list l = {0};
    if (!read_due(q, number, &l, err))
        return false;
    const struct submission_form *f = submission_form_find(number);
    struct table *t = table_new(q->arena, "submissions", f ? arena_printf(q->arena, "様式%d %s", f->number, f->title) : "すべての様式");
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    static const char *const columns[][2] = {{"form", "様式"},     {"period", "期間"},       {"office", "相談支援室"},
                                             {"due_on", "提出期限"}, {"submitted_on", "提出日"}, {"returned", "差戻し"}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        table_column(t, columns[i][0], columns[i][1], COLUMN_TEXT, NULL);
    for (int k = 0; k < SHOWN; k++)
        for (size_t i = 0; !strcmp(show, shown[k].key) && i < l.count; i++)
            if (holds(&shown[k], &l.items[i], q->arena))
                list_row(q, &l.items[i], t);
    *ret_table = t;
    return true;
}
