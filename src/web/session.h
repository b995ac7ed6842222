/* session.h -- who is at the other end: server-side sessions and API tokens.
 *
 * The cookie holds a random key, the table its hash.  A session carries what every request needs, so that looking it up is one
 * point read; account changes rewrite or delete the rows (disabling a user ends them at once). */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "store/scope.h"
#include "store/store.h"
#include "web/permission.h"

struct session {
    const char *id;          /* hash of the key; "" when nobody is signed in */
    const char *user_id, *display_name;
    const char *membership_id;
    enum role role;
    const char *office_id, *office_name, *area_code, *area_name, *area_path;
    const char *csrf;        /* token every form carries */
    bool locked;             /* idle too long: password (or TOTP) again, typing is kept */
    bool token;              /* API token: no CSRF, no idle lock */
    bool pending;            /* password given, second factor still missing: only ROUTE_WHEN_LOCKED pages */
    const char *created_at, *seen_at, *ends_at; /* UTC */
};

/* Makes a session; `ret_key` goes into the cookie. */
bool session_create(struct db *db, const struct session *s, struct arena *a, const char **ret_key, struct err *err);
/* NULL when unknown or ended; marks `locked` by the idle limit. */
const struct session *session_find(struct db *db, const char *key, int idle_minutes, struct arena *a, struct err *err);
bool session_end(struct db *db, const char *id, struct err *err);
bool session_end_user(struct db *db, const char *user_id, const char *except_id, struct err *err);
bool session_unlock(struct db *db, const char *id, struct err *err);
/* The scope of a session: coordinator, manager and viewer of a room: that office with personal data; ward officer and viewer of a ward office:
 * the ward's area, masked; health bureau: its area, masked; administrator: nothing. */
struct scope session_scope(const struct session *s);
struct request;
/* Sets / clears the cookie (HttpOnly, SameSite=Lax, Secure by config, "__Host-" when secure). */
void session_set_cookie(struct request *req, const char *key);
void session_clear_cookie(struct request *req);
