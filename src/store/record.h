/* record.h -- saving and loading a struct by its field table.
 *
 * Every record struct begins with `struct record_head head;`.  The table has the head's columns and one column for each
 * field that is not stored elsewhere, with the field's name.  SQL is made once from the (constant) field table. */
#pragma once
#include "base/field.h"
#include "store/db.h"
#include "store/query.h"

struct record_head {
    const char *id;         /* UUIDv7 made by the program, for forms already when the form is shown: a double submit meets itself */
    const char *office_id, *area_code;
    const char *created_at, *created_by, *changed_at, *changed_by; /* UTC; user ids */
    long revision;          /* 1 at creation, +1 each change: optimistic lock */
    const char *deleted_at; /* UTC, "" while it stands: undo and "削除を取り消す" */
};

struct record {
    const char *table;            /* "consultation" */
    const struct field_set *set;
    const char *search_kind;      /* FIELD_SEARCHED members go to the search index under this kind; NULL for none */
};

/* Inserts; the head's created/changed members are filled from `user_id` and now, revision 1.  ERR_CONFLICT
 * "record.exists" when the id is taken. */
bool record_insert(struct db *db, const struct record *r, void *row, const char *user_id, struct arena *a, struct err *err);
/* Updates where revision matches head.revision; the stored revision grows by one.  `row` stays as it was, so that the write may run
 * again: load it again to show what is stored now.  ERR_CONFLICT "record.stale" when somebody was faster, ERR_NOT_FOUND when it
 * is gone. */
bool record_update(struct db *db, const struct record *r, void *row, const char *user_id, struct arena *a, struct err *err);
/* Marks deleted / not deleted with the same lock.  Leaves the search index accordingly. */
bool record_delete(struct db *db, const struct record *r, const char *id, long revision, const char *user_id, struct arena *a,
                   struct err *err);
bool record_undelete(struct db *db, const struct record *r, const char *id, const char *user_id, struct arena *a,
                     struct err *err);
/* Loads one by id within the scope into `row`.  ERR_NOT_FOUND when it is not there or not in scope (the two are not told apart). */
bool record_find(struct db *db, const struct record *r, const struct scope *scope, const char *id, void *row, struct arena *a,
                 struct err *err);
/* Reads the current row of a query that began with record_select into `row`.  `a` NULL, as the query's: the texts are lent until the next
 * rows_next. */
void record_read(const struct rows *rows, const struct record *r, void *row, struct arena *a);
/* Starts `q` with "SELECT head columns, field columns FROM table c WHERE c.deleted_at = ''" (alias c); add filters, scope, order. */
void record_select(struct query *q, const struct record *r);
/* The same with id, changed_at, revision and some fields only; the other members of `row` are left as they are. */
struct record_part {
    const struct record *record;
    const struct field **fields;
    size_t count;
};
/* `names`: blank-separated; what is no field of the record is passed over. */
struct record_part *record_part(const struct record *r, const char *names, struct arena *a);
void record_select_part(struct query *q, const struct record_part *p);
void record_read_part(const struct rows *rows, const struct record_part *p, void *row, struct arena *a);
/* CREATE TABLE text for the record, for documentation and the test that compares it with the migration. */
char *record_schema(const struct record *r, struct arena *a);
