#include "features/vacancy/vacancy_call.h"

#include "base/count.h"
#include "features/account/account.h"
#include "features/vacancy/vacancy_store.h"

#include <string.h>

static const char *const answers[][2] = {{"yes", "電話で受け入れ可"}, {"no", "電話で受け入れ不可"}, {"absent", "つながらなかった"}};
static const char *const bands[][2] = {{"weekday", "平日の日中"}, {"night", "夜間"}, {"weekend", "土日・祝日"}};

static const char *label_in(const char *const list[][2], size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i][0], code))
            return list[i][1];
    return NULL;
}

/* The newest answered call of this room for this service today decides: after a yes a new search begins. */
static bool is_first_call(struct db *db, const char *office_id, const char *service, const char *now, struct arena *a, struct err *err)
{
    const char *last = db_text(db, a, err,
                               "SELECT answer FROM vacancy_call WHERE office_id = $1 AND service = $2 AND called_at >= $3 AND answer <> 'absent' "
                               "ORDER BY called_at DESC, id DESC LIMIT 1",
                               TEXT(office_id), TEXT(service), TEXT(arena_strndup(a, now, 10)));
    return !last || !strcmp(last, "yes");
}

static const char *shown_status(const struct vacancy *v, const char *band, const char *now)
{
    if (vacancy_is_stale(v, now))
        return "";
    return !strcmp(band, "night") ? v->night : !strcmp(band, "weekend") ? v->weekend : v->status;
}

bool vacancy_call_keep(struct db *db, const struct vacancy_call *c, struct arena *a, struct err *err)
{
    struct vacancy v;
    bool known;
    struct err failed = {0};
    if (!label_in(answers, COUNT(answers), c->answer) || !label_in(bands, COUNT(bands), c->band))
        return err_set(err, ERR_INPUT, "vacancy.call", "answer or band");
    if (!vacancy_watch(db, c->facility_id, a, err) || !vacancy_find(db, c->facility_id, a, &v, &known, err))
        return false;
    bool first = strcmp(c->answer, "absent") && is_first_call(db, c->office_id, v.service, c->called_at, a, &failed);
    if (failed.kind)
        return err_set(err, failed.kind, failed.message, "%s", failed.detail);
    return db_run(db, err,
                  "INSERT INTO vacancy_call (id, facility_id, service, area_code, office_id, user_id, called_at, band, answer, shown_status, is_first) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
                  TEXT(c->id), TEXT(c->facility_id), TEXT(v.service), TEXT(c->area_code), TEXT(c->office_id), TEXT(c->user_id), TEXT(c->called_at),
                  TEXT(c->band), TEXT(c->answer), TEXT(shown_status(&v, c->band, c->called_at)), INT(first)) >= 0;
}

bool vacancy_calls_read(struct request *req, const char *facility_id, struct vacancy_show_view *v, struct err *err)
{
    enum { SHOWN = 10 };
    struct arena *a = req->arena;
    struct vacancy_event *calls = NEW_ARRAY(a, SHOWN, struct vacancy_event);
    auto_rows *r = db_query(req->db, a, err,
                            "SELECT called_at, band, answer, user_id FROM vacancy_call WHERE facility_id = $1 AND office_id = $2 "
                            "ORDER BY called_at DESC, id DESC LIMIT 10",
                            TEXT(facility_id), TEXT(req->session->office_id));
    for (; r && v->call_count < SHOWN && rows_next(r); v->call_count++) {
        const char *at = rows_text(r, 0), *band = label_in(bands, COUNT(bands), rows_text(r, 1));
        calls[v->call_count] = (struct vacancy_event){
            arena_printf(a, "%s %s", date_wareki_short(a, date_from_iso(arena_strndup(a, at, 10))), at + 11),
            arena_printf(a, "%s（%s）", label_in(answers, COUNT(answers), rows_text(r, 2)), band), account_display_name(req->db, rows_text(r, 3), a), "", ""};
    }
    v->calls = calls;
    return r && !rows_failed(r);
}
