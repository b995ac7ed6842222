/* osaka_tables.c -- the tables of Osaka City's yearly report that come from the rooms' own records.
 *
 * Source: reports.md T-OSK-12 (会議・研修会等への参加), T-OSK-13 (個別ケース相談, by consulter), T-OSK-14 (by content). */
#include "features/report/osaka_tables.h"

#include "base/code_list.h"
#include "base/count.h"
#include "features/report/basis.h"
#include "features/report/figures.h"

#include <stdlib.h>
#include <string.h>

static struct table *year_table(const struct report_query *q, const char *id, const char *title, const char *unit)
{
    struct table *t = table_new(q->arena, id, title);
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    struct period before = period_year_before(q->period);
    table_column(t, "item", "区分", COLUMN_TEXT, NULL);
    table_column(t, "previous", period_label(q->arena, before), COLUMN_NUMBER, unit)->chart = true;
    table_column(t, "current", period_label(q->arena, q->period), COLUMN_NUMBER, unit)->chart = true;
    table_column(t, "difference", "増減", COLUMN_NUMBER, unit);
    table_column(t, "rate", "増減率", COLUMN_NUMBER, "%");
    t->chart = CHART_GROUPED_BARS;
    return t;
}

static struct cell drilled(long long n, const char *drill)
{
    struct cell c = CELL_OF_INT(n);
    c.drill = drill;
    return c;
}

/* ---- T-OSK-12 ---- */

static const struct meeting_row {
    enum row_kind kind;
    const char *key, *label, *code, *drill;
} meeting_rows[] = {
    {ROW_TOTAL, "attendances", "会議出席回数", "", ""},
    {ROW_PLAIN, "city_ward", "市・区の会議、研修会", "category=city_ward", "category=city_ward"},
    {ROW_PLAIN, "related_bodies", "関係機関との会議、研修会", "category=related_bodies", "category=related_bodies"},
    {ROW_RELISTED, "community_care_meeting", "地域ケア会議", "community_care_meeting=yes", "community_care_meeting=yes"},
};

struct meeting_year {
    struct figures total, category, relisted;
    long long values[COUNT(meeting_rows)];
    bool published[COUNT(meeting_rows)];
    const char *source;
};

static bool meeting_year_read(const struct report_query *q, struct period period, struct meeting_year *y, struct err *err)
{
    const char *measure = "meeting.attendances";
    if (!figures_read(q, measure, "", "", period, &y->total, err) || !figures_read(q, measure, "", "category", period, &y->category, err) ||
        !figures_read(q, measure, "", "community_care_meeting", period, &y->relisted, err))
        return false;
    const char *id = period_id(q->arena, period);
    for (size_t i = 0; i < COUNT(meeting_rows); i++) {
        const char *code = meeting_rows[i].code;
        y->values[i] = figures_of(&y->total, code) + (*code ? figures_of(&y->category, code) + figures_of(&y->relisted, code) : 0);
        struct err none = {0};
        if (published_find(q, "t-osk-12", meeting_rows[i].key, id, &y->values[i], &y->source, &none))
            y->published[i] = true;
        else if (none.kind != ERR_NONE)
            return err_set(err, none.kind, none.message, "%s", none.detail);
    }
    return true;
}

/* A printed total that is not 市・区 + 関係機関 is shown as printed and flagged (reports.md T-OSK-12 "Consistency trap"). */
static void flag_total(struct table *t, const struct report_query *q, struct period period, const struct meeting_year *y)
{
    long long sum = y->values[1] + y->values[2];
    if (!y->published[0] || y->values[0] == sum)
        return;
    const char *added = y->values[0] == sum + y->values[3] ? "地域ケア会議を再掲ではなく加算した値とみられます。" : "";
    table_note(t, "%sの会議出席回数は公表値のまま表示しています。内訳の合計は%sで、公表値と一致しません。%s現在の数え方（市・区の会議＋関係機関との会議）では%sです。",
               period_label(q->arena, period), cell_print(&CELL_OF_INT(sum), q->arena), added, cell_print(&CELL_OF_INT(sum), q->arena));
}

