/* directory_map.c -- what a part of the map shows.  Without conditions beside the service the counts of directory_grid.c answer; near by, and with
 * conditions, the entries themselves are read and put into squares here. */
#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/directory/directory_inside.h"

#include <stdlib.h>
#include <string.h>

enum { ZOOM_LEAST = 3, ZOOM_MOST = 20, SMALLEST_COUNTED = 2048, LARGEST = 2097152, ENTRIES_READ = 3000, PREFECTURE_FROM = 524288 };

/* The edge of squares by zoom: of those that are counted, the one of 48 to 95 pixels; below, 48 pixels. */
static const long sizes[ZOOM_MOST + 1] = {[3] = LARGEST, LARGEST, LARGEST, LARGEST, 524288, 524288, 131072, 131072, 32768, 32768, 8192, 8192, 2048, 2048,
                                          512, 256, 128, 64};

static long squares(struct directory_box b, long size)
{
    return (b.north / size - b.south / size + 1) * (b.east / size - b.west / size + 1);
}

/* Wider squares when the box is wider than a screen at that zoom: the answer is bounded. */
static long size_of(struct directory_box b, int zoom)
{
    long size = sizes[zoom < ZOOM_LEAST ? ZOOM_LEAST : zoom > ZOOM_MOST ? ZOOM_MOST : zoom];
    while (size < LARGEST && squares(b, size) > DIRECTORY_MAP_MOST)
        size = size < SMALLEST_COUNTED ? SMALLEST_COUNTED : size * 4;
    return size;
}

static struct directory_box square_box(long latitude, long longitude, long size)
{
    long south = latitude / size * size, west = longitude / size * size;
    return (struct directory_box){south, west, south + size, west + size};
}

/* Japan, so that no degree is negative.  Source: formats.md §0 rule 4. */
static bool clip(struct directory_box *b)
{
    b->south = b->south < 20000000 ? 20000000 : b->south;
    b->north = b->north > 46000000 ? 46000000 : b->north;
    b->west = b->west < 122000000 ? 122000000 : b->west;
    b->east = b->east > 154000000 ? 154000000 : b->east;
    return b->south <= b->north && b->west <= b->east;
}

static struct facility *entry_of(const struct rows *r, int column, struct facility *f, struct arena *a)
{
    const char **const members[] = {&f->id, &f->name, &f->kind, &f->service_code, &f->area_code};
    *f = (struct facility){0};
    for (size_t i = 0; i < COUNT(members); i++)
        *members[i] = arena_strdup(a, rows_text(r, column + (int)i));
    return f;
}

/* --- from the counts --- */

/* The band's first and last row of squares; the service, the size, the first and last column of squares. */
#define COUNTED(squares, entry) \
    "WITH RECURSIVE band (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM band WHERE n < $2)" \
    " SELECT m.total, m.lat, m.lng, CASE WHEN $4 >= 524288 THEN p.name WHEN a.kind = 'ward' THEN p.name || a.name ELSE a.name END, f.id, f.name, f.kind," \
    " f.service_code, f.area_code FROM band CROSS JOIN " squares " LEFT JOIN area a ON a.code = substr(m.sample, 37) AND m.total > 1" \
    " LEFT JOIN area p ON p.code = CASE WHEN $4 >= 524288 THEN substr(a.path, 1, 6) ELSE a.parent_code END LEFT JOIN " entry
#define IN_BAND "m.service = $3 AND m.size = $4 AND m.cell BETWEEN band.n * 1048576 + $5 AND band.n * 1048576 + $6"
#define SAMPLE "m.total = 1 AND f.id = substr(m.sample, 1, 36)"
static const char counted_sqlite[] = COUNTED("map_cell m", "facility f ON " SAMPLE " WHERE " IN_BAND);
static const char counted_postgresql[] = /* OFFSET as in directory_search.c */
    COUNTED("LATERAL (SELECT m.* FROM map_cell m WHERE " IN_BAND " OFFSET 0) m", "LATERAL (SELECT f.* FROM facility f WHERE " SAMPLE " OFFSET 0) f ON true");

static bool read_counts(struct db *db, const char *service, struct directory_box b, long size, struct arena *a, struct directory_map *ret, struct err *err)
{
    size_t room = (size_t)squares(b, size);
    ret->spots = NEW_ARRAY(a, room + 1, struct directory_spot);
    auto_rows *r = db_query(db, NULL, err, db_is_sqlite(db) ? counted_sqlite : counted_postgresql, INT(b.south / size), INT(b.north / size), TEXT(service), INT(size), INT(b.west / size),
                            INT(b.east / size));
    while (ret->count < room && rows_next(r)) {
        struct directory_spot *s = &ret->spots[ret->count++];
        *s = (struct directory_spot){.count = (long)rows_int(r, 0), .latitude = (long)rows_int(r, 1), .longitude = (long)rows_int(r, 2),
                                     .area = arena_strdup(a, rows_text(r, 3))};
        s->box = square_box(s->latitude, s->longitude, size);
        if (!rows_is_null(r, 4)) {
            s->entries = entry_of(r, 4, NEW(a, struct facility), a);
            s->entry_count = 1;
        }
        ret->total += s->count;
    }
    return !rows_failed(r);
}

/* --- from the entries --- */

