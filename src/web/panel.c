/* panel.c -- what several features have to say about one record. */
#include "web/app.h"
#include "web/feature.h"
#include "web/request.h"

#include <stdlib.h>
#include <string.h>

enum { PANELS_MOST = 32 };

static int by_order(const void *x, const void *y)
{
    const struct panel *const *p = x, *const *q = y;
    return (*p)->order - (*q)->order;
}

bool panels_show(struct buf *out, struct request *req, const char *kind, const char *id, struct err *err)
{
    const struct panel *found[PANELS_MOST];
    size_t count = 0;
    for (const struct feature *const *f = app_features(req->app); *f; f++)
        for (size_t i = 0; i < (*f)->panel_count && count < PANELS_MOST; i++)
            if (!strcmp((*f)->panels[i].kind, kind))
                found[count++] = &(*f)->panels[i];
    qsort(found, count, sizeof *found, by_order);
    for (size_t i = 0; i < count; i++)
        if (!found[i]->show(out, req, id, err))
            return false;
    return true;
}
