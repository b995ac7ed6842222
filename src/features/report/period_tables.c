/* period_tables.c -- 月報 (様式3), 三半期報告 (様式10), 事業実施報告書 (様式14): one table of figures, a column per month; and the wards
 * side by side.
 *
 * Source: forms.md §2 様式3, 10, 14; reports.md §2 R-MON, R-TRI, R-YEAR. */
#include "features/report/period_tables.h"

#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/report/basis.h"
#include "features/report/figures.h"

#include <stdio.h>
#include <string.h>

/* One line, or one line per code of `codes`. */
struct line {
    const char *group;   /* starts a group of lines, or NULL */
    const char *label;   /* NULL: the labels of `codes` */
    const char *measure;
    const char *basis;   /* NULL: the rule of the fiscal year */
    const char *dimension, *value; /* "category", "city_ward"; "" for the total */
    const char *codes;   /* code list of the dimension, or NULL */
    const char *list;    /* page that lists the records */
    const char *filter;  /* of that page, before the line's own "dimension=code" */
    const char *filter_name; /* the page's name for the dimension when it differs */
    const char *unit;
    bool contacted;      /* counted by the days of contact, not by the day of the record */
};

static const struct line lines[] = {
    {"相談", "相談シート（すべて）", "consultation.sheets", "", "", "", NULL, "/consultations", "", NULL, "件"},
    {NULL, "個別ケース相談", "consultation.cases", "all", "", "", NULL, "/consultations", "subject_kind=individual_case", NULL, "件"},
    {NULL, "うち介護保険対象者", "consultation.cases", "ltci", "", "", NULL, "/consultations", "subject_kind=individual_case&ltci=yes", NULL,
     "件"},
    {NULL, "新規", "consultation.cases", NULL, "visit_kind", "new", NULL, "/consultations", "cases", NULL, "件"},
    {NULL, "継続", "consultation.cases", NULL, "visit_kind", "continuing", NULL, "/consultations", "cases", NULL, "件"},
    {NULL, "困難事例", "consultation.cases", NULL, "difficult_case", "yes", NULL, "/consultations", "cases", NULL, "件"},
    {NULL, "対応回数（経過の記録）", "consultation.contacts", NULL, "", "", NULL, "/consultations", "cases", NULL, "回", true},
    {"相談者別", NULL, "consultation.cases", NULL, "consulter_type", "", "consulter_type", "/consultations", "cases", NULL, "件"},
    {"相談内容別（複数回答）", NULL, "consultation.cases", NULL, "content", "", "consultation_content", "/consultations", "cases", NULL, "件"},
    {"相談の方法別", NULL, "consultation.cases", NULL, "channel", "", "channel", "/consultations", "cases", NULL, "件"},
    {"対応別（複数回答）", NULL, "consultation.cases", NULL, "response", "", "response", "/consultations", "cases", NULL, "件"},
    {"結果別", NULL, "consultation.cases", NULL, "outcome", "", "outcome", "/consultations", "cases", NULL, "件"},
    {"会議", "会議出席回数", "meeting.attendances", "", "", "", NULL, "/meetings", "", NULL, "回"},
    {NULL, "市・区の会議、研修会", "meeting.attendances", "", "category", "city_ward", NULL, "/meetings", "", NULL, "回"},
    {NULL, "関係機関との会議、研修会", "meeting.attendances", "", "category", "related_bodies", NULL, "/meetings", "", NULL, "回"},
    {NULL, "（再掲）地域ケア会議", "meeting.attendances", "", "community_care_meeting", "yes", NULL, "/meetings", "", NULL, "回"},
    {"研修", "研修", "training.trainings", "", "", "", NULL, "/trainings", "", NULL, "回"},
    {NULL, "開催", "training.trainings", "", "part", "organised", NULL, "/trainings", "", NULL, "回"},
    {NULL, "参加", "training.trainings", "", "part", "attended", NULL, "/trainings", "", NULL, "回"},
    {NULL, "参加者", "training.participants", "", "", "", NULL, "/trainings", "", NULL, "人"},
    {"研修の対象者別", NULL, "training.trainings", "", "audience_class", "", "audience_class", "/trainings", "", NULL, "回"},
    {"研修のテーマ別", NULL, "training.trainings", "", "theme_group", "", "theme_group", "/trainings", "", NULL, "回"},
    {"活動", "活動記録", "activity.records", "", "", "", NULL, "/activities", "", NULL, "件"},
    {"活動の種類別", NULL, "activity.records", "", "activity_kind", "", "activity_kind", "/activities", "", NULL, "件"},
    {"活動の事業項目別", NULL, "activity.records", "", "item", "", "programme_item", "/activities", "", NULL, "件"},
    {"（ウ）4つの場面の活動", NULL, "activity.records", "", "scene", "", "care_scene", "/activities", "", NULL, "件"},
    {"（エ）情報共有ツールの支援", NULL, "activity.records", "", "tool_step", "", "tool_step", "/activities", "", NULL, "件"},
};

