/* resource_list_page.c -- a list as a page and for the API. */
#include "base/code_list.h"
#include "base/count.h"
#include "base/json.h"
#include "base/text.h"
#include "web/app_private.h"
#include "web/html.h"
#include "web/picker.h"
#include "web/resource_inside.h"
#include "web/resource_list.h"

#include <string.h>

/* Page beyond which OFFSET would make the store walk too far: the person is asked to narrow. */
enum { LAST_PAGE = LIST_COUNT_MOST / LIST_PAGE_ROWS, PAGE_BYTES = 100 * 1000 /* usually enough */ };

static const char *thousands(struct arena *a, long long n)
{
    auto_buf b = {0};
    html_int(&b, n);
    return arena_strdup(a, b.data);
}

static const char *count_text(const struct list *l, long long shown)
{
    struct arena *a = l->req->arena;
    if (!l->total)
        return "0件";
    long long first = (long long)(l->page - 1) * LIST_PAGE_ROWS + 1;
    const char *total = l->total > l->most ? arena_printf(a, "%s件以上", thousands(a, l->most))
                                                   : arena_printf(a, "%s件", thousands(a, l->total));
    return arena_printf(a, "全%s中 %s–%s件", total, thousands(a, first), thousands(a, first + shown - 1));
}

/* Heads and cells. */

struct list_head *list_heads(struct list *l)
{
    const struct resource *r = l->resource;
    struct list_head *heads = NEW_ARRAY(l->req->arena, r->column_count + 1, struct list_head);
    for (size_t i = 0; i < r->column_count; i++) {
        const struct list_column *c = &r->columns[i];
        struct list_head *h = &heads[i];
        h->field = c->field && *c->field ? field_find(r->record->set, c->field) : NULL;
        h->label = c->label ? c->label : h->field ? h->field->label : "";
        h->number = h->field && h->field->type == FIELD_INT;
        h->personal = c->personal || (h->field && h->field->flags & FIELD_PERSONAL);
        bool now = l->sorted == c;
        h->order = now ? (l->descending ? "descending" : "ascending") : "";
        if (c->sort)
            h->sort_url = list_url(l, "sort", arena_printf(l->req->arena, "%s%s", now && !l->descending ? "-" : "", c->field));
    }
    return heads;
}

/* Filter chips: what narrows the list now, each with the address without it. */

static void add_chip(struct list_view *v, const char *label, const char *value, const char *remove_url)
{
    struct arena *a = v->list->req->arena;
    v->chips[v->chip_count++] = (struct filter_chip){arena_printf(a, *value ? "%s: %s" : "%s", label, value), remove_url};
}

static const char *area_name(struct request *req, const char *code)
{
    struct err ignored = {0};
    const char *name = db_text(req->db, req->arena, &ignored, "SELECT name FROM area WHERE code = $1", TEXT(code));
    return name ? name : code;
}

static const char *filter_value(struct request *req, const struct list_filter *f, const char *value)
{
    struct date d;
    struct period p;
    switch (f->kind) {
    case FILTER_CODE:
    case FILTER_CODES: return f->codes ? code_label(f->codes, value) : value;
    case FILTER_FROM:
    case FILTER_TO: return date_parse(value, req->today, &d) ? date_wareki_plain(req->arena, d) : value;
    case FILTER_AREA: return area_name(req, value);
    case FILTER_PERIOD: return period_parse(value, &p) ? period_label(req->arena, p) : value;
    case FILTER_WITHIN:
        if (!list_days(value, &p))
            return value;
        return p.kind != PERIOD_NONE ? period_label(req->arena, p)
                                     : arena_printf(req->arena, "%sから%s", date_wareki_plain(req->arena, p.first), date_wareki_plain(req->arena, p.last));
    case FILTER_TEXT: return "指定したもの";
    case FILTER_YES: break;
    }
    return "";
}

static void add_filter_chips(struct list_view *v, const struct list_filter *f)
{
    struct list *l = v->list;
    bool own_period = l->resource->day_column && !strcmp(f->name, "period");
    for (size_t i = 0; !own_period && i < l->req->query.count; i++) {
        const struct pair *p = &l->req->query.items[i];
        if (!strcmp(p->name, f->name) && *p->value)
            add_chip(v, f->label, filter_value(l->req, f, p->value), list_url_without(l, p->name, p->value));
    }
}

