/* page.c -- replies inside the layout: pages, tables, records, problems, errors. */
#include "base/date.h"
#include "base/json.h"
#include "output/table.h"
#include "web/app_private.h"
#include "web/asset.h"
#include "web/html.h"
#include "web/layout_view.h"
#include "web/page_view.h"
#include "web/request.h"

#include <string.h>

/* The place in the rail that a page with this section belongs to: the section itself, or what its tab stands under. */
static const char *place_of(const struct app *app, const char *section)
{
    for (size_t i = 0; section && i < app->menu_count; i++)
        if (app->menu[i]->under && !strcmp(app->menu[i]->url, section))
            return app->menu[i]->under;
    return section ? section : "";
}

static struct layout_menu line_of(const struct menu_item *item, bool here)
{
    return (struct layout_menu){.label = item->label, .url = item->url, .icon = item->icon ? item->icon : "", .here = here};
}

static struct layout_menu *menu_of(struct request *req, const struct page *page, size_t *ret_count)
{
    const struct app *app = req->app;
    const char *place = place_of(app, page->section);
    struct layout_menu *menu = NEW_ARRAY(req->arena, app->menu_count + 1, struct layout_menu);
    size_t n = 0;
    for (size_t i = 0; i < app->menu_count; i++)
        if (!app->menu[i]->under && request_may(req, app->menu[i]->needs))
            menu[n++] = line_of(app->menu[i], !strcmp(place, app->menu[i]->url));
    *ret_count = n;
    return menu;
}

/* True when the path is the tab's page or lies below it. */
static bool is_within(const char *path, const char *url)
{
    size_t n = strlen(url);
    return !strncmp(path, url, n) && (!path[n] || path[n] == '/');
}

/* The place itself and its tabs; none when there is nothing beside the place.  The one with the longest fitting address is where we are. */
static struct layout_menu *tabs_of(struct request *req, const struct page *page, size_t *ret_count)
{
    const struct app *app = req->app;
    const char *place = place_of(app, page->section);
    struct layout_menu *tabs = NEW_ARRAY(req->arena, app->menu_count + 1, struct layout_menu), *here = NULL;
    size_t n = 0, beside = 0;
    for (size_t i = 0; i < app->menu_count; i++) {
        const struct menu_item *item = app->menu[i];
        if (strcmp(item->under ? item->under : item->url, place) != 0 || !request_may(req, item->needs))
            continue;
        tabs[n] = line_of(item, false);
        beside += item->under != NULL;
        if (is_within(req->path, item->url) && (!here || strlen(item->url) > strlen(here->url)))
            here = &tabs[n];
        n++;
    }
    if (here)
        here->here = true;
    *ret_count = beside ? n : 0;
    return tabs;
}

static struct layout_crumb *crumbs_of(struct request *req, const struct page *page)
{
    struct layout_crumb *crumbs = NEW_ARRAY(req->arena, page->crumb_count + 1, struct layout_crumb);
    for (size_t i = 0; i < page->crumb_count; i++)
        crumbs[i] = (struct layout_crumb){.label = page->crumbs[i].label, .url = page->crumbs[i].url ? page->crumbs[i].url : ""};
    return crumbs;
}

/* Nobody's name stands over a page before everything that signing in asks for was given. */
static void show_person(struct layout_view *v, const struct request *req)
{
    const struct session *s = req->session;
    bool whole = *s->user_id && !s->pending && !s->locked;
    v->display_name = whole ? s->display_name : "";
    v->role_label = whole ? role_label(s->role) : "";
    v->office_name = whole ? s->office_name : "";
    v->area_name = whole ? s->area_name : "";
    v->idle_minutes = whole ? app_config(req->app)->idle_minutes : 0;
    v->keep_url = whole ? "/keep" : "";
    v->new_url = whole && role_may(s->role, PERM_RECORD_WRITE) ? "/consultations/new" : "";
}

struct body {
    const struct page *page;
    page_body_fn *write;
    const void *view;
};

static void body_with_intro(struct buf *out, const void *view)
{
    const struct body *b = view;
    if (b->page->intro)
        buf_text(out, b->page->intro);
    b->write(out, b->view);
    if (b->page->outro)
        buf_text(out, b->page->outro);
}

