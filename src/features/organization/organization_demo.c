/* organization_demo.c -- Osaka City: the health bureau, 24 ward offices, and 24 consultation rooms run by invented contractors. */
#include "features/organization/organization_demo.h"

#include "base/count.h"
#include "base/id.h"
#include "features/area/area.h"
#include "features/organization/organization.h"

#include <string.h>

#define CITY "271004"

/* 2023-04-01T00:00:00+09:00: the demo's offices exist from the first fiscal year that it shows. */
static const int64_t demo_begins_ms = 1680274800000;

static uint64_t seed_of(const char *kind, const char *role, const char *area_code)
{
    const char *const parts[] = {kind, role, area_code};
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < COUNT(parts); i++) {
        for (const char *c = parts[i]; *c; c++)
            h = (h ^ (unsigned char)*c) * 1099511628211u;
        h = (h ^ 0x1f) * 1099511628211u;
    }
    return h;
}

const char *demo_office_id(struct arena *a, const char *role, const char *area_code)
{
    return id_for(a, demo_begins_ms, seed_of("office", role, area_code));
}

static const char *organization_id(struct arena *a, const char *kind, const char *area_code)
{
    return id_for(a, demo_begins_ms, seed_of("organization", kind, area_code));
}

struct demo {
    struct db *db;
    struct arena *arena;
    struct err *err;
};

/* A second `init --demo` finds everything there and leaves it alone. */
static bool add_organization(struct demo *d, struct organization o)
{
    if (db_int(d->db, d->err, 0, "SELECT 1 FROM organization WHERE id = $1", TEXT(o.id)))
        return true;
    o.kana = o.kana ? o.kana : "";
    o.corporate_number = "";
    o.phone = "";
    o.address = "";
    return organization_save(d->db, &o, "", d->arena, d->err);
}

static bool add_office(struct demo *d, struct office o)
{
    o.id = demo_office_id(d->arena, o.role, o.area_code);
    if (db_int(d->db, d->err, 0, "SELECT 1 FROM office WHERE id = $1", TEXT(o.id)))
        return true;
    o.phone = o.fax = "06-0000-0000"; /* nobody's number */
    o.address = o.address ? o.address : "";
    o.active_from = "2023-04-01";
    o.active_to = "";
    return office_save(d->db, &o, "", d->arena, d->err);
}

static const char *ward_short(struct arena *a, const char *name)
{
    size_t n = strlen(name), suffix = strlen("区");
    return arena_strndup(a, name, n > suffix ? n - suffix : n);
}

static bool add_ward(struct demo *d, const struct area *w)
{
    struct arena *a = d->arena;
    const char *contractor = organization_id(a, "medical_association", w->code);
    const char *short_name = ward_short(a, w->name);
    return add_organization(d, (struct organization){.id = contractor, .kind = "medical_association",
                                                     .name = arena_printf(a, "（架空）%s医師会", w->name),
                                                     .kana = arena_printf(a, "カクウ %sイシカイ", w->kana)}) &&
           add_office(d, (struct office){.organization_id = organization_id(a, "municipality", CITY), .area_code = w->code,
                                         .role = "ward_office", .name = arena_printf(a, "%s役所", w->name), .short_name = short_name,
                                         .code = arena_printf(a, "ward-%s", w->code)}) &&
           add_office(d, (struct office){.organization_id = contractor, .area_code = w->code, .role = "consultation_room",
                                         .name = arena_printf(a, "%s在宅医療・介護連携相談支援室", w->name), .short_name = short_name,
                                         .code = arena_printf(a, "room-%s", w->code)});
}

static bool add_city(struct demo *d)
{
    const char *city = organization_id(d->arena, "municipality", CITY);
    return add_organization(d, (struct organization){.id = city, .name = "大阪市", .kana = "オオサカシ", .kind = "municipality"}) &&
           add_office(d, (struct office){.organization_id = city, .area_code = CITY, .role = "health_bureau", .name = "大阪市健康局",
                                         .short_name = "健康局", .code = "bureau-" CITY}) &&
           add_office(d, (struct office){.organization_id = city, .area_code = CITY, .role = "system", .name = "大阪市（システム管理）",
                                         .short_name = "管理", .code = "system-" CITY});
}

static bool write_demo(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    auto_arena *a = arena_new();
    struct demo d = {.db = db, .arena = a, .err = err};
    struct area *wards;
    size_t count;
    if (!add_city(&d) || !area_children(db, CITY, a, &wards, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_ward(&d, &wards[i]))
            return false;
    return true;
}

bool organization_demo(struct store *store, struct err *err)
{
    return store_write_alone(store, write_demo, NULL, err);
}