/* The columns: months of the period, then one total; for a single month the month and the year so far. */
struct span {
    const char *label, *key;
    struct period period;
    const char *place;     /* where its records are listed, figures_place */
    const char *contacted; /* the same by the days of contact */
};

static struct period cumulative(struct period month)
{
    struct period year = period_of(PERIOD_YEAR, month.first);
    return (struct period){.kind = PERIOD_NONE, .first = year.first, .last = month.last};
}

static struct span span_of(const struct report_query *q, const char *label, const char *key, struct period p)
{
    const char *days = p.kind != PERIOD_NONE ? period_id(q->arena, p) : ARENA_JOIN(q->arena, date_iso(q->arena, p.first), "..", date_iso(q->arena, p.last));
    return (struct span){label, key, p, figures_place(q, p), ARENA_JOIN(q->arena, "?ward=", q->area.code, "&contacted=", days)};
}

static size_t spans_of(const struct report_query *q, struct span *spans)
{
    size_t n = 0;
    if (q->period.kind == PERIOD_MONTH) {
        spans[n++] = span_of(q, "当月", "month", q->period);
        spans[n++] = span_of(q, "年度累計", "cumulative", cumulative(q->period));
        return n;
    }
    struct period month = period_of(PERIOD_MONTH, q->period.first);
    for (; date_compare(month.first, q->period.last) <= 0 && n < 12; month = period_after(month)) {
        spans[n] = span_of(q, arena_printf(q->arena, "%d月", month.first.month), period_id(q->arena, month), month);
        n++;
    }
    spans[n++] = span_of(q, "計", "total", q->period);
    return n;
}

static const char *filter_of(const struct report_query *q, const struct line *line, const char *basis, const char *value)
{
    const char *head = line->filter;
    if (!strcmp(head, "cases"))
        head = figures_cases(basis);
    if (!*value)
        return head;
    const char *name = line->filter_name ? line->filter_name : line->dimension;
    return ARENA_JOIN(q->arena, head, *head ? "&" : "", name, "=", value);
}

static int month_of(struct date d, struct date first)
{
    return (d.year - first.year) * 12 + d.month - first.month;
}

static long long sum_of_span(const long long counts[FIGURES_MONTHS], struct period span, struct date first)
{
    long long sum = 0;
    for (int m = month_of(span.first, first); m <= month_of(span.last, first) && m < FIGURES_MONTHS; m++)
        sum += counts[m];
    return sum;
}

/* A line that names a basis of its own beside the total carries it in its key: keys are unique, frozen tables are compared by them. */
static const char *line_key(struct arena *a, const struct line *line, const char *value)
{
    if (*value)
        return ARENA_JOIN(a, line->measure, ".", line->dimension, "=", value);
    return line->basis && !strcmp(line->basis, "ltci") ? arena_printf(a, "%s.ltci", line->measure) : line->measure;
}

static void line_row(const struct report_query *q, struct table *t, const struct line *line, const char *basis, const char *label,
                     const char *value, const struct figures *f, struct date first, const struct span *spans, size_t span_count)
{
    struct row *r = table_row(t, ROW_PLAIN, line_key(q->arena, line, value));
    r->cells[0] = CELL_OF_TEXT(label);
    r->cells[1] = CELL_OF_TEXT(line->unit);
    const char *code = *value ? figures_code(q->arena, line->dimension, value) : "";
    const char *filter = filter_of(q, line, basis, value);
    long long counts[FIGURES_MONTHS];
    figures_by_month(f, code, first, counts);
    for (size_t i = 0; i < span_count; i++) {
        r->cells[2 + i] = CELL_OF_INT(sum_of_span(counts, spans[i].period, first));
        if (line->list)
            r->cells[2 + i].drill = figures_drill(q->arena, line->list, line->contacted ? spans[i].contacted : spans[i].place, filter);
    }
}

