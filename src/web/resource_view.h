/* resource_view.h -- what the templates of a resource's pages see. */
#pragma once
#include "web/resource.h"

struct resource_form_view {
    struct form form;
    const struct resource *resource;
    const char *csrf;
    const char *draft_id, *draft_at, *draft_url; /* an unfinished draft to offer, or NULL */
    const char *last_url, *copied; /* offers to copy one's newest record, or says what came of it; or NULL */
};
void resource_form_fields(struct buf *out, const struct resource_form_view *v);
void resource_form_html(struct buf *out, const void *view);

struct resource_show_view {
    struct request *req;
    const struct resource *resource;
    const void *row;
    const char *id, *csrf, *changed_at, *changed_by;
    long revision;
    bool may_write, may_change;
    const char *why_not; /* sentence when it may not be changed now, or NULL */
    const char *panels;  /* HTML of what other features have to say about it */
};
void resource_show_body(struct buf *out, const struct resource_show_view *v);
void resource_show_html(struct buf *out, const void *view);

/* A record of persons that this user only knows to exist. */
struct resource_masked_view {
    const char *office, *path, *label;
};
void resource_masked_html(struct buf *out, const void *view);

struct history_change {
    const char *label, *before, *after;
};
struct history_entry {
    const char *at, *by, *action;
    long revision;
    struct history_change *changes;
    size_t change_count;
};
struct resource_history_view {
    struct history_entry *entries;
    size_t count;
};
void resource_history_html(struct buf *out, const void *view);
