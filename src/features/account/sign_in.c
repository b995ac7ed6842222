#include "features/account/sign_in.h"

#include "base/text.h"
#include "features/account/password.h"
#include "features/account/throttle.h"
#include "features/account/totp.h"
#include "store/audit.h"

#include <string.h>

/* One write of this file: what it works on and what it hands back. */
struct work {
    const struct sign_in *s;
    const struct session *session; /* the one that asks, NULL at the first step */
    struct throttle throttle;
    struct user user;
    struct membership membership;
    enum sign_in_step step;
    const char *hash;      /* of a new password or recovery code */
    bool is_long;
    int64_t totp_step;
    const char **codes;
    const char *action;    /* for the audit trail */
    const char *key;       /* result */
};

static struct throttle throttle_of(const struct sign_in *s, const char *account)
{
    return (struct throttle){.account = account, .client = s->client, .now = s->now};
}

static bool begin(struct db *db, void *arg, struct err *err)
{
    const struct work *w = arg;
    auto_arena *a = arena_new();
    return throttle_begin(db, &w->throttle, a, err);
}

static bool write_audit(struct db *db, const struct work *w, const char *action, const char *detail, struct err *err)
{
    struct audit_entry e = {.user_id = w->user.id ? w->user.id : "", .office_id = w->membership.office_id ? w->membership.office_id : "",
                            .action = action, .object_kind = "user_account", .object_id = w->user.id ? w->user.id : "",
                            .detail = detail};
    return audit_append(db, &e, err);
}

/* A failed try is in the trail too; only the client's hash says from where. */
static void note_failure(const struct work *w, const char *action)
{
    struct audit_entry e = {.user_id = "", .office_id = "", .action = action, .object_kind = "user_account",
                            .object_id = w->user.id ? w->user.id : "",
                            .detail = arena_printf(w->s->arena, "client=%.16s", w->s->client)};
    audit_later(w->s->store, &e);
}

/* Each step is told by the account alone, so that a pending session cannot skip one. */
static enum sign_in_step next_step(const struct user *u)
{
    if (u->must_change)
        return STEP_PASSWORD;
    return *u->totp_sealed ? STEP_CODE : STEP_ENROL;
}

static bool is_at(const struct work *w, enum sign_in_step step, struct err *err)
{
    if (!w->session->pending)
        return step == STEP_ENROL || err_set(err, ERR_NOT_FOUND, "account.no_step", "not signing in");
    return next_step(&w->user) == step || err_set(err, ERR_NOT_FOUND, "account.no_step", "step %d", (int)step);
}

