/* directory_test.c -- finding entries: words, filters, opening, distance, viewers; on both stores. */
#include "base/code_list.h"
#include "base/count.h"
#include "features/account/account.h"
#include "features/area/area.h"
#include "features/audience/audience.h"
#include "features/directory/directory.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "features/organization/organization.h"
#include "features/office_link/office_link.h"
#include "features/vacancy/vacancy.h"
#include "tests/support/visitor.h"
#include "tests/support/world.h"
#include "web/draft.h"
#include "web/picker.h"
#include "web/resource.h"

#include <math.h>
#include <string.h>

static const struct feature *const used[] = {&resource_feature, &picker_feature, &draft_feature, &area_feature, &organization_feature,
                                             &account_feature, &facility_feature, &facility_local_feature, &audience_feature, &directory_feature, &office_link_feature, &vacancy_feature, NULL};

#define NEAR "01930000-0000-7000-8000-000000000001"
#define MID "01930000-0000-7000-8000-000000000002"
#define FAR "01930000-0000-7000-8000-000000000003"
#define CLINIC "01930000-0000-7000-8000-000000000004"
#define NOWHERE "01930000-0000-7000-8000-000000000005"
/* Invented entries; 34.70 N 135.50 E is the place they lie around.  One millionth of a degree of latitude is 0.11 m. */
static const struct sample {
    const char *id, *name, *kana, *service, *kind, *area_code, *address, *phone;
    long latitude, longitude;
} samples[] = {
    {NEAR, "見本訪問看護ステーション近く", "ミホンホウモンカンゴステーションチカク", "130", "care", "271276", "大阪府大阪市北区見本町一丁目２番３号", "06-0000-0001",
     34700000, 135501000},
    {MID, "見本訪問看護ステーション中ほど", "ミホンホウモンカンゴステーションナカホド", "130", "care", "271276", "大阪府大阪市北区見本町1-5-8", "06-0000-0002", 34709000, 135500000},
    {FAR, "見本訪問看護ステーション遠く", "ミホンホウモンカンゴステーショントオク", "130", "care", "271021", "大阪府大阪市都島区架空町2-1", "06-0000-0003", 34745000, 135500000},
    {CLINIC, "見本髙田クリニック", "ミホンタカダクリニック", "", "clinic", "271276", "大阪府大阪市北区見本町2-9", "06-0000-0004", 34702000, 135500000},
    {NOWHERE, "見本ヘルパーステーション", "ミホンヘルパーステーション", "110", "care", "271276", "大阪府大阪市北区", "06-0000-0005", 0, 0},
};

struct town {
    struct world *w;
    struct config config;
    struct app *app;
    struct visitor *v;
};

static bool write_samples(struct db *db, void *arg, struct err *err)
{
    struct arena *a = arg;
    for (size_t i = 0; i < COUNT(samples); i++) {
        const struct sample *s = &samples[i];
        if (db_run(db, err,
                   "INSERT INTO facility (id, source, source_key, service_code, office_number, name, kana, corporation, corporation_number, area_code,"
                   " address, building, phone, fax, lat, lng, capacity, url, days, note, kind, is_listed, imported_at)"
                   " VALUES ($1, 'kaigo', $1, $2, '', $3, $4, '架空法人', '', $5, $6, '', $7, '', $8, $9, NULL, '', '', '', $10, 1, '2024-11-01T00:00:00.000Z')",
                   TEXT(s->id), TEXT(s->service), TEXT(s->name), TEXT(s->kana), TEXT(s->area_code), TEXT(s->address), TEXT(s->phone),
                   s->latitude ? INT(s->latitude) : NUL, s->latitude ? INT(s->longitude) : NUL, TEXT(s->kind)) != 1 ||
            !facility_index(db, s->id, a, err))
            return false;
    }
    return true;
}

static int begin(void **state)
{
    if (world_begin(state))
        return -1;
    struct town *t = NEW(((struct world *)*state)->arena, struct town);
    t->w = *state;
    t->config = (struct config){.data = t->w->url, .listen = "127.0.0.1:1", .base_url = "http://127.0.0.1:1", .tile_host = "",
                                .secret_key_file = arena_printf(t->w->arena, "%s/key", t->w->folder)};
    if (!app_migrate(t->w->store, used, &t->w->err) || !(t->app = app_new(&t->config, t->w->store, used, &t->w->err)) ||
        !store_write(t->w->store, write_samples, t->w->arena, &t->w->err)) {
        print_error("%s %s\n", t->w->err.message, t->w->err.detail);
        return -1;
    }
    t->v = visitor_new(t->app, t->w->arena);
    visitor_sign_in(t->v, &(struct session){.user_id = "U-1", .display_name = "見本 花子", .role = ROLE_COORDINATOR, .office_id = "O-1",
                                            .area_code = "271276", .area_path = "270008/271004/271276/"});
    *state = t;
    return 0;
}

static int end(void **state)
{
    struct town *t = *state;
    app_free(t->app);
    *state = t->w;
    return world_end(state);
}

/* --- what is given --- */

struct statement {
    const char *sql;
    const struct value *values;
    size_t count;
};

static bool run_statement(struct db *db, void *arg, struct err *err)
{
    const struct statement *s = arg;
    return db_run_values(db, err, s->sql, s->values, s->count) >= 0;
}

static void given(struct town *t, const char *sql, const struct value *values, size_t count)
{
    struct statement s = {sql, values, count};
    if (!store_write(t->w->store, run_statement, &s, &t->w->err))
        fail_msg("%s", t->w->err.detail);
}

