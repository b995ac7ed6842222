#include "features/facility/facility_run.h"

#include "base/count.h"
#include "base/date.h"
#include "base/json.h"
#include "features/facility/facility_group.h"
#include "store/audit.h"
#include "store/search.h"
#include "web/session.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { UNDO_BATCH = 200, MOST_COLUMNS = 30, KEEP_DAYS = 400 };

/* --- runs --- */

struct begin_run {
    const struct facility_run *run;
    long number;
};

static bool write_begin(struct db *db, void *arg, struct err *err)
{
    struct begin_run *b = arg;
    auto_arena *a = arena_new();
    struct err failed = {0};
    b->number = 1 + (long)db_int(db, &failed, 0, "SELECT COALESCE(MAX(number), 0) FROM facility_import_run");
    if (failed.kind != ERR_NONE)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    return db_run(db, err, "DELETE FROM facility_before WHERE run IN (SELECT number FROM facility_import_run WHERE began_at < $1)",
                  TEXT(utc_in_minutes(a, -KEEP_DAYS * 24 * 60))) >= 0 &&
           db_run(db, err,
                  "INSERT INTO facility_import_run (number, upload_id, user_id, file_name, state, report, refused_path, began_at) "
                  "VALUES ($1, $2, $3, $4, 'running', '', '', $5)",
                  INT(b->number), TEXT(b->run->upload_id), TEXT(b->run->user_id), TEXT(b->run->file_name), TEXT(now_utc(a))) == 1;
}

bool facility_run_begin(struct store *store, const struct facility_run *run, long *ret_number, struct err *err)
{
    struct begin_run b = {.run = run};
    if (!store_write(store, write_begin, &b, err))
        return false;
    *ret_number = b.number;
    return true;
}

bool facility_run_end(struct db *db, long number, const char *user_id, const char *state, const struct facility_report *report, const char *refused_path,
                      struct arena *a, struct err *err)
{
    struct audit_entry e = {.user_id = user_id, .office_id = "", .action = "facility.import", .object_kind = "facility_import_run",
                            .object_id = arena_printf(a, "%ld", number),
                            .detail = arena_printf(a, "state=%s added=%ld changed=%ld unlisted=%ld refused=%ld", state, report->added, report->changed,
                                                   report->unlisted, report->refused)};
    return db_run(db, err, "UPDATE facility_import_run SET state = $2, report = $3, refused_path = $4, ended_at = $5 WHERE number = $1", INT(number),
                  TEXT(state), TEXT(report_json(report, a)), TEXT(refused_path), TEXT(now_utc(a))) == 1 &&
           audit_append(db, &e, err);
}

#define RUN_COLUMNS "number, upload_id, user_id, file_name, state, report, refused_path, began_at, ended_at, undone_at, undone_by, undone, kept"

static void read_run(const struct rows *r, struct facility_run *run)
{
    *run = (struct facility_run){.number = (long)rows_int(r, 0), .upload_id = rows_text(r, 1), .user_id = rows_text(r, 2), .file_name = rows_text(r, 3),
                                 .state = rows_text(r, 4), .report = rows_text(r, 5), .refused_path = rows_text(r, 6), .began_at = rows_text(r, 7),
                                 .ended_at = rows_text(r, 8), .undone_at = rows_text(r, 9), .undone_by = rows_text(r, 10),
                                 .undone = (long)rows_int(r, 11), .kept = (long)rows_int(r, 12)};
}

bool facility_run_find(struct db *db, long number, struct arena *a, struct facility_run *ret, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT " RUN_COLUMNS " FROM facility_import_run WHERE number = $1", INT(number));
    if (!r || !rows_next(r))
        return r && !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "facility.unknown_run", "run=%ld", number);
    read_run(r, ret);
    return true;
}

bool facility_runs(struct db *db, const char *upload_id, size_t most, struct arena *a, struct facility_run **ret, size_t *ret_count, struct err *err)
{
    struct facility_run *list = NEW_ARRAY(a, most + 1, struct facility_run);
    *ret_count = 0;
    auto_rows *r = db_query(db, a, err, "SELECT " RUN_COLUMNS " FROM facility_import_run WHERE upload_id = $1 OR $1 = '' ORDER BY number DESC LIMIT $2",
                            TEXT(upload_id), INT((long long)most));
    while (r && *ret_count < most && rows_next(r))
        read_run(r, &list[(*ret_count)++]);
    *ret = list;
    return r && !rows_failed(r);
}

/* --- what stood before --- */

/* The rows of an entry that a run can change.  `keys`: what $1, $2 are: i the entry's id, s source, k source_key; `kinds` of the selected
 * columns: t text, n number. */
