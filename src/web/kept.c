/* kept.c -- nothing typed is lost: a form that arrives with nobody signed in, with a locked screen or with a token of an earlier
 * session comes back with all its values, to be sent again after signing in.
 *
 * Its new token tells that the same user's session had sent it: MAC(key, user, path, hour).  Whoever signs in as that user within
 * two hours may send it with one press.  Where the old session is not known any more, the first press shows the form once more
 * with the new session's token. */
#include "base/code_list.h"
#include "base/date.h"
#include "web/app_private.h"
#include "web/csrf.h"
#include "web/html.h"
#include "web/page_view.h"
#include "web/request.h"
#include "web/resource.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { MAC_BYTES = 32 };
static const char prefix[] = "kept.";

static char *token_for(const struct request *req, const char *user_id, long long hour)
{
    unsigned char mac[MAC_BYTES];
    char hex[2 * MAC_BYTES + 1];
    auto_buf text = {0};
    buf_printf(&text, "kept\x1f%s\x1f%s\x1f%lld", user_id, req->path, hour);
    crypto_generichash(mac, sizeof mac, (const unsigned char *)text.data, text.size, app_key(req->app), 32);
    return arena_printf(req->arena, "%s%s", prefix, sodium_bin2hex(hex, sizeof hex, mac, sizeof mac));
}

static long long this_hour(void)
{
    return now_ms() / 3600000;
}

bool kept_token_fits(const struct request *req, const char *token)
{
    if (strncmp(token, prefix, sizeof prefix - 1))
        return false;
    for (int ago = 0; ago < 2; ago++) {
        const char *wanted = token_for(req, req->session->user_id, this_hour() - ago);
        if (strlen(token) == strlen(wanted) && !sodium_memcmp(token, wanted, strlen(wanted)))
            return true;
    }
    return false;
}

/* A token only when the form carried the ended session's own: another site cannot know that one. */
static const char *token_of_ended(struct request *req)
{
    const char *cookie = session_cookie(req), *given = pairs_get(&req->body, "csrf");
    const struct session *ended = *cookie && req->db ? session_find_ended(req->db, cookie, req->arena, NULL) : NULL;
    if (!ended || !csrf_fits(given, ended->csrf_secret))
        return "";
    return token_for(req, ended->user_id, this_hour());
}

/* Passwords are typed again: a page that may stand open for long does not carry them. */
static bool is_kept(const char *name)
{
    return strcmp(name, "csrf") && !strstr(name, "password");
}

static const struct pair *typed_of(struct request *req, size_t *ret_count)
{
    struct pair *typed = NEW_ARRAY(req->arena, req->body.count + 1, struct pair);
    size_t n = 0;
    for (size_t i = 0; i < req->body.count; i++)
        if (is_kept(req->body.items[i].name))
            typed[n++] = req->body.items[i];
    *ret_count = n;
    return typed;
}

/* What a person knows from the form: filled fields under their labels, codes as words. */
static const struct pair *shown_of(struct request *req, size_t *ret_count)
{
    const struct route *r = req->route;
    const struct field_set *set = r->body ? r->body : r->resource ? r->resource->record->set : NULL;
    struct pair *shown = NEW_ARRAY(req->arena, req->body.count + 1, struct pair);
    size_t n = 0;
    for (size_t i = 0; set && i < req->body.count; i++) {
        const struct pair *p = &req->body.items[i];
        const struct field *f = *p->value && is_kept(p->name) ? field_find(set, p->name) : NULL;
        if (f)
            shown[n++] = (struct pair){f->label, f->codes ? code_label(f->codes, p->value) : p->value};
    }
    *ret_count = n;
    return shown;
}

void reply_kept(struct request *req, enum kept_reason why)
{
    static const struct {
        int status;
        const char *title, *message, *url, *label;
    } reasons[] = {
        [KEPT_SIGNED_OUT] = {401, "サインインの時間が切れました", "session.signed_out", "/sign-in", "サインインする"},
        [KEPT_LOCKED] = {401, "画面がロックされています", "session.locked", "/unlock", "ロックを外す"},
        [KEPT_OLD_FORM] = {409, "もう一度送ってください", "web.csrf", "", ""},
    };
    struct kept_view view = {.sentence = app_message(req->app, reasons[why].message),
                             .action = req->target,
                             .sign_in_url = reasons[why].url,
                             .sign_in_label = reasons[why].label,
                             .csrf = why == KEPT_SIGNED_OUT ? token_of_ended(req) : req->session->csrf,
                             .lost_files = req->upload_count};
    view.typed = typed_of(req, &view.typed_count);
    view.shown = shown_of(req, &view.shown_count);
    req->status = reasons[why].status;
    reply_page(req, &(struct page){.title = reasons[why].title, .no_rail = why != KEPT_OLD_FORM}, kept_html, &view);
}
