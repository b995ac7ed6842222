/* account_feature.c -- tables of the feature: routes, migrations, commands, messages, menu. */
#include "base/count.h"
#include "features/account/account.h"
#include "features/account/account_commands.h"
#include "features/account/account_demo.h"
#include "features/account/audit_pages.h"
#include "features/account/own_pages.h"
#include "features/account/staff_picker.h"
#include "features/account/sign_in_pages.h"
#include "features/account/user_pages.h"

static const struct route routes[] = {
    {GET, "/sign-in", PERM_PUBLIC, sign_in_page, NULL, 0, "サインインの画面", NULL},
    {POST, "/sign-in", PERM_PUBLIC, sign_in_post, NULL, 0, "サインインする", NULL},
    {POST, "/sign-in/demo", PERM_PUBLIC, sign_in_demo_post, NULL, 0, "体験版の役割でサインインする", NULL},
    {GET, "/sign-in/code", PERM_SIGNED_IN, code_page, NULL, ROUTE_WHEN_LOCKED, "二要素認証の画面", NULL},
    {POST, "/sign-in/code", PERM_SIGNED_IN, code_post, NULL, ROUTE_WHEN_LOCKED, "二要素認証", NULL},
    {GET, "/sign-in/password", PERM_SIGNED_IN, new_password_page, NULL, ROUTE_WHEN_LOCKED, "仮のパスワードを変える画面", NULL},
    {POST, "/sign-in/password", PERM_SIGNED_IN, new_password_post, NULL, ROUTE_WHEN_LOCKED, "仮のパスワードを変える", NULL},
    {GET, "/sign-in/second-factor", PERM_SIGNED_IN, enrol_page, NULL, ROUTE_WHEN_LOCKED, "二要素認証を設定する画面", NULL},
    {POST, "/sign-in/second-factor", PERM_SIGNED_IN, enrol_post, NULL, ROUTE_WHEN_LOCKED, "二要素認証を設定する", NULL},
    {POST, "/sign-in/second-factor/later", PERM_SIGNED_IN, enrol_skip_post, NULL, ROUTE_WHEN_LOCKED, "二要素認証をあとで設定する", NULL},
    {GET, "/unlock", PERM_SIGNED_IN, unlock_page, NULL, ROUTE_WHEN_LOCKED, "ロックの画面", NULL},
    {POST, "/unlock", PERM_SIGNED_IN, unlock_post, NULL, ROUTE_WHEN_LOCKED, "画面のロックを外す", NULL},
    {POST, "/sign-out", PERM_SIGNED_IN, sign_out_post, NULL, ROUTE_WHEN_LOCKED, "サインアウトする", NULL},
    {GET, "/account", PERM_SIGNED_IN, account_page, NULL, 0, "自分の設定", NULL},
    {POST, "/account/password", PERM_SIGNED_IN, password_post, "account.password_change", 0, "自分のパスワードを変える", NULL},
    {GET, "/account/second-factor", PERM_SIGNED_IN, second_factor_page, NULL, 0, "二要素認証を設定する画面", NULL},
    {POST, "/account/second-factor", PERM_SIGNED_IN, second_factor_post, NULL, 0, "二要素認証を設定する", NULL},
    {POST, "/account/second-factor/off", PERM_SIGNED_IN, second_factor_off_post, "account.second_factor_off", 0, "二要素認証を解除する", NULL},
    {POST, "/account/recovery-codes", PERM_SIGNED_IN, recovery_codes_post, "account.recovery_codes", 0, "回復用コードを作り直す", NULL},
    {GET, "/account/memberships", PERM_SIGNED_IN, memberships_menu, NULL, 0, "所属を切り替えるメニュー", NULL},
    {POST, "/account/membership", PERM_SIGNED_IN, membership_post, NULL, 0, "所属を切り替える", NULL},
    {GET, "/settings", PERM_SIGNED_IN, settings_page, NULL, 0, "設定", NULL},
    {GET, "/settings/users", PERM_USER_ADMIN, users_page, "account.list", 0, "利用者の一覧", NULL},
    {GET, "/settings/users/new", PERM_USER_ADMIN, user_new_page, NULL, 0, "利用者の追加", NULL},
    {POST, "/settings/users", PERM_USER_ADMIN, user_create_post, "account.add", 0, "利用者を追加する", &user_new_fields},
    {GET, "/settings/users/:id", PERM_USER_ADMIN, user_page, "account.view", 0, "利用者", NULL},
    {GET, "/settings/users/:id/edit", PERM_USER_ADMIN, user_edit_page, NULL, 0, "利用者の変更", NULL},
    {POST, "/settings/users/:id", PERM_USER_ADMIN, user_save_post, "account.save", ROUTE_API, "利用者を保存する", &user_name_fields},
    {POST, "/settings/users/:id/disable", PERM_USER_ADMIN, user_disable_post, "account.disable", ROUTE_API, "利用を停止する", NULL},
    {POST, "/settings/users/:id/enable", PERM_USER_ADMIN, user_enable_post, "account.enable", ROUTE_API, "利用を再開する", NULL},
    {POST, "/settings/users/:id/reset", PERM_USER_ADMIN, user_reset_post, "account.reset", 0, "仮のパスワードを作る", NULL},
    {POST, "/settings/users/:id/memberships", PERM_USER_ADMIN, membership_add_post, "account.membership_add", ROUTE_API, "所属を追加する",
     &membership_fields},
    {POST, "/settings/users/:id/memberships/:membership/end", PERM_USER_ADMIN, membership_end_post, "account.membership_end", ROUTE_API,
     "所属を終わりにする", NULL},
    {GET, "/settings/audit", PERM_AUDIT_READ, audit_page, "audit.read", ROUTE_API, "操作の記録", NULL},
    {POST, "/settings/audit/reviews", PERM_AUDIT_READ, audit_review_post, "audit.review", ROUTE_API, "操作の記録を点検したと残す",
     &audit_review_fields},
};

