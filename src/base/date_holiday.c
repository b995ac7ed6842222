/* date_holiday.c -- national holidays as the law had them in each year.
 *
 * Source: 国民の祝日に関する法律 (昭和23年法律第178号) with its changes; the one-day laws of 1959, 1989, 1990, 1993 and 2019; the
 * Olympic special measures of 2020 and 2021. */
#include "base/count.h"
#include "base/date.h"

#include <math.h>

enum { FOREVER = INT16_MAX };
enum rule { FIXED /* n = day */, MONDAY /* n = which */, SPRING, AUTUMN };

struct holiday {
    int16_t from, to; /* years, both inclusive */
    int8_t month;
    enum rule rule;
    int8_t n;
};

static const struct holiday holidays[] = {
    {1949, FOREVER, 1, FIXED, 1},                                  /* 元日 */
    {1949, 1999, 1, FIXED, 15},                                    /* 成人の日 */
    {2000, FOREVER, 1, MONDAY, 2},  {1967, FOREVER, 2, FIXED, 11}, /* 建国記念の日 */
    {2020, FOREVER, 2, FIXED, 23},                                 /* 天皇誕生日 */
    {1949, FOREVER, 3, SPRING, 0},                                 /* 春分の日 */
    {1949, FOREVER, 4, FIXED, 29},                                 /* 天皇誕生日, みどりの日, 昭和の日 */
    {1949, FOREVER, 5, FIXED, 3},                                  /* 憲法記念日 */
    {2007, FOREVER, 5, FIXED, 4},                                  /* みどりの日 */
    {1949, FOREVER, 5, FIXED, 5},                                  /* こどもの日 */
    {1996, 2002, 7, FIXED, 20},                                    /* 海の日 */
    {2003, 2019, 7, MONDAY, 3},     {2020, 2020, 7, FIXED, 23},     {2021, 2021, 7, FIXED, 22},
    {2022, FOREVER, 7, MONDAY, 3},  {2020, 2020, 7, FIXED, 24}, /* スポーツの日 */
    {2021, 2021, 7, FIXED, 23},     {2016, 2019, 8, FIXED, 11}, /* 山の日 */
    {2020, 2020, 8, FIXED, 10},     {2021, 2021, 8, FIXED, 8},      {2022, FOREVER, 8, FIXED, 11},
    {1966, 2002, 9, FIXED, 15},                                     /* 敬老の日 */
    {2003, FOREVER, 9, MONDAY, 3},  {1948, FOREVER, 9, AUTUMN, 0},  /* 秋分の日 */
    {1966, 1999, 10, FIXED, 10},                                    /* 体育の日 */
    {2000, 2019, 10, MONDAY, 2},    {2022, FOREVER, 10, MONDAY, 2}, /* スポーツの日 */
    {1948, FOREVER, 11, FIXED, 3},                                  /* 文化の日 */
    {1948, FOREVER, 11, FIXED, 23},                                 /* 勤労感謝の日 */
    {1989, 2018, 12, FIXED, 23},                                    /* 天皇誕生日 */
    {1959, 1959, 4, FIXED, 10},                                     /* 皇太子明仁親王の結婚の儀 */
    {1989, 1989, 2, FIXED, 24},                                     /* 昭和天皇の大喪の礼 */
    {1990, 1990, 11, FIXED, 12},                                    /* 即位礼正殿の儀 */
    {1993, 1993, 6, FIXED, 9},                                      /* 皇太子徳仁親王の結婚の儀 */
    {2019, 2019, 5, FIXED, 1},                                      /* 天皇の即位の日 */
    {2019, 2019, 10, FIXED, 22},                                    /* 即位礼正殿の儀 */
};

/* Days of the equinoxes by the usual approximation, which agrees with every announced day so far; the announcement of each
 * February decides for the year after. */
static const struct equinox {
    int to, leap_from;
    double spring, autumn;
} equinoxes[] = {
    {1979, 1983, 20.8357, 23.2588},
    {2099, 1980, 20.8431, 23.2488},
    {FOREVER, 1980, 21.8510, 24.2488},
};

static int equinox_day(int year, bool spring)
{
    const struct equinox *e = equinoxes;
    while (year > e->to)
        e++;
    int leap_days = (year - e->leap_from) / 4; /* towards zero, also before 1983 */
    return (int)floor((spring ? e->spring : e->autumn) + 0.242194 * (year - 1980)) - leap_days;
}

static bool falls_on(const struct holiday *h, struct date d)
{
    switch (h->rule) {
    case FIXED: return d.day == h->n;
    case MONDAY: return date_weekday(d) == 1 && (d.day - 1) / 7 + 1 == h->n;
    case SPRING: return d.day == equinox_day(d.year, true);
    case AUTUMN: return d.day == equinox_day(d.year, false);
    }
    return false;
}

static const struct date law_begins = {1948, 7, 20}, substitutes_begin = {1973, 4, 12}, between_begins = {1985, 12, 27};

/* A 国民の祝日 itself, article 2. */
static bool is_named_holiday(struct date d)
{
    if (date_compare(d, law_begins) < 0)
        return false;
    for (size_t i = 0; i < COUNT(holidays); i++) {
        const struct holiday *h = &holidays[i];
        if (h->month == d.month && d.year >= h->from && d.year <= h->to && falls_on(h, d))
            return true;
    }
    return false;
}

/* Article 3 (2): a holiday on a Sunday moves to the next day, since 2007 to the next day that is no holiday. */
static bool is_substitute(struct date d)
{
    int weekday = date_weekday(d);
    if (date_compare(d, substitutes_begin) < 0 || weekday == 0 || (d.year < 2007 && weekday != 1))
        return false;
    struct date each = d;
    do {
        each = date_add_days(each, -1);
        if (!is_named_holiday(each))
            return false;
    } while (date_weekday(each) != 0);
    return true;
}

/* Article 3 (3): a day between two holidays; not a Sunday. */
static bool is_between(struct date d)
{
    return date_compare(d, between_begins) >= 0 && date_weekday(d) != 0 && is_named_holiday(date_add_days(d, -1)) &&
           is_named_holiday(date_add_days(d, 1));
}

bool date_is_holiday(struct date d)
{
    return date_is_set(d) && (is_named_holiday(d) || is_substitute(d) || is_between(d));
}

bool date_is_business_day(struct date d)
{
    int weekday = date_weekday(d);
    bool new_year = (d.month == 12 && d.day >= 29) || (d.month == 1 && d.day <= 3);
    return weekday != 0 && weekday != 6 && !new_year && !date_is_holiday(d);
}

struct date date_business_day(struct date from, int n)
{
    struct date d = from;
    for (int seen = date_is_business_day(d); seen < n && date_is_set(d); seen += date_is_business_day(d))
        d = date_add_days(d, 1);
    return d;
}
