/* daily_log_view.h -- the page of one day; private to this folder. */
#pragma once
#include "features/daily_log/daily_confirmation.h"
#include "web/form.h"

struct calendar_day {
    int day;           /* 0: outside the month */
    const char *iso;
    long count;
    bool is_chosen, is_today, is_holiday, is_confirmed;
};
struct daily_log_view {
    const struct daily_log *log;
    const struct table *table;
    const char *day_label, *month_label;
    const char *before, *after, *month_before, *month_after; /* ISO days */
    const char *office_query;        /* "?office=ID" for those who look after several rooms, or "" */
    struct calendar_day weeks[6][7];
    int week_count;
    const struct form *form;         /* the user's own remarks, or NULL */
    bool may_write;
    struct daily_confirmation confirmation;
    bool may_confirm;
    const char *csrf;
};
void daily_log_page_html(struct buf *out, const void *view);

struct office_choice_view {
    const char *day;
    const struct office *offices;
    size_t count;
};
void daily_log_offices_html(struct buf *out, const void *view);
