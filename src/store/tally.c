#include "store/tally.h"

#include "store/engine.h"
#include "store/query.h"
#include "store/tally_pile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MONTHS_LISTED = 24 }; /* up to so many months are looked up one by one; more are a range */

void facts_init(struct facts *f, struct arena *a)
{
    *f = (struct facts){.arena = a};
}

void facts_add(struct facts *f, const char *month, const char *measure, const char *basis, const char *code, long long n)
{
    if (f->count == f->room) {
        size_t room = f->room ? f->room * 2 : 32;
        struct fact *items = NEW_ARRAY(f->arena, room, struct fact);
        if (f->count)
            memcpy(items, f->items, f->count * sizeof *items);
        f->items = items;
        f->room = room;
    }
    f->items[f->count++] = (struct fact){
        .month = month,
        .measure = measure,
        .basis = basis,
        .code = code,
        .n = n,
    };
}

const char *fact_code(struct arena *a, const char *dimension, const char *value)
{
    size_t before = strlen(dimension), after = strlen(value);
    char *code = arena_alloc(a, before + 1 + after + 1);
    memcpy(code, dimension, before);
    code[before] = '=';
    memcpy(code + before + 1, value, after);
    return code;
}

static int compare(const void *x, const void *y)
{
    const struct fact *a = x, *b = y;
    int c = strcmp(a->measure, b->measure);
    if (c == 0)
        c = strcmp(a->basis, b->basis);
    if (c == 0)
        c = strcmp(a->month, b->month);
    return c ? c : strcmp(a->code, b->code);
}

static size_t take(struct fact *all, const struct facts *f, long long sign)
{
    size_t count = f ? f->count : 0;
    for (size_t i = 0; i < count; i++) {
        all[i] = f->items[i];
        all[i].n *= sign;
    }
    return count;
}

static int digits(const char *s, int count)
{
    int n = 0;
    for (int i = 0; i < count; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        n = n * 10 + s[i] - '0';
    }
    return n;
}

/* "2024-06" as months since the year 0; -1 for what is no month. */
static int month_number(const char *month)
{
    int year = digits(month, 4), m = year < 0 || month[4] != '-' ? -1 : digits(month + 5, 2);
    return m < 0 || month[7] ? -1 : year * 12 + m - 1;
}

enum { APRIL = 3 };

bool tally_year(const char *month, char ret_year[8])
{
    int number = month_number(month);
    if (number < 0)
        return false;
    int year = (number - APRIL) / 12;
    memcpy(ret_year, "FY0000", 7);
    for (int at = 5; at >= 2; at--, year /= 10)
        ret_year[at] = (char)('0' + year % 10);
    return true;
}

/* Adds up equal facts and drops what cancels out.  In key order: two writers lock rows in the same order. */
static size_t add_up(struct fact *all, size_t count)
{
    size_t kept = 0;
    qsort(all, count, sizeof *all, compare);
    for (size_t i = 0; i < count;) {
        struct fact sum = all[i++];
        for (; i < count && compare(&sum, &all[i]) == 0; i++)
            sum.n += all[i].n;
        if (sum.n)
            all[kept++] = sum;
    }
    return kept;
}

static bool pile_up(struct db *db, const char *office_id, const char *area_code, const struct fact *all, size_t count, long long sign, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!tally_pile_add(db, office_id, area_code, &all[i], sign, err))
            return false;
    return true;
}

bool tally_apply(struct db *db, const char *office_id, const char *area_code, const struct facts *minus, const struct facts *plus,
                 struct err *err)
{
    if ((!minus || !minus->count) && (!plus || !plus->count))
        return true;
    if (!minus || !minus->count)
        return pile_up(db, office_id, area_code, plus->items, plus->count, 1, err);
    if (!plus || !plus->count)
        return pile_up(db, office_id, area_code, minus->items, minus->count, -1, err);
    struct fact *all = xcalloc(minus->count + plus->count, sizeof *all);
    size_t count = take(all, minus, -1);
    count = add_up(all, count + take(all + count, plus, 1));
    bool ok = pile_up(db, office_id, area_code, all, count, 1, err);
    free(all);
    return ok;
}

