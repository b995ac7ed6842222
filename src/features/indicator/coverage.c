#include "features/indicator/coverage.h"

#include "base/count.h"
#include "features/facility/facility.h"

#include <assert.h>
#include <string.h>

/* The same steps for every kind and area, so that two maps can be laid side by side. */
static const long limits[] = {500, 1000, 2000, 5000, 10000};
static const char *const steps[] = {"500 m以内", "500 m〜1 km", "1〜2 km", "2〜5 km", "5〜10 km", "10 km以上"};
static_assert(COUNT(steps) == COUNT(limits) + 1 && COUNT(steps) <= SHADES, "a step for each limit and one beyond");
enum { SOURCES_MOST = 12 };

static int step_of(double metres)
{
    int step = 0;
    if (metres < 0)
        return DISTRICT_UNKNOWN;
    while (step < (int)COUNT(limits) && metres > (double)limits[step])
        step++;
    return step;
}

/* Tenths of a kilometre, 四捨五入. */
static long tenths(double metres)
{
    return (long)(metres / 100 + 0.5);
}

/* The area's own outline, or those of the wards it consists of. */
static void add_rings(struct coverage *c, const struct area *area, struct district *d)
{
    size_t room = 0;
    for (int pass = 0; pass < 2; pass++) {
        struct geojson_ring *rings = pass ? NEW_ARRAY(c->arena, room + 1, struct geojson_ring) : NULL;
        for (size_t i = 0; i < area_shape_count; i++) {
            const struct area_shape *s = &area_shape_table[i];
            if (strncmp(s->code, area->code, 2) != 0 || !area_path_has(area_path(c->db, s->code, c->arena), area->code))
                continue;
            for (size_t k = 0; k < s->ring_count && pass; k++)
                rings[d->ring_count++] = (struct geojson_ring){s->rings[k].points, s->rings[k].count};
            room += pass ? 0 : s->ring_count;
        }
        d->rings = rings;
    }
}

static bool add_districts(struct coverage *c, const struct area *areas, const struct nearest *list, size_t count)
{
    struct district *districts = NEW_ARRAY(c->arena, count + 1, struct district);
    bool has_outlines = false;
    for (size_t i = 0; i < count; i++) {
        const struct nearest *n = &list[i];
        districts[i] = (struct district){.name = areas[i].name, .longitude = n->longitude, .latitude = n->latitude, .step = step_of(n->metres),
                                         .figure = n->metres < 0 ? "－" : arena_printf(c->arena, "%ld.%ld", tenths(n->metres) / 10, tenths(n->metres) % 10)};
        add_rings(c, &areas[i], &districts[i]);
        has_outlines |= districts[i].ring_count > 0;
    }
    c->map.districts = districts;
    c->map.count = count;
    return has_outlines;
}

/* Whose data the nearest entries are, each once, and whose the outlines. */
static void add_sources(struct coverage *c, const struct nearest *list, size_t count, bool has_outlines)
{
    const char **lines = NEW_ARRAY(c->arena, SOURCES_MOST + 2, const char *);
    size_t n = 0;
    lines[n++] = "地区の中心からの直線距離です。中心は、区の形がわかるところでは区域の重心、ほかでは役所の位置です。地区の外の事業所も数えます。";
    for (size_t i = 0; i < count && n < SOURCES_MOST; i++) {
        const char *line = *list[i].id ? facility_attribution(c->arena, list[i].source) : "";
        size_t k = 1;
        while (k < n && strcmp(lines[k], line) != 0)
            k++;
        if (k == n && *line)
            lines[n++] = line;
    }
    if (has_outlines)
        lines[n++] = "区の形：" AREA_SHAPE_ATTRIBUTION;
    c->map.sources = lines;
    c->map.source_count = n;
}

