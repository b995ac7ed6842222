/* vacancy_call.h -- inside the feature: what was said on the telephone when a room asked an office to take somebody.
 *
 * A search is the calls of one room for one service on one day until somebody says yes; its first answered call is the "first call".  Calls
 * that nobody answered belong to no search.  Nothing is kept of the person for whom it was. */
#pragma once
#include "features/vacancy/vacancy_view.h"

struct vacancy_call {
    const char *id, *facility_id;
    const char *band, *answer;                 /* weekday, night, weekend; yes, no, absent */
    const char *office_id, *area_code, *user_id; /* the room that called */
    const char *called_at;                     /* Japan's wall clock */
};
/* Inside a write.  ERR_INPUT "vacancy.call".  The same id again changes nothing. */
bool vacancy_call_keep(struct db *db, const struct vacancy_call *call, struct arena *a, struct err *err);
/* The room's own newest calls to the office. */
bool vacancy_calls_read(struct request *req, const char *facility_id, struct vacancy_show_view *v, struct err *err);
