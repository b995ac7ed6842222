/* resource_export.c -- a list as a file.  CSV is written row by row; the rest goes through one table (output/table.h). */
#include "base/text.h"
#include "output/csv.h"
#include "output/table.h"
#include "web/resource_inside.h"
#include "web/resource_list.h"

#include <string.h>

enum { EXPORT_MOST = 100000, PAPER_MOST = 2000 };

/* CSV and Excel carry every field; paper carries what the list shows. */
static struct list_column *every_field(const struct resource *r, struct arena *a, size_t *ret_count)
{
    struct list_column *columns = NEW_ARRAY(a, r->record->set->count, struct list_column);
    for (size_t i = 0; i < r->record->set->count; i++)
        columns[i].field = r->record->set->fields[i].name;
    *ret_count = r->record->set->count;
    return columns;
}

struct exporting {
    struct list list;
    struct resource shape; /* the resource with the columns of this export */
    struct list_head *heads;
    struct arena *step;    /* reset after each row */
};

static void begin(struct exporting *e, const struct list *l, bool paper)
{
    e->list = *l;
    e->shape = *l->resource;
    if (!paper)
        e->shape.columns = every_field(l->resource, l->req->arena, &e->shape.column_count);
    e->list.resource = &e->shape;
    e->list.sorted = NULL;
    e->heads = list_heads(&e->list);
    e->list = *l;
}

/* The cell's text is made in the row's own arena, so that 100,000 rows cost the memory of one. */
static const char *cell_text(struct exporting *e, size_t i, const void *row)
{
    return list_cell(e->list.req, &e->shape.columns[i], &e->heads[i], row);
}

static bool too_many(struct err *err)
{
    return err_set(err, ERR_INPUT, "resource.too_many_rows", "more than %d", EXPORT_MOST);
}

static void csv_head(struct buf *out, const struct exporting *e)
{
    for (size_t i = 0; i < e->shape.column_count; i++)
        csv_cell(out, e->heads[i].label, i == 0);
    csv_end_row(out);
}

static bool csv_rows(struct buf *out, struct exporting *e, size_t *ret_count, struct err *err)
{
    struct request *req = e->list.req;
    struct arena *whole = req->arena;
    auto_rows *rows = list_rows(&e->list, FIELDS_ALL, EXPORT_MOST + 1, 0, NULL, err);
    void *row = resource_row(e->list.resource, whole);
    size_t count = 0;
    while (rows && rows_next(rows) && count <= EXPORT_MOST) {
        req->arena = e->step;
        record_read(rows, e->list.resource->record, row, e->step);
        resource_mask(req, e->list.resource, row);
        for (size_t i = 0; i < e->shape.column_count; i++)
            csv_cell(out, cell_text(e, i, row), i == 0);
        csv_end_row(out);
        req->arena = whole;
        arena_reset(e->step);
        count++;
    }
    *ret_count = count;
    return rows && !rows_failed(rows) && (count <= EXPORT_MOST || too_many(err));
}

static const char *file_name(const struct list *l, const char *extension)
{
    return arena_printf(l->req->arena, "%s_%s.%s", l->resource->label, date_iso(l->req->arena, l->req->today), extension);
}

static bool export_csv(struct exporting *e, bool cp932, struct err *err)
{
    struct request *req = e->list.req;
    auto_buf utf8 = {0};
    size_t count = 0;
    auto_arena *step = arena_new();
    e->step = step;
    if (!cp932)
        buf_text(&utf8, "\xEF\xBB\xBF");
    csv_head(&utf8, e);
    if (!csv_rows(&utf8, e, &count, err))
        return false;
    request_audit_object(req, e->list.resource->audit, "", arena_printf(req->arena, "format=%s rows=%zu", cp932 ? "csv-cp932" : "csv", count));
    buf_cut(&req->out, 0);
    if (cp932)
        text_to_cp932(&req->out, utf8.data, utf8.size);
    else
        buf_bytes(&req->out, utf8.data, utf8.size);
    return reply_document(req, table_format_type(cp932 ? TABLE_CSV_CP932 : TABLE_CSV), file_name(&e->list, "csv"), req->out.data, req->out.size);
}

