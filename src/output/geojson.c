#include "output/geojson.h"

void geojson_begin(struct json *j)
{
    json_open(j, '{');
    json_pair(j, "type", "FeatureCollection");
    json_key(j, "features");
    json_open(j, '[');
}

void geojson_end_features(struct json *j)
{
    json_close(j, ']');
}

void geojson_feature(struct json *j, const char *id)
{
    json_open(j, '{');
    json_pair(j, "type", "Feature");
    if (id)
        json_pair(j, "id", id);
    json_key(j, "geometry");
}

void geojson_feature_end(struct json *j)
{
    json_close(j, '}');
}

static void position(struct json *j, long longitude, long latitude)
{
    json_open(j, '[');
    json_double(j, (double)longitude / 1e6, 6);
    json_double(j, (double)latitude / 1e6, 6);
    json_close(j, ']');
}

void geojson_point(struct json *j, long longitude, long latitude)
{
    json_open(j, '{');
    json_pair(j, "type", "Point");
    json_key(j, "coordinates");
    position(j, longitude, latitude);
    json_close(j, '}');
    json_key(j, "properties");
}

void geojson_nowhere(struct json *j)
{
    json_none(j);
    json_key(j, "properties");
}

/* Twice the surface: positive when the ring runs counterclockwise. */
static double turning(const struct geojson_ring *r)
{
    double sum = 0;
    for (size_t i = 0, before = r->count - 1; i < r->count; before = i++) {
        const int32_t *p = r->points + 2 * before, *q = r->points + 2 * i;
        sum += ((double)p[0] - r->points[0]) * ((double)q[1] - r->points[1]) - ((double)q[0] - r->points[0]) * ((double)p[1] - r->points[1]);
    }
    return sum;
}

static void write_ring(struct json *j, const struct geojson_ring *r)
{
    bool backwards = turning(r) < 0;
    json_open(j, '[');
    for (size_t i = 0; i <= r->count; i++) {
        size_t at = i % r->count;
        const int32_t *p = r->points + 2 * (backwards ? (r->count - at) % r->count : at);
        position(j, p[0], p[1]);
    }
    json_close(j, ']');
}

void geojson_area(struct json *j, const struct geojson_ring *rings, size_t count)
{
    json_open(j, '{');
    json_pair(j, "type", "MultiPolygon");
    json_key(j, "coordinates");
    json_open(j, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(j, '[');
        write_ring(j, &rings[i]);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_close(j, '}');
    json_key(j, "properties");
}
