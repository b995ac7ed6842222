/* facility_feature.c -- tables of the feature: routes, migrations, command, picker, messages, menu. */
#include "base/count.h"
#include "features/facility/facility.h"
#include "features/facility/facility_demo.h"
#include "features/facility/facility_import.h"
#include "features/facility/facility_import_pages.h"
#include "features/facility/facility_match_pages.h"
#include "features/facility/facility_pages.h"
#include "features/facility/facility_schema.h"
#include "features/facility/facility_upload.h"

static const struct route routes[] = {
    {GET, "/facilities/imports", PERM_DIRECTORY_IMPORT, facility_import_runs_page, NULL, 0, "資源のこれまでの取り込み", NULL},
    {GET, "/facilities/imports/new", PERM_DIRECTORY_IMPORT, facility_import_new_page, NULL, 0, "取り込むファイルを選ぶ", NULL},
    {POST, "/facilities/imports", PERM_DIRECTORY_IMPORT, facility_import_upload_post, "facility.import.upload", ROUTE_UPLOAD, "取り込むファイルを送る", NULL},
    {GET, "/facilities/imports/:id", PERM_DIRECTORY_IMPORT, facility_import_upload_page, NULL, 0, "取り込む内容を確かめる", NULL},
    {POST, "/facilities/imports/:id/start", PERM_DIRECTORY_IMPORT, facility_import_start_post, "facility.import.start", 0, "取り込みをはじめる", NULL},
    {GET, "/facilities/imports/:id/columns/:file", PERM_DIRECTORY_IMPORT, facility_import_columns_page, NULL, 0, "列の対応を決める", NULL},
    {POST, "/facilities/imports/:id/columns/:file", PERM_DIRECTORY_IMPORT, facility_import_columns_post, "facility.mapping.save", 0,
     "列の対応を保存する", NULL},
    {GET, "/facilities/imports/runs/:number", PERM_DIRECTORY_IMPORT, facility_import_run_page, NULL, 0, "取り込みの結果", NULL},
    {GET, "/facilities/imports/runs/:number/refused", PERM_DIRECTORY_IMPORT, facility_import_refused_page, "facility.import.refused", 0,
     "取り込めなかった行を受け取る", NULL},
    {POST, "/facilities/imports/runs/:number/undo", PERM_DIRECTORY_IMPORT, facility_import_undo_post, "facility.import.undo_start", 0,
     "取り込みを取り消す", NULL},
    {GET, "/facilities/matches", PERM_DIRECTORY_IMPORT, facility_match_page, NULL, 0, "同じかもしれない事業所の組", NULL},
    {POST, "/facilities/matches/decide", PERM_DIRECTORY_IMPORT, facility_match_decide_post, "facility.match.decide", 0, "組が同じかを決める", NULL},
    {POST, "/facilities/matches/undo", PERM_DIRECTORY_IMPORT, facility_match_undo_post, "facility.match.undo", 0, "組について決めたことを元に戻す", NULL},
    {POST, "/facilities/:id/corrections/:field/undo", PERM_DIRECTORY_WRITE, facility_correction_undo_post, "facility.correction.undo", 0,
     "直した項目を公開データの内容に戻す", NULL},
    {GET, "/facilities/mappings", PERM_DIRECTORY_IMPORT, facility_mappings_page, NULL, 0, "列の対応の一覧", NULL},
    {POST, "/facilities/mappings/rename", PERM_DIRECTORY_IMPORT, facility_mapping_rename_post, "facility.mapping.rename", 0, "列の対応の名前を変える", NULL},
    {POST, "/facilities/mappings/delete", PERM_DIRECTORY_IMPORT, facility_mapping_delete_post, "facility.mapping.delete", 0, "列の対応を消す", NULL},
};

