/* submission_view.h -- what the templates of the submission pages are given. */
#pragma once
#include "features/submission/frozen.h"
#include "features/submission/submission.h"
#include "web/form.h"
#include "web/request.h"

enum board_step { BOARD_RUNNING, BOARD_OPEN, BOARD_LATE, BOARD_HANDED_IN, BOARD__COUNT };
struct board_cell {
    const char *url, *state, *status_class; /* status-ok, status-warn, status-late, "" */
    const char *due;                        /* 期限 R6.12.6 */
    enum board_step step;
};
struct board_line {
    const char *title, *detail;
    struct board_cell *cells;
    size_t cell_count;
    const char *summary; /* of a room: ■期限切れ 2　●提出済み 6 */
};
/* A form that waits for the bureau to receive it. */
struct waiting_line {
    const char *place, *period, *form, *submitted_on, *url;
};
/* Forms of one room and period that are past their day. */
struct late_line {
    const char *place, *period, *period_id, *forms, *url, *due_on, *due, *age; /* due_on ISO; age 「12日すぎ」 */
    const char *office_id;
};
struct board_view {
    const char *lead;
    const char *month, *month_label, *previous, *next; /* period ids */
    const char **heads;
    size_t head_count;
    struct board_line *lines;
    size_t line_count;
    size_t late_count;
    struct late_line *late;   /* the bureau: all of them, the latest day first */
    size_t late_lines;
    bool by_room;             /* a line is a room, not a form */
    struct waiting_line *waiting;
    size_t waiting_count;
    bool show_waiting;        /* came for them */
};

struct submission_event_line {
    const char *at, *who, *what, *note;
};
struct submission_view {
    struct request *req;
    const struct submission_form *form;
    const struct submission *s;
    const char *office_name, *period_label, *number, *due_label, *state_label, *status_class;
    const char *base_url;      /* /submissions/3/2024-06 */
    const char *office_query;  /* "" or "?office=ID" */
    const char *csrf;
    bool can_write, can_confirm, can_unconfirm, can_submit, can_receive, can_return, can_accept, can_correct, late;
    bool can_print_sheets, has_narrative; /* has_narrative: something was written by hand */
    const struct form *narrative; /* NULL when there is nothing to write now */
    const struct field_set *narrative_set;
    const void *narrative_row;
    struct frozen_change *changes;   /* 確定後の変更, or against the edition before */
    size_t change_count;
    const char *changes_title;
    struct submission_event_line *events;
    size_t event_count;
    const char *records_url;   /* the bundle's records, or NULL */
    const char *earlier_url;   /* the edition before, or NULL */
    bool narrative_refused;    /* what was typed into it is shown again */
    const char *problem;       /* a refused step's sentence, or NULL */
};
