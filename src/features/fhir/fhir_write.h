/* fhir_write.h -- a resource from a table: one row per FHIR path, with the member of a plain struct its value comes from.
 *
 * A path is as FHIR writes it, "meta.lastUpdated"; "[]" behind a name is an array of one.  A member that is "" leaves its row out, and with
 * it every object that would be empty: FHIR knows no empty values.  Rows of one object stand together. */
#pragma once
#include "base/json.h"

#include <stddef.h>

enum fhir_kind {
    FHIR_TEXT,
    FHIR_FIXED,  /* `fixed`, when the member at `at` is not "" */
    FHIR_NUMBER, /* the member is a JSON number already */
    FHIR_TRUE,   /* true when the member is not ""; false is never said */
    FHIR_CODES,  /* an array: the member's words, one blank between them */
    FHIR_LIST,   /* the member is a struct fhir_list: an object for each item */
    FHIR_GROUP,  /* an object made from `items` on the same struct, when the member at `at` is not "" */
};
struct fhir_table;
struct fhir_row {
    const char *path;
    enum fhir_kind kind;
    size_t at; /* offset of the member */
    const char *fixed;
    const struct fhir_table *items;
};
struct fhir_table {
    const struct fhir_row *rows;
    size_t count;
    size_t size; /* of an item, for lists */
};
struct fhir_list {
    const void *items;
    size_t count;
};

/* Writes the rows' members; the caller opens and closes the object. */
void fhir_write(struct json *j, const struct fhir_table *table, const void *from);
