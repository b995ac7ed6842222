/* population.c -- people of 65 and over by municipality, as somebody published them: renkei import population FILE.csv. */
#include "base/count.h"
#include "base/date.h"
#include "base/text.h"
#include "features/feature_list.h"
#include "features/indicator/indicator_areas.h"
#include "output/spreadsheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_YEAR = 1990, COUNT_MOST = 10000000 };

bool population_find(struct db *db, const char *area_code, long year, struct arena *a, struct population *ret, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT people, year, source FROM population_65 WHERE area_code = $1 AND year <= $2 ORDER BY year DESC LIMIT 1",
                            TEXT(area_code), INT(year));
    *ret = (struct population){.count = INDICATOR_UNKNOWN, .source = ""};
    if (r && rows_next(r))
        *ret = (struct population){rows_int(r, 0), (long)rows_int(r, 1), rows_text(r, 2)};
    return r && !rows_failed(r);
}

/* The four columns, found by header. */
static const char *const headers[] = {"全国地方公共団体コード", "年", "65歳以上人口", "出典"};
enum { CODE, YEAR, PEOPLE, SOURCE, COLUMNS };

struct reading {
    const char *path;
    struct spreadsheet *file;
    int at[COLUMNS];
    struct arena *arena;
    long rows, refused, changed;
};

static bool find_columns(struct reading *r, const char *const *cells, size_t count)
{
    for (size_t h = 0; h < COUNT(headers); h++) {
        r->at[h] = -1;
        for (size_t i = 0; i < count && r->at[h] < 0; i++)
            if (!strcmp(text_fold(r->arena, cells[i]), text_fold(r->arena, headers[h])))
                r->at[h] = (int)i;
        if (r->at[h] < 0)
            return false;
    }
    return true;
}

static const char *cell(const struct reading *r, const char *const *cells, size_t count, int column)
{
    const char *text = (size_t)r->at[column] < count ? cells[r->at[column]] : "";
    return text_clean(r->arena, text, strlen(text), true);
}

/* "1,234", "１２３４"; -1 when it is no number from `least` to `most`. */
static long number(struct arena *a, const char *text, long least, long most)
{
    const char *folded = text_fold(a, text);
    auto_buf digits = {0};
    for (; *folded; folded++) {
        if (*folded == ',')
            continue;
        if (*folded < '0' || *folded > '9' || digits.size > 9)
            return -1;
        buf_char(&digits, *folded);
    }
    long n = digits.size ? atol(digits.data) : -1;
    return n >= least && n <= most ? n : -1;
}

/* What is wrong with the row, or NULL. */
static const char *problem(struct db *db, const char *code, long year, long people, const char *source, struct arena *a)
{
    if (!*code || !*area_path(db, code, a))
        return "全国地方公共団体コード：5桁か6桁の、市区町村のコードを入力してください。";
    if (year < 0)
        return "年：西暦4桁で、今年までの年を入力してください。";
    if (people < 0)
        return "65歳以上人口：0以上の整数で入力してください。";
    return *source ? NULL : "出典：どの統計の値かを入力してください。";
}

static bool put(struct db *db, const char *code, long year, long people, const char *source, struct reading *r, struct err *err)
{
    long long changed = db_run(db, err,
                               "INSERT INTO population_65 (area_code, year, people, source, imported_at) VALUES ($1, $2, $3, $4, $5) "
                               "ON CONFLICT (area_code, year) DO UPDATE SET people = excluded.people, source = excluded.source, "
                               "imported_at = excluded.imported_at WHERE population_65.people <> excluded.people OR population_65.source <> excluded.source",
                               TEXT(code), INT(year), INT(people), TEXT(source), TEXT(now_utc(r->arena)));
    r->changed += changed > 0;
    return changed >= 0;
}

static bool read_row(struct db *db, struct reading *r, const char *const *cells, size_t count, struct err *err)
{
    struct arena *a = r->arena;
    const char *code = area_code_from(cell(r, cells, count, CODE), a), *source = text_cut(a, cell(r, cells, count, SOURCE), 200);
    long year = number(a, cell(r, cells, count, YEAR), FIRST_YEAR, date_today().year), people = number(a, cell(r, cells, count, PEOPLE), 0, COUNT_MOST);
    const char *wrong = problem(db, code, year, people, source, a);
    r->rows++;
    if (!wrong)
        return put(db, code, year, people, source, r, err);
    r->refused++;
    printf("%s: %ld行目 %s\n", r->path, spreadsheet_row(r->file), wrong);
    return true;
}

static bool read_file(struct db *db, void *arg, struct err *err)
{
    struct reading *r = arg;
    const char *const *cells;
    size_t count;
    r->rows = r->refused = r->changed = 0;
    auto_spreadsheet *file = r->file = spreadsheet_open(r->path, 0, err);
    if (!file)
        return false;
    if (!spreadsheet_next(file, &cells, &count, err) || !find_columns(r, cells, count))
        return err->kind ? false : err_set(err, ERR_INPUT, "indicator.columns", "headers");
    while (spreadsheet_next(file, &cells, &count, err))
        if (!read_row(db, r, cells, count, err))
            return false;
    return err->kind == ERR_NONE;
}

int import_population_command(const struct config *config, int argc, char **argv)
{
    struct err err = {0};
    auto_arena *a = arena_new();
    if (argc != 1) {
        fprintf(stderr, "usage: renkei import population FILE (CSV or XLSX with the columns 全国地方公共団体コード, 年, 65歳以上人口, 出典)\n");
        return 2;
    }
    struct reading r = {.path = argv[0], .arena = a};
    struct store *store = store_open(config->data, &err);
    bool done = store && store_write_alone(store, read_file, &r, &err);
    store_close(store);
    if (!done) {
        fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err.message), err.detail);
        return err_exit_code(err.kind);
    }
    printf("%ld行を読み、%ld件が変わりました。受け取れない行は%ld行です。\n", r.rows, r.changed, r.refused);
    return r.refused ? 1 : 0;
}
