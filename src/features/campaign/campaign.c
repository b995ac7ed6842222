#include "features/campaign/campaign.h"

#include "base/count.h"
#include "base/id.h"
#include "features/area/area.h"
#include "features/campaign/campaign_edition.h"

#include <string.h>

enum { ENTRIES_MOST = 3000, ANSWERS_MOST = 40, FRESH_DAYS = 365 };

#define CAMPAIGN_COLUMNS "c.id, c.title, c.office_id, c.area_code, c.service_code, c.closes_on, c.created_at, c.created_by, c.published_on, c.note, c.edition"

static struct campaign read_campaign(const struct rows *r, struct arena *a)
{
    struct campaign c = {.edition = (long)rows_int(r, 10)};
    const char **texts[] = {&c.id, &c.title, &c.office_id, &c.area_code, &c.service_code, &c.closes_on, &c.created_at, &c.created_by, &c.published_on, &c.note};
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = arena_strdup(a, rows_text(r, (int)i));
    return c;
}

bool campaign_find(struct db *db, const char *id, struct arena *a, struct campaign *ret_campaign, struct err *err)
{
    auto_rows *r = db_query(db, NULL, err, "SELECT " CAMPAIGN_COLUMNS " FROM campaign c WHERE c.id = $1", TEXT(id));
    if (!r)
        return false;
    if (!rows_next(r))
        return !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "campaign.unknown", "id=%s", id);
    *ret_campaign = read_campaign(r, a);
    return true;
}

#define ENTRY_COLUMNS \
    "c.id, c.campaign_id, c.facility_id, c.state, c.channel, c.sent_at, c.opened_at, c.answered_at, c.reminded_at, c.decided_at, c.decided_by, c.remark, " \
    "c.confirmed_before, c.reminded_count"

bool campaign_entry_find(struct db *db, const char *id, struct arena *a, struct campaign_entry *ret_entry, struct err *err)
{
    auto_rows *r = db_query(db, NULL, err, "SELECT " ENTRY_COLUMNS " FROM campaign_entry c WHERE c.id = $1", TEXT(id));
    if (!r)
        return false;
    if (!rows_next(r))
        return !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "campaign.unknown", "entry=%s", id);
    struct campaign_entry e = {.reminded_count = (long)rows_int(r, 13)};
    const char **texts[] = {&e.id, &e.campaign_id, &e.facility_id, &e.state, &e.channel, &e.sent_at, &e.opened_at, &e.answered_at, &e.reminded_at,
                            &e.decided_at, &e.decided_by, &e.remark, &e.confirmed_before};
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = arena_strdup(a, rows_text(r, (int)i));
    *ret_entry = e;
    return true;
}

bool campaign_answers(struct db *db, const char *entry_id, struct arena *a, struct campaign_answer **ret_answers, size_t *ret_count, struct err *err)
{
    *ret_answers = NEW_ARRAY(a, ANSWERS_MOST, struct campaign_answer);
    *ret_count = 0;
    auto_rows *r = db_query(db, a, err, "SELECT field, old_value, new_value, verdict FROM campaign_answer WHERE entry_id = $1 ORDER BY position LIMIT 40",
                            TEXT(entry_id));
    while (r && *ret_count < ANSWERS_MOST && rows_next(r))
        (*ret_answers)[(*ret_count)++] = (struct campaign_answer){rows_text(r, 0), rows_text(r, 1), rows_text(r, 2), rows_text(r, 3)};
    return r && !rows_failed(r);
}

/* ---- choosing ---- */

static bool is_recent(struct db *db, const char *facility_id, const char *since, struct err *err)
{
    return db_int(db, err, 0, "SELECT 1 FROM facility_local WHERE id = $1 AND deleted_at = '' AND confirmed_on >= $2", TEXT(facility_id), TEXT(since));
}

static const char *a_year_ago(struct arena *a)
{
    return date_iso(a, date_add_days(date_today(), -FRESH_DAYS));
}

