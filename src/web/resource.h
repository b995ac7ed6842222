/* resource.h -- list, show, new, edit, save, delete, undo, draft, conflict, export and API for any record, from tables.
 *
 * A feature describes its record once; the pages look alike because they are one mechanism.  Routes made for a resource at PATH
 * (HTML, and JSON under /api/v1):
 *   GET  PATH                list: filters in the address, ?page ?sort ?format=csv|csv-cp932|xlsx|pdf|json; free-text search goes by
 *   POST PATH/search         POST to an opaque ?s=ID (kept per user for a day), so that no person's name stands in an address
 *   GET  PATH/new            form; ?from=ID copies from another record, ?from=last from one's own newest; offers the newest draft
 *   POST PATH                create (idempotent by id)
 *   GET  PATH/:id            show; API: the record with ETag = revision
 *   GET  PATH/:id/edit       form
 *   POST PATH/:id            save (API: PUT/PATCH with If-Match or "revision"); stale: both versions side by side, choose or merge
 *   POST PATH/:id/delete     with ten seconds of undo
 *   POST PATH/:id/undelete
 *   GET  PATH/:id/print      the paper as PDF (struct resource.print)
 *   GET  PATH/:id/history    who changed which field from what to what
 * The router adds them for every resource a feature lists. */
#pragma once
#include "store/record.h"
#include "store/tally.h"
#include "web/feature.h"
#include "web/form.h"
#include "web/request.h"

struct paper;

enum filter_kind {
    FILTER_CODE,      /* `codes`; several values allowed in the address: any of them */
    FILTER_CODES,     /* the column holds a blank-separated list */
    FILTER_FROM,      /* date, column >= */
    FILTER_TO,        /* date, column <= */
    FILTER_TEXT,      /* exact id or code */
    FILTER_YES,       /* present = 1: the fragment has no value */
    FILTER_AREA,      /* area code: the area and below */
    FILTER_PERIOD,    /* "2024-06", "FY2024-T1": column between */
    FILTER_WITHIN,    /* such a period, or two days "2024-04-01..2024-06-30"; only for addresses that figures open */
};
struct list_filter {
    const char *name, *label;
    enum filter_kind kind;
    const char *codes;
    const char *column;   /* literal SQL expression, "c.channel"; FILTER_YES: a whole condition, " AND c.follow_up_due <> ''";
                             FILTER_WITHIN: one with two ?, the first and the last day */
};
struct list_column {
    const char *field;    /* field name, or "" with `text` */
    const char *label;    /* NULL: the field's */
    const char *sort;     /* literal ORDER BY expression when it can be sorted, or NULL */
    const char *(*text)(struct request *req, const void *row); /* computed column, or NULL */
    const char *uses;      /* fields that `text` looks at, blank-separated, besides the day and whether it may see persons; NULL: anything, so that lists
                              load whole records and keep no row */
    bool personal;        /* a computed column that tells about a person: masked for who may not see */
};

/* What a save is about, for the resource's own part inside the write. */
struct save {
    const struct resource *resource;
    const struct request *req;
    void *row;             /* new values; head filled */
    const void *old;       /* NULL on create */
    struct arena *arena;
    bool is_delete, is_undelete;
    const char *user_id;   /* who saves; set by resource_save */
    const void *saved;     /* result of resource_save: the row as it stands now */
    bool others_stay;      /* compute saw that after_save need not look at other records */
};

struct resource {
    const char *path;              /* "/consultations" */
    const char *label;             /* 相談 */
    const char *audit;             /* "consultation": labels become consultation.view, .save, .delete, .list */
    const struct record *record;
    enum permission read, write;
    const struct list_filter *filters; size_t filter_count;
    const struct list_column *columns; size_t column_count;
    const char *order;             /* default ORDER BY, literal, " ORDER BY c.received_at DESC, c.id DESC" */
    const char *day_column;        /* "c.received_at": for default year filter and drill-down by period, or NULL */
    const char *empty;             /* empty list: what to do */
    bool shared;                   /* rows belong to everybody who may read the resource (the directory), not to an office: no scope */
    const char *(*home)(const void *row, struct arena *a); /* where a saved record is read; NULL: PATH/ID */
    /* Rows of lists are kept between requests by id, revision, moment of the change and these fields, blank-separated: the only ones
     * that are ever changed otherwise than by a save of their record.  NULL: rows are made each time. */
    const char *kept_by;

    /* What a new form takes over from the newest record of the same person at work (?from=last): fields, blank-separated; "" all that a copy
     * takes; NULL: not offered. */
    const char *copies_last;
    void (*defaults)(struct request *req, void *row);      /* a new form */
    /* Fills COMPUTED members from the rest before saving (numbers, minutes, fiscal year).  Runs inside the write and may query. */
    bool (*compute)(struct db *db, struct save *s, struct err *err);
    /* The facts counted from a row (pure); old ones are taken away and new ones added by the mechanism.  NULL: not counted. */
    void (*facts)(const void *row, struct facts *f);
    const char *counted; /* the measure, without basis, that counts every row once in the month of `day_column`, so that lists need not; or NULL */
    /* Anything else that must happen in the same transaction. */
    bool (*after_save)(struct db *db, struct save *s, struct err *err);
    /* Refuses a change: frozen month, other office.  Asked before form and before save. */
    bool (*may_change)(struct request *req, const void *row, struct err *err);

    void (*form_body)(struct buf *out, const struct form *f); /* NULL: form_all */
    void (*form_aside)(struct buf *out, const struct form *f); /* context on the right, or NULL */
    void (*show_body)(struct buf *out, struct request *req, const void *row); /* NULL: form_show */
    void (*list_actions)(struct buf *out, struct request *req); /* extra buttons above the list, or NULL */
    void (*show_actions)(struct buf *out, struct request *req, const void *row); /* extra buttons, or NULL */
    /* Draws the record as a sheet: into a new document when *sheets is NULL, else as a further sheet.  NULL: not printed. */
    bool (*print)(struct request *req, const void *row, struct paper **sheets, struct err *err);
    const char *(*title)(const void *row, struct arena *a); /* no personal data: goes to <title> and crumbs */
};

/* The routes of a resource, for the router; `route.resource` points back.  They live in `a`. */
struct route *resource_routes(const struct resource *r, struct arena *a, size_t *ret_count);
/* The resource whose `audit` is `kind`, or NULL. */
const struct resource *resource_find(const struct app *app, const char *kind);
/* Saved searches, versions of records, and the sentences of this mechanism. */
extern const struct feature resource_feature;

/* For features' own handlers and imports: the same save as the form's (compute, record, facts, search, after_save, audit) inside a
 * write of the caller.  `row` has head.id set; head.revision 0 creates.  `s->row` itself is not touched (a write may run twice): hooks get a
 * copy, and `s->saved` is that copy as stored.  With `is_delete` the row, as it stands with its revision, is taken away with the same lock. */
bool resource_save(struct db *db, struct save *s, const char *user_id, struct err *err);
/* Reading only: every standing row's facts, a batch at a time gathered by office and area.  `batch` (or NULL) after each with the number of
 * its rows. */
struct resource_facts_sink {
    bool (*facts)(void *arg, const char *office_id, const char *area_code, const struct facts *f, struct err *err);
    bool (*batch)(void *arg, long long rows, struct err *err);
    void *arg;
};
bool resource_facts(struct db *db, const struct resource *r, const struct resource_facts_sink *sink, struct err *err);
/* Drops and recounts every fact of the resource from its rows; `renkei verify --recount` compares first. */
bool resource_recount(struct db *db, const struct resource *r, struct err *err);
