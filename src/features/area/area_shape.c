#include "features/area/area_shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_code(const void *code, const void *shape)
{
    return strcmp(code, ((const struct area_shape *)shape)->code);
}

const struct area_shape *area_shape_find(const char *code)
{
    return bsearch(code, area_shape_table, area_shape_count, sizeof *area_shape_table, by_code);
}

struct area_bounds area_shape_bounds(const struct area_shape *s)
{
    struct area_bounds b = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < s->ring_count; i++)
        for (size_t k = 0; k < s->rings[i].count; k++) {
            const int32_t *p = s->rings[i].points + 2 * k;
            b.west = p[0] < b.west ? p[0] : b.west;
            b.east = p[0] > b.east ? p[0] : b.east;
            b.south = p[1] < b.south ? p[1] : b.south;
            b.north = p[1] > b.north ? p[1] : b.north;
        }
    return b;
}

/* Whether a line from the point to the east crosses the ring an odd number of times. */
static bool ring_has(const struct area_ring *r, double x, double y)
{
    bool inside = false;
    for (size_t i = 0, before = r->count - 1; i < r->count; before = i++) {
        const int32_t *p = r->points + 2 * i, *q = r->points + 2 * before;
        if ((p[1] > y) != (q[1] > y) && x < (double)(q[0] - p[0]) * (y - p[1]) / (q[1] - p[1]) + p[0])
            inside = !inside;
    }
    return inside;
}

bool area_shape_has(const struct area_shape *s, int32_t longitude, int32_t latitude)
{
    bool inside = false;
    for (size_t i = 0; i < s->ring_count; i++)
        inside ^= ring_has(&s->rings[i], longitude, latitude);
    return inside;
}

/* Twice the surface with its sign, and the moments about the ring's first point. */
static double surface(const struct area_ring *r, double *mx, double *my)
{
    double sum = 0;
    *mx = *my = 0;
    for (size_t i = 1; i + 1 < r->count; i++) {
        double ax = r->points[2 * i] - r->points[0], ay = r->points[2 * i + 1] - r->points[1];
        double bx = r->points[2 * i + 2] - r->points[0], by = r->points[2 * i + 3] - r->points[1];
        double cross = ax * by - bx * ay;
        sum += cross;
        *mx += cross * (ax + bx) / 3;
        *my += cross * (ay + by) / 3;
    }
    return sum;
}

void area_shape_middle(const struct area_shape *s, int32_t *ret_longitude, int32_t *ret_latitude)
{
    double largest = 0, mx, my;
    for (size_t i = 0; i < s->ring_count; i++) {
        double twice = surface(&s->rings[i], &mx, &my);
        if (fabs(twice) <= largest)
            continue;
        largest = fabs(twice);
        *ret_longitude = s->rings[i].points[0] + (int32_t)lround(mx / twice);
        *ret_latitude = s->rings[i].points[1] + (int32_t)lround(my / twice);
    }
}
