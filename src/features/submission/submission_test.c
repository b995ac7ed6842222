/* submission_test.c -- the way of 様式3 from draft to acceptance, through the pages that people use. */
#include "tests/support/record_world.h"

#include "base/count.h"
#include "base/id.h"
#include "features/consultation/consultation.h"
#include "features/organization/organization.h"
#include "features/submission/frozen.h"
#include "features/submission/submission.h"

#include <jansson.h>
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

static void a_room_sees_its_own_form_whatever_room_it_asks_for(void **state)
{
    struct record_world *r = *state;
    given_confirmed(r);
    as(r, miyakojima_coordinator());
    const char *target = arena_printf(r->w->arena, FORM "?office=%s", kita_coordinator().office_id);
    assert_int_equal(visitor_get(r->visitor, target), 200);
    assert_non_null(strstr(r->visitor->body, "都島区相談支援室"));
    assert_non_null(strstr(r->visitor->body, "未作成"));
    assert_null(strstr(r->visitor->body, "確認済み"));
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

/* The answer of the search box. */
static const char *searched(struct record_world *r, const char *words)
{
    struct pairs form;
    pairs_init(&form, r->w->arena);
    pairs_add(&form, "q", words);
    assert_int_equal(visitor_post(r->visitor, "/search", pairs_query(&form, r->w->arena)), 200);
    return r->visitor->body;
}

/* Today is 30 November 2024. */
static void the_search_box_finds_a_form_by_its_name_number_and_month(void **state)
{
    struct record_world *r = *state;
    as(r, kita_coordinator());
    const char *body = searched(r, "月報　11月");
    assert_non_null(strstr(body, "href=\"/submissions/3/2024-11\""));
    assert_non_null(strstr(body, "href=\"/submissions/3/2023-11\""));
    assert_null(strstr(body, "/submissions/3/2024-10"));
    assert_null(strstr(body, "/submissions/4/"));

    body = searched(r, "ﾖｳｼｷ");
    assert_null(strstr(body, "/submissions/6/"));
    body = searched(r, "様式１ 2024");
    assert_null(strstr(body, "/submissions/1"));
    body = searched(r, "相談シート 1月");
    assert_non_null(strstr(body, "/submissions/6/2024-01\""));
    assert_null(strstr(body, "/submissions/6/2024-11\""));
    body = searched(r, "様式10");
    assert_non_null(strstr(body, "/submissions/10/FY2024-T2\""));
    assert_non_null(strstr(body, "/submissions/10/FY2024-T1\""));
    assert_null(strstr(body, "/submissions/10/FY2023-T3\""));
    assert_null(strstr(body, "/submissions/14/"));

    body = searched(r, "10月");
    assert_non_null(strstr(body, "/submissions/3/2024-10\""));
    assert_non_null(strstr(body, "/submissions/8/2024-10\""));
    assert_null(strstr(body, "/submissions/3/2023-10\""));
    assert_null(strstr(searched(r, "月"), "/submissions/3/"));
    assert_null(strstr(searched(r, "月報 心不全"), "/submissions/3/"));
}

static void the_bureau_is_led_to_its_board_of_the_month_and_who_reads_no_forms_to_none(void **state)
{
    struct record_world *r = *state;
    as(r, bureau_officer());
    const char *body = searched(r, "月報 令和6年10月");
    assert_non_null(strstr(body, "href=\"/submissions?month=2024-10\""));
    struct session reader = {.user_id = "U-PRO", .display_name = "架空 三郎", .role = ROLE_PROFESSIONAL, .area_code = "271276",
                             .area_path = "270008/271004/271276/"};
    as(r, reader);
    assert_null(strstr(searched(r, "月報 10月"), "/submissions"));
}

static void due_days_follow_the_calendar(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct period october, trimester;
    assert_true(period_parse("2024-10", &october));
    assert_true(period_parse("FY2024-T2", &trimester));
    /* 1, 5, 6, 7 and 8 November: the 4th is 振替休日. */
    assert_string_equal(date_iso(a, submission_due_on(submission_form_find(3), october)), "2024-11-08");
    assert_string_equal(date_iso(a, submission_due_on(submission_form_find(10), trimester)), "2024-12-15");
    arena_free(a);
}

/* -- T-OSK-18 ---------------------------------------------------------------------------------------------------------------- */

struct edition {
    const char *office_id, *area_code;
    int form;
    const char *period;
    int edition;
    const char *state, *submitted_on, *return_reason;
};

#define KITA_ROOM "00000000-0000-7000-8000-000000271276", "271276"
#define MIYAKOJIMA_ROOM "00000000-0000-7000-8000-000000271021", "271021"
/* Form 3 is due on the 5th business day: 9 May (after the holidays of 3 to 6), 7 June, 5 July 2024; forms 10 and 14 on the 15th day. */
static const struct edition editions[] = {
    {KITA_ROOM, 3, "2024-04", 1, "accepted", "2024-05-09", ""},            /* on its day */
    {KITA_ROOM, 3, "2024-05", 1, "accepted", "2024-06-10", ""},            /* a business day late */
    {KITA_ROOM, 3, "2024-06", 1, "returned", "2024-07-05", "合計の確認"},  /* on its day, returned ... */
    {KITA_ROOM, 3, "2024-06", 2, "submitted", "2024-07-20", ""},           /* ... and corrected: neither late nor twice */
    {KITA_ROOM, 3, "2024-07", 1, "draft", "", ""},                         /* not handed in */
    {KITA_ROOM, 3, "2025-04", 1, "submitted", "2025-05-01", ""},           /* another year's */
    {KITA_ROOM, 10, "FY2024-T1", 1, "accepted", "2024-08-15", ""},
    {KITA_ROOM, 10, "FY2024-T2", 1, "accepted", "2024-12-16", ""},
    {KITA_ROOM, 14, "FY2024", 1, "submitted", "2025-04-15", ""},
    {MIYAKOJIMA_ROOM, 3, "2024-04", 1, "submitted", "2024-05-10", ""},
};

static bool write_edition(struct db *db, const struct edition *e, struct arena *a, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO submission (id, office_id, area_code, form_number, period, edition, state, submitted_on, return_reason, created_at,"
                  " revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
                  TEXT(id_new(a)), TEXT(e->office_id), TEXT(e->area_code), INT(e->form), TEXT(e->period), INT(e->edition), TEXT(e->state),
                  TEXT(e->submitted_on), TEXT(e->return_reason), TEXT(now_utc(a))) == 1;
}

static bool write_editions(struct db *db, void *arg, struct err *err)
{
    for (size_t i = 0; i < COUNT(editions); i++)
        if (!write_edition(db, &editions[i], arg, err))
            return false;
    return true;
}

static void figures_are(struct record_world *r, const char *area, const char *period, int form, const long long expected[5], const char *rate)
{
    struct report_query q = {.db = world_db(r->w), .arena = r->w->arena, .scope = SCOPE_EVERYTHING};
    struct table *t;
    const struct row *row = NULL;
    assert_true(period_parse(period, &q.period) && report_area_in_scope(q.db, &q.scope, area, q.arena, &q.area, &r->w->err));
    assert_true(submission_statistics(&q, &t, &r->w->err));
    for (size_t i = 0; i < t->row_count; i++)
        if (!strcmp(t->rows[i].key, arena_printf(r->w->arena, "form_%d", form)))
            row = &t->rows[i];
    assert_non_null(row);
    for (int k = 0; k < 5; k++)
        if (row->cells[1 + k].number != expected[k])
            fail_msg("form %d of %s %s, %s: %lld, not %lld", form, area, period, t->columns[1 + k].label, row->cells[1 + k].number, expected[k]);
    assert_string_equal(cell_print(&row->cells[6], r->w->arena), rate);
}

static void t_osk_18_counts_what_came_in_time_late_not_at_all_and_what_was_returned(void **state)
{
    struct record_world *r = *state;
    const char *now = getenv("RENKEI_NOW");
    setenv("RENKEI_NOW", "2025-06-30T09:00", 1);
    assert_true(store_write(r->w->store, write_editions, r->w->arena, &r->w->err));
    /*                                                          due on time late missing returned */
    figures_are(r, "271276", "FY2024", 3, (const long long[]){12, 2, 1, 9, 1}, "16.7%");
    figures_are(r, "271276", "FY2024", 10, (const long long[]){3, 1, 1, 1, 0}, "33.3%");
    figures_are(r, "271276", "FY2024", 14, (const long long[]){1, 1, 0, 0, 0}, "100.0%");
    figures_are(r, "271276", "FY2024", 5, (const long long[]){12, 0, 0, 12, 0}, "0.0%");
    figures_are(r, "271276", "FY2024-T1", 3, (const long long[]){4, 2, 1, 1, 1}, "50.0%");
    figures_are(r, "271276", "2024-06", 3, (const long long[]){1, 1, 0, 0, 1}, "100.0%");
    /* Two rooms; the year's own form is not due within a month. */
    figures_are(r, "271004", "FY2024", 3, (const long long[]){24, 2, 2, 20, 1}, "8.3%");
    figures_are(r, "271004", "2024-06", 14, (const long long[]){0, 0, 0, 0, 0}, "－");
    /* Before the day nothing is due. */
    setenv("RENKEI_NOW", "2024-06-06T09:00", 1);
    figures_are(r, "271276", "FY2024", 3, (const long long[]){1, 1, 0, 0, 0}, "100.0%");
    if (now)
        setenv("RENKEI_NOW", now, 1);
    else
        unsetenv("RENKEI_NOW");
}

/* -- T-OSK-18 equals a naive recount over random editions ---------------------------------------------------------------------------- */

enum { EDITIONS_MOST = 400 };
struct chance {
    struct record_world *r;
    uint64_t state;
    struct edition editions[EDITIONS_MOST];
    size_t count;
};

static size_t roll(struct chance *c, size_t n)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((c->state >> 33) % n);
}

