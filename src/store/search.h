/* search.h -- Japanese substring search over names, kana and free text; two characters work (透析, 看取).
 *
 * Text is folded (base/text.h) and kept as its single characters and overlapping pairs: FTS5 on SQLite, tsvector with GIN on
 * PostgreSQL.  A word is looked up by pairs that cover it; the folded text decides whether they stand together.  The kind and the office
 * are words of the index too, so that narrowing to them stays in its order (newest put first).  SQLite's index follows in pauses
 * and by the hundred; what waits for it is found by its text, so nobody notices; when nobody writes, its pieces are joined.  query.h's
 * query_search uses it in any list. */
#pragma once
#include "store/db.h"
#include "store/scope.h"

/* Replaces the searchable text of one record.  `text` is any text, folded here.  Empty text removes it. */
bool search_put(struct db *db, const char *kind, const char *id, const char *office_id, const char *text, struct err *err);
/* The same with a part about persons: whoever does not see it does not find by it either, as a hit would tell that it is there. */
bool search_put_parts(struct db *db, const char *kind, const char *id, const char *office_id, const char *text, const char *personal,
                      struct err *err);
bool search_remove(struct db *db, const char *kind, const char *id, struct err *err);

struct search_hit {
    const char *kind, *id;
};
enum { SEARCH_FEW = 1000 };
/* How the queries of one list find the records of a kind that hold every word, worked out once: few hits are named; of very many the
 * documents put last are known, and the list is walked in its own order. */
struct search_plan {
    const char *kind, *words;
    bool narrows;        /* false: query_search_plan does what query_search does */
    const char *few;     /* ids of all hits, a JSON array for json_each, when they are at most SEARCH_FEW; NULL otherwise */
    const char *newest;  /* documents, a JSON array: the last of those the index finds, and all that wait for it */
    long long oldest;    /* every document the index finds from this one on is among `newest` */
};
/* `wanted`: rows that the list will show at most, counted from its beginning. */
bool search_plan_read(struct db *db, const struct scope *scope, const char *kind, const char *words, size_t wanted, struct arena *a,
                      struct search_plan *ret_plan, struct err *err);
/* Adds " AND alias.id IN ...", after query_scope. */
struct query;
void query_search_plan(struct query *q, struct db *db, const struct search_plan *p, const char *alias);
/* Newest put first, at most `limit`.  `kind` NULL searches all kinds.  Scope is by office: whoever sees an area finds here its own
 * office's and what is public (put with office_id ""), and the rest through the lists, where query_scope decides. */
bool search_find(struct db *db, const struct scope *scope, const char *kind, const char *words, size_t limit, struct arena *a,
                 struct search_hit **ret_hits, size_t *ret_count, struct err *err);
