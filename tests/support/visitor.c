#include "tests/support/visitor.h"

#include "web/app_private.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char *cookie_line(const struct visitor *v)
{
    auto_buf line = {0};
    for (size_t i = 0; i < v->cookies.count; i++)
        if (*v->cookies.items[i].value)
            buf_printf(&line, "%s%s=%s", line.size ? "; " : "", v->cookies.items[i].name, v->cookies.items[i].value);
    return line.data ? arena_strdup(v->arena, line.data) : NULL;
}

static const char *header_of(const struct transport *t, const char *name)
{
    const struct visitor *v = (const struct visitor *)t;
    if (!strcasecmp(name, "Cookie"))
        return cookie_line(v);
    for (size_t i = 0; i < v->request_headers.count; i++)
        if (!strcasecmp(v->request_headers.items[i].name, name))
            return v->request_headers.items[i].value;
    return strcasecmp(name, "Host") ? NULL : "127.0.0.1";
}

struct visitor *visitor_new(struct app *app, struct arena *a)
{
    struct visitor *v = NEW(a, struct visitor);
    v->transport = (struct transport){.header = header_of, .address = "192.0.2.1"};
    v->app = app;
    v->arena = a;
    v->csrf = "";
    pairs_init(&v->cookies, a);
    pairs_init(&v->request_headers, a);
    pairs_init(&v->headers, a);
    return v;
}

struct signing_in {
    struct visitor *v;
    struct session as;
    const char *key;
};

static bool make_session(struct db *db, void *arg, struct err *err)
{
    struct signing_in *s = arg;
    return session_create(db, &s->as, s->v->arena, &s->key, err);
}

static const char *text(const char *s)
{
    return s ? s : "";
}

void visitor_sign_in(struct visitor *v, const struct session *as)
{
    struct signing_in s = {.v = v, .as = *as};
    struct err err = {0};
    s.as.user_id = text(as->user_id), s.as.display_name = text(as->display_name), s.as.membership_id = text(as->membership_id);
    s.as.office_id = text(as->office_id), s.as.office_name = text(as->office_name), s.as.area_code = text(as->area_code);
    s.as.area_name = text(as->area_name), s.as.area_path = text(as->area_path), s.as.ends_at = text(as->ends_at);
    if (!store_write(app_store(v->app), make_session, &s, &err))
        abort();
    pairs_set(&v->cookies, "renkei", s.key);
    const struct session *made = session_find_ended(store_reader(app_store(v->app), &err), s.key, v->arena, &err);
    v->csrf = made->csrf_secret;
}

void visitor_sign_out(struct visitor *v)
{
    v->cookies.count = 0;
    v->csrf = "";
}

void visitor_says(struct visitor *v, const char *name, const char *value)
{
    pairs_set(&v->request_headers, name, value);
}

static void keep_cookie(struct visitor *v, const char *line)
{
    size_t name = strcspn(line, "=");
    const char *value = line + name + 1;
    pairs_set(&v->cookies, arena_strndup(v->arena, line, name), arena_strndup(v->arena, value, strcspn(value, ";")));
}

/* What the server would send from the disk. */
static void take_file(struct request *req)
{
    char piece[65536];
    if (!req->has_file)
        return;
    if (!req->out.size)
        for (ssize_t n; (n = read(req->file, piece, sizeof piece)) > 0;)
            buf_bytes(&req->out, piece, (size_t)n);
    close(req->file);
}

static void take_reply(struct visitor *v, struct request *req)
{
    v->status = req->status;
    v->content_type = text(req->content_type);
    take_file(req);
    v->size = req->out.size;
    v->body = arena_copy(v->arena, req->out.data ? req->out.data : "", req->out.size);
    v->headers = req->headers;
    for (size_t i = 0; i < req->headers.count; i++)
        if (!strcmp(req->headers.items[i].name, "Set-Cookie"))
            keep_cookie(v, req->headers.items[i].value);
    buf_free(&req->out);
}

int visitor_send(struct visitor *v, enum http_method method, const char *target, const char *content_type, const char *body)
{
    struct request req = {.app = v->app,
                          .arena = v->arena,
                          .method = method,
                          .target = target,
                          .transport = &v->transport,
                          .body_raw = body,
                          .body_raw_size = body ? strlen(body) : 0};
    if (content_type)
        visitor_says(v, "Content-Type", content_type);
    dispatch(&req, NULL);
    take_reply(v, &req);
    pairs_init(&v->request_headers, v->arena);
    return v->status;
}

int visitor_get(struct visitor *v, const char *target)
{
    return visitor_send(v, GET, target, NULL, NULL);
}

int visitor_post(struct visitor *v, const char *target, const char *form)
{
    return visitor_send(v, POST, target, "application/x-www-form-urlencoded",
                        arena_printf(v->arena, "csrf=%s&%s", v->csrf, form));
}

int visitor_upload(struct visitor *v, const char *target, const char *name, const char *path)
{
    return visitor_upload_named(v, target, name, path, "file");
}

int visitor_upload_named(struct visitor *v, const char *target, const char *name, const char *path, const char *file_name)
{
    struct stat st = {0};
    stat(path, &st);
    struct upload file = {.name = name, .file_name = file_name, .path = path, .size = (size_t)st.st_size};
    struct request req = {.app = v->app, .arena = v->arena, .method = POST, .target = target, .transport = &v->transport, .uploads = &file,
                          .upload_count = 1};
    visitor_says(v, "Content-Type", "multipart/form-data");
    visitor_says(v, "X-CSRF-Token", v->csrf);
    dispatch(&req, NULL);
    take_reply(v, &req);
    pairs_init(&v->request_headers, v->arena);
    return v->status;
}

const char *visitor_header(const struct visitor *v, const char *name)
{
    return pairs_get(&v->headers, name);
}
