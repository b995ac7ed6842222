/* field_rows.c -- the small table of a FIELD_ROWS: JSON text in the record, an array of structs in the program. */
#include "base/field.h"

#include "base/buf.h"
#include "base/field_member.h"
#include "base/json.h"

#include <jansson.h>
#include <string.h>

static void read_item(const struct field_set *set, const json_t *object, void *item, struct arena *a)
{
    field_clear(set, item);
    for (size_t i = 0; i < set->count; i++) {
        const char *text = json_string_value(json_object_get(object, set->fields[i].name));
        if (text)
            field_set_text(&set->fields[i], item, text, a);
    }
}

/* --- the text as field_rows_text writes it, without a library: [{"name":"text",...},...] with the short escapes --- */

struct reading {
    const char *at;
    struct arena *arena;
};

static bool take(struct reading *r, char c)
{
    bool is_next = *r->at == c;
    r->at += is_next;
    return is_next;
}

/* NULL for what only a JSON reader understands or refuses. */
static const char *take_text(struct reading *r)
{
    static const char stops[] = "\"\\\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";
    if (!take(r, '"'))
        return NULL;
    size_t size = strcspn(r->at, stops);
    if (r->at[size] == '"') {
        const char *text = arena_strndup(r->arena, r->at, size);
        r->at += size + 1;
        return text;
    }
    const char *end = r->at;
    while (*end && *end != '"')
        end += *end == '\\' && end[1] ? 2 : 1;
    char *text = arena_alloc(r->arena, (size_t)(end - r->at) + 1), *to = text;
    for (; r->at < end; r->at++) {
        if ((unsigned char)*r->at < 0x20)
            return NULL;
        if (*r->at != '\\') {
            *to++ = *r->at;
            continue;
        }
        switch (*++r->at) {
        case 'n': *to++ = '\n'; break;
        case 'r': *to++ = '\r'; break;
        case 't': *to++ = '\t'; break;
        case '"':
        case '\\': *to++ = *r->at; break;
        default: return NULL;
        }
    }
    return take(r, '"') ? text : NULL;
}

static void set_member(const struct field_set *set, void *item, const char *name, const char *text, struct arena *a)
{
    for (size_t i = 0; i < set->count; i++)
        if (!strcmp(set->fields[i].name, name))
            field_set_text(&set->fields[i], item, text, a);
}

static bool take_item(struct reading *r, const struct field_set *set, void *item)
{
    field_clear(set, item);
    if (!take(r, '{'))
        return false;
    do {
        const char *name = take_text(r), *text = name && take(r, ':') ? take_text(r) : NULL;
        if (!text)
            return false;
        set_member(set, item, name, text, r->arena);
    } while (take(r, ','));
    return take(r, '}');
}

static size_t items_at_most(const char *text)
{
    size_t n = 0;
    for (; (text = strchr(text, '{')); text++)
        n++;
    return n;
}

/* NULL when it is not written that way. */
static void *read_own(const struct field_set *set, const char *text, struct arena *a, size_t *ret_count)
{
    struct reading r = {text, a};
    size_t room = items_at_most(text), count = 0;
    char *items = arena_array(a, room, set->size);
    if (!take(&r, '['))
        return NULL;
    do
        if (count == room || !take_item(&r, set, items + count++ * set->size))
            return NULL;
    while (take(&r, ','));
    *ret_count = count;
    return take(&r, ']') && !*r.at ? items : NULL;
}

void *field_rows(const struct field *f, const void *row, struct arena *a, size_t *ret_count)
{
    const char *text = field_text(f, row, a);
    void *own = read_own(f->rows, text, a, ret_count);
    if (own)
        return own;
    if (!*text || !strcmp(text, "[]")) {
        *ret_count = 0;
        return arena_array(a, 0, f->rows->size);
    }
    json_t *array = json_loads(text, 0, NULL);
    size_t count = json_array_size(array); /* 0 for what is no array */
    char *items = arena_array(a, count, f->rows->size);
    for (size_t i = 0; i < count; i++)
        read_item(f->rows, json_array_get(array, i), items + i * f->rows->size, a);
    json_decref(array);
    *ret_count = count;
    return items;
}

const char *field_rows_text(const struct field_set *rows, const void *items, size_t count, struct arena *a)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '[');
    for (size_t r = 0; r < count; r++) {
        json_open(&j, '{');
        for (size_t i = 0; i < rows->count; i++)
            json_pair(&j, rows->fields[i].name, field_text(&rows->fields[i], (const char *)items + r * rows->size, a));
        json_close(&j, '}');
    }
    json_close(&j, ']');
    return arena_strndup(a, out.data, out.size);
}
