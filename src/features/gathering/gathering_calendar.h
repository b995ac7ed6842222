/* gathering_calendar.h -- one event as an iCalendar file (RFC 5545): name, time and place, nothing about persons. */
#pragma once
#include "base/buf.h"

struct calendar_event {
    const char *id, *name, *place, *day;  /* day ISO */
    const char *time_from, *time_to;      /* "14:00" or "": a whole day when time_from is "" */
    const char *changed_at;               /* UTC, "2024-11-30T05:03:27.123Z" */
    const char *url;
};
void calendar_write(struct buf *out, const struct calendar_event *e);
