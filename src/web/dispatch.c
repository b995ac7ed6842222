/* dispatch.c -- what every request goes through, whoever handles it: address, session, permission, CSRF, body, handler, audit,
 * headers. */
#include "base/log.h"
#include "base/text.h"
#include "web/app_private.h"
#include "web/compress.h"
#include "web/csrf.h"
#include "web/html.h"
#include "web/request.h"

#include <string.h>

enum { PAIRS_AT_MOST = 5000 };

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL for a broken escape and for escapes of '/' and NUL, which would change what the path means. */
static const char *decode_path(struct arena *a, const char *path, size_t size)
{
    char *to = arena_alloc(a, size + 1), *at = to;
    for (size_t i = 0; i < size; i++) {
        if (path[i] != '%') {
            *at++ = path[i];
            continue;
        }
        int high = i + 2 < size ? hex_value(path[i + 1]) : -1, low = i + 2 < size ? hex_value(path[i + 2]) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0) || (high == 2 && low == 15))
            return NULL;
        *at++ = (char)(high << 4 | low);
        i += 2;
    }
    return text_is_utf8(to, (size_t)(at - to)) ? to : NULL;
}

bool dispatch_target(struct request *req, struct err *err)
{
    static const char api[] = "/api/v1";
    size_t size = strcspn(req->target, "?");
    const char *path = decode_path(req->arena, req->target, size);
    req->path = path ? path : "/";
    if (!path || *path != '/')
        return err_set(err, ERR_INPUT, "web.bad_request", "path");
    if (!strncmp(path, api, sizeof api - 1) && (path[sizeof api - 1] == '/' || !path[sizeof api - 1])) {
        req->api = true;
        req->path = path[sizeof api - 1] ? path + sizeof api - 1 : "/";
    }
    const char *query = req->target[size] ? req->target + size + 1 : "";
    return pairs_parse_urlencoded(&req->query, query, strlen(query), 200, err);
}

static const char *bearer(const struct request *req)
{
    const char *authorization = request_header(req, "Authorization");
    return strncasecmp(authorization, "Bearer ", 7) ? "" : authorization + 7;
}

/* An unknown key is nobody; only a store that does not answer is an error. */
static bool find_session(struct request *req, struct err *err)
{
    const char *token = bearer(req), *cookie = *token ? "" : session_cookie(req);
    const struct session *found = NULL;
    struct err failed = {0};
    if (*token && req->db)
        found = token_find(req->db, token, req->arena, &failed);
    else if (*cookie && req->db)
        found = session_find(req->db, cookie, app_config(req->app)->idle_minutes, req->arena, &failed);
    if (failed.kind) {
        *err = failed;
        return false;
    }
    req->session = found ? found : &session_nobody;
    if (!req->session->pending)
        req->scope = session_scope(req->session);
    return true;
}

/* Where the browser says a write comes from.  Programs send neither header. */
static bool is_same_site(const struct request *req)
{
    const char *fetch = request_header(req, "Sec-Fetch-Site"), *origin = request_header(req, "Origin");
    if (*fetch)
        return !strcmp(fetch, "same-origin") || !strcmp(fetch, "none");
    if (!*origin)
        return true;
    const char *host = strstr(origin, "://");
    return host && !strcmp(host + 3, request_header(req, "Host"));
}

static const char *csrf_given(const struct request *req)
{
    const char *header = request_header(req, "X-CSRF-Token");
    return *header ? header : pairs_get(&req->body, "csrf");
}

static bool is_write(const struct request *req)
{
    return req->method != GET;
}

static bool has_type(const struct request *req, const char *type)
{
    const char *given = request_header(req, "Content-Type");
    size_t size = strlen(type);
    return !strncasecmp(given, type, size) && (!given[size] || strchr("; ", given[size]));
}

