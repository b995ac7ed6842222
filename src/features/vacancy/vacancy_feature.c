#include "base/count.h"
#include "features/vacancy/vacancy.h"
#include "features/vacancy/vacancy_ask.h"
#include "features/vacancy/vacancy_board.h"
#include "features/vacancy/vacancy_demo.h"
#include "features/vacancy/vacancy_pages.h"
#include "features/vacancy/vacancy_public.h"
#include "features/vacancy/vacancy_statistics.h"

static const struct route routes[] = {
    {GET, "/vacancies", PERM_DIRECTORY_READ, vacancy_board_page, NULL, ROUTE_API, "空き・新規受入の一覧", NULL},
    {GET, "/vacancies/calls", PERM_DIRECTORY_READ, vacancy_calls_page, NULL, ROUTE_API, "古くなった情報を聞き直す事業所の一覧", NULL},
    {POST, "/vacancies/sheets", PERM_DIRECTORY_WRITE, vacancy_sheets_post, "vacancy.sheet", 0, "用紙をまとめて印刷する", NULL},
    {GET, "/vacancies/settings", PERM_SYSTEM, vacancy_settings_page, NULL, 0, "空きの情報が有効な日数", NULL},
    {POST, "/vacancies/settings", PERM_SYSTEM, vacancy_settings_post, "vacancy.settings", 0, "空きの情報が有効な日数を決める", NULL},
    {GET, "/vacancies/:id", PERM_DIRECTORY_READ, vacancy_show_page, NULL, ROUTE_API, "事業所の空き・新規受入", NULL},
    {POST, "/vacancies/:id", PERM_DIRECTORY_WRITE, vacancy_save_post, "vacancy.save", ROUTE_API, "聞いた空き・新規受入を登録する", &vacancy_fields},
    {POST, "/vacancies/:id/undo", PERM_DIRECTORY_WRITE, vacancy_undo_post, "vacancy.undo", 0, "空き・新規受入の登録を取り消す", NULL},
    {POST, "/vacancies/:id/contact", PERM_DIRECTORY_WRITE, vacancy_contact_post, "vacancy.contact", ROUTE_API, "事業所への連絡の方法を決める", NULL},
    {POST, "/vacancies/:id/calls", PERM_DIRECTORY_WRITE, vacancy_call_post, "vacancy.call", ROUTE_API, "電話の結果を残す", NULL},
    {POST, "/vacancies/:id/ask", PERM_DIRECTORY_WRITE, vacancy_ask_post, "vacancy.ask", 0, "メールでたずねる", NULL},
    {POST, "/vacancies/:id/sheet", PERM_DIRECTORY_WRITE, vacancy_sheet_post, "vacancy.sheet", 0, "QRコードの用紙を印刷する", NULL},
    {POST, "/vacancies/:id/links", PERM_DIRECTORY_WRITE, vacancy_links_post, "vacancy.links", 0, "リンクやQRコードを止める", NULL},
    {GET, "/v/:secret", PERM_PUBLIC, vacancy_public_page, NULL, 0, "事業所が空きを知らせる画面（リンク・QRコード）", NULL},
    {POST, "/v/:secret", PERM_PUBLIC, vacancy_public_post, "vacancy.answer", 0, "事業所が空きを知らせる", NULL},
    {POST, "/v/:secret/undo", PERM_PUBLIC, vacancy_public_undo, "vacancy.answer_undo", 0, "事業所が知らせを取り消す", NULL},
};

