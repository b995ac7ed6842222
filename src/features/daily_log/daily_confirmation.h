/* daily_confirmation.h -- 様式4 confirmed_by: the contractor's manager has read a day of her room; private to this folder.
 *
 * The confirmation keeps a fingerprint of the day as it was read: when a record of the day changes afterwards, the page says so and
 * asks for another look.  Nothing is locked: the monthly report freezes its own figures. */
#pragma once
#include "features/daily_log/daily_log.h"

struct daily_confirmation {
    const char *by, *at; /* display name, local time for people; "" when nobody has confirmed */
    bool has_changed;    /* the day is no longer what was confirmed */
};
/* `t` is the day's table (daily_log_table). */
bool daily_confirmation_read(struct request *req, const struct daily_log *log, const struct table *t, struct daily_confirmation *ret,
                             struct err *err);
/* By day of the month: marks[1..31]. */
bool daily_confirmation_days(struct db *db, const char *office_id, const char *month, bool marks[32], struct err *err);
/* Confirms, again when the day has changed, or takes the confirmation back. */
bool daily_confirmation_set(struct request *req, const struct daily_log *log, const struct table *t, bool confirmed, struct err *err);
