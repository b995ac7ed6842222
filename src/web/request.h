/* request.h -- one request and its reply.
 *
 * Everything hangs from `req->arena` and goes when the reply has been sent. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/pairs.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/record.h"
#include "store/scope.h"
#include "web/app.h"
#include "web/session.h"

struct table;
/* The server's side of a request; specs put their own in its place. */
struct transport {
    const char *(*header)(const struct transport *t, const char *name); /* NULL when absent */
    const char *address;        /* of the client, numeric */
    struct stream *stream;      /* set by stream_open */
};
/* What this request puts into the audit trail. */
struct request_audit {
    const char *kind, *id, *detail;
    bool appended; /* the handler took the entry for its own write */
};
struct upload {
    const char *name;      /* form name */
    const char *file_name; /* as the browser said, cleaned, without folders */
    const char *path;      /* spooled file, removed after the request unless moved away */
    size_t size;
};

struct request {
    struct app *app;
    struct arena *arena;
    struct db *db;             /* this thread's read connection */
    enum http_method method;
    const char *path;          /* decoded, without query, without "/api/v1" */
    const struct route *route;
    struct pairs params;       /* from the path: ":id" */
    struct pairs query;        /* from the address */
    struct pairs body;         /* from the form or flat JSON */
    const char *body_raw;      /* as it came, NULL for multipart */
    size_t body_raw_size;
    const char *body_json;     /* the raw JSON body, NULL for forms */
    size_t body_json_size;
    struct upload *uploads;
    size_t upload_count;
    bool api;                  /* under /api/v1, or Accept: application/json */
    const struct session *session; /* never NULL; session->user_id "" when nobody is signed in */
    struct scope scope;        /* from the session */
    struct date today;
    struct transport *transport;
    struct request_audit *audit;
    const char *target;        /* path and query as the client wrote them */

    /* reply */
    int status;                /* 200 unless set */
    struct buf out;
    const char *content_type;
    struct pairs headers;
    bool has_file;             /* the body is `file` and not `out`; the server sends and closes it */
    int file;
    long long file_size;
};

const char *request_param(const struct request *req, const char *name); /* "" when absent */
const char *request_query(const struct request *req, const char *name);
bool request_may(const struct request *req, enum permission p);
const char *request_header(const struct request *req, const char *name); /* "" when absent */
const char *request_cookie(const struct request *req, const char *name); /* "" when absent */
/* Client address for lockout, hashed with the app key; never logged in clear. */
const char *request_client(const struct request *req);

void reply_header(struct request *req, const char *name, const char *value);
/* 303 to a path of ours (printf-like; the result must begin with '/'). */
bool reply_redirect(struct request *req, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A flash sentence shown once on the next page (in the session): 「保存しました」; `undo_url` adds an 取り消す button (POST) for ten seconds, or NULL. */
void reply_flash(struct request *req, const char *sentence, const char *undo_url);
/* Page inside the layout.  `body` writes the main part from `view` (a compiled template). */
typedef void page_body_fn(struct buf *out, const void *view);
struct page {
    const char *title;        /* h1 and <title> */
    const char *section;      /* url of the menu item it belongs to */
    const char *script;       /* ES module under assets/, or NULL */
    const char *intro;        /* HTML shown between heading and body, already escaped: a template's output */
    const char *outro;        /* HTML shown below the body, already escaped */
    const char *bar;          /* HTML beside the export menu of a table's page, already escaped */
    const char *description;  /* of a public page, for search engines; or NULL */
    const char *canonical;    /* path under which search engines may list the page; NULL: they are asked not to */
    bool wide, print_only, no_rail; /* no_rail: sign-in and public pages */
    const struct crumb { const char *label, *url; } *crumbs; size_t crumb_count;
};
bool reply_page(struct request *req, const struct page *page, page_body_fn *body, const void *view);
/* A document to show or save; `file_name` NULL shows it in place.  UTF-8 names allowed. */
bool reply_document(struct request *req, const char *content_type, const char *file_name, const void *data, size_t size);
/* The same with a file's content, whatever its size: it is sent from the disk.  ERR_NOT_FOUND "job.file_gone" when it is not there. */
bool reply_file(struct request *req, const char *content_type, const char *file_name, const char *path, struct err *err);
/* The table in the format asked by ?format= (html csv csv-cp932 xlsx pdf svg json) or by the API; html is shown in the layout with the export menu. */
bool reply_table(struct request *req, const struct page *page, const struct table *t);
/* One record as JSON for the API: head and fields; personal members left out unless the scope sees them. */
bool reply_record(struct request *req, int status, const struct record *record, const void *row);
bool reply_json(struct request *req, int status); /* what was written to req->out is JSON */
/* Form problems: for the API an RFC 9457 document with every field's sentence.  Pages render their form again instead. */
bool reply_problems(struct request *req, const struct problems *p);
/* Adds to the route's own audit entry: which object.  The router writes it (read: later; write: inside). */
void request_audit_object(struct request *req, const char *kind, const char *id, const char *detail);
/* The entry of this request for audit_append inside a write. */
struct audit_entry request_audit_entry(const struct request *req, const char *kind, const char *id, const char *detail);
