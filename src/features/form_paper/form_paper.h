/* form_paper.h -- what the prints of the record sheets (様式4–8) have in common: header, values, masks.
 *
 * A blank date prints as 「　年　月　日」, so that it can be written by hand.  What is about a person prints only for those who may
 * see it; for others its box says （非表示）.  Source: forms.md §1 "Print", "Dates", "Personal data in mail". */
#pragma once
#include "output/paper.h"
#include "store/record.h"
#include "web/request.h"

struct form_paper {
    struct paper *paper;
    struct request *req;
    const struct field_set *set;
    const void *row;
};

/* Begins a sheet in *sheets (NULL: a new document).  `number` is the record's own ("" for a blank form); `path` of the record makes the QR code, or NULL. */
struct form_paper form_paper_begin(struct request *req, struct paper **sheets, const char *form_number, const struct field_set *set, const void *row,
                                   const char *number, const char *path);
/* The value of a field as it prints. */
const char *form_paper_value(const struct form_paper *p, const char *field);
/* One line of boxes: up to four fields side by side, names separated by blanks; "a|b" is the first of the two that has a value. */
void form_paper_line(const struct form_paper *p, const char *fields);
/* ☑/☐ with every choice of the field's list. */
void form_paper_choices(const struct form_paper *p, const char *field);
/* A large box for free text. */
void form_paper_box(const struct form_paper *p, const char *field, double min_height);
/* The rows of a FIELD_ROWS as a table; `spare` empty rows at least, to write on. */
void form_paper_rows(const struct form_paper *p, const char *field, size_t spare);
/* The box where the contractor's responsible person and the bureau confirm; ends the sheet. */
void form_paper_end(const struct form_paper *p);
/* The sheet or sheets as the reply; `file_name` NULL shows it in place. */
bool form_paper_reply(struct request *req, struct paper *sheets, const char *file_name, struct err *err);
