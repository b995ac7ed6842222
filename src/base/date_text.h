/* date_text.h -- dates and times written digit by digit, for the files of date.h only.  Both return the end of what they wrote, without
 * a NUL. */
#pragma once
#include "base/date.h"

char *date_digits(char *to, int number, int digits);
/* "2024-11-30"; the date must be set. */
char *date_put(char *to, struct date d);