/* `by_month` false: a whole fiscal year is read from its own rows.  Those sort behind every month ("FY..." after digits). */
static void add_months(struct query *q, const char *first, const char *last, bool by_month)
{
    int from = month_number(first), to = month_number(last);
    char year[8];
    if (!by_month && from >= 0 && from % 12 == APRIL && to - from == 11 && tally_year(first, year)) {
        query_add(q, " AND c.month = ?", TEXT(arena_strdup(q->arena, year)));
        return;
    }
    if (from < 0 || to - from >= MONTHS_LISTED) {
        query_add(q, " AND c.month >= ? AND c.month <= ?", TEXT(first), TEXT(last));
        return;
    }
    query_add(q, " AND c.month IN (?", TEXT(first));
    for (int m = from + 1; m <= to; m++)
        query_add(q, ", ?", TEXT(arena_printf(q->arena, "%04d-%02d", m / 12, m % 12 + 1)));
    query_add(q, ")");
}

static void add_dimension(struct query *q, const char *dimension)
{
    if (*dimension)
        query_add(q, " AND c.code >= ? AND c.code < ?", TEXT(arena_printf(q->arena, "%s=", dimension)),
                  TEXT(arena_printf(q->arena, "%s>", dimension))); /* '>' follows '=' */
    else
        query_add(q, " AND c.code = ''");
}

/* The table alone when nothing waits: then it can be read in its order. */
static bool is_waiting(struct db *db)
{
    return db_int(db, NULL, 0, "SELECT 1 FROM tally_wait LIMIT 1") == 1;
}

static void add_conditions(struct query *q, const char *from, const struct tally_query *t)
{
    query_add_values(q, from, NULL, 0);
    query_add(q, " WHERE c.measure = ? AND c.basis = ?", TEXT(t->measure), TEXT(t->basis));
    add_months(q, t->first_month, t->last_month, t->by_month);
    add_dimension(q, t->dimension);
    query_scope(q, t->scope, "c");
    if (t->area_path)
        query_scope(q, (&(struct scope){.kind = SCOPE_AREA, .area_path = t->area_path}), "c");
    if (t->office_id)
        query_add(q, " AND c.office_id = ?", TEXT(t->office_id));
}

static void add_column(struct query *q, const char *column, bool wanted)
{
    query_add_values(q, wanted ? column : "''", NULL, 0);
    query_add(q, ", ");
}

/* Grouped and ordered by area, code, office and month as far as they are wanted: a constant among them would be sorted like any column. */
static void add_groups(struct query *q, const struct tally_query *t, const char *clause)
{
    const char *wanted[] = {t->by_area ? "c.area_code" : NULL, "c.code", t->by_office ? "c.office_id" : NULL, t->by_month ? "c.month" : NULL};
    for (size_t i = 0, n = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (!wanted[i])
            continue;
        query_add_values(q, n++ ? ", " : clause, NULL, 0);
        query_add_values(q, wanted[i], NULL, 0);
    }
}

static struct tally_cell *more_cells(struct arena *a, struct tally_cell *cells, size_t count, size_t *room)
{
    if (count < *room)
        return cells;
    *room = *room ? *room * 2 : 128;
    struct tally_cell *bigger = NEW_ARRAY(a, *room, struct tally_cell);
    if (count)
        memcpy(bigger, cells, count * sizeof *cells);
    return bigger;
}

/* --- a city's year, tally_year --- */

enum { YEAR_MONTHS = 12, CITY_PATH = 14, CITY_AT = 7, CODE_SIZE = 6 }; /* "270008/271004/" */

const char *tally_city(struct arena *a, const char *area_path)
{
    return strlen(area_path) >= CITY_PATH ? arena_strndup(a, area_path + CITY_AT, CODE_SIZE) : "";
}

