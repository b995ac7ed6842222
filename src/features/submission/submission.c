#include "features/submission/submission.h"

#include "base/count.h"
#include "base/id.h"
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *label;
} states[SUBMISSION__COUNT] = {
    [SUBMISSION_NONE] = {"none", "未作成"},
    [SUBMISSION_DRAFT] = {"draft", "下書き"},
    [SUBMISSION_CONFIRMED] = {"confirmed", "確認済み"},
    [SUBMISSION_SUBMITTED] = {"submitted", "提出済み"},
    [SUBMISSION_RECEIVED] = {"received", "受領"},
    [SUBMISSION_RETURNED] = {"returned", "差戻し"},
    [SUBMISSION_ACCEPTED] = {"accepted", "受理"},
};

const char *submission_state_name(enum submission_state s)
{
    return states[s].name;
}

const char *submission_state_label(enum submission_state s)
{
    return states[s].label;
}

static enum submission_state state_from(const char *name)
{
    for (size_t i = 0; i < COUNT(states); i++)
        if (!strcmp(states[i].name, name))
            return (enum submission_state)i;
    return SUBMISSION_NONE;
}

/* Which state each step leads to and from which states it may start (forms.md §1 "States"). */
static const struct {
    const char *event;
    enum submission_state to;
    unsigned from;
} steps[STEP__COUNT] = {
    [STEP_SAVE] = {"save", SUBMISSION_DRAFT, 1u << SUBMISSION_NONE | 1u << SUBMISSION_DRAFT},
    [STEP_CONFIRM] = {"confirm", SUBMISSION_CONFIRMED, 1u << SUBMISSION_NONE | 1u << SUBMISSION_DRAFT},
    [STEP_UNCONFIRM] = {"unconfirm", SUBMISSION_DRAFT, 1u << SUBMISSION_CONFIRMED},
    [STEP_SUBMIT] = {"submit", SUBMISSION_SUBMITTED, 1u << SUBMISSION_CONFIRMED},
    [STEP_RECEIVE] = {"receive", SUBMISSION_RECEIVED, 1u << SUBMISSION_SUBMITTED},
    [STEP_RETURN] = {"return", SUBMISSION_RETURNED, 1u << SUBMISSION_SUBMITTED | 1u << SUBMISSION_RECEIVED},
    [STEP_ACCEPT] = {"accept", SUBMISSION_ACCEPTED, 1u << SUBMISSION_RECEIVED},
    [STEP_CORRECT] = {"correct", SUBMISSION_DRAFT,
                      1u << SUBMISSION_SUBMITTED | 1u << SUBMISSION_RECEIVED | 1u << SUBMISSION_RETURNED | 1u << SUBMISSION_ACCEPTED},
};

bool submission_may(enum submission_state state, enum submission_step step)
{
    return steps[step].from & 1u << state;
}

static void read_row(const struct rows *r, struct submission *s)
{
    *s = (struct submission){
        .id = rows_text(r, 0),
        .office_id = rows_text(r, 1),
        .area_code = rows_text(r, 2),
        .form_number = (int)rows_int(r, 3),
        .period = rows_text(r, 4),
        .edition = (long)rows_int(r, 5),
        .state = state_from(rows_text(r, 6)),
        .narrative = rows_text(r, 7),
        .frozen = rows_text(r, 8),
        .author_id = rows_text(r, 9),
        .confirmed_by = rows_text(r, 10),
        .confirmed_at = rows_text(r, 11),
        .submitted_on = rows_text(r, 12),
        .submit_method = rows_text(r, 13),
        .received_at = rows_text(r, 14),
        .accepted_at = rows_text(r, 15),
        .return_reason = rows_text(r, 16),
        .correction_reason = rows_text(r, 17),
        .revision = (long)rows_int(r, 18),
    };
}

#define COLUMNS \
    "c.id, c.office_id, c.area_code, c.form_number, c.period, c.edition, c.state, c.narrative, c.frozen, c.author_id, c.confirmed_by," \
    " c.confirmed_at, c.submitted_on, c.submit_method, c.received_at, c.accepted_at, c.return_reason, c.correction_reason, c.revision"

