/* resource_list.c -- what a list's address asks for, as a query. */
#include "web/resource_list.h"

#include "base/code_list.h"
#include "base/id.h"
#include "base/text.h"
#include "store/search.h"
#include "store/tally.h"
#include "web/resource_inside.h"

#include <stdlib.h>
#include <string.h>

enum { FILTER_VALUES = 8, MANY_ROWS = 1000 };

static const char *bad_filter(struct list *l, const char *label)
{
    return l->bad = arena_printf(l->req->arena, "「%s」の条件が読めません。条件を選び直してください。", label);
}

/* Words are kept on the server: a person's name never stands in an address. */
static bool read_words(struct list *l, struct err *err)
{
    const char *id = request_query(l->req, "s");
    l->words = l->search_id = "";
    if (!*id)
        return true;
    auto_rows *rows = db_query(l->req->db, l->req->arena, err,
                               "SELECT words FROM saved_search WHERE id = $1 AND user_id = $2 AND path = $3 AND created_at > $4", TEXT(id),
                               TEXT(l->req->session->user_id), TEXT(l->resource->path),
                               TEXT(utc_in_minutes(l->req->arena, -24 * 60)));
    if (!rows)
        return false;
    if (rows_next(rows)) {
        l->words = rows_text(rows, 0);
        l->search_id = id;
    } else if (!rows_failed(rows)) {
        l->bad = "この検索の結果は残っていません（検索は1日で消えます）。もう一度検索してください。";
    }
    return !rows_failed(rows);
}

static bool narrows_time(const struct list *l)
{
    for (size_t i = 0; i < l->resource->filter_count; i++) {
        const struct list_filter *f = &l->resource->filters[i];
        bool narrows = f->kind == FILTER_FROM || f->kind == FILTER_TO || f->kind == FILTER_TEXT || f->kind == FILTER_YES ||
                       f->kind == FILTER_PERIOD || f->kind == FILTER_WITHIN;
        if (narrows && *request_query(l->req, f->name))
            return true;
    }
    return *l->words || *l->search_id;
}

/* The current fiscal year unless something else is asked for; "all" for everything. */
static void read_period(struct list *l)
{
    const char *text = request_query(l->req, "period");
    if (!l->resource->day_column || !strcmp(text, "all"))
        return;
    if (*text) {
        if (!period_parse(text, &l->period))
            bad_filter(l, "期間");
    } else if (!narrows_time(l)) {
        l->period = period_of(PERIOD_YEAR, l->req->today);
        l->period_is_default = true;
    }
}

static void read_order(struct list *l)
{
    const char *sort = request_query(l->req, "sort");
    l->descending = *sort == '-';
    sort += l->descending;
    for (size_t i = 0; *sort && i < l->resource->column_count; i++) {
        const struct list_column *c = &l->resource->columns[i];
        if (c->sort && !strcmp(c->field, sort))
            l->sorted = c;
    }
}

long long list_offset(const struct list *l)
{
    return (long long)(l->page - 1) * LIST_PAGE_ROWS;
}

/* Of very many hits nobody needs the exact number: whether there is a next page is enough where every row is walked to. */
static bool read_plan(struct list *l, struct err *err)
{
    const char *kind = l->resource->record->search_kind;
    long long shown = list_offset(l) + LIST_PAGE_ROWS;
    l->most = LIST_COUNT_MOST;
    if (!*l->words || !kind)
        return true;
    if (!search_plan_read(l->req->db, resource_scope(l->req, l->resource), kind, l->words, (size_t)shown, l->req->arena, &l->plan, err))
        return false;
    long long known = l->plan.narrows ? shown : shown + 2 * LIST_PAGE_ROWS;
    if (!l->plan.few && known < LIST_COUNT_MOST)
        l->most = known;
    return true;
}

bool list_read(struct list *l, struct request *req, const struct resource *r, struct err *err)
{
    *l = (struct list){.req = req, .resource = r};
    if (!read_words(l, err))
        return false;
    read_period(l);
    read_order(l);
    l->page = strtol(request_query(req, "page"), NULL, 10);
    if (l->page < 1 || l->page > 1000000)
        l->page = 1;
    return read_plan(l, err);
}

/* Conditions.  Text comes from the resource's constant table; what was asked is bound. */

static void add_between(struct list *l, struct query *q, const char *column, struct period p)
{
    struct value days[] = {TEXT(date_iso(l->req->arena, p.first)), TEXT(date_iso(l->req->arena, date_add_days(p.last, 1)))};
    query_add_values(q, arena_printf(q->arena, " AND %s >= ? AND %s < ?", column, column), days, 2);
}

