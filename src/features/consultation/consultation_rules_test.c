/* consultation_rules_test.c -- what may be typed into a 相談シート, and what one sheet counts for.  No store. */
#include "tests/support/spec.h"

#include "base/code_list.h"
#include "features/consultation/consultation.h"

#include <stdlib.h>
#include <string.h>

static const struct date today = {2024, 11, 30};

struct typed {
    struct arena *arena;
    struct pairs in;
    struct consultation row;
    struct problems problems;
};

static int begin(void **state)
{
    struct arena *a = arena_new();
    struct typed *t = NEW(a, struct typed);
    t->arena = a;
    pairs_init(&t->in, a);
    problems_init(&t->problems, a);
    pairs_add(&t->in, "received_at", "2024-11-30T09:00");
    pairs_add(&t->in, "channel", "phone");
    pairs_add(&t->in, "consulter_type", "care_manager");
    pairs_add(&t->in, "subject_kind", "individual_case");
    pairs_add(&t->in, "is_ltci_subject", "yes");
    pairs_add(&t->in, "content", "home_nursing");
    pairs_add(&t->in, "outcome", "continuing");
    *state = t;
    return 0;
}

static int end(void **state)
{
    struct typed *t = *state;
    arena_free(t->arena);
    return 0;
}

static void given(struct typed *t, const char *name, const char *value)
{
    pairs_set(&t->in, name, value);
}

static bool is_taken(struct typed *t)
{
    memset(&t->row, 0, sizeof t->row);
    field_clear(&consultation_set, &t->row);
    t->row.head.id = "0193-sheet";
    problems_init(&t->problems, t->arena);
    return field_parse(&consultation_set, &t->in, today, &t->row, t->arena, &t->problems);
}

static void refused_at(struct typed *t, const char *field)
{
    assert_false(is_taken(t));
    const char *sentence = problem_of(&t->problems, field);
    assert_non_null(sentence);
    assert_true(strlen(sentence) > 0);
}

static void the_least_that_makes_a_sheet_is_taken(void **state)
{
    assert_true(is_taken(*state));
}

static void an_individual_case_must_say_whether_it_is_an_ltci_subject(void **state)
{
    struct typed *t = *state;
    given(t, "is_ltci_subject", "");
    refused_at(t, "is_ltci_subject");
    given(t, "subject_kind", "general");
    assert_true(is_taken(t));
}

static void at_least_one_content_is_needed(void **state)
{
    struct typed *t = *state;
    given(t, "content", "");
    refused_at(t, "content");
}

static void an_unknown_content_is_refused(void **state)
{
    struct typed *t = *state;
    given(t, "content", "home_nursing gossip");
    refused_at(t, "content");
}

static void not_arranged_needs_a_reason(void **state)
{
    struct typed *t = *state;
    given(t, "outcome", "not_arranged");
    refused_at(t, "reason_unresolved");
    given(t, "reason_unresolved", "no_vacancy");
    assert_true(is_taken(t));
}

static void the_end_does_not_come_before_the_beginning(void **state)
{
    struct typed *t = *state;
    given(t, "ended_at", "2024-11-30T08:59");
    refused_at(t, "ended_at");
    given(t, "ended_at", "2024-11-30T09:00");
    assert_true(is_taken(t));
}

static void a_day_in_the_future_is_refused(void **state)
{
    struct typed *t = *state;
    given(t, "received_at", "2024-12-01T09:00");
    refused_at(t, "received_at");
}

static void consent_needs_the_day_on_which_it_was_given(void **state)
{
    struct typed *t = *state;
    given(t, "consent", "verbal");
    refused_at(t, "consent_on");
    given(t, "consent_on", "2024-11-30");
    assert_true(is_taken(t));
    given(t, "consent", "no");
    given(t, "consent_on", "");
    assert_true(is_taken(t));
}

static void no_procedure_and_a_procedure_exclude_each_other(void **state)
{
    struct typed *t = *state;
    given(t, "medical_procedures", "none");
    assert_true(is_taken(t));
    given(t, "medical_procedures", "none oxygen");
    refused_at(t, "medical_procedures");
}

static void a_progress_entry_before_the_reception_is_refused(void **state)
{
    struct typed *t = *state;
    given(t, "progress.0.contact_on", "2024-11-29");
    given(t, "progress.0.text", "電話した");
    refused_at(t, "progress");
    given(t, "progress.0.contact_on", "2024-11-30");
    assert_true(is_taken(t));
}

static void what_the_program_computes_cannot_be_typed(void **state)
{
    struct typed *t = *state;
    given(t, "consultation_no", "R6-北-6-9999");
    given(t, "visit_kind", "continuing");
    assert_true(is_taken(t));
    assert_string_equal(t->row.consultation_no, "");
    assert_string_equal(t->row.visit_kind, "");
}

