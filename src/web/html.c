#include "web/html.h"

#include <stdio.h>
#include <string.h>

static const char *entity(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void html_text(struct buf *out, const char *s)
{
    if (!s)
        return;
    for (;;) {
        size_t n = strcspn(s, "&<>\"'");
        buf_bytes(out, s, n);
        s += n;
        if (!*s)
            return;
        buf_text(out, entity(*s++));
    }
}

void html_lines(struct buf *out, const char *s)
{
    if (!s)
        return;
    for (;;) {
        size_t n = strcspn(s, "&<>\"'\n");
        buf_bytes(out, s, n);
        s += n;
        if (!*s)
            return;
        buf_text(out, *s == '\n' ? "<br>" : entity(*s));
        s++;
    }
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

void html_url(struct buf *out, const char *s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (const unsigned char *c = (const unsigned char *)(s ? s : ""); *c; c++) {
        if (is_unreserved(*c)) {
            buf_char(out, (char)*c);
        } else {
            const char escaped[3] = {'%', hex[*c >> 4], hex[*c & 15]};
            buf_bytes(out, escaped, sizeof escaped);
        }
    }
}

bool html_is_own_path(const char *s)
{
    if (s[0] != '/' || s[1] == '/' || s[1] == '\\')
        return false;
    for (const unsigned char *c = (const unsigned char *)s; *c; c++)
        if (*c < 0x20 || *c == 0x7f)
            return false;
    return true;
}

void html_href(struct buf *out, const char *s)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:"};
    bool allowed = s && html_is_own_path(s);
    for (size_t i = 0; s && i < sizeof schemes / sizeof *schemes; i++)
        allowed = allowed || !strncmp(s, schemes[i], strlen(schemes[i]));
    html_text(out, allowed ? s : "#");
}

void html_number(struct buf *out, long long n)
{
    char digits[24];
    buf_bytes(out, digits, (size_t)snprintf(digits, sizeof digits, "%lld", n));
}

void html_int(struct buf *out, long long n)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%lld", n);
    int first = digits[0] == '-';
    for (int i = 0; i < size; i++) {
        if (i > first && (size - i) % 3 == 0)
            buf_char(out, ',');
        buf_char(out, digits[i]);
    }
}

void html_script_json(struct buf *out, const char *json)
{
    for (;;) {
        size_t n = strcspn(json, "<");
        buf_bytes(out, json, n);
        json += n;
        if (!*json++)
            return;
        buf_text(out, "\\u003c");
    }
}
