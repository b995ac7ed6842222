#include "base/count.h"
#include "store/tally.h"
#include "tests/support/world.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct migration tables[] = {
    {2026010101, "area and visit",
     "CREATE TABLE area (code TEXT PRIMARY KEY, path TEXT NOT NULL);"
     "INSERT INTO area (code, path) VALUES ('271004', '270008/271004/'), ('271276', '270008/271004/271276/'),"
     " ('271021', '270008/271004/271021/');"
     "CREATE TABLE visit (id BIGINT PRIMARY KEY, office_id TEXT NOT NULL, area_code TEXT NOT NULL, month TEXT NOT NULL, who TEXT NOT NULL,"
     " people BIGINT NOT NULL);",
     NULL, NULL},
};

static int begin(void **state)
{
    return world_begin_with(state, (const struct migration *const[]){tables}, (size_t[]){COUNT(tables)}, 1);
}

struct change {
    const char *office_id, *area_code;
    const struct facts *minus, *plus;
};

static bool apply(struct db *db, void *arg, struct err *err)
{
    const struct change *c = arg;
    return tally_apply(db, c->office_id, c->area_code, c->minus, c->plus, err);
}

static void given(struct world *w, const char *office_id, const char *area_code, const struct facts *minus, const struct facts *plus)
{
    assert_true(store_write(w->store, apply, &(struct change){office_id, area_code, minus, plus}, &w->err));
}

static struct tally_query cases(void)
{
    static const struct scope everything = {.kind = SCOPE_ALL, .office_id = "", .area_code = "", .area_path = "", .user_id = ""};
    return (struct tally_query){.scope = &everything, .first_month = "2024-04", .last_month = "2025-03", .measure = "visit.cases",
                                .basis = "", .dimension = ""};
}

static void given_three_wards(struct world *w)
{
    struct facts f;
    facts_init(&f, w->arena);
    facts_add(&f, "2024-04", "visit.cases", "", "", 3);
    facts_add(&f, "2024-04", "visit.cases", "", fact_code(w->arena, "who", "nurse"), 2);
    facts_add(&f, "2024-04", "visit.cases", "", fact_code(w->arena, "who", "doctor"), 1);
    facts_add(&f, "2025-04", "visit.cases", "", "", 100);
    given(w, "o1", "271276", NULL, &f);
    given(w, "o2", "271276", NULL, &f);
    given(w, "o3", "271021", NULL, &f);
}

static void figures_are_grouped_as_asked(void **state)
{
    struct world *w = *state;
    given_three_wards(w);
    struct tally_query q = cases();
    q.dimension = "who";
    q.by_area = true;
    struct tally_cell *cells;
    size_t count;
    assert_true(tally_read(world_db(w), &q, w->arena, &cells, &count, &w->err));
    assert_int_equal(count, 4);
    assert_string_equal(cells[0].area_code, "271021");
    assert_string_equal(cells[0].code, "who=doctor");
    assert_string_equal(cells[0].office_id, "");
    assert_string_equal(cells[0].month, "");
    assert_int_equal(cells[3].n, 4); /* two offices of one ward, two nurses each */
}

static void the_total_is_not_the_sum_of_a_dimension(void **state)
{
    struct world *w = *state;
    given_three_wards(w);
    struct tally_query q = cases();
    assert_int_equal(tally_sum(world_db(w), &q, &w->err), 9);
    q.last_month = "2025-04";
    assert_int_equal(tally_sum(world_db(w), &q, &w->err), 309);
    q.first_month = "1990-01"; /* longer than the months that are listed one by one */
    assert_int_equal(tally_sum(world_db(w), &q, &w->err), 309);
}

static void a_scope_sees_only_its_figures(void **state)
{
    struct world *w = *state;
    given_three_wards(w);
    struct tally_query q = cases();
    q.scope = &(struct scope){.kind = SCOPE_OFFICE, .office_id = "o1"};
    assert_int_equal(tally_sum(world_db(w), &q, &w->err), 3);
    q.scope = &(struct scope){.kind = SCOPE_AREA, .area_path = "270008/271004/271276/"};
    assert_int_equal(tally_sum(world_db(w), &q, &w->err), 6);
    q.area_path = "270008/271004/271021/";
    assert_int_equal(tally_sum(world_db(w), &q, &w->err), 0);
    q.scope = &(struct scope){.kind = SCOPE_NOTHING};
    q.area_path = NULL;
    assert_int_equal(tally_sum(world_db(w), &q, &w->err), 0);
}