/* Uploads arrive parsed.  JSON is flattened for the fields; what does not flatten is the handler's. */
static bool read_body(struct request *req, struct err *err)
{
    if (!req->body_raw_size || has_type(req, "multipart/form-data"))
        return true;
    if (has_type(req, "application/x-www-form-urlencoded"))
        return pairs_parse_urlencoded(&req->body, req->body_raw, req->body_raw_size, PAIRS_AT_MOST, err);
    if (has_type(req, "application/json") || has_type(req, "application/merge-patch+json")) {
        req->body_json = req->body_raw;
        req->body_json_size = req->body_raw_size;
        return pairs_parse_json(&req->body, req->body_raw, req->body_raw_size, PAIRS_AT_MOST, err);
    }
    return err_set(err, ERR_INPUT, "web.body_type", "type");
}

static const char *url_escaped(struct request *req, const char *s)
{
    auto_buf out = {0};
    html_url(&out, s);
    return arena_strdup(req->arena, out.data ? out.data : "");
}

/* True when the request may go on; otherwise the reply is made. */
static bool signed_in_enough(struct request *req)
{
    const struct session *s = req->session;
    bool early = req->route->flags & ROUTE_WHEN_LOCKED;
    if (req->route->needs == PERM_PUBLIC || (*s->user_id && (early || (!s->pending && !s->locked))))
        return true;
    const char *page = s->locked ? "/unlock" : "/sign-in";
    if (req->api)
        reply_status(req, 401, s->locked ? "session.locked" : "session.signed_out");
    else if (is_write(req))
        reply_kept(req, s->locked ? KEPT_LOCKED : KEPT_SIGNED_OUT);
    else if (!strcmp(req->target, "/"))
        reply_redirect(req, "%s", page);
    else
        reply_redirect(req, "%s?next=%s", page, url_escaped(req, req->target));
    return false;
}

/* Without a session there is no token; where the write comes from is what is left to check. */
static bool token_fits(struct request *req)
{
    if (!is_write(req) || req->session->token || (req->route->flags & ROUTE_NO_CSRF))
        return true;
    if (!is_same_site(req)) {
        reply_status(req, 403, "web.cross_site");
        return false;
    }
    const char *given = csrf_given(req);
    if (!*req->session->user_id || csrf_fits(given, req->session->csrf_secret) || kept_token_fits(req, given))
        return true;
    if (req->api)
        reply_status(req, 403, "web.csrf");
    else
        reply_kept(req, KEPT_OLD_FORM);
    return false;
}

static bool allowed(struct request *req)
{
    if (role_may(req->session->role, req->route->needs))
        return true;
    reply_status(req, 403, "web.forbidden");
    return false;
}

static void method_not_allowed(struct request *req, unsigned methods)
{
    static const char *const names[] = {"GET, HEAD", "POST", "PUT", "PATCH", "DELETE"};
    auto_buf allow = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (methods & (1u << i))
            buf_printf(&allow, "%s%s", allow.size ? ", " : "", names[i]);
    reply_header(req, "Allow", allow.data);
    reply_status(req, 405, "web.method");
}

static bool find_route(struct request *req)
{
    unsigned methods = 0;
    bool under_api = !strncmp(req->target, "/api/v1", 7);
    req->route = router_match(req->app->router, req->method, req->path, &req->params, &methods);
    if (req->route && (!under_api || (req->route->flags & ROUTE_API)))
        return true;
    if (req->route || !methods)
        reply_status(req, 404, "web.not_found");
    else
        method_not_allowed(req, methods);
    req->route = NULL;
    return false;
}

/* A read is told as soon as it succeeded; a write tells by itself inside its transaction, and one that forgot is told here and
 * counted: a spec holds the count at 0. */
static void audit(struct request *req)
{
    const struct request_audit *a = req->audit;
    if (!req->route->audit || req->status >= 400 || a->appended || !app_store(req->app))
        return;
    if (is_write(req)) {
        atomic_fetch_add(&req->app->metrics.audit_missing, 1);
        log_event(LOG_ERROR, "audit.missing", "action=%s", req->route->audit);
    }
    const struct audit_entry entry = {.user_id = req->session->user_id,
                                      .office_id = req->session->office_id,
                                      .action = req->route->audit,
                                      .object_kind = a->kind,
                                      .object_id = a->id,
                                      .detail = a->detail};
    audit_later(app_store(req->app), &entry);
}

