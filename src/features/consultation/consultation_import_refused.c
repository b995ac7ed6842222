/* consultation_import_refused.c -- the rows that were refused, as a file to mend and give again: CSV, or a workbook when the name
 * ends so. */
#include "features/consultation/consultation_import.h"

#include "base/text.h"
#include "output/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum { CELL_CHARACTERS = 32000 }; /* Excel takes 32,767 */

struct import_refused {
    const struct import_mapping *mapping;
    struct arena *arena;
    FILE *csv; /* one of the two */
    lxw_workbook *book;
    lxw_worksheet *page;
    lxw_row_t line;
};

static bool write_csv(struct import_refused *r, const char *const *cells, size_t count, struct err *err)
{
    auto_buf line = {0};
    for (size_t i = 0; i < count; i++)
        csv_cell(&line, cells[i], i == 0);
    csv_end_row(&line);
    return fwrite(line.data, 1, line.size, r->csv) == line.size ||
           err_set(err, ERR_STORE_AWAY, "store.full", "%s", strerror(errno));
}

static bool write_page(struct import_refused *r, const char *const *cells, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = text_clean(r->arena, cells[i], strlen(cells[i]), false);
        if (*text && worksheet_write_string(r->page, r->line, (lxw_col_t)i, text_cut(r->arena, text, CELL_CHARACTERS), NULL) !=
                         LXW_NO_ERROR)
            return err_set(err, ERR_STORE_AWAY, "store.full", "xlsx line %u", (unsigned)r->line);
    }
    r->line++;
    return true;
}

/* The columns as they were given, without what an earlier refusal added; then the number and the reason. */
static bool write_line(struct import_refused *r, const char *const *cells, size_t count, const char *number, const char *reason,
                       struct err *err)
{
    const char **line = NEW_ARRAY(r->arena, r->mapping->count + 2, const char *);
    size_t n = 0;
    for (size_t i = 0; i < r->mapping->count; i++)
        if (!import_is_bookkeeping(r->mapping->headers[i], r->arena))
            line[n++] = i < count ? cells[i] : "";
    line[n++] = number;
    line[n++] = reason;
    bool written = r->csv ? write_csv(r, line, n, err) : write_page(r, line, n, err);
    arena_reset(r->arena);
    return written;
}

struct import_refused *import_refused_open(const char *path, const struct import_mapping *m, struct err *err)
{
    struct import_refused *r = xcalloc(1, sizeof *r);
    size_t size = strlen(path);
    r->mapping = m;
    r->arena = arena_new();
    if (size > 5 && !strcmp(path + size - 5, ".xlsx")) {
        lxw_workbook_options options = {.constant_memory = LXW_TRUE};
        r->book = workbook_new_opt(path, &options);
        r->page = r->book ? workbook_add_worksheet(r->book, NULL) : NULL;
    } else {
        r->csv = fopen(path, "we");
        if (r->csv)
            fputs("\xEF\xBB\xBF", r->csv);
    }
    if (!r->csv && !r->page)
        err_set(err, ERR_INPUT, "import.cannot_write", "%s", strerror(errno));
    else if (write_line(r, m->headers, m->count, "元の行番号", "理由", err))
        return r;
    import_refused_close(r, NULL);
    return NULL;
}

bool import_refused_row(struct import_refused *r, const struct import_row *row, const char *reason, struct err *err)
{
    char number[24];
    snprintf(number, sizeof number, "%ld", row->number);
    return write_line(r, row->cells, row->cell_count, number, reason, err);
}

bool import_refused_close(struct import_refused *r, struct err *err)
{
    if (!r)
        return true;
    bool kept = (!r->csv || !fclose(r->csv)) && (!r->book || workbook_close(r->book) == LXW_NO_ERROR);
    arena_free(r->arena);
    free(r);
    return kept || err_set(err, ERR_STORE_AWAY, "store.full", "refused rows");
}
