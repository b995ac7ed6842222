/* fhir_feature.c -- tables of the feature; reading one resource; the CapabilityStatement, from the table of types. */
#include "features/fhir/fhir.h"

#include "base/count.h"
#include "base/json.h"
#include "features/fhir/fhir_reply.h"
#include "features/fhir/fhir_search.h"

#include <string.h>

/* Day of the last change to what the CapabilityStatement says. */
#define CHANGED_ON "2026-11-21"

static const char *base_of(struct request *req)
{
    const char *url = app_config(req->app)->base_url;
    size_t size = strlen(url);
    while (size && url[size - 1] == '/')
        size--;
    return arena_printf(req->arena, "%.*s/fhir", (int)size, url);
}

/* Everybody sees what nobody has to sign in for, whoever asks. */
static bool open_source(struct request *req, struct fhir_source *s, struct err *err)
{
    *s = (struct fhir_source){.db = req->db, .arena = req->arena, .base = base_of(req)};
    return audience_open(req->db, AUDIENCE_PUBLIC, req->arena, &s->who, err);
}

static bool refuse_type(struct request *req, const char *name)
{
    const char *names = "";
    for (size_t i = 0; i < fhir_type_count; i++)
        names = arena_printf(req->arena, "%s%s%s", names, i ? ", " : "", fhir_types[i].name);
    return fhir_refuse(req, 404, "not-supported", "%s はありません。使えるもの：metadata, %s", name, names);
}

/* ---- CapabilityStatement ---- */

static void write_text_object(struct json *j, const char *key, const char *const pairs[][2], size_t count)
{
    json_key(j, key);
    json_open(j, '{');
    for (size_t i = 0; i < count; i++)
        json_pair(j, pairs[i][0], pairs[i][1]);
    json_close(j, '}');
}

