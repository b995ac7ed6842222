#include "web/session.h"

#include "base/date.h"
#include "base/id.h"
#include "web/csrf.h"
#include "web/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const struct session session_nobody = {.id = "",
                                       .user_id = "",
                                       .display_name = "",
                                       .membership_id = "",
                                       .office_id = "",
                                       .office_name = "",
                                       .area_code = "",
                                       .area_name = "",
                                       .area_path = "",
                                       .csrf = "", .csrf_secret = "",
                                       .created_at = "",
                                       .seen_at = "",
                                       .ends_at = ""};

#define WHO "user_id, display_name, membership_id, role, office_id, office_name, area_code, area_name, area_path, sees_area"

enum { KEY_BYTES = 32, TOKEN_BYTES = 32, DEFAULT_HOURS = 12 };

/* Seconds since 1970 of "2024-11-30T05:03:27.123Z"; 0 when it is not a time. */
static time_t utc_seconds(const char *utc)
{
    struct tm tm = {0};
    return strptime(utc, "%Y-%m-%dT%H:%M:%S", &tm) ? timegm(&tm) : 0;
}

char *utc_in_minutes(struct arena *a, int minutes)
{
    time_t then = utc_seconds(now_utc(a)) + (time_t)minutes * 60;
    struct tm tm;
    char text[32];
    gmtime_r(&then, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &tm);
    return arena_strdup(a, text);
}

static const char *ends_or_default(const struct session *s, struct arena *a)
{
    return s->ends_at && *s->ends_at ? s->ends_at : utc_in_minutes(a, DEFAULT_HOURS * 60);
}

bool session_create(struct db *db, const struct session *s, struct arena *a, const char **ret_key, struct err *err)
{
    const char *key = secret_new(a, KEY_BYTES), *now = now_utc(a);
    if (db_run(db, err,
               "INSERT INTO session (id, " WHO ", csrf, pending, created_at, seen_at, ends_at) "
               "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15)",
               TEXT(secret_hash(a, key)), TEXT(s->user_id), TEXT(s->display_name), TEXT(s->membership_id),
               TEXT(role_name(s->role)), TEXT(s->office_id), TEXT(s->office_name), TEXT(s->area_code), TEXT(s->area_name),
               TEXT(s->area_path), INT(s->sees_area), TEXT(secret_new(a, 24)), INT(s->pending), TEXT(now),
               TEXT(ends_or_default(s, a))) < 0)
        return false;
    *ret_key = key;
    return true;
}

static void read_who(const struct rows *r, struct session *s)
{
    s->id = rows_text(r, 0);
    s->user_id = rows_text(r, 1);
    s->display_name = rows_text(r, 2);
    s->membership_id = rows_text(r, 3);
    s->role = role_from_name(rows_text(r, 4));
    s->office_id = rows_text(r, 5);
    s->office_name = rows_text(r, 6);
    s->area_code = rows_text(r, 7);
    s->area_name = rows_text(r, 8);
    s->area_path = rows_text(r, 9);
    s->sees_area = rows_int(r, 10);
}

const struct session *session_find_ended(struct db *db, const char *key, struct arena *a, struct err *err)
{
    auto_rows *r =
        db_query(db, a, err, "SELECT id, " WHO ", csrf, pending, created_at, seen_at, ends_at FROM session WHERE id = $1",
                 TEXT(secret_hash(a, key)));
    if (!r || !rows_next(r))
        return NULL;
    struct session *s = NEW(a, struct session);
    read_who(r, s);
    s->csrf_secret = rows_text(r, 11);
    s->csrf = csrf_masked(a, s->csrf_secret);
    s->pending = rows_int(r, 12);
    s->created_at = rows_text(r, 13);
    s->seen_at = rows_text(r, 14);
    s->ends_at = rows_text(r, 15);
    return s;
}

const struct session *session_find(struct db *db, const char *key, int idle_minutes, struct arena *a, struct err *err)
{
    const struct session *found = session_find_ended(db, key, a, err);
    const char *now = now_utc(a);
    if (!found || strcmp(found->ends_at, now) <= 0)
        return NULL;
    if (found->pending || utc_seconds(now) - utc_seconds(found->seen_at) <= (time_t)idle_minutes * 60)
        return found;
    struct session *locked = NEW(a, struct session);
    *locked = *found;
    locked->locked = true;
    return locked;
}

bool session_end(struct db *db, const char *id, struct err *err)
{
    return db_run(db, err, "DELETE FROM session WHERE id = $1", TEXT(id)) >= 0;
}

bool session_end_user(struct db *db, const char *user_id, const char *except_id, struct err *err)
{
    return db_run(db, err, "DELETE FROM session WHERE user_id = $1 AND id <> $2", TEXT(user_id),
                  TEXT(except_id ? except_id : "")) >= 0;
}

bool session_unlock(struct db *db, const char *id, struct err *err)
{
    auto_arena *a = arena_new();
    return db_run(db, err, "UPDATE session SET seen_at = $2 WHERE id = $1", TEXT(id), TEXT(now_utc(a))) >= 0;
}

