/* export_xlsx.c -- the plain layout as a workbook, written row by row. */
#include "base/arena.h"
#include "features/facility_export/export_format.h"

#include <string.h>
#include <xlsxwriter.h>

enum { ROWS_MOST = 1048576 - 30 }; /* of a sheet, with room for the sources */

struct workbook {
    const struct export_format *format;
    const struct export_request *x;
    lxw_worksheet *sheet;
    struct export_sources sources;
    struct arena *kept;
    const char **cells;
    long rows;
};

/* Everything is text, as a code is: nothing is run, and no zero is lost. */
static void write_cells(struct workbook *w, long row, const char *const *cells, size_t count, lxw_format *format)
{
    for (size_t i = 0; i < count; i++)
        if (*cells[i])
            worksheet_write_string(w->sheet, (lxw_row_t)row, (lxw_col_t)i, cells[i], format);
}

static bool write_entry(const struct export_entry *e, void *arg, struct arena *a, struct err *err)
{
    struct workbook *w = arg;
    struct export_row r;
    if (w->rows == ROWS_MOST)
        return err_set(err, ERR_TOO_LARGE, "facility_export.rows", "more than a sheet holds");
    export_row_make(w->x, e, -1, a, &r);
    export_sources_add(&w->sources, r.attribution, w->kept);
    write_cells(w, ++w->rows, w->cells, export_cells(w->format, w->x, &r, w->cells), NULL);
    return true;
}

static bool fill(struct workbook *w, lxw_workbook *book, struct err *err)
{
    const char **heads;
    lxw_format *bold = workbook_add_format(book);
    format_set_bold(bold);
    size_t count = export_heads(w->format, w->x, w->kept, &heads);
    w->cells = NEW_ARRAY(w->kept, count + 1, const char *);
    w->sheet = workbook_add_worksheet(book, "資源");
    worksheet_freeze_panes(w->sheet, 1, 2);
    worksheet_set_column(w->sheet, 0, (lxw_col_t)(count - 1), 18, NULL);
    write_cells(w, 0, heads, count, bold);
    if (!export_each(w->x, w->format->kinds, write_entry, w, err))
        return false;
    for (size_t i = 0; i < w->sources.count; i++)
        write_cells(w, w->rows + 2 + (long)i, (const char *const[]){arena_printf(w->kept, "※出典：%s", w->sources.names[i])}, 1, NULL);
    return true;
}

bool export_xlsx(const struct export_format *f, const struct export_request *x, const char *path, long *ret_rows, struct err *err)
{
    auto_arena *kept = arena_new();
    struct workbook w = {.format = f, .x = x, .kept = kept};
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    lxw_workbook *book = workbook_new_opt(path, &options);
    if (!book)
        return err_set(err, ERR_STORE_AWAY, "facility_export.disk", "workbook");
    bool done = fill(&w, book, err);
    lxw_error closed = workbook_close(book);
    *ret_rows = w.rows;
    return done && (closed == LXW_NO_ERROR || err_set(err, ERR_STORE_AWAY, "facility_export.disk", "workbook %d", (int)closed));
}
