/* osaka_tables.h -- build functions of T-OSK-12, 13 and 14 (reports.md §1); see report.h for what they are given. */
#pragma once
#include "features/report/report.h"

bool osaka_meetings(const struct report_query *q, struct table **ret_table, struct err *err);
bool osaka_consulters(const struct report_query *q, struct table **ret_table, struct err *err);
bool osaka_contents(const struct report_query *q, struct table **ret_table, struct err *err);
bool osaka_contents_by_consulter(const struct report_query *q, struct table **ret_table, struct err *err);
