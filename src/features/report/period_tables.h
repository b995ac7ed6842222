/* period_tables.h -- figures of a month, a trimester or a year, and wards side by side; see report.h. */
#pragma once
#include "features/report/report.h"

bool ward_comparison(const struct report_query *q, struct table **ret_table, struct err *err);
/* One line per ward, one column per month of the year: small multiples on one scale. */
bool ward_months(const struct report_query *q, struct table **ret_table, struct err *err);
