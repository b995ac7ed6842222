/* search_changes.c -- changes of SQLite's full-text index, gathered while a group runs and made in one go before its commit:
 * the index writes a segment at every savepoint otherwise. */
#include "store/engine.h"

#include <stdlib.h>

static bool change(struct db *db, const struct search_change *c, struct err *err)
{
    if (c->old_grams && db_run(db, err, "INSERT INTO search_gram (search_gram, rowid, grams) VALUES ('delete', $1, $2)",
                               INT(c->doc_id), TEXT(c->old_grams)) < 0)
        return false;
    return !c->new_grams ||
           db_run(db, err, "INSERT INTO search_gram (rowid, grams) VALUES ($1, $2)", INT(c->doc_id), TEXT(c->new_grams)) >= 0;
}

bool search_flush(struct db *db, struct err *err)
{
    for (const struct search_change *c = db->changes; c; c = c->next)
        if (!change(db, c, err))
            return false;
    search_forget(db, NULL);
    return true;
}

void search_forget(struct db *db, struct search_change *after)
{
    struct search_change *c = after ? after->next : db->changes;
    for (struct search_change *next; c; c = next) {
        next = c->next;
        free(c->old_grams);
        free(c->new_grams);
        free(c);
    }
    if (after)
        after->next = NULL;
    else
        db->changes = NULL;
    db->last_change = after;
}