static void write_interactions(struct json *j)
{
    static const char *const codes[] = {"read", "search-type"};
    json_key(j, "interaction");
    json_open(j, '[');
    for (size_t i = 0; i < COUNT(codes); i++) {
        json_open(j, '{');
        json_pair(j, "code", codes[i]);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_params(struct json *j, const struct fhir_type *t, const struct audience *who)
{
    json_key(j, "searchParam");
    json_open(j, '[');
    for (size_t i = 0; i < t->param_count; i++) {
        if (!fhir_param_shown(&t->params[i], who))
            continue;
        json_open(j, '{');
        json_pair(j, "name", t->params[i].name);
        if (t->params[i].definition)
            json_pair(j, "definition", t->params[i].definition);
        json_pair(j, "type", t->params[i].type);
        json_pair(j, "documentation", t->params[i].documentation);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* FHIR knows no empty arrays: a type without any has no member. */
static void write_includes(struct json *j, const char *key, const struct fhir_type *t, const struct fhir_source *s, bool reverse)
{
    bool any = false;
    for (size_t i = 0; i < fhir_type_count; i++)
        for (size_t k = 0; k < fhir_types[i].include_count; k++) {
            const struct fhir_include *n = &fhir_types[i].includes[k];
            if (reverse ? strcmp(n->target, t->name) || !fhir_param_find(&fhir_types[i], n->name, &s->who) : t != &fhir_types[i])
                continue;
            if (!any) {
                json_key(j, key);
                json_open(j, '[');
            }
            any = true;
            json_text(j, arena_printf(s->arena, "%s:%s", fhir_types[i].name, n->name));
        }
    if (any)
        json_close(j, ']');
}

static void write_type(struct json *j, const struct fhir_type *t, const struct fhir_source *s)
{
    json_open(j, '{');
    json_pair(j, "type", t->name);
    if (*t->profile)
        json_pair(j, "profile", t->profile);
    json_pair(j, "documentation", t->documentation);
    write_interactions(j);
    json_pair(j, "versioning", "no-version");
    json_pair(j, "conditionalRead", "not-match");
    write_includes(j, "searchInclude", t, s, false);
    write_includes(j, "searchRevInclude", t, s, true);
    write_params(j, t, &s->who);
    json_close(j, '}');
}

static void write_rest(struct json *j, const struct fhir_source *s)
{
    json_key(j, "rest");
    json_open(j, '[');
    json_open(j, '{');
    json_pair(j, "mode", "server");
    json_pair(j, "documentation", "読み取り専用です。サインインなしで、公開の項目だけを返します。");
    json_key(j, "resource");
    json_open(j, '[');
    for (size_t i = 0; i < fhir_type_count; i++)
        write_type(j, &fhir_types[i], s);
    json_close(j, ']');
    json_close(j, '}');
    json_close(j, ']');
}

static bool show_metadata(struct request *req, struct err *err)
{
    struct fhir_source source;
    if (!open_source(req, &source, err))
        return false;
    const char *const software[][2] = {{"name", "Renkei"}, {"version", RENKEI_VERSION}};
    const char *const implementation[][2] = {{"description", "医療・介護の資源の一覧（連携）"}, {"url", source.base}};
    struct json j;
    if (!fhir_takes_json(req))
        return true;
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair(&j, "resourceType", "CapabilityStatement");
    json_pair(&j, "status", "active");
    json_pair(&j, "date", CHANGED_ON);
    json_pair(&j, "kind", "instance");
    write_text_object(&j, "software", software, COUNT(software));
    write_text_object(&j, "implementation", implementation, COUNT(implementation));
    json_pair(&j, "fhirVersion", "4.0.1");
    json_key(&j, "format");
    json_open(&j, '[');
    json_text(&j, "application/fhir+json");
    json_close(&j, ']');
    write_rest(&j, &source);
    json_close(&j, '}');
    return fhir_reply(req, 200, "");
}

/* ---- resources ---- */

static bool show_root(struct request *req, struct err *err)
{
    (void)err;
    return refuse_type(req, "/fhir");
}

static bool search_type(struct request *req, struct err *err)
{
    const struct fhir_type *type = fhir_type_find(request_param(req, "type"));
    struct fhir_source source;
    if (!fhir_takes_json(req))
        return true;
    if (!type)
        return refuse_type(req, request_param(req, "type"));
    return open_source(req, &source, err) && fhir_search(req, type, &source, err);
}

static bool read_resource(struct request *req, struct err *err)
{
    const struct fhir_type *type = fhir_type_find(request_param(req, "type"));
    const char *id = request_param(req, "id");
    struct fhir_source source;
    struct fhir_entry e;
    if (!fhir_takes_json(req))
        return true;
    if (!type)
        return refuse_type(req, request_param(req, "type"));
    if (!open_source(req, &source, err) || !fhir_entry_read(&source, fhir_set_of(type, id), id, &e, err))
        return false;
    struct json j;
    json_init(&j, &req->out);
    json_open(&j, '{');
    fhir_write(&j, type->table, &e);
    json_close(&j, '}');
    return fhir_reply(req, 200, e.updated);
}

static const struct route routes[] = {
    {GET, "/fhir", PERM_PUBLIC, show_root, NULL, 0, "FHIR R4（読み取り専用）", NULL},
    {GET, "/fhir/metadata", PERM_PUBLIC, show_metadata, NULL, 0, "FHIR：できること（CapabilityStatement）", NULL},
    {GET, "/fhir/:type", PERM_PUBLIC, search_type, NULL, 0, "FHIR：検索", NULL},
    {GET, "/fhir/:type/:id", PERM_PUBLIC, read_resource, NULL, 0, "FHIR：1件", NULL},
};

static const struct migration migrations[] = {
    {.number = 2026112190,
     .name = "fhir: index of offices and corporations",
     .sql = "CREATE INDEX facility_speaking ON facility (office_number, source, merged_into, id);\n"
            "CREATE INDEX facility_of_corporation ON facility (corporation_number);\n"},
};

static const struct message messages[] = {
    {"fhir.unknown", "このIDのリソースはありません。検索し直してください。"},
};

const struct feature fhir_feature = {
    .name = "fhir",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .errors = &fhir_errors,
};
