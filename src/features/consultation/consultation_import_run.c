/* consultation_import_run.c -- saving what a file holds, and taking it back. */
#include "features/consultation/consultation_import.h"

#include "base/id.h"
#include "base/text.h"
#include "features/feature_list.h"
#include "features/patient/patient.h"
#include "store/audit.h"

#include <sodium.h>
#include <string.h>

const char import_schema[] = "CREATE TABLE import_mapping (\n"
                             "  office_id TEXT NOT NULL,\n"
                             "  name TEXT NOT NULL,        -- given by the person\n"
                             "  headers_key TEXT NOT NULL, -- hash of the folded headers in their order\n"
                             "  mapping TEXT NOT NULL,     -- JSON: columns, defaults, values\n"
                             "  changed_at TEXT NOT NULL,  -- UTC\n"
                             "  changed_by TEXT NOT NULL,\n"
                             "  PRIMARY KEY (office_id, name)\n"
                             ");\n"
                             "CREATE TABLE import_draft (\n"
                             "  id TEXT PRIMARY KEY,\n"
                             "  office_id TEXT NOT NULL,\n"
                             "  user_id TEXT NOT NULL,\n"
                             "  path TEXT NOT NULL,        -- the file while its columns are being told; removed within a day\n"
                             "  mapping TEXT NOT NULL,     -- JSON as it stands\n"
                             "  name_hash TEXT NOT NULL,\n"
                             "  file_hash TEXT NOT NULL,\n"
                             "  created_at TEXT NOT NULL   -- UTC\n"
                             ");\n"
                             "CREATE TABLE import_run (\n"
                             "  id TEXT PRIMARY KEY,       -- the job's id, or one of its own for commands\n"
                             "  office_id TEXT NOT NULL,\n"
                             "  area_code TEXT NOT NULL,\n"
                             "  user_id TEXT NOT NULL,\n"
                             "  name_hash TEXT NOT NULL,   -- a file's name may name a person: only its hash\n"
                             "  file_hash TEXT NOT NULL,   -- BLAKE2b-256 of the bytes\n"
                             "  mapping TEXT NOT NULL,     -- name of the mapping, or ''\n"
                             "  folder TEXT NOT NULL,      -- where the refused rows lie, or ''\n"
                             "  all_or_nothing BIGINT NOT NULL,\n"
                             "  state TEXT NOT NULL,       -- running, done, refused, failed, undone\n"
                             "  rows_read BIGINT NOT NULL,\n"
                             "  imported BIGINT NOT NULL,\n"
                             "  already BIGINT NOT NULL,\n"
                             "  refused BIGINT NOT NULL,\n"
                             "  began_at TEXT NOT NULL,    -- UTC\n"
                             "  ended_at TEXT NOT NULL,\n"
                             "  undone_at TEXT NOT NULL,\n"
                             "  undone_by TEXT NOT NULL,\n"
                             "  undone BIGINT NOT NULL,    -- sheets taken away again\n"
                             "  kept BIGINT NOT NULL       -- sheets left because somebody had changed them\n"
                             ");\n"
                             "CREATE INDEX import_run_list ON import_run (office_id, began_at);\n"
                             "CREATE TABLE import_row (\n"
                             "  run_id TEXT NOT NULL,\n"
                             "  kind TEXT NOT NULL,        -- consultation, patient\n"
                             "  record_id TEXT NOT NULL,\n"
                             "  state BIGINT NOT NULL,     -- 0 stands, 1 undone, 2 left at the undoing\n"
                             "  PRIMARY KEY (run_id, kind, record_id)\n"
                             ");\n";

/* -- one row -------------------------------------------------------------------------------------------------------------- */

struct saving {
    struct db *db;
    const struct import_task *task;
    struct arena *arena;
    struct err *err;
};

enum row_result { ROW_FAILED, ROW_IMPORTED, ROW_ALREADY };

static int64_t moment_ms(const char *received_at)
{
    char day[11] = "";
    memcpy(day, received_at, strnlen(received_at, 10));
    int minutes = time_parse(received_at + strnlen(received_at, 11));
    int64_t ms =
        ((int64_t)date_days_between((struct date){1970, 1, 1}, date_from_iso(day)) * 1440 + (minutes < 0 ? 0 : minutes) - 540) *
        60000;
    return ms < 0 ? 0 : ms;
}

