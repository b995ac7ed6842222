/* population.c -- people of 65 and over by municipality, as somebody published them: one by one, or from a file. */
#include "features/indicator/population.h"

#include "base/count.h"
#include "base/date.h"
#include "base/text.h"
#include "features/feature_list.h"
#include "features/indicator/indicator_areas.h"
#include "output/spreadsheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool population_find(struct db *db, const char *area_code, long year, struct arena *a, struct population *ret, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT people, year, source FROM population_65 WHERE area_code = $1 AND year <= $2 ORDER BY year DESC LIMIT 1",
                            TEXT(area_code), INT(year));
    *ret = (struct population){.count = INDICATOR_UNKNOWN, .source = ""};
    if (r && rows_next(r))
        *ret = (struct population){rows_int(r, 0), (long)rows_int(r, 1), rows_text(r, 2)};
    return r && !rows_failed(r);
}

bool population_put(struct db *db, const struct population_entry *e, bool *ret_changed, struct err *err)
{
    auto_arena *a = arena_new();
    long long changed = db_run(db, err,
                               "INSERT INTO population_65 (area_code, year, people, source, imported_at) VALUES ($1, $2, $3, $4, $5) "
                               "ON CONFLICT (area_code, year) DO UPDATE SET people = excluded.people, source = excluded.source, "
                               "imported_at = excluded.imported_at WHERE population_65.people <> excluded.people OR population_65.source <> excluded.source",
                               TEXT(e->area_code), INT(e->year), INT(e->people), TEXT(e->source), TEXT(now_utc(a)));
    if (ret_changed)
        *ret_changed = changed > 0;
    return changed >= 0;
}

bool population_remove(struct db *db, const char *area_code, long year, struct err *err)
{
    return db_run(db, err, "DELETE FROM population_65 WHERE area_code = $1 AND year = $2", TEXT(area_code), INT(year)) >= 0;
}

/* The four columns, found by header. */
static const char *const headers[] = {"全国地方公共団体コード", "年", "65歳以上人口", "出典"};
enum { CODE, YEAR, PEOPLE, SOURCE, COLUMNS };

struct reading {
    struct db *db;
    struct population_file *file;
    struct spreadsheet *sheet;
    int at[COLUMNS];
    struct arena *arena; /* of one row */
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
static const char *problem(const struct population_entry *e, const char *path)
{
    if (!*path)
        return "全国地方公共団体コード：5桁か6桁の、市区町村のコードを入力してください。";
    if (e->year < 0)
        return "年：西暦4桁で、今年までの年を入力してください。";
    if (e->people < 0)
        return "65歳以上人口：0以上の整数で入力してください。";
    return *e->source ? NULL : "出典：どの統計の値かを入力してください。";
}

static void refuse(struct reading *r, const char *why)
{
    struct population_file *f = r->file;
    if (f->refused < POPULATION_REFUSALS)
        f->refusals[f->refused] = (struct population_refusal){spreadsheet_row(r->sheet), why};
    f->refused++;
}

/* A row of the sheet that nobody wrote into. */
static bool is_blank(const struct reading *r, const char *const *cells, size_t count)
{
    return !*cell(r, cells, count, YEAR) && !*cell(r, cells, count, PEOPLE) && !*cell(r, cells, count, SOURCE);
}

static bool read_row(struct reading *r, const char *const *cells, size_t count, struct err *err)
{
    struct arena *a = r->arena;
    struct population_file *f = r->file;
    const struct population_entry e = {.area_code = area_code_from(cell(r, cells, count, CODE), a), .source = text_cut(a, cell(r, cells, count, SOURCE), 200),
                                       .year = number(a, cell(r, cells, count, YEAR), POPULATION_FIRST_YEAR, date_today().year),
                                       .people = number(a, cell(r, cells, count, PEOPLE), 0, POPULATION_MOST)};
    const char *path = *e.area_code ? area_path(r->db, e.area_code, a) : "", *why = problem(&e, path);
    bool changed = false;
    f->rows++;
    if (*path && strncmp(path, f->within, strlen(f->within)) != 0) {
        f->outside++;
        return true;
    }
    if (why) {
        refuse(r, why);
        return true;
    }
    if (!population_put(r->db, &e, &changed, err))
        return false;
    f->changed += changed;
    return true;
}

bool population_read(struct db *db, void *arg, struct err *err)
{
    auto_arena *a = arena_new();
    struct population_file *f = arg;
    struct reading r = {.db = db, .file = f, .arena = a};
    const char *const *cells;
    size_t count;
    f->rows = f->refused = f->changed = f->outside = 0;
    auto_spreadsheet *sheet = r.sheet = spreadsheet_open(f->path, 0, err);
    if (!sheet)
        return false;
    if (!spreadsheet_next(sheet, &cells, &count, err) || !find_columns(&r, cells, count))
        return err->kind ? false : err_set(err, ERR_INPUT, "indicator.columns", "headers");
    for (; spreadsheet_next(sheet, &cells, &count, err); arena_reset(a))
        if (f->rows == POPULATION_ROWS)
            return err_set(err, ERR_INPUT, "indicator.too_many_rows", "rows");
        else if (!is_blank(&r, cells, count) && !read_row(&r, cells, count, err))
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
    struct population_file *f = NEW(a, struct population_file);
    *f = (struct population_file){.path = argv[0], .within = ""};
    struct store *store = store_open(config->data, &err);
    bool done = store && store_write_alone(store, population_read, f, &err);
    store_close(store);
    if (!done) {
        fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err.message), err.detail);
        return err_exit_code(err.kind);
    }
    for (long i = 0; i < f->refused && i < POPULATION_REFUSALS; i++)
        printf("%s: %ld行目 %s\n", f->path, f->refusals[i].row, f->refusals[i].why);
    printf("%ld行を読み、%ld件が変わりました。受け取れない行は%ld行です。\n", f->rows, f->changed, f->refused);
    return f->refused ? 1 : 0;
}
