#include "store/record.h"

#include "base/buf.h"
#include "store/engine.h"
#include "store/search.h"
#include "store/store_inside.h"

#include <stdlib.h>
#include <string.h>

/* The head's columns in the order of every statement here; `revision` is the only number. */
static const char *const head_columns[] = {"id",         "office_id",  "area_code", "created_at", "created_by",
                                           "changed_at", "changed_by", "revision",  "deleted_at"};
enum { HEAD_ID, HEAD_OFFICE, HEAD_AREA, HEAD_CREATED_AT, HEAD_CREATED_BY, HEAD_CHANGED_AT, HEAD_CHANGED_BY, HEAD_REVISION,
       HEAD_DELETED_AT, HEAD__COUNT };

static void add_columns(struct buf *sql, const struct record *r, const char *alias)
{
    for (size_t i = 0; i < HEAD__COUNT; i++)
        buf_printf(sql, "%s%s%s", i ? ", " : "", alias, head_columns[i]);
    for (size_t i = 0; i < r->set->count; i++)
        buf_printf(sql, ", %s%s", alias, r->set->fields[i].name);
}

static char *make_select(const struct record *r)
{
    struct buf sql = {0};
    buf_text(&sql, "SELECT ");
    add_columns(&sql, r, "c.");
    buf_printf(&sql, " FROM %s c WHERE c.deleted_at = ''", r->table);
    return sql.data;
}

static char *make_insert(const struct record *r, bool sqlite)
{
    struct buf sql = {0};
    buf_printf(&sql, "INSERT INTO %s (", r->table);
    add_columns(&sql, r, "");
    buf_text(&sql, ") VALUES (");
    for (size_t i = 0; i < HEAD__COUNT + r->set->count; i++)
        buf_printf(&sql, "%s$%zu", i ? ", " : "", i + 1);
    buf_text(&sql, sqlite ? ") ON CONFLICT (id) DO NOTHING" : ")"); /* see db_post */
    return sql.data;
}

/* $1 id, $2 revision, then what changes. */
static char *make_update(const struct record *r)
{
    struct buf sql = {0};
    buf_printf(&sql, "UPDATE %s SET revision = revision + 1, changed_at = $3, changed_by = $4, office_id = $5, area_code = $6", r->table);
    for (size_t i = 0; i < r->set->count; i++)
        buf_printf(&sql, ", %s = $%zu", r->set->fields[i].name, i + 7);
    buf_text(&sql, " WHERE id = $1 AND revision = $2 AND deleted_at = ''");
    return sql.data;
}

static const struct record_sql *sql_of(struct db *db, const struct record *r)
{
    struct record_sql *s = db->record_sql;
    while (s && s->record != r)
        s = s->next;
    if (s)
        return s;
    s = xcalloc(1, sizeof *s);
    *s = (struct record_sql){.next = db->record_sql, .record = r, .select = make_select(r), .insert = make_insert(r, db_is_sqlite(db)),
                             .update = make_update(r)};
    return db->record_sql = s;
}

static struct record_head *head_of(void *row)
{
    return row;
}

static const char *text_of(const void *row, const struct field *f)
{
    const char *text = *(const char *const *)((const char *)row + f->offset);
    return text ? text : "";
}

