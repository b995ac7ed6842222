/* facility_correction.c -- what an office says otherwise than the published list, and a person approved.
 *
 * The entry's own column holds the corrected value, so that every list, map and export says it; what was published stands beside it in
 * facility_correction.  An import or its undoing writes published values into the columns: facility_corrections_apply, at their end, takes note of
 * those and puts the corrections back. */
#include "base/count.h"
#include "base/text.h"
#include "features/area/area.h"
#include "features/directory/directory.h"
#include "features/facility/facility.h"
#include "features/facility/facility_row.h"

#include <string.h>

enum { NEAR_ENOUGH = 800 }; /* metres: an address found less exactly puts no pin on the map */

static const char *postal_digits(const char *typed, struct arena *a)
{
    auto_buf digits = {0};
    const char *folded = text_fold(a, typed), *mark = text_fold(a, "〒");
    for (const char *c = folded + (strncmp(folded, mark, strlen(mark)) ? 0 : strlen(mark)); *c; c++)
        if (*c != '-' && *c != ' ')
            buf_char(&digits, *c);
    return strspn(digits.size ? digits.data : "", "0123456789") == digits.size && digits.size ? arena_strdup(a, digits.data) : "";
}

void facility_corrected_tidy(struct facility *f, struct arena *a)
{
    const char *digits = postal_digits(f->postal, a);
    if (*digits)
        f->postal = digits;
}

static void check(const void *row, struct date today, struct problems *p)
{
    const struct facility *f = row;
    auto_arena *a = arena_new();
    (void)today;
    if (*f->url && !*url_normal(f->url, a))
        problem_add(p, "url", "ホームページの形が正しくありません。https:// から始まるアドレスを入れてください。");
    if (*f->postal && strlen(postal_digits(f->postal, a)) != 7)
        problem_add(p, "postal", "郵便番号は、530-0001 のように7桁の数字で入れてください。");
}

#define AT(member) offsetof(struct facility, member)
static const struct field fields[] = {
    {.name = "name", .label = "名称", .type = FIELD_TEXT, .max = 300, .required = true, .section = "案内している内容", .offset = AT(name), .source = "formats.md A 事業所名"},
    {.name = "kana", .label = "フリガナ", .type = FIELD_TEXT, .max = 300, .offset = AT(kana), .source = "formats.md A 事業所名カナ"},
    {.name = "postal", .label = "郵便番号", .type = FIELD_TEXT, .max = 10, .offset = AT(postal), .source = "formats.md B 郵便番号"},
    {.name = "address", .label = "住所", .help = "都道府県か市区町村から、ビル名まで。", .type = FIELD_TEXT, .max = 300, .offset = AT(address), .source = "formats.md A 住所"},
    {.name = "phone", .label = "電話番号", .type = FIELD_TEXT, .max = 40, .flags = FIELD_PHONE, .offset = AT(phone), .source = "formats.md A 電話番号"},
    {.name = "fax", .label = "FAX番号", .type = FIELD_TEXT, .max = 40, .flags = FIELD_PHONE, .offset = AT(fax), .source = "formats.md A FAX番号"},
    {.name = "url", .label = "ホームページ", .type = FIELD_TEXT, .max = 300, .offset = AT(url), .source = "formats.md A URL"},
    {.name = "capacity", .label = "定員（人）", .type = FIELD_INT, .min = 1, .max = 9999, .offset = AT(capacity), .source = "formats.md A 定員"},
    {.name = "days", .label = "利用できる曜日", .type = FIELD_CODES, .codes = "service_day", .offset = AT(days), .source = "formats.md A 利用可能曜日"},
    {.name = "note", .label = "曜日についての説明", .type = FIELD_LONG_TEXT, .max = 500, .offset = AT(note), .source = "formats.md A 利用可能曜日特記事項"},
};
const struct field_set facility_corrected_set = {
    .name = "facility_correction", .label = "案内している内容", .fields = fields, .count = COUNT(fields), .size = sizeof(struct facility), .check = check};

