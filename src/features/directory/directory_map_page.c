/* directory_map_page.c -- where the map begins and where its script finds things. */
#include "features/area/area.h"
#include "features/directory/directory_asked.h"
#include "features/directory/directory_view.h"
#include "web/asset.h"

#include <string.h>

/* About 5 km around a town hall. */
enum { AROUND = 50000 };

struct extent {
    long west, south, east, north;
};

static void stretch(struct extent *e, struct area_bounds b)
{
    e->west = b.west < e->west ? b.west : e->west;
    e->south = b.south < e->south ? b.south : e->south;
    e->east = b.east > e->east ? b.east : e->east;
    e->north = b.north > e->north ? b.north : e->north;
}

/* The outlines of the area, or what lies around its town hall; without an area, Japan from Yonaguni to Etorofu. */
static struct extent extent_of(struct db *db, const char *code, struct arena *a)
{
    static const struct extent japan = {122900000, 24000000, 148900000, 45600000}, none = {180000000, 90000000, -180000000, -90000000};
    struct extent e = none;
    struct area area;
    struct err ignored = {0};
    if (!*code || !area_find(db, code, a, &area, &ignored))
        return japan;
    for (size_t i = 0; i < area_shape_count; i++)
        if (area_path_has(area_path(db, area_shape_table[i].code, a), code))
            stretch(&e, area_shape_bounds(&area_shape_table[i]));
    return e.west < e.east ? e
                           : (struct extent){area.longitude - AROUND, area.latitude - AROUND, area.longitude + AROUND, area.latitude + AROUND};
}

/* The last code of a path, which ends in '/'. */
static const char *last_code(struct arena *a, const char *path)
{
    enum { CODE = 6 };
    size_t size = strlen(path);
    return size > CODE ? arena_strndup(a, path + size - CODE - 1, CODE) : "";
}

bool directory_map_view(struct asked *x, struct directory_map_view *ret, struct err *err)
{
    (void)err;
    struct request *req = x->req;
    struct arena *a = req->arena;
    const struct config *config = app_config(req->app);
    struct extent e = extent_of(req->db, *x->d.area_code ? x->d.area_code : last_code(a, directory_home_path(req)), a);
    bool sees_place = x->d.has_place;
    *ret = (struct directory_map_view){
        .features = asked_url_at(x, "/map.geojson", "page", NULL), .wards = "/directory/wards.geojson", .entry = arena_printf(a, "%s/", x->base),
        .tiles = *config->tile_host ? arena_printf(a, "%s%s", config->tile_host, config->tile_path) : "",
        .tiles_of = *config->tile_host ? config->tile_source : "", .css = asset_url("map.css"),
        .bounds = arena_printf(a, "%.6f,%.6f,%.6f,%.6f", (double)e.west / 1e6, (double)e.south / 1e6, (double)e.east / 1e6, (double)e.north / 1e6),
        .place = sees_place ? arena_printf(a, "%.6f,%.6f", (double)x->d.longitude / 1e6, (double)x->d.latitude / 1e6) : ""};
    return true;
}