static void what_is_taken_away_again_leaves_no_cell(void **state)
{
    struct world *w = *state;
    struct facts f;
    facts_init(&f, w->arena);
    facts_add(&f, "2024-06", "visit.cases", "", "", 1);
    given(w, "o1", "271276", NULL, &f);
    given(w, "o1", "271276", &f, NULL);
    struct tally_query q = cases();
    struct tally_cell *cells;
    size_t count = 9;
    assert_true(tally_read(world_db(w), &q, w->arena, &cells, &count, &w->err));
    assert_int_equal(count, 0);
}

static bool clear_cases(struct db *db, void *arg, struct err *err)
{
    return tally_clear(db, arg, err);
}

static void clearing_takes_the_measures_of_one_prefix(void **state)
{
    struct world *w = *state;
    struct facts f;
    facts_init(&f, w->arena);
    facts_add(&f, "2024-06", "visit.cases", "", "", 1);
    facts_add(&f, "2024-06", "visits", "", "", 5);
    given(w, "o1", "271276", NULL, &f);
    char prefix[] = "visit.";
    assert_true(store_write(w->store, clear_cases, prefix, &w->err));
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM tally_now WHERE month < 'F'"), 1);
}

static bool fold(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return tally_fold(db, err);
}

static void given_folded(struct world *w)
{
    assert_true(store_write(w->store, fold, NULL, &w->err));
}

static void any_text_of_a_fact_comes_back_from_waiting(void **state)
{
    struct world *w = *state;
    static const char *const odd[] = {"", "a\"b", "a\\", "[1,\"x\"]", "line\nline\ttab\r", "<script>", "北区 \x7f\x01"};
    struct facts f;
    facts_init(&f, w->arena);
    for (size_t i = 0; i < COUNT(odd); i++)
        facts_add(&f, "2024-04", "visit.cases", "", fact_code(w->arena, "who", odd[i]), (long long)i - 2);
    given(w, "o1", "271276", NULL, &f);
    for (int again = 0; again < 2; again++) {
        struct tally_query q = cases();
        struct tally_cell *cells;
        size_t count, found = 0;
        q.dimension = "who";
        assert_true(tally_read(world_db(w), &q, w->arena, &cells, &count, &w->err));
        assert_int_equal(count, COUNT(odd) - 1); /* one of them counted nothing */
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < COUNT(odd); k++)
                found += !strcmp(cells[i].code, arena_printf(w->arena, "who=%s", odd[k])) && cells[i].n == (long long)k - 2;
        assert_int_equal(found, count);
        given_folded(w);
    }
}

/* Some counted and added up long ago, some taken away again since, in three wards of two areas. */
static void given_settled_and_waiting(struct world *w)
{
    struct facts gone;
    given_three_wards(w);
    given_folded(w);
    facts_init(&gone, w->arena);
    facts_add(&gone, "2024-04", "visit.cases", "", "", 3);
    facts_add(&gone, "2024-04", "visit.cases", "", fact_code(w->arena, "who", "nurse"), 2);
    given(w, "o1", "271276", &gone, NULL);
    facts_init(&gone, w->arena);
    facts_add(&gone, "2024-05", "visit.cases", "", fact_code(w->arena, "who", "nurse"), 7);
    facts_add(&gone, "2024-05", "visit.cases", "", fact_code(w->arena, "whose", "nurse"), 50);
    facts_add(&gone, "2024-05", "visit.cases", "all", fact_code(w->arena, "who", "nurse"), 500);
    facts_add(&gone, "2024-04", "visit.cases", "", fact_code(w->arena, "who", "clerk"), 1);
    given(w, "o3", "271021", NULL, &gone);
    given(w, "o4", "271004", NULL, &gone);
}

/* The n-th of all ways to ask. */
static struct tally_query way_to_ask(size_t n)
{
    static const struct scope scopes[] = {{.kind = SCOPE_ALL}, {.kind = SCOPE_OFFICE, .office_id = "o3"}, {.kind = SCOPE_AREA, .area_path = "270008/271004/271276/"},
                                          {.kind = SCOPE_AREA, .area_path = "270008/271004/"}, {.kind = SCOPE_AREA, .area_path = ""}, {.kind = SCOPE_NOTHING}};
    static const char *const spans[][2] = {{"2024-04", "2025-03"}, {"2024-05", "2024-05"}, {"2024-04", "2025-04"}, {"1990-01", "2030-12"}};
    static const char *const paths[] = {NULL, "270008/271004/", "270008/271004/271021/"};
    struct tally_query q = cases();
    q.scope = &scopes[n % COUNT(scopes)], n /= COUNT(scopes);
    q.first_month = spans[n % COUNT(spans)][0], q.last_month = spans[n % COUNT(spans)][1], n /= COUNT(spans);
    q.area_path = paths[n % COUNT(paths)], n /= COUNT(paths);
    q.dimension = n % 2 ? "who" : "", n /= 2;
    q.office_id = n % 2 ? "o4" : NULL, n /= 2;
    q.by_area = n % 2, q.by_office = n / 2 % 2, q.by_month = n / 4 % 2;
    return q;
}