bool reply_page(struct request *req, const struct page *page, page_body_fn *body, const void *view)
{
    const struct body inner = {.page = page, .write = body, .view = view};
    struct layout_view v = {.title = page->title,
                            .description = page->description ? page->description : "",
                            .canonical = page->canonical ? arena_printf(req->arena, "%s%s", app_config(req->app)->base_url, page->canonical) : "",
                            .css_url = asset_url("app.css"),
                            .script_url = asset_url("app.js"),
                            .icons_url = asset_url("icons.svg"),
                            .icon_url = asset_url("favicon.svg"),
                            .page_script_url = page->script ? asset_url(page->script) : "",
                            .csrf = req->session->csrf,
                            .today = date_iso(req->arena, req->today),
                            .today_label = date_wareki(req->arena, req->today),
                            .search_words = "",
                            .demo = app_config(req->app)->demo,
                            .wide = page->wide,
                            .print_only = page->print_only,
                            .no_rail = page->no_rail,
                            .crumbs = crumbs_of(req, page),
                            .crumb_count = page->crumb_count,
                            .body = body_with_intro,
                            .body_view = &inner};
    show_person(&v, req);
    if (*v.display_name) {
        v.menu = menu_of(req, page, &v.menu_count);
        v.tabs = tabs_of(req, page, &v.tab_count);
    }
    v.flash = flash_take(req, &v.flash_undo_url);
    req->status = req->status ? req->status : 200;
    req->content_type = "text/html; charset=utf-8";
    buf_cut(&req->out, 0);
    buf_reserve(&req->out, 16384);
    layout_html(&req->out, &v);
    return true;
}

struct export_choice {
    enum table_format format;
    const char *name, *label;
};
static const struct export_choice exports[] = {
    {TABLE_XLSX, "xlsx", "Excel"}, {TABLE_CSV, "csv", "CSV（UTF-8）"}, {TABLE_CSV_CP932, "csv-cp932", "CSV（Shift_JIS）"},
    {TABLE_PDF, "pdf", "PDF"},     {TABLE_JSON, "json", "JSON"},
};

static void export_menu(struct buf *out, struct request *req)
{
    html_raw(out, "<details class=\"menu export-menu\"><summary class=\"button\">書き出し</summary><ul class=\"menu-items\">");
    for (size_t i = 0; i < sizeof exports / sizeof *exports; i++) {
        struct pairs query;
        pairs_init(&query, req->arena);
        for (size_t k = 0; k < req->query.count; k++)
            if (strcmp(req->query.items[k].name, "format"))
                pairs_add(&query, req->query.items[k].name, req->query.items[k].value);
        pairs_add(&query, "format", exports[i].name);
        html_raw(out, "<li><a href=\"?");
        html_text(out, pairs_query(&query, req->arena));
        html_raw(out, "\">");
        html_text(out, exports[i].label);
        html_raw(out, "</a></li>");
    }
    html_raw(out, "</ul></details>");
}

struct table_body {
    struct request *req;
    const char *bar;
    bool titled; /* the heading says the table's title already */
    struct buf html, chart, narrow;
};

static void write_chart(struct buf *out, const struct buf *chart, const char *class)
{
    if (!chart->size)
        return;
    html_raw(out, "<figure class=\"");
    html_text(out, class);
    html_raw(out, "\">");
    buf_bytes(out, chart->data, chart->size);
    html_raw(out, "</figure>");
}

static void write_table_body(struct buf *out, const void *view)
{
    const struct table_body *b = view;
    html_raw(out, "<div class=\"list-bar figures-bar\">");
    buf_text(out, b->bar ? b->bar : "");
    export_menu(out, b->req);
    html_raw(out, "</div><div id=\"figures\" class=\"list-scroll");
    if (b->titled)
        html_raw(out, " titled");
    html_raw(out, "\">");
    buf_bytes(out, b->html.data, b->html.size);
    html_raw(out, "</div>");
    write_chart(out, &b->chart, "chart chart-wide");
    write_chart(out, &b->narrow, "chart chart-narrow");
}

