/* form.h -- fields on a page: label above, 必須 in text, help line, input that fits the type, sentence beside it.
 *
 * Works without JavaScript; app.js adds search-as-you-type for pickers and long lists, era echo for dates, digit keys for chips, autosave,
 * adding rows.  The names in the page are the fields' names. */
#pragma once
#include "base/buf.h"
#include "base/field.h"
#include "web/request.h"

struct pick;

struct form {
    struct request *req;
    const struct field_set *set;
    const void *row;              /* values shown when `typed` is NULL */
    const struct pairs *typed;    /* what came in, shown again as it was */
    const struct problems *problems; /* or NULL */
    const char *action;           /* where it is sent */
    const char *id;               /* record id; hidden */
    long revision;                /* hidden; 0 for a new record */
    const char *draft;            /* key for autosave ("consultation/ID"), NULL without */
    const char *draft_saved_at;   /* shown when the form was filled from a draft */
    const void *theirs;           /* conflict: the saved row of the other person, shown beside */
    const char *theirs_by, *theirs_at;
    const char *submit_label;     /* 保存する */
    const char *const *frequent;  /* codes most used by this office, first in long lists; NULL-terminated or NULL */
    const struct pairs *base;     /* conflict: the stored texts this form started from, or NULL: who changed a field decides what is chosen first */
    const char *pick_field;       /* FIELD_REF whose candidates are shown to choose from, or NULL */
    const struct pick *picks;
    size_t pick_count;
    const char *more_rows;        /* FIELD_ROWS that was asked for more blank rows, or NULL */
};

/* What the controls sent, brought to what field_parse takes: NAME and NAME_time become one DATETIME; a NAME_text that was changed after
 * choosing takes the old choice away.  A reference that was typed but not chosen adds its sentence to `problems` (may be NULL). */
void form_gather(struct request *req, const struct field_set *set, struct pairs *in, struct problems *problems);
/* True when the body was sent by a button inside the form (探す, 行を追加) and not to save: show the form again.  Fills f->pick_field, picks
 * and more_rows. */
bool form_asks_more(struct request *req, struct form *f);
/* How many rows of a FIELD_ROWS were sent: the highest number in "NAME.N.member" plus one; at most 1,000. */
size_t form_typed_rows(const struct pairs *in, const char *name);

void form_begin(struct buf *out, const struct form *f);  /* <form>, CSRF, id, revision, error summary, conflict banner */
void form_field(struct buf *out, const struct form *f, const char *name);
void form_section(struct buf *out, const struct form *f, const char *first_field); /* the fields from this one to the next section, in a fieldset */
void form_all(struct buf *out, const struct form *f);    /* every section */
void form_end(struct buf *out, const struct form *f);    /* buttons, saved state */
/* The values read-only as a description list (show pages, print view); blank fields left out when `skip_blank`. */
/* One value as a person reads it: field_display, with the label of what a reference points to and 「（空欄）」 for nothing. */
const char *form_value(const struct request *req, const struct field *f, const void *row);
void form_show(struct buf *out, const struct request *req, const struct field_set *set, const void *row, bool skip_blank);
/* For small forms without the choice of versions: what somebody else saved meanwhile is told beside each field that differs; the form goes
 * out again with the new revision, so that saving once more is a decision. */
void form_tell_conflict(struct problems *p, const struct field_set *set, const void *mine, const void *theirs, struct arena *a);
