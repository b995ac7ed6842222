#include "features/facility/facility_report.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/json.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>

void report_note(struct facility_report *r, struct arena *a, long row, const char *column, const char *reason, bool refused)
{
    if (r->note_count == REPORT_NOTES) {
        r->notes_left_out++;
        return;
    }
    if (r->note_count == r->note_room) {
        size_t room = r->note_room ? r->note_room * 2 : 64;
        struct row_note *notes = NEW_ARRAY(a, room, struct row_note);
        if (r->note_count)
            memcpy(notes, r->notes, r->note_count * sizeof *notes);
        r->notes = notes;
        r->note_room = room;
    }
    r->notes[r->note_count++] = (struct row_note){.row = row, .column = arena_strdup(a, column), .reason = arena_strdup(a, reason), .refused = refused};
}

void report_change(struct facility_report *r, struct arena *a, char kind, const char *key, const char *name)
{
    if (r->change_count == REPORT_CHANGES)
        return;
    if (!r->changes)
        r->changes = NEW_ARRAY(a, REPORT_CHANGES, struct facility_change);
    r->changes[r->change_count++] = (struct facility_change){kind, arena_strdup(a, key), arena_strdup(a, name)};
}

void report_sample(struct facility_report *r, struct arena *a, long row, const struct facility *f)
{
    if (r->sample_count == REPORT_SAMPLES)
        return;
    const char *service = *f->service_code ? code_label("care_service", f->service_code) : code_label("facility_kind", f->kind);
    r->samples[r->sample_count++] = (struct facility_sample){
        .row = row, .name = arena_strdup(a, f->name), .kana = arena_strdup(a, f->kana), .service = arena_strdup(a, service),
        .area_code = arena_strdup(a, f->area_code), .address = arena_strdup(a, f->address), .phone = arena_strdup(a, f->phone),
        .has_place = f->latitude != FIELD_BLANK};
}

void report_columns(struct facility_report *r, struct arena *a, const struct facility_columns *c)
{
    const char **headers = NEW_ARRAY(a, c->header_count + 1, const char *);
    enum facility_column *columns = NEW_ARRAY(a, c->header_count + 1, enum facility_column);
    for (size_t i = 0; i < c->header_count; i++) {
        headers[i] = arena_strdup(a, c->headers[i]);
        columns[i] = facility_column_of(c, (int)i);
    }
    r->headers = headers;
    r->columns = columns;
    r->header_count = c->header_count;
}

#define COUNT_OF(member) {#member, offsetof(struct facility_report, member)}
#define TEXT_OF(member) {#member, offsetof(struct facility_report, member)}
static const struct {
    const char *name;
    size_t offset;
} counts[] = {COUNT_OF(run), COUNT_OF(rows), COUNT_OF(refused), COUNT_OF(added), COUNT_OF(changed), COUNT_OF(unchanged), COUNT_OF(unlisted),
              COUNT_OF(filled), COUNT_OF(padded), COUNT_OF(proposed)},
  words[] = {TEXT_OF(file), TEXT_OF(label), TEXT_OF(release), TEXT_OF(encoding), TEXT_OF(problem), TEXT_OF(said)};

static const char *text_at(const void *row, size_t offset)
{
    const char *const *text = (const void *)((const char *)row + offset);
    return *text ? *text : "";
}

