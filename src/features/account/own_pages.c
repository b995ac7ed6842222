#include "features/account/own_pages.h"

#include "base/count.h"
#include "features/account/account.h"
#include "features/account/membership_lines.h"
#include "features/account/password.h"
#include "features/account/sign_in_pages.h"
#include "features/account/throttle.h"
#include "features/account/totp.h"
#include "base/text.h"

#include <string.h>

page_body_fn account_html, memberships_html;

static bool show_account(struct request *req, const char *password_error, struct err *err)
{
    struct user u;
    struct account_view view = {.csrf = req->session->csrf, .password_error = password_error};
    if (!user_find(req->db, req->session->user_id, req->arena, &u, err) ||
        !membership_lines(req, u.id, &view.memberships, &view.membership_count, err))
        return false;
    view.login_name = u.login_name;
    view.display_name = u.display_name;
    view.has_factor = *u.totp_sealed;
    view.may_drop_factor = u.password_is_long && factor_is_optional(req);
    view.password_help = password_help(req);
    view.codes_left = recovery_codes_left(req->db, u.id);
    struct page page = {.title = "自分の設定", .section = "/account"};
    if (*password_error && !req->status)
        req->status = 422;
    return reply_page(req, &page, account_html, &view);
}

bool account_page(struct request *req, struct err *err)
{
    return show_account(req, "", err);
}

/* The lines that the user menu takes in when it is opened first: no page asks the database for them. */
bool memberships_menu(struct request *req, struct err *err)
{
    struct account_view view = {.csrf = req->session->csrf};
    if (!membership_lines(req, req->session->user_id, &view.memberships, &view.membership_count, err))
        return false;
    buf_cut(&req->out, 0);
    memberships_html(&req->out, &view);
    req->content_type = "text/html; charset=utf-8";
    return true;
}

struct change {
    struct request *req;
    const struct throttle *throttle;
    const char *hash;
    bool is_long;
    const char **codes;
};

static bool begin(struct db *db, void *arg, struct err *err)
{
    const struct change *c = arg;
    auto_arena *a = arena_new();
    return throttle_begin(db, c->throttle, a, err);
}

static bool passed(struct db *db, void *arg, struct err *err)
{
    const struct change *c = arg;
    auto_arena *a = arena_new();
    return throttle_passed(db, c->throttle, a, err);
}

/* The person at the keyboard proves once more who she is; wrong tries are slowed down like sign-in. */
static bool proves_password(struct request *req, const struct user *u, const char *password, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct throttle t = {.account = text_fold(req->arena, u->login_name), .client = s.client, .now = s.now};
    struct change c = {.req = req, .throttle = &t};
    bool fits = false;
    if (!store_write(s.store, begin, &c, err) || !password_fits(u->password_hash, password, &fits, err))
        return false;
    if (!fits)
        return err_field(err, "current", "account.password_wrong");
    return store_write(s.store, passed, &c, err);
}

bool account_reauthenticate(struct request *req, const char *password, const char **ret_refusal, struct err *err)
{
    struct err refused = {0};
    struct user u;
    *ret_refusal = NULL;
    if (!user_find(req->db, req->session->user_id, req->arena, &u, err))
        return false;
    if (proves_password(req, &u, password, &refused))
        return true;
    *ret_refusal = refusal_sentence(req, &refused);
    if (is_refusal(&refused))
        return true;
    *err = refused;
    return false;
}

static bool write_audit(struct db *db, struct request *req, struct err *err)
{
    struct audit_entry e = request_audit_entry(req, "user_account", req->session->user_id, "");
    return audit_append(db, &e, err);
}

static bool write_password(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    const struct session *s = c->req->session;
    auto_arena *a = arena_new();
    return user_set_password(db, s->user_id, c->hash, c->is_long, false, s->user_id, a, err) &&
           session_end_user(db, s->user_id, s->id, err) && write_audit(db, c->req, err);
}

static const char *new_password_refusal(struct request *req, const struct user *u, const char *password)
{
    const char *refusal = password_refusal(password, u->login_name, u->display_name, req->arena);
    if (!refusal && !*u->totp_sealed && !password_is_long(password))
        refusal = "二要素認証を使っていないため、13文字以上のパスワードにしてください。";
    return refusal;
}