static struct value value_of(const void *row, const struct field *f)
{
    if (f->type != FIELD_INT)
        return TEXT(text_of(row, f));
    long n = *(const long *)((const char *)row + f->offset);
    return n == FIELD_BLANK ? NUL : INT(n);
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

/* --- the search text --- */

static void add_text(struct buf *out, const char *text)
{
    if (!*text)
        return;
    if (out->size)
        buf_char(out, '\n');
    buf_text(out, text);
}

/* What everybody who sees the row may find it by, and what only those who see personal members may. */
struct searched {
    struct buf open, personal;
};

static void add_searched(struct searched *s, const struct field_set *set, const void *row, bool personal, struct arena *a);

static void add_rows(struct searched *s, const struct field *f, const void *row, bool personal, struct arena *a)
{
    size_t count = 0;
    const char *items = field_rows(f, row, a, &count);
    for (size_t i = 0; i < count; i++)
        add_searched(s, f->rows, items + i * f->rows->size, personal, a);
}

/* Codes are found by what people read: their labels. */
static void add_searched(struct searched *s, const struct field_set *set, const void *row, bool personal, struct arena *a)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct field *f = &set->fields[i];
        bool hidden = personal || f->flags & FIELD_PERSONAL;
        if (!(f->flags & FIELD_SEARCHED))
            continue;
        if (f->type == FIELD_ROWS)
            add_rows(s, f, row, hidden, a);
        else
            add_text(hidden ? &s->personal : &s->open,
                     f->type == FIELD_CODE || f->type == FIELD_CODES ? field_display(f, row, a) : field_text(f, row, a));
    }
}

static bool put_search(struct db *db, const struct record *r, const void *row, struct arena *a, struct err *err)
{
    if (!r->search_kind)
        return true;
    const struct record_head *head = row;
    struct searched s = {0};
    add_searched(&s, r->set, row, false, a);
    bool ok = search_put_parts(db, r->search_kind, head->id, or_empty(head->office_id), or_empty(s.open.data), or_empty(s.personal.data), err);
    buf_free(&s.open);
    buf_free(&s.personal);
    return ok;
}

/* --- writing --- */

static bool too_wide(const struct record *r, struct err *err)
{
    if (HEAD__COUNT + r->set->count <= VALUES_MAX)
        return false;
    err_set(err, ERR_BROKEN, "store.failed", "%s has too many fields", r->table);
    return true;
}

bool record_insert(struct db *db, const struct record *r, void *row, const char *user_id, struct arena *a, struct err *err)
{
    if (too_wide(r, err))
        return false;
    struct record_head *head = head_of(row);
    head->created_at = head->changed_at = now_utc(a);
    head->created_by = head->changed_by = user_id;
    head->revision = 1;
    head->deleted_at = "";
    struct value values[VALUES_MAX] = {
        [HEAD_ID] = TEXT(head->id),
        [HEAD_OFFICE] = TEXT(or_empty(head->office_id)),
        [HEAD_AREA] = TEXT(or_empty(head->area_code)),
        [HEAD_CREATED_AT] = TEXT(head->created_at),
        [HEAD_CREATED_BY] = TEXT(or_empty(user_id)),
        [HEAD_CHANGED_AT] = TEXT(head->changed_at),
        [HEAD_CHANGED_BY] = TEXT(or_empty(user_id)),
        [HEAD_REVISION] = INT(1),
        [HEAD_DELETED_AT] = TEXT(""),
    };
    for (size_t i = 0; i < r->set->count; i++)
        values[HEAD__COUNT + i] = value_of(row, &r->set->fields[i]);
    struct err exists;
    err_set(&exists, ERR_CONFLICT, "record.exists", "%s id=%s", r->table, head->id);
    return db_post_beside_values(db, err, &exists, sql_of(db, r)->insert, values, HEAD__COUNT + r->set->count) && put_search(db, r, row, a, err);
}

/* What an id and revision met when nothing changed.  The statement text is made per table, from its constant name. */
static bool tell_why(struct db *db, const struct record *r, const char *id, bool deleted, struct arena *a, struct err *err)
{
    struct err own = {0};
    const char *sql = arena_printf(a, "SELECT count(*) FROM %s WHERE id = $1 AND (deleted_at <> '') = (CAST($2 AS BIGINT) = 1)", r->table);
    struct value values[] = {TEXT(id), INT(deleted)};
    long long there = db_int_values(db, &own, 0, sql, values, 2);
    if (own.kind) {
        if (err)
            *err = own;
        return false;
    }
    if (there)
        return err_set(err, ERR_CONFLICT, "record.stale", "%s id=%s", r->table, id);
    return err_set(err, ERR_NOT_FOUND, "record.not_found", "%s id=%s", r->table, id);
}

