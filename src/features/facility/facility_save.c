#include "features/facility/facility_save.h"

#include "base/count.h"
#include "base/text.h"
#include "features/facility/facility_group.h"
#include "features/facility/facility_mapping.h"
#include "features/facility/facility_run.h"
#include "store/search.h"

#include <string.h>

static struct value number_or_null(long n)
{
    return n == FIELD_BLANK ? NUL : INT(n);
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

const char *facility_row_source(const struct facility_columns *c)
{
    return c->mapping ? c->mapping->source : c->format->source;
}

/* The name without the legal form before it: 医療法人浜田会　洛北病院 is 洛北病院 elsewhere. */
static const char *match_name(const char *name, struct arena *a)
{
    const char *last = NULL;
    for (const char *c = name; *c; c++)
        if (!strncmp(c, "　", 3) || *c == ' ')
            last = c;
    bool legal = strstr(name, "法人") && last && last > strstr(name, "法人") && strlen(last) > 8;
    return text_fold(a, legal ? last : name);
}

static bool insert(struct db *db, const struct facility_record *x, struct arena *a, struct err *err)
{
    const struct facility *f = x->facility;
    return db_run(db, err,
                  "INSERT INTO facility (id, source, source_key, service_code, office_number, name, kana, corporation, corporation_number, "
                  "area_code, address, building, phone, fax, lat, lng, capacity, url, days, note, kind, postal, beds, match_name, is_listed, "
                  "imported_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, "
                  "$23, $24, 1, $25)",
                  TEXT(f->id), TEXT(f->source), TEXT(f->source_key), TEXT(f->service_code), TEXT(f->office_number), TEXT(f->name),
                  TEXT(or_empty(f->kana)), TEXT(or_empty(f->corporation)), TEXT(or_empty(f->corporation_number)), TEXT(f->area_code),
                  TEXT(or_empty(f->address)), TEXT(or_empty(f->building)), TEXT(or_empty(f->phone)), TEXT(or_empty(f->fax)),
                  number_or_null(f->latitude), number_or_null(f->longitude), number_or_null(f->capacity), TEXT(or_empty(f->url)),
                  TEXT(or_empty(f->days)), TEXT(or_empty(f->note)), TEXT(f->kind), TEXT(or_empty(f->postal)), number_or_null(f->beds),
                  TEXT(match_name(f->name, a)), TEXT(x->now)) == 1 &&
           facility_index_new(db, x->readers, f, a, err);
}

/* Columns that the file has not keep what is known. */
static bool update(struct db *db, const struct facility_record *x, struct arena *a, struct err *err)
{
    const struct facility *f = x->facility;
    bool has_place = x->columns->at[COLUMN_LATITUDE] >= 0, has_capacity = x->columns->at[COLUMN_CAPACITY] >= 0;
    return db_run(db, err,
                  "UPDATE facility SET name = $2, kana = COALESCE($3, kana), corporation = COALESCE($4, corporation), "
                  "corporation_number = COALESCE($5, corporation_number), area_code = CASE WHEN $6 = '' THEN area_code ELSE $6 END, "
                  "address = COALESCE($7, address), building = COALESCE($8, building), phone = COALESCE($9, phone), fax = COALESCE($10, fax), "
                  "lat = CASE WHEN $11 = 1 THEN $12 ELSE lat END, lng = CASE WHEN $11 = 1 THEN $13 ELSE lng END, "
                  "capacity = CASE WHEN $14 = 1 THEN $15 ELSE capacity END, url = COALESCE($16, url), days = COALESCE($17, days), "
                  "note = COALESCE($18, note), kind = $19, postal = COALESCE($20, postal), beds = COALESCE($21, beds), match_name = $22, "
                  "is_listed = 1, imported_at = $23 WHERE id = $1",
                  TEXT(f->id), TEXT(f->name), TEXT(f->kana), TEXT(f->corporation), TEXT(f->corporation_number), TEXT(f->area_code),
                  TEXT(f->address), TEXT(f->building), TEXT(f->phone), TEXT(f->fax), INT(has_place), number_or_null(f->latitude),
                  number_or_null(f->longitude), INT(has_capacity), number_or_null(f->capacity), TEXT(f->url), TEXT(f->days), TEXT(f->note),
                  TEXT(f->kind), TEXT(f->postal), number_or_null(f->beds), TEXT(match_name(f->name, a)), TEXT(x->now)) == 1 &&
           (!x->has_corrections || facility_corrections_published(db, f, has_place, has_capacity, a, err)) && facility_index(db, f->id, a, err);
}

#define INSERT_SOURCE                                                                                                                             \
    "INSERT INTO facility_source (source, source_key, facility_id, scope, area_code, fingerprint, is_noted, raw, release, file_name, is_listed, " \
    "imported_at, run) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12)"

/* A row that stood before keeps its place. */
static bool put_source(struct db *db, const struct facility_record *x, bool is_new, const char *area_code, struct err *err)
{
    const struct value values[] = {TEXT(facility_row_source(x->columns)), TEXT(x->facility->source_key), TEXT(x->facility->id), TEXT(x->scope),
                                   TEXT(area_code), INT((long long)x->fingerprint), INT(x->is_noted), TEXT(x->raw), TEXT(x->release),
                                   TEXT(x->file_name), TEXT(x->now), INT(x->run)};
    const char *sql = is_new ? INSERT_SOURCE
                             : "UPDATE facility_source SET facility_id = $3, scope = $4, area_code = $5, fingerprint = $6, is_noted = $7, raw = $8, "
                               "release = $9, file_name = $10, is_listed = 1, imported_at = $11, run = $12 WHERE source = $1 AND source_key = $2";
    return db_run_values(db, err, sql, values, COUNT(values)) == 1;
}

static bool clear_parts(struct db *db, const struct facility_record *x, struct err *err)
{
    const char *id = x->facility->id, *source = facility_row_source(x->columns);
    return db_run(db, err, "DELETE FROM facility_service WHERE facility_id = $1 AND source = $2", TEXT(id), TEXT(source)) >= 0 &&
           db_run(db, err, "DELETE FROM facility_hours WHERE facility_id = $1 AND source = $2", TEXT(id), TEXT(source)) >= 0 &&
           db_run(db, err, "DELETE FROM facility_opening WHERE facility_id = $1 AND source = $2", TEXT(id), TEXT(source)) >= 0 &&
           db_run(db, err, "DELETE FROM facility_notification WHERE facility_id = $1 AND source = $2", TEXT(id), TEXT(source)) >= 0;
}

struct positions {
    int service, hours, notification;
    const char *last_service;
};

static bool put_services(struct db *db, const struct facility_record *x, const struct row_result *row, struct positions *at, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < row->service_count; i++) {
        const struct row_service *s = &row->services[i];
        if (x->row_count > 1 && !strcmp(or_empty(at->last_service), s->label))
            continue; /* the next time slot of the same department */
        at->last_service = s->label;
        ok = db_run(db, err, "INSERT INTO facility_service (facility_id, source, position, code, label) VALUES ($1, $2, $3, $4, $5)",
                    TEXT(x->facility->id), TEXT(facility_row_source(x->columns)), INT(++at->service), TEXT(s->code), TEXT(s->label)) == 1;
    }
    return ok;
}

