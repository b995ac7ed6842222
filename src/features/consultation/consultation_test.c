/* consultation_test.c -- 相談シート in a store: numbers, persons, new and continuing, counts, lists, the pages. */
#include "tests/support/record_world.h"

#include "base/code_list.h"
#include "base/count.h"
#include "features/activity/activity.h"
#include "features/gathering/gathering.h"
#include "features/organization/organization.h"
#include "features/patient/patient.h"
#include "output/given_file.h"

#include <pthread.h>
#include <string.h>

static void given_saved(struct record_world *r, struct consultation *c)
{
    if (!record_save(r, &consultation_resource, c))
        fail_msg("%s %s", r->w->err.message, r->w->err.detail);
}

static struct consultation a_case_of(struct record_world *r, const char *received_at, const char *patient_id)
{
    struct consultation c = a_case(r, received_at);
    c.patient_id = patient_id;
    given_saved(r, &c);
    return c;
}

/* -- numbers --------------------------------------------------------------------------------------------------------------- */

static void numbers_run_per_ward_and_fiscal_year(void **state)
{
    struct record_world *r = *state;
    struct consultation a = a_case(r, "2024-11-01T09:00"), b = a_case(r, "2024-11-02T09:00"), before = a_case(r, "2024-03-31T09:00");
    struct consultation elsewhere = a_case(r, "2024-11-02T09:00");
    elsewhere.head.area_code = "271021";
    given_saved(r, &a);
    given_saved(r, &b);
    given_saved(r, &before);
    given_saved(r, &elsewhere);
    assert_string_equal(a.consultation_no, "R6-北-6-0001");
    assert_string_equal(b.consultation_no, "R6-北-6-0002");
    assert_string_equal(before.consultation_no, "R5-北-6-0001");
    assert_string_equal(elsewhere.consultation_no, "R6-都島-6-0001");
}

static void a_number_stays_when_the_sheet_is_corrected(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-01T09:00");
    given_saved(r, &c);
    c.received_at = "2024-10-31T09:00";
    given_saved(r, &c);
    assert_string_equal(c.consultation_no, "R6-北-6-0001");
    assert_int_equal(c.head.revision, 2);
}

static void a_refused_save_uses_no_number(void **state)
{
    struct record_world *r = *state;
    struct consultation refused = a_case(r, "2024-11-01T09:00");
    refused.patient_id = "00000000-0000-7000-8000-00000000dead";
    assert_false(record_save(r, &consultation_resource, &refused));
    assert_string_equal(r->w->err.field, "patient_id");
    struct consultation c = a_case(r, "2024-11-01T09:00");
    given_saved(r, &c);
    assert_string_equal(c.consultation_no, "R6-北-6-0001");
}

enum { WRITERS = 6, EACH = 12 };
struct writer {
    struct record_world *r;
    struct consultation rows[EACH];
    struct arena *arena;
};

static bool write_one(struct db *db, void *arg, struct err *err)
{
    void **both = arg;
    struct writer *w = both[0];
    struct save save = {.resource = &consultation_resource, .row = both[1], .arena = w->arena};
    return resource_save(db, &save, "U-KITA", err);
}

static void *write_all(void *arg)
{
    struct writer *w = arg;
    for (int i = 0; i < EACH; i++) {
        struct err err = {0};
        void *both[] = {w, &w->rows[i]};
        if (!store_write(w->r->w->store, write_one, both, &err))
            return (void *)(uintptr_t)1;
    }
    store_reader_done(w->r->w->store);
    return NULL;
}

static void sheets_saved_at_the_same_moment_get_numbers_without_gap_or_double(void **state)
{
    struct record_world *r = *state;
    struct writer *writers = NEW_ARRAY(r->w->arena, WRITERS, struct writer);
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i].r = r;
        writers[i].arena = arena_new();
        for (int k = 0; k < EACH; k++)
            writers[i].rows[k] = a_case(r, "2024-11-01T09:00");
    }
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_all, &writers[i]), 0);
    for (int i = 0; i < WRITERS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
        arena_free(writers[i].arena);
    }
    auto_rows *rows = db_query(world_db(r->w), r->w->arena, &r->w->err,
                               "SELECT COUNT(DISTINCT consultation_no), MIN(consultation_no), MAX(consultation_no) FROM consultation");
    assert_true(rows_next(rows));
    assert_int_equal(rows_int(rows, 0), WRITERS * EACH);
    assert_string_equal(rows_text(rows, 1), "R6-北-6-0001");
    assert_string_equal(rows_text(rows, 2), "R6-北-6-0072");
    assert_int_equal(counted(r, "consultation.cases", "all", ""), WRITERS * EACH);
}

/* -- persons ---------------------------------------------------------------------------------------------------------------- */

static void somebody_named_for_the_first_time_is_registered_once(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-01T09:00");
    c.patient_name = "見本 花子";
    c.patient_kana = "ミホン ハナコ";
    given_saved(r, &c);
    given_saved(r, &c);
    struct patient p;
    record_load(r, &patient_record, c.patient_id, &p);
    assert_string_equal(p.kana, "ミホン ハナコ");
    assert_string_equal(p.head.office_id, c.head.office_id);
    assert_int_equal(db_int(world_db(r->w), &r->w->err, -1, "SELECT COUNT(*) FROM patient"), 1);
}

static void a_name_corrected_on_the_first_sheet_is_corrected_for_the_person(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-01T09:00");
    c.patient_kana = "ミホン ハナ";
    given_saved(r, &c);
    c.patient_kana = "ミホン ハナコ";
    given_saved(r, &c);
    struct patient p;
    record_load(r, &patient_record, c.patient_id, &p);
    assert_string_equal(p.kana, "ミホン ハナコ");
    p.kana = "ミモト ハナコ"; /* on the person's own page: from now on the sheet does not change it */
    if (!record_save(r, &patient_resource, &p))
        fail_msg("%s", r->w->err.detail);
    c.patient_kana = "ミホン";
    given_saved(r, &c);
    record_load(r, &patient_record, c.patient_id, &p);
    assert_string_equal(p.kana, "ミモト ハナコ");
}