bool osaka_meetings(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct period before = period_year_before(q->period);
    struct meeting_year now = {0}, then = {0};
    if (!meeting_year_read(q, q->period, &now, err) || !meeting_year_read(q, before, &then, err))
        return false;
    struct table *t = year_table(q, "t-osk-12", "会議・研修会等への参加", "回");
    const char *place = figures_place(q, q->period), *place_before = figures_place(q, before);
    t->basis = (struct basis){"会議出席回数", "回", "相談支援室が出席した会議・研修会", false, "2024"};
    for (size_t i = 0; i < COUNT(meeting_rows); i++) {
        struct row *r = table_row(t, meeting_rows[i].kind, meeting_rows[i].key);
        r->cells[0] = CELL_OF_TEXT(meeting_rows[i].label);
        r->cells[1] = drilled(then.values[i], figures_drill(q->arena, "/meetings", place_before, meeting_rows[i].drill));
        r->cells[2] = drilled(now.values[i], figures_drill(q->arena, "/meetings", place, meeting_rows[i].drill));
        r->cells[3] = cell_difference(now.values[i], then.values[i]);
        r->cells[4] = cell_rate(now.values[i], then.values[i]);
    }
    table_note(t, "地域ケア会議は再掲です。合計に重ねて加えていません。");
    flag_total(t, q, q->period, &now);
    flag_total(t, q, before, &then);
    *ret_table = t;
    return true;
}

/* ---- T-OSK-13 and T-OSK-14 ---- */

struct case_year {
    struct counting_basis basis;
    struct figures total, rows;
    long long cases;
    const char *place; /* of its cases: ?ward=271004&period=FY2024&subject_kind=individual_case&ltci=yes */
};

static bool case_year_read(const struct report_query *q, struct period period, const char *dimension, struct case_year *y, struct err *err)
{
    if (!basis_find(q, "consultation.cases", fiscal_year(period.first), &y->basis, err) ||
        !figures_read(q, "consultation.cases", y->basis.basis, "", period, &y->total, err) ||
        !figures_read(q, "consultation.cases", y->basis.basis, dimension, period, &y->rows, err))
        return false;
    y->cases = figures_of(&y->total, "");
    y->place = ARENA_JOIN(q->arena, figures_place(q, period), "&", figures_cases(y->basis.basis));
    return true;
}

static const char *case_drill(struct arena *a, const struct case_year *y, const char *code)
{
    return figures_drill(a, "/consultations", y->place, code);
}

static void compare(struct row *r, long long now, long long then, bool comparable)
{
    if (comparable) {
        r->cells[3] = cell_difference(now, then);
        r->cells[4] = cell_rate(now, then);
    } else {
        r->cells[3].kind = r->cells[4].kind = CELL_NONE;
    }
}

struct case_line {
    const struct code *code;
    long long now, then;
};

static int by_count(const void *x, const void *y)
{
    const struct case_line *a = x, *b = y;
    if (a->now != b->now)
        return a->now < b->now ? 1 : -1;
    if (a->then != b->then)
        return a->then < b->then ? 1 : -1;
    return a->code < b->code ? -1 : a->code > b->code;
}

/* 「介護支援専門員、…からの相談が多い」 from the three largest. */
static const char *commentary(const struct case_line *lines, size_t count, struct arena *a)
{
    const char *text = "";
    for (size_t i = 0; i < count && i < 3 && lines[i].now > 0; i++)
        text = arena_printf(a, "%s%s%s", text, i ? "、" : "", lines[i].code->label);
    return *text ? arena_printf(a, "%sからの相談が多い。", text) : NULL;
}

