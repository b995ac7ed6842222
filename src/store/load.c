#include "store/load.h"

#include "base/buf.h"
#include "store/store_inside.h"
#include "store/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    INDEX_ROWS = 1000,      /* documents indexed in one go */
    COPY_SIZE = 64 * 1024, /* bytes sent to PostgreSQL at a time */
};

struct loader {
    struct db *db;
    struct arena *arena;
    struct catalog catalog;
    const struct catalog_table *table;
    const struct catalog_column *columns[COLUMNS_MAX];
    size_t column_count;
    char *insert;    /* SQLite */
    bool is_copying; /* PostgreSQL: rows go out as the text of COPY */
    struct buf copy;
    bool is_search;
    size_t place[4]; /* search_doc: where kind, id, office_id and body stand */
    long long tables, rows;
};

static const char *const search_columns[4] = {"kind", "id", "office_id", "body"};

struct load {
    const struct migration_list *migrations;
    const struct load_source *source;
    bool replace;
    struct backup_result result;
};

/* --- before and after --- */

static bool drop_all(struct db *db, const struct catalog *c, struct arena *a, struct err *err)
{
    if (!db_script(db, err, "DROP VIEW IF EXISTS tally_now; DROP VIEW IF EXISTS audit_now; DROP TABLE IF EXISTS tally_wait;"
                            "DROP TABLE IF EXISTS tally_year; DROP TABLE IF EXISTS audit_wait"))
        return false;
    if (db_is_sqlite(db) && !db_script(db, err, "PRAGMA defer_foreign_keys = ON; DROP TABLE IF EXISTS search_gram;"
                                             "DROP TABLE IF EXISTS search_wait"))
        return false;
    for (size_t i = 0; i < c->count; i++)
        if (!db_script(db, err, arena_printf(a, "DROP TABLE \"%s\"%s", c->tables[i].name, db_is_sqlite(db) ? "" : " CASCADE")))
            return false;
    return db_script(db, err, "DROP TABLE IF EXISTS session; DROP TABLE IF EXISTS map_cell; DROP TABLE IF EXISTS map_changed");
}

static bool make_room(struct db *db, bool replace, struct arena *a, struct err *err)
{
    struct catalog c;
    if (!catalog_read(db, a, &c, err))
        return false;
    if (c.count == 0)
        return true;
    if (!replace)
        return err_set(err, ERR_CONFLICT, "backup.not_empty", "%zu tables", c.count);
    return drop_all(db, &c, a, err);
}

/* Rows refer to each other in any order until the end. */
static bool defer_references(struct db *db, struct err *err)
{
    if (db_is_sqlite(db))
        return db_script(db, err, "PRAGMA defer_foreign_keys = ON");
    return db_script(db, err,
                     "DO $do$ DECLARE c RECORD; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint"
                     " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace LOOP"
                     " EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', c.t, c.conname);"
                     " END LOOP; END $do$");
}

static bool check_references(struct db *db, struct err *err)
{
    if (db_is_sqlite(db))
        return true; /* COMMIT does */
    return db_script(db, err,
                     "SET CONSTRAINTS ALL IMMEDIATE;"
                     "DO $do$ DECLARE c RECORD; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint"
                     " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace LOOP"
                     " EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', c.t, c.conname); END LOOP; END $do$");
}

/* Migrations bring rows of their own (areas); the data has them too. */
static bool empty_tables(struct db *db, const struct catalog *c, struct arena *a, struct err *err)
{
    for (size_t i = 0; i < c->count; i++)
        if (!db_script(db, err, arena_printf(a, "DELETE FROM \"%s\"", c->tables[i].name)))
            return false;
    return true;
}

/* --- rows --- */

static char *make_insert(const struct loader *l)
{
    struct buf sql = {0};
    buf_printf(&sql, "INSERT INTO \"%s\" (", l->table->name);
    for (size_t i = 0; i < l->column_count; i++)
        buf_printf(&sql, "%s\"%s\"", i ? ", " : "", l->columns[i]->name);
    buf_text(&sql, ") VALUES (");
    for (size_t i = 0; i < l->column_count; i++)
        buf_printf(&sql, "%s$%zu", i ? ", " : "", i + 1);
    buf_char(&sql, ')');
    return sql.data;
}