bool record_update(struct db *db, const struct record *r, void *row, const char *user_id, struct arena *a, struct err *err)
{
    if (too_wide(r, err))
        return false;
    struct record_head *head = head_of(row);
    struct value values[VALUES_MAX] = {
        TEXT(head->id), INT(head->revision), TEXT(now_utc(a)), TEXT(or_empty(user_id)), TEXT(or_empty(head->office_id)),
        TEXT(or_empty(head->area_code)),
    };
    for (size_t i = 0; i < r->set->count; i++)
        values[6 + i] = value_of(row, &r->set->fields[i]);
    long long changed = db_run_values(db, err, sql_of(db, r)->update, values, 6 + r->set->count);
    if (changed == 0)
        return tell_why(db, r, head->id, false, a, err);
    return changed > 0 && put_search(db, r, row, a, err);
}

bool record_delete(struct db *db, const struct record *r, const char *id, long revision, const char *user_id, struct arena *a,
                   struct err *err)
{
    const char *sql = arena_printf(a,
                                   "UPDATE %s SET deleted_at = $3, changed_at = $3, changed_by = $4, revision = revision + 1"
                                   " WHERE id = $1 AND revision = $2 AND deleted_at = ''",
                                   r->table);
    struct value values[] = {TEXT(id), INT(revision), TEXT(now_utc(a)), TEXT(or_empty(user_id))};
    long long changed = db_run_values(db, err, sql, values, 4);
    if (changed == 0)
        return tell_why(db, r, id, false, a, err);
    return changed > 0 && (!r->search_kind || search_remove(db, r->search_kind, id, err));
}

bool record_undelete(struct db *db, const struct record *r, const char *id, const char *user_id, struct arena *a, struct err *err)
{
    const char *sql = arena_printf(a,
                                   "UPDATE %s SET deleted_at = '', changed_at = $2, changed_by = $3, revision = revision + 1"
                                   " WHERE id = $1 AND deleted_at <> ''",
                                   r->table);
    struct value values[] = {TEXT(id), TEXT(now_utc(a)), TEXT(or_empty(user_id))};
    long long changed = db_run_values(db, err, sql, values, 3);
    if (changed < 0)
        return false;
    if (changed == 0)
        return err_set(err, ERR_NOT_FOUND, "record.not_found", "%s id=%s", r->table, id);
    void *row = arena_alloc(a, r->set->size);
    return record_find(db, r, &SCOPE_EVERYTHING, id, row, a, err) && put_search(db, r, row, a, err);
}

/* --- reading --- */

void record_select(struct query *q, const struct record *r)
{
    query_add(q, "SELECT ");
    for (size_t i = 0; i < HEAD__COUNT; i++) {
        query_add_values(q, i ? ", c." : "c.", NULL, 0);
        query_add_values(q, head_columns[i], NULL, 0);
    }
    for (size_t i = 0; i < r->set->count; i++) {
        query_add(q, ", c.");
        query_add_values(q, r->set->fields[i].name, NULL, 0);
    }
    query_add(q, " FROM ");
    query_add_values(q, r->table, NULL, 0);
    query_add(q, " c WHERE c.deleted_at = ''");
}

struct record_part *record_part(const struct record *r, const char *names, struct arena *a)
{
    struct record_part *p = NEW(a, struct record_part);
    p->record = r;
    p->fields = NEW_ARRAY(a, r->set->count + 1, const struct field *);
    for (size_t i = 0; i < r->set->count; i++)
        if (codes_has(names, r->set->fields[i].name))
            p->fields[p->count++] = &r->set->fields[i];
    return p;
}

