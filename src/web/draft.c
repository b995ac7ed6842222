#include "web/draft.h"

#include "base/count.h"
#include "base/id.h"
#include "base/json.h"
#include "web/resource.h"

#include <stdlib.h>
#include <string.h>

enum { DRAFT_BYTES = 64 * 1024, DRAFTS_EACH = 100, DRAFT_DAYS = 30 };

static const char *saved_label(struct arena *a, const char *utc, struct date today)
{
    const char *label = utc_to_local_label(a, utc), *time = strrchr(label, ' ');
    const char *day = date_wareki(a, today);
    bool is_today = time && !strncmp(label, day, strlen(day));
    return is_today ? arena_strdup(a, time + 1) : label;
}

static bool read_draft(struct rows *r, const char *kind, const char *id, struct arena *a, struct draft *ret, struct err *err)
{
    const char *typed = rows_text(r, 2);
    *ret = (struct draft){.kind = arena_strdup(a, kind), .id = arena_strdup(a, id), .title = arena_strdup(a, rows_text(r, 1))};
    ret->saved_at = saved_label(a, rows_text(r, 0), date_today());
    pairs_init(&ret->typed, a);
    return pairs_parse_urlencoded(&ret->typed, typed, strlen(typed), 5000, err);
}

bool draft_find(struct db *db, const char *user_id, const char *kind, const char *id, struct arena *a, struct draft *ret, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT saved_at, title, typed FROM draft WHERE user_id = $1 AND kind = $2 AND id = $3", TEXT(user_id),
                            TEXT(kind), TEXT(id));
    if (!r)
        return false;
    if (rows_next(r))
        return read_draft(r, kind, id, a, ret, err);
    return rows_failed(r) ? false : err_set(err, ERR_NOT_FOUND, "draft.gone", "kind=%s id=%s", kind, id);
}

/* Only drafts of records that do not exist yet: a draft of a change is offered where that record is changed. */
bool draft_newest(struct db *db, const char *user_id, const char *kind, struct arena *a, struct draft *ret, struct err *err)
{
    auto_rows *r = db_query(db, a, err,
                            "SELECT saved_at, title, typed, id FROM draft WHERE user_id = $1 AND kind = $2 AND revision = 0 "
                            "ORDER BY saved_at DESC LIMIT 1",
                            TEXT(user_id), TEXT(kind));
    if (!r)
        return false;
    if (rows_next(r))
        return read_draft(r, kind, rows_text(r, 3), a, ret, err);
    return rows_failed(r) ? false : err_set(err, ERR_NOT_FOUND, "draft.gone", "kind=%s", kind);
}

bool draft_remove(struct db *db, const char *user_id, const char *kind, const char *id, struct err *err)
{
    return db_post_beside(db, err, "DELETE FROM draft WHERE user_id = $1 AND kind = $2 AND id = $3", TEXT(user_id), TEXT(kind), TEXT(id));
}

const char *draft_url(struct request *req, const struct draft *d)
{
    const struct resource *r = resource_find(req->app, d->kind);
    if (!r)
        return "";
    long revision = strtol(pairs_get(&d->typed, "revision"), NULL, 10);
    return revision > 0 ? arena_printf(req->arena, "%s/%s/edit?draft=1", r->path, d->id)
                        : arena_printf(req->arena, "%s/new?draft=%s", r->path, d->id);
}

/* Keeping: a late autosave must not bring back the draft of what was saved meanwhile. */

struct keeping {
    struct request *req;
    const struct resource *resource;
    const char *kind, *id, *title, *typed, *now;
    long revision;
    bool kept;
};

static bool is_saved_already(struct db *db, const struct keeping *k, bool *ret_saved, struct err *err)
{
    if (!k->resource)
        return true;
    struct query q;
    query_init(&q, k->req->arena);
    struct value values[] = {TEXT(k->id), INT(k->revision), TEXT(k->req->session->user_id)};
    query_add_values(&q, arena_printf(q.arena, "SELECT 1 FROM %s WHERE id = ? AND revision > ? AND changed_by = ?", k->resource->record->table),
                     values, 3);
    auto_rows *r = query_run(&q, db, NULL, err);
    *ret_saved = r && rows_next(r);
    return r && !rows_failed(r);
}

static bool keep_draft(struct db *db, void *arg, struct err *err)
{
    struct keeping *k = arg;
    const char *user_id = k->req->session->user_id, *old = date_iso(k->req->arena, date_add_days(k->req->today, -DRAFT_DAYS));
    bool saved = false;
    k->kept = false;
    if (!is_saved_already(db, k, &saved, err))
        return false;
    if (saved)
        return true;
    k->kept = true;
    return db_run(db, err,
                  "INSERT INTO draft (user_id, kind, id, revision, saved_at, title, typed) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                  "ON CONFLICT (user_id, kind, id) DO UPDATE SET revision = excluded.revision, saved_at = excluded.saved_at, "
                  "title = excluded.title, typed = excluded.typed",
                  TEXT(user_id), TEXT(k->kind), TEXT(k->id), INT(k->revision), TEXT(k->now), TEXT(k->title), TEXT(k->typed)) >= 0 &&
           db_run(db, err,
                  "DELETE FROM draft WHERE user_id = $1 AND (saved_at < $2 OR saved_at < (SELECT MIN(newest.saved_at) FROM (SELECT saved_at "
                  "FROM draft WHERE user_id = $1 ORDER BY saved_at DESC LIMIT $3) newest))",
                  TEXT(user_id), TEXT(old), INT(DRAFTS_EACH)) >= 0;
}

