/* date_era.h -- the table of eras, for the files of date.h only. */
#pragma once
#include "base/date.h"

struct era {
    const char *name, *kanji; /* 令和, 令 */
    char letter;
    struct date first;
    int fiscal; /* first fiscal year named by it */
};

extern const struct era eras[]; /* newest first; ends with a row without name */
/* 明治6年1月1日: before it the months and days of an era are those of the lunar calendar. */
extern const struct date first_gregorian_day;
/* NULL before the first Gregorian day and for no date. */
const struct era *era_of(struct date d);