bool tally_has_areas(struct db *db, struct err *err)
{
    return db_int(db, err, 0, db_is_sqlite(db) ? "SELECT 1 FROM sqlite_schema WHERE name = 'area'"
                                               : "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'area'") == 1;
}

/* The whole city and nothing but it, for one fiscal year or less of it. */
static bool is_city_year(const struct tally_query *t, char ret_year[8])
{
    const struct scope *s = t->scope;
    const char *path = t->area_path ? t->area_path : "";
    char last[8];
    bool is_seen = s->kind == SCOPE_ALL || (s->kind == SCOPE_AREA && *s->area_path && !strncmp(path, s->area_path, strlen(s->area_path)));
    return is_seen && strlen(path) == CITY_PATH && !t->by_area && !t->by_office && !t->office_id &&
           tally_year(t->first_month, ret_year) && tally_year(t->last_month, last) && !strcmp(ret_year, last);
}

static bool read_city_year(struct db *db, const struct tally_query *t, const char *year, struct arena *a, struct tally_cell **ret_cells,
                           size_t *ret_count, struct err *err)
{
    const char *from = *t->dimension ? ARENA_JOIN(a, t->dimension, "=") : "", *to = *t->dimension ? ARENA_JOIN(a, t->dimension, ">") : " ";
    int first = month_number(t->first_month), count = month_number(t->last_month) - first + 1, april = first - (first - APRIL) % YEAR_MONTHS;
    const char *months[YEAR_MONTHS];
    for (int m = 0; t->by_month && m < YEAR_MONTHS; m++)
        months[m] = arena_printf(a, "%04d-%02d", (april + m) / YEAR_MONTHS, (april + m) % YEAR_MONTHS + 1);
    auto_rows *r = db_query(db, a, err,
                            "SELECT code, m04, m05, m06, m07, m08, m09, m10, m11, m12, m01, m02, m03 FROM tally_year"
                            " WHERE measure = $1 AND basis = $2 AND area_code = $3 AND year = $4 AND code >= $5 AND code < $6 ORDER BY code",
                            TEXT(t->measure), TEXT(t->basis), TEXT(tally_city(a, t->area_path)), TEXT(year), TEXT(from), TEXT(to));
    struct tally_cell *cells = NULL;
    size_t room = 0;
    *ret_count = 0;
    while (r && rows_next(r)) {
        struct tally_cell sum = {.area_code = "", .office_id = "", .month = "", .code = rows_text(r, 0)};
        for (int m = first - april; m < first - april + count; m++) {
            long long n = rows_int(r, 1 + m);
            sum.n += n;
            if (!t->by_month || !n)
                continue;
            cells = more_cells(a, cells, *ret_count, &room);
            cells[*ret_count] = sum;
            cells[*ret_count].month = months[m];
            cells[(*ret_count)++].n = n;
        }
        if (t->by_month || !sum.n)
            continue;
        cells = more_cells(a, cells, *ret_count, &room);
        cells[(*ret_count)++] = sum;
    }
    *ret_cells = cells;
    return r && !rows_failed(r);
}

bool tally_fill_years(struct db *db, struct err *err)
{
    struct err trouble = {0};
    if (!tally_has_areas(db, &trouble))
        return !trouble.kind || err_set(err, trouble.kind, trouble.message, "%s", trouble.detail);
    return db_script(db, err, TALLY_FILL_YEARS);
}

