/* population_pages.c -- 65歳以上人口: who keeps the directory's open data enters them here, for the own area and below. */
#include "features/indicator/population_pages.h"

#include "base/count.h"
#include "base/text.h"
#include "features/area/area.h"
#include "features/indicator/population_view.h"
#include "output/csv.h"

#include <stdlib.h>
#include <string.h>

page_body_fn population_html;

enum { LINES = 500, MISSING = 40 };

struct entry_form {
    const char *area_code, *source;
    long year, people;
};
#define AT(member) offsetof(struct entry_form, member)

static void check(const void *row, struct date today, struct problems *p)
{
    const struct entry_form *x = row;
    if (x->year != FIELD_BLANK && x->year > today.year)
        problem_add(p, "year", "年は、西暦4桁で、今年までの年を入力してください。");
}

static const struct field fields[] = {
    {.name = "area_code", .label = "地域", .help = "市区町村か区の名前で探します。", .type = FIELD_REF, .picker = "area", .required = true, .offset = AT(area_code),
     .source = "formats.md F"},
    {.name = "year", .label = "年", .help = "統計の年。西暦4桁（例：2024）", .type = FIELD_INT, .required = true, .min = POPULATION_FIRST_YEAR, .max = 2999, .offset = AT(year),
     .source = "indicators.md §3"},
    {.name = "people", .label = "65歳以上人口（人）", .type = FIELD_INT, .required = true, .min = 0, .max = POPULATION_MOST, .offset = AT(people), .source = "indicators.md §3"},
    {.name = "source", .label = "出典", .help = "例：令和2年国勢調査", .type = FIELD_TEXT, .max = 200, .required = true, .offset = AT(source), .source = "indicators.md §3"},
};
static const struct field_set entry_set = {
    .name = "population_65", .label = "65歳以上人口", .fields = fields, .count = COUNT(fields), .size = sizeof(struct entry_form), .check = check};

/* ---- the page ---- */

static const char *year_words(long year, struct arena *a)
{
    return arena_printf(a, "%ld年", year);
}

static bool read_lines(struct request *req, struct population_view *v, struct err *err)
{
    struct arena *a = req->arena;
    const struct field people = fields[2];
    struct population_line *lines = NEW_ARRAY(a, LINES, struct population_line);
    auto_rows *r = db_query(req->db, a, err,
                            "SELECT p.area_code, p.year, p.people, p.source, p.imported_at FROM population_65 p JOIN area c ON c.code = p.area_code "
                            "WHERE c.path LIKE $1 || '%' ORDER BY p.area_code, p.year DESC LIMIT 501",
                            TEXT(req->session->area_path));
    v->lines = lines;
    for (; r && rows_next(r); v->count++) {
        if (v->count == LINES) {
            v->is_cut = true;
            break;
        }
        const struct entry_form row = {.people = (long)rows_int(r, 2)};
        const char *code = rows_text(r, 0);
        long year = (long)rows_int(r, 1);
        lines[v->count] = (struct population_line){code, area_label(req->db, code, a), year_words(year, a), field_display(&people, &row, a), rows_text(r, 3),
                                                   utc_to_local_label(a, rows_text(r, 4)), arena_printf(a, "/indicators/population?area=%s&year=%ld#one", code, year),
                                                   arena_printf(a, "%ld", year)};
    }
    return r && !rows_failed(r);
}

/* Areas directly below the own one (the own one, when there are none) that have no number. */
static bool read_missing(struct request *req, struct population_view *v, struct err *err)
{
    struct arena *a = req->arena;
    struct area *areas;
    size_t count, missing = 0;
    v->missing = "";
    if (!area_children(req->db, req->session->area_code, a, &areas, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < v->count && strcmp(v->lines[k].area_code, areas[i].code))
            k++;
        if (k == v->count && missing++ < MISSING)
            v->missing = arena_printf(a, "%s%s%s", v->missing, missing > 1 ? "、" : "", areas[i].name);
    }
    if (missing > MISSING)
        v->missing = arena_printf(a, "%s　ほか%zu", v->missing, missing - MISSING);
    return true;
}