static bool put_hours(struct db *db, const struct facility_record *x, const struct row_result *row, struct positions *at, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < row->hours_count; i++) {
        const struct row_hours *h = &row->hours[i];
        ok = db_run(db, err,
                    "INSERT INTO facility_hours (facility_id, source, position, speciality_code, speciality, slot, is_reception, day, opens, closes) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    TEXT(x->facility->id), TEXT(facility_row_source(x->columns)), INT(++at->hours), TEXT(h->speciality_code),
                    TEXT(h->speciality), INT(h->slot), INT(h->is_reception), INT(h->day), INT(h->opens), INT(h->closes)) == 1;
    }
    for (size_t i = 0; ok && i < row->opening_count; i++)
        ok = db_run(db, err,
                    "INSERT INTO facility_opening (facility_id, source, week, day, is_open) VALUES ($1, $2, $3, $4, $5) "
                    "ON CONFLICT (facility_id, source, week, day) DO NOTHING",
                    TEXT(x->facility->id), TEXT(facility_row_source(x->columns)), INT(row->openings[i].week), INT(row->openings[i].day),
                    INT(row->openings[i].is_open)) >= 0;
    return ok;
}

static bool put_notification(struct db *db, const struct facility_record *x, const struct row_result *row, struct positions *at,
                             struct err *err)
{
    const struct row_notification *n = &row->notification;
    if (row->continues && at->notification)
        return db_run(db, err,
                      "UPDATE facility_notification SET remark = CASE WHEN remark = '' THEN $5 ELSE remark || $4 || $5 END WHERE facility_id = $1 AND source = $2 AND position = $3",
                      TEXT(x->facility->id), TEXT(facility_row_source(x->columns)), INT(at->notification), TEXT("\n"), TEXT(n->remark)) == 1;
    return !row->has_notification ||
           db_run(db, err,
                  "INSERT INTO facility_notification (facility_id, source, position, mark, name, number, since, home_care, remark) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                  TEXT(x->facility->id), TEXT(facility_row_source(x->columns)), INT(++at->notification), TEXT(n->mark), TEXT(n->name),
                  TEXT(n->number), TEXT(n->since), TEXT(n->home_care), TEXT(n->remark)) == 1;
}

