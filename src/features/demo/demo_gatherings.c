/* demo_gatherings.c -- meetings and trainings of the rooms.
 *
 * Source of the totals: reports.md T-OSK-12: FY2023 829 + 1,557 with 119 re-listed, FY2024 641 + 1,570 with 139. */
#include "base/count.h"
#include "features/demo/demo_world.h"
#include "features/gathering/gathering.h"

#include <string.h>

static const struct meeting_plan {
    int fiscal_year;
    long city_ward, related, relisted, trainings;
} plans[] = {
    {2023, 829, 1557, 119, 190},
    {2024, 641, 1570, 139, 205},
    {0, 650, 1580, 141, 210}, /* any later year */
};

struct meeting_kind {
    const char *name, *host, *topic;
};
static const struct meeting_kind city_meetings[] = {
    {"在宅医療・介護連携推進会議", "区役所", "pdca"},           {"コーディネーター連絡会", "健康局", "data"},
    {"在宅医療・介護連携推進会議ワーキング", "区役所", "sharing_tool"}, {"区民向け講演会 実行委員会", "区役所", "outreach"},
    {"多職種連携研修会", "区役所", "multi_profession"},
};
static const struct meeting_kind related_meetings[] = {
    {"病院・地域連携連絡会", "（架空）中央見本病院", "admission_discharge"}, {"訪問看護ステーション連絡会", "訪問看護部会", "sudden_change"},
    {"ケアマネジャー連絡会", "居宅介護支援事業者連絡会", "multi_profession"}, {"退院前カンファレンス", "（架空）見本病院", "admission_discharge"},
    {"薬剤師会との連携会議", "区薬剤師会", "other"},                         {"在宅歯科連携会議", "区歯科医師会", "other"},
    {"認知症初期集中支援チーム会議", "認知症強化型包括", "dementia"},         {"看取り事例検討会", "在宅医の会", "end_of_life_acp"},
};
static const struct meeting_kind care_meetings[] = {
    {"地域ケア会議", "地域包括支援センター", "difficult_case"},
};

struct meeting_batch {
    const struct demo_year *year;
    const struct meeting_kind *kinds;
    size_t kind_count;
    const char *category, *relisted;
};

static const char *heads(struct demo_world *w)
{
    static const char *const professions[] = {"care_manager", "nurse", "doctor", "pharmacist", "medical_social_worker", "administration"};
    struct head_count rows[3];
    size_t from = chance_below(&w->chance, COUNT(professions));
    for (size_t i = 0; i < COUNT(rows); i++)
        rows[i] = (struct head_count){professions[(from + i) % COUNT(professions)], "", 1 + (long)chance_below(&w->chance, 6)};
    return field_rows_text(&head_count_set, rows, COUNT(rows), w->arena);
}

static void make_meeting(struct demo_world *w, const struct demo_room *room, void *plan, long n, void *row)
{
    (void)n;
    const struct meeting_batch *b = plan;
    const struct meeting_kind *k = &b->kinds[chance_below(&w->chance, b->kind_count)];
    struct meeting *m = row;
    struct date day = chance_business_day(&w->chance, b->year->first, b->year->last);
    int minute = (10 + (int)chance_below(&w->chance, 8)) * 60;
    m->head.id = demo_id(w, day, minute);
    m->name = k->name;
    m->category = b->category;
    m->is_community_care_meeting = b->relisted;
    m->host = k->host;
    m->held_on = date_iso(w->arena, day);
    m->time_from = arena_printf(w->arena, "%02d:00", minute / 60);
    m->time_to = arena_printf(w->arena, "%02d:30", minute / 60 + 1);
    m->venue = chance_below(&w->chance, 5) ? "in_person" : "online";
    m->place = strcmp(m->venue, "online") ? "区役所 会議室" : "";
    m->role = "attendee";
    m->item = strcmp(b->category, "city_ward") ? "item_u_seamless" : "item_i_issues";
    m->staff_ids = room->user_id;
    m->attendees = heads(w);
    m->topics = k->topic;
    m->summary = "それぞれの取組みを報告し、連携の課題と次回までの役割を確認した。";
}

static const struct training_kind {
    const char *title, *audience_class, *theme_group;
} training_kinds[] = {
    {"もしバナゲームで考える人生会議", "multi_profession", "acp"},   {"在宅での看取りを支える", "multi_profession", "acp"},
    {"認知症の方の受診を支える", "multi_profession", "dementia"},     {"ケアマネジャーのための医療の基礎", "care_on_medical", "medical"},
    {"医療職のための介護保険入門", "medical_on_care", "other"},       {"訪問看護師のための緩和ケア", "one_profession", "medical"},
    {"災害時の情報共有", "multi_profession", "other"},                {"超高齢社会の歯科との連携", "care_on_medical", "medical"},
};

static void make_training(struct demo_world *w, const struct demo_room *room, void *plan, long n, void *row)
{
    (void)n;
    const struct meeting_batch *b = plan;
    const struct training_kind *k = &training_kinds[chance_below(&w->chance, COUNT(training_kinds))];
    struct training *t = row;
    struct date day = chance_business_day(&w->chance, b->year->first, b->year->last);
    t->head.id = demo_id(w, day, 18 * 60);
    t->title = k->title;
    t->part = chance_below(&w->chance, 3) ? "attended" : "organised";
    t->audience_class = k->audience_class;
    t->theme_group = k->theme_group;
    t->organiser = "区 在宅医療・介護連携推進会議";
    t->held_on = date_iso(w->arena, day);
    t->time_from = "18:30";
    t->time_to = "20:00";
    t->venue = chance_below(&w->chance, 3) ? "in_person" : "hybrid";
    t->place = "区民センター";
    t->item = "item_ka_training";
    t->staff_ids = room->user_id;
    t->method = "lecture group_work";
    t->participants = heads(w);
    t->result = "職種を越えて意見を交わし、顔の見える関係づくりにつながった。";
}

static bool spread(struct demo_world *w, const struct resource *resource, demo_make_fn *make, struct meeting_batch *b, long total, struct err *err)
{
    int *weights = NEW_ARRAY(w->arena, w->room_count, int);
    long *parts = NEW_ARRAY(w->arena, w->room_count, long);
    for (size_t i = 0; i < w->room_count; i++)
        weights[i] = w->rooms[i].weight;
    plan_apportion(total, weights, w->room_count, parts, w->arena);
    for (size_t i = 0; i < w->room_count; i++)
        if (!demo_write(w, &w->rooms[i], resource, parts[i], make, b, err))
            return false;
    return true;
}

bool demo_gatherings(struct demo_world *w, const struct demo_year *year, struct err *err)
{
    const struct meeting_plan *p = plans;
    while (p->fiscal_year && p->fiscal_year != year->fiscal_year)
        p++;
    long relisted = demo_share(year, p->relisted);
    struct meeting_batch city = {year, city_meetings, COUNT(city_meetings), "city_ward", "no"};
    struct meeting_batch related = {year, related_meetings, COUNT(related_meetings), "related_bodies", "no"};
    struct meeting_batch care = {year, care_meetings, COUNT(care_meetings), "related_bodies", "yes"};
    return spread(w, &meeting_resource, make_meeting, &city, demo_share(year, p->city_ward), err) &&
           spread(w, &meeting_resource, make_meeting, &related, demo_share(year, p->related) - relisted, err) &&
           spread(w, &meeting_resource, make_meeting, &care, relisted, err) &&
           spread(w, &training_resource, make_training, &related, demo_share(year, p->trainings), err);
}
