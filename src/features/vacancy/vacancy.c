#include "features/vacancy/vacancy.h"

#include "base/code_list.h"
#include "base/count.h"
#include "features/facility/facility.h"
#include "features/vacancy/vacancy_store.h"

#include <string.h>

enum { LONGEST_DAYS = 92, SLOTS_MOST = 2000 };

static void check(const void *row, struct date today, struct problems *p)
{
    const struct vacancy *v = row;
    struct date from = date_from_iso(v->from_on), until = date_from_iso(v->valid_on);
    if (date_is_set(until) && date_compare(until, today) < 0)
        problem_add(p, "valid_on", "過ぎた日です。きょうより後の日を入れるか、空欄にしてください。");
    if (date_is_set(until) && date_compare(until, date_add_days(today, LONGEST_DAYS)) > 0)
        problem_add(p, "valid_on", "%d日より先は入れられません。近い日を入れるか、空欄にしてください。", LONGEST_DAYS);
    if (date_is_set(from) && date_compare(from, date_add_days(today, 366)) > 0)
        problem_add(p, "from_on", "1年より先の日は入れられません。");
    if (!strcmp(v->status, "conditional") && !*v->conditions)
        problem_add(p, "conditions", "どのような条件なら受け入れできるかを書いてください。例：胃ろうは可、人工呼吸器は不可");
}

#define AT(member) offsetof(struct vacancy, member)
static const struct field fields[] = {
    {.name = "status", .label = "新しい利用者・患者の受入れ（平日の日中）", .type = FIELD_CODE, .required = true, .codes = "vacancy_status", .offset = AT(status),
     .source = "programme.md §11"},
    {.name = "conditions", .label = "条件", .help = "受け入れられる状態、曜日、地域など。個人のことは書かないでください。", .type = FIELD_TEXT, .max = 200,
     .offset = AT(conditions), .source = "programme.md §11"},
    {.name = "slots", .label = "空いている床・枠の数", .help = "わからないときは空欄。", .type = FIELD_INT, .min = 0, .max = SLOTS_MOST, .offset = AT(slots),
     .source = "programme.md §11"},
    {.name = "from_on", .label = "いつから", .help = "すぐに受けられるときは空欄。", .type = FIELD_DATE, .offset = AT(from_on), .source = "programme.md §11"},
    {.name = "night", .label = "夜間", .type = FIELD_CODE, .codes = "vacancy_status", .offset = AT(night), .source = "programme.md §5 weekend/night reception"},
    {.name = "weekend", .label = "土日・祝日", .type = FIELD_CODE, .codes = "vacancy_status", .offset = AT(weekend),
     .source = "programme.md §5 weekend/night reception"},
    {.name = "valid_on", .label = "いつまでの情報か", .help = "空欄なら、サービスごとに決めた日数（ふつう7日）。", .type = FIELD_DATE, .offset = AT(valid_on),
     .source = "programme.md §11 valid until"},
};
const struct field_set vacancy_fields = {
    .name = "vacancy", .label = "空き・受入れ", .fields = fields, .count = COUNT(fields), .size = sizeof(struct vacancy), .check = check};

struct vacancy vacancy_read(const struct rows *r, struct arena *a)
{
    struct vacancy v = {.slots = rows_is_null(r, 6) ? FIELD_BLANK : (long)rows_int(r, 6), .asked_count = (long)rows_int(r, 14), .valid_on = ""};
    const struct {
        int column;
        const char **text;
    } texts[] = {{0, &v.facility_id}, {1, &v.area_code}, {2, &v.service}, {3, &v.status}, {4, &v.night}, {5, &v.weekend}, {7, &v.conditions},
                 {8, &v.from_on}, {9, &v.as_of}, {10, &v.valid_until}, {11, &v.channel}, {12, &v.report_id}, {13, &v.asked_at}};
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i].text = arena_strdup(a, rows_text(r, texts[i].column));
    return v;
}

/* What hangs on an entry that was put together with another hangs on the one that is shown. */
static const char *shown_id(struct db *db, const char *facility_id, struct arena *a)
{
    const char *shown = facility_shown_id(db, facility_id, a);
    return *shown ? shown : facility_id;
}

