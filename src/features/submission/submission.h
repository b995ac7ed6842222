/* submission.h -- 提出: forms 3, 4, 5-8, 10 and 14 from draft to acceptance.
 *
 * Source: forms.md §1 (states, approval, delivery), §2 (due dates); programme.md §6. */
#pragma once
#include "base/date.h"
#include "base/field.h"
#include "features/report/report.h"
#include "web/feature.h"

enum submission_state {
    SUBMISSION_NONE,      /* nothing written yet */
    SUBMISSION_DRAFT,
    SUBMISSION_CONFIRMED, /* by the contractor manager; figures frozen */
    SUBMISSION_SUBMITTED,
    SUBMISSION_RECEIVED,
    SUBMISSION_RETURNED,  /* with a reason; goes on as the next edition's draft */
    SUBMISSION_ACCEPTED,
    SUBMISSION__COUNT
};
const char *submission_state_name(enum submission_state s);  /* "submitted" */
const char *submission_state_label(enum submission_state s); /* 提出済み */

enum due_rule {
    DUE_BUSINESS_DAY, /* the n-th business day after the period */
    DUE_DAYS,         /* n calendar days after the period's last day */
};
struct submission_form {
    int number;            /* 様式3 is 3 */
    const char *title;     /* 実績報告書（月報） */
    enum period_kind period;
    enum due_rule due_rule;
    int due_n;
    const char *delivery;  /* メール・郵送 */
    bool personal;         /* may hold personal data: post or hand only */
    const char *list;      /* page of the records bundled (forms 4-8), or NULL */
    const struct field_set *narrative; /* what is written beside the figures, or NULL */
    /* The tables that 確認 freezes. */
    bool (*build)(const struct report_query *q, struct table **ret_table, struct err *err);
};
extern const struct submission_form submission_forms[];
extern const size_t submission_form_count;
const struct submission_form *submission_form_find(int number); /* NULL when Renkei does not handle it */
struct date submission_due_on(const struct submission_form *form, struct period period);

/* One edition. */
struct submission {
    const char *id, *office_id, *area_code;
    int form_number;
    const char *period;    /* "2024-06", "FY2024-T1", "FY2024" */
    long edition;          /* 1, 訂正版 2, 3 ... */
    enum submission_state state;
    const char *narrative; /* JSON object of the form's narrative fields */
    const char *frozen;    /* frozen.h, "" until confirmed */
    const char *author_id, *confirmed_by, *confirmed_at, *submitted_on, *submit_method, *received_at, *accepted_at;
    const char *return_reason, *correction_reason;
    long revision;
};

/* The newest edition; state SUBMISSION_NONE when there is none yet. */
bool submission_find(struct db *db, const struct scope *scope, const char *office_id, int form, const char *period, struct arena *a,
                     struct submission *ret, struct err *err);
/* A certain edition; ERR_NOT_FOUND. */
bool submission_find_edition(struct db *db, const struct scope *scope, const char *office_id, int form, const char *period, long edition,
                             struct arena *a, struct submission *ret, struct err *err);

/* The newest editions of the periods in the scope, without narrative and frozen figures: one query, whatever the number of offices. */
struct submission_list {
    struct submission *items; /* by office, form and period */
    size_t count;
};
bool submission_list(struct db *db, const struct scope *scope, const char *const *periods, size_t period_count, struct arena *a,
                     struct submission_list *ret, struct err *err);
/* NULL when there is none yet. */
const struct submission *submission_in(const struct submission_list *list, const char *office_id, int form, const char *period);
/* The room has done its part: submitted, received or accepted. */
bool submission_is_handed_in(const struct submission *s);

enum submission_step { STEP_SAVE, STEP_CONFIRM, STEP_UNCONFIRM, STEP_SUBMIT, STEP_RECEIVE, STEP_RETURN, STEP_ACCEPT, STEP_CORRECT, STEP__COUNT };
/* True when the state allows the step. */
bool submission_may(enum submission_state state, enum submission_step step);
/* Takes one step inside a write: checks state and revision, moves on, writes the event.  `s` holds the newest edition as the user saw
 * it (revision) and is updated.  `note`: reason of 差戻し and 訂正, method of 提出.  `frozen` is what STEP_CONFIRM keeps. */
bool submission_step(struct db *db, struct submission *s, enum submission_step step, const char *user_id, const char *note, const char *day,
                     const char *frozen, struct arena *a, struct err *err);

/* T-OSK-18: on-time rate, returned and missing forms. */
bool submission_statistics(const struct report_query *q, struct table **ret_table, struct err *err);

/* The text of a table as it stands at 確認; frozen.h reads it back. */
const char *frozen_write(const struct table *t, struct arena *a);
extern const struct feature submission_feature;
