/* xlsx.h -- reading worksheets as offices send them: streaming, bounded, no macros, no external links.
 *
 * Refused with a Japanese sentence: password protection (OLE container), macros (xlsm), zip bombs (ratio over 200, over 512 MiB unpacked, over
 * 2,000 entries), DTDs.  Cells come as text: shared strings without phonetic runs, numbers as typed, dates by their style as ISO. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct xlsx_reader;
/* `sheet`: index from 0, or -1 for the first visible one. */
struct xlsx_reader *xlsx_open(const char *path, int sheet, struct err *err);
size_t xlsx_sheet_count(const struct xlsx_reader *r);
const char *xlsx_sheet_name(const struct xlsx_reader *r, size_t i);
bool xlsx_next(struct xlsx_reader *r, const char *const **ret_cells, size_t *ret_count, struct err *err);
long xlsx_row_number(const struct xlsx_reader *r); /* as Excel shows it, from 1 */
void xlsx_close(struct xlsx_reader *r);
void xlsx_closep(struct xlsx_reader **r);
#define auto_xlsx __attribute__((cleanup(xlsx_closep))) struct xlsx_reader
