#include "store/catalog.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_left_out(const char *table)
{
    return strncmp(table, "sqlite_", 7) == 0 || strncmp(table, "search_gram", 11) == 0 ||
           strcmp(table, "search_wait") == 0 || strcmp(table, "tally_wait") == 0 || strcmp(table, "audit_wait") == 0 || strcmp(table, "tally_year") == 0 || strcmp(table, "session") == 0 ||
           strcmp(table, "map_cell") == 0 || strcmp(table, "map_changed") == 0; /* made again from the directory */
}

static bool is_engines_own(const char *table, const char *column)
{
    if (strcmp(table, "audit") == 0)
        return strcmp(column, "local_id") == 0; /* before there was audit_wait */
    return strcmp(table, "search_doc") == 0 && (strcmp(column, "doc_id") == 0 || strcmp(column, "grams") == 0);
}

/* The names go into statements between quotes. */
static bool is_plain(const char *name)
{
    return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static enum value_kind kind_of(const char *type)
{
    if (strcasestr(type, "int"))
        return VALUE_INT;
    return strcasestr(type, "blob") || strcasestr(type, "bytea") ? VALUE_BYTES : VALUE_TEXT;
}

static const char tables_sqlite[] = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
static const char tables_postgresql[] = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename";
static const char columns_sqlite[] = "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY name";
static const char columns_postgresql[] =
    "SELECT c.column_name, c.data_type, coalesce((SELECT array_position(CAST(i.indkey AS smallint[]), t.attnum) + 1 FROM pg_index i JOIN pg_attribute t ON t.attrelid = i.indrelid"
    " WHERE i.indisprimary AND i.indrelid = CAST(quote_ident(c.table_name) AS regclass) AND t.attnum = ANY (i.indkey)"
    " AND t.attnum > 0 AND t.attname = c.column_name AND array_position(CAST(i.indkey AS smallint[]), t.attnum) < i.indnkeyatts)"
    ", 0) FROM information_schema.columns c"
    " WHERE c.table_schema = current_schema() AND c.table_name = $1 ORDER BY c.column_name";

static bool read_columns(struct db *db, struct arena *a, struct catalog_table *t, struct err *err)
{
    auto_rows *r = db_query(db, a, err, db_is_sqlite(db) ? columns_sqlite : columns_postgresql, TEXT(t->name));
    t->columns = NEW_ARRAY(a, COLUMNS_MAX, struct catalog_column);
    while (t->column_count < COLUMNS_MAX && rows_next(r)) {
        const char *name = rows_text(r, 0);
        if (is_engines_own(t->name, name))
            continue;
        if (!is_plain(name))
            return err_set(err, ERR_DB, "store.failed", "a column of %s has an unusual name", t->name);
        t->columns[t->column_count++] = (struct catalog_column){name, kind_of(rows_text(r, 1)), (int)rows_int(r, 2)};
    }
    return !rows_failed(r);
}

/* Where the engine's own number is the key: what stands for it on both. */
static void set_common_key(struct catalog_table *t)
{
    bool any = false, audit = strcmp(t->name, "audit") == 0, doc = strcmp(t->name, "search_doc") == 0;
    for (size_t i = 0; i < t->column_count; i++) {
        const char *name = t->columns[i].name;
        if (audit)
            t->columns[i].key = strcmp(name, "seq") == 0;
        if (doc)
            t->columns[i].key = strcmp(name, "kind") == 0 ? 1 : strcmp(name, "id") == 0 ? 2 : 0;
        any = any || t->columns[i].key;
    }
    for (size_t i = 0; !any && i < t->column_count; i++)
        t->columns[i].key = (int)i + 1;
}

static bool read_names(struct db *db, struct arena *a, struct catalog *c, struct err *err)
{
    size_t room = 64;
    c->tables = NEW_ARRAY(a, room, struct catalog_table);
    auto_rows *r = db_query(db, a, err, db_is_sqlite(db) ? tables_sqlite : tables_postgresql);
    while (rows_next(r)) {
        const char *name = rows_text(r, 0);
        if (is_left_out(name))
            continue;
        if (!is_plain(name))
            return err_set(err, ERR_DB, "store.failed", "a table has an unusual name");
        if (c->count == room) {
            struct catalog_table *bigger = NEW_ARRAY(a, room * 2, struct catalog_table);
            memcpy(bigger, c->tables, room * sizeof *bigger);
            c->tables = bigger;
            room *= 2;
        }
        c->tables[c->count++].name = name;
    }
    return !rows_failed(r);
}

bool catalog_read(struct db *db, struct arena *a, struct catalog *ret, struct err *err)
{
    struct catalog c = {0};
    if (!read_names(db, a, &c, err))
        return false;
    for (size_t i = 0; i < c.count; i++) {
        if (!read_columns(db, a, &c.tables[i], err))
            return false;
        set_common_key(&c.tables[i]);
    }
    *ret = c;
    return true;
}

const struct catalog_table *catalog_find(const struct catalog *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->tables[i].name, name) == 0)
            return &c->tables[i];
    return NULL;
}

