/* facility_local_test.c -- what people here know about an entry, and who sees it, on both stores. */
#include "base/count.h"
#include "base/text.h"
#include "features/audience/audience.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "store/search.h"
#include "tests/support/directory_world.h"
#include "web/job.h"

#include <string.h>
#include <unistd.h>

#define DATA "tests/data/mhlw-kaigo/jigyosho_155.csv"

struct town {
    struct directory_world *d;
    struct world *w;
    struct app *app;
    struct visitor *v;
    const char *id; /* the entry the specs are about */
};

static void import(struct town *t)
{
    directory_given_file(t->d, DATA);
}

static struct visitor *visitor_in(struct town *t, enum role role, const char *office_id)
{
    struct visitor *v = visitor_new(t->app, t->w->arena);
    struct session reader = directory_reader(role, arena_printf(t->w->arena, "U-%s-%s", role_name(role), office_id), office_id);
    visitor_sign_in(v, &reader);
    return v;
}

static int begin(void **state)
{
    if (directory_begin(state))
        return -1;
    struct directory_world *d = *state;
    struct town *t = NEW(d->w->arena, struct town);
    *t = (struct town){.d = d, .w = d->w, .app = d->app};
    import(t);
    t->id = db_text(world_db(t->w), t->w->arena, &t->w->err, "SELECT id FROM facility WHERE area_code LIKE '271%' LIMIT 1");
    t->v = visitor_in(t, ROLE_COORDINATOR, "O-1");
    *state = t;
    return t->id ? 0 : -1;
}

static int end(void **state)
{
    struct town *t = *state;
    void *directory = t->d;
    return directory_end(&directory);
}

static void given_facts(struct town *t, const char *facts)
{
    assert_int_equal(visitor_get(t->v, arena_printf(t->w->arena, "/facility-facts/new?facility=%s", t->id)), 200);
    assert_int_equal(visitor_post(t->v, "/facility-facts", arena_printf(t->w->arena, "id=%s&revision=0&%s", t->id, facts)), 303);
    assert_string_equal(visitor_header(t->v, "Location"), arena_printf(t->w->arena, "/facilities/%s", t->id));
}

static struct facility_local known(struct town *t)
{
    struct facility_local l;
    assert_true(facility_local_find(world_db(t->w), t->id, t->w->arena, &l, &t->w->err));
    return l;
}

#define FACTS "round_the_clock=yes&home_visits=yes&medical_procedures=tracheostomy&medical_procedures=gastrostomy&direct_line=06-0000-0000" \
              "&internal_memo=memo&confirmed_on=2024-11-21"

static void what_is_known_here_outlives_a_new_import(void **state)
{
    struct town *t = *state;
    given_facts(t, FACTS);
    import(t);
    struct facility_local l = known(t);
    assert_string_equal(l.round_the_clock, "yes");
    assert_string_equal(l.medical_procedures, "tracheostomy gastrostomy");
    assert_string_equal(l.confirmed_on, "2024-11-21");
    assert_string_equal(l.confirmed_by, "U-coordinator-O-1");
    assert_string_equal(l.head.area_code, db_text(world_db(t->w), t->w->arena, &t->w->err, "SELECT area_code FROM facility WHERE id = $1", TEXT(t->id)));
    assert_string_equal(facility_local_age(l.confirmed_on, date_from_iso("2024-11-30"), t->w->arena), "9日前に確認");
}

static void nothing_known_is_blank_and_no_error(void **state)
{
    struct town *t = *state;
    struct facility_local l = known(t);
    assert_string_equal(l.head.id, "");
    assert_string_equal(l.round_the_clock, "");
    assert_string_equal(facility_local_form_url(&l, t->id, t->w->arena), arena_printf(t->w->arena, "/facility-facts/new?facility=%s", t->id));
}

static void another_office_changes_the_same_facts_and_the_history_tells_both(void **state)
{
    struct town *t = *state;
    given_facts(t, FACTS);
    struct visitor *other = visitor_in(t, ROLE_WARD_OFFICER, "O-2");
    assert_int_equal(visitor_get(other, arena_printf(t->w->arena, "/facility-facts/%s/edit", t->id)), 200);
    assert_int_equal(visitor_post(other, arena_printf(t->w->arena, "/facility-facts/%s", t->id), "revision=1&round_the_clock=no&confirmed_on=2024-11-30"), 303);
    struct facility_local l = known(t);
    assert_string_equal(l.round_the_clock, "no");
    assert_string_equal(l.head.office_id, "O-1");
    assert_string_equal(l.confirmed_by, "U-ward_officer-O-2");
    assert_int_equal(visitor_get(t->v, arena_printf(t->w->arena, "/facility-facts/%s/history", t->id)), 200);
    assert_non_null(strstr(t->v->body, "24時間対応"));
    assert_int_equal(visitor_post(t->v, arena_printf(t->w->arena, "/facility-facts/%s", t->id), "revision=1&confirmed_on=2024-11-30"), 409);
}

