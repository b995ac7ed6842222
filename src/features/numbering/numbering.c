#include "features/numbering/numbering.h"

#include "base/count.h"
#include "features/area/area.h"

#include <string.h>

static const char schema[] =
    "CREATE TABLE numbering (\n"
    "  form TEXT NOT NULL,          -- 様式 number, '6'\n"
    "  area_code TEXT NOT NULL,     -- ward\n"
    "  fiscal_year BIGINT NOT NULL, -- 2024 = 令和6年度\n"
    "  last BIGINT NOT NULL,        -- the sequence given out last\n"
    "  PRIMARY KEY (form, area_code, fiscal_year)\n"
    ");\n";
static const struct migration migrations[] = {{2026040302, "numbering: create", schema, NULL, NULL}};

const char *numbering_area(const char *area_name, struct arena *a)
{
    static const char *const endings[] = {"区", "市", "町", "村"};
    size_t size = strlen(area_name);
    for (size_t i = 0; i < COUNT(endings); i++) {
        size_t n = strlen(endings[i]);
        if (size > n && !strcmp(area_name + size - n, endings[i]))
            return arena_strndup(a, area_name, size - n);
    }
    return arena_strdup(a, area_name);
}

/* "R6": the era year of the fiscal year's first day, so 平成31年度 stays H31 to its end. */
static const char *year_mark(int year, struct arena *a)
{
    char *day = date_wareki_short(a, (struct date){(int16_t)year, 4, 1});
    day[strcspn(day, ".")] = '\0';
    return day;
}

const char *numbering_next(struct db *db, const char *form, const char *area_code, struct date day, struct arena *a,
                           struct err *err)
{
    int year = fiscal_year(day);
    const struct value key[] = {TEXT(form), TEXT(area_code), INT(year)};
    /* The row stays locked until the write ends: two saves of one ward wait for each other and get neighbours.  Asking afterwards costs SQLite
     * less than RETURNING, which keeps the row in a table of its own first; PostgreSQL takes both in one round trip. */
    if (!db_post_values(db, err, NULL,
                        "INSERT INTO numbering (form, area_code, fiscal_year, last) VALUES ($1, $2, $3, 1)"
                        " ON CONFLICT (form, area_code, fiscal_year) DO UPDATE SET last = numbering.last + 1",
                        key, COUNT(key)))
        return NULL;
    auto_rows *r = db_query_values(db, a, err,
                                   "SELECT n.last, a.name FROM numbering n LEFT JOIN area a ON a.code = n.area_code"
                                   " WHERE n.form = $1 AND n.area_code = $2 AND n.fiscal_year = $3",
                                   key, COUNT(key));
    if (!rows_next(r))
        return NULL;
    const char *name = rows_is_null(r, 1) ? area_code : rows_text(r, 1);
    return arena_printf(a, "%s-%s-%s-%04lld", year_mark(year, a), numbering_area(name, a), form, rows_int(r, 0));
}

const char *numbering_keep(struct db *db, const char *form, const char *area_code, const char *old_no, const char *old_day, const char *day,
                           struct arena *a, struct err *err)
{
    struct date now = date_from_iso(day), before = date_from_iso(old_day);
    if (*old_no && date_is_set(before) && fiscal_year(before) == fiscal_year(now))
        return old_no;
    return numbering_next(db, form, area_code, now, a, err);
}

const struct feature numbering_feature = {
    .name = "numbering", .migrations = migrations, .migration_count = COUNT(migrations),
};