/* The membership that a new session stands under: the session's own, else the newest in force. */
static bool find_membership(const struct sign_in *s, struct db *db, struct work *w, const char *wanted, struct err *err)
{
    struct membership *list;
    size_t count;
    if (!membership_list(db, w->user.id, date_iso(s->arena, s->today), s->arena, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!*wanted || !strcmp(list[i].id, wanted)) {
            w->membership = list[i];
            return true;
        }
    return err_set(err, ERR_FORBIDDEN, "account.no_membership", "user=%s", w->user.id);
}

/* Ends the asking session and makes the next: pending until every step is done. */
static bool replace_session(struct db *db, struct work *w, struct arena *a, struct err *err)
{
    struct session next = user_session(&w->user, &w->membership, w->s->session_hours, a);
    const char *key;
    if (w->session && !session_end(db, w->session->id, err))
        return false;
    next.pending = w->step != STEP_DONE;
    if (next.pending)
        next.ends_at = utc_in_minutes(a, 15);
    if (!session_create(db, &next, a, &key, err))
        return false;
    w->key = arena_strdup(w->s->arena, key);
    if (w->step != STEP_DONE)
        return write_audit(db, w, w->action, "pending", err);
    return user_signed_in(db, w->user.id, a, err) && write_audit(db, w, w->action, "", err);
}

static bool hand_over(const struct work *w, struct signed_in *ret)
{
    *ret = (struct signed_in){.step = w->step, .key = w->key, .user_id = w->user.id};
    return true;
}

static bool pass_password(struct db *db, void *arg, struct err *err)
{
    struct work *w = arg;
    auto_arena *a = arena_new();
    return throttle_passed(db, &w->throttle, a, err) && replace_session(db, w, a, err);
}

bool sign_in_password(const struct sign_in *s, const char *login_name, const char *password, struct signed_in *ret, struct err *err)
{
    struct work w = {.s = s, .throttle = throttle_of(s, text_fold(s->arena, login_name)), .action = "account.sign_in"};
    struct err unknown = {0};
    bool fits = false;
    if (!store_write(s->store, begin, &w, err))
        return false;
    struct db *db = store_reader(s->store, err);
    if (!db)
        return false;
    bool found = user_find_by_login(db, login_name, s->arena, &w.user, &unknown);
    if (!found && unknown.kind != ERR_NOT_FOUND) {
        *err = unknown;
        return false;
    }
    if (!password_fits(found ? w.user.password_hash : NULL, password, &fits, err))
        return false;
    bool late = found && w.user.must_change && strcmp(w.user.initial_ends_at, utc_in_minutes(s->arena, 0)) < 0;
    if (!fits || w.user.disabled || late) {
        note_failure(&w, "account.sign_in_failed");
        return err_field(err, "login_name", "account.refused");
    }
    w.step = next_step(&w.user);
    return find_membership(s, db, &w, "", err) && store_write(s->store, pass_password, &w, err) && hand_over(&w, ret);
}

/* The user behind a session, still allowed in. */
static bool load(const struct sign_in *s, const struct session *session, struct work *w, struct err *err)
{
    struct db *db = store_reader(s->store, err);
    *w = (struct work){.s = s, .session = session, .action = "account.sign_in"};
    if (!db || !user_find(db, session->user_id, s->arena, &w->user, err))
        return false;
    if (w->user.disabled)
        return err_set(err, ERR_SIGNED_OUT, "account.refused", "user=%s disabled", w->user.id);
    w->throttle = throttle_of(s, arena_printf(s->arena, "code/%s", w->user.id));
    return find_membership(s, db, w, session->membership_id, err);
}

static bool pass_code(struct db *db, void *arg, struct err *err)
{
    struct work *w = arg;
    auto_arena *a = arena_new();
    bool used = w->hash ? recovery_code_use(db, w->user.id, w->hash, err) : user_use_step(db, w->user.id, w->totp_step, err);
    return used && throttle_passed(db, &w->throttle, a, err) && replace_session(db, w, a, err);
}

bool sign_in_code(const struct sign_in *s, const struct session *pending, const char *code, struct signed_in *ret, struct err *err)
{
    struct work w;
    if (!load(s, pending, &w, err) || !is_at(&w, STEP_CODE, err) || !store_write(s->store, begin, &w, err))
        return false;
    const unsigned char *secret = totp_open(s->app_key, w.user.id, w.user.totp_sealed, s->arena);
    const char *digits = text_digits(s->arena, code);
    bool fits = secret && totp_fits(secret, digits, s->now, w.user.totp_last_step, &w.totp_step);
    if (!fits)
        w.hash = recovery_code_hash(code, s->arena);
    if (!fits && !w.hash) {
        note_failure(&w, "account.code_failed");
        return err_field(err, "code", "account.code_wrong");
    }
    w.action = w.hash ? "account.sign_in_recovery" : "account.sign_in";
    if (store_write(s->store, pass_code, &w, err))
        return hand_over(&w, ret);
    if (err->kind == ERR_INPUT)
        note_failure(&w, "account.code_failed");
    return false;
}

static bool pass_new_password(struct db *db, void *arg, struct err *err)
{
    struct work *w = arg;
    auto_arena *a = arena_new();
    return user_set_password(db, w->user.id, w->hash, w->is_long, false, w->user.id, a, err) &&
           session_end_user(db, w->user.id, w->session->id, err) && replace_session(db, w, a, err);
}

bool sign_in_new_password(const struct sign_in *s, const struct session *pending, const char *password, const char **ret_refusal,
                          struct signed_in *ret, struct err *err)
{
    struct work w;
    bool same = false;
    if (!load(s, pending, &w, err) || !is_at(&w, STEP_PASSWORD, err))
        return false;
    const char *refusal = password_refusal(password, w.user.login_name, w.user.display_name, s->arena);
    if (!refusal && !password_fits(w.user.password_hash, password, &same, err))
        return false;
    if (same)
        refusal = "いまと同じパスワードです。別のパスワードを入力してください。";
    if (refusal) {
        *ret_refusal = refusal;
        return err_field(err, "password", "account.password_refused");
    }
    if (!password_hash(password, s->arena, &w.hash, err))
        return false;
    w.is_long = password_is_long(password);
    w.step = *w.user.totp_sealed ? STEP_CODE : STEP_ENROL;
    w.action = "account.password_change";
    return store_write(s->store, pass_new_password, &w, err) && hand_over(&w, ret);
}

static bool pass_enrol(struct db *db, void *arg, struct err *err)
{
    struct work *w = arg;
    auto_arena *a = arena_new();
    return user_set_totp(db, w->user.id, w->user.totp_candidate, w->totp_step, err) &&
           recovery_codes_make(db, w->user.id, w->s->arena, w->codes, err) && replace_session(db, w, a, err);
}

bool sign_in_enrol(const struct sign_in *s, const struct session *session, const char *code, const char **ret_codes, struct signed_in *ret,
                   struct err *err)
{
    struct work w;
    if (!load(s, session, &w, err) || !is_at(&w, STEP_ENROL, err))
        return false;
    const unsigned char *secret = totp_open(s->app_key, w.user.id, w.user.totp_candidate, s->arena);
    if (!secret || !totp_fits(secret, text_digits(s->arena, code), s->now, 0, &w.totp_step))
        return err_field(err, "code", "account.code_wrong");
    w.codes = ret_codes;
    w.action = "account.second_factor_on";
    return store_write(s->store, pass_enrol, &w, err) && hand_over(&w, ret);
}

static bool pass_session(struct db *db, void *arg, struct err *err)
{
    struct work *w = arg;
    auto_arena *a = arena_new();
    return replace_session(db, w, a, err);
}

bool sign_in_without_factor(const struct sign_in *s, const struct session *pending, struct signed_in *ret, struct err *err)
{
    struct work w;
    if (!load(s, pending, &w, err) || !is_at(&w, STEP_ENROL, err))
        return false;
    if (!s->factor_optional)
        return err_set(err, ERR_INPUT, "account.factor_required", "user=%s", w.user.id);
    if (!w.user.password_is_long)
        return err_set(err, ERR_INPUT, "account.factor_needed", "user=%s", w.user.id);
    return store_write(s->store, pass_session, &w, err) && hand_over(&w, ret);
}

static bool pass_unlock(struct db *db, void *arg, struct err *err)
{
    struct work *w = arg;
    auto_arena *a = arena_new();
    return throttle_passed(db, &w->throttle, a, err) && session_unlock(db, w->session->id, err) &&
           write_audit(db, w, "account.unlock", "", err);
}

bool sign_in_unlock(const struct sign_in *s, const struct session *locked, const char *password, struct err *err)
{
    struct work w;
    bool fits = false;
    if (!load(s, locked, &w, err))
        return false;
    w.throttle = throttle_of(s, text_fold(s->arena, w.user.login_name));
    if (!store_write(s->store, begin, &w, err) || !password_fits(w.user.password_hash, password, &fits, err))
        return false;
    if (!fits) {
        note_failure(&w, "account.unlock_failed");
        return err_field(err, "password", "account.password_wrong");
    }
    return store_write(s->store, pass_unlock, &w, err);
}

bool sign_in_switch(const struct sign_in *s, const struct session *session, const char *membership_id, struct signed_in *ret,
                    struct err *err)
{
    struct work w;
    if (!load(s, session, &w, err))
        return false;
    struct db *db = store_reader(s->store, err);
    w.action = "account.switch";
    return db && find_membership(s, db, &w, membership_id, err) && store_write(s->store, pass_session, &w, err) && hand_over(&w, ret);
}

bool sign_in_demo(const struct sign_in *s, const char *user_id, struct signed_in *ret, struct err *err)
{
    struct work w = {.s = s, .action = "account.sign_in_demo"};
    struct db *db = store_reader(s->store, err);
    if (!db || !user_find(db, user_id, s->arena, &w.user, err))
        return false;
    return find_membership(s, db, &w, "", err) && store_write(s->store, pass_session, &w, err) && hand_over(&w, ret);
}
