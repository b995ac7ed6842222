#include "features/report/report_pages.h"

#include "features/area/area.h"
#include "features/report/report_view.h"
#include "output/table.h"
#include "web/html.h"

#include <string.h>

void report_index_html(struct buf *out, const void *view);
void report_page_html(struct buf *out, const void *view);

static const char *report_url(struct arena *a, const char *id, const char *area, const char *period)
{
    return arena_printf(a, "/reports/%s?area=%s&period=%s", id, area, period);
}

/* The smallest period the report knows that is not over in the future: last full month, this trimester, this year. */
static struct period usual_period(const struct report *report, struct date today)
{
    if (report->periods & REPORT_BY_YEAR && !(report->periods & REPORT_BY_MONTH))
        return period_of(PERIOD_YEAR, today);
    if (report->periods & REPORT_BY_MONTH)
        return period_of(PERIOD_MONTH, today);
    return period_of(PERIOD_TRIMESTER, today);
}

static unsigned period_bit(enum period_kind kind)
{
    switch (kind) {
    case PERIOD_YEAR: return REPORT_BY_YEAR;
    case PERIOD_TRIMESTER: return REPORT_BY_TRIMESTER;
    case PERIOD_MONTH: return REPORT_BY_MONTH;
    case PERIOD_DAY: return REPORT_BY_DAY;
    case PERIOD_NONE: break;
    }
    return 0;
}

bool report_index_page(struct request *req, struct err *err)
{
    (void)err;
    struct report_index_view v = {.area_name = req->session->area_name};
    const struct feature *const *all = app_features(req->app);
    size_t room = 0;
    for (const struct feature *const *f = all; *f; f++)
        room += (*f)->report_count;
    v.links = NEW_ARRAY(req->arena, room, struct report_link);
    const char *group = "";
    for (const struct feature *const *f = all; *f; f++)
        for (size_t i = 0; i < (*f)->report_count; i++) {
            const struct report *r = &(*f)->reports[i];
            const char *period = period_id(req->arena, usual_period(r, req->today));
            v.links[v.link_count++] = (struct report_link){strcmp(group, r->group) ? r->group : NULL, r->title, r->summary,
                                                           report_url(req->arena, r->id, req->session->area_code, period)};
            group = r->group;
        }
    struct page page = {.title = "報告", .section = "/reports"};
    return reply_page(req, &page, report_index_html, &v);
}

static bool fill_areas(struct request *req, const struct report_query *q, struct report_page_view *v, struct err *err)
{
    struct area *children = NULL;
    size_t count = 0;
    if (!area_children(req->db, req->session->area_code, req->arena, &children, &count, err))
        return false;
    v->areas = NEW_ARRAY(req->arena, count + 1, struct report_choice);
    v->areas[v->area_count++] = (struct report_choice){req->session->area_code, req->session->area_name,
                                                       !strcmp(req->session->area_code, q->area.code)};
    for (size_t i = 0; i < count; i++)
        v->areas[v->area_count++] = (struct report_choice){children[i].code, children[i].name, !strcmp(children[i].code, q->area.code)};
    return true;
}

/* Six years back; within them the trimesters and the months of the chosen year and the year before. */
static void fill_periods(struct request *req, const struct report *report, const struct report_query *q, struct report_page_view *v)
{
    struct arena *a = req->arena;
    v->periods = NEW_ARRAY(a, 64, struct report_choice);
    const char *chosen = period_id(a, q->period);
    struct period year = period_of(PERIOD_YEAR, req->today);
    int chosen_year = fiscal_year(q->period.first);
    for (int back = 0; back < 6; back++, year = period_before(year)) {
        if (report->periods & REPORT_BY_YEAR)
            v->periods[v->period_count++] = (struct report_choice){period_id(a, year), period_label(a, year), !strcmp(period_id(a, year), chosen)};
        int distance = fiscal_year(year.first) - chosen_year;
        if (distance > 0 || distance < -1)
            continue;
        for (int kind = 0; kind < 2; kind++) {
            enum period_kind k = kind ? PERIOD_MONTH : PERIOD_TRIMESTER;
            if (!(report->periods & period_bit(k)))
                continue;
            for (struct period p = period_of(k, year.first); date_compare(p.first, year.last) < 0; p = period_after(p))
                v->periods[v->period_count++] = (struct report_choice){period_id(a, p), period_label(a, p), !strcmp(period_id(a, p), chosen)};
        }
    }
}

bool report_show_page(struct request *req, struct err *err)
{
    const struct report *report = report_find(app_features(req->app), request_param(req, "id"));
    if (!report)
        return err_set(err, ERR_NOT_FOUND, "report.unknown", "unknown report");
    struct report_query q = {.db = req->db, .arena = req->arena, .scope = req->scope};
    const char *area = request_query(req, "area"), *period = request_query(req, "period");
    if (!report_area_in_scope(req->db, &req->scope, *area ? area : req->session->area_code, req->arena, &q.area, err))
        return false;
    if (!*period)
        q.period = usual_period(report, req->today);
    else if (!period_parse(period, &q.period) || !(report->periods & period_bit(q.period.kind)))
        return err_set(err, ERR_INPUT, "report.period", "period not offered by %s", report->id);
    q.as_of = arena_printf(req->arena, "%s 現在", utc_to_local_label(req->arena, now_utc(req->arena)));
    struct table *t;
    if (!report->build(&q, &t, err))
        return false;
    struct report_page_view v = {.id = report->id};
    if (!fill_areas(req, &q, &v, err))
        return false;
    fill_periods(req, report, &q, &v);
    struct period before = period_before(q.period), after = period_after(q.period);
    v.previous_label = period_label(req->arena, before);
    v.next_label = period_label(req->arena, after);
    v.previous_url = report_url(req->arena, report->id, q.area.code, period_id(req->arena, before));
    v.next_url = report_url(req->arena, report->id, q.area.code, period_id(req->arena, after));
    auto_buf bar = {0}, lead = {0};
    report_page_html(&bar, &v);
    html_raw(&lead, "<p class=\"lead\">");
    html_text(&lead, report->summary);
    html_raw(&lead, "</p>");
    struct crumb crumbs[] = {{"報告", "/reports"}};
    struct page page = {.title = report->title, .section = "/reports", .wide = true, .crumbs = crumbs, .crumb_count = 1,
                        .intro = lead.data, .bar = bar.data};
    return reply_table(req, &page, t);
}
