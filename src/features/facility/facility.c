#include "features/facility/facility.h"

#include "base/count.h"
#include "base/id.h"
#include "base/text.h"
#include "features/area/area.h"
#include "store/query.h"

#include <string.h>

static long number_or_blank(const struct rows *r, int column)
{
    return rows_is_null(r, column) ? FIELD_BLANK : (long)rows_int(r, column);
}

void facility_read(const struct rows *r, struct arena *a, struct facility *f)
{
    const char **texts[] = {&f->id, &f->source, &f->source_key, &f->service_code, &f->office_number, &f->name, &f->kana, &f->corporation,
                            &f->corporation_number, &f->area_code, &f->address, &f->building, &f->phone, &f->fax, &f->url, &f->days,
                            &f->note, &f->kind, &f->postal, &f->imported_at};
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = arena_strdup(a, rows_text(r, (int)i));
    f->raw = "";
    f->latitude = number_or_blank(r, 20);
    f->longitude = number_or_blank(r, 21);
    f->capacity = number_or_blank(r, 22);
    f->is_listed = rows_int(r, 23);
    f->beds = number_or_blank(r, 24);
    f->merged_into = arena_strdup(a, rows_text(r, 25));
}

bool facility_find(struct db *db, const char *id, struct arena *a, struct facility *ret_facility, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT " FACILITY_COLUMNS " FROM facility c WHERE c.id = $1", TEXT(id));
    if (!r)
        return false;
    if (!rows_next(r))
        return !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "facility.unknown", "no such facility");
    facility_read(r, a, ret_facility);
    const char *raw = db_text(db, a, err, "SELECT raw FROM facility_source WHERE facility_id = $1 ORDER BY source LIMIT 1", TEXT(id));
    ret_facility->raw = raw ? raw : "";
    return true;
}

const char *facility_name(struct db *db, const char *id, struct arena *a)
{
    struct err ignored = {0};
    const char *name = db_text(db, a, &ignored, "SELECT name FROM facility WHERE id = $1", TEXT(id));
    return name ? name : "";
}

const char *facility_shown_id(struct db *db, const char *id, struct arena *a)
{
    struct err ignored = {0};
    const char *shown = db_text(db, a, &ignored, "SELECT" FACILITY_SHOWN_ID("f") "FROM facility f WHERE f.id = $1", TEXT(id));
    return shown ? shown : "";
}

bool facility_member_ids(struct db *db, const char *id, struct arena *a, const char ***ret_ids, size_t *ret_count, struct err *err)
{
    size_t room = 8;
    const char **ids = NEW_ARRAY(a, room, const char *);
    *ret_count = 0;
    auto_rows *r = db_query(db, a, err,
                            "SELECT m.id FROM facility m WHERE m.id = $1 OR (m.merged_into <> '' AND m.merged_into = $1) ORDER BY CASE WHEN m.merged_into = '' THEN 0 ELSE 1 END, m.id",
                            TEXT(facility_shown_id(db, id, a)));
    while (r && rows_next(r)) {
        if (*ret_count == room) {
            const char **wide = NEW_ARRAY(a, room * 2, const char *);
            memcpy(wide, ids, room * sizeof *ids);
            ids = wide;
            room *= 2;
        }
        ids[(*ret_count)++] = rows_text(r, 0);
    }
    *ret_ids = ids;
    return r && !rows_failed(r);
}

const char *facility_id(struct arena *a, const char *source, const char *source_key)
{
    /* 2025-12-31T00:00:00+09:00, the first release that was read; the same for all, so that a key gives one id. */
    static const int64_t moment_ms = 1767106800000;
    const char *const parts[] = {source, "/", source_key};
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (const char *c = parts[i]; *c; c++)
            h = (h ^ (unsigned char)*c) * 1099511628211u;
    return id_for(a, moment_ms, h);
}

/* Source: ../shared/data/README.md. */
const char *facility_attribution(struct arena *a, const char *source)
{
    static const char *const lines[][2] = {
        {"kaigo", FACILITY_ATTRIBUTION},
        {"navii", "『医療情報ネットのオープンデータ』（厚生労働省）(https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/kenkou_iryou/iryou/newpage_43373.html) を加工して作成"},
        {"kouseikyoku", "届出受理医療機関名簿・コード内容別医療機関一覧（地方厚生局）を加工して作成"},
        {"municipal-care", "介護サービス事業所一覧（地方公共団体のオープンデータ）を加工して作成"},
        {"municipal-medical", "医療機関一覧（地方公共団体のオープンデータ）を加工して作成"},
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        if (!strcmp(source, lines[i][0]))
            return lines[i][1];
    return arena_printf(a, "「%s」を加工して作成", !strncmp(source, "mapped/", 7) ? source + 7 : source);
}

/* The user's own ward comes first: two lists in one, each read in the order of an index. */
enum part { PART_ALL, PART_NEAR, PART_FAR };

static void add_filters(struct query *q, struct db *db, const struct facility_filter *f, enum part part, struct arena *a)
{
    if (*f->words)
        query_search(q, db, "facility", "c", text_cut(a, f->words, 100));
    if (*f->area_code)
        query_add(q, " AND c.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(area_path(db, f->area_code, a)));
    if (*f->service_code)
        query_add(q, " AND c.service_code = ?", TEXT(f->service_code));
    if (part == PART_NEAR)
        query_add(q, " AND c.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(f->near_path));
    if (part == PART_FAR)
        query_add(q, " AND c.area_code NOT IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(f->near_path));
}

static bool count_part(struct db *db, const struct facility_filter *f, enum part part, struct arena *a, long long *ret_total,
                       struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT COUNT(*) FROM facility c WHERE" FACILITY_IS_SHOWN("c"));
    add_filters(&q, db, f, part, a);
    auto_rows *r = query_run(&q, db, a, err);
    if (!r || !rows_next(r))
        return false;
    *ret_total = rows_int(r, 0);
    return true;
}

struct found {
    struct facility *list;
    size_t count;
};

static bool read_part(struct db *db, const struct facility_filter *f, enum part part, long offset, struct arena *a, struct found *found,
                      struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT " FACILITY_COLUMNS " FROM facility c WHERE" FACILITY_IS_SHOWN("c"));
    add_filters(&q, db, f, part, a);
    query_add(&q, " ORDER BY c.is_listed DESC, c.kana, c.name, c.id LIMIT ? OFFSET ?", INT(f->limit - (long)found->count), INT(offset));
    auto_rows *r = query_run(&q, db, a, err);
    if (!r)
        return false;
    while (found->count < (size_t)f->limit && rows_next(r))
        facility_read(r, a, &found->list[found->count++]);
    return !rows_failed(r);
}

bool facility_list(struct db *db, const struct facility_filter *f, struct arena *a, struct facility **ret_facilities, size_t *ret_count,
                   long long *ret_total, struct err *err)
{
    struct found found = {.list = NEW_ARRAY(a, (size_t)f->limit + 1, struct facility)};
    bool apart = *f->near_path && !*f->area_code;
    long long near = 0;
    if (apart && (!count_part(db, f, PART_NEAR, a, &near, err) ||
                  (f->offset < near && !read_part(db, f, PART_NEAR, f->offset, a, &found, err))))
        return false;
    long offset = f->offset > near ? f->offset - (long)near : 0;
    if (found.count < (size_t)f->limit && !read_part(db, f, apart ? PART_FAR : PART_ALL, offset, a, &found, err))
        return false;
    if (ret_total && !count_part(db, f, PART_ALL, a, ret_total, err))
        return false;
    *ret_facilities = found.list;
    *ret_count = found.count;
    return true;
}
