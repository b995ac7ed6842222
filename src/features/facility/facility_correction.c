/* facility_correction.c -- what an office says otherwise than the published list, and a person approved.
 *
 * The entry's own column holds the corrected value, so that every list, map and export says it; what was published stands beside it in
 * facility_correction.  An import or its undoing writes published values into the columns: facility_corrections_apply, at their end, takes note of
 * those and puts the corrections back. */
#include "base/count.h"
#include "features/facility/facility.h"
#include "features/facility/facility_row.h"

#include <string.h>

static void check(const void *row, struct date today, struct problems *p)
{
    const struct facility *f = row;
    auto_arena *a = arena_new();
    (void)today;
    if (*f->url && !*url_normal(f->url, a))
        problem_add(p, "url", "ホームページの形が正しくありません。https:// から始まるアドレスを入れてください。");
}

#define AT(member) offsetof(struct facility, member)
static const struct field fields[] = {
    {.name = "phone", .label = "電話番号", .type = FIELD_TEXT, .max = 40, .flags = FIELD_PHONE, .section = "案内している内容", .offset = AT(phone), .source = "formats.md A 電話番号"},
    {.name = "fax", .label = "FAX番号", .type = FIELD_TEXT, .max = 40, .flags = FIELD_PHONE, .offset = AT(fax), .source = "formats.md A FAX番号"},
    {.name = "url", .label = "ホームページ", .type = FIELD_TEXT, .max = 300, .offset = AT(url), .source = "formats.md A URL"},
    {.name = "capacity", .label = "定員（人）", .type = FIELD_INT, .min = 1, .max = 9999, .offset = AT(capacity), .source = "formats.md A 定員"},
    {.name = "days", .label = "利用できる曜日", .type = FIELD_CODES, .codes = "service_day", .offset = AT(days), .source = "formats.md A 利用可能曜日"},
    {.name = "note", .label = "曜日についての説明", .type = FIELD_LONG_TEXT, .max = 500, .offset = AT(note), .source = "formats.md A 利用可能曜日特記事項"},
};
const struct field_set facility_corrected_set = {
    .name = "facility_correction", .label = "案内している内容", .fields = fields, .count = COUNT(fields), .size = sizeof(struct facility), .check = check};

#define PUT(column) \
    "UPDATE facility SET " column " = (SELECT k.value FROM facility_correction k WHERE k.facility_id = facility.id AND k.field = '" column "') " \
    "WHERE id IN (SELECT k.facility_id FROM facility_correction k WHERE k.field = '" column "' AND ($1 = '' OR k.facility_id = $1))"
#define NOTE(column) \
    "UPDATE facility_correction SET published = (SELECT f." column " FROM facility f WHERE f.id = facility_correction.facility_id) WHERE field = '" column "' " \
    "AND ($1 = '' OR facility_id = $1) AND EXISTS (SELECT 1 FROM facility f WHERE f.id = facility_correction.facility_id AND f." column " <> facility_correction.value)"
/* One row for each field of the set, in its order. */
static const struct {
    const char *note, *put, *restore;
} statements[] = {
#define COLUMN(column) {NOTE(column), PUT(column), "UPDATE facility SET " column " = $2 WHERE id = $1"}
    COLUMN("phone"), COLUMN("fax"), COLUMN("url"),
    {"UPDATE facility_correction SET published = (SELECT COALESCE(CAST(f.capacity AS TEXT), '') FROM facility f WHERE f.id = "
     "facility_correction.facility_id) WHERE field = 'capacity' AND ($1 = '' OR facility_id = $1) AND EXISTS (SELECT 1 FROM facility f WHERE f.id = "
     "facility_correction.facility_id AND COALESCE(CAST(f.capacity AS TEXT), '') <> facility_correction.value)",
     "UPDATE facility SET capacity = (SELECT CAST(NULLIF(k.value, '') AS BIGINT) FROM facility_correction k WHERE k.facility_id = facility.id AND "
     "k.field = 'capacity') WHERE id IN (SELECT k.facility_id FROM facility_correction k WHERE k.field = 'capacity' AND ($1 = '' OR k.facility_id = $1))",
     "UPDATE facility SET capacity = CAST(NULLIF($2, '') AS BIGINT) WHERE id = $1"},
    COLUMN("days"), COLUMN("note"),
};
_Static_assert(COUNT(statements) == COUNT(fields), "one row for each field");

static bool apply(struct db *db, const char *facility_id, bool noting, struct err *err)
{
    for (size_t i = 0; i < COUNT(statements); i++)
        if ((noting && db_run(db, err, statements[i].note, TEXT(facility_id)) < 0) || db_run(db, err, statements[i].put, TEXT(facility_id)) < 0)
            return false;
    return true;
}

/* What an import wrote into the columns went into the search text too. */
bool facility_corrections_apply(struct db *db, struct err *err)
{
    auto_arena *a = arena_new();
    auto_rows *r = db_query(db, a, err,
                            "SELECT DISTINCT k.facility_id FROM facility_correction k JOIN facility f ON f.id = k.facility_id WHERE "
                            "(k.field = 'phone' AND f.phone <> k.value) OR (k.field = 'fax' AND f.fax <> k.value) OR (k.field = 'note' AND f.note <> k.value)");
    struct ids { const char *id; struct ids *next; } *written = NULL;
    while (r && rows_next(r)) {
        struct ids *one = NEW(a, struct ids);
        *one = (struct ids){rows_text(r, 0), written};
        written = one;
    }
    bool ok = r && !rows_failed(r) && apply(db, "", true, err);
    for (; ok && written; written = written->next)
        ok = facility_index(db, facility_shown_id(db, written->id, a), a, err);
    return ok;
}

static bool restore(struct db *db, const char *facility_id, const char *field, const char *published, struct err *err)
{
    for (size_t i = 0; i < COUNT(fields); i++)
        if (!strcmp(fields[i].name, field))
            return db_run(db, err, "DELETE FROM facility_correction WHERE facility_id = $1 AND field = $2", TEXT(facility_id), TEXT(field)) >= 0 &&
                   db_run(db, err, statements[i].restore, TEXT(facility_id), TEXT(published)) >= 0;
    return true;
}

bool facility_correct(struct db *db, const char *facility_id, const char *field, const char *value, const char *user_id, struct arena *a, struct err *err)
{
    struct facility f;
    const struct field *of = field_find(&facility_corrected_set, field);
    if (!of)
        return err_set(err, ERR_BROKEN, "facility.correction", "field=%s", field);
    if (!facility_find(db, facility_id, a, &f, err))
        return false;
    const char *kept = db_text(db, a, err, "SELECT published FROM facility_correction WHERE facility_id = $1 AND field = $2", TEXT(facility_id), TEXT(field));
    const char *published = kept ? kept : field_text(of, &f, a);
    const char *shown = facility_shown_id(db, facility_id, a);
    if (!strcmp(published, value))
        return restore(db, facility_id, field, published, err) && facility_index(db, shown, a, err);
    return db_run(db, err,
                  "INSERT INTO facility_correction (facility_id, field, value, published, corrected_at, corrected_by) VALUES ($1, $2, $3, $4, $5, $6) "
                  "ON CONFLICT (facility_id, field) DO UPDATE SET value = $3, corrected_at = $5, corrected_by = $6",
                  TEXT(facility_id), TEXT(field), TEXT(value), TEXT(published), TEXT(now_utc(a)), TEXT(user_id)) >= 0 &&
           apply(db, facility_id, false, err) && facility_index(db, shown, a, err);
}
