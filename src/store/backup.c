/* backup.c -- a backup: every table's rows in one consistent view, as frames of backup_file.h.
 *
 * A frame's text begins with a letter: H what it is, M the migrations that had run, T a table and its columns, R rows of the table,
 * E the end with the counts.  A cell is a letter (N nothing, T text, I number, B bytes) and its content. */
#include "store/backup.h"

#include "base/buf.h"
#include "store/backup_file.h"
#include "store/catalog.h"
#include "store/load.h"
#include "store/store_inside.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_SIZE = 256 * 1024, WATCH_ROWS = 5000 };

/* --- cells --- */

static void put_number(struct buf *out, unsigned long long n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_char(out, (char)(n >> (8 * i)));
}

static void put_text(struct buf *out, const char *text, size_t size)
{
    put_number(out, size, 4);
    buf_bytes(out, text, size);
}

static void put_cell(struct buf *out, const struct value *v)
{
    switch (v->kind) {
    case VALUE_TEXT:
        buf_char(out, 'T');
        put_text(out, v->text, strlen(v->text));
        return;
    case VALUE_INT:
        buf_char(out, 'I');
        put_number(out, (unsigned long long)v->number, 8);
        return;
    case VALUE_BYTES:
        buf_char(out, 'B');
        put_text(out, v->text, v->size);
        return;
    case VALUE_NULL: break;
    }
    buf_char(out, 'N');
}

struct cursor {
    const char *at, *end;
    bool bad;
};

static unsigned long long get_number(struct cursor *c, int bytes)
{
    unsigned long long n = 0;
    if (c->end - c->at < bytes)
        c->bad = true;
    for (int i = 0; i < bytes && !c->bad; i++)
        n |= (unsigned long long)(unsigned char)*c->at++ << (8 * i);
    return n;
}

static const char *get_text(struct cursor *c, struct arena *a, size_t *ret_size)
{
    size_t size = get_number(c, 4);
    if (c->bad || (size_t)(c->end - c->at) < size) {
        c->bad = true;
        size = 0;
    }
    const char *text = arena_copy(a, c->bad ? "" : c->at, size);
    c->at += size;
    *ret_size = size;
    return text;
}

static struct value get_cell(struct cursor *c, struct arena *a)
{
    size_t size;
    const char *text;
    switch (get_number(c, 1)) {
    case 'N': return NUL;
    case 'I': return INT((long long)get_number(c, 8));
    case 'T': return TEXT(get_text(c, a, &size));
    case 'B': text = get_text(c, a, &size); return BYTES(text, size);
    default: c->bad = true; return NUL;
    }
}

/* --- writing --- */

struct writing {
    struct backup_writer *file;
    const struct backup_watch *watch;
    struct buf rows;
    struct backup_result result;
};

static bool flush_rows(struct writing *w, struct err *err)
{
    bool ok = w->rows.size <= 1 || backup_frame(w->file, &w->rows, false, err);
    buf_cut(&w->rows, 0);
    buf_char(&w->rows, 'R');
    return ok;
}

static bool write_row(void *arg, const struct catalog_table *t, const struct value *values, struct err *err)
{
    struct writing *w = arg;
    for (size_t i = 0; i < t->column_count; i++)
        put_cell(&w->rows, &values[i]);
    if (++w->result.rows % WATCH_ROWS == 0 && w->watch && !w->watch->go_on(w->watch->arg, w->result.rows))
        return err_set(err, ERR_CONFLICT, "backup.stopped", "after %lld rows", w->result.rows);
    return w->rows.size < FRAME_SIZE || flush_rows(w, err);
}

static bool write_table(struct writing *w, struct db *db, const struct catalog_table *t, struct err *err)
{
    auto_buf head = {0};
    buf_char(&head, 'T');
    put_text(&head, t->name, strlen(t->name));
    put_number(&head, t->column_count, 4);
    for (size_t i = 0; i < t->column_count; i++)
        put_text(&head, t->columns[i].name, strlen(t->columns[i].name));
    w->result.tables++;
    return backup_frame(w->file, &head, false, err) && catalog_walk(db, t, true, write_row, w, err) && flush_rows(w, err);
}

