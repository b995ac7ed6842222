/* gathering_pages.h -- the door to both lists, and what is held today; private to this folder. */
#pragma once
#include "features/gathering/gathering.h"

struct gathering_line {
    const char *url, *day, *time, *name, *place, *kind;
};
struct gathering_lines {
    struct gathering_line *items;
    size_t count;
};
struct gathering_view {
    struct gathering_lines coming, past;
    const char *month; /* 令和6年11月 */
    long long meetings, community_care_meetings, trainings;
    const char *period; /* "2024-11" for the lists behind the figures */
    bool may_write;
};
void gathering_index_html(struct buf *out, const void *view);
bool gathering_page(struct request *req, struct err *err);
bool gathering_today(struct request *req, struct today_list *list, struct err *err);
