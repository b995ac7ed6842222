/* vacancy_board.c -- the board: who takes new patients now, the freshest answer first; the same as CSV, XLSX, PDF and JSON. */
#include "features/vacancy/vacancy_board.h"

#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/facility/facility.h"
#include "features/vacancy/vacancy_store.h"
#include "output/table.h"
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

page_body_fn vacancy_board_html;

enum { PAGE_LINES = 50, EXPORT_LINES = 5000 };

struct board {
    struct request *req;
    const char *now; /* now_local */
    const char *area, *service, *status, *band, *fresh;
    long page;
};

static struct board board_of(struct request *req)
{
    long page = atol(request_query(req, "page"));
    return (struct board){.req = req, .now = now_local(req->arena), .area = request_query(req, "area"), .service = request_query(req, "service"),
                          .status = request_query(req, "status"), .band = request_query(req, "band"), .fresh = request_query(req, "fresh"),
                          .page = page < 1 ? 1 : page > 10000 ? 10000 : page};
}

/* Of entries that were put together the one that is shown stands on the board, when it has a row of its own. */
static void add_filters(struct query *q, const struct board *b)
{
    query_add(q, " AND NOT EXISTS (SELECT 1 FROM facility f JOIN vacancy s ON s.facility_id = f.merged_into WHERE f.id = c.facility_id AND f.merged_into <> '')");
    if (*b->area)
        query_add(q, " AND c.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(area_path(b->req->db, b->area, b->req->arena)));
    if (*b->service)
        query_add(q, " AND c.service = ?", TEXT(b->service));
    if (*b->status && !strcmp(b->band, "night"))
        query_add(q, " AND c.night = ?", TEXT(b->status));
    else if (*b->status && !strcmp(b->band, "weekend"))
        query_add(q, " AND c.weekend = ?", TEXT(b->status));
    else if (*b->status)
        query_add(q, " AND c.status = ?", TEXT(b->status));
    if (!strcmp(b->fresh, "fresh"))
        query_add(q, " AND c.valid_until >= ?", TEXT(b->now));
    if (!strcmp(b->fresh, "stale"))
        query_add(q, " AND c.valid_until < ?", TEXT(b->now));
}


bool vacancy_line_fill(struct request *req, const struct vacancy *v, const char *now, struct vacancy_line *l, struct err *err)
{
    struct arena *a = req->arena;
    struct facility f;
    if (!facility_find(req->db, v->facility_id, a, &f, err))
        return false;
    *l = (struct vacancy_line){.url = arena_printf(a, "/vacancies/%s", v->facility_id), .name = f.name, .service = vacancy_service_label(v->service),
                               .area = area_label(req->db, v->area_code, a), .phone = f.phone, .status = vacancy_status_words(v, now, a),
                               .night = vacancy_short_words(v->night), .weekend = vacancy_short_words(v->weekend),
                               .slots = v->slots == FIELD_BLANK ? "" : arena_printf(a, "%ld", v->slots), .conditions = v->conditions,
                               .from = *v->from_on ? date_wareki_short(a, date_from_iso(v->from_on)) : "", .age = vacancy_age(v, now, a),
                               .channel = "", .note = "", .asked = "", .is_stale = vacancy_is_stale(v, now)};
    return true;
}

static bool read_lines(const struct board *b, long limit, long offset, struct vacancy_line **ret_lines, size_t *ret_count, struct err *err)
{
    struct arena *a = b->req->arena;
    struct vacancy *list = NEW_ARRAY(a, (size_t)limit, struct vacancy);
    size_t count = 0;
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT " VACANCY_COLUMNS " FROM vacancy c WHERE 1 = 1");
    add_filters(&q, b);
    query_add(&q, " ORDER BY c.as_of DESC, c.facility_id LIMIT ? OFFSET ?", INT(limit), INT(offset));
    auto_rows *r = query_run(&q, b->req->db, a, err);
    while (r && count < (size_t)limit && rows_next(r))
        list[count++] = vacancy_read(r, a);
    if (!r || rows_failed(r))
        return false;
    *ret_lines = NEW_ARRAY(a, count + 1, struct vacancy_line);
    for (*ret_count = 0; *ret_count < count; (*ret_count)++)
        if (!vacancy_line_fill(b->req, &list[*ret_count], b->now, &(*ret_lines)[*ret_count], err))
            return false;
    return true;
}

/* All of them, and those confirmed within seven days (indicators.md S11). */
static bool count_lines(const struct board *b, long long *ret_total, long long *ret_recent, struct err *err)
{
    struct query q;
    const char *since = arena_printf(b->req->arena, "%s%s", date_iso(b->req->arena, date_add_days(b->req->today, -VACANCY_DAYS)), b->now + 10);
    query_init(&q, b->req->arena);
    query_add(&q, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN c.as_of >= ? THEN 1 ELSE 0 END), 0) FROM vacancy c WHERE 1 = 1", TEXT(since));
    add_filters(&q, b);
    auto_rows *r = query_run(&q, b->req->db, b->req->arena, err);
    if (!r || !rows_next(r))
        return false;
    *ret_total = rows_int(r, 0);
    *ret_recent = rows_int(r, 1);
    return true;
}

