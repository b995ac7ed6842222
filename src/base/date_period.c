/* date_period.c -- 年度, 三半期, months and days as periods of reporting. */
#include "base/date.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_YEAR = 1873, LAST_YEAR = 2199 };

int fiscal_year(struct date d)
{
    return d.month >= 4 ? d.year : d.year - 1;
}

int trimester(struct date d)
{
    return (d.month + 8) % 12 / 4 + 1;
}

static struct date first_of(int year, int month)
{
    return (struct date){(int16_t)year, (int8_t)month, 1};
}

struct period period_of(enum period_kind kind, struct date day)
{
    struct period p = {kind, day, day};
    if (!date_is_set(day))
        return (struct period){0};
    switch (kind) {
    case PERIOD_NONE: return (struct period){0};
    case PERIOD_DAY: return p;
    case PERIOD_YEAR: p.first = first_of(fiscal_year(day), 4); break;
    case PERIOD_TRIMESTER: p.first = date_add_months(first_of(fiscal_year(day), 4), (trimester(day) - 1) * 4); break;
    case PERIOD_MONTH: p.first = first_of(day.year, day.month); break;
    }
    int months = kind == PERIOD_YEAR ? 12 : kind == PERIOD_TRIMESTER ? 4 : 1;
    p.last = date_add_days(date_add_months(p.first, months), -1);
    return p;
}

struct period period_before(struct period p)
{
    return period_of(p.kind, date_add_days(p.first, -1));
}

struct period period_after(struct period p)
{
    return period_of(p.kind, date_add_days(p.last, 1));
}

struct period period_year_before(struct period p)
{
    return period_of(p.kind, date_add_months(p.first, -12));
}

/* True when every character fits the pattern: '9' any digit, the rest themselves. */
static bool looks_like(const char *text, const char *pattern)
{
    if (strlen(text) != strlen(pattern))
        return false;
    for (; *pattern; text++, pattern++)
        if (*pattern == '9' ? *text < '0' || *text > '9' : *text != *pattern)
            return false;
    return true;
}

static int number_at(const char *s, int count)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        n = n * 10 + s[i] - '0';
    return n;
}

static struct period read_period(const char *text)
{
    if (looks_like(text, "FY9999"))
        return period_of(PERIOD_YEAR, first_of(number_at(text + 2, 4), 4));
    if (looks_like(text, "FY9999-T9")) {
        int third = number_at(text + 8, 1);
        if (third >= 1 && third <= 3 && number_at(text + 2, 4))
            return period_of(PERIOD_TRIMESTER, date_add_months(first_of(number_at(text + 2, 4), 4), (third - 1) * 4));
    }
    if (looks_like(text, "9999-99") && date_is_valid(number_at(text, 4), number_at(text + 5, 2), 1))
        return period_of(PERIOD_MONTH, first_of(number_at(text, 4), number_at(text + 5, 2)));
    return period_of(PERIOD_DAY, date_from_iso(text));
}

bool period_parse(const char *text, struct period *ret_period)
{
    struct period p = text ? read_period(text) : (struct period){0};
    if (p.kind == PERIOD_NONE || p.first.year < FIRST_YEAR || p.first.year > LAST_YEAR)
        return false;
    *ret_period = p;
    return true;
}

char *period_id(struct arena *a, struct period p)
{
    int year = fiscal_year(p.first);
    switch (p.kind) {
    case PERIOD_YEAR: return arena_printf(a, "FY%04d", year);
    case PERIOD_TRIMESTER: return arena_printf(a, "FY%04d-T%d", year, trimester(p.first));
    case PERIOD_MONTH: return arena_printf(a, "%04d-%02d", p.first.year, p.first.month);
    case PERIOD_DAY: return date_iso(a, p.first);
    case PERIOD_NONE: break;
    }
    return arena_strdup(a, "");
}

char *period_label(struct arena *a, struct period p)
{
    const char *year = fiscal_year_name(a, fiscal_year(p.first));
    switch (p.kind) {
    case PERIOD_YEAR: return arena_strdup(a, year);
    case PERIOD_TRIMESTER:
        return arena_printf(a, "%s 第%d三半期（%d月〜%d月）", year, trimester(p.first), p.first.month, p.last.month);
    case PERIOD_MONTH: return arena_printf(a, "%s%d月", date_wareki_year(a, p.first), p.first.month);
    case PERIOD_DAY: return date_wareki(a, p.first);
    case PERIOD_NONE: break;
    }
    return arena_strdup(a, "");
}