static bool add_line(const struct report_query *q, struct table *t, const struct line *line, const char *year_basis, struct period all,
                     const struct span *spans, size_t span_count, struct err *err)
{
    const char *basis = line->basis ? line->basis : year_basis;
    struct figures f;
    if (!figures_read_months(q, line->measure, basis, line->dimension, all, &f, err))
        return false;
    if (line->group)
        table_row(t, ROW_GROUP, "")->cells[0] = CELL_OF_TEXT(line->group);
    if (!line->codes) {
        line_row(q, t, line, basis, line->label, line->value, &f, all.first, spans, span_count);
        return true;
    }
    const struct code_list *list = code_list_find(line->codes);
    if (!list)
        return err_set(err, ERR_BROKEN, "report.broken", "no code list %s", line->codes);
    for (size_t i = 0; i < list->count; i++)
        line_row(q, t, line, basis, list->codes[i].label, list->codes[i].code, &f, all.first, spans, span_count);
    return true;
}

enum { REPEAT_MONTH, REPEAT_TRIMESTER, REPEAT_YEAR, REPEAT__COUNT };
struct persons {
    long long cases[FIGURES_MONTHS], within[REPEAT__COUNT][FIGURES_MONTHS];
};

/* 実人数: the cases of a span less those that repeat a person within it (doc/measures.md).  A span that begins with the fiscal year leaves the
 * first of the year, a trimester the first of the trimester, a month the first of the month. */
static long long persons_of(const struct persons *p, struct period span, struct date first)
{
    long long n = sum_of_span(p->cases, span, first) - sum_of_span(p->within[REPEAT_MONTH], span, first);
    if (span.kind == PERIOD_MONTH)
        return n;
    n -= sum_of_span(p->within[REPEAT_TRIMESTER], span, first);
    return span.kind == PERIOD_TRIMESTER ? n : n - sum_of_span(p->within[REPEAT_YEAR], span, first);
}

static bool add_persons(const struct report_query *q, struct table *t, const char *basis, const struct span *spans, size_t span_count,
                        struct period all, struct err *err)
{
    static const char *const codes[REPEAT__COUNT] = {"within=month", "within=trimester", "within=year"};
    struct figures cases, repeats;
    struct persons p;
    if (!figures_read_months(q, "consultation.cases", basis, "", all, &cases, err) ||
        !figures_read_months(q, "consultation.repeats", basis, "within", all, &repeats, err))
        return false;
    figures_by_month(&cases, "", all.first, p.cases);
    for (int i = 0; i < REPEAT__COUNT; i++)
        figures_by_month(&repeats, codes[i], all.first, p.within[i]);
    struct row *r = table_row(t, ROW_PLAIN, "consultation.unique_persons");
    r->cells[0] = CELL_OF_TEXT("実人数（重複なし）");
    r->cells[1] = CELL_OF_TEXT("人");
    for (size_t i = 0; i < span_count; i++)
        r->cells[2 + i] = CELL_OF_INT(persons_of(&p, spans[i].period, all.first));
    return true;
}

static const char *figures_id(enum period_kind kind)
{
    return kind == PERIOD_MONTH ? "r-mon" : kind == PERIOD_TRIMESTER ? "r-tri" : "r-year";
}

static const char *figures_title(enum period_kind kind)
{
    return kind == PERIOD_MONTH ? "実績報告書（月報）" : kind == PERIOD_TRIMESTER ? "実績報告書（三半期分）" : "事業実施報告書（実績）";
}

bool report_period_figures(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct counting_basis rule;
    if (!basis_find(q, "consultation.cases", fiscal_year(q->period.first), &rule, err))
        return false;
    struct table *t = table_new(q->arena, figures_id(q->period.kind), figures_title(q->period.kind));
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    t->landscape = q->period.kind == PERIOD_YEAR;
    t->basis = (struct basis){"相談・会議・研修・活動の実績", "件・回・人", rule.population, true, rule.version};
    table_column(t, "item", "項目", COLUMN_TEXT, NULL);
    table_column(t, "unit", "単位", COLUMN_TEXT, NULL)->width = 2;
    struct span spans[13];
    size_t span_count = spans_of(q, spans);
    for (size_t i = 0; i < span_count; i++)
        table_column(t, spans[i].key, spans[i].label, COLUMN_NUMBER, NULL);
    struct period all = q->period.kind == PERIOD_MONTH ? cumulative(q->period) : q->period;
    for (size_t i = 0; i < COUNT(lines); i++) {
        if (!add_line(q, t, &lines[i], rule.basis, all, spans, span_count, err))
            return false;
        if (i + 1 < COUNT(lines) && lines[i + 1].group && !strcmp(lines[i + 1].group, "相談者別") &&
            !add_persons(q, t, rule.basis, spans, span_count, all, err))
            return false;
    }
    if (*rule.population)
        table_note(t, "新規・継続、相談者別、相談内容別、方法別、対応別、結果別は「%s」の集計です。", rule.population);
    table_note(t, "複数回答の内訳の合計は、相談件数と一致しません。地域ケア会議は再掲です。");
    *ret_table = t;
    return true;
}

