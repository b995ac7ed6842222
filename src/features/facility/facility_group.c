#include "features/facility/facility_group.h"

#include "base/count.h"
#include "features/audience/audience.h"
#include "features/facility_local/facility_local.h"
#include "base/buf.h"
#include "store/search.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Texts and numbers that are filled.  Each statement sets one column, so that a blank one is given back as it was. */
#define AT(member) offsetof(struct facility, member)
static const struct {
    const char *field;
    size_t offset;
    const char *sql;
} texts[] = {
    {"kana", AT(kana), "UPDATE facility SET kana = $2 WHERE id = $1"},
    {"corporation", AT(corporation), "UPDATE facility SET corporation = $2 WHERE id = $1"},
    {"corporation_number", AT(corporation_number), "UPDATE facility SET corporation_number = $2 WHERE id = $1"},
    {"office_number", AT(office_number), "UPDATE facility SET office_number = $2 WHERE id = $1"},
    {"area_code", AT(area_code), "UPDATE facility SET area_code = $2 WHERE id = $1"},
    {"postal", AT(postal), "UPDATE facility SET postal = $2 WHERE id = $1"},
    {"address", AT(address), "UPDATE facility SET address = $2 WHERE id = $1"},
    {"building", AT(building), "UPDATE facility SET building = $2 WHERE id = $1"},
    {"phone", AT(phone), "UPDATE facility SET phone = $2 WHERE id = $1"},
    {"fax", AT(fax), "UPDATE facility SET fax = $2 WHERE id = $1"},
    {"url", AT(url), "UPDATE facility SET url = $2 WHERE id = $1"},
    {"days", AT(days), "UPDATE facility SET days = $2 WHERE id = $1"},
    {"note", AT(note), "UPDATE facility SET note = $2 WHERE id = $1"},
};
static const struct {
    const char *field;
    size_t offset, second; /* second: 0 without */
    const char *sql;
} numbers[] = {
    {"place", AT(latitude), AT(longitude), "UPDATE facility SET lat = $2, lng = $3 WHERE id = $1"},
    {"capacity", AT(capacity), 0, "UPDATE facility SET capacity = $2 WHERE id = $1"},
    {"beds", AT(beds), 0, "UPDATE facility SET beds = $2 WHERE id = $1"},
};

static const char *text_at(const struct facility *f, size_t offset)
{
    const char *const *text = (const void *)((const char *)f + offset);
    return *text ? *text : "";
}

static long number_at(const struct facility *f, size_t offset)
{
    return *(const long *)(const void *)((const char *)f + offset);
}

bool facility_match_state_is_known(const char *state)
{
    return !strcmp(state, "proposed") || !strcmp(state, "same") || !strcmp(state, "different") || !strcmp(state, "later");
}

/* Departments and services as published, where they are more than the one the entry is named by. */
static const char *service_words(struct db *db, const char *id, struct arena *a, struct err *err)
{
    auto_buf words = {0};
    auto_rows *r = db_query(db, NULL, err, "SELECT DISTINCT label FROM facility_service WHERE facility_id = $1 AND label <> code ORDER BY label", TEXT(id));
    while (rows_next(r))
        buf_printf(&words, "%s ", rows_text(r, 0));
    return rows_failed(r) ? NULL : arena_strdup(a, words.data);
}

static bool add_member_text(struct db *db, const struct audience *who, const char *id, struct arena *a, struct buf *open, struct buf *rest, struct err *err)
{
    struct facility f;
    struct facility_local l;
    const char *services = service_words(db, id, a, err);
    if (!services || !facility_find(db, id, a, &f, err) || !facility_local_find(db, id, a, &l, err))
        return false;
    audience_search_text(who, &f, &l, services, a, open, rest);
    return true;
}