static const struct {
    const char *keys, *kinds, *select, *clear, *put;
} kept[] = {
    {"i", "tttttttttnnntttttntntt",
     "SELECT name, kana, corporation, corporation_number, area_code, address, building, phone, fax, lat, lng, capacity, url, days, note, kind, postal, "
     "beds, match_name, is_listed, imported_at, office_number FROM facility WHERE id = $1",
     NULL,
     "UPDATE facility SET name = $2, kana = $3, corporation = $4, corporation_number = $5, area_code = $6, address = $7, building = $8, phone = $9, "
     "fax = $10, lat = $11, lng = $12, capacity = $13, url = $14, days = $15, note = $16, kind = $17, postal = $18, beds = $19, match_name = $20, "
     "is_listed = $21, imported_at = $22, office_number = $23 WHERE id = $1"},
    {"sk", "tttnntttntn",
     "SELECT facility_id, scope, area_code, fingerprint, is_noted, raw, release, file_name, is_listed, imported_at, run FROM facility_source "
     "WHERE source = $1 AND source_key = $2",
     "DELETE FROM facility_source WHERE source = $1 AND source_key = $2",
     "INSERT INTO facility_source (source, source_key, facility_id, scope, area_code, fingerprint, is_noted, raw, release, file_name, is_listed, "
     "imported_at, run) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"},
    {"is", "ntt", "SELECT position, code, label FROM facility_service WHERE facility_id = $1 AND source = $2",
     "DELETE FROM facility_service WHERE facility_id = $1 AND source = $2",
     "INSERT INTO facility_service (facility_id, source, position, code, label) VALUES ($1, $2, $3, $4, $5)"},
    {"is", "nttnnnnn",
     "SELECT position, speciality_code, speciality, slot, is_reception, day, opens, closes FROM facility_hours WHERE facility_id = $1 AND source = $2",
     "DELETE FROM facility_hours WHERE facility_id = $1 AND source = $2",
     "INSERT INTO facility_hours (facility_id, source, position, speciality_code, speciality, slot, is_reception, day, opens, closes) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"},
    {"is", "nnn", "SELECT week, day, is_open FROM facility_opening WHERE facility_id = $1 AND source = $2",
     "DELETE FROM facility_opening WHERE facility_id = $1 AND source = $2",
     "INSERT INTO facility_opening (facility_id, source, week, day, is_open) VALUES ($1, $2, $3, $4, $5)"},
    {"is", "ntttttt",
     "SELECT position, mark, name, number, since, home_care, remark FROM facility_notification WHERE facility_id = $1 AND source = $2",
     "DELETE FROM facility_notification WHERE facility_id = $1 AND source = $2",
     "INSERT INTO facility_notification (facility_id, source, position, mark, name, number, since, home_care, remark) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"},
};

struct touched {
    const char *source, *source_key, *facility_id;
};

static size_t key_values(size_t table, const struct touched *t, struct value *values)
{
    size_t n = 0;
    for (const char *k = kept[table].keys; *k; k++)
        values[n++] = TEXT(*k == 'i' ? t->facility_id : *k == 's' ? t->source : t->source_key);
    return n;
}

static bool write_rows(struct db *db, size_t table, const struct touched *t, struct json *j, struct err *err)
{
    struct value keys[2];
    size_t key_count = key_values(table, t, keys);
    auto_rows *r = db_query_values(db, NULL, err, kept[table].select, keys, key_count);
    if (!r)
        return false;
    json_open(j, '[');
    while (rows_next(r)) {
        json_open(j, '[');
        for (int i = 0; kept[table].kinds[i]; i++)
            if (rows_is_null(r, i))
                json_none(j);
            else if (kept[table].kinds[i] == 'n')
                json_int(j, rows_int(r, i));
            else
                json_text(j, rows_text(r, i));
        json_close(j, ']');
    }
    json_close(j, ']');
    return !rows_failed(r);
}

bool facility_keep_before(struct db *db, long run, const char *source, const char *source_key, const char *facility_id, struct arena *a, struct err *err)
{
    const struct touched t = {source, source_key, facility_id};
    auto_buf was = {0};
    struct json j;
    json_init(&j, &was);
    json_open(&j, '[');
    for (size_t i = 0; i < COUNT(kept); i++)
        if (!write_rows(db, i, &t, &j, err))
            return false;
    json_close(&j, ']');
    (void)a;
    return db_run(db, err, "INSERT INTO facility_before (run, source, source_key, facility_id, was, before_run) VALUES ($1, $2, $3, $4, $5, "
                  "COALESCE((SELECT s.run FROM facility_source s WHERE s.source = $2 AND s.source_key = $3), 0))", INT(run), TEXT(source),
                  TEXT(source_key), TEXT(facility_id), TEXT(was.data)) == 1;
}

