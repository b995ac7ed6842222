/* demo_consultations.c -- 相談シート: FY2023 1,706 individual cases, FY2024 905 of 介護保険対象者 among more.
 *
 * Source of the totals: reports.md T-OSK-13. */
#include "base/count.h"
#include "base/id.h"
#include "features/consultation/consultation.h"
#include "features/demo/demo_words.h"
#include "features/demo/demo_world.h"
#include "features/patient/patient.h"

#include <string.h>

/* What kind of sheets a year has.  `ltci` and `others` are individual cases. */
static const struct year_plan {
    int fiscal_year;
    long ltci, others, general;
} plans[] = {
    {2023, 1098, 608, 240}, /* 1,098 + 608 = 1,706 */
    {2024, 905, 371, 260},
    {0, 940, 352, 270}, /* any later year */
};

struct batch {
    const struct demo_year *year;
    const char *is_ltci_subject, *subject_kind;
    long people; /* distinct persons of the room in this batch */
};

static const struct {
    const char *code;
    int weight;
} consulters[] = {
    {"care_manager", 340},   {"community_support_center", 235}, {"hospital_liaison_office", 160}, {"visiting_nurse_station", 62},
    {"clinic", 45},          {"hospital_other", 30},            {"ward_office", 28},              {"family", 24},
    {"care_facility", 20},   {"pharmacy", 14},                  {"home_help", 12},                {"social_welfare", 12},
    {"dental", 9},           {"other_area_desk", 8},            {"disability_service", 7},        {"principal", 6},
    {"day_and_short_stay", 5}, {"fire_department", 2},          {"other", 6},
};

static const char *pick_consulter(struct chance *c)
{
    int weights[COUNT(consulters)];
    for (size_t i = 0; i < COUNT(consulters); i++)
        weights[i] = consulters[i].weight;
    return consulters[chance_weighted(c, weights, COUNT(consulters))].code;
}

static const char *pick(struct chance *c, const char *const *codes, const int *weights, size_t count)
{
    return codes[chance_weighted(c, weights, count)];
}
#define PICK(c, codes, weights) pick((c), (codes), (weights), COUNT(codes))

/* The n-th person of a batch's room: always described alike. */
static struct patient person_of(struct demo_world *w, const struct demo_room *room, const struct batch *b, size_t n)
{
    static const char *const levels[] = {"support_1", "support_2", "care_1", "care_2", "care_3", "care_4", "care_5"};
    static const char *const ages[] = {"from_65", "from_70", "from_75", "from_80", "from_85", "from_90"};
    static const char *const homes[] = {"alone", "elderly_household", "with_children", "alone_in_daytime"};
    bool covered = !strcmp(b->is_ltci_subject, "yes");
    uint64_t seed = ((uint64_t)b->year->fiscal_year * 64 + (size_t)room->seq) * 4096 + n * 2 + covered;
    struct chance own = {.state = seed};
    const struct demo_name *s = &demo_surnames[chance_below(&own, demo_surname_count)];
    const struct demo_name *g = &demo_given_names[chance_below(&own, demo_given_name_count)];
    struct patient p = {0};
    field_clear(patient_record.set, &p);
    p.head = (struct record_head){.id = id_for(w->arena, 1680274800000, seed), .office_id = room->office.id, .area_code = room->office.area_code,
                                  .deleted_at = ""};
    p.name = arena_printf(w->arena, "%s %s", s->name, g->name);
    p.kana = arena_printf(w->arena, "%s %s", s->kana, g->kana);
    p.sex = chance_below(&own, 5) < 3 ? "female" : "male";
    p.age_band = ages[chance_below(&own, COUNT(ages))];
    p.care_level = covered ? levels[chance_below(&own, COUNT(levels))] : "not_applied";
    p.living = homes[chance_below(&own, COUNT(homes))];
    return p;
}

static void describe_person(struct demo_world *w, const struct demo_room *room, const struct batch *b, struct consultation *c)
{
    struct patient p = person_of(w, room, b, chance_below(&w->chance, (size_t)b->people));
    c->patient_id = p.head.id;
    c->patient_name = p.name;
    c->patient_kana = p.kana;
    c->sex = p.sex;
    c->age_band = p.age_band;
    c->care_level = p.care_level;
    c->living = p.living;
}

struct people_write {
    struct demo_world *w;
    const struct demo_room *room;
    const struct batch *batch;
};

static bool write_people(struct db *db, void *arg, struct err *err)
{
    struct people_write *pw = arg;
    for (long n = 0; n < pw->batch->people; n++) {
        struct patient p = person_of(pw->w, pw->room, pw->batch, (size_t)n);
        if (!patient_ensure(db, &p, pw->room->user_id, pw->w->arena, err))
            return false;
    }
    return true;
}

