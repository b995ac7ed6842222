/* area.h -- 地域: prefecture > municipality > ward > district, a tree with official codes.
 *
 * Codes are the 6-digit 全国地方公共団体コード.  The rows are public data and are read without a scope; what a user may see of
 * other tables goes by `path`, the chain of codes from the prefecture down, each followed by '/': "270008/271004/271276/".
 * Source of the rows: areas.tsv. */
#pragma once
#include "features/area/area_shape.h"
#include "web/feature.h"
#include "web/picker.h"

struct area {
    const char *code, *name, *kana;
    const char *kind;        /* prefecture, municipality, ward, district */
    const char *parent_code; /* "" for a prefecture */
    const char *path;
    long latitude, longitude; /* of the town hall, in millionths of a degree, WGS84 */
    const char *retired_on;   /* first day on which it no longer exists; "" while it does */
};

/* ERR_NOT_FOUND "area.unknown" when no such code. */
bool area_find(struct db *db, const char *code, struct arena *a, struct area *ret_area, struct err *err);
/* The areas directly below, by code; "" gives the 47 prefectures.  Retired ones are left out. */
bool area_children(struct db *db, const char *code, struct arena *a, struct area **ret_areas, size_t *ret_count, struct err *err);
/* What a person chooses from whose own area has this path: the city (where there are wards) and its wards or municipalities; without a
 * path the prefectures. */
bool area_near(struct db *db, const char *own_path, struct arena *a, struct area **ret_areas, size_t *ret_count, struct err *err);
/* The path of a code; "" when unknown. */
const char *area_path(struct db *db, const char *code, struct arena *a);
/* As people write it: 大阪市北区 for a ward, 世田谷区 for a municipality, 大阪府 for a prefecture; the code itself when unknown. */
const char *area_label(struct db *db, const char *code, struct arena *a);
/* The name alone: 北区. */
const char *area_name(struct db *db, const char *code, struct arena *a);
/* True when the path is the area with this code or lies below it. */
bool area_path_has(const char *path, const char *code);
/* The 6-digit code of a 5-digit one (its check digit added) or of a 6-digit one; "" when it is neither.  Source: formats.md F. */
const char *area_code_from(const char *digits, struct arena *a);
/* Where the area lies: the middle of its outline when there is one (`*ret_is_middle`), else its town hall. */
void area_middle(const struct area *area, long *ret_latitude, long *ret_longitude, bool *ret_is_middle);
/* Straight-line distance in metres between two places in millionths of a degree. */
double area_distance(long latitude1, long longitude1, long latitude2, long longitude2);

extern const struct feature area_feature;
