/* audit_log_view.h -- what audit_log.html shows. */
#pragma once
#include <stddef.h>

struct audit_line {
    long long seq;
    const char *at, *user, *office, *action, *action_label, *object_kind, *object_label, *object_id, *object_short, *detail;
};
struct review_line {
    const char *month, *who, *note;
};
struct audit_view {
    const char *csrf, *from, *to, *user, *action, *object, *error;
    const struct audit_line *lines;
    size_t shown;
    const char *first_url, *next_url, *export_url; /* "" without */
    const char *month, *month_label;               /* the month to review: the one before this */
    const struct review_line *reviews;
    size_t review_count;
};
