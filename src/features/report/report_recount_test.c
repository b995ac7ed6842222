/* report_recount_test.c -- every figure of every report equals a naive recount of the records behind it, over random records that were
 * made, changed and deleted.
 *
 * The recount knows nothing of facts and tallies: it reads every record and keeps those that fit the address which the figure opens
 * ("/consultations?ward=271276&period=FY2024&channel=phone"). */
#include "tests/support/world.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/id.h"
#include "features/activity/activity.h"
#include "features/area/area.h"
#include "features/consultation/consultation.h"
#include "features/feature_list.h"
#include "features/gathering/gathering.h"
#include "features/report/report.h"
#include "web/app.h"
#include "web/resource.h"

#include <stdlib.h>
#include <string.h>

enum { SAVES = 260 };

static const struct place {
    const char *office_id, *area_code;
} places[] = {{"room-kita", "271276"}, {"room-chuo", "271284"}, {"room-sumiyoshi", "271209"}};

struct dice {
    uint64_t state;
};

static size_t roll(struct dice *d, size_t n)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((d->state >> 33) % n);
}

static const char *any_code(struct dice *d, const char *list)
{
    const struct code_list *l = code_list_find(list);
    assert_non_null(l);
    return l->codes[roll(d, l->count)].code;
}

static const char *some_codes(struct dice *d, const char *list, struct arena *a)
{
    const char *x = any_code(d, list), *y = any_code(d, list);
    return roll(d, 2) || !strcmp(x, y) ? x : arena_printf(a, "%s %s", x, y);
}

static const char *any_day(struct dice *d, struct arena *a)
{
    struct date first = {2023, 4, 1};
    return date_iso(a, date_add_days(first, (int)roll(d, 600)));
}

static void make_consultation(struct dice *d, struct consultation *c, struct arena *a)
{
    const char *day = any_day(d, a);
    c->received_at = arena_printf(a, "%sT%02zu:00", day, 9 + roll(d, 8));
    c->channel = any_code(d, "channel");
    c->consulter_type = any_code(d, "consulter_type");
    c->resident_consultation = "no";
    c->subject_kind = roll(d, 4) ? "individual_case" : any_code(d, "subject_kind");
    c->is_ltci_subject = any_code(d, "yes_no_unknown");
    c->patient_pseudonym = roll(d, 5) ? arena_printf(a, "見本%zu", roll(d, 12)) : "";
    c->sex = "unknown";
    c->age_band = "from_80";
    c->care_level = any_code(d, "care_level");
    c->residence = any_code(d, "residence");
    c->content = some_codes(d, "consultation_content", a);
    c->scene = some_codes(d, "care_scene", a);
    c->response = some_codes(d, "response", a);
    c->outcome = any_code(d, "outcome");
    c->reason_unresolved = strcmp(c->outcome, "not_arranged") ? "" : some_codes(d, "reason_unresolved", a);
    c->is_difficult_case = any_code(d, "yes_no");
    struct progress_entry entries[] = {{day, "", "", "様子を伺った。"},
                                       {date_iso(a, date_add_days(date_from_iso(day), (int)roll(d, 90))), "", "", "その後を伺った。"}};
    c->progress = field_rows_text(&progress_set, entries, roll(d, 3), a);
}

static void make_activity(struct dice *d, struct activity *x, struct arena *a)
{
    x->date_from = any_day(d, a);
    x->activity_kind = any_code(d, "activity_kind");
    x->item = any_code(d, "programme_item");
    x->scene = roll(d, 2) ? any_code(d, "care_scene") : "";
    x->tool_step = roll(d, 2) ? any_code(d, "tool_step") : "";
    x->theme = "見本の活動";
}

static const char *heads(struct dice *d, struct arena *a)
{
    struct head_count rows[] = {{any_code(d, "profession"), "", (long)roll(d, 9)}, {any_code(d, "profession"), "", (long)roll(d, 9)}};
    return field_rows_text(&head_count_set, rows, 2, a);
}

static void make_meeting(struct dice *d, struct meeting *m, struct arena *a)
{
    m->name = "見本の会議";
    m->category = any_code(d, "meeting_category");
    m->is_community_care_meeting = any_code(d, "yes_no");
    m->held_on = any_day(d, a);
    m->role = any_code(d, "meeting_role");
    m->topics = some_codes(d, "meeting_topic", a);
    m->attendees = heads(d, a);
}

