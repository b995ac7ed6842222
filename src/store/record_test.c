#include "base/count.h"
#include "base/id.h"
#include "store/record.h"
#include "store/audit.h"
#include "store/search.h"
#include "tests/support/world.h"

#include <string.h>

/* A visit with somebody invented. */
struct attendee {
    const char *name, *profession;
};
struct visit {
    struct record_head head;
    const char *held_on, *name, *sex, *attendees;
    long minutes;
};

#define OF_ATTENDEE(member) offsetof(struct attendee, member)
static const struct field attendee_fields[] = {
    {.name = "name", .label = "氏名", .offset = OF_ATTENDEE(name), .flags = FIELD_PERSONAL | FIELD_SEARCHED},
    {.name = "profession", .label = "職種", .offset = OF_ATTENDEE(profession)},
};
static const struct field_set attendee_set = {
    .name = "attendee", .label = "出席者", .fields = attendee_fields, .count = COUNT(attendee_fields), .size = sizeof(struct attendee)};

#define OF(member) offsetof(struct visit, member)
static const struct field visit_fields[] = {
    {.name = "held_on", .label = "日", .type = FIELD_DATE, .offset = OF(held_on)},
    {.name = "name", .label = "氏名", .offset = OF(name), .flags = FIELD_PERSONAL | FIELD_SEARCHED},
    {.name = "sex", .label = "性別", .type = FIELD_CODE, .codes = "sex", .offset = OF(sex), .flags = FIELD_SEARCHED},
    {.name = "attendees", .label = "出席者", .type = FIELD_ROWS, .rows = &attendee_set, .offset = OF(attendees), .flags = FIELD_SEARCHED},
    {.name = "minutes", .label = "分", .type = FIELD_INT, .min = 0, .max = 1440, .offset = OF(minutes)},
};
static const struct field_set visit_set = {
    .name = "visit", .label = "訪問", .fields = visit_fields, .count = COUNT(visit_fields), .size = sizeof(struct visit)};
static const struct record visit_record = {.table = "visit", .set = &visit_set, .search_kind = "visit"};

static int begin(void **state)
{
    auto_arena *a = arena_new();
    const struct migration tables[] = {{2026010101, "visit", record_schema(&visit_record, a), NULL, NULL}};
    return world_begin_with(state, (const struct migration *const[]){tables}, (size_t[]){1}, 1);
}

static struct visit new_visit(struct world *w)
{
    return (struct visit){
        .head = {.id = id_new(w->arena), .office_id = "o1", .area_code = "271276"},
        .held_on = "2024-11-30",
        .name = "見本 花子",
        .sex = "female",
        .attendees = "[{\"name\":\"架空 太郎\",\"profession\":\"nurse\"}]",
        .minutes = 45,
    };
}

struct doing {
    struct visit *visit;
    const char *id;
    long revision;
    struct arena *arena;
};

static bool insert(struct db *db, void *arg, struct err *err)
{
    struct doing *d = arg;
    return record_insert(db, &visit_record, d->visit, "u1", d->arena, err);
}

static bool update(struct db *db, void *arg, struct err *err)
{
    struct doing *d = arg;
    return record_update(db, &visit_record, d->visit, "u2", d->arena, err);
}

static bool delete_it(struct db *db, void *arg, struct err *err)
{
    struct doing *d = arg;
    return record_delete(db, &visit_record, d->id, d->revision, "u3", d->arena, err);
}

static bool undelete(struct db *db, void *arg, struct err *err)
{
    struct doing *d = arg;
    return record_undelete(db, &visit_record, d->id, "u3", d->arena, err);
}

static bool done(struct world *w, store_write_fn *fn, struct doing d)
{
    d.arena = w->arena;
    w->err = (struct err){0};
    return store_write(w->store, fn, &d, &w->err);
}

static bool is_found(struct world *w, const char *id, const struct scope *scope, struct visit *v)
{
    w->err = (struct err){0};
    return record_find(world_db(w), &visit_record, scope, id, v, w->arena, &w->err);
}

static size_t hits(struct world *w, const char *words)
{
    struct search_hit *found;
    size_t count;
    assert_true(search_find(world_db(w), &SCOPE_EVERYTHING, "visit", words, 10, w->arena, &found, &count, &w->err));
    return count;
}

static void a_saved_record_is_found_as_it_was(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w), found = {0};
    assert_true(done(w, insert, (struct doing){.visit = &v}));
    assert_true(is_found(w, v.head.id, &SCOPE_EVERYTHING, &found));
    assert_string_equal(found.name, "見本 花子");
    assert_string_equal(found.held_on, "2024-11-30");
    assert_string_equal(found.attendees, v.attendees);
    assert_int_equal(found.minutes, 45);
    assert_int_equal(found.head.revision, 1);
    assert_string_equal(found.head.office_id, "o1");
    assert_string_equal(found.head.created_by, "u1");
    assert_string_equal(found.head.created_at, found.head.changed_at);
    assert_string_equal(found.head.deleted_at, "");
}

static void a_blank_number_stays_blank(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w), found = {0};
    v.minutes = FIELD_BLANK;
    assert_true(done(w, insert, (struct doing){.visit = &v}));
    assert_true(is_found(w, v.head.id, &SCOPE_EVERYTHING, &found));
    assert_true(found.minutes == FIELD_BLANK);
}

static void a_double_submit_meets_itself(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w);
    assert_true(done(w, insert, (struct doing){.visit = &v}));
    assert_false(done(w, insert, (struct doing){.visit = &v}));
    assert_int_equal(w->err.kind, ERR_CONFLICT);
    assert_string_equal(w->err.message, "record.exists");
}

static bool insert_and_more(struct db *db, void *arg, struct err *err)
{
    return insert(db, arg, err) && audit_append(db, &(struct audit_entry){.action = "visit.save"}, err);
}