static void describe_call(struct demo_world *w, struct consultation *c, const struct demo_topic *t)
{
    static const char *const channels[] = {"phone", "visit_to_room", "home_visit", "fax", "mail", "at_meeting"};
    static const int channel_weights[] = {62, 12, 12, 6, 4, 4};
    static const char *const responses[] = {"information", "advice", "coordination", "referral coordination", "information advice", "conference"};
    static const int response_weights[] = {30, 18, 22, 14, 12, 4};
    static const char *const outcomes[] = {"resolved", "informed", "connected", "waiting_result", "continuing", "not_arranged", "interrupted"};
    static const int outcome_weights[] = {26, 30, 30, 2, 2, 7, 3};
    static const char *const places[] = {"home", "hospital", "facility", "elderly_home"};
    static const int place_weights[] = {58, 32, 6, 4};
    c->channel = PICK(&w->chance, channels, channel_weights);
    c->response = PICK(&w->chance, responses, response_weights);
    c->outcome = PICK(&w->chance, outcomes, outcome_weights);
    c->current_place = PICK(&w->chance, places, place_weights);
    c->residence = chance_below(&w->chance, 12) ? "same_ward" : "other_ward";
    if (!strcmp(c->outcome, "not_arranged"))
        c->reason_unresolved = chance_below(&w->chance, 2) ? "no_vacancy" : "no_resource";
    c->content = t->second && *t->second && chance_below(&w->chance, 3) ? arena_printf(w->arena, "%s %s", t->content, t->second) : t->content;
    c->scene = t->scene;
    c->summary = t->summary;
    c->is_difficult_case = chance_below(&w->chance, 18) ? "no" : "yes";
}

static void make(struct demo_world *w, const struct demo_room *room, void *plan, long n, void *row)
{
    (void)n;
    const struct batch *b = plan;
    struct consultation *c = row;
    struct date day = chance_business_day(&w->chance, b->year->first, b->year->last);
    int minute = 540 + (int)chance_below(&w->chance, 460);
    const struct demo_topic *t = &demo_topics[chance_below(&w->chance, demo_topic_count)];
    c->head.id = demo_id(w, day, minute);
    c->received_at = demo_datetime(w, day, minute);
    c->ended_at = demo_datetime(w, day, minute + 5 + (int)chance_below(&w->chance, 40));
    c->staff_id = room->user_id;
    c->consulter_type = pick_consulter(&w->chance);
    c->subject_kind = b->subject_kind;
    c->resident_consultation = !strcmp(c->consulter_type, "family") || !strcmp(c->consulter_type, "principal") ? "yes" : "no";
    describe_call(w, c, t);
    if (strcmp(b->subject_kind, "individual_case"))
        return;
    c->is_ltci_subject = b->is_ltci_subject;
    describe_person(w, room, b, c);
    c->consent = "verbal";
    c->consent_on = date_iso(w->arena, day);
    struct progress_entry entries[] = {
        {date_iso(w->arena, day), "", "", "個人情報使用についての同意を確認。"},
        {date_iso(w->arena, day), "", "", t->answer},
    };
    for (size_t i = 0; i < COUNT(entries); i++)
        entries[i].person = room->office.short_name;
    c->progress = field_rows_text(&progress_set, entries, chance_below(&w->chance, 3) ? 2 : 1, w->arena);
}

static bool spread(struct demo_world *w, const struct demo_year *year, long total, const char *kind, const char *ltci, struct err *err)
{
    int *weights = NEW_ARRAY(w->arena, w->room_count, int);
    long *parts = NEW_ARRAY(w->arena, w->room_count, long);
    for (size_t i = 0; i < w->room_count; i++)
        weights[i] = w->rooms[i].weight;
    plan_apportion(total, weights, w->room_count, parts, w->arena);
    for (size_t i = 0; i < w->room_count; i++) {
        struct batch b = {year, ltci, kind, parts[i] * 3 / 5 + 1};
        struct people_write people = {w, &w->rooms[i], &b};
        if (!strcmp(kind, "individual_case") && !store_write_alone(w->store, write_people, &people, err))
            return false;
        if (!demo_write(w, &w->rooms[i], &consultation_resource, parts[i], make, &b, err))
            return false;
    }
    return true;
}

bool demo_consultations(struct demo_world *w, const struct demo_year *year, struct err *err)
{
    for (size_t i = 0; i < COUNT(plans); i++) {
        const struct year_plan *p = &plans[i];
        if (p->fiscal_year && p->fiscal_year != year->fiscal_year)
            continue;
        return spread(w, year, demo_share(year, p->ltci), "individual_case", "yes", err) &&
               spread(w, year, demo_share(year, p->others), "individual_case", "no", err) &&
               spread(w, year, demo_share(year, p->general), "resource_inquiry", "", err);
    }
    return true;
}