/* --- PostgreSQL: a statement for each row would be a round trip for each row --- */

static bool begin_copy(struct loader *l, struct err *err)
{
    auto_buf sql = {0};
    buf_printf(&sql, "COPY \"%s\" (", l->table->name);
    for (size_t i = 0; i < l->column_count; i++)
        buf_printf(&sql, "%s\"%s\"", i ? ", " : "", l->columns[i]->name);
    buf_text(&sql, l->is_search ? ", grams) FROM STDIN" : ") FROM STDIN");
    l->is_copying = db_postgresql_copy(l->db, err, sql.data);
    return l->is_copying;
}

static bool send_copy(struct loader *l, struct err *err)
{
    bool ok = l->copy.size == 0 || db_postgresql_copy_put(l->db, err, l->copy.data, l->copy.size);
    buf_cut(&l->copy, 0);
    return ok;
}

static bool end_copy(struct loader *l, bool whole, struct err *err)
{
    if (!l->is_copying)
        return true;
    l->is_copying = false;
    whole = whole && send_copy(l, err);
    return db_postgresql_copy_end(l->db, err, whole) && whole;
}

static void copy_bytes(struct buf *out, const char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    buf_text(out, "\\\\x");
    for (size_t i = 0; i < size; i++) {
        buf_char(out, digits[(unsigned char)bytes[i] >> 4]);
        buf_char(out, digits[(unsigned char)bytes[i] & 15]);
    }
}

static void copy_value(struct buf *out, const struct value *v)
{
    switch (v->kind) {
    case VALUE_TEXT: db_postgresql_copy_text(out, v->text); return;
    case VALUE_INT: buf_printf(out, "%lld", v->number); return;
    case VALUE_BYTES: copy_bytes(out, v->text, v->size); return;
    case VALUE_NULL: buf_text(out, "\\N");
    }
}

static bool copy_row(struct loader *l, const struct value *values, const char *grams, struct err *err)
{
    for (size_t i = 0; i < l->column_count; i++) {
        if (i)
            buf_char(&l->copy, '\t');
        copy_value(&l->copy, &values[i]);
    }
    if (grams) {
        buf_char(&l->copy, '\t');
        db_postgresql_copy_text(&l->copy, grams);
    }
    buf_char(&l->copy, '\n');
    return l->copy.size < COPY_SIZE || send_copy(l, err);
}

/* --- rows --- */

static bool find_search_places(struct loader *l, struct err *err)
{
    size_t found = 0;
    for (size_t k = 0; k < 4; k++)
        for (size_t i = 0; i < l->column_count; i++)
            if (strcmp(l->columns[i]->name, search_columns[k]) == 0) {
                l->place[k] = i;
                found++;
            }
    return found == 4 || err_set(err, ERR_INPUT, "backup.damaged", "search_doc");
}

bool load_table(struct loader *l, const char *table, const char *const *columns, size_t count, struct err *err)
{
    if (!end_copy(l, true, err))
        return false;
    l->table = catalog_find(&l->catalog, table);
    if (!l->table || count == 0 || count > COLUMNS_MAX)
        return err_set(err, ERR_INPUT, "backup.unknown_table", "%.60s", table);
    l->column_count = count;
    for (size_t i = 0; i < count; i++) {
        l->columns[i] = catalog_column_find(l->table, columns[i]);
        if (!l->columns[i])
            return err_set(err, ERR_INPUT, "backup.unknown_table", "%.60s.%.60s", table, columns[i]);
    }
    l->is_search = strcmp(table, "search_doc") == 0;
    l->tables++;
    if (l->is_search && !find_search_places(l, err))
        return false;
    if (!db_is_sqlite(l->db))
        return begin_copy(l, err);
    free(l->insert);
    l->insert = make_insert(l);
    return true;
}