static void a_pseudonym_is_a_person_too(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-01T09:00");
    c.patient_pseudonym = "M.H.";
    c.age_band = "from_80";
    c.sex = "female";
    given_saved(r, &c);
    struct patient p;
    record_load(r, &patient_record, c.patient_id, &p);
    assert_string_equal(p.unique_key, "m.h.|from_80|female");
}

static void what_is_known_of_a_person_fills_the_blanks_of_the_sheet(void **state)
{
    struct record_world *r = *state;
    struct consultation first = a_case(r, "2024-11-01T09:00");
    first.patient_kana = "ミホン ハナコ";
    first.care_level = "care_2";
    given_saved(r, &first);
    struct consultation second = a_case_of(r, "2024-11-05T09:00", first.patient_id);
    assert_string_equal(second.patient_kana, "ミホン ハナコ");
    assert_string_equal(second.care_level, "care_2");
}

static void a_person_of_another_office_cannot_be_chosen(void **state)
{
    struct record_world *r = *state;
    struct consultation theirs = a_case(r, "2024-11-01T09:00");
    theirs.head.office_id = "00000000-0000-7000-8000-000000271021";
    theirs.head.area_code = "271021";
    theirs.patient_kana = "カクウ タロウ";
    given_saved(r, &theirs);
    struct consultation ours = a_case(r, "2024-11-02T09:00");
    ours.patient_id = theirs.patient_id;
    assert_false(record_save(r, &consultation_resource, &ours));
    assert_string_equal(r->w->err.message, "consultation.unknown_patient");
}

static void an_earlier_sheet_of_another_office_and_an_unknown_organisation_are_refused(void **state)
{
    struct record_world *r = *state;
    struct consultation theirs = a_case(r, "2024-11-01T09:00");
    theirs.head.office_id = "00000000-0000-7000-8000-000000271021";
    theirs.head.area_code = "271021";
    given_saved(r, &theirs);
    struct consultation ours = a_case(r, "2024-11-02T09:00");
    ours.previous_id = theirs.head.id;
    assert_false(record_save(r, &consultation_resource, &ours));
    assert_string_equal(r->w->err.message, "consultation.unknown_previous");
    struct consultation other = a_case(r, "2024-11-02T10:00");
    other.consulter_org_id = "00000000-0000-7000-8000-000000000000";
    assert_false(record_save(r, &consultation_resource, &other));
    assert_string_equal(r->w->err.message, "consultation.unknown_organisation");
}

static long long sum_of(struct record_world *r, const char *area, const char *first, const char *last, const char *measure, const char *basis,
                        const char *dimension, const char *from_code)
{
    const struct scope all = SCOPE_EVERYTHING;
    struct tally_query q = {.scope = &all, .area_path = arena_printf(r->w->arena, "270008/271004/%s/", area), .first_month = first,
                            .last_month = last, .measure = measure, .basis = basis, .dimension = dimension};
    struct tally_cell *cells;
    size_t count;
    long long sum = 0;
    assert_true(tally_read(world_db(r->w), &q, r->w->arena, &cells, &count, &r->w->err));
    for (size_t i = 0; i < count; i++)
        sum += !*from_code || !strcmp(cells[i].code, from_code) ? cells[i].n : 0;
    return sum;
}

/* As doc/measures.md says: cases less those that repeat a person within the period or a smaller one. */
static long long persons(struct record_world *r, const char *area, const char *first, const char *last, const char *within, const char *basis)
{
    static const char *const codes[] = {"within=month", "within=trimester", "within=year"};
    long long n = sum_of(r, area, first, last, "consultation.cases", basis, "", "");
    for (size_t i = 0; i < COUNT(codes); i++) {
        n -= sum_of(r, area, first, last, "consultation.repeats", basis, "within", codes[i]);
        if (!strcmp(codes[i] + strlen("within="), within))
            return n;
    }
    return n;
}

static void unique_persons_are_fewer_than_cases(void **state)
{
    struct record_world *r = *state;
    struct consultation first = a_case(r, "2024-11-01T09:00");
    first.patient_kana = "ミホン ハナコ";
    given_saved(r, &first);
    a_case_of(r, "2024-11-05T09:00", first.patient_id);
    a_case_of(r, "2024-12-05T09:00", first.patient_id);
    struct consultation nobody = a_case(r, "2024-11-06T09:00");
    nobody.is_ltci_subject = "no";
    given_saved(r, &nobody);
    assert_int_equal(persons(r, "271276", "2024-11", "2024-11", "month", "all"), 2);
    assert_int_equal(persons(r, "271276", "2024-11", "2024-11", "month", "ltci"), 1);
    assert_int_equal(persons(r, "271276", "2024-12", "2024-12", "month", "all"), 1);
    assert_int_equal(persons(r, "271276", "2024-08", "2024-11", "trimester", "all"), 2);
    assert_int_equal(persons(r, "271276", "2024-12", "2025-03", "trimester", "all"), 1);
    assert_int_equal(persons(r, "271276", "2024-04", "2025-03", "year", "all"), 2);
    assert_int_equal(persons(r, "271276", "2024-04", "2025-03", "year", "ltci"), 1);
    assert_int_equal(persons(r, "271021", "2024-11", "2024-11", "month", "all"), 0);
}

/* -- new and continuing ------------------------------------------------------------------------------------------------------- */

static const char *visit_kind_of(struct record_world *r, const struct consultation *c)
{
    struct consultation now;
    record_load(r, &consultation_record, c->head.id, &now);
    return now.visit_kind;
}

static struct consultation given_person(struct record_world *r, const char *received_at)
{
    struct consultation c = a_case(r, received_at);
    c.patient_kana = "ミホン ハナコ";
    given_saved(r, &c);
    return c;
}

static void the_first_case_of_the_fiscal_year_is_new_and_the_next_continues(void **state)
{
    struct record_world *r = *state;
    struct consultation last_year = given_person(r, "2024-03-31T09:00");
    struct consultation first = a_case_of(r, "2024-04-01T09:00", last_year.patient_id);
    struct consultation second = a_case_of(r, "2024-05-01T09:00", last_year.patient_id);
    assert_string_equal(last_year.visit_kind, "new");
    assert_string_equal(first.visit_kind, "new");
    assert_string_equal(second.visit_kind, "continuing");
    assert_int_equal(counted(r, "consultation.cases", "all", "visit_kind=new"), 2);
    assert_int_equal(counted(r, "consultation.cases", "all", "visit_kind=continuing"), 1);
}