static void fill_chips(struct list_view *v)
{
    struct list *l = v->list;
    v->chips = NEW_ARRAY(l->req->arena, l->req->query.count + 3, struct filter_chip);
    if (l->period.kind != PERIOD_NONE)
        add_chip(v, "期間", period_label(l->req->arena, l->period), list_url(l, "period", "all"));
    if (*l->words)
        add_chip(v, "言葉", l->words, list_url(l, "s", NULL));
    for (size_t i = 0; i < l->resource->filter_count; i++)
        add_filter_chips(v, &l->resource->filters[i]);
}

/* The filter form: a field for each filter, shown as any form shows it. */

static void period_option(struct buf *out, const struct list *l, struct period p)
{
    struct arena *a = l->req->arena;
    const char *id = period_id(a, p);
    bool chosen = l->period.kind == p.kind && !date_compare(l->period.first, p.first);
    html_raw(out, "<option value=\"");
    html_text(out, id);
    html_raw(out, "\"");
    if (chosen)
        html_raw(out, " selected");
    html_raw(out, ">");
    html_text(out, period_label(a, p));
    html_raw(out, "</option>");
}

static void period_options(struct buf *out, const struct list *l)
{
    struct period year = period_of(PERIOD_YEAR, l->req->today), month = period_of(PERIOD_MONTH, l->req->today);
    if (l->period.kind == PERIOD_TRIMESTER || l->period.kind == PERIOD_DAY ||
        (l->period.kind != PERIOD_NONE && date_days_between(l->period.first, l->req->today) > 365))
        period_option(out, l, l->period);
    for (int i = 0; i < 5; i++, year = period_before(year))
        period_option(out, l, year);
    for (int i = 0; i < 12; i++, month = period_before(month))
        period_option(out, l, month);
}

static void period_field(struct buf *out, const struct list *l)
{
    struct fragments *kept = l->req->app->fragments;
    struct fragment_key key;
    fragment_key_begin(&key, 'P');
    fragment_key_bytes(&key, &l->req->today, sizeof l->req->today);
    fragment_key_number(&key, l->period.kind);
    fragment_key_bytes(&key, &l->period.first, sizeof l->period.first);
    if (fragment_write(kept, &key, out))
        return;
    size_t from = out->size;
    html_raw(out, "<div class=\"field\"><label class=\"field-label\" for=\"f-period\">期間</label>"
                  "<select class=\"input\" id=\"f-period\" name=\"period\"><option value=\"all\">すべての期間</option>");
    period_options(out, l);
    html_raw(out, "</select></div>\n");
    fragment_keep(kept, &key, out->data + from, out->size - from);
}

static void area_field(struct buf *out, const struct list *l, const struct list_filter *f)
{
    struct request *req = l->req;
    struct err ignored = {0};
    if (req->scope.kind == SCOPE_OFFICE)
        return;
    auto_rows *rows = db_query(req->db, NULL, &ignored,
                               "SELECT code, name FROM area WHERE parent_code = $1 AND retired_on = '' ORDER BY code LIMIT 100",
                               TEXT(req->scope.area_code));
    html_raw(out, "<div class=\"field\"><label class=\"field-label\" for=\"f-");
    html_text(out, f->name);
    html_raw(out, "\">");
    html_text(out, f->label);
    html_raw(out, "</label><select class=\"input\" id=\"f-");
    html_text(out, f->name);
    html_raw(out, "\" name=\"");
    html_text(out, f->name);
    html_raw(out, "\"><option value=\"\">すべて</option>");
    while (rows && rows_next(rows)) {
        html_raw(out, "<option value=\"");
        html_text(out, rows_text(rows, 0));
        html_raw(out, "\"");
        if (!strcmp(rows_text(rows, 0), request_query(req, f->name)))
            html_raw(out, " selected");
        html_raw(out, ">");
        html_text(out, rows_text(rows, 1));
        html_raw(out, "</option>");
    }
    html_raw(out, "</select></div>\n");
}

static void yes_field(struct buf *out, const struct list *l, const struct list_filter *f)
{
    html_raw(out, "<div class=\"field\"><div class=\"chips\"><label class=\"chip\"><input type=\"checkbox\" value=\"1\" name=\"");
    html_text(out, f->name);
    html_raw(out, "\"");
    if (*request_query(l->req, f->name))
        html_raw(out, " checked");
    html_raw(out, "><span class=\"chip-label\">");
    html_text(out, f->label);
    html_raw(out, "</span></label></div></div>\n");
}

