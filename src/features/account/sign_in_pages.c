#include "features/account/sign_in_pages.h"

#include "base/count.h"
#include "features/account/totp.h"
#include "web/html.h"

#include <stdlib.h>
#include <string.h>

page_body_fn sign_in_html, sign_in_step_html, enrol_html, recovery_codes_html;

/* The demo's buttons: the role, and the area whose demo user signs in. */
static const struct {
    enum role role;
    const char *area_code, *place;
} demo_users[] = {
    {ROLE_COORDINATOR, "271276", "北区 相談支援室"},   {ROLE_CONTRACTOR_MANAGER, "271276", "北区 受託法人"},
    {ROLE_WARD_OFFICER, "271276", "北区役所"},         {ROLE_HEALTH_BUREAU, "271004", "大阪市健康局"},
    {ROLE_SYSTEM_ADMINISTRATOR, "271004", "大阪市"},   {ROLE_VIEWER, "271276", "北区 相談支援室"},
    {ROLE_PROFESSIONAL, "271276", "北区のケアマネジャー"},
};

/* A demo has no people to protect. */
bool factor_is_optional(const struct request *req)
{
    const struct config *c = app_config(req->app);
    return c->second_factor_optional || c->demo;
}

struct sign_in sign_in_of(struct request *req)
{
    return (struct sign_in){
        .store = app_store(req->app),
        .app_key = app_key(req->app),
        .session_hours = app_config(req->app)->session_hours,
        .factor_optional = factor_is_optional(req),
        .client = request_client(req),
        .now = now_ms() / 1000,
        .today = req->today,
        .arena = req->arena,
    };
}

bool is_refusal(const struct err *e)
{
    return e->kind == ERR_INPUT || e->kind == ERR_BUSY || (e->kind == ERR_FORBIDDEN && !strcmp(e->message, "account.no_membership"));
}

const char *refusal_sentence(const struct request *req, const struct err *e)
{
    long seconds = e->kind == ERR_BUSY ? atol(e->detail) : 0;
    if (seconds <= 0)
        return app_message(req->app, e->message);
    if (seconds < 60)
        return arena_printf(req->arena, "続けて間違えたため、%ld秒待ってからもう一度入力してください。", seconds);
    return arena_printf(req->arena, "続けて間違えたため、%ld分待ってからもう一度入力してください。", (seconds + 59) / 60);
}

/* Where to go afterwards: a path of ours that was asked for, or the start page. */
static const char *next_of(const struct request *req)
{
    const char *next = pairs_get(&req->body, "next");
    if (!*next)
        next = request_query(req, "next");
    return html_is_own_path(next) ? next : "";
}

static const char *query_of_next(struct request *req)
{
    struct pairs q;
    const char *next = next_of(req);
    if (!*next)
        return "";
    pairs_init(&q, req->arena);
    pairs_add(&q, "next", next);
    return arena_printf(req->arena, "?%s", pairs_query(&q, req->arena));
}

static const char *const step_paths[] = {
    [STEP_DONE] = "", [STEP_PASSWORD] = "/sign-in/password", [STEP_CODE] = "/sign-in/code", [STEP_ENROL] = "/sign-in/second-factor"};

static bool go_on(struct request *req, const struct signed_in *in)
{
    const char *next = next_of(req);
    session_set_cookie(req, in->key);
    if (in->step == STEP_DONE)
        return reply_redirect(req, "%s", *next ? next : "/");
    return reply_redirect(req, "%s%s", step_paths[in->step], query_of_next(req));
}

static size_t demo_buttons(struct request *req, const struct demo_button **ret_buttons)
{
    struct demo_button *buttons = NEW_ARRAY(req->arena, COUNT(demo_users), struct demo_button);
    *ret_buttons = buttons;
    if (!app_config(req->app)->demo)
        return 0;
    for (size_t i = 0; i < COUNT(demo_users); i++)
        buttons[i] = (struct demo_button){role_name(demo_users[i].role), role_label(demo_users[i].role), demo_users[i].place};
    return COUNT(demo_users);
}

static bool show_sign_in(struct request *req, const char *error)
{
    struct sign_in_view view = {.csrf = req->session->csrf, .login_name = pairs_get(&req->body, "login_name"), .next = next_of(req),
                                .error = error};
    struct page page = {.title = "サインイン", .no_rail = true};
    view.demo_count = demo_buttons(req, &view.demo);
    reply_header(req, "Cache-Control", "no-store");
    return reply_page(req, &page, sign_in_html, &view);
}

/* Somebody half signed in goes on where she stopped; leaving is the link on each step. */
bool sign_in_page(struct request *req, struct err *err)
{
    (void)err;
    if (*req->session->user_id && !req->session->pending)
        return reply_redirect(req, "%s", *next_of(req) ? next_of(req) : "/");
    return show_sign_in(req, "");
}

