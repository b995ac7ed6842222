/* query.h -- putting a query together from literals: filters, scope, order, paging.
 *
 * Only string literals go in (the macros refuse anything else at compile time); every value is bound.  `?` in a fragment takes the
 * next value and becomes $n.
 *
 *   struct query q;
 *   query_init(&q, arena);
 *   query_add(&q, "SELECT c.id, c.received_at FROM consultation c WHERE 1 = 1");
 *   query_scope(&q, scope, "c");
 *   if (*channel) query_add(&q, " AND c.channel = ?", TEXT(channel));
 *   query_add(&q, " ORDER BY c.received_at DESC, c.id DESC LIMIT ?", INT(51));
 *   auto_rows *rows = query_run(&q, db, arena, err);
 */
#pragma once
#include "base/buf.h"
#include "store/db.h"
#include "store/scope.h"

struct query {
    struct arena *arena;
    char *sql;
    size_t sql_size, sql_room;
    struct value values[128]; /* the directory by all its conditions and fifteen procedures has some 70 */
    size_t count;
    const struct scope *scope; /* of the last query_scope; narrows a search that follows */
};

void query_init(struct query *q, struct arena *a);
#define query_add(q, literal, ...) \
    query_add_values((q), "" literal, (struct value[]){NUL, ##__VA_ARGS__} + 1, \
                     sizeof((struct value[]){NUL, ##__VA_ARGS__}) / sizeof(struct value) - 1)
void query_add_values(struct query *q, const char *literal, const struct value *values, size_t count);
/* Adds " AND alias.office_id = ?" or the area condition: what this user may see.  The table has office_id and area_code. */
#define query_scope(q, scope, alias) query_scope_alias((q), (scope), "" alias)
void query_scope_alias(struct query *q, const struct scope *scope, const char *alias);
/* The same for the first rows of an order that has an index of its own: an area's rows are not gathered and sorted first.  For lists with many
 * rows; slower than query_scope where few rows fit. */
void query_scope_ordered_alias(struct query *q, const struct scope *scope, const char *alias);
/* The same where another condition names the few rows by id: no index of offices or areas is followed. */
void query_scope_named_alias(struct query *q, const struct scope *scope, const char *alias);
/* Adds " AND alias.id IN (ids whose search text holds every word)".  `kind` as given to search_put.  Words of the query are
 * separated by blanks; each is matched as a folded substring of any length from one character. */
#define query_search(q, db, kind, alias, words) query_search_alias((q), (db), (kind), "" alias, (words))
void query_search_alias(struct query *q, struct db *db, const char *kind, const char *alias, const char *words);
struct rows *query_run(struct query *q, struct db *db, struct arena *a, struct err *err);
