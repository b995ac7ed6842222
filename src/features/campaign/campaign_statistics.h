/* campaign_statistics.h -- inside the feature: indicator S10. */
#pragma once
#include "features/report/report.h"

bool campaign_freshness_table(const struct report_query *q, struct table **ret_table, struct err *err);
