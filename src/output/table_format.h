/* table_format.h -- inside src/output: the writers behind table_write and what they share. */
#pragma once
#include "output/table.h"

void table_html(const struct table *t, struct buf *out);
void table_csv(const struct table *t, bool cp932, struct buf *out);
void table_json(const struct table *t, struct buf *out);
bool table_xlsx(const struct table *t, struct buf *out, struct err *err);
bool table_pdf(const struct table *t, struct buf *out, struct err *err);
bool table_chart(const struct table *t, struct buf *out, struct err *err);

bool cell_is_number(const struct cell *c);
/* The figure without separators, marks and unit: "-11.7". */
const char *cell_plain(const struct cell *c, struct arena *a);
/* A cell as HTML and PDF print it: the label of a re-listed row marked, a unit that the header already shows left out, ※ mark not included. */
const char *table_cell_text(const struct table *t, const struct row *r, size_t column, struct arena *a);
/* The column of the row's label: the first text column. */
size_t table_label_column(const struct table *t);
/* Unit of every figure in the column: the column's, or the one all its cells share, or NULL. */
const char *table_column_unit(const struct table *t, size_t column);
/* "label（unit）" */
const char *table_column_label(const struct table *t, size_t column, const char *unit, struct arena *a);
/* 集計: 相談件数（件）　対象: 介護保険対象者のみ ..., or NULL when nothing is known. */
const char *table_basis_line(const struct table *t, struct arena *a);
/* Notes with ※, then the basis and the as-of line with ※: what stands under the table in CSV and XLSX. */
const char **table_footnotes(const struct table *t, struct arena *a, size_t *ret_count);
