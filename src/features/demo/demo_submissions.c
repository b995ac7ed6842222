/* demo_submissions.c -- the monthly and trimester forms on their way to the city. */
#include "base/count.h"
#include "features/account/account.h"
#include "features/demo/demo_world.h"
#include "features/submission/submission.h"

#include <string.h>

struct one {
    struct demo_world *w;
    const struct demo_room *room;
    const struct submission_form *form;
    struct period period;
    enum submission_state until;
    const char *submitted_on;
    struct arena *arena;
};

static bool freeze(struct db *db, const struct one *o, const char **ret_frozen, struct err *err)
{
    struct report_query q = {.db = db, .arena = o->arena, .scope = SCOPE_EVERYTHING, .office_id = o->room->office.id, .period = o->period};
    struct table *t;
    if (!report_area_in_scope(db, &q.scope, o->room->office.area_code, o->arena, &q.area, err) || !o->form->build(&q, &t, err))
        return false;
    *ret_frozen = frozen_write(t, o->arena);
    return true;
}

static bool write_one(struct db *db, struct one *o, struct err *err)
{
    struct scope all = SCOPE_EVERYTHING;
    struct submission s;
    const char *period = period_id(o->arena, o->period), *frozen;
    if (!submission_find(db, &all, o->room->office.id, o->form->number, period, o->arena, &s, err) || !freeze(db, o, &frozen, err))
        return false;
    s.area_code = o->room->office.area_code;
    const char *manager = demo_user_id(o->arena, ROLE_CONTRACTOR_MANAGER, s.area_code);
    const char *bureau = demo_user_id(o->arena, ROLE_HEALTH_BUREAU, "271004");
    static const struct {
        enum submission_step step;
        enum submission_state to;
    } way[] = {{STEP_CONFIRM, SUBMISSION_CONFIRMED}, {STEP_SUBMIT, SUBMISSION_SUBMITTED}, {STEP_RECEIVE, SUBMISSION_RECEIVED},
               {STEP_ACCEPT, SUBMISSION_ACCEPTED}};
    for (size_t i = 0; i < COUNT(way) && way[i].to <= o->until; i++) {
        if (way[i].to == SUBMISSION_RETURNED)
            continue;
        const char *who = way[i].step == STEP_CONFIRM ? manager : way[i].step == STEP_SUBMIT ? o->room->user_id : bureau;
        if (!submission_step(db, &s, way[i].step, who, way[i].step == STEP_SUBMIT ? o->form->delivery : "", o->submitted_on, frozen, o->arena,
                             err))
            return false;
    }
    return true;
}

/* Nearly everybody hands in two working days before the due day; a few are late. */
static const char *handed_in_on(struct one *o, struct chance *c)
{
    struct date due = submission_due_on(o->form, o->period);
    return date_iso(o->arena, date_add_days(due, chance_below(c, 14) ? -(int)chance_below(c, 3) : 4));
}

struct period_write {
    struct demo_world *w;
    const struct submission_form *form;
    struct period period;
    bool newest;
    struct chance chance; /* as it was before: a write may run again */
};

/* All rooms in one transaction: the demo is made on a first start, while somebody waits. */
static bool write_rooms(struct db *db, void *arg, struct err *err)
{
    struct period_write *pw = arg;
    struct chance chance = pw->chance;
    for (size_t i = 0; i < pw->w->room_count; i++) {
        const struct demo_room *room = &pw->w->rooms[i];
        bool first_room = !strcmp(room->office.area_code, "271276");
        bool slow = room->seq % 9 == 5 && pw->form->number > 4;
        if (pw->newest && (first_room || slow))
            continue;
        auto_arena *arena = arena_new();
        struct one o = {pw->w, room, pw->form, pw->period, pw->newest ? SUBMISSION_SUBMITTED : SUBMISSION_ACCEPTED, "", arena};
        o.submitted_on = pw->newest ? date_iso(arena, date_today()) : handed_in_on(&o, &chance);
        if (!write_one(db, &o, err))
            return false;
    }
    pw->w->chance = chance;
    return true;
}

static bool write_period(struct demo_world *w, const struct submission_form *form, struct period p, bool newest, struct err *err)
{
    struct period_write pw = {w, form, p, newest, w->chance};
    return store_write_alone(w->store, write_rooms, &pw, err);
}

bool demo_submissions(struct demo_world *w, struct err *err)
{
    struct period newest_month = period_before(period_of(PERIOD_MONTH, date_today()));
    for (size_t k = 0; k < submission_form_count; k++) {
        const struct submission_form *form = &submission_forms[k];
        struct period last = period_before(period_of(form->period, date_today()));
        for (struct period p = period_of(form->period, (struct date){2024, 4, 1}); date_compare(p.last, last.last) <= 0; p = period_after(p)) {
            bool newest = date_compare(p.last, last.last) == 0 && date_compare(newest_month.first, p.last) <= 0;
            if (!write_period(w, form, p, newest, err))
                return false;
        }
    }
    return true;
}