/* --- undo --- */

static struct value value_of(const json_t *item)
{
    return json_is_null(item) ? NUL : json_is_integer(item) ? INT(json_integer_value(item)) : TEXT(json_string_value(item));
}

static bool put_back_table(struct db *db, size_t table, const struct touched *t, const json_t *rows, struct err *err)
{
    struct value values[MOST_COLUMNS];
    size_t key_count = key_values(table, t, values), i, k;
    json_t *row, *item;
    if (kept[table].clear && db_run_values(db, err, kept[table].clear, values, key_count) < 0)
        return false;
    json_array_foreach(rows, i, row)
    {
        json_array_foreach(row, k, item)
            if (key_count + k < MOST_COLUMNS)
                values[key_count + k] = value_of(item);
        if (db_run_values(db, err, kept[table].put, values, key_count + json_array_size(row)) != 1)
            return false;
    }
    return true;
}

static bool put_back(struct db *db, const struct touched *t, const char *was, struct arena *a, struct err *err)
{
    const char **group;
    size_t count;
    bool ok = facility_group_part(db, t->facility_id, a, &group, &count, err);
    json_t *top = json_loads(was, 0, NULL);
    for (size_t i = 0; ok && i < COUNT(kept); i++)
        ok = put_back_table(db, i, t, json_array_get(top, i), err);
    json_decref(top);
    return ok && facility_group_join(db, group, count, a, err);
}

/* An entry that nothing else hangs on goes; of one with other sources only this source's part. */
static bool take_away(struct db *db, const struct touched *t, struct arena *a, struct err *err)
{
    for (size_t i = 1; i < COUNT(kept); i++)
        if (!put_back_table(db, i, t, NULL, err))
            return false;
    struct err failed = {0};
    if (db_int(db, &failed, 1, "SELECT COUNT(*) FROM facility_source WHERE facility_id = $1", TEXT(t->facility_id)))
        return failed.kind == ERR_NONE || err_set(err, failed.kind, failed.message, "%s", failed.detail);
    (void)a;
    return db_run(db, err, "DELETE FROM facility_match WHERE (facility_id = $1 OR other_id = $1) AND state IN ('proposed', 'later')",
                  TEXT(t->facility_id)) >= 0 &&
           search_remove(db, "facility", t->facility_id, err) && db_run(db, err, "DELETE FROM facility WHERE id = $1", TEXT(t->facility_id)) == 1;
}

struct undo_batch {
    long run;
    const char *now;
    struct touched items[UNDO_BATCH];
    const char *was[UNDO_BATCH]; /* NULL: the run added it */
    size_t first, count;
};

static bool undo_one(struct db *db, const struct undo_batch *b, size_t i, struct arena *a, struct err *err)
{
    const struct touched *t = &b->items[i];
    if (!b->was[i])
        return take_away(db, t, a, err);
    return put_back(db, t, b->was[i], a, err) &&
           db_run(db, err, "DELETE FROM facility_before WHERE run = $1 AND source = $2 AND source_key = $3", INT(b->run), TEXT(t->source),
                  TEXT(t->source_key)) == 1;
}

static bool write_undo(struct db *db, void *arg, struct err *err)
{
    const struct undo_batch *b = arg;
    auto_arena *a = arena_new();
    for (size_t i = b->first; i < b->count; i++, arena_reset(a))
        if (!undo_one(db, b, i, a, err))
            return false;
    return true;
}

/* Decided pairs, vacancies, people ... : the entry stays and is shown as no longer listed. */
static bool write_keep(struct db *db, void *arg, struct err *err)
{
    const struct undo_batch *b = arg;
    const struct touched *t = &b->items[b->first];
    return db_run(db, err, "UPDATE facility SET is_listed = 0, imported_at = $2 WHERE id = $1", TEXT(t->facility_id), TEXT(b->now)) == 1 &&
           db_run(db, err, "UPDATE facility_source SET is_listed = 0, imported_at = $3, run = 0 WHERE source = $1 AND source_key = $2", TEXT(t->source),
                  TEXT(t->source_key), TEXT(b->now)) == 1;
}

