/* directory_feature.c -- tables of the feature: routes, indexes, messages. */
#include "base/count.h"
#include "features/directory/directory_asked.h"
#include "features/directory/directory_inside.h"

static const struct route routes[] = {
    {GET, "/facilities", PERM_DIRECTORY_READ, directory_list_page, NULL, ROUTE_API, "資源の一覧と検索", NULL},
    {POST, "/facilities/search", PERM_DIRECTORY_READ, directory_search_page, NULL, ROUTE_API, "資源を住所や地図の位置からさがす", NULL},
    {GET, "/facilities/:id", PERM_DIRECTORY_READ, directory_show_page, NULL, ROUTE_API, "資源", NULL},
    {GET, "/directory", PERM_PUBLIC, directory_list_page, NULL, ROUTE_API, "住民向けの事業所の検索", NULL},
    {POST, "/directory/search", PERM_PUBLIC, directory_search_page, NULL, ROUTE_API, "住民向けに住所の近くをさがす", NULL},
    {GET, "/directory/map", PERM_PUBLIC, directory_map_page, NULL, 0, "住民向けの地図", NULL},
    {GET, "/facilities/map", PERM_DIRECTORY_READ, directory_map_page, NULL, 0, "資源の地図", NULL},
    {GET, "/directory/map.geojson", PERM_PUBLIC, directory_map_geojson, NULL, ROUTE_API, "地図の範囲にある事業所（GeoJSON）", NULL},
    {GET, "/directory/wards.geojson", PERM_PUBLIC, directory_wards, NULL, ROUTE_API, "区の輪郭（GeoJSON）", NULL},
    {GET, "/facilities/map.geojson", PERM_DIRECTORY_READ, directory_map_geojson, NULL, ROUTE_API, "地図の範囲にある資源（GeoJSON）", NULL},
    {GET, "/directory/:id", PERM_PUBLIC, directory_show_page, NULL, ROUTE_API, "住民向けの事業所の案内", NULL},
    {GET, "/robots.txt", PERM_PUBLIC, directory_robots, NULL, 0, "検索サービスへの案内", NULL},
    {GET, "/sitemap.xml", PERM_PUBLIC, directory_sitemap, NULL, 0, "住民向けのページの一覧", NULL},
    {GET, "/sitemap/:part", PERM_PUBLIC, directory_sitemap_part, NULL, 0, "住民向けのページの一覧（分けたもの）", NULL},
};

/* directory.h tells what a cell is. */
static const struct migration migrations[] = {
    {.number = 2026060301,
     .name = "directory: cells of entries on the map",
     .sql = "CREATE INDEX facility_cell ON facility (((lat / 8192) * 65536 + lng / 8192)) WHERE merged_into = '';\n"
            "CREATE INDEX facility_service_cell ON facility (service_code, ((lat / 8192) * 65536 + lng / 8192)) WHERE merged_into = '';\n"},
    {.number = 2026060302,
     .name = "directory: cells with what a search asks of each entry besides",
     /* SQLite makes an index of its own for an equality that a partial index answers; and what stands in the index need not be read from the
      * rows, which lie far from each other. */
     .sql = "DROP INDEX facility_cell;\n"
            "DROP INDEX facility_service_cell;\n"
            "CREATE INDEX facility_cell ON facility (((lat / 8192) * 65536 + lng / 8192), lat, lng, merged_into, kind, area_code, id);\n"
            "CREATE INDEX facility_service_cell ON facility (service_code, ((lat / 8192) * 65536 + lng / 8192), lat, lng, merged_into, area_code, id);\n"},
    {.number = 2026112192,
     .name = "directory: counts for maps",
     .sql = directory_grid_sql,
     .sql_sqlite = directory_grid_sqlite,
     .sql_postgresql = directory_grid_postgresql},
};

static const struct message messages[] = {
    {"directory.map_box", "地図の範囲（bbox）が読み取れません。西端の経度、南端の緯度、東端の経度、北端の緯度を、135.4,34.6,135.6,34.8のように度で指定してください。"},
    {"directory.map_zoom", "地図の大きさ（zoom）が読み取れません。3から20までの整数で指定してください。"},
    {"directory.place", "住所の場所か日時がわかりませんでした。市区町村からの住所、または緯度と経度を入力してください。"},
};

const struct feature directory_feature = {
    .name = "directory",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .chore = directory_grid_chore,
    .messages = messages, .message_count = COUNT(messages),
};
