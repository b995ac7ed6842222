#include "features/office_link/office_link.h"

#include "base/count.h"
#include "base/id.h"
#include "web/session.h"

#include <string.h>

enum { SECRET_BYTES = 24, LISTED = 20, WRONG_FREE = 20, WRONG_MINUTES = 15 };

static const struct office_link_kind kinds[] = {
    {"mail", "メールのリンク", 14, true},
    {"fax", "FAX用紙のQRコード", 30, false},
    {"letter", "用紙のQRコード", 90, false},
    {"paper", "印刷したQRコード", 400, false},
};

const struct office_link_kind *office_link_kind_find(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (!strcmp(kinds[i].name, name))
            return &kinds[i];
    return NULL;
}

bool office_link_make(struct db *db, const struct office_link_order *o, struct arena *a, const char **ret_id, const char **ret_secret,
                      struct err *err)
{
    const struct office_link_kind *kind = office_link_kind_find(o->kind);
    if (!kind)
        return err_set(err, ERR_BROKEN, "office_link.kind", "kind=%s", o->kind);
    const char *id = id_new(a), *secret = ret_secret ? secret_new(a, SECRET_BYTES) : NULL;
    /* A link without a secret yet has a hash that no secret gives. */
    if (db_run(db, err,
               "INSERT INTO office_link (id, secret_hash, purpose, facility_id, subject_id, kind, once, created_at, created_by, ends_at) "
               "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
               TEXT(id), TEXT(secret ? secret_hash(a, secret) : arena_printf(a, "unsent %s", id)), TEXT(o->purpose), TEXT(o->facility_id),
               TEXT(o->subject_id), TEXT(o->kind), INT(kind->once), TEXT(now_utc(a)), TEXT(o->user_id),
               TEXT(utc_in_minutes(a, kind->days * 1440))) < 0)
        return false;
    *ret_id = id;
    if (ret_secret)
        *ret_secret = secret;
    return true;
}

#define COLUMNS "id, purpose, facility_id, subject_id, kind, created_at, created_by, ends_at, opened_at, used_at, ended_at, once"

static struct office_link read_link(const struct rows *r, struct arena *a)
{
    struct office_link l = {.once = rows_int(r, 11)};
    const char **texts[] = {&l.id, &l.purpose, &l.facility_id, &l.subject_id, &l.kind, &l.created_at, &l.created_by, &l.ends_at,
                            &l.opened_at, &l.used_at, &l.ended_at};
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = arena_strdup(a, rows_text(r, (int)i));
    return l;
}

/* ---- opening ---- */

struct visit {
    const char *client, *since, *now, *link_id;
};

static bool count_wrong(struct db *db, void *arg, struct err *err)
{
    const struct visit *v = arg;
    return db_run(db, err, "DELETE FROM office_link_try WHERE first_at < $1", TEXT(v->since)) >= 0 &&
           db_run(db, err,
                  "INSERT INTO office_link_try (client, tries, first_at) VALUES ($1, 1, $2) "
                  "ON CONFLICT (client) DO UPDATE SET tries = office_link_try.tries + 1",
                  TEXT(v->client), TEXT(v->now)) >= 0;
}

static bool mark_opened(struct db *db, void *arg, struct err *err)
{
    const struct visit *v = arg;
    return db_run(db, err, "UPDATE office_link SET opened_at = $2 WHERE id = $1 AND opened_at = ''", TEXT(v->link_id), TEXT(v->now)) >= 0;
}

static bool find_link(struct request *req, const char *secret, const char *purpose, struct office_link *ret_link, bool *ret_found,
                      struct err *err)
{
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT " COLUMNS " FROM office_link WHERE secret_hash = $1 AND purpose = $2 AND ended_at = '' AND ends_at > $3",
                            TEXT(secret_hash(req->arena, secret)), TEXT(purpose), TEXT(now_utc(req->arena)));
    if (!r)
        return false;
    *ret_found = rows_next(r);
    if (*ret_found)
        *ret_link = read_link(r, req->arena);
    return !rows_failed(r);
}

bool office_link_open(struct request *req, const char *secret, const char *purpose, struct office_link *ret_link, struct err *err)
{
    struct visit v = {.client = request_client(req), .since = utc_in_minutes(req->arena, -WRONG_MINUTES), .now = now_utc(req->arena)};
    bool found = false;
    if (db_int(req->db, err, 0, "SELECT tries FROM office_link_try WHERE client = $1 AND first_at > $2", TEXT(v.client), TEXT(v.since)) >=
        WRONG_FREE)
        return err_set(err, ERR_BUSY, "office_link.wait", "too many wrong secrets");
    if (!find_link(req, secret, purpose, ret_link, &found, err))
        return false;
    if (!found)
        return store_write(app_store(req->app), count_wrong, &v, err) &&
               err_set(err, ERR_NOT_FOUND, "office_link.unknown", "no such link");
    v.link_id = ret_link->id;
    reply_header(req, "X-Robots-Tag", "noindex, nofollow");
    return *ret_link->opened_at || store_write(app_store(req->app), mark_opened, &v, err);
}

bool office_link_is_spent(const struct office_link *link)
{
    return link->once && *link->used_at;
}

bool office_link_use(struct db *db, const char *id, struct arena *a, struct err *err)
{
    const char *now = now_utc(a);
    long long changed = db_run(db, err,
                               "UPDATE office_link SET used_at = $2 WHERE id = $1 AND ended_at = '' AND ends_at > $2 AND (once = 0 OR "
                               "used_at = '')",
                               TEXT(id), TEXT(now));
    return changed > 0 || (changed == 0 && err_set(err, ERR_CONFLICT, "office_link.used", "used or ended"));
}

bool office_link_give_back(struct db *db, const char *id, struct err *err)
{
    return db_run(db, err, "UPDATE office_link SET used_at = '' WHERE id = $1", TEXT(id)) >= 0;
}

bool office_link_end(struct db *db, const char *purpose, const char *facility_id, const char *id, struct arena *a, struct err *err)
{
    return db_run(db, err,
                  "UPDATE office_link SET ended_at = $4 WHERE purpose = $1 AND facility_id = $2 AND ($3 = '' OR id = $3) AND ended_at = ''",
                  TEXT(purpose), TEXT(facility_id), TEXT(id), TEXT(now_utc(a))) >= 0;
}

bool office_link_list(struct db *db, const char *purpose, const char *facility_id, struct arena *a, struct office_link **ret_links,
                      size_t *ret_count, struct err *err)
{
    *ret_links = NEW_ARRAY(a, LISTED, struct office_link);
    *ret_count = 0;
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT " COLUMNS " FROM office_link WHERE purpose = $1 AND facility_id = $2 ORDER BY id DESC LIMIT 20",
                            TEXT(purpose), TEXT(facility_id));
    while (r && *ret_count < LISTED && rows_next(r))
        (*ret_links)[(*ret_count)++] = read_link(r, a);
    return r && !rows_failed(r);
}

const char *office_link_url(const struct app *app, const char *prefix, const char *secret, struct arena *a)
{
    return arena_printf(a, "%s%s%s", app_config(app)->base_url, prefix, secret);
}
