/* web_feature.c -- what the web floor itself brings: sessions and tokens in the store, health, readiness, metrics, the API's
 * description. */
#include "base/count.h"
#include "web/app_private.h"
#include "web/openapi.h"
#include "web/request.h"

#include <string.h>

static bool answer_text(struct request *req, int status, const char *text)
{
    req->status = status;
    return reply_document(req, "text/plain; charset=utf-8", NULL, text, strlen(text));
}

static bool show_health(struct request *req, struct err *err)
{
    (void)err;
    return answer_text(req, 200, "ok\n");
}

static bool show_readiness(struct request *req, struct err *err)
{
    (void)err;
    struct err why = {0};
    struct store *store = app_store(req->app);
    bool ready = store && store_is_ready(store, &why);
    if (!ready)
        reply_header(req, "Retry-After", "5");
    return answer_text(req, ready ? 200 : 503, ready ? "ready\n" : "the store is away\n");
}

/* Scrapers on this machine, or whoever may see the system's state. */
static bool show_metrics(struct request *req, struct err *err)
{
    const char *address = req->transport->address;
    bool local = !strcmp(address, "127.0.0.1") || !strcmp(address, "::1");
    if (!local && !request_may(req, PERM_SYSTEM))
        return err_set(err, ERR_FORBIDDEN, "web.forbidden", "metrics");
    buf_cut(&req->out, 0);
    metrics_write(req->app, &req->out);
    return reply_document(req, "text/plain; version=0.0.4; charset=utf-8", NULL, req->out.data, req->out.size);
}

/* Asked by a page in which somebody is typing, so that the screen does not lock meanwhile. */
static bool keep(struct request *req, struct err *err)
{
    (void)err;
    req->status = 204;
    return true;
}

static bool show_openapi(struct request *req, struct err *err)
{
    (void)err;
    buf_cut(&req->out, 0);
    openapi_write(req->app, &req->out);
    return reply_json(req, 200);
}

static const struct route routes[] = {
    {GET, "/healthz", PERM_PUBLIC, show_health, NULL, ROUTE_WITHOUT_STORE, "動いているか", NULL},
    {GET, "/readyz", PERM_PUBLIC, show_readiness, NULL, ROUTE_WITHOUT_STORE, "仕事ができるか", NULL},
    {GET, "/metrics", PERM_PUBLIC, show_metrics, NULL, ROUTE_WITHOUT_STORE, "稼働の数値（Prometheus）", NULL},
    {GET, "/keep", PERM_SIGNED_IN, keep, NULL, 0, "入力中の合図", NULL},
    {GET, "/openapi.json", PERM_PUBLIC, show_openapi, NULL, ROUTE_API | ROUTE_WITHOUT_STORE, "APIの説明（OpenAPI 3.1）", NULL},
};