/* The codes that the address asks of one filter, at most FILTER_VALUES; a wrong one is told and left out. */
static size_t asked_codes(struct list *l, const struct list_filter *f, const char *codes[FILTER_VALUES])
{
    const struct code_list *list = f->codes ? code_list_find(f->codes) : NULL;
    size_t n = 0;
    for (size_t i = 0; i < l->req->query.count && n < FILTER_VALUES; i++) {
        const struct pair *p = &l->req->query.items[i];
        if (strcmp(p->name, f->name) || !*p->value)
            continue;
        if (list && !code_find(list, p->value))
            bad_filter(l, f->label);
        else
            codes[n++] = p->value;
    }
    return n;
}

static void add_codes(struct list *l, struct query *q, const struct list_filter *f)
{
    const char *codes[FILTER_VALUES];
    struct value values[FILTER_VALUES];
    size_t n = asked_codes(l, f, codes);
    auto_buf sql = {0};
    for (size_t i = 0; i < n; i++) {
        buf_printf(&sql, i ? ", ?" : " AND %s IN (?", f->column);
        values[i] = TEXT(codes[i]);
    }
    if (n) {
        buf_char(&sql, ')');
        query_add_values(q, arena_strdup(q->arena, sql.data), values, n);
    }
}

/* A code inside a blank-separated column; '_' is a wildcard of LIKE and occurs in codes. */
static const char *like_code(struct arena *a, const char *code)
{
    auto_buf b = {0};
    buf_text(&b, "% ");
    for (; *code; code++) {
        if (strchr("%_\\", *code))
            buf_char(&b, '\\');
        buf_char(&b, *code);
    }
    buf_text(&b, " %");
    return arena_strdup(a, b.data);
}

static void add_listed(struct list *l, struct query *q, const struct list_filter *f)
{
    const char *codes[FILTER_VALUES];
    struct value values[FILTER_VALUES];
    size_t n = asked_codes(l, f, codes);
    auto_buf sql = {0};
    for (size_t i = 0; i < n; i++) {
        buf_printf(&sql, "%s(' ' || %s || ' ') LIKE ? ESCAPE '\\'", i ? " OR " : " AND (", f->column);
        values[i] = TEXT(like_code(l->req->arena, codes[i]));
    }
    if (n) {
        buf_char(&sql, ')');
        query_add_values(q, arena_strdup(q->arena, sql.data), values, n);
    }
}

static void add_day(struct list *l, struct query *q, const struct list_filter *f, const char *text)
{
    struct date d;
    if (!date_parse(text, l->req->today, &d)) {
        bad_filter(l, f->label);
        return;
    }
    bool from = f->kind == FILTER_FROM;
    struct value day = TEXT(date_iso(l->req->arena, from ? d : date_add_days(d, 1)));
    query_add_values(q, arena_printf(q->arena, " AND %s %s ?", f->column, from ? ">=" : "<"), &day, 1);
}

/* A period, or its first and last day. */
bool list_days(const char *text, struct period *ret)
{
    enum { DAY = 10 }; /* "2024-04-01" */
    if (strlen(text) != 2 * DAY + 2 || strncmp(text + DAY, "..", 2) != 0)
        return period_parse(text, ret);
    char first[DAY + 1] = "";
    memcpy(first, text, DAY);
    *ret = (struct period){.kind = PERIOD_NONE, .first = date_from_iso(first), .last = date_from_iso(text + DAY + 2)};
    return date_is_set(ret->first) && date_is_set(ret->last);
}

static void add_filter(struct list *l, struct query *q, const struct list_filter *f)
{
    const char *text = request_query(l->req, f->name);
    struct value value = TEXT(text);
    struct period p;
    if (!*text)
        return;
    switch (f->kind) {
    case FILTER_CODE: add_codes(l, q, f); break;
    case FILTER_CODES: add_listed(l, q, f); break;
    case FILTER_FROM:
    case FILTER_TO: add_day(l, q, f, text); break;
    case FILTER_TEXT: query_add_values(q, arena_printf(q->arena, " AND %s = ?", f->column), &value, 1); break;
    case FILTER_YES: query_add_values(q, f->column, NULL, 0); break;
    case FILTER_AREA:
        query_add_values(q, arena_printf(q->arena,
                                         " AND %s IN (SELECT below.code FROM area below JOIN area top ON substr(below.path, 1, "
                                         "length(top.path)) = top.path WHERE top.code = ?)",
                                         f->column),
                         &value, 1);
        break;
    case FILTER_WITHIN:
        if (list_days(text, &p))
            query_add_values(q, f->column, (struct value[]){TEXT(date_iso(q->arena, p.first)), TEXT(date_iso(q->arena, p.last))}, 2);
        else
            bad_filter(l, f->label);
        break;
    case FILTER_PERIOD:
        if (!strcmp(text, "all"))
            break;
        if (period_parse(text, &p))
            add_between(l, q, f->column, p);
        else
            bad_filter(l, f->label);
        break;
    }
}

