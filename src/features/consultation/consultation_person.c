#include "features/consultation/consultation_person.h"

#include <stdlib.h>
#include <string.h>

/* What places a case among the person's. */
struct sheet {
    const char *id, *received_at, *patient_id;
    bool ltci;
    const char *visit_kind, *within, *within_ltci; /* as stored */
};
struct sheets {
    struct sheet *items;
    size_t count;
};

static bool is_case(const struct consultation *c)
{
    return !strcmp(c->subject_kind, "individual_case");
}

static bool is_ltci(const struct consultation *c)
{
    return !strcmp(c->is_ltci_subject, "yes");
}

static int by_day(const void *x, const void *y)
{
    const struct sheet *a = x, *b = y;
    int order = strcmp(a->received_at, b->received_at);
    return order ? order : strcmp(a->id, b->id);
}

/* The person's standing cases of the year in the order of their days. */
static bool read_sheets(struct db *db, const char *person_key, long year, struct arena *a, struct sheets *ret, struct err *err)
{
    *ret = (struct sheets){0};
    auto_rows *rows = db_query(db, a, err,
                               "SELECT id, received_at, patient_id, is_ltci_subject, visit_kind, repeat_within, repeat_within_ltci"
                               " FROM consultation WHERE person_key = $1 AND fiscal_year = $2 AND deleted_at = ''"
                               " AND subject_kind = 'individual_case'",
                               TEXT(person_key), INT(year));
    for (size_t room = 0; rows && rows_next(rows);) {
        if (ret->count == room) {
            struct sheet *more = NEW_ARRAY(a, room = room * 2 + 8, struct sheet);
            if (ret->count)
                memcpy(more, ret->items, ret->count * sizeof *more);
            ret->items = more;
        }
        ret->items[ret->count++] = (struct sheet){rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2), !strcmp(rows_text(rows, 3), "yes"),
                                                  rows_text(rows, 4), rows_text(rows, 5), rows_text(rows, 6)};
    }
    if (ret->count > 1)
        qsort(ret->items, ret->count, sizeof *ret->items, by_day);
    return rows && !rows_failed(rows);
}

static int trimester_at(const char *received_at)
{
    return trimester((struct date){2000, atoi(received_at + strlen("2024-")), 1});
}

/* The smallest period that holds both the sheet and the one before it, of the same fiscal year; "" without one before. */
static const char *shared_period(const struct sheet *s, const struct sheet *before)
{
    if (!before)
        return "";
    if (!strncmp(s->received_at, before->received_at, strlen("2024-11")))
        return "month";
    return trimester_at(s->received_at) == trimester_at(before->received_at) ? "trimester" : "year";
}

struct place {
    const char *visit_kind, *within, *within_ltci;
};

/* The last sheets before the one whose turn it is. */
struct walk {
    const struct sheet *any, *ltci, *named;
};

/* Without a person a sheet that names an earlier one continues it: its own kind is left alone here. */
static struct place place_of(const struct sheet *s, const struct walk *w)
{
    return (struct place){!*s->patient_id ? s->visit_kind : w->named ? "continuing" : "new", shared_period(s, w->any),
                          s->ltci ? shared_period(s, w->ltci) : ""};
}

static void walk_on(struct walk *w, const struct sheet *s)
{
    w->any = s;
    if (s->ltci)
        w->ltci = s;
    if (*s->patient_id)
        w->named = s;
}

static bool fits(const struct sheet *s, const struct place *p)
{
    return !strcmp(s->visit_kind, p->visit_kind) && !strcmp(s->within, p->within) && !strcmp(s->within_ltci, p->within_ltci);
}

static void take_place(struct consultation *c, const struct place *p)
{
    c->visit_kind = p->visit_kind;
    c->repeat_within = p->within;
    c->repeat_within_ltci = p->within_ltci;
}

/* -- the sheet being saved ------------------------------------------------------------------------------------------------ */

/* What other sheets' saves wrote on this one since it was read. */
static bool read_stored(struct db *db, const char *id, struct arena *a, struct place *ret, struct err *err)
{
    auto_rows *rows = db_query(db, a, err, "SELECT visit_kind, repeat_within, repeat_within_ltci FROM consultation WHERE id = $1", TEXT(id));
    if (!rows || !rows_next(rows))
        return rows && !rows_failed(rows) && err_set(err, ERR_NOT_FOUND, "record.not_found", "id=%s", id);
    *ret = (struct place){rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2)};
    return true;
}

static bool is_placed(const struct consultation *c, const struct place *p)
{
    return !strcmp(c->visit_kind, p->visit_kind) && !strcmp(c->repeat_within, p->within) && !strcmp(c->repeat_within_ltci, p->within_ltci);
}

