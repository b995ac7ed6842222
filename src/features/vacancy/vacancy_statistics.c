/* vacancy_statistics.c -- 不足の集計: of the answers of a period, how many said no, in daytime, at night, on weekends; of the first calls, how many
 * said yes.  Source: programme.md §11 "history kept for shortage statistics (weekend/night separately)". */
#include "features/vacancy/vacancy_statistics.h"

#include "base/count.h"
#include "features/area/area.h"
#include "features/vacancy/vacancy_store.h"
#include "store/query.h"

#include <string.h>

enum { GROUPS_MOST = 200 };
enum measure { ANSWERS, DAY_NO, NIGHT, NIGHT_NO, WEEKEND, WEEKEND_NO, CALLS, FIRST, FIRST_YES, MEASURE__COUNT };

struct group {
    const char *key;
    long long n[MEASURE__COUNT];
};
struct groups {
    struct group *items;
    size_t count;
};

static struct group *group_of(struct groups *g, const char *key)
{
    for (size_t i = 0; i < g->count; i++)
        if (!strcmp(g->items[i].key, key))
            return &g->items[i];
    if (g->count == GROUPS_MOST)
        return &g->items[GROUPS_MOST - 1];
    g->items[g->count].key = key;
    return &g->items[g->count++];
}

/* Wall-clock texts: the day after the last is not reached. */
static void add_period(struct query *q, const struct report_query *r)
{
    query_add(q, " AND c.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(r->area.path));
}

static bool add_rows(struct groups *g, struct query *q, const struct report_query *r, const enum measure *measures, int count, struct err *err)
{
    auto_rows *rows = query_run(q, r->db, r->arena, err);
    while (rows && rows_next(rows)) {
        struct group *into = group_of(g, rows_text(rows, 0));
        for (int i = 0; i < count; i++)
            into->n[measures[i]] += rows_int(rows, i + 1);
    }
    return rows && !rows_failed(rows);
}

static bool read_answers(const struct report_query *r, bool by_area, struct groups *g, struct err *err)
{
    static const enum measure measures[] = {ANSWERS, DAY_NO, NIGHT, NIGHT_NO, WEEKEND, WEEKEND_NO};
    struct query q;
    query_init(&q, r->arena);
    if (by_area)
        query_add(&q, "SELECT c.area_code");
    else
        query_add(&q, "SELECT c.service");
    query_add(&q, ", COUNT(*), SUM(CASE WHEN c.status = 'no' THEN 1 ELSE 0 END), SUM(CASE WHEN c.night <> '' THEN 1 ELSE 0 END), "
                  "SUM(CASE WHEN c.night = 'no' THEN 1 ELSE 0 END), SUM(CASE WHEN c.weekend <> '' THEN 1 ELSE 0 END), "
                  "SUM(CASE WHEN c.weekend = 'no' THEN 1 ELSE 0 END) FROM vacancy_report c WHERE c.undone_at = '' AND c.as_of >= ? AND c.as_of < ?",
              TEXT(date_iso(r->arena, r->period.first)), TEXT(date_iso(r->arena, date_add_days(r->period.last, 1))));
    add_period(&q, r);
    if (by_area)
        query_add(&q, " GROUP BY c.area_code ORDER BY c.area_code");
    else
        query_add(&q, " GROUP BY c.service ORDER BY c.service");
    return add_rows(g, &q, r, measures, COUNT(measures), err);
}

/* Calls are work of a room: within the scope of who asks. */
static bool read_calls(const struct report_query *r, bool by_area, struct groups *g, struct err *err)
{
    static const enum measure measures[] = {CALLS, FIRST, FIRST_YES};
    struct query q;
    query_init(&q, r->arena);
    if (by_area)
        query_add(&q, "SELECT c.area_code");
    else
        query_add(&q, "SELECT c.service");
    query_add(&q, ", COUNT(*), SUM(c.is_first), SUM(CASE WHEN c.is_first = 1 AND c.answer = 'yes' THEN 1 ELSE 0 END) FROM vacancy_call c "
                  "WHERE c.called_at >= ? AND c.called_at < ?",
              TEXT(date_iso(r->arena, r->period.first)), TEXT(date_iso(r->arena, date_add_days(r->period.last, 1))));
    add_period(&q, r);
    query_scope(&q, &r->scope, "c");
    if (by_area)
        query_add(&q, " GROUP BY c.area_code ORDER BY c.area_code");
    else
        query_add(&q, " GROUP BY c.service ORDER BY c.service");
    return add_rows(g, &q, r, measures, COUNT(measures), err);
}

/* 四捨五入 to one decimal. */
static struct cell share(long long part, long long whole)
{
    if (!whole)
        return (struct cell){.kind = CELL_NONE};
    return (struct cell){.kind = CELL_DECIMAL, .number = (part * 2000 / whole + 1) / 2, .decimals = 1, .unit = "%"};
}

static void add_row(struct table *t, enum row_kind kind, const struct group *g, const char *label, const char *drill)
{
    struct row *r = table_row(t, kind, g->key);
    r->cells[0] = CELL_OF_TEXT(label);
    r->cells[1] = CELL_OF_INT(g->n[ANSWERS]);
    r->cells[1].drill = drill;
    r->cells[2] = share(g->n[DAY_NO], g->n[ANSWERS]);
    r->cells[3] = share(g->n[NIGHT_NO], g->n[NIGHT]);
    r->cells[4] = share(g->n[WEEKEND_NO], g->n[WEEKEND]);
    r->cells[5] = CELL_OF_INT(g->n[CALLS]);
    r->cells[6] = CELL_OF_INT(g->n[FIRST]);
    r->cells[7] = share(g->n[FIRST_YES], g->n[FIRST]);
}

static struct table *new_table(const struct report_query *q, const char *id, const char *title, const char *label)
{
    struct table *t = table_new(q->arena, id, title);
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    t->basis = (struct basis){"空き・受入れの回答", "件", "取り消されていない回答（のべ）", false, "1"};
    table_column(t, "group", label, COLUMN_TEXT, NULL);
    table_column(t, "answers", "回答", COLUMN_NUMBER, "件");
    table_column(t, "day_refused", "平日の日中 受入れ不可", COLUMN_NUMBER, "%")->chart = true;
    table_column(t, "night_refused", "夜間 受入れ不可", COLUMN_NUMBER, "%")->chart = true;
    table_column(t, "weekend_refused", "土日・祝日 受入れ不可", COLUMN_NUMBER, "%")->chart = true;
    table_column(t, "calls", "電話", COLUMN_NUMBER, "件");
    table_column(t, "first_calls", "最初の電話", COLUMN_NUMBER, "件");
    table_column(t, "first_call_rate", "最初の電話で受入れ可", COLUMN_NUMBER, "%");
    t->chart = CHART_GROUPED_BARS;
    table_note(t, "受入れ不可の割合は、その時間帯について答えた回答のうち「受け入れできません」の割合です。");
    table_note(t, "最初の電話は、同じ日に同じサービスを探しはじめて最初に答えがあった電話です。");
    return t;
}

static bool build(const struct report_query *q, bool by_area, struct table *t, struct err *err)
{
    struct groups g = {.items = NEW_ARRAY(q->arena, GROUPS_MOST, struct group)};
    struct group total = {.key = "total"};
    if (!read_answers(q, by_area, &g, err) || !read_calls(q, by_area, &g, err))
        return false;
    for (size_t i = 0; i < g.count; i++) {
        const char *key = g.items[i].key;
        const char *drill = arena_printf(q->arena, by_area ? "/vacancies?area=%s" : "/vacancies?service=%s", key);
        add_row(t, ROW_PLAIN, &g.items[i], by_area ? area_label(q->db, key, q->arena) : vacancy_service_label(key), drill);
        for (int m = 0; m < MEASURE__COUNT; m++)
            total.n[m] += g.items[i].n[m];
    }
    add_row(t, ROW_TOTAL, &total, "計", NULL);
    return true;
}

bool vacancy_by_service(const struct report_query *q, struct table **ret_table, struct err *err)
{
    *ret_table = new_table(q, "r-vacancy", "空き・受入れの不足（サービス別）", "サービス");
    return build(q, false, *ret_table, err);
}

bool vacancy_by_area(const struct report_query *q, struct table **ret_table, struct err *err)
{
    *ret_table = new_table(q, "r-vacancy-area", "空き・受入れの不足（地域別）", "地域");
    return build(q, true, *ret_table, err);
}