static void log_failure(const struct request *req, const struct err *err)
{
    int status = err_http_status(err->kind);
    if (status >= 500)
        log_event(LOG_ERROR, "request.failed", "route=%s status=%d error=%s detail=\"%s\"", req->route ? req->route->path : "-",
                  status, err->message ? err->message : "", err->detail);
}

static void fail(struct request *req, const struct err *err)
{
    log_failure(req, err);
    req->headers.count = 0;
    reply_error(req, err);
}

static void run(struct request *req)
{
    struct err err = {0};
    if (!req->route->run(req, &err)) {
        if (!err.kind)
            err_set(&err, ERR_BROKEN, "web.internal", "no reason given");
        fail(req, &err);
        return;
    }
    if (!req->status)
        req->status = 200;
    audit(req);
    if (*req->session->user_id && !req->session->pending)
        session_seen(app_store(req->app), req->session, req->arena);
}

/* A PERM_PUBLIC page without a session needs no store; it gets one when there is one. */
static bool open_reader(struct request *req, struct err *err)
{
    struct store *store = app_store(req->app);
    if (store)
        req->db = store_reader(store, err);
    else
        err_set(err, ERR_STORE_AWAY, "store.away", "not opened yet");
    return req->db;
}

static bool host_fits(const struct request *req)
{
    const char *host = request_header(req, "Host");
    size_t name = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    bool numeric = *host == '[' || strspn(host, "0123456789.") == name;
    return !*host || numeric || !strcasecmp(host, req->app->base_host) || (name == 9 && !strncasecmp(host, "localhost", 9));
}

static void serve(struct request *req, const struct err *body_problem)
{
    struct err err = {0}, away = {0};
    if (!dispatch_target(req, &err)) {
        reply_status(req, 400, "web.bad_request");
        return;
    }
    req->api = req->api || strstr(request_header(req, "Accept"), "application/json");
    bool reading = open_reader(req, &away) && find_session(req, &away);
    if (!host_fits(req)) {
        reply_status(req, 421, "web.host");
        return;
    }
    if (!find_route(req))
        return;
    if (!reading && !(req->route->flags & ROUTE_WITHOUT_STORE)) {
        fail(req, &away);
        return;
    }
    if (body_problem || !read_body(req, &err)) {
        fail(req, body_problem ? body_problem : &err);
        return;
    }
    if (signed_in_enough(req) && token_fits(req) && allowed(req))
        run(req);
}

/* The client has this version already. */
static void not_modified(struct request *req)
{
    const char *etag = pairs_get(&req->headers, "ETag"), *have = request_header(req, "If-None-Match");
    if (req->method == GET && req->status == 200 && *etag && *have && strstr(have, etag)) {
        req->status = 304;
        buf_cut(&req->out, 0);
    }
}

static void security_headers(struct request *req)
{
    static const struct pair always[] = {
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
    };
    /* A stream is no document, and each of thousands keeps its headers in memory. */
    bool document = !req->transport->stream;
    for (size_t i = 0; i < (document ? sizeof always / sizeof *always : 1); i++)
        reply_header(req, always[i].name, always[i].value);
    if (document)
        reply_header(req, "Content-Security-Policy", req->app->content_security_policy);
    if (app_config(req->app)->secure_cookie)
        reply_header(req, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    if (!pairs_has(&req->headers, "Cache-Control"))
        reply_header(req, "Cache-Control", "no-store");
}

static void prepare(struct request *req)
{
    pairs_init(&req->params, req->arena);
    pairs_init(&req->query, req->arena);
    pairs_init(&req->headers, req->arena);
    if (!req->body.arena)
        pairs_init(&req->body, req->arena);
    req->audit = NEW(req->arena, struct request_audit);
    request_audit_object(req, NULL, NULL, NULL);
    req->session = &session_nobody;
    req->scope = session_scope(&session_nobody);
    req->today = date_today();
    req->path = "/";
}

void dispatch(struct request *req, const struct err *body_problem)
{
    prepare(req);
    serve(req, body_problem);
    not_modified(req);
    compress_reply(req);
    security_headers(req);
}
