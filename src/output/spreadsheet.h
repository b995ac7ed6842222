/* spreadsheet.h -- "a table somebody sent": CSV or XLSX behind one reader, told apart by content. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct spreadsheet;
struct spreadsheet *spreadsheet_open(const char *path, int sheet, struct err *err);
/* csv_open_lenient for CSV. */
struct spreadsheet *spreadsheet_open_lenient(const char *path, int sheet, struct err *err);
bool spreadsheet_next(struct spreadsheet *s, const char *const **ret_cells, size_t *ret_count, struct err *err);
long spreadsheet_row(const struct spreadsheet *s); /* the number the person sees in the program they use */
size_t spreadsheet_sheet_count(const struct spreadsheet *s); /* 1 for CSV */
bool spreadsheet_is_xlsx(const struct spreadsheet *s);
const char *spreadsheet_encoding(const struct spreadsheet *s); /* "UTF-8", "CP932", "XLSX" */
void spreadsheet_close(struct spreadsheet *s);
void spreadsheet_closep(struct spreadsheet **s);
#define auto_spreadsheet __attribute__((cleanup(spreadsheet_closep))) struct spreadsheet
