/* resource_rows.c -- the rows of a list's page, as HTML and as JSON: taken as they were written before where their records have not
 * changed since. */
#include "base/json.h"
#include "base/text.h"
#include "web/app_private.h"
#include "web/form.h"
#include "web/fragments.h"
#include "web/html.h"
#include "web/resource_inside.h"
#include "web/resource_list.h"

#include <string.h>

static bool is_masked(const struct request *req, const struct list_head *head)
{
    return head->personal && !req->scope.sees_personal;
}

const char *list_cell(struct request *req, const struct list_column *column, const struct list_head *head, const void *row)
{
    if (is_masked(req, head))
        return "（非表示）";
    if (column->text)
        return column->text(req, row);
    if (!head->field || !*field_text(head->field, row, req->arena))
        return "";
    bool reference = head->field->type == FIELD_REF || head->field->type == FIELD_REFS;
    return reference ? form_value(req, head->field, row) : field_display(head->field, row, req->arena);
}

/* Names, short words and record numbers (R6-北-6-0012) are not broken over lines. */
static bool stays_whole(const char *text)
{
    enum { SHORT = 8, NUMBER = 20 };
    size_t bytes = strlen(text), length = text_length(text);
    return length <= SHORT || (length <= NUMBER && strchr(text, '-') && text[bytes - 1] >= '0' && text[bytes - 1] <= '9');
}

static void write_cell(struct buf *out, const struct list *l, const struct list_head *heads, size_t i, const char *url, const void *row)
{
    const struct list_head *h = &heads[i];
    html_raw(out, "<td");
    const char *text = list_cell(l->req, &l->resource->columns[i], h, row);
    if (h->number)
        html_raw(out, " class=\"number\"");
    else if (is_masked(l->req, h))
        html_raw(out, " class=\"nowrap masked\"");
    else if (stays_whole(text))
        html_raw(out, " class=\"nowrap\"");
    html_raw(out, " data-label=\"");
    html_text(out, h->label);
    html_raw(out, "\">");
    if (url) {
        html_raw(out, "<a class=\"row-link\" href=\"");
        html_href(out, url);
        html_raw(out, "\">");
        html_text(out, *text ? text : "（空欄）");
        html_raw(out, "</a>");
    } else {
        html_text(out, text);
    }
    html_raw(out, "</td>");
}

void list_write_row(struct buf *out, const struct list *l, const void *row, const void *heads)
{
    const char *url = resource_home(l->resource, row, l->req->arena);
    html_raw(out, "<tr data-href=\"");
    html_href(out, url);
    html_raw(out, "\">");
    for (size_t i = 0; i < l->resource->column_count; i++)
        write_cell(out, l, heads, i, i == 0 ? url : NULL, row);
    html_raw(out, "</tr>\n");
}

void list_write_json(struct buf *out, const struct list *l, const void *row, const void *nothing)
{
    struct json j;
    (void)nothing;
    json_init(&j, out);
    record_json(&j, l->req, l->resource->record, row);
}

/* A reference shows what another record is called now. */
static bool tells_only_itself(const struct resource *r)
{
    for (size_t i = 0; i < r->column_count; i++) {
        const struct list_column *c = &r->columns[i];
        const struct field *f = c->field && *c->field ? field_find(r->record->set, c->field) : NULL;
        if ((c->text && !c->uses) || (f && (f->type == FIELD_REF || f->type == FIELD_REFS)))
            return false;
    }
    return true;
}

static bool may_keep(const struct resource *r, enum list_fields fields)
{
    return r->kept_by && (fields == FIELDS_ALL || tells_only_itself(r));
}

/* What every row of this page has in common. */
static void begin_key(struct fragment_key *key, const struct list_page *p)
{
    const struct request *req = p->list->req;
    fragment_key_begin(key, p->fields == FIELDS_ALL ? 'J' : 'R');
    fragment_key_text(key, p->list->resource->audit);
    fragment_key_bytes(key, &req->today, sizeof req->today);
    fragment_key_number(key, req->scope.sees_personal);
}

