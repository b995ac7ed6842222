/* csv.h -- RFC 4180 CSV out and in.
 *
 * Out: UTF-8 with BOM or CP932, CRLF; a cell that begins with = + - @ (half or full width), TAB, CR or LF gets a leading apostrophe unless it is
 * a number or a mark alone (－), so that no spreadsheet runs it; the reader takes that apostrophe off again, so what was written reads the same.  In: UTF-8 with or without BOM or CP932, LF, CRLF or mixed, quoted line breaks, bounded. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

void csv_cell(struct buf *out, const char *text, bool first); /* adds the comma before unless first */
/* True for text that a spreadsheet would run, with or without apostrophes before it. */
bool csv_is_dangerous(const char *text);
void csv_end_row(struct buf *out);

struct csv_reader;
/* Streams a file.  `max_cell` bytes per cell (0 = 1 MiB), at most 1,024 cells a row. */
struct csv_reader *csv_open(const char *path, size_t max_cell, struct err *err);
/* The same, but a byte that the file's encoding does not explain becomes U+FFFD instead of ending the file: the caller refuses that row. */
struct csv_reader *csv_open_lenient(const char *path, size_t max_cell, struct err *err);
/* The next row: cells as UTF-8, valid until the next call.  False at the end or with err (ERR_INPUT "csv.*", detail names the line). */
bool csv_next(struct csv_reader *r, const char *const **ret_cells, size_t *ret_count, struct err *err);
long csv_row_number(const struct csv_reader *r);  /* 1 = first record; empty lines are not given out but counted, as Excel shows them */
long csv_line_number(const struct csv_reader *r); /* physical line where the record begins */
const char *csv_encoding(const struct csv_reader *r); /* "UTF-8" or "CP932", as far as it was read */
void csv_close(struct csv_reader *r);
void csv_closep(struct csv_reader **r);
#define auto_csv __attribute__((cleanup(csv_closep))) struct csv_reader
