/* report.h -- 報告: published tables and the figures of the periodic forms.
 *
 * Source: reports.md §0 (definitions, basis rule), §1 (Osaka City), §2 (monthly and trimester reports). */
#pragma once
#include "base/date.h"
#include "output/table.h"
#include "store/db.h"
#include "store/scope.h"
#include "web/feature.h"

struct report_area {
    const char *code, *name, *path; /* 271004, 大阪市, "270008/271004/" */
};

/* What a report is asked for.  Everything lives in `arena`. */
struct report_query {
    struct db *db;
    struct arena *arena;
    struct scope scope;
    struct report_area area;
    const char *office_id; /* figures of one office (forms), or NULL for everything in the area */
    struct period period;
    const char *as_of;     /* 現在 line, or NULL to leave it out (frozen and golden output) */
};

enum report_periods { REPORT_BY_YEAR = 1, REPORT_BY_TRIMESTER = 2, REPORT_BY_MONTH = 4, REPORT_BY_DAY = 8 };

struct report {
    const char *id;      /* "t-osk-12" */
    const char *title;   /* 会議・研修会等への参加 */
    const char *group;   /* heading in the list of reports */
    const char *summary; /* one plain line: what it shows */
    unsigned periods;    /* enum report_periods */
    bool (*build)(const struct report_query *q, struct table **ret_table, struct err *err);
};

/* NULL when no feature brings a report of that id. */
const struct report *report_find(const struct feature *const *features, const char *id);

/* Finds the area and checks that the scope may see its figures.  ERR_NOT_FOUND, ERR_FORBIDDEN. */
bool report_area_in_scope(struct db *db, const struct scope *scope, const char *code, struct arena *a, struct report_area *ret_area,
                          struct err *err);

/* The monthly figures of one office or area, one column of months and a total: 様式3, 10 and 14 print it and 確定 freezes it.
 * Columns: one per month of the period (at most 12) and 計; for a single month 当月 and 年度累計. */
bool report_period_figures(const struct report_query *q, struct table **ret_table, struct err *err);

/* Keeps a value of a printed report that was never counted from records (the years before Renkei), with where it was printed.
 * Inside a write. */
bool published_put(struct db *db, const char *area_code, const char *report_id, const char *row_key, const char *period,
                   long long value, const char *source, struct err *err);

extern const struct feature report_feature;