static bool find(struct db *db, const struct scope *scope, const char *office_id, int form, const char *period, long edition,
                 struct arena *a, struct submission *ret, bool *ret_found, struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT " COLUMNS " FROM submission c WHERE c.office_id = ? AND c.form_number = ? AND c.period = ?", TEXT(office_id),
              INT(form), TEXT(period));
    if (edition)
        query_add(&q, " AND c.edition = ?", INT(edition));
    query_scope(&q, scope, "c");
    query_add(&q, " ORDER BY c.edition DESC LIMIT 1");
    auto_rows *rows = query_run(&q, db, a, err);
    if (!rows)
        return false;
    *ret_found = rows_next(rows);
    if (*ret_found)
        read_row(rows, ret);
    return !rows_failed(rows);
}

bool submission_find(struct db *db, const struct scope *scope, const char *office_id, int form, const char *period, struct arena *a,
                     struct submission *ret, struct err *err)
{
    bool found;
    if (!find(db, scope, office_id, form, period, 0, a, ret, &found, err))
        return false;
    if (!found)
        *ret = (struct submission){.id = "", .office_id = office_id, .area_code = "", .form_number = form, .period = period, .edition = 1,
                                   .narrative = "", .frozen = "", .author_id = "", .confirmed_by = "", .confirmed_at = "", .submitted_on = "",
                                   .submit_method = "", .received_at = "", .accepted_at = "", .return_reason = "", .correction_reason = ""};
    return true;
}

bool submission_find_edition(struct db *db, const struct scope *scope, const char *office_id, int form, const char *period, long edition,
                             struct arena *a, struct submission *ret, struct err *err)
{
    bool found;
    if (!find(db, scope, office_id, form, period, edition, a, ret, &found, err))
        return false;
    return found || err_set(err, ERR_NOT_FOUND, "submission.not_found", "form=%d period=%s edition=%ld", form, period, edition);
}

static int by_place(const void *x, const void *y)
{
    const struct submission *a = x, *b = y;
    int order = strcmp(a->office_id, b->office_id);
    if (!order)
        order = (a->form_number > b->form_number) - (a->form_number < b->form_number);
    return order ? order : strcmp(a->period, b->period);
}

/* Of each form the last edition; rows come with the editions in their order. */
static void keep(struct submission_list *list, size_t *room, const struct submission *s, struct arena *a)
{
    if (list->count && by_place(&list->items[list->count - 1], s) == 0) {
        list->items[list->count - 1] = *s;
        return;
    }
    if (list->count == *room) {
        struct submission *more = NEW_ARRAY(a, *room = *room * 2 + 32, struct submission);
        if (list->count)
            memcpy(more, list->items, list->count * sizeof *more);
        list->items = more;
    }
    list->items[list->count++] = *s;
}

bool submission_list(struct db *db, const struct scope *scope, const char *const *periods, size_t period_count, struct arena *a,
                     struct submission_list *ret, struct err *err)
{
    struct query q;
    size_t room = 0;
    *ret = (struct submission_list){0};
    query_init(&q, a);
    query_add(&q, "SELECT c.office_id, c.form_number, c.period, c.edition, c.state FROM submission c WHERE c.period IN (?",
              TEXT(period_count ? periods[0] : ""));
    for (size_t i = 1; i < period_count; i++)
        query_add(&q, ", ?", TEXT(periods[i]));
    query_add(&q, ")");
    query_scope(&q, scope, "c");
    query_add(&q, " ORDER BY c.office_id, c.form_number, c.period, c.edition");
    auto_rows *rows = query_run(&q, db, a, err);
    while (rows && rows_next(rows))
        keep(ret, &room, &(struct submission){.office_id = rows_text(rows, 0), .form_number = (int)rows_int(rows, 1), .period = rows_text(rows, 2),
                                              .edition = (long)rows_int(rows, 3), .state = state_from(rows_text(rows, 4))}, a);
    return rows && !rows_failed(rows);
}

const struct submission *submission_in(const struct submission_list *list, const char *office_id, int form, const char *period)
{
    const struct submission wanted = {.office_id = office_id, .form_number = form, .period = period};
    return list->count ? bsearch(&wanted, list->items, list->count, sizeof wanted, by_place) : NULL;
}

bool submission_is_handed_in(const struct submission *s)
{
    return s->state == SUBMISSION_SUBMITTED || s->state == SUBMISSION_RECEIVED || s->state == SUBMISSION_ACCEPTED;
}