/* A form of a room and a period: not begun, begun, handed in around its day, returned, corrected. */
static void chance_form(struct chance *c, const char *office_id, const char *area_code, const struct submission_form *f, struct period p)
{
    struct arena *a = c->r->w->arena;
    struct date due = submission_due_on(f, p);
    size_t how = roll(c, 5);
    if (how == 0)
        return;
    const char *day = how == 1 ? "" : date_iso(a, date_add_days(due, (int)roll(c, 9) - 4));
    bool returned = how == 4;
    c->editions[c->count++] = (struct edition){office_id, area_code, f->number, period_id(a, p), 1, how == 1 ? "draft" : returned ? "returned" : "submitted",
                                               day, returned ? "reason" : ""};
    for (int edition = 2; returned && edition < 4 && roll(c, 3); edition++)
        c->editions[c->count++] = (struct edition){office_id, area_code, f->number, period_id(a, p), edition, "submitted",
                                                   date_iso(a, date_add_days(due, 30 * edition)), roll(c, 2) ? "again" : ""};
}

static bool write_chance(struct db *db, void *arg, struct err *err)
{
    struct chance *c = arg;
    for (size_t i = 0; i < c->count; i++)
        if (!write_edition(db, &c->editions[i], c->r->w->arena, err))
            return false;
    return db_run(db, err, "UPDATE office SET active_from = '2024-06-15' WHERE area_code = '271021'") == 1;
}

