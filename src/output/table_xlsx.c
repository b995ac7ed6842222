#include "output/table_format.h"

#include "base/count.h"
#include "base/date.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
    WIDTH_ROWS = 500,   /* rows looked at for the widths: enough to see the usual, cheap for long lists */
    WIDTH_MAX = 60,     /* half-width characters; longer text wraps */
    WIDTH_MIN = 6,
    CELL_CHARACTERS = 32767, /* Excel's limit for one cell */
    PAPER_A4 = 9,
};

/* One way a cell looks.  Few exist in a table, so they are kept in a list. */
struct look {
    const char *unit, *note;
    int decimals;
    bool number, delta;
    enum row_kind row;
    lxw_format *format;
    struct look *next;
};
struct sheet {
    const struct table *table;
    struct arena *arena;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    struct look *looks;
    struct look **last; /* by column: most columns look the same all the way down */
};

/* Quoted text inside a number format; quotes cannot be escaped there and go. */
static void quoted(struct buf *out, const char *before, const char *text)
{
    if (!text || !*text)
        return;
    buf_char(out, '"');
    buf_text(out, before);
    for (; *text; text++)
        if (*text != '"')
            buf_char(out, *text);
    buf_char(out, '"');
}

static void number_part(struct buf *out, const struct look *l, const char *sign)
{
    buf_text(out, sign);
    buf_text(out, "#,##0");
    for (int i = 0; i < l->decimals; i++)
        buf_text(out, i ? "0" : ".0");
    quoted(out, "", l->unit);
    quoted(out, "※", l->note);
}

static const char *number_format(const struct look *l, struct arena *a)
{
    auto_buf b = {0};
    number_part(&b, l, l->delta ? "+" : "");
    buf_char(&b, ';');
    number_part(&b, l, l->delta ? "\"▲\"" : "-");
    buf_char(&b, ';');
    number_part(&b, l, "");
    return arena_strndup(a, b.data, b.size);
}

static void row_look(lxw_format *f, enum row_kind row)
{
    if (row == ROW_TOTAL || row == ROW_SUBTOTAL || row == ROW_GROUP)
        format_set_bold(f);
    if (row == ROW_TOTAL)
        format_set_top(f, LXW_BORDER_THIN);
    if (row == ROW_GROUP)
        format_set_bg_color(f, 0xF2F2F2);
}

static struct look *look_new(struct sheet *s, struct look wanted)
{
    struct look *l = NEW(s->arena, struct look);
    *l = wanted;
    l->format = workbook_add_format(s->book);
    format_set_align(l->format, LXW_ALIGN_VERTICAL_TOP);
    if (l->number)
        format_set_num_format(l->format, number_format(l, s->arena));
    else
        format_set_text_wrap(l->format);
    row_look(l->format, l->row);
    l->next = s->looks;
    s->looks = l;
    return l;
}

static bool same_text(const char *x, const char *y)
{
    return x == y || strcmp(x ? x : "", y ? y : "") == 0;
}

static bool same_look(const struct look *x, const struct look *y)
{
    return x->number == y->number && x->row == y->row && x->decimals == y->decimals && x->delta == y->delta &&
           same_text(x->unit, y->unit) && same_text(x->note, y->note);
}

static lxw_format *look_of(struct sheet *s, size_t column, const struct cell *c, enum row_kind row)
{
    struct look wanted = {.row = row, .number = cell_is_number(c)};
    if (wanted.number) {
        const char *shown = s->table->columns[column].unit;
        wanted.unit = c->unit && shown && strcmp(c->unit, shown) == 0 ? NULL : c->unit;
        wanted.note = c->note;
        wanted.delta = c->delta;
        wanted.decimals = c->kind == CELL_DECIMAL && c->decimals > 0 ? c->decimals : 0;
    }
    if (s->last[column] && same_look(s->last[column], &wanted))
        return s->last[column]->format;
    struct look *l = s->looks;
    while (l && !same_look(l, &wanted))
        l = l->next;
    s->last[column] = l ? l : look_new(s, wanted);
    return s->last[column]->format;
}