struct point {
    long latitude, longitude, cell;
    struct facility entry;
    const char *area;
};

static int by_cell(const void *x, const void *y)
{
    const struct point *p = x, *q = y;
    return p->cell != q->cell ? (p->cell > q->cell) - (p->cell < q->cell) : strcmp(p->entry.id, q->entry.id);
}

#define POINT " c.lat, c.lng, CASE WHEN a.kind = 'ward' THEN p.name || a.name ELSE a.name END, c.id, c.name, c.kind, c.service_code, c.area_code "
#define AREAS " LEFT JOIN area a ON a.code = c.area_code LEFT JOIN area p ON p.code = a.parent_code "

/* Cells of an eighth of the directory's edge. */
static const struct directory_cells near_by = {1024, " ((c.lat / 1024) * 262144 + c.lng / 1024) BETWEEN band.n * 262144 + ? AND band.n * 262144 + ? "};

/* Near by, small cells lead; a little farther, the directory's; of a large part of the country, whatever the conditions find few by. */
static void add_box(struct query *q, struct db *db, struct directory_box b, long size)
{
    if (size < PREFECTURE_FROM)
        directory_box_select(q, db, POINT, AREAS, b, "", size < SMALLEST_COUNTED ? &near_by : NULL);
    else
        query_add(q, "SELECT" POINT "FROM facility c" AREAS "WHERE c.lat BETWEEN ? AND ? AND c.lng BETWEEN ? AND ? AND length(c.merged_into) = 0",
                  INT(b.south), INT(b.north), INT(b.west), INT(b.east));
}

static bool read_points(struct db *db, const struct directory_query *d, struct directory_box b, long size, struct arena *a, struct point *points,
                        size_t *ret_count, bool *ret_more, struct err *err)
{
    struct directory_query conditions = *d;
    struct query q;
    size_t n = 0;
    conditions.has_place = size < PREFECTURE_FROM; /* cells lead */
    query_init(&q, a);
    add_box(&q, db, b, size);
    directory_add_filters(&q, db, &conditions);
    query_add(&q, " LIMIT ?", INT(ENTRIES_READ + 1));
    auto_rows *r = query_run(&q, db, NULL, err);
    while (n < ENTRIES_READ && rows_next(r)) {
        struct point *p = &points[n];
        *p = (struct point){.latitude = (long)rows_int(r, 0), .longitude = (long)rows_int(r, 1)};
        if (d->has_place && d->metres && area_distance(d->latitude, d->longitude, p->latitude, p->longitude) > (double)d->metres)
            continue;
        p->cell = p->latitude / size * 4194304 + p->longitude / size;
        p->area = arena_strdup(a, rows_text(r, 2));
        entry_of(r, 3, &p->entry, a);
        n++;
    }
    *ret_more = n == ENTRIES_READ && rows_next(r);
    *ret_count = n;
    return !rows_failed(r);
}

/* One square's points. */
static struct directory_spot spot_of(const struct point *points, size_t count, long size, struct arena *a)
{
    struct directory_spot s = {.count = (long)count, .area = count > 1 ? points[0].area : ""};
    struct facility *entries = NEW_ARRAY(a, DIRECTORY_MAP_TOGETHER, struct facility);
    for (size_t i = 0; i < count; i++) {
        s.latitude += points[i].latitude;
        s.longitude += points[i].longitude;
        if (count <= DIRECTORY_MAP_TOGETHER)
            entries[s.entry_count++] = points[i].entry;
    }
    s.latitude /= (long)count;
    s.longitude /= (long)count;
    s.box = square_box(s.latitude, s.longitude, size);
    s.entries = entries;
    return s;
}

static bool read_entries(struct db *db, const struct directory_query *d, struct directory_box b, long size, struct arena *a, struct directory_map *ret,
                         struct err *err)
{
    struct point *points = NEW_ARRAY(a, ENTRIES_READ, struct point);
    size_t count;
    if (!read_points(db, d, b, size, a, points, &count, &ret->is_partial, err))
        return false;
    qsort(points, count, sizeof *points, by_cell);
    ret->spots = NEW_ARRAY(a, count + 1, struct directory_spot);
    ret->total = (long long)count;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && points[end].cell == points[i].cell; end++)
            ;
        ret->spots[ret->count++] = spot_of(points + i, end - i, size, a);
    }
    return true;
}

bool directory_map(struct db *db, const struct directory_query *asked, const struct audience *who, struct directory_box box, int zoom, struct arena *a,
                   struct directory_map *ret, struct err *err)
{
    struct directory_query d = *asked;
    *ret = (struct directory_map){.is_hidden = !audience_sees(who, "place")};
    if (ret->is_hidden || !clip(&box))
        return true;
    if (!directory_prepare(db, &d, who, ENTRIES_READ, a, err))
        return false;
    long size = size_of(box, zoom);
    const char *service = directory_only_service(&d);
    bool counted = service && size >= SMALLEST_COUNTED && strcmp(service, "care") != 0;
    if (counted ? !read_counts(db, service, box, size, a, ret, err) : !read_entries(db, &d, box, size, a, ret, err))
        return false;
    for (size_t i = 0; i < ret->count; i++)
        for (size_t k = 0; k < ret->spots[i].entry_count; k++)
            audience_apply(who, &ret->spots[i].entries[k], NULL);
    return true;
}
