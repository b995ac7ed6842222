/* campaign_statistics.c -- 資源情報 更新率: of the entries of an area, how many were confirmed within twelve months.  Source: indicators.md S10.
 *
 * Only the newest confirmation of an entry is known: for a period in the past the rate says what stood then and was not confirmed again since. */
#include "features/campaign/campaign_statistics.h"

#include "features/area/area.h"
#include "features/campaign/campaign.h"

#include <string.h>

enum { FRESH_DAYS = 365 };

static bool add_row(const struct report_query *q, struct table *t, enum row_kind kind, const struct area *area, const char *since, struct err *err)
{
    long long all, confirmed;
    if (!campaign_freshness(q->db, area->path, since, q->arena, &all, &confirmed, err))
        return false;
    struct row *r = table_row(t, kind, area->code);
    r->cells[0] = CELL_OF_TEXT(kind == ROW_TOTAL ? "計" : area->name);
    r->cells[1] = CELL_OF_INT(all);
    r->cells[1].drill = arena_printf(q->arena, "/facilities?area=%s", area->code);
    r->cells[2] = CELL_OF_INT(confirmed);
    r->cells[3] = all ? (struct cell){.kind = CELL_DECIMAL, .number = (confirmed * 2000 / all + 1) / 2, .decimals = 1, .unit = "%"} : (struct cell){.kind = CELL_NONE};
    return true;
}

bool campaign_freshness_table(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct area *areas, whole;
    size_t count;
    struct date today = date_today(), last = date_compare(q->period.last, today) < 0 ? q->period.last : today;
    const char *since = date_iso(q->arena, date_add_days(last, -FRESH_DAYS));
    if (!area_find(q->db, q->area.code, q->arena, &whole, err) || !area_children(q->db, q->area.code, q->arena, &areas, &count, err))
        return false;
    struct table *t = table_new(q->arena, "r-directory", "資源の情報の確認（12か月以内）");
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, date_wareki_plain(q->arena, last));
    t->as_of = q->as_of;
    t->basis = (struct basis){"資源情報の更新率", "件", "最新の公表データにある事業所・医療機関", false, "1"};
    table_column(t, "area", "地域", COLUMN_TEXT, NULL);
    table_column(t, "entries", "事業所・医療機関", COLUMN_NUMBER, "件");
    table_column(t, "confirmed", "12か月以内に確認", COLUMN_NUMBER, "件");
    table_column(t, "rate", "確認の割合", COLUMN_NUMBER, "%")->chart = true;
    t->chart = CHART_BARS;
    table_note(t, "確認は、事業所が自分で「このとおり」と答えた日か、担当者が確かめた日です。同じ事業所の新しい確認だけを数えます。");
    for (size_t i = 0; i < count; i++)
        if (!add_row(q, t, ROW_PLAIN, &areas[i], since, err))
            return false;
    *ret_table = t;
    return add_row(q, t, count ? ROW_TOTAL : ROW_PLAIN, &whole, since, err);
}
