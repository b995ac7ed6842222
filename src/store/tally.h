/* tally.h -- 集計: maintained counts, so that a table of a city-year is read in under a millisecond.
 *
 * A record's facts are computed by one pure function of the record; a save applies minus the old facts and plus the
 * new ones in the same transaction.  A recount applies every row again; a property test holds the two equal.
 * Facts wait as rows of tally_wait until the store's own thread adds up many of them (tally_fold); tally_now is both, for whoever reads SQL.
 * Every fact is also added up for its fiscal year (month "FY2024"), so that a year is read from a twelfth of the rows; also for
 * its municipality, with the months of a year in one row (tally_year), so that a city's year is read from as many rows as there are codes.
 * Key: office, area (ward), month ("2024-06" of the day the work happened), measure ("consultation.cases", "meeting.attendances"),
 * basis ("all", "ltci"; "" when the measure has one basis), code (dimension=value, "consulter_type=care_manager", or "" for the total). */
#pragma once
#include "store/db.h"
#include "store/scope.h"

struct fact {
    const char *month, *measure, *basis, *code;
    long long n;
};
struct facts {
    struct arena *arena;
    struct fact *items;
    size_t count, room;
};
void facts_init(struct facts *f, struct arena *a);
/* The texts are not copied: literals, the record's own and the arena's live long enough. */
void facts_add(struct facts *f, const char *month, const char *measure, const char *basis, const char *code, long long n);
/* "dimension=value" in the arena */
const char *fact_code(struct arena *a, const char *dimension, const char *value);

/* "FY2024" for "2024-06", in `ret_year`; false for what is no month. */
bool tally_year(const char *month, char ret_year[8]);

/* Adds `plus` and takes away `minus` (either may be NULL); equal facts cancel out before the database is touched.
 * The cells of hundreds of writes are written once, after their commit. */
bool tally_apply(struct db *db, const char *office_id, const char *area_code, const struct facts *minus, const struct facts *plus,
                 struct err *err);

/* Reading: rows grouped as asked, ordered by area and code. */
struct tally_cell {
    const char *area_code, *office_id, *month, *code; /* "" for what is not grouped by */
    long long n;
};
struct tally_query {
    const struct scope *scope;
    const char *area_path;                 /* restrict to this area and below; NULL for the whole scope */
    const char *office_id;                 /* restrict to one office; NULL for all */
    const char *first_month, *last_month;  /* "2024-04" .. "2025-03", both inclusive */
    const char *measure, *basis;
    const char *dimension;                 /* codes of this dimension only ("consulter_type"); "" for the total */
    bool by_area, by_office, by_month;
};
bool tally_read(struct db *db, const struct tally_query *q, struct arena *a, struct tally_cell **ret_cells, size_t *ret_count,
                struct err *err);
/* The sum of everything the query covers. */
long long tally_sum(struct db *db, const struct tally_query *q, struct err *err);
/* The same from tally alone, which is quick; `ret_settled` false when facts wait: then it is no answer. */
bool tally_sum_settled(struct db *db, const struct tally_query *q, long long *ret_sum, bool *ret_settled, struct err *err);
/* Empties the measures that begin with `measure_prefix`; the caller applies all records' facts again in the same write. */
bool tally_clear(struct db *db, const char *measure_prefix, struct err *err);
/* Inside a write: makes tally_year anew from tally. */
bool tally_fill_years(struct db *db, struct err *err);
/* The SQL of it, for the migration that brings the areas. */
#define TALLY_YEAR_MONTH(m) "sum(CASE WHEN substr(t.month, 6, 2) = '" m "' THEN t.n ELSE 0 END), "
#define TALLY_FILL_YEARS \
    "DELETE FROM tally_year;" \
    "INSERT INTO tally_year (m04, m05, m06, m07, m08, m09, m10, m11, m12, m01, m02, m03, measure, basis, area_code, year, code) SELECT " \
    TALLY_YEAR_MONTH("04") TALLY_YEAR_MONTH("05") TALLY_YEAR_MONTH("06") TALLY_YEAR_MONTH("07") TALLY_YEAR_MONTH("08") \
    TALLY_YEAR_MONTH("09") TALLY_YEAR_MONTH("10") TALLY_YEAR_MONTH("11") TALLY_YEAR_MONTH("12") TALLY_YEAR_MONTH("01") \
    TALLY_YEAR_MONTH("02") TALLY_YEAR_MONTH("03") \
    "t.measure, t.basis, substr(a.path, 8, 6), 'FY' || (CAST(substr(t.month, 1, 4) AS INTEGER) - CASE WHEN substr(t.month, 6, 2) < '04' THEN 1 ELSE 0 END), t.code" \
    " FROM tally t JOIN area a ON a.code = t.area_code WHERE t.month < 'FY' AND length(a.path) >= 14 GROUP BY 13, 14, 15, 16, 17"
/* Inside a write: adds to tally what waits in tally_wait. */
bool tally_fold(struct db *db, struct err *err);