/* What follows from a corrected address, and goes with it. */
static const struct field moved[] = {
    {.name = "area_code", .label = "地域", .type = FIELD_TEXT, .offset = AT(area_code)},
    {.name = "building", .label = "建物名", .type = FIELD_TEXT, .offset = AT(building)},
    {.name = "lat", .label = "地図の位置", .type = FIELD_INT, .offset = AT(latitude)},
    {.name = "lng", .label = "地図の位置", .type = FIELD_INT, .offset = AT(longitude)},
};

#define OF "k.facility_id = facility.id AND k.field = '"
#define WHICH(column) "' AND ($1 = '' OR k.facility_id = $1)"
#define PUT(column, value) \
    "UPDATE facility SET " column " = (SELECT " value " FROM facility_correction k WHERE " OF column "') " \
    "WHERE id IN (SELECT k.facility_id FROM facility_correction k WHERE k.field = '" column WHICH(column) ")"
#define NOTE(column, stands) \
    "UPDATE facility_correction SET published = (SELECT " stands " FROM facility f WHERE f.id = facility_correction.facility_id) WHERE field = '" column "' " \
    "AND ($1 = '' OR facility_id = $1) AND EXISTS (SELECT 1 FROM facility f WHERE f.id = facility_correction.facility_id AND " stands " <> facility_correction.value)"
#define TEXT_COLUMN(column) {NOTE(column, "f." column), PUT(column, "k.value"), "UPDATE facility SET " column " = $2 WHERE id = $1"}
#define NUMBER_COLUMN(column) \
    {NOTE(column, "COALESCE(CAST(f." column " AS TEXT), '')"), PUT(column, "CAST(NULLIF(k.value, '') AS BIGINT)"), \
     "UPDATE facility SET " column " = CAST(NULLIF($2, '') AS BIGINT) WHERE id = $1"}
/* One row for each field of the set, in its order, and for each that follows from the address. */
static const struct {
    const char *note, *put, *restore;
} statements[] = {
    TEXT_COLUMN("name"), TEXT_COLUMN("kana"), TEXT_COLUMN("postal"), TEXT_COLUMN("address"), TEXT_COLUMN("phone"), TEXT_COLUMN("fax"), TEXT_COLUMN("url"),
    NUMBER_COLUMN("capacity"), TEXT_COLUMN("days"), TEXT_COLUMN("note"),
    TEXT_COLUMN("area_code"), TEXT_COLUMN("building"), NUMBER_COLUMN("lat"), NUMBER_COLUMN("lng"),
};
_Static_assert(COUNT(statements) == COUNT(fields) + COUNT(moved), "one row for each field");

static const struct field *field_at(size_t i)
{
    return i < COUNT(fields) ? &fields[i] : &moved[i - COUNT(fields)];
}

/* Its row of `statements`; COUNT(statements) when nothing of that name can be corrected. */
static size_t row_of(const char *name)
{
    size_t i = 0;
    while (i < COUNT(statements) && strcmp(field_at(i)->name, name))
        i++;
    return i;
}

bool facility_corrections_published(struct db *db, const struct facility *f, bool has_place, bool has_capacity, struct arena *a, struct err *err)
{
    if (!db_int(db, err, 0, "SELECT 1 FROM facility_correction WHERE facility_id = $1 LIMIT 1", TEXT(f->id)))
        return !err->kind;
    for (size_t i = 0; i < COUNT(statements); i++) {
        const struct field *of = field_at(i);
        const char *const *text = (const void *)((const char *)f + of->offset);
        bool said = of->type != FIELD_INT ? *text && (strcmp(of->name, "area_code") || **text) : strcmp(of->name, "capacity") ? has_place : has_capacity;
        if (said && db_run(db, err, "UPDATE facility_correction SET published = $3 WHERE facility_id = $1 AND field = $2", TEXT(f->id), TEXT(of->name),
                           TEXT(field_text(of, f, a))) < 0)
            return false;
    }
    return true;
}

