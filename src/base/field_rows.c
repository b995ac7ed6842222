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

void *field_rows(const struct field *f, const void *row, struct arena *a, size_t *ret_count)
{
    const char *text = field_text(f, row, a);
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
