/* figures.h -- reading one family of counts for a report: code -> number, with the address that opens it. */
#pragma once
#include "features/report/report.h"
#include "store/tally.h"

struct figures {
    struct tally_cell *cells;
    size_t count;
};

/* Counts of `measure` by the codes of `dimension` ("" for the total) over the query's area, office and `period`. */
bool figures_read(const struct report_query *q, const char *measure, const char *basis, const char *dimension, struct period period,
                  struct figures *ret_figures, struct err *err);
/* The same one cell per month. */
bool figures_read_months(const struct report_query *q, const char *measure, const char *basis, const char *dimension,
                         struct period period, struct figures *ret_figures, struct err *err);
/* Sum of the cells with this code ("dimension=value", or "" for a total) and month ("" for all). */
long long figures_of(const struct figures *f, const char *code, const char *month);
/* "/consultations?ward=271276&period=FY2024&" + rest: the records behind a figure. */
const char *figures_drill(const struct report_query *q, const char *list, struct period period, const char *rest);