static bool apply(struct db *db, const char *facility_id, bool noting, struct err *err)
{
    for (size_t i = 0; i < COUNT(statements); i++)
        if ((noting && db_run(db, err, statements[i].note, TEXT(facility_id)) < 0) || db_run(db, err, statements[i].put, TEXT(facility_id)) < 0)
            return false;
    return true;
}

static bool restore(struct db *db, const char *facility_id, size_t i, const char *published, struct err *err)
{
    return db_run(db, err, "DELETE FROM facility_correction WHERE facility_id = $1 AND field = $2", TEXT(facility_id), TEXT(field_at(i)->name)) >= 0 &&
           db_run(db, err, statements[i].restore, TEXT(facility_id), TEXT(published)) >= 0;
}

/* The lists caught up: what they say by now is no correction, and what followed from it goes. */
static bool drop_published(struct db *db, struct arena *a, struct err *err)
{
    if (db_run(db, err, "DELETE FROM facility_correction WHERE value = published AND field NOT IN ('area_code', 'building', 'lat', 'lng')") < 0)
        return false;
    auto_rows *r = db_query(db, a, err,
                            "SELECT k.facility_id, k.field, k.published FROM facility_correction k WHERE k.field IN ('area_code', 'building', 'lat', 'lng') AND NOT EXISTS "
                            "(SELECT 1 FROM facility_correction x WHERE x.facility_id = k.facility_id AND x.field = 'address')");
    struct gone { const char *id, *field, *published; struct gone *next; } *gone = NULL;
    while (r && rows_next(r)) {
        struct gone *one = NEW(a, struct gone);
        *one = (struct gone){rows_text(r, 0), rows_text(r, 1), rows_text(r, 2), gone};
        gone = one;
    }
    bool ok = r && !rows_failed(r);
    for (; ok && gone; gone = gone->next)
        ok = restore(db, gone->id, row_of(gone->field), gone->published, err) && facility_index(db, facility_shown_id(db, gone->id, a), a, err);
    return ok;
}

/* What an import wrote into the columns went into the search text too. */
bool facility_corrections_apply(struct db *db, struct err *err)
{
    auto_arena *a = arena_new();
    auto_rows *r = db_query(db, a, err,
                            "SELECT DISTINCT k.facility_id FROM facility_correction k JOIN facility f ON f.id = k.facility_id WHERE k.value <> CASE k.field "
                            "WHEN 'name' THEN f.name WHEN 'kana' THEN f.kana WHEN 'address' THEN f.address WHEN 'phone' THEN f.phone WHEN 'fax' THEN f.fax "
                            "WHEN 'note' THEN f.note WHEN 'area_code' THEN f.area_code ELSE k.value END");
    struct ids { const char *id; struct ids *next; } *written = NULL;
    while (r && rows_next(r)) {
        struct ids *one = NEW(a, struct ids);
        *one = (struct ids){rows_text(r, 0), written};
        written = one;
    }
    bool ok = r && !rows_failed(r) && drop_published(db, a, err) && apply(db, "", true, err);
    for (; ok && written; written = written->next)
        ok = facility_index(db, facility_shown_id(db, written->id, a), a, err);
    return ok;
}

static bool correct_one(struct db *db, const struct facility *f, size_t i, const char *value, const char *user_id, struct arena *a, struct err *err)
{
    const char *name = field_at(i)->name;
    const char *kept = db_text(db, a, err, "SELECT published FROM facility_correction WHERE facility_id = $1 AND field = $2", TEXT(f->id), TEXT(name));
    if (err->kind)
        return false;
    const char *published = kept ? kept : field_text(field_at(i), f, a);
    if (!strcmp(published, value))
        return !kept || restore(db, f->id, i, published, err);
    return db_run(db, err,
                  "INSERT INTO facility_correction (facility_id, field, value, published, corrected_at, corrected_by) VALUES ($1, $2, $3, $4, $5, $6) "
                  "ON CONFLICT (facility_id, field) DO UPDATE SET value = $3, corrected_at = $5, corrected_by = $6",
                  TEXT(f->id), TEXT(name), TEXT(value), TEXT(published), TEXT(now_utc(a)), TEXT(user_id)) >= 0;
}

