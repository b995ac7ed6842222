/* fuzz_csv.c -- any file is rows of text or a sentence; what was read and written again reads the same. */
#include "base/text.h"
#include "output/csv.h"
#include "output/output_messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void must(bool truth)
{
    if (!truth)
        abort();
}

static struct csv_reader *open_bytes(const void *data, size_t size, struct err *err)
{
    char path[32];
    int fd = memfd_create("fuzz", 0);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct csv_reader *r = csv_open(path, 4096, err);
    close(fd);
    return r;
}

static void must_have_sentence(const struct err *err)
{
    for (size_t i = 0; i < output_message_count; i++)
        if (strcmp(output_messages[i].key, err->message) == 0)
            return;
    abort();
}

static void write_row(struct buf *out, const char *const *cells, size_t count)
{
    if (count == 1 && !*cells[0]) /* an empty line is no record, a quoted nothing is */
        buf_text(out, "\"\"");
    for (size_t i = 0; i < count; i++) {
        must(text_is_utf8(cells[i], strlen(cells[i])) && strlen(cells[i]) <= 4096 * 3);
        csv_cell(out, cells[i], i == 0);
    }
    csv_end_row(out);
}

static size_t read_all(struct csv_reader *r, struct buf *out, struct err *err)
{
    const char *const *cells;
    size_t count, rows = 0;
    buf_text(out, "\xef\xbb\xbf"); /* or a first cell that begins with this mark would lose it */
    for (long line = 0; csv_next(r, &cells, &count, err); rows++, line = csv_line_number(r)) {
        must(count >= 1 && count <= 1024 && csv_line_number(r) > line);
        write_row(out, cells, count);
    }
    return rows;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct err err = {0};
    auto_csv *r = open_bytes(data, size, &err);
    if (!r) {
        must_have_sentence(&err);
        return 0;
    }
    auto_buf once = {0}, twice = {0};
    size_t rows = read_all(r, &once, &err);
    if (err.kind) {
        must_have_sentence(&err);
        return 0;
    }
    auto_csv *again = open_bytes(once.data ? once.data : "", once.size, &err);
    must(again && read_all(again, &twice, &err) == rows);
    if (!err.kind) /* cells of 4,096 bytes grow over the limit by their quotes */
        must(once.size == twice.size && (!once.size || memcmp(once.data, twice.data, once.size) == 0));
    return 0;
}