enum place { PLACE_FAILED, PLACE_FREE, PLACE_TAKEN };

/* The id of a seed: the first that is free or stands.  What was taken away keeps its id, so that a row imported again is a new
 * record. */
static enum place find_place(const struct saving *s, const char *sql, int64_t ms, uint64_t seed, const char **ret_id)
{
    enum { TRIES = 1000 };
    for (uint64_t n = 0; n < TRIES; n++) {
        uint64_t pair[2] = {seed, n};
        const char *id = id_for(s->arena, ms, n ? import_hash(pair, sizeof pair) : seed);
        struct err trouble = {0};
        const char *deleted_at = db_text(s->db, s->arena, &trouble, sql, TEXT(id));
        if (trouble.kind) {
            *s->err = trouble;
            return PLACE_FAILED;
        }
        *ret_id = id;
        if (!deleted_at || !*deleted_at)
            return deleted_at ? PLACE_TAKEN : PLACE_FREE;
    }
    err_set(s->err, ERR_CONFLICT, "record.exists", "seed=%llx", (unsigned long long)seed);
    return PLACE_FAILED;
}

static bool note_row(const struct saving *s, const char *kind, const char *id)
{
    return db_run(s->db, s->err,
                  "INSERT INTO import_row (run_id, kind, record_id, state) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING",
                  TEXT(s->task->run_id), TEXT(kind), TEXT(id)) >= 0;
}

/* After a restart the rows of this run are met again: they were imported, not "already there". */
static enum row_result whose(const struct saving *s, const char *id)
{
    struct err trouble = {0};
    long long own = db_int(s->db, &trouble, 0,
                           "SELECT COUNT(*) FROM import_row WHERE run_id = $1 AND kind = 'consultation' AND record_id = $2",
                           TEXT(s->task->run_id), TEXT(id));
    if (trouble.kind) {
        *s->err = trouble;
        return ROW_FAILED;
    }
    return own ? ROW_IMPORTED : ROW_ALREADY;
}

static struct patient person_of(const struct consultation *c)
{
    struct patient p = {0};
    field_clear(patient_record.set, &p);
    p.head = c->head;
    p.kana = c->patient_kana;
    p.name = c->patient_name;
    p.pseudonym = c->patient_pseudonym;
    p.sex = c->sex;
    p.age_band = c->age_band;
    p.care_level = c->care_level;
    p.living = c->living;
    return p;
}

static bool is_about_somebody(const struct consultation *c)
{
    return !strcmp(c->subject_kind, "individual_case") && (*c->patient_kana || *c->patient_name || *c->patient_pseudonym);
}

static bool has_name(const struct consultation *c)
{
    return *c->patient_kana || *c->patient_name;
}

/* The person whom rows of the same kana, name and sex are about; added with the first of them. */
static bool find_namesake(const struct saving *s, struct consultation *c, struct patient *p)
{
    const char *known = arena_printf(s->arena, "%s\x1f%s\x1f%s\x1f%s", c->head.office_id, text_fold(s->arena, c->patient_kana),
                                     text_fold(s->arena, c->patient_name), c->sex);
    enum place place =
        find_place(s, "SELECT deleted_at FROM patient WHERE id = $1", 0, import_hash(known, strlen(known)), &p->head.id);
    if (place == PLACE_FAILED)
        return false;
    c->patient_id = p->head.id;
    return place == PLACE_TAKEN ||
           (patient_ensure(s->db, p, s->task->user_id, s->arena, s->err) && note_row(s, "patient", p->head.id));
}

static bool find_person(const struct saving *s, struct consultation *c)
{
    if (!is_about_somebody(c))
        return true;
    struct patient p = person_of(c);
    struct err trouble = {0};
    const char *known = s->task->im->mapping->same_person
                            ? patient_find_by_key(s->db, c->head.office_id, patient_key(&p, s->arena), s->arena, &trouble)
                            : NULL;
    if (trouble.kind) {
        *s->err = trouble;
        return false;
    }
    if (known) {
        c->patient_id = known;
        return true;
    }
    if (s->task->im->mapping->same_person && has_name(c))
        return find_namesake(s, c, &p);
    return note_row(s, "patient", c->head.id); /* the save registers the person under the sheet's own id */
}

