/* xlsx_value.h -- inside src/output: what a stored number means by its format.  Source: ECMA-376 part 1, 18.8.30 (numFmt), 18.17.4 (dates). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum number_shape { SHAPE_NUMBER, SHAPE_DATE, SHAPE_TIME, SHAPE_DATETIME };
struct number_style {
    enum number_shape shape;
    int zeros; /* of a format like 000000: least digits; 0 = none */
};
struct number_style xlsx_builtin_style(int number_format);
struct number_style xlsx_custom_style(const char *format);
/* The text of the stored number `v`: digits as typed, or ISO date, time "14:03", "2024-11-30T14:03".  At most 64 bytes. */
void xlsx_number_text(char out[64], const char *v, struct number_style style, bool date1904);
