#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = {"debug", "info", "warn", "error"};

/* A value that smuggles a line end or an escape sequence must not look like an event of its own. */
static void defuse(char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7F)
            *s = '?';
}

void log_event(enum log_level level, const char *event, const char *details, ...)
{
    if (level == LOG_DEBUG && !getenv("RENKEI_LOG_DEBUG"))
        return;
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    char line[1024], text[768];
    va_list args;
    va_start(args, details);
    vsnprintf(text, sizeof text, details, args);
    va_end(args);
    defuse(text);
    int n = snprintf(line, sizeof line, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ %s %.80s%s%s\n", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now.tv_nsec / 1000000, level_names[level], event,
                     *text ? " " : "", text);
    /* One write a line, so that lines of several threads do not mix.  Nobody is left to tell when stderr is gone. */
    if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
        return;
}