static bool reply_failed(struct request *req, const struct err *err)
{
    reply_error(req, err);
    return true;
}

static bool table_page(struct request *req, const struct page *page, const struct table *t)
{
    struct table_body body = {.req = req, .bar = page->bar, .titled = strstr(page->title, t->title) != NULL};
    struct err err = {0};
    struct err nothing_to_draw;
    if (t->chart != CHART_NONE && !table_write(t, TABLE_SVG, &body.chart, &nothing_to_draw))
        buf_free(&body.chart);
    if (body.chart.size)
        table_chart_narrow(t, &body.narrow);
    bool done =
        table_write(t, TABLE_HTML, &body.html, &err) ? reply_page(req, page, write_table_body, &body) : reply_failed(req, &err);
    buf_free(&body.chart);
    buf_free(&body.narrow);
    buf_free(&body.html);
    return done;
}

bool reply_table(struct request *req, const struct page *page, const struct table *t)
{
    const char *asked = request_query(req, "format");
    enum table_format format = *asked ? table_format_from(asked) : req->api ? TABLE_JSON : TABLE_HTML;
    struct err err = {0};
    if (format == TABLE_FORMAT__COUNT) {
        err_set(&err, ERR_INPUT, "web.format", "format");
        return reply_failed(req, &err);
    }
    if (format == TABLE_HTML)
        return table_page(req, page, t);
    buf_cut(&req->out, 0);
    if (!table_write(t, format, &req->out, &err))
        return reply_failed(req, &err);
    req->status = 200;
    req->content_type = table_format_type(format);
    bool shown = format == TABLE_JSON || format == TABLE_SVG;
    return reply_document(req, req->content_type,
                          shown ? NULL : arena_printf(req->arena, "%s.%s", t->title, table_format_extension(format)),
                          req->out.data, req->out.size);
}

static void write_codes(struct json *j, const char *codes, struct arena *a)
{
    json_open(j, '[');
    for (const char *c; (c = codes_next(&codes, a));)
        json_text(j, c);
    json_close(j, ']');
}

static void write_field(struct json *j, const struct field *f, const void *row, struct arena *a)
{
    const char *text = field_text(f, row, a);
    json_key(j, f->name);
    if (f->type == FIELD_CODES || f->type == FIELD_REFS)
        write_codes(j, text, a);
    else if (f->type == FIELD_ROWS)
        json_raw(j, *text ? text : "[]");
    else if (!*text)
        json_none(j);
    else if (f->type == FIELD_INT)
        json_int(j, *(const long *)(const void *)((const char *)row + f->offset));
    else
        json_text(j, text);
}

static void write_head(struct json *j, const struct record_head *h)
{
    json_pair(j, "id", h->id);
    json_pair(j, "office_id", h->office_id);
    json_pair(j, "area_code", h->area_code);
    json_pair(j, "created_at", h->created_at);
    json_pair(j, "created_by", h->created_by);
    json_pair(j, "changed_at", h->changed_at);
    json_pair(j, "changed_by", h->changed_by);
    json_pair_int(j, "revision", h->revision);
}

void record_json(struct json *j, const struct request *req, const struct record *record, const void *row)
{
    json_open(j, '{');
    write_head(j, row);
    for (size_t i = 0; i < record->set->count; i++) {
        const struct field *f = &record->set->fields[i];
        if (!(f->flags & FIELD_PERSONAL) || req->scope.sees_personal)
            write_field(j, f, row, req->arena);
    }
    json_close(j, '}');
}

bool reply_record(struct request *req, int status, const struct record *record, const void *row)
{
    const struct record_head *head = row;
    struct json j;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    record_json(&j, req, record, row);
    reply_header(req, "ETag", arena_printf(req->arena, "\"%ld\"", head->revision));
    return reply_json(req, status);
}

