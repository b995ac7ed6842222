/* vacancy_view.h -- what the templates of the vacancy pages show. */
#pragma once
#include "features/office_link/office_link.h"
#include "features/vacancy/vacancy.h"
#include "web/form.h"

struct vacancy_line {
    const char *url, *name, *service, *area, *phone, *status, *night, *weekend, *slots, *conditions, *from, *age;
    const char *channel, *note, *asked; /* call list: how the office likes to be asked, when it was asked */
    bool is_stale;
};
struct vacancy_choice {
    const char *code, *label;
    bool chosen;
};
struct vacancy_select {
    const char *name, *label, *all; /* all: words of the choice without a condition, NULL without */
    const struct vacancy_choice *choices;
    size_t count;
};
void vacancy_select_html(struct buf *out, const void *view);

struct vacancy_board_view {
    const char *freshness; /* 7日以内に確認 12件中9件（75.0%） */
    const struct vacancy_select *selects;
    size_t select_count;
    const struct vacancy_line *lines;
    size_t count;
    long long total;
    const char *previous_url, *next_url; /* "" without */
    const char *csrf;
    bool may_write, may_set, is_filtered;
    const struct vacancy_export { const char *label, *url; } *exports; size_t export_count;
};

struct vacancy_event {
    const char *at, *words, *how, *undone, *id; /* id: of an answer */
};
struct vacancy_link_line {
    const char *id, *kind, *state, *ends;
    bool works;
};
struct vacancy_show_view {
    struct request *req;
    const char *id, *csrf, *base, *name, *service, *area, *phone, *status, *night, *weekend, *slots, *conditions, *from, *age, *until;
    bool known, is_stale, may_write, may_mail, mail_is_set;
    const struct form *form, *contact;
    const struct vacancy_event *events; size_t event_count;
    const struct vacancy_link_line *links; size_t link_count;
    const struct vacancy_event *calls; size_t call_count;
};

struct vacancy_public_view {
    struct request *req;
    const char *token, *csrf, *form_id, *name, *status, *night, *weekend, *slots, *conditions, *age, *until;
    const char *problem; /* sentence when something must be written, "" */
    bool answered, is_stale, open; /* open: the details are unfolded */
    const struct form *form;
};
struct vacancy_done_view {
    const char *token, *csrf, *report_id, *name, *status, *until, *slots, *conditions;
    bool undone, again; /* again: the link may be used for another answer */
};
struct vacancy_panel_view {
    const char *url, *status, *night, *weekend, *conditions, *age;
    bool is_stale, may_write;
};
struct vacancy_days_line {
    const char *service, *label, *days;
    bool wrong;
};
struct vacancy_settings_view {
    const char *csrf, *problem; /* problem "" */
    const struct vacancy_days_line *lines;
    size_t count;
};
struct vacancy_calls_view {
    const char *csrf, *mail_state, *more; /* more: words when not all fit, "" */
    const struct vacancy_group { const char *title, *lead, *empty; const struct vacancy_line *lines; size_t count; const char *sheet; } *groups;
    size_t group_count;
    bool may_write, has_lines;
};
