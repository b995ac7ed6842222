/* directory_open.c -- whether an entry is open at a moment, from published hours.
 *
 * A day without times is unknown, not closed.  The emergency department (09010) runs all day and is no outpatient hour; reception hours
 * are not opening hours.  facility_opening says which weeks of the month are closed.  Source: formats.md B1, B2. */
#include "features/directory/directory_inside.h"

#include <string.h>

int directory_day(struct date d)
{
    return date_is_holiday(d) ? 7 : (date_weekday(d) + 6) % 7;
}

static int week_of_month(struct date d)
{
    return (d.day - 1) / 7 + 1;
}

/* `?` five times: day, minute, minute, the day before, minute of the day before. */
#define IS_OPEN_HOURS " h.is_reception = 0 AND h.speciality_code <> '09010' AND ((h.day = ? AND h.opens <= ? AND h.closes > ?) OR (h.day = ? AND h.closes > ?)) "

static void add_hours(struct query *q, struct directory_moment at)
{
    int before = directory_day(date_add_days(at.day, -1)), day = directory_day(at.day);
    query_add(q,
              " AND (EXISTS (SELECT 1 FROM facility_hours h WHERE h.facility_id = c.id AND" IS_OPEN_HOURS ") OR EXISTS (SELECT 1 FROM facility m"
              " JOIN facility_hours h ON h.facility_id = m.id WHERE m.merged_into <> '' AND m.merged_into = c.id AND" IS_OPEN_HOURS
              ") OR EXISTS (SELECT 1 FROM facility_local l WHERE l.id = c.id AND l.deleted_at = '' AND l.round_the_clock = 'yes'))",
              INT(day), INT(at.minute), INT(at.minute), INT(before), INT(at.minute + 1440), INT(day), INT(at.minute), INT(at.minute), INT(before),
              INT(at.minute + 1440));
}

/* Any time of the day: hours that day, or a day the office says it can be used on. */
static void add_day(struct query *q, struct date day)
{
    static const char *const used[] = {"weekday", "weekday", "weekday", "weekday", "weekday", "saturday", "sunday", "holiday"};
    int n = directory_day(day);
    query_add(q,
              " AND (EXISTS (SELECT 1 FROM facility_hours h WHERE h.facility_id = c.id AND h.is_reception = 0 AND h.speciality_code <> '09010'"
              " AND h.day = ?) OR EXISTS (SELECT 1 FROM facility m JOIN facility_hours h ON h.facility_id = m.id WHERE m.merged_into <> ''"
              " AND m.merged_into = c.id AND h.is_reception = 0 AND h.speciality_code <> '09010' AND h.day = ?)"
              " OR ' ' || (SELECT f.days FROM facility f WHERE f.id = c.id) || ' ' LIKE '% ' || ? || ' %')",
              INT(n), INT(n), TEXT(used[n]));
}

void directory_add_open(struct query *q, struct directory_moment at)
{
    if (at.minute < 0)
        add_day(q, at.day);
    else
        add_hours(q, at);
    query_add(q,
              " AND NOT EXISTS (SELECT 1 FROM facility_opening o WHERE o.facility_id = c.id AND o.day = ? AND o.week IN (0, ?) AND o.is_open = 0)",
              INT(directory_day(at.day)), INT(week_of_month(at.day)));
}

static struct opening *opening_of(struct opening *items, size_t count, const struct member *members, size_t member_count, const char *id)
{
    const char *shown = "";
    for (size_t i = 0; i < member_count; i++)
        if (!strcmp(members[i].id, id))
            shown = members[i].shown;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(items[i].id, shown))
            return &items[i];
    return NULL;
}

/* Hours of the day (and what goes on from the day before) make it open or closed; the latest end that holds the moment counts. */
static void take_hours(struct opening *o, bool day_before, int opens, int closes, int minute)
{
    int at = minute + (day_before ? 1440 : 0);
    bool open = opens <= at && closes > at;
    if (open) {
        int end = closes - (day_before ? 1440 : 0);
        o->state = DIRECTORY_OPEN;
        o->closes = end > o->closes ? end : o->closes;
    } else if (!day_before && o->state == DIRECTORY_UNKNOWN) {
        o->state = DIRECTORY_CLOSED;
    }
}

struct many {
    struct opening *items;
    size_t count;
    const struct member *members;
    size_t member_count;
    const char **ids; /* of the members */
};

static bool read_hours(struct db *db, struct directory_moment at, const struct many *m, struct arena *a, struct err *err)
{
    int day = directory_day(at.day), before = directory_day(date_add_days(at.day, -1));
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT h.facility_id, h.day, h.opens, h.closes FROM facility_hours h WHERE h.is_reception = 0 AND h.speciality_code <> '09010'"
                  " AND h.day IN (?, ?) AND h.facility_id IN ", INT(day), INT(before));
    directory_add_ids(&q, m->ids, m->member_count);
    auto_rows *r = query_run(&q, db, NULL, err);
    while (rows_next(r)) {
        struct opening *o = opening_of(m->items, m->count, m->members, m->member_count, rows_text(r, 0));
        int opens = (int)rows_int(r, 2), closes = (int)rows_int(r, 3);
        if (o && rows_int(r, 1) == day)
            take_hours(o, false, opens, closes, at.minute);
        if (o && rows_int(r, 1) == before)
            take_hours(o, true, opens, closes, at.minute);
    }
    return !rows_failed(r);
}

static bool read_closings(struct db *db, struct directory_moment at, const struct many *m, struct arena *a, struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT o.facility_id FROM facility_opening o WHERE o.day = ? AND o.week IN (0, ?) AND o.is_open = 0 AND o.facility_id IN ",
              INT(directory_day(at.day)), INT(week_of_month(at.day)));
    directory_add_ids(&q, m->ids, m->member_count);
    auto_rows *r = query_run(&q, db, NULL, err);
    while (rows_next(r)) {
        struct opening *o = opening_of(m->items, m->count, m->members, m->member_count, rows_text(r, 0));
        if (o)
            *o = (struct opening){o->id, DIRECTORY_CLOSED, -1};
    }
    return !rows_failed(r);
}

enum { AT_ONCE = 24 }; /* entries of one statement, their members with them */

static bool states_of_some(struct db *db, struct directory_moment at, struct opening *items, size_t count, struct arena *a, struct err *err)
{
    struct member members[AT_ONCE + 10];
    const char *ids[AT_ONCE + 10];
    struct many m = {.items = items, .count = count, .members = members, .ids = ids};
    for (size_t i = 0; i < count; i++)
        ids[i] = items[i].id;
    if (!directory_members(db, ids, count, members, AT_ONCE + 10, &m.member_count, a, err))
        return false;
    for (size_t i = 0; i < m.member_count; i++)
        ids[i] = members[i].id;
    return read_hours(db, at, &m, a, err) && read_closings(db, at, &m, a, err);
}

bool directory_states(struct db *db, struct directory_moment at, struct opening *items, size_t count, struct arena *a, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        items[i].state = DIRECTORY_UNKNOWN;
        items[i].closes = -1;
    }
    for (size_t i = 0; at.minute >= 0 && i < count; i += AT_ONCE)
        if (!states_of_some(db, at, items + i, count - i < AT_ONCE ? count - i : AT_ONCE, a, err))
            return false;
    return true;
}