static enum row_result save_row(const struct saving *s, const struct import_row *row)
{
    struct consultation c = row->sheet;
    enum place place =
        find_place(s, "SELECT deleted_at FROM consultation WHERE id = $1", moment_ms(c.received_at), row->seed, &c.head.id);
    if (place == PLACE_FAILED)
        return ROW_FAILED;
    if (place == PLACE_TAKEN)
        return whose(s, c.head.id);
    struct save save = {.resource = &consultation_resource, .row = &c, .arena = s->arena};
    if (!find_person(s, &c) || !resource_save(s->db, &save, s->task->user_id, s->err) || !note_row(s, "consultation", c.head.id))
        return ROW_FAILED;
    return ROW_IMPORTED;
}

/* -- good rows: a transaction for every few hundred ------------------------------------------------------------------------ */

struct run {
    struct import_task *task;
    struct refused_rows *refused; /* made with the first refused row */
    struct import_row rows[IMPORT_BATCH];
    size_t count;
    struct db *db; /* inside the one transaction of all-or-nothing */
    bool only_checking;
};

struct batch {
    const struct import_task *task;
    const struct import_row *rows;
    size_t count;
    enum row_result *results;
};

static bool write_batch(struct db *db, void *arg, struct err *err)
{
    const struct batch *b = arg;
    auto_arena *a = arena_new();
    struct err trouble = {0};
    const struct saving s = {.db = db, .task = b->task, .arena = a, .err = &trouble};
    for (size_t i = 0; i < b->count; i++) {
        b->results[i] = save_row(&s, &b->rows[i]);
        if (b->results[i] == ROW_FAILED) {
            if (err)
                *err = trouble;
            return false;
        }
        arena_reset(a);
    }
    return true;
}

static void count_result(struct import_counts *c, enum row_result r)
{
    c->imported += r == ROW_IMPORTED;
    c->already += r == ROW_ALREADY;
}

static bool refuse(struct run *r, const struct import_row *row, const char *reason, struct err *err)
{
    r->task->counts.refused++;
    if (r->task->refused)
        r->task->refused(r->task->arg, row, reason);
    if (!r->refused && r->task->refused_path)
        r->refused = refused_rows_open(r->task->refused_path, r->task->im->mapping->headers, r->task->im->mapping->count, err);
    return !r->task->refused_path || (r->refused && refused_rows_add(r->refused, row->cells, row->cell_count, row->number, reason, err));
}

/* What the save itself refuses concerns one row: the others of its batch go on without it. */
static bool is_about_one_row(const struct err *e)
{
    return e->kind == ERR_INPUT || e->kind == ERR_CONFLICT || e->kind == ERR_NOT_FOUND;
}

static bool save_one_by_one(struct run *r, struct err *err)
{
    for (size_t i = 0; i < r->count; i++) {
        enum row_result result;
        struct err why = {0};
        struct batch one = {r->task, &r->rows[i], 1, &result};
        if (store_write_alone(r->task->store, write_batch, &one, &why))
            count_result(&r->task->counts, result);
        else if (!is_about_one_row(&why)) {
            *err = why;
            return false;
        } else if (!refuse(r, &r->rows[i], feature_message(features, why.message), err))
            return false;
    }
    return true;
}

static void tell(struct run *r, bool saving)
{
    if (r->task->progress)
        r->task->progress(r->task->arg, r->task->counts.rows, saving);
}

static bool flush_batch(void *arg, struct err *err)
{
    struct run *r = arg;
    enum row_result results[IMPORT_BATCH];
    struct err why = {0};
    struct batch batch = {r->task, r->rows, r->count, results};
    if (r->count && !r->only_checking) {
        if (store_write_alone(r->task->store, write_batch, &batch, &why)) {
            for (size_t i = 0; i < r->count; i++)
                count_result(&r->task->counts, results[i]);
        } else if (!is_about_one_row(&why)) {
            *err = why;
            return false;
        } else if (!save_one_by_one(r, err))
            return false;
    }
    r->count = 0;
    tell(r, false);
    if (r->task->cancelled && r->task->cancelled(r->task->arg)) {
        r->task->counts.cancelled = true;
        return err_set(err, ERR_CONFLICT, "import.cancelled", "rows=%ld", r->task->counts.rows);
    }
    return true;
}

