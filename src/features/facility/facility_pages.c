#include "features/facility/facility_pages.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/json.h"
#include "base/text.h"
#include "features/area/area.h"
#include "features/facility/facility.h"
#include "features/facility/facility_view.h"

#include <stdlib.h>
#include <string.h>

page_body_fn facility_list_html, facility_show_html;

enum { PAGE_LINES = 50, PICKS = 20 };

static const char *count_text(struct arena *a, long n)
{
    return n == FIELD_BLANK ? "" : arena_printf(a, "%ld", n);
}

/* An institution of medicine has no care service: its kind stands there. */
static const char *service_words(const struct facility *f)
{
    return *f->service_code ? code_label("care_service", f->service_code) : code_label("facility_kind", f->kind);
}

static struct facility_line line_of(struct request *req, const struct facility *f)
{
    return (struct facility_line){.id = f->id, .name = f->name, .service = service_words(f),
                                  .address = f->address, .phone = f->phone,
                                  .capacity = count_text(req->arena, f->capacity), .is_listed = f->is_listed};
}

/* Choices: the wards or municipalities of the user's prefecture or city; without one, the prefectures. */
static bool area_choices(struct request *req, struct facility_list_view *view, struct err *err)
{
    const char *path = req->session->area_path;
    const char *parent = strlen(path) >= 14 ? arena_strndup(req->arena, path + 7, 6) : "";
    struct area *areas;
    size_t count;
    if (!area_children(req->db, parent, req->arena, &areas, &count, err))
        return false;
    struct facility_choice *choices = NEW_ARRAY(req->arena, count + 2, struct facility_choice);
    size_t n = 0;
    if (*parent)
        choices[n++] = (struct facility_choice){parent, area_label(req->db, parent, req->arena), !strcmp(view->area_code, parent)};
    for (size_t i = 0; i < count; i++)
        choices[n++] = (struct facility_choice){areas[i].code, areas[i].name, !strcmp(view->area_code, areas[i].code)};
    view->areas = choices;
    view->area_count = n;
    return true;
}

static void service_choices(struct request *req, struct facility_list_view *view, const char *chosen)
{
    const struct code_list *list = code_list_find("care_service");
    struct facility_choice *choices = NEW_ARRAY(req->arena, list->count, struct facility_choice);
    for (size_t i = 0; i < list->count; i++)
        choices[i] = (struct facility_choice){list->codes[i].code, list->codes[i].label, !strcmp(chosen, list->codes[i].code)};
    view->services = choices;
    view->service_count = list->count;
}

static const char *page_url(struct request *req, long page)
{
    static const char *const kept[] = {"q", "area", "service"};
    struct pairs q;
    pairs_init(&q, req->arena);
    for (size_t i = 0; i < COUNT(kept); i++)
        if (*request_query(req, kept[i]))
            pairs_add(&q, kept[i], request_query(req, kept[i]));
    if (page > 1)
        pairs_add(&q, "page", arena_printf(req->arena, "%ld", page));
    return q.count ? arena_printf(req->arena, "/facilities?%s", pairs_query(&q, req->arena)) : "/facilities";
}

static void write_number(struct json *j, const char *name, long n)
{
    json_key(j, name);
    if (n == FIELD_BLANK)
        json_none(j);
    else
        json_int(j, n);
}

static void write_degrees(struct json *j, const char *name, long millionths)
{
    json_key(j, name);
    if (millionths == FIELD_BLANK)
        json_none(j);
    else
        json_double(j, (double)millionths / 1e6, 6);
}