static bool case_table(const struct report_query *q, const char *id, const char *title, const char *list_name, const char *dimension,
                       bool multiple, struct table **ret_table, struct err *err)
{
    const struct code_list *list = code_list_find(list_name);
    if (!list)
        return err_set(err, ERR_BROKEN, "report.broken", "no code list %s", list_name);
    struct period before = period_year_before(q->period);
    struct case_year now = {0}, then = {0};
    if (!case_year_read(q, q->period, dimension, &now, err) || !case_year_read(q, before, dimension, &then, err))
        return false;
    bool comparable = !strcmp(now.basis.version, then.basis.version);
    struct table *t = year_table(q, id, title, "件");
    t->basis = (struct basis){"相談件数", "件", now.basis.population, multiple, now.basis.version};
    t->columns[1].chart = comparable; /* bars of two bases side by side would be a comparison */

    struct row *total = table_row(t, ROW_TOTAL, "total");
    total->cells[0] = CELL_OF_TEXT(multiple ? "相談件数（n）" : "相談件数");
    total->cells[1] = drilled(then.cases, case_drill(q->arena, &then, ""));
    total->cells[2] = drilled(now.cases, case_drill(q->arena, &now, ""));
    compare(total, now.cases, then.cases, comparable);

    struct case_line *lines = NEW_ARRAY(q->arena, list->count, struct case_line);
    for (size_t i = 0; i < list->count; i++) {
        const char *code = figures_code(q->arena, dimension, list->codes[i].code);
        lines[i] = (struct case_line){&list->codes[i], figures_of(&now.rows, code), figures_of(&then.rows, code)};
    }
    if (!multiple)
        qsort(lines, list->count, sizeof *lines, by_count);
    for (size_t i = 0; i < list->count; i++) {
        const char *code = figures_code(q->arena, dimension, lines[i].code->code);
        struct row *r = table_row(t, ROW_PLAIN, lines[i].code->code);
        r->cells[0] = CELL_OF_TEXT(lines[i].code->label);
        r->cells[1] = drilled(lines[i].then, case_drill(q->arena, &then, code));
        r->cells[2] = drilled(lines[i].now, case_drill(q->arena, &now, code));
        compare(r, lines[i].now, lines[i].then, comparable);
    }
    if (!multiple)
        t->commentary = commentary(lines, list->count, q->arena);
    if (multiple)
        table_note(t, "n=%s、複数回答。1件の相談に複数の内容を計上するため、内訳の合計は相談件数と一致しません。",
                   cell_print(&CELL_OF_INT(now.cases), q->arena));
    if (!comparable)
        table_note(t, "%sから%s%sと基準が異なるため、増減は表示していません。", fiscal_year_name(q->arena, fiscal_year(q->period.first)),
                   *now.basis.note ? arena_printf(q->arena, "%s。", now.basis.note) : "数え方を変更。",
                   fiscal_year_name(q->arena, fiscal_year(before.first)));
    *ret_table = t;
    return true;
}

bool osaka_consulters(const struct report_query *q, struct table **ret_table, struct err *err)
{
    return case_table(q, "t-osk-13", "個別ケース相談（相談者別内訳）", "consulter_type", "consulter_type", false, ret_table, err);
}

bool osaka_contents(const struct report_query *q, struct table **ret_table, struct err *err)
{
    return case_table(q, "t-osk-14", "個別ケース相談（相談内容別内訳：複数回答）", "consultation_content", "content", true, ret_table, err);
}

/* T-OSK-14, second dimension: content × consulter type of one year. */
bool osaka_contents_by_consulter(const struct report_query *q, struct table **ret_table, struct err *err)
{
    const struct code_list *contents = code_list_find("consultation_content"), *types = code_list_find("consulter_type");
    if (!contents || !types)
        return err_set(err, ERR_BROKEN, "report.broken", "code lists of consultation");
    struct case_year y = {0};
    if (!case_year_read(q, q->period, "consulter_content", &y, err))
        return false;
    struct table *t = table_new(q->arena, "t-osk-14-cross", "個別ケース相談（相談内容×相談者：複数回答）");
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    t->landscape = true;
    t->basis = (struct basis){"相談内容の選択数", "件", y.basis.population, true, y.basis.version};
    table_column(t, "content", "相談内容", COLUMN_TEXT, NULL);
    table_column(t, "total", "計", COLUMN_NUMBER, "件");
    for (size_t i = 0; i < types->count; i++)
        table_column(t, types->codes[i].code, types->codes[i].short_label, COLUMN_NUMBER, NULL);
    for (size_t i = 0; i < contents->count; i++) {
        struct row *r = table_row(t, ROW_PLAIN, contents->codes[i].code);
        r->cells[0] = CELL_OF_TEXT(contents->codes[i].label);
        long long sum = 0;
        for (size_t k = 0; k < types->count; k++) {
            const char *pair = ARENA_JOIN(q->arena, "consulter_content=", types->codes[k].code, ".", contents->codes[i].code);
            long long n = figures_of(&y.rows, pair);
            const char *code = ARENA_JOIN(q->arena, "content=", contents->codes[i].code, "&consulter_type=", types->codes[k].code);
            r->cells[2 + k] = drilled(n, case_drill(q->arena, &y, code));
            sum += n;
        }
        r->cells[1] = drilled(sum, case_drill(q->arena, &y, figures_code(q->arena, "content", contents->codes[i].code)));
    }
    table_note(t, "n=%s、複数回答。", cell_print(&CELL_OF_INT(y.cases), q->arena));
    *ret_table = t;
    return true;
}