static void an_earlier_sheet_that_is_written_later_becomes_the_new_one(void **state)
{
    struct record_world *r = *state;
    struct consultation may = given_person(r, "2024-05-01T09:00");
    struct consultation april = a_case_of(r, "2024-04-10T09:00", may.patient_id);
    assert_string_equal(visit_kind_of(r, &april), "new");
    assert_string_equal(visit_kind_of(r, &may), "continuing");
    assert_int_equal(counted(r, "consultation.cases", "ltci", "visit_kind=new"), 1);
    assert_int_equal(counted(r, "consultation.cases", "ltci", "visit_kind=continuing"), 1);
}

static void when_the_first_sheet_is_deleted_the_next_becomes_new(void **state)
{
    struct record_world *r = *state;
    struct consultation april = given_person(r, "2024-04-10T09:00");
    struct consultation may = a_case_of(r, "2024-05-01T09:00", april.patient_id);
    visitor_post(r->visitor, arena_printf(r->w->arena, "/consultations/%s/delete", april.head.id), "revision=1");
    assert_int_equal(r->visitor->status, 303);
    assert_string_equal(visit_kind_of(r, &may), "new");
    assert_int_equal(counted(r, "consultation.cases", "all", "visit_kind=new"), 1);
    assert_int_equal(counted(r, "consultation.cases", "all", "visit_kind=continuing"), 0);

    visitor_post(r->visitor, arena_printf(r->w->arena, "/consultations/%s/undelete", april.head.id), "");
    assert_string_equal(visit_kind_of(r, &may), "continuing");
    assert_int_equal(counted(r, "consultation.cases", "all", ""), 2);
    assert_int_equal(counted(r, "consultation.cases", "all", "visit_kind=new"), 1);
}

/* -- counts ------------------------------------------------------------------------------------------------------------------ */

static void counts_follow_a_change(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-01T09:00");
    given_saved(r, &c);
    c.content = "dementia nutrition";
    c.is_ltci_subject = "no";
    given_saved(r, &c);
    assert_int_equal(counted(r, "consultation.cases", "all", ""), 1);
    assert_int_equal(counted(r, "consultation.cases", "ltci", ""), 0);
    assert_int_equal(counted(r, "consultation.cases", "all", "content=home_nursing"), 0);
    assert_int_equal(counted(r, "consultation.cases", "all", "content=nutrition"), 1);
    assert_int_equal(counted(r, "consultation.content_selections", "all", ""), 2);
}

/* Every standing count as one text. */
static const char *counts_text(struct record_world *r)
{
    static const char *const keys[][3] = {
        {"consultation.sheets", "", ""}, {"consultation.sheets", "", "subject_kind"}, {"consultation.cases", "all", ""},
        {"consultation.cases", "ltci", ""}, {"consultation.cases", "all", "content"}, {"consultation.cases", "ltci", "consulter_type"},
        {"consultation.cases", "all", "outcome"}, {"consultation.cases", "all", "visit_kind"},
        {"consultation.repeats", "all", "within"}, {"consultation.repeats", "ltci", "within"}, {"consultation.cases", "all", "care_level"},
        {"consultation.cases", "ltci", "consulter_content"}, {"consultation.contacts", "all", ""},
        {"consultation.content_selections", "ltci", ""},
    };
    struct scope all = SCOPE_EVERYTHING;
    auto_buf text = {0};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        struct tally_cell *cells;
        size_t count;
        const struct tally_query q = {.scope = &all, .first_month = "0000-00", .last_month = "9999-99", .measure = keys[k][0],
                                      .basis = keys[k][1], .dimension = keys[k][2], .by_area = true, .by_month = true};
        assert_true(tally_read(world_db(r->w), &q, r->w->arena, &cells, &count, &r->w->err));
        for (size_t i = 0; i < count; i++)
            if (cells[i].n)
                buf_printf(&text, "%s %s %s %s %s %lld\n", keys[k][0], keys[k][1], cells[i].area_code, cells[i].month, cells[i].code,
                           cells[i].n);
    }
    return arena_strdup(r->w->arena, text.data ? text.data : "");
}

static bool recount(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return resource_recount(db, &consultation_resource, err);
}

static const char *any(const char *list, unsigned *seed)
{
    const struct code_list *codes = code_list_find(list);
    *seed = *seed * 1103515245u + 12345u;
    return codes->codes[(*seed >> 16) % codes->count].code;
}

/* 実人数 of 北区 in every month, trimester and year of the history against distinct keys of the standing cases. */
static void persons_are_the_distinct_ones(struct record_world *r)
{
    static const char *const periods[] = {"2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-09", "2024-10",
                                          "FY2023-T3", "FY2024-T1", "FY2024-T2", "FY2023", "FY2024"};
    for (size_t i = 0; i < COUNT(periods); i++)
        for (int ltci = 0; ltci < 2; ltci++) {
            struct period p;
            assert_true(period_parse(periods[i], &p));
            const char *first = date_iso(r->w->arena, p.first), *last = date_iso(r->w->arena, p.last);
            long long distinct = db_int(world_db(r->w), &r->w->err, -1,
                                        "SELECT COUNT(DISTINCT person_key) FROM consultation WHERE deleted_at = '' AND subject_kind = 'individual_case'"
                                        " AND area_code = '271276' AND received_on BETWEEN $1 AND $2 AND (is_ltci_subject = 'yes' OR $3 = 0)",
                                        TEXT(first), TEXT(last), INT(ltci));
            const char *within = p.kind == PERIOD_MONTH ? "month" : p.kind == PERIOD_TRIMESTER ? "trimester" : "year";
            long long kept = persons(r, "271276", arena_strndup(r->w->arena, first, 7), arena_strndup(r->w->arena, last, 7), within,
                                     ltci ? "ltci" : "all");
            if (kept != distinct)
                fail_msg("%s %s: %lld persons kept, %lld distinct", periods[i], ltci ? "ltci" : "all", kept, distinct);
        }
}

