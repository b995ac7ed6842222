#include "features/area/area.h"

#include "features/area/area_shape.h"

#include "base/text.h"
#include "store/db.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define AREA_COLUMNS "code, name, kana, kind, parent_code, path, lat, lng, retired_on"

static void read_area(const struct rows *r, struct arena *a, struct area *area)
{
    *area = (struct area){
        .code = arena_strdup(a, rows_text(r, 0)),
        .name = arena_strdup(a, rows_text(r, 1)),
        .kana = arena_strdup(a, rows_text(r, 2)),
        .kind = arena_strdup(a, rows_text(r, 3)),
        .parent_code = arena_strdup(a, rows_text(r, 4)),
        .path = arena_strdup(a, rows_text(r, 5)),
        .latitude = (long)rows_int(r, 6),
        .longitude = (long)rows_int(r, 7),
        .retired_on = arena_strdup(a, rows_text(r, 8)),
    };
}

bool area_find(struct db *db, const char *code, struct arena *a, struct area *ret_area, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT " AREA_COLUMNS " FROM area WHERE code = $1", TEXT(code));
    if (!r)
        return false;
    if (!rows_next(r))
        return !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "area.unknown", "code=%.12s", code);
    read_area(r, a, ret_area);
    return true;
}

bool area_children(struct db *db, const char *code, struct arena *a, struct area **ret_areas, size_t *ret_count, struct err *err)
{
    auto_rows *r = db_query(db, a, err,
                            "SELECT " AREA_COLUMNS " FROM area WHERE parent_code = $1 AND retired_on = '' ORDER BY code", TEXT(code));
    size_t count = 0, room = 64;
    if (!r)
        return false;
    struct area *areas = NEW_ARRAY(a, room, struct area);
    while (rows_next(r)) {
        if (count == room) {
            struct area *more = NEW_ARRAY(a, room * 2, struct area);
            memcpy(more, areas, room * sizeof *areas);
            areas = more;
            room *= 2;
        }
        read_area(r, a, &areas[count++]);
    }
    if (rows_failed(r))
        return false;
    *ret_areas = areas;
    *ret_count = count;
    return true;
}

bool area_near(struct db *db, const char *own_path, struct arena *a, struct area **ret_areas, size_t *ret_count, struct err *err)
{
    const char *parent = strlen(own_path) >= 14 ? arena_strndup(a, own_path + 7, 6) : "";
    struct area *below, top;
    size_t count = 0;
    if (!area_children(db, parent, a, &below, &count, err) || (*parent && !area_find(db, parent, a, &top, err)))
        return false;
    struct area *all = NEW_ARRAY(a, count + 1, struct area);
    *ret_count = 0;
    if (*parent)
        all[(*ret_count)++] = top;
    for (size_t i = 0; i < count; i++)
        all[(*ret_count)++] = below[i];
    *ret_areas = all;
    return true;
}

const char *area_path(struct db *db, const char *code, struct arena *a)
{
    struct err ignored = {0};
    const char *path = db_text(db, a, &ignored, "SELECT path FROM area WHERE code = $1", TEXT(code));
    return path ? path : "";
}

const char *area_name(struct db *db, const char *code, struct arena *a)
{
    struct err ignored = {0};
    const char *name = db_text(db, a, &ignored, "SELECT name FROM area WHERE code = $1", TEXT(code));
    return name ? name : code;
}

const char *area_label(struct db *db, const char *code, struct arena *a)
{
    struct err ignored = {0};
    const char *label = db_text(db, a, &ignored,
                                "SELECT CASE WHEN c.kind IN ('ward', 'district') THEN p.name || c.name ELSE c.name END "
                                "FROM area c LEFT JOIN area p ON p.code = c.parent_code WHERE c.code = $1",
                                TEXT(code));
    return label ? label : code;
}

bool area_path_has(const char *path, const char *code)
{
    size_t n = strlen(code);
    for (const char *at = path; n && *at; at += strcspn(at, "/") + 1) {
        if (!strncmp(at, code, n) && at[n] == '/')
            return true;
        if (!at[strcspn(at, "/")])
            break;
    }
    return false;
}

const char *area_code_from(const char *digits, struct arena *a)
{
    const char *d = text_digits(a, digits);
    size_t n = strlen(d);
    if (n != text_length(digits))
        return "";
    if (n == 6)
        return d;
    if (n != 5)
        return "";
    int sum = 0;
    for (int i = 0; i < 5; i++)
        sum += (d[i] - '0') * (6 - i);
    return arena_printf(a, "%s%d", d, (11 - sum % 11) % 10);
}

double area_distance(long latitude1, long longitude1, long latitude2, long longitude2)
{
    const double radius = 6371008.8; /* mean radius of the earth in metres */
    const double radian = M_PI / 180.0 / 1e6;
    double x = sin((double)(latitude2 - latitude1) * radian / 2);
    double y = sin((double)(longitude2 - longitude1) * radian / 2);
    double h = x * x + cos((double)latitude1 * radian) * cos((double)latitude2 * radian) * y * y;
    return 2 * radius * asin(sqrt(fmin(1.0, h)));
}

void area_middle(const struct area *area, long *ret_latitude, long *ret_longitude, bool *ret_is_middle)
{
    const struct area_shape *shape = area_shape_find(area->code);
    int32_t longitude = (int32_t)area->longitude, latitude = (int32_t)area->latitude;
    if (shape)
        area_shape_middle(shape, &longitude, &latitude);
    *ret_latitude = latitude;
    *ret_longitude = longitude;
    *ret_is_middle = shape;
}
