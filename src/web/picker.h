/* picker.h -- search-as-you-type for FIELD_REF: GET /pick/KIND?q=words, JSON or a plain page without JavaScript. */
#pragma once
#include "web/request.h"

struct pick {
    const char *id, *label, *detail; /* label 名称, detail 種類・住所 */
};
struct picker {
    const char *kind; /* "facility" */
    enum permission needs;
    bool personal;    /* labels or words are about persons: asked by POST only, and audited */
    /* At most 20 hits, best first; empty `words` gives the most recently used. */
    bool (*find)(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err);
    /* The label of one id, "" when unknown or out of scope. */
    const char *(*label)(struct request *req, const char *id);
};
/* Looks through the features' `pickers`. */
const struct picker *picker_find(const struct app *app, const char *kind);
/* "" when there is no such picker, the person lacks its permission, or the id is unknown to her. */
const char *picker_label(struct request *req, const char *kind, const char *id);
extern const struct feature picker_feature;
