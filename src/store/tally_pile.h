/* tally_pile.h -- inside the store only: facts of a running transaction on SQLite, added up before they touch the table.
 *
 * The writer commits many saves together, and most of them count in the same cells: each cell is written once for the group.  Reading
 * inside a write (tally_read) writes first what is piled up.  What was piled or written since a mark is forgotten with its savepoint. */
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
bool tally_pile_add(struct db *db, const char *office_id, const char *area_code, const struct fact *f, struct err *err);
/* Writes what is not in the table yet. */
bool tally_pile_write(struct db *db, struct err *err);
