#include "features/gathering/gathering_calendar.h"

#include "base/date.h"

#include <string.h>

/* RFC 5545 §3.1: a line holds at most 75 octets; the rest goes on lines that begin with a blank.  Never inside a character. */
static void folded_line(struct buf *out, const char *line)
{
    size_t used = 0;
    for (const char *c = line; *c;) {
        size_t size = 1;
        while ((c[size] & 0xC0) == 0x80)
            size++;
        if (used + size > 75) {
            buf_text(out, "\r\n ");
            used = 1;
        }
        buf_bytes(out, c, size);
        used += size;
        c += size;
    }
    buf_text(out, "\r\n");
}

/* RFC 5545 §3.3.11 TEXT. */
static void text_property(struct buf *out, const char *name, const char *text)
{
    if (!*text)
        return;
    auto_buf line = {0};
    buf_printf(&line, "%s:", name);
    for (const char *c = text; *c; c++) {
        if (*c == '\n')
            buf_text(&line, "\\n");
        else if (*c == '\\' || *c == ';' || *c == ',')
            buf_printf(&line, "\\%c", *c);
        else
            buf_char(&line, *c);
    }
    folded_line(out, line.data);
}

static void digits(struct buf *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size && text[i]; i++)
        if (text[i] >= '0' && text[i] <= '9')
            buf_char(out, text[i]);
}

static void wall_time(struct buf *out, const char *name, const char *day, const char *time)
{
    buf_printf(out, "%s;TZID=Asia/Tokyo:", name);
    digits(out, day, 10);
    buf_char(out, 'T');
    digits(out, time, 5);
    buf_text(out, "00\r\n");
}

static void whole_day(struct buf *out, const char *name, struct date day)
{
    buf_printf(out, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, day.year, day.month, day.day);
}

static void times(struct buf *out, const struct calendar_event *e)
{
    if (!*e->time_from) {
        struct date day = date_from_iso(e->day);
        whole_day(out, "DTSTART", day);
        whole_day(out, "DTEND", date_add_days(day, 1)); /* exclusive: RFC 5545 §3.6.1 */
        return;
    }
    wall_time(out, "DTSTART", e->day, e->time_from);
    if (*e->time_to)
        wall_time(out, "DTEND", e->day, e->time_to);
}

void calendar_write(struct buf *out, const struct calendar_event *e)
{
    buf_text(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Renkei//Renkei//JA\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\n"
                  "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\n"
                  "END:VTIMEZONE\r\nBEGIN:VEVENT\r\n");
    buf_printf(out, "UID:%s@renkei\r\nDTSTAMP:", e->id);
    digits(out, e->changed_at, 10);
    buf_char(out, 'T');
    digits(out, strlen(e->changed_at) > 11 ? e->changed_at + 11 : "000000", 8);
    buf_text(out, "Z\r\n");
    times(out, e);
    text_property(out, "SUMMARY", e->name);
    text_property(out, "LOCATION", e->place);
    text_property(out, "URL", e->url);
    buf_text(out, "END:VEVENT\r\nEND:VCALENDAR\r\n");
}
