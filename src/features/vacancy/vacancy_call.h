/* vacancy_call.h -- inside the feature: what was said on the telephone when a room asked an office to take somebody.
 *
 * A search is the calls of one room for one service on one day until somebody says yes; its first answered call is the "first call".  Calls
 * that nobody answered belong to no search.  Nothing is kept of the person for whom it was. */
#pragma once
#include "features/vacancy/vacancy_view.h"

/* Inside a write.  `answer`: yes, no, absent; `band`: weekday, night, weekend.  ERR_INPUT "vacancy.call".  The same id again changes nothing. */
bool vacancy_call_keep(struct db *db, const struct request *req, const char *facility_id, const char *id, const char *band, const char *answer,
                       struct arena *a, struct err *err);
/* The room's own newest calls to the office. */
bool vacancy_calls_read(struct request *req, const char *facility_id, struct vacancy_show_view *v, struct err *err);