static const char *summary(struct coverage *c, const struct area *areas, const struct nearest *list, size_t count)
{
    size_t near = 0, far = 0, farthest = 0, unknown = 0;
    for (size_t i = 0; i < count; i++) {
        unknown += list[i].metres < 0;
        near += list[i].metres >= 0 && list[i].metres <= 1000;
        far += list[i].metres > 5000;
        farthest = list[i].metres > list[farthest].metres ? i : farthest;
    }
    if (c->is_hidden)
        return "事業所の位置を見せない設定のため、距離は出せません。";
    if (unknown == count)
        return arena_printf(c->arena, "%sは、どの地区からも64 km以内に載っていません。資源の一覧に取り込まれていないことがあります。", c->kind->label);
    return arena_printf(c->arena, "%zu地区のうち、1 km以内は%zu地区、5 kmを超えるのは%zu地区です。いちばん遠いのは%s（%ld.%ld km）です。%s", count, near, far,
                        areas[farthest].name, tenths(list[farthest].metres) / 10, tenths(list[farthest].metres) % 10,
                        unknown ? arena_printf(c->arena, "64 km以内にない地区が%zuあります。", unknown) : "");
}

static void add_table(struct coverage *c, const struct area *areas, const struct nearest *list, size_t count)
{
    struct table *t = c->table = table_new(c->arena, "coverage", arena_printf(c->arena, "いちばん近い%sまでの距離", c->kind->label));
    t->subtitle = c->area.name;
    t->as_of = arena_printf(c->arena, "%s 現在", c->date);
    t->basis = (struct basis){"最寄りまでの直線距離", "km", "資源に載っていて、位置がわかり、最新の公表データにあるもの", false, NULL};
    table_column(t, "number", "番号", COLUMN_NUMBER, NULL);
    table_column(t, "area", "地区", COLUMN_TEXT, NULL);
    table_column(t, "kilometres", "距離", COLUMN_NUMBER, "km");
    table_column(t, "nearest", "いちばん近い事業所", COLUMN_TEXT, NULL);
    for (size_t i = 0; i < count; i++) {
        struct row *r = table_row(t, ROW_PLAIN, areas[i].code);
        r->cells[0] = CELL_OF_INT((long long)i + 1);
        r->cells[1] = CELL_OF_TEXT(areas[i].name);
        r->cells[2] = r->cells[3] = (struct cell){.kind = CELL_NONE};
        if (list[i].metres < 0)
            continue;
        r->cells[2] = (struct cell){.kind = CELL_DECIMAL, .number = tenths(list[i].metres), .decimals = 1};
        r->cells[3] = (struct cell){.kind = CELL_TEXT, .text = list[i].name, .drill = arena_printf(c->arena, "/facilities/%s", list[i].id)};
    }
    t->commentary = summary(c, areas, list, count);
    for (size_t i = 0; i < c->map.source_count; i++)
        table_note(t, "%s", c->map.sources[i]);
    table_note(t, "「－」は、64 km以内に位置のわかるものが資源に載っていないことを示します。");
}

bool coverage_make(struct coverage *c, struct err *err)
{
    struct area *areas;
    size_t count;
    if (!area_children(c->db, c->area.code, c->arena, &areas, &count, err))
        return false;
    if (!count) {
        areas = &c->area;
        count = 1;
    }
    struct nearest *list = nearest_from(areas, count, c->arena);
    if (!nearest_find(c->db, c->kind, list, c->is_hidden ? 0 : count, c->arena, err))
        return false;
    for (size_t i = 0; i < count && c->is_hidden; i++)
        list[i].metres = -1, list[i].id = list[i].name = list[i].source = "";
    c->map = (struct district_map){.id = "coverage", .title = arena_printf(c->arena, "いちばん近い%sまでの距離", c->kind->label),
                                   .subtitle = arena_printf(c->arena, "%s　%s 現在", c->area.name, c->date), .legend = "地区の中心から最寄りまでの直線距離（数字はkm）",
                                   .unknown = "64 km以内になし", .steps = steps, .step_count = COUNT(steps)};
    bool has_outlines = add_districts(c, areas, list, count);
    add_sources(c, list, count, has_outlines);
    add_table(c, areas, list, count);
    return true;
}