static bool each_row(void *arg, struct import_row *row, struct err *err)
{
    struct run *r = arg;
    r->task->counts.rows++;
    if (row->problem_count)
        return refuse(r, row, import_reason(row), err);
    r->rows[r->count++] = *row;
    return true;
}

static bool walk_good_rows(struct run *r, struct err *err)
{
    struct import_walk w = {.im = r->task->im, .path = r->task->path, .each = each_row, .flush = flush_batch, .arg = r};
    return import_walk(&w, err);
}

/* -- all or nothing: one transaction ---------------------------------------------------------------------------------------- */

struct whole {
    const struct import_task *task;
    struct db *db;
    struct arena *arena;
    struct import_counts counts;
};

static bool save_whole_row(void *arg, struct import_row *row, struct err *err)
{
    struct whole *w = arg;
    struct err trouble = {0};
    const struct saving s = {.db = w->db, .task = w->task, .arena = w->arena, .err = &trouble};
    if (row->problem_count)
        return err_set(err, ERR_CONFLICT, "import.changed", "row=%ld", row->number);
    enum row_result result = save_row(&s, row);
    arena_reset(w->arena);
    count_result(&w->counts, result);
    if (result == ROW_FAILED && err)
        *err = trouble;
    return result != ROW_FAILED;
}

static bool write_whole(struct db *db, void *arg, struct err *err)
{
    struct whole *w = arg;
    auto_arena *a = arena_new();
    w->db = db;
    w->arena = a;
    w->counts = (struct import_counts){0};
    struct import_walk walk = {.im = w->task->im, .path = w->task->path, .each = save_whole_row, .arg = w};
    return import_walk(&walk, err);
}

static bool walk_all_or_nothing(struct run *r, struct err *err)
{
    r->only_checking = true;
    if (!walk_good_rows(r, err))
        return false;
    if (r->task->counts.refused || r->task->dry_run)
        return true;
    tell(r, true);
    struct whole w = {.task = r->task};
    if (!store_write_alone(r->task->store, write_whole, &w, err))
        return false;
    r->task->counts.imported = w.counts.imported;
    r->task->counts.already = w.counts.already;
    return true;
}

bool import_run(struct import_task *t, struct err *err)
{
    auto_arena *a = arena_new();
    struct run *r = NEW(a, struct run);
    *r = (struct run){.task = t, .only_checking = t->dry_run};
    t->counts = (struct import_counts){0};
    bool done = t->all_or_nothing ? walk_all_or_nothing(r, err) : walk_good_rows(r, err);
    return refused_rows_close(r->refused, done ? err : NULL) && done;
}

/* -- runs ------------------------------------------------------------------------------------------------------------------ */

const char *import_file_hash(const char *path, struct arena *a)
{
    crypto_generichash_state state;
    unsigned char block[65536], hash[32];
    FILE *f = fopen(path, "re");
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t n; f && (n = fread(block, 1, sizeof block, f)) > 0;)
        crypto_generichash_update(&state, block, n);
    if (f)
        fclose(f);
    crypto_generichash_final(&state, hash, sizeof hash);
    return sodium_bin2hex(arena_alloc(a, 2 * sizeof hash + 1), 2 * sizeof hash + 1, hash, sizeof hash);
}

struct recording {
    const struct import_record *record;
    const char *id, *state;
    const struct import_counts *counts;
    struct arena *arena;
};

