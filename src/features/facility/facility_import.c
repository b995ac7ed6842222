#include "features/facility/facility_import.h"

#include "base/buf.h"
#include "base/count.h"
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "features/facility/facility_save.h"
#include "features/facility/facility_seen.h"
#include "output/spreadsheet.h"
#include "store/audit.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

enum { NATIONWIDE_PREFECTURES = 10, PREFECTURES = 48, HEADER_WITHIN = 20, GROUP_ROWS = 4000, ENOUGH_FLAGS = 20 };

/* Rows that follow each other and are one record; of most layouts one row. */
struct group {
    struct arena *arena;
    const char *const **cells;
    size_t *counts;
    long *numbers;
    size_t count;
};

struct scope_item {
    const char *name;
    struct scope_item *next;
};

/* One file on its way in. */
struct import {
    const char *path, *name;  /* name: as published, for people and for what it says about release and kind */
    const struct facility_given *given;
    struct arena *arena;      /* the caller's: notes */
    struct arena *file;       /* until this run of the write ends: areas, headers, places */
    struct arena *work;       /* one record */
    struct facility_report *report;
    struct facility_columns columns;
    struct facility_mapping mapping;
    struct known_areas areas;
    struct row_source source;
    struct group group;
    struct seen_keys seen;
    void *municipalities;     /* tree of "scope/code" in the file */
    struct scope_item *scopes;     /* those in the file */
    bool prefectures[PREFECTURES];
    void *known_scopes;       /* tree of the scopes imported before: only there changes are worth telling */
    long last_row;            /* number of the last row that was not blank */
    long sundays_open, sundays_closed;
    bool is_cut_off;          /* the last row ends before its columns do */
    const char *release, *now;
};

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
    if (r->note_count == REPORT_NOTES) {
        r->notes_left_out++;
        return;
    }
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

static void add_change(struct import *m, char kind, const char *scope, const char *key, const char *name)
{
    struct facility_report *r = m->report;
    if (!tfind(scope, &m->known_scopes, by_text) || r->change_count == REPORT_CHANGES)
        return;
    if (!r->changes)
        r->changes = NEW_ARRAY(m->arena, REPORT_CHANGES, struct facility_change);
    r->changes[r->change_count++] = (struct facility_change){kind, arena_strdup(m->arena, key), arena_strdup(m->arena, name)};
}

static bool load_areas(struct db *db, struct import *m, struct err *err)
{
    size_t room = (size_t)db_int(db, err, 0, "SELECT COUNT(*) FROM area");
    struct known_area *items = NEW_ARRAY(m->file, room + 1, struct known_area);
    auto_rows *r = db_query(db, m->file, err,
                            "SELECT c.code, p.name, c.lat, c.lng, CASE WHEN c.kind = 'ward' THEN u.name || c.name ELSE c.name END "
                            "FROM area c JOIN area p ON p.kind = 'prefecture' AND c.path LIKE p.code || '/%' "
                            "LEFT JOIN area u ON u.code = c.parent_code ORDER BY c.code");
    if (!r)
        return false;
    while (m->areas.count < room && rows_next(r))
        items[m->areas.count++] = (struct known_area){rows_text(r, 0), rows_text(r, 1), text_fold(m->file, rows_text(r, 4)),
                                                      (long)rows_int(r, 2), (long)rows_int(r, 3)};
    m->areas.items = items;
    return !rows_failed(r);
}

static void remember(struct import *m, void **tree, const char *text)
{
    if (!tfind(text, tree, by_text))
        tsearch(arena_strdup(m->file, text), tree, by_text);
}

static void remember_scope(struct import *m, const char *name)
{
    for (const struct scope_item *x = m->scopes; x; x = x->next)
        if (!strcmp(x->name, name))
            return;
    struct scope_item *added = NEW(m->file, struct scope_item);
    *added = (struct scope_item){arena_strdup(m->file, name), m->scopes};
    m->scopes = added;
}