static void make_training(struct dice *d, struct training *t, struct arena *a)
{
    t->title = "見本の研修";
    t->part = any_code(d, "training_part");
    t->audience_class = any_code(d, "audience_class");
    t->theme_group = any_code(d, "theme_group");
    t->held_on = any_day(d, a);
    t->participants = heads(d, a);
}

static const struct kind {
    const struct resource *resource;
    const char *day;
} kinds[] = {
    {&consultation_resource, "received_on"},
    {&activity_resource, "date_from"},
    {&meeting_resource, "held_on"},
    {&training_resource, "held_on"},
};

static void make(struct dice *d, size_t kind, void *row, struct arena *a)
{
    switch (kind) {
    case 0: make_consultation(d, row, a); break;
    case 1: make_activity(d, row, a); break;
    case 2: make_meeting(d, row, a); break;
    default: make_training(d, row, a);
    }
}

/* ---- writing at random ---- */

struct saved {
    size_t kind, place;
    const char *id;
    long revision;
    bool deleted;
};
struct history {
    struct world *w;
    struct dice dice;
    struct saved items[SAVES];
    size_t count;
    /* of the write under way */
    struct saved *target;
    bool fresh, deletes;
    void *row;
};

static bool write_save(struct db *db, void *arg, struct err *err)
{
    struct history *h = arg;
    const struct resource *r = kinds[h->target->kind].resource;
    struct save save = {.resource = r, .row = h->row, .arena = h->w->arena, .is_delete = h->deletes};
    if (!h->fresh) {
        void *old = arena_alloc(h->w->arena, r->record->set->size);
        struct scope all = SCOPE_EVERYTHING;
        if (!record_find(db, r->record, &all, h->target->id, old, h->w->arena, err))
            return false;
        save.old = old;
        if (h->deletes)
            memcpy(h->row, old, r->record->set->size);
    }
    return resource_save(db, &save, "user-mihon", err);
}

/* Somebody registered by a sheet of the same office, if there is one among a few. */
static void choose_person(struct history *h, struct consultation *c)
{
    for (int tries = 0; tries < 6 && h->count; tries++) {
        const struct saved *s = &h->items[roll(&h->dice, h->count)];
        if (s->kind == 0 && !strcmp(places[s->place].office_id, c->head.office_id) &&
            db_int(world_db(h->w), &h->w->err, 0, "SELECT COUNT(*) FROM patient WHERE id = $1", TEXT(s->id))) {
            c->patient_id = s->id;
            return;
        }
    }
}

static void save_one(struct history *h)
{
    struct arena *a = h->w->arena;
    h->fresh = h->count < 40 || (h->count < SAVES && roll(&h->dice, 3));
    h->deletes = !h->fresh && roll(&h->dice, 3) == 0;
    h->target = h->fresh ? &h->items[h->count] : &h->items[roll(&h->dice, h->count)];
    if (h->fresh)
        *h->target = (struct saved){roll(&h->dice, 2) ? 0 : roll(&h->dice, COUNT(kinds)), roll(&h->dice, COUNT(places)), id_new(a), 0, false};
    if (h->target->deleted)
        return;
    const struct field_set *set = kinds[h->target->kind].resource->record->set;
    h->row = arena_alloc(a, set->size);
    field_clear(set, h->row);
    struct record_head *head = h->row;
    head->id = h->target->id;
    head->office_id = places[h->target->place].office_id;
    head->area_code = places[h->target->place].area_code;
    head->revision = h->target->revision;
    head->deleted_at = "";
    make(&h->dice, h->target->kind, h->row, a);
    if (h->target->kind == 0 && roll(&h->dice, 3))
        choose_person(h, h->row);
    if (!store_write(h->w->store, write_save, h, &h->w->err))
        fail_msg("save: %s %s", h->w->err.message, h->w->err.detail);
    h->count += h->fresh;
    h->target->revision++;
    h->target->deleted = h->deletes;
}

/* ---- the naive recount ---- */

static bool fits_codes(const struct field_set *set, const void *row, const char *name, const char *wanted, struct arena *a)
{
    const struct field *f = field_find(set, name);
    assert_non_null(f);
    return codes_has(field_text(f, row, a), wanted);
}

/* Days of a value of "contacted": a period, or FIRST..LAST. */
static void days_of(const char *value, const char *days[2], struct arena *a)
{
    const char *dots = strstr(value, "..");
    struct period p;
    if (dots) {
        days[0] = arena_strndup(a, value, (size_t)(dots - value));
        days[1] = dots + 2;
        return;
    }
    assert_true(period_parse(value, &p));
    days[0] = date_iso(a, p.first);
    days[1] = date_iso(a, p.last);
}

