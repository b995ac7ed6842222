/* vacancy_ask.h -- inside the feature: asking again what has grown old, through the channel the office prefers. */
#pragma once
#include "web/request.h"

/* Inside a write: a link that works once, and the mail that carries it.  ERR_INPUT "vacancy.no_mail" when no address is known. */
bool vacancy_ask_by_mail(struct db *db, const char *facility_id, const char *user_id, struct arena *a, struct err *err);
/* The chore: offices that prefer mail and whose answer is old are asked, three times at most, three days apart; then they stand on the call list. */
bool vacancy_ask_stale(struct app *app, struct arena *a, struct err *err);

handler_fn vacancy_calls_page, vacancy_sheet_post, vacancy_sheets_post;