static const struct migration migrations[] = {
    {.number = 2026040301,
     .name = "account: create",
     .sql = "CREATE TABLE user_account (\n"
            "  id TEXT PRIMARY KEY,                        -- UUIDv7\n"
            "  login_name TEXT NOT NULL,                   -- letters, digits and . _ - @\n"
            "  login_key TEXT NOT NULL UNIQUE,             -- folded: one login whatever the case and width\n"
            "  display_name TEXT NOT NULL,\n"
            "  kana TEXT NOT NULL,                         -- katakana\n"
            "  profession TEXT NOT NULL,                   -- code list profession, '' for none\n"
            "  password_hash TEXT NOT NULL,                -- argon2id\n"
            "  must_change INTEGER NOT NULL,               -- 1: given by an administrator\n"
            "  initial_ends_at TEXT NOT NULL,              -- UTC, until when such a password works\n"
            "  password_is_long INTEGER NOT NULL,          -- 1: 13 characters or more, may stand without a second factor\n"
            "  totp_sealed TEXT NOT NULL DEFAULT '',       -- hex of nonce and XChaCha20-Poly1305 under the app key\n"
            "  totp_candidate TEXT NOT NULL DEFAULT '',    -- the same, not yet confirmed\n"
            "  totp_last_step BIGINT NOT NULL DEFAULT 0,   -- 30-second step of the last code used: none works twice\n"
            "  disabled INTEGER NOT NULL DEFAULT 0,        -- 1: cannot sign in\n"
            "  signed_in_at TEXT NOT NULL DEFAULT '',      -- UTC\n"
            "  created_at TEXT NOT NULL,                   -- UTC\n"
            "  created_by TEXT NOT NULL,                   -- user_account.id, '' for commands\n"
            "  changed_at TEXT NOT NULL,                   -- UTC\n"
            "  changed_by TEXT NOT NULL,\n"
            "  revision BIGINT NOT NULL                    -- optimistic lock\n"
            ");\n"
            "CREATE TABLE membership (\n"
            "  id TEXT PRIMARY KEY,                        -- UUIDv7\n"
            "  user_id TEXT NOT NULL REFERENCES user_account (id),\n"
            "  office_id TEXT NOT NULL REFERENCES office (id),\n"
            "  role TEXT NOT NULL,                         -- code list user_role\n"
            "  from_on TEXT NOT NULL,                      -- ISO, first day\n"
            "  to_on TEXT NOT NULL,                        -- ISO, last day; '' open\n"
            "  created_at TEXT NOT NULL,                   -- UTC\n"
            "  created_by TEXT NOT NULL,\n"
            "  ended_at TEXT NOT NULL DEFAULT '',          -- UTC, when its end was set\n"
            "  ended_by TEXT NOT NULL DEFAULT ''\n"
            ");\n"
            "CREATE INDEX membership_of_user ON membership (user_id, from_on);\n"
            "CREATE INDEX membership_of_office ON membership (office_id);\n"
            "CREATE TABLE recovery_code (\n"
            "  user_id TEXT NOT NULL REFERENCES user_account (id),\n"
            "  code_hash TEXT NOT NULL,                    -- BLAKE2b-256, hex; the row goes when the code is used\n"
            "  created_at TEXT NOT NULL,                   -- UTC\n"
            "  PRIMARY KEY (user_id, code_hash)\n"
            ");\n"
            "CREATE TABLE sign_in_failure (\n"
            "  key_hash TEXT PRIMARY KEY,                  -- hash of account, of client, or of both: throttle.h\n"
            "  failures BIGINT NOT NULL,\n"
            "  last_at BIGINT NOT NULL                     -- seconds since 1970\n"
            ");\n"
            "CREATE INDEX sign_in_failure_age ON sign_in_failure (last_at);\n"
            "CREATE TABLE sign_in_client (\n"
            "  key_hash TEXT PRIMARY KEY,                  -- account and client from which it signed in: throttle.h\n"
            "  last_at BIGINT NOT NULL                     -- seconds since 1970\n"
            ");\n"
            "CREATE TABLE audit_review (\n"
            "  id TEXT PRIMARY KEY,                        -- UUIDv7\n"
            "  office_id TEXT NOT NULL,                    -- whose log was reviewed\n"
            "  month TEXT NOT NULL,                        -- 2024-06\n"
            "  note TEXT NOT NULL,\n"
            "  reviewed_by TEXT NOT NULL REFERENCES user_account (id),\n"
            "  reviewed_at TEXT NOT NULL                   -- UTC\n"
            ");\n"
            "CREATE INDEX audit_review_of_office ON audit_review (office_id, month);\n"},
};

