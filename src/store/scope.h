/* scope.h -- what a user may see, computed in one place (account) and handed to every query as a value.
 *
 * A query that takes no scope is for public data only.  Rows of counted work carry office_id and area_code (the ward, or the
 * municipality where there are no wards); areas form a tree by area.path. */
#pragma once
#include <stdbool.h>

enum scope_kind {
    SCOPE_NOTHING, /* sees no rows */
    SCOPE_OFFICE,  /* the rows of one office */
    SCOPE_AREA,    /* the rows of every office in the area and below */
    SCOPE_ALL,     /* commands and jobs run by the administrator */
};

struct scope {
    enum scope_kind kind;
    const char *office_id;  /* the active membership's office, "" for none */
    const char *area_code;  /* that office's area */
    const char *area_path;  /* path prefix, "270008/271004/" */
    const char *user_id;    /* who asks, "" for commands */
    bool sees_personal;     /* may read FIELD_PERSONAL members of rows in scope; false: counts and masked rows */
};
/* For commands, jobs and tests. */
#define SCOPE_EVERYTHING ((struct scope){.kind = SCOPE_ALL, .office_id = "", .area_code = "", .area_path = "", .user_id = "", .sees_personal = true})
