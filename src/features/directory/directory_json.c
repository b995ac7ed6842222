/* directory_json.c -- entries for programs: the same fields as the page shows this viewer. */
#include "base/count.h"
#include "base/json.h"
#include "features/directory/directory_asked.h"

#include <string.h>

static void write_number(struct json *j, const char *name, long n)
{
    json_key(j, name);
    if (n == FIELD_BLANK)
        json_none(j);
    else
        json_int(j, n);
}

static void write_degrees(struct json *j, const char *name, long millionths)
{
    json_key(j, name);
    if (millionths == FIELD_BLANK)
        json_none(j);
    else
        json_double(j, (double)millionths / 1e6, 6);
}

static void write_imported(struct json *j, const struct facility *f)
{
    const char *const texts[][2] = {
        {"id", f->id}, {"source", f->source}, {"kind", f->kind}, {"postal", f->postal}, {"office_number", f->office_number},
        {"service_code", f->service_code}, {"name", f->name}, {"kana", f->kana}, {"corporation", f->corporation},
        {"corporation_number", f->corporation_number}, {"area_code", f->area_code}, {"address", f->address}, {"phone", f->phone}, {"fax", f->fax},
        {"url", f->url}, {"days", f->days}, {"note", f->note}, {"merged_into", f->merged_into}, {"imported_at", f->imported_at}};
    for (size_t i = 0; i < COUNT(texts); i++)
        json_pair(j, texts[i][0], texts[i][1]);
    write_number(j, "capacity", f->capacity);
    write_number(j, "beds", f->beds);
    write_degrees(j, "latitude", f->latitude);
    write_degrees(j, "longitude", f->longitude);
    json_key(j, "is_listed");
    json_bool(j, f->is_listed);
}

static void write_codes(struct json *j, const char *codes, struct arena *a)
{
    json_open(j, '[');
    for (const char *c; (c = codes_next(&codes, a));)
        json_text(j, c);
    json_close(j, ']');
}

/* Members that are not for this viewer are left out, so that blank means unknown. */
static void write_local(struct json *j, const struct audience *who, const struct facility_local *l)
{
    auto_arena *a = arena_new();
    json_key(j, "local");
    if (!*l->head.id) {
        json_none(j);
        return;
    }
    json_open(j, '{');
    for (size_t i = 0; i < facility_local_set.count; i++) {
        const struct field *f = &facility_local_set.fields[i];
        if (!audience_sees(who, f->name))
            continue;
        json_key(j, f->name);
        if (f->type == FIELD_CODES || f->type == FIELD_REFS)
            write_codes(j, field_text(f, l, a), a);
        else
            json_text(j, field_text(f, l, a));
    }
    json_close(j, '}');
}

void directory_write_hit(struct json *j, const struct audience *who, const struct directory_hit *hit)
{
    static const char *const states[] = {[DIRECTORY_UNKNOWN] = "unknown", [DIRECTORY_OPEN] = "open", [DIRECTORY_CLOSED] = "closed"};
    json_open(j, '{');
    write_imported(j, &hit->facility);
    json_pair(j, "state", states[hit->state]);
    json_pair(j, "reason", hit->reason);
    write_number(j, "distance_metres", hit->metres < 0 ? FIELD_BLANK : hit->metres);
    write_local(j, who, &hit->local);
    json_close(j, '}');
}

const char *const *directory_attributions(const struct directory_hit *hits, size_t count, size_t *ret_count, struct arena *a)
{
    const char **lines = NEW_ARRAY(a, count + 1, const char *);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const char *line = facility_attribution(a, hits[i].facility.source);
        size_t k = 0;
        while (k < n && strcmp(lines[k], line))
            k++;
        if (k == n)
            lines[n++] = line;
    }
    *ret_count = n;
    return lines;
}

static void write_place(struct json *j, const struct directory_place *p)
{
    json_key(j, "place");
    json_open(j, '{');
    write_degrees(j, "latitude", p->latitude);
    write_degrees(j, "longitude", p->longitude);
    json_pair_int(j, "accuracy_metres", p->metres);
    json_pair(j, "words", p->words);
    json_close(j, '}');
}

bool directory_reply_json(struct asked *x, const struct directory_result *result)
{
    struct request *req = x->req;
    struct json j;
    size_t lines;
    const char *const *attributions = directory_attributions(result->hits, result->count, &lines, req->arena);
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair_int(&j, "total", result->total);
    json_key(&j, "is_more");
    json_bool(&j, result->more);
    if (x->place.metres)
        write_place(&j, &x->place);
    json_key(&j, "attributions");
    json_open(&j, '[');
    for (size_t i = 0; i < lines; i++)
        json_text(&j, attributions[i]);
    json_close(&j, ']');
    json_key(&j, "items");
    json_open(&j, '[');
    for (size_t i = 0; i < result->count; i++)
        directory_write_hit(&j, &x->who, &result->hits[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    if (x->d.offset + (long)result->count < result->total || (result->more && result->count == DIRECTORY_PAGE)) {
        const char *next = asked_url(x, "page", arena_printf(req->arena, "%ld", x->page + 1));
        reply_header(req, "Link", arena_printf(req->arena, "</api/v1%s>; rel=\"next\"", next));
    }
    return reply_json(req, 200);
}