/* The same question asked of the rolled editions, one room, form and period after the other. */
static long long naive(struct chance *c, const char *show, const char *area, struct period asked, int form)
{
    static const char *const rooms[][3] = {{KITA_ROOM, "2023-04-01"}, {MIYAKOJIMA_ROOM, "2024-06-15"}};
    struct arena *a = c->r->w->arena;
    long long n = 0;
    for (size_t k = 0; k < COUNT(rooms) * submission_form_count; k++) {
        const char *const *room = rooms[k % COUNT(rooms)];
        const struct submission_form *f = &submission_forms[k / COUNT(rooms)];
        if ((form && f->number != form) || (strcmp(area, "271004") && strcmp(area, room[1])))
            continue;
        for (struct date day = asked.first; date_compare(day, asked.last) <= 0; day = date_add_days(day, 1)) {
            struct period p = period_of(f->period, day);
            const char *due = date_iso(a, submission_due_on(f, p)), *submitted = "";
            bool returned = false;
            if (date_compare(p.last, day) || date_compare(p.first, asked.first) < 0 || strcmp(due, "2025-02-10") >= 0 ||
                strcmp(room[2], date_iso(a, p.first)) > 0)
                continue;
            for (size_t i = 0; i < c->count; i++) {
                const struct edition *e = &c->editions[i];
                if (strcmp(e->office_id, room[0]) || e->form != f->number || strcmp(e->period, period_id(a, p)))
                    continue;
                submitted = e->edition == 1 ? e->submitted_on : submitted;
                returned = returned || *e->return_reason;
            }
            n += !strcmp(show, "due") || (!strcmp(show, "on_time") && *submitted && strcmp(submitted, due) <= 0) ||
                 (!strcmp(show, "late") && *submitted && strcmp(submitted, due) > 0) || (!strcmp(show, "missing") && !*submitted) ||
                 (!strcmp(show, "returned") && returned);
        }
    }
    return n;
}

/* Rows of the list that a figure opens. */
static long long opened(struct record_world *r, const char *drill)
{
    assert_int_equal(visitor_get(r->visitor, arena_printf(r->w->arena, "/api/v1%s", drill)), 200);
    json_t *list = json_loads(r->visitor->body, 0, NULL);
    long long rows = (long long)json_array_size(json_object_get(list, "rows"));
    json_decref(list);
    return rows;
}

