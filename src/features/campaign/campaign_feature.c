#include "base/count.h"
#include "features/campaign/campaign.h"
#include "features/campaign/campaign_demo.h"
#include "features/campaign/campaign_edition.h"
#include "features/campaign/campaign_pages.h"
#include "features/campaign/campaign_public.h"
#include "features/campaign/campaign_statistics.h"

#define ENTRY "/campaigns/:id/entries/:entry"

static const struct route routes[] = {
    {GET, "/campaigns", PERM_DIRECTORY_READ, campaign_index_page, NULL, 0, "年1回の更新の一覧", NULL},
    {GET, "/campaigns/new", PERM_DIRECTORY_WRITE, campaign_new_page, NULL, 0, "新しい更新を始める", NULL},
    {POST, "/campaigns", PERM_DIRECTORY_WRITE, campaign_create_post, "campaign.create", 0, "更新を頼む事業所を選ぶ", NULL},
    {GET, "/campaigns/:id", PERM_DIRECTORY_READ, campaign_show_page, NULL, ROUTE_API, "更新の進み", NULL},
    {POST, "/campaigns/:id/send", PERM_DIRECTORY_WRITE, campaign_send_post, "campaign.send", 0, "更新のお願いをメールで送る", NULL},
    {POST, "/campaigns/:id/remind", PERM_DIRECTORY_WRITE, campaign_remind_post, "campaign.remind", 0, "返事のない事業所にメールで催促する", NULL},
    {POST, "/campaigns/:id/sheets", PERM_DIRECTORY_WRITE, campaign_sheets_post, "campaign.sheets", 0, "更新のお願いの用紙を印刷する", NULL},
    {POST, "/campaigns/:id/publish", PERM_DIRECTORY_WRITE, campaign_publish_post, "campaign.publish", 0, "新しい版として公開する", NULL},
    {GET, "/campaigns/:id/edition/:kind", PERM_DIRECTORY_READ, campaign_edition_page, NULL, 0, "公開した版の一覧（公開した時点のまま）", NULL},
    {GET, ENTRY, PERM_DIRECTORY_READ, campaign_review_page, NULL, 0, "事業所からの直しを確かめる画面", NULL},
    {POST, ENTRY, PERM_DIRECTORY_WRITE, campaign_review_post, "campaign.decide", 0, "事業所からの直しを項目ごとに決める", NULL},
    {POST, ENTRY "/answer", PERM_DIRECTORY_WRITE, campaign_paper_post, "campaign.paper", 0, "用紙や電話で届いた返事を書き入れる", NULL},
    {GET, "/u/:secret", PERM_PUBLIC, campaign_public_page, NULL, 0, "事業所が自分の情報を確かめる画面（リンク・QRコード）", NULL},
    {POST, "/u/:secret", PERM_PUBLIC, campaign_public_post, "campaign.answer", 0, "事業所が情報を確かめる、直す", NULL},
    {POST, "/u/:secret/undo", PERM_PUBLIC, campaign_public_undo, "campaign.answer_undo", 0, "事業所が回答をやり直す", NULL},
};