static bool put_parts(struct db *db, const struct facility_record *x, bool is_new, struct err *err)
{
    struct positions at = {0};
    bool ok = is_new || clear_parts(db, x, err);
    for (size_t i = 0; ok && i < x->row_count; i++)
        if (!x->rows[i].refused)
            ok = put_services(db, x, &x->rows[i], &at, err) && put_hours(db, x, &x->rows[i], &at, err) &&
                 put_notification(db, x, &x->rows[i], &at, err);
    return ok;
}

/* Something that was known is said differently now. */
static bool differs(const struct facility *was, const struct facility *is, const struct facility_columns *c)
{
    const char *const pairs[][2] = {{was->name, is->name}, {was->kana, is->kana}, {was->address, is->address}, {was->phone, is->phone},
                                    {was->fax, is->fax}, {was->url, is->url}, {was->corporation, is->corporation}, {was->days, is->days},
                                    {was->note, is->note}, {was->area_code, is->area_code}, {was->postal, is->postal}, {was->kind, is->kind}};
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (*pairs[i][0] && pairs[i][1] && strcmp(pairs[i][0], pairs[i][1]) != 0)
            return true;
    const long numbers[][2] = {{was->latitude, is->latitude}, {was->longitude, is->longitude}};
    for (size_t i = 0; i < COUNT(numbers) && c->at[COLUMN_LATITUDE] >= 0; i++)
        if (numbers[i][0] != FIELD_BLANK && numbers[i][0] != numbers[i][1])
            return true;
    return !was->is_listed || (c->at[COLUMN_CAPACITY] >= 0 && was->capacity != FIELD_BLANK && was->capacity != is->capacity);
}

/* Parts of their own (hours, notifications) count as known facts. */
static bool find_difference(struct db *db, const struct facility_record *x, struct arena *a, enum facility_saved *ret, struct err *err)
{
    struct facility was;
    if (*ret != FACILITY_CHANGED || x->columns->format->is_grouped)
        return true;
    if (!facility_find(db, x->facility->id, a, &was, err))
        return false;
    *ret = differs(&was, x->facility, x->columns) ? FACILITY_CHANGED : FACILITY_FILLED;
    return true;
}

/* What stands of a record. */
struct standing {
    const char *area_code;
    bool exists, is_grouped, has_source;
};

static bool look_up(struct db *db, const struct facility_record *x, struct arena *a, struct standing *ret, enum facility_saved *ret_saved,
                    struct err *err)
{
    const struct facility *f = x->facility;
    auto_rows *r = db_query(db, a, err,
                            "SELECT f.area_code, s.fingerprint, s.is_listed, CASE WHEN f.merged_into <> '' OR EXISTS (SELECT 1 FROM facility m "
                            "WHERE m.merged_into <> '' AND m.merged_into = f.id) THEN 1 ELSE 0 END FROM facility f LEFT JOIN facility_source s "
                            "ON s.source = $2 AND s.source_key = $3 WHERE f.id = $1",
                            TEXT(f->id), TEXT(facility_row_source(x->columns)), TEXT(f->source_key));
    if (!r)
        return false;
    bool exists = rows_next(r), has_source = exists && !rows_is_null(r, 1), only_part = x->columns->format->layout == LAYOUT_NAVII_HOURS;
    if (rows_failed(r))
        return false;
    *ret = (struct standing){exists ? rows_text(r, 0) : "", exists, exists && rows_int(r, 3), has_source};
    *ret_saved = has_source && rows_int(r, 2) && rows_int(r, 1) == (long long)x->fingerprint ? FACILITY_SAME
               : only_part && !exists ? FACILITY_WITHOUT_ENTRY : has_source ? FACILITY_CHANGED : FACILITY_ADDED;
    return true;
}

bool facility_compare(struct db *db, const struct facility_record *x, struct arena *a, enum facility_saved *ret, struct err *err)
{
    struct standing was;
    return look_up(db, x, a, &was, ret, err) && find_difference(db, x, a, ret, err);
}

/* Departments are words one searches by; a care office is named by its one service already. */
static bool index_parts(struct db *db, const struct facility_record *x, struct arena *a, struct err *err)
{
    bool any = false;
    for (size_t i = 0; i < x->row_count; i++)
        any |= !x->rows[i].refused && x->rows[i].service_count;
    return !any || x->columns->format->layout == LAYOUT_KAIGO || facility_index(db, facility_shown_id(db, x->facility->id, a), a, err);
}

