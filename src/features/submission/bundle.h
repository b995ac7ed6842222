/* bundle.h -- the monthly bundles of forms 4 to 8: which records go with the month, as a numbered list without personal data. */
#pragma once
#include "features/report/report.h"

bool bundle_daily(const struct report_query *q, struct table **ret_table, struct err *err);
bool bundle_activities(const struct report_query *q, struct table **ret_table, struct err *err);
bool bundle_consultations(const struct report_query *q, struct table **ret_table, struct err *err);
bool bundle_meetings(const struct report_query *q, struct table **ret_table, struct err *err);
bool bundle_trainings(const struct report_query *q, struct table **ret_table, struct err *err);