/* Where the file has something to say. */
static void remember_place(struct import *m, const char *scope, const char *area_code)
{
    size_t prefecture = strlen(area_code) == 6 ? (size_t)((area_code[0] - '0') * 10 + area_code[1] - '0') : PREFECTURES;
    if (prefecture < PREFECTURES)
        m->prefectures[prefecture] = true;
    remember_scope(m, scope);
    remember(m, &m->municipalities, arena_printf(m->work, "%s/%s", scope, area_code));
}

static uint64_t fingerprint_of(const struct import *m)
{
    uint64_t h = m->columns.header_hash;
    for (size_t i = 0; i < m->group.count; i++) {
        for (size_t k = 0; k < m->group.counts[i]; k++)
            h = facility_hash(h, m->group.cells[i][k]);
        h = facility_hash(h, "\n");
    }
    return h ? h : 1;
}

static const char *repeated(struct import *m, uint64_t hash, long *ret_before)
{
    long before = seen_find(&m->seen, hash);
    *ret_before = before > 0 ? before : 0;
    return before > 0 ? arena_printf(m->work, "%ld行目と同じ番号です。どちらが正しいか確認してください。", before) : "";
}

static void refuse_group(struct import *m, enum facility_column column, const char *reason)
{
    int at = m->columns.at[column];
    for (size_t i = 0; i < m->group.count; i++)
        add_note(m, m->group.numbers[i], at < 0 ? "" : m->columns.headers[at], reason, true);
    m->report->refused += (long)m->group.count;
}

static enum facility_column key_column(const struct import *m)
{
    return m->columns.at[COLUMN_ID] >= 0 ? COLUMN_ID : COLUMN_OFFICE_NUMBER;
}

/* What was taken word for word before, and had nothing to tell, is not read again. */
static bool is_known(struct db *db, struct import *m, uint64_t fingerprint, bool *ret_known, struct err *err)
{
    long before;
    auto_rows *r = db_query(db, m->work, err,
                            "SELECT source_key, scope, area_code FROM facility_source WHERE fingerprint = $1 AND source = $2 AND is_listed = 1 "
                            "AND is_noted = 0",
                            INT((long long)fingerprint), TEXT(facility_row_source(&m->columns)));
    *ret_known = r && rows_next(r);
    if (!*ret_known)
        return r && !rows_failed(r);
    uint64_t hash = facility_hash(FACILITY_HASH_START, rows_text(r, 0));
    const char *reason = repeated(m, hash, &before);
    if (before) {
        refuse_group(m, key_column(m), reason);
        return true;
    }
    seen_add(&m->seen, hash, m->group.numbers[0]);
    remember_place(m, rows_text(r, 1), rows_text(r, 2));
    m->report->unchanged++;
    return true;
}

static const char *raw_of_group(struct import *m)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '{');
    json_key(&j, "columns");
    json_open(&j, '[');
    for (size_t i = 0; i < m->columns.header_count; i++)
        json_text(&j, m->columns.headers[i]);
    json_close(&j, ']');
    json_key(&j, "rows");
    json_open(&j, '[');
    for (size_t i = 0; i < m->group.count; i++) {
        json_open(&j, '[');
        for (size_t k = 0; k < m->group.counts[i]; k++)
            json_text(&j, m->group.cells[i][k]);
        json_close(&j, ']');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    return arena_strdup(m->work, out.data);
}

static void count_flags(struct import *m, const struct row_result *x)
{
    for (size_t i = 0; i < x->opening_count; i++)
        if (x->openings[i].week == 0 && x->openings[i].day == 6)
            *(x->openings[i].is_open ? &m->sundays_open : &m->sundays_closed) += 1;
}

/* Reads the rows; the first good one, or NULL. */
static const struct row_result *read_group(struct import *m, struct row_result *rows, bool *ret_noted)
{
    const struct row_result *first = NULL;
    for (size_t i = 0; i < m->group.count; i++) {
        struct row_result *x = &rows[i];
        facility_row_read(&m->source, m->group.cells[i], m->group.counts[i], m->work, x);
        m->report->padded += x->padded;
        for (size_t k = 0; k < x->note_count; k++)
            add_note(m, m->group.numbers[i], x->notes[k].column, x->notes[k].reason, x->notes[k].refused);
        *ret_noted |= x->note_count > 0;
        m->report->refused += x->refused;
        count_flags(m, x);
        m->is_cut_off = x->refused && !m->source.may_be_short && m->group.counts[i] < m->columns.header_count;
        first = first || x->refused ? first : x;
    }
    return first;
}