static const char *number_text(long n, struct arena *a)
{
    return n == FIELD_BLANK ? "" : arena_printf(a, "%ld", n);
}

/* Back at the published address, at the published place. */
static bool move_back(struct db *db, const struct facility *f, struct arena *a, struct err *err)
{
    for (size_t i = COUNT(fields); i < COUNT(statements); i++) {
        const char *kept = db_text(db, a, err, "SELECT published FROM facility_correction WHERE facility_id = $1 AND field = $2", TEXT(f->id), TEXT(field_at(i)->name));
        if (err->kind || (kept && !restore(db, f->id, i, kept, err)))
            return false;
    }
    return true;
}

/* Another address is another place, unless it is the same town and numbers written otherwise.  One that is not found closely enough is no place: no pin
 * is better than one at the old office. */
static bool move(struct db *db, const struct facility *f, const char *address, const char *user_id, struct arena *a, struct err *err)
{
    struct directory_place was, is;
    const char *path = area_path(db, f->area_code, a);
    if (!directory_locate(db, f->address, path, a, &was, err) || !directory_locate(db, address, path, a, &is, err))
        return false;
    if (is.metres && was.metres && is.latitude == was.latitude && is.longitude == was.longitude)
        return true;
    bool known = is.metres && is.metres <= NEAR_ENOUGH, elsewhere = *is.area_code && !area_path_has(path, is.area_code);
    const char *const values[COUNT(moved)] = {elsewhere ? is.area_code : f->area_code, "", number_text(known ? is.latitude : FIELD_BLANK, a),
                                              number_text(known ? is.longitude : FIELD_BLANK, a)};
    for (size_t i = 0; i < COUNT(moved); i++)
        if (!correct_one(db, f, COUNT(fields) + i, values[i], user_id, a, err))
            return false;
    return true;
}

bool facility_correct(struct db *db, const char *facility_id, const char *field, const char *value, const char *user_id, struct arena *a, struct err *err)
{
    struct facility f;
    size_t i = row_of(field);
    if (i >= COUNT(fields))
        return err_set(err, ERR_BROKEN, "facility.correction", "field=%s", field);
    if (!facility_find(db, facility_id, a, &f, err))
        return false;
    if (!strcmp(field, "address")) {
        const char *published = db_text(db, a, err, "SELECT published FROM facility_correction WHERE facility_id = $1 AND field = 'address'", TEXT(facility_id));
        bool back = !strcmp(published ? published : f.address, value);
        if (err->kind || !(back ? move_back(db, &f, a, err) : move(db, &f, value, user_id, a, err)))
            return false;
    }
    return correct_one(db, &f, i, value, user_id, a, err) && apply(db, facility_id, false, err) && facility_index(db, facility_shown_id(db, facility_id, a), a, err);
}

bool facility_corrections(struct db *db, const char *facility_id, struct arena *a, struct facility_corrected **ret, size_t *ret_count, struct err *err)
{
    struct facility_corrected *list = NEW_ARRAY(a, COUNT(fields), struct facility_corrected);
    *ret_count = 0;
    *ret = list;
    for (size_t i = 0; i < COUNT(fields); i++) {
        auto_rows *r = db_query(db, a, err, "SELECT value, published, corrected_at, corrected_by FROM facility_correction WHERE facility_id = $1 AND field = $2",
                                TEXT(facility_id), TEXT(fields[i].name));
        if (r && rows_next(r))
            list[(*ret_count)++] = (struct facility_corrected){&fields[i], rows_text(r, 0), rows_text(r, 1), rows_text(r, 2), rows_text(r, 3)};
        if (!r || rows_failed(r))
            return false;
    }
    return true;
}