static void given_hours(struct town *t, const char *id, int position, int day, int opens, int closes, const char *speciality)
{
    given(t, "INSERT INTO facility_hours (facility_id, source, position, speciality_code, speciality, slot, is_reception, day, opens, closes)"
             " VALUES ($1, 'navii-hours', $2, $6, '', 1, 0, $3, $4, $5)",
          (const struct value[]){TEXT(id), INT(position), INT(day), INT(opens), INT(closes), TEXT(speciality)}, 6);
}

static void given_closed(struct town *t, const char *id, int week, int day)
{
    given(t, "INSERT INTO facility_opening (facility_id, source, week, day, is_open) VALUES ($1, 'navii', $2, $3, 0)",
          (const struct value[]){TEXT(id), INT(week), INT(day)}, 3);
}

static void given_local(struct town *t, const char *id, const char *facts)
{
    if (visitor_post(t->v, "/facility-facts", arena_printf(t->w->arena, "id=%s&revision=0&confirmed_on=2024-11-21&%s", id, facts)) != 303)
        fail_msg("%d %s", t->v->status, t->v->body);
}

/* --- what is found --- */

static struct directory_query all(void)
{
    return (struct directory_query){.words = "", .area_code = "", .care_district = "", .service = "", .home_care = "", .speciality = "", .procedures = "", .visits = "",
                                    .at = {{2024, 11, 29}, 600, true}, .near_path = "", .limit = DIRECTORY_PAGE};
}

static struct directory_query around(void)
{
    struct directory_query d = all();
    d.has_place = true;
    d.latitude = 34700000;
    d.longitude = 135500000;
    return d;
}

static const char *found_by(struct town *t, struct directory_query d, enum audience_level viewer, struct directory_result *ret)
{
    struct audience who;
    const char *ids = "";
    assert_true(audience_open(world_db(t->w), viewer, t->w->arena, &who, &t->w->err));
    if (!directory_search(world_db(t->w), &d, &who, (struct date){2024, 11, 29}, t->w->arena, ret, &t->w->err))
        fail_msg("%s", t->w->err.detail);
    for (size_t i = 0; i < ret->count; i++)
        ids = arena_printf(t->w->arena, "%s%s%s", ids, *ids ? " " : "", ret->hits[i].facility.id);
    return ids;
}

static const char *found(struct town *t, struct directory_query d)
{
    struct directory_result r;
    return found_by(t, d, AUDIENCE_INTERNAL, &r);
}

static const char *found_words(struct town *t, const char *words)
{
    struct directory_query d = all();
    d.words = words;
    return found(t, d);
}

static void words_are_found_however_they_are_written(void **state)
{
    struct town *t = *state;
    assert_string_equal(found_words(t, "高田"), CLINIC);
    assert_string_equal(found_words(t, "ﾀｶﾀﾞ"), CLINIC);
    assert_string_equal(found_words(t, "くりにっく"), CLINIC);
    assert_string_equal(found_words(t, "0600000004"), CLINIC);
    assert_string_equal(found_words(t, "都島"), FAR);
    assert_string_equal(found_words(t, "架空法人 近く"), NEAR);
    assert_string_equal(found_words(t, "訪問介護"), NOWHERE);
    assert_string_equal(found_words(t, "ありません"), "");
}

static void the_nearest_stands_first_and_tells_how_far(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    struct directory_result r;
    d.service = "130";
    assert_string_equal(found_by(t, d, AUDIENCE_INTERNAL, &r), NEAR " " MID " " FAR);
    assert_in_range(r.hits[0].metres, 85, 97);
    assert_string_equal(r.hits[0].reason, "直線90 m");
    assert_string_equal(r.hits[1].reason, "直線1.0 km");
    d.metres = 2000;
    assert_string_equal(found(t, d), NEAR " " MID);
}

/* Every entry in reach of any place is found, wherever the place lies in its cell. */
static void the_cells_lose_nobody(void **state)
{
    struct town *t = *state;
    for (long step = -9000; step <= 9000; step += 1500) {
        struct directory_query d = around();
        struct directory_result r;
        d.latitude += step;
        d.longitude -= step * 2;
        d.metres = 1500;
        found_by(t, d, AUDIENCE_INTERNAL, &r);
        size_t within = 0;
        for (size_t i = 0; i < COUNT(samples); i++)
            within += samples[i].latitude && area_distance(d.latitude, d.longitude, samples[i].latitude, samples[i].longitude) <= 1500;
        assert_int_equal(r.count, within);
    }
}

/* Copies of the clinic: $1 tells them apart in id and kana, $2 how many, $3 and $4 the place. */
#define MORE_CLINICS \
    "INSERT INTO facility (id, source, source_key, service_code, office_number, name, kana, corporation, corporation_number, area_code, address, building, phone, fax," \
    " lat, lng, url, days, note, kind, is_listed, imported_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)" \
    " SELECT $1 || substr(CAST(100000 + i AS TEXT), 2), source, $1 || CAST(i AS TEXT), service_code, '', name, 'ア' || $1 || substr(CAST(100000 + i AS TEXT), 2)," \
    " '', '', area_code, address, '', '', '', CAST($3 AS BIGINT), CAST($4 AS BIGINT), '', '', '', kind, 1, imported_at FROM facility c CROSS JOIN n WHERE c.id = '" CLINIC "'"