/* The sentences of errors that base, store, output and web make: what is wrong and what to do. */
static const struct message messages[] = {
    {"app.key_file", "鍵のファイルを読み書きできません。置き場所と権限を管理者に確かめてもらってください。"},
    {"audit.append", "記録の履歴を書き込めなかったため、保存しませんでした。時間をおいて、もう一度お試しください。"},
    {"config.invalid", "設定に誤りがあります。設定の名前と値を確かめてください。"},
    {"input.ill_formed", "送られた内容を読み取れません。前のページに戻り、もう一度送ってください。"},
    {"input.too_many", "一度に送れる項目の数を超えています。行を減らすか、分けて保存してください。"},
    {"router.twice", "同じアドレスのページが二つあります。開発者に知らせてください。"},
    {"session.signed_out", "サインインしていないか、時間が切れました。もう一度サインインしてください。"},
    {"session.locked", "しばらく操作がなかったため、画面をロックしました。パスワードを入れると続きから使えます。"},
    {"web.bad_request", "受け取った内容の形が正しくありません。前のページに戻り、もう一度お試しください。"},
    {"web.body_type", "この形式のデータは受け取れません。画面の入力欄から送り直してください。"},
    {"web.busy", "ただいま混み合っています。少し待ってから、もう一度お試しください。"},
    {"web.conflict", "ほかの人が先に変更しました。最新の内容を開いて、もう一度お試しください。"},
    {"web.csrf", "このページを開いてから時間がたったため、確認が必要です。内容を確かめて、もう一度送ってください。"},
    {"web.cross_site",
     "ほかのサイトから送られた操作のため、受け付けませんでした。連携の画面を開き直して、もう一度操作してください。"},
    {"web.forbidden", "このページは、あなたの役割や所属では使えません。必要なときは、管理者に相談してください。"},
    {"web.host", "このアドレスでは連携を使えません。管理者から知らされたアドレスを開いてください。"},
    {"web.internal", "処理の途中で問題が起きました。入力した内容は保存されていません。もう一度お試しください。続くときは管理者に"
                     "知らせてください。"},
    {"web.invalid", "入力した内容に、直すところがあります。印のついた欄を確かめてください。"},
    {"web.method", "このページでは、その操作はできません。前のページに戻って操作し直してください。"},
    {"web.format", "その形式では書き出せません。画面の「書き出し」から選び直してください。"},
    {"web.no_files", "このページではファイルを受け取れません。取り込みのページから送ってください。"},
    {"web.spool", "送られたファイルを一時的に置く場所がありません。管理者に知らせてください。"},
    {"web.too_many_files", "一度に送れるファイルは20個までです。分けて送ってください。"},
    {"web.not_found", "お探しのページが見つかりません。アドレスが変わったか、削除された可能性があります。"},
    {"web.too_large", "送られた内容が大きすぎます。文章を短くするか、ファイルを分けて送ってください。"},
    {"web.listen", "指定されたアドレスと番号で待ち受けできません。ほかのプログラムが使っていないか確かめてください。"},
};

#define WHO_COLUMNS                                                                                                              \
    "  user_id TEXT NOT NULL,\n"                                                                                                 \
    "  display_name TEXT NOT NULL,      -- copied, so that a request reads one row\n"                                            \
    "  membership_id TEXT NOT NULL,     -- the membership chosen at sign-in\n"                                                   \
    "  role TEXT NOT NULL,              -- role_name\n"                                                                          \
    "  office_id TEXT NOT NULL,\n"                                                                                               \
    "  office_name TEXT NOT NULL,\n"                                                                                             \
    "  area_code TEXT NOT NULL,         -- 6-digit code\n"                                                                       \
    "  area_name TEXT NOT NULL,\n"                                                                                               \
    "  area_path TEXT NOT NULL,         -- chain of codes from the prefecture\n"                                                 \
    "  sees_area INTEGER NOT NULL,      -- 1: the office looks after an area\n"

static const struct migration migrations[] = {
    {2024040110, "web: sessions and API tokens",
     "CREATE TABLE session (\n"
     "  id TEXT PRIMARY KEY,             -- BLAKE2b-256 of the key in the cookie, hex\n" WHO_COLUMNS
     "  csrf TEXT NOT NULL,              -- token every form carries\n"
     "  pending INTEGER NOT NULL,        -- 1: the second factor is still missing\n"
     "  created_at TEXT NOT NULL,        -- UTC\n"
     "  seen_at TEXT NOT NULL,           -- UTC, pushed on at most once a minute\n"
     "  ends_at TEXT NOT NULL            -- UTC, absolute limit\n"
     ");\n"
     "CREATE INDEX session_of_user ON session (user_id);\n"
     "CREATE INDEX session_end ON session (ends_at);\n"
     "CREATE TABLE api_token (\n"
     "  id TEXT PRIMARY KEY,             -- BLAKE2b-256 of the token, hex\n" WHO_COLUMNS
     "  label TEXT NOT NULL,             -- what it is for, in the owner's words\n"
     "  created_at TEXT NOT NULL,        -- UTC\n"
     "  ends_at TEXT NOT NULL            -- UTC, '' never\n"
     ");\n"
     "CREATE INDEX api_token_user ON api_token (user_id);\n",
     NULL, NULL},
};

const struct feature web_feature = {
    .name = "web",
    .routes = routes,
    .route_count = COUNT(routes),
    .migrations = migrations,
    .migration_count = COUNT(migrations),
    .messages = messages,
    .message_count = COUNT(messages),
};