static void row_key(struct fragment_key *key, const struct list_page *p, const void *row)
{
    const struct record_head *head = head_in(row);
    *key = p->common;
    fragment_key_text(key, head->id);
    fragment_key_text(key, head->changed_at);
    fragment_key_number(key, head->revision);
    for (size_t i = 0; i < p->change->count; i++)
        fragment_key_text(key, field_text(p->change->fields[i], row, p->list->req->arena));
}

/* Reads the keys of the page out of the rows from `first` on; how many rows there were. */
static bool read_keys(struct list_page *p, long long first, long long limit, long long *ret_rows, struct err *err)
{
    struct list *l = p->list;
    long long at = first, page = list_offset(l);
    auto_rows *rows = list_rows(l, FIELDS_OF_CHANGE, limit, first, NULL, err);
    void *row = resource_row(l->resource, l->req->arena);
    p->change = l->part;
    begin_key(&p->common, p);
    p->keys = NEW_ARRAY(l->req->arena, LIST_PAGE_ROWS, struct fragment_key);
    for (; rows_next(rows); at++) {
        if (at < page || at >= page + LIST_PAGE_ROWS)
            continue;
        list_read_row(l, rows, row, NULL);
        row_key(&p->keys[p->count++], p, row);
    }
    p->any = p->count;
    *ret_rows = at;
    return !rows_failed(rows);
}

/* Rows that hold words are found once, and counted on the way. */
static bool read_found(struct list_page *p, struct err *err)
{
    struct list *l = p->list;
    return read_keys(p, 0, l->most + 1, &l->total, err);
}

/* A page that is not full is the last one, and tells how many there are.  How an area's rows are found best depends on their number. */
static bool read_and_count(struct list_page *p, struct err *err)
{
    struct list *l = p->list;
    long long rows;
    bool first = l->req->scope.kind != SCOPE_OFFICE;
    if ((first && !list_count(l, err)) || !read_keys(p, list_offset(l), LIST_PAGE_ROWS, &rows, err))
        return false;
    if (!first && p->count && p->count < LIST_PAGE_ROWS)
        l->total = rows;
    else if (!first)
        return list_count(l, err);
    return true;
}

static bool ask_rows(struct list_page *p, struct err *err)
{
    p->rows = list_rows(p->list, p->fields, LIST_PAGE_ROWS, list_offset(p->list), NULL, err);
    p->any = rows_next(p->rows);
    return !rows_failed(p->rows);
}

bool list_page_open(struct list_page *p, struct list *l, enum list_fields fields, struct err *err)
{
    *p = (struct list_page){.list = l, .fields = fields};
    if (may_keep(l->resource, fields))
        return l->plan.narrows ? read_found(p, err) : read_and_count(p, err);
    return list_count(l, err) && ask_rows(p, err);
}

void list_page_close(struct list_page *p)
{
    rows_close(p->rows);
    p->rows = NULL;
}

/* The key is made again from the row that is written: since the keys were asked for, another may stand in its place. */
static void keep(const struct list_page *p, const struct fragment_key *key, const struct buf *out, size_t from)
{
    if (p->keys)
        fragment_keep(p->list->req->app->fragments, key, out->data + from, out->size - from);
}

static void write_rows(struct list_page *p, struct buf *out, list_row_fn *write, const void *arg, const char *between)
{
    struct list *l = p->list;
    struct fragment_key key = {0};
    void *row = resource_row(l->resource, l->req->arena);
    for (bool first = true; p->any; first = false, p->any = rows_next(p->rows)) {
        list_read_row(l, p->rows, row, NULL);
        if (p->keys)
            row_key(&key, p, row);
        buf_text(out, first ? "" : between);
        size_t from = out->size;
        resource_mask(l->req, l->resource, row);
        write(out, l, row, arg);
        keep(p, &key, out, from);
    }
}

bool list_page_write(struct list_page *p, struct buf *out, list_row_fn *write, const void *arg, const char *between, struct err *err)
{
    if (p->keys && fragment_write_all(p->list->req->app->fragments, p->keys, p->count, between, out))
        return true;
    if (!p->rows && !ask_rows(p, err))
        return false;
    write_rows(p, out, write, arg, between);
    return !rows_failed(p->rows);
}
