/* vacancy_store.h -- inside the feature: reading rows of the board. */
#pragma once
#include "features/vacancy/vacancy.h"

#define VACANCY_COLUMNS \
    "c.facility_id, c.area_code, c.service, c.status, c.night, c.weekend, c.slots, c.conditions, c.from_on, c.as_of, c.valid_until, c.channel, " \
    "c.report_id, c.asked_at, c.asked_count"

struct vacancy vacancy_read(const struct rows *r, struct arena *a);
/* Days for which an answer of the service counts. */
long vacancy_days(struct db *db, const char *service, struct err *err);