const struct catalog_column *catalog_column_find(const struct catalog_table *t, const char *name)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return &t->columns[i];
    return NULL;
}

/* --- walking --- */

static void add_names(struct buf *sql, const struct catalog_table *t)
{
    for (size_t i = 0; i < t->column_count; i++)
        buf_printf(sql, "%s\"%s\"", i ? ", " : "", t->columns[i].name);
}

/* In the key's own order: its index gives the rows, and nothing need be sorted. */
static void add_keys(struct buf *sql, const struct catalog_table *t)
{
    for (int place = 1; place <= (int)t->column_count; place++)
        for (size_t i = 0; i < t->column_count; i++)
            if (t->columns[i].key == place)
                buf_printf(sql, "%s\"%s\"", place > 1 ? ", " : "", t->columns[i].name);
}

/* A restore looks at tables of older programs as well. */
static bool has_table(struct db *db, const char *name)
{
    return db_int(db, NULL, 0, db_is_sqlite(db) ? "SELECT 1 FROM sqlite_schema WHERE name = $1"
                                                : "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1", TEXT(name)) == 1;
}

static bool has_waiting_entries(struct db *db, const struct catalog_table *t)
{
    return strcmp(t->name, "audit") == 0 && has_table(db, "audit_wait") && db_int(db, NULL, 0, "SELECT 1 FROM audit_wait LIMIT 1") == 1;
}

/* What was counted or noted and is not in the table yet belongs to it. */
static void add_source(struct buf *sql, struct db *db, const struct catalog_table *t, bool audit_waits)
{
    bool tally = strcmp(t->name, "tally") == 0;
    if (tally && has_table(db, "tally_wait") && db_int(db, NULL, 0, "SELECT 1 FROM tally_wait LIMIT 1") == 1)
        buf_text(sql, "(SELECT measure, basis, month, code, area_code, office_id, CAST(sum(n) AS BIGINT) AS n FROM tally_now"
                      " GROUP BY 1, 2, 3, 4, 5, 6) AS tally");
    else
        buf_printf(sql, "\"%s\"", audit_waits ? "audit_now" : t->name);
    buf_text(sql, tally ? " WHERE n <> 0" : "");
}

static void make_select(struct buf *sql, struct db *db, const struct catalog_table *t, bool arrival)
{
    bool audit = strcmp(t->name, "audit") == 0, waits = has_waiting_entries(db, t);
    buf_text(sql, "SELECT ");
    add_names(sql, t);
    buf_text(sql, " FROM ");
    add_source(sql, db, t, waits);
    buf_text(sql, " ORDER BY ");
    if (audit)
        buf_text(sql, waits ? "seq NULLS LAST, wait_id" : "seq");
    else if (arrival && strcmp(t->name, "search_doc") == 0)
        buf_text(sql, "doc_id");
    else
        add_keys(sql, t);
}

