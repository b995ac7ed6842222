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
    const char *id; /* hash of the key; "" when nobody is signed in */
    const char *user_id, *display_name;
    const char *membership_id;
    enum role role;
    const char *office_id, *office_name, *area_code, *area_name, *area_path;
    const char *csrf;        /* token every form carries, under a fresh pad for each request (csrf.h) */
    const char *csrf_secret; /* the token itself: never shown */
    bool locked;      /* idle too long: password (or TOTP) again, typing is kept */
    bool token;       /* API token: no CSRF, no idle lock */
    bool sees_area;   /* the office looks after an area (ward office, health bureau): its viewers see the area, masked */
    bool pending;     /* password given, second factor still missing: only ROUTE_WHEN_LOCKED pages */
    const char *created_at, *seen_at, *ends_at; /* UTC */
};

/* Makes a session; `ret_key` goes into the cookie.  created_at, seen_at, csrf and id are made here; ends_at "" or NULL becomes 12
 * hours from now. */
bool session_create(struct db *db, const struct session *s, struct arena *a, const char **ret_key, struct err *err);
/* NULL when unknown or ended; marks `locked` by the idle limit. */
const struct session *session_find(struct db *db, const char *key, int idle_minutes, struct arena *a, struct err *err);
/* Also one that has ended less than a day ago, for what was typed meanwhile; never to let anybody in. */
const struct session *session_find_ended(struct db *db, const char *key, struct arena *a, struct err *err);
bool session_end(struct db *db, const char *id, struct err *err);
bool session_end_user(struct db *db, const char *user_id, const char *except_id, struct err *err);
bool session_unlock(struct db *db, const char *id, struct err *err);
/* Pushes the idle limit on, at most once a minute; nobody waits for it. */
void session_seen(struct store *store, const struct session *s, struct arena *a);
/* Nobody. */
extern const struct session session_nobody;
/* UTC text so many minutes from now (negative: ago), to compare with the times above. */
char *utc_in_minutes(struct arena *a, int minutes);

/* API tokens: `as` gives user, membership, role and place; ends_at "" never ends.  The table holds the hash only. */
bool token_create(struct db *db, const struct session *as, const char *label, struct arena *a, const char **ret_token,
                  struct err *err);
const struct session *token_find(struct db *db, const char *token, struct arena *a, struct err *err);
bool token_end_user(struct db *db, const char *user_id, struct err *err);

/* The scope of a session: coordinator, manager and viewer of a room: that office with personal data; ward officer and viewer of a
 * ward office: the ward's area, masked; health bureau: its area, masked; administrator: nothing. */
struct scope session_scope(const struct session *s);
struct request;
/* Sets / clears the cookie (HttpOnly, SameSite=Lax, Secure by config, "__Host-" when secure). */
void session_set_cookie(struct request *req, const char *key);
void session_clear_cookie(struct request *req);
/* The key in this request's cookie, "" without. */
const char *session_cookie(const struct request *req);
