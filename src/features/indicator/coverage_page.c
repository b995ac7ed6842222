/* coverage_page.c -- the page of the map: kind and area are chosen, the table stands beside, files of both. */
#include "base/count.h"
#include "features/audience/audience.h"
#include "features/indicator/coverage.h"
#include "features/indicator/coverage_view.h"
#include "output/paper.h"
#include "web/request.h"

#include <string.h>

page_body_fn coverage_html;

enum { MAP_HEIGHT = 230 /* mm of a page */ };

/* What has districts of its own: prefectures, and cities with wards. */
#define AREAS \
    "SELECT a.code, a.name, a.kind FROM area a WHERE a.retired_on = '' AND (a.kind = 'prefecture' OR EXISTS (SELECT 1 FROM area w WHERE w.parent_code = a.code " \
    "AND w.kind = 'ward' AND w.retired_on = '')) ORDER BY a.code"

/* The own city where it has wards, otherwise the own prefecture; of whom has no area of its own, the installation's. */
static const char *usual_area(struct request *req)
{
    struct err ignored = {0};
    const char *found = db_text(req->db, req->arena, &ignored,
                                "SELECT a.code FROM area a WHERE a.kind <> 'ward' AND EXISTS (SELECT 1 FROM area w WHERE w.parent_code = a.code) AND "
                                "COALESCE(NULLIF($1, ''), (SELECT o.path FROM office f JOIN area o ON o.code = f.area_code ORDER BY length(o.path), o.path LIMIT 1), '') "
                                "LIKE a.path || '%' ORDER BY length(a.path) DESC LIMIT 1",
                                TEXT(req->session->area_path));
    return found ? found : "130001";
}

static bool read_asked(struct request *req, struct coverage *c, struct err *err)
{
    struct audience who;
    const char *area = request_query(req, "area"), *kind = request_query(req, "kind");
    *c = (struct coverage){.db = req->db, .arena = req->arena, .date = date_wareki(req->arena, req->today), .kind = nearest_kind_find(*kind ? kind : "home_nursing")};
    if (!c->kind)
        return err_set(err, ERR_INPUT, "coverage.kind", "kind");
    if (!area_find(req->db, *area ? area : usual_area(req), req->arena, &c->area, err) || !audience_open(req->db, audience_of(req->session), req->arena, &who, err))
        return false;
    c->is_hidden = !audience_sees(&who, "place");
    return true;
}

static bool add_areas(struct request *req, const struct coverage *c, struct coverage_view *v, struct err *err)
{
    enum { MOST = 100 };
    struct coverage_choice *choices = NEW_ARRAY(req->arena, MOST + 1, struct coverage_choice);
    bool is_known = false;
    auto_rows *r = db_query(req->db, req->arena, err, AREAS);
    while (r && v->area_count < MOST && rows_next(r)) {
        bool city = strcmp(rows_text(r, 2), "prefecture") != 0, chosen = !strcmp(rows_text(r, 0), c->area.code);
        choices[v->area_count++] = (struct coverage_choice){rows_text(r, 0), city ? arena_printf(req->arena, "　%s", rows_text(r, 1)) : rows_text(r, 1), chosen};
        is_known |= chosen;
    }
    if (!is_known)
        choices[v->area_count++] = (struct coverage_choice){c->area.code, area_label(req->db, c->area.code, req->arena), true};
    v->areas = choices;
    return r && !rows_failed(r);
}

static void add_kinds(struct request *req, const struct coverage *c, struct coverage_view *v)
{
    struct coverage_choice *choices = NEW_ARRAY(req->arena, nearest_kind_count, struct coverage_choice);
    for (size_t i = 0; i < nearest_kind_count; i++)
        choices[i] = (struct coverage_choice){nearest_kinds[i].key, nearest_kinds[i].label, &nearest_kinds[i] == c->kind};
    v->kinds = choices;
    v->kind_count = nearest_kind_count;
}

static void add_files(struct request *req, const struct coverage *c, struct coverage_view *v)
{
    static const char *const files[][2] = {{"pdf", "PDF（地図と表）"}, {"svg", "地図（SVG）"}, {"xlsx", "Excel"}, {"csv", "CSV"}};
    struct coverage_file *list = NEW_ARRAY(req->arena, COUNT(files), struct coverage_file);
    for (size_t i = 0; i < COUNT(files); i++)
        list[i] = (struct coverage_file){files[i][1], arena_printf(req->arena, "/coverage?area=%s&kind=%s&format=%s", c->area.code, c->kind->key, files[i][0])};
    v->files = list;
    v->file_count = COUNT(files);
}

/* The map on a page of its own, then the table. */
static bool reply_paper(struct request *req, const struct coverage *c, struct err *err)
{
    auto_buf pdf = {0};
    const struct paper_head head = {.title = c->map.title, .date = c->date};
    struct paper *p = paper_new(false, &head);
    district_map_paper(&c->map, p, MAP_HEIGHT);
    paper_new_page(p);
    paper_table(p, c->table);
    return paper_finish(p, &pdf, err) && reply_document(req, "application/pdf", arena_printf(req->arena, "%s_%s.pdf", c->map.title, c->area.name), pdf.data, pdf.size);
}

static bool reply_drawing(struct request *req, const struct coverage *c)
{
    auto_buf svg = {0};
    district_map_svg(&c->map, false, &svg);
    return reply_document(req, "image/svg+xml", arena_printf(req->arena, "%s_%s.svg", c->map.title, c->area.name), svg.data, svg.size);
}

static bool reply_shown(struct request *req, const struct coverage *c, const struct page *page, struct err *err)
{
    auto_buf wide = {0}, narrow = {0}, table = {0};
    struct coverage_view v = {0};
    if (!add_areas(req, c, &v, err) || !table_write(c->table, TABLE_HTML, &table, err))
        return false;
    add_kinds(req, c, &v);
    add_files(req, c, &v);
    district_map_svg(&c->map, false, &wide);
    district_map_svg(&c->map, true, &narrow);
    v.wide = wide.data;
    v.narrow = narrow.data;
    v.table = table.data;
    return reply_page(req, page, coverage_html, &v);
}

bool coverage_page(struct request *req, struct err *err)
{
    struct coverage c;
    const struct page page = {.title = "いちばん近い事業所までの距離", .section = "/facilities", .wide = true};
    const char *format = request_query(req, "format");
    if (!read_asked(req, &c, err) || !coverage_make(&c, err))
        return false;
    if (!strcmp(format, "pdf"))
        return reply_paper(req, &c, err);
    if (!strcmp(format, "svg"))
        return reply_drawing(req, &c);
    return *format || req->api ? reply_table(req, &page, c.table) : reply_shown(req, &c, &page, err);
}