/* A spiral of 150 clinics, 30 m farther each; every third has hours. */
enum { SPIRAL = 150 };
static size_t given_spiral(struct town *t, const struct directory_query *d)
{
    size_t fits = 0;
    for (int i = 1; i <= SPIRAL; i++) {
        double angle = i * 2.4, metres = 30 * i;
        long latitude = d->latitude + (long)(metres * cos(angle) / 0.1112), longitude = d->longitude + (long)(metres * sin(angle) / 0.0914);
        const char *id = arena_printf(t->w->arena, "s%03d-", i);
        given(t, MORE_CLINICS, (const struct value[]){TEXT(id), INT(1), INT(latitude), INT(longitude)}, 4);
        if (i % 3 == 0)
            given_hours(t, arena_printf(t->w->arena, "%s00001", id), 1, 4, 540, 720, "01001");
        fits += i % 3 == 0 && area_distance(d->latitude, d->longitude, latitude, longitude) <= (double)d->metres;
    }
    return fits;
}

/* However the circle grows and whatever is passed over: all that are open, each once, in their order. */
static void the_nearest_that_fit_are_all_found_in_their_order(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    d.open = true;
    d.metres = 4000;
    size_t fits = given_spiral(t, &d), seen = 0;
    long metres = 0;
    struct directory_result r;
    for (d.offset = 0; d.offset < 2 * SPIRAL && (!d.offset || r.count); d.offset += (long)r.count)
        for (size_t i = (found_by(t, d, AUDIENCE_INTERNAL, &r), 0); i < r.count; i++, seen++) {
            assert_int_equal(r.hits[i].facility.id[3] - '0', (3 * (seen + 1)) % 10);
            assert_true(r.hits[i].metres > metres);
            metres = r.hits[i].metres;
        }
    assert_int_equal(seen, fits);
    assert_in_range(fits, 42, 45);
}

static void every_condition_may_be_asked_at_once(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    d.words = "見本 クリニック 大阪 北区 見本町 架空";
    d.area_code = d.visits = "271276";
    d.care_district = "見本";
    d.service = "clinic";
    d.speciality = "01001";
    d.home_care = "support_clinic";
    d.home_visits = d.round_the_clock = d.end_of_life_care = d.accepts_new = d.open = true;
    const struct code_list *procedures = code_list_find("medical_procedure");
    for (size_t i = 0; i < procedures->count; i++)
        d.procedures = arena_printf(t->w->arena, "%s%s%s", d.procedures, i ? " " : "", procedures->codes[i].code);
    assert_string_equal(found(t, d), "");
    d.has_place = false;
    assert_string_equal(found(t, d), "");
}

/* However many an area has: its own first, by kana. */
static void a_large_area_is_listed_in_order_as_a_small_one_is(void **state)
{
    struct town *t = *state;
    struct directory_query d = all();
    for (int many = 0; many < 2; many++) {
        given(t, MORE_CLINICS, (const struct value[]){TEXT(many ? "m" : "f"), INT(many ? 4100 : 60), INT(34700000), INT(135500000)}, 4);
        for (int asked = 0; asked < 3; asked++) {
            d.near_path = asked == 0 ? "270008/271004/271276/" : "";
            d.area_code = asked == 1 ? "271276" : "";
            for (d.offset = 0; d.offset < 60; d.offset += DIRECTORY_PAGE) {
                struct directory_result r;
                found_by(t, d, AUDIENCE_INTERNAL, &r);
                assert_int_equal(r.count, DIRECTORY_PAGE);
                for (size_t i = 0; i < r.count; i++)
                    assert_string_equal(r.hits[i].facility.id, arena_printf(t->w->arena, "f%05ld", d.offset + (long)i + 1));
            }
        }
    }
}

static void only_who_is_open_at_the_moment_is_found(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    d.open = true;
    given_hours(t, CLINIC, 1, 4, 540, 720, "01001"); /* Friday 9:00-12:00 */
    given_hours(t, NEAR, 1, 4, 1140, 1860, "");      /* Friday 19:00 to Saturday 7:00 */
    given_hours(t, MID, 1, 4, 0, 1440, "09010");     /* emergency is no outpatient hour */
    struct directory_result r;
    assert_string_equal(found_by(t, d, AUDIENCE_INTERNAL, &r), CLINIC); /* Friday 10:00 */
    assert_string_equal(r.hits[0].reason, "いま開いています（〜12:00）・直線220 m");
    d.at.minute = 720;
    assert_string_equal(found(t, d), "");
    d.at.minute = 1200;
    assert_string_equal(found_by(t, d, AUDIENCE_INTERNAL, &r), NEAR);
    assert_string_equal(r.hits[0].reason, "いま開いています（〜翌7:00）・直線90 m");
    d.at = (struct directory_moment){{2024, 11, 30}, 359, false};
    assert_string_equal(found(t, d), NEAR);
    d.at.minute = 420;
    assert_string_equal(found(t, d), "");
}

static void a_closed_week_and_a_holiday_are_minded(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    d.open = true;
    given_hours(t, CLINIC, 1, 4, 540, 720, "01001");
    given_hours(t, CLINIC, 2, 0, 540, 720, "01001");
    given_closed(t, CLINIC, 5, 4); /* the fifth Friday: 2024-11-29 */
    assert_string_equal(found(t, d), "");
    d.at.day = (struct date){2024, 11, 22};
    assert_string_equal(found(t, d), CLINIC);
    d.at.day = (struct date){2024, 11, 4}; /* a Monday, 振替休日: what is published for Mondays says nothing about it */
    assert_string_equal(found(t, d), "");
    d.at.day = (struct date){2024, 11, 25};
    d.at.minute = -1; /* any time of the day */
    assert_string_equal(found(t, d), CLINIC);
}

