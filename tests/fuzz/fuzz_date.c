/* fuzz_date.c -- what reads days, times and periods must take anything, and what it takes must read back. */
#include "base/date.h"

#include <stdlib.h>
#include <string.h>

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void try_date(struct arena *a, const char *typed)
{
    static const struct date today = {2024, 11, 30};
    struct date d, again;
    if (!date_parse(typed, today, &d))
        return;
    must(date_is_valid(d.year, d.month, d.day));
    must(date_parse(date_wareki(a, d), today, &again) && !date_compare(d, again));
    must(!date_compare(date_from_iso(date_iso(a, d)), d));
    (void)date_is_holiday(d);
}

static void try_period(struct arena *a, const char *text)
{
    struct period p, again;
    if (!period_parse(text, &p))
        return;
    must(!strcmp(period_id(a, p), text));
    must(date_compare(p.first, p.last) <= 0);
    again = period_after(period_before(p));
    must(!date_compare(p.first, again.first) && !date_compare(p.last, again.last));
    (void)period_label(a, p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_arena *a = arena_new();
    const char *text = arena_strndup(a, (const char *)data, size);
    try_date(a, text);
    try_period(a, text);
    int minutes = time_parse(text);
    must(minutes >= -1 && minutes < 24 * 60);
    (void)utc_to_local_label(a, text);
    return 0;
}
