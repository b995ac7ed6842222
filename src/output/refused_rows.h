/* refused_rows.h -- the rows of a file that could not be taken, as a file to mend and give again: the columns as they were given, 元の行番号, 理由.
 *
 * A workbook when the path ends in .xlsx, else CSV (UTF-8 with BOM).  Columns that an earlier refusal added are left out. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct refused_rows;
/* NULL with err. */
struct refused_rows *refused_rows_open(const char *path, const char *const *headers, size_t count, struct err *err);
bool refused_rows_add(struct refused_rows *r, const char *const *cells, size_t count, long number, const char *reason, struct err *err);
bool refused_rows_close(struct refused_rows *r, struct err *err); /* accepts NULL */
/* True for the headers that this file added: 理由, 元の行番号. */
bool refused_rows_is_own(const char *header, struct arena *a);