static void after_any_history_the_counts_equal_a_recount(void **state)
{
    enum { SHEETS = 40 };
    struct record_world *r = *state;
    struct consultation rows[SHEETS];
    unsigned seed = 7;
    const char *person = "";
    for (int step = 0; step < 3 * SHEETS; step++) {
        struct consultation *c = &rows[step % SHEETS];
        if (step < SHEETS) {
            *c = a_case(r, arena_printf(r->w->arena, "2024-%02d-%02dT09:00", 1 + step % 10, 1 + step * 7 % 28));
            if (step % 4 == 1)
                c->patient_id = person;
            else if (step % 4 == 0)
                c->patient_kana = "ミホン";
        }
        seed = seed * 1103515245u + 12345u;
        if (step >= SHEETS && (seed >> 16) % 4 == 0) {
            visitor_post(r->visitor, arena_printf(r->w->arena, "/consultations/%s/%s", c->head.id, *c->head.deleted_at ? "undelete" : "delete"), "");
            assert_int_equal(r->visitor->status, 303);
            bool now_deleted = !*c->head.deleted_at;
            if (!now_deleted)
                record_load(r, &consultation_record, c->head.id, c);
            c->head.deleted_at = now_deleted ? "x" : "";
            continue;
        }
        if (*c->head.deleted_at)
            continue;
        c->subject_kind = (seed >> 20) % 3 ? "individual_case" : any("subject_kind", &seed);
        c->is_ltci_subject = any("yes_no_unknown", &seed);
        c->consulter_type = any("consulter_type", &seed);
        c->content = any("consultation_content", &seed);
        c->outcome = any("outcome", &seed);
        c->received_at = arena_printf(r->w->arena, "2024-%02d-%02dT10:00", 1 + (int)(seed >> 18) % 10, 1 + (int)(seed >> 22) % 28);
        c->progress = arena_printf(r->w->arena, "[{\"contact_on\":\"2024-11-%02d\",\"contact_at\":\"\",\"person\":\"\",\"text\":\"x\"}]",
                                   1 + step % 28);
        given_saved(r, c);
        if (*c->patient_id)
            person = c->patient_id;
    }
    persons_are_the_distinct_ones(r);
    const char *kept = counts_text(r);
    assert_true(store_write(r->w->store, recount, NULL, &r->w->err));
    assert_string_equal(kept, counts_text(r));
    assert_true(strlen(kept) > 1000);
}

/* What a list shows is what the figure says: the drill-down of T-OSK-13. */
static void a_figure_opens_exactly_the_records_it_counts(void **state)
{
    struct record_world *r = *state;
    static const char *const types[] = {"care_manager", "care_manager", "clinic", "care_manager", "care_manager"};
    static const char *const ltci[] = {"yes", "yes", "yes", "no", "yes"};
    static const char *const days[] = {"2024-04-01T09:00", "2025-03-31T23:00", "2024-06-01T09:00", "2024-06-01T10:00", "2024-03-31T09:00"};
    for (int i = 0; i < 5; i++) {
        struct consultation c = a_case(r, days[i]);
        c.consulter_type = types[i];
        c.is_ltci_subject = ltci[i];
        given_saved(r, &c);
    }
    visitor_says(r->visitor, "Accept", "application/json");
    visitor_get(r->visitor, "/consultations?period=FY2024&ward=271276&subject_kind=individual_case&ltci=yes&consulter_type=care_manager"
                            "&format=csv");
    assert_int_equal(r->visitor->status, 200);
    struct scope all = SCOPE_EVERYTHING;
    struct tally_cell *cells;
    size_t count;
    const struct tally_query q = {.scope = &all, .area_path = "270008/271004/271276/", .first_month = "2024-04", .last_month = "2025-03",
                                  .measure = "consultation.cases", .basis = "ltci", .dimension = "consulter_type"};
    assert_true(tally_read(world_db(r->w), &q, r->w->arena, &cells, &count, &r->w->err));
    long long figure = 0;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(cells[i].code, "consulter_type=care_manager"))
            figure += cells[i].n;
    long long listed = 0;
    for (const char *at = r->visitor->body; (at = strstr(at, "R6-北-6-")); at++)
        listed++;
    assert_int_equal(figure, 2);
    assert_int_equal(listed, figure);
}

static bool is_listed(struct record_world *r, const char *filter, const struct consultation *c)
{
    assert_int_equal(visitor_get(r->visitor, arena_printf(r->w->arena, "/consultations?%s", filter)), 200);
    return strstr(r->visitor->body, c->head.id) != NULL;
}

static bool write_room(struct db *db, void *arg, struct err *err)
{
    struct arena *a = arg;
    const struct session kita = kita_coordinator();
    struct organization contractor = {.id = "00000000-0000-7000-8000-000000000001", .name = "（架空）北区医師会", .kana = "カクウ",
                                      .kind = "medical_association", .corporate_number = "", .phone = "", .address = ""};
    struct office room = {.id = kita.office_id, .organization_id = contractor.id, .area_code = kita.area_code, .role = "consultation_room",
                          .name = kita.office_name, .short_name = "北", .code = "room-kita", .phone = "", .fax = "", .address = "",
                          .active_from = "2023-04-01", .active_to = ""};
    return organization_save(db, &contractor, "", a, err) && office_save(db, &room, "", a, err);
}

/* What 対応回数 of a month opens. */
static void a_list_of_days_of_contact_finds_sheets_by_their_entries(void **state)
{
    struct record_world *r = *state;
    assert_true(store_write(r->w->store, write_room, r->w->arena, &r->w->err));
    struct consultation c = a_case(r, "2024-06-03T09:00");
    c.progress = "[{\"contact_on\":\"2024-07-31\",\"contact_at\":\"\",\"person\":\"\",\"text\":\"x\"},"
                 "{\"contact_on\":\"2024-09-01\",\"contact_at\":\"\",\"person\":\"\",\"text\":\"x\"}]";
    given_saved(r, &c);
    assert_true(is_listed(r, "contacted=2024-07", &c));
    assert_false(is_listed(r, "contacted=2024-06", &c));
    assert_false(is_listed(r, "contacted=2024-08", &c)); /* between two entries, none of them within */
    assert_true(is_listed(r, "contacted=FY2024-T1", &c));
    assert_true(is_listed(r, "contacted=2024-04-01..2024-07-31", &c));
    assert_false(is_listed(r, "contacted=2024-04-01..2024-07-30", &c));
    assert_true(is_listed(r, "contacted=2024-09-01..2024-09-01", &c));
    assert_int_equal(visitor_get(r->visitor, "/consultations?contacted=2024-07-31;DROP.."), 422);
    assert_int_equal(visitor_get(r->visitor, "/consultations?contacted=2024-07-31..2024-02-30"), 422);
}

