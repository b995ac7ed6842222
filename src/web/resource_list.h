/* resource_list.h -- a list as asked for in the address: filters, words, order, page.  Shared by the list page and its exports. */
#pragma once
#include "store/query.h"
#include "store/search.h"
#include "web/fragments.h"
#include "web/resource.h"

enum { LIST_PAGE_ROWS = 50, LIST_COUNT_MOST = 10000 };

struct list {
    struct request *req;
    const struct resource *resource;
    const char *words, *search_id; /* free text, "" without */
    struct period period;          /* of day_column; PERIOD_NONE: all */
    bool period_is_default;
    const struct list_column *sorted; /* NULL: the resource's order */
    bool descending;
    long page;                     /* from 1 */
    const char *bad;               /* sentence about a condition that could not be read, or NULL */
    struct search_plan plan;       /* where there are words: how their rows are found */
    long long most;                /* rows are counted up to here: LIST_COUNT_MOST, less for words that very many rows hold */
    const struct record_part *part; /* set by list_rows: the fields it asked for, NULL for whole records */
    long long total;               /* rows there are, at most `most` + 1 */
};

/* False only when the store fails. */
bool list_read(struct list *l, struct request *req, const struct resource *r, struct err *err);
bool list_count(struct list *l, struct err *err);
/* Rows before this page. */
long long list_offset(const struct list *l);
/* Starts the query of the rows, in order, `limit` from `offset`; with the fields of the columns only, or whole, or with those that tell a
 * changed row (resource.kept_by). */
enum list_fields { FIELDS_OF_COLUMNS, FIELDS_ALL, FIELDS_OF_CHANGE };
struct rows *list_rows(struct list *l, enum list_fields fields, long long limit, long long offset, struct arena *a, struct err *err);
/* The current row of the last list_rows; `a` NULL as in record_read. */
void list_read_row(const struct list *l, const struct rows *rows, void *row, struct arena *a);
/* The list's own address with one member of the query replaced (or left out when `value` is NULL); page goes back to 1. */
/* FILTER_WITHIN: a period, or "FIRST..LAST". */
bool list_days(const char *text, struct period *ret);
const char *list_url(const struct list *l, const char *name, const char *value);
/* The same, leaving out one value of a name that may occur several times. */
const char *list_url_without(const struct list *l, const char *name, const char *value);
/* True when the export was written to the reply. */
bool list_export(struct list *l, const char *format, struct err *err);

/* One page's rows: those kept from before, or else read and written anew, and then kept. */
struct list_page {
    struct list *list;
    enum list_fields fields;
    bool any;                         /* there is a row */
    struct fragment_key *keys, common; /* NULL: nothing is kept of such rows */
    size_t count;                     /* of keys */
    const struct record_part *change; /* what the keys are made of */
    struct rows *rows;                /* NULL while the keys are enough */
};
/* Counts the list's rows too. */
bool list_page_open(struct list_page *p, struct list *l, enum list_fields fields, struct err *err);
void list_page_close(struct list_page *p);
typedef void list_row_fn(struct buf *out, const struct list *l, const void *row, const void *arg);
bool list_page_write(struct list_page *p, struct buf *out, list_row_fn *write, const void *arg, const char *between, struct err *err);
list_row_fn list_write_row;  /* HTML; `arg`: the heads */
list_row_fn list_write_json;

struct filter_chip {
    const char *label, *remove_url;
};
struct list_view {
    struct list *list;
    const struct resource *resource;
    struct list_page *page;
    struct err *err;     /* why the rows could not be written */
    const char *csrf, *count, *query; /* query: filters to keep when words are searched */
    struct filter_chip *chips;
    size_t chip_count;
    struct list_head *heads; /* one for each column of the resource */
    bool may_write, masked, any;
    const char *previous_url, *next_url; /* NULL without */
    const char *page_label; /* 2 / 25 */
    const struct export_link { const char *label, *url; } *exports; size_t export_count;
};
struct list_head {
    const struct field *field; /* NULL for a computed column */
    const char *label, *sort_url, *order; /* sort_url NULL: cannot be sorted; order: "ascending", "descending" or "" */
    bool number, personal;
};
/* What stands in one cell for this user. */
const char *list_cell(struct request *req, const struct list_column *column, const struct list_head *head, const void *row);
struct list_head *list_heads(struct list *l);
/* Pieces the template asks for. */
void list_filter_fields(struct buf *out, const struct list_view *v);
void list_table_rows(struct buf *out, const struct list_view *v);
void resource_list_html(struct buf *out, const void *view);