static void deleted_facts_can_be_brought_back(void **state)
{
    struct town *t = *state;
    given_facts(t, FACTS);
    assert_int_equal(visitor_post(t->v, arena_printf(t->w->arena, "/facility-facts/%s/delete", t->id), "revision=1"), 303);
    assert_string_equal(known(t).head.id, "");
    assert_int_equal(visitor_post(t->v, arena_printf(t->w->arena, "/facility-facts/%s/undelete", t->id), ""), 303);
    assert_string_equal(known(t).round_the_clock, "yes");
}

static void facts_of_an_unknown_entry_are_refused(void **state)
{
    struct town *t = *state;
    assert_int_equal(visitor_get(t->v, "/facility-facts/new?facility=00000000-0000-7000-8000-000000000000"), 404);
    assert_int_equal(visitor_post(t->v, "/facility-facts", "id=00000000-0000-7000-8000-000000000000&revision=0&confirmed_on=2024-11-21"), 404);
}

static void contradictions_and_days_to_come_are_told(void **state)
{
    struct town *t = *state;
    const char *body = arena_printf(t->w->arena, "id=%s&revision=0&medical_procedures=none&medical_procedures=drip&new_patient_acceptance=no"
                                                 "&acceptance_condition=x&confirmed_on=2024-12-01", t->id);
    assert_int_equal(visitor_post(t->v, "/facility-facts", body), 422);
    assert_non_null(strstr(t->v->body, "「なし」とほかの処置"));
    assert_non_null(strstr(t->v->body, "条件を空欄に"));
    assert_non_null(strstr(t->v->body, "未来"));
}

static struct facility_local seen_by(struct town *t, enum audience_level viewer, struct facility *f)
{
    struct audience who;
    struct facility_local l = known(t);
    assert_true(facility_find(world_db(t->w), t->id, t->w->arena, f, &t->w->err));
    assert_true(audience_open(world_db(t->w), viewer, t->w->arena, &who, &t->w->err));
    audience_apply(&who, f, &l);
    return l;
}

static void residents_professionals_and_the_offices_see_different_fields(void **state)
{
    struct town *t = *state;
    struct facility f;
    given_facts(t, FACTS);
    struct facility_local resident = seen_by(t, AUDIENCE_PUBLIC, &f);
    assert_string_equal(resident.round_the_clock, "yes");
    assert_string_equal(resident.direct_line, "");
    assert_string_equal(resident.medical_procedures, "");
    assert_string_equal(resident.internal_memo, "");
    assert_string_equal(resident.confirmed_by, "");
    assert_string_equal(f.raw, "");
    assert_true(*f.phone);
    struct facility_local professional = seen_by(t, AUDIENCE_PROFESSIONAL, &f);
    assert_string_equal(professional.direct_line, "06-0000-0000");
    assert_string_equal(professional.internal_memo, "");
    struct facility_local inside = seen_by(t, AUDIENCE_INTERNAL, &f);
    assert_string_equal(inside.internal_memo, "memo");
    assert_true(*f.raw);
}

static void an_installation_sets_its_own_levels(void **state)
{
    struct town *t = *state;
    struct facility f;
    given_facts(t, FACTS);
    struct visitor *administrator = visitor_in(t, ROLE_SYSTEM_ADMINISTRATOR, "O-9");
    assert_int_equal(visitor_get(administrator, "/settings/audiences"), 200);
    assert_int_equal(visitor_post(administrator, "/settings/audiences", "phone=internal&office_number=professional&direct_line=public&name=internal"), 303);
    struct facility_local resident = seen_by(t, AUDIENCE_PUBLIC, &f);
    assert_string_equal(f.phone, "");
    assert_string_equal(f.office_number, "");
    assert_string_equal(f.source_key, "");
    assert_true(*f.name);
    assert_string_equal(resident.direct_line, "06-0000-0000");
    assert_int_equal(visitor_post(administrator, "/settings/audiences", "phone=everybody"), 422);
    assert_int_equal(visitor_post(t->v, "/settings/audiences", "phone=public"), 403);
    seen_by(t, AUDIENCE_PROFESSIONAL, &f);
    assert_string_equal(f.phone, "");
}

