/* basis.h -- 計上基準: which rule of counting holds in which fiscal year, and values published before Renkei.
 *
 * Source: reports.md §0 "Basis rule" and T-OSK-12 "Consistency trap". */
#pragma once
#include "features/report/report.h"

struct counting_basis {
    const char *basis;      /* tally basis: "all", "ltci" */
    const char *version;    /* differing versions are never compared */
    const char *population; /* 介護保険対象者のみ, すべて */
    const char *note;       /* printed when the year before used another one, or "" */
};
/* The rule of the area (or the nearest area above it) for the fiscal year. */
bool basis_find(const struct report_query *q, const char *measure, int fiscal_year, struct counting_basis *ret_basis, struct err *err);

/* A value taken over from a printed report.  False with err->kind ERR_NONE when there is none. */
bool published_find(const struct report_query *q, const char *report_id, const char *row_key, const char *period, long long *ret_value,
                    const char **ret_source, struct err *err);