static void table_columns(struct table *t, const struct exporting *e)
{
    for (size_t i = 0; i < e->shape.column_count; i++) {
        const struct list_head *h = &e->heads[i];
        table_column(t, h->field ? h->field->name : e->shape.columns[i].field, h->label, h->number ? COLUMN_NUMBER : COLUMN_TEXT, NULL);
    }
}

static struct cell cell_of(struct exporting *e, size_t i, const void *row)
{
    const struct field *f = e->heads[i].field;
    if (!f || f->type != FIELD_INT || (e->heads[i].personal && !e->list.req->scope.sees_personal))
        return CELL_OF_TEXT(cell_text(e, i, row));
    long n = *(const long *)(const void *)((const char *)row + f->offset);
    return n == FIELD_BLANK ? (struct cell){.kind = CELL_BLANK} : CELL_OF_INT(n);
}

static bool table_rows(struct table *t, struct exporting *e, long long most, struct err *err)
{
    struct request *req = e->list.req;
    auto_rows *rows = list_rows(&e->list, FIELDS_ALL, most + 1, 0, NULL, err);
    while (rows && rows_next(rows) && (long long)t->row_count <= most) {
        void *row = resource_row(e->list.resource, req->arena);
        record_read(rows, e->list.resource->record, row, req->arena);
        resource_mask(req, e->list.resource, row);
        struct row *cells = table_row(t, ROW_PLAIN, head_in(row)->id);
        for (size_t i = 0; i < e->shape.column_count; i++)
            cells->cells[i] = cell_of(e, i, row);
    }
    return rows && !rows_failed(rows);
}

/* Paper stops at a number of rows and says so; a file that lacks rows would be taken for whole, so it is refused. */
static bool fits(struct table *t, bool paper, long long most, struct err *err)
{
    if ((long long)t->row_count <= most)
        return true;
    if (!paper)
        return too_many(err);
    t->row_count = (size_t)most;
    table_note(t, "先頭の%lld件だけを載せています。全部は Excel か CSV で書き出してください。", most);
    return true;
}

static bool export_table(struct exporting *e, enum table_format format, bool shown, struct err *err)
{
    struct request *req = e->list.req;
    bool paper = format == TABLE_PDF;
    long long most = paper ? PAPER_MOST : EXPORT_MOST;
    struct table *t = table_new(req->arena, e->list.resource->audit, e->list.resource->label);
    t->subtitle = e->list.period.kind == PERIOD_NONE ? "" : period_label(req->arena, e->list.period);
    t->as_of = arena_printf(req->arena, "%s 現在", utc_to_local_label(req->arena, now_utc(req->arena)));
    t->landscape = true;
    table_columns(t, e);
    if (!table_rows(t, e, most, err) || !fits(t, paper, most, err))
        return false;
    request_audit_object(req, e->list.resource->audit, "",
                         arena_printf(req->arena, "format=%s rows=%zu", table_format_extension(format), t->row_count));
    buf_cut(&req->out, 0);
    return table_write(t, format, &req->out, err) &&
           reply_document(req, table_format_type(format), shown ? NULL : file_name(&e->list, table_format_extension(format)), req->out.data,
                          req->out.size);
}

bool list_export(struct list *l, const char *format, struct err *err)
{
    struct exporting e = {0};
    bool print = !strcmp(format, "print");
    enum table_format f = print ? TABLE_PDF : table_format_from(format);
    if (f != TABLE_CSV && f != TABLE_CSV_CP932 && f != TABLE_XLSX && f != TABLE_PDF)
        return err_set(err, ERR_INPUT, "resource.bad_format", "format");
    begin(&e, l, f == TABLE_PDF);
    if (l->bad)
        return err_set(err, ERR_INPUT, "resource.bad_filter", "path=%s", l->resource->path);
    return f == TABLE_CSV || f == TABLE_CSV_CP932 ? export_csv(&e, f == TABLE_CSV_CP932, err) : export_table(&e, f, print, err);
}