static bool refresh_old(struct db *db, struct save *s, struct err *err)
{
    const struct consultation *old = s->old;
    struct place stored = {"", "", ""};
    if (!old || !is_case(old))
        return true;
    if (!read_stored(db, old->head.id, s->arena, &stored, err))
        return false;
    if (is_placed(old, &stored))
        return true;
    struct consultation *now = NEW(s->arena, struct consultation);
    *now = *old;
    take_place(now, &stored);
    s->old = now;
    return true;
}

bool person_place(struct db *db, struct save *s, struct err *err)
{
    struct consultation *c = s->row;
    struct sheets all;
    take_place(c, &(struct place){!is_case(c) ? "" : *c->previous_id ? "continuing" : "new", "", ""});
    if (!refresh_old(db, s, err))
        return false;
    s->others_stay = !s->old;
    if (!is_case(c))
        return true;
    if (!read_sheets(db, c->person_key, c->fiscal_year, s->arena, &all, err))
        return false;
    const struct sheet own = {c->head.id, c->received_at, c->patient_id, is_ltci(c), c->visit_kind, "", ""};
    struct walk w = {0};
    bool is_last = true;
    for (size_t i = 0; i < all.count; i++) {
        if (!strcmp(all.items[i].id, own.id))
            continue;
        is_last = by_day(&all.items[i], &own) < 0;
        if (is_last)
            walk_on(&w, &all.items[i]);
    }
    const struct place p = place_of(&own, &w);
    take_place(c, &p);
    s->others_stay = s->others_stay && is_last;
    return true;
}

/* -- the person's other sheets -------------------------------------------------------------------------------------------- */

static bool correct_sheet(struct db *db, const char *id, const struct place *p, struct arena *a, struct err *err)
{
    struct consultation c = {0};
    struct facts before, after;
    struct scope everything = SCOPE_EVERYTHING;
    if (!record_find(db, &consultation_record, &everything, id, &c, a, err))
        return false;
    facts_init(&before, a);
    facts_init(&after, a);
    consultation_facts(&c, &before);
    take_place(&c, p);
    consultation_facts(&c, &after);
    return db_post(db, err, "UPDATE consultation SET visit_kind = $2, repeat_within = $3, repeat_within_ltci = $4 WHERE id = $1", TEXT(id),
                   TEXT(p->visit_kind), TEXT(p->within), TEXT(p->within_ltci)) &&
           tally_apply(db, c.head.office_id, c.head.area_code, &before, &after, err);
}

static bool correct_year(struct db *db, const char *person_key, long year, struct arena *a, struct err *err)
{
    struct sheets all;
    if (!read_sheets(db, person_key, year, a, &all, err))
        return false;
    struct walk w = {0};
    for (size_t i = 0; i < all.count; i++) {
        const struct sheet *s = &all.items[i];
        const struct place p = place_of(s, &w);
        if (!fits(s, &p) && !correct_sheet(db, s->id, &p, a, err))
            return false;
        walk_on(&w, s);
    }
    return true;
}

static bool is_elsewhere(const struct consultation *old, const struct consultation *c)
{
    return strcmp(old->person_key, c->person_key) != 0 || old->fiscal_year != c->fiscal_year;
}

static bool moves_others(const struct save *s)
{
    const struct consultation *c = s->row, *old = s->old;
    return !old || s->is_delete || s->is_undelete || is_elsewhere(old, c) || strcmp(old->received_at, c->received_at) != 0
        || strcmp(old->subject_kind, c->subject_kind) != 0 || is_ltci(old) != is_ltci(c) || !*old->patient_id != !*c->patient_id;
}

/* A deleted sheet went with what the caller had read of it; what it was counted as stands in the table. */
static bool settle_deleted(struct db *db, const struct save *s, struct err *err)
{
    struct save stored = *s;
    struct facts read, counted;
    if (!s->is_delete || !refresh_old(db, &stored, err))
        return !s->is_delete;
    const struct consultation *c = s->old;
    if (stored.old == s->old)
        return true;
    facts_init(&read, s->arena);
    facts_init(&counted, s->arena);
    consultation_facts(c, &read);
    consultation_facts(stored.old, &counted);
    return tally_apply(db, c->head.office_id, c->head.area_code, &counted, &read, err);
}

bool person_correct(struct db *db, const struct save *s, struct err *err)
{
    const struct consultation *c = s->row, *old = s->old;
    if (!settle_deleted(db, s, err))
        return false;
    if (s->others_stay || !moves_others(s))
        return true;
    if (old && is_elsewhere(old, c) && !correct_year(db, old->person_key, old->fiscal_year, s->arena, err))
        return false;
    return correct_year(db, c->person_key, c->fiscal_year, s->arena, err);
}
