/* draft.h -- what is being typed survives a power cut: forms are saved every two seconds while they change.
 *
 *   PUT /drafts/KIND/ID  (form body)  ->  {"saved_at":"14:03"}
 * A draft belongs to one user and goes when the record is saved or after 30 days.  きょう lists them. */
#pragma once
#include "web/request.h"

struct draft {
    const char *kind, *id, *saved_at, *title; /* title: no personal data */
    struct pairs typed;
};
bool draft_find(struct db *db, const char *user_id, const char *kind, const char *id, struct arena *a, struct draft *ret,
                struct err *err);
bool draft_newest(struct db *db, const char *user_id, const char *kind, struct arena *a, struct draft *ret, struct err *err);
bool draft_remove(struct db *db, const char *user_id, const char *kind, const char *id, struct err *err); /* inside a write */
/* Where the form opens with the draft in it; "" when the kind is no resource. */
const char *draft_url(struct request *req, const struct draft *d);
extern const struct feature draft_feature;
