#include "features/vacancy/vacancy_demo.h"

#include "base/count.h"
#include "base/id.h"
#include "features/account/account.h"
#include "features/facility/facility.h"
#include "features/office_link/office_link.h"
#include "features/organization/organization.h"
#include "features/vacancy/vacancy_call.h"
#include "features/vacancy/vacancy_store.h"

#include <string.h>

enum { WEEKS = 8, OFFICES = 12, CALLS = 24 };
#define WARD "271276"

/* The newest answer of each office, in the order of their names: how old, and what it says. */
static const struct {
    int days;
    const char *status, *night, *weekend, *conditions, *channel;
    long slots;
} stories[] = {
    {0, "yes", "yes", "conditional", "", "mail", 3},
    {1, "conditional", "no", "no", "（見本）人工呼吸器は不可。胃ろう・吸引は可", "phone", 1},
    {9, "yes", "no", "no", "", "fax", FIELD_BLANK},
    {2, "no", "no", "no", "", "qr", 0},
    {3, "yes", "", "yes", "", "mail", 2},
    {12, "conditional", "no", "yes", "（見本）週3日まで", "phone", FIELD_BLANK},
    {5, "yes", "yes", "yes", "", "qr", 4},
    {6, "no", "", "", "", "phone", FIELD_BLANK},
    {16, "no", "no", "no", "", "mail", 0},
    {4, "conditional", "conditional", "no", "（見本）北区の中だけ", "fax", 2},
};

struct plan {
    struct facility *offices;
    size_t count;
    struct date today;
};

static const char *moment(struct arena *a, struct date day, int minute)
{
    return arena_printf(a, "%sT%02d:%02d", date_iso(a, day), minute / 60, minute % 60);
}

static const char *same_id(struct arena *a, struct date day, uint64_t seed)
{
    return id_for(a, (int64_t)date_days_between((struct date){1970, 1, 1}, day) * 86400000, seed);
}

/* One answer a week; the older ones differ a little, so that there is something to count. */
static bool write_answers(struct db *db, const struct plan *p, size_t office, struct arena *a, struct err *err)
{
    static const char *const earlier[] = {"yes", "no", "conditional", "no"};
    const struct facility *f = &p->offices[office];
    for (int week = WEEKS - 1; week >= 0; week--) {
        size_t turn = (office + (size_t)week) % COUNT(earlier);
        struct date day = date_add_days(p->today, -(stories[office].days + week * 7));
        struct vacancy_answer w = {.id = same_id(a, day, 7000 + office), .link_id = "", .user_id = demo_user_id(a, ROLE_COORDINATOR, WARD)};
        field_clear(&vacancy_fields, &w.vacancy);
        w.vacancy.facility_id = f->id;
        w.vacancy.as_of = moment(a, day, 9 * 60 + 5 + (int)office % 7);
        w.vacancy.channel = "phone";
        w.vacancy.status = week ? earlier[turn] : stories[office].status;
        w.vacancy.night = week ? earlier[(turn + 1) % COUNT(earlier)] : stories[office].night;
        w.vacancy.weekend = week ? earlier[(turn + 2) % COUNT(earlier)] : stories[office].weekend;
        w.vacancy.conditions = week ? "" : stories[office].conditions;
        w.vacancy.slots = week ? FIELD_BLANK : stories[office].slots;
        bool is_new;
        if (!vacancy_answer(db, &w, a, &is_new, err))
            return false;
    }
    return true;
}

static bool write_calls(struct db *db, const struct plan *p, struct arena *a, struct err *err)
{
    static const char *const answers[] = {"yes", "no", "yes", "yes", "absent", "no", "yes"};
    static const char *const bands[] = {"weekday", "weekday", "night", "weekend"};
    for (int i = CALLS - 1; i >= 0; i--) {
        struct date day = date_add_days(p->today, -1 - i * 2);
        struct vacancy_call call = {.id = same_id(a, day, 8000 + (uint64_t)i), .facility_id = p->offices[(size_t)i % p->count].id,
                                    .band = bands[(size_t)i % COUNT(bands)], .answer = answers[(size_t)i % COUNT(answers)],
                                    .office_id = demo_office_id(a, "consultation_room", WARD), .area_code = WARD,
                                    .user_id = demo_user_id(a, ROLE_COORDINATOR, WARD), .called_at = moment(a, day, 10 * 60 + i)};
        if (!vacancy_call_keep(db, &call, a, err))
            return false;
    }
    return true;
}

static bool write_all(struct db *db, void *arg, struct err *err)
{
    const struct plan *p = arg;
    auto_arena *a = arena_new();
    for (size_t i = 0; i < p->count; i++) {
        struct office_contact contact = {.facility_id = p->offices[i].id, .channel = stories[i].channel, .note = "",
                                         .mail = !strcmp(stories[i].channel, "mail") ? arena_printf(a, "mihon%zu@example.jp", i + 1) : ""};
        if (!write_answers(db, p, i, a, err) || !office_contact_save(db, &contact, "", a, err))
            return false;
    }
    return write_calls(db, p, a, err);
}

bool vacancy_demo(struct store *store, struct err *err)
{
    auto_arena *a = arena_new();
    struct facility_filter only = {.words = "見本", .area_code = WARD, .service_code = "", .near_path = "", .limit = OFFICES};
    struct plan p = {.today = date_today()};
    struct db *db = facility_demo_invented(store, err) ? store_reader(store, err) : NULL;
    if (!db || !facility_list(db, &only, a, &p.offices, &p.count, NULL, err))
        return false;
    if (p.count > COUNT(stories))
        p.count = COUNT(stories);
    return !p.count || store_write_alone(store, write_all, &p, err);
}