bool sign_in_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct signed_in in;
    struct err refused = {0};
    if (sign_in_password(&s, pairs_get(&req->body, "login_name"), pairs_get(&req->body, "password"), &in, &refused))
        return go_on(req, &in);
    if (!is_refusal(&refused)) {
        *err = refused;
        return false;
    }
    req->status = err_http_status(refused.kind);
    return show_sign_in(req, refusal_sentence(req, &refused));
}

bool sign_in_demo_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct signed_in in;
    enum role role = role_from_name(pairs_get(&req->body, "role"));
    if (!app_config(req->app)->demo)
        return err_set(err, ERR_NOT_FOUND, "account.no_demo", "not a demo");
    for (size_t i = 0; i < COUNT(demo_users); i++)
        if (demo_users[i].role == role)
            return sign_in_demo(&s, demo_user_id(req->arena, role, demo_users[i].area_code), &in, err) && go_on(req, &in);
    return err_set(err, ERR_INPUT, "account.no_demo", "unknown role");
}

static bool show_step(struct request *req, const char *title, struct step_view view, const char *error)
{
    struct page page = {.title = title, .no_rail = true};
    view.csrf = req->session->csrf;
    view.next = next_of(req);
    view.error = error;
    if (*error && !req->status)
        req->status = 422;
    reply_header(req, "Cache-Control", "no-store");
    return reply_page(req, &page, sign_in_step_html, &view);
}

/* Shows the step again with the sentence, or hands a real failure on. */
static bool again(struct request *req, const struct err *refused, handler_fn *page, struct err *err)
{
    if (!is_refusal(refused)) {
        *err = *refused;
        return false;
    }
    req->status = err_http_status(refused->kind);
    return page(req, err);
}

static bool show_code(struct request *req, const char *error)
{
    return show_step(req, "二要素認証",
                     (struct step_view){.action = "/sign-in/code", .label = "6桁の数字", .name = "code", .type = "text",
                                        .intro = "認証アプリに表示されている6桁の数字を入力してください。",
                                        .help = "端末が使えないときは、回復用コードを入力してください。", .autocomplete = "one-time-code",
                                        .input_mode = "text", .submit = "サインイン"},
                     error);
}

static bool needs_pending(const struct request *req, struct err *err)
{
    return req->session->pending || err_set(err, ERR_NOT_FOUND, "account.no_step", "not pending");
}

bool code_page(struct request *req, struct err *err)
{
    return needs_pending(req, err) && show_code(req, "");
}

bool code_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct signed_in in;
    struct err refused = {0};
    if (!needs_pending(req, err))
        return false;
    if (sign_in_code(&s, req->session, pairs_get(&req->body, "code"), &in, &refused))
        return go_on(req, &in);
    if (!is_refusal(&refused)) {
        *err = refused;
        return false;
    }
    req->status = err_http_status(refused.kind);
    return show_code(req, refusal_sentence(req, &refused));
}

const char *password_help(const struct request *req)
{
    return factor_is_optional(req) ? "8文字以上（二要素認証を使わないときは13文字以上）。英大文字・英小文字・数字・記号のうち3種類以上。"
                                   : "8文字以上。英大文字・英小文字・数字・記号のうち3種類以上。";
}

static bool show_new_password(struct request *req, const char *error)
{
    return show_step(req, "パスワードの変更",
                     (struct step_view){.action = "/sign-in/password", .label = "新しいパスワード", .name = "password", .type = "password",
                                        .intro = "仮のパスワードを、自分だけが知るパスワードに変えてください。",
                                        .help = password_help(req),
                                        .autocomplete = "new-password", .input_mode = "text", .submit = "変更する"},
                     error);
}

bool new_password_page(struct request *req, struct err *err)
{
    return needs_pending(req, err) && show_new_password(req, "");
}

bool new_password_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct signed_in in;
    struct err refused = {0};
    const char *sentence = NULL;
    if (!needs_pending(req, err))
        return false;
    if (sign_in_new_password(&s, req->session, pairs_get(&req->body, "password"), &sentence, &in, &refused))
        return go_on(req, &in);
    if (sentence)
        return show_new_password(req, sentence);
    return again(req, &refused, new_password_page, err);
}

struct candidate {
    const char *user_id, *sealed;
};

static bool keep_candidate(struct db *db, void *arg, struct err *err)
{
    const struct candidate *c = arg;
    return user_set_candidate(db, c->user_id, c->sealed, err);
}