static void what_is_known_here_filters_and_is_told(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    given_local(t, MID, "round_the_clock=yes&new_patient_acceptance=conditional&medical_procedures=tracheostomy&medical_procedures=gastrostomy"
                            "&care_district=%E5%8C%97%E7%AC%AC%E4%B8%80&visiting_areas=271276");
    given_local(t, FAR, "round_the_clock=no&home_visits=yes&end_of_life_care=yes");
    d.round_the_clock = true;
    struct directory_result r;
    assert_string_equal(found_by(t, d, AUDIENCE_INTERNAL, &r), MID);
    assert_string_equal(r.hits[0].reason, "24時間対応・直線1.0 km・8日前に確認");
    d.accepts_new = true;
    d.procedures = "gastrostomy tracheostomy";
    d.visits = "271276";
    d.care_district = "北第一";
    assert_string_equal(found(t, d), MID);
    d.procedures = "gastrostomy drip";
    assert_string_equal(found(t, d), "");
    d = all();
    d.home_visits = d.end_of_life_care = true;
    assert_string_equal(found(t, d), FAR);
}

static bool index_clinic(struct db *db, void *arg, struct err *err)
{
    return facility_index(db, CLINIC, arg, err);
}

static void departments_are_words_too(void **state)
{
    struct town *t = *state;
    given(t, "INSERT INTO facility_service (facility_id, source, position, code, label) VALUES ($1, 'navii-hours', 1, '01020', $2)",
          (const struct value[]){TEXT(CLINIC), TEXT("緩和ケア内科")}, 2);
    assert_string_equal(found_words(t, "緩和"), "");
    assert_true(store_write(t->w->store, index_clinic, t->w->arena, &t->w->err));
    assert_string_equal(found_words(t, "緩和"), CLINIC);
}

static void given_answer(struct town *t, const char *id, const char *status, const char *as_of, const char *valid_until)
{
    given(t, "INSERT INTO vacancy (facility_id, area_code, service, status, night, weekend, slots, conditions, from_on, as_of, valid_until, channel, report_id,"
             " asked_at, asked_count) VALUES ($1, '271276', '130', $2, '', '', NULL, '', '', $3, $4, 'phone', '', '', 0)",
          (const struct value[]){TEXT(id), TEXT(status), TEXT(as_of), TEXT(valid_until)}, 4);
}

/* The newest answer of entries put together; old ones say that they are; nobody else than who may see it reads it. */
static void what_an_office_answered_and_when_stands_in_the_list(void **state)
{
    struct town *t = *state;
    given_answer(t, NEAR, "yes", "2020-11-28T09:05", "2999-12-05T09:05");
    given_answer(t, MID, "no", "2020-11-01T10:00", "2020-11-08T10:00");
    visitor_get(t->v, "/facilities?service=130");
    const char *near = strstr(t->v->body, "●受け入れできます、回答は"), *old = strstr(t->v->body, "directory-vacancy is-stale\">△古い情報：");
    assert_non_null(near);
    assert_non_null(old);
    assert_non_null(strstr(t->v->body, "日前（R2.11.28）"));
    given(t, "UPDATE facility SET merged_into = '" NEAR "' WHERE id = '" MID "'", NULL, 0);
    visitor_get(t->v, "/facilities?service=130");
    assert_non_null(strstr(t->v->body, "●受け入れできます、回答は"));
    assert_null(strstr(t->v->body, "△古い情報："));
    struct visitor *resident = visitor_new(t->app, t->w->arena);
    visitor_get(resident, "/directory?service=130");
    assert_non_null(strstr(resident->body, "見本訪問看護ステーション近く"));
    assert_null(strstr(resident->body, "回答は"));
}

/* By the code where a list gives one, by the word where it gives that alone. */
static void a_department_is_a_filter_of_the_list_and_the_map(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    given(t, "INSERT INTO facility_service (facility_id, source, position, code, label) VALUES ($1, 'navii-hours', 1, '01034', $2)",
          (const struct value[]){TEXT(CLINIC), TEXT("緩和ケア")}, 2);
    given(t, "INSERT INTO facility_service (facility_id, source, position, code, label) VALUES ($1, 'municipal-medical', 1, '', $2)",
          (const struct value[]){TEXT(NEAR), TEXT("皮膚科")}, 2);
    d.speciality = "01034";
    assert_string_equal(found(t, d), CLINIC);
    d.speciality = "06001";
    assert_string_equal(found(t, d), NEAR);
    d.speciality = "01001";
    assert_string_equal(found(t, d), "");
    given(t, "UPDATE facility SET merged_into = '" NEAR "' WHERE id = '" CLINIC "'", NULL, 0);
    d.speciality = "01034";
    assert_string_equal(found(t, d), NEAR);
    assert_int_equal(visitor_get(t->v, "/facilities/map.geojson?bbox=135.4,34.6,135.6,34.8&zoom=18&speciality=01034"), 200);
    assert_non_null(strstr(t->v->body, "\"total\":1,"));
    assert_int_equal(visitor_get(t->v, "/facilities?speciality=01034"), 200);
    assert_non_null(strstr(t->v->body, "<option value=\"01034\" selected>緩和ケア内科</option>"));
    assert_int_equal(visitor_get(t->v, "/facilities?speciality=99999"), 200); /* no such department: no condition */
    assert_non_null(strstr(t->v->body, "見本ヘルパーステーション"));
}

