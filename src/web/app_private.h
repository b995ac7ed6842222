/* app_private.h -- the inside of struct app, for src/web only. */
#pragma once
#include "base/arena.h"
#include "web/app.h"
#include "web/metrics.h"
#include "web/router.h"

#include <stdatomic.h>

struct stream_hub;
struct fragments;

struct app {
    struct arena *arena; /* what lives as long as the program; only app_new allocates from it */
    const struct config *config;
    _Atomic(struct store *) store;         /* NULL until the database could be reached the first time */
    const struct feature *const *features; /* as given */
    const struct feature **all;            /* web's own and the given, NULL-terminated */
    struct router *router;
    const struct message *messages;
    size_t message_count; /* in the order of their keys */
    const struct menu_item **menu;
    size_t menu_count; /* in the order shown */
    unsigned char key[32];
    const char *content_security_policy;
    const char *base_host; /* host of the address people use, "city.example:8443" */
    struct stream_hub *streams;
    struct fragments *fragments;
    struct metrics metrics;
};

/* The web floor's own routes, migrations, messages and commands. */
extern const struct feature web_feature;

/* dispatch.c: runs a request whose app, arena, method, target and transport are set, to a full reply; never fails.  The body must
 * have been read, or `body_problem` says why it could not be. */
struct request;
void dispatch(struct request *req, const struct err *body_problem);
/* Sets path (decoded), api and query from req->target.  ERR_INPUT when ill-formed. */
bool dispatch_target(struct request *req, struct err *err);
/* The page or problem document that tells an error. */
void reply_error(struct request *req, const struct err *err);
void reply_status(struct request *req, int status, const char *message);
/* One record as reply_record writes it, for lists. */
struct json;
struct record;
void record_json(struct json *j, const struct request *req, const struct record *record, const void *row);

/* kept.c: a form that arrived with nobody signed in, a locked screen or an old token comes back with everything typed. */
enum kept_reason { KEPT_SIGNED_OUT, KEPT_LOCKED, KEPT_OLD_FORM };
void reply_kept(struct request *req, enum kept_reason why);
/* True when `token` is a resume token that reply_kept gave this session's user for this path. */
bool kept_token_fits(const struct request *req, const char *token);

/* flash.c */
const char *flash_take(struct request *req, const char **ret_undo_url);