static bool show(struct request *req, struct population_view *v, struct form *form, struct err *err)
{
    if (!read_lines(req, v, err) || !read_missing(req, v, err))
        return false;
    form->req = req;
    form->set = &entry_set;
    form->action = "/indicators/population";
    form->submit_label = "この人口を入れる";
    v->form = form;
    v->csrf = req->session->csrf;
    static const struct crumb crumbs[] = {{"資源", "/facilities"}};
    struct page page = {.title = "65歳以上人口", .section = "/facilities", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, population_html, v);
}

static bool is_own(struct request *req, const char *area_code)
{
    const char *path = area_path(req->db, area_code, req->arena), *own = req->session->area_path;
    return *path && !strncmp(path, own, strlen(own));
}

/* ?area=&year=: that number to be mended. */
bool population_page(struct request *req, struct err *err)
{
    struct population_view v = {.trouble = "", .taken = ""};
    struct entry_form row;
    const char *area = request_query(req, "area"), *year = request_query(req, "year");
    field_clear(&entry_set, memset(&row, 0, sizeof row));
    if (*area && is_own(req, area) && strlen(year) == 4) {
        auto_rows *r = db_query(req->db, req->arena, err, "SELECT area_code, year, people, source FROM population_65 WHERE area_code = $1 AND year = $2", TEXT(area),
                                INT(strtol(year, NULL, 10)));
        if (r && rows_next(r))
            row = (struct entry_form){.area_code = rows_text(r, 0), .year = (long)rows_int(r, 1), .people = (long)rows_int(r, 2), .source = rows_text(r, 3)};
        if (!r || rows_failed(r))
            return false;
    }
    struct form form = {.row = &row};
    return show(req, &v, &form, err);
}

/* ---- one number ---- */

struct saving {
    struct request *req;
    struct population_entry entry;
};

static const char *object(const struct saving *s)
{
    return arena_printf(s->req->arena, "%s/%ld", s->entry.area_code, s->entry.year);
}

static bool write_entry(struct db *db, void *arg, struct err *err)
{
    const struct saving *s = arg;
    struct audit_entry entry = request_audit_entry(s->req, "population_65", object(s), "");
    return population_put(db, &s->entry, NULL, err) && audit_append(db, &entry, err);
}

bool population_post(struct request *req, struct err *err)
{
    struct population_view v = {.trouble = "", .taken = ""};
    struct entry_form row;
    struct problems problems;
    struct form form = {.row = &row, .typed = &req->body, .req = req, .set = &entry_set};
    problems_init(&problems, req->arena);
    field_clear(&entry_set, memset(&row, 0, sizeof row));
    if (form_asks_more(req, &form))
        return show(req, &v, &form, err);
    form_gather(req, &entry_set, &req->body, &problems);
    (void)field_parse(&entry_set, &req->body, req->today, &row, req->arena, &problems);
    if (*row.area_code && !is_own(req, row.area_code))
        problem_add(&problems, "area_code", "ご自分の地域の中から選んでください。");
    if (problems.count) {
        form.problems = &problems;
        req->status = 422;
        return show(req, &v, &form, err);
    }
    struct saving s = {req, {row.area_code, row.year, row.people, row.source}};
    if (!store_write(app_store(req->app), write_entry, &s, err))
        return false;
    reply_flash(req, arena_printf(req->arena, "%s（%ld年）の65歳以上人口を入れました。", area_label(req->db, row.area_code, req->arena), row.year), NULL);
    return reply_redirect(req, "/indicators/population");
}

static bool write_removal(struct db *db, void *arg, struct err *err)
{
    const struct saving *s = arg;
    struct audit_entry entry = request_audit_entry(s->req, "population_65", object(s), "");
    return population_remove(db, s->entry.area_code, s->entry.year, err) && audit_append(db, &entry, err);
}