static void an_institution_tells_its_departments(void **state)
{
    struct town *t = *state;
    given(t, "INSERT INTO facility_service (facility_id, source, position, code, label) VALUES ($1, 'navii-hours', 1, '01034', ''), ($1, 'municipal-medical', 2, '', $2)",
          (const struct value[]){TEXT(CLINIC), TEXT("皮膚科")}, 2);
    assert_int_equal(visitor_get(t->v, "/facilities/" CLINIC), 200);
    assert_non_null(strstr(t->v->body, "緩和ケア内科、皮膚科"));
}

/* What was found is seen at once; where nothing was, what to try. */
static void conditions_are_folded_away_unless_they_cannot_be_read(void **state)
{
    struct town *t = *state;
    visitor_get(t->v, "/facilities");
    assert_non_null(strstr(t->v->body, "<details class=\"directory-fold\"><summary class=\"button\">条件でしぼる</summary>"));
    visitor_get(t->v, "/facilities?service=130&area=271276&q=%E8%A6%8B%E6%9C%AC");
    assert_non_null(strstr(t->v->body, "<details class=\"directory-fold\"><summary class=\"button\">条件でしぼる（2つ）</summary>"));
    visitor_get(t->v, "/facilities?service=130&area=271276&round_the_clock=1");
    assert_non_null(strstr(t->v->body, "<details class=\"directory-fold\"><summary class=\"button\">条件でしぼる（3つ）</summary>"));
    assert_non_null(strstr(t->v->body, "地域で確かめた事業所だけが見つかります"));
    assert_null(strstr(t->v->body, "言葉を短くする"));
    assert_int_equal(visitor_get(t->v, "/facilities?time=25:00"), 422);
    assert_non_null(strstr(t->v->body, "<details class=\"directory-fold\" open>"));
    assert_non_null(strstr(t->v->body, "id=\"time-error\">開いている時刻が読み取れません"));
    visitor_get(t->v, "/facilities?q=zzz");
    assert_non_null(strstr(t->v->body, "言葉を短くする"));
    assert_null(strstr(t->v->body, "地域で確かめた事業所だけが見つかります"));
}

/* A filter on what one does not see would tell it. */
static void residents_cannot_ask_for_what_they_do_not_see(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    struct directory_result r;
    d.service = "130";
    given_local(t, MID, "new_patient_acceptance=yes&direct_line=06-9999-8888&internal_memo=%E3%82%AF%E3%83%AC%E3%83%BC%E3%83%A0");
    d.accepts_new = true;
    assert_string_equal(found_by(t, d, AUDIENCE_INTERNAL, &r), MID);
    assert_string_equal(found_by(t, d, AUDIENCE_PUBLIC, &r), NEAR " " MID " " FAR);
    assert_string_equal(r.hits[1].local.new_patient_acceptance, "");
    d = all();
    d.words = "クレーム";
    assert_string_equal(found_by(t, d, AUDIENCE_INTERNAL, &r), MID);
    assert_string_equal(found_by(t, d, AUDIENCE_PROFESSIONAL, &r), "");
    assert_string_equal(found_by(t, d, AUDIENCE_PUBLIC, &r), "");
    assert_int_equal(r.total, 0);
}

static void entries_that_are_the_same_count_once_with_the_facts_of_both(void **state)
{
    struct town *t = *state;
    struct directory_query d = around();
    struct directory_result r;
    given_local(t, MID, "round_the_clock=yes");
    given_hours(t, MID, 1, 4, 540, 720, "");
    given(t, "UPDATE facility SET merged_into = '" NEAR "' WHERE id = '" MID "'", NULL, 0);
    d.round_the_clock = true;
    assert_string_equal(found_by(t, d, AUDIENCE_INTERNAL, &r), NEAR);
    assert_string_equal(r.hits[0].local.round_the_clock, "yes");
    d.open = true;
    assert_string_equal(found(t, d), NEAR);
    assert_int_equal(visitor_get(t->v, "/facilities/" MID), 303);
    assert_string_equal(visitor_header(t->v, "Location"), "/facilities/" NEAR);
}

static void an_address_is_located_as_well_as_the_entries_allow(void **state)
{
    struct town *t = *state;
    static const struct {
        const char *address;
        long latitude, metres;
    } asked[] = {
        {"大阪市北区見本町1丁目2-3", 34700000, 100}, {"大阪府大阪市北区見本町１−２−３", 34700000, 100}, {"北区見本町一丁目５番８号 架空ビル", 34709000, 100},
        {"大阪市北区見本町2-9", 34702000, 200},    {"大阪市北区見本町2丁目", 34702000, 400},         {"大阪市北区ないはず町1", 0, 3000},
    };
    for (size_t i = 0; i < COUNT(asked); i++) {
        struct directory_place p;
        assert_true(directory_locate(world_db(t->w), asked[i].address, "270008/271004/271276/", t->w->arena, &p, &t->w->err));
        assert_int_equal(p.metres, asked[i].metres);
        if (asked[i].latitude)
            assert_int_equal(p.latitude, asked[i].latitude);
    }
    struct directory_place nowhere;
    assert_true(directory_locate(world_db(t->w), "どこでもない", "", t->w->arena, &nowhere, &t->w->err));
    assert_int_equal(nowhere.metres, 0);
}