/* Entries of the sheet's progress on the asked days. */
static long long contacts_of(const void *row, const char *value, struct arena *a)
{
    const char *days[2];
    size_t count;
    long long n = 0;
    const struct progress_entry *entries = field_rows(field_find(&consultation_set, "progress"), row, a, &count);
    days_of(value, days, a);
    for (size_t i = 0; i < count; i++)
        n += strcmp(entries[i].contact_on, days[0]) >= 0 && strcmp(entries[i].contact_on, days[1]) <= 0;
    return n;
}

static bool fits(const struct kind *k, const void *row, const struct pair *p, struct arena *a)
{
    const struct record_head *head = row;
    const struct field_set *set = k->resource->record->set;
    const char *day = field_text(field_find(set, k->day), row, a);
    if (!strcmp(p->name, "ward"))
        return !strcmp(p->value, head->area_code) || !strcmp(p->value, "271004"); /* every place of this spec is a ward of the city */
    if (!strcmp(p->name, "period")) {
        struct period period;
        assert_true(period_parse(p->value, &period));
        return strcmp(day, date_iso(a, period.first)) >= 0 && strcmp(day, date_iso(a, period.last)) <= 0;
    }
    if (!strcmp(p->name, "from"))
        return strcmp(day, p->value) >= 0;
    if (!strcmp(p->name, "to"))
        return strcmp(day, p->value) <= 0;
    if (!strcmp(p->name, "contacted"))
        return contacts_of(row, p->value, a) > 0;
    if (!strcmp(p->name, "ltci"))
        return fits_codes(set, row, "is_ltci_subject", p->value, a);
    if (!strcmp(p->name, "community_care_meeting"))
        return fits_codes(set, row, "is_community_care_meeting", p->value, a);
    if (!strcmp(p->name, "difficult_case"))
        return fits_codes(set, row, "is_difficult_case", p->value, a);
    return fits_codes(set, row, p->name, p->value, a);
}

static long heads_of(const struct kind *k, const void *row)
{
    return k->resource == &training_resource ? ((const struct training *)row)->participant_total : 1;
}

/* What is counted of the records behind an address. */
enum counted { RECORDS, HEADS, PERSONS, CONTACTS };

struct keys {
    const char *items[SAVES];
    size_t count;
};

static long long is_new_person(struct keys *seen, const struct consultation *c)
{
    for (size_t i = 0; i < seen->count; i++)
        if (!strcmp(seen->items[i], c->person_key))
            return 0;
    seen->items[seen->count++] = c->person_key;
    return 1;
}

/* NULL for a list of what this spec does not make: forms handed in (submission_test recounts them), facilities. */
static const struct kind *kind_behind(const char *drill)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (!strncmp(kinds[i].resource->path, drill, strlen(kinds[i].resource->path)))
            return &kinds[i];
    return NULL;
}

static long long recount(struct world *w, const char *drill, enum counted what)
{
    const char *question = strchr(drill, '?');
    assert_non_null(question);
    struct pairs want;
    pairs_init(&want, w->arena);
    assert_true(pairs_parse_urlencoded(&want, question + 1, strlen(question + 1), 20, &w->err));
    const struct kind *k = kind_behind(drill);
    assert_non_null(k);
    struct query q;
    query_init(&q, w->arena);
    record_select(&q, k->resource->record);
    auto_rows *rows = query_run(&q, world_db(w), w->arena, &w->err);
    assert_non_null(rows);
    void *row = arena_alloc(w->arena, k->resource->record->set->size);
    struct keys seen = {.count = 0};
    long long n = 0;
    while (rows_next(rows)) {
        record_read(rows, k->resource->record, row, w->arena);
        bool all = true;
        for (size_t i = 0; i < want.count && all; i++)
            all = fits(k, row, &want.items[i], w->arena);
        if (all)
            n += what == HEADS ? heads_of(k, row) : what == CONTACTS ? contacts_of(row, pairs_get(&want, "contacted"), w->arena) : what == PERSONS ? is_new_person(&seen, row) : 1;
    }
    return n;
}

