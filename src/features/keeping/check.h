/* check.h -- one verification: the trail's chain, its last known head, and when asked the recount; said in Japanese and kept. */
#pragma once
#include "features/keeping/recount.h"
#include "store/audit.h"

struct check {
    struct audit_report chain;
    struct recount recount;
    bool with_recount, is_good;
    const char *finding; /* "" when all is well */
};
struct check_order {
    const char *user_id, *office_id; /* NULL: a command */
    bool with_recount;
    bool (*go_on)(void *arg, long long records);
    void *arg;
};
/* False only when the store cannot be read or it was stopped.  Keeps a keeping_run; one that cannot be kept is no failure. */
bool check_store(struct store *s, const struct feature *const *features, const struct check_order *order, struct arena *a,
                 struct check *ret, struct err *err);