/* -- pages ------------------------------------------------------------------------------------------------------------------- */

#define NEW_ID "01930000-0000-7000-8000-000000000001"
static const char typed_sheet[] =
    "id=" NEW_ID "&revision=0&received_at=2024-11-29&received_at_time=10:05&channel=phone&consulter_type=care_manager"
    "&subject_kind=individual_case&is_ltci_subject=yes&content=home_nursing&content=dementia&outcome=continuing"
    "&patient_kana=%E3%83%9F%E3%83%9B%E3%83%B3";

static void a_sheet_sent_twice_is_saved_once(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations", typed_sheet);
    assert_int_equal(r->visitor->status, 303);
    assert_string_equal(visitor_header(r->visitor, "Location"), "/consultations/" NEW_ID);
    visitor_post(r->visitor, "/consultations", typed_sheet);
    assert_int_equal(r->visitor->status, 303);
    assert_int_equal(db_int(world_db(r->w), &r->w->err, -1, "SELECT COUNT(*) FROM consultation"), 1);
    assert_int_equal(counted(r, "consultation.cases", "all", ""), 1);
}

static void an_organisation_that_the_directory_lacks_is_taken_as_written(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations",
                 arena_printf(r->w->arena, "%s&consulter_org_id=&consulter_org_id_text=%%E6%%9E%%B6%%E7%%A9%%BA&consulter_org="
                              "&referred_resources.0.facility_id=&referred_resources.0.facility_id_text=%%E8%%A6%%8B%%E6%%9C%%AC", typed_sheet));
    assert_int_equal(r->visitor->status, 303);
    struct consultation c;
    size_t count;
    record_load(r, &consultation_record, NEW_ID, &c);
    assert_string_equal(c.consulter_org, "架空");
    assert_string_equal(c.consulter_org_id, "");
    const struct referred_resource *rows = field_rows(field_find(&consultation_set, "referred_resources"), &c, r->w->arena, &count);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].name, "見本");
}

static void the_last_call_s_caller_is_taken_over_and_nothing_of_its_person(void **state)
{
    struct record_world *r = *state;
    assert_int_equal(visitor_get(r->visitor, "/consultations/new"), 200);
    assert_non_null(strstr(r->visitor->body, "/consultations/new?from=last"));
    assert_int_equal(visitor_get(r->visitor, "/consultations/new?from=last"), 200);
    assert_non_null(strstr(r->visitor->body, "写せる記録がまだありません"));
    struct consultation c = a_case(r, "2024-11-29T10:00"), other = a_case(r, "2024-11-28T10:00");
    c.consulter_org = "見本訪問看護ステーション";
    c.patient_name = "架空 花江";
    c.age_band = "from_90";
    c.summary = "前の相談の概要";
    other.consulter_org = "もっと前の事業所";
    assert_true(record_save(r, &consultation_resource, &c) && record_save(r, &consultation_resource, &other));
    assert_int_equal(visitor_get(r->visitor, "/consultations/new?from=last"), 200);
    assert_non_null(strstr(r->visitor->body, "前に書いた記録を写しました"));
    assert_non_null(strstr(r->visitor->body, "value=\"見本訪問看護ステーション\""));
    assert_null(strstr(r->visitor->body, "架空 花江"));
    assert_null(strstr(r->visitor->body, "前の相談の概要"));
    assert_null(strstr(r->visitor->body, "value=\"from_90\" selected"));
    assert_null(strstr(r->visitor->body, "value=\"from_90\" checked"));
    struct session colleague = kita_coordinator();
    colleague.user_id = "U-OTHER";
    visitor_sign_in(r->visitor, &colleague);
    assert_int_equal(visitor_get(r->visitor, "/consultations/new?from=last"), 200);
    assert_non_null(strstr(r->visitor->body, "写せる記録がまだありません"));
}

static void a_refused_sheet_comes_back_as_typed_with_every_sentence(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations",
                 "id=" NEW_ID "&revision=0&received_at=2024-12-24&received_at_time=10:05&channel=phone&consulter_type=care_manager"
                 "&subject_kind=individual_case&outcome=not_arranged&summary=%E9%80%8F%E6%9E%90");
    assert_int_equal(r->visitor->status, 422);
    assert_non_null(strstr(r->visitor->body, "f-received_at"));
    assert_non_null(strstr(r->visitor->body, "f-is_ltci_subject"));
    assert_non_null(strstr(r->visitor->body, "f-reason_unresolved"));
    assert_non_null(strstr(r->visitor->body, "透析"));
    assert_int_equal(db_int(world_db(r->w), &r->w->err, -1, "SELECT COUNT(*) FROM consultation"), 0);
}

static void progress_is_added_to_the_newest_version_and_only_once(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations", typed_sheet);
    static const char entry[] = "contact_on=2024-11-30&contact_at=09:10&text=%E9%9B%BB%E8%A9%B1&outcome=connected";
    visitor_post(r->visitor, "/consultations/" NEW_ID "/progress", entry);
    assert_int_equal(r->visitor->status, 303);
    visitor_post(r->visitor, "/consultations/" NEW_ID "/progress", entry);
    assert_int_equal(r->visitor->status, 303);
    struct consultation c;
    size_t count;
    record_load(r, &consultation_record, NEW_ID, &c);
    const struct progress_entry *entries = field_rows(field_find(&consultation_set, "progress"), &c, r->w->arena, &count);
    assert_int_equal(count, 1);
    assert_string_equal(entries[0].text, "電話");
    assert_string_equal(entries[0].person, "見本 花子");
    assert_string_equal(c.outcome, "connected");
    assert_string_equal(c.closed_on, "2024-11-30");
    assert_int_equal(counted(r, "consultation.contacts", "ltci", ""), 1);
}

