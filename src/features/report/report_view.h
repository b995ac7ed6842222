/* report_view.h -- what the templates of the report pages are given. */
#pragma once
#include "features/area/area.h"
#include "features/report/report.h"
#include "web/request.h"

struct report_choice {
    const char *value, *label;
    bool chosen;
};
struct report_link {
    const char *group; /* first of its group, or NULL */
    const char *title, *summary, *url;
};
struct report_index_view {
    const char *area_name;
    struct report_link *links;
    size_t link_count;
};
struct report_page_view {
    const char *id;
    const char *previous_url, *previous_label, *next_url, *next_label;
    struct report_choice *areas, *periods;
    size_t area_count, period_count;
};
