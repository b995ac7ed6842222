#include "base/count.h"
#include "features/report/osaka_tables.h"
#include "features/report/period_tables.h"
#include "features/report/report.h"
#include "features/report/report_command.h"
#include "features/report/report_pages.h"
#include "store/store.h"

static const struct report reports[] = {
    {"r-mon", "月報の実績（様式3）", "定例の報告", "1か月の相談・会議・研修・活動を、年度累計とあわせて集計します。", REPORT_BY_MONTH,
     report_period_figures},
    {"r-tri", "三半期の実績（様式10）", "定例の報告", "4〜7月、8〜11月、12〜3月の4か月ごとの実績です。", REPORT_BY_TRIMESTER, report_period_figures},
    {"r-year", "年度の実績（様式14）", "定例の報告", "年度の実績を月ごとに並べます。", REPORT_BY_YEAR, report_period_figures},
    {"t-osk-12", "会議・研修会等への参加", "市の報告書の表", "会議出席回数を前年度と比べます。地域ケア会議は再掲です。", REPORT_BY_YEAR,
     osaka_meetings},
    {"t-osk-13", "個別ケース相談（相談者別内訳）", "市の報告書の表", "どの職種・機関からの相談が多いかを、前年度とあわせて示します。", REPORT_BY_YEAR,
     osaka_consulters},
    {"t-osk-14", "個別ケース相談（相談内容別内訳）", "市の報告書の表", "相談内容ごとの件数です（複数回答）。", REPORT_BY_YEAR, osaka_contents},
    {"t-osk-14-cross", "個別ケース相談（相談内容×相談者）", "市の報告書の表", "どの職種がどんな相談をしているかを示します（複数回答）。", REPORT_BY_YEAR,
     osaka_contents_by_consulter},
    {"r-ward", "区ごとの実績", "区の比較", "区ごとの実績を並べ、前年の同じ期間と比べます。",
     REPORT_BY_YEAR | REPORT_BY_TRIMESTER | REPORT_BY_MONTH, ward_comparison},
    {"r-ward-months", "区ごとの個別ケース相談（月別）", "区の比較", "各区の月ごとの動きを、同じ目盛りのグラフで見比べます。", REPORT_BY_YEAR, ward_months},
};

static const struct route routes[] = {
    {GET, "/reports", PERM_REPORT_READ, report_index_page, NULL, 0, "報告の一覧", NULL},
    {GET, "/reports/:id", PERM_REPORT_READ, report_show_page, NULL, ROUTE_API, "報告の表", NULL},
};

static const struct migration migrations[] = {
    {2026112140, "report: create counting basis and published values",
     "CREATE TABLE counting_basis ("
     " area_code TEXT NOT NULL,"              /* 6-digit code, '' everywhere */
     " measure TEXT NOT NULL,"                /* doc/measures.md */
     " first_fiscal_year BIGINT NOT NULL,"    /* holds from this fiscal year on */
     " basis TEXT NOT NULL,"                  /* tally basis: all, ltci */
     " version TEXT NOT NULL,"                /* differing versions are never compared */
     " population TEXT NOT NULL,"             /* who is counted, as printed */
     " note TEXT NOT NULL DEFAULT '',"        /* printed beside the change */
     " PRIMARY KEY (area_code, measure, first_fiscal_year));\n"
     /* Source: reports.md §0: Osaka City counts 介護保険対象者のみ from FY2024. */
     "INSERT INTO counting_basis VALUES ('', 'consultation.cases', 0, 'all', 'all', 'すべての個別ケース', '');\n"
     "INSERT INTO counting_basis VALUES ('271004', 'consultation.cases', 2024, 'ltci', 'osaka-2024', '介護保険対象者のみ',"
     " '介護保険対象者のみの集計に変更');\n"
     "CREATE TABLE published_value ("
     " area_code TEXT NOT NULL,"
     " report_id TEXT NOT NULL,"              /* t-osk-12 */
     " row_key TEXT NOT NULL,"                /* key of the row */
     " period TEXT NOT NULL,"                 /* FY2023 */
     " value BIGINT NOT NULL,"                /* as printed, in the table's unit */
     " source TEXT NOT NULL,"                 /* the printed report */
     " PRIMARY KEY (area_code, report_id, row_key, period))",
     NULL, NULL},
};

static const struct command commands[] = {
    {"report", "ID --area CODE --period P --format F", "prints one report on stdout", report_command},
};

static const struct message messages[] = {
    {"report.other_area", "この地域の報告を見る権限がありません。ご自分の地域を選んでください。"},
    {"report.unknown", "その報告はありません。報告の一覧から選んでください。"},
    {"report.period", "この報告では選べない期間です。一覧から期間を選び直してください。"},
    {"report.broken", "報告を作れませんでした。管理者に連絡してください。"},
};

static const struct menu_item menu[] = {
    {70, "報告", "/reports", "reports", PERM_REPORT_READ},
};

const struct feature report_feature = {
    .name = "report",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .commands = commands, .command_count = COUNT(commands),
    .messages = messages, .message_count = COUNT(messages),
    .menu = menu, .menu_count = COUNT(menu),
    .reports = reports, .report_count = COUNT(reports),
};
