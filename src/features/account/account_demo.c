/* account_demo.c -- users of the demo: nobody knows their passwords; they are entered by the demo sign-in buttons alone. */
#include "features/account/account_demo.h"

#include "base/count.h"
#include "base/id.h"
#include "features/account/user.h"
#include "features/area/area.h"
#include "features/organization/organization.h"

#include <string.h>

#define CITY "271004"

/* 2023-04-01T00:00:00+09:00, as for the demo's offices. */
static const int64_t demo_begins_ms = 1680274800000;

static uint64_t seed_of(const char *kind, enum role role, const char *area_code)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    const char *const parts[] = {kind, role_name(role), area_code};
    for (size_t i = 0; i < COUNT(parts); i++) {
        for (const char *c = parts[i]; *c; c++)
            h = (h ^ (unsigned char)*c) * 1099511628211u;
        h = (h ^ 0x1f) * 1099511628211u;
    }
    return h;
}

const char *demo_user_id(struct arena *a, enum role role, const char *area_code)
{
    return id_for(a, demo_begins_ms, seed_of("user", role, area_code));
}

/* 見本, 架空, 仮名 and the like: nobody takes them for real people. */
static const struct {
    enum role role;
    const char *office_role, *login, *given, *given_kana, *profession;
} kinds[] = {
    {ROLE_COORDINATOR, "consultation_room", "coordinator", "花子", "ハナコ", "coordinator"},
    {ROLE_CONTRACTOR_MANAGER, "consultation_room", "manager", "一郎", "イチロウ", "administration"},
    {ROLE_WARD_OFFICER, "ward_office", "ward", "太郎", "タロウ", "public_health_nurse"},
    {ROLE_VIEWER, "consultation_room", "viewer", "三郎", "サブロウ", "administration"},
    {ROLE_PROFESSIONAL, "consultation_room", "professional", "四郎", "シロウ", "care_manager"},
};

/* No argon2id hash: no password fits. */
static const char no_password[] = "*";

struct demo {
    struct db *db;
    struct arena *arena;
    struct err *err;
};

static bool add(struct demo *d, struct user u, enum role role, const char *office_role, const char *area_code)
{
    u.id = demo_user_id(d->arena, role, area_code);
    if (db_int(d->db, d->err, 0, "SELECT 1 FROM user_account WHERE id = $1", TEXT(u.id)))
        return true;
    u.password_hash = no_password;
    u.password_is_long = true;
    struct membership m = {.id = id_for(d->arena, demo_begins_ms, seed_of("membership", role, area_code)), .user_id = u.id,
                           .office_id = demo_office_id(d->arena, office_role, area_code), .role = role, .from_on = "2023-04-01", .to_on = ""};
    return user_insert(d->db, &u, "", d->arena, d->err) && membership_add(d->db, &m, "", d->arena, d->err);
}

static const char *ward_word(struct arena *a, const char *text, const char *suffix)
{
    size_t n = strlen(text), s = strlen(suffix);
    return arena_strndup(a, text, n > s ? n - s : n);
}

/* 見本（北） 花子: the family name tells whose demo user it is. */
static bool add_ward(struct demo *d, const struct area *w)
{
    struct arena *a = d->arena;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct user u = {.login_name = arena_printf(a, "demo-%s-%s", kinds[i].login, w->code),
                         .display_name = arena_printf(a, "見本（%s） %s", ward_word(a, w->name, "区"), kinds[i].given),
                         .kana = arena_printf(a, "ミホン %s %s", ward_word(a, w->kana, "ク"), kinds[i].given_kana),
                         .profession = kinds[i].profession};
        if (!add(d, u, kinds[i].role, kinds[i].office_role, w->code))
            return false;
    }
    return true;
}

static bool add_city(struct demo *d)
{
    struct user bureau = {.login_name = "demo-bureau", .display_name = "見本（健康局） 四郎", .kana = "ミホン ケンコウキョク シロウ",
                          .profession = "administration"};
    struct user system = {.login_name = "demo-system", .display_name = "見本（管理） 五郎", .kana = "ミホン カンリ ゴロウ",
                          .profession = "administration"};
    return add(d, bureau, ROLE_HEALTH_BUREAU, "health_bureau", CITY) && add(d, system, ROLE_SYSTEM_ADMINISTRATOR, "system", CITY);
}

static bool write_demo(struct db *db, void *arg, struct err *err)
{
    auto_arena *a = arena_new();
    struct demo d = {.db = db, .arena = a, .err = err};
    struct area *wards;
    size_t count;
    (void)arg;
    if (!add_city(&d) || !area_children(db, CITY, a, &wards, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_ward(&d, &wards[i]))
            return false;
    return true;
}

bool account_demo(struct store *store, struct err *err)
{
    return store_write_alone(store, write_demo, NULL, err);
}
