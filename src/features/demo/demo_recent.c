/* demo_recent.c -- the last days of 北区's room: open cases with something to do today. */
#include "base/count.h"
#include "features/consultation/consultation.h"
#include "features/demo/demo_world.h"

#include <string.h>

static const struct recent {
    int days_ago, minute, due_in_days;
    const char *channel, *consulter_type, *name, *kana, *content, *summary, *outcome, *next_action;
} recents[] = {
    {0, 555, 0, "phone", "care_manager", "見本 松江", "ミホン マツエ", "home_doctor home_nursing",
     "肺炎での入院後、通院が難しくなった。訪問診療と訪問看護をあわせて探している。", "continuing", "候補の診療所2か所の返事をケアマネジャーに伝える"},
    {1, 630, -1, "visit_to_room", "hospital_liaison_office", "架空 次郎", "カクウ ジロウ", "discharge",
     "来週退院の予定。自宅での点滴ができる訪問看護ステーションを探している。", "waiting_result", "退院前カンファレンスの日程を病院に確認する"},
    {2, 840, 1, "phone", "community_support_center", "例示 花子", "レイジ ハナコ", "dementia",
     "受診を拒む方について、往診のできる医師と今後の関わり方を相談したい。", "continuing", "初期集中支援チームに引き継ぐ"},
    {3, 600, 3, "fax", "visiting_nurse_station", "仮名 五郎", "カメイ ゴロウ", "palliative_care advance_care_planning",
     "自宅での看取りに向けて、夜間の連絡体制を決めたい。", "waiting_result", "主治医の返信を確認する"},
};

static void make(struct demo_world *w, const struct demo_room *room, void *plan, long n, void *row)
{
    (void)plan;
    const struct recent *r = &recents[n];
    struct consultation *c = row;
    struct date today = date_today();
    struct date day = date_add_days(today, -r->days_ago);
    c->head.id = demo_id(w, day, r->minute);
    c->received_at = demo_datetime(w, day, r->minute);
    c->ended_at = demo_datetime(w, day, r->minute + 20);
    c->staff_id = room->user_id;
    c->channel = r->channel;
    c->consulter_type = r->consulter_type;
    c->resident_consultation = "no";
    c->subject_kind = "individual_case";
    c->is_ltci_subject = "yes";
    c->patient_name = r->name;
    c->patient_kana = r->kana;
    c->sex = "unknown";
    c->age_band = "from_80";
    c->care_level = "care_2";
    c->current_place = "home";
    c->residence = "same_ward";
    c->consent = "verbal";
    c->consent_on = date_iso(w->arena, day);
    c->content = r->content;
    c->scene = "daily_care";
    c->summary = r->summary;
    c->response = "coordination";
    c->outcome = r->outcome;
    c->is_difficult_case = "no";
    c->next_action = r->next_action;
    c->next_action_on = date_iso(w->arena, date_add_days(today, r->due_in_days));
    c->next_action_staff_id = room->user_id;
}

bool demo_recent(struct demo_world *w, struct err *err)
{
    /* The printed years stay exactly as printed. */
    if (fiscal_year(date_add_days(date_today(), -7)) <= 2024)
        return true;
    for (size_t i = 0; i < w->room_count; i++)
        if (!strcmp(w->rooms[i].office.area_code, "271276"))
            return demo_write(w, &w->rooms[i], &consultation_resource, COUNT(recents), make, NULL, err);
    return true;
}