static bool is_own_period(const struct list *l, const struct list_filter *f)
{
    return l->resource->day_column && !strcmp(f->name, "period");
}

/* Where many rows fit, the first of them are found soonest along the order's own index. */
static bool follows_order(const struct list *l)
{
    return l->total > MANY_ROWS && !l->sorted && !*l->words;
}

static void add_conditions(struct list *l, struct query *q, bool ordered)
{
    const struct scope *scope = resource_scope(l->req, l->resource);
    if (l->plan.few)
        query_scope_named_alias(q, scope, "c");
    else if (ordered)
        query_scope_ordered_alias(q, scope, "c");
    else
        query_scope(q, scope, "c");
    if (l->period.kind != PERIOD_NONE)
        add_between(l, q, l->resource->day_column, l->period);
    for (size_t i = 0; i < l->resource->filter_count; i++)
        if (!is_own_period(l, &l->resource->filters[i]))
            add_filter(l, q, &l->resource->filters[i]);
    if (*l->words && l->resource->record->search_kind)
        query_search_plan(q, l->req->db, &l->plan, "c");
}

/* Nothing but whole months of the list's own day is asked for. */
static bool is_of_whole_months(const struct list *l)
{
    struct date next = date_add_days(l->period.last, 1);
    if (!l->resource->counted || l->period.kind == PERIOD_NONE || l->period.first.day != 1 || next.day != 1 || *l->words || *l->search_id)
        return false;
    for (size_t i = 0; i < l->resource->filter_count; i++)
        if (!is_own_period(l, &l->resource->filters[i]) && *request_query(l->req, l->resource->filters[i].name))
            return false;
    return true;
}

/* From the maintained counts: what was saved last may wait for them, then the rows are counted. */
static bool read_total(struct list *l, bool *ret_settled, struct err *err)
{
    struct arena *a = l->req->arena;
    const struct tally_query t = {.scope = resource_scope(l->req, l->resource), .measure = l->resource->counted, .basis = "", .dimension = "",
                                  .first_month = arena_strndup(a, date_iso(a, l->period.first), 7),
                                  .last_month = arena_strndup(a, date_iso(a, l->period.last), 7)};
    if (!tally_sum_settled(l->req->db, &t, &l->total, ret_settled, err))
        return false;
    if (l->total > l->most)
        l->total = l->most + 1;
    return true;
}

bool list_count(struct list *l, struct err *err)
{
    bool settled = false;
    if (is_of_whole_months(l) && !read_total(l, &settled, err))
        return false;
    if (settled)
        return true;
    struct query q;
    query_init(&q, l->req->arena);
    query_add_values(&q, arena_printf(q.arena, "SELECT COUNT(*) FROM (SELECT 1 FROM %s c WHERE c.deleted_at = ''", l->resource->record->table),
                     NULL, 0);
    add_conditions(l, &q, false);
    query_add(&q, " LIMIT ?) counted", INT(l->most + 1));
    auto_rows *rows = query_run(&q, l->req->db, l->req->arena, err);
    if (!rows || !rows_next(rows))
        return false;
    l->total = rows_int(rows, 0);
    return true;
}

/* NULL: all. */
static const char *column_fields(const struct resource *r, struct arena *a)
{
    auto_buf names = {0};
    if (r->home)
        return NULL;
    for (size_t i = 0; i < r->column_count; i++) {
        const struct list_column *c = &r->columns[i];
        if (c->text && !c->uses)
            return NULL;
        buf_text(&names, c->field);
        buf_char(&names, ' ');
        buf_text(&names, c->uses);
        buf_char(&names, ' ');
    }
    buf_text(&names, r->kept_by);
    return arena_strndup(a, names.data, names.size);
}

/* NULL: every field. */
static const char *names_of(const struct resource *r, enum list_fields fields, struct arena *a)
{
    switch (fields) {
    case FIELDS_OF_COLUMNS: return column_fields(r, a);
    case FIELDS_OF_CHANGE: return r->kept_by;
    case FIELDS_ALL: break;
    }
    return NULL;
}

