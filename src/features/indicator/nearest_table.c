/* nearest_table.c -- how far the nearest service of a kind is from the middle of each district. */
#include "base/count.h"
#include "features/directory/directory.h"
#include "features/indicator/indicator_areas.h"
#include "features/indicator/indicator_tables.h"
#include "store/query.h"

#include <string.h>

enum { FIRST_METRES = 1000, LAST_METRES = 64000, CANDIDATES = 2000 };

/* Entries of one kind, as a condition on `facility c`. */
#define OFFERS(code) " AND c.id IN (SELECT" FACILITY_SHOWN_ID("m") "FROM facility_service s JOIN facility m ON m.id = s.facility_id WHERE s.code = '" code "')"
#define NOTIFIES(mark) \
    " AND c.id IN (SELECT" FACILITY_SHOWN_ID("m") "FROM facility_notification n JOIN facility m ON m.id = n.facility_id WHERE n.home_care LIKE '" mark "%')"
static const struct nearest_kind {
    const char *key, *label, *condition;
} kinds[] = {
    {"hospital", "病院", " AND c.kind = 'hospital'"},
    {"clinic", "診療所", " AND c.kind = 'clinic'"},
    {"support_clinic", "在宅療養支援診療所", NOTIFIES("support_clinic")},
    {"home_nursing", "訪問看護", OFFERS("130")},
    {"round_the_clock_nursing", "24時間対応の訪問看護（確認済み）",
     OFFERS("130") " AND EXISTS (SELECT 1 FROM facility_local l WHERE l.id = c.id AND l.deleted_at = '' AND l.round_the_clock = 'yes')"},
    {"round_the_clock_visits", "定期巡回・随時対応", OFFERS("760")},
    {"nursing_multifunctional", "看護小規模多機能", OFFERS("770")},
    {"health_facility", "老人保健施設", OFFERS("520")},
};

struct nearest {
    const char *id;
    double metres; /* -1: none */
};

/* The nearest of a box; what lies in its corners may be farther away than something just outside. */
static bool look_within(const struct report_query *q, const struct nearest_kind *kind, long latitude, long longitude, long metres, struct nearest *ret,
                        struct err *err)
{
    struct query query;
    query_init(&query, q->arena);
    directory_box_select(&query, "c.id, c.lat, c.lng", directory_box_around(latitude, longitude, metres));
    query_add(&query, " AND c.is_listed = 1");
    query_add_values(&query, kind->condition, NULL, 0);
    auto_rows *r = query_run(&query, q->db, q->arena, err);
    *ret = (struct nearest){"", -1};
    while (r && rows_next(r)) {
        double away = area_distance(latitude, longitude, (long)rows_int(r, 1), (long)rows_int(r, 2));
        if (away <= (double)metres && (ret->metres < 0 || away < ret->metres || (away == ret->metres && strcmp(rows_text(r, 0), ret->id) < 0)))
            *ret = (struct nearest){rows_text(r, 0), away};
    }
    return r && !rows_failed(r);
}

static bool find_nearest(const struct report_query *q, const struct nearest_kind *kind, long latitude, long longitude, struct nearest *ret,
                         struct err *err)
{
    for (long metres = FIRST_METRES; metres <= LAST_METRES; metres *= 2) {
        if (!look_within(q, kind, latitude, longitude, metres, ret, err))
            return false;
        if (ret->metres >= 0)
            return true;
    }
    return true;
}

/* Tenths of a kilometre, 四捨五入. */
static struct cell distance_cell(const struct report_query *q, const struct nearest *n)
{
    if (n->metres < 0)
        return (struct cell){.kind = CELL_NONE};
    return (struct cell){.kind = CELL_DECIMAL, .number = (long long)(n->metres / 100 + 0.5), .decimals = 1,
                         .drill = arena_printf(q->arena, "/facilities/%s", n->id)};
}

static bool add_area(const struct report_query *q, const struct area *area, struct table *t, bool *ret_has_outlines, struct err *err)
{
    long latitude, longitude;
    bool is_middle;
    area_middle(area, &latitude, &longitude, &is_middle);
    *ret_has_outlines |= is_middle;
    struct row *r = table_row(t, ROW_PLAIN, area->code);
    r->cells[0] = CELL_OF_TEXT(area->name);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct nearest n;
        if (!find_nearest(q, &kinds[i], latitude, longitude, &n, err))
            return false;
        r->cells[i + 1] = distance_cell(q, &n);
    }
    return true;
}

/* The first kind that is found from some district; one bar alone says nothing. */
static void draw_first(struct table *t)
{
    for (size_t c = 1; c < t->column_count && t->row_count > 1; c++)
        for (size_t r = 0; r < t->row_count; r++)
            if (t->rows[r].cells[c].kind == CELL_DECIMAL) {
                t->chart = CHART_BARS;
                t->columns[c].chart = true;
                table_note(t, "グラフは、%sまでの距離です。", t->columns[c].label);
                return;
            }
}

bool nearest_table(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct indicator_areas areas;
    if (!indicator_areas_read(q, &areas, err))
        return false;
    struct table *t = table_new(q->arena, "i-nearest", "地区ごとの最寄りまでの距離");
    t->subtitle = q->area.name;
    t->as_of = q->as_of;
    t->landscape = true;
    t->basis = (struct basis){"最寄りまでの直線距離", "km", "資源に載っていて、位置がわかり、最新の公表データにあるもの", false, NULL};
    table_column(t, "area", "地区", COLUMN_TEXT, NULL);
    for (size_t i = 0; i < COUNT(kinds); i++)
        table_column(t, kinds[i].key, kinds[i].label, COLUMN_NUMBER, "km");
    bool has_outlines = false;
    for (size_t i = 0; i < areas.count; i++)
        if (!add_area(q, &areas.items[i], t, &has_outlines, err))
            return false;
    draw_first(t);
    table_note(t, "地区の中心からの直線距離です。中心は、区の形がわかるところでは区域の重心、ほかでは役所の位置です。");
    table_note(t, "「－」は、64km以内に位置のわかるものが資源に載っていないことを示します。地区の外の事業所も数えます。");
    if (has_outlines)
        table_note(t, "区の形：「国土数値情報（行政区域データ）」（国土交通省）を加工して作成。");
    *ret_table = t;
    return true;
}
