/* indicator_tables.h -- inside the feature: the tables. */
#pragma once
#include "features/report/report.h"

bool home_care_table(const struct report_query *q, struct table **ret_table, struct err *err);
bool services_table(const struct report_query *q, struct table **ret_table, struct err *err);
bool nearest_table(const struct report_query *q, struct table **ret_table, struct err *err);