static void hidden(struct buf *out, const char *name, const char *value)
{
    if (!*value)
        return;
    html_raw(out, "<input type=\"hidden\" name=\"");
    html_text(out, name);
    html_raw(out, "\" value=\"");
    html_text(out, value);
    html_raw(out, "\">\n");
}

static void plain_field(struct buf *out, const struct list *l, const struct list_filter *f, enum field_type type)
{
    struct field field = {.name = f->name, .label = f->label, .type = type, .codes = f->codes};
    struct field_set set = {.name = "filters", .label = "", .fields = &field, .count = 1};
    struct form form = {.req = l->req, .set = &set, .typed = &l->req->query};
    form_field(out, &form, f->name);
}

static void filter_field(struct buf *out, const struct list *l, const struct list_filter *f)
{
    switch (f->kind) {
    case FILTER_CODE:
    case FILTER_CODES: plain_field(out, l, f, FIELD_CODES); break;
    case FILTER_FROM:
    case FILTER_TO: plain_field(out, l, f, FIELD_DATE); break;
    case FILTER_AREA: area_field(out, l, f); break;
    case FILTER_YES: yes_field(out, l, f); break;
    case FILTER_WITHIN:
    case FILTER_TEXT: hidden(out, f->name, request_query(l->req, f->name)); break;
    case FILTER_PERIOD:
        if (strcmp(f->name, "period"))
            plain_field(out, l, f, FIELD_TEXT);
        break;
    }
}

static bool is_asked(const struct list *l, const struct list_filter *f)
{
    for (size_t i = 0; i < l->req->query.count; i++)
        if (!strcmp(l->req->query.items[i].name, f->name) && *l->req->query.items[i].value)
            return true;
    return false;
}

/* Filters that nobody has filled look the same to everybody, as long as the program runs; an area's choices are the reader's own. */
static bool is_blank_for_all(const struct list *l, const struct list_filter *f)
{
    return !is_asked(l, f) && (f->kind != FILTER_AREA || l->req->scope.kind == SCOPE_OFFICE);
}

/* From `f` on as many as are blank, at once. */
static size_t blank_fields(struct buf *out, const struct list *l, const struct list_filter *f, size_t most)
{
    struct fragments *kept = l->req->app->fragments;
    struct fragment_key key;
    size_t count = 0;
    while (count < most && is_blank_for_all(l, &f[count]))
        count++;
    fragment_key_begin(&key, 'F');
    fragment_key_bytes(&key, &f, sizeof f);
    fragment_key_number(&key, (long long)count);
    fragment_key_number(&key, l->req->scope.kind == SCOPE_OFFICE);
    if (!count || fragment_write(kept, &key, out))
        return count;
    size_t from = out->size;
    for (size_t i = 0; i < count; i++)
        filter_field(out, l, &f[i]);
    fragment_keep(kept, &key, out->data + from, out->size - from);
    return count;
}

void list_filter_fields(struct buf *out, const struct list_view *v)
{
    const struct list *l = v->list;
    const struct resource *r = l->resource;
    hidden(out, "s", l->search_id);
    hidden(out, "sort", request_query(l->req, "sort"));
    if (r->day_column)
        period_field(out, l);
    for (size_t i = 0; i < r->filter_count;) {
        i += blank_fields(out, l, &r->filters[i], r->filter_count - i);
        if (i < r->filter_count)
            filter_field(out, l, &r->filters[i++]);
    }
}

/* The page. */

static void fill_exports(struct list_view *v)
{
    static const struct {
        const char *format, *label;
    } formats[] = {{"xlsx", "Excel"}, {"csv", "CSV（UTF-8）"}, {"csv-cp932", "CSV（Shift_JIS）"}, {"pdf", "PDF"}, {"print", "印刷"}};
    struct export_link *links = NEW_ARRAY(v->list->req->arena, COUNT(formats), struct export_link);
    for (size_t i = 0; i < COUNT(formats); i++) {
        const char *url = list_url(v->list, "format", formats[i].format);
        links[i] = (struct export_link){formats[i].label, url};
    }
    v->exports = links;
    v->export_count = COUNT(formats);
}