bool facility_save(struct db *db, const struct facility_record *x, struct arena *a, enum facility_saved *ret, struct err *err)
{
    const struct facility *f = x->facility;
    bool only_part = x->columns->format->layout == LAYOUT_NAVII_HOURS;
    const char *source = facility_row_source(x->columns), **group;
    size_t group_count = 0;
    struct standing was;
    if (!look_up(db, x, a, &was, ret, err))
        return false;
    if (*ret == FACILITY_SAME || *ret == FACILITY_WITHOUT_ENTRY)
        return true;
    bool parted = was.is_grouped; /* what is kept of it is its own, not what others filled in */
    if ((parted && !facility_group_part(db, f->id, a, &group, &group_count, err)) ||
        (was.exists && !facility_keep_before(db, x->run, source, f->source_key, f->id, a, err)) || !find_difference(db, x, a, ret, err))
        return false;
    bool kept = only_part || (was.exists ? update(db, x, a, err) : insert(db, x, a, err));
    return kept && put_source(db, x, !was.has_source, only_part ? was.area_code : f->area_code, err) && put_parts(db, x, !was.exists, err) &&
           index_parts(db, x, a, err) && (!parted || facility_group_join(db, group, group_count, a, err));
}

bool facility_unlist(struct db *db, long run, const char *source, const char *source_key, const char *now, struct arena *a, struct err *err)
{
    const char **group, *id = db_text(db, a, err, "SELECT facility_id FROM facility_source WHERE source = $1 AND source_key = $2", TEXT(source),
                                      TEXT(source_key));
    size_t count;
    return id && facility_group_part(db, id, a, &group, &count, err) && facility_keep_before(db, run, source, source_key, id, a, err) &&
           db_run(db, err, "UPDATE facility_source SET is_listed = 0, imported_at = $3, run = $4 WHERE source = $1 AND source_key = $2",
                  TEXT(source), TEXT(source_key), TEXT(now), INT(run)) == 1 &&
           db_run(db, err,
                  "UPDATE facility SET is_listed = 0, imported_at = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM facility_source s "
                  "WHERE s.facility_id = facility.id AND s.is_listed = 1 AND s.source <> 'navii-hours')",
                  TEXT(id), TEXT(now)) >= 0 &&
           (count < 2 || facility_group_join(db, group, count, a, err));
}

bool facility_propose(struct db *db, long run, const char *now, long *ret_count, struct err *err)
{
    long long by_number = db_run(db, err,
        "INSERT INTO facility_match (facility_id, other_id, reason, score, state, proposed_at, run) "
        "SELECT DISTINCT CASE WHEN f.id < g.id THEN f.id ELSE g.id END, CASE WHEN f.id < g.id THEN g.id ELSE f.id END, 'number', 90, "
        "'proposed', $1, s.run FROM facility_source s JOIN facility f ON f.id = s.facility_id JOIN facility g ON g.office_number = f.office_number "
        "AND g.source <> f.source WHERE s.run = $2 AND f.office_number <> '' AND (f.service_code = g.service_code OR f.service_code = '' "
        "OR g.service_code = '') ON CONFLICT (facility_id, other_id) DO NOTHING", TEXT(now), INT(run));
    long long by_name = by_number < 0 ? -1 : db_run(db, err,
        "INSERT INTO facility_match (facility_id, other_id, reason, score, state, proposed_at, run) "
        "SELECT DISTINCT CASE WHEN f.id < g.id THEN f.id ELSE g.id END, CASE WHEN f.id < g.id THEN g.id ELSE f.id END, "
        "CASE WHEN f.phone <> '' AND f.phone = g.phone THEN 'name phone' ELSE 'name' END, "
        "CASE WHEN f.phone <> '' AND f.phone = g.phone THEN 80 ELSE 60 END, "
        "'proposed', $1, s.run FROM facility_source s JOIN facility f ON f.id = s.facility_id JOIN facility g ON g.match_name = f.match_name "
        "AND g.area_code = f.area_code AND g.source <> f.source WHERE s.run = $2 AND f.match_name <> '' AND f.area_code <> '' "
        "AND (f.service_code = g.service_code OR f.service_code = '' OR g.service_code = '') "
        "ON CONFLICT (facility_id, other_id) DO NOTHING", TEXT(now), INT(run));
    *ret_count = by_name < 0 ? 0 : (long)(by_number + by_name);
    return by_name >= 0;
}