static void write_lists(struct json *j, const struct facility_report *r)
{
    json_key(j, "notes");
    json_open(j, '[');
    for (size_t i = 0; i < r->note_count && i < REPORT_KEPT_NOTES; i++) {
        json_open(j, '[');
        json_int(j, r->notes[i].row);
        json_text(j, r->notes[i].column);
        json_text(j, r->notes[i].reason);
        json_int(j, r->notes[i].refused);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_key(j, "changes");
    json_open(j, '[');
    for (size_t i = 0; i < r->change_count; i++) {
        json_open(j, '[');
        json_int(j, r->changes[i].kind);
        json_text(j, r->changes[i].key);
        json_text(j, r->changes[i].name);
        json_close(j, ']');
    }
    json_close(j, ']');
    json_key(j, "headers");
    json_open(j, '[');
    for (size_t i = 0; i < r->header_count; i++) {
        json_open(j, '[');
        json_text(j, r->headers[i]);
        json_text(j, facility_column_field(r->columns[i]));
        json_close(j, ']');
    }
    json_close(j, ']');
}

static void write_samples(struct json *j, const struct facility_report *r)
{
    json_key(j, "samples");
    json_open(j, '[');
    for (size_t i = 0; i < r->sample_count; i++) {
        const struct facility_sample *s = &r->samples[i];
        const char *const texts[] = {s->name, s->kana, s->service, s->area_code, s->address, s->phone};
        json_open(j, '[');
        json_int(j, s->row);
        json_int(j, s->has_place);
        for (size_t k = 0; k < COUNT(texts); k++)
            json_text(j, texts[k]);
        json_close(j, ']');
    }
    json_close(j, ']');
}

const char *report_json(const struct facility_report *r, struct arena *a)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '{');
    for (size_t i = 0; i < COUNT(words); i++)
        json_pair(&j, words[i].name, text_at(r, words[i].offset));
    for (size_t i = 0; i < COUNT(counts); i++)
        json_pair_int(&j, counts[i].name, *(const long *)(const void *)((const char *)r + counts[i].offset));
    json_pair_int(&j, "is_part", r->is_part);
    json_pair_int(&j, "more_notes", (r->note_count > REPORT_KEPT_NOTES ? (long)r->note_count - REPORT_KEPT_NOTES : 0) + r->notes_left_out);
    write_lists(&j, r);
    write_samples(&j, r);
    json_close(&j, '}');
    return arena_strdup(a, out.data);
}

static const char *item_text(const json_t *list, size_t i, struct arena *a)
{
    return arena_strdup(a, json_string_value(json_array_get(list, i)));
}

static long item_int(const json_t *list, size_t i)
{
    return (long)json_integer_value(json_array_get(list, i));
}

static void read_lists(const json_t *top, struct arena *a, struct facility_report *r)
{
    size_t i;
    json_t *item;
    const json_t *notes = json_object_get(top, "notes"), *changes = json_object_get(top, "changes"), *headers = json_object_get(top, "headers");
    json_array_foreach(notes, i, item)
        report_note(r, a, item_int(item, 0), item_text(item, 1, a), item_text(item, 2, a), item_int(item, 3));
    json_array_foreach(changes, i, item)
        report_change(r, a, (char)item_int(item, 0), item_text(item, 1, a), item_text(item, 2, a));
    const char **names = NEW_ARRAY(a, json_array_size(headers) + 1, const char *);
    enum facility_column *columns = NEW_ARRAY(a, json_array_size(headers) + 1, enum facility_column);
    json_array_foreach(headers, i, item)
    {
        names[i] = item_text(item, 0, a);
        columns[i] = facility_column_named(item_text(item, 1, a));
    }
    r->headers = names;
    r->columns = columns;
    r->header_count = json_array_size(headers);
}

static void read_samples(const json_t *samples, struct arena *a, struct facility_report *r)
{
    size_t i;
    json_t *item;
    json_array_foreach(samples, i, item)
        if (r->sample_count < REPORT_SAMPLES)
            r->samples[r->sample_count++] = (struct facility_sample){
                .row = item_int(item, 0), .has_place = item_int(item, 1), .name = item_text(item, 2, a), .kana = item_text(item, 3, a),
                .service = item_text(item, 4, a), .area_code = item_text(item, 5, a), .address = item_text(item, 6, a), .phone = item_text(item, 7, a)};
}

bool report_read(const char *json, struct arena *a, struct facility_report *ret)
{
    json_t *top = json_loads(json, 0, NULL);
    *ret = (struct facility_report){.problem = "", .said = ""};
    for (size_t i = 0; i < COUNT(words); i++) {
        const char **text = (void *)((char *)ret + words[i].offset);
        *text = arena_strdup(a, json_string_value(json_object_get(top, words[i].name)));
    }
    for (size_t i = 0; i < COUNT(counts); i++)
        *(long *)(void *)((char *)ret + counts[i].offset) = (long)json_integer_value(json_object_get(top, counts[i].name));
    ret->is_part = json_integer_value(json_object_get(top, "is_part"));
    read_lists(top, a, ret);
    read_samples(json_object_get(top, "samples"), a, ret);
    ret->notes_left_out = (long)json_integer_value(json_object_get(top, "more_notes"));
    bool is_object = json_is_object(top);
    json_decref(top);
    return is_object;
}
