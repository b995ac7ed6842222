#include "features/facility/facility_import.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/date.h"
#include "base/text.h"
#include "features/feature_list.h"
#include "output/spreadsheet.h"
#include "store/audit.h"
#include "store/search.h"
#include "web/app.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NATIONWIDE_PREFECTURES = 10, PREFECTURES = 48, SERVICES = 64 };

/* One file on its way in. */
struct import {
    const char *path, *format;
    struct arena *arena;      /* the caller's: notes */
    struct arena *file;       /* until this run of the write ends: seen keys, areas, headers */
    struct facility_report *report;
    struct facility_columns columns;
    struct known_areas areas;
    void *seen;               /* tree of `struct seen`, by key */
    void *municipalities;     /* tree of "service/code" in the file */
    bool prefectures[PREFECTURES];
    const char *services[SERVICES];
    size_t service_count;
    const char *now;
};

struct seen {
    const char *key;
    long row;
};

static int by_key(const void *x, const void *y)
{
    return strcmp(((const struct seen *)x)->key, ((const struct seen *)y)->key);
}

static int by_text(const void *x, const void *y)
{
    return strcmp(x, y);
}

static void keep_node(void *node)
{
    (void)node; /* lives in the file's arena */
}

static void add_note(struct import *m, long row, const char *column, const char *reason, bool refused)
{
    struct facility_report *r = m->report;
    if (r->note_count == r->note_room) {
        size_t room = r->note_room ? r->note_room * 2 : 64;
        struct row_note *notes = NEW_ARRAY(m->arena, room, struct row_note);
        if (r->note_count)
            memcpy(notes, r->notes, r->note_count * sizeof *notes);
        r->notes = notes;
        r->note_room = room;
    }
    r->notes[r->note_count++] = (struct row_note){.row = row, .column = arena_strdup(m->arena, column),
                                                  .reason = arena_strdup(m->arena, reason), .refused = refused};
}

static bool load_areas(struct db *db, struct import *m, struct err *err)
{
    size_t room = (size_t)db_int(db, err, 0, "SELECT COUNT(*) FROM area");
    struct known_area *items = NEW_ARRAY(m->file, room + 1, struct known_area);
    auto_rows *r = db_query(db, m->file, err,
                            "SELECT c.code, p.name, c.lat, c.lng FROM area c JOIN area p ON c.path LIKE p.code || '/%' "
                            "AND p.kind = 'prefecture' ORDER BY c.code");
    if (!r)
        return false;
    while (m->areas.count < room && rows_next(r))
        items[m->areas.count++] = (struct known_area){rows_text(r, 0), rows_text(r, 1), (long)rows_int(r, 2), (long)rows_int(r, 3)};
    m->areas.items = items;
    return !rows_failed(r);
}

