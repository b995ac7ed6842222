#include "features/report/basis.h"

#include <string.h>

bool basis_find(const struct report_query *q, const char *measure, int year, struct counting_basis *ret_basis, struct err *err)
{
    auto_rows *rows = db_query(q->db, q->arena, err,
                               "SELECT b.basis, b.version, b.population, b.note FROM counting_basis b"
                               " WHERE b.measure = $1 AND b.first_fiscal_year <= $2 AND (b.area_code = '' OR $3 LIKE '%' || b.area_code || '/%')"
                               " ORDER BY LENGTH(b.area_code) DESC, b.first_fiscal_year DESC LIMIT 1",
                               TEXT(measure), INT(year), TEXT(q->area.path));
    if (!rows)
        return false;
    *ret_basis = (struct counting_basis){"all", "", "", ""};
    if (rows_next(rows))
        *ret_basis = (struct counting_basis){rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2), rows_text(rows, 3)};
    return !rows_failed(rows);
}

bool published_find(const struct report_query *q, const char *report_id, const char *row_key, const char *period, long long *ret_value,
                    const char **ret_source, struct err *err)
{
    auto_rows *rows = db_query(q->db, q->arena, err,
                               "SELECT value, source FROM published_value"
                               " WHERE area_code = $1 AND report_id = $2 AND row_key = $3 AND period = $4",
                               TEXT(q->area.code), TEXT(report_id), TEXT(row_key), TEXT(period));
    if (!rows || !rows_next(rows))
        return false;
    *ret_value = rows_int(rows, 0);
    *ret_source = rows_text(rows, 1);
    return true;
}

bool published_put(struct db *db, const char *area_code, const char *report_id, const char *row_key, const char *period,
                   long long value, const char *source, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO published_value (area_code, report_id, row_key, period, value, source) VALUES ($1, $2, $3, $4, $5, $6)"
                  " ON CONFLICT (area_code, report_id, row_key, period) DO UPDATE SET value = excluded.value, source = excluded.source",
                  TEXT(area_code), TEXT(report_id), TEXT(row_key), TEXT(period), INT(value), TEXT(source)) >= 0;
}