void record_select_part(struct query *q, const struct record_part *p)
{
    query_add(q, "SELECT c.id, c.changed_at, c.revision");
    for (size_t i = 0; i < p->count; i++) {
        query_add(q, ", c.");
        query_add_values(q, p->fields[i]->name, NULL, 0);
    }
    query_add(q, " FROM ");
    query_add_values(q, p->record->table, NULL, 0);
    query_add(q, " c WHERE c.deleted_at = ''");
}

static const char *text_at(const struct rows *rows, int column, struct arena *a)
{
    const char *text = rows_text(rows, column);
    return *text && rows->arena != a ? arena_strdup(a, text) : text;
}

static void read_field(const struct rows *rows, int column, const struct field *f, void *row, struct arena *a)
{
    void *member = (char *)row + f->offset;
    if (f->type == FIELD_INT)
        *(long *)member = rows_is_null(rows, column) ? FIELD_BLANK : (long)rows_int(rows, column);
    else
        *(const char **)member = text_at(rows, column, a);
}

void record_read(const struct rows *rows, const struct record *r, void *row, struct arena *a)
{
    struct record_head *head = head_of(row);
    *head = (struct record_head){
        .id = text_at(rows, HEAD_ID, a),
        .office_id = text_at(rows, HEAD_OFFICE, a),
        .area_code = text_at(rows, HEAD_AREA, a),
        .created_at = text_at(rows, HEAD_CREATED_AT, a),
        .created_by = text_at(rows, HEAD_CREATED_BY, a),
        .changed_at = text_at(rows, HEAD_CHANGED_AT, a),
        .changed_by = text_at(rows, HEAD_CHANGED_BY, a),
        .revision = (long)rows_int(rows, HEAD_REVISION),
        .deleted_at = text_at(rows, HEAD_DELETED_AT, a),
    };
    for (size_t i = 0; i < r->set->count; i++)
        read_field(rows, HEAD__COUNT + (int)i, &r->set->fields[i], row, a);
}

void record_read_part(const struct rows *rows, const struct record_part *p, void *row, struct arena *a)
{
    struct record_head *head = head_of(row);
    head->id = text_at(rows, 0, a);
    head->changed_at = text_at(rows, 1, a);
    head->revision = (long)rows_int(rows, 2);
    for (size_t i = 0; i < p->count; i++)
        read_field(rows, (int)i + 3, p->fields[i], row, a);
}

bool record_find(struct db *db, const struct record *r, const struct scope *scope, const char *id, void *row, struct arena *a,
                 struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add_values(&q, sql_of(db, r)->select, NULL, 0);
    query_add(&q, " AND c.id = ?", TEXT(id));
    query_scope(&q, scope, "c");
    auto_rows *rows = query_run(&q, db, NULL, err);
    if (rows_next(rows)) {
        record_read(rows, r, row, a);
        return true;
    }
    if (rows_failed(rows))
        return false;
    return err_set(err, ERR_NOT_FOUND, "record.not_found", "%s id=%s", r->table, id);
}

char *record_schema(const struct record *r, struct arena *a)
{
    auto_buf sql = {0};
    buf_printf(&sql, "CREATE TABLE %s (\n    id TEXT PRIMARY KEY", r->table);
    for (size_t i = HEAD_ID + 1; i < HEAD__COUNT; i++)
        buf_printf(&sql, ",\n    %s %s", head_columns[i],
                   i == HEAD_REVISION     ? "BIGINT NOT NULL"
                   : i == HEAD_DELETED_AT ? "TEXT NOT NULL DEFAULT ''"
                                          : "TEXT NOT NULL");
    for (size_t i = 0; i < r->set->count; i++) {
        const struct field *f = &r->set->fields[i];
        buf_printf(&sql, ",\n    %s %s", f->name, f->type == FIELD_INT ? "BIGINT" : "TEXT NOT NULL DEFAULT ''");
    }
    buf_text(&sql, "\n)");
    return arena_strdup(a, sql.data);
}
