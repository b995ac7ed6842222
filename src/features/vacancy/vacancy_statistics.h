/* vacancy_statistics.h -- inside the feature: where places are short, and whether the first call finds one. */
#pragma once
#include "features/report/report.h"

bool vacancy_by_service(const struct report_query *q, struct table **ret_table, struct err *err);
bool vacancy_by_area(const struct report_query *q, struct table **ret_table, struct err *err);
