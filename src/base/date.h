/* date.h -- days, eras and the programme's periods (年度, 三半期, 月, 日).
 *
 * A day is kept as ISO text ("2024-11-30") in records and as `struct date` in arithmetic.  Era rules: a table of
 * first days; the day decides the era; input may name an era that has ended (平成37年 = 2025).
 * Source: ../shared/domain/standards.md §7 (JIS X 0301), programme.md §6 (三半期). */
#pragma once
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct date {
    int16_t year; /* 0: no date */
    int8_t month; /* 1..12 */
    int8_t day;   /* 1..31 */
};

bool date_is_set(struct date d);
bool date_is_valid(int year, int month, int day);
int date_compare(struct date x, struct date y);
struct date date_add_days(struct date d, int days);
struct date date_add_months(struct date d, int months); /* the last day of the month when the day does not exist */
int date_days_between(struct date from, struct date to); /* to - from */
int date_weekday(struct date d);                         /* 0 Sunday .. 6 Saturday */
int date_age(struct date born, struct date on);          /* 満 years */
bool date_is_holiday(struct date d);                     /* 国民の祝日・振替休日・国民の休日; 1948-07-20 onward */
bool date_is_business_day(struct date d);                /* not Sat, Sun, holiday, 12/29..1/3 */
/* The n-th business day (1..) on or after `from`. */
struct date date_business_day(struct date from, int n);

/* ISO text to a date; a date without year when it is not exactly that. */
struct date date_from_iso(const char *s);
char *date_iso(struct arena *a, struct date d);
/* What a person types: r6.11.30, R6/11/30, 令和6年11月30日, 令和元年5月1日, 2024-11-30, 2024/11/30, 20241130, 11/30, 11月30日,
 * 30日, 今日, 昨日, 一昨日, 明日; full width taken.  A date without year is the one nearest to `today` that is not
 * more than six months ahead; of two equally near ones the earlier.  A day of the week behind it must be the right one.  False when it cannot be a date. */
bool date_parse(const char *typed, struct date today, struct date *ret_date);
/* 令和6年11月30日(土) */
char *date_wareki(struct arena *a, struct date d);
/* 令和6年11月30日 */
char *date_wareki_plain(struct arena *a, struct date d);
/* R6.11.30 */
char *date_wareki_short(struct arena *a, struct date d);
/* 令和6年 / 令和元年 */
char *date_wareki_year(struct arena *a, struct date d);
const char *date_weekday_name(struct date d); /* 日 月 火 ... */

/* Wall-clock minutes: "14:03", "1403", "14時3分", "14時半", "午後2時3分"; "2:03 PM" is not taken.  Returns minutes after midnight, or -1. */
int time_parse(const char *typed);
/* Fiscal year: 1 April to 31 March, named by the year it starts in (令和8年度 is 2026). */
int fiscal_year(struct date d);
/* 令和6年度 */
char *fiscal_year_name(struct arena *a, int year);
/* 三半期: 1 = Apr-Jul, 2 = Aug-Nov, 3 = Dec-Mar. */
int trimester(struct date d);

/* A period of reporting: FY2024, FY2024-T1..T3, 2024-06, 2024-06-15. */
enum period_kind { PERIOD_NONE, PERIOD_YEAR, PERIOD_TRIMESTER, PERIOD_MONTH, PERIOD_DAY };
struct period {
    enum period_kind kind;
    struct date first, last; /* both inclusive */
};
bool period_parse(const char *text, struct period *ret_period);
struct period period_of(enum period_kind kind, struct date day); /* the one that holds the day */
struct period period_before(struct period p);                    /* the same kind, one earlier */
struct period period_after(struct period p);
struct period period_year_before(struct period p);               /* the same period a fiscal year earlier */
char *period_id(struct arena *a, struct period p);    /* "FY2024-T1" */
char *period_label(struct arena *a, struct period p); /* 令和6年度 第1三半期（4月〜7月）, 令和6年6月 */

/* Now, as the program sees it.  RENKEI_NOW ("2024-11-30T09:15") freezes it for tests and demo screenshots. */
struct date date_today(void);                  /* in Japan */
char *now_local(struct arena *a);              /* "2024-11-30T14:03" wall clock in Japan */
char *now_utc(struct arena *a);                /* "2024-11-30T05:03:27.123Z" */
struct date date_of_utc(const char *utc);      /* the day in Japan; all 0 when it is no time */
char *utc_to_local_label(struct arena *a, const char *utc); /* 令和6年11月30日(土) 14:03 */
int64_t now_ms(void);                          /* Unix milliseconds, never frozen */
