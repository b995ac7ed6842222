/* page_view.h -- the views of the web floor's own pages. */
#pragma once
#include "base/buf.h"
#include "base/pairs.h"

#include <stdbool.h>
#include <stddef.h>

struct error_view {
    const char *sentence, *advice;
    bool signed_in;
    bool is_stranger; /* nobody signed in, at a page that wants no sign-in */
};
void error_html(struct buf *out, const void *view);
/* ページが見つかりません, for a status of the table in page.c. */
const char *status_title(int status);

struct kept_view {
    const char *sentence, *csrf, *action;
    const char *sign_in_url, *sign_in_label; /* "" when only a second press of the button is needed */
    const struct pair *typed;                /* every field again, without csrf and passwords */
    size_t typed_count;
    const struct pair *shown; /* what of it a person can read: label and value */
    size_t shown_count;
    bool lost_files; /* files cannot be kept: they must be chosen again */
};
void kept_html(struct buf *out, const void *view);
