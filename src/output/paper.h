/* paper.h -- A4 pages as the forms people know: header, boxes, lines, tables, page n/m, QR; Pango and Cairo.
 *
 * A4 portrait or landscape, 15 mm margins, at least 10.5 pt, black on white, embedded BIZ UDGothic.  A paper grows downward; what does not
 * fit goes to the next page, boxes with long text break across pages.  Units are millimetres. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/field.h"

#include <stdbool.h>

struct table;
struct paper;
struct paper_head {
    const char *form_number; /* 様式6 */
    const char *title;       /* 相談シート */
    const char *number;      /* R6-北-6-0012 */
    const char *office, *contractor, *author, *confirmer; /* or NULL */
    const char *period;      /* 令和6年6月分 */
    const char *date;        /* 作成日 in 和暦 */
    const char *qr;          /* text in the QR code at the upper right (address without personal data), or NULL */
    const char *watermark;   /* 下書き / 訂正版, or NULL */
};
struct paper *paper_new(bool landscape, const struct paper_head *head);
/* A further sheet in the same document, with its own head and its own page n/m; `p` NULL begins a document.  Same paper, upright or not. */
struct paper *paper_next(struct paper *p, bool landscape, const struct paper_head *head);
void paper_heading(struct paper *p, const char *text);                       /* a section's title */
void paper_text(struct paper *p, const char *text);                          /* paragraph, 禁則, LF kept */
void paper_pair(struct paper *p, const char *label, const char *value);      /* one full-width line of boxes: label | value */
void paper_pairs(struct paper *p, const char *const *labels, const char *const *values, size_t count); /* side by side, at most 4 */
/* ☑/☐ with every label of the list, chosen ones ticked. */
void paper_choices(struct paper *p, const char *label, const char *code_list, const char *codes);
void paper_box(struct paper *p, const char *label, const char *text, double min_height); /* large free text */
void paper_table(struct paper *p, const struct table *t);                    /* head row repeated on each page, notes under it */
void paper_fields(struct paper *p, const struct field_set *set, const void *row, struct arena *a); /* every field in order, by its type and section */
/* How paper_fields names the records behind FIELD_REF(S); without it they print blank (an id says nothing on paper).  The label may be NULL. */
void paper_ref_labels(struct paper *p, const char *(*label)(void *context, const char *picker, const char *id, struct arena *a), void *context);
void paper_signatures(struct paper *p, const char *const *labels, size_t count); /* 確認欄 */
void paper_new_page(struct paper *p);
/* Ends the document: page numbers, metadata (title, no personal data).  The paper is freed in any case. */
bool paper_finish(struct paper *p, struct buf *out, struct err *err);
void paper_free(struct paper *p);
