/* field_member.h -- where a field's value lives, for the files of field.h only. */
#pragma once
#include "base/field.h"

enum { FIELD_MOST_ROWS = 200 }; /* when the field names no maximum */

static inline long *field_int_at(const struct field *f, void *row)
{
    return (long *)(void *)((char *)row + f->offset);
}

static inline const char **field_text_at(const struct field *f, void *row)
{
    return (const char **)(void *)((char *)row + f->offset);
}

/* What a member without value holds. */
const char *field_blank_text(const struct field *f);
bool field_is_blank(const struct field *f, const void *row, struct arena *a);
/* A whole number in decimal, nothing around it. */
bool field_int_from_text(const char *text, long *ret_number);
