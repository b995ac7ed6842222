#include "features/organization/organization.h"

#include "base/date.h"
#include "base/id.h"
#include "features/area/area.h"
#include "store/query.h"

#include <string.h>

#define OFFICE_SELECT \
    "SELECT c.id, c.organization_id, o.name, c.area_code, a.path, c.role, c.name, c.short_name, c.code, c.phone, c.fax, c.address, " \
    "c.active_from, c.active_to, c.revision FROM office c JOIN organization o ON o.id = c.organization_id " \
    "JOIN area a ON a.code = c.area_code WHERE "

static void read_office(const struct rows *r, struct arena *a, struct office *o)
{
    const char **members[] = {&o->id, &o->organization_id, &o->organization_name, &o->area_code, &o->area_path, &o->role, &o->name,
                              &o->short_name, &o->code, &o->phone, &o->fax, &o->address, &o->active_from, &o->active_to};
    for (int i = 0; i < 14; i++)
        *members[i] = arena_strdup(a, rows_text(r, i));
    o->revision = (long)rows_int(r, 14);
}

static bool read_one(struct rows *r, struct arena *a, struct office *ret_office, struct err *err)
{
    if (!r)
        return false;
    if (!rows_next(r))
        return !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "office.unknown", "no such office");
    read_office(r, a, ret_office);
    return true;
}

bool office_find(struct db *db, const char *id, struct arena *a, struct office *ret_office, struct err *err)
{
    auto_rows *r = db_query(db, a, err, OFFICE_SELECT "c.id = $1", TEXT(id));
    return read_one(r, a, ret_office, err);
}

bool office_find_by_code(struct db *db, const char *code, struct arena *a, struct office *ret_office, struct err *err)
{
    auto_rows *r = db_query(db, a, err, OFFICE_SELECT "c.code = $1", TEXT(code));
    return read_one(r, a, ret_office, err);
}

bool office_list(struct db *db, const char *role, const char *area_path, const char *on, struct arena *a, struct office **ret_offices,
                 size_t *ret_count, struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, OFFICE_SELECT "1 = 1");
    if (*role)
        query_add(&q, " AND c.role = ?", TEXT(role));
    if (*area_path)
        query_add(&q, " AND a.path LIKE ? || '%'", TEXT(area_path));
    if (*on)
        query_add(&q, " AND (c.active_from = '' OR c.active_from <= ?) AND (c.active_to = '' OR c.active_to >= ?)", TEXT(on), TEXT(on));
    query_add(&q, " ORDER BY c.area_code, c.code");
    auto_rows *r = query_run(&q, db, a, err);
    size_t count = 0, room = 64;
    if (!r)
        return false;
    struct office *offices = NEW_ARRAY(a, room, struct office);
    while (rows_next(r)) {
        if (count == room) {
            struct office *more = NEW_ARRAY(a, room * 2, struct office);
            memcpy(more, offices, room * sizeof *offices);
            offices = more;
            room *= 2;
        }
        read_office(r, a, &offices[count++]);
    }
    if (rows_failed(r))
        return false;
    *ret_offices = offices;
    *ret_count = count;
    return true;
}

const char *office_label(struct db *db, const char *id, struct arena *a)
{
    struct err ignored = {0};
    const char *name = db_text(db, a, &ignored, "SELECT name FROM office WHERE id = $1", TEXT(id));
    return name ? name : "";
}

/* What an insert or update that changed no row means. */
static bool saved(long long changed, const char *id, struct err *err)
{
    if (changed < 0)
        return false;
    return changed == 1 || err_set(err, ERR_CONFLICT, "record.stale", "id=%s", id);
}

bool organization_save(struct db *db, struct organization *o, const char *user_id, struct arena *a, struct err *err)
{
    const char *now = now_utc(a);
    long long changed = db_run(db, err,
                               "INSERT INTO organization (id, name, kana, kind, corporate_number, phone, address, created_at, created_by, "
                               "changed_at, changed_by, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9, 1) "
                               "ON CONFLICT (id) DO UPDATE SET name = excluded.name, kana = excluded.kana, kind = excluded.kind, "
                               "corporate_number = excluded.corporate_number, phone = excluded.phone, address = excluded.address, "
                               "changed_at = excluded.changed_at, changed_by = excluded.changed_by, revision = organization.revision + 1 "
                               "WHERE organization.revision = $10",
                               TEXT(o->id), TEXT(o->name), TEXT(o->kana), TEXT(o->kind), TEXT(o->corporate_number), TEXT(o->phone),
                               TEXT(o->address), TEXT(now), TEXT(user_id), INT(o->revision));
    return saved(changed, o->id, err);
}

bool office_save(struct db *db, struct office *o, const char *user_id, struct arena *a, struct err *err)
{
    const char *now = now_utc(a);
    const char *taken = db_text(db, a, err, "SELECT id FROM office WHERE code = $1 AND id <> $2", TEXT(o->code), TEXT(o->id));
    if (taken)
        return err_field(err, "code", "office.code_taken");
    long long changed = db_run(db, err,
                               "INSERT INTO office (id, organization_id, area_code, role, name, short_name, code, phone, fax, address, "
                               "active_from, active_to, created_at, created_by, changed_at, changed_by, revision) "
                               "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13, $14, 1) "
                               "ON CONFLICT (id) DO UPDATE SET organization_id = excluded.organization_id, area_code = excluded.area_code, "
                               "role = excluded.role, name = excluded.name, short_name = excluded.short_name, code = excluded.code, "
                               "phone = excluded.phone, fax = excluded.fax, address = excluded.address, "
                               "active_from = excluded.active_from, active_to = excluded.active_to, changed_at = excluded.changed_at, "
                               "changed_by = excluded.changed_by, revision = office.revision + 1 WHERE office.revision = $15",
                               TEXT(o->id), TEXT(o->organization_id), TEXT(o->area_code), TEXT(o->role), TEXT(o->name),
                               TEXT(o->short_name), TEXT(o->code), TEXT(o->phone), TEXT(o->fax), TEXT(o->address), TEXT(o->active_from),
                               TEXT(o->active_to), TEXT(now), TEXT(user_id), INT(o->revision));
    return saved(changed, o->id, err);
}