static void count_saved(struct import *m, enum facility_saved saved, const char *scope, const struct facility *f)
{
    struct facility_report *r = m->report;
    long *const counts[] = {&r->added, &r->changed, &r->filled, &r->unchanged};
    if (saved == FACILITY_WITHOUT_ENTRY)
        refuse_group(m, COLUMN_ID, "このIDの機関がまだありません。先に施設票（01-1、02-1、03-1）を取り込んでください。");
    else
        *counts[saved] += 1;
    if (saved == FACILITY_ADDED || saved == FACILITY_CHANGED)
        add_change(m, saved == FACILITY_ADDED ? '+' : '*', scope, f->source_key, f->name);
}

static bool save_group(struct db *db, struct import *m, const struct row_result *rows, const struct row_result *first, uint64_t fingerprint,
                       bool noted, struct err *err)
{
    enum facility_saved saved;
    const struct facility *f = &first->facility;
    struct facility_record x = {.columns = &m->columns, .rows = rows, .row_count = m->group.count, .facility = f, .scope = first->scope,
                                .raw = m->columns.format->is_grouped ? raw_of_group(m) : f->raw, .release = m->release, .file_name = m->name,
                                .now = m->now, .fingerprint = fingerprint, .is_noted = noted};
    if (!facility_save(db, &x, m->work, &saved, err))
        return false;
    count_saved(m, saved, first->scope, f);
    const char *area = f->area_code;
    if (m->columns.format->layout == LAYOUT_NAVII_HOURS)
        area = db_text(db, m->work, err, "SELECT area_code FROM facility WHERE id = $1", TEXT(f->id));
    if (saved != FACILITY_WITHOUT_ENTRY)
        remember_place(m, first->scope, area ? area : "");
    return true;
}

/* The group's rows become one record, or are refused. */
static bool take_group(struct db *db, struct import *m, struct err *err)
{
    bool known, noted = false;
    long before;
    if (!m->group.count)
        return true;
    m->report->rows += (long)m->group.count;
    m->is_cut_off = false;
    uint64_t fingerprint = fingerprint_of(m);
    if (!is_known(db, m, fingerprint, &known, err) || known)
        return known;
    struct row_result *rows = NEW_ARRAY(m->work, m->group.count, struct row_result);
    const struct row_result *first = read_group(m, rows, &noted);
    const char *key = first ? first->facility.source_key : rows[0].facility.source_key;
    uint64_t hash = facility_hash(FACILITY_HASH_START, key ? key : "");
    if (!first) { /* its old entry is not "no longer listed" */
        if (key && *key && !seen_find(&m->seen, hash))
            seen_add(&m->seen, hash, -m->group.numbers[0]);
        return true;
    }
    const char *reason = repeated(m, hash, &before);
    if (before) {
        for (size_t i = 0; i < m->group.count; i++)
            m->report->refused -= rows[i].refused;
        refuse_group(m, key_column(m), reason);
        return true;
    }
    seen_add(&m->seen, hash, m->group.numbers[0]);
    return save_group(db, m, rows, first, fingerprint, noted, err);
}

static bool flush(struct db *db, struct import *m, struct err *err)
{
    arena_reset(m->work);
    bool done = take_group(db, m, err);
    m->group.count = 0;
    arena_reset(m->group.arena);
    return done;
}

