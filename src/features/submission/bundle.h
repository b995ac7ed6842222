/* bundle.h -- the monthly bundles of forms 4 to 8: which records go with the month, as a numbered list without personal data. */
#pragma once
#include "features/report/report.h"

struct resource;
/* The record behind forms 5 to 8; NULL for the others. */
const struct resource *bundle_resource(int form_number);
/* The records of the office and period in order of their day, whole, for record_read. */
struct rows *bundle_records(const struct report_query *q, const struct resource *r, struct err *err);

bool bundle_daily(const struct report_query *q, struct table **ret_table, struct err *err);
bool bundle_activities(const struct report_query *q, struct table **ret_table, struct err *err);
bool bundle_consultations(const struct report_query *q, struct table **ret_table, struct err *err);
bool bundle_meetings(const struct report_query *q, struct table **ret_table, struct err *err);
bool bundle_trainings(const struct report_query *q, struct table **ret_table, struct err *err);
