#include "features/today/today.h"

#include "base/count.h"
#include "base/text.h"
#include "features/today/today_view.h"
#include "store/search.h"
#include "web/resource.h"

#include <stdlib.h>
#include <string.h>

void today_page_html(struct buf *out, const void *view);
void search_page_html(struct buf *out, const void *view);

/* Overdue first, then by due day; groups stay together in the order of their most urgent line. */
static int by_urgency(const void *x, const void *y)
{
    const struct today_item *a = x, *b = y;
    if (a->overdue != b->overdue)
        return a->overdue ? -1 : 1;
    if (!*a->due_on != !*b->due_on)
        return *a->due_on ? -1 : 1;
    int order = strcmp(a->due_on, b->due_on);
    return order ? order : strcmp(a->group, b->group);
}

static void add_group(struct today_view *v, struct arena *a, const struct today_list *list, const char *group)
{
    bool first = true;
    for (size_t i = 0; i < list->count; i++) {
        const struct today_item *it = &list->items[i];
        if (strcmp(it->group, group))
            continue;
        v->lines[v->count++] = (struct today_line){.group = first ? group : NULL,
                                                   .title = it->title,
                                                   .detail = it->detail ? it->detail : "",
                                                   .url = it->url,
                                                   .due = *it->due_on ? date_wareki(a, date_from_iso(it->due_on)) : "",
                                                   .overdue = it->overdue};
        first = false;
    }
}

static void group_lines(struct today_view *v, struct arena *a, struct today_list *list)
{
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_urgency);
    v->lines = NEW_ARRAY(a, list->count, struct today_line);
    for (size_t i = 0; i < list->count; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen |= !strcmp(list->items[k].group, list->items[i].group);
        if (!seen)
            add_group(v, a, list, list->items[i].group);
    }
}

static bool today_page(struct request *req, struct err *err)
{
    struct today_list list = {.arena = req->arena};
    for (const struct feature *const *f = app_features(req->app); *f; f++)
        if ((*f)->today && !(*f)->today(req, &list, err))
            return false;
    struct today_view v = {.may_write = request_may(req, PERM_RECORD_WRITE)};
    v.greeting = arena_printf(req->arena, "%sです。%sさん、おつかれさまです。", date_wareki(req->arena, req->today), req->session->display_name);
    group_lines(&v, req->arena, &list);
    struct page page = {.title = "きょう", .section = "/"};
    return reply_page(req, &page, today_page_html, &v);
}

static const struct resource *resource_of_kind(const struct request *req, const char *kind)
{
    for (const struct feature *const *f = app_features(req->app); *f; f++)
        for (size_t i = 0; i < (*f)->resource_count; i++) {
            const struct resource *r = (*f)->resources[i];
            if (r->record->search_kind && !strcmp(r->record->search_kind, kind))
                return r;
        }
    return NULL;
}

/* The record's day, which tells records of one name apart; "" for kinds without a day. */
static const char *day_of(struct request *req, const struct resource *r, const void *row)
{
    const struct field *f = r->day_column ? field_find(r->record->set, r->day_column + strlen("c.")) : NULL;
    struct date day = f ? date_from_iso(arena_strndup(req->arena, field_text(f, row, req->arena), strlen("2024-11-30"))) : (struct date){0};
    return date_is_set(day) ? date_wareki(req->arena, day) : "";
}

static void add_hits(struct request *req, const struct search_hit *hits, size_t count, const struct resource *r, struct search_results *list)
{
    enum { SHOWN = 10 };
    void *row = arena_alloc(req->arena, r->record->set->size);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        struct err ignored = {0};
        if (found < SHOWN && !strcmp(hits[i].kind, r->record->search_kind) &&
            record_find(req->db, r->record, &req->scope, hits[i].id, row, req->arena, &ignored)) {
            search_add(list, (struct search_result){.group = r->label, .title = r->title(row, req->arena), .detail = day_of(req, r, row),
                                                    .url = arena_printf(req->arena, "%s/%s", r->path, hits[i].id)});
            found++;
        }
    }
    if (found == SHOWN)
        search_add(list, (struct search_result){.group = r->label, .title = arena_printf(req->arena, "%sの一覧で探す", r->label),
                                                .detail = "ここには10件までを示しています。", .url = r->path});
}

static bool find_records(struct request *req, const char *words, struct search_results *list, struct err *err)
{
    struct search_hit *hits = NULL;
    size_t count = 0;
    if (!search_find(req->db, &req->scope, NULL, words, 100, req->arena, &hits, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen |= !strcmp(hits[k].kind, hits[i].kind);
        const struct resource *r = seen ? NULL : resource_of_kind(req, hits[i].kind);
        if (r && request_may(req, r->read))
            add_hits(req, hits, count, r, list);
    }
    return true;
}

static bool search_page(struct request *req, struct err *err)
{
    const char *typed = pairs_get(&req->body, "q");
    struct search_view v = {.words = text_clean(req->arena, typed, strlen(typed), true), .csrf = req->session->csrf};
    struct search_results list = {.arena = req->arena};
    if (*v.words && !find_records(req, v.words, &list, err))
        return false;
    for (const struct feature *const *f = app_features(req->app); *v.words && *f; f++)
        if ((*f)->search && !(*f)->search(req, v.words, &list, err))
            return false;
    v.lines = list.items;
    v.count = list.count;
    struct page page = {.title = "さがす", .section = ""};
    return reply_page(req, &page, search_page_html, &v);
}

static const struct route routes[] = {
    {GET, "/", PERM_SIGNED_IN, today_page, NULL, 0, "きょう", NULL},
    {GET, "/search", PERM_SIGNED_IN, search_page, NULL, 0, "さがす", NULL},
    {POST, "/search", PERM_SIGNED_IN, search_page, NULL, 0, "さがした結果", NULL},
};

static const struct menu_item menu[] = {
    {10, "きょう", "/", "today", PERM_SIGNED_IN},
};

const struct feature today_feature = {
    .name = "today",
    .routes = routes, .route_count = COUNT(routes),
    .menu = menu, .menu_count = COUNT(menu),
};