static bool write_begin(struct db *db, void *arg, struct err *err)
{
    const struct recording *w = arg;
    const struct import_record *r = w->record;
    return db_run(db, err,
                  "INSERT INTO import_run (id, office_id, area_code, user_id, name_hash, file_hash, mapping, folder, "
                  "all_or_nothing, state,"
                  " rows_read, imported, already, refused, began_at, ended_at, undone_at, undone_by, undone, kept)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'running', 0, 0, 0, 0, $10, '', '', '', 0, 0) ON CONFLICT (id) "
                  "DO UPDATE SET state = 'running'",
                  TEXT(r->id), TEXT(r->office_id), TEXT(r->area_code), TEXT(r->user_id), TEXT(r->name_hash), TEXT(r->file_hash),
                  TEXT(r->mapping), TEXT(r->folder), INT(r->all_or_nothing), TEXT(now_utc(w->arena))) >= 0;
}

bool import_record_begin(struct store *s, const struct import_record *r, struct arena *a, struct err *err)
{
    struct recording w = {.record = r, .arena = a};
    return store_write(s, write_begin, &w, err);
}

static bool write_end(struct db *db, void *arg, struct err *err)
{
    const struct recording *w = arg;
    const struct import_counts *c = w->counts;
    const char *office = db_text(db, w->arena, err, "SELECT office_id FROM import_run WHERE id = $1", TEXT(w->id));
    const char *user = db_text(db, w->arena, err, "SELECT user_id FROM import_run WHERE id = $1", TEXT(w->id));
    if (!office || !user)
        return false;
    const struct audit_entry e = {.user_id = user,
                                  .office_id = office,
                                  .action = "consultation.import",
                                  .object_kind = "import_run",
                                  .object_id = w->id,
                                  .detail = arena_printf(w->arena, "rows=%ld imported=%ld already=%ld refused=%ld", c->rows,
                                                         c->imported, c->already, c->refused)};
    return db_run(db, err,
                  "UPDATE import_run SET state = $2, rows_read = $3, imported = $4, already = $5, refused = $6, ended_at = $7 "
                  "WHERE id = $1",
                  TEXT(w->id), TEXT(w->state), INT(c->rows), INT(c->imported), INT(c->already), INT(c->refused),
                  TEXT(now_utc(w->arena))) >= 0 &&
           audit_append(db, &e, err);
}

bool import_record_end(struct store *s, const char *id, const char *state, const struct import_counts *c, struct arena *a,
                       struct err *err)
{
    struct recording w = {.id = id, .state = state, .counts = c, .arena = a};
    return store_write(s, write_end, &w, err);
}

/* -- undo ------------------------------------------------------------------------------------------------------------------ */

enum { UNDO_BATCH = 200 };

struct undoing {
    const char *run_id, *user_id, *kind;
    const char **ids;
    size_t count;
    struct import_undone result;
};

static bool mark(struct db *db, const struct undoing *u, const char *id, bool taken, struct err *err)
{
    return db_run(db, err, "UPDATE import_row SET state = $4 WHERE run_id = $1 AND kind = $2 AND record_id = $3", TEXT(u->run_id),
                  TEXT(u->kind), TEXT(id), INT(taken ? 1 : 2)) >= 0;
}

/* A person is only taken away when no sheet speaks of them any more. */
static long long sheets_of(struct db *db, const struct undoing *u, const char *id, struct err *err)
{
    return strcmp(u->kind, "patient")
               ? 0
               : db_int(db, err, 0, "SELECT COUNT(*) FROM consultation WHERE person_key = $1 AND patient_id = $1 AND deleted_at = ''", TEXT(id));
}

static bool undo_one(struct db *db, struct undoing *u, const char *id, struct arena *a, struct err *err)
{
    const struct resource *r = strcmp(u->kind, "patient") ? &consultation_resource : &patient_resource;
    struct scope everything = SCOPE_EVERYTHING;
    struct err trouble = {0};
    void *row = arena_alloc(a, r->record->set->size);
    field_clear(r->record->set, row);
    bool stands = record_find(db, r->record, &everything, id, row, a, &trouble);
    if (!stands && trouble.kind != ERR_NOT_FOUND) {
        *err = trouble;
        return false;
    }
    struct record_head *head = row;
    trouble = (struct err){0};
    bool take = stands && head->revision == 1 && !sheets_of(db, u, id, &trouble);
    struct save s = {.resource = r, .row = row, .old = row, .arena = a, .is_delete = true};
    if (trouble.kind) {
        *err = trouble;
        return false;
    }
    u->result.taken += take;
    u->result.kept += stands && !take;
    return (!take || resource_save(db, &s, u->user_id, err)) && mark(db, u, id, take, err);
}