static void progress_without_text_is_refused_with_a_sentence(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations", typed_sheet);
    visitor_post(r->visitor, "/consultations/" NEW_ID "/progress", "contact_on=2024-11-30&text=");
    assert_int_equal(r->visitor->status, 422);
    assert_non_null(strstr(r->visitor->body, "f-text"));
}

static void a_closed_sheet_is_reopened_with_its_reason(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-01T09:00");
    c.outcome = "resolved";
    given_saved(r, &c);
    assert_string_equal(c.closed_on, "2024-11-01");
    const char *path = arena_printf(r->w->arena, "/consultations/%s/reopen", c.head.id);
    visitor_post(r->visitor, path, "reason=");
    assert_int_equal(r->visitor->status, 422);
    visitor_post(r->visitor, path, "reason=%E5%86%8D%E5%85%A5%E9%99%A2");
    assert_int_equal(r->visitor->status, 303);
    size_t count;
    record_load(r, &consultation_record, c.head.id, &c);
    const struct reopening *rows = field_rows(field_find(&consultation_set, "reopenings"), &c, r->w->arena, &count);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].reason, "再入院");
    assert_string_equal(rows[0].former_outcome, "resolved");
    assert_string_equal(c.outcome, "continuing");
    assert_string_equal(c.closed_on, "");
    visitor_post(r->visitor, path, "reason=%E5%86%8D%E5%85%A5%E9%99%A2");
    assert_int_equal(r->visitor->status, 409);
}

static void a_form_save_keeps_what_the_program_wrote(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-29T10:05");
    c.outcome = "resolved";
    given_saved(r, &c);
    visitor_post(r->visitor, arena_printf(r->w->arena, "/consultations/%s/reopen", c.head.id), "reason=%E5%86%8D%E5%85%A5%E9%99%A2");
    visitor_post(r->visitor, arena_printf(r->w->arena, "/consultations/%s", c.head.id),
                 arena_printf(r->w->arena,
                              "id=%s&revision=2&received_at=2024-11-29&received_at_time=10:05&channel=fax&consulter_type=clinic"
                              "&subject_kind=individual_case&is_ltci_subject=yes&content=home_nursing&outcome=continuing",
                              c.head.id));
    assert_int_equal(r->visitor->status, 303);
    record_load(r, &consultation_record, c.head.id, &c);
    assert_string_equal(c.channel, "fax");
    assert_string_equal(c.consultation_no, "R6-北-6-0001");
    assert_non_null(strstr(c.reopenings, "再入院"));
}

static void another_room_finds_neither_the_sheet_nor_its_person(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations", typed_sheet);
    struct session as = miyakojima_coordinator();
    visitor_sign_in(r->visitor, &as);
    visitor_get(r->visitor, "/consultations/" NEW_ID);
    assert_int_equal(r->visitor->status, 404);
    visitor_post(r->visitor, "/consultations/" NEW_ID "/progress", "contact_on=2024-11-30&text=x");
    assert_int_equal(r->visitor->status, 404);
    visitor_get(r->visitor, "/patients/" NEW_ID);
    assert_int_equal(r->visitor->status, 404);
}

static void the_ward_office_sees_that_there_is_a_case_but_not_the_person(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-29T10:05");
    c.patient_kana = "ミホン ハナコ";
    c.patient_name = "見本 花子";
    c.summary = "自宅に帰りたい";
    c.progress = "[{\"contact_on\":\"2024-11-29\",\"contact_at\":\"\",\"person\":\"\",\"text\":\"家族へ電話\"}]";
    given_saved(r, &c);
    struct session as = kita_officer();
    visitor_sign_in(r->visitor, &as);
    const struct { const char *page; int status; } seen[] = {
        {"/consultations?period=FY2024", 200},
        {arena_printf(r->w->arena, "/consultations/%s", c.head.id), 403}, /* it exists, and who may see it */
        {arena_printf(r->w->arena, "/consultations/%s/print", c.head.id), 403},
    };
    for (int i = 0; i < 3; i++) {
        visitor_get(r->visitor, seen[i].page);
        assert_int_equal(r->visitor->status, seen[i].status);
        assert_null(strstr(r->visitor->body, "ミホン"));
        assert_null(strstr(r->visitor->body, "自宅に帰りたい"));
        assert_null(strstr(r->visitor->body, "家族へ電話"));
    }
    visitor_get(r->visitor, seen[0].page);
    assert_non_null(strstr(r->visitor->body, "R6-北-6-0001"));
    visitor_post(r->visitor, arena_printf(r->w->arena, "/consultations/%s/progress", c.head.id), "contact_on=2024-11-30&text=x");
    assert_int_equal(r->visitor->status, 403);
}

static void the_context_shows_earlier_cases_of_the_person_within_the_office(void **state)
{
    struct record_world *r = *state;
    struct consultation c = given_person(r, "2024-11-01T09:00");
    visitor_post(r->visitor, "/consultations/context", arena_printf(r->w->arena, "patient_id=%s", c.patient_id));
    assert_int_equal(r->visitor->status, 200);
    assert_non_null(strstr(r->visitor->body, c.consultation_no));
    visitor_post(r->visitor, "/consultations/context", "patient_kana=%E3%83%9F%E3%83%9B%E3%83%B3");
    assert_non_null(strstr(r->visitor->body, "同じお名前"));
    struct session as = miyakojima_coordinator();
    visitor_sign_in(r->visitor, &as);
    visitor_post(r->visitor, "/consultations/context", arena_printf(r->w->arena, "patient_id=%s", c.patient_id));
    assert_null(strstr(r->visitor->body, c.consultation_no));
}

static void the_paper_is_a_pdf_and_so_is_the_blank_one(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations", typed_sheet);
    static const char *const papers[] = {"/consultations/" NEW_ID "/print", "/consultations/blank"};
    for (int i = 0; i < 2; i++) {
        visitor_get(r->visitor, papers[i]);
        assert_int_equal(r->visitor->status, 200);
        assert_memory_equal(r->visitor->body, "%PDF-", 5);
    }
}