static bool read_batch(struct store *store, struct undo_batch *b, struct arena *a, struct err *err)
{
    struct db *db = store_reader(store, err);
    auto_rows *r = db ? db_query(db, a, err,
                                 "SELECT source, source_key, facility_id, was FROM facility_before WHERE run = $1 ORDER BY source, source_key LIMIT 200",
                                 INT(b->run)) : NULL;
    for (b->count = 0; r && b->count < UNDO_BATCH && rows_next(r); b->count++) {
        b->items[b->count] = (struct touched){rows_text(r, 0), rows_text(r, 1), rows_text(r, 2)};
        b->was[b->count] = rows_text(r, 3);
    }
    if (!r || rows_failed(r) || b->count)
        return r && !rows_failed(r);
    auto_rows *added = db_query(db, a, err, "SELECT source, source_key, facility_id FROM facility_source WHERE run = $1 LIMIT 200", INT(b->run));
    for (; added && b->count < UNDO_BATCH && rows_next(added); b->count++) {
        b->items[b->count] = (struct touched){rows_text(added, 0), rows_text(added, 1), rows_text(added, 2)};
        b->was[b->count] = NULL;
    }
    return added && !rows_failed(added);
}

/* The batch at once; when something hangs on one of its entries, one by one. */
static bool undo_items(struct store *store, struct undo_batch *b, struct facility_undo *u, struct err *err)
{
    struct err why = {0};
    if (store_write_alone(store, write_undo, b, &why)) {
        u->undone += (long)b->count;
        return true;
    }
    size_t count = b->count;
    for (size_t i = 0; i < count; i++) {
        b->first = i;
        b->count = i + 1;
        why = (struct err){0};
        if (store_write_alone(store, write_undo, b, &why))
            u->undone++;
        else if (why.kind != ERR_DB || b->was[i])
            return err_set(err, why.kind, why.message, "%s", why.detail);
        else if (store_write_alone(store, write_keep, b, err))
            u->kept++;
        else
            return false;
    }
    return true;
}

static bool write_undone(struct db *db, void *arg, struct err *err)
{
    const struct facility_undo *u = arg;
    auto_arena *a = arena_new();
    struct audit_entry e = {.user_id = u->user_id, .office_id = "", .action = "facility.import.undo", .object_kind = "facility_import_run",
                            .object_id = arena_printf(a, "%ld", u->number), .detail = arena_printf(a, "undone=%ld kept=%ld", u->undone, u->kept)};
    const char *now = now_utc(a);
    return db_run(db, err, "DELETE FROM facility_match WHERE run = $1 AND state IN ('proposed', 'later')", INT(u->number)) >= 0 &&
           db_run(db, err, "UPDATE facility_import_run SET state = $2, undone_at = $3, undone_by = $4, undone = $5, kept = $6, ended_at = CASE "
                           "WHEN ended_at = '' THEN $3 ELSE ended_at END, report = COALESCE($7, report) WHERE number = $1",
                  INT(u->number), TEXT(u->end_state), TEXT(now), TEXT(u->user_id), INT(u->undone), INT(u->kept), TEXT(u->report)) == 1 &&
           facility_corrections_apply(db, err) && audit_append(db, &e, err);
}

static bool may_undo(struct store *store, const struct facility_undo *u, struct arena *a, struct err *err)
{
    struct facility_run run;
    struct err failed = {0};
    struct db *db = store_reader(store, err);
    if (!db || !facility_run_find(db, u->number, a, &run, err))
        return false;
    if (strcmp(run.state, "done") != 0 && strcmp(run.state, "running") != 0)
        return err_set(err, ERR_CONFLICT, "facility.undo_state", "run=%ld state=%s", u->number, run.state);
    long long later = db_int(db, &failed, 0,
                             "SELECT COUNT(*) FROM facility_import_run r WHERE r.number > $1 AND (EXISTS (SELECT 1 FROM facility_before b "
                             "WHERE b.before_run = $1 AND b.run = r.number) OR EXISTS (SELECT 1 FROM facility_source s JOIN facility_source x "
                             "ON x.facility_id = s.facility_id AND x.run = $1 WHERE s.run = r.number))",
                             INT(u->number));
    if (failed.kind != ERR_NONE)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    return !later || err_set(err, ERR_CONFLICT, "facility.undo_built_on", "run=%ld later=%lld", u->number, later);
}

bool facility_run_undo(struct store *store, struct facility_undo *u, struct err *err)
{
    auto_arena *a = arena_new();
    struct undo_batch *b = xcalloc(1, sizeof *b);
    bool ok = may_undo(store, u, a, err);
    do {
        arena_reset(a);
        *b = (struct undo_batch){.run = u->number, .now = now_utc(a)};
        ok = ok && read_batch(store, b, a, err) && (!b->count || undo_items(store, b, u, err));
        if (ok && u->tell)
            u->tell(u->arg, u->undone);
    } while (ok && b->count);
    free(b);
    return ok && store_write(store, write_undone, u, err);
}
