#include "features/keeping/check.h"

#include "features/keeping/keeping_run.h"

#include <string.h>

/* A chain whose end was cut off fits in itself: what the last verification saw must still be there. */
static const char *lost_end(struct store *s, const struct audit_report *chain, struct arena *a)
{
    struct err ignored = {0};
    struct keeping_run last;
    struct db *db = store_reader(s, &ignored);
    if (!db || !keeping_run_newest(db, "verify", a, &last, &ignored) || !last.id || !last.is_good || last.rows == 0)
        return "";
    if (chain->entries < last.rows)
        return arena_printf(a, "前回の検証のときは%lld件あった操作の記録が、%lld件しかありません。終わりの部分が消されています。", last.rows,
                            chain->entries);
    const char *hash = db_text(db, a, &ignored, "SELECT hash FROM audit WHERE seq = $1", INT(last.rows));
    return hash && strcmp(hash, last.fingerprint) == 0 ? ""
                                                       : "前回の検証で最後だった操作の記録が、そのときと違うものになっています。";
}

static const char *finding_of(struct store *s, const struct check *c, struct arena *a)
{
    if (c->chain.broken_seq)
        return arena_printf(a, "%lld番の操作の記録で、つながりが切れています。%s", c->chain.broken_seq, c->chain.reason);
    const char *lost = lost_end(s, &c->chain, a);
    if (*lost || !c->recount.different)
        return lost;
    return arena_printf(a, "集計の数字%lld個が、記録を数え直した数と違います。", c->recount.different);
}

bool check_store(struct store *s, const struct feature *const *features, const struct check_order *order, struct arena *a,
                 struct check *ret, struct err *err)
{
    struct err ignored = {0};
    struct check c = {.with_recount = order->with_recount};
    if (!audit_verify(s, a, &c.chain, err) ||
        (order->with_recount && !recount_compare(s, features, order->go_on, order->arg, a, &c.recount, err)))
        return false;
    c.finding = finding_of(s, &c, a);
    c.is_good = !*c.finding;
    keeping_run_save(s,
                     &(struct keeping_run){.kind = "verify", .user_id = order->user_id, .office_id = order->office_id, .rows = c.chain.entries,
                                           .fingerprint = c.chain.head, .is_good = c.is_good, .finding = c.finding},
                     &ignored);
    *ret = c;
    return true;
}
