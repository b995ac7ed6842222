/* report_test.c -- what the published tables print, from counts alone. */
#include "tests/support/world.h"

#include "features/area/area.h"
#include "features/report/basis.h"
#include "features/report/osaka_tables.h"
#include "features/report/period_tables.h"
#include "features/report/report.h"
#include "store/tally.h"

#include <string.h>

static int begin(void **state)
{
    const struct migration *const tables[] = {area_feature.migrations, report_feature.migrations};
    const size_t counts[] = {area_feature.migration_count, report_feature.migration_count};
    return world_begin_with(state, tables, counts, 2);
}

struct given_fact {
    const char *month, *measure, *basis, *code;
    long long n;
};
struct given {
    const char *area;
    const struct given_fact *facts;
    size_t count;
    struct arena *arena;
};

static bool write_facts(struct db *db, void *arg, struct err *err)
{
    struct given *g = arg;
    struct facts f;
    facts_init(&f, g->arena);
    for (size_t i = 0; i < g->count; i++)
        facts_add(&f, g->facts[i].month, g->facts[i].measure, g->facts[i].basis, g->facts[i].code, g->facts[i].n);
    return tally_apply(db, arena_printf(g->arena, "room-%s", g->area), g->area, NULL, &f, err);
}

static void given_counts(struct world *w, const char *area, const struct given_fact *facts, size_t count)
{
    struct given g = {area, facts, count, w->arena};
    assert_true(store_write(w->store, write_facts, &g, &w->err));
}

static struct report_query query_for(struct world *w, const char *area, const char *period)
{
    struct report_query q = {.db = world_db(w), .arena = w->arena, .scope = SCOPE_EVERYTHING};
    assert_true(report_area_in_scope(q.db, &q.scope, area, w->arena, &q.area, &w->err));
    assert_true(period_parse(period, &q.period));
    return q;
}

static const char *csv_of(struct world *w, const struct table *t)
{
    struct buf out = {0};
    assert_true(table_write(t, TABLE_CSV, &out, &w->err));
    const char *text = arena_strdup(w->arena, out.data);
    buf_free(&out);
    return text;
}

static void given_the_meetings_of_fy2024(struct world *w)
{
    static const struct given_fact kita[] = {
        {"2024-04", "meeting.attendances", "", "", 2000},
        {"2024-04", "meeting.attendances", "", "category=city_ward", 600},
        {"2024-04", "meeting.attendances", "", "category=related_bodies", 1400},
        {"2024-04", "meeting.attendances", "", "community_care_meeting=yes", 100},
    };
    static const struct given_fact chuo[] = {
        {"2025-03", "meeting.attendances", "", "", 211},
        {"2025-03", "meeting.attendances", "", "category=city_ward", 41},
        {"2025-03", "meeting.attendances", "", "category=related_bodies", 170},
        {"2025-03", "meeting.attendances", "", "community_care_meeting=yes", 39},
    };
    given_counts(w, "271276", kita, 4);
    given_counts(w, "271284", chuo, 4);
}

static bool publish_fy2023(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return published_put(db, "271004", "t-osk-12", "attendances", "FY2023", 2505, "printed", err) &&
           published_put(db, "271004", "t-osk-12", "city_ward", "FY2023", 829, "printed", err) &&
           published_put(db, "271004", "t-osk-12", "related_bodies", "FY2023", 1557, "printed", err) &&
           published_put(db, "271004", "t-osk-12", "community_care_meeting", "FY2023", 119, "printed", err);
}

static void meetings_print_as_the_city_printed_them_and_the_broken_total_is_flagged(void **state)
{
    struct world *w = *state;
    given_the_meetings_of_fy2024(w);
    assert_true(store_write(w->store, publish_fy2023, NULL, &w->err));
    struct report_query q = query_for(w, "271004", "FY2024");
    struct table *t;
    assert_true(osaka_meetings(&q, &t, &w->err));
    const char *csv = csv_of(w, t);
    assert_non_null(strstr(csv, "会議出席回数,2505,2211,-294,-11.7"));
    assert_non_null(strstr(csv, "市・区の会議、研修会,829,641,-188,-22.7"));
    assert_non_null(strstr(csv, "関係機関との会議、研修会,1557,1570,13,0.8"));
    assert_non_null(strstr(csv, "（再掲）地域ケア会議,119,139,20,16.8"));
    assert_non_null(strstr(csv, "2,386"));
    assert_non_null(strstr(csv, "加算した値とみられます"));
}

static void a_total_that_holds_is_not_flagged(void **state)
{
    struct world *w = *state;
    given_the_meetings_of_fy2024(w);
    struct report_query q = query_for(w, "271004", "FY2024");
    struct table *t;
    assert_true(osaka_meetings(&q, &t, &w->err));
    assert_null(strstr(csv_of(w, t), "公表値のまま"));
}

static void a_ward_sees_only_its_own_meetings(void **state)
{
    struct world *w = *state;
    given_the_meetings_of_fy2024(w);
    struct report_query q = query_for(w, "271284", "FY2024");
    struct table *t;
    assert_true(osaka_meetings(&q, &t, &w->err));
    assert_int_equal(t->rows[0].cells[2].number, 211);
    assert_non_null(strstr(t->rows[0].cells[2].drill, "ward=271284"));
}

