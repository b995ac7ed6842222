#include "features/indicator/nearest.h"

#include "base/count.h"
#include "features/directory/directory.h"
#include "store/query.h"

#include <math.h>
#include <string.h>

/* Entries of one kind, as a condition on `facility c`. */
#define OFFERS(code) " AND c.id IN (SELECT" FACILITY_SHOWN_ID("m") "FROM facility_service s JOIN facility m ON m.id = s.facility_id WHERE s.code = '" code "')"
#define NOTIFIES(mark) \
    " AND c.id IN (SELECT" FACILITY_SHOWN_ID("m") "FROM facility_notification n JOIN facility m ON m.id = n.facility_id WHERE n.home_care LIKE '" mark "%')"
const struct nearest_kind nearest_kinds[] = {
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
const size_t nearest_kind_count = COUNT(nearest_kinds);

const struct nearest_kind *nearest_kind_find(const char *key)
{
    for (size_t i = 0; i < COUNT(nearest_kinds); i++)
        if (!strcmp(nearest_kinds[i].key, key))
            return &nearest_kinds[i];
    return NULL;
}

struct nearest *nearest_from(const struct area *areas, size_t count, struct arena *a)
{
    struct nearest *list = NEW_ARRAY(a, count + 1, struct nearest);
    for (size_t i = 0; i < count; i++)
        area_middle(&areas[i], &list[i].latitude, &list[i].longitude, &list[i].is_middle);
    return list;
}

static struct directory_box box_around(const struct nearest *list, size_t count)
{
    struct directory_box all = directory_box_around(list[0].latitude, list[0].longitude, NEAREST_METRES_MOST);
    for (size_t i = 1; i < count; i++) {
        struct directory_box b = directory_box_around(list[i].latitude, list[i].longitude, NEAREST_METRES_MOST);
        all = (struct directory_box){b.south < all.south ? b.south : all.south, b.west < all.west ? b.west : all.west,
                                     b.north > all.north ? b.north : all.north, b.east > all.east ? b.east : all.east};
    }
    return all;
}

/* A millionth of a degree of latitude is 0.111 m: most entries are farther north or south than the nearest known, and need no exact distance. */
static bool is_nearer(const struct nearest *n, long latitude, long longitude, double *ret_metres)
{
    double most = n->metres < 0 ? NEAREST_METRES_MOST : n->metres;
    if (fabs((double)(latitude - n->latitude)) * 0.111 > most)
        return false;
    *ret_metres = area_distance(n->latitude, n->longitude, latitude, longitude);
    return *ret_metres <= most;
}

/* Of two as near the one with the smaller id, whichever is read first. */
static void compare(struct nearest *n, const struct rows *r, struct arena *a)
{
    double metres;
    if (!is_nearer(n, (long)rows_int(r, 2), (long)rows_int(r, 3), &metres) || (metres == n->metres && strcmp(rows_text(r, 0), n->id) >= 0))
        return;
    n->metres = metres;
    n->id = arena_strdup(a, rows_text(r, 0));
    n->name = arena_strdup(a, rows_text(r, 1));
    n->source = arena_strdup(a, rows_text(r, 4));
}

bool nearest_find(struct db *db, const struct nearest_kind *kind, struct nearest *list, size_t count, struct arena *a, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        list[i].id = list[i].name = list[i].source = "";
        list[i].metres = -1;
    }
    if (!count)
        return true;
    struct directory_box b = box_around(list, count);
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT c.id, c.name, c.lat, c.lng, c.source FROM facility c WHERE" FACILITY_IS_SHOWN("c") "AND c.is_listed = 1 AND c.lat BETWEEN ? AND ? AND c.lng BETWEEN ? AND ?",
              INT(b.south), INT(b.north), INT(b.west), INT(b.east));
    query_add_values(&q, kind->condition, NULL, 0);
    auto_rows *r = query_run(&q, db, NULL, err);
    while (r && rows_next(r))
        for (size_t i = 0; i < count; i++)
            compare(&list[i], r, a);
    return r && !rows_failed(r);
}