static size_t check_statistics(struct chance *c, const char *area, const char *period)
{
    struct record_world *r = c->r;
    struct report_query q = {.db = world_db(r->w), .arena = r->w->arena, .scope = SCOPE_EVERYTHING};
    struct table *t;
    size_t checked = 0;
    assert_true(period_parse(period, &q.period) && report_area_in_scope(q.db, &q.scope, area, q.arena, &q.area, &r->w->err));
    assert_true(submission_statistics(&q, &t, &r->w->err));
    for (size_t i = 0; i < t->row_count; i++) {
        const struct row *row = &t->rows[i];
        if (row->kind == ROW_GROUP)
            continue;
        bool of_ward = !strncmp(row->key, "ward_", 5);
        for (size_t k = 1; k <= 5; k++, checked++) {
            long long expected = naive(c, t->columns[k].key, of_ward ? row->key + 5 : area, q.period, of_ward ? 0 : atoi(row->key + 5));
            if (row->cells[k].number != expected || opened(r, row->cells[k].drill) != expected)
                fail_msg("RENKEI_SEED %s %s %s: %lld, opens %lld, counted by hand %lld", period, row->key, t->columns[k].key, row->cells[k].number,
                         opened(r, row->cells[k].drill), expected);
        }
    }
    return checked;
}

static void t_osk_18_equals_a_naive_recount_and_every_figure_opens_its_forms(void **state)
{
    struct record_world *r = *state;
    struct chance *c = calloc(1, sizeof *c);
    const char *seed = getenv("RENKEI_SEED"), *now = getenv("RENKEI_NOW");
    struct period year;
    assert_non_null(c);
    assert_true(period_parse("FY2024", &year));
    c->r = r;
    c->state = seed ? strtoull(seed, NULL, 10) : (uint64_t)now_ms();
    print_message("RENKEI_SEED=%llu\n", (unsigned long long)c->state);
    setenv("RENKEI_NOW", "2025-02-10T09:00", 1);
    for (size_t i = 0; i < submission_form_count; i++)
        for (struct period p = period_of(submission_forms[i].period, year.first); date_compare(p.first, year.last) <= 0; p = period_after(p)) {
            chance_form(c, KITA_ROOM, &submission_forms[i], p);
            chance_form(c, MIYAKOJIMA_ROOM, &submission_forms[i], p);
        }
    assert_true(store_write(r->w->store, write_chance, c, &r->w->err));
    as(r, bureau_officer());
    size_t checked = check_statistics(c, "271004", "FY2024") + check_statistics(c, "271276", "FY2024-T1") + check_statistics(c, "271021", "FY2024") +
                     check_statistics(c, "271004", "2024-07");
    assert_true(checked >= 4 * 5 * submission_form_count);
    free(c);
    now ? setenv("RENKEI_NOW", now, 1) : unsetenv("RENKEI_NOW");
}

/* -- the board --------------------------------------------------------------------------------------------------------------- */

static void the_bureaus_board_tells_of_every_room_its_newest_edition(void **state)
{
    struct record_world *r = *state;
    assert_true(store_write(r->w->store, write_editions, r->w->arena, &r->w->err));
    as(r, bureau_officer());
    assert_int_equal(visitor_get(r->visitor, "/submissions?month=2024-06"), 200);
    const char *kita = strstr(r->visitor->body, "<strong>北区</strong>");
    assert_non_null(kita);
    assert_non_null(strstr(kita, "■期限切れ 5　●提出済み 3"));
    assert_non_null(strstr(r->visitor->body, "<strong>都島区</strong>"));
    /* The second edition is handed in; the first was returned. */
    assert_non_null(strstr(r->visitor->body, "/submissions/3/2024-06?office=00000000-0000-7000-8000-000000271276\"><span class=\"status-ok\">●提出済み"));
    assert_null(strstr(r->visitor->body, "差戻し"));
}