bool campaign_create(struct db *db, const struct campaign *c, const struct campaign_choice *choice, struct arena *a, struct err *err)
{
    struct facility_filter filter = {.words = choice->words, .area_code = c->area_code, .service_code = c->service_code, .near_path = "", .limit = ENTRIES_MOST};
    struct facility *list;
    size_t count, chosen = 0;
    long long total;
    const char *since = a_year_ago(a);
    struct err failed = {0};
    if (!facility_list(db, &filter, a, &list, &count, &total, err))
        return false;
    if (total > ENTRIES_MOST)
        return err_set(err, ERR_INPUT, "campaign.too_many", "total=%lld", total);
    if (db_run(db, err,
               "INSERT INTO campaign (id, title, office_id, area_code, service_code, closes_on, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
               TEXT(c->id), TEXT(c->title), TEXT(c->office_id), TEXT(c->area_code), TEXT(c->service_code), TEXT(c->closes_on), TEXT(now_utc(a)),
               TEXT(c->created_by)) < 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!list[i].is_listed || (choice->unconfirmed_only && is_recent(db, list[i].id, since, &failed)))
            continue;
        if (db_run(db, err, "INSERT INTO campaign_entry (id, campaign_id, facility_id) VALUES ($1, $2, $3)", TEXT(id_new(a)), TEXT(c->id), TEXT(list[i].id)) < 0)
            return false;
        chosen++;
    }
    if (failed.kind)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    return chosen || err_set(err, ERR_INPUT, "campaign.empty", "nothing chosen");
}

/* ---- the local facts ---- */

/* The row to be saved: the standing one (a deleted one comes back), or a new one of this office. */
static bool load_local(struct db *db, const char *facility_id, const char *office_id, struct arena *a, struct facility_local *l, struct err *err)
{
    struct err failed = {0};
    if (db_int(db, &failed, 0, "SELECT 1 FROM facility_local WHERE id = $1 AND deleted_at <> ''", TEXT(facility_id)) &&
        !record_undelete(db, &facility_local_record, facility_id, "", a, err))
        return false;
    if (failed.kind)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    if (!facility_local_find(db, facility_id, a, l, err))
        return false;
    if (!*l->head.id) {
        l->head.id = facility_id;
        l->head.office_id = office_id;
    }
    return true;
}

static bool save_local(struct db *db, const struct facility_local *l, const char *user_id, struct arena *a, struct err *err)
{
    struct facility_local row = *l;
    struct save save = {.resource = &facility_local_resource, .row = &row, .arena = a};
    return resource_save(db, &save, user_id, err);
}

static bool set_confirmed(struct db *db, const struct campaign_entry *e, const char *day, const char *user_id, struct arena *a, struct err *err)
{
    struct campaign c;
    struct facility_local l;
    if (!campaign_find(db, e->campaign_id, a, &c, err) || !load_local(db, e->facility_id, c.office_id, a, &l, err))
        return false;
    l.confirmed_on = day;
    return save_local(db, &l, user_id, a, err);
}

/* ---- answers ---- */

