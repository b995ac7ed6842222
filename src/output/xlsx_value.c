#include "output/xlsx_value.h"

#include "base/date.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct number_style xlsx_builtin_style(int id)
{
    bool time = (id >= 18 && id <= 21) || (id >= 45 && id <= 47) || id == 32 || id == 33;
    bool date = (id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58); /* 27.. are the Japanese ones */
    return (struct number_style){.shape = time ? SHAPE_TIME : id == 22 ? SHAPE_DATETIME : date ? SHAPE_DATE : SHAPE_NUMBER};
}

/* Skips what a format only prints: "text", \c, _c, *c, [colour] and [$-411]; elapsed [h] stays. */
static const char *skip_literal(const char *p)
{
    if (*p == '"') {
        const char *end = strchr(p + 1, '"');
        return end ? end + 1 : p + strlen(p);
    }
    if (*p == '\\' || *p == '_' || *p == '*')
        return p[1] ? p + 2 : p + 1;
    if (*p == '[' && !(p[1] && strchr("hHmMsS", p[1]) && (p[2] == ']' || (p[2] && p[3] == ']')))) {
        const char *end = strchr(p, ']');
        return end ? end + 1 : p + strlen(p);
    }
    return NULL;
}

struct number_style xlsx_custom_style(const char *format)
{
    bool day = false, hour = false, month = false, other = false;
    int zeros = 0;
    if (strncasecmp(format, "general", 7) == 0)
        return (struct number_style){0};
    for (const char *p = format, *next; *p && *p != ';'; p = next) {
        next = skip_literal(p);
        if (next)
            continue;
        next = p + 1;
        int c = tolower((unsigned char)*p);
        day |= c == 'y' || c == 'd' || c == 'g';
        hour |= c == 'h' || c == 's';
        month |= c == 'm';
        zeros += c == '0';
        other |= c != '0';
    }
    if (day || month || hour)
        return (struct number_style){.shape = !hour ? SHAPE_DATE : day ? SHAPE_DATETIME : SHAPE_TIME};
    return (struct number_style){.zeros = other || zeros < 2 ? 0 : zeros > 30 ? 30 : zeros};
}

static bool day_of(double serial, bool date1904, struct date *ret)
{
    if (serial < 1 || serial > 2958465) /* 9999-12-31 */
        return false;
    int days = (int)serial;
    if (date1904)
        *ret = date_add_days((struct date){1904, 1, 1}, days);
    else /* Excel believes in 29 February 1900, day 60 */
        *ret = date_add_days((struct date){1899, 12, 30}, days < 60 ? days + 1 : days);
    return true;
}

static void put_time(char *out, size_t room, long seconds)
{
    if (seconds % 60)
        snprintf(out, room, "%02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
    else
        snprintf(out, room, "%02ld:%02ld", seconds / 3600, seconds / 60 % 60);
}

/* Excel keeps 15 digits; the file shows the double behind them (0.10000000000000001). */
static void put_number(char *out, const char *v, double number, int zeros)
{
    bool plain = strspn(v, "0123456789-") == strlen(v) && strlen(v) < 20;
    if (plain)
        snprintf(out, 64, "%s", v);
    else if (fabs(number) >= 1e15 && fabs(number) < 1e30)
        snprintf(out, 64, "%.0f", number);
    else
        snprintf(out, 64, "%.15g", number);
    if (zeros && number >= 0 && strspn(out, "0123456789") == strlen(out) && (int)strlen(out) < zeros) {
        size_t n = strlen(out), missing = (size_t)zeros - n;
        memmove(out + missing, out, n + 1);
        memset(out, '0', missing);
    }
}

void xlsx_number_text(char out[64], const char *v, struct number_style style, bool date1904)
{
    char *end;
    double number = strtod(v, &end);
    if (*end || end == v || !isfinite(number)) {
        snprintf(out, 64, "%.63s", v);
        return;
    }
    struct date day = {0};
    long seconds = number >= 0 && number < 3e6 ? lround((number - floor(number)) * 86400) : 0;
    if (style.shape == SHAPE_TIME && number >= 0 && number < 10000) {
        put_time(out, 64, lround(number * 86400));
        return;
    }
    if (seconds == 86400) {
        number = floor(number) + 1;
        seconds = 0;
    }
    if ((style.shape != SHAPE_DATE && style.shape != SHAPE_DATETIME) || !day_of(number, date1904, &day)) {
        put_number(out, v, number, style.zeros);
        return;
    }
    int n = snprintf(out, 64, "%04d-%02d-%02d", day.year, day.month, day.day);
    if (style.shape == SHAPE_DATETIME || seconds) {
        out[n++] = 'T';
        put_time(out + n, 64 - (size_t)n, seconds);
    }
}
