#include "features/report/report.h"

#include "features/area/area.h"

#include <string.h>

const struct report *report_find(const struct feature *const *features, const char *id)
{
    for (; *features; features++)
        for (size_t i = 0; i < (*features)->report_count; i++)
            if (!strcmp((*features)->reports[i].id, id))
                return &(*features)->reports[i];
    return NULL;
}

bool report_area_in_scope(struct db *db, const struct scope *scope, const char *code, struct arena *a, struct report_area *ret_area,
                          struct err *err)
{
    struct area area;
    if (!area_find(db, code, a, &area, err))
        return false;
    bool inside = scope->kind == SCOPE_ALL || !strncmp(area.path, scope->area_path, strlen(scope->area_path));
    if (scope->kind == SCOPE_NOTHING || !inside)
        return err_set(err, ERR_FORBIDDEN, "report.other_area", "area=%s", code);
    *ret_area = (struct report_area){area.code, area.name, area.path};
    return true;
}