/* A browser keeps the fragment to itself. */
static const char *leads_to(const struct visitor *v, struct arena *a)
{
    const char *to = visitor_header(v, "Location");
    return arena_strndup(a, to, strcspn(to, "#"));
}

#define ADDRESS "address=%E5%A4%A7%E9%98%AA%E5%B8%82%E5%8C%97%E5%8C%BA%E8%A6%8B%E6%9C%AC%E7%94%BA1-2-3"

static void the_place_asked_for_stands_in_no_address_and_is_not_kept_exactly(void **state)
{
    struct town *t = *state;
    assert_int_equal(visitor_post(t->v, "/facilities/search", ADDRESS "&service=130&metres=2000"), 303);
    const char *to = leads_to(t->v, t->w->arena);
    assert_non_null(strstr(to, "service=130"));
    assert_non_null(strstr(to, "s="));
    assert_null(strstr(to, "1-2-3"));
    assert_int_equal(visitor_get(t->v, to), 200);
    assert_non_null(strstr(t->v->body, "見本訪問看護ステーション近く"));
    assert_null(strstr(t->v->body, "見本訪問看護ステーション遠く"));
    assert_null(strstr(t->v->body, "value=\"大阪市北区見本町1-2-3\""));
    const char *kept = db_text(world_db(t->w), t->w->arena, &t->w->err, "SELECT words FROM saved_search");
    assert_non_null(strstr(kept, "34700000 135501000"));
    struct visitor *other = visitor_new(t->app, t->w->arena);
    visitor_sign_in(other, &(struct session){.user_id = "U-2", .role = ROLE_COORDINATOR, .office_id = "O-1", .area_code = "271276", .area_path = "270008/271004/271276/"});
    assert_int_equal(visitor_get(other, to), 422);
    assert_non_null(strstr(other->body, "住所の位置は残っていません"));
}

static void an_unknown_address_keeps_what_was_typed(void **state)
{
    struct town *t = *state;
    assert_int_equal(visitor_post(t->v, "/facilities/search", "address=%E3%81%A9%E3%81%93&q=x"), 422);
    assert_non_null(strstr(t->v->body, "この住所の場所がわかりませんでした"));
    assert_non_null(strstr(t->v->body, "value=\"どこ\""));
    assert_int_equal(visitor_post(t->v, "/facilities/search", "day=13%2F45"), 422);
}

static void residents_read_public_pages_that_may_be_listed(void **state)
{
    struct town *t = *state;
    struct visitor *resident = visitor_new(t->app, t->w->arena);
    given_local(t, NEAR, "round_the_clock=yes&direct_line=06-9999-8888&internal_memo=secret");
    assert_int_equal(visitor_get(resident, "/directory"), 200);
    assert_non_null(strstr(resident->body, "<link rel=\"canonical\" href=\"http://127.0.0.1:1/directory\">"));
    assert_non_null(strstr(resident->body, "名称・サービス・住所"));
    assert_null(strstr(resident->body, "accepts_new"));
    assert_int_equal(visitor_get(resident, "/directory?q=%E8%A6%8B%E6%9C%AC"), 200);
    assert_non_null(strstr(resident->body, "noindex"));
    assert_int_equal(visitor_get(resident, "/directory/" NEAR), 200);
    assert_non_null(strstr(resident->body, "24時間対応"));
    assert_non_null(strstr(resident->body, "CC BY 4.0"));
    assert_null(strstr(resident->body, "9999-8888"));
    assert_null(strstr(resident->body, "secret"));
    assert_int_equal(visitor_get(resident, "/facilities/" NEAR), 303);
    assert_int_equal(visitor_post(resident, "/directory/search", ADDRESS), 303);
    assert_int_equal(visitor_get(resident, leads_to(resident, t->w->arena)), 200);
    assert_non_null(strstr(resident->body, "直線0 m"));
    assert_int_equal(visitor_get(resident, "/sitemap/1"), 200);
    assert_non_null(strstr(resident->body, "/directory/" NEAR "</loc>"));
    assert_int_equal(visitor_get(resident, "/robots.txt"), 200);
    assert_int_equal(visitor_get(resident, "/directory/unknown"), 404);
}

static void programs_get_what_their_owner_sees(void **state)
{
    struct town *t = *state;
    struct visitor *resident = visitor_new(t->app, t->w->arena);
    given_local(t, NEAR, "round_the_clock=yes&direct_line=06-9999-8888&internal_memo=secret");
    assert_int_equal(visitor_get(resident, "/api/v1/directory/" NEAR), 200);
    assert_non_null(strstr(resident->body, "\"round_the_clock\":\"yes\""));
    assert_null(strstr(resident->body, "direct_line"));
    assert_int_equal(visitor_get(t->v, "/api/v1/facilities/" NEAR), 200);
    assert_non_null(strstr(t->v->body, "\"direct_line\":\"06-9999-8888\""));
    assert_int_equal(visitor_get(resident, "/api/v1/facilities"), 401);
    assert_int_equal(visitor_post(resident, "/api/v1/directory/search", "latitude=34.7&longitude=135.5&service=130"), 200);
    assert_non_null(strstr(resident->body, "\"distance_metres\":91"));
    assert_int_equal(visitor_post(resident, "/api/v1/directory/search", "latitude=53.4&longitude=-8.2"), 422);
}

/* --- the map --- */

static const struct directory_box osaka = {34600000, 135300000, 34800000, 135700000};

