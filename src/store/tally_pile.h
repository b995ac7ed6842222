/* tally_pile.h -- inside the store only: facts of a running transaction, and how they come into the table.
 *
 * A save counts in some thirty cells, each on a page of its own.  So a transaction keeps its facts as one row of tally_wait, and the
 * writer (on PostgreSQL: the thread of what nobody waits for, any node's) adds up many of those at a time, after the waiters were woken:
 * each cell is written once for hundreds of saves.  Whoever reads meanwhile reads tally_now.  A city's sums stand in tally_year
 * as well, one row for the months of a fiscal year, and are written in the same go.  A transaction that counts very much (import) writes
 * its cells itself.  What was piled or written since a
 * mark is forgotten with its savepoint. */
#pragma once
#include "store/engine.h"

struct fact;
struct pile_mark {
    size_t count, written;
};
struct pile_mark tally_pile_mark(const struct db *db);
void tally_pile_return(struct db *db, struct pile_mark mark); /* the savepoint was rolled back */
void tally_pile_empty(struct db *db);                         /* a transaction begins */
void tally_pile_free(struct db *db);
bool tally_pile_add(struct db *db, const char *office_id, const char *area_code, const struct fact *f, long long sign, struct err *err);
/* Writes what is not in the table yet into its cells. */
bool tally_pile_write(struct db *db, struct err *err);
/* Before the commit: keeps what is not in the table yet as a row that waits. */
bool tally_pile_keep(struct db *db, struct err *err);
/* What waits, fact by fact; of a head that `wants` (NULL: every) refuses no fact is given.  Texts live until the next head. */
struct waiting_head {
    const char *area_code, *office_id, *measure, *basis, *month;
};
struct waiting_sink {
    bool (*wants)(void *arg, const struct waiting_head *h);
    bool (*fact)(void *arg, const struct waiting_head *h, const char *code, long long n, struct err *err);
    void *arg;
};
bool tally_waiting_each(struct db *db, const struct waiting_sink *sink, struct err *err);
/* Adds what waits to cells that were read from tally in the same view (tally_waiting.c). */
struct tally_query;
struct tally_cell;
bool tally_waiting_add(struct db *db, const struct tally_query *q, struct arena *a, struct tally_cell **cells, size_t *count, struct err *err);
/* The municipality's code in an area's path, "" above it; the areas are a feature's table, which a store's spec may lack. */
const char *tally_city(struct arena *a, const char *area_path);
bool tally_has_areas(struct db *db, struct err *err);
/* Facts kept since the last tally_fold (tally.h), by this connection. */
size_t tally_pile_waiting(const struct db *db);
