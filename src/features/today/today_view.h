/* today_view.h -- what the templates of きょう and of the search results are given. */
#pragma once
#include "web/request.h"

struct today_line {
    const char *group; /* first of its group, or NULL */
    const char *title, *detail, *url, *due;
    bool overdue;
};
struct today_view {
    const char *greeting;
    struct today_line *lines;
    size_t count;
    bool may_write;
};

struct search_view {
    const char *words, *csrf;
    const struct search_result *lines; /* those of one group stand together */
    size_t count;
};