/* What pdftotext reads, without blanks: labels break where their box ends. */
static const char *paper_words(struct record_world *r, const char *target)
{
    assert_int_equal(visitor_get(r->visitor, target), 200);
    auto_file f = given_file(r->visitor->body, r->visitor->size);
    auto_buf text = {0}, words = {0};
    output_of(&text, "pdftotext '%s' -", &f);
    for (const char *at = text.data; *at; at++)
        if (!strchr(" \n\f", *at))
            buf_char(&words, *at);
    return arena_strdup(r->w->arena, words.data);
}

static bool name_the_writer(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err,
                  "INSERT INTO user_account (id, login_name, login_key, display_name, kana, profession, password_hash, must_change, initial_ends_at,"
                  " password_is_long, created_at, created_by, changed_at, changed_by, revision)"
                  " VALUES ('U-KITA', 'kita', 'kita', $1, '', '', '', 0, '', 0, '', '', '', '', 1)",
                  TEXT("見本 花子")) == 1 &&
           db_run(db, err, "UPDATE consultation SET created_at = '2024-11-28T22:00:00.000Z'") == 1; /* the 29th in Japan */
}

static void the_paper_names_who_wrote_the_sheet_and_when_not_who_prints_it(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-29T05:00");
    assert_true(record_save(r, &consultation_resource, &c) && store_write(r->w->store, name_the_writer, NULL, &r->w->err));
    struct session manager = kita_coordinator();
    manager.user_id = "U-MANAGER";
    manager.display_name = "別人 一郎";
    manager.role = ROLE_CONTRACTOR_MANAGER;
    visitor_sign_in(r->visitor, &manager);
    const char *words = paper_words(r, arena_printf(r->w->arena, "/consultations/%s/print", c.head.id));
    assert_non_null(strstr(words, "見本花子"));
    assert_non_null(strstr(words, "令和6年11月29日"));
    assert_null(strstr(words, "別人"));
}

static void everything_that_the_form_asks_stands_on_the_paper(void **state)
{
    struct record_world *r = *state;
    static const struct {
        const char *blank;
        const struct field_set *set;
        const char *others; /* on the paper otherwise: in its head, as the person's name, only when there are any */
    } forms[] = {
        {"/consultations/blank", &consultation_set, "consultation_no patient_id reopenings"},
        {"/activities/blank", &activity_set, "record_no"},
        {"/meetings/blank", &meeting_set, "record_no"},
        {"/trainings/blank", &training_set, "record_no further_days"},
    };
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char *words = paper_words(r, forms[i].blank);
        for (size_t k = 0; k < forms[i].set->count; k++) {
            const struct field *f = &forms[i].set->fields[k];
            size_t plain = strstr(f->label, "（") ? (size_t)(strstr(f->label, "（") - f->label) : strlen(f->label);
            if (!(f->flags & FIELD_INTERNAL) && !codes_has(forms[i].others, f->name) &&
                !strstr(words, arena_strndup(r->w->arena, f->label, plain)))
                fail_msg("%s has no %s (%s)", forms[i].blank, f->label, f->name);
        }
    }
}

static void a_follow_up_that_is_due_stands_on_the_start_page_until_the_case_is_closed(void **state)
{
    struct record_world *r = *state;
    struct consultation due = a_case(r, "2024-11-01T09:00"), later = a_case(r, "2024-11-01T10:00"), theirs = a_case(r, "2024-11-01T11:00");
    due.next_action = "返事を確認";
    due.next_action_on = "2024-11-29";
    later.next_action = "まだ先";
    later.next_action_on = "2024-12-20";
    theirs.next_action = "同僚の仕事";
    theirs.next_action_on = "2024-11-29";
    theirs.next_action_staff_id = "U-OTHER";
    given_saved(r, &due);
    given_saved(r, &later);
    given_saved(r, &theirs);
    visitor_get(r->visitor, "/");
    assert_int_equal(r->visitor->status, 200);
    assert_non_null(strstr(r->visitor->body, "返事を確認"));
    assert_null(strstr(r->visitor->body, "まだ先"));
    assert_null(strstr(r->visitor->body, "同僚の仕事"));
    due.outcome = "resolved";
    given_saved(r, &due);
    visitor_get(r->visitor, "/");
    assert_null(strstr(r->visitor->body, "返事を確認"));
}

static void the_api_adds_progress_and_answers_with_the_sheet(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-01T09:00");
    given_saved(r, &c);
    const char *path = arena_printf(r->w->arena, "/api/v1/consultations/%s/progress", c.head.id);
    visitor_says(r->visitor, "X-CSRF-Token", r->visitor->csrf);
    visitor_post(r->visitor, path, "contact_on=2024-11-30&text=%E9%9B%BB%E8%A9%B1");
    assert_int_equal(r->visitor->status, 200);
    assert_non_null(strstr(r->visitor->body, "電話"));
    visitor_post(r->visitor, path, "contact_on=2024-12-30&text=");
    assert_int_equal(r->visitor->status, 422);
    assert_non_null(strstr(r->visitor->content_type, "problem+json"));
}

static void every_field_that_can_be_typed_stands_once_in_the_form(void **state)
{
    struct record_world *r = *state;
    visitor_get(r->visitor, "/consultations/new");
    for (size_t i = 0; i < consultation_set.count; i++) {
        const struct field *f = &consultation_set.fields[i];
        const char *mark = arena_printf(r->w->arena, "data-field=\"%s\"", f->name), *at = strstr(r->visitor->body, mark);
        if (!at != !!(f->flags & FIELD_COMPUTED) || (at && strstr(at + 1, mark)))
            fail_msg("%s", f->name);
    }
}

static void every_page_of_the_sheet_opens(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations", typed_sheet);
    static const char *const pages[] = {"/consultations", "/consultations/new", "/consultations/new?from=" NEW_ID,
                                        "/consultations/" NEW_ID, "/consultations/" NEW_ID "/edit", "/consultations/" NEW_ID "/history",
                                        "/consultations?unfinished=1&no_due=1&sort=-consultation_no", "/patients",
                                        "/patients/" NEW_ID, "/api/v1/consultations/" NEW_ID};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        visitor_get(r->visitor, pages[i]);
        if (r->visitor->status != 200)
            fail_msg("%s answered %d", pages[i], r->visitor->status);
    }
}