static void what_waits_is_read_as_if_it_had_been_added_already(void **state)
{
    enum { WAYS = 6 * 4 * 3 * 2 * 2 * 8 };
    struct world *w = *state;
    struct tally_cell *before[WAYS], *after;
    size_t counts[WAYS], count, all = 0;
    given_settled_and_waiting(w);
    for (size_t n = 0; n < WAYS; n++) {
        struct tally_query q = way_to_ask(n);
        assert_true(tally_read(world_db(w), &q, w->arena, &before[n], &counts[n], &w->err));
    }
    given_folded(w);
    for (size_t n = 0; n < WAYS; n++) {
        struct tally_query q = way_to_ask(n);
        long long sum = 0;
        assert_true(tally_read(world_db(w), &q, w->arena, &after, &count, &w->err));
        assert_int_equal(counts[n], count);
        for (size_t i = 0; i < count; i++, all++) {
            assert_string_equal(before[n][i].area_code, after[i].area_code);
            assert_string_equal(before[n][i].office_id, after[i].office_id);
            assert_string_equal(before[n][i].month, after[i].month);
            assert_string_equal(before[n][i].code, after[i].code);
            assert_int_equal(before[n][i].n, after[i].n);
            sum += after[i].n;
        }
        assert_int_equal(tally_sum(world_db(w), &q, &w->err), sum);
    }
    assert_true(all > 500);
}

static bool leave_waiting(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "INSERT INTO tally_wait (facts) VALUES ($1)",
                  TEXT("[[\"271276\",\"o1\",\"visit.cases\",\"\",\"2024-04\",\"FY2024\",\"\",7,\"who=nurse\",4,\"who=nurse\",2],"
                       "[\"271021\",\"o3\",\"visit.cases\",\"\",\"\",\"\",\"\",100]]")) == 1;
}

static void what_a_killed_process_left_waiting_is_read_and_added_once(void **state)
{
    struct world *w = *state;
    given_three_wards(w);
    assert_true(store_write(w->store, leave_waiting, NULL, &w->err));
    for (int again = 0; again < 3; again++) {
        struct tally_query q = cases();
        assert_int_equal(tally_sum(world_db(w), &q, &w->err), 9 + 7);
        q.by_month = true;
        assert_int_equal(tally_sum(world_db(w), &q, &w->err), 9 + 7);
        q.dimension = "who";
        q.office_id = "o1";
        assert_int_equal(tally_sum(world_db(w), &q, &w->err), 3 + 6);
        given_folded(w);
    }
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT sum(n) FROM tally WHERE month = '' AND area_code = '271021'"), 100);
}

/* --- maintained counts equal a recount, whatever happened --- */

struct visit {
    int id; /* 0: not there */
    const char *office_id, *area_code, *month, *who;
    int people;
};

enum { VISITS = 30, CHANGES = 400 };

static const char *const offices[][2] = {{"o1", "271276"}, {"o2", "271276"}, {"o3", "271021"}};
static const char *const professions[] = {"nurse", "doctor", "care_manager"};

static struct visit random_visit(struct arena *a, int id)
{
    const char *const *office = offices[rand() % 3];
    return (struct visit){id, office[0], office[1], arena_printf(a, "2024-%02d", rand() % 12 + 1), professions[rand() % 3], rand() % 4};
}

static void visit_facts(struct facts *f, const struct visit *v)
{
    if (!v->id)
        return;
    facts_add(f, v->month, "visit.cases", "", "", 1);
    facts_add(f, v->month, "visit.cases", "", fact_code(f->arena, "who", v->who), 1);
    facts_add(f, v->month, "visit.people", "all", fact_code(f->arena, "who", v->who), v->people);
}

struct save {
    struct visit before, after;
};

static bool store_visit(struct db *db, const struct visit *v, struct err *err)
{
    return db_run(db, err, "INSERT INTO visit (id, office_id, area_code, month, who, people) VALUES ($1, $2, $3, $4, $5, $6)", INT(v->id),
                  TEXT(v->office_id), TEXT(v->area_code), TEXT(v->month), TEXT(v->who), INT(v->people)) == 1;
}

