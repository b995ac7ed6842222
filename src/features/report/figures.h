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
/* Sum of the cells with this code ("dimension=value", or "" for a total). */
long long figures_of(const struct figures *f, const char *code);
enum { FIGURES_MONTHS = 12 }; /* a report covers at most a fiscal year */
/* One code's counts of figures_read_months, month by month from `first` on. */
void figures_by_month(const struct figures *f, const char *code, struct date first, long long counts[FIGURES_MONTHS]);

/* The records behind a figure: "/consultations" + "?ward=271276&period=FY2024" + "&" + rest.  The place is made once for all figures of an area and
 * period; a period of kind PERIOD_NONE is asked by its first and last day. */
const char *figures_place(const struct report_query *q, struct period period);
const char *figures_drill(struct arena *a, const char *list, const char *place, const char *rest);
/* What of the list are cases on the basis "all" or "ltci". */
const char *figures_cases(const char *basis);
/* "dimension=value" */
const char *figures_code(struct arena *a, const char *dimension, const char *value);
