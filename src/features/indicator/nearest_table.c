/* nearest_table.c -- how far the nearest service of a kind is from the middle of each district. */
#include "features/indicator/indicator_areas.h"
#include "features/indicator/indicator_tables.h"
#include "features/indicator/nearest.h"

/* Tenths of a kilometre, 四捨五入. */
static struct cell distance_cell(const struct report_query *q, const struct nearest *n)
{
    if (n->metres < 0)
        return (struct cell){.kind = CELL_NONE};
    return (struct cell){.kind = CELL_DECIMAL, .number = (long long)(n->metres / 100 + 0.5), .decimals = 1,
                         .drill = arena_printf(q->arena, "/facilities/%s", n->id)};
}

static bool add_kind(const struct report_query *q, const struct indicator_areas *areas, size_t kind, struct nearest *list, struct table *t, struct err *err)
{
    if (!nearest_find(q->db, &nearest_kinds[kind], list, areas->count, q->arena, err))
        return false;
    for (size_t i = 0; i < areas->count; i++)
        t->rows[i].cells[kind + 1] = distance_cell(q, &list[i]);
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
    for (size_t i = 0; i < nearest_kind_count; i++)
        table_column(t, nearest_kinds[i].key, nearest_kinds[i].label, COLUMN_NUMBER, "km");
    struct nearest *list = nearest_from(areas.items, areas.count, q->arena);
    bool has_outlines = false;
    for (size_t i = 0; i < areas.count; i++) {
        table_row(t, ROW_PLAIN, areas.items[i].code)->cells[0] = CELL_OF_TEXT(areas.items[i].name);
        has_outlines |= list[i].is_middle;
    }
    for (size_t i = 0; i < nearest_kind_count; i++)
        if (!add_kind(q, &areas, i, list, t, err))
            return false;
    draw_first(t);
    table_note(t, "地区の中心からの直線距離です。中心は、区の形がわかるところでは区域の重心、ほかでは役所の位置です。");
    table_note(t, "「－」は、64km以内に位置のわかるものが資源に載っていないことを示します。地区の外の事業所も数えます。");
    if (has_outlines)
        table_note(t, "区の形：「国土数値情報（行政区域データ）」（国土交通省）を加工して作成。");
    *ret_table = t;
    return true;
}