static long long found_by_phone(struct town *t, const char *digits, bool inside)
{
    struct search_hit *hits;
    size_t count;
    struct scope scope = SCOPE_EVERYTHING;
    scope.sees_personal = inside;
    assert_true(search_find(world_db(t->w), &scope, "facility", digits, 5, t->w->arena, &hits, &count, &t->w->err));
    return (long long)count;
}

static void index_is_made_again(struct town *t)
{
    struct job_runner *runner = job_runner_start(t->app);
    long long done = 0;
    for (int i = 0; i < 12000 && !done; i++, usleep(10000)) /* two minutes */
        done = db_int(world_db(t->w), &t->w->err, 0, "SELECT COUNT(*) FROM job WHERE kind = 'audience_index' AND status = 'done'");
    job_runner_stop(runner);
    assert_int_equal(done, 1);
}

/* A word that only stands in a hidden field must not lead to the entry. */
static void what_is_hidden_is_not_found_any_more_after_the_index_was_made_again(void **state)
{
    struct town *t = *state;
    const char *digits = text_digits(t->w->arena, db_text(world_db(t->w), t->w->arena, &t->w->err, "SELECT phone FROM facility WHERE id = $1", TEXT(t->id)));
    assert_int_equal(found_by_phone(t, digits, false), 1);
    struct visitor *administrator = visitor_in(t, ROLE_SYSTEM_ADMINISTRATOR, "O-9");
    assert_int_equal(visitor_post(administrator, "/settings/audiences", "phone=internal"), 303);
    assert_int_equal(db_int(world_db(t->w), &t->w->err, -1, "SELECT COUNT(*) FROM job WHERE kind = 'audience_index'"), 1);
    index_is_made_again(t);
    assert_int_equal(found_by_phone(t, digits, false), 0);
    assert_int_equal(found_by_phone(t, digits, true), 1);
    assert_int_equal(visitor_post(administrator, "/settings/audiences", "phone=internal"), 303);
    assert_int_equal(db_int(world_db(t->w), &t->w->err, -1, "SELECT COUNT(*) FROM job WHERE kind = 'audience_index'"), 1);
}

static void nobody_is_internal_by_mistake(void **state)
{
    struct town *t = *state;
    (void)t;
    static const struct {
        struct session s;
        enum audience_level level;
    } samples[] = {
        {{.user_id = "", .role = ROLE_COORDINATOR}, AUDIENCE_PUBLIC},
        {{.user_id = "U", .role = ROLE_NONE}, AUDIENCE_PUBLIC},
        {{.user_id = "U", .role = ROLE_COORDINATOR, .pending = true}, AUDIENCE_PUBLIC},
        {{.user_id = "U", .role = ROLE_COORDINATOR, .locked = true}, AUDIENCE_PUBLIC},
        {{.user_id = "U", .role = ROLE_PROFESSIONAL}, AUDIENCE_PROFESSIONAL},
        {{.user_id = "U", .role = ROLE_COORDINATOR}, AUDIENCE_INTERNAL},
        {{.user_id = "U", .role = ROLE_VIEWER}, AUDIENCE_INTERNAL},
    };
    for (size_t i = 0; i < COUNT(samples); i++)
        assert_int_equal(audience_of(&samples[i].s), samples[i].level);
}

/* What nobody decided about would be shown to everybody or to nobody. */
static void every_local_field_has_a_level(void **state)
{
    (void)state;
    const struct audience who = {.viewer = AUDIENCE_INTERNAL};
    for (size_t i = 0; i < facility_local_set.count; i++)
        assert_true(audience_sees(&who, facility_local_set.fields[i].name));
    assert_false(audience_sees(&who, "something_new"));
}

int main(void)
{
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest specs[] = {
        SPEC(what_is_known_here_outlives_a_new_import),
        SPEC(nothing_known_is_blank_and_no_error),
        SPEC(another_office_changes_the_same_facts_and_the_history_tells_both),
        SPEC(deleted_facts_can_be_brought_back),
        SPEC(facts_of_an_unknown_entry_are_refused),
        SPEC(contradictions_and_days_to_come_are_told),
        SPEC(residents_professionals_and_the_offices_see_different_fields),
        SPEC(an_installation_sets_its_own_levels),
        SPEC(what_is_hidden_is_not_found_any_more_after_the_index_was_made_again),
        SPEC(nobody_is_internal_by_mistake),
        SPEC(every_local_field_has_a_level),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
