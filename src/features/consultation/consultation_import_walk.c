/* consultation_import_walk.c -- through a whole file, a few hundred rows in memory at a time. */
#include "features/consultation/consultation_import.h"

#include "output/spreadsheet.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_BYTES = 32 << 20 };

/* Rows that were met already: by number and day, or by text. */
struct seen {
    struct met {
        uint64_t seed;
        uint32_t row, times;
    } * items;
    size_t count, room;
};

static struct met *met_at(const struct seen *s, uint64_t seed)
{
    size_t i = (size_t)(seed % s->room);
    while (s->items[i].times && s->items[i].seed != seed)
        i = (i + 1) % s->room;
    return &s->items[i];
}

static void grow(struct seen *s)
{
    struct seen more = {.room = s->room ? s->room * 2 : 1024, .count = s->count};
    more.items = xcalloc(more.room, sizeof *more.items);
    for (size_t i = 0; i < s->room; i++)
        if (s->items[i].times)
            *met_at(&more, s->items[i].seed) = s->items[i];
    free(s->items);
    *s = more;
}

static struct met *meet(struct seen *s, uint64_t seed, long row)
{
    if (s->count * 2 >= s->room)
        grow(s);
    struct met *m = met_at(s, seed);
    if (!m->times) {
        *m = (struct met){.seed = seed, .row = (uint32_t)row};
        s->count++;
    }
    m->times++;
    return m;
}

static void seen_free(struct seen *s)
{
    free(s->items);
}

/* The same number on the same day is the same sheet written twice; the same text may well be two calls. */
static bool is_new(struct seen *seen, struct import_row *row)
{
    const struct met *m = meet(seen, row->seed, row->number);
    if (m->times == 1)
        return true;
    if (!*row->sheet.paper_no) {
        uint64_t pair[2] = {row->seed, m->times};
        row->seed = import_hash(pair, sizeof pair);
        return true;
    }
    struct problems p;
    problems_init(&p, row->arena);
    problem_add(&p, "paper_no", "同じ番号と受付日の行が%u行目にもあります。番号を直すか、どちらかの行を消してください。", m->row);
    row->problems = p.items;
    row->problem_count = p.count;
    return false;
}

static bool is_blank(const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (const char *c = cells[i]; *c; c += !strncmp(c, "　", 3) ? 3 : 1)
            if (!strchr(" \t\r\n", *c) && strncmp(c, "　", 3) != 0)
                return false;
    return true;
}

static void copy_cells(struct import_row *row, const char *const *cells, size_t count)
{
    const char **copy = NEW_ARRAY(row->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_strdup(row->arena, cells[i]);
    row->cells = copy;
    row->cell_count = count;
}

static bool take_row(struct import_walk *w, struct seen *seen, struct import_row *row, struct err *err)
{
    bool good = import_convert(w->im, row) && is_new(seen, row);
    w->rows++;
    if (good)
        w->good++;
    else
        w->refused++;
    return w->each(w->arg, row, err);
}

static bool walk(struct import_walk *w, struct spreadsheet *s, struct arena *a, struct seen *seen, struct err *err)
{
    struct err trouble = {0};
    const char *const *cells;
    size_t count, waiting = 0;
    while (spreadsheet_next(s, &cells, &count, &trouble)) {
        if (spreadsheet_row(s) <= w->im->mapping->header_row || is_blank(cells, count))
            continue;
        if (count > IMPORT_COLUMNS_MOST && !is_blank(cells + IMPORT_COLUMNS_MOST, count - IMPORT_COLUMNS_MOST))
            return err_set(err, ERR_INPUT, "import.too_many_columns", "row=%ld", spreadsheet_row(s));
        if (w->rows == IMPORT_ROWS_MOST)
            return err_set(err, ERR_INPUT, "import.too_many_rows", "rows=%ld", w->rows);
        struct import_row row = {.number = spreadsheet_row(s), .arena = a};
        copy_cells(&row, cells, count < IMPORT_COLUMNS_MOST ? count : IMPORT_COLUMNS_MOST);
        if (!take_row(w, seen, &row, err))
            return false;
        if (++waiting < IMPORT_BATCH && arena_used(a) < BATCH_BYTES)
            continue;
        if (w->flush && !w->flush(w->arg, err))
            return false;
        arena_reset(a);
        waiting = 0;
    }
    if (trouble.kind) {
        if (err)
            *err = trouble;
        return false;
    }
    return !w->flush || w->flush(w->arg, err);
}

bool import_walk(struct import_walk *w, struct err *err)
{
    __attribute__((cleanup(seen_free))) struct seen seen = {0};
    auto_arena *a = arena_new();
    auto_spreadsheet *s = spreadsheet_open(w->path, -1, err);
    w->rows = w->good = w->refused = 0;
    return s && walk(w, s, a, &seen, err);
}
