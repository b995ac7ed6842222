#include "output/spreadsheet.h"

#include "output/csv.h"
#include "output/xlsx.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct spreadsheet { /* one of the two */
    struct csv_reader *csv;
    struct xlsx_reader *xlsx;
};

/* A workbook is a ZIP package; an OLE container is one with a password, or an old one, and the reader of workbooks says so. */
static bool looks_like_workbook(const char *path)
{
    char head[8] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head);
    if (fd >= 0)
        close(fd);
    return n >= 4 && (memcmp(head, "PK\x03\x04", 4) == 0 || memcmp(head, "\xd0\xcf\x11\xe0", 4) == 0);
}

static struct spreadsheet *open_table(const char *path, int sheet, bool lenient, struct err *err)
{
    struct spreadsheet *s = xcalloc(1, sizeof *s);
    if (looks_like_workbook(path))
        s->xlsx = xlsx_open(path, sheet, err);
    else
        s->csv = lenient ? csv_open_lenient(path, 0, err) : csv_open(path, 0, err);
    if (s->xlsx || s->csv)
        return s;
    free(s);
    return NULL;
}

struct spreadsheet *spreadsheet_open(const char *path, int sheet, struct err *err)
{
    return open_table(path, sheet, false, err);
}

struct spreadsheet *spreadsheet_open_lenient(const char *path, int sheet, struct err *err)
{
    return open_table(path, sheet, true, err);
}

bool spreadsheet_next(struct spreadsheet *s, const char *const **ret_cells, size_t *ret_count, struct err *err)
{
    return s->xlsx ? xlsx_next(s->xlsx, ret_cells, ret_count, err) : csv_next(s->csv, ret_cells, ret_count, err);
}

long spreadsheet_row(const struct spreadsheet *s)
{
    return s->xlsx ? xlsx_row_number(s->xlsx) : csv_row_number(s->csv);
}

size_t spreadsheet_sheet_count(const struct spreadsheet *s)
{
    return s->xlsx ? xlsx_sheet_count(s->xlsx) : 1;
}

bool spreadsheet_is_xlsx(const struct spreadsheet *s)
{
    return s->xlsx;
}

const char *spreadsheet_encoding(const struct spreadsheet *s)
{
    return s->xlsx ? "XLSX" : csv_encoding(s->csv);
}

void spreadsheet_close(struct spreadsheet *s)
{
    if (!s)
        return;
    csv_close(s->csv);
    xlsx_close(s->xlsx);
    free(s);
}

void spreadsheet_closep(struct spreadsheet **s)
{
    spreadsheet_close(*s);
}