bool facility_index(struct db *db, const char *shown_id, struct arena *a, struct err *err)
{
    const char **ids;
    size_t count;
    struct audience who;
    auto_buf open = {0}, rest = {0};
    if (!facility_member_ids(db, shown_id, a, &ids, &count, err) || !audience_open(db, AUDIENCE_INTERNAL, a, &who, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_member_text(db, &who, ids[i], a, &open, &rest, err))
            return false;
    const char *area = db_text(db, a, err, "SELECT area_code FROM facility WHERE id = $1", TEXT(shown_id));
    return area && search_put_parts(db, "facility", shown_id, area, open.size ? open.data : "", rest.size ? rest.data : "", err);
}

bool facility_index_new(struct db *db, const struct audience *who, const struct facility *f, struct arena *a, struct err *err)
{
    auto_buf open = {0}, rest = {0};
    audience_search_text(who, f, NULL, "", a, &open, &rest);
    return search_put_parts(db, "facility", f->id, f->area_code, open.size ? open.data : "", rest.size ? rest.data : "", err);
}

bool facility_fillings(struct db *db, const char *id, struct arena *a, struct facility_filling **ret, size_t *ret_count, struct err *err)
{
    struct facility_filling *list = NEW_ARRAY(a, COUNT(texts) + COUNT(numbers), struct facility_filling);
    *ret_count = 0;
    auto_rows *r = db_query(db, a, err,
                            "SELECT x.field, x.from_id, f.source FROM facility_filled x JOIN facility f ON f.id = x.from_id "
                            "WHERE x.facility_id = $1 ORDER BY x.field",
                            TEXT(id));
    while (r && *ret_count < COUNT(texts) + COUNT(numbers) && rows_next(r))
        list[(*ret_count)++] = (struct facility_filling){rows_text(r, 0), rows_text(r, 1), rows_text(r, 2)};
    *ret = list;
    return r && !rows_failed(r);
}

/* --- filling and giving back --- */

static bool set_number(struct db *db, size_t i, const char *id, long first, long second, struct err *err)
{
    struct value x = first == FIELD_BLANK ? NUL : INT(first), y = second == FIELD_BLANK ? NUL : INT(second);
    return (numbers[i].second ? db_run(db, err, numbers[i].sql, TEXT(id), x, y) : db_run(db, err, numbers[i].sql, TEXT(id), x)) == 1;
}

static bool blank(struct db *db, const char *id, const char *field, struct err *err)
{
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!strcmp(field, texts[i].field))
            return db_run(db, err, texts[i].sql, TEXT(id), TEXT("")) == 1;
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (!strcmp(field, numbers[i].field))
            return set_number(db, i, id, FIELD_BLANK, FIELD_BLANK, err);
    return err_set(err, ERR_BROKEN, "store.broken", "field=%s", field);
}

static bool give_back(struct db *db, const char *id, struct arena *a, struct err *err)
{
    struct facility_filling *list;
    size_t count;
    if (!facility_fillings(db, id, a, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!blank(db, id, list[i].field, err))
            return false;
    return db_run(db, err, "DELETE FROM facility_filled WHERE facility_id = $1", TEXT(id)) >= 0;
}

static bool tell_filled(struct db *db, const char *id, const char *field, const char *from, struct err *err)
{
    return db_run(db, err, "INSERT INTO facility_filled (facility_id, field, from_id) VALUES ($1, $2, $3)", TEXT(id), TEXT(field), TEXT(from)) == 1;
}

/* `f`: the members, the leading one first. */
static bool fill(struct db *db, const struct facility *f, size_t count, struct err *err)
{
    const char *id = f[0].id;
    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t k = *text_at(&f[0], texts[i].offset) ? count : 1; k < count; k++)
            if (*text_at(&f[k], texts[i].offset)) {
                if (db_run(db, err, texts[i].sql, TEXT(id), TEXT(text_at(&f[k], texts[i].offset))) != 1 ||
                    !tell_filled(db, id, texts[i].field, f[k].id, err))
                    return false;
                break;
            }
    for (size_t i = 0; i < COUNT(numbers); i++)
        for (size_t k = number_at(&f[0], numbers[i].offset) != FIELD_BLANK ? count : 1; k < count; k++)
            if (number_at(&f[k], numbers[i].offset) != FIELD_BLANK) {
                if (!set_number(db, i, id, number_at(&f[k], numbers[i].offset), number_at(&f[k], numbers[i].second), err) ||
                    !tell_filled(db, id, numbers[i].field, f[k].id, err))
                    return false;
                break;
            }
    return true;
}

/* --- groups --- */

/* Which source leads.  Source: README.md of this folder; what an office reports itself and completely comes first. */
static int rank_of(const char *source)
{
    static const char *const order[] = {"kaigo", "navii", "municipal-medical", "municipal-care", "kouseikyoku"};
    for (size_t i = 0; i < COUNT(order); i++)
        if (!strcmp(source, order[i]))
            return (int)i;
    return COUNT(order);
}

static int leading_first(const void *x, const void *y)
{
    const struct facility *a = x, *b = y;
    int by_source = rank_of(a->source) - rank_of(b->source);
    return by_source ? by_source : strcmp(a->id, b->id);
}

bool facility_leads(const struct facility *x, const struct facility *y)
{
    return leading_first(x, y) < 0;
}

static void blank_member(struct facility *f, const char *field)
{
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!strcmp(field, texts[i].field))
            *(const char **)(void *)((char *)f + texts[i].offset) = "";
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (!strcmp(field, numbers[i].field)) {
            *(long *)(void *)((char *)f + numbers[i].offset) = FIELD_BLANK;
            *(long *)(void *)((char *)f + (numbers[i].second ? numbers[i].second : numbers[i].offset)) = FIELD_BLANK;
        }
}

void facility_without(struct facility *f, const struct facility_filling *fillings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        blank_member(f, fillings[i].field);
}

