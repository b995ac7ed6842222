#include "base/utf8.h"

#include <string.h>

/* The second byte's range is narrower after some first bytes: this is what shuts out overlong forms, surrogates
 * and what lies beyond U+10FFFF (Unicode, table 3-7). */
struct lead {
    int32_t bits;
    unsigned char more, low, high;
};

static struct lead lead_of(unsigned char b)
{
    if (b < 0xC2 || b > 0xF4)
        return (struct lead){0};
    if (b < 0xE0)
        return (struct lead){b & 0x1F, 1, 0x80, 0xBF};
    if (b < 0xF0)
        return (struct lead){b & 0x0F, 2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF};
    return (struct lead){b & 0x07, 3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF};
}

int32_t utf8_next(const char **at, const char *end)
{
    const unsigned char *s = (const unsigned char *)*at, *stop = (const unsigned char *)end;
    unsigned char first = *s++;
    *at = (const char *)s;
    if (first < 0x80)
        return first;
    struct lead lead = lead_of(first);
    if (!lead.more)
        return UTF8_ILL_FORMED;
    int32_t c = lead.bits;
    for (unsigned i = 0; i < lead.more; i++) {
        unsigned char low = i ? 0x80 : lead.low, high = i ? 0xBF : lead.high;
        if (s == stop || *s < low || *s > high)
            return UTF8_ILL_FORMED;
        c = c << 6 | (*s++ & 0x3F);
        *at = (const char *)s;
    }
    return c;
}

size_t utf8_put(char ret_bytes[4], int32_t c)
{
    if (c < 0x80) {
        ret_bytes[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        ret_bytes[0] = (char)(0xC0 | c >> 6);
        ret_bytes[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        ret_bytes[0] = (char)(0xE0 | c >> 12);
        ret_bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
        ret_bytes[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    ret_bytes[0] = (char)(0xF0 | c >> 18);
    ret_bytes[1] = (char)(0x80 | (c >> 12 & 0x3F));
    ret_bytes[2] = (char)(0x80 | (c >> 6 & 0x3F));
    ret_bytes[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t utf8_ascii_run(const char *s, size_t size)
{
    size_t n = 0;
    for (uint64_t eight; n + 8 <= size; n += 8) {
        memcpy(&eight, s + n, 8);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    return n;
}