/* ---- wards side by side ---- */

static const struct ward_column {
    const char *key, *label, *measure, *basis, *code_dimension, *code, *unit, *list, *filter;
    bool with_previous;
} ward_columns[] = {
    {"cases", "個別ケース相談", "consultation.cases", NULL, "", "", "件", "/consultations", "cases", true},
    {"meetings", "会議出席", "meeting.attendances", "", "", "", "回", "/meetings", "", true},
    {"city_ward", "市・区の会議", "meeting.attendances", "", "category", "category=city_ward", "回", "/meetings", "category=city_ward", false},
    {"related_bodies", "関係機関の会議", "meeting.attendances", "", "category", "category=related_bodies", "回", "/meetings",
     "category=related_bodies", false},
    {"community_care_meeting", "（再掲）地域ケア会議", "meeting.attendances", "", "community_care_meeting", "community_care_meeting=yes", "回",
     "/meetings", "community_care_meeting=yes", false},
    {"trainings", "研修", "training.trainings", "", "", "", "回", "/trainings", "", false},
    {"activities", "活動記録", "activity.records", "", "", "", "件", "/activities", "", false},
};

static bool ward_figures(const struct report_query *q, const char *measure, const char *basis, const char *dimension, struct period period,
                         bool by_month, struct figures *f, struct err *err)
{
    struct tally_query t = {
        .scope = &q->scope,
        .area_path = q->area.path,
        .first_month = arena_strndup(q->arena, date_iso(q->arena, period.first), 7),
        .last_month = arena_strndup(q->arena, date_iso(q->arena, period.last), 7),
        .measure = measure,
        .basis = basis,
        .dimension = dimension,
        .by_area = true,
        .by_month = by_month,
    };
    return tally_read(q->db, &t, q->arena, &f->cells, &f->count, err);
}

static long long ward_sum(const struct figures *f, const char *area, const char *code, const char *month)
{
    long long sum = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct tally_cell *c = &f->cells[i];
        if ((!*area || !strcmp(c->area_code, area)) && !strcmp(c->code, code) && (!*month || !strcmp(c->month, month)))
            sum += c->n;
    }
    return sum;
}

/* The areas compared: the wards (or municipalities) right below, or the area itself when it has none. */
static bool compared_areas(const struct report_query *q, struct area **ret_areas, size_t *ret_count, struct err *err)
{
    if (!area_children(q->db, q->area.code, q->arena, ret_areas, ret_count, err))
        return false;
    if (*ret_count)
        return true;
    *ret_areas = NEW(q->arena, struct area);
    *ret_count = 1;
    return area_find(q->db, q->area.code, q->arena, *ret_areas, err);
}

struct ward_measure {
    const char *basis, *basis_before;
    bool comparable;
    struct figures now, then;
};

static void ward_row(const struct report_query *q, struct table *t, const struct ward_measure *m, const char *code, const char *name)
{
    struct report_query own = *q;
    bool is_total = !*code;
    if (!is_total)
        own.area.code = code;
    struct row *r = table_row(t, is_total ? ROW_TOTAL : ROW_PLAIN, is_total ? "total" : code);
    r->cells[0] = CELL_OF_TEXT(name);
    size_t at = 1;
    const char *place = figures_place(&own, q->period);
    for (size_t i = 0; i < COUNT(ward_columns); i++) {
        const struct ward_column *c = &ward_columns[i];
        const char *filter = strcmp(c->filter, "cases") ? c->filter : figures_cases(m[i].basis);
        long long now = ward_sum(&m[i].now, code, c->code, "");
        r->cells[at] = CELL_OF_INT(now);
        r->cells[at++].drill = figures_drill(q->arena, c->list, place, filter);
        if (!c->with_previous)
            continue;
        long long then = ward_sum(&m[i].then, code, c->code, "");
        if (m[i].comparable)
            r->cells[at++] = cell_difference(now, then);
        else
            r->cells[at++].kind = CELL_NONE;
    }
}

