#include "output/csv.h"

#include <string.h>

/* -12, +0.5: what every spreadsheet takes as a number and cannot run. */
static bool is_number(const char *s)
{
    s += *s == '+' || *s == '-';
    size_t whole = strspn(s, "0123456789");
    s += whole;
    if (*s != '.')
        return whole && !*s;
    size_t part = strspn(s + 1, "0123456789");
    return whole && part && !s[1 + part];
}

/* Spreadsheets run cells that begin so (OWASP CSV injection); Japanese ones take the full-width signs as well. */
bool csv_is_dangerous(const char *s)
{
    static const char *const full_width[] = {"＝", "＋", "－", "＠"};
    s += strspn(s, "'");
    if (*s && strchr("=+-@\t\r\n", *s))
        return !is_number(s);
    for (size_t i = 0; i < sizeof full_width / sizeof full_width[0]; i++)
        if (strncmp(s, full_width[i], 3) == 0 && s[3])
            return true;
    return false;
}

void csv_cell(struct buf *out, const char *text, bool first)
{
    if (!first)
        buf_char(out, ',');
    if (!text)
        return;
    bool guarded = csv_is_dangerous(text);
    if (!text[strcspn(text, ",\"\r\n")]) {
        if (guarded)
            buf_char(out, '\'');
        buf_text(out, text);
        return;
    }
    buf_text(out, guarded ? "\"'" : "\"");
    for (const char *quote; (quote = strchr(text, '"')); text = quote + 1) {
        buf_bytes(out, text, (size_t)(quote - text));
        buf_text(out, "\"\"");
    }
    buf_text(out, text);
    buf_char(out, '"');
}

void csv_end_row(struct buf *out)
{
    buf_text(out, "\r\n");
}