static struct directory_map map_of(struct town *t, struct directory_query d, struct directory_box box, int zoom)
{
    struct audience who;
    struct directory_map map = {0};
    assert_true(audience_open(world_db(t->w), AUDIENCE_PUBLIC, t->w->arena, &who, &t->w->err));
    if (!directory_grid_refresh(t->w->store, &t->w->err) || !directory_map(world_db(t->w), &d, &who, box, zoom, t->w->arena, &map, &t->w->err))
        fail_msg("%s", t->w->err.detail);
    return map;
}

static void programs_are_told_what_cannot_be_read(void **state)
{
    struct town *t = *state;
    static const char *const asked[] = {"/api/v1/directory?day=13/45", "/api/v1/directory?time=25:00", "/api/v1/facilities?s=01930000-0000-7000-8000-00000000000f"};
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(visitor_get(t->v, asked[i]), 422);
        assert_string_equal(t->v->content_type, "application/problem+json");
    }
}

static void the_map_counts_every_entry_once_at_any_zoom(void **state)
{
    struct town *t = *state;
    struct directory_query nurses = all();
    nurses.service = "130";
    for (int zoom = 3; zoom <= 20; zoom++) {
        struct directory_map map = map_of(t, all(), osaka, zoom);
        long sum = 0;
        for (size_t i = 0; i < map.count; i++)
            sum += map.spots[i].count;
        assert_int_equal(map.total, 4);
        assert_int_equal(sum, 4);
        assert_int_equal(map_of(t, nurses, osaka, zoom).total, 3);
    }
    assert_int_equal(map_of(t, all(), osaka, 5).count, 1);
    assert_int_equal(map_of(t, all(), (struct directory_box){34690000, 135490000, 34750000, 135510000}, 15).count, 4);
}

static void a_wide_square_tells_its_area_and_a_single_entry_its_name(void **state)
{
    struct town *t = *state;
    struct directory_query clinics = all();
    clinics.service = "clinic";
    assert_string_equal(map_of(t, all(), osaka, 5).spots[0].area, "大阪府");
    struct directory_map map = map_of(t, clinics, osaka, 5);
    assert_int_equal(map.count, 1);
    assert_string_equal(map.spots[0].entries[0].id, CLINIC);
    assert_string_equal(map.spots[0].entries[0].name, "見本髙田クリニック");
    struct directory_box street = {34699000, 135499000, 34703000, 135502000};
    assert_int_equal(map_of(t, all(), street, 18).count, 2);
    map = map_of(t, all(), street, 9);
    assert_int_equal(map.count, 1);
    assert_string_equal(map.spots[0].area, "大阪市北区");
}

static void the_map_follows_what_moves_merges_and_goes(void **state)
{
    struct town *t = *state;
    map_of(t, all(), osaka, 9);
    given(t, "UPDATE facility SET merged_into = $2 WHERE id = $1", (const struct value[]){TEXT(CLINIC), TEXT(NEAR)}, 2);
    assert_int_equal(map_of(t, all(), osaka, 9).total, 3);
    given(t, "UPDATE facility SET lat = 43000000, lng = 141300000 WHERE id = $1", (const struct value[]){TEXT(FAR)}, 1);
    assert_int_equal(map_of(t, all(), osaka, 9).total, 2);
    struct directory_box sapporo = {42900000, 141200000, 43100000, 141400000};
    assert_int_equal(map_of(t, all(), sapporo, 9).total, 1);
    assert_int_equal(map_of(t, all(), (struct directory_box){20000000, 122000000, 46000000, 154000000}, 4).total, 3);
    given(t, "DELETE FROM facility WHERE id = $1", (const struct value[]){TEXT(FAR)}, 1);
    assert_int_equal(map_of(t, all(), sapporo, 9).total, 0);
    assert_int_equal(map_of(t, all(), (struct directory_box){20000000, 122000000, 46000000, 154000000}, 4).total, 2);
}

static void the_map_takes_the_conditions_of_the_search(void **state)
{
    struct town *t = *state;
    struct directory_query d = all();
    given_local(t, NEAR, "round_the_clock=yes");
    d.round_the_clock = true;
    for (int zoom = 5; zoom <= 18; zoom += 13) {
        struct directory_map map = map_of(t, d, osaka, zoom);
        assert_int_equal(map.total, 1);
        assert_string_equal(map.spots[0].entries[0].id, NEAR);
    }
    d = all();
    d.words = "たかだ";
    assert_int_equal(map_of(t, d, osaka, 9).total, 1);
    d = around();
    d.metres = 500;
    assert_int_equal(map_of(t, d, osaka, 12).total, 2);
}

static void an_answer_of_the_map_is_bounded_however_wide_it_is_asked(void **state)
{
    struct town *t = *state;
    given(t, "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 899) INSERT INTO facility (id, source, source_key, service_code,"
             " office_number, name, kana, corporation, corporation_number, area_code, address, building, phone, fax, lat, lng, capacity, url, days, note, kind,"
             " is_listed, imported_at) SELECT '01930000-0000-7000-8000-0000001' || (10000 + i), 'kaigo', 'n' || i, '130', '', '見本', '', '', '', '271276', '', '', '',"
             " '', 34600000 + i % 30 * 6000, 135300000 + i / 30 * 6000, NULL, '', '', '', 'care', 1, '' FROM n", NULL, 0);
    for (int zoom = 3; zoom <= 20; zoom++) {
        struct directory_map map = map_of(t, all(), osaka, zoom);
        assert_int_equal(map.total, 904);
        assert_true(map.count <= DIRECTORY_MAP_MOST);
    }
}

