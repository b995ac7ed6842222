#include "base/count.h"
#include "features/office_link/office_link.h"

static const struct migration migrations[] = {
    {.number = 2026112181,
     .name = "office_link: create",
     .sql = "CREATE TABLE office_link (\n"
            "  id TEXT PRIMARY KEY,               -- UUIDv7\n"
            "  secret_hash TEXT NOT NULL UNIQUE,  -- BLAKE2b of the secret; 'unsent ID' until its mail is sent\n"
            "  purpose TEXT NOT NULL,             -- vacancy, campaign\n"
            "  facility_id TEXT NOT NULL,\n"
            "  subject_id TEXT NOT NULL,          -- what is asked, '' without\n"
            "  kind TEXT NOT NULL,                -- mail, fax, paper\n"
            "  once INTEGER NOT NULL,             -- 1: works for one answer\n"
            "  created_at TEXT NOT NULL,          -- UTC, like the following\n"
            "  created_by TEXT NOT NULL,          -- user id, '' by the program\n"
            "  ends_at TEXT NOT NULL,\n"
            "  opened_at TEXT NOT NULL DEFAULT '',\n"
            "  used_at TEXT NOT NULL DEFAULT '',\n"
            "  ended_at TEXT NOT NULL DEFAULT '' -- taken back before its time\n"
            ");\n"
            "CREATE INDEX office_link_of_facility ON office_link (facility_id, purpose, id);\n"
            "CREATE TABLE office_link_try (\n"
            "  client TEXT PRIMARY KEY,           -- keyed hash of the address\n"
            "  tries BIGINT NOT NULL,             -- wrong secrets since first_at\n"
            "  first_at TEXT NOT NULL             -- UTC\n"
            ");\n"
            "CREATE TABLE office_contact (\n"
            "  facility_id TEXT PRIMARY KEY,\n"
            "  channel TEXT NOT NULL,             -- code list contact_channel, ''\n"
            "  mail TEXT NOT NULL,                -- the office's address, not a person's\n"
            "  note TEXT NOT NULL,\n"
            "  changed_at TEXT NOT NULL,          -- UTC\n"
            "  changed_by TEXT NOT NULL           -- user id\n"
            ");\n"
            "CREATE TABLE office_mail (\n"
            "  id TEXT PRIMARY KEY,               -- UUIDv7\n"
            "  facility_id TEXT NOT NULL,\n"
            "  link_id TEXT NOT NULL,             -- whose secret is made when it is sent\n"
            "  prefix TEXT NOT NULL,              -- path before the secret, /v/\n"
            "  address TEXT NOT NULL,\n"
            "  subject TEXT NOT NULL,\n"
            "  body TEXT NOT NULL,                -- {link} where the address goes; no personal data\n"
            "  state TEXT NOT NULL,               -- waiting, sent, failed\n"
            "  tries BIGINT NOT NULL,\n"
            "  next_at TEXT NOT NULL,             -- UTC, like the following\n"
            "  created_at TEXT NOT NULL,\n"
            "  sent_at TEXT NOT NULL DEFAULT ''\n"
            ");\n"
            "CREATE INDEX office_mail_due ON office_mail (state, next_at);\n"},
};

static const struct message messages[] = {
    {"office_link.unknown", "このリンクは使えません。期限が過ぎたか、新しいものに替わったか、写しまちがいです。お知らせを送った相談支援室に、新しいリンクをご依頼ください。"},
    {"office_link.used", "このリンクはもう使われています。直したいときは、お知らせを送った相談支援室へご連絡ください。"},
    {"office_link.wait", "まちがったリンクが続いたため、受け付けを止めています。15分ほどたってから、もう一度開いてください。"},
    {"office_link.often", "このリンクからの更新が短い間に続いています。1時間ほどたってから、もう一度お試しください。"},
    {"office_link.kind", "リンクを作れませんでした。管理者に知らせてください。"},
};

static bool send_mails(struct app *app, struct arena *a, struct err *err)
{
    return office_mail_send(app, a, NULL, err);
}

const struct feature office_link_feature = {
    .name = "office_link",
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .chore = send_mails,
};
