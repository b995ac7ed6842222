#include "web/picker.h"

#include "base/count.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

const struct picker *picker_find(const struct app *app, const char *kind)
{
    for (const struct feature *const *f = app_features(app); kind && *f; f++)
        for (size_t i = 0; i < (*f)->picker_count; i++)
            if (!strcmp((*f)->pickers[i].kind, kind))
                return &(*f)->pickers[i];
    return NULL;
}

const char *picker_label(struct request *req, const char *kind, const char *id)
{
    const struct picker *p = picker_find(req->app, kind);
    if (!p || !*id || !request_may(req, p->needs))
        return "";
    const char *label = p->label(req, id);
    return label ? label : "";
}

static bool reply_picks(struct request *req, const struct picker *p, const char *words, struct err *err)
{
    struct pick *picks = NULL;
    size_t count = 0;
    if (!p->find(req, words, &picks, &count, err))
        return false;
    struct json j;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    json_open(&j, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(&j, '{');
        json_pair(&j, "id", picks[i].id);
        json_pair(&j, "label", picks[i].label);
        json_pair(&j, "detail", picks[i].detail ? picks[i].detail : "");
        json_close(&j, '}');
    }
    json_close(&j, ']');
    if (p->personal)
        request_audit_object(req, p->kind, "", arena_printf(req->arena, "hits=%zu", count));
    return reply_json(req, 200);
}

static const struct picker *picker_of(struct request *req, struct err *err)
{
    const struct picker *p = picker_find(req->app, request_param(req, "kind"));
    if (!p) {
        err_set(err, ERR_NOT_FOUND, "picker.unknown", "kind");
        return NULL;
    }
    if (request_may(req, p->needs))
        return p;
    err_set(err, ERR_FORBIDDEN, "web.forbidden", "kind=%s", p->kind);
    return NULL;
}

/* What a person types may be a name; it stays out of addresses, so personal kinds are asked by POST. */
static bool pick_get(struct request *req, struct err *err)
{
    const struct picker *p = picker_of(req, err);
    if (!p)
        return false;
    if (p->personal)
        return err_set(err, ERR_INPUT, "picker.post", "kind=%s", p->kind);
    const char *words = request_query(req, "q");
    return reply_picks(req, p, text_clean(req->arena, words, strlen(words), true), err);
}

static bool pick_post(struct request *req, struct err *err)
{
    const struct picker *p = picker_of(req, err);
    if (!p)
        return false;
    const char *words = pairs_get(&req->body, "q");
    if (!reply_picks(req, p, text_clean(req->arena, words, strlen(words), true), err))
        return false;
    if (p->personal) {
        struct audit_entry e = request_audit_entry(req, p->kind, "", req->audit->detail);
        e.action = "pick.search";
        audit_later(app_store(req->app), &e);
    }
    return true;
}

static const struct route routes[] = {
    {.method = GET, .path = "/pick/:kind", .needs = PERM_SIGNED_IN, .run = pick_get, .flags = ROUTE_API, .summary = "入力中の候補を探す"},
    {.method = POST, .path = "/pick/:kind", .needs = PERM_SIGNED_IN, .run = pick_post, .flags = ROUTE_API, .summary = "入力中の候補を探す（人に関するもの）"},
};
static const struct message messages[] = {
    {"picker.unknown", "探す対象が見つかりません。入力画面を開き直してください。"},
    {"picker.post", "この候補はアドレスからは探せません。入力画面から探してください。"},
};
const struct feature picker_feature = {
    .name = "picker",
    .routes = routes, .route_count = COUNT(routes),
    .messages = messages, .message_count = COUNT(messages),
};
