/* area_shape.h -- outlines of wards, for maps that need no network: Osaka's 24 wards and Setagaya.
 *
 * Points are longitude, latitude in millionths of a degree (WGS84), exact to some metres; a ring does not repeat its first point.
 * Source: shapes.tsv, 「国土数値情報（行政区域データ）」（国土交通省）を加工して作成. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AREA_SHAPE_ATTRIBUTION "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"

struct area_ring {
    const int32_t *points; /* longitude, latitude, longitude ... */
    size_t count;          /* of points */
};
struct area_shape {
    const char *code;
    const struct area_ring *rings;
    size_t ring_count;
};
struct area_bounds {
    int32_t west, south, east, north;
};
extern const struct area_shape area_shape_table[]; /* by code */
extern const size_t area_shape_count;

/* NULL when there is no outline of that area. */
const struct area_shape *area_shape_find(const char *code);
struct area_bounds area_shape_bounds(const struct area_shape *s);
/* True inside an odd number of rings. */
bool area_shape_has(const struct area_shape *s, int32_t longitude, int32_t latitude);
/* The middle of the largest ring's surface. */
void area_shape_middle(const struct area_shape *s, int32_t *ret_longitude, int32_t *ret_latitude);
