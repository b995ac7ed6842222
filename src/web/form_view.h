/* form_view.h -- what the templates of form controls see; filled by form.c, used by nothing else. */
#pragma once
#include "web/form.h"
#include "web/picker.h"

struct choice {
    const char *code, *label;
    const char *key;     /* digit that picks it, or NULL */
    const char *element; /* id of its input */
    bool checked;
};

struct cell_row;
struct control {
    const struct form *form;
    const struct field *field;
    const char *name;    /* "received_on", "attendees.0.profession" */
    const char *element; /* id of the (first) input: "f-received_on", "f-attendees-0-profession" */
    const char *value;   /* what the input shows */
    const char *time;    /* FIELD_DATETIME: what the second input shows */
    const char *text;    /* FIELD_REF: the words or the label */
    const char *echo;    /* 和暦 as read, "" when unreadable */
    const char *error;   /* sentence, or NULL */
    const char *label_in_cell; /* aria-label inside a table of rows, NULL elsewhere */
    const char *width, *input_mode;
    bool required, maybe_required, many, columns, post;
    long room; /* FIELD_LONG_TEXT: characters left, negative when over */
    struct choice *choices;
    size_t choice_count;
    struct choice *picks; /* FIELD_REF: candidates after a search without script */
    size_t pick_count;
    bool searched;
    const struct field **columns_of; /* FIELD_ROWS */
    size_t column_count;
    struct cell_row *rows;
    size_t row_count;
};
struct cell_row {
    struct control *cells;
};

/* The attributes that tie an input to its help, error and name. */
void form_attributes(struct buf *out, const struct control *c);
/* Label, help and error that stand above an input; nothing inside a table. */
void form_above(struct buf *out, const struct control *c);
/* The input itself. */
void form_input(struct buf *out, const struct control *c);

struct conflict_view {
    const struct control *control;
    const char *mine, *theirs, *theirs_by;
    bool choose_theirs;
};
void form_text_html(struct buf *out, const void *view);
void form_long_text_html(struct buf *out, const void *view);
void form_date_html(struct buf *out, const void *view);
void form_datetime_html(struct buf *out, const void *view);
void form_chips_html(struct buf *out, const void *view);
void form_select_html(struct buf *out, const void *view);
void form_picker_html(struct buf *out, const void *view);
void form_rows_html(struct buf *out, const void *view);
void form_label_html(struct buf *out, const void *view);
void form_begin_html(struct buf *out, const void *view);
void form_end_html(struct buf *out, const void *view);
void form_conflict_html(struct buf *out, const void *view);

struct form_problem {
    const char *element, *sentence; /* element "" when there is nothing to lead to */
};
struct form_begin_view {
    const struct form *form;
    const char *csrf;
    struct form_problem *problems;
    size_t problem_count;
};
