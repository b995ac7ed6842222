/* feature.h -- what one capability adds to the program: its tables.
 *
 * features/features.c lists the features; the server, the command line, the migrations, the menu, the API description, the
 * permission test and the help are made from these tables and from nothing else. */
#pragma once
#include "base/config.h"
#include "base/err.h"
#include "store/store.h"
#include "web/permission.h"

#include <stdbool.h>
#include <stddef.h>

struct app;
struct arena;
struct request;
struct field_set;
struct resource;
struct picker;
struct report;

enum http_method { GET, POST, PUT, PATCH, DELETE };

/* A handler fills the reply and returns true, or returns false with err set: the router then shows the error page (or problem
 * document) that fits err->kind.  Handlers run on worker threads and may wait. */
typedef bool handler_fn(struct request *req, struct err *err);

enum route_flag {
    ROUTE_API = 1,      /* also at /api/v1 + path, and in openapi.json */
    ROUTE_STREAM = 2,   /* server-sent events; the handler registers a listener and returns */
    ROUTE_UPLOAD = 4,   /* multipart body spooled to a file, see request.h */
    ROUTE_WHEN_LOCKED = 8, /* reachable with a locked screen */
    ROUTE_WITHOUT_STORE = 32, /* answers also while the database is away; req->db may be NULL */
    ROUTE_NO_CSRF = 16, /* only for bearer-token and one-time-link POSTs; the test lists them all */
};

struct route {
    enum http_method method;
    const char *path;            /* "/consultations/:id"; fixed words win over ":name" */
    enum permission needs;
    handler_fn *run;
    const char *audit;           /* label in the audit trail, or NULL for what holds no personal data */
    unsigned flags;
    const char *summary;         /* one Japanese line for openapi.json and the permission page */
    const struct field_set *body; /* fields of the body for openapi.json, or NULL */
    const struct resource *resource; /* set by resource_routes for the routes it makes, else NULL */
};

struct command {
    const char *name;      /* "report", "user add": up to two words */
    const char *arguments; /* "ID --area CODE --period P --format F" */
    const char *help;      /* one English line */
    /* argv[0] is the first argument after the name.  Returns the exit code: 0 done, 1 refused, 2 usage, 3 no data. */
    int (*run)(const struct config *config, int argc, char **argv);
};

struct message {
    const char *key, *sentence; /* err.message and its Japanese sentence: what is wrong and what to do */
};

/* A line of きょう, the start page. */
struct today_item {
    const char *group;   /* 期限 / 下書き / 確認待ち ... */
    const char *title, *detail, *url, *due_on; /* due_on ISO or "" */
    bool overdue;
};
struct today_list {
    struct arena *arena;
    struct today_item *items;
    size_t count, room;
};
void today_add(struct today_list *list, struct today_item item);

/* A line of the search page; `group` heads the lines of one kind. */
struct search_result {
    const char *group, *title, *detail, *url;
};
struct search_results {
    struct arena *arena;
    struct search_result *items;
    size_t count, room;
};
void search_add(struct search_results *list, struct search_result result);

/* A place in the rail, or, with `under`, a tab on the pages of the place with that url. */
struct menu_item {
    int order;
    const char *label, *url, *icon; /* icon: name of an SVG symbol in assets/icons.svg */
    enum permission needs;
    const char *under; /* url of the place in the rail whose tab this is, or NULL */
};

/* A part of another feature's page about one record: an entry of the directory shows its vacancy and the people to call. */
struct buf;
struct panel {
    const char *kind; /* whose page: "facility", "meeting"; "facilities": the list, id "" */
    int order;        /* smaller stands higher */
    /* Writes HTML (a section), nothing when there is nothing to show to this viewer.  The page's own permission was checked, no other. */
    bool (*show)(struct buf *out, struct request *req, const char *id, struct err *err);
};
/* Every feature's panels of that kind, in their order. */
bool panels_show(struct buf *out, struct request *req, const char *kind, const char *id, struct err *err);
/* How errors below a path of the feature's own are told, when programs there expect a form of their own (FHIR: OperationOutcome). */
struct error_shape {
    const char *under; /* "/fhir" */
    void (*reply)(struct request *req, int status, const char *sentence); /* sets status, content type and out */
};

/* Long work; see job.h. */
struct job_kind;

struct feature {
    const char *name;
    const struct route *routes;           size_t route_count;
    const struct migration *migrations;   size_t migration_count;
    const struct command *commands;       size_t command_count;
    const struct message *messages;       size_t message_count;
    const struct menu_item *menu;         size_t menu_count;
    const struct job_kind *jobs;          size_t job_count;
    const struct resource *const *resources; size_t resource_count; /* generic list/form/API handling, see resource.h */
    const struct picker *pickers;         size_t picker_count; /* see picker.h */
    const struct panel *panels;           size_t panel_count;
    const struct report *reports;         size_t report_count; /* published tables, see features/report/report.h */
    bool (*today)(struct request *req, struct today_list *list, struct err *err); /* or NULL */
    const struct error_shape *errors;     /* or NULL: a page, or a problem document for the API */
    /* What the search box of every page finds besides the records of resources; words are cleaned and not empty.  Or NULL. */
    bool (*search)(struct request *req, const char *words, struct search_results *list, struct err *err);
    /* Small work that nobody asks for (reminders, mail): one thread calls it about once a minute; it does nothing when nothing is due and bears
     * being called on several nodes at once.  Or NULL. */
    bool (*chore)(struct app *app, struct arena *a, struct err *err);
    bool (*demo)(struct store *store, struct err *err); /* adds its part of `init --demo`, in the order of features.c; or NULL */
};

/* The sentence of an error key: the features' messages, then the floors' own; a general one when the key is unknown.  Also for commands,
 * which have no app. */
const char *feature_message(const struct feature *const *features, const char *key);

/* The NULL-terminated list in features/features.c, given to app_new. */
typedef const struct feature *const feature_list[];