static bool write_head(struct writing *w, struct db *db, struct arena *a, struct err *err)
{
    char at[32];
    long long *numbers;
    size_t count;
    real_utc(at);
    auto_buf head = {0}, known = {0};
    buf_printf(&head, "Hrenkei " RENKEI_VERSION " %s", at);
    if (!migration_numbers(db, a, &numbers, &count, err))
        return false;
    buf_char(&known, 'M');
    for (size_t i = 0; i < count; i++)
        put_number(&known, (unsigned long long)numbers[i], 8);
    return backup_frame(w->file, &head, false, err) && backup_frame(w->file, &known, false, err);
}

static bool write_all(struct db *db, void *arg, struct err *err)
{
    struct writing *w = arg;
    auto_arena *a = arena_new();
    struct catalog c;
    if (!catalog_read(db, a, &c, err) || !write_head(w, db, a, err))
        return false;
    flush_rows(w, err);
    for (size_t i = 0; i < c.count; i++)
        if (!write_table(w, db, &c.tables[i], err))
            return false;
    if (!fingerprint_in(db, w->result.fingerprint, err))
        return false;
    auto_buf end = {0};
    buf_char(&end, 'E');
    put_number(&end, (unsigned long long)w->result.tables, 8);
    put_number(&end, (unsigned long long)w->result.rows, 8);
    put_text(&end, w->result.fingerprint, strlen(w->result.fingerprint));
    return backup_frame(w->file, &end, true, err);
}

bool backup_write_watched(struct store *s, const char *path, const char *passphrase, const struct backup_watch *watch,
                          struct backup_result *ret, struct err *err)
{
    struct writing w = {.file = backup_create(path, passphrase, err), .watch = watch};
    if (!w.file)
        return false;
    bool ok = store_view(s, write_all, &w, err);
    buf_free(&w.rows);
    if (!ok) {
        backup_abandon(w.file);
        return false;
    }
    w.result.bytes = backup_finish(w.file, err);
    if (w.result.bytes < 0)
        return false;
    if (ret)
        *ret = w.result;
    return true;
}

bool backup_write(struct store *s, const char *path, const char *passphrase, struct backup_result *ret, struct err *err)
{
    return backup_write_watched(s, path, passphrase, NULL, ret, err);
}

/* --- restoring --- */

struct reading {
    const char *path, *passphrase;
    struct arena *arena;
    long long *numbers;
    size_t number_count;
    /* while walking */
    struct loader *loader; /* NULL: only checking */
    size_t column_count;
    long long tables, rows;
    const char *fingerprint; /* "" when the backup carries none */
    bool ended;
};

static bool damaged(struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "backup.damaged", "%s", what);
}

static bool read_known(struct reading *r, struct cursor *c)
{
    r->number_count = (size_t)(c->end - c->at) / 8;
    r->numbers = NEW_ARRAY(r->arena, r->number_count + 1, long long);
    for (size_t i = 0; i < r->number_count; i++)
        r->numbers[i] = (long long)get_number(c, 8);
    return true;
}

static bool read_table(struct reading *r, struct cursor *c, struct arena *a, struct err *err)
{
    size_t size;
    const char *columns[COLUMNS_MAX];
    const char *name = get_text(c, a, &size);
    size_t count = get_number(c, 4);
    if (c->bad || count == 0 || count > COLUMNS_MAX)
        return damaged(err, "table");
    for (size_t i = 0; i < count; i++)
        columns[i] = get_text(c, a, &size);
    r->column_count = count;
    r->tables++;
    return !c->bad && (!r->loader || load_table(r->loader, name, columns, count, err));
}

static bool read_rows(struct reading *r, struct cursor *c, struct arena *a, struct err *err)
{
    struct value values[COLUMNS_MAX];
    if (r->column_count == 0)
        return damaged(err, "rows before a table");
    while (c->at < c->end) {
        for (size_t i = 0; i < r->column_count; i++)
            values[i] = get_cell(c, a);
        if (c->bad)
            return damaged(err, "row");
        r->rows++;
        if (r->loader && !load_row(r->loader, values, err))
            return false;
        arena_reset(a);
    }
    return true;
}

/* Version 1 began without a fingerprint at its end. */
static bool read_end(struct reading *r, struct cursor *c, struct err *err)
{
    size_t size = 0;
    r->ended = true;
    if ((long long)get_number(c, 8) != r->tables || (long long)get_number(c, 8) != r->rows)
        return damaged(err, "counts");
    r->fingerprint = c->at < c->end ? get_text(c, r->arena, &size) : "";
    return !c->bad && (size == 0 || size == 64);
}