bool facility_group_part(struct db *db, const char *id, struct arena *a, const char ***ret_ids, size_t *ret_count, struct err *err)
{
    if (!facility_member_ids(db, id, a, ret_ids, ret_count, err))
        return false;
    if (*ret_count < 2)
        return true;
    return give_back(db, (*ret_ids)[0], a, err) &&
           db_run(db, err, "UPDATE facility SET merged_into = '' WHERE merged_into <> '' AND merged_into = $1", TEXT((*ret_ids)[0])) >= 0;
}

static size_t index_of(const char *const *ids, size_t count, const char *id)
{
    size_t i = 0;
    while (i < count && strcmp(ids[i], id) != 0)
        i++;
    return i;
}

/* Gives every entry the number of its group: pairs decided as the same connect. */
static bool find_groups(struct db *db, const char *const *ids, size_t count, size_t *groups, struct arena *a, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        groups[i] = i;
    for (size_t i = 0; i < count; i++) {
        auto_rows *r = db_query(db, a, err, "SELECT other_id FROM facility_match WHERE facility_id = $1 AND state = 'same'", TEXT(ids[i]));
        if (!r)
            return false;
        while (rows_next(r)) {
            size_t k = index_of(ids, count, rows_text(r, 0));
            size_t from = k < count ? groups[k] : groups[i], to = groups[i];
            for (size_t n = 0; n < count; n++)
                groups[n] = groups[n] == from ? to : groups[n];
        }
        if (rows_failed(r))
            return false;
    }
    return true;
}

static bool join_group(struct db *db, struct facility *members, size_t count, struct arena *a, struct err *err)
{
    qsort(members, count, sizeof *members, leading_first);
    for (size_t i = 1; i < count; i++)
        if (db_run(db, err, "UPDATE facility SET merged_into = $2 WHERE id = $1", TEXT(members[i].id), TEXT(members[0].id)) != 1 ||
            !search_remove(db, "facility", members[i].id, err))
            return false;
    return fill(db, members, count, err) && facility_index(db, members[0].id, a, err);
}

bool facility_group_join(struct db *db, const char *const *ids, size_t count, struct arena *a, struct err *err)
{
    size_t *groups = NEW_ARRAY(a, count + 1, size_t);
    struct facility *members = NEW_ARRAY(a, count + 1, struct facility);
    if (!find_groups(db, ids, count, groups, a, err))
        return false;
    for (size_t g = 0; g < count; g++) {
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            if (groups[i] == g && !facility_find(db, ids[i], a, &members[n++], err))
                return false;
        if (n && !join_group(db, members, n, a, err))
            return false;
    }
    return true;
}

/* The entries of both sides, each once. */
static size_t together(const char **all, const char *const *x, size_t x_count, const char *const *y, size_t y_count)
{
    size_t n = 0;
    for (size_t i = 0; i < x_count; i++)
        all[n++] = x[i];
    for (size_t i = 0; i < y_count; i++)
        if (index_of(all, n, y[i]) == n)
            all[n++] = y[i];
    return n;
}

static bool set_state(struct db *db, const struct facility_decision *d, struct arena *a, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT state, state_before FROM facility_match WHERE facility_id = $1 AND other_id = $2", TEXT(d->facility_id),
                            TEXT(d->other_id));
    if (!r || !rows_next(r))
        return r && !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "facility.unknown_match", "pair");
    const char *state = rows_text(r, 0), *before = rows_text(r, 1);
    if ((*d->expected && strcmp(state, d->expected) != 0) || (!*d->state && !*before))
        return err_set(err, ERR_CONFLICT, "facility.match_changed", "state=%s", state);
    bool back = !*d->state, open = back && (!strcmp(before, "proposed"));
    return db_run(db, err,
                  "UPDATE facility_match SET state = $3, state_before = $4, decided_at = $5, decided_by = $6 WHERE facility_id = $1 AND other_id = $2",
                  TEXT(d->facility_id), TEXT(d->other_id), TEXT(back ? before : d->state), TEXT(back ? "" : state), TEXT(open ? "" : d->now),
                  TEXT(open ? "" : d->user_id)) == 1;
}

bool facility_decide(struct db *db, const struct facility_decision *d, struct arena *a, struct err *err)
{
    const char **x, **y;
    size_t x_count, y_count;
    if (!set_state(db, d, a, err) || !facility_group_part(db, d->facility_id, a, &x, &x_count, err) ||
        !facility_group_part(db, d->other_id, a, &y, &y_count, err))
        return false;
    /* Entries that were one group: the first parting parted both. */
    const char **all = NEW_ARRAY(a, x_count + y_count + 1, const char *);
    size_t count = together(all, x, x_count, y, y_count);
    return facility_group_join(db, all, count, a, err) && facility_corrections_apply(db, err);
}
