/* numbering.h -- 整理番号 of forms: R6-北-6-0012 = fiscal year, ward, form number, sequence.
 *
 * The sequence runs per ward, fiscal year and form, without a gap: it is taken inside the write that saves the record, so a
 * refused save gives it back.  Source: forms.md §1 "Numbering". */
#pragma once
#include "base/date.h"
#include "store/db.h"
#include "web/feature.h"

/* `form` is the form's number ("6" for 様式6).  NULL with err. */
const char *numbering_next(struct db *db, const char *form, const char *area_code, struct date day, struct arena *a,
                           struct err *err);
/* The number of a record that is saved: kept for life, unless the record moves to another fiscal year.  `old_no` and `old_day` are "" for
 * a new record.  Days are ISO.  NULL with err. */
const char *numbering_keep(struct db *db, const char *form, const char *area_code, const char *old_no, const char *old_day, const char *day,
                           struct arena *a, struct err *err);
/* What stays of an area's name in a number: 北区 -> 北, 世田谷区 -> 世田谷, 松原市 -> 松原. */
const char *numbering_area(const char *area_name, struct arena *a);

extern const struct feature numbering_feature;