static void append(struct import *m, const char *const *cells, size_t count, long row)
{
    struct group *g = &m->group;
    const char **copy = NEW_ARRAY(g->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_strdup(g->arena, cells[i]);
    g->cells[g->count] = copy;
    g->counts[g->count] = count;
    g->numbers[g->count++] = row;
}

static bool take_row(struct db *db, struct import *m, const char *const *cells, size_t count, long row, struct err *err)
{
    struct group *g = &m->group;
    bool same = m->columns.format->is_grouped && g->count && g->count < GROUP_ROWS &&
                facility_row_same(&m->columns, g->cells[0], g->counts[0], cells, count);
    if (!same && g->count && !flush(db, m, err))
        return false;
    append(m, cells, count, row);
    return m->columns.format->is_grouped || flush(db, m, err);
}

static bool is_blank(const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (*cells[i])
            return false;
    return true;
}

/* Blank rows between others are told: something may be missing there.  Those behind the last are only formatted. */
static void tell_blank_rows(struct import *m, long row)
{
    long blank = row - m->last_row - 1;
    if (blank > 0) {
        add_note(m, m->last_row + 1, "", arena_printf(m->file, "空の行が%ld行あります。元の表に抜けがないか確認してください。", blank), true);
        m->report->rows += blank;
        m->report->refused += blank;
    }
    m->last_row = row;
}

static bool take_rows(struct db *db, struct import *m, struct spreadsheet *s, struct err *err)
{
    const char *const *cells;
    size_t count;
    struct err mine = {0};
    m->last_row = spreadsheet_row(s);
    while (spreadsheet_next(s, &cells, &count, &mine)) {
        if (is_blank(cells, count))
            continue;
        tell_blank_rows(m, spreadsheet_row(s));
        if (!take_row(db, m, cells, count, spreadsheet_row(s), err))
            return false;
    }
    if (mine.kind != ERR_NONE && err)
        *err = mine;
    return mine.kind == ERR_NONE && flush(db, m, err);
}

/* "[令和７年１０月１日 現在 ]" above the headers. */
static void read_title(struct import *m, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *folded = text_fold(m->file, text_cut(m->file, cells[i], 200)), *end = strstr(folded, "現在"), *start = folded;
        struct date d;
        for (const char *c = folded; end && c < end; c++)
            if (!strncmp(c, "令和", 6) || !strncmp(c, "平成", 6))
                start = c;
        if (end && date_parse(arena_strndup(m->file, start, (size_t)(end - start)), (struct date){2100, 12, 31}, &d))
            m->release = date_iso(m->file, d);
    }
}

/* jigyosho_110_all_20260630..., 01-1_hospital_facility_info_20250601.csv */
static const char *release_of_name(const char *name, struct arena *a)
{
    for (const char *c = name; *c;) {
        size_t n = strspn(c, "0123456789");
        const char *iso = n >= 8 ? arena_printf(a, "%.4s-%.2s-%.2s", c, c + 4, c + 6) : "";
        if (date_is_set(date_from_iso(iso)) && *c == '2')
            return iso;
        c += n ? n : 1;
    }
    return "";
}

/* Finds the row of headers among the first ones. */
static bool find_header(struct db *db, struct import *m, struct spreadsheet *s, bool *ret_found, struct err *err)
{
    const char *const *cells;
    size_t count;
    struct err mine = {0};
    const char *format = m->given->format;
    *ret_found = false;
    for (int i = 0; i < HEADER_WITHIN && !*ret_found && spreadsheet_next(s, &cells, &count, &mine); i++) {
        if (m->given->mapping)
            *ret_found = facility_columns_map(cells, count, m->given->mapping, m->file, &m->columns);
        else
            *ret_found = facility_columns_read(cells, count, format, m->file, &m->columns) ||
                         ((!strcmp(format, "auto") || !strcmp(format, "mapped")) &&
                          facility_mapping_find(db, cells, count, m->file, &m->mapping, &mine) &&
                          facility_columns_map(cells, count, &m->mapping, m->file, &m->columns));
        if (!*ret_found)
            read_title(m, cells, count);
    }
    if (mine.kind != ERR_NONE)
        return err_set(err, mine.kind, mine.message, "%s", mine.detail);
    return true;
}

static bool covers_country(const struct import *m)
{
    size_t n = 0;
    for (size_t i = 0; i < PREFECTURES; i++)
        n += m->prefectures[i];
    return n >= NATIONWIDE_PREFECTURES || !m->columns.format->is_national;
}

struct gone {
    const char *key;
    struct gone *next;
};

