#include "base/escape.h"

static const char *reference(unsigned char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\t':
    case '\n':
    case '\r': return NULL;
    default: return c < 0x20 || c == 0x7f ? "" : NULL;
    }
}

void escape_html(struct buf *out, const char *s)
{
    if (!s)
        return;
    const char *start = s;
    for (; *s; s++) {
        const char *r = reference((unsigned char)*s);
        if (!r)
            continue;
        buf_bytes(out, start, (size_t)(s - start));
        buf_text(out, r);
        start = s + 1;
    }
    buf_bytes(out, start, (size_t)(s - start));
}