static void a_room_is_told_of_every_month_it_still_owes(void **state)
{
    struct record_world *r = *state;
    assert_true(store_write(r->w->store, write_editions, r->w->arena, &r->w->err));
    const char *now = getenv("RENKEI_NOW");
    setenv("RENKEI_NOW", "2024-09-30T09:00", 1);
    assert_int_equal(visitor_get(r->visitor, "/submissions"), 200);
    const char *list = strstr(r->visitor->body, "id=\"overdue\" open");
    assert_non_null(list);
    /* Of July nothing was handed in, of June all but form 3. */
    assert_non_null(strstr(list, "<a href=\"/submissions/3/2024-07?office=00000000-0000-7000-8000-000000271276\">様式3・4・5・6・7・8</a>"));
    assert_non_null(strstr(list, "<a href=\"/submissions/4/2024-06?office=00000000-0000-7000-8000-000000271276\">様式4・5・6・7・8</a>"));
    assert_null(strstr(list, "271021"));
    assert_int_equal(visitor_get(r->visitor, "/"), 200);
    assert_non_null(strstr(r->visitor->body, "令和6年7月分"));
    assert_non_null(strstr(r->visitor->body, "href=\"/submissions#overdue\""));
    now ? setenv("RENKEI_NOW", now, 1) : unsetenv("RENKEI_NOW");
}

static void the_bureau_opens_from_its_first_page_what_waits(void **state)
{
    struct record_world *r = *state;
    assert_true(store_write(r->w->store, write_editions, r->w->arena, &r->w->err));
    as(r, bureau_officer());
    assert_int_equal(visitor_get(r->visitor, "/"), 200);
    assert_non_null(strstr(r->visitor->body, "提出された様式 4件"));
    assert_non_null(strstr(r->visitor->body, "href=\"/submissions?show=waiting\""));
    assert_int_equal(visitor_get(r->visitor, "/submissions?show=waiting"), 200);
    const char *list = strstr(r->visitor->body, "id=\"waiting\" open");
    assert_non_null(list);
    assert_non_null(strstr(list, "受領待ちの様式があります（4件）"));
    const char *first = strstr(list, "/submissions/3/2024-04?office=00000000-0000-7000-8000-000000271021");
    assert_non_null(first);
    assert_true(first < strstr(list, "/submissions/3/2025-04?office="));
    assert_non_null(strstr(list, "（訂正版）"));
    as(r, kita_coordinator());
    assert_int_equal(visitor_get(r->visitor, "/submissions?show=waiting"), 200);
    assert_null(strstr(r->visitor->body, "id=\"waiting\""));
}

/* 様式3 has its texts below the figures. */
static void what_is_written_by_hand_stands_below_the_figures(void **state)
{
    struct record_world *r = *state;
    assert_int_equal(visitor_get(r->visitor, FORM), 200);
    const char *figures = strstr(r->visitor->body, "id=\"figures\""), *narrative = strstr(r->visitor->body, "id=\"narrative\"");
    assert_true(figures && narrative && figures < narrative);
    assert_int_equal(visitor_post(r->visitor, FORM "/save", "revision=0&working_days=32&issues=" "x"), 422);
    assert_non_null(strstr(r->visitor->body, "記述に直すところがあります。"));
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
    struct session miyakojima = miyakojima_coordinator();
    struct office other = room;
    other.id = miyakojima.office_id;
    other.area_code = miyakojima.area_code;
    other.name = miyakojima.office_name;
    other.short_name = "都島";
    other.code = "room-miyakojima";
    return organization_save(db, &contractor, "", a, err) && office_save(db, &room, "", a, err) && office_save(db, &other, "", a, err);
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
        SPEC(t_osk_18_counts_what_came_in_time_late_not_at_all_and_what_was_returned),
        SPEC(t_osk_18_equals_a_naive_recount_and_every_figure_opens_its_forms),
        SPEC(the_bureaus_board_tells_of_every_room_its_newest_edition),
        SPEC(a_room_is_told_of_every_month_it_still_owes),
        SPEC(the_bureau_opens_from_its_first_page_what_waits),
        SPEC(what_is_written_by_hand_stands_below_the_figures),
        SPEC(only_the_manager_confirms_and_confirming_freezes_the_figures),
        SPEC(a_step_that_the_state_does_not_allow_changes_nothing),
        SPEC(a_stale_page_cannot_submit),
        SPEC(the_bureau_receives_and_accepts_and_the_room_cannot),
        SPEC(a_return_wants_a_reason_and_goes_on_as_a_correction_that_shows_what_changed),
        SPEC(what_is_written_by_hand_is_kept_and_checked),
        SPEC(a_room_sees_its_own_form_whatever_room_it_asks_for),
        SPEC(a_confirmed_form_prints_the_same_after_the_records_changed),
        SPEC(the_search_box_finds_a_form_by_its_name_number_and_month),
        SPEC(the_bureau_is_led_to_its_board_of_the_month_and_who_reads_no_forms_to_none),
        cmocka_unit_test(due_days_follow_the_calendar),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