struct walk {
    struct db *db;
    const struct catalog_table *table;
    catalog_row_fn *fn;
    void *arg;
    struct chain_end chain; /* audit: the entry before */
};

static struct value value_of(const struct rows *r, int column, enum value_kind kind)
{
    if (rows_is_null(r, column))
        return NUL;
    if (kind == VALUE_INT)
        return INT(rows_int(r, column));
    if (kind == VALUE_BYTES) {
        size_t size;
        const void *p = rows_bytes(r, column, &size);
        return BYTES(p, size);
    }
    return TEXT(rows_text(r, column));
}

static struct value *member(const struct catalog_table *t, struct value *values, const char *name)
{
    return &values[catalog_column_find(t, name) - t->columns];
}

/* An entry that no node has linked yet gets the place it would get now. */
static void link_here(struct walk *w, struct value *values, struct arena *a)
{
    const struct catalog_table *t = w->table;
    struct value *seq = member(t, values, "seq"), *prev = member(t, values, "prev_hash"), *hash = member(t, values, "hash");
    if (seq->kind == VALUE_NULL) {
        const struct audit_entry e = {
            .user_id = member(t, values, "user_id")->text,         .office_id = member(t, values, "office_id")->text,
            .action = member(t, values, "action")->text,           .object_kind = member(t, values, "object_kind")->text,
            .object_id = member(t, values, "object_id")->text,     .detail = member(t, values, "detail")->text,
        };
        *seq = INT(w->chain.seq + 1);
        *prev = TEXT(arena_strdup(a, w->chain.hash));
        *hash = TEXT(audit_hash(a, w->chain.hash, seq->number, member(t, values, "at")->text, &e));
    }
    w->chain.seq = seq->number;
    snprintf(w->chain.hash, sizeof w->chain.hash, "%s", hash->text);
}

/* -1 on failure, otherwise how many rows there were. */
static long long walk_rows(struct walk *w, struct rows *r, struct arena *a, struct err *err)
{
    const struct catalog_table *t = w->table;
    bool audit = strcmp(t->name, "audit") == 0;
    struct value values[COLUMNS_MAX];
    long long seen = 0;
    for (; rows_next(r); seen++) {
        for (size_t i = 0; i < t->column_count; i++)
            values[i] = value_of(r, (int)i, t->columns[i].kind);
        if (audit)
            link_here(w, values, a);
        if (!w->fn(w->arg, t, values, err))
            return -1;
        arena_reset(a);
    }
    return rows_failed(r) ? -1 : seen;
}

/* PostgreSQL hands over a whole result at once: a cursor keeps the pieces small. */
static bool walk_cursor(struct walk *w, const char *select, struct err *err)
{
    auto_arena *a = arena_new(), *names = arena_new();
    const char *cursor = arena_printf(names, "walk_%s", w->table->name);
    const char *fetch = arena_printf(names, "FETCH 2000 FROM %s", cursor);
    if (!db_script(w->db, err, arena_printf(names, "DECLARE %s NO SCROLL CURSOR FOR %s", cursor, select)))
        return false;
    for (long long seen = 1; seen > 0;) {
        auto_rows *r = db_query_values(w->db, a, err, fetch, NULL, 0);
        seen = r ? walk_rows(w, r, a, err) : -1;
        if (seen < 0)
            return false;
    }
    return db_script(w->db, err, arena_printf(names, "CLOSE %s", cursor)) && db_postgresql_forget(w->db, err);
}

bool catalog_walk(struct db *db, const struct catalog_table *t, bool arrival, catalog_row_fn *fn, void *arg, struct err *err)
{
    struct walk w = {.db = db, .table = t, .fn = fn, .arg = arg};
    auto_buf select = {0};
    make_select(&select, db, t, arrival);
    if (!db_is_sqlite(db))
        return walk_cursor(&w, select.data, err);
    auto_arena *a = arena_new();
    auto_rows *r = db_query_values(db, a, err, select.data, NULL, 0);
    return r && walk_rows(&w, r, a, err) >= 0;
}