static void select_rows(struct list *l, struct query *q, enum list_fields fields)
{
    const char *names = names_of(l->resource, fields, q->arena);
    l->part = names ? record_part(l->resource->record, names, q->arena) : NULL;
    if (l->part)
        record_select_part(q, l->part);
    else
        record_select(q, l->resource->record);
}

void list_read_row(const struct list *l, const struct rows *rows, void *row, struct arena *a)
{
    if (l->part)
        record_read_part(rows, l->part, row, a);
    else
        record_read(rows, l->resource->record, row, a);
}

struct rows *list_rows(struct list *l, enum list_fields fields, long long limit, long long offset, struct arena *a, struct err *err)
{
    struct query q;
    query_init(&q, l->req->arena);
    select_rows(l, &q, fields);
    add_conditions(l, &q, follows_order(l));
    const char *order = l->resource->order ? l->resource->order : " ORDER BY c.id DESC";
    if (l->sorted)
        order = arena_printf(q.arena, " ORDER BY %s %s, c.id DESC", l->sorted->sort, l->descending ? "DESC" : "ASC");
    query_add_values(&q, order, NULL, 0);
    query_add(&q, " LIMIT ? OFFSET ?", INT(limit), INT(offset));
    return query_run(&q, l->req->db, a, err);
}

/* Addresses. */

static bool belongs(const struct list *l, const char *name)
{
    static const char *const own[] = {"s", "sort", "period"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!strcmp(own[i], name))
            return true;
    for (size_t i = 0; i < l->resource->filter_count; i++)
        if (!strcmp(l->resource->filters[i].name, name))
            return true;
    return false;
}

static const char *url_of(const struct list *l, const struct pairs *query)
{
    const char *text = pairs_query(query, l->req->arena), *prefix = l->req->api ? "/api/v1" : "";
    return arena_printf(l->req->arena, "%s%s%s%s", prefix, l->resource->path, *text ? "?" : "", text);
}

static struct pairs query_without(const struct list *l, const char *name, const char *value)
{
    struct pairs query;
    pairs_init(&query, l->req->arena);
    for (size_t i = 0; i < l->req->query.count; i++) {
        const struct pair *p = &l->req->query.items[i];
        bool left_out = !strcmp(p->name, name) && (!value || !strcmp(p->value, value));
        if (*p->value && belongs(l, p->name) && strcmp(p->name, "page") && !left_out)
            pairs_add(&query, p->name, p->value);
    }
    return query;
}

const char *list_url(const struct list *l, const char *name, const char *value)
{
    struct pairs query = query_without(l, name, NULL);
    if (value)
        pairs_add(&query, name, value);
    return url_of(l, &query);
}

const char *list_url_without(const struct list *l, const char *name, const char *value)
{
    struct pairs query = query_without(l, name, value);
    return url_of(l, &query);
}

/* Searching by words: POST, kept for a day, opened by its maker only. */

struct keep_search {
    struct request *req;
    const char *id, *path, *words;
};

static bool keep_search(struct db *db, void *arg, struct err *err)
{
    struct keep_search *k = arg;
    struct arena *a = k->req->arena;
    return db_run(db, err, "DELETE FROM saved_search WHERE created_at < $1", TEXT(utc_in_minutes(a, -24 * 60))) >= 0 &&
           db_run(db, err, "INSERT INTO saved_search (id, user_id, path, words, created_at) VALUES ($1, $2, $3, $4, $5)", TEXT(k->id),
                  TEXT(k->req->session->user_id), TEXT(k->path), TEXT(k->words), TEXT(now_utc(a))) >= 0;
}

bool resource_search(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    struct list l = {.req = req, .resource = r};
    const char *typed = pairs_get(&req->body, "words"), *query = pairs_get(&req->body, "query");
    pairs_init(&req->query, req->arena);
    struct err ignored = {0};
    if (!pairs_parse_urlencoded(&req->query, query, strlen(query), 100, &ignored))
        pairs_init(&req->query, req->arena);
    const char *words = text_clean(req->arena, typed, strlen(typed), true);
    if (!*words)
        return reply_redirect(req, "%s", list_url(&l, "s", NULL));
    if (text_length(words) > 200)
        words = text_clean(req->arena, words, strlen(text_cut(req->arena, words, 200)) - strlen("…"), true);
    struct keep_search k = {.req = req, .id = id_new(req->arena), .path = r->path, .words = words};
    return store_write(app_store(req->app), keep_search, &k, err) && reply_redirect(req, "%s", list_url(&l, "s", k.id));
}
