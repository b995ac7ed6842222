#include "web/openapi.h"

#include "base/code_list.h"
#include "base/field.h"
#include "base/json.h"
#include "store/record.h"
#include "web/app_private.h"
#include "web/resource.h"

#include <string.h>

static void type_of(struct json *j, const char *type, const char *format)
{
    json_pair(j, "type", type);
    if (format)
        json_pair(j, "format", format);
}

static void codes_of(struct json *j, const struct field *f)
{
    const struct code_list *list = f->codes ? code_list_find(f->codes) : NULL;
    if (!list)
        return;
    json_key(j, "enum");
    json_open(j, '[');
    for (size_t i = 0; i < list->count; i++)
        json_text(j, list->codes[i].code);
    json_close(j, ']');
}

static void field_schema(struct json *j, const struct field *f);

static void properties(struct json *j, const struct field_set *set)
{
    json_key(j, "properties");
    json_open(j, '{');
    for (size_t i = 0; i < set->count; i++) {
        json_key(j, set->fields[i].name);
        field_schema(j, &set->fields[i]);
    }
    json_close(j, '}');
}

static void required(struct json *j, const struct field_set *set)
{
    json_key(j, "required");
    json_open(j, '[');
    for (size_t i = 0; i < set->count; i++)
        if (set->fields[i].required && !(set->fields[i].flags & FIELD_COMPUTED))
            json_text(j, set->fields[i].name);
    json_close(j, ']');
}

static void items(struct json *j, const struct field *f)
{
    type_of(j, "array", NULL);
    json_key(j, "items");
    json_open(j, '{');
    if (f->type == FIELD_ROWS) {
        type_of(j, "object", NULL);
        properties(j, f->rows);
    } else {
        type_of(j, "string", NULL);
        codes_of(j, f);
    }
    json_close(j, '}');
    if (f->min > 0)
        json_pair_int(j, "minItems", f->min);
    if (f->type == FIELD_ROWS)
        json_pair_int(j, "maxItems", f->max ? f->max : 200);
}

static void text(struct json *j, const struct field *f, long longest)
{
    type_of(j, "string", NULL);
    json_pair_int(j, "maxLength", f->max ? f->max : longest);
}

static void whole_number(struct json *j, const struct field *f)
{
    type_of(j, "integer", NULL);
    json_pair_int(j, "minimum", f->min);
    if (f->max)
        json_pair_int(j, "maximum", f->max);
}

static void field_schema(struct json *j, const struct field *f)
{
    json_open(j, '{');
    json_pair(j, "title", f->label);
    if (f->help)
        json_pair(j, "description", f->help);
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_KANA: text(j, f, 200); break;
    case FIELD_LONG_TEXT: text(j, f, 2000); break;
    case FIELD_INT: whole_number(j, f); break;
    case FIELD_DATE: type_of(j, "string", "date"); break;
    case FIELD_TIME: type_of(j, "string", "time"); break;
    case FIELD_DATETIME:
        type_of(j, "string", NULL);
        json_pair(j, "pattern", "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$");
        break;
    case FIELD_CODE:
        type_of(j, "string", NULL);
        codes_of(j, f);
        break;
    case FIELD_REF: type_of(j, "string", "uuid"); break;
    case FIELD_CODES:
    case FIELD_REFS:
    case FIELD_ROWS: items(j, f); break;
    }
    if (f->flags & FIELD_COMPUTED)
        json_key(j, "readOnly"), json_bool(j, true);
    json_close(j, '}');
}

static const struct field_set *body_of(const struct route *r)
{
    if (r->body)
        return r->body;
    return r->resource && r->resource->record ? r->resource->record->set : NULL;
}

static void schemas(struct json *j, const struct app *app)
{
    size_t count = 0;
    const struct route *const *routes = app_routes(app, &count);
    const struct field_set *done[256];
    size_t done_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct field_set *set = body_of(routes[i]);
        bool seen = !set || done_count == sizeof done / sizeof *done;
        for (size_t k = 0; !seen && k < done_count; k++)
            seen = done[k] == set;
        if (seen)
            continue;
        done[done_count++] = set;
        json_key(j, set->name);
        json_open(j, '{');
        json_pair(j, "title", set->label);
        type_of(j, "object", NULL);
        properties(j, set);
        required(j, set);
        json_close(j, '}');
    }
}

static void problem_schema(struct json *j)
{
    static const char *const members[] = {"type", "title", "detail", "instance", "field"};
    json_key(j, "problem");
    json_open(j, '{');
    type_of(j, "object", NULL);
    json_pair(j, "description", "RFC 9457");
    json_key(j, "properties");
    json_open(j, '{');
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_key(j, members[i]);
        json_open(j, '{');
        type_of(j, "string", NULL);
        json_close(j, '}');
    }
    json_key(j, "status");
    json_open(j, '{');
    type_of(j, "integer", NULL);
    json_close(j, '}');
    json_close(j, '}');
    json_close(j, '}');
}