struct seen {
    char id[72], at[32], swept_before[32];
};

/* The same visit sweeps sessions out a day after their end; until then kept.c can tell whose typing it was. */
static bool mark_seen(struct db *db, void *arg, struct err *err)
{
    struct seen *seen = arg;
    bool done =
        db_run(db, err, "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2", TEXT(seen->id), TEXT(seen->at)) >= 0 &&
        db_run(db, err, "DELETE FROM session WHERE ends_at < $1", TEXT(seen->swept_before)) >= 0;
    free(seen);
    return done;
}

void session_seen(struct store *store, const struct session *s, struct arena *a)
{
    const char *now = now_utc(a);
    if (s->token || s->locked || !*s->id || utc_seconds(now) - utc_seconds(s->seen_at) < 60)
        return;
    struct seen *seen = xcalloc(1, sizeof *seen);
    snprintf(seen->id, sizeof seen->id, "%s", s->id);
    snprintf(seen->at, sizeof seen->at, "%s", now);
    snprintf(seen->swept_before, sizeof seen->swept_before, "%s", utc_in_minutes(a, -24 * 60));
    store_write_later(store, mark_seen, seen);
}

bool token_create(struct db *db, const struct session *as, const char *label, struct arena *a, const char **ret_token,
                  struct err *err)
{
    const char *token = secret_new(a, TOKEN_BYTES);
    if (db_run(db, err,
               "INSERT INTO api_token (id, " WHO ", label, created_at, ends_at) "
               "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
               TEXT(secret_hash(a, token)), TEXT(as->user_id), TEXT(as->display_name), TEXT(as->membership_id),
               TEXT(role_name(as->role)), TEXT(as->office_id), TEXT(as->office_name), TEXT(as->area_code), TEXT(as->area_name),
               TEXT(as->area_path), INT(as->sees_area), TEXT(label), TEXT(now_utc(a)), TEXT(as->ends_at ? as->ends_at : "")) < 0)
        return false;
    *ret_token = token;
    return true;
}

const struct session *token_find(struct db *db, const char *token, struct arena *a, struct err *err)
{
    auto_rows *r =
        db_query(db, a, err, "SELECT id, " WHO ", created_at, ends_at FROM api_token WHERE id = $1", TEXT(secret_hash(a, token)));
    if (!r || !rows_next(r))
        return NULL;
    struct session *s = NEW(a, struct session);
    read_who(r, s);
    s->csrf = s->csrf_secret = "";
    s->token = true;
    s->created_at = s->seen_at = rows_text(r, 11);
    s->ends_at = rows_text(r, 12);
    return *s->ends_at && strcmp(s->ends_at, now_utc(a)) <= 0 ? NULL : s;
}

bool token_end_user(struct db *db, const char *user_id, struct err *err)
{
    return db_run(db, err, "DELETE FROM api_token WHERE user_id = $1", TEXT(user_id)) >= 0;
}

struct scope session_scope(const struct session *s)
{
    struct scope scope = {.kind = SCOPE_NOTHING,
                          .office_id = s->office_id,
                          .area_code = s->area_code,
                          .area_path = s->area_path,
                          .user_id = s->user_id};
    bool of_room = *s->office_id && !s->sees_area;
    switch (s->role) {
    case ROLE_COORDINATOR:
    case ROLE_CONTRACTOR_MANAGER:
        scope.kind = *s->office_id ? SCOPE_OFFICE : SCOPE_NOTHING;
        scope.sees_personal = true;
        break;
    case ROLE_VIEWER:
        scope.kind = of_room ? SCOPE_OFFICE : SCOPE_AREA;
        scope.sees_personal = of_room;
        break;
    case ROLE_WARD_OFFICER:
    case ROLE_HEALTH_BUREAU: scope.kind = SCOPE_AREA; break;
    case ROLE_NONE:
    case ROLE_SYSTEM_ADMINISTRATOR:
    case ROLE_PROFESSIONAL:
    case ROLE__COUNT: break;
    }
    /* An empty path would be everywhere. */
    if (scope.kind == SCOPE_AREA && !*s->area_path)
        scope.kind = SCOPE_NOTHING;
    return scope;
}

static const char *cookie_name(const struct request *req)
{
    return app_config(req->app)->secure_cookie ? "__Host-renkei" : "renkei";
}

void session_set_cookie(struct request *req, const char *key)
{
    bool secure = app_config(req->app)->secure_cookie;
    reply_header(
        req, "Set-Cookie",
        arena_printf(req->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s", cookie_name(req), key, secure ? "; Secure" : ""));
}

void session_clear_cookie(struct request *req)
{
    bool secure = app_config(req->app)->secure_cookie;
    reply_header(
        req, "Set-Cookie",
        arena_printf(req->arena, "%s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0%s", cookie_name(req), secure ? "; Secure" : ""));
}

const char *session_cookie(const struct request *req)
{
    return request_cookie(req, cookie_name(req));
}