static bool save(struct db *db, void *arg, struct err *err)
{
    const struct save *s = arg;
    auto_arena *a = arena_new();
    struct facts minus, plus;
    facts_init(&minus, a);
    facts_init(&plus, a);
    visit_facts(&minus, &s->before);
    visit_facts(&plus, &s->after);
    bool same_key = s->before.id && s->after.id && strcmp(s->before.office_id, s->after.office_id) == 0;
    if (s->before.id && db_run(db, err, "DELETE FROM visit WHERE id = $1", INT(s->before.id)) != 1)
        return false;
    if (s->after.id && !store_visit(db, &s->after, err))
        return false;
    if (same_key)
        return tally_apply(db, s->after.office_id, s->after.area_code, &minus, &plus, err);
    return (!s->before.id || tally_apply(db, s->before.office_id, s->before.area_code, &minus, NULL, err)) &&
           (!s->after.id || tally_apply(db, s->after.office_id, s->after.area_code, NULL, &plus, err));
}

static long long sum_of(const struct tally_cell *cells, size_t count, const struct tally_cell *like)
{
    long long sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += !strcmp(cells[i].code, like->code) && !strcmp(cells[i].month, like->month) ? cells[i].n : 0;
    return sum;
}

/* A city's figures, which have rows of their own on SQLite, are those of its wards. */
static void assert_city_equals_wards(struct world *w)
{
    static const char *const measures[][3] = {{"visit.cases", "", ""}, {"visit.cases", "", "who"}, {"visit.people", "all", "who"}};
    static const char *const spans[][2] = {{"2023-04", "2024-03"}, {"2024-04", "2025-03"}, {"2024-06", "2024-08"}, {"2024-12", "2024-12"}, {"2024-02", "2024-05"}};
    size_t compared = 0;
    for (size_t i = 0; i < COUNT(measures) * COUNT(spans) * 2; i++) {
        const char *const *m = measures[i / 2 % COUNT(measures)], *const *span = spans[i / 2 / COUNT(measures)];
        struct tally_query q = cases();
        struct tally_cell *city, *wards;
        size_t city_count, ward_count;
        q.measure = m[0], q.basis = m[1], q.dimension = m[2];
        q.first_month = span[0], q.last_month = span[1];
        q.by_month = i % 2;
        q.area_path = "270008/271004/";
        assert_true(tally_read(world_db(w), &q, w->arena, &city, &city_count, &w->err));
        q.by_area = true;
        assert_true(tally_read(world_db(w), &q, w->arena, &wards, &ward_count, &w->err));
        long long all_of_city = 0, all_of_wards = 0;
        for (size_t k = 0; k < city_count; k++) {
            assert_int_equal(city[k].n, sum_of(wards, ward_count, &city[k]));
            assert_true(!k || strcmp(city[k - 1].code, city[k].code) < 0 || strcmp(city[k - 1].month, city[k].month) < 0);
            all_of_city += city[k].n;
        }
        for (size_t k = 0; k < ward_count; k++)
            all_of_wards += wards[k].n;
        assert_int_equal(all_of_city, all_of_wards);
        compared += city_count;
    }
    assert_true(compared > 20);
}

static bool fill_years(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return tally_fill_years(db, err);
}