static size_t check_table(struct world *w, const struct table *t)
{
    size_t checked = 0;
    for (size_t i = 0; i < t->row_count; i++)
        for (size_t k = 0; k < t->column_count; k++) {
            const struct cell *c = &t->rows[i].cells[k];
            if (c->kind != CELL_INT || !c->drill || c->delta || !kind_behind(c->drill))
                continue;
            bool heads = t->rows[i].key && !strncmp(t->rows[i].key, "training.participants", 21);
            bool contacts = t->rows[i].key && !strcmp(t->rows[i].key, "consultation.contacts");
            long long naive = recount(w, c->drill, heads ? HEADS : contacts ? CONTACTS : RECORDS);
            if (c->number != naive)
                fail_msg("%s row %s column %s says %lld, the records behind %s are %lld", t->id, t->rows[i].key, t->columns[k].key, c->number,
                         c->drill, naive);
            checked++;
        }
    return checked;
}

static const struct row *row_of(const struct table *t, const char *key)
{
    for (size_t i = 0; i < t->row_count; i++)
        if (t->rows[i].key && !strcmp(t->rows[i].key, key))
            return &t->rows[i];
    return NULL;
}

/* 実人数 opens no list of its own: the distinct persons of the cases which the line of the same basis opens. */
static size_t check_persons(struct world *w, const struct table *t)
{
    const struct row *persons = row_of(t, "consultation.unique_persons");
    if (!persons)
        return 0;
    const struct row *cases = row_of(t, strcmp(t->basis.population, "介護保険対象者のみ") ? "consultation.cases" : "consultation.cases.ltci");
    assert_non_null(cases);
    size_t checked = 0;
    for (size_t k = 0; k < t->column_count; k++) {
        if (persons->cells[k].kind != CELL_INT)
            continue;
        long long naive = recount(w, cases->cells[k].drill, PERSONS);
        if (persons->cells[k].number != naive)
            fail_msg("%s persons of column %s are %lld, the records behind %s have %lld", t->id, t->columns[k].key, persons->cells[k].number,
                     cases->cells[k].drill, naive);
        checked++;
    }
    return checked;
}

static size_t check_reports(struct world *w, const char *area, const char *period_text)
{
    size_t checked = 0;
    struct period period;
    assert_true(period_parse(period_text, &period));
    unsigned bit = period.kind == PERIOD_YEAR ? REPORT_BY_YEAR : period.kind == PERIOD_TRIMESTER ? REPORT_BY_TRIMESTER : REPORT_BY_MONTH;
    for (const struct feature *const *f = features; *f; f++)
        for (size_t i = 0; i < (*f)->report_count; i++) {
            if (!((*f)->reports[i].periods & bit))
                continue;
            auto_arena *a = arena_new();
            struct report_query q = {.db = world_db(w), .arena = a, .scope = SCOPE_EVERYTHING, .period = period};
            assert_true(report_area_in_scope(q.db, &q.scope, area, a, &q.area, &w->err));
            struct table *t;
            assert_true((*f)->reports[i].build(&q, &t, &w->err));
            checked += check_table(w, t) + check_persons(w, t);
        }
    return checked;
}

static int begin(void **state)
{
    if (world_begin(state))
        return -1;
    struct world *w = *state;
    return app_migrate(w->store, features, &w->err) ? 0 : -1;
}

static bool fold(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return tally_fold(db, err);
}

static void every_figure_equals_a_recount_of_the_records_it_opens(void **state)
{
    struct world *w = *state;
    struct history *h = calloc(1, sizeof *h);
    assert_non_null(h);
    const char *seed = getenv("RENKEI_SEED");
    *h = (struct history){.w = w, .dice = {seed ? strtoull(seed, NULL, 10) : (uint64_t)now_ms()}};
    print_message("RENKEI_SEED=%llu\n", (unsigned long long)h->dice.state);
    for (int i = 0; i < SAVES; i++)
        save_one(h);
    size_t checked = check_reports(w, "271004", "FY2024") + check_reports(w, "271276", "FY2023") + check_reports(w, "271284", "FY2024-T1") +
                     check_reports(w, "271209", "2024-06");
    /* Again with nothing waiting: a city's figures are read from rows of their own then. */
    assert_true(store_write(w->store, fold, NULL, &w->err));
    checked += check_reports(w, "271004", "FY2024") + check_reports(w, "271004", "FY2023") + check_reports(w, "271004", "FY2024-T2") +
               check_reports(w, "271004", "2024-11");
    free(h);
    assert_true(checked > 3000);
}

int main(void)
{
    const struct CMUnitTest specs[] = {
        cmocka_unit_test_setup_teardown(every_figure_equals_a_recount_of_the_records_it_opens, begin, world_end),
    };
    return cmocka_run_group_tests(specs, NULL, NULL);
}