/* -- what follows from a row ---------------------------------------------------------------------------------------------- */

static void day_month_year_and_minutes_follow_from_the_times(void **state)
{
    struct typed *t = *state;
    given(t, "received_at", "2024-03-31T23:50");
    given(t, "ended_at", "2024-04-01T00:20");
    assert_true(is_taken(t));
    consultation_derive(&t->row, t->arena);
    assert_string_equal(t->row.received_on, "2024-03-31");
    assert_string_equal(t->row.month, "2024-03");
    assert_int_equal(t->row.fiscal_year, 2023);
    assert_int_equal(t->row.minutes, 30);
}

static void a_sheet_without_an_end_has_no_minutes(void **state)
{
    struct typed *t = *state;
    assert_true(is_taken(t));
    consultation_derive(&t->row, t->arena);
    assert_true(t->row.minutes == FIELD_BLANK);
}

static void a_sheet_closes_on_the_day_of_its_last_entry(void **state)
{
    struct typed *t = *state;
    given(t, "received_at", "2024-11-01T09:00");
    given(t, "progress.0.contact_on", "2024-11-05");
    given(t, "progress.0.text", "訪問看護につながった");
    assert_true(is_taken(t));
    consultation_derive(&t->row, t->arena);
    assert_string_equal(t->row.closed_on, "");
    t->row.outcome = "connected";
    consultation_derive(&t->row, t->arena);
    assert_string_equal(t->row.closed_on, "2024-11-05");
}

static void somebody_unknown_is_a_person_of_their_own(void **state)
{
    struct typed *t = *state;
    assert_true(is_taken(t));
    consultation_derive(&t->row, t->arena);
    assert_string_equal(t->row.person_key, t->row.head.id);
    t->row.patient_id = "0193-person";
    consultation_derive(&t->row, t->arena);
    assert_string_equal(t->row.person_key, "0193-person");
}

/* -- facts ---------------------------------------------------------------------------------------------------------------- */

static long long sum_of(const struct facts *f, const char *month, const char *measure, const char *basis, const char *code)
{
    long long n = 0;
    for (size_t i = 0; i < f->count; i++)
        if ((!month || !strcmp(f->items[i].month, month)) && !strcmp(f->items[i].measure, measure)
            && !strcmp(f->items[i].basis, basis) && !strcmp(f->items[i].code, code))
            n += f->items[i].n;
    return n;
}

static struct facts facts_of(struct typed *t)
{
    struct facts f;
    facts_init(&f, t->arena);
    assert_true(is_taken(t));
    consultation_derive(&t->row, t->arena);
    consultation_facts(&t->row, &f);
    return f;
}

static void an_ltci_case_counts_on_both_bases(void **state)
{
    struct facts f = facts_of(*state);
    assert_int_equal(sum_of(&f, "2024-11", "consultation.cases", "all", ""), 1);
    assert_int_equal(sum_of(&f, "2024-11", "consultation.cases", "ltci", ""), 1);
    assert_int_equal(sum_of(&f, "2024-11", "consultation.cases", "ltci", "consulter_type=care_manager"), 1);
    assert_int_equal(sum_of(&f, "2024-11", "consultation.cases", "ltci", "consulter_content=care_manager.home_nursing"), 1);
}

static void a_case_outside_ltci_counts_only_on_the_basis_all(void **state)
{
    struct typed *t = *state;
    given(t, "is_ltci_subject", "unknown");
    struct facts f = facts_of(t);
    assert_int_equal(sum_of(&f, NULL, "consultation.cases", "all", ""), 1);
    assert_int_equal(sum_of(&f, NULL, "consultation.cases", "ltci", ""), 0);
}

static void what_is_not_a_case_counts_as_a_sheet_only(void **state)
{
    struct typed *t = *state;
    given(t, "subject_kind", "general");
    struct facts f = facts_of(t);
    assert_int_equal(sum_of(&f, NULL, "consultation.sheets", "", ""), 1);
    assert_int_equal(sum_of(&f, NULL, "consultation.sheets", "", "subject_kind=general"), 1);
    assert_int_equal(sum_of(&f, NULL, "consultation.cases", "all", ""), 0);
    assert_int_equal(sum_of(&f, NULL, "consultation.content_selections", "all", ""), 0);
}

static void several_contents_are_one_case_and_several_selections(void **state)
{
    struct typed *t = *state;
    given(t, "content", "home_nursing dementia nutrition");
    struct facts f = facts_of(t);
    assert_int_equal(sum_of(&f, NULL, "consultation.cases", "all", ""), 1);
    assert_int_equal(sum_of(&f, NULL, "consultation.content_selections", "all", ""), 3);
    assert_int_equal(sum_of(&f, NULL, "consultation.cases", "all", "content=dementia"), 1);
}