static const struct migration migrations[] = {
    {.number = 2026112185,
     .name = "campaign: create",
     .sql = "CREATE TABLE campaign (\n"
            "  id TEXT PRIMARY KEY,                      -- UUIDv7\n"
            "  title TEXT NOT NULL,\n"
            "  office_id TEXT NOT NULL,                  -- whose campaign\n"
            "  area_code TEXT NOT NULL,                  -- which entries were chosen\n"
            "  service_code TEXT NOT NULL,               -- '' all\n"
            "  closes_on TEXT NOT NULL,                  -- last day for answers\n"
            "  created_at TEXT NOT NULL,                 -- UTC\n"
            "  created_by TEXT NOT NULL,                 -- user id\n"
            "  edition BIGINT NOT NULL DEFAULT 0,        -- number of the published edition; 0 not yet\n"
            "  published_on TEXT NOT NULL DEFAULT '',    -- day\n"
            "  published_by TEXT NOT NULL DEFAULT '',    -- user id\n"
            "  note TEXT NOT NULL DEFAULT ''             -- of the edition\n"
            ");\n"
            "CREATE TABLE campaign_entry (\n"
            "  id TEXT PRIMARY KEY,\n"
            "  campaign_id TEXT NOT NULL REFERENCES campaign (id),\n"
            "  facility_id TEXT NOT NULL REFERENCES facility (id),\n"
            "  state TEXT NOT NULL DEFAULT 'chosen',     -- code list campaign_state\n"
            "  channel TEXT NOT NULL DEFAULT '',         -- mail, letter\n"
            "  sent_at TEXT NOT NULL DEFAULT '',         -- UTC, like the following\n"
            "  opened_at TEXT NOT NULL DEFAULT '',\n"
            "  answered_at TEXT NOT NULL DEFAULT '',\n"
            "  reminded_at TEXT NOT NULL DEFAULT '',\n"
            "  reminded_count BIGINT NOT NULL DEFAULT 0,\n"
            "  decided_at TEXT NOT NULL DEFAULT '',\n"
            "  decided_by TEXT NOT NULL DEFAULT '',      -- user id\n"
            "  remark TEXT NOT NULL DEFAULT '',          -- what the office wrote besides\n"
            "  confirmed_before TEXT NOT NULL DEFAULT '', -- facility_local.confirmed_on before this answer\n"
            "  UNIQUE (campaign_id, facility_id)\n"
            ");\n"
            "CREATE INDEX campaign_entry_by_state ON campaign_entry (campaign_id, state, id);\n"
            "CREATE INDEX campaign_entry_due ON campaign_entry (state, sent_at);\n"
            "CREATE TABLE campaign_answer (\n"
            "  entry_id TEXT NOT NULL REFERENCES campaign_entry (id),\n"
            "  field TEXT NOT NULL,                      -- of facility_corrected_set or facility_local_set\n"
            "  position BIGINT NOT NULL,                 -- order on the form\n"
            "  old_value TEXT NOT NULL,                  -- stored text the office saw\n"
            "  new_value TEXT NOT NULL,                  -- stored text the office says\n"
            "  verdict TEXT NOT NULL DEFAULT '',         -- approved, refused\n"
            "  PRIMARY KEY (entry_id, field)\n"
            ");\n"},
    {.number = 2026112197,
     .name = "campaign: editions as they were published",
     .sql = "CREATE TABLE campaign_document (\n"
            "  campaign_id TEXT NOT NULL REFERENCES campaign (id),\n"
            "  kind TEXT NOT NULL,     -- pdf, xlsx, csv\n"
            "  piece BIGINT NOT NULL,  -- from 1\n"
            "  content TEXT NOT NULL,  -- base64 of the next bytes\n"
            "  PRIMARY KEY (campaign_id, kind, piece)\n"
            ");\n"
            "-- What campaigns say about confirmations before facility_confirmation was kept; the day is UTC's.\n"
            "INSERT INTO facility_confirmation (facility_id, confirmed_on)\n"
            "  SELECT facility_id, substr(CASE WHEN state = 'approved' THEN decided_at ELSE answered_at END, 1, 10) FROM campaign_entry\n"
            "  WHERE state IN ('confirmed', 'approved') ON CONFLICT (facility_id, confirmed_on) DO NOTHING;\n"},
};

static const struct message messages[] = {
    {"campaign.unknown", "この更新は見つかりません。「年1回の更新」の一覧から選び直してください。"},
    {"campaign.empty", "条件に合う事業所がありません。地域やサービスを広げるか、「12か月以内に確認した事業所を除く」を外してください。"},
    {"campaign.too_many", "一度に選べるのは3,000件までです。地域かサービスをしぼってください。"},
    {"campaign.decided", "この回答は、もう確かめられています。最新の内容を開き直してください。"},
    {"campaign.published", "この更新は、もう公開されています。続きは新しい更新として始めてください。"},
    {"campaign.closed", "回答の受付は終わりました。直すところがあれば、お知らせを送った相談支援室へご連絡ください。"},
    {"campaign.no_edition", "この版の一覧は残っていません。更新の画面から選び直してください。"},
    {"campaign.no_sheets", "印刷する事業所がありません。"},
};

static const struct report reports[] = {
    {"r-directory", "資源の情報の確認（12か月以内）", "資源", "事業所の情報のうち、12か月以内に確かめたものの割合を、地域ごとに示します。", REPORT_BY_YEAR | REPORT_BY_MONTH,
     campaign_freshness_table},
};


static const struct menu_item menu[] = {
    {.order = 45, .label = "年1回の更新", .url = "/campaigns", .needs = PERM_DIRECTORY_READ, .under = "/facilities"},
};

const struct feature campaign_feature = {
    .name = "campaign",
    .menu = menu, .menu_count = COUNT(menu),
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .reports = reports, .report_count = COUNT(reports),
    .today = campaign_today,
    .chore = campaign_remind_due,
    .demo = campaign_demo,
};
