/* facility_feature.c -- tables of the feature: routes, migrations, command, picker, messages, menu. */
#include "base/count.h"
#include "features/facility/facility.h"
#include "features/facility/facility_demo.h"
#include "features/facility/facility_import.h"
#include "features/facility/facility_pages.h"
#include "features/facility/facility_schema.h"

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
};

static const struct command commands[] = {
    {"import facilities", "[--format auto|kaigo|navii|municipal-care|municipal-medical|kouseikyoku|mapped] [--mapping FILE.json] FILE...",
     "read open data (CSV, XLSX, ZIP) into the directory", import_facilities_command},
};

static const struct message messages[] = {
    {"facility.unknown", "この事業所は見つかりません。一覧からさがし直してください。"},
    {"facility.unknown_match", "この組は見つかりません。取り込みが取り消されたか、ほかの人が変えました。一覧を読み込み直してください。"},
    {"facility.match_changed", "ほかの人が先にこの組を決めました。画面を読み込み直して確かめてください。"},
    {"facility.unknown_run", "この取り込みは見つかりません。一覧を読み込み直してください。"},
    {"facility.undo_state", "この取り込みは取り消せません。取り込みの途中か、もう取り消されています。一覧を読み込み直してください。"},
    {"facility.undo_built_on", "このあとの取り込みが同じ事業所を変えているため、取り消せません。新しいほうの取り込みから順に取り消してください。"},
    {"facility.cancelled", "取り込みを途中でやめました。変えたものは元に戻しました。"},
    {"facility.no_headers", "見出しの行が見つかりません。1行目に「名称」「住所」などの見出しがあるか確かめてください。"},
    {"facility.format", "このファイルの形式はわかりません。1行目の見出しが公表されたままか確認してください。独自の形式は、列の対応を決めて（mapped）取り込めます。"},
    {"facility.flags", "休診日の印が、これまでの公表データと逆のようです（日曜に開いている機関が多すぎます）。取り込みを中止しました。定義書を確認してください。"},
    {"facility.mapping", "列の対応のファイルが読めません。名前（name）と列（columns）が正しいか確認してください。"},
    {"facility.zip_bomb", "ZIPを展開すると大きすぎるため、読み込みを中止しました。展開して、1つずつ取り込んでください。"},
    {"facility.zip_broken", "ZIPファイルが壊れているようです。もう一度ダウンロードしてください。"},
    {"facility.zip_empty", "ZIPの中にCSVもExcel（.xlsx）もありません。"},
    {"facility.zip_password", "ZIPにパスワードが付いています。展開してから取り込んでください。"},
};

static const struct menu_item menu[] = {
    {.order = 40, .label = "資源", .url = "/facilities", .icon = "facilities", .needs = PERM_DIRECTORY_READ},
};

const struct feature facility_feature = {
    .name = "facility",
    .migrations = migrations, .migration_count = COUNT(migrations),
    .commands = commands, .command_count = COUNT(commands),
    .messages = messages, .message_count = COUNT(messages),
    .menu = menu, .menu_count = COUNT(menu),
    .search = facility_search,
    .pickers = &facility_picker, .picker_count = 1,
    .demo = facility_demo,
};