static struct value number_or_null(long n)
{
    return n == FIELD_BLANK ? NUL : INT(n);
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static bool put_search(struct db *db, const struct facility *f, struct arena *a, struct err *err)
{
    const char *text = arena_printf(a, "%s %s %s %s %s %s %s", or_empty(f->name), or_empty(f->kana), or_empty(f->address),
                                    or_empty(f->corporation), code_label("care_service", f->service_code), f->office_number,
                                    text_digits(a, or_empty(f->phone)));
    return search_put(db, "facility", f->id, "", text, err);
}

static bool insert(struct db *db, const struct import *m, const struct facility *f, struct arena *a, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO facility (id, source, source_key, service_code, office_number, name, kana, corporation, corporation_number, "
                  "area_code, address, building, phone, fax, lat, lng, capacity, url, days, note, raw, is_listed, imported_at, file_name) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 1, $22, $23)",
                  TEXT(f->id), TEXT(f->source), TEXT(f->source_key), TEXT(f->service_code), TEXT(f->office_number), TEXT(f->name),
                  TEXT(or_empty(f->kana)), TEXT(or_empty(f->corporation)), TEXT(or_empty(f->corporation_number)), TEXT(f->area_code),
                  TEXT(or_empty(f->address)), TEXT(or_empty(f->building)), TEXT(or_empty(f->phone)), TEXT(or_empty(f->fax)),
                  number_or_null(f->latitude), number_or_null(f->longitude), number_or_null(f->capacity), TEXT(or_empty(f->url)),
                  TEXT(or_empty(f->days)), TEXT(or_empty(f->note)), TEXT(f->raw), TEXT(m->now), TEXT(m->path)) == 1 &&
           put_search(db, f, a, err);
}

/* Columns that the file has not keep what is known. */
static bool update(struct db *db, const struct import *m, const struct facility *f, struct arena *a, struct err *err)
{
    struct facility whole;
    bool has_place = m->columns.at[COLUMN_LATITUDE] >= 0, has_capacity = m->columns.at[COLUMN_CAPACITY] >= 0;
    return db_run(db, err,
                  "UPDATE facility SET name = $2, kana = COALESCE($3, kana), corporation = COALESCE($4, corporation), "
                  "corporation_number = COALESCE($5, corporation_number), area_code = $6, address = COALESCE($7, address), "
                  "building = COALESCE($8, building), phone = COALESCE($9, phone), fax = COALESCE($10, fax), "
                  "lat = CASE WHEN $11 = 1 THEN $12 ELSE lat END, lng = CASE WHEN $11 = 1 THEN $13 ELSE lng END, "
                  "capacity = CASE WHEN $14 = 1 THEN $15 ELSE capacity END, url = COALESCE($16, url), days = COALESCE($17, days), "
                  "note = COALESCE($18, note), raw = $19, is_listed = 1, imported_at = $20, file_name = $21 WHERE id = $1",
                  TEXT(f->id), TEXT(f->name), TEXT(f->kana), TEXT(f->corporation), TEXT(f->corporation_number), TEXT(f->area_code),
                  TEXT(f->address), TEXT(f->building), TEXT(f->phone), TEXT(f->fax), INT(has_place), number_or_null(f->latitude),
                  number_or_null(f->longitude), INT(has_capacity), number_or_null(f->capacity), TEXT(f->url), TEXT(f->days), TEXT(f->note),
                  TEXT(f->raw), TEXT(m->now), TEXT(m->path)) == 1 &&
           facility_find(db, f->id, a, &whole, err) && put_search(db, &whole, a, err);
}

static bool save(struct db *db, struct import *m, const struct facility *f, struct arena *a, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT raw, is_listed FROM facility WHERE id = $1", TEXT(f->id));
    if (!r)
        return false;
    if (!rows_next(r)) {
        m->report->added++;
        return !rows_failed(r) && insert(db, m, f, a, err);
    }
    if (rows_int(r, 1) && !strcmp(rows_text(r, 0), f->raw)) {
        m->report->unchanged++;
        return true;
    }
    m->report->changed++;
    return update(db, m, f, a, err);
}

static void remember_place(struct import *m, const struct facility *f)
{
    size_t prefecture = (size_t)atoi(arena_strndup(m->file, f->area_code, 2)), i = 0;
    const char *municipality = arena_printf(m->file, "%s/%s", f->service_code, f->area_code);
    if (prefecture < PREFECTURES)
        m->prefectures[prefecture] = true;
    tsearch(municipality, &m->municipalities, by_text);
    while (i < m->service_count && strcmp(m->services[i], f->service_code) != 0)
        i++;
    if (i == m->service_count && i < SERVICES)
        m->services[m->service_count++] = arena_strdup(m->file, f->service_code);
}

/* 0 when the key is new, else the row that had it. */
static long seen_before(struct import *m, const struct facility *f, long row)
{
    struct seen *s = NEW(m->file, struct seen);
    *s = (struct seen){.key = arena_strdup(m->file, f->source_key), .row = row};
    struct seen **node = tsearch(s, &m->seen, by_key);
    return *node == s ? 0 : (*node)->row;
}

static bool take_row(struct db *db, struct import *m, const char *const *cells, size_t count, long row, struct arena *a, struct err *err)
{
    struct row_result x;
    facility_row_read(&m->columns, cells, count, &m->areas, a, &x);
    m->report->rows++;
    m->report->padded += x.padded;
    long before = x.refused ? 0 : seen_before(m, &x.facility, row);
    for (size_t i = 0; i < x.note_count; i++)
        add_note(m, row, x.notes[i].column, x.notes[i].reason, x.notes[i].refused);
    if (before)
        add_note(m, row, "事業所番号",
                 arena_printf(a, "%ld行目と同じ事業所番号とサービスです。どちらが正しいか確認してください。", before), true);
    if (x.refused || before) {
        m->report->refused++;
        return true;
    }
    remember_place(m, &x.facility);
    return save(db, m, &x.facility, a, err);
}

static bool is_blank(const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (*cells[i])
            return false;
    return true;
}

static bool take_rows(struct db *db, struct import *m, struct spreadsheet *s, struct err *err)
{
    const char *const *cells;
    size_t count;
    struct err mine = {0};
    auto_arena *a = arena_new();
    while (spreadsheet_next(s, &cells, &count, &mine)) {
        arena_reset(a);
        if (!is_blank(cells, count) && !take_row(db, m, cells, count, spreadsheet_row(s), a, err))
            return false;
    }
    if (mine.kind != ERR_NONE && err)
        *err = mine;
    return mine.kind == ERR_NONE;
}

static bool covers_country(const struct import *m)
{
    size_t n = 0;
    for (size_t i = 0; i < PREFECTURES; i++)
        n += m->prefectures[i];
    return n >= NATIONWIDE_PREFECTURES;
}

static bool is_gone(const struct import *m, bool country, const struct rows *r, struct arena *a)
{
    const struct seen wanted = {.key = rows_text(r, 1)};
    if (tfind(&wanted, &m->seen, by_key))
        return false;
    return country || tfind(arena_printf(a, "%s/%s", rows_text(r, 2), rows_text(r, 3)), &m->municipalities, by_text);
}

static bool mark_gone(struct db *db, struct import *m, const char *service, struct err *err)
{
    bool country = covers_country(m);
    auto_rows *r = db_query(db, m->file, err,
                            "SELECT id, source_key, service_code, area_code FROM facility "
                            "WHERE source = 'kaigo' AND service_code = $1 AND is_listed = 1",
                            TEXT(service));
    if (!r)
        return false;
    while (rows_next(r)) {
        if (!is_gone(m, country, r, m->file))
            continue;
        m->report->unlisted++;
        if (db_run(db, err, "UPDATE facility SET is_listed = 0, imported_at = $2 WHERE id = $1", TEXT(rows_text(r, 0)), TEXT(m->now)) != 1)
            return false;
    }
    return !rows_failed(r);
}

static bool write_audit(struct db *db, const struct import *m, struct err *err)
{
    const struct facility_report *r = m->report;
    struct audit_entry e = {.user_id = "", .office_id = "", .action = "facility.import", .object_kind = "facility", .object_id = "",
                            .detail = arena_printf(m->file, "added=%ld changed=%ld unlisted=%ld refused=%ld", r->added, r->changed,
                                                   r->unlisted, r->refused)};
    return audit_append(db, &e, err);
}

static bool take_file(struct db *db, struct import *m, struct err *err)
{
    const char *const *cells;
    size_t count;
    auto_spreadsheet *s = spreadsheet_open(m->path, -1, err);
    if (!s)
        return false;
    struct err mine = {0};
    if (!spreadsheet_next(s, &cells, &count, &mine) || !facility_columns_read(cells, count, m->file, &m->columns))
        return mine.kind != ERR_NONE ? err_set(err, mine.kind, mine.message, "%s", mine.detail)
                                     : err_set(err, ERR_INPUT, "facility.format", "headers");
    if (!load_areas(db, m, err) || !take_rows(db, m, s, err))
        return false;
    for (size_t i = 0; i < m->service_count; i++)
        if (!mark_gone(db, m, m->services[i], err))
            return false;
    return write_audit(db, m, err);
}

/* May run again: everything it counts begins anew. */
static bool write_file(struct db *db, void *arg, struct err *err)
{
    const struct import *given = arg;
    auto_arena *file = arena_new();
    struct import m = {.path = given->path, .format = given->format, .arena = given->arena, .file = file, .report = given->report,
                       .now = now_utc(file)};
    *m.report = (struct facility_report){0};
    bool done = take_file(db, &m, err);
    tdestroy(m.seen, keep_node);
    tdestroy(m.municipalities, keep_node);
    return done;
}

bool facility_import(struct store *store, const char *path, const char *format, struct arena *a, struct facility_report *ret_report,
                     struct err *err)
{
    struct import m = {.path = path, .format = format, .arena = a, .report = ret_report};
    if (strcmp(format, "kaigo") != 0 && strcmp(format, "auto") != 0)
        return err_set(err, ERR_INPUT, "facility.format", "format=%.20s", format);
    return store_write_alone(store, write_file, &m, err);
}

static void print_report(const char *path, const struct facility_report *r)
{
    printf("%s: %ld行を読みました。追加%ld件、変更%ld件、変更なし%ld件、最新のファイルにない%ld件、取り込めなかった行%ld件。\n", path, r->rows, r->added,
           r->changed, r->unchanged, r->unlisted, r->refused);
    if (r->padded)
        printf("%s: %ld行で、失われていた先頭の0を補いました。\n", path, r->padded);
    for (size_t i = 0; i < r->note_count; i++)
        printf("%s: %ld行目 %s: %s%s\n", path, r->notes[i].row, r->notes[i].column, r->notes[i].refused ? "取り込めません。" : "",
               r->notes[i].reason);
}

int import_facilities_command(const struct config *config, int argc, char **argv)
{
    struct err err = {0};
    const char *format = "auto";
    bool refused = false;
    int first = 0;
    if (argc >= 2 && !strcmp(argv[0], "--format")) {
        format = argv[1];
        first = 2;
    }
    if (first >= argc || argv[first][0] == '-') {
        fprintf(stderr, "usage: renkei import facilities [--format kaigo|auto] FILE...\n");
        return 2;
    }
    struct store *store = store_open(config->data, &err);
    bool done = store && app_migrate(store, features, &err);
    for (int i = first; done && i < argc; i++) {
        auto_arena *a = arena_new();
        struct facility_report report = {0};
        done = facility_import(store, argv[i], format, a, &report, &err);
        if (done)
            print_report(argv[i], &report);
        else
            printf("%s: %s\n", argv[i], feature_message(features, err.message));
        refused |= report.refused > 0;
    }
    store_close(store);
    if (!done)
        fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err.message), err.detail);
    return done ? refused : err_exit_code(err.kind);
}
