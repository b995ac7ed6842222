/* date_parse.c -- days and times as people type them. */
#include "base/count.h"
#include "base/date.h"
#include "base/date_era.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { TYPED_ROOM = 64 };

static bool is_blank(int32_t c)
{
    return c == ' ' || c == '\t' || c == 0x3000 || c == 0xA0;
}

/* Full width to ASCII, every dash to '-', every middle dot and full stop to '.', letters to capitals. */
static int32_t plain(int32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30FC || c == 0xFF70)
        return '-';
    if (c == 0x3002 || c == 0xFF61 || c == 0x30FB || c == 0xFF65)
        return '.';
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

/* The typed text without blanks, in one spelling.  False when it is too long or ill-formed. */
static bool normalize(const char *typed, char text[TYPED_ROOM])
{
    /* Eras as one character. */
    static const struct {
        int32_t c;
        const char *name;
    } squares[] = {{0x337E, "明治"}, {0x337D, "大正"}, {0x337C, "昭和"}, {0x337B, "平成"}, {0x32FF, "令和"}};
    const char *end = typed + strlen(typed);
    size_t n = 0;
    while (typed < end) {
        int32_t c = utf8_next(&typed, end);
        if (c < 0 || n + 8 > TYPED_ROOM)
            return false;
        if (is_blank(c))
            continue;
        size_t before = n;
        for (size_t i = 0; i < COUNT(squares); i++)
            if (squares[i].c == c) {
                memcpy(text + n, squares[i].name, strlen(squares[i].name));
                n += strlen(squares[i].name);
            }
        if (n == before)
            n += utf8_put(text + n, plain(c));
    }
    text[n] = '\0';
    return n > 0;
}

static bool skip(const char **at, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*at, word, n))
        return false;
    *at += n;
    return true;
}

/* One to `most` digits, or -1.  `ret_count`, when given, says how many. */
static int number(const char **at, int most, int *ret_count)
{
    int n = 0, count = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++, count++) {
        if (count == most)
            return -1;
        n = n * 10 + **at - '0';
    }
    if (ret_count)
        *ret_count = count;
    return count ? n : -1;
}

static bool skip_separator(const char **at, const char *kanji)
{
    return skip(at, kanji) || skip(at, "/") || skip(at, "-") || skip(at, ".");
}

/* Whole years as they are written today; older or later ones are slips of the finger. */
static bool make_date(int year, int month, int day, struct date *ret_date)
{
    if (year < 1868 || year > 2199 || !date_is_valid(year, month, day))
        return false;
    *ret_date = (struct date){(int16_t)year, (int8_t)month, (int8_t)day};
    return true;
}

