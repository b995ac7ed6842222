/* resource_list.h -- a list as asked for in the address: filters, words, order, page.  Shared by the list page and its exports. */
#pragma once
#include "store/query.h"
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
    const char *few;               /* ids that hold the words, JSON; NULL: without words, or too many to name */
    long long most;                /* rows are counted up to here: LIST_COUNT_MOST, less for words that very many rows hold */
    long long total;               /* rows there are, at most `most` + 1 */
};

/* False only when the store fails. */
bool list_read(struct list *l, struct request *req, const struct resource *r, struct err *err);
bool list_count(struct list *l, struct err *err);
/* Starts the query of the rows, in order, `limit` from `offset`; with the fields of the columns only, or whole. */
enum list_fields { FIELDS_OF_COLUMNS, FIELDS_ALL };
struct rows *list_rows(struct list *l, enum list_fields fields, long long limit, long long offset, struct arena *a, struct err *err);
/* The list's own address with one member of the query replaced (or left out when `value` is NULL); page goes back to 1. */
const char *list_url(const struct list *l, const char *name, const char *value);
/* The same, leaving out one value of a name that may occur several times. */
const char *list_url_without(const struct list *l, const char *name, const char *value);
/* True when the export was written to the reply. */
bool list_export(struct list *l, const char *format, struct err *err);

struct filter_chip {
    const char *label, *remove_url;
};
struct list_view {
    struct list *list;
    const struct resource *resource;
    struct rows *rows;
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