static bool write_event(struct db *db, const struct submission *s, const char *event, const char *user_id, const char *note, struct arena *a,
                        struct err *err)
{
    return db_run(db, err, "INSERT INTO submission_event (id, submission_id, at, user_id, event, note) VALUES ($1, $2, $3, $4, $5, $6)",
                  TEXT(id_new(a)), TEXT(s->id), TEXT(now_utc(a)), TEXT(user_id), TEXT(event), TEXT(note)) == 1;
}

static bool insert_edition(struct db *db, struct submission *s, const char *user_id, struct arena *a, struct err *err)
{
    s->id = id_new(a);
    s->author_id = user_id;
    s->revision = 1;
    long long n = db_run(db, err,
                         "INSERT INTO submission (id, office_id, area_code, form_number, period, edition, state, narrative, frozen, author_id,"
                         " correction_reason, created_at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, 1)"
                         " ON CONFLICT (office_id, form_number, period, edition) DO NOTHING",
                         TEXT(s->id), TEXT(s->office_id), TEXT(s->area_code), INT(s->form_number), TEXT(s->period), INT(s->edition),
                         TEXT(states[s->state].name), TEXT(s->narrative), TEXT(user_id), TEXT(s->correction_reason), TEXT(now_utc(a)));
    if (n == 0)
        return err_set(err, ERR_CONFLICT, "submission.stale", "edition exists");
    return n == 1;
}

static bool update_edition(struct db *db, struct submission *s, struct err *err)
{
    long long n = db_run(db, err,
                         "UPDATE submission SET state = $2, narrative = $3, frozen = $4, confirmed_by = $5, confirmed_at = $6,"
                         " submitted_on = $7, submit_method = $8, received_at = $9, accepted_at = $10, return_reason = $11,"
                         " revision = revision + 1 WHERE id = $1 AND revision = $12",
                         TEXT(s->id), TEXT(states[s->state].name), TEXT(s->narrative), TEXT(s->frozen), TEXT(s->confirmed_by),
                         TEXT(s->confirmed_at), TEXT(s->submitted_on), TEXT(s->submit_method), TEXT(s->received_at), TEXT(s->accepted_at),
                         TEXT(s->return_reason), INT(s->revision));
    if (n == 0)
        return err_set(err, ERR_CONFLICT, "submission.stale", "id=%s", s->id);
    s->revision++;
    return n == 1;
}

/* The members a step fills. */
static void apply(struct submission *s, enum submission_step step, const char *user_id, const char *note, const char *day, const char *frozen,
                  struct arena *a)
{
    const char *now = now_utc(a);
    switch (step) {
    case STEP_CONFIRM:
        s->confirmed_by = user_id;
        s->confirmed_at = now;
        s->frozen = frozen;
        break;
    case STEP_UNCONFIRM:
        s->confirmed_by = s->confirmed_at = s->frozen = "";
        break;
    case STEP_SUBMIT:
        s->submitted_on = day;
        s->submit_method = note;
        break;
    case STEP_RECEIVE: s->received_at = now; break;
    case STEP_RETURN: s->return_reason = note; break;
    case STEP_ACCEPT: s->accepted_at = now; break;
    case STEP_SAVE:
    case STEP_CORRECT:
    case STEP__COUNT: break;
    }
}

bool submission_step(struct db *db, struct submission *s, enum submission_step step, const char *user_id, const char *note, const char *day,
                     const char *frozen, struct arena *a, struct err *err)
{
    if (!submission_may(s->state, step))
        return err_set(err, ERR_CONFLICT, "submission.wrong_state", "state=%s step=%s", states[s->state].name, steps[step].event);
    if (step == STEP_CORRECT) {
        struct submission next = *s;
        next.edition++;
        next.state = SUBMISSION_DRAFT;
        next.frozen = next.confirmed_by = next.confirmed_at = next.submitted_on = next.submit_method = next.received_at = next.accepted_at =
            next.return_reason = "";
        next.correction_reason = note;
        if (!insert_edition(db, &next, user_id, a, err))
            return false;
        *s = next;
    } else {
        bool is_new = s->state == SUBMISSION_NONE;
        s->state = is_new ? SUBMISSION_DRAFT : s->state;
        if (is_new && !insert_edition(db, s, user_id, a, err))
            return false;
        s->state = steps[step].to;
        apply(s, step, user_id, note, day, frozen, a);
        if (!(is_new && step == STEP_SAVE) && !update_edition(db, s, err))
            return false;
    }
    return write_event(db, s, steps[step].event, user_id, note, a, err);
}
