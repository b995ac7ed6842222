/* directory_geojson.c -- the map's data for anybody's map: entries and squares of a part of it, outlines of wards.  RFC 7946. */
#include "base/code_list.h"
#include "features/area/area.h"
#include "features/directory/directory_asked.h"
#include "output/geojson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *code, *group;
} groups[] = {{"hospital", "hospital"}, {"clinic", "clinic"},        {"dental", "dental"},       {"pharmacy", "pharmacy"},
              {"midwife", "clinic"},    {"home_nursing", "nursing"}, {"430", "planning"}};

/* What its sign on the map is: medicine by its kind, care by where it is given. */
static const char *group_of(const struct facility *f)
{
    static const char *const nursing = " 130 760 770 ", *const living = " 320 331 332 334 335 336 337 361 362 364 510 520 530 540 550 ";
    const char *code = *f->service_code ? f->service_code : f->kind;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (!strcmp(groups[i].code, code))
            return groups[i].group;
    if (*code && codes_has(nursing, code))
        return "nursing";
    return *code && codes_has(living, code) ? "living" : "care";
}

static void write_entry(struct json *j, const struct facility *f)
{
    json_pair(j, "name", f->name);
    json_pair(j, "service", directory_service_words(f));
    json_pair(j, "kind", group_of(f));
}

static void write_box(struct json *j, struct directory_box b)
{
    const long edges[] = {b.west, b.south, b.east, b.north};
    json_key(j, "box");
    json_open(j, '[');
    for (size_t i = 0; i < 4; i++)
        json_double(j, (double)edges[i] / 1e6, 6);
    json_close(j, ']');
}

static void write_spot(struct json *j, const struct directory_spot *s)
{
    bool single = s->count == 1 && s->entry_count == 1;
    geojson_feature(j, single ? s->entries[0].id : NULL);
    geojson_point(j, s->longitude, s->latitude);
    json_open(j, '{');
    json_pair_int(j, "count", s->count);
    if (single) {
        write_entry(j, &s->entries[0]);
    } else {
        json_pair(j, "area", s->area);
        write_box(j, s->box);
        json_key(j, "entries");
        json_open(j, '[');
        for (size_t i = 0; i < s->entry_count; i++) {
            json_open(j, '{');
            json_pair(j, "id", s->entries[i].id);
            write_entry(j, &s->entries[i]);
            json_close(j, '}');
        }
        json_close(j, ']');
    }
    json_close(j, '}');
    geojson_feature_end(j);
}

static bool read_degrees(const char **at, double most, long *ret)
{
    char *end;
    double x = strtod(*at, &end);
    if (end == *at || !isfinite(x) || fabs(x) > most)
        return false;
    *ret = lround(x * 1e6);
    *at = *end == ',' ? end + 1 : end;
    return true;
}

/* west,south,east,north as in RFC 7946 §5. */
static bool read_box(const char *text, struct directory_box *b)
{
    return read_degrees(&text, 180, &b->west) && read_degrees(&text, 90, &b->south) && read_degrees(&text, 180, &b->east) &&
           read_degrees(&text, 90, &b->north) && !*text && b->west < b->east && b->south < b->north;
}

bool directory_map_geojson(struct request *req, struct err *err)
{
    struct asked x;
    struct directory_box box;
    struct directory_map map;
    struct json j;
    char *end;
    const char *zoom = request_query(req, "zoom");
    long level = strtol(zoom, &end, 10);
    if (!read_box(request_query(req, "bbox"), &box))
        return err_set(err, ERR_INPUT, "directory.map_box", "bbox");
    if (end == zoom || *end || level < 3 || level > 20)
        return err_set(err, ERR_INPUT, "directory.map_zoom", "zoom");
    if (!asked_read(&x, req, &req->query, directory_base(req), err) || !directory_map(req->db, &x.d, &x.who, box, (int)level, req->arena, &map, err))
        return false;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    geojson_begin(&j);
    for (size_t i = 0; i < map.count; i++)
        write_spot(&j, &map.spots[i]);
    geojson_end_features(&j);
    json_pair_int(&j, "total", map.total);
    json_key(&j, "is_partial");
    json_bool(&j, map.is_partial);
    json_key(&j, "is_hidden");
    json_bool(&j, map.is_hidden);
    json_close(&j, '}');
    req->status = 200;
    req->content_type = GEOJSON_TYPE;
    return true;
}

/* The outlines belong to the program: they change with it alone. */
bool directory_wards(struct request *req, struct err *err)
{
    (void)err;
    struct json j;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    geojson_begin(&j);
    for (size_t i = 0; i < area_shape_count; i++) {
        const struct area_shape *s = &area_shape_table[i];
        struct geojson_ring *rings = NEW_ARRAY(req->arena, s->ring_count, struct geojson_ring);
        for (size_t k = 0; k < s->ring_count; k++)
            rings[k] = (struct geojson_ring){s->rings[k].points, s->rings[k].count};
        geojson_feature(&j, s->code);
        geojson_area(&j, rings, s->ring_count);
        json_open(&j, '{');
        json_pair(&j, "name", area_label(req->db, s->code, req->arena));
        json_close(&j, '}');
        geojson_feature_end(&j);
    }
    geojson_end_features(&j);
    json_pair(&j, "attribution", AREA_SHAPE_ATTRIBUTION);
    json_close(&j, '}');
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < req->out.size; i++)
        hash = (hash ^ (unsigned char)req->out.data[i]) * 1099511628211u;
    reply_header(req, "ETag", arena_printf(req->arena, "W/\"%016llx\"", (unsigned long long)hash));
    reply_header(req, "Cache-Control", "public, max-age=86400");
    req->status = 200;
    req->content_type = GEOJSON_TYPE;
    return true;
}
