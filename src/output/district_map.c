/* district_map.c -- the frame of a map and where its words find room. */
#include "output/district_map_inside.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

const struct shade shades[SHADES] = {
    {0}, {.pitch = 7, .dot = 0.9}, {.pitch = 9, .line = 1}, {.pitch = 5, .line = 1.3}, {.pitch = 5, .line = 1.3, .is_crossed = true}, {.is_full = true}};
const struct shade shade_unknown = {.pitch = 16, .line = 0.6, .is_crossed = true};

static int by_value(const void *x, const void *y)
{
    long a = *(const long *)x, b = *(const long *)y;
    return (a > b) - (a < b);
}

/* Where most districts lie along one axis: the median, and how far from it still belongs to the map, four times the middle half's width. */
struct middle {
    long median, reach;
};

static struct middle middle_of(long *values, size_t count)
{
    static const long least = 100000; /* millionths of a degree, some 10 km */
    qsort(values, count, sizeof *values, by_value);
    long half = values[count * 3 / 4] - values[count / 4];
    return (struct middle){values[count / 2], 4 * (half > least ? half : least)};
}

bool *district_outside(const struct district_map *m, struct arena *a, size_t *ret_count)
{
    bool *outside = NEW_ARRAY(a, m->count + 1, bool);
    long *values = NEW_ARRAY(a, m->count + 1, long);
    *ret_count = 0;
    if (!m->count)
        return outside;
    for (size_t i = 0; i < m->count; i++)
        values[i] = m->districts[i].latitude;
    struct middle latitude = middle_of(values, m->count);
    for (size_t i = 0; i < m->count; i++)
        values[i] = m->districts[i].longitude;
    struct middle longitude = middle_of(values, m->count);
    for (size_t i = 0; i < m->count; i++) {
        const struct district *d = &m->districts[i];
        outside[i] = labs(d->latitude - latitude.median) > latitude.reach || labs(d->longitude - longitude.median) > longitude.reach;
        *ret_count += outside[i];
    }
    return outside;
}

const char *district_outside_words(const struct district_map *m, const bool *outside, struct arena *a)
{
    const char *words = "";
    for (size_t i = 0; i < m->count; i++)
        if (outside[i])
            words = arena_printf(a, "%s%s%s %s", words, *words ? "、" : "地図の外の地区：", m->districts[i].name, m->districts[i].figure);
    return words;
}

struct district_map district_inside(const struct district_map *m, const bool *outside, struct arena *a)
{
    struct district_map inside = *m;
    struct district *list = NEW_ARRAY(a, m->count + 1, struct district);
    inside.count = 0;
    for (size_t i = 0; i < m->count; i++)
        if (!outside[i]) {
            list[inside.count] = m->districts[i];
            list[inside.count++].number = (int)i + 1;
        }
    inside.districts = list;
    return inside;
}

double district_radius(const struct district_map *m, double usual)
{
    enum { CROWD = 60 };
    return m->count > CROWD ? usual * 0.6 : usual;
}

static void stretch(double bounds[4], double longitude, double latitude)
{
    bounds[0] = fmin(bounds[0], longitude);
    bounds[1] = fmin(bounds[1], latitude);
    bounds[2] = fmax(bounds[2], longitude);
    bounds[3] = fmax(bounds[3], latitude);
}

struct district_frame district_frame_fit(const struct district_map *m, double x, double y, double w, double most)
{
    static const double least = 20000; /* a single disc has no extent: some 2 km then */
    double b[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY}, margin = 24;
    for (size_t i = 0; i < m->count; i++) {
        const struct district *d = &m->districts[i];
        stretch(b, (double)d->longitude, (double)d->latitude);
        margin = d->ring_count ? margin : 46; /* the words below a disc at the edge */
        for (size_t r = 0; r < d->ring_count; r++)
            for (size_t k = 0; k < d->rings[r].count; k++)
                stretch(b, d->rings[r].points[2 * k], d->rings[r].points[2 * k + 1]);
    }
    double wide = fmax(b[2] - b[0], least), tall = fmax(b[3] - b[1], least), squeeze = cos((b[1] + b[3]) / 2e6 * M_PI / 180);
    double scale = fmin((w - 2 * margin) / (wide * squeeze), (most - 2 * margin) / tall), h = tall * scale + 2 * margin;
    return (struct district_frame){.x = x, .y = y, .w = w, .h = h, .scale_x = scale * squeeze, .scale_y = scale,
                                   .west = (b[0] + b[2]) / 2 - w / 2 / (scale * squeeze), .north = (b[1] + b[3]) / 2 + h / 2 / scale};
}

double district_x(const struct district_frame *f, double longitude)
{
    return f->x + (longitude - f->west) * f->scale_x;
}