static const struct command commands[] = {
    {"user add", "LOGIN --role ROLE --office CODE", "add a user; prints a password that must be changed", user_add_command},
    {"user disable", "LOGIN", "disable a user and end the sessions at once", user_disable_command},
    {"user reset", "LOGIN", "print a new password, drop the second factor", user_reset_command},
    {"token create", "LOGIN [--label TEXT] [--days N]", "print an API token that acts as the user", token_create_command},
};

static const struct message messages[] = {
    {"account.refused", "利用者IDかパスワードが違います。入力し直してください。"},
    {"account.wait", "続けて間違えたため、しばらく待ってからもう一度入力してください。"},
    {"account.busy", "ただいま混み合っています。少し待ってから、もう一度お試しください。"},
    {"account.code_wrong", "数字またはコードが違います。認証アプリに新しく表示された数字を入力してください。"},
    {"account.password_wrong", "パスワードが違います。入力し直してください。"},
    {"account.password_refused", "このパスワードは使えません。別のパスワードを入力してください。"},
    {"account.factor_required", "この連携では二要素認証が必要です。認証アプリを登録して、6桁の数字を入力してください。"},
    {"account.factor_needed", "13文字以上のパスワードに変えてから操作してください。短いパスワードのときは二要素認証が必要です。"},
    {"account.no_membership", "いま有効な所属がありません。所属先の責任者かシステム管理者に連絡してください。"},
    {"account.no_step", "この手順は終わっています。サインインの画面からやり直してください。"},
    {"account.no_demo", "体験版ではないため、この方法ではサインインできません。"},
    {"account.unknown", "この利用者は見つかりません。一覧から選び直してください。"},
    {"account.login_taken", "この利用者IDはほかの人が使っています。別のIDを入力してください。"},
    {"account.not_oneself", "自分自身にはこの操作はできません。ほかの管理者に頼んでください。"},
};

static const struct menu_item menu[] = {
    {.order = 80, .label = "設定", .url = "/settings", .icon = "settings", .needs = PERM_SIGNED_IN},
};

static const struct picker pickers[] = {
    {.kind = "staff", .needs = PERM_RECORD_READ, .find = staff_find, .label = staff_label},
    {.kind = "user", .needs = PERM_RECORD_READ, .find = staff_find_nobody, .label = staff_label},
};

const struct feature account_feature = {
    .name = "account",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .commands = commands, .command_count = COUNT(commands),
    .messages = messages, .message_count = COUNT(messages),
    .menu = menu, .menu_count = COUNT(menu),
    .pickers = pickers, .picker_count = COUNT(pickers),
    .demo = account_demo,
};
