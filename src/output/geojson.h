/* geojson.h -- places and outlines as RFC 7946 has them: longitude first, WGS84, in degrees.
 *
 *   geojson_begin(&j);
 *   geojson_feature(&j, id); geojson_point(&j, longitude, latitude); json_open(&j, '{'); ... json_close(&j, '}'); geojson_feature_end(&j);
 *   geojson_end_features(&j); json_pair(&j, "attribution", ...); json_close(&j, '}');
 * Members beside `features` are foreign members (§6.1). */
#pragma once
#include "base/json.h"

#include <stddef.h>
#include <stdint.h>

#define GEOJSON_TYPE "application/geo+json; charset=utf-8"

void geojson_begin(struct json *j);
void geojson_end_features(struct json *j);
/* Begins a feature; then comes its geometry, then its properties as an object.  `id` NULL: without one. */
void geojson_feature(struct json *j, const char *id);
void geojson_feature_end(struct json *j);
/* Millionths of a degree. */
void geojson_point(struct json *j, long longitude, long latitude);
void geojson_nowhere(struct json *j); /* §3.2: the place is not known */
/* An area of rings that lie beside each other: longitude, latitude ... in millionths; the first point is not repeated.  Rings are written
 * counterclockwise (§3.1.6). */
struct geojson_ring {
    const int32_t *points;
    size_t count;
};
void geojson_area(struct json *j, const struct geojson_ring *rings, size_t count);
