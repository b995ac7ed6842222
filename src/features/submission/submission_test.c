/* submission_test.c -- the way of 様式3 from draft to acceptance, through the pages that people use. */
#include "tests/support/record_world.h"

#include "features/consultation/consultation.h"
#include "features/organization/organization.h"
#include "features/submission/frozen.h"
#include "features/submission/submission.h"

#include <stdlib.h>
#include <string.h>

#define FORM "/submissions/3/2024-10"

static struct session manager(void)
{
    struct session s = kita_coordinator();
    s.user_id = "U-MANAGER";
    s.display_name = "見本 一郎";
    s.role = ROLE_CONTRACTOR_MANAGER;
    return s;
}

static void as(struct record_world *r, struct session who)
{
    visitor_sign_in(r->visitor, &who);
}

static void given_a_case_in(struct record_world *r, const char *received_at)
{
    struct consultation c = a_case(r, received_at);
    assert_true(record_save(r, &consultation_resource, &c));
}

static struct submission newest(struct record_world *r)
{
    struct submission s;
    struct scope all = SCOPE_EVERYTHING;
    assert_true(submission_find(world_db(r->w), &all, kita_coordinator().office_id, 3, "2024-10", r->w->arena, &s, &r->w->err));
    return s;
}

static int step(struct record_world *r, const char *name, const char *more)
{
    const char *office = newest(r).office_id;
    return visitor_post(r->visitor, arena_printf(r->w->arena, FORM "/%s?office=%s", name, office),
                        arena_printf(r->w->arena, "revision=%ld%s", newest(r).revision, more));
}

static long long frozen_cases(struct record_world *r)
{
    struct table *t;
    assert_true(frozen_read(newest(r).frozen, r->w->arena, &t, &r->w->err));
    for (size_t i = 0; i < t->row_count; i++)
        if (t->rows[i].key && !strcmp(t->rows[i].key, "consultation.sheets"))
            return t->rows[i].cells[2].number;
    return -1;
}

static void given_confirmed(struct record_world *r)
{
    given_a_case_in(r, "2024-10-03T10:00");
    as(r, manager());
    assert_int_equal(step(r, "confirm", ""), 303);
}

static void given_submitted(struct record_world *r)
{
    given_confirmed(r);
    as(r, kita_coordinator());
    assert_int_equal(step(r, "submit", "&note=%E9%83%B5%E9%80%81"), 303);
}

static void only_the_manager_confirms_and_confirming_freezes_the_figures(void **state)
{
    struct record_world *r = *state;
    given_a_case_in(r, "2024-10-03T10:00");
    as(r, kita_coordinator());
    assert_int_equal(step(r, "confirm", ""), 403);
    assert_int_equal(newest(r).state, SUBMISSION_NONE);
    as(r, manager());
    assert_int_equal(step(r, "confirm", ""), 303);
    assert_int_equal(newest(r).state, SUBMISSION_CONFIRMED);
    assert_int_equal(frozen_cases(r), 1);

    given_a_case_in(r, "2024-10-04T10:00");
    assert_int_equal(frozen_cases(r), 1);
    assert_int_equal(visitor_get(r->visitor, FORM), 200);
    assert_non_null(strstr(r->visitor->body, "確定したあとに変わった数字"));
}

static void a_step_that_the_state_does_not_allow_changes_nothing(void **state)
{
    struct record_world *r = *state;
    as(r, kita_coordinator());
    assert_int_equal(step(r, "submit", "&note=x"), 409);
    assert_int_equal(newest(r).state, SUBMISSION_NONE);
    given_submitted(r);
    as(r, manager());
    assert_int_equal(step(r, "confirm", ""), 409);
    assert_int_equal(newest(r).state, SUBMISSION_SUBMITTED);
}

static void a_stale_page_cannot_submit(void **state)
{
    struct record_world *r = *state;
    given_confirmed(r);
    as(r, kita_coordinator());
    assert_int_equal(visitor_post(r->visitor, FORM "/submit", "revision=99&note=x"), 409);
    assert_int_equal(newest(r).state, SUBMISSION_CONFIRMED);
}

static void the_bureau_receives_and_accepts_and_the_room_cannot(void **state)
{
    struct record_world *r = *state;
    given_submitted(r);
    as(r, kita_coordinator());
    assert_int_equal(step(r, "receive", ""), 403);
    as(r, bureau_officer());
    assert_int_equal(step(r, "receive", ""), 303);
    assert_int_equal(step(r, "accept", ""), 303);
    assert_int_equal(newest(r).state, SUBMISSION_ACCEPTED);
}