static bool read_frame(struct reading *r, struct cursor *c, struct arena *a, struct err *err)
{
    switch (get_number(c, 1)) {
    case 'H': return true;
    case 'M': return r->loader ? true : read_known(r, c);
    case 'T': return read_table(r, c, a, err) || (err->kind ? false : damaged(err, "table"));
    case 'R': return read_rows(r, c, a, err);
    case 'E': return read_end(r, c, err);
    default: return damaged(err, "frame");
    }
}

static bool read_file(struct reading *r, struct err *err)
{
    auto_arena *a = arena_new();
    struct err own = {0};
    struct backup_reader *file = backup_open(r->path, r->passphrase, &own);
    const char *text;
    size_t size;
    r->tables = r->rows = 0;
    r->column_count = 0;
    r->ended = false;
    bool ok = file != NULL;
    while (ok && backup_next(file, &text, &size, &own)) {
        struct cursor c = {text, text + size, false};
        ok = !r->ended && read_frame(r, &c, a, &own) && !c.bad;
        arena_reset(a);
    }
    backup_close(file);
    if (!own.kind && (!ok || !r->ended))
        damaged(&own, "not to the end");
    if (own.kind)
        *err = own;
    return own.kind == ERR_NONE;
}

static bool feed(struct loader *l, void *arg, struct err *err)
{
    struct reading *r = arg;
    r->loader = l;
    return read_file(r, err);
}

bool backup_restore(struct store *s, const char *path, const char *passphrase, bool replace, const struct migration_list *migrations,
                    struct backup_result *ret, struct err *err)
{
    struct err own = {0};
    auto_arena *a = arena_new();
    struct reading r = {.path = path, .passphrase = passphrase, .arena = a};
    bool ok = read_file(&r, &own); /* the whole file is checked before anything is touched */
    struct load_source source = {.numbers = r.numbers, .number_count = r.number_count, .feed = feed, .arg = &r, .fingerprint = r.fingerprint};
    ok = ok && load_store(s, migrations, replace, &source, ret, &own);
    if (!ok && err)
        *err = own;
    return ok;
}

/* --- the fingerprint --- */

struct print {
    crypto_generichash_state state;
    struct buf cells;
};

static bool print_row(void *arg, const struct catalog_table *t, const struct value *values, struct err *err)
{
    (void)err;
    struct print *p = arg;
    buf_cut(&p->cells, 0);
    for (size_t i = 0; i < t->column_count; i++)
        put_cell(&p->cells, &values[i]);
    crypto_generichash_update(&p->state, (const unsigned char *)p->cells.data, p->cells.size);
    return true;
}

static void print_head(struct print *p, const struct catalog_table *t)
{
    buf_cut(&p->cells, 0);
    put_text(&p->cells, t->name, strlen(t->name));
    for (size_t i = 0; i < t->column_count; i++)
        put_text(&p->cells, t->columns[i].name, strlen(t->columns[i].name));
    crypto_generichash_update(&p->state, (const unsigned char *)p->cells.data, p->cells.size);
}

/* When each migration ran is not part of what the store holds. */
static bool print_all(struct db *db, struct print *p, struct err *err)
{
    auto_arena *a = arena_new();
    struct catalog c;
    if (!catalog_read(db, a, &c, err))
        return false;
    for (size_t i = 0; i < c.count; i++) {
        if (strcmp(c.tables[i].name, "migration") == 0)
            continue;
        print_head(p, &c.tables[i]);
        if (!catalog_walk(db, &c.tables[i], false, print_row, p, err))
            return false;
    }
    return true;
}

bool fingerprint_in(struct db *db, char ret_hex[65], struct err *err)
{
    unsigned char hash[32];
    struct print p = {0};
    crypto_generichash_init(&p.state, NULL, 0, sizeof hash);
    bool ok = print_all(db, &p, err);
    buf_free(&p.cells);
    crypto_generichash_final(&p.state, hash, sizeof hash);
    sodium_bin2hex(ret_hex, 65, hash, sizeof hash);
    return ok;
}

static bool view_fingerprint(struct db *db, void *arg, struct err *err)
{
    return fingerprint_in(db, arg, err);
}

bool store_fingerprint(struct store *s, struct arena *a, const char **ret_hex, struct err *err)
{
    char *hex = arena_alloc(a, 65);
    if (!store_view(s, view_fingerprint, hex, err))
        return false;
    *ret_hex = hex;
    return true;
}