/* ---- the filters on the page ---- */

static struct vacancy_select select_of_codes(struct arena *a, const char *name, const char *label, const char *all, const char *codes,
                                             const char *chosen)
{
    const struct code_list *list = code_list_find(codes);
    struct vacancy_choice *choices = NEW_ARRAY(a, list->count, struct vacancy_choice);
    for (size_t i = 0; i < list->count; i++)
        choices[i] = (struct vacancy_choice){list->codes[i].code, list->codes[i].label, !strcmp(chosen, list->codes[i].code)};
    return (struct vacancy_select){name, label, all, choices, list->count};
}

bool vacancy_area_select(struct request *req, const char *chosen, struct vacancy_select *ret_select, struct err *err)
{
    struct area *areas;
    size_t count;
    if (!area_near(req->db, req->session->area_path, req->arena, &areas, &count, err))
        return false;
    struct vacancy_choice *choices = NEW_ARRAY(req->arena, count + 1, struct vacancy_choice);
    for (size_t i = 0; i < count; i++)
        choices[i] = (struct vacancy_choice){areas[i].code, areas[i].name, !strcmp(chosen, areas[i].code)};
    *ret_select = (struct vacancy_select){"area", "地域", "すべて", choices, count};
    return true;
}

/* Only services that stand on the board. */
static bool service_select(const struct board *b, struct vacancy_select *ret_select, struct err *err)
{
    enum { MOST = 100 };
    struct vacancy_choice *choices = NEW_ARRAY(b->req->arena, MOST, struct vacancy_choice);
    size_t count = 0;
    auto_rows *r = db_query(b->req->db, b->req->arena, err, "SELECT DISTINCT service FROM vacancy ORDER BY service LIMIT 100");
    for (; r && count < MOST && rows_next(r); count++)
        choices[count] = (struct vacancy_choice){rows_text(r, 0), vacancy_service_label(rows_text(r, 0)), !strcmp(rows_text(r, 0), b->service)};
    *ret_select = (struct vacancy_select){"service", "サービス", "すべて", choices, count};
    return r && !rows_failed(r);
}

static bool fill_selects(const struct board *b, struct vacancy_board_view *v, struct err *err)
{
    struct arena *a = b->req->arena;
    static const char *const bands[][2] = {{"weekday", "平日の日中"}, {"night", "夜間"}, {"weekend", "土日・祝日"}};
    static const char *const ages[][2] = {{"fresh", "古くない情報だけ"}, {"stale", "古い情報だけ"}};
    struct vacancy_select *s = NEW_ARRAY(a, 5, struct vacancy_select);
    struct vacancy_choice *band = NEW_ARRAY(a, COUNT(bands), struct vacancy_choice), *age = NEW_ARRAY(a, COUNT(ages), struct vacancy_choice);
    for (size_t i = 0; i < COUNT(bands); i++)
        band[i] = (struct vacancy_choice){bands[i][0], bands[i][1], !strcmp(bands[i][0], b->band)};
    for (size_t i = 0; i < COUNT(ages); i++)
        age[i] = (struct vacancy_choice){ages[i][0], ages[i][1], !strcmp(ages[i][0], b->fresh)};
    s[2] = select_of_codes(a, "status", "受入れ", "すべて", "vacancy_status", b->status);
    s[3] = (struct vacancy_select){"band", "受入れの時間帯", NULL, band, COUNT(bands)};
    s[4] = (struct vacancy_select){"fresh", "情報の新しさ", "すべて", age, COUNT(ages)};
    v->selects = s;
    v->select_count = 5;
    return vacancy_area_select(b->req, b->area, &s[0], err) && service_select(b, &s[1], err);
}

static const char *board_url(const struct board *b, const char *name, const char *value)
{
    static const char *const kept[] = {"area", "service", "status", "band", "fresh"};
    struct pairs q;
    pairs_init(&q, b->req->arena);
    for (size_t i = 0; i < COUNT(kept); i++)
        if (*request_query(b->req, kept[i]))
            pairs_add(&q, kept[i], request_query(b->req, kept[i]));
    pairs_add(&q, name, value);
    return arena_printf(b->req->arena, "/vacancies?%s", pairs_query(&q, b->req->arena));
}