/* Listed rows of the scope that the file has not.  Memory holds only those. */
static bool find_gone(struct db *db, struct import *m, const char *scope, struct gone **ret, struct err *err)
{
    bool country = covers_country(m);
    struct gone *list = NULL;
    auto_rows *r = db_query(db, NULL, err, "SELECT source_key, area_code FROM facility_source WHERE source = $1 AND scope = $2 AND is_listed = 1",
                            TEXT(facility_row_source(&m->columns)), TEXT(scope));
    if (!r)
        return false;
    for (arena_reset(m->work); rows_next(r); arena_reset(m->work)) {
        if (seen_find(&m->seen, facility_hash(FACILITY_HASH_START, rows_text(r, 0))) ||
            (!country && !tfind(arena_printf(m->work, "%s/%s", scope, rows_text(r, 1)), &m->municipalities, by_text)))
            continue;
        struct gone *g = NEW(m->file, struct gone);
        *g = (struct gone){arena_strdup(m->file, rows_text(r, 0)), list};
        list = g;
    }
    *ret = list;
    return !rows_failed(r);
}

static bool mark_one_gone(struct db *db, struct import *m, const char *scope, const char *key, struct err *err)
{
    const char *source = facility_row_source(&m->columns);
    const char *name = db_text(db, m->work, err, "SELECT f.name FROM facility f JOIN facility_source s ON s.facility_id = f.id WHERE s.source = $1 AND s.source_key = $2",
                               TEXT(source), TEXT(key));
    m->report->unlisted++;
    add_change(m, '-', scope, key, name ? name : "");
    return facility_unlist(db, source, key, m->now, err);
}

static bool mark_gone(struct db *db, struct import *m, struct err *err)
{
    struct gone *gone = NULL;
    if (m->is_cut_off) {
        add_note(m, m->last_row, "", "ファイルが途中で切れているようです。このファイルにない機関の印は付けませんでした。もう一度ダウンロードしてください。", false);
        return true;
    }
    for (const struct scope_item *x = m->scopes; x; x = x->next) {
        if (!find_gone(db, m, x->name, &gone, err))
            return false;
        for (arena_reset(m->work); gone; gone = gone->next)
            if (!mark_one_gone(db, m, x->name, gone->key, err))
                return false;
    }
    return true;
}

/* Entries that changed may be the same as others'. */
static bool propose(struct db *db, struct import *m, struct err *err)
{
    const struct facility_report *r = m->report;
    return !(r->added + r->changed + r->filled) || facility_propose(db, m->now, &m->report->proposed, err);
}

/* Readers of the public files disagree about the flags (formats.md B1): a file whose clinics are open on Sundays is not what we know. */
static bool flags_are_as_known(const struct import *m, struct err *err)
{
    return m->sundays_open + m->sundays_closed < ENOUGH_FLAGS || m->sundays_closed >= m->sundays_open ||
           err_set(err, ERR_INPUT, "facility.flags", "open %ld closed %ld", m->sundays_open, m->sundays_closed);
}

static bool write_audit(struct db *db, const struct import *m, struct err *err)
{
    const struct facility_report *r = m->report;
    struct audit_entry e = {.user_id = "", .office_id = "", .action = "facility.import", .object_kind = "facility", .object_id = "",
                            .detail = arena_printf(m->file, "added=%ld changed=%ld unlisted=%ld refused=%ld", r->added, r->changed,
                                                   r->unlisted, r->refused)};
    return audit_append(db, &e, err);
}

static bool begin_sheet(struct db *db, struct import *m, struct spreadsheet *s, struct err *err)
{
    m->source = (struct row_source){.columns = &m->columns, .areas = &m->areas, .kind = facility_kind_of_file(&m->columns, m->name),
                                    .may_be_short = spreadsheet_is_xlsx(s)};
    auto_rows *r = db_query(db, m->file, err, "SELECT DISTINCT scope FROM facility_source WHERE source = $1", TEXT(facility_row_source(&m->columns)));
    if (!r)
        return false;
    while (rows_next(r))
        remember(m, &m->known_scopes, rows_text(r, 0));
    m->report->label = m->columns.mapping ? m->columns.mapping->name : m->columns.format->label;
    m->report->label = arena_strdup(m->arena, m->report->label);
    m->report->encoding = spreadsheet_encoding(s);
    return !rows_failed(r);
}

