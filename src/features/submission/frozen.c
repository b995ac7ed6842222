#include "features/submission/frozen.h"

#include "base/json.h"

#include <jansson.h>
#include <string.h>

static void write_cell(struct json *j, const struct cell *c)
{
    json_open(j, '{');
    json_pair_int(j, "kind", c->kind);
    if (c->text)
        json_pair(j, "text", c->text);
    if (c->number)
        json_pair_int(j, "number", c->number);
    if (c->decimals)
        json_pair_int(j, "decimals", c->decimals);
    if (c->unit)
        json_pair(j, "unit", c->unit);
    if (c->delta)
        json_pair_int(j, "delta", 1);
    if (c->drill)
        json_pair(j, "drill", c->drill);
    if (c->note)
        json_pair(j, "note", c->note);
    json_close(j, '}');
}

static void write_columns(struct json *j, const struct table *t)
{
    json_key(j, "columns");
    json_open(j, '[');
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        json_open(j, '{');
        json_pair(j, "label", c->label);
        json_pair(j, "key", c->key);
        json_pair(j, "unit", c->unit);
        json_pair_int(j, "kind", c->kind);
        json_pair_int(j, "width", c->width);
        json_pair_int(j, "chart", c->chart);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_rows(struct json *j, const struct table *t)
{
    json_key(j, "rows");
    json_open(j, '[');
    for (size_t i = 0; i < t->row_count; i++) {
        json_open(j, '{');
        json_pair_int(j, "kind", t->rows[i].kind);
        json_pair(j, "key", t->rows[i].key);
        json_key(j, "cells");
        json_open(j, '[');
        for (size_t k = 0; k < t->column_count; k++)
            write_cell(j, &t->rows[i].cells[k]);
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
}

const char *frozen_write(const struct table *t, struct arena *a)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '{');
    json_pair(&j, "id", t->id);
    json_pair(&j, "title", t->title);
    json_pair(&j, "subtitle", t->subtitle);
    json_pair(&j, "as_of", t->as_of);
    json_pair(&j, "commentary", t->commentary);
    json_pair_int(&j, "landscape", t->landscape);
    json_pair_int(&j, "chart", t->chart);
    json_pair(&j, "basis_measure", t->basis.measure);
    json_pair(&j, "basis_unit", t->basis.unit);
    json_pair(&j, "basis_population", t->basis.population);
    json_pair(&j, "basis_version", t->basis.version);
    json_pair_int(&j, "basis_multiple", t->basis.multiple_answer);
    json_key(&j, "notes");
    json_open(&j, '[');
    for (size_t i = 0; i < t->note_count; i++)
        json_text(&j, t->notes[i]);
    json_close(&j, ']');
    write_columns(&j, t);
    write_rows(&j, t);
    json_close(&j, '}');
    return arena_strndup(a, out.data, out.size);
}

static const char *text_of(const json_t *object, const char *name, struct arena *a)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? arena_strdup(a, s) : NULL;
}

static long long int_of(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static struct cell read_cell(const json_t *o, struct arena *a)
{
    return (struct cell){
        .kind = (enum cell_kind)int_of(o, "kind"),
        .text = text_of(o, "text", a),
        .number = int_of(o, "number"),
        .decimals = (int)int_of(o, "decimals"),
        .unit = text_of(o, "unit", a),
        .delta = int_of(o, "delta") != 0,
        .drill = text_of(o, "drill", a),
        .note = text_of(o, "note", a),
    };
}

static struct table *read_table(const json_t *root, struct arena *a)
{
    struct table *t = table_new(a, text_of(root, "id", a), text_of(root, "title", a));
    t->subtitle = text_of(root, "subtitle", a);
    t->as_of = text_of(root, "as_of", a);
    t->commentary = text_of(root, "commentary", a);
    t->landscape = int_of(root, "landscape") != 0;
    t->chart = (enum chart_kind)int_of(root, "chart");
    t->frozen = true;
    t->basis = (struct basis){text_of(root, "basis_measure", a), text_of(root, "basis_unit", a), text_of(root, "basis_population", a),
                              int_of(root, "basis_multiple") != 0, text_of(root, "basis_version", a)};
    size_t i;
    json_t *each;
    json_array_foreach(json_object_get(root, "columns"), i, each)
    {
        struct column *c = table_column(t, text_of(each, "key", a), text_of(each, "label", a), (enum column_kind)int_of(each, "kind"),
                                        text_of(each, "unit", a));
        c->width = (int)int_of(each, "width");
        c->chart = int_of(each, "chart") != 0;
    }
    json_array_foreach(json_object_get(root, "rows"), i, each)
    {
        struct row *r = table_row(t, (enum row_kind)int_of(each, "kind"), text_of(each, "key", a));
        size_t k;
        json_t *cell;
        json_array_foreach(json_object_get(each, "cells"), k, cell)
        {
            if (k < t->column_count)
                r->cells[k] = read_cell(cell, a);
        }
    }
    json_array_foreach(json_object_get(root, "notes"), i, each) table_note(t, "%s", json_string_value(each));
    return t;
}

bool frozen_read(const char *text, struct arena *a, struct table **ret_table, struct err *err)
{
    json_t *root = json_loads(text, 0, NULL);
    bool ours = json_is_object(root) && json_is_string(json_object_get(root, "id")) && json_is_array(json_object_get(root, "columns")) &&
                json_is_array(json_object_get(root, "rows"));
    if (ours)
        *ret_table = read_table(root, a);
    json_decref(root);
    return ours || err_set(err, ERR_BROKEN, "submission.frozen_broken", "frozen text of %zu bytes", strlen(text));
}

static const struct row *row_of(const struct table *t, const char *key)
{
    for (size_t i = 0; i < t->row_count; i++)
        if (t->rows[i].key && !strcmp(t->rows[i].key, key))
            return &t->rows[i];
    return NULL;
}

static long column_of(const struct table *t, const char *key)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].key && !strcmp(t->columns[i].key, key))
            return (long)i;
    return -1;
}

static const char *printed(const struct table *t, const struct row *r, long column, struct arena *a)
{
    (void)t;
    return r && column >= 0 ? cell_print(&r->cells[column], a) : "";
}

struct changes {
    struct frozen_change *items;
    size_t count, room;
};

static void compare_row(const struct table *before, const struct table *after, const struct row *r, struct arena *a, struct changes *c)
{
    const struct row *other = row_of(before, r->key);
    for (size_t k = 1; k < after->column_count && c->count < c->room; k++) {
        const char *was = printed(before, other, column_of(before, after->columns[k].key), a);
        const char *is = cell_print(&r->cells[k], a);
        if (strcmp(was, is))
            c->items[c->count++] = (struct frozen_change){cell_print(&r->cells[0], a), after->columns[k].label, was, is};
    }
}

void frozen_compare(const struct table *before, const struct table *after, struct arena *a, struct frozen_change **ret_changes,
                    size_t *ret_count)
{
    struct changes c = {.room = after->row_count * after->column_count + before->row_count + 1};
    c.items = NEW_ARRAY(a, c.room, struct frozen_change);
    for (size_t i = 0; i < after->row_count; i++)
        if (after->rows[i].key && *after->rows[i].key)
            compare_row(before, after, &after->rows[i], a, &c);
    for (size_t i = 0; i < before->row_count && c.count < c.room; i++) {
        const struct row *r = &before->rows[i];
        if (r->key && *r->key && !row_of(after, r->key))
            c.items[c.count++] = (struct frozen_change){cell_print(&r->cells[0], a), "", "あり", "なし"};
    }
    *ret_changes = c.items;
    *ret_count = c.count;
}
