/* submission_statistics.c -- T-OSK-18: forms handed in on time, returned, missing; by form over the offices of an area.
 *
 * Source: reports.md T-OSK-18. */
#include "features/organization/organization.h"
#include "features/submission/submission.h"
#include "store/query.h"

#include <string.h>

struct counts {
    long long due, on_time, late, missing, returned;
};

/* Only the first edition decides whether a form was on time; returns of any edition count. */
static bool count_period(const struct report_query *q, const struct submission_form *form, struct period p, long long offices,
                         struct counts *c, struct err *err)
{
    struct query query;
    query_init(&query, q->arena);
    query_add(&query, "SELECT SUM(CASE WHEN c.edition = 1 AND c.submitted_on <> '' AND c.submitted_on <= ? THEN 1 ELSE 0 END),"
                      " SUM(CASE WHEN c.edition = 1 AND c.submitted_on > ? THEN 1 ELSE 0 END),"
                      " SUM(CASE WHEN c.return_reason <> '' THEN 1 ELSE 0 END)"
                      " FROM submission c WHERE c.form_number = ? AND c.period = ?",
              TEXT(date_iso(q->arena, submission_due_on(form, p))), TEXT(date_iso(q->arena, submission_due_on(form, p))), INT(form->number),
              TEXT(period_id(q->arena, p)));
    struct scope area = {.kind = SCOPE_AREA, .office_id = "", .area_code = q->area.code, .area_path = q->area.path, .user_id = ""};
    query_scope(&query, &area, "c");
    query_scope(&query, &q->scope, "c");
    auto_rows *rows = query_run(&query, q->db, q->arena, err);
    if (!rows || !rows_next(rows))
        return false;
    c->due += offices;
    c->on_time += rows_int(rows, 0);
    c->late += rows_int(rows, 1);
    c->returned += rows_int(rows, 2);
    c->missing += offices - rows_int(rows, 0) - rows_int(rows, 1);
    return true;
}

static bool count_form(const struct report_query *q, const struct submission_form *form, long long offices, struct counts *c, struct err *err)
{
    struct date today = date_today();
    for (struct period p = period_of(form->period, q->period.first); date_compare(p.first, q->period.last) <= 0; p = period_after(p)) {
        bool ends_inside = date_compare(p.last, q->period.last) <= 0 && date_compare(p.first, q->period.first) >= 0;
        if (ends_inside && date_compare(submission_due_on(form, p), today) < 0 && !count_period(q, form, p, offices, c, err))
            return false;
    }
    return true;
}

bool submission_statistics(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct office *rooms;
    size_t room_count;
    if (!office_list(q->db, "consultation_room", q->area.path, date_iso(q->arena, q->period.last), q->arena, &rooms, &room_count, err))
        return false;
    struct table *t = table_new(q->arena, "t-osk-18", "様式の提出状況");
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    t->basis = (struct basis){"様式の提出", "件", "期限が来た様式", false, "1"};
    table_column(t, "form", "様式", COLUMN_TEXT, NULL);
    table_column(t, "due", "期限が来た数", COLUMN_NUMBER, "件");
    table_column(t, "on_time", "期限内", COLUMN_NUMBER, "件");
    table_column(t, "late", "期限後", COLUMN_NUMBER, "件");
    table_column(t, "missing", "未提出", COLUMN_NUMBER, "件");
    table_column(t, "returned", "差戻し", COLUMN_NUMBER, "件");
    table_column(t, "on_time_rate", "期限内率", COLUMN_NUMBER, "%");
    for (size_t i = 0; i < submission_form_count; i++) {
        const struct submission_form *f = &submission_forms[i];
        struct counts c = {0};
        if (!count_form(q, f, (long long)room_count, &c, err))
            return false;
        struct row *r = table_row(t, ROW_PLAIN, arena_printf(q->arena, "form_%d", f->number));
        r->cells[0] = CELL_OF_TEXT(arena_printf(q->arena, "様式%d %s", f->number, f->title));
        const long long values[] = {c.due, c.on_time, c.late, c.missing, c.returned};
        const char *month = period_id(q->arena, period_of(PERIOD_MONTH, q->period.last));
        for (int k = 0; k < 5; k++) {
            r->cells[1 + k] = CELL_OF_INT(values[k]);
            r->cells[1 + k].drill = arena_printf(q->arena, "/submissions?month=%s", month);
        }
        if (c.due)
            r->cells[6] = (struct cell){.kind = CELL_DECIMAL, .number = (c.on_time * 2000 / c.due + 1) / 2, .decimals = 1, .unit = "%"};
        else
            r->cells[6].kind = CELL_NONE;
    }
    *ret_table = t;
    return true;
}
