#include "features/facility/facility_mapping.h"

#include "base/code_list.h"
#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(json_t *object, const char *key, struct arena *a)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? text_clean(a, s, strlen(s), true) : "";
}

static bool is_broken(struct err *err, const char *what, const char *value)
{
    return err_set(err, ERR_INPUT, "facility.mapping", "%s: %.60s", what, value);
}

static bool read_columns(json_t *columns, struct arena *a, struct facility_mapping *m, struct err *err)
{
    const char *header;
    json_t *field;
    bool taken[COLUMN__COUNT] = {false};
    json_object_foreach(columns, header, field)
    {
        enum facility_column column = json_is_string(field) ? facility_column_named(json_string_value(field)) : COLUMN__COUNT;
        if (column == COLUMN__COUNT || taken[column])
            return is_broken(err, "columns", header);
        taken[column] = true;
        m->columns[m->column_count].header = arena_strdup(a, header);
        m->columns[m->column_count++].column = column;
    }
    return taken[COLUMN_NAME] || is_broken(err, "columns", "name");
}

static bool read_object(json_t *top, struct arena *a, struct facility_mapping *m, struct err *err)
{
    *m = (struct facility_mapping){.name = text_of(top, "name", a), .prefecture = text_of(top, "prefecture", a), .kind = text_of(top, "kind", a)};
    if (!*m->name || strlen(m->name) > 200)
        return is_broken(err, "name", m->name);
    if (*m->kind && !code_find(code_list_find("facility_kind"), m->kind))
        return is_broken(err, "kind", m->kind);
    const char *key = text_of(top, "key", a);
    m->source = arena_printf(a, "mapped/%s", *key ? key : m->name);
    return read_columns(json_object_get(top, "columns"), a, m, err);
}

bool facility_mapping_read(const char *text, struct arena *a, struct facility_mapping *ret, struct err *err)
{
    json_error_t where;
    json_t *top = json_loads(text, JSON_REJECT_DUPLICATES, &where);
    if (!top)
        return err_set(err, ERR_INPUT, "facility.mapping", "line %d: %.80s", where.line, where.text);
    bool ok = read_object(top, a, ret, err);
    json_decref(top);
    return ok;
}

bool facility_mapping_keep(struct db *db, const struct facility_mapping *m, const char *json, const char *now, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO facility_mapping (name, mapping, changed_at) VALUES ($1, $2, $3) "
                  "ON CONFLICT (name) DO UPDATE SET mapping = excluded.mapping, changed_at = excluded.changed_at",
                  TEXT(m->name), TEXT(json), TEXT(now)) == 1;
}

bool facility_mapping_find(struct db *db, const char *const *cells, size_t count, struct arena *a, struct facility_mapping *ret,
                           struct err *err)
{
    struct facility_columns ignored;
    struct facility_mapping m;
    size_t best = 0;
    auto_rows *r = db_query(db, a, err, "SELECT mapping FROM facility_mapping ORDER BY name");
    while (r && rows_next(r))
        if (facility_mapping_read(rows_text(r, 0), a, &m, NULL) && m.column_count > best && facility_columns_map(cells, count, &m, a, &ignored)) {
            best = m.column_count;
            *ret = m;
        }
    return r && !rows_failed(r) && best > 0;
}

static const char *renamed_json(const char *json, const char *source, const char *new_name, struct arena *a)
{
    json_t *top = json_loads(json, 0, NULL);
    json_object_set_new(top, "name", json_string(new_name));
    json_object_set_new(top, "key", json_string(source + strlen("mapped/")));
    char *text = json_dumps(top, JSON_PRESERVE_ORDER);
    const char *kept = arena_strdup(a, text);
    free(text);
    json_decref(top);
    return kept;
}

bool facility_mapping_rename(struct db *db, const char *name, const char *new_name, const char *now, struct arena *a, struct err *err)
{
    struct facility_mapping m;
    struct err failed = {0};
    const char *json = db_text(db, a, &failed, "SELECT mapping FROM facility_mapping WHERE name = $1", TEXT(name));
    long long taken = db_int(db, &failed, 0, "SELECT COUNT(*) FROM facility_mapping WHERE name = $1", TEXT(new_name));
    if (failed.kind != ERR_NONE)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    if (!json)
        return err_set(err, ERR_NOT_FOUND, "facility.unknown_mapping", "rename");
    if (taken && strcmp(name, new_name) != 0)
        return err_set(err, ERR_CONFLICT, "facility.mapping_taken", "rename");
    return facility_mapping_read(json, a, &m, err) &&
           db_run(db, err, "UPDATE facility_mapping SET name = $2, mapping = $3, changed_at = $4 WHERE name = $1", TEXT(name), TEXT(new_name),
                  TEXT(renamed_json(json, m.source, new_name, a)), TEXT(now)) == 1;
}
