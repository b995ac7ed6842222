#include "features/facility/facility_import.h"

#include "base/buf.h"
#include "base/count.h"
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "features/audience/audience.h"
#include "features/facility/facility_save.h"
#include "features/facility/facility_run.h"
#include "output/output_messages.h"
#include "output/refused_rows.h"
#include "output/spreadsheet.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum {
    NATIONWIDE_PREFECTURES = 10, PREFECTURES = 48, HEADER_WITHIN = 20, GROUP_ROWS = 4000, ENOUGH_FLAGS = 20,
    BATCH_RECORDS = 700, BATCH_BYTES = 3 << 20, /* of one transaction: others' saves wait for it */
    GONE_BATCH = 500, ASK_ROWS = 200,
    ROWS_MOST = 2000000 /* five times the longest published list (hours of all clinics); bounds the table of keys */
};

/* One record on its way in: rows that follow each other, of most layouts one. */
struct incoming {
    const char *const **cells;
    size_t *counts;
    long *numbers;
    size_t count, room;
    struct row_result *rows;
    const struct row_result *first; /* the first good one */
    uint64_t fingerprint;
    bool noted;
    const char *raw, *area_code;
    enum facility_saved saved;
};

/* Records that are written together.  While one batch is written the next is read. */
struct batch {
    struct import *import;
    struct arena *arena;      /* of the records */
    struct incoming *records; /* BATCH_RECORDS */
    size_t count;
    bool written;
    struct err err;           /* when it was not */
};

struct scope_item {
    const char *name;
    struct scope_item *next;
};

/* One file on its way in. */
struct import {
    struct store *store;
    struct db *db;            /* this thread's reader */
    const char *path, *name;  /* name: as published, for people and for what it says about release and kind */
    const struct facility_given *given;
    struct arena *arena;      /* the caller's: notes */
    struct arena *file;       /* until the end: areas, headers, places */
    struct arena *work;       /* one record's questions */
    struct arena *batch;      /* of `filling`, and of the record that is being read */
    struct batch batches[2];
    struct batch *filling;    /* records that wait to be written */
    struct batch *writing;    /* or NULL */
    pthread_t writer;
    struct facility_report *report;
    struct facility_columns columns;
    struct facility_mapping mapping;
    struct known_areas areas;
    struct row_source source;
    struct incoming open;       /* the record that is being read */
    struct refused_rows *refused;
    const char *refused_path; /* "" while there are none */
    struct seen_keys seen;
    void *municipalities;     /* tree of "scope/code" in the file */
    struct scope_item *scopes;     /* those in the file */
    bool prefectures[PREFECTURES];
    void *known_scopes;       /* tree of the scopes imported before: only there changes are worth telling */
    long last_row;            /* number of the last row that was not blank */
    long asked_row;           /* when somebody was asked whether to go on */
    long sundays_open, sundays_closed;
    bool is_mended;           /* a file of refused rows that came back: two columns are not its own */
    bool is_cut_off;          /* the last row ends before its columns do, or the rest cannot be read */
    bool is_part;             /* what it lacks is not marked */
    long run;
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
    report_note(m->report, m->arena, row, column, reason, refused);
}

static void add_change(struct import *m, char kind, const char *scope, const char *key, const char *name)
{
    if (tfind(scope, &m->known_scopes, by_text))
        report_change(m->report, m->arena, kind, key, name);
}

