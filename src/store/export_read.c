/* export_read.c -- taking an export back, and checking it without any database. */
#include "store/export_read.h"

#include "store/backup.h"
#include "store/load.h"
#include "store/store_inside.h"

#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_MAX = 256 * 1024 * 1024 };

/* --- exact CSV --- */

static bool read_quoted(FILE *file, struct buf *cell)
{
    for (int c; (c = getc_unlocked(file)) != EOF && cell->size < CELL_MAX;) {
        if (c == '"') {
            int after = getc_unlocked(file);
            if (after != '"') {
                ungetc(after, file);
                return true;
            }
        }
        buf_char(cell, (char)c);
    }
    return false;
}

static bool read_bare(FILE *file, int first, struct buf *cell)
{
    int c = first;
    for (; c != EOF && c != ',' && c != '\r' && c != '\n' && cell->size < CELL_MAX; c = getc_unlocked(file))
        buf_char(cell, (char)c);
    ungetc(c, file);
    return c != EOF;
}

/* One cell and what follows it: ',' or '\n'; EOF when the file breaks off. */
static int read_cell(FILE *file, struct arena *a, struct buf *cell, struct export_cell *ret)
{
    buf_cut(cell, 0);
    int c = getc_unlocked(file);
    bool quoted = c == '"';
    if (!(quoted ? read_quoted(file, cell) : read_bare(file, c, cell)))
        return EOF;
    *ret = (struct export_cell){quoted || cell->size ? arena_copy(a, cell->size ? cell->data : "", cell->size) : NULL, cell->size};
    c = getc_unlocked(file);
    return c == '\r' ? getc_unlocked(file) : c;
}

long export_read_row(FILE *file, struct arena *a, struct export_cell *cells, size_t room)
{
    auto_buf cell = {0};
    int c = getc_unlocked(file);
    if (c == EOF)
        return ferror(file) ? -1 : 0;
    ungetc(c, file);
    for (size_t n = 0; n < room;) {
        c = read_cell(file, a, &cell, &cells[n++]);
        if (c == '\n')
            return (long)n;
        if (c != ',')
            return -1;
    }
    return -1;
}

/* --- the folder --- */

struct import {
    const char *folder;
    json_t *manifest;
    struct arena *arena;
};

static bool changed(struct err *err, const char *file)
{
    return err_set(err, ERR_INPUT, "backup.changed", "%.80s", file);
}

static FILE *open_in(const struct import *m, const char *name, struct err *err)
{
    FILE *file = fopen(arena_printf(m->arena, "%s/%s", m->folder, name), "rbe");
    if (!file)
        err_set(err, ERR_INPUT, "backup.cannot_read", "%.80s: errno %d", name, errno);
    return file;
}

static bool hash_file(const struct import *m, const char *name, char hex[65], struct err *err)
{
    FILE *file = open_in(m, name, err);
    if (!file)
        return false;
    unsigned char piece[65536], hash[32];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;)
        crypto_generichash_update(&state, piece, n);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, 65, hash, sizeof hash);
    fclose(file);
    return true;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* A name from outside becomes a path only when it is the table's own. */