static void fill_exports(const struct board *b, struct vacancy_board_view *v)
{
    static const char *const formats[][2] = {{"csv", "CSV（UTF-8）"}, {"csv-cp932", "CSV（シフトJIS）"}, {"xlsx", "Excel"}, {"pdf", "PDF（印刷用）"}};
    struct vacancy_export *e = NEW_ARRAY(b->req->arena, COUNT(formats), struct vacancy_export);
    for (size_t i = 0; i < COUNT(formats); i++)
        e[i] = (struct vacancy_export){formats[i][1], board_url(b, "format", formats[i][0])};
    v->exports = e;
    v->export_count = COUNT(formats);
}

/* ---- the table of the exports ---- */

static struct table *board_table(const struct board *b, const struct vacancy_line *lines, size_t count)
{
    static const struct {
        const char *key, *label;
        size_t offset;
    } columns[] = {
#define AT(member) offsetof(struct vacancy_line, member)
        {"name", "事業所", AT(name)},           {"service", "サービス", AT(service)},     {"area", "地域", AT(area)},
        {"status", "平日の日中", AT(status)},   {"night", "夜間", AT(night)},             {"weekend", "土日・祝日", AT(weekend)},
        {"slots", "空き", AT(slots)},           {"conditions", "条件", AT(conditions)},   {"from_on", "いつから", AT(from)},
        {"as_of", "確認", AT(age)},             {"phone", "電話", AT(phone)},
    };
    struct arena *a = b->req->arena;
    struct table *t = table_new(a, "vacancy-board", "空き・新規受入の一覧");
    for (size_t i = 0; i < COUNT(columns); i++)
        table_column(t, columns[i].key, columns[i].label, COLUMN_TEXT, NULL);
    for (size_t k = 0; k < count; k++) {
        struct row *r = table_row(t, ROW_PLAIN, strrchr(lines[k].url, '/') + 1);
        for (size_t i = 0; i < COUNT(columns); i++)
            r->cells[i] = CELL_OF_TEXT(*(const char *const *)(const void *)((const char *)&lines[k] + columns[i].offset));
    }
    t->subtitle = *b->area ? area_label(b->req->db, b->area, a) : "";
    t->as_of = arena_printf(a, "%s 現在", utc_to_local_label(a, now_utc(a)));
    t->landscape = true;
    table_note(t, "「古い情報」は、確認から決められた日数（ふつう%d日）を過ぎたものです。電話で確かめてください。", VACANCY_DAYS);
    return t;
}

bool vacancy_board_page(struct request *req, struct err *err)
{
    struct board b = board_of(req);
    struct vacancy_line *lines;
    struct vacancy_board_view v = {.csrf = req->session->csrf, .may_write = request_may(req, PERM_DIRECTORY_WRITE), .may_set = request_may(req, PERM_SYSTEM),
                                   .previous_url = "", .next_url = ""};
    bool whole = req->api || *request_query(req, "format");
    long limit = whole ? EXPORT_LINES : PAGE_LINES;
    long long recent;
    if (!read_lines(&b, limit, (b.page - 1) * limit, &lines, &v.count, err) || !count_lines(&b, &v.total, &recent, err))
        return false;
    struct page page = {.title = "空き・新規受入", .section = "/vacancies", .wide = true};
    if (whole) {
        struct table *t = board_table(&b, lines, v.count);
        t->total = (size_t)v.total;
        return reply_table(req, &page, t);
    }
    v.lines = lines;
    v.is_filtered = *request_query(req, "area") || *request_query(req, "service") || *request_query(req, "status") || *request_query(req, "fresh");
    v.freshness = v.total ? arena_printf(req->arena, "%lld件のうち%lld件（%lld%%）が、この%d日の間に確かめた情報です。", v.total, recent, recent * 100 / v.total, VACANCY_DAYS)
                          : "新しい利用者・患者を受け入れられる事業所を、確かめた時刻と一緒に示します。";
    if (b.page > 1)
        v.previous_url = board_url(&b, "page", arena_printf(req->arena, "%ld", b.page - 1));
    if (b.page * PAGE_LINES < v.total)
        v.next_url = board_url(&b, "page", arena_printf(req->arena, "%ld", b.page + 1));
    fill_exports(&b, &v);
    return fill_selects(&b, &v, err) && reply_page(req, &page, vacancy_board_html, &v);
}