static void nothing_stays_of_a_write_that_meets_its_own_record(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w), again = v;
    assert_true(done(w, insert_and_more, (struct doing){.visit = &v}));
    again.name = "見本 三郎";
    assert_false(done(w, insert_and_more, (struct doing){.visit = &again}));
    assert_string_equal(w->err.message, "record.exists");
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM audit_now WHERE action = 'visit.save'"), 1);
    assert_int_equal(hits(w, "三郎"), 0);
}

static void a_change_counts_the_revision_and_keeps_who_made_it(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w), found = {0};
    assert_true(done(w, insert, (struct doing){.visit = &v}));
    v.name = "見本 次郎";
    assert_true(done(w, update, (struct doing){.visit = &v}));
    assert_true(is_found(w, v.head.id, &SCOPE_EVERYTHING, &found));
    assert_string_equal(found.name, "見本 次郎");
    assert_int_equal(found.head.revision, 2);
    assert_string_equal(found.head.created_by, "u1");
    assert_string_equal(found.head.changed_by, "u2");
    assert_int_equal(hits(w, "花子"), 0);
    assert_int_equal(hits(w, "次郎"), 1);
}

static void the_second_of_two_editors_is_told_and_changes_nothing(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w), first, second, found = {0};
    assert_true(done(w, insert, (struct doing){.visit = &v}));
    first = second = v;
    first.minutes = 10;
    second.minutes = 20;
    assert_true(done(w, update, (struct doing){.visit = &first}));
    assert_false(done(w, update, (struct doing){.visit = &second}));
    assert_int_equal(w->err.kind, ERR_CONFLICT);
    assert_string_equal(w->err.message, "record.stale");
    assert_true(is_found(w, v.head.id, &SCOPE_EVERYTHING, &found));
    assert_int_equal(found.minutes, 10);
}

static void what_is_not_there_cannot_be_changed(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w);
    v.head.revision = 1;
    assert_false(done(w, update, (struct doing){.visit = &v}));
    assert_int_equal(w->err.kind, ERR_NOT_FOUND);
}

static void a_deleted_record_is_gone_until_it_is_taken_back(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w), found = {0};
    assert_true(done(w, insert, (struct doing){.visit = &v}));
    assert_false(done(w, delete_it, (struct doing){.id = v.head.id, .revision = 9}));
    assert_string_equal(w->err.message, "record.stale");
    assert_true(done(w, delete_it, (struct doing){.id = v.head.id, .revision = 1}));
    assert_false(is_found(w, v.head.id, &SCOPE_EVERYTHING, &found));
    assert_int_equal(w->err.kind, ERR_NOT_FOUND);
    assert_int_equal(hits(w, "花子"), 0);
    assert_false(done(w, update, (struct doing){.visit = &v}));
    assert_int_equal(w->err.kind, ERR_NOT_FOUND);

    assert_true(done(w, undelete, (struct doing){.id = v.head.id}));
    assert_true(is_found(w, v.head.id, &SCOPE_EVERYTHING, &found));
    assert_int_equal(found.head.revision, 3);
    assert_int_equal(hits(w, "花子"), 1);
}

static void a_record_outside_the_scope_is_as_if_it_were_not_there(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w), found = {0};
    assert_true(done(w, insert, (struct doing){.visit = &v}));
    assert_false(is_found(w, v.head.id, &(struct scope){.kind = SCOPE_OFFICE, .office_id = "o2"}, &found));
    assert_int_equal(w->err.kind, ERR_NOT_FOUND);
    assert_string_equal(w->err.message, "record.not_found");
    assert_true(is_found(w, v.head.id, &(struct scope){.kind = SCOPE_OFFICE, .office_id = "o1"}, &found));
}

static void names_in_rows_and_labels_of_codes_are_searched(void **state)
{
    struct world *w = *state;
    struct visit v = new_visit(w);
    assert_true(done(w, insert, (struct doing){.visit = &v}));
    assert_int_equal(hits(w, "架空"), 1);
    assert_int_equal(hits(w, "女"), 1);
    assert_int_equal(hits(w, "nurse"), 0); /* not a searched member */
    assert_int_equal(hits(w, "profession"), 0);
}

static void a_query_reads_records_row_by_row(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 3; i++) {
        struct visit v = new_visit(w);
        v.minutes = i;
        assert_true(done(w, insert, (struct doing){.visit = &v}));
    }
    struct query q;
    query_init(&q, w->arena);
    record_select(&q, &visit_record);
    query_add(&q, " AND c.minutes > ? ORDER BY c.id DESC LIMIT ?", INT(0), INT(10));
    auto_rows *rows = query_run(&q, world_db(w), w->arena, &w->err);
    long seen = 0;
    for (long expected = 2; rows_next(rows); expected--, seen++) {
        struct visit v = {0};
        record_read(rows, &visit_record, &v, w->arena);
        assert_int_equal(v.minutes, expected);
        assert_string_equal(v.name, "見本 花子");
    }
    assert_int_equal(seen, 2);
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(a_saved_record_is_found_as_it_was),
        SPEC(a_blank_number_stays_blank),
        SPEC(a_double_submit_meets_itself),
        SPEC(nothing_stays_of_a_write_that_meets_its_own_record),
        SPEC(a_change_counts_the_revision_and_keeps_who_made_it),
        SPEC(the_second_of_two_editors_is_told_and_changes_nothing),
        SPEC(what_is_not_there_cannot_be_changed),
        SPEC(a_deleted_record_is_gone_until_it_is_taken_back),
        SPEC(a_record_outside_the_scope_is_as_if_it_were_not_there),
        SPEC(names_in_rows_and_labels_of_codes_are_searched),
        SPEC(a_query_reads_records_row_by_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
