#include "features/report/figures.h"

#include <string.h>

static bool read_cells(const struct report_query *q, const char *measure, const char *basis, const char *dimension, struct period period,
                       bool by_month, struct figures *ret_figures, struct err *err)
{
    struct tally_query t = {
        .scope = &q->scope,
        .area_path = q->area.path,
        .office_id = q->office_id,
        .first_month = arena_strndup(q->arena, date_iso(q->arena, period.first), 7),
        .last_month = arena_strndup(q->arena, date_iso(q->arena, period.last), 7),
        .measure = measure,
        .basis = basis,
        .dimension = dimension,
        .by_month = by_month,
    };
    return tally_read(q->db, &t, q->arena, &ret_figures->cells, &ret_figures->count, err);
}

bool figures_read(const struct report_query *q, const char *measure, const char *basis, const char *dimension, struct period period,
                  struct figures *ret_figures, struct err *err)
{
    return read_cells(q, measure, basis, dimension, period, false, ret_figures, err);
}

bool figures_read_months(const struct report_query *q, const char *measure, const char *basis, const char *dimension,
                         struct period period, struct figures *ret_figures, struct err *err)
{
    return read_cells(q, measure, basis, dimension, period, true, ret_figures, err);
}

/* The cells of one code stand together: they come ordered by code. */
static size_t first_of(const struct figures *f, const char *code)
{
    size_t from = 0, to = f->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcmp(f->cells[middle].code, code) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

long long figures_of(const struct figures *f, const char *code)
{
    long long sum = 0;
    for (size_t i = first_of(f, code); i < f->count && !strcmp(f->cells[i].code, code); i++)
        sum += f->cells[i].n;
    return sum;
}

/* "2024-06", as every month of a tally is. */
static int month_number(const char *month)
{
    int year = 0;
    for (int i = 0; i < 4; i++)
        year = year * 10 + month[i] - '0';
    return year * 12 + (month[5] - '0') * 10 + month[6] - '0';
}

void figures_by_month(const struct figures *f, const char *code, struct date first, long long counts[FIGURES_MONTHS])
{
    memset(counts, 0, FIGURES_MONTHS * sizeof *counts);
    for (size_t i = first_of(f, code); i < f->count && !strcmp(f->cells[i].code, code); i++) {
        int at = strlen(f->cells[i].month) == strlen("2024-06") ? month_number(f->cells[i].month) - first.year * 12 - first.month : -1;
        if (at >= 0 && at < FIGURES_MONTHS)
            counts[at] += f->cells[i].n;
    }
}

const char *figures_place(const struct report_query *q, struct period period)
{
    if (period.kind != PERIOD_NONE)
        return ARENA_JOIN(q->arena, "?ward=", q->area.code, "&period=", period_id(q->arena, period));
    return ARENA_JOIN(q->arena, "?ward=", q->area.code, "&from=", date_iso(q->arena, period.first), "&to=", date_iso(q->arena, period.last));
}

const char *figures_drill(struct arena *a, const char *list, const char *place, const char *rest)
{
    return ARENA_JOIN(a, list, place, *rest ? "&" : "", rest);
}

const char *figures_cases(const char *basis)
{
    return !strcmp(basis, "ltci") ? "subject_kind=individual_case&ltci=yes" : "subject_kind=individual_case";
}

const char *figures_code(struct arena *a, const char *dimension, const char *value)
{
    return ARENA_JOIN(a, dimension, "=", value);
}
