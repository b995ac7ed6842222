/* date_now.c -- the clock.  Japan has one time zone, nine hours ahead, and no summer time since 1952. */
#include "base/date.h"
#include "base/date_text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { JAPAN = 9 * 60 * 60, DAY = 24 * 60 * 60 };

/* A day and the milliseconds of it. */
struct moment {
    struct date day;
    int ms;
};

static const struct date unix_epoch = {1970, 1, 1};

static struct moment moment_at(int64_t unix_ms, int zone)
{
    int64_t ms = unix_ms + (int64_t)zone * 1000, days = ms / (DAY * 1000LL), rest = ms % (DAY * 1000LL);
    if (rest < 0) {
        rest += DAY * 1000LL;
        days--;
    }
    return (struct moment){date_add_days(unix_epoch, (int)days), (int)rest};
}

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Unix milliseconds of "2024-11-30T14:03" with `rest` NULL, or of a longer text whose rest is given back; -1 when it is no time.
 */
static int64_t read_time(const char *s, int zone, const char **rest)
{
    if (!s || strlen(s) < 16 || s[10] != 'T' || s[13] != ':')
        return -1;
    char day[11] = {0}, clock[5] = {s[11], s[12], s[14], s[15]};
    memcpy(day, s, 10);
    struct date d = date_from_iso(day);
    int minutes = strspn(clock, "0123456789") == 4 ? time_parse(clock) : -1;
    if (!date_is_set(d) || minutes < 0)
        return -1;
    *rest = s + 16;
    return (date_days_between(unix_epoch, d) * (int64_t)DAY + minutes * 60 - zone) * 1000;
}

/* What the program takes for now; a RENKEI_NOW that is no time freezes nothing. */
static int64_t seen_ms(void)
{
    const char *rest, *frozen = getenv("RENKEI_NOW");
    int64_t ms = frozen && strlen(frozen) == 16 ? read_time(frozen, JAPAN, &rest) : -1;
    return ms >= 0 ? ms : now_ms();
}

struct date date_today(void)
{
    return moment_at(seen_ms(), JAPAN).day;
}

/* "T14:03" */
static char *put_minute(char *to, int ms)
{
    *to++ = 'T';
    to = date_digits(to, ms / 3600000, 2);
    *to++ = ':';
    return date_digits(to, ms / 60000 % 60, 2);
}

char *now_local(struct arena *a)
{
    struct moment now = moment_at(seen_ms(), JAPAN);
    char *text = arena_alloc(a, sizeof "2024-11-30T14:03");
    *put_minute(date_put(text, now.day), now.ms) = '\0';
    return text;
}

char *now_utc(struct arena *a)
{
    struct moment now = moment_at(seen_ms(), 0);
    char *text = arena_alloc(a, sizeof "2024-11-30T14:03:07.250Z"), *to = put_minute(date_put(text, now.day), now.ms);
    *to++ = ':';
    to = date_digits(to, now.ms / 1000 % 60, 2);
    *to++ = '.';
    to = date_digits(to, now.ms % 1000, 3);
    strcpy(to, "Z");
    return text;
}

struct date date_of_utc(const char *utc)
{
    const char *rest = "";
    int64_t ms = read_time(utc, 0, &rest);
    return ms == -1 ? (struct date){0} : moment_at(ms, JAPAN).day;
}

char *utc_to_local_label(struct arena *a, const char *utc)
{
    const char *rest = "";
    int64_t ms = read_time(utc, 0, &rest);
    if (ms == -1 || (*rest != 'Z' && *rest != ':'))
        return arena_strdup(a, "");
    struct moment local = moment_at(ms, JAPAN);
    return arena_printf(a, "%s %02d:%02d", date_wareki(a, local.day), local.ms / 3600000, local.ms / 60000 % 60);
}