static void assert_tally_equals_recount(struct world *w)
{
    assert_city_equals_wards(w);
    given_folded(w);
    assert_city_equals_wards(w);
    assert_true(store_write(w->store, fill_years, NULL, &w->err));
    assert_city_equals_wards(w);
    auto_rows *r = db_query(world_db(w), w->arena, &w->err,
                            "SELECT t.measure, t.month, t.code, t.office_id, t.n, CASE t.measure WHEN 'visit.people'"
                            " THEN (SELECT coalesce(sum(v.people), 0) FROM visit v WHERE v.office_id = t.office_id AND v.month = t.month"
                            " AND 'who=' || v.who = t.code)"
                            " ELSE (SELECT count(*) FROM visit v WHERE v.office_id = t.office_id AND v.month = t.month"
                            " AND t.code IN ('', 'who=' || v.who)) END FROM tally t WHERE t.month < 'F'");
    long long cases = 0, cells = 0;
    for (; rows_next(r); cells++) {
        assert_int_equal(rows_int(r, 4), rows_int(r, 5));
        if (strcmp(rows_text(r, 0), "visit.cases") == 0 && !*rows_text(r, 2))
            cases += rows_int(r, 4);
    }
    assert_true(cells > 0);
    assert_int_equal(cases, db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM visit"));
    /* The fiscal years' own rows are the sums of their months. */
    assert_int_equal(db_int(world_db(w), &w->err, -1,
                            "SELECT count(*) FROM tally y WHERE y.month >= 'F' AND y.n <> (SELECT coalesce(sum(m.n), 0) FROM tally m"
                            " WHERE m.measure = y.measure AND m.basis = y.basis AND m.code = y.code AND m.area_code = y.area_code"
                            " AND m.office_id = y.office_id AND m.month >= substr(y.month, 3) || '-04'"
                            " AND m.month <= CAST(CAST(substr(y.month, 3) AS INTEGER) + 1 AS TEXT) || '-03')"),
                     0);
    assert_true(db_int(world_db(w), &w->err, -1, "SELECT count(*) FROM tally WHERE month >= 'F'") > 0);
}

static void after_any_changes_the_tally_equals_a_recount(void **state)
{
    struct world *w = *state;
    struct visit visits[VISITS] = {0};
    srand(20241130);
    for (int i = 0; i < CHANGES; i++) {
        int at = rand() % VISITS;
        struct save s = {.before = visits[at]};
        if (!visits[at].id || rand() % 4)
            s.after = random_visit(w->arena, at + 1);
        assert_true(store_write(w->store, save, &s, &w->err));
        visits[at] = s.after;
    }
    assert_tally_equals_recount(w);
}

/* A write that counts, reads what it counted and then gives up, among others of its group. */
struct counting {
    struct world *w;
    pthread_barrier_t *queued;
    long long n, seen;
    bool gives_up;
};

static bool count_and_read(struct db *db, void *arg, struct err *err)
{
    struct counting *c = arg;
    auto_arena *a = arena_new();
    struct facts f;
    facts_init(&f, a);
    facts_add(&f, "2024-04", "visit.cases", "", "", c->n);
    struct tally_query q = cases();
    if (!tally_apply(db, "o1", "271276", NULL, &f, err))
        return false;
    if (!c->gives_up)
        return true;
    c->seen = tally_sum(db, &q, err);
    return err_set(err, ERR_CONFLICT, "record.stale", "given up");
}

static bool wait_for_others(struct db *db, void *arg, struct err *err)
{
    (void)db, (void)err;
    usleep(*(unsigned *)arg);
    return true;
}

static void *write_counting(void *arg)
{
    struct counting *c = arg;
    struct err err = {0};
    pthread_barrier_wait(c->queued);
    assert_int_equal(store_write(c->w->store, count_and_read, c, &err), !c->gives_up);
    return NULL;
}

static void a_write_that_gives_up_takes_nothing_of_its_group_with_it(void **state)
{
    enum { WRITES = 8 };
    struct world *w = *state;
    pthread_t threads[WRITES];
    struct counting all[WRITES];
    pthread_barrier_t queued;
    pthread_barrier_init(&queued, NULL, WRITES + 1);
    for (size_t i = 0; i < WRITES; i++) {
        all[i] = (struct counting){.w = w, .queued = &queued, .n = 1L << (4 * i), .gives_up = i % 2};
        pthread_create(&threads[i], NULL, write_counting, &all[i]);
    }
    pthread_barrier_wait(&queued); /* while the writer is held up the others queue, so that they become one group */
    assert_true(store_write_alone(w->store, wait_for_others, &(unsigned){20000}, &w->err));
    for (size_t i = 0; i < WRITES; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&queued);
    for (size_t i = 1; i < WRITES; i += 2)
        assert_int_equal(all[i].seen & all[i].n, all[i].n);
    struct tally_query q = cases();
    assert_int_equal(tally_sum(world_db(w), &q, &w->err), 0x1010101);
}

#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, world_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        SPEC(figures_are_grouped_as_asked),
        SPEC(the_total_is_not_the_sum_of_a_dimension),
        SPEC(a_scope_sees_only_its_figures),
        SPEC(what_is_taken_away_again_leaves_no_cell),
        SPEC(any_text_of_a_fact_comes_back_from_waiting),
        SPEC(what_waits_is_read_as_if_it_had_been_added_already),
        SPEC(what_a_killed_process_left_waiting_is_read_and_added_once),
        SPEC(clearing_takes_the_measures_of_one_prefix),
        SPEC(a_write_that_gives_up_takes_nothing_of_its_group_with_it),
        SPEC(after_any_changes_the_tally_equals_a_recount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
