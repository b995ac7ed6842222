/* campaign_statistics.c -- 資源情報 更新率: of the entries of an area, how many were confirmed within twelve months.  Source: indicators.md S10.
 *
 * Every confirmation counts on its day (facility_confirmation), so a period of the past is told as it was, except for what was confirmed before that
 * was kept, and for the entries: those of today's lists are counted for every period. */
#include "features/campaign/campaign_statistics.h"

#include "features/area/area.h"
#include "features/campaign/campaign.h"

#include <string.h>

static bool add_row(const struct report_query *q, struct table *t, enum row_kind kind, const struct area *area, struct date on, struct err *err)
{
    long long all, confirmed;
    if (!campaign_freshness(q->db, area->path, on, q->arena, &all, &confirmed, err))
        return false;
    struct row *r = table_row(t, kind, area->code);
    r->cells[0] = CELL_OF_TEXT(kind == ROW_TOTAL ? "計" : area->name);
    r->cells[1] = CELL_OF_INT(all);
    r->cells[1].drill = arena_printf(q->arena, "/facilities?area=%s", area->code);
    r->cells[2] = CELL_OF_INT(confirmed);
    r->cells[3] = all ? (struct cell){.kind = CELL_DECIMAL, .number = (confirmed * 2000 / all + 1) / 2, .decimals = 1, .unit = "%"} : (struct cell){.kind = CELL_NONE};
    return true;
}

/* Before confirmations were kept one by one only the newest of each entry is known: rates of those days may be too low. */
static bool note_beginning(const struct report_query *q, struct table *t, struct date last, struct err *err)
{
    const char *at = db_text(q->db, q->arena, err, "SELECT at FROM migration WHERE number = $1", INT(FACILITY_CONFIRMATION_MIGRATION));
    struct date began = date_from_iso(at ? arena_strndup(q->arena, at, strlen("2026-11-21")) : "");
    if (date_is_set(began) && date_compare(last, began) < 0)
        table_note(t, "確認の記録を1件ずつ残しはじめたのは%sです。それより前は、同じ事業所のその後の確認に置きかわった分が入らず、実際より少ないことがあります。",
                   date_wareki_plain(q->arena, began));
    return !err->kind;
}

bool campaign_freshness_table(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct area *areas, whole;
    size_t count;
    struct date today = date_today(), last = date_compare(q->period.last, today) < 0 ? q->period.last : today;
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
    table_note(t, "確認は、事業所が自分で「このとおり」と答えた日か、担当者が確かめた日です。%sまでの12か月に1回でも確認があれば、1件と数えます。",
               date_wareki_plain(q->arena, last));
    table_note(t, "事業所・医療機関の数は、どの期間でも、いま最新の公表データにあるものです。");
    if (!note_beginning(q, t, last, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_row(q, t, ROW_PLAIN, &areas[i], last, err))
            return false;
    *ret_table = t;
    return add_row(q, t, count ? ROW_TOTAL : ROW_PLAIN, &whole, last, err);
}
