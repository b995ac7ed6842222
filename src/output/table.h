/* table.h -- one table in; HTML, CSV, XLSX, PDF, SVG chart and JSON out, so that they cannot differ.
 *
 * A figure carries its basis (measure, unit, population, multiple answer, basis version) and the address that opens it.
 * Source: reports.md §0 basis rule, §5 engine requirements. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum cell_kind {
    CELL_TEXT,
    CELL_INT,     /* thousands separators */
    CELL_DECIMAL, /* number / 10^decimals, e.g. rate 11.7 is 117 with decimals 1 */
    CELL_BLANK,
    CELL_NONE,    /* "－": not comparable, division by zero */
    CELL_MISSING, /* no answer yet (not 0): "未回答" */
    CELL_MASKED,  /* suppressed small number: "＊" */
};
struct cell {
    enum cell_kind kind;
    const char *text;
    long long number;
    int decimals;
    const char *unit;  /* printed after the number, "%" or NULL */
    bool delta;        /* negative printed with ▲, positive with + */
    const char *drill; /* address of the records behind it, or NULL */
    const char *note;  /* ※ mark in this cell: index text, or NULL */
};
#define CELL_OF_INT(n) ((struct cell){.kind = CELL_INT, .number = (n)})
#define CELL_OF_TEXT(s) ((struct cell){.kind = CELL_TEXT, .text = (s)})

enum column_kind { COLUMN_TEXT, COLUMN_NUMBER };
struct column {
    const char *label;
    const char *key;   /* JSON member, glossary name */
    enum column_kind kind;
    const char *unit;  /* in the header: 件, 区, 人, 回 */
    int width;         /* hint in full-width characters, 0 = by content */
    bool chart;        /* a series of the chart */
};
enum row_kind { ROW_PLAIN, ROW_TOTAL, ROW_SUBTOTAL, ROW_GROUP, ROW_RELISTED /* (再掲) */ };
struct row {
    enum row_kind kind;
    const char *key;   /* code of the row, for JSON */
    struct cell *cells;
    const char *link;  /* whole row opens this, lists; or NULL */
};
struct basis {
    const char *measure, *unit, *population; /* 相談件数, 件, 介護保険対象者のみ */
    bool multiple_answer;
    const char *version; /* "2024": different versions are never compared */
    long long n;         /* cases under the percentages and multiple answers, printed n=905; 0 = not said */
    int answered, asked; /* wards (or offices) that answered, of how many; asked 0 = not said */
};
enum chart_kind { CHART_NONE, CHART_BARS, CHART_GROUPED_BARS, CHART_LINES, CHART_SMALL_MULTIPLES };
struct table {
    struct arena *arena;
    const char *id;        /* "t-osk-12" */
    const char *title, *subtitle; /* subtitle: area and period */
    const char *document_number, *issuer; /* 資料番号, 作成者; or NULL */
    struct column *columns; size_t column_count, column_room;
    struct row *rows;       size_t row_count, row_room;
    const char **notes;     size_t note_count, note_room; /* printed with ※ */
    struct basis basis;
    const char *as_of;     /* 令和6年11月30日(土) 14:03 現在 */
    bool frozen;           /* from confirmed figures */
    bool landscape;
    enum chart_kind chart;
    const char *commentary; /* generated line, or NULL */
    size_t total;          /* lists: rows there are in all; 0 = row_count */
};

struct table *table_new(struct arena *a, const char *id, const char *title);
struct column *table_column(struct table *t, const char *key, const char *label, enum column_kind kind, const char *unit);
/* A row of column_count blank cells. */
struct row *table_row(struct table *t, enum row_kind kind, const char *key);
void table_note(struct table *t, const char *note, ...) __attribute__((format(printf, 2, 3)));
/* True when figures of both may stand side by side and be subtracted: same measure, unit, population, counting and version.  Otherwise the
 * caller puts CELL_NONE and a note. */
bool basis_comparable(const struct basis *now, const struct basis *before);
/* 前年度比: diff = now - before; rate in percent, 四捨五入 to 1 decimal; before = 0 gives CELL_NONE. */
struct cell cell_difference(long long now, long long before);
struct cell cell_rate(long long now, long long before);
/* The text as printed: "2,211", "▲11.7%", "－". */
const char *cell_print(const struct cell *c, struct arena *a);

enum table_format { TABLE_HTML, TABLE_CSV, TABLE_CSV_CP932, TABLE_XLSX, TABLE_PDF, TABLE_SVG, TABLE_JSON, TABLE_FORMAT__COUNT };
enum table_format table_format_from(const char *name); /* TABLE_FORMAT__COUNT when unknown */
const char *table_format_type(enum table_format f);      /* content type */
const char *table_format_extension(enum table_format f);
/* What is written:
 *   HTML  the table alone, not a page: <div class="figures-block" id=ID><table class="figures"> with caption, scopes, numbers in class "number",
 *         drill links in class "figure"; under it p.commentary, ul.notes, p.basis, p.as-of.
 *   CSV   one row of column labels, the unit in brackets 令和6年度（回）; the rows; then one row for each note, the basis and the as-of time, each
 *         beginning with ※.  Figures are bare so that they can be read in again: 2211, -294, -11.7.  A unit that only the cells carry
 *         moves to the column's label when all its figures share it, and stays after the figure (6区) when they do not.
 *         Marks as printed: － 未回答 ＊.  Marks of single cells (note) are left out.
 *   XLSX  figures are numbers with a number format that prints them as HTML does.
 *   PDF   paper_table under the title; at most 200,000 cells (ERR_TOO_LARGE).  SVG: the chart, ERR_INPUT "table.no_chart" when there is nothing to draw.
 *   JSON  {id, title, subtitle, document_number, issuer, columns: [{key, label, kind, unit}], rows: [{key, kind, cells: [...]}], notes, basis, as_of,
 *         frozen, commentary, total}.  A figure is a number; a cell without value is null, and why stands in the row's
 *         "states": {COLUMN KEY: "none" | "missing" | "masked"} (left out when empty; a blank cell is null without a state).  A cell's
 *         own unit, where it differs from the column's, is in "units": {COLUMN KEY: UNIT}.
 * A row of ROW_RELISTED has its label printed as （再掲）LABEL; of ROW_GROUP the label spans all columns in HTML and PDF. */
bool table_write(const struct table *t, enum table_format f, struct buf *out, struct err *err);
/* The chart drawn for the width of a phone, its labels as large as on the desk's; false when there is nothing to draw. */
bool table_chart_narrow(const struct table *t, struct buf *out);