static const struct migration migrations[] = {
    {.number = 2026040311,
     .name = "facility: create",
     .sql = "CREATE TABLE facility (\n"
            "  id TEXT PRIMARY KEY,              -- UUIDv7 that follows from source and source_key\n"
            "  source TEXT NOT NULL,             -- kaigo: MHLW open data of care services\n"
            "  source_key TEXT NOT NULL,         -- office number, '/', service code\n"
            "  service_code TEXT NOT NULL,       -- code list care_service; formats.md A\n"
            "  office_number TEXT NOT NULL,      -- 10 characters, a letter possible, zeros in front count\n"
            "  name TEXT NOT NULL,\n"
            "  kana TEXT NOT NULL,               -- katakana with exceptions\n"
            "  corporation TEXT NOT NULL,\n"
            "  corporation_number TEXT NOT NULL, -- 13 digits or ''\n"
            "  area_code TEXT NOT NULL,          -- ward or municipality, area.code\n"
            "  postal TEXT NOT NULL DEFAULT '',  -- not in format A\n"
            "  address TEXT NOT NULL,            -- as published; contains the building\n"
            "  building TEXT NOT NULL,\n"
            "  phone TEXT NOT NULL,              -- normalised; as published in raw\n"
            "  fax TEXT NOT NULL,\n"
            "  lat BIGINT,                       -- millionths of a degree, WGS84; NULL unknown\n"
            "  lng BIGINT,\n"
            "  capacity BIGINT,                  -- persons; NULL not entered\n"
            "  url TEXT NOT NULL,                -- '' unless http(s)\n"
            "  days TEXT NOT NULL,               -- codes of service_day\n"
            "  note TEXT NOT NULL,               -- about the days\n"
            "  raw TEXT NOT NULL,                -- JSON: headers and values of the file's row\n"
            "  is_listed INTEGER NOT NULL,       -- 1: in the newest file; 0 does not mean closed\n"
            "  imported_at TEXT NOT NULL,        -- UTC of the last change by an import\n"
            "  file_name TEXT NOT NULL,\n"
            "  UNIQUE (source, source_key)\n"
            ");\n"
            "CREATE INDEX facility_of_area ON facility (area_code, service_code);\n"
            "CREATE INDEX facility_of_service ON facility (service_code, is_listed);\n"
            "CREATE INDEX facility_of_office ON facility (office_number);\n"
            "CREATE INDEX facility_by_kana ON facility (is_listed DESC, kana, name, id);\n"},
    {.number = 2026050301, .name = "facility: rows of many sources behind one directory", .sql = facility_sources_sql},
    {.number = 2026050302, .name = "facility: entries that are the same show as one", .sql = facility_groups_sql},
    {.number = 2026050303, .name = "facility: imports that can be undone", .sql = facility_runs_sql},
    {.number = 2026112184, .name = "facility: what offices say otherwise than published", .sql = facility_corrections_sql},
    /* Whoever counts an area (campaign) reads none of its entries, which lie far from each other. */
    {.number = 2026112194,
     .name = "facility: areas with what counting their entries asks for",
     .sql = "DROP INDEX facility_of_area;\n"
            "CREATE INDEX facility_of_area ON facility (area_code, service_code, is_listed, merged_into, id);\n"},
};

static const struct command commands[] = {
    {"import facilities", "[--format auto|kaigo|navii|municipal-care|municipal-medical|kouseikyoku|mapped] [--mapping FILE.json] FILE...",
     "read open data (CSV, XLSX, ZIP) into the directory", import_facilities_command},
};