static bool parse_word(const char *text, struct date today, struct date *ret_date)
{
    static const struct {
        const char *word;
        int days;
    } words[] = {{"今日", 0},      {"本日", 0}, {"きょう", 0}, {"昨日", -1},  {"きのう", -1}, {"一昨日", -2},
                 {"おととい", -2}, {"明日", 1}, {"あす", 1},   {"あした", 1}, {"明後日", 2},  {"あさって", 2}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (!strcmp(text, words[i].word)) {
            *ret_date = date_add_days(today, words[i].days);
            return date_is_set(*ret_date);
        }
    return false;
}

/* Moves past 令和, 令 or R when a year follows. */
static const struct era *skip_era(const char **at)
{
    for (const struct era *e = eras; e->name; e++) {
        const char letter[] = {e->letter, '\0'}, *p = *at;
        if (!skip(&p, e->name) && !skip(&p, e->kanji) && !skip(&p, letter))
            continue;
        if ((*p >= '0' && *p <= '9') || !strncmp(p, "元", strlen("元"))) {
            *at = p;
            return e;
        }
    }
    return NULL;
}

/* What may follow the day: 日, the right day of the week in brackets, nothing. */
static bool ends_well(const char *at, struct date d)
{
    skip(&at, "日");
    if (skip(&at, "("))
        return skip(&at, date_weekday_name(d)) && (skip(&at, "曜日"), true) && skip(&at, ")") && !*at;
    return !*at;
}

static bool parse_month_day(const char *at, int year, struct date *ret_date)
{
    int month = number(&at, 2, NULL);
    if (month < 0 || !skip_separator(&at, "月"))
        return false;
    int day = number(&at, 2, NULL);
    struct date d;
    if (!make_date(year, month, day, &d) || !ends_well(at, d))
        return false;
    *ret_date = d;
    return true;
}

/* yyyymmdd with the year's digits taken already, or mmdd after an era's year. */
static bool parse_packed(const char *at, int year, struct date *ret_date)
{
    int count = 0, packed = number(&at, 4, &count);
    return count == 4 && packed >= 0 && !*at && make_date(year, packed / 100, packed % 100, ret_date);
}

static bool parse_era(const char *at, const struct era *e, struct date *ret_date)
{
    bool packed = strspn(at, "0123456789") == 6;
    int year = skip(&at, "元") ? 1 : packed ? (at[0] - '0') * 10 + at[1] - '0' : number(&at, 3, NULL);
    if (year < 1 || (!packed && !skip_separator(&at, "年")))
        return false;
    year += e->first.year - 1;
    struct date d;
    if (!(packed ? parse_packed(at + 2, year, &d) : parse_month_day(at, year, &d)))
        return false;
    if (date_compare(d, first_gregorian_day) < 0)
        return false;
    *ret_date = d;
    return true;
}

static bool parse_western(const char *at, struct date *ret_date)
{
    size_t digits = strspn(at, "0123456789");
    if (digits != 4 && digits != 8)
        return false;
    int year = 0;
    for (int i = 0; i < 4; i++)
        year = year * 10 + *at++ - '0';
    if (digits == 8)
        return parse_packed(at, year, ret_date);
    return skip_separator(&at, "年") && parse_month_day(at, year, ret_date);
}

/* Keeps the nearer of two days; of equally near ones the earlier, which has happened. */
static void keep_nearest(struct date d, struct date today, struct date *best)
{
    if (date_compare(d, date_add_months(today, 6)) > 0)
        return;
    if (!date_is_set(*best) || abs(date_days_between(today, d)) < abs(date_days_between(today, *best)))
        *best = d;
}

static bool parse_without_year(const char *text, struct date today, struct date *ret_date)
{
    struct date best = {0}, d;
    for (int year = today.year - 1; year <= today.year + 1; year++)
        if (parse_month_day(text, year, &d))
            keep_nearest(d, today, &best);
    if (date_is_set(best))
        *ret_date = best;
    return date_is_set(best);
}

static bool parse_day_only(const char *at, struct date today, struct date *ret_date)
{
    int day = number(&at, 2, NULL);
    if (day < 0 || strncmp(at, "日", strlen("日")))
        return false;
    struct date best = {0}, d;
    for (int i = -1; i <= 1; i++) {
        struct date month = date_add_months((struct date){today.year, today.month, 1}, i);
        if (make_date(month.year, month.month, day, &d) && ends_well(at, d))
            keep_nearest(d, today, &best);
    }
    if (date_is_set(best))
        *ret_date = best;
    return date_is_set(best);
}

bool date_parse(const char *typed, struct date today, struct date *ret_date)
{
    char text[TYPED_ROOM];
    if (!typed || !normalize(typed, text))
        return false;
    const char *at = text;
    const struct era *e = skip_era(&at);
    if (e)
        return parse_era(at, e, ret_date);
    return parse_word(text, today, ret_date) || parse_western(text, ret_date) || parse_without_year(text, today, ret_date) ||
           parse_day_only(text, today, ret_date);
}

static int minutes(int hour, int minute)
{
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 ? hour * 60 + minute : -1;
}

/* 1403, 903 */
static int packed_time(const char *text)
{
    size_t count = strspn(text, "0123456789");
    int n = (count == 3 || count == 4) && !text[count] ? atoi(text) : -1;
    return n < 0 ? -1 : minutes(n / 100, n % 100);
}

/* 14時, 14時3分, 14時半 */
static int spoken_minute(const char *at)
{
    if (!*at)
        return 0;
    if (!strcmp(at, "半"))
        return 30;
    int minute = number(&at, 2, NULL);
    return skip(&at, "分") && !*at ? minute : -1;
}

int time_parse(const char *typed)
{
    char text[TYPED_ROOM];
    if (!typed || !normalize(typed, text))
        return -1;
    const char *at = text;
    bool afternoon = skip(&at, "午後"), half_day = afternoon || skip(&at, "午前");
    int count, hour = number(&at, 2, &count);
    if (hour >= 0 && skip(&at, "時")) {
        if (half_day && hour > 12)
            return -1;
        return minutes(half_day ? hour % 12 + (afternoon ? 12 : 0) : hour, spoken_minute(at));
    }
    if (half_day)
        return -1;
    if (hour >= 0 && skip(&at, ":")) {
        int minute = number(&at, 2, &count);
        return count == 2 && !*at ? minutes(hour, minute) : -1;
    }
    return packed_time(text);
}