static bool keep_answers(struct db *db, const char *entry_id, const struct campaign_answer *answers, size_t count, struct err *err)
{
    if (db_run(db, err, "DELETE FROM campaign_answer WHERE entry_id = $1", TEXT(entry_id)) < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (db_run(db, err, "INSERT INTO campaign_answer (entry_id, field, position, old_value, new_value) VALUES ($1, $2, $3, $4, $5)", TEXT(entry_id),
                   TEXT(answers[i].field), INT((long long)i), TEXT(answers[i].old_value), TEXT(answers[i].new_value)) < 0)
            return false;
    return true;
}

static bool is_confirmed_state(const struct campaign_entry *e)
{
    return !strcmp(e->state, "confirmed");
}

bool campaign_answer_keep(struct db *db, const struct campaign_entry *e, const struct campaign_answer *answers, size_t count, const char *remark,
                          struct arena *a, struct err *err)
{
    struct facility_local l;
    bool confirmed = !count && !*remark;
    if (!facility_local_find(db, e->facility_id, a, &l, err))
        return false;
    const char *before = is_confirmed_state(e) ? e->confirmed_before : l.confirmed_on;
    long long changed = db_run(db, err,
                               "UPDATE campaign_entry SET state = $2, answered_at = $3, remark = $4, confirmed_before = $5 WHERE id = $1 AND state <> 'approved'",
                               TEXT(e->id), TEXT(confirmed ? "confirmed" : "corrected"), TEXT(now_utc(a)), TEXT(remark), TEXT(before));
    if (changed == 0)
        return err_set(err, ERR_CONFLICT, "campaign.decided", "entry=%s", e->id);
    return changed > 0 && keep_answers(db, e->id, answers, count, err) &&
           (!confirmed || set_confirmed(db, e, date_iso(a, date_today()), "", a, err));
}

bool campaign_answer_undo(struct db *db, const struct campaign_entry *e, struct arena *a, struct err *err)
{
    long long changed = db_run(db, err,
                               "UPDATE campaign_entry SET state = 'opened', answered_at = '', remark = '' WHERE id = $1 AND state IN ('confirmed', 'corrected')",
                               TEXT(e->id));
    if (changed == 0)
        return err_set(err, ERR_CONFLICT, "campaign.decided", "entry=%s", e->id);
    return changed > 0 && keep_answers(db, e->id, NULL, 0, err) && (!is_confirmed_state(e) || set_confirmed(db, e, e->confirmed_before, "", a, err));
}

/* ---- deciding ---- */

static bool apply_answer(struct db *db, const struct campaign_entry *e, const struct campaign_answer *answer, struct facility_local *l, const char *user_id,
                         struct arena *a, struct err *err)
{
    if (field_find(&facility_corrected_set, answer->field))
        return facility_correct(db, e->facility_id, answer->field, answer->new_value, user_id, a, err);
    const struct field *f = field_find(&facility_local_set, answer->field);
    if (f)
        field_set_text(f, l, answer->new_value, a);
    return true;
}

bool campaign_decide(struct db *db, const struct campaign *c, const struct campaign_entry *e, const struct campaign_answer *answers, size_t count,
                     const char *user_id, struct arena *a, struct err *err)
{
    struct facility_local l;
    long long changed = db_run(db, err, "UPDATE campaign_entry SET state = 'approved', decided_at = $2, decided_by = $3 WHERE id = $1 AND state = 'corrected' AND answered_at = $4",
                               TEXT(e->id), TEXT(now_utc(a)), TEXT(user_id), TEXT(e->answered_at));
    if (changed == 0)
        return err_set(err, ERR_CONFLICT, "campaign.decided", "entry=%s", e->id);
    if (changed < 0 || !load_local(db, e->facility_id, c->office_id, a, &l, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (db_run(db, err, "UPDATE campaign_answer SET verdict = $3 WHERE entry_id = $1 AND field = $2", TEXT(e->id), TEXT(answers[i].field),
                   TEXT(answers[i].verdict)) < 0 ||
            (!strcmp(answers[i].verdict, "approved") && !apply_answer(db, e, &answers[i], &l, user_id, a, err)))
            return false;
    l.confirmed_on = date_iso(a, date_today());
    return save_local(db, &l, user_id, a, err);
}

bool campaign_publish(struct db *db, const char *id, const char *note, const char *user_id, struct arena *a, struct err *err)
{
    long long changed = db_run(db, err,
                               "UPDATE campaign SET edition = (SELECT COALESCE(MAX(edition), 0) + 1 FROM campaign), published_on = $2, note = $3, published_by = $4 "
                               "WHERE id = $1 AND edition = 0",
                               TEXT(id), TEXT(date_iso(a, date_today())), TEXT(note), TEXT(user_id));
    struct campaign c;
    if (changed == 0)
        return err_set(err, ERR_CONFLICT, "campaign.published", "id=%s", id);
    return changed > 0 && campaign_find(db, id, a, &c, err) && campaign_edition_keep(db, &c, a, err);
}

bool campaign_freshness(struct db *db, const char *area_path, struct date on, struct arena *a, long long *ret_all, long long *ret_confirmed, struct err *err)
{
    const char *since = date_iso(a, date_add_days(on, -FRESH_DAYS)), *until = date_iso(a, on);
    *ret_all = db_int(db, err, 0,
                      "SELECT COUNT(*) FROM facility c WHERE c.is_listed = 1 AND" FACILITY_IS_SHOWN("c") "AND c.area_code IN (SELECT code FROM area WHERE path LIKE $1 || '%')",
                      TEXT(area_path));
    if (err->kind)
        return false;
    *ret_confirmed = db_int(db, err, 0,
                            "SELECT COUNT(*) FROM (SELECT DISTINCT h.facility_id AS id FROM facility_confirmation h WHERE h.confirmed_on >= $2 AND h.confirmed_on <= $3) n "
                            "JOIN facility c ON c.id = n.id JOIN facility_local l ON l.id = c.id AND l.deleted_at = '' WHERE c.is_listed = 1 AND" FACILITY_IS_SHOWN("c")
                            "AND c.area_code IN (SELECT code FROM area WHERE path LIKE $1 || '%')",
                            TEXT(area_path), TEXT(since), TEXT(until));
    return !err->kind;
}