double district_y(const struct district_frame *f, double latitude)
{
    return f->y + (f->north - latitude) * f->scale_y;
}

double district_scale(const struct district_frame *f, double *ret_metres)
{
    static const double steps[] = {2, 2.5, 2};
    double per_metre = f->scale_y * 1e6 / 111195, metres = 10;
    for (size_t i = 0; metres * steps[i % 3] * per_metre <= f->w / 4; i++)
        metres *= steps[i % 3];
    *ret_metres = metres;
    return metres * per_metre;
}

size_t district_count(const struct district_map *m, int step)
{
    size_t n = 0;
    for (size_t i = 0; i < m->count; i++)
        n += m->districts[i].step == step;
    return n;
}

static double width_of(const char *s, double letter)
{
    return (double)text_width(s) * letter * 0.52;
}

static double label_width(const struct district_label *l, double letter)
{
    double w = 0;
    for (size_t i = 0; i < l->count; i++)
        w = fmax(w, width_of(l->lines[i], letter));
    return w;
}

static bool overlap(const struct district_label *a, const struct district_label *b, double letter)
{
    double pitch = letter * 1.2;
    return fabs(a->x - b->x) < (label_width(a, letter) + label_width(b, letter)) / 2 + 2 && a->y - pitch / 2 < b->y + ((double)b->count - 0.5) * pitch &&
           b->y - pitch / 2 < a->y + ((double)a->count - 0.5) * pitch;
}

struct room {
    const struct district_map *map;
    const struct district_frame *frame;
    const struct district_label *labels; /* that stand already */
    double letter, radius;
};

static bool covers_disc(const struct room *r, const struct district_label *l, const struct district *d)
{
    double x = district_x(r->frame, (double)d->longitude), y = district_y(r->frame, (double)d->latitude), pitch = r->letter * 1.2;
    return fabs(l->x - x) < label_width(l, r->letter) / 2 + r->radius && y > l->y - pitch / 2 - r->radius && y < l->y + ((double)l->count - 0.5) * pitch + r->radius;
}

/* Within the frame, beside the labels before it and beside every disc but its own. */
static bool has_room(const struct room *r, const struct district_label *l, size_t own)
{
    double half = label_width(l, r->letter) / 2;
    if (l->x - half < r->frame->x || l->x + half > r->frame->x + r->frame->w)
        return false;
    for (size_t i = 0; i < r->map->count; i++)
        if ((i < own && overlap(l, &r->labels[i], r->letter)) || (i != own && !r->map->districts[i].ring_count && covers_disc(r, l, &r->map->districts[i])))
            return false;
    return true;
}

/* Beside the disc: the middle of a line of these words to the right (1) or left (-1). */
static struct district_label beside(const struct room *r, double x, double y, int side, const char *words)
{
    struct district_label l = {.x = x, .y = y, .lines = {words}, .count = 1};
    l.x += side * (r->radius + 3 + label_width(&l, r->letter) / 2);
    return l;
}

/* What fits first. */
static struct district_label label_of(const struct room *r, size_t i, struct arena *a)
{
    enum { TRIES = 5 };
    const struct district *d = &r->map->districts[i];
    double x = district_x(r->frame, (double)d->longitude), y = district_y(r->frame, (double)d->latitude), pitch = r->letter * 1.2;
    const char *number = arena_printf(a, "%d", d->number), *both = arena_printf(a, "%s %s", d->name, d->figure);
    const struct district_label disc[TRIES] = {{.x = x, .y = y + r->radius + pitch * 0.7, .lines = {d->name, d->figure}, .count = 2}, beside(r, x, y, 1, both),
                                               beside(r, x, y, -1, both), beside(r, x, y, 1, number), beside(r, x, y, -1, number)},
                                outlined[2] = {{.x = x, .y = y - pitch / 2, .lines = {d->name, d->figure}, .count = 2}, {.x = x, .y = y, .lines = {d->figure}, .count = 1}};
    const struct district_label *tries = d->ring_count ? outlined : disc;
    for (size_t k = 0; k < (d->ring_count ? 2 : TRIES); k++)
        if (has_room(r, &tries[k], i)) {
            struct district_label found = tries[k];
            found.is_number = found.lines[0] == number;
            return found;
        }
    return (struct district_label){.x = x, .y = y, .lines = {number}, .count = d->ring_count > 0, .is_number = true}; /* a disc hidden by its number says nothing */
}

struct district_label *district_labels(const struct district_map *m, const struct district_frame *f, double letter, double radius, struct arena *a)
{
    struct district_label *labels = NEW_ARRAY(a, m->count + 1, struct district_label);
    const struct room r = {m, f, labels, letter, radius};
    for (size_t i = 0; i < m->count; i++)
        labels[i] = label_of(&r, i, a);
    return labels;
}