bool ward_comparison(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct area *areas;
    size_t area_count;
    if (!compared_areas(q, &areas, &area_count, err))
        return false;
    struct period before = period_year_before(q->period);
    struct table *t = table_new(q->arena, "r-ward", "区ごとの実績");
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    t->landscape = true;
    t->chart = CHART_BARS;
    table_column(t, "area", "区", COLUMN_TEXT, NULL);
    struct ward_measure m[COUNT(ward_columns)];
    bool all_comparable = true;
    for (size_t i = 0; i < COUNT(ward_columns); i++) {
        const struct ward_column *c = &ward_columns[i];
        struct counting_basis now = {.basis = "", .version = ""}, then = now;
        if (!c->basis && (!basis_find(q, c->measure, fiscal_year(q->period.first), &now, err) ||
                          !basis_find(q, c->measure, fiscal_year(before.first), &then, err)))
            return false;
        m[i] = (struct ward_measure){c->basis ? c->basis : now.basis, c->basis ? c->basis : then.basis, !strcmp(now.version, then.version), {0}, {0}};
        all_comparable &= m[i].comparable;
        if (!ward_figures(q, c->measure, m[i].basis, c->code_dimension, q->period, false, &m[i].now, err) ||
            !ward_figures(q, c->measure, m[i].basis_before, c->code_dimension, before, false, &m[i].then, err))
            return false;
        struct column *column = table_column(t, c->key, c->label, COLUMN_NUMBER, c->unit);
        column->chart = i == 0;
        if (c->with_previous)
            table_column(t, arena_printf(q->arena, "%s_difference", c->key), "前年比増減", COLUMN_NUMBER, c->unit);
        if (i == 0)
            t->basis = (struct basis){"実績", "件・回", now.population, false, now.version};
    }
    ward_row(q, t, m, "", arena_printf(q->arena, "%s 計", q->area.name));
    for (size_t i = 0; i < area_count; i++)
        ward_row(q, t, m, areas[i].code, areas[i].name);
    table_note(t, "地域ケア会議は再掲です。");
    if (!all_comparable)
        table_note(t, "個別ケース相談は前年度と計上基準が異なるため、増減を表示していません。");
    *ret_table = t;
    return true;
}

bool ward_months(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct area *areas;
    size_t area_count;
    struct counting_basis rule;
    if (!compared_areas(q, &areas, &area_count, err) ||
        !basis_find(q, "consultation.cases", fiscal_year(q->period.first), &rule, err))
        return false;
    struct figures f;
    if (!ward_figures(q, "consultation.cases", rule.basis, "", q->period, true, &f, err))
        return false;
    struct table *t = table_new(q->arena, "r-ward-months", "区ごとの個別ケース相談（月別）");
    t->subtitle = arena_printf(q->arena, "%s %s", q->area.name, period_label(q->arena, q->period));
    t->as_of = q->as_of;
    t->landscape = true;
    t->chart = CHART_SMALL_MULTIPLES;
    t->basis = (struct basis){"相談件数", "件", rule.population, false, rule.version};
    table_column(t, "area", "区", COLUMN_TEXT, NULL);
    struct span spans[13];
    size_t span_count = spans_of(q, spans);
    for (size_t i = 0; i < span_count; i++)
        table_column(t, spans[i].key, spans[i].label, COLUMN_NUMBER, i + 1 < span_count ? NULL : "件")->chart = i + 1 < span_count;
    const char *filter = figures_cases(rule.basis);
    for (size_t k = 0; k <= area_count; k++) {
        const char *code = k ? areas[k - 1].code : "";
        struct report_query own = *q;
        if (k)
            own.area.code = code;
        struct row *r = table_row(t, k ? ROW_PLAIN : ROW_TOTAL, k ? code : "total");
        r->cells[0] = CELL_OF_TEXT(k ? areas[k - 1].name : arena_printf(q->arena, "%s 計", q->area.name));
        for (size_t i = 0; i < span_count; i++) {
            bool is_sum = spans[i].period.kind != PERIOD_MONTH;
            r->cells[1 + i] = CELL_OF_INT(ward_sum(&f, code, "", is_sum ? "" : spans[i].key));
            r->cells[1 + i].drill = figures_drill(q->arena, "/consultations", figures_place(&own, spans[i].period), filter);
        }
    }
    *ret_table = t;
    return true;
}