static const char *writable(const char *text, struct arena *a)
{
    if (strlen(text) <= CELL_CHARACTERS || text_length(text) <= CELL_CHARACTERS)
        return text;
    return text_cut(a, text, CELL_CHARACTERS - 1);
}

static void write_text(struct sheet *s, lxw_row_t y, size_t x, const char *text, lxw_format *f)
{
    worksheet_write_string(s->sheet, y, (lxw_col_t)x, writable(text, s->arena), f);
}

static void write_cell(struct sheet *s, lxw_row_t y, size_t x, const struct row *r)
{
    const struct cell *c = &r->cells[x];
    lxw_format *f = look_of(s, x, c, r->kind);
    if (!cell_is_number(c)) {
        const char *text = table_cell_text(s->table, r, x, s->arena);
        if (*text)
            write_text(s, y, x, c->note && *c->note ? arena_printf(s->arena, "%s※%s", text, c->note) : text, f);
        else if (r->kind != ROW_PLAIN)
            worksheet_write_blank(s->sheet, y, (lxw_col_t)x, f);
        return;
    }
    double scale = 1;
    for (int i = 0; c->kind == CELL_DECIMAL && i < c->decimals; i++)
        scale *= 10;
    worksheet_write_number(s->sheet, y, (lxw_col_t)x, (double)c->number / scale, f);
}

static void write_head(struct sheet *s)
{
    lxw_format *f = workbook_add_format(s->book);
    format_set_bold(f);
    format_set_bg_color(f, 0xD9E1F2);
    format_set_bottom(f, LXW_BORDER_THIN);
    format_set_text_wrap(f);
    format_set_align(f, LXW_ALIGN_CENTER);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    for (size_t i = 0; i < s->table->column_count; i++)
        write_text(s, 0, i, table_column_label(s->table, i, s->table->columns[i].unit, s->arena), f);
}

static size_t cell_width(const struct sheet *s, const struct row *r, size_t i)
{
    const struct cell *c = &r->cells[i];
    if (c->kind != CELL_TEXT && !cell_is_number(c))
        return 6;
    return text_width(table_cell_text(s->table, r, i, s->arena));
}

static double column_width(const struct sheet *s, size_t i)
{
    const struct table *t = s->table;
    if (t->columns[i].width > 0)
        return t->columns[i].width * 2 + 2;
    size_t widest = text_width(table_column_label(t, i, t->columns[i].unit, s->arena));
    for (size_t r = 0; r < t->row_count && r < WIDTH_ROWS; r++) {
        size_t w = t->rows[r].kind == ROW_GROUP ? 0 : cell_width(s, &t->rows[r], i);
        widest = w > widest ? w : widest;
    }
    widest += 2;
    return (double)(widest > WIDTH_MAX ? WIDTH_MAX : widest < WIDTH_MIN ? WIDTH_MIN : widest);
}

/* Text in a page header: '&' begins a command there; at most 255 characters in all. */
static const char *page_header(const struct table *t, struct arena *a)
{
    auto_buf b = {0};
    const char *parts[] = {"&L", t->document_number, "&C", t->title, "　", t->subtitle};
    for (size_t i = 0; i < COUNT(parts); i++) {
        bool command = i == 0 || i == 2;
        const char *text = command ? parts[i] : text_cut(a, parts[i] ? parts[i] : "", 70);
        for (; *text; text++) {
            buf_text(&b, *text == '&' && !command ? "&" : "");
            buf_char(&b, *text);
        }
    }
    return arena_strndup(a, b.data, b.size);
}

static void set_up_page(struct sheet *s)
{
    const double margin = 15 / 25.4; /* 15 mm in inches */
    worksheet_set_paper(s->sheet, PAPER_A4);
    if (s->table->landscape)
        worksheet_set_landscape(s->sheet);
    worksheet_set_margins(s->sheet, margin, margin, margin + 0.2, margin + 0.2);
    worksheet_fit_to_pages(s->sheet, 1, 0);
    worksheet_repeat_rows(s->sheet, 0, 0);
    worksheet_freeze_panes(s->sheet, 1, 0);
    worksheet_set_header(s->sheet, page_header(s->table, s->arena));
    worksheet_set_footer(s->sheet, "&C&P／&N");
}

