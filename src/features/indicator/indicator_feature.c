/* indicator_feature.c -- tables of the feature: reports, the population's table and its command. */
#include "features/indicator/indicator.h"

#include "base/count.h"
#include "features/indicator/coverage.h"
#include "features/indicator/indicator_areas.h"
#include "features/indicator/indicator_tables.h"
#include "features/indicator/population_pages.h"

static const struct report reports[] = {
    {"i-home-care", "在宅医療の体制", "資源の指標", "在宅療養支援診療所・病院、訪問看護（24時間対応）の数を、市区町村・区ごとに並べます。", REPORT_BY_YEAR,
     home_care_table},
    {"i-services", "サービス別の事業所数", "資源の指標", "介護サービスの事業所数と、65歳以上人口あたりの数を、市区町村・区ごとに並べます。", REPORT_BY_YEAR,
     services_table},
    {"i-nearest", "地区ごとの最寄りまでの距離", "資源の指標", "地区の中心から、いちばん近い病院・訪問看護などまでの直線距離です。地図は「資源」の「届きやすさ」にあります。", REPORT_BY_YEAR, nearest_table},
};

static const struct migration migrations[] = {
    {.number = 2026112191,
     .name = "indicator: people of 65 and over",
     .sql = "CREATE TABLE population_65 (\n"
            "  area_code TEXT NOT NULL,          -- municipality or ward, area.code\n"
            "  year BIGINT NOT NULL,             -- calendar year of the statistic\n"
            "  people BIGINT NOT NULL,           -- of 65 and over\n"
            "  source TEXT NOT NULL,             -- statistic as printed below tables\n"
            "  imported_at TEXT NOT NULL,        -- UTC\n"
            "  PRIMARY KEY (area_code, year)\n"
            ");\n"},
};

static const struct route routes[] = {
    {GET, "/coverage", PERM_DIRECTORY_READ, coverage_page, NULL, ROUTE_API, "いちばん近い事業所までの距離の地図と表", NULL},
    {GET, "/indicators/population", PERM_DIRECTORY_IMPORT, population_page, NULL, 0, "65歳以上人口", NULL},
    {POST, "/indicators/population", PERM_DIRECTORY_IMPORT, population_post, "population.save", 0, "65歳以上人口を1件入れる", NULL},
    {POST, "/indicators/population/delete", PERM_DIRECTORY_IMPORT, population_delete, "population.delete", 0, "65歳以上人口を1件消す", NULL},
    {POST, "/indicators/population/import", PERM_DIRECTORY_IMPORT, population_import_post, "population.import", ROUTE_UPLOAD, "65歳以上人口をファイルで入れる", NULL},
    {GET, "/indicators/population/sheet", PERM_DIRECTORY_IMPORT, population_sheet, NULL, 0, "65歳以上人口を書き入れる様式", NULL},
};

static const struct menu_item menu[] = {
    {.order = 46, .label = "届きやすさ", .url = "/coverage", .needs = PERM_DIRECTORY_READ, .under = "/facilities"},
    {.order = 50, .label = "65歳以上人口", .url = "/indicators/population", .needs = PERM_DIRECTORY_IMPORT, .under = "/facilities"},
};

static const struct command commands[] = {
    {"import population", "FILE", "read people of 65 and over by municipality (CSV, XLSX: 全国地方公共団体コード, 年, 65歳以上人口, 出典)", import_population_command},
};

static const struct message messages[] = {
    {"coverage.kind", "この種類の地図はありません。種類を選び直してください。"},
    {"indicator.columns", "1行目に、全国地方公共団体コード、年、65歳以上人口、出典の見出しが必要です。見出しを確認してください。"},
    {"indicator.too_many_rows", "行が10万を超えています。何も変えていません。市区町村ごとの人口だけのファイルにしてください。"},
    {"indicator.no_file", "ファイルが選ばれていないか、空です。人口のファイルを選んでください。"},
};

const struct feature indicator_feature = {
    .name = "indicator",
    .routes = routes, .route_count = COUNT(routes),
    .menu = menu, .menu_count = COUNT(menu),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .commands = commands, .command_count = COUNT(commands),
    .messages = messages, .message_count = COUNT(messages),
    .reports = reports, .report_count = COUNT(reports),
};
