#include "store/query.h"

#include "store/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void query_init(struct query *q, struct arena *a)
{
    *q = (struct query){.arena = a, .sql_room = 1024};
    q->sql = arena_alloc(a, q->sql_room);
}

static void append(struct query *q, const char *text, size_t size)
{
    if (q->sql_room - q->sql_size <= size) {
        size_t room = (q->sql_room + size) * 2;
        char *bigger = arena_alloc(q->arena, room);
        memcpy(bigger, q->sql, q->sql_size);
        q->sql = bigger;
        q->sql_room = room;
    }
    memcpy(q->sql + q->sql_size, text, size);
    q->sql_size += size;
    q->sql[q->sql_size] = '\0';
}

/* Our own mistake in a fragment would bind one value in another's place: stop where it is made. */
static void die_of_mismatch(const char *literal)
{
    fprintf(stderr, "renkei: values and ? differ in: %s\n", literal);
    abort();
}

/* The end of the quoted text or comment-free piece that begins at `s`: up to the next ? outside quotes, or the end. */
static const char *next_mark(const char *s)
{
    for (bool quoted = false; *s; s++) {
        if (*s == '\'')
            quoted = !quoted;
        else if (*s == '?' && !quoted)
            break;
    }
    return s;
}

void query_add_values(struct query *q, const char *literal, const struct value *values, size_t count)
{
    size_t used = 0;
    for (const char *s = literal;;) {
        const char *mark = next_mark(s);
        append(q, s, (size_t)(mark - s));
        if (!*mark)
            break;
        if (used >= count || q->count >= sizeof q->values / sizeof *q->values)
            die_of_mismatch(literal);
        q->values[q->count++] = values[used++];
        char number[16];
        append(q, number, (size_t)snprintf(number, sizeof number, "$%zu", q->count));
        s = mark + 1;
    }
    if (used != count)
        die_of_mismatch(literal);
}

/* The first text that is after every text beginning with `prefix` (ASCII, not empty). */
static const char *after_prefix(struct arena *a, const char *prefix)
{
    char *end = arena_strdup(a, prefix);
    end[strlen(end) - 1]++;
    return end;
}

enum rows_from { ROWS_BY_SCOPE, ROWS_IN_ORDER, ROWS_BY_NAME };

/* An expression in place of the column keeps both engines from leading with an index of areas. */
static void add_area(struct query *q, const char *path, const char *alias, bool indexed)
{
    append(q, indexed ? " AND " : " AND (", indexed ? 5 : 6);
    append(q, alias, strlen(alias));
    query_add_values(q, !indexed ? ".area_code || '')" : ".area_code", NULL, 0);
    query_add(q, " IN (SELECT code FROM area WHERE path >= ? AND path < ?)", TEXT(path), TEXT(after_prefix(q->arena, path)));
}

static void add_office(struct query *q, const char *office_id, const char *alias, bool indexed)
{
    append(q, indexed ? " AND " : " AND (", indexed ? 5 : 6);
    append(q, alias, strlen(alias));
    if (indexed)
        query_add(q, ".office_id = ?", TEXT(office_id));
    else
        query_add(q, ".office_id || '') = ?", TEXT(office_id));
}

static void add_scope(struct query *q, const struct scope *scope, const char *alias, enum rows_from from)
{
    q->scope = scope;
    switch (scope->kind) {
    case SCOPE_ALL: return;
    case SCOPE_OFFICE:
        add_office(q, scope->office_id, alias, from != ROWS_BY_NAME);
        return;
    case SCOPE_AREA:
        if (scope->area_path && *scope->area_path) {
            add_area(q, scope->area_path, alias, from == ROWS_BY_SCOPE);
            return;
        }
        break;
    case SCOPE_NOTHING: break;
    }
    query_add(q, " AND 1 = 0");
}

void query_scope_alias(struct query *q, const struct scope *scope, const char *alias)
{
    add_scope(q, scope, alias, ROWS_BY_SCOPE);
}

void query_scope_ordered_alias(struct query *q, const struct scope *scope, const char *alias)
{
    add_scope(q, scope, alias, ROWS_IN_ORDER);
}

void query_scope_named_alias(struct query *q, const struct scope *scope, const char *alias)
{
    add_scope(q, scope, alias, ROWS_BY_NAME);
}

struct rows *query_run(struct query *q, struct db *db, struct arena *a, struct err *err)
{
    return db_query_values(db, a, err, q->sql, q->values, q->count);
}
