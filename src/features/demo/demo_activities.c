/* demo_activities.c -- 活動記録票: the rooms' work for ウ, エ, キ by the four scenes and the steps of エ. */
#include "base/count.h"
#include "features/activity/activity.h"
#include "features/demo/demo_world.h"

#include <string.h>

enum { RECORDS_A_YEAR = 24 * 34 };

static const struct kind {
    const char *activity_kind, *item, *scene, *tool_step, *theme, *content, *result;
} kinds[] = {
    {"medical_liaison", "item_u_seamless", "admission_discharge", "", "病院の退院支援の窓口を訪問", "退院支援の流れと連絡先を確認した。", "連絡票の様式をそろえることになった。"},
    {"nursing_liaison", "item_u_seamless", "sudden_change", "", "24時間対応の体制を確認", "夜間の連絡方法と受け入れの条件を聞き取った。", "一覧に反映した。"},
    {"resource_survey", "item_u_seamless", "daily_care", "", "訪問診療の新規受け入れの確認", "区内の診療所に受け入れの状況を確認した。", "空きのある診療所を一覧にした。"},
    {"sharing_tool", "item_e_sharing", "", "introduce", "情報共有シートの説明", "居宅介護支援事業所で使い方を説明した。", "3事業所で使い始めることになった。"},
    {"sharing_tool", "item_e_sharing", "", "evaluate", "情報共有シートの見直し", "使いにくい点を聞き取り、改訂案を作った。", "次回の会議で検討する。"},
    {"publicity", "item_ki_outreach", "end_of_life_care", "", "人生会議のちらし配布", "地域の集まりでちらしを配り説明した。", "関心のある方から質問があった。"},
    {"care_liaison", "item_u_seamless", "daily_care", "", "情報誌の送付", "訪問介護事業所に情報誌を送付した。", "受け取りの連絡があった。"},
};

static void make(struct demo_world *w, const struct demo_room *room, void *plan, long n, void *row)
{
    (void)n;
    const struct demo_year *year = plan;
    const struct kind *k = &kinds[chance_below(&w->chance, COUNT(kinds))];
    struct activity *x = row;
    struct date day = chance_business_day(&w->chance, year->first, year->last);
    int minute = 540 + (int)chance_below(&w->chance, 30) * 15;
    x->head.id = demo_id(w, day, minute);
    x->date_from = date_iso(w->arena, day);
    x->time_from = arena_printf(w->arena, "%02d:%02d", minute / 60, minute % 60);
    x->time_to = arena_printf(w->arena, "%02d:%02d", minute / 60 + 1, minute % 60);
    x->staff_id = room->user_id;
    x->activity_kind = k->activity_kind;
    x->item = k->item;
    x->scene = k->scene;
    x->tool_step = k->tool_step;
    x->theme = k->theme;
    x->content = k->content;
    x->result = k->result;
    x->personal_data_included = "no";
}

bool demo_activities(struct demo_world *w, const struct demo_year *year, struct err *err)
{
    long total = demo_share(year, RECORDS_A_YEAR);
    for (size_t i = 0; i < w->room_count; i++)
        if (!demo_write(w, &w->rooms[i], &activity_resource, total / (long)w->room_count, make, (void *)(uintptr_t)year, err))
            return false;
    return true;
}
