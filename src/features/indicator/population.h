/* population.h -- inside the feature: people of 65 and over by municipality, as somebody published them; the same rules for the command and the page.
 *
 * Source of what is asked: indicators.md §3 (figures per population of 65 and over where given). */
#pragma once
#include "store/db.h"

#include <stdbool.h>

enum { POPULATION_FIRST_YEAR = 1990, POPULATION_MOST = 10000000 };

struct population_entry {
    const char *area_code; /* municipality or ward */
    long year;             /* calendar year of the statistic */
    long people;           /* of 65 and over */
    const char *source;    /* statistic as printed below tables */
};
/* Inside a write.  One number for an area and year: the newer one stands.  `ret_changed` may be NULL. */
bool population_put(struct db *db, const struct population_entry *e, bool *ret_changed, struct err *err);
/* Inside a write. */
bool population_remove(struct db *db, const char *area_code, long year, struct err *err);

/* A file with the columns 全国地方公共団体コード, 年, 65歳以上人口, 出典, found by header (CSV or XLSX). */
struct population_refusal {
    long row;        /* as the person sees it in the program they use */
    const char *why; /* what is wrong and what to do */
};
enum { POPULATION_REFUSALS = 200, POPULATION_ROWS = 100000 };
struct population_file {
    const char *path;
    const char *within; /* path of the area whose figures may be written, "" every one */
    long rows, changed, outside, refused; /* outside: left out, they are of other areas */
    struct population_refusal refusals[POPULATION_REFUSALS]; /* the first ones */
};
/* A write of the store (`arg` is the struct population_file).  ERR_INPUT "indicator.columns", "indicator.too_many_rows". */
bool population_read(struct db *db, void *arg, struct err *err);