bool candidate_secret(struct request *req, const unsigned char **ret_secret, struct err *err)
{
    struct user u;
    if (!user_find(req->db, req->session->user_id, req->arena, &u, err))
        return false;
    *ret_secret = *u.totp_candidate ? totp_open(app_key(req->app), u.id, u.totp_candidate, req->arena) : NULL;
    if (*ret_secret)
        return true;
    struct candidate c = {.user_id = u.id, .sealed = totp_new(app_key(req->app), u.id, req->arena)};
    *ret_secret = totp_open(app_key(req->app), u.id, c.sealed, req->arena);
    return store_write(app_store(req->app), keep_candidate, &c, err);
}

bool show_enrol(struct request *req, const char *action, const char *skip_action, const char *error, struct err *err)
{
    const unsigned char *secret;
    struct user u;
    if (!candidate_secret(req, &secret, err) || !user_find(req->db, req->session->user_id, req->arena, &u, err))
        return false;
    struct enrol_view view = {.csrf = req->session->csrf, .action = action, .next = next_of(req), .error = error,
                              .address = totp_address(secret, u.login_name, req->arena), .secret = totp_base32(secret, req->arena),
                              .skip_action = u.password_is_long && factor_is_optional(req) ? skip_action : ""};
    struct page page = {.title = "二要素認証の設定", .no_rail = req->session->pending, .section = "/account"};
    if (*error && !req->status)
        req->status = 422;
    reply_header(req, "Cache-Control", "no-store");
    return reply_page(req, &page, enrol_html, &view);
}

bool enrol_page(struct request *req, struct err *err)
{
    return needs_pending(req, err) && show_enrol(req, "/sign-in/second-factor", "/sign-in/second-factor/later", "", err);
}

bool show_codes(struct request *req, const char *const *codes, const char *next)
{
    struct codes_view view = {.codes = codes, .count = RECOVERY_CODES, .next = next};
    struct page page = {.title = "回復用コード", .no_rail = true};
    reply_header(req, "Cache-Control", "no-store");
    return reply_page(req, &page, recovery_codes_html, &view);
}

bool enrol_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct signed_in in;
    struct err refused = {0};
    const char *codes[RECOVERY_CODES];
    if (!needs_pending(req, err))
        return false;
    if (sign_in_enrol(&s, req->session, pairs_get(&req->body, "code"), codes, &in, &refused)) {
        session_set_cookie(req, in.key);
        return show_codes(req, codes, *next_of(req) ? next_of(req) : "/");
    }
    if (!is_refusal(&refused)) {
        *err = refused;
        return false;
    }
    return show_enrol(req, "/sign-in/second-factor", "/sign-in/second-factor/later", refusal_sentence(req, &refused), err);
}

bool enrol_skip_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct signed_in in;
    struct err refused = {0};
    if (!needs_pending(req, err))
        return false;
    if (sign_in_without_factor(&s, req->session, &in, &refused))
        return go_on(req, &in);
    if (!is_refusal(&refused)) {
        *err = refused;
        return false;
    }
    return show_enrol(req, "/sign-in/second-factor", "/sign-in/second-factor/later", refusal_sentence(req, &refused), err);
}

static bool show_unlock(struct request *req, const char *error)
{
    return show_step(req, "画面のロック",
                     (struct step_view){.action = "/unlock", .label = "パスワード", .name = "password", .type = "password",
                                        .intro = arena_printf(req->arena, "しばらく操作がなかったため、画面をロックしました。%sさんのパスワードで続けられます。",
                                                              req->session->display_name),
                                        .help = "入力していた内容は残っています。", .autocomplete = "current-password",
                                        .input_mode = "text", .submit = "ロックを外す"},
                     error);
}

bool unlock_page(struct request *req, struct err *err)
{
    (void)err;
    if (!req->session->locked)
        return reply_redirect(req, "%s", *next_of(req) ? next_of(req) : "/");
    return show_unlock(req, "");
}

bool unlock_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct err refused = {0};
    const char *next = next_of(req);
    if (!req->session->locked)
        return reply_redirect(req, "%s", *next ? next : "/");
    if (sign_in_unlock(&s, req->session, pairs_get(&req->body, "password"), &refused))
        return reply_redirect(req, "%s", *next ? next : "/");
    if (!is_refusal(&refused)) {
        *err = refused;
        return false;
    }
    req->status = err_http_status(refused.kind);
    return show_unlock(req, refusal_sentence(req, &refused));
}

static bool write_sign_out(struct db *db, void *arg, struct err *err)
{
    struct request *req = arg;
    struct audit_entry e = {.user_id = req->session->user_id, .office_id = req->session->office_id, .action = "account.sign_out",
                            .object_kind = "user_account", .object_id = req->session->user_id, .detail = ""};
    return session_end(db, req->session->id, err) && audit_append(db, &e, err);
}

bool sign_out_post(struct request *req, struct err *err)
{
    if (!store_write(app_store(req->app), write_sign_out, req, err))
        return false;
    session_clear_cookie(req);
    return reply_redirect(req, "/sign-in");
}
