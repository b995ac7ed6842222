#include "features/fhir/fhir_write.h"

#include <stdbool.h>
#include <string.h>

enum { DEEPEST = 6, NAME_LONGEST = 40 };

/* The objects that are open, by their names in the last path. */
struct trail {
    const char *names[DEEPEST];
    size_t sizes[DEEPEST];
    size_t depth;
};

static bool is_array(const char *name, size_t size)
{
    return size > 2 && !strncmp(name + size - 2, "[]", 2);
}

static void write_key(struct json *j, const char *name, size_t size)
{
    char key[NAME_LONGEST];
    size -= is_array(name, size) ? 2 : 0;
    size = size < sizeof key ? size : sizeof key - 1;
    memcpy(key, name, size);
    key[size] = '\0';
    json_key(j, key);
}

static void open_object(struct json *j, const char *name, size_t size)
{
    write_key(j, name, size);
    if (is_array(name, size))
        json_open(j, '[');
    json_open(j, '{');
}

static void close_object(struct json *j, const char *name, size_t size)
{
    json_close(j, '}');
    if (is_array(name, size))
        json_close(j, ']');
}

static void close_to(struct json *j, struct trail *t, size_t depth)
{
    for (; t->depth > depth; t->depth--)
        close_object(j, t->names[t->depth - 1], t->sizes[t->depth - 1]);
}

/* Opens the objects above the path's last name and gives that name. */
static const char *open_to(struct json *j, struct trail *t, const char *path)
{
    size_t same = 0;
    bool together = true;
    for (size_t size; path[size = strcspn(path, ".")]; path += size + 1) {
        together = together && same < t->depth && t->sizes[same] == size && !strncmp(t->names[same], path, size);
        if (together) {
            same++;
            continue;
        }
        close_to(j, t, same);
        open_object(j, path, size);
        t->names[t->depth] = path;
        t->sizes[t->depth++] = size;
        same = t->depth;
    }
    close_to(j, t, same);
    return path;
}

static void write_codes(struct json *j, const char *codes)
{
    json_open(j, '[');
    for (size_t size; *codes; codes += size + (codes[size] == ' ')) {
        char code[NAME_LONGEST] = "";
        size = strcspn(codes, " ");
        memcpy(code, codes, size < sizeof code ? size : sizeof code - 1);
        json_text(j, code);
    }
    json_close(j, ']');
}

static void write_list(struct json *j, const struct fhir_row *r, const struct fhir_list *list)
{
    json_open(j, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_open(j, '{');
        fhir_write(j, r->items, (const char *)list->items + i * r->items->size);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_value(struct json *j, const struct fhir_row *r, const void *from)
{
    const void *member = (const char *)from + r->at;
    const char *text = r->kind == FHIR_LIST ? "" : *(const char *const *)member;
    switch (r->kind) {
    case FHIR_TEXT: json_text(j, text); break;
    case FHIR_FIXED: json_text(j, r->fixed); break;
    case FHIR_NUMBER: json_raw(j, text); break;
    case FHIR_TRUE: json_bool(j, true); break;
    case FHIR_CODES: write_codes(j, text); break;
    case FHIR_LIST: write_list(j, r, member); break;
    case FHIR_GROUP:
        json_open(j, '{');
        fhir_write(j, r->items, from);
        json_close(j, '}');
        break;
    }
}

static bool is_there(const struct fhir_row *r, const void *from)
{
    const void *member = (const char *)from + r->at;
    return r->kind == FHIR_LIST ? ((const struct fhir_list *)member)->count > 0 : **(const char *const *)member != '\0';
}

void fhir_write(struct json *j, const struct fhir_table *table, const void *from)
{
    struct trail t = {.depth = 0};
    for (size_t i = 0; i < table->count; i++) {
        const struct fhir_row *r = &table->rows[i];
        if (!is_there(r, from))
            continue;
        const char *name = open_to(j, &t, r->path);
        size_t size = strlen(name);
        write_key(j, name, size);
        if (is_array(name, size))
            json_open(j, '[');
        write_value(j, r, from);
        if (is_array(name, size))
            json_close(j, ']');
    }
    close_to(j, &t, 0);
}
