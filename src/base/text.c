#include "base/text.h"

#include "base/utf8.h"

#include <string.h>

bool text_is_utf8(const char *s, size_t size)
{
    const char *end = s + size;
    if (memchr(s, '\0', size))
        return false;
    while (s < end) {
        size_t ascii = utf8_ascii_run(s, (size_t)(end - s));
        s += ascii;
        if (ascii)
            continue;
        int32_t c = utf8_next(&s, end);
        /* Noncharacters: the last two of every plane and U+FDD0..U+FDEF. */
        if (c == UTF8_ILL_FORMED || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF))
            return false;
    }
    return true;
}
