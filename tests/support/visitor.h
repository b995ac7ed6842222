/* visitor.h -- somebody who visits the pages in a spec, without sockets: the real routes, sessions, checks and handlers.
 *
 *   struct visitor *v = visitor_new(app, arena);
 *   visitor_sign_in(v, &(struct session){.user_id = "U-1", .role = ROLE_COORDINATOR, .office_id = "O-1"});
 *   visitor_get(v, "/consultations");            v->status, v->body, visitor_header(v, "Location")
 *   visitor_post(v, "/consultations", "channel=phone&received_at=2024-11-29T10:00");   the CSRF token is added
 * Cookies are kept as a browser keeps them.  A spec links `visitor` and, for the store, `world`. */
#pragma once
#include "web/app.h"
#include "web/request.h"

struct visitor {
    struct transport transport; /* first */
    struct app *app;
    struct arena *arena;
    struct pairs cookies;
    struct pairs request_headers; /* of the next request only */
    const char *csrf;             /* of the session; "" signed out */
    int status;
    const char *body, *content_type;
    size_t size;
    struct pairs headers;
};

struct visitor *visitor_new(struct app *app, struct arena *a);
/* Makes a session with these members (those left NULL become "") and keeps its cookie. */
void visitor_sign_in(struct visitor *v, const struct session *as);
void visitor_sign_out(struct visitor *v); /* forgets the cookies */
/* A header of the next request. */
void visitor_says(struct visitor *v, const char *name, const char *value);
int visitor_get(struct visitor *v, const char *target);
/* `form`: URL-encoded fields without csrf. */
int visitor_post(struct visitor *v, const char *target, const char *form);
int visitor_send(struct visitor *v, enum http_method method, const char *target, const char *content_type, const char *body);
/* Sends a file as a browser's form does; it may be moved away. */
int visitor_upload(struct visitor *v, const char *target, const char *name, const char *path);
int visitor_upload_named(struct visitor *v, const char *target, const char *name, const char *path, const char *file_name);
const char *visitor_header(const struct visitor *v, const char *name);