static bool check_file(const struct import *m, const json_t *entry, struct err *err)
{
    char hex[65];
    const char *table = text_of(entry, "table"), *file = text_of(entry, "file");
    if (!*table || strspn(table, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(table) ||
        strcmp(file, arena_printf(m->arena, "%s.csv", table)) != 0)
        return changed(err, "manifest.json");
    if (!hash_file(m, file, hex, err))
        return false;
    return strcmp(hex, text_of(entry, "blake2b_256")) == 0 || changed(err, file);
}

static bool read_manifest(struct import *m, struct err *err)
{
    FILE *file = open_in(m, "manifest.json", err);
    if (!file)
        return false;
    m->manifest = json_loadf(file, 0, NULL);
    fclose(file);
    if (strcmp(text_of(m->manifest, "format"), "RENKEI-EXPORT 1") != 0)
        return err_set(err, ERR_INPUT, "backup.not_a_backup", "manifest.json");
    size_t i;
    const json_t *entry;
    json_array_foreach(json_object_get(m->manifest, "tables"), i, entry) if (!check_file(m, entry, err)) return false;
    return true;
}

/* --- taking it back --- */

static bool set_value(const struct export_cell *cell, enum value_kind kind, struct arena *a, struct value *ret)
{
    char *end;
    if (!cell->text) {
        *ret = NUL;
    } else if (kind == VALUE_INT) {
        errno = 0;
        *ret = INT(strtoll(cell->text, &end, 10));
        return errno == 0 && *cell->text && !*end;
    } else if (kind == VALUE_BYTES) {
        size_t size = 0;
        unsigned char *bytes = arena_alloc(a, cell->size / 2 + 1);
        bool ok = cell->text[0] == 'x' &&
                  sodium_hex2bin(bytes, cell->size / 2 + 1, cell->text + 1, cell->size - 1, NULL, &size, NULL) == 0;
        *ret = BYTES(bytes, size);
        return ok;
    } else {
        *ret = TEXT(cell->text);
        return strlen(cell->text) == cell->size;
    }
    return true;
}

static bool bad_row(struct err *err, const char *table, long long row)
{
    return err_set(err, ERR_INPUT, "backup.bad_row", "%.60s row %lld", table, row);
}

static bool feed_rows(struct loader *l, FILE *file, const char *table, size_t columns, long long expected, struct err *err)
{
    auto_arena *a = arena_new();
    struct export_cell cells[COLUMNS_MAX];
    struct value values[COLUMNS_MAX];
    long long rows = 0;
    for (long n; (n = export_read_row(file, a, cells, COLUMNS_MAX)) != 0; rows++) {
        if (n < 0 || (size_t)n != columns)
            return bad_row(err, table, rows + 1);
        for (size_t i = 0; i < columns; i++)
            if (!set_value(&cells[i], load_kind(l, i), a, &values[i]))
                return bad_row(err, table, rows + 1);
        if (!load_row(l, values, err))
            return false;
        arena_reset(a);
    }
    return rows == expected || bad_row(err, table, rows);
}

static bool feed_table(struct loader *l, const struct import *m, const json_t *entry, struct err *err)
{
    const char *table = text_of(entry, "table"), *names[COLUMNS_MAX];
    struct export_cell head[COLUMNS_MAX];
    FILE *file = open_in(m, text_of(entry, "file"), err);
    if (!file)
        return false;
    long columns = export_read_row(file, m->arena, head, COLUMNS_MAX);
    bool ok = columns > 0 || bad_row(err, table, 0);
    for (long i = 0; i < columns; i++)
        names[i] = head[i].text ? head[i].text : "";
    ok = ok && load_table(l, table, names, (size_t)columns, err) &&
         feed_rows(l, file, table, (size_t)columns, json_integer_value(json_object_get(entry, "rows")), err);
    fclose(file);
    return ok;
}

static bool feed(struct loader *l, void *arg, struct err *err)
{
    const struct import *m = arg;
    size_t i;
    const json_t *entry;
    json_array_foreach(json_object_get(m->manifest, "tables"), i, entry) if (!feed_table(l, m, entry, err)) return false;
    return true;
}

static struct load_source source_of(struct import *m)
{
    const json_t *known = json_object_get(m->manifest, "migrations");
    size_t count = json_array_size(known);
    long long *numbers = NEW_ARRAY(m->arena, count + 1, long long);
    for (size_t i = 0; i < count; i++)
        numbers[i] = json_integer_value(json_array_get(known, i));
    return (struct load_source){.numbers = numbers, .number_count = count, .feed = feed, .arg = m,
                                .fingerprint = text_of(m->manifest, "fingerprint")};
}

bool export_restore(struct store *s, const char *folder, bool replace, const struct migration_list *migrations,
                    struct backup_result *ret, struct err *err)
{
    auto_arena *a = arena_new();
    struct import m = {.folder = folder, .arena = a};
    bool ok = read_manifest(&m, err);
    if (ok) {
        struct load_source source = source_of(&m);
        ok = load_store(s, migrations, replace, &source, ret, err);
    }
    json_decref(m.manifest);
    return ok;
}

/* --- checking it --- */

/* Where the members of an entry stand in a row of audit.csv. */
enum { SEQ, AT, USER_ID, OFFICE_ID, ACTION, OBJECT_KIND, OBJECT_ID, DETAIL, PREV_HASH, HASH, MEMBERS };
static const char *const member_names[MEMBERS] = {"seq",         "at",        "user_id", "office_id", "action",
                                                  "object_kind", "object_id", "detail",  "prev_hash", "hash"};

static bool find_members(FILE *file, struct arena *a, long place[MEMBERS])
{
    struct export_cell head[COLUMNS_MAX];
    long columns = export_read_row(file, a, head, COLUMNS_MAX);
    for (int m = 0; m < MEMBERS; m++) {
        place[m] = -1;
        for (long i = 0; i < columns; i++)
            if (head[i].text && strcmp(head[i].text, member_names[m]) == 0)
                place[m] = i;
        if (place[m] < 0)
            return false;
    }
    return true;
}

static bool check_entry(const struct export_cell *cells, const long place[MEMBERS], struct audit_link_end *end, struct err *err)
{
    const char *at[MEMBERS];
    for (int m = 0; m < MEMBERS; m++)
        at[m] = cells[place[m]].text ? cells[place[m]].text : "";
    const struct audit_entry e = {.user_id = at[USER_ID], .office_id = at[OFFICE_ID], .action = at[ACTION], .object_kind = at[OBJECT_KIND],
                                  .object_id = at[OBJECT_ID], .detail = at[DETAIL]};
    struct audit_report report = {0};
    if (audit_fits(end, atoll(at[SEQ]), at[AT], &e, at[PREV_HASH], at[HASH], &report))
        return true;
    return err_set(err, ERR_INPUT, "backup.chain", "seq=%lld", report.broken_seq);
}

static bool check_chain(FILE *file, struct err *err)
{
    auto_arena *a = arena_new();
    long place[MEMBERS], n;
    struct export_cell cells[COLUMNS_MAX];
    struct audit_link_end end = {0};
    if (!find_members(file, a, place))
        return bad_row(err, "audit", 0);
    while ((n = export_read_row(file, a, cells, COLUMNS_MAX)) != 0) {
        if (n < MEMBERS)
            return bad_row(err, "audit", end.seq + 1);
        if (!check_entry(cells, place, &end, err))
            return false;
        arena_reset(a);
    }
    return true;
}

/* The chain is looked at first: it says which entry was changed, the hash of the file only that something was. */
bool export_verify(const char *folder, struct arena *a, struct err *err)
{
    struct import m = {.folder = folder, .arena = a};
    if (sodium_init() < 0)
        return err_set(err, ERR_BROKEN, "store.failed", "sodium_init");
    FILE *file = open_in(&m, "audit.csv", err);
    if (!file)
        return false;
    bool ok = check_chain(file, err);
    fclose(file);
    ok = ok && read_manifest(&m, err);
    json_decref(m.manifest);
    return ok;
}
