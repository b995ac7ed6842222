#include "output/table_format.h"

#include "base/text.h"
#include "output/csv.h"

#include <string.h>

static const char *text_of(const struct table *t, const struct row *r, size_t i, const char *unit, struct arena *a)
{
    const struct cell *c = &r->cells[i];
    if (!cell_is_number(c))
        return table_cell_text(t, r, i, a);
    const char *plain = cell_plain(c, a);
    if (!c->unit || !*c->unit || (unit && strcmp(unit, c->unit) == 0))
        return plain;
    return arena_printf(a, "%s%s", plain, c->unit);
}

static void write_all(const struct table *t, struct buf *out)
{
    auto_arena *a = arena_new();
    const char **units = NEW_ARRAY(a, t->column_count, const char *);
    for (size_t i = 0; i < t->column_count; i++) {
        units[i] = table_column_unit(t, i);
        csv_cell(out, table_column_label(t, i, units[i], a), i == 0);
    }
    csv_end_row(out);
    for (size_t r = 0; r < t->row_count; r++) {
        for (size_t i = 0; i < t->column_count; i++)
            csv_cell(out, text_of(t, &t->rows[r], i, units[i], a), i == 0);
        csv_end_row(out);
    }
    size_t count;
    const char **notes = table_footnotes(t, a, &count);
    for (size_t i = 0; i < count; i++) {
        csv_cell(out, notes[i], true);
        csv_end_row(out);
    }
}

void table_csv(const struct table *t, bool cp932, struct buf *out)
{
    if (!cp932) {
        buf_text(out, "\xef\xbb\xbf");
        write_all(t, out);
        return;
    }
    auto_buf utf8 = {0};
    write_all(t, &utf8);
    text_to_cp932(out, utf8.data, utf8.size);
}
