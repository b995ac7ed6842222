#include "features/submission/bundle.h"

#include "features/activity/activity.h"
#include "features/consultation/consultation.h"
#include "features/daily_log/daily_log.h"
#include "features/gathering/gathering.h"
#include "store/query.h"
#include "web/resource.h"

#include <string.h>

static struct table *bundle_table(const struct report_query *q, const char *id, const char *title)
{
    struct table *t = table_new(q->arena, id, title);
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    table_column(t, "number", "No.", COLUMN_NUMBER, NULL);
    table_column(t, "title", "番号・件名", COLUMN_TEXT, NULL);
    table_column(t, "created_on", "入力日", COLUMN_TEXT, NULL);
    table_column(t, "revision", "版", COLUMN_NUMBER, NULL);
    return t;
}

static void bundle_row(const struct report_query *q, struct table *t, const struct resource *r, const void *row)
{
    const struct record_head *head = row;
    struct row *line = table_row(t, ROW_PLAIN, head->id);
    line->cells[0] = CELL_OF_INT((long long)t->row_count);
    line->cells[1] = CELL_OF_TEXT(r->title(row, q->arena));
    line->cells[1].drill = arena_printf(q->arena, "%s/%s", r->path, head->id);
    line->cells[2] = CELL_OF_TEXT(date_wareki_short(q->arena, date_from_iso(arena_strndup(q->arena, head->created_at, 10))));
    line->cells[3] = CELL_OF_INT(head->revision);
}

const struct resource *bundle_resource(int form_number)
{
    switch (form_number) {
    case 5: return &activity_resource;
    case 6: return &consultation_resource;
    case 7: return &meeting_resource;
    case 8: return &training_resource;
    default: return NULL;
    }
}

struct rows *bundle_records(const struct report_query *q, const struct resource *r, struct err *err)
{
    struct query query;
    query_init(&query, q->arena);
    record_select(&query, r->record);
    query_add(&query, " AND SUBSTR(");
    query_add_values(&query, r->day_column, NULL, 0);
    query_add(&query, ", 1, 10) BETWEEN ? AND ?", TEXT(date_iso(q->arena, q->period.first)), TEXT(date_iso(q->arena, q->period.last)));
    if (q->office_id)
        query_add(&query, " AND c.office_id = ?", TEXT(q->office_id));
    query_scope(&query, &q->scope, "c");
    query_add(&query, " ORDER BY ");
    query_add_values(&query, r->day_column, NULL, 0);
    query_add(&query, ", c.id");
    return query_run(&query, q->db, q->arena, err);
}

static bool bundle(const struct report_query *q, const struct resource *r, const char *id, struct table **ret_table, struct err *err)
{
    auto_rows *rows = bundle_records(q, r, err);
    if (!rows)
        return false;
    struct table *t = bundle_table(q, id, r->label);
    void *row = arena_alloc(q->arena, r->record->set->size);
    while (rows_next(rows)) {
        record_read(rows, r->record, row, q->arena);
        bundle_row(q, t, r, row);
    }
    table_note(t, "個人が分かる内容は載せていません。様式そのものは「まとめて印刷」から印刷します。");
    *ret_table = t;
    return !rows_failed(rows);
}

bool bundle_activities(const struct report_query *q, struct table **ret_table, struct err *err)
{
    return bundle(q, &activity_resource, "form-5", ret_table, err);
}

bool bundle_consultations(const struct report_query *q, struct table **ret_table, struct err *err)
{
    return bundle(q, &consultation_resource, "form-6", ret_table, err);
}

bool bundle_meetings(const struct report_query *q, struct table **ret_table, struct err *err)
{
    return bundle(q, &meeting_resource, "form-7", ret_table, err);
}

bool bundle_trainings(const struct report_query *q, struct table **ret_table, struct err *err)
{
    return bundle(q, &training_resource, "form-8", ret_table, err);
}

bool bundle_daily(const struct report_query *q, struct table **ret_table, struct err *err)
{
    const char *month = period_id(q->arena, q->period);
    long counts[32] = {0};
    if (!daily_log_days(q->db, &q->scope, q->office_id, month, q->arena, counts, err))
        return false;
    struct table *t = table_new(q->arena, "form-4", "日報");
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    table_column(t, "day", "日", COLUMN_TEXT, NULL);
    table_column(t, "entries", "記録", COLUMN_NUMBER, "件");
    for (struct date day = q->period.first; date_compare(day, q->period.last) <= 0; day = date_add_days(day, 1)) {
        if (!counts[day.day])
            continue;
        struct row *r = table_row(t, ROW_PLAIN, date_iso(q->arena, day));
        r->cells[0] = CELL_OF_TEXT(date_wareki(q->arena, day));
        r->cells[1] = CELL_OF_INT(counts[day.day]);
        r->cells[1].drill = arena_printf(q->arena, "/daily-logs/%s", date_iso(q->arena, day));
    }
    *ret_table = t;
    return true;
}