static void given_the_cases(struct world *w)
{
    static const struct given_fact facts[] = {
        {"2023-06", "consultation.cases", "all", "", 1706},
        {"2023-06", "consultation.cases", "all", "consulter_type=care_manager", 1706},
        {"2023-06", "consultation.cases", "ltci", "", 1000},
        {"2024-06", "consultation.cases", "all", "", 1276},
        {"2024-06", "consultation.cases", "ltci", "", 905},
        {"2024-06", "consultation.cases", "ltci", "consulter_type=care_manager", 500},
        {"2024-06", "consultation.cases", "ltci", "consulter_type=community_support_center", 300},
        {"2024-06", "consultation.cases", "ltci", "consulter_type=hospital_liaison_office", 105},
        {"2024-06", "consultation.cases", "ltci", "content=home_doctor", 700},
        {"2024-06", "consultation.cases", "ltci", "content=discharge", 600},
    };
    given_counts(w, "271276", facts, sizeof facts / sizeof *facts);
}

static void years_counted_on_different_bases_are_not_compared(void **state)
{
    struct world *w = *state;
    given_the_cases(w);
    struct report_query q = query_for(w, "271004", "FY2024");
    struct table *t;
    assert_true(osaka_consulters(&q, &t, &w->err));
    const char *csv = csv_of(w, t);
    assert_non_null(strstr(csv, "相談件数,1706,905,－,－"));
    assert_non_null(strstr(csv, "介護保険対象者のみの集計に変更"));
    assert_null(strstr(csv, "-47.0"));
}

static void the_three_largest_consulters_are_named_in_order(void **state)
{
    struct world *w = *state;
    given_the_cases(w);
    struct report_query q = query_for(w, "271004", "FY2024");
    struct table *t;
    assert_true(osaka_consulters(&q, &t, &w->err));
    assert_string_equal(t->commentary, "介護支援専門員、地域包括支援センター・ブランチ、病院（地域医療連携室）からの相談が多い。");
    assert_string_equal(t->rows[1].key, "care_manager");
    long long sum = 0;
    for (size_t i = 1; i < t->row_count; i++)
        sum += t->rows[i].cells[2].number;
    assert_int_equal(sum, 905);
}

static void contents_may_sum_to_more_than_the_cases(void **state)
{
    struct world *w = *state;
    given_the_cases(w);
    struct report_query q = query_for(w, "271004", "FY2024");
    struct table *t;
    assert_true(osaka_contents(&q, &t, &w->err));
    assert_true(t->basis.multiple_answer);
    assert_int_equal(t->rows[0].cells[2].number, 905);
    assert_non_null(strstr(csv_of(w, t), "n=905、複数回答"));
}

static void the_same_basis_is_compared_within_other_cities(void **state)
{
    struct world *w = *state;
    static const struct given_fact facts[] = {{"2023-06", "consultation.cases", "all", "", 50}, {"2024-06", "consultation.cases", "all", "", 60}};
    given_counts(w, "131121", facts, 2);
    struct report_query q = query_for(w, "131121", "FY2024");
    struct table *t;
    assert_true(osaka_consulters(&q, &t, &w->err));
    assert_non_null(strstr(csv_of(w, t), "相談件数,50,60,10,20.0"));
}

static void wards_stand_side_by_side_and_sum_to_the_city(void **state)
{
    struct world *w = *state;
    given_the_meetings_of_fy2024(w);
    struct report_query q = query_for(w, "271004", "FY2024");
    struct table *t;
    assert_true(ward_comparison(&q, &t, &w->err));
    assert_int_equal(t->row_count, 25);
    long long sum = 0;
    for (size_t i = 1; i < t->row_count; i++)
        sum += t->rows[i].cells[3].number;
    assert_int_equal(t->rows[0].cells[3].number, 2211);
    assert_int_equal(sum, 2211);
}

static void a_ward_officer_cannot_open_another_ward(void **state)
{
    struct world *w = *state;
    struct scope kita = {.kind = SCOPE_AREA, .office_id = "o", .area_code = "271276", .area_path = "270008/271004/271276/", .user_id = "u"};
    struct report_area area;
    assert_false(report_area_in_scope(world_db(w), &kita, "271284", w->arena, &area, &w->err));
    assert_int_equal(w->err.kind, ERR_FORBIDDEN);
    assert_true(report_area_in_scope(world_db(w), &kita, "271276", w->arena, &area, &w->err));
}

int main(void)
{
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, world_end)
    const struct CMUnitTest specs[] = {
        SPEC(meetings_print_as_the_city_printed_them_and_the_broken_total_is_flagged),
        SPEC(a_total_that_holds_is_not_flagged),
        SPEC(a_ward_sees_only_its_own_meetings),
        SPEC(years_counted_on_different_bases_are_not_compared),
        SPEC(the_three_largest_consulters_are_named_in_order),
        SPEC(contents_may_sum_to_more_than_the_cases),
        SPEC(the_same_basis_is_compared_within_other_cities),
        SPEC(wards_stand_side_by_side_and_sum_to_the_city),
        SPEC(a_ward_officer_cannot_open_another_ward),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