static void problem_document(struct request *req, int status, const char *message, const char *field, const struct problems *p)
{
    struct json j;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair(&j, "type", "about:blank");
    json_pair_int(&j, "status", status);
    json_pair(&j, "title", status_title(status));
    json_pair(&j, "detail", message);
    json_pair(&j, "instance", req->path ? req->path : "/");
    if (field)
        json_pair(&j, "field", field);
    if (p) {
        json_key(&j, "errors");
        json_open(&j, '[');
        for (size_t i = 0; i < p->count; i++) {
            json_open(&j, '{');
            json_pair(&j, "field", p->items[i].field);
            json_pair(&j, "detail", p->items[i].sentence);
            json_close(&j, '}');
        }
        json_close(&j, ']');
    }
    json_close(&j, '}');
    req->status = status;
    req->content_type = "application/problem+json";
}

bool reply_problems(struct request *req, const struct problems *p)
{
    problem_document(req, 422, app_message(req->app, "web.invalid"), p->count ? p->items[0].field : NULL, p);
    return true;
}

static const struct {
    int status;
    const char *title, *advice, *message; /* message: key used when the error brings none */
} kinds[] = {
    {400, "受け取れませんでした", "前のページに戻り、もう一度お試しください。", "web.bad_request"},
    {401, "サインインが必要です", "サインインのページを開いてください。", "session.signed_out"},
    {403, "使えないページです", "左のメニューか、きょうのページから選び直してください。", "web.forbidden"},
    {404, "ページが見つかりません", "アドレスに間違いがないか確かめるか、きょうのページから探してください。", "web.not_found"},
    {405, "できない操作です", "前のページに戻り、画面のボタンから操作してください。", "web.method"},
    {409, "先に変更されています", "前のページを読み込み直すと、最新の内容が見られます。", "web.conflict"},
    {413, "大きすぎて受け取れません", "前のページに戻ると、入力した内容が残っています。", "web.too_large"},
    {421, "アドレスが違います", "管理者から知らされたアドレスを開いてください。", "web.host"},
    {422, "入力を確かめてください", "前のページに戻ると、入力した内容が残っています。", "web.invalid"},
    {429, "少しお待ちください", "しばらく待ってから、もう一度お試しください。", "web.busy"},
    {500, "処理できませんでした", "もう一度お試しください。続くときは、この画面が出た時刻を管理者に知らせてください。",
     "web.internal"},
    {503, "ただいま使えません", "このページを読み込み直すと、直りしだい続きができます。入力中の画面は閉じないでください。",
     "store.away"},
};

static size_t kind_of(int status)
{
    size_t n = sizeof kinds / sizeof *kinds, i = 0;
    while (i < n && kinds[i].status != status)
        i++;
    return i < n ? i : n - 2;
}

const char *status_title(int status)
{
    return kinds[kind_of(status)].title;
}

static const struct error_shape *shape_of(const struct request *req)
{
    for (const struct feature *const *f = req->app->all; *f; f++) {
        const struct error_shape *shape = (*f)->errors;
        size_t size = shape ? strlen(shape->under) : 0;
        if (shape && !strncmp(req->path, shape->under, size) && (!req->path[size] || req->path[size] == '/'))
            return shape;
    }
    return NULL;
}

static void error_reply(struct request *req, int status, const char *key, const char *field)
{
    size_t kind = kind_of(status);
    const char *sentence = app_message(req->app, key && app_knows_message(req->app, key) ? key : kinds[kind].message);
    if (status == 503)
        reply_header(req, "Retry-After", "5");
    if (status == 401 && req->api)
        reply_header(req, "WWW-Authenticate", "Bearer");
    const struct error_shape *shape = shape_of(req);
    if (shape) {
        shape->reply(req, status, sentence);
        return;
    }
    if (req->api) {
        problem_document(req, status, sentence, field, NULL);
        return;
    }
    struct error_view view = {.sentence = sentence, .advice = kinds[kind].advice, .signed_in = *req->session->user_id};
    view.is_stranger = status == 404 && !view.signed_in && key && req->route && req->route->needs == PERM_PUBLIC;
    req->status = status;
    reply_page(req, &(struct page){.title = kinds[kind].title, .no_rail = !*req->session->user_id}, error_html, &view);
}

void reply_error(struct request *req, const struct err *err)
{
    error_reply(req, err_http_status(err->kind), err->message, err->field);
}

void reply_status(struct request *req, int status, const char *message)
{
    error_reply(req, status, message, NULL);
}