static const struct message messages[] = {
    {"facility.correction", "この項目は直せません。管理者に知らせてください。"},
    {"facility.no_correction", "この項目は、もう公開データの内容に戻っています。画面を読み込み直してください。"},
    {"facility.unknown", "この事業所は見つかりません。一覧からさがし直してください。"},
    {"facility.unknown_match", "この組は見つかりません。取り込みが取り消されたか、ほかの人が変えました。一覧を読み込み直してください。"},
    {"facility.match_changed", "ほかの人が先にこの組を決めました。画面を読み込み直して確かめてください。"},
    {"facility.no_file", "ファイルが選ばれていないか、空です。取り込むファイルを選んでください。"},
    {"facility.unknown_upload", "取り込むファイルが見つかりません。1日を過ぎたため消えました。もう一度ファイルを選んでください。"},
    {"facility.upload_state", "この取り込みはもうはじまっています。画面を読み込み直してください。"},
    {"facility.mapping_taken", "同じ名前の列の対応がすでにあります。別の名前にしてください。"},
    {"facility.unknown_mapping", "この列の対応は見つかりません。一覧を読み込み直してください。"},
    {"facility.unknown_run", "この取り込みは見つかりません。一覧を読み込み直してください。"},
    {"facility.undo_state", "この取り込みは取り消せません。取り込みの途中か、もう取り消されています。一覧を読み込み直してください。"},
    {"facility.undo_built_on", "このあとの取り込みが同じ事業所を変えているため、取り消せません。新しいほうの取り込みから順に取り消してください。"},
    {"facility.cancelled", "取り込みを途中でやめました。変えたものは元に戻しました。"},
    {"facility.too_many_rows", "行が200万を超えています。都道府県ごとなどに分けて取り込んでください。変えたものは元に戻しました。"},
    {"facility.no_headers", "見出しの行が見つかりません。1行目に「名称」「住所」などの見出しがあるか確かめてください。"},
    {"facility.format", "このファイルの形式はわかりません。1行目の見出しが公表されたままか確認してください。独自の形式は、列の対応を決めて（mapped）取り込めます。"},
    {"facility.flags", "休診日の印が、これまでの公表データと逆のようです（日曜に開いている機関が多すぎます）。取り込みを中止しました。定義書を確認してください。"},
    {"facility.mapping", "列の対応のファイルが読めません。名前（name）と列（columns）が正しいか確認してください。"},
    {"facility.zip_bomb", "ZIPを展開すると大きすぎるため、読み込みを中止しました。展開して、1つずつ取り込んでください。"},
    {"facility.zip_broken", "ZIPファイルが壊れているようです。もう一度ダウンロードしてください。"},
    {"facility.zip_empty", "ZIPの中にCSVもExcel（.xlsx）もありません。"},
    {"facility.zip_password", "ZIPにパスワードが付いています。展開してから取り込んでください。"},
};

static const struct job_kind jobs[] = {
    {.name = "facility_look", .label = "取り込むファイルの確認", .run = facility_look_job},
    {.name = "facility_import", .label = "資源の取り込み", .run = facility_import_job},
    {.name = "facility_undo", .label = "資源の取り込みの取り消し", .run = facility_undo_job},
};

static const struct panel panels[] = {
    {.kind = "facility", .order = 85, .show = facility_correction_panel},
    {.kind = "facility", .order = 90, .show = facility_source_panel},
};

static const struct menu_item menu[] = {
    {.order = 40, .label = "資源", .url = "/facilities", .icon = "facilities", .needs = PERM_DIRECTORY_READ},
    {.order = 48, .label = "取り込み", .url = "/facilities/imports", .needs = PERM_DIRECTORY_IMPORT, .under = "/facilities"},
    {.order = 49, .label = "同じ事業所の確認", .url = "/facilities/matches", .needs = PERM_DIRECTORY_IMPORT, .under = "/facilities"},
};

const struct feature facility_feature = {
    .name = "facility",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .commands = commands, .command_count = COUNT(commands),
    .messages = messages, .message_count = COUNT(messages),
    .menu = menu, .menu_count = COUNT(menu),
    .panels = panels, .panel_count = COUNT(panels),
    .jobs = jobs, .job_count = COUNT(jobs),
    .search = facility_search,
    .pickers = &facility_picker, .picker_count = 1,
    .demo = facility_demo,
};