static bool undo_batch(struct db *db, void *arg, struct err *err)
{
    struct undoing *u = arg;
    auto_arena *a = arena_new();
    struct err trouble = {0};
    u->result = (struct import_undone){0};
    for (size_t i = 0; i < u->count; i++) {
        if (!undo_one(db, u, u->ids[i], a, &trouble)) {
            if (err)
                *err = trouble;
            return false;
        }
        arena_reset(a);
    }
    return true;
}

static bool read_standing(struct store *s, struct undoing *u, struct arena *a, struct err *err)
{
    struct db *db = store_reader(s, err);
    auto_rows *rows =
        db ? db_query(
                 db, a, err,
                 "SELECT record_id FROM import_row WHERE run_id = $1 AND kind = $2 AND state = 0 ORDER BY record_id LIMIT 200",
                 TEXT(u->run_id), TEXT(u->kind))
           : NULL;
    u->ids = NEW_ARRAY(a, UNDO_BATCH, const char *);
    u->count = 0;
    while (rows && u->count < UNDO_BATCH && rows_next(rows))
        u->ids[u->count++] = rows_text(rows, 0);
    return rows && !rows_failed(rows);
}

struct undo_end {
    const char *run_id, *user_id;
    struct import_undone result;
};

static bool write_undone(struct db *db, void *arg, struct err *err)
{
    const struct undo_end *u = arg;
    auto_arena *a = arena_new();
    const char *office = db_text(db, a, err, "SELECT office_id FROM import_run WHERE id = $1", TEXT(u->run_id));
    if (!office)
        return false;
    const struct audit_entry e = {.user_id = u->user_id,
                                  .office_id = office,
                                  .action = "consultation.import.undo",
                                  .object_kind = "import_run",
                                  .object_id = u->run_id,
                                  .detail = arena_printf(a, "undone=%ld kept=%ld", u->result.taken, u->result.kept)};
    return db_run(db, err,
                  "UPDATE import_run SET state = 'undone', undone_at = $2, undone_by = $3, undone = $4, kept = $5 WHERE id = $1",
                  TEXT(u->run_id), TEXT(now_utc(a)), TEXT(u->user_id), INT(u->result.taken), INT(u->result.kept)) >= 0 &&
           audit_append(db, &e, err);
}

static bool count_undone(struct store *s, const char *run_id, struct import_undone *ret, struct err *err)
{
    struct db *db = store_reader(s, err);
    auto_rows *rows = db ? db_query(db, NULL, err,
                                    "SELECT COALESCE(SUM(CASE WHEN state = 1 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN "
                                    "state = 2 THEN 1 ELSE 0 END), 0)"
                                    " FROM import_row WHERE run_id = $1 AND kind = 'consultation'",
                                    TEXT(run_id))
                         : NULL;
    if (!rows || !rows_next(rows))
        return false;
    *ret = (struct import_undone){(long)rows_int(rows, 0), (long)rows_int(rows, 1)};
    return true;
}

bool import_undo(struct store *s, const char *run_id, const char *user_id, void (*progress)(void *arg, long done), void *arg,
                 struct import_undone *ret, struct err *err)
{
    static const char *const kinds[] = {"consultation", "patient"};
    auto_arena *a = arena_new();
    long done = 0;
    for (size_t k = 0; k < 2; k++)
        for (;;) {
            arena_reset(a);
            struct undoing u = {.run_id = run_id, .user_id = user_id, .kind = kinds[k]};
            if (!read_standing(s, &u, a, err))
                return false;
            if (!u.count)
                break;
            if (!store_write_alone(s, undo_batch, &u, err))
                return false;
            done += k ? 0 : (long)u.count;
            if (progress)
                progress(arg, done);
        }
    struct undo_end e = {.run_id = run_id, .user_id = user_id};
    if (!count_undone(s, run_id, &e.result, err) || !store_write(s, write_undone, &e, err))
        return false;
    *ret = e.result;
    return true;
}
