#include "features/submission/narrative.h"

#include "base/count.h"

#include <stddef.h>

#define AT(member) offsetof(struct narrative, member)
#define LONG_ITEM(member, title, hint, from) \
    {.name = #member, .label = title, .help = hint, .type = FIELD_LONG_TEXT, .offset = AT(member), .source = from}
#define COMMENT \
    LONG_ITEM(manager_comment, "責任者のコメント", "確認する責任者が書きます。個人が分かることは書かないでください。", "様式3, 10, 14")

static const struct field monthly[] = {
    {.name = "working_days", .label = "開所日数", .type = FIELD_INT, .min = 0, .max = 31, .offset = AT(working_days), .source = "様式3"},
    LONG_ITEM(activity, "（ウ）（エ）の主な活動", "4つの場面と情報共有ツールについて、したことを書きます。個人が分かることは書かないでください。", "様式3 ウ, エ: count + text"),
    LONG_ITEM(issues, "今月見つかった課題", "個人が分かることは書かないでください。", "様式3"),
    LONG_ITEM(plan, "来月の予定", NULL, "様式3"),
    COMMENT,
};
const struct field_set narrative_monthly = {"narrative", "月報の記述", monthly, COUNT(monthly), sizeof(struct narrative), NULL};

static const struct field trimester_fields[] = {
    LONG_ITEM(viewpoint_result, "成果が得られているか", NULL, "様式10; handbook, three viewpoints"),
    LONG_ITEM(viewpoint_goal, "目標は適当か", NULL, "様式10"),
    LONG_ITEM(viewpoint_schedule, "スケジュールは適切か", NULL, "様式10"),
    {.name = "self_evaluation", .label = "自己評価", .type = FIELD_CODE, .codes = "self_evaluation", .offset = AT(self_evaluation),
     .source = "様式10"},
    LONG_ITEM(evaluation_reason, "評価の理由", NULL, "様式10"),
    LONG_ITEM(issues, "項目ごとの課題", NULL, "様式10"),
    LONG_ITEM(correction, "目標・計画の見直し", "変えるところと、その理由を書きます。変えないときは「なし」と書きます。", "様式10 corrections of goals/plans"),
    LONG_ITEM(plan, "次の三半期の計画", NULL, "様式10"),
    {.name = "review_on", .label = "内部の振り返りを行った日", .type = FIELD_DATE, .flags = FIELD_PAST, .offset = AT(review_on), .source = "様式10"},
    {.name = "review_attendees", .label = "振り返りの出席者（職名）", .type = FIELD_TEXT, .offset = AT(review_attendees), .source = "様式10"},
    LONG_ITEM(review_minutes, "振り返りの内容", NULL, "様式10"),
    COMMENT,
};
const struct field_set narrative_trimester = {"narrative", "三半期報告の記述", trimester_fields, COUNT(trimester_fields), sizeof(struct narrative),
                                              NULL};

static const struct field yearly[] = {
    LONG_ITEM(goal, "今年度の目標", NULL, "様式14 goal"),
    LONG_ITEM(item_u, "（ウ）切れ目のない提供体制の取組みと成果", NULL, "様式14, a chapter per item"),
    LONG_ITEM(scenes, "4つの場面ごとの取組み", "日常の療養支援、入退院支援、急変時の対応、看取りの順に書きます。", "様式14 four-scene chapter"),
    LONG_ITEM(item_e, "（エ）情報共有の支援の取組みと成果", NULL, "様式14"),
    LONG_ITEM(tools, "情報共有ツールの取組み", "どの段階まで進んだかを書きます。", "様式14 tool chapter (5 steps)"),
    LONG_ITEM(item_o, "（オ）相談支援の取組みと成果", NULL, "様式14"),
    LONG_ITEM(cooperation, "（ア）（イ）（カ）（キ）への協力", NULL, "様式14 cooperation"),
    LONG_ITEM(activity, "そのほかの取組みと成果", NULL, "様式14"),
    LONG_ITEM(issues, "課題", NULL, "様式14"),
    LONG_ITEM(plan, "来年度に向けて", NULL, "様式14"),
    LONG_ITEM(good_practice, "よい取組みの例", "個人が分かることは書かないでください。", "様式14"),
    COMMENT,
};
const struct field_set narrative_yearly = {"narrative", "事業実施報告書の記述", yearly, COUNT(yearly), sizeof(struct narrative), NULL};