static void contacts_count_in_the_month_of_their_own_day(void **state)
{
    struct typed *t = *state;
    given(t, "received_at", "2024-10-31T09:00");
    given(t, "progress.0.contact_on", "2024-10-31");
    given(t, "progress.0.text", "受付");
    given(t, "progress.1.contact_on", "2024-11-02");
    given(t, "progress.1.text", "折り返し");
    struct facts f = facts_of(t);
    assert_int_equal(sum_of(&f, "2024-10", "consultation.contacts", "all", ""), 1);
    assert_int_equal(sum_of(&f, "2024-11", "consultation.contacts", "all", ""), 1);
    assert_int_equal(sum_of(&f, "2024-10", "consultation.cases", "all", ""), 1);
    assert_int_equal(sum_of(&f, "2024-11", "consultation.cases", "all", ""), 0);
}

static const char *pick(const char *list, unsigned *seed)
{
    const struct code_list *codes = code_list_find(list);
    *seed = *seed * 1103515245u + 12345u;
    return codes->codes[(*seed >> 16) % codes->count].code;
}

/* Each single-answer dimension adds up to the cases, whatever was or was not answered. */
static void single_answers_add_up_to_the_cases_over_random_sheets(void **state)
{
    static const char *const dimensions[] = {"consulter_type", "channel", "outcome", "visit_kind", "care_level", "residence"};
    struct typed *t = *state;
    unsigned seed = 20241130;
    struct facts f;
    facts_init(&f, t->arena);
    long long cases = 0, ltci = 0, selections = 0;
    for (int i = 0; i < 300; i++) {
        given(t, "channel", pick("channel", &seed));
        given(t, "consulter_type", pick("consulter_type", &seed));
        given(t, "subject_kind", i % 3 ? "individual_case" : pick("subject_kind", &seed));
        given(t, "is_ltci_subject", pick("yes_no_unknown", &seed));
        given(t, "care_level", i % 2 ? pick("care_level", &seed) : "");
        given(t, "residence", i % 5 ? pick("residence", &seed) : "");
        given(t, "outcome", pick("outcome", &seed));
        given(t, "reason_unresolved", "other");
        const char *first = pick("consultation_content", &seed), *second = pick("consultation_content", &seed);
        given(t, "content", strcmp(first, second) ? arena_printf(t->arena, "%s %s", first, second) : first);
        assert_true(is_taken(t));
        consultation_derive(&t->row, t->arena);
        consultation_facts(&t->row, &f);
        if (strcmp(t->row.subject_kind, "individual_case"))
            continue;
        cases++;
        ltci += !strcmp(t->row.is_ltci_subject, "yes");
        selections += strcmp(first, second) ? 2 : 1;
    }
    assert_int_equal(sum_of(&f, NULL, "consultation.cases", "all", ""), cases);
    assert_int_equal(sum_of(&f, NULL, "consultation.cases", "ltci", ""), ltci);
    assert_int_equal(sum_of(&f, NULL, "consultation.content_selections", "all", ""), selections);
    for (size_t d = 0; d < sizeof dimensions / sizeof *dimensions; d++) {
        long long sum = 0;
        size_t size = strlen(dimensions[d]);
        for (size_t i = 0; i < f.count; i++)
            if (!strcmp(f.items[i].measure, "consultation.cases") && !strcmp(f.items[i].basis, "all")
                && !strncmp(f.items[i].code, dimensions[d], size) && f.items[i].code[size] == '=')
                sum += f.items[i].n;
        assert_int_equal(sum, cases);
    }
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest specs[] = {
        SPEC(the_least_that_makes_a_sheet_is_taken),
        SPEC(an_individual_case_must_say_whether_it_is_an_ltci_subject),
        SPEC(at_least_one_content_is_needed),
        SPEC(an_unknown_content_is_refused),
        SPEC(not_arranged_needs_a_reason),
        SPEC(the_end_does_not_come_before_the_beginning),
        SPEC(a_day_in_the_future_is_refused),
        SPEC(consent_needs_the_day_on_which_it_was_given),
        SPEC(no_procedure_and_a_procedure_exclude_each_other),
        SPEC(a_progress_entry_before_the_reception_is_refused),
        SPEC(what_the_program_computes_cannot_be_typed),
        SPEC(day_month_year_and_minutes_follow_from_the_times),
        SPEC(a_sheet_without_an_end_has_no_minutes),
        SPEC(a_sheet_closes_on_the_day_of_its_last_entry),
        SPEC(somebody_unknown_is_a_person_of_their_own),
        SPEC(an_ltci_case_counts_on_both_bases),
        SPEC(a_case_outside_ltci_counts_only_on_the_basis_all),
        SPEC(what_is_not_a_case_counts_as_a_sheet_only),
        SPEC(several_contents_are_one_case_and_several_selections),
        SPEC(contacts_count_in_the_month_of_their_own_day),
        SPEC(single_answers_add_up_to_the_cases_over_random_sheets),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