static void write_facility(struct json *j, const struct facility *f)
{
    const char *const texts[][2] = {{"id", f->id},
                                    {"source", f->source},
                                    {"kind", f->kind},
                                    {"postal", f->postal},
                                    {"office_number", f->office_number},
                                    {"service_code", f->service_code},
                                    {"name", f->name},
                                    {"kana", f->kana},
                                    {"corporation", f->corporation},
                                    {"corporation_number", f->corporation_number},
                                    {"area_code", f->area_code},
                                    {"address", f->address},
                                    {"phone", f->phone},
                                    {"fax", f->fax},
                                    {"url", f->url},
                                    {"days", f->days},
                                    {"note", f->note},
                                    {"merged_into", f->merged_into},
                                    {"imported_at", f->imported_at}};
    json_open(j, '{');
    for (size_t i = 0; i < COUNT(texts); i++)
        json_pair(j, texts[i][0], texts[i][1]);
    write_number(j, "capacity", f->capacity);
    write_degrees(j, "latitude", f->latitude);
    write_degrees(j, "longitude", f->longitude);
    json_key(j, "is_listed");
    json_bool(j, f->is_listed);
    json_close(j, '}');
}

static bool reply_list_json(struct request *req, const struct facility *list, size_t count, long long total, long page)
{
    struct json j;
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair_int(&j, "total", total);
    json_pair(&j, "attribution", FACILITY_ATTRIBUTION);
    json_key(&j, "items");
    json_open(&j, '[');
    for (size_t i = 0; i < count; i++)
        write_facility(&j, &list[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    if (page * PAGE_LINES < total)
        reply_header(req, "Link", arena_printf(req->arena, "</api/v1%s>; rel=\"next\"", page_url(req, page + 1)));
    return reply_json(req, 200);
}

bool facility_list_page(struct request *req, struct err *err)
{
    long page = atol(request_query(req, "page"));
    page = page < 1 ? 1 : page > 10000 ? 10000 : page;
    struct facility_filter filter = {.words = request_query(req, "q"), .area_code = request_query(req, "area"),
                                     .service_code = request_query(req, "service"), .near_path = req->session->area_path,
                                     .limit = PAGE_LINES, .offset = (page - 1) * PAGE_LINES};
    struct facility_list_view view = {.words = filter.words, .area_code = filter.area_code, .attribution = FACILITY_ATTRIBUTION,
                                      .first_url = page > 1 ? page_url(req, 1) : "", .next_url = ""};
    struct facility *list;
    if (!facility_list(req->db, &filter, req->arena, &list, &view.count, &view.total, err))
        return false;
    if (req->api)
        return reply_list_json(req, list, view.count, view.total, page);
    struct facility_line *lines = NEW_ARRAY(req->arena, view.count + 1, struct facility_line);
    for (size_t i = 0; i < view.count; i++)
        lines[i] = line_of(req, &list[i]);
    view.lines = lines;
    if (page * PAGE_LINES < view.total)
        view.next_url = page_url(req, page + 1);
    service_choices(req, &view, filter.service_code);
    if (!area_choices(req, &view, err))
        return false;
    struct page p = {.title = "資源", .section = "/facilities", .wide = true};
    return reply_page(req, &p, facility_list_html, &view);
}

static void add_fact(struct facility_show_view *view, struct facility_fact *facts, const char *label, const char *text)
{
    if (*text)
        facts[view->count++] = (struct facility_fact){.label = label, .text = text};
}

static void list_facts(struct request *req, const struct facility *f, struct facility_show_view *view)
{
    struct arena *a = req->arena;
    struct facility_fact *facts = NEW_ARRAY(a, 20, struct facility_fact);
    const char *days = "";
    for (const char *list = f->days, *c; (c = codes_next(&list, a));)
        days = arena_printf(a, "%s%s%s", days, *days ? "、" : "", code_label("service_day", c));
    view->facts = facts;
    add_fact(view, facts, *f->service_code ? "サービスの種類" : "機関の種類", service_words(f));
    add_fact(view, facts, "フリガナ", f->kana);
    add_fact(view, facts, "事業所番号", f->office_number);
    add_fact(view, facts, "法人", f->corporation);
    add_fact(view, facts, "地域", area_label(req->db, f->area_code, a));
    add_fact(view, facts, "住所", f->address);
    add_fact(view, facts, "電話番号", f->phone);
    add_fact(view, facts, "FAX番号", f->fax);
    add_fact(view, facts, "利用できる曜日", days);
    add_fact(view, facts, "曜日についての説明", f->note);
    if (!strcmp(f->kind, "care"))
        add_fact(view, facts, "定員", f->capacity == FIELD_BLANK ? "公表されていません" : arena_printf(a, "%ld人", f->capacity));
    if (f->beds != FIELD_BLANK)
        add_fact(view, facts, "病床数", arena_printf(a, "%ld床", f->beds));
    if (*f->url) {
        add_fact(view, facts, "ホームページ", f->url);
        facts[view->count - 1].is_link = true;
    }
}

static bool find_siblings(struct request *req, const struct facility *f, struct facility_show_view *view, struct err *err)
{
    struct facility_line *lines = NEW_ARRAY(req->arena, PICKS, struct facility_line);
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT id, name, service_code FROM facility WHERE source = $1 AND office_number = $2 AND id <> $3 AND merged_into = '' "
                            "ORDER BY service_code LIMIT 20",
                            TEXT(f->source), TEXT(f->office_number), TEXT(f->id));
    if (!r)
        return false;
    while (view->sibling_count < PICKS && rows_next(r))
        lines[view->sibling_count++] = (struct facility_line){.id = rows_text(r, 0), .name = rows_text(r, 1),
                                                              .service = code_label("care_service", rows_text(r, 2))};
    view->siblings = lines;
    return !rows_failed(r);
}

bool facility_show_page(struct request *req, struct err *err)
{
    struct facility f;
    if (!facility_find(req->db, request_param(req, "id"), req->arena, &f, err))
        return false;
    if (req->api) {
        struct json j;
        json_init(&j, &req->out);
        write_facility(&j, &f);
        return reply_json(req, 200);
    }
    if (*f.merged_into)
        return reply_redirect(req, "/facilities/%s", f.merged_into);
    struct facility_show_view view = {.attribution = facility_attribution(req->arena, f.source), .is_listed = f.is_listed,
                                      .imported = arena_printf(req->arena, "取り込み：%s", utc_to_local_label(req->arena, f.imported_at))};
    auto_buf panels = {0};
    list_facts(req, &f, &view);
    if (!find_siblings(req, &f, &view, err) || !panels_show(&panels, req, "facility", f.id, err))
        return false;
    view.panels = panels.size ? panels.data : "";
    static const struct crumb crumbs[] = {{"資源", "/facilities"}};
    struct page page = {.title = f.name, .section = "/facilities", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, facility_show_html, &view);
}

static bool find_picks(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    struct facility_filter filter = {.words = words, .area_code = "", .service_code = "", .near_path = req->session->area_path,
                                     .limit = PICKS};
    struct facility *list;
    if (!facility_list(req->db, &filter, req->arena, &list, ret_count, NULL, err))
        return false;
    struct pick *picks = NEW_ARRAY(req->arena, *ret_count + 1, struct pick);
    for (size_t i = 0; i < *ret_count; i++)
        picks[i] = (struct pick){.id = list[i].id, .label = list[i].name,
                                 .detail = arena_printf(req->arena, "%s　%s", service_words(&list[i]),
                                                        list[i].address)};
    *ret_picks = picks;
    return true;
}

static const char *label_pick(struct request *req, const char *id)
{
    return facility_name(req->db, id, req->arena);
}

const struct picker facility_picker = {.kind = "facility", .needs = PERM_DIRECTORY_READ, .find = find_picks, .label = label_pick};

bool facility_search(struct request *req, const char *words, struct search_results *results, struct err *err)
{
    enum { SHOWN = 20 };
    struct facility_filter filter = {.words = words, .area_code = "", .service_code = "", .near_path = req->session->area_path, .limit = SHOWN};
    struct facility *list;
    size_t count;
    if (!facility_list(req->db, &filter, req->arena, &list, &count, NULL, err))
        return false;
    for (size_t i = 0; i < count; i++)
        search_add(results, (struct search_result){.group = "資源", .title = list[i].name,
                                                   .detail = arena_printf(req->arena, "%s　%s　%s", code_label("care_service", list[i].service_code),
                                                                          list[i].address, list[i].phone),
                                                   .url = arena_printf(req->arena, "/facilities/%s", list[i].id)});
    return true;
}