static const char *typed_without_secrets(struct request *req)
{
    struct pairs typed;
    pairs_init(&typed, req->arena);
    for (size_t i = 0; i < req->body.count; i++) {
        const struct pair *p = &req->body.items[i];
        if (strcmp(p->name, "csrf") && *p->value)
            pairs_add(&typed, p->name, p->value);
    }
    return pairs_query(&typed, req->arena);
}

static bool is_kind(const char *kind)
{
    size_t n = strlen(kind);
    return n && n <= 40 && strspn(kind, "abcdefghijklmnopqrstuvwxyz_") == n;
}

static bool put(struct request *req, struct err *err)
{
    struct keeping k = {.req = req, .kind = request_param(req, "kind"), .id = request_param(req, "id"), .now = now_utc(req->arena)};
    if (!is_kind(k.kind) || !id_is_valid(k.id))
        return err_set(err, ERR_INPUT, "draft.bad", "kind or id");
    k.typed = typed_without_secrets(req);
    if (strlen(k.typed) > DRAFT_BYTES)
        return err_set(err, ERR_TOO_LARGE, "draft.large", "%zu bytes", strlen(k.typed));
    k.resource = resource_find(req->app, k.kind);
    if (k.resource && !request_may(req, k.resource->write))
        return err_set(err, ERR_FORBIDDEN, "web.forbidden", "kind=%s", k.kind);
    k.revision = strtol(pairs_get(&req->body, "revision"), NULL, 10);
    k.title = k.resource ? arena_printf(req->arena, k.revision > 0 ? "%sの変更" : "新しい%s", k.resource->label) : "入力中の下書き";
    if (!store_write(app_store(req->app), keep_draft, &k, err))
        return false;
    struct json j;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair(&j, "saved_at", k.kept ? saved_label(req->arena, k.now, req->today) : "");
    json_close(&j, '}');
    return reply_json(req, 200);
}

struct removal {
    const char *user_id, *kind, *id;
};

static bool remove_draft(struct db *db, void *arg, struct err *err)
{
    const struct removal *r = arg;
    return draft_remove(db, r->user_id, r->kind, r->id, err);
}

static bool discard(struct request *req, struct err *err)
{
    struct removal r = {req->session->user_id, request_param(req, "kind"), request_param(req, "id")};
    const struct resource *resource = resource_find(req->app, r.kind);
    if (!store_write(app_store(req->app), remove_draft, &r, err))
        return false;
    if (req->api) {
        req->status = 204;
        return true;
    }
    reply_flash(req, "下書きを捨てました。", NULL);
    if (!resource || !request_may(req, resource->write))
        return reply_redirect(req, "/");
    return reply_redirect(req, "%s/new", resource->path);
}

/* A line of きょう for each draft that leads somewhere. */
static bool today(struct request *req, struct today_list *list, struct err *err)
{
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT kind, id, revision, saved_at, title FROM draft WHERE user_id = $1 ORDER BY saved_at DESC LIMIT 20",
                            TEXT(req->session->user_id));
    while (r && rows_next(r)) {
        struct draft d = {.kind = rows_text(r, 0), .id = rows_text(r, 1)};
        pairs_init(&d.typed, req->arena);
        pairs_add(&d.typed, "revision", rows_text(r, 2));
        const char *url = draft_url(req, &d);
        if (*url)
            today_add(list, (struct today_item){
                                .group = "下書き",
                                .title = rows_text(r, 4),
                                .detail = arena_printf(req->arena, "%s に自動で保存", saved_label(req->arena, rows_text(r, 3), req->today)),
                                .url = url,
                                .due_on = ""});
    }
    return r && !rows_failed(r);
}

static const struct migration migrations[] = {
    {.number = 2024040121,
     .name = "draft: create",
     .sql = "CREATE TABLE draft (\n"
            "  user_id TEXT NOT NULL,     -- whose typing it is; nobody else sees it\n"
            "  kind TEXT NOT NULL,        -- resource.audit, or a form's own word\n"
            "  id TEXT NOT NULL,          -- id of the record that is being written\n"
            "  revision BIGINT NOT NULL,  -- revision the typing started from; 0 for a new record\n"
            "  saved_at TEXT NOT NULL,    -- UTC; gone after 30 days\n"
            "  title TEXT NOT NULL,       -- no personal data\n"
            "  typed TEXT NOT NULL,       -- form body, urlencoded, as typed\n"
            "  PRIMARY KEY (user_id, kind, id)\n"
            ");\n"
            "CREATE INDEX draft_newest ON draft (user_id, saved_at);\n"},
};
/* No audit label: a draft is nobody's record yet, and every two seconds would drown the trail. */
static const struct route routes[] = {
    {.method = PUT, .path = "/drafts/:kind/:id", .needs = PERM_SIGNED_IN, .run = put, .summary = "下書きを保存する"},
    {.method = POST, .path = "/drafts/:kind/:id", .needs = PERM_SIGNED_IN, .run = put, .summary = "下書きを保存する（画面を閉じるとき）"},
    {.method = POST, .path = "/drafts/:kind/:id/delete", .needs = PERM_SIGNED_IN, .run = discard, .summary = "下書きを捨てる"},
};
static const struct message messages[] = {
    {"draft.gone", "この下書きはもうありません。保存したか、30日が過ぎています。"},
    {"draft.bad", "下書きを保存できませんでした。画面を開き直してください。"},
    {"draft.large", "入力が多すぎて下書きを保存できません。いちど保存してください。"},
};
const struct feature draft_feature = {
    .name = "draft",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .today = today,
};