/* The rows of the list, without what every request makes anew. */
static const char *rows_seen(struct record_world *r)
{
    visitor_get(r->visitor, "/consultations?period=FY2024");
    assert_int_equal(r->visitor->status, 200);
    const char *from = strstr(r->visitor->body, "<tbody>"), *to = strstr(r->visitor->body, "</tbody>");
    assert_non_null(from);
    return arena_strndup(r->w->arena, from, (size_t)(to - from));
}

static const char *items_seen(struct record_world *r)
{
    visitor_get(r->visitor, "/api/v1/consultations?period=FY2024");
    assert_int_equal(r->visitor->status, 200);
    return arena_strdup(r->w->arena, r->visitor->body);
}

static void a_list_asked_for_again_is_the_same_until_a_sheet_changes(void **state)
{
    struct record_world *r = *state;
    visitor_post(r->visitor, "/consultations", typed_sheet);
    const char *rows = rows_seen(r), *items = items_seen(r);
    assert_string_equal(rows_seen(r), rows);
    assert_string_equal(items_seen(r), items);
    assert_non_null(strstr(rows, "電話"));

    visitor_post(r->visitor, "/consultations/" NEW_ID, "revision=1&received_at=2024-11-29&received_at_time=10:05&channel=fax&consulter_type=care_manager"
                 "&subject_kind=individual_case&is_ltci_subject=yes&content=home_nursing&outcome=continuing&patient_kana=%E3%83%9F%E3%83%9B%E3%83%B3");
    assert_int_equal(r->visitor->status, 303);
    assert_null(strstr(rows_seen(r), "電話"));
    assert_non_null(strstr(items_seen(r), "\"channel\":\"fax\""));
}

static void the_list_follows_what_a_later_written_sheet_makes_of_an_earlier_one(void **state)
{
    struct record_world *r = *state;
    struct consultation may = given_person(r, "2024-05-01T09:00");
    assert_null(strstr(items_seen(r), "\"visit_kind\":\"continuing\""));
    a_case_of(r, "2024-04-10T09:00", may.patient_id);
    assert_non_null(strstr(items_seen(r), "\"visit_kind\":\"continuing\""));
}

static void rows_kept_for_the_room_show_the_ward_office_no_person(void **state)
{
    struct record_world *r = *state;
    struct consultation c = a_case(r, "2024-11-29T10:05");
    c.patient_name = "見本 花子";
    given_saved(r, &c);
    assert_non_null(strstr(rows_seen(r), "見本 花子"));
    assert_non_null(strstr(items_seen(r), "見本 花子"));
    struct session as = kita_officer();
    visitor_sign_in(r->visitor, &as);
    assert_null(strstr(rows_seen(r), "見本"));
    assert_null(strstr(items_seen(r), "見本"));
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, record_begin, record_end)
    const struct CMUnitTest specs[] = {
        SPEC(numbers_run_per_ward_and_fiscal_year),
        SPEC(a_number_stays_when_the_sheet_is_corrected),
        SPEC(a_refused_save_uses_no_number),
        SPEC(sheets_saved_at_the_same_moment_get_numbers_without_gap_or_double),
        SPEC(somebody_named_for_the_first_time_is_registered_once),
        SPEC(a_name_corrected_on_the_first_sheet_is_corrected_for_the_person),
        SPEC(a_pseudonym_is_a_person_too),
        SPEC(what_is_known_of_a_person_fills_the_blanks_of_the_sheet),
        SPEC(a_person_of_another_office_cannot_be_chosen),
        SPEC(an_earlier_sheet_of_another_office_and_an_unknown_organisation_are_refused),
        SPEC(a_list_of_days_of_contact_finds_sheets_by_their_entries),
        SPEC(unique_persons_are_fewer_than_cases),
        SPEC(the_first_case_of_the_fiscal_year_is_new_and_the_next_continues),
        SPEC(an_earlier_sheet_that_is_written_later_becomes_the_new_one),
        SPEC(when_the_first_sheet_is_deleted_the_next_becomes_new),
        SPEC(counts_follow_a_change),
        SPEC(after_any_history_the_counts_equal_a_recount),
        SPEC(a_figure_opens_exactly_the_records_it_counts),
        SPEC(a_sheet_sent_twice_is_saved_once),
        SPEC(an_organisation_that_the_directory_lacks_is_taken_as_written),
        SPEC(the_last_call_s_caller_is_taken_over_and_nothing_of_its_person),
        SPEC(a_refused_sheet_comes_back_as_typed_with_every_sentence),
        SPEC(progress_is_added_to_the_newest_version_and_only_once),
        SPEC(progress_without_text_is_refused_with_a_sentence),
        SPEC(a_closed_sheet_is_reopened_with_its_reason),
        SPEC(a_form_save_keeps_what_the_program_wrote),
        SPEC(another_room_finds_neither_the_sheet_nor_its_person),
        SPEC(the_ward_office_sees_that_there_is_a_case_but_not_the_person),
        SPEC(the_context_shows_earlier_cases_of_the_person_within_the_office),
        SPEC(the_paper_is_a_pdf_and_so_is_the_blank_one),
        SPEC(the_paper_names_who_wrote_the_sheet_and_when_not_who_prints_it),
        SPEC(everything_that_the_form_asks_stands_on_the_paper),
        SPEC(a_follow_up_that_is_due_stands_on_the_start_page_until_the_case_is_closed),
        SPEC(the_api_adds_progress_and_answers_with_the_sheet),
        SPEC(every_field_that_can_be_typed_stands_once_in_the_form),
        SPEC(every_page_of_the_sheet_opens),
        SPEC(a_list_asked_for_again_is_the_same_until_a_sheet_changes),
        SPEC(the_list_follows_what_a_later_written_sheet_makes_of_an_earlier_one),
        SPEC(rows_kept_for_the_room_show_the_ward_office_no_person),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
