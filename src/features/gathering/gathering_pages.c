#include "features/gathering/gathering_pages.h"

#include "base/count.h"

#include <string.h>

enum { SHOWN = 10 };

/* Both kinds as lines, in the order asked for. */
static bool read_lines(struct request *req, bool coming, struct gathering_lines *ret, struct err *err)
{
    const char *today = date_iso(req->arena, req->today);
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT '/meetings/' || c.id, c.held_on AS held_on, c.time_from AS time_from, c.name, c.place, '会議'"
                  " FROM meeting c WHERE c.deleted_at = ''");
    if (coming)
        query_add(&q, " AND c.held_on >= ?", TEXT(today));
    else
        query_add(&q, " AND c.held_on < ?", TEXT(today));
    query_scope(&q, &req->scope, "c");
    query_add(&q, " UNION ALL SELECT '/trainings/' || t.id, t.held_on, t.time_from, t.title, t.place, '研修'"
                  " FROM training t WHERE t.deleted_at = ''");
    if (coming)
        query_add(&q, " AND t.held_on >= ?", TEXT(today));
    else
        query_add(&q, " AND t.held_on < ?", TEXT(today));
    query_scope(&q, &req->scope, "t");
    if (coming)
        query_add(&q, " ORDER BY held_on, time_from LIMIT ?", INT(SHOWN));
    else
        query_add(&q, " ORDER BY held_on DESC, time_from DESC LIMIT ?", INT(SHOWN));
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows)
        return false;
    ret->items = NEW_ARRAY(req->arena, SHOWN, struct gathering_line);
    while (rows_next(rows))
        ret->items[ret->count++] = (struct gathering_line){
            .url = rows_text(rows, 0), .day = date_wareki(req->arena, date_from_iso(rows_text(rows, 1))), .time = rows_text(rows, 2),
            .name = rows_text(rows, 3), .place = rows_text(rows, 4), .kind = rows_text(rows, 5)};
    return !rows_failed(rows);
}

static long long month_count(struct request *req, const char *measure, const char *dimension, const char *code, const char *month,
                             struct err *err)
{
    struct tally_cell *cells;
    size_t count;
    const struct tally_query q = {.scope = &req->scope, .first_month = month, .last_month = month, .measure = measure, .basis = "",
                                  .dimension = dimension};
    if (!tally_read(req->db, &q, req->arena, &cells, &count, err))
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(cells[i].code, code))
            return cells[i].n;
    return 0;
}

bool gathering_page(struct request *req, struct err *err)
{
    const char *month = arena_strndup(req->arena, date_iso(req->arena, req->today), 7);
    struct gathering_view v = {
        .month = period_label(req->arena, period_of(PERIOD_MONTH, req->today)),
        .period = month,
        .meetings = month_count(req, "meeting.attendances", "", "", month, err),
        .community_care_meetings =
            month_count(req, "meeting.attendances", "community_care_meeting", "community_care_meeting=yes", month, err),
        .trainings = month_count(req, "training.trainings", "", "", month, err),
        .may_write = request_may(req, PERM_RECORD_WRITE),
    };
    if (v.meetings < 0 || v.community_care_meetings < 0 || v.trainings < 0)
        return false;
    if (!read_lines(req, true, &v.coming, err) || !read_lines(req, false, &v.past, err))
        return false;
    const struct page page = {.title = "会議・研修", .section = "/gatherings"};
    return reply_page(req, &page, gathering_index_html, &v);
}

bool gathering_today(struct request *req, struct today_list *list, struct err *err)
{
    const char *today = date_iso(req->arena, req->today);
    if (req->scope.kind != SCOPE_OFFICE || !request_may(req, PERM_RECORD_READ))
        return true;
    struct gathering_lines lines = {0};
    if (!read_lines(req, true, &lines, err))
        return false;
    const char *label = date_wareki(req->arena, req->today);
    for (size_t i = 0; i < lines.count && !strcmp(lines.items[i].day, label); i++)
        today_add(list, (struct today_item){
                            .group = "きょうの会議・研修",
                            .title = arena_printf(req->arena, "%s %s", lines.items[i].time, lines.items[i].name),
                            .detail = lines.items[i].place, .url = lines.items[i].url, .due_on = today});
    return true;
}