/* "/consultations/:id" -> "/consultations/{id}" */
static const char *api_path(const char *path, struct arena *a)
{
    auto_buf out = {0};
    for (const char *at = path; *at;) {
        size_t size = strcspn(at, ":");
        buf_bytes(&out, at, size);
        at += size;
        if (*at == ':') {
            size_t name = strcspn(++at, "/");
            buf_printf(&out, "{%.*s}", (int)name, at);
            at += name;
        }
    }
    return arena_strdup(a, out.data ? out.data : "/");
}

static void parameters(struct json *j, const char *path, struct arena *a)
{
    json_key(j, "parameters");
    json_open(j, '[');
    for (const char *at = strchr(path, ':'); at; at = strchr(at, ':')) {
        size_t size = strcspn(++at, "/");
        json_open(j, '{');
        json_pair(j, "name", arena_strndup(a, at, size));
        json_pair(j, "in", "path");
        json_key(j, "required"), json_bool(j, true);
        json_key(j, "schema");
        json_open(j, '{');
        type_of(j, "string", NULL);
        json_close(j, '}');
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void content(struct json *j, const char *type, const char *schema, struct arena *a)
{
    json_key(j, "content");
    json_open(j, '{');
    json_key(j, type);
    json_open(j, '{');
    if (schema) {
        json_key(j, "schema");
        json_open(j, '{');
        json_pair(j, "$ref", arena_printf(a, "#/components/schemas/%s", schema));
        json_close(j, '}');
    }
    json_close(j, '}');
    json_close(j, '}');
}

static void replies(struct json *j, const struct route *r, struct arena *a)
{
    json_key(j, "responses");
    json_open(j, '{');
    json_key(j, "2XX");
    json_open(j, '{');
    json_pair(j, "description", r->summary ? r->summary : r->path);
    json_close(j, '}');
    json_key(j, "default");
    json_open(j, '{');
    json_pair(j, "description", "できなかった理由");
    content(j, "application/problem+json", "problem", a);
    json_close(j, '}');
    json_close(j, '}');
}

static void operation(struct json *j, const struct route *r, struct arena *a)
{
    static const char *const names[] = {"get", "post", "put", "patch", "delete"};
    json_key(j, names[r->method]);
    json_open(j, '{');
    json_pair(j, "summary", r->summary ? r->summary : r->path);
    parameters(j, r->path, a);
    const struct field_set *set = r->method == GET || r->method == DELETE ? NULL : body_of(r);
    if (set) {
        json_key(j, "requestBody");
        json_open(j, '{');
        content(j, "application/json", set->name, a);
        json_close(j, '}');
    }
    if (r->needs == PERM_PUBLIC) {
        json_key(j, "security");
        json_open(j, '[');
        json_close(j, ']');
    }
    replies(j, r, a);
    json_close(j, '}');
}

/* All methods of a path stand in one object: at the first of its routes. */
static void paths(struct json *j, const struct app *app, struct arena *a)
{
    size_t count = 0;
    const struct route *const *routes = app_routes(app, &count);
    for (size_t i = 0; i < count; i++) {
        bool told = !(routes[i]->flags & ROUTE_API);
        for (size_t k = 0; !told && k < i; k++)
            told = (routes[k]->flags & ROUTE_API) && !strcmp(routes[k]->path, routes[i]->path);
        if (told)
            continue;
        json_key(j, api_path(routes[i]->path, a));
        json_open(j, '{');
        for (size_t k = i; k < count; k++)
            if ((routes[k]->flags & ROUTE_API) && !strcmp(routes[k]->path, routes[i]->path))
                operation(j, routes[k], a);
        json_close(j, '}');
    }
}

static void security_schemes(struct json *j)
{
    json_key(j, "securitySchemes");
    json_open(j, '{');
    json_key(j, "token");
    json_open(j, '{');
    json_pair(j, "type", "http");
    json_pair(j, "scheme", "bearer");
    json_close(j, '}');
    json_close(j, '}');
}

void openapi_write(const struct app *app, struct buf *out)
{
    auto_arena *a = arena_new();
    struct json j;
    json_init(&j, out);
    json_open(&j, '{');
    json_pair(&j, "openapi", "3.1.0");
    json_key(&j, "info");
    json_open(&j, '{');
    json_pair(&j, "title", "連携");
    json_pair(&j, "description", "在宅医療・介護連携推進事業の記録と報告");
    json_pair(&j, "version", RENKEI_VERSION);
    json_close(&j, '}');
    json_key(&j, "servers");
    json_open(&j, '[');
    json_open(&j, '{');
    json_pair(&j, "url", "/api/v1");
    json_close(&j, '}');
    json_close(&j, ']');
    json_key(&j, "security");
    json_open(&j, '[');
    json_open(&j, '{');
    json_key(&j, "token");
    json_open(&j, '[');
    json_close(&j, ']');
    json_close(&j, '}');
    json_close(&j, ']');
    json_key(&j, "paths");
    json_open(&j, '{');
    paths(&j, app, a);
    json_close(&j, '}');
    json_key(&j, "components");
    json_open(&j, '{');
    json_key(&j, "schemas");
    json_open(&j, '{');
    problem_schema(&j);
    schemas(&j, app);
    json_close(&j, '}');
    security_schemes(&j);
    json_close(&j, '}');
    json_close(&j, '}');
}