static void fill_pager(struct list_view *v)
{
    struct list *l = v->list;
    struct arena *a = l->req->arena;
    long long pages = (l->total + LIST_PAGE_ROWS - 1) / LIST_PAGE_ROWS;
    if (pages > LAST_PAGE)
        pages = LAST_PAGE;
    if (l->page > 1)
        v->previous_url = list_url(l, "page", arena_printf(a, "%ld", l->page - 1));
    if (l->page < pages)
        v->next_url = list_url(l, "page", arena_printf(a, "%ld", l->page + 1));
    v->page_label = l->total > l->most ? arena_printf(a, "%ld ページ目", l->page) : arena_printf(a, "%ld / %lld ページ", l->page, pages);
}

static const char *kept_query(const struct list *l)
{
    const char *url = list_url(l, "s", NULL), *query = strchr(url, '?');
    return query ? query + 1 : "";
}

void list_table_rows(struct buf *out, const struct list_view *v)
{
    list_page_write(v->page, out, list_write_row, v->heads, "", v->err);
}

static bool write_html(struct list *l, struct list_page *page, struct err *err)
{
    struct request *req = l->req;
    const struct resource *r = l->resource;
    struct err failed = {0};
    struct list_view v = {.list = l, .resource = r, .page = page, .err = &failed, .csrf = req->session->csrf, .query = kept_query(l)};
    v.any = page->any;
    long long shown = l->total - list_offset(l);
    v.count = v.any ? count_text(l, shown < LIST_PAGE_ROWS ? shown : LIST_PAGE_ROWS) : "0件";
    v.heads = list_heads(l);
    v.may_write = request_may(req, r->write);
    v.masked = !resource_sees(req, r);
    fill_chips(&v);
    fill_exports(&v);
    fill_pager(&v);
    req->status = l->bad ? 422 : 200;
    buf_reserve(&req->out, PAGE_BYTES);
    reply_page(req, &(struct page){.title = r->label, .section = r->path, .wide = true}, resource_list_html, &v);
    if (failed.kind)
        *err = failed;
    return !failed.kind;
}

static bool list_html(struct list *l, struct err *err)
{
    struct list_page page;
    bool done = list_page_open(&page, l, FIELDS_OF_COLUMNS, err) && write_html(l, &page, err);
    list_page_close(&page);
    return done;
}

static void write_json(struct list *l, struct list_page *page, struct err *err)
{
    struct request *req = l->req;
    bool more = l->total > (long long)l->page * LIST_PAGE_ROWS && l->page < LAST_PAGE;
    const char *next = more ? list_url(l, "page", arena_printf(req->arena, "%ld", l->page + 1)) : NULL;
    struct json j;
    buf_reserve(&req->out, PAGE_BYTES);
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_key(&j, "items");
    json_open(&j, '[');
    list_page_write(page, &req->out, list_write_json, NULL, ",", err);
    json_close(&j, ']');
    json_pair_int(&j, "total", l->total > l->most ? l->most : l->total);
    json_key(&j, "total_is_at_least");
    json_bool(&j, l->total > l->most);
    json_pair(&j, "next", next);
    json_close(&j, '}');
    if (next)
        reply_header(req, "Link", arena_printf(req->arena, "<%s>; rel=\"next\"", next));
}

static bool list_json(struct list *l, struct err *err)
{
    struct list_page page;
    struct err failed = {0};
    bool open = list_page_open(&page, l, FIELDS_ALL, err);
    if (open && l->bad)
        err_set(&failed, ERR_INPUT, "resource.bad_filter", "path=%s", l->resource->path);
    else if (open)
        write_json(l, &page, &failed);
    list_page_close(&page);
    if (failed.kind)
        *err = failed;
    return open && !failed.kind && reply_json(l->req, 200);
}

bool resource_list_page(struct request *req, struct err *err)
{
    struct list l;
    const char *format = request_query(req, "format");
    if (!list_read(&l, req, req->route->resource, err))
        return false;
    if (l.page > LAST_PAGE)
        l.page = LAST_PAGE;
    request_audit_object(req, req->route->resource->audit, "", "");
    if (*format && strcmp(format, "html") && strcmp(format, "json"))
        return list_export(&l, format, err);
    if (!req->api && strcmp(format, "json"))
        return list_html(&l, err);
    return list_json(&l, err);
}