static bool read_from(struct db *db, bool with_waiting, const struct tally_query *t, struct arena *a, struct tally_cell **ret_cells,
                      size_t *ret_count, struct err *err)
{
    char year[8];
    if (!with_waiting && is_city_year(t, year))
        return read_city_year(db, t, year, a, ret_cells, ret_count, err);
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT ");
    add_column(&q, "c.area_code", t->by_area);
    add_column(&q, "c.office_id", t->by_office);
    add_column(&q, "c.month", t->by_month);
    query_add(&q, "c.code, CAST(sum(c.n) AS BIGINT)");
    add_conditions(&q, with_waiting ? " FROM tally_now c" : " FROM tally c", t);
    add_groups(&q, t, " GROUP BY ");
    query_add(&q, " HAVING sum(c.n) <> 0");
    add_groups(&q, t, " ORDER BY ");
    struct tally_cell *cells = NULL;
    size_t count = 0, room = 0;
    auto_rows *r = query_run(&q, db, a, err);
    for (; rows_next(r); count++) {
        cells = more_cells(a, cells, count, &room);
        cells[count] = (struct tally_cell){.area_code = rows_text(r, 0), .office_id = rows_text(r, 1), .month = rows_text(r, 2),
                                           .code = rows_text(r, 3), .n = rows_int(r, 4)};
    }
    if (rows_failed(r))
        return false;
    *ret_cells = cells;
    *ret_count = count;
    return true;
}

/* On SQLite tally and what waits are two readings in one view, which a savepoint is also outside a transaction. */
static bool read_both(struct db *db, const struct tally_query *t, struct arena *a, struct tally_cell **ret_cells, size_t *ret_count, struct err *err)
{
    if (db_run(db, err, "SAVEPOINT tally") < 0)
        return false;
    bool ok = read_from(db, false, t, a, ret_cells, ret_count, err) && tally_waiting_add(db, t, a, ret_cells, ret_count, err);
    return db_run(db, ok ? err : NULL, "RELEASE tally") >= 0 && ok;
}

bool tally_read(struct db *db, const struct tally_query *t, struct arena *a, struct tally_cell **ret_cells, size_t *ret_count,
                struct err *err)
{
    if (!tally_pile_write(db, err))
        return false;
    bool waiting = is_waiting(db);
    return waiting && db_is_sqlite(db) ? read_both(db, t, a, ret_cells, ret_count, err) : read_from(db, waiting, t, a, ret_cells, ret_count, err);
}

long long tally_sum(struct db *db, const struct tally_query *t, struct err *err)
{
    auto_arena *a = arena_new();
    struct tally_query whole = *t;
    struct tally_cell *cells;
    size_t count;
    long long sum = 0;
    whole.by_area = whole.by_office = whole.by_month = false;
    if (!tally_read(db, &whole, a, &cells, &count, err))
        return 0;
    for (size_t i = 0; i < count; i++)
        sum += cells[i].n;
    return sum;
}

bool tally_sum_settled(struct db *db, const struct tally_query *t, long long *ret_sum, bool *ret_settled, struct err *err)
{
    auto_arena *a = arena_new();
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT CAST(coalesce(sum(c.n), 0) AS BIGINT), CASE WHEN EXISTS (SELECT 1 FROM tally_wait) THEN 0 ELSE 1 END");
    add_conditions(&q, " FROM tally c", t);
    auto_rows *rows = query_run(&q, db, a, err);
    if (!rows_next(rows))
        return false;
    *ret_sum = rows_int(rows, 0);
    *ret_settled = rows_int(rows, 1);
    return true;
}

bool tally_clear(struct db *db, const char *measure_prefix, struct err *err)
{
    size_t size = strlen(measure_prefix);
    if (!tally_pile_write(db, err) || !tally_fold(db, err))
        return false;
    if (size == 0)
        return db_run(db, err, "DELETE FROM tally") >= 0 && db_run(db, err, "DELETE FROM tally_year") >= 0;
    auto_arena *a = arena_new();
    char *end = arena_strdup(a, measure_prefix);
    end[size - 1]++;
    if (db_run(db, err, "DELETE FROM tally_year WHERE measure >= $1 AND measure < $2", TEXT(measure_prefix), TEXT(end)) < 0)
        return false;
    return db_run(db, err, "DELETE FROM tally WHERE measure >= $1 AND measure < $2", TEXT(measure_prefix), TEXT(end)) >= 0;
}