/* Excel's rule for names of sheets: 1 to 31 characters, none of []:*?/\ and no apostrophe at the ends. */
static const char *sheet_name(const struct table *t, struct arena *a)
{
    char *name = text_cut(a, t->title && *t->title ? t->title : "表", 30);
    for (char *p = name; *p; p++)
        if (strchr("[]:*?/\\'", *p))
            *p = ' ';
    return name;
}

/* Seconds of "2024-11-30T05:03:27.123Z". */
static time_t seconds_of(const char *utc)
{
    struct tm tm = {0};
    return strptime(utc, "%Y-%m-%dT%H:%M:%S", &tm) ? timegm(&tm) : 0;
}

static void set_properties(struct sheet *s)
{
    lxw_doc_properties properties = {.title = arena_strdup(s->arena, s->table->title), .created = seconds_of(now_utc(s->arena))};
    workbook_set_properties(s->book, &properties);
}

static void fill(struct sheet *s)
{
    const struct table *t = s->table;
    for (size_t i = 0; i < t->column_count; i++)
        worksheet_set_column(s->sheet, (lxw_col_t)i, (lxw_col_t)i, column_width(s, i), NULL);
    write_head(s);
    for (size_t r = 0; r < t->row_count; r++)
        for (size_t i = 0; i < t->column_count; i++)
            write_cell(s, (lxw_row_t)r + 1, i, &t->rows[r]);
    size_t count;
    const char **notes = table_footnotes(t, s->arena, &count);
    for (size_t i = 0; i < count; i++)
        write_text(s, (lxw_row_t)(t->row_count + 1 + i), 0, notes[i], NULL);
}

static bool read_whole(int fd, struct buf *out)
{
    struct stat st;
    if (fstat(fd, &st) || st.st_size <= 0 || lseek(fd, 0, SEEK_SET))
        return false;
    buf_reserve(out, (size_t)st.st_size + 1);
    size_t start = out->size;
    ssize_t n;
    while (out->size - start < (size_t)st.st_size && (n = read(fd, out->data + out->size, (size_t)st.st_size - (out->size - start))) > 0)
        out->size += (size_t)n;
    out->data[out->size] = '\0';
    return out->size - start == (size_t)st.st_size;
}

static bool write_book(const struct table *t, const char *path, struct arena *a, struct err *err)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    struct sheet s = {.table = t, .arena = a, .book = workbook_new_opt(path, &options), .last = NEW_ARRAY(a, t->column_count, struct look *)};
    if (!s.book)
        return err_set(err, ERR_BROKEN, "xlsx.cannot_write", "no workbook");
    s.sheet = workbook_add_worksheet(s.book, sheet_name(t, a));
    if (s.sheet) {
        set_properties(&s);
        set_up_page(&s);
        fill(&s);
    }
    lxw_error e = workbook_close(s.book);
    if (!s.sheet || e != LXW_NO_ERROR)
        return err_set(err, ERR_STORE_AWAY, "xlsx.cannot_write", "libxlsxwriter: %s", lxw_strerror(e));
    return true;
}

bool table_xlsx(const struct table *t, struct buf *out, struct err *err)
{
    if (t->row_count > LXW_ROW_MAX - 100 || t->column_count > 1024)
        return err_set(err, ERR_TOO_LARGE, "xlsx.too_many_rows", "rows=%zu", t->row_count);
    int fd = memfd_create("renkei-xlsx", MFD_CLOEXEC); /* the library writes to a path only */
    if (fd < 0)
        return err_set(err, ERR_STORE_AWAY, "xlsx.cannot_write", "memfd_create failed");
    auto_arena *a = arena_new();
    size_t before = out->size;
    bool ok = write_book(t, arena_printf(a, "/proc/self/fd/%d", fd), a, err);
    if (ok && !read_whole(fd, out)) {
        buf_cut(out, before);
        ok = err_set(err, ERR_STORE_AWAY, "xlsx.cannot_write", "short read of the workbook");
    }
    close(fd);
    return ok;
}
