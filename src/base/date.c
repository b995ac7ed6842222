/* date.c -- calendar arithmetic and how days are written; holidays, typed input, periods and the clock have files of their own.
 */
#include "base/date.h"

#include "base/date_era.h"
#include "base/date_text.h"

#include <stdio.h>
#include <string.h>

/* A new era is a new row at the front.  `fiscal` is the first fiscal year named by the era: the year of its 1 April, except
 * that the government named all of FY2019 令和元年度. */
const struct era eras[] = {
    {"令和", "令", 'R', {2019, 5, 1}, 2019},  {"平成", "平", 'H', {1989, 1, 8}, 1989},  {"昭和", "昭", 'S', {1926, 12, 25}, 1927},
    {"大正", "大", 'T', {1912, 7, 30}, 1913}, {"明治", "明", 'M', {1868, 1, 25}, 1868}, {0},
};

const struct date first_gregorian_day = {1873, 1, 1};

bool date_is_set(struct date d)
{
    return d.year != 0;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool date_is_valid(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

int date_compare(struct date x, struct date y)
{
    if (x.year != y.year)
        return x.year < y.year ? -1 : 1;
    if (x.month != y.month)
        return x.month < y.month ? -1 : 1;
    return x.day == y.day ? 0 : x.day < y.day ? -1 : 1;
}

/* Years are counted from March, so that the leap day is the last of its year.  Day 0 is 1 March of the year 0. */
enum { DAYS_IN_400_YEARS = 146097, DAYS_IN_100_YEARS = 36524, DAYS_IN_4_YEARS = 1461 };

static int day_number(struct date d)
{
    int year = d.month > 2 ? d.year : d.year - 1;
    int month = d.month > 2 ? d.month - 3 : d.month + 9;
    return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + d.day - 1;
}

static struct date from_day_number(int n)
{
    int centuries = n / DAYS_IN_400_YEARS * 4, rest = n % DAYS_IN_400_YEARS;
    int century = rest / DAYS_IN_100_YEARS == 4 ? 3 : rest / DAYS_IN_100_YEARS;
    rest -= century * DAYS_IN_100_YEARS;
    int four = rest / DAYS_IN_4_YEARS;
    rest -= four * DAYS_IN_4_YEARS;
    int one = rest / 365 == 4 ? 3 : rest / 365;
    rest -= one * 365;
    int year = (centuries + century) * 100 + four * 4 + one, month = (rest * 5 + 2) / 153;
    int day = rest - (month * 153 + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    return (struct date){(int16_t)(month > 2 ? year : year + 1), (int8_t)month, (int8_t)day};
}

static const struct date first_day = {1, 1, 1}, last_day = {9999, 12, 31};

struct date date_add_days(struct date d, int days)
{
    int64_t n = (int64_t)day_number(d) + days;
    if (!date_is_set(d) || n < day_number(first_day) || n > day_number(last_day))
        return (struct date){0};
    return from_day_number((int)n);
}

struct date date_add_months(struct date d, int months)
{
    int64_t n = (int64_t)d.year * 12 + d.month - 1 + months;
    if (!date_is_set(d) || n < 12 || n >= 10000 * 12)
        return (struct date){0};
    int year = (int)(n / 12), month = (int)(n % 12) + 1, last = days_in_month(year, month);
    return (struct date){(int16_t)year, (int8_t)month, (int8_t)(d.day < last ? d.day : last)};
}

int date_days_between(struct date from, struct date to)
{
    return day_number(to) - day_number(from);
}

int date_weekday(struct date d)
{
    return (day_number(d) + 3) % 7; /* 1 March of the year 0 was a Wednesday */
}

int date_age(struct date born, struct date on)
{
    bool had_birthday = on.month > born.month || (on.month == born.month && on.day >= born.day);
    return on.year - born.year - !had_birthday;
}

/* Exactly `count` digits, or -1. */
static int digits(const char *s, int count)
{
    int n = 0;
    for (int i = 0; i < count; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        n = n * 10 + s[i] - '0';
    }
    return n;
}

struct date date_from_iso(const char *s)
{
    if (!s || strlen(s) != 10 || s[4] != '-' || s[7] != '-')
        return (struct date){0};
    int year = digits(s, 4), month = digits(s + 5, 2), day = digits(s + 8, 2);
    if (!date_is_valid(year, month, day))
        return (struct date){0};
    return (struct date){(int16_t)year, (int8_t)month, (int8_t)day};
}

/* A page and a save write dozens of them: a format costs ten times as much. */
char *date_digits(char *to, int number, int digits)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        to[i] = (char)('0' + number % 10);
    return to + digits;
}

char *date_put(char *to, struct date d)
{
    to = date_digits(to, d.year, 4);
    *to++ = '-';
    to = date_digits(to, d.month, 2);
    *to++ = '-';
    return date_digits(to, d.day, 2);
}

char *date_iso(struct arena *a, struct date d)
{
    if (!date_is_set(d))
        return arena_strdup(a, "");
    char *text = arena_alloc(a, sizeof "2024-11-30");
    *date_put(text, d) = '\0';
    return text;
}

const struct era *era_of(struct date d)
{
    if (date_compare(d, first_gregorian_day) < 0)
        return NULL;
    const struct era *e = eras;
    while (date_compare(d, e->first) < 0)
        e++;
    return e;
}

static char *era_year(struct arena *a, const struct era *e, int year, const char *unit)
{
    int n = year - e->first.year + 1;
    return n == 1 ? arena_printf(a, "%s元%s", e->name, unit) : arena_printf(a, "%s%d%s", e->name, n, unit);
}

char *date_wareki_year(struct arena *a, struct date d)
{
    const struct era *e = era_of(d);
    if (!date_is_set(d))
        return arena_strdup(a, "");
    return e ? era_year(a, e, d.year, "年") : arena_printf(a, "%d年", d.year);
}

/* In one go: lists write a day in every row.  `weekday`: "(土)" in three pieces, or three times "". */
static char *era_day(struct arena *a, struct date d, const char *const weekday[3])
{
    const struct era *e = era_of(d);
    int year = e ? d.year - e->first.year + 1 : d.year;
    if (!date_is_set(d))
        return arena_strdup(a, "");
    if (e && year == 1)
        return arena_printf(a, "%s元年%d月%d日%s%s%s", e->name, d.month, d.day, weekday[0], weekday[1], weekday[2]);
    return arena_printf(a, "%s%d年%d月%d日%s%s%s", e ? e->name : "", year, d.month, d.day, weekday[0], weekday[1], weekday[2]);
}

char *date_wareki_plain(struct arena *a, struct date d)
{
    return era_day(a, d, (const char *const[]){"", "", ""});
}

char *date_wareki(struct arena *a, struct date d)
{
    return era_day(a, d, (const char *const[]){"(", date_weekday_name(d), ")"});
}

char *date_wareki_short(struct arena *a, struct date d)
{
    const struct era *e = era_of(d);
    if (!e)
        return date_is_set(d) ? arena_printf(a, "%d.%d.%d", d.year, d.month, d.day) : arena_strdup(a, "");
    return arena_printf(a, "%c%d.%d.%d", e->letter, d.year - e->first.year + 1, d.month, d.day);
}

const char *date_weekday_name(struct date d)
{
    static const char *const names[] = {"日", "月", "火", "水", "木", "金", "土"};
    return date_is_set(d) ? names[date_weekday(d)] : "";
}

char *fiscal_year_name(struct arena *a, int year)
{
    for (const struct era *e = eras; e->name; e++)
        if (year >= e->fiscal)
            return era_year(a, e, year, "年度");
    return arena_printf(a, "%d年度", year);
}