static void a_return_wants_a_reason_and_goes_on_as_a_correction_that_shows_what_changed(void **state)
{
    struct record_world *r = *state;
    given_submitted(r);
    as(r, bureau_officer());
    assert_int_equal(step(r, "return", "&note="), 422);
    assert_int_equal(step(r, "return", "&note=%E4%BB%B6%E6%95%B0"), 303);
    assert_int_equal(newest(r).state, SUBMISSION_RETURNED);

    given_a_case_in(r, "2024-10-05T10:00");
    as(r, kita_coordinator());
    assert_int_equal(step(r, "correct", "&note=%E8%BF%BD%E5%8A%A0"), 303);
    assert_int_equal(newest(r).edition, 2);
    assert_int_equal(visitor_get(r->visitor, FORM), 200);
    assert_non_null(strstr(r->visitor->body, "前の版との違い"));
    as(r, manager());
    assert_int_equal(step(r, "confirm", ""), 303);
    assert_int_equal(frozen_cases(r), 2);
}

static void what_is_written_by_hand_is_kept_and_checked(void **state)
{
    struct record_world *r = *state;
    as(r, kita_coordinator());
    assert_int_equal(step(r, "save", "&working_days=40&issues=x"), 422);
    assert_int_equal(newest(r).state, SUBMISSION_NONE);
    assert_int_equal(step(r, "save", "&working_days=20&issues=%E7%A9%BA%E5%BA%8A"), 303);
    assert_int_equal(newest(r).state, SUBMISSION_DRAFT);
    assert_int_equal(visitor_get(r->visitor, FORM), 200);
    assert_non_null(strstr(r->visitor->body, "空床"));
}

static void another_rooms_form_is_not_found(void **state)
{
    struct record_world *r = *state;
    given_confirmed(r);
    as(r, miyakojima_coordinator());
    const char *target = arena_printf(r->w->arena, FORM "?office=%s", kita_coordinator().office_id);
    assert_int_equal(visitor_get(r->visitor, target), 404);
}

static void a_confirmed_form_prints_the_same_after_the_records_changed(void **state)
{
    struct record_world *r = *state;
    given_confirmed(r);
    assert_int_equal(visitor_get(r->visitor, FORM "?format=csv"), 200);
    const char *before = arena_strdup(r->w->arena, r->visitor->body);
    given_a_case_in(r, "2024-10-09T10:00");
    assert_int_equal(visitor_get(r->visitor, FORM "?format=csv"), 200);
    assert_string_equal(r->visitor->body, before);
}

static void due_days_follow_the_calendar(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct period october, trimester;
    assert_true(period_parse("2024-10", &october) && period_parse("FY2024-T2", &trimester));
    /* 1, 5, 6, 7 and 8 November: the 4th is 振替休日. */
    assert_string_equal(date_iso(a, submission_due_on(submission_form_find(3), october)), "2024-11-08");
    assert_string_equal(date_iso(a, submission_due_on(submission_form_find(10), trimester)), "2024-12-15");
    arena_free(a);
}

static bool write_room(struct db *db, void *arg, struct err *err)
{
    struct arena *a = arg;
    struct session kita = kita_coordinator();
    struct organization contractor = {.id = "00000000-0000-7000-8000-000000000001", .name = "（架空）北区医師会", .kana = "カクウ",
                                      .kind = "medical_association", .corporate_number = "", .phone = "", .address = ""};
    struct office room = {.id = kita.office_id, .organization_id = contractor.id, .area_code = kita.area_code, .role = "consultation_room",
                          .name = kita.office_name, .short_name = "北", .code = "room-kita", .phone = "", .fax = "", .address = "",
                          .active_from = "2023-04-01", .active_to = ""};
    return organization_save(db, &contractor, "", a, err) && office_save(db, &room, "", a, err);
}

static int begin(void **state)
{
    if (record_begin(state))
        return -1;
    struct record_world *r = *state;
    return store_write(r->w->store, write_room, r->w->arena, &r->w->err) ? 0 : -1;
}

int main(void)
{
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, record_end)
    const struct CMUnitTest specs[] = {
        SPEC(only_the_manager_confirms_and_confirming_freezes_the_figures),
        SPEC(a_step_that_the_state_does_not_allow_changes_nothing),
        SPEC(a_stale_page_cannot_submit),
        SPEC(the_bureau_receives_and_accepts_and_the_room_cannot),
        SPEC(a_return_wants_a_reason_and_goes_on_as_a_correction_that_shows_what_changed),
        SPEC(what_is_written_by_hand_is_kept_and_checked),
        SPEC(another_rooms_form_is_not_found),
        SPEC(a_confirmed_form_prints_the_same_after_the_records_changed),
        cmocka_unit_test(due_days_follow_the_calendar),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
