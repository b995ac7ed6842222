/* organization_list_view.h -- what organization_list.html shows. */
#pragma once
#include <stddef.h>

struct office_line {
    const char *id, *name, *role, *area, *organization, *code, *period;
};
struct organization_list_view {
    const struct office_line *offices;
    size_t count;
};