bool vacancy_find(struct db *db, const char *facility_id, struct arena *a, struct vacancy *ret_vacancy, bool *ret_known, struct err *err)
{
    /* Entries that were put together answer as one: the newest counts. */
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT " VACANCY_COLUMNS " FROM vacancy c WHERE c.facility_id IN (SELECT m.id FROM facility m WHERE m.id = $1 OR (m.merged_into "
                            "<> '' AND m.merged_into = $1)) ORDER BY c.as_of DESC, c.facility_id LIMIT 1",
                            TEXT(shown_id(db, facility_id, a)));
    if (!r)
        return false;
    *ret_known = rows_next(r);
    *ret_vacancy = (struct vacancy){.facility_id = facility_id, .area_code = "", .service = "", .status = "", .night = "", .weekend = "",
                                    .slots = FIELD_BLANK, .conditions = "", .from_on = "", .valid_on = "", .as_of = "", .valid_until = "",
                                    .channel = "", .report_id = "", .asked_at = ""};
    if (*ret_known)
        *ret_vacancy = vacancy_read(r, a);
    return !rows_failed(r);
}

static void add_ids(struct query *q, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        query_add_values(q, i ? ", ?" : "(?", &TEXT(ids[i]), 1);
    query_add(q, ")");
}

bool vacancy_find_many(struct db *db, const char *const *facility_ids, size_t count, struct arena *a, struct vacancy *ret_vacancies, struct err *err)
{
    struct query q;
    for (size_t i = 0; i < count; i++)
        ret_vacancies[i] = (struct vacancy){.facility_id = facility_ids[i], .status = "", .as_of = "", .slots = FIELD_BLANK};
    if (!count)
        return true;
    query_init(&q, a);
    query_add(&q, "SELECT " VACANCY_COLUMNS ", " FACILITY_SHOWN_ID("f") "FROM facility f JOIN vacancy c ON c.facility_id = f.id WHERE f.id IN ");
    add_ids(&q, facility_ids, count);
    query_add(&q, " OR (f.merged_into <> '' AND f.merged_into IN ");
    add_ids(&q, facility_ids, count);
    query_add(&q, ") ORDER BY c.as_of, c.facility_id DESC");
    auto_rows *r = query_run(&q, db, a, err);
    while (rows_next(r))
        for (size_t i = 0; i < count; i++)
            if (!strcmp(facility_ids[i], rows_text(r, 15)))
                ret_vacancies[i] = vacancy_read(r, a); /* the newest comes last */
    return !rows_failed(r);
}

/* ---- writing ---- */

bool vacancy_watch(struct db *db, const char *facility_id, struct arena *a, struct err *err)
{
    struct facility f;
    return facility_find(db, shown_id(db, facility_id, a), a, &f, err) &&
           db_run(db, err, "INSERT INTO vacancy (facility_id, area_code, service) VALUES ($1, $2, $3) ON CONFLICT (facility_id) DO NOTHING",
                  TEXT(f.id), TEXT(f.area_code), TEXT(*f.service_code ? f.service_code : f.kind)) >= 0;
}

long vacancy_days(struct db *db, const char *service, struct err *err)
{
    return (long)db_int(db, err, VACANCY_DAYS, "SELECT days FROM vacancy_expiry WHERE service = $1", TEXT(service));
}

static const char *valid_until(const struct vacancy *v, const char *as_of, long days, struct arena *a)
{
    if (*v->valid_on)
        return arena_printf(a, "%sT23:59", v->valid_on);
    struct date day = date_from_iso(arena_strndup(a, as_of, 10));
    return arena_printf(a, "%s%s", date_iso(a, date_add_days(day, (int)days)), as_of + 10);
}

static struct value slots_value(long slots)
{
    return slots == FIELD_BLANK ? NUL : INT(slots);
}

/* 1 new, 0 kept already, -1 failed. */
static long long keep_report(struct db *db, const struct vacancy_answer *w, const char *facility_id, const struct vacancy *place, const char *as_of,
                             const char *until, struct err *err)
{
    const struct vacancy *v = &w->vacancy;
    return db_run(db, err,
                  "INSERT INTO vacancy_report (id, facility_id, area_code, service, status, night, weekend, slots, conditions, from_on, as_of, "
                  "valid_until, channel, link_id, user_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
                  "ON CONFLICT (id) DO NOTHING",
                  TEXT(w->id), TEXT(facility_id), TEXT(place->area_code), TEXT(place->service), TEXT(v->status), TEXT(v->night), TEXT(v->weekend),
                  slots_value(v->slots), TEXT(v->conditions), TEXT(v->from_on), TEXT(as_of), TEXT(until), TEXT(v->channel), TEXT(w->link_id),
                  TEXT(w->user_id));
}

/* What the board shows follows from the answers that stand. */
static bool show_newest(struct db *db, const char *facility_id, struct err *err)
{
    long long changed = db_run(
        db, err,
        "UPDATE vacancy SET (status, night, weekend, slots, conditions, from_on, as_of, valid_until, channel, report_id) = "
        "(SELECT r.status, r.night, r.weekend, r.slots, r.conditions, r.from_on, r.as_of, r.valid_until, r.channel, r.id FROM vacancy_report r "
        "WHERE r.facility_id = $1 AND r.undone_at = '' ORDER BY r.as_of DESC, r.id DESC LIMIT 1), asked_count = 0 "
        "WHERE facility_id = $1 AND EXISTS (SELECT 1 FROM vacancy_report r WHERE r.facility_id = $1 AND r.undone_at = '')",
        TEXT(facility_id));
    if (changed != 0)
        return changed > 0;
    return db_run(db, err,
                  "UPDATE vacancy SET status = '', night = '', weekend = '', slots = NULL, conditions = '', from_on = '', as_of = '', valid_until = '', "
                  "channel = '', report_id = '' WHERE facility_id = $1",
                  TEXT(facility_id)) >= 0;
}

bool vacancy_answer(struct db *db, const struct vacancy_answer *w, struct arena *a, bool *ret_new, struct err *err)
{
    struct vacancy place;
    bool known;
    const char *facility_id = shown_id(db, w->vacancy.facility_id, a);
    if (!vacancy_watch(db, facility_id, a, err) || !vacancy_find(db, facility_id, a, &place, &known, err))
        return false;
    const char *as_of = *w->vacancy.as_of ? w->vacancy.as_of : now_local(a);
    struct err failed = {0};
    long days = vacancy_days(db, place.service, &failed);
    if (failed.kind)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    long long kept = keep_report(db, w, facility_id, &place, as_of, valid_until(&w->vacancy, as_of, days, a), err);
    *ret_new = kept == 1;
    return kept >= 0 && show_newest(db, facility_id, err);
}

bool vacancy_undo(struct db *db, const char *facility_id, const char *report_id, struct arena *a, struct err *err)
{
    const char *of = db_text(db, a, err, "SELECT facility_id FROM vacancy_report WHERE id = $1 AND undone_at = ''", TEXT(report_id));
    if (!of || strcmp(shown_id(db, of, a), shown_id(db, facility_id, a)))
        return err->kind ? false : err_set(err, ERR_NOT_FOUND, "vacancy.no_answer", "report=%s", report_id);
    return db_run(db, err, "UPDATE vacancy_report SET undone_at = $2 WHERE id = $1", TEXT(report_id), TEXT(now_utc(a))) >= 0 && show_newest(db, of, err);
}

/* ---- words ---- */

bool vacancy_is_stale(const struct vacancy *v, const char *now)
{
    return strcmp(v->valid_until, now) < 0;
}

const char *vacancy_age(const struct vacancy *v, const char *now, struct arena *a)
{
    if (!*v->as_of)
        return "";
    struct date day = date_from_iso(arena_strndup(a, v->as_of, 10)), today = date_from_iso(arena_strndup(a, now, 10));
    int days = date_days_between(day, today);
    const char *time = v->as_of + 11;
    if (days <= 1)
        return arena_printf(a, "%s %s", days == 1 ? "きのう" : "きょう", time);
    return arena_printf(a, "%d日前（%s）", days, date_wareki_short(a, day));
}

const char *vacancy_status_words(const struct vacancy *v, const char *now, struct arena *a)
{
    if (!*v->status)
        return "－まだ回答がありません";
    const char *label = code_label("vacancy_status", v->status);
    if (vacancy_is_stale(v, now))
        return arena_printf(a, "△古い情報：%s", label);
    return arena_printf(a, "%s%s", !strcmp(v->status, "yes") ? "●" : !strcmp(v->status, "no") ? "■" : "▲", label);
}

const char *vacancy_short_words(const char *status)
{
    static const char *const words[][2] = {{"yes", "●可"}, {"conditional", "▲条件つき"}, {"no", "■不可"}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (!strcmp(status, words[i][0]))
            return words[i][1];
    return "－";
}

const char *vacancy_service_label(const char *service)
{
    return code_find(code_list_find("care_service"), service) ? code_label("care_service", service) : code_label("facility_kind", service);
}
