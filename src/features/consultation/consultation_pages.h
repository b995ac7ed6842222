/* consultation_pages.h -- the sheet's own pages beside what the resource makes; private to this folder. */
#pragma once
#include "features/consultation/consultation.h"

/* An earlier sheet as it stands beside the form and under the sheet. */
struct earlier_sheet {
    const char *id, *number, *day, *outcome, *content, *summary;
    bool is_open;
};
struct earlier_sheets {
    struct earlier_sheet *items;
    size_t count;
};
/* What helps while somebody is on the phone; everything within the user's scope. */
struct consultation_context {
    bool asked;                   /* something was known to look up */
    struct earlier_sheets person; /* sheets of the chosen person */
    const char *organisation;     /* name of the chosen organisation, "" for none */
    const char *organisation_detail, *organisation_url; /* address, telephone, fax; its page */
    struct earlier_sheets from_organisation;
    const struct same_name { const char *id, *name, *detail; } *same_names; /* registered people with this kana or name */
    size_t same_name_count;
};
bool consultation_context_read(struct request *req, const char *patient_id, const char *org_id, const char *name,
                               const char *except_id, struct consultation_context *ret, struct err *err);
void consultation_context_html(struct buf *out, const void *view);

struct consultation_show {
    struct request *req;
    const struct consultation *row;
    const struct progress_entry *progress; size_t progress_count;
    const struct reopening *reopenings;    size_t reopening_count;
    struct earlier_sheets earlier;
    const struct field_set *details;       /* the sheet's fields that are not shown above */
    bool may_write, is_open, personal;
};
void consultation_show_html(struct buf *out, const void *view);
void consultation_quick_form(struct buf *out, const struct consultation_show *v);
void consultation_reopen_form(struct buf *out, const struct consultation_show *v);
/* 令和6年11月30日(土) */
const char *consultation_day(const char *iso, const struct request *req);

/* The quick form 「経過を追加」: one contact, and what it changes. */
struct quick_progress {
    const char *contact_on, *contact_at, *text, *outcome, *reason_unresolved, *next_action, *next_action_on;
};
extern const struct field_set quick_progress_set, reopen_set;

void consultation_form_body(struct buf *out, const struct form *f);
void consultation_form_aside(struct buf *out, const struct form *f);
void consultation_show_body(struct buf *out, struct request *req, const void *row);
void consultation_show_actions(struct buf *out, struct request *req, const void *row);
bool consultation_print(struct request *req, const void *row, struct paper **sheets, struct err *err);
bool consultation_blank_page(struct request *req, struct err *err);
bool consultation_context_page(struct request *req, struct err *err);
bool consultation_progress_page(struct request *req, struct err *err);
bool consultation_reopen_page(struct request *req, struct err *err);
bool consultation_today(struct request *req, struct today_list *list, struct err *err);

/* The resource's parts inside a write (consultation_save.c). */
bool consultation_compute(struct db *db, struct save *s, struct err *err);
bool consultation_after_save(struct db *db, struct save *s, struct err *err);