static const struct migration migrations[] = {
    {.number = 2026112182,
     .name = "vacancy: create",
     .sql = "CREATE TABLE vacancy (\n"
            "  facility_id TEXT PRIMARY KEY REFERENCES facility (id),\n"
            "  area_code TEXT NOT NULL,               -- of the facility when it was taken onto the board\n"
            "  service TEXT NOT NULL,                 -- code list care_service or facility_kind\n"
            "  status TEXT NOT NULL DEFAULT '',       -- code list vacancy_status; '' never answered.  Weekday daytime\n"
            "  night TEXT NOT NULL DEFAULT '',\n"
            "  weekend TEXT NOT NULL DEFAULT '',      -- and public holidays\n"
            "  slots BIGINT,                          -- free beds or places; NULL not said\n"
            "  conditions TEXT NOT NULL DEFAULT '',\n"
            "  from_on TEXT NOT NULL DEFAULT '',      -- day\n"
            "  as_of TEXT NOT NULL DEFAULT '',        -- Japan's wall clock\n"
            "  valid_until TEXT NOT NULL DEFAULT '',  -- Japan's wall clock\n"
            "  channel TEXT NOT NULL DEFAULT '',      -- mail, fax, paper, phone, staff\n"
            "  report_id TEXT NOT NULL DEFAULT '',    -- the answer it comes from\n"
            "  asked_at TEXT NOT NULL DEFAULT '',     -- UTC of the newest question\n"
            "  asked_count BIGINT NOT NULL DEFAULT 0  -- questions since the newest answer\n"
            ");\n"
            "CREATE INDEX vacancy_by_age ON vacancy (as_of DESC, facility_id);\n"
            "CREATE INDEX vacancy_of_area ON vacancy (area_code, service, as_of);\n"
            "CREATE INDEX vacancy_by_expiry ON vacancy (valid_until);\n"
            "CREATE TABLE vacancy_report (\n"
            "  id TEXT PRIMARY KEY,                   -- UUIDv7 of the form: sent twice, it is one answer\n"
            "  facility_id TEXT NOT NULL,\n"
            "  area_code TEXT NOT NULL,\n"
            "  service TEXT NOT NULL,\n"
            "  status TEXT NOT NULL,\n"
            "  night TEXT NOT NULL,\n"
            "  weekend TEXT NOT NULL,\n"
            "  slots BIGINT,\n"
            "  conditions TEXT NOT NULL,\n"
            "  from_on TEXT NOT NULL,\n"
            "  as_of TEXT NOT NULL,                   -- Japan's wall clock\n"
            "  valid_until TEXT NOT NULL,             -- Japan's wall clock\n"
            "  channel TEXT NOT NULL,\n"
            "  link_id TEXT NOT NULL,                 -- office_link.id, '' by staff\n"
            "  user_id TEXT NOT NULL,                 -- '' by the office itself\n"
            "  undone_at TEXT NOT NULL DEFAULT ''     -- UTC; taken back\n"
            ");\n"
            "CREATE INDEX vacancy_report_of_facility ON vacancy_report (facility_id, as_of DESC);\n"
            "CREATE INDEX vacancy_report_of_link ON vacancy_report (link_id, id);\n"
            "CREATE INDEX vacancy_report_by_day ON vacancy_report (as_of, area_code);\n"
            "CREATE TABLE vacancy_expiry (\n"
            "  service TEXT PRIMARY KEY,\n"
            "  days BIGINT NOT NULL                   -- an answer counts so long; 7 where no row stands\n"
            ");\n"
            "CREATE TABLE vacancy_call (\n"
            "  id TEXT PRIMARY KEY,\n"
            "  facility_id TEXT NOT NULL,\n"
            "  service TEXT NOT NULL,\n"
            "  area_code TEXT NOT NULL,               -- of the room that called\n"
            "  office_id TEXT NOT NULL,               -- the room that called\n"
            "  user_id TEXT NOT NULL,\n"
            "  called_at TEXT NOT NULL,               -- Japan's wall clock\n"
            "  band TEXT NOT NULL,                    -- weekday, night, weekend\n"
            "  answer TEXT NOT NULL,                  -- yes, no, absent\n"
            "  shown_status TEXT NOT NULL,            -- what the board said, '' old or nothing\n"
            "  is_first INTEGER NOT NULL              -- 1: the first answered call of a search\n"
            ");\n"
            "CREATE INDEX vacancy_call_of_facility ON vacancy_call (facility_id, office_id, called_at);\n"
            "CREATE INDEX vacancy_call_of_office ON vacancy_call (office_id, service, called_at);\n"},
};

static const struct message messages[] = {
    {"vacancy.no_answer", "取り消せる回答がありません。もう取り消されたか、日がたっています。"},
    {"vacancy.no_mail", "メールアドレスが登録されていません。「連絡の方法を決める」で登録してください。"},
    {"vacancy.no_sheets", "印刷する事業所がありません。"},
    {"vacancy.call", "電話の結果を残せませんでした。ボタンを押し直してください。"},
};

static const struct report reports[] = {
    {"r-vacancy", "空き・受入れの不足（サービス別）", "空き・受入れ", "どのサービスが、日中・夜間・土日に足りないか、最初の電話で受け入れてもらえたかを示します。",
     REPORT_BY_YEAR | REPORT_BY_TRIMESTER | REPORT_BY_MONTH, vacancy_by_service},
    {"r-vacancy-area", "空き・受入れの不足（地域別）", "空き・受入れ", "地域ごとに、日中・夜間・土日の足りなさを見比べます。",
     REPORT_BY_YEAR | REPORT_BY_TRIMESTER | REPORT_BY_MONTH, vacancy_by_area},
};

static const struct menu_item menu[] = {
    {.order = 42, .label = "空き・受け入れ", .url = "/vacancies", .needs = PERM_DIRECTORY_READ, .under = "/facilities"},
};

static const struct panel panels[] = {{.kind = "facility", .order = 10, .show = vacancy_panel}};

const struct feature vacancy_feature = {
    .name = "vacancy",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .menu = menu, .menu_count = COUNT(menu),
    .reports = reports, .report_count = COUNT(reports),
    .panels = panels, .panel_count = COUNT(panels),
    .today = vacancy_today,
    .chore = vacancy_ask_stale,
    .demo = vacancy_demo,
};