/* Every sheet of a workbook that has the headers: some bureaux put several prefectures into one. */
static bool take_sheets(struct db *db, struct import *m, struct err *err)
{
    bool any = false, found;
    size_t sheets = 1;
    for (size_t i = 0; i < sheets; i++) {
        auto_spreadsheet *s = spreadsheet_open(m->path, (int)i, err);
        if (!s || !find_header(db, m, s, &found, err))
            return false;
        sheets = spreadsheet_sheet_count(s);
        if (!found)
            continue;
        any = true;
        if (!begin_sheet(db, m, s, err) || !take_rows(db, m, s, err))
            return false;
    }
    return any || err_set(err, ERR_INPUT, "facility.format", "headers");
}

static bool take_file(struct db *db, struct import *m, struct err *err)
{
    const struct facility_given *g = m->given;
    if (g->mapping && g->mapping_json && !facility_mapping_keep(db, g->mapping, g->mapping_json, m->now, err))
        return false;
    return load_areas(db, m, err) && take_sheets(db, m, err) && flags_are_as_known(m, err) && mark_gone(db, m, err) &&
           propose(db, m, err) && write_audit(db, m, err);
}

static void begin_group(struct import *m)
{
    m->group.arena = arena_new();
    m->group.cells = NEW_ARRAY(m->file, GROUP_ROWS, const char *const *);
    m->group.counts = NEW_ARRAY(m->file, GROUP_ROWS, size_t);
    m->group.numbers = NEW_ARRAY(m->file, GROUP_ROWS, long);
}

/* May run again: everything it counts begins anew. */
static bool write_file(struct db *db, void *arg, struct err *err)
{
    struct import m = *(const struct import *)arg;
    m.file = arena_new();
    m.work = arena_new();
    m.now = now_utc(m.file);
    m.release = release_of_name(m.name, m.file);
    begin_group(&m);
    *m.report = (struct facility_report){.file = m.report->file, .release = "", .label = "", .encoding = ""};
    bool done = take_file(db, &m, err);
    m.report->release = arena_strdup(m.arena, m.release);
    tdestroy(m.known_scopes, keep_node);
    tdestroy(m.municipalities, keep_node);
    seen_free(&m.seen);
    arena_free(m.group.arena);
    arena_free(m.work);
    arena_free(m.file);
    return done;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool import_table(struct store *store, const char *path, const char *shown, const struct facility_given *given, struct arena *a,
                         struct facility_report *ret_report, struct err *err)
{
    struct import m = {.path = path, .name = base_name(shown), .given = given, .arena = a, .report = ret_report};
    ret_report->file = shown;
    if (!facility_format_is_known(given->format))
        return err_set(err, ERR_INPUT, "facility.format", "format=%.20s", given->format);
    return store_write_alone(store, write_file, &m, err);
}

bool facility_import(struct store *store, const char *path, const char *format, struct arena *a, struct facility_report *ret_report,
                     struct err *err)
{
    struct facility_given given = {.format = format};
    return import_table(store, path, path, &given, a, ret_report, err);
}

struct any {
    struct store *store;
    const char *path;
    const struct facility_given *given;
    facility_report_fn *each;
    void *arg;
};

static bool take_table(const char *path, const char *name, void *arg, struct err *err)
{
    struct any *x = arg;
    auto_arena *a = arena_new();
    struct facility_report report = {0};
    const char *shown = name ? arena_printf(a, "%s/%s", x->path, name) : path;
    bool done = import_table(x->store, path, shown, x->given, a, &report, err);
    if (done)
        x->each(&report, x->arg);
    return done;
}

bool facility_import_any(struct store *store, const char *path, const struct facility_given *given, facility_report_fn *each, void *arg,
                         struct err *err)
{
    struct any x = {store, path, given, each, arg};
    return facility_is_archive(path) ? facility_archive_each(path, take_table, &x, err) : take_table(path, NULL, &x, err);
}
