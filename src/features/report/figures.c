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

long long figures_of(const struct figures *f, const char *code, const char *month)
{
    long long sum = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct tally_cell *c = &f->cells[i];
        if (!strcmp(c->code, code) && (!*month || !strcmp(c->month, month)))
            sum += c->n;
    }
    return sum;
}

const char *figures_drill(const struct report_query *q, const char *list, struct period period, const char *rest)
{
    return arena_printf(q->arena, "%s?ward=%s&period=%s%s%s", list, q->area.code, period_id(q->arena, period), *rest ? "&" : "", rest);
}