bool population_delete(struct request *req, struct err *err)
{
    const char *area = pairs_get(&req->body, "area_code"), *year = pairs_get(&req->body, "year");
    struct saving s = {req, {.area_code = area, .year = strtol(year, NULL, 10)}};
    if (!is_own(req, area))
        return err_set(err, ERR_NOT_FOUND, "area.unknown", "not below the own area");
    if (!store_write(app_store(req->app), write_removal, &s, err))
        return false;
    reply_flash(req, arena_printf(req->arena, "%s（%ld年）の65歳以上人口を消しました。", area_label(req->db, area, req->arena), s.entry.year), NULL);
    return reply_redirect(req, "/indicators/population");
}

/* ---- a file ---- */

struct importing {
    struct request *req;
    struct population_file file;
};

static bool write_file(struct db *db, void *arg, struct err *err)
{
    struct importing *i = arg;
    if (!population_read(db, &i->file, err))
        return false;
    struct audit_entry entry = request_audit_entry(i->req, "population_65", "file", arena_printf(i->req->arena, "rows=%ld changed=%ld refused=%ld", i->file.rows,
                                                                                                i->file.changed, i->file.refused));
    return audit_append(db, &entry, err);
}

static const char *taken(const struct population_file *f, struct arena *a)
{
    return arena_printf(a, "%ld行を読み、%ld件が変わりました。%s%s", f->rows, f->changed,
                        f->outside ? arena_printf(a, "ご自分の地域の外の%ld行は、取り込みませんでした。", f->outside) : "",
                        f->refused ? arena_printf(a, "受け取れない行が%ld行あります。直してから、もう一度取り込んでください。", f->refused) : "");
}

bool population_import_post(struct request *req, struct err *err)
{
    struct importing *i = NEW(req->arena, struct importing);
    struct population_view v = {.trouble = "", .taken = ""};
    struct entry_form row;
    struct err wrong = {0};
    struct form form = {.row = &row};
    field_clear(&entry_set, memset(&row, 0, sizeof row));
    i->req = req;
    i->file.within = req->session->area_path;
    if (!req->upload_count || !req->uploads[0].size)
        err_set(&wrong, ERR_INPUT, "indicator.no_file", "no file");
    else {
        i->file.path = req->uploads[0].path;
        (void)store_write_alone(app_store(req->app), write_file, i, &wrong);
    }
    if (wrong.kind && wrong.kind != ERR_INPUT && wrong.kind != ERR_TOO_LARGE) {
        *err = wrong;
        return false;
    }
    if (wrong.kind)
        v.trouble = app_message(req->app, wrong.message);
    else
        v.taken = taken(&i->file, req->arena);
    v.file = i->file.refused && !wrong.kind ? &i->file : NULL;
    if (wrong.kind || i->file.refused)
        req->status = 422;
    return show(req, &v, &form, err);
}

/* The columns with a row for each area below the own one: only the numbers are to be written in. */
bool population_sheet(struct request *req, struct err *err)
{
    struct area *areas, own;
    size_t count;
    auto_buf csv = {0};
    static const char *const headers[] = {"全国地方公共団体コード", "地域", "年", "65歳以上人口", "出典"};
    const char *code = req->session->area_code;
    if (!area_find(req->db, code, req->arena, &own, err) || !area_children(req->db, code, req->arena, &areas, &count, err))
        return false;
    buf_text(&csv, "\xef\xbb\xbf");
    for (size_t i = 0; i < COUNT(headers); i++)
        csv_cell(&csv, headers[i], i == 0);
    csv_end_row(&csv);
    for (size_t i = 0; i < (count ? count : 1); i++) {
        const struct area *area = count ? &areas[i] : &own;
        const char *const cells[] = {area->code, area_label(req->db, area->code, req->arena), "", "", ""};
        for (size_t k = 0; k < COUNT(cells); k++)
            csv_cell(&csv, cells[k], k == 0);
        csv_end_row(&csv);
    }
    return reply_document(req, "text/csv; charset=utf-8", "65歳以上人口.csv", csv.data, csv.size);
}
