#include "features/indicator/indicator_areas.h"

#include <string.h>

bool indicator_areas_read(const struct report_query *q, struct indicator_areas *ret, struct err *err)
{
    if (!area_children(q->db, q->area.code, q->arena, &ret->items, &ret->count, err))
        return false;
    if (ret->count)
        return true;
    ret->items = NEW(q->arena, struct area);
    ret->count = 1;
    return area_find(q->db, q->area.code, q->arena, ret->items, err);
}

size_t indicator_area_at(const struct indicator_areas *areas, const char *path)
{
    size_t i = 0;
    while (i < areas->count && strncmp(path, areas->items[i].path, strlen(areas->items[i].path)) != 0)
        i++;
    return i;
}

static bool is_known(const struct report_query *q, const struct measure *m, const char *area_code, struct err *err)
{
    return db_int(q->db, err, 0, m->known, TEXT(arena_strndup(q->arena, area_code, 2))) > 0;
}

bool measure_count(const struct report_query *q, const struct measure *m, const struct indicator_areas *areas, long long **ret, struct err *err)
{
    long long *counts = NEW_ARRAY(q->arena, areas->count + 1, long long);
    auto_rows *r = db_query(q->db, q->arena, err, m->sql, TEXT(q->area.path));
    while (r && rows_next(r))
        counts[indicator_area_at(areas, rows_text(r, 0))] += rows_int(r, 1);
    if (!r || rows_failed(r))
        return false;
    const char *prefecture = "";
    bool known = false;
    for (size_t i = 0; i < areas->count; i++) {
        if (strncmp(prefecture, areas->items[i].code, 2) != 0)
            known = is_known(q, m, prefecture = areas->items[i].code, err);
        counts[i] = known || counts[i] ? counts[i] : INDICATOR_UNKNOWN;
    }
    *ret = counts;
    return err->kind == ERR_NONE;
}

struct cell measure_cell(const struct report_query *q, const struct measure *m, const struct area *area, long long n)
{
    if (n == INDICATOR_UNKNOWN)
        return (struct cell){.kind = CELL_NONE};
    struct cell c = CELL_OF_INT(n);
    c.drill = m->drill && n ? arena_printf(q->arena, "/facilities?area=%s&%s", area->code, m->drill) : NULL;
    return c;
}
