#include "output/refused_rows.h"

#include "base/text.h"
#include "output/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum { CELL_CHARACTERS = 32000 }; /* Excel takes 32,767 */

struct refused_rows {
    bool *kept; /* of each column: it was the person's own */
    size_t count;
    struct arena *arena;
    FILE *csv; /* one of the two */
    lxw_workbook *book;
    lxw_worksheet *page;
    lxw_row_t line;
};

static bool write_csv(struct refused_rows *r, const char *const *cells, size_t count, struct err *err)
{
    auto_buf line = {0};
    for (size_t i = 0; i < count; i++)
        csv_cell(&line, cells[i], i == 0);
    csv_end_row(&line);
    return fwrite(line.data, 1, line.size, r->csv) == line.size ||
           err_set(err, ERR_STORE_AWAY, "store.full", "%s", strerror(errno));
}

static bool write_page(struct refused_rows *r, const char *const *cells, size_t count, struct err *err)
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
static bool write_line(struct refused_rows *r, const char *const *cells, size_t count, const char *number, const char *reason,
                       struct err *err)
{
    const char **line = NEW_ARRAY(r->arena, r->count + 2, const char *);
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (r->kept[i])
            line[n++] = i < count ? cells[i] : "";
    line[n++] = number;
    line[n++] = reason;
    bool written = r->csv ? write_csv(r, line, n, err) : write_page(r, line, n, err);
    arena_reset(r->arena);
    return written;
}

bool refused_rows_is_own(const char *header, struct arena *a)
{
    const char *folded = text_fold(a, header);
    return !strcmp(folded, text_fold(a, "理由")) || !strcmp(folded, text_fold(a, "元の行番号"));
}

static void find_kept(struct refused_rows *r, const char *const *headers, size_t count)
{
    r->count = count;
    r->kept = xcalloc(count + 1, sizeof *r->kept);
    for (size_t i = 0; i < count; i++)
        r->kept[i] = !refused_rows_is_own(headers[i], r->arena);
}

struct refused_rows *refused_rows_open(const char *path, const char *const *headers, size_t count, struct err *err)
{
    struct refused_rows *r = xcalloc(1, sizeof *r);
    size_t size = strlen(path);
    r->arena = arena_new();
    find_kept(r, headers, count);
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
        err_set(err, ERR_INPUT, "refused_rows.cannot_write", "%s", strerror(errno));
    else if (write_line(r, headers, count, "元の行番号", "理由", err))
        return r;
    refused_rows_close(r, NULL);
    return NULL;
}

bool refused_rows_add(struct refused_rows *r, const char *const *cells, size_t count, long number, const char *reason, struct err *err)
{
    char text[24];
    snprintf(text, sizeof text, "%ld", number);
    return write_line(r, cells, count, text, reason, err);
}

bool refused_rows_close(struct refused_rows *r, struct err *err)
{
    if (!r)
        return true;
    bool kept = (!r->csv || !fclose(r->csv)) && (!r->book || workbook_close(r->book) == LXW_NO_ERROR);
    arena_free(r->arena);
    free(r->kept);
    free(r);
    return kept || err_set(err, ERR_STORE_AWAY, "store.full", "refused rows");
}
