/* facility_local_demo.c -- what is known of the demo's invented offices, whose names begin with （見本）: nothing is said about real ones. */
#include "features/facility_local/facility_local_demo.h"

#include "base/count.h"
#include "features/account/account.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "features/organization/organization.h"

#define WARD "271276"

/* In the order of their kana; the day of confirmation so many days ago. */
static const struct {
    const char *home_visits, *round_the_clock, *end_of_life_care, *acceptance, *condition, *procedures, *call_times, *habits;
    int days;
} stories[] = {
    {"yes", "yes", "yes", "yes", "", "drip oxygen suction tracheostomy gastrostomy", "（見本）月〜金 12:30〜13:30", "（見本）まず電話。夜間は携帯へ転送されます", 9},
    {"no", "", "", "yes", "", "gastrostomy", "", "（見本）空きは毎週月曜に更新", 20},
    {"no", "", "yes", "conditional", "（見本）吸引は日中だけ", "suction gastrostomy", "", "", 400},
    {"yes", "no", "", "conditional", "（見本）週3日まで", "", "", "（見本）FAXでの依頼が確実", 35},
    {"yes", "yes", "yes", "conditional", "（見本）北区と福島区", "drip oxygen tracheostomy", "（見本）平日 13:00〜14:00", "（見本）担当は地域連携室", 15},
    {"no", "", "yes", "no", "", "drip oxygen suction pain_control", "", "", 2},
};

static void tell(struct facility_local *x, const char *id, size_t story, struct date today, struct arena *a)
{
    field_clear(&facility_local_set, x);
    x->head = (struct record_head){.id = id, .office_id = demo_office_id(a, "consultation_room", WARD), .area_code = WARD, .created_at = "", .created_by = "",
                                   .changed_at = "", .changed_by = "", .deleted_at = ""};
    x->home_visits = stories[story].home_visits;
    x->round_the_clock = stories[story].round_the_clock;
    x->end_of_life_care = stories[story].end_of_life_care;
    x->new_patient_acceptance = stories[story].acceptance;
    x->acceptance_condition = stories[story].condition;
    x->medical_procedures = stories[story].procedures;
    x->doctor_call_times = stories[story].call_times;
    x->contact_habits = stories[story].habits;
    x->visiting_areas = WARD;
    x->care_district = story % 2 ? "見本第二" : "見本第一";
    x->public_note = "（見本）架空の事業所です。";
    x->confirmed_on = date_iso(a, date_add_days(today, -stories[story].days));
}

static bool write_all(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    auto_arena *a = arena_new();
    struct facility_filter only = {.words = "見本", .area_code = WARD, .service_code = "", .near_path = "", .limit = COUNT(stories)};
    struct facility *offices;
    size_t count;
    if (!facility_list(db, &only, a, &offices, &count, NULL, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct facility_local x, known;
        struct save s = {.resource = &facility_local_resource, .row = &x, .arena = a};
        if (!facility_local_find(db, offices[i].id, a, &known, err))
            return false;
        if (*known.head.id)
            continue; /* a second `init --demo` leaves what is there alone */
        tell(&x, offices[i].id, i, date_today(), a);
        if (!resource_save(db, &s, demo_user_id(a, ROLE_COORDINATOR, WARD), err))
            return false;
    }
    return true;
}

bool facility_local_demo(struct store *store, struct err *err)
{
    return facility_demo_invented(store, err) && store_write_alone(store, write_all, NULL, err);
}