enum value_kind load_kind(const struct loader *l, size_t column)
{
    return l->columns[column]->kind;
}

static bool load_search(struct loader *l, const struct value *values, struct err *err)
{
    const char *texts[4];
    for (size_t k = 0; k < 4; k++) {
        texts[k] = values[l->place[k]].text;
        if (!texts[k])
            return err_set(err, ERR_INPUT, "backup.damaged", "search_doc");
    }
    if (l->is_copying) {
        char *grams = search_grams(texts[0], texts[2], texts[3]);
        bool ok = copy_row(l, values, grams, err);
        free(grams);
        return ok;
    }
    return search_load(l->db, texts[0], texts[1], texts[2], texts[3], err) && (l->rows % INDEX_ROWS || search_index(l->db, INDEX_ROWS, err) >= 0);
}

bool load_row(struct loader *l, const struct value *values, struct err *err)
{
    if (!l->table)
        return err_set(err, ERR_INPUT, "backup.damaged", "a row before its table");
    l->rows++;
    if (l->is_search)
        return load_search(l, values, err);
    if (l->is_copying)
        return copy_row(l, values, NULL, err);
    return db_run_values(l->db, err, l->insert, values, l->column_count) >= 0;
}

/* --- all of it --- */

/* The copy must end in any case: the connection takes nothing else before. */
static bool feed_all(struct loader *l, const struct load_source *source, struct err *err)
{
    struct err ignored = {0};
    bool ok = source->feed(l, source->arg, err);
    return end_copy(l, ok, ok ? err : &ignored) && ok && search_index(l->db, INDEX_ROWS, err) >= 0;
}

static bool check_fingerprint(struct loader *l, const struct load_source *source, struct backup_result *result, struct err *err)
{
    if (!fingerprint_in(l->db, result->fingerprint, err))
        return false;
    return !*source->fingerprint || strcmp(source->fingerprint, result->fingerprint) == 0 ||
           err_set(err, ERR_BROKEN, "backup.differs", "written %.16s, restored %.16s", source->fingerprint, result->fingerprint);
}

/* What takes a person a second may take a city's data minutes. */
static bool be_patient(struct db *db, struct err *err)
{
    return db_is_sqlite(db) || db_script(db, err, "SET LOCAL statement_timeout = 0");
}

static bool fill(struct loader *l, struct load *load, struct err *err)
{
    struct db *db = l->db;
    return be_patient(db, err) && make_room(db, load->replace, l->arena, err) &&
           migrate_in_write(db, load->migrations, load->source->numbers, load->source->number_count, err) &&
           catalog_read(db, l->arena, &l->catalog, err) && defer_references(db, err) &&
           empty_tables(db, &l->catalog, l->arena, err) && feed_all(l, load->source, err) && check_references(db, err) &&
           check_fingerprint(l, load->source, &load->result, err) && migrate_in_write(db, load->migrations, NULL, 0, err) &&
           tally_fill_years(db, err);
}

static bool load_in_write(struct db *db, void *arg, struct err *err)
{
    struct load *load = arg;
    auto_arena *a = arena_new();
    struct loader *l = xcalloc(1, sizeof *l);
    l->db = db;
    l->arena = a;
    bool ok = fill(l, load, err);
    load->result.tables = l->tables;
    load->result.rows = l->rows;
    free(l->insert);
    buf_free(&l->copy);
    free(l);
    return ok;
}

bool load_store(struct store *s, const struct migration_list *migrations, bool replace, const struct load_source *source,
                struct backup_result *ret, struct err *err)
{
    for (size_t i = 0; i < source->number_count; i++)
        if (!migration_is_known(migrations, source->numbers[i]))
            return err_set(err, ERR_CONFLICT, "backup.newer", "migration %lld", source->numbers[i]);
    struct load load = {.migrations = migrations, .source = source, .replace = replace};
    if (!store_write_alone(s, load_in_write, &load, err))
        return false;
    if (ret)
        *ret = load.result;
    return true;
}