static void the_map_is_geojson_for_everybody(void **state)
{
    struct town *t = *state;
    struct visitor *resident = visitor_new(t->app, t->w->arena);
    map_of(t, all(), osaka, 9);
    assert_int_equal(visitor_get(resident, "/directory/map.geojson?bbox=135.499,34.699,135.502,34.703&zoom=18"), 200);
    assert_string_equal(resident->content_type, "application/geo+json; charset=utf-8");
    assert_non_null(strstr(resident->body, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\""));
    assert_non_null(strstr(resident->body, "{\"type\":\"Point\",\"coordinates\":[135.500000,34.702000]},\"properties\":{\"count\":1,\"name\":\"見本髙田クリニック\""));
    assert_null(strstr(resident->body, "06-0000"));
    assert_int_equal(visitor_get(resident, "/directory/map.geojson?bbox=135.3,34.6,135.7,34.8&zoom=9&service=clinic"), 200);
    assert_non_null(strstr(resident->body, "\"total\":1,"));
    assert_int_equal(visitor_get(resident, "/facilities/map.geojson?bbox=135.3,34.6,135.7,34.8&zoom=9"), 303);
}

static void what_is_no_part_of_a_map_is_refused_with_a_reason(void **state)
{
    static const char *const boxes[] = {"", "135,34", "135.3,34.6,135.7", "135.7,34.6,135.3,34.8", "a,b,c,d", "135.3,34.6,135.7,34.8,1", "nan,34,136,35", "135,34,1e9,35"};
    static const char *const zooms[] = {"", "2", "21", "x", "9x"};
    struct town *t = *state;
    struct visitor *v = visitor_new(t->app, t->w->arena);
    for (size_t i = 0; i < COUNT(boxes); i++) {
        assert_int_equal(visitor_get(v, arena_printf(t->w->arena, "/api/v1/directory/map.geojson?bbox=%s&zoom=9", boxes[i])), 422);
        assert_non_null(strstr(v->body, "（bbox）が読み取れません"));
    }
    for (size_t i = 0; i < COUNT(zooms); i++) {
        assert_int_equal(visitor_get(v, arena_printf(t->w->arena, "/api/v1/directory/map.geojson?bbox=135,34,136,35&zoom=%s", zooms[i])), 422);
        assert_non_null(strstr(v->body, "（zoom）が読み取れません"));
    }
}

static void a_hidden_place_is_on_no_map(void **state)
{
    struct town *t = *state;
    given(t, "INSERT INTO audience_setting (field, level, changed_at, changed_by) VALUES ('place', 'internal', '', '')", NULL, 0);
    struct directory_map map = map_of(t, all(), osaka, 9);
    assert_true(map.is_hidden);
    assert_int_equal(map.count, 0);
}

static void outlines_of_wards_are_kept_by_who_has_them(void **state)
{
    struct town *t = *state;
    struct visitor *v = visitor_new(t->app, t->w->arena);
    assert_int_equal(visitor_get(v, "/directory/wards.geojson"), 200);
    assert_non_null(strstr(v->body, "\"name\":\"大阪市北区\""));
    assert_non_null(strstr(v->body, "国土数値情報"));
    visitor_says(v, "If-None-Match", arena_strdup(t->w->arena, visitor_header(v, "ETag")));
    assert_int_equal(visitor_get(v, "/directory/wards.geojson"), 304);
}

int main(void)
{
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest specs[] = {
        SPEC(words_are_found_however_they_are_written),
        SPEC(the_nearest_stands_first_and_tells_how_far),
        SPEC(the_cells_lose_nobody),
        SPEC(the_nearest_that_fit_are_all_found_in_their_order),
        SPEC(every_condition_may_be_asked_at_once),
        SPEC(a_large_area_is_listed_in_order_as_a_small_one_is),
        SPEC(only_who_is_open_at_the_moment_is_found),
        SPEC(a_closed_week_and_a_holiday_are_minded),
        SPEC(what_is_known_here_filters_and_is_told),
        SPEC(departments_are_words_too),
        SPEC(what_an_office_answered_and_when_stands_in_the_list),
        SPEC(a_department_is_a_filter_of_the_list_and_the_map),
        SPEC(an_institution_tells_its_departments),
        SPEC(conditions_are_folded_away_unless_they_cannot_be_read),
        SPEC(residents_cannot_ask_for_what_they_do_not_see),
        SPEC(entries_that_are_the_same_count_once_with_the_facts_of_both),
        SPEC(an_address_is_located_as_well_as_the_entries_allow),
        SPEC(the_place_asked_for_stands_in_no_address_and_is_not_kept_exactly),
        SPEC(an_unknown_address_keeps_what_was_typed),
        SPEC(residents_read_public_pages_that_may_be_listed),
        SPEC(programs_get_what_their_owner_sees),
        SPEC(programs_are_told_what_cannot_be_read),
        SPEC(the_map_counts_every_entry_once_at_any_zoom),
        SPEC(a_wide_square_tells_its_area_and_a_single_entry_its_name),
        SPEC(the_map_follows_what_moves_merges_and_goes),
        SPEC(the_map_takes_the_conditions_of_the_search),
        SPEC(an_answer_of_the_map_is_bounded_however_wide_it_is_asked),
        SPEC(the_map_is_geojson_for_everybody),
        SPEC(what_is_no_part_of_a_map_is_refused_with_a_reason),
        SPEC(a_hidden_place_is_on_no_map),
        SPEC(outlines_of_wards_are_kept_by_who_has_them),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