static bool refuse(struct request *req, const struct err *refused, struct err *err)
{
    if (is_refusal(refused)) {
        req->status = err_http_status(refused->kind);
        return show_account(req, refusal_sentence(req, refused), err);
    }
    *err = *refused;
    return false;
}

bool password_post(struct request *req, struct err *err)
{
    const char *password = pairs_get(&req->body, "password");
    struct change c = {.req = req, .is_long = password_is_long(password)};
    struct err refused = {0};
    struct user u;
    if (!user_find(req->db, req->session->user_id, req->arena, &u, err))
        return false;
    const char *refusal = new_password_refusal(req, &u, password);
    if (refusal)
        return show_account(req, refusal, err);
    if (!proves_password(req, &u, pairs_get(&req->body, "current"), &refused) || !password_hash(password, req->arena, &c.hash, &refused))
        return refuse(req, &refused, err);
    if (!store_write(app_store(req->app), write_password, &c, err))
        return false;
    reply_flash(req, "パスワードを変更しました。ほかの端末ではサインアウトしました。", NULL);
    return reply_redirect(req, "/account");
}

static bool has_factor(struct request *req, bool *ret_has, struct err *err)
{
    struct user u;
    if (!user_find(req->db, req->session->user_id, req->arena, &u, err))
        return false;
    *ret_has = *u.totp_sealed;
    return true;
}

/* Another app takes the place of a set-up factor only after it was dropped with the password. */
bool second_factor_page(struct request *req, struct err *err)
{
    bool has;
    if (!has_factor(req, &has, err))
        return false;
    return has ? reply_redirect(req, "/account") : show_enrol(req, "/account/second-factor", "", "", err);
}

bool second_factor_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct signed_in in;
    struct err refused = {0};
    const char *codes[RECOVERY_CODES];
    bool has;
    if (!has_factor(req, &has, err))
        return false;
    if (has)
        return reply_redirect(req, "/account");
    if (sign_in_enrol(&s, req->session, pairs_get(&req->body, "code"), codes, &in, &refused)) {
        session_set_cookie(req, in.key);
        return show_codes(req, codes, "/account");
    }
    if (!is_refusal(&refused)) {
        *err = refused;
        return false;
    }
    return show_enrol(req, "/account/second-factor", "", refusal_sentence(req, &refused), err);
}

static bool write_factor_off(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    return user_set_totp(db, c->req->session->user_id, "", 0, err) && write_audit(db, c->req, err);
}

bool second_factor_off_post(struct request *req, struct err *err)
{
    struct change c = {.req = req};
    struct err refused = {0};
    struct user u;
    if (!user_find(req->db, req->session->user_id, req->arena, &u, err))
        return false;
    if (!factor_is_optional(req))
        return err_set(err, ERR_INPUT, "account.factor_required", "user=%s", u.id);
    if (!u.password_is_long)
        return err_set(err, ERR_INPUT, "account.factor_needed", "user=%s", u.id);
    if (!proves_password(req, &u, pairs_get(&req->body, "current"), &refused))
        return refuse(req, &refused, err);
    if (!store_write(app_store(req->app), write_factor_off, &c, err))
        return false;
    reply_flash(req, "二要素認証を解除しました。", NULL);
    return reply_redirect(req, "/account");
}

static bool write_codes(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    return recovery_codes_make(db, c->req->session->user_id, c->req->arena, c->codes, err) && write_audit(db, c->req, err);
}

bool recovery_codes_post(struct request *req, struct err *err)
{
    const char *codes[RECOVERY_CODES];
    struct change c = {.req = req, .codes = codes};
    bool has;
    if (!has_factor(req, &has, err))
        return false;
    if (!has)
        return reply_redirect(req, "/account");
    return store_write(app_store(req->app), write_codes, &c, err) && show_codes(req, codes, "/account");
}

bool membership_post(struct request *req, struct err *err)
{
    struct sign_in s = sign_in_of(req);
    struct signed_in in;
    if (!sign_in_switch(&s, req->session, pairs_get(&req->body, "membership_id"), &in, err))
        return false;
    session_set_cookie(req, in.key);
    return reply_redirect(req, "/");
}
