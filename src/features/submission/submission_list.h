/* submission_list.h -- the forms behind a figure of T-OSK-18; private to this folder. */
#pragma once
#include "features/submission/submission.h"
#include "output/table.h"

/* What a column of T-OSK-18 is called, by its key: "late" is 期限後.  NULL when there is none of that key. */
const char *submission_shown_label(const char *show);
/* The forms that a figure counts; `number` 0: of all forms. */
bool submission_due_list(const struct report_query *q, int number, const char *show, struct table **ret_table, struct err *err);
