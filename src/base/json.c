#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void json_init(struct json *j, struct buf *out)
{
    *j = (struct json){.out = out};
}

/* Before every value and every key; a value right after its key takes none. */
static void separate(struct json *j)
{
    if (j->comma[j->depth])
        buf_char(j->out, ',');
    j->comma[j->depth] = true;
}

void json_open(struct json *j, char bracket)
{
    assert(j->depth < 32);
    separate(j);
    buf_char(j->out, bracket);
    j->comma[++j->depth] = false;
}

void json_close(struct json *j, char bracket)
{
    assert(j->depth > 0);
    j->depth--;
    buf_char(j->out, bracket);
}

static const char *short_escape(unsigned char c)
{
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return NULL;
    }
}

/* '<' too, so that JSON inside a page cannot end its script element. */
static const bool is_special[256] = {[1 ... 0x1F] = true, ['"'] = true, ['\\'] = true, ['<'] = true, [0x7F] = true};

static void escaped(struct buf *out, unsigned char c)
{
    if (short_escape(c))
        buf_text(out, short_escape(c));
    else
        buf_printf(out, "\\u%04x", c);
}

/* Whether one of eight bytes is special: the subtraction borrows into the high bit of a byte below the limit. */
static bool any_special(uint64_t w)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\', less = w ^ ones * '<', del = w ^ ones * 0x7F;
    uint64_t found = ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((less - ones) & ~less) | ((del - ones) & ~del);
    return (found & high) != 0;
}

/* Copies up to the next special character or `end`; returns how many bytes. */
static size_t copy_plain(char *to, const char *s, const char *end)
{
    const char *from = s;
    for (uint64_t w; end - s >= (ptrdiff_t)sizeof w; s += sizeof w, to += sizeof w) {
        memcpy(&w, s, sizeof w);
        if (any_special(w))
            break;
        memcpy(to, &w, sizeof w);
    }
    while (s < end && !is_special[(unsigned char)*s])
        *to++ = *s++;
    return (size_t)(s - from);
}

/* Nearly every text is plain: its room is made once and its characters are looked at while they are copied. */
static void quoted(struct buf *out, const char *s)
{
    size_t size = strlen(s);
    buf_reserve(out, size + 2);
    out->data[out->size++] = '"';
    for (const char *end = s + size; s < end;) {
        buf_reserve(out, (size_t)(end - s) + 2);
        size_t plain = copy_plain(out->data + out->size, s, end);
        out->size += plain;
        s += plain;
        if (s < end)
            escaped(out, (unsigned char)*s++);
    }
    buf_char(out, '"');
}

void json_key(struct json *j, const char *name)
{
    separate(j);
    quoted(j->out, name);
    buf_char(j->out, ':');
    j->comma[j->depth] = false;
}

void json_text(struct json *j, const char *s)
{
    if (!s) {
        json_none(j);
        return;
    }
    separate(j);
    quoted(j->out, s);
}

void json_int(struct json *j, long long n)
{
    char digits[24], *at = digits + sizeof digits;
    unsigned long long left = n < 0 ? 0ull - (unsigned long long)n : (unsigned long long)n;
    separate(j);
    do
        *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (n < 0)
        *--at = '-';
    buf_bytes(j->out, at, (size_t)(digits + sizeof digits - at));
}

void json_double(struct json *j, double x, int decimals)
{
    separate(j);
    /* JSON has no word for what is not a number. */
    if (isfinite(x))
        buf_printf(j->out, "%.*f", decimals, x);
    else
        buf_text(j->out, "null");
}

void json_bool(struct json *j, bool b)
{
    separate(j);
    buf_text(j->out, b ? "true" : "false");
}

void json_none(struct json *j)
{
    separate(j);
    buf_text(j->out, "null");
}

void json_pair(struct json *j, const char *name, const char *s)
{
    json_key(j, name);
    json_text(j, s);
}

void json_pair_int(struct json *j, const char *name, long long n)
{
    json_key(j, name);
    json_int(j, n);
}

void json_raw(struct json *j, const char *json)
{
    separate(j);
    buf_text(j->out, json);
}
