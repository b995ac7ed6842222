/* search.h -- Japanese substring search over names, kana and free text; two characters work (透析, 看取).
 *
 * Text is folded (base/text.h) and kept as overlapping bigrams: FTS5 on SQLite, tsvector with GIN on PostgreSQL.  Three and more
 * characters are an AND of their bigrams in sequence (phrase); one character is a prefix search over bigrams.  query.h's
 * query_search uses it in any list. */
#pragma once
#include "store/db.h"
#include "store/scope.h"

/* Replaces the searchable text of one record.  `text` is any text, folded here.  Empty text removes it. */
bool search_put(struct db *db, const char *kind, const char *id, const char *office_id, const char *text, struct err *err);
bool search_remove(struct db *db, const char *kind, const char *id, struct err *err);

struct search_hit {
    const char *kind, *id;
};
/* Newest first (ids are time-ordered), at most `limit`.  `kind` NULL searches all kinds.  Scope is by office; kinds of public data
 * (facility, help) are put with office_id "". */
bool search_find(struct db *db, const struct scope *scope, const char *kind, const char *words, size_t limit, struct arena *a,
                 struct search_hit **ret_hits, size_t *ret_count, struct err *err);
