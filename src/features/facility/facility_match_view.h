/* facility_match_view.h -- what the page of pairs that may be the same shows. */
#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h> /* the template compares tabs */

struct match_field {
    const char *label, *first, *second;
    const char *mark, *mark_class; /* ＝同じ, ≠ちがう, 片方だけ */
    const char *merged, *merged_from;
};
struct match_line {
    const char *url, *first, *second, *reason, *state, *decided;
    long score;
    bool may_undo;
    const char *facility_id, *other_id;
};
struct match_view {
    const char *csrf, *tab;          /* open, later, decided */
    long long open, later, decided;
    bool has_pair;
    const char *facility_id, *other_id, *state, *reason, *said; /* said: of an earlier decision */
    const char *first_source, *second_source;
    bool first_listed, second_listed;
    long score;
    const struct match_field *fields;
    size_t field_count;
    struct match_line *others;       /* what comes next, or was decided */
    size_t line_count;
};
void facility_match_html(struct buf *out, const void *view);

struct source_line {
    const char *source, *name, *release, *attribution;
    bool is_listed, is_leading;
    const char *facility_id, *other_id; /* of a decided pair, "" without */
};
struct source_panel_view {
    const char *csrf;
    const struct source_line *lines;
    size_t count;
    const char *filled;              /* what comes from whom, a sentence; "" */
    bool may_part;
};
void facility_source_panel_html(struct buf *out, const void *view);