static bool load_areas(struct import *m, struct err *err)
{
    size_t room = (size_t)db_int(m->db, err, 0, "SELECT COUNT(*) FROM area");
    struct known_area *items = NEW_ARRAY(m->file, room + 1, struct known_area);
    auto_rows *r = db_query(m->db, m->file, err,
                            "SELECT c.code, p.name, c.lat, c.lng, CASE WHEN c.kind = 'ward' THEN u.name || c.name ELSE c.name END "
                            "FROM area c JOIN area p ON p.code = SUBSTR(c.path, 1, 6) AND p.kind = 'prefecture' "
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

static uint64_t fingerprint_of(const struct import *m, const struct incoming *x)
{
    uint64_t h = m->columns.header_hash;
    for (size_t i = 0; i < x->count; i++) {
        for (size_t k = 0; k < x->counts[i]; k++)
            h = facility_hash(h, x->cells[i][k]);
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

/* The row goes to the file of those to mend. */
static bool keep_refused(struct import *m, const struct incoming *x, size_t i, const char *column, const char *reason, struct err *err)
{
    const char *folder = m->given->refused_folder;
    if (!folder || m->given->only_look)
        return true;
    if (!m->refused) {
        m->refused_path = arena_printf(m->file, "%s/refused-%ld.%s", folder, m->run, m->source.may_be_short ? "xlsx" : "csv");
        m->refused = refused_rows_open(m->refused_path, m->columns.headers, m->columns.header_count, err);
    }
    const char *why = *column ? arena_printf(m->work, "%s：%s", column, reason) : reason;
    return m->refused && refused_rows_add(m->refused, x->cells[i], x->counts[i], x->numbers[i], why, err);
}

static bool refuse_record(struct import *m, const struct incoming *x, enum facility_column column, const char *reason, struct err *err)
{
    int at = m->columns.at[column];
    const char *header = at < 0 ? "" : m->columns.headers[at];
    for (size_t i = 0; i < x->count; i++) {
        add_note(m, x->numbers[i], header, reason, true);
        if (!keep_refused(m, x, i, header, reason, err))
            return false;
    }
    m->report->refused += (long)x->count;
    return true;
}

static enum facility_column key_column(const struct import *m)
{
    return m->columns.at[COLUMN_ID] >= 0 ? COLUMN_ID : COLUMN_OFFICE_NUMBER;
}

/* What was taken word for word before, and had nothing to tell, is not read again. */
static bool is_known(struct import *m, const struct incoming *x, bool *ret_known, struct err *err)
{
    long before;
    *ret_known = false;
    if (!m->known_scopes)
        return true; /* nothing of this source was taken before */
    auto_rows *r = db_query(m->db, NULL, err,
                            "SELECT source_key, scope, area_code FROM facility_source WHERE fingerprint = $1 AND source = $2 AND is_listed = 1 "
                            "AND is_noted = 0",
                            INT((long long)x->fingerprint), TEXT(facility_row_source(&m->columns)));
    *ret_known = r && rows_next(r);
    if (!*ret_known)
        return r && !rows_failed(r);
    uint64_t hash = facility_hash(FACILITY_HASH_START, rows_text(r, 0));
    const char *reason = repeated(m, hash, &before);
    if (before)
        return refuse_record(m, x, key_column(m), reason, err);
    seen_add(&m->seen, hash, x->numbers[0]);
    remember_place(m, rows_text(r, 1), rows_text(r, 2));
    m->report->unchanged++;
    return true;
}

static const char *raw_of_group(struct import *m, const struct incoming *x)
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
    for (size_t i = 0; i < x->count; i++) {
        json_open(&j, '[');
        for (size_t k = 0; k < x->counts[i]; k++)
            json_text(&j, x->cells[i][k]);
        json_close(&j, ']');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    return arena_strdup(m->batch, out.data);
}

static void count_flags(struct import *m, const struct row_result *x)
{
    for (size_t i = 0; i < x->opening_count; i++)
        if (x->openings[i].week == 0 && x->openings[i].day == 6)
            *(x->openings[i].is_open ? &m->sundays_open : &m->sundays_closed) += 1;
}

/* Its sentences in one line. */
static const char *reasons_of(struct import *m, const struct row_result *x)
{
    const char *all = "";
    for (size_t i = 0; i < x->note_count; i++)
        if (x->notes[i].refused)
            all = arena_printf(m->work, "%s%s%s%s", all, x->notes[i].column, *x->notes[i].column ? "：" : "", x->notes[i].reason);
    return all;
}

/* A byte that no encoding explains was replaced by U+FFFD: what stood there is not known. */
static bool has_unreadable(const struct incoming *x, size_t row, size_t *ret_cell)
{
    for (size_t i = 0; i < x->counts[row]; i++)
        if (strstr(x->cells[row][i], "\xef\xbf\xbd")) {
            *ret_cell = i;
            return true;
        }
    return false;
}

static void read_row(struct import *m, struct incoming *x, size_t i)
{
    static const char reason[] = "読めない文字があります。ほかの文字コードの行が混ざっていないか確かめて、1つの文字コードで保存し直してください。";
    struct row_result *row = &x->rows[i];
    size_t cell;
    if (!has_unreadable(x, i, &cell)) {
        facility_row_read(&m->source, x->cells[i], x->counts[i], m->batch, row);
        return;
    }
    *row = (struct row_result){.scope = "", .refused = true, .note_count = 1};
    row->notes[0] = (struct row_note){.column = cell < m->columns.header_count ? m->columns.headers[cell] : "", .reason = reason, .refused = true};
}

static bool read_rows(struct import *m, struct incoming *x, struct err *err)
{
    for (size_t i = 0; i < x->count; i++) {
        struct row_result *row = &x->rows[i];
        read_row(m, x, i);
        m->report->padded += row->padded;
        for (size_t k = 0; k < row->note_count; k++)
            add_note(m, x->numbers[i], row->notes[k].column, row->notes[k].reason, row->notes[k].refused);
        x->noted |= row->note_count > 0;
        m->report->refused += row->refused;
        count_flags(m, row);
        m->is_cut_off = row->refused && !m->source.may_be_short && x->counts[i] < m->columns.header_count;
        if (row->refused && !keep_refused(m, x, i, "", reasons_of(m, row), err))
            return false;
        x->first = x->first || row->refused ? x->first : row;
    }
    return true;
}

/* --- writing --- */

static bool count_saved(struct import *m, const struct incoming *x, struct err *err)
{
    struct facility_report *r = m->report;
    const struct facility *f = &x->first->facility;
    long *const counts[] = {&r->added, &r->changed, &r->filled, &r->unchanged};
    if (x->saved == FACILITY_WITHOUT_ENTRY)
        return refuse_record(m, x, COLUMN_ID, "このIDの機関がまだありません。先に施設票（01-1、02-1、03-1）を取り込んでください。", err);
    *counts[x->saved] += 1;
    remember_place(m, x->first->scope, x->area_code);
    if (x->saved == FACILITY_ADDED || x->saved == FACILITY_CHANGED)
        add_change(m, x->saved == FACILITY_ADDED ? '+' : '*', x->first->scope, f->source_key, f->name);
    return true;
}

static struct facility_record record_of(const struct import *m, const struct incoming *x)
{
    return (struct facility_record){.columns = &m->columns, .rows = x->rows, .row_count = x->count, .facility = &x->first->facility,
                                    .scope = x->first->scope, .raw = x->raw, .release = m->release, .file_name = m->name, .now = m->now,
                                    .fingerprint = x->fingerprint, .is_noted = x->noted, .run = m->run};
}

/* The hours of an institution are in the municipality of its entry. */
static const char *area_of_record(struct db *db, const struct import *m, const struct incoming *x, struct arena *a, struct err *err)
{
    const struct facility *f = &x->first->facility;
    if (m->columns.format->layout != LAYOUT_NAVII_HOURS)
        return f->area_code;
    const char *area = db_text(db, a, err, "SELECT area_code FROM facility WHERE id = $1", TEXT(f->id));
    return area ? area : "";
}

static bool write_batch(struct db *db, void *arg, struct err *err)
{
    struct batch *b = arg;
    struct audience readers;
    auto_arena *a = arena_new();
    if (!audience_open(db, AUDIENCE_INTERNAL, a, &readers, err))
        return false;
    bool has_corrections = db_int(db, err, 0, "SELECT 1 FROM facility_correction LIMIT 1");
    if (err->kind)
        return false;
    for (size_t i = 0; i < b->count; i++, arena_reset(a)) {
        struct incoming *x = &b->records[i];
        struct facility_record record = record_of(b->import, x);
        record.readers = &readers;
        record.has_corrections = has_corrections;
        if (!facility_save(db, &record, a, &x->saved, err))
            return false;
        x->area_code = arena_strdup(b->arena, area_of_record(db, b->import, x, a, err));
    }
    return true;
}

static void *write_beside(void *arg)
{
    struct batch *b = arg;
    b->written = store_write_alone(b->import->store, write_batch, b, &b->err);
    return NULL;
}

static void wait_for_writer(struct import *m)
{
    if (m->writing && !pthread_equal(m->writer, pthread_self()))
        pthread_join(m->writer, NULL);
}

/* The batch that is being written stands then, and is counted. */
static bool end_writing(struct import *m, struct err *err)
{
    wait_for_writer(m);
    struct batch *b = m->writing;
    m->writing = NULL;
    if (!b)
        return true;
    if (!b->written)
        return err_set(err, b->err.kind, b->err.message, "%s", b->err.detail);
    for (size_t i = 0; i < b->count; i++)
        if (!count_saved(m, &b->records[i], err))
            return false;
    b->count = 0;
    arena_reset(b->arena);
    return true;
}

/* On PostgreSQL a thread of its own would want a connection of its own: there this one writes. */
static bool begin_writing(struct import *m, struct err *err)
{
    if (!end_writing(m, err))
        return false;
    m->writing = m->filling;
    m->filling = &m->batches[m->filling == m->batches];
    m->batch = m->filling->arena;
    m->writer = pthread_self();
    if (!store_is_sqlite(m->store) || pthread_create(&m->writer, NULL, write_beside, m->writing)) {
        m->writer = pthread_self();
        write_beside(m->writing);
    }
    return true;
}

static bool flush(struct import *m, struct err *err)
{
    return (!m->filling->count || begin_writing(m, err)) && end_writing(m, err);
}

/* Tells what would be written. */
static bool look_at(struct import *m, struct incoming *x, struct err *err)
{
    struct facility_record record = record_of(m, x);
    uint64_t entry = facility_hash(FACILITY_HASH_START, record.facility->id);
    if (!facility_compare(m->db, &record, m->work, &x->saved, err))
        return false;
    if (x->saved == FACILITY_WITHOUT_ENTRY && m->given->planned && seen_find(m->given->planned, entry))
        x->saved = FACILITY_ADDED;
    if (x->saved == FACILITY_ADDED && m->given->planned && !seen_find(m->given->planned, entry))
        seen_add(m->given->planned, entry, 1);
    x->area_code = area_of_record(m->db, m, x, m->work, err);
    return count_saved(m, x, err);
}

/* The rows become one record, or are refused. */
static bool take_record(struct import *m, struct incoming *x, struct err *err)
{
    bool known;
    long before;
    m->report->rows += (long)x->count;
    m->is_cut_off = false;
    x->fingerprint = fingerprint_of(m, x);
    if (!is_known(m, x, &known, err) || known)
        return known;
    x->rows = NEW_ARRAY(m->batch, x->count, struct row_result);
    if (!read_rows(m, x, err))
        return false;
    const char *key = x->first ? x->first->facility.source_key : x->rows[0].facility.source_key;
    uint64_t hash = facility_hash(FACILITY_HASH_START, key ? key : "");
    if (!x->first) { /* its old entry is not "no longer listed" */
        if (key && *key && !seen_find(&m->seen, hash))
            seen_add(&m->seen, hash, -x->numbers[0]);
        return true;
    }
    const char *reason = repeated(m, hash, &before);
    if (before) {
        for (size_t i = 0; i < x->count; i++)
            m->report->refused -= x->rows[i].refused;
        return refuse_record(m, x, key_column(m), reason, err);
    }
    seen_add(&m->seen, hash, x->numbers[0]);
    x->raw = m->columns.format->is_grouped ? raw_of_group(m, x) : x->first->facility.raw;
    report_sample(m->report, m->arena, x->numbers[0], &x->first->facility);
    if (m->given->only_look)
        return look_at(m, x, err);
    m->filling->records[m->filling->count++] = *x;
    return true;
}

static bool go_on(struct import *m, struct err *err)
{
    if (!m->given->go_on || m->report->rows - m->asked_row < ASK_ROWS)
        return true;
    m->asked_row = m->report->rows;
    return m->given->go_on(m->given->watch, m->name, m->report->rows) || err_set(err, ERR_CONFLICT, "facility.cancelled", "row=%ld", m->last_row);
}

/* Ends the record that is being read. */
static bool close_record(struct import *m, struct err *err)
{
    arena_reset(m->work);
    bool taken = !m->open.count || take_record(m, &m->open, err);
    m->open = (struct incoming){0};
    if (m->report->rows > ROWS_MOST)
        return err_set(err, ERR_INPUT, "facility.too_many_rows", "row=%ld", m->last_row);
    if (!taken || !go_on(m, err))
        return false;
    bool is_full = m->filling->count == BATCH_RECORDS || arena_used(m->batch) > BATCH_BYTES;
    return !is_full || begin_writing(m, err);
}

static void make_room(struct import *m, struct incoming *x)
{
    size_t room = x->room ? x->room * 2 : m->columns.format->is_grouped ? 8 : 1;
    struct incoming wide = {.cells = NEW_ARRAY(m->batch, room, const char *const *), .counts = NEW_ARRAY(m->batch, room, size_t),
                          .numbers = NEW_ARRAY(m->batch, room, long), .count = x->count, .room = room};
    for (size_t i = 0; i < x->count; i++) {
        wide.cells[i] = x->cells[i];
        wide.counts[i] = x->counts[i];
        wide.numbers[i] = x->numbers[i];
    }
    *x = wide;
}

static void append(struct import *m, const char *const *cells, size_t count, long row)
{
    struct incoming *x = &m->open;
    const char **copy = NEW_ARRAY(m->batch, count + 1, const char *);
    if (x->count == x->room)
        make_room(m, x);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_strdup(m->batch, cells[i]);
    x->cells[x->count] = copy;
    x->counts[x->count] = count;
    x->numbers[x->count++] = row;
}

static bool take_row(struct import *m, const char *const *cells, size_t count, long row, struct err *err)
{
    struct incoming *x = &m->open;
    bool grouped = m->columns.format->is_grouped;
    if (m->is_mended && count > m->columns.header_count)
        count = m->columns.header_count;
    bool same = grouped && x->count && x->count < GROUP_ROWS && facility_row_same(&m->columns, x->cells[0], x->counts[0], cells, count);
    if (!same && x->count && !close_record(m, err))
        return false;
    append(m, cells, count, row);
    return grouped || close_record(m, err);
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
        add_note(m, m->last_row + 1, "", arena_printf(m->work, "空の行が%ld行あります。元の表に抜けがないか確認してください。", blank), true);
        m->report->rows += blank;
        m->report->refused += blank;
    }
    m->last_row = row;
}

/* What was read stands; the rest is told and nothing is marked. */
static bool tell_unreadable(struct import *m, const struct err *mine)
{
    add_note(m, m->last_row + 1, "",
             arena_printf(m->work, "この行から後ろを読めません。%s", output_message_find(mine->message)), true);
    m->report->rows++;
    m->report->refused++;
    m->is_cut_off = true;
    return true;
}

static bool take_rows(struct import *m, struct spreadsheet *s, struct err *err)
{
    const char *const *cells;
    size_t count;
    struct err mine = {0};
    m->last_row = spreadsheet_row(s);
    while (spreadsheet_next(s, &cells, &count, &mine)) {
        if (is_blank(cells, count))
            continue;
        tell_blank_rows(m, spreadsheet_row(s));
        if (!take_row(m, cells, count, spreadsheet_row(s), err))
            return false;
    }
    if (!close_record(m, err) || !flush(m, err))
        return false;
    if (mine.kind == ERR_NONE || (mine.kind == ERR_INPUT && m->report->rows && tell_unreadable(m, &mine)))
        return true;
    return err_set(err, mine.kind, mine.message, "%s", mine.detail);
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

/* A known layout whose headers were changed or lost: which ones. */
static void tell_nearest(struct import *m, const char *const *cells, size_t count, long row)
{
    const char *missing;
    const struct facility_format *f = *m->report->said ? NULL : facility_nearest(cells, count, m->file, &missing);
    if (f)
        m->report->said = arena_printf(m->arena, "%ld行目の見出しは「%s」に近い形ですが、%sがありません。", row, f->label, missing);
}

/* Finds the row of headers among the first ones. */
static bool find_header(struct import *m, struct spreadsheet *s, bool *ret_found, struct err *err)
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
                          facility_mapping_find(m->db, cells, count, m->file, &m->mapping, &mine) &&
                          facility_columns_map(cells, count, &m->mapping, m->file, &m->columns));
        if (!*ret_found) {
            read_title(m, cells, count);
            tell_nearest(m, cells, count, spreadsheet_row(s));
        }
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
static bool find_gone(struct import *m, const char *scope, struct gone **ret, struct err *err)
{
    bool country = covers_country(m);
    struct gone *list = NULL;
    auto_rows *r = db_query(m->db, NULL, err, "SELECT source_key, area_code FROM facility_source WHERE source = $1 AND scope = $2 AND is_listed = 1",
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

static bool tell_gone(struct import *m, const char *scope, const char *key, struct err *err)
{
    struct err failed = {0};
    const char *name = db_text(m->db, m->work, &failed, "SELECT f.name FROM facility f JOIN facility_source s ON s.facility_id = f.id WHERE s.source = $1 AND s.source_key = $2",
                               TEXT(facility_row_source(&m->columns)), TEXT(key));
    m->report->unlisted++;
    add_change(m, '-', scope, key, name ? name : "");
    return failed.kind == ERR_NONE || err_set(err, failed.kind, failed.message, "%s", failed.detail);
}

struct marking {
    struct import *import;
    const struct gone *first;
    size_t count;
};

static bool write_gone(struct db *db, void *arg, struct err *err)
{
    const struct marking *w = arg;
    auto_arena *a = arena_new();
    const struct gone *g = w->first;
    for (size_t i = 0; i < w->count; i++, g = g->next, arena_reset(a))
        if (!facility_unlist(db, w->import->run, facility_row_source(&w->import->columns), g->key, w->import->now, a, err))
            return false;
    return true;
}

static bool mark_scope_gone(struct import *m, const char *scope, const struct gone *gone, struct err *err)
{
    while (gone) {
        struct marking w = {.import = m, .first = gone};
        for (; gone && w.count < GONE_BATCH; gone = gone->next, w.count++) {
            arena_reset(m->work);
            if (!tell_gone(m, scope, gone->key, err))
                return false;
        }
        if (!m->given->only_look && !store_write_alone(m->store, write_gone, &w, err))
            return false;
    }
    return true;
}

static bool mark_gone(struct import *m, struct err *err)
{
    struct gone *gone = NULL;
    m->report->is_part = m->is_part;
    if (m->is_part)
        return true;
    if (m->is_cut_off) {
        add_note(m, m->last_row, "", "ファイルが途中で切れているようです。このファイルにない機関の印は付けませんでした。もう一度ダウンロードしてください。", false);
        return true;
    }
    for (const struct scope_item *x = m->scopes; x; x = x->next)
        if (!find_gone(m, x->name, &gone, err) || !mark_scope_gone(m, x->name, gone, err))
            return false;
    return true;
}

/* Readers of the public files disagree about the flags (formats.md B1): a file whose clinics are open on Sundays is not what we know. */
static bool flags_are_as_known(const struct import *m, struct err *err)
{
    return m->sundays_open + m->sundays_closed < ENOUGH_FLAGS || m->sundays_closed >= m->sundays_open ||
           err_set(err, ERR_INPUT, "facility.flags", "open %ld closed %ld", m->sundays_open, m->sundays_closed);
}

/* Entries that changed may be the same as others'. */
static bool write_end(struct db *db, void *arg, struct err *err)
{
    struct import *m = arg;
    struct facility_report *r = m->report;
    auto_arena *a = arena_new();
    r->proposed = 0;
    if (r->added + r->changed + r->filled && !facility_propose(db, m->run, m->now, &r->proposed, err))
        return false;
    return facility_corrections_apply(db, err) && facility_run_end(db, m->run, m->given->user_id ? m->given->user_id : "", "done", r, m->refused_path, a, err);
}

/* A file of refused rows that comes back mended lists only those rows; what was added to it is not the person's. */
static void find_own_columns(struct import *m)
{
    size_t n = m->columns.header_count;
    while (n && refused_rows_is_own(m->columns.headers[n - 1], m->file))
        n--;
    m->is_mended = n + 2 == m->columns.header_count;
    m->is_part = m->given->is_part || m->is_mended;
    if (m->is_mended)
        facility_columns_cut(&m->columns, n, m->file);
}

static bool begin_sheet(struct import *m, struct spreadsheet *s, struct err *err)
{
    find_own_columns(m);
    m->source = (struct row_source){.columns = &m->columns, .areas = &m->areas, .kind = facility_kind_of_file(&m->columns, m->name),
                                    .may_be_short = spreadsheet_is_xlsx(s)};
    auto_rows *r = db_query(m->db, m->file, err, "SELECT DISTINCT scope FROM facility_source WHERE source = $1", TEXT(facility_row_source(&m->columns)));
    if (!r)
        return false;
    while (rows_next(r))
        remember(m, &m->known_scopes, rows_text(r, 0));
    m->report->label = m->columns.mapping ? m->columns.mapping->name : m->columns.format->label;
    m->report->label = arena_strdup(m->arena, m->report->label);
    m->report->encoding = spreadsheet_encoding(s);
    report_columns(m->report, m->arena, &m->columns);
    return !rows_failed(r);
}

/* Every sheet of a workbook that has the headers: some bureaux put several prefectures into one. */
static bool take_sheets(struct import *m, struct err *err)
{
    bool any = false, found;
    size_t sheets = 1;
    for (size_t i = 0; i < sheets; i++) {
        auto_spreadsheet *s = spreadsheet_open_lenient(m->path, (int)i, err);
        if (!s || !find_header(m, s, &found, err))
            return false;
        sheets = spreadsheet_sheet_count(s);
        if (!found)
            continue;
        any = true;
        if (!begin_sheet(m, s, err) || !take_rows(m, s, err))
            return false;
        m->report->encoding = spreadsheet_encoding(s);
    }
    return any || err_set(err, ERR_INPUT, "facility.format", "headers");
}

struct keeping_mapping {
    const struct facility_given *given;
    const char *now;
};

static bool write_mapping(struct db *db, void *arg, struct err *err)
{
    const struct keeping_mapping *k = arg;
    return facility_mapping_keep(db, k->given->mapping, k->given->mapping_json, k->now, err);
}

static bool begin_run(struct import *m, struct err *err)
{
    const struct facility_given *g = m->given;
    struct keeping_mapping k = {g, m->now};
    const struct facility_run run = {.upload_id = g->upload_id ? g->upload_id : "", .user_id = g->user_id ? g->user_id : "", .file_name = m->name};
    if (g->only_look)
        return true;
    return (!g->mapping || !g->mapping_json || store_write(m->store, write_mapping, &k, err)) && facility_run_begin(m->store, &run, &m->run, err);
}

static bool take_file(struct import *m, struct err *err)
{
    m->report->run = m->run;
    bool read = load_areas(m, err) && take_sheets(m, err);
    m->report->release = arena_strdup(m->arena, m->release);
    return read && flags_are_as_known(m, err) && mark_gone(m, err) &&
           (m->given->only_look || (refused_rows_close(m->refused, err) && store_write(m->store, write_end, m, err)));
}

/* What the run changed goes back; the reason stays the person's. */
static void take_back(struct import *m, const struct err *why)
{
    struct err ignored = {0};
    bool cancelled = !strcmp(why->message, "facility.cancelled");
    m->report->problem = why->message;
    struct facility_undo undo = {.number = m->run, .user_id = m->given->user_id ? m->given->user_id : "", .end_state = cancelled ? "cancelled" : "failed",
                                 .report = report_json(m->report, m->file)};
    facility_run_undo(m->store, &undo, &ignored);
}

static void end_import(struct import *m)
{
    tdestroy(m->known_scopes, keep_node);
    tdestroy(m->municipalities, keep_node);
    seen_free(&m->seen);
    for (size_t i = 0; i < COUNT(m->batches); i++)
        arena_free(m->batches[i].arena);
    arena_free(m->work);
    arena_free(m->file);
}

static bool run_import(struct import *m, struct err *err)
{
    struct err mine = {0};
    m->file = arena_new();
    m->work = arena_new();
    for (size_t i = 0; i < COUNT(m->batches); i++)
        m->batches[i] = (struct batch){.import = m, .arena = arena_new(), .records = NEW_ARRAY(m->file, BATCH_RECORDS, struct incoming)};
    m->filling = m->batches;
    m->batch = m->filling->arena;
    m->now = now_utc(m->file);
    m->release = release_of_name(m->name, m->file);
    m->db = store_reader(m->store, &mine);
    store_lean_begin(m->store);
    bool began = m->db && begin_run(m, &mine), done = began && take_file(m, &mine);
    wait_for_writer(m);
    if (!done)
        refused_rows_close(m->refused, NULL);
    if (began && !done && m->run)
        take_back(m, &mine);
    store_lean_end(m->store);
    end_import(m);
    return done || err_set(err, mine.kind, mine.message, "%s", mine.detail);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool import_table(struct store *store, const char *path, const char *shown, const struct facility_given *given, struct arena *a,
                         struct facility_report *ret_report, struct err *err)
{
    *ret_report = (struct facility_report){.file = shown, .release = "", .label = "", .encoding = "", .problem = "", .said = ""};
    struct import m = {.store = store, .path = path, .name = base_name(shown), .given = given, .arena = a, .report = ret_report, .refused_path = ""};
    if (!facility_format_is_known(given->format))
        return err_set(err, ERR_INPUT, "facility.format", "format=%.20s", given->format);
    return run_import(&m, err);
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
    struct facility_report report;
    struct err mine = {0};
    const char *shown = name ? arena_printf(a, "%s/%s", x->path, name) : path;
    const char *published = name ? name : x->given->shown_name ? x->given->shown_name : path;
    bool done = import_table(x->store, path, published, x->given, a, &report, &mine);
    bool is_told = !done && (name || x->given->tells_problems) && mine.kind == ERR_INPUT; /* the other files are taken */
    report.file = shown;
    if (is_told)
        report.problem = mine.message;
    if (done || is_told)
        x->each(&report, x->arg);
    return done || is_told || err_set(err, mine.kind, mine.message, "%s", mine.detail);
}

bool facility_import_any(struct store *store, const char *path, const struct facility_given *given, facility_report_fn *each, void *arg,
                         struct err *err)
{
    struct any x = {store, path, given, each, arg};
    return facility_is_archive(path) ? facility_archive_each(path, take_table, &x, err) : take_table(path, NULL, &x, err);
}

static size_t texts_in(const char *const *cells, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += *cells[i] && !strpbrk(cells[i], "0123456789");
    return n;
}

bool facility_head_read(const char *path, struct arena *a, struct facility_head *ret, struct err *err)
{
    enum { SAMPLES = 3, CHARACTERS = 40 };
    const char *const *cells;
    size_t count, taken = 0;
    struct err mine = {0};
    *ret = (struct facility_head){0};
    auto_spreadsheet *s = spreadsheet_open_lenient(path, 0, err);
    if (!s)
        return false;
    for (int i = 0; i < HEADER_WITHIN && taken < SAMPLES && spreadsheet_next(s, &cells, &count, &mine); i++) {
        if (!ret->count && texts_in(cells, count) < 3)
            continue;
        if (!ret->count) {
            ret->headers = NEW_ARRAY(a, count + 1, const char *);
            ret->samples = arena_array(a, count + 1, sizeof *ret->samples);
            for (ret->count = 0; ret->count < count; ret->count++) {
                ret->headers[ret->count] = text_clean(a, cells[ret->count], strlen(cells[ret->count]), true);
                for (size_t k = 0; k < SAMPLES; k++)
                    ret->samples[ret->count][k] = "";
            }
            continue;
        }
        for (size_t k = 0; k < ret->count && k < count; k++)
            ret->samples[k][taken] = text_cut(a, text_clean(a, cells[k], strlen(cells[k]), true), CHARACTERS);
        taken++;
    }
    if (mine.kind != ERR_NONE && !ret->count)
        return err_set(err, mine.kind, mine.message, "%s", mine.detail);
    return ret->count || err_set(err, ERR_INPUT, "facility.no_headers", "no row with three texts");
}
