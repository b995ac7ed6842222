/* text.c -- checking, cleaning and measuring; text_fold.c folds, text_cp932.c converts. */
#include "base/text.h"

#include "base/utf8.h"

#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>

/* The last two of every plane and U+FDD0..U+FDEF. */
static bool is_noncharacter(int32_t c)
{
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

bool text_is_utf8(const char *s, size_t size)
{
    const char *end = s + size;
    if (size && memchr(s, '\0', size))
        return false;
    while (s < end) {
        size_t ascii = utf8_ascii_run(s, (size_t)(end - s));
        s += ascii;
        if (ascii)
            continue;
        int32_t c = utf8_next(&s, end);
        if (c == UTF8_ILL_FORMED || is_noncharacter(c))
            return false;
    }
    return true;
}

static bool is_blank(int32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == 0x3000 || c == 0xA0;
}

/* Control characters, and the invisible ones that reorder or hide text.  Joiners and variation selectors stay: they choose
 * the shape of a name. */
static bool is_dropped(int32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c <= 0x9F) || c == 0x200B || c == 0x200E || c == 0x200F ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static bool is_combining(int32_t c)
{
    return (c >= 0x300 && c <= 0x36F) || c == 0x3099 || c == 0x309A;
}

struct cleaning {
    char *text;
    size_t size, last; /* where the last character begins */
    int32_t before;    /* the last character */
};

static void put(struct cleaning *to, int32_t c)
{
    if (is_combining(c) && to->size) {
        /* か and a loose ゛ become が.  Full NFC is not wanted: it would replace 神 (U+FA19), which a name may need. */
        UErrorCode status = U_ZERO_ERROR;
        const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
        int32_t both = U_SUCCESS(status) ? unorm2_composePair(nfc, to->before, c) : -1;
        if (both > 0) {
            to->size = to->last;
            c = both;
        }
    }
    to->last = to->size;
    to->before = c;
    to->size += utf8_put(to->text + to->size, c);
}

/* CRLF, CR, and Unicode's line and paragraph separators are line ends. */
static int32_t clean_character(int32_t c, const char **at, const char *end)
{
    if (c == '\r') {
        if (*at < end && **at == '\n')
            (*at)++;
        return '\n';
    }
    if (c == 0x2028 || c == 0x2029)
        return '\n';
    return c == UTF8_ILL_FORMED || is_noncharacter(c) ? 0xFFFD : c;
}

static bool is_blank_at(const unsigned char *s)
{
    return *s == ' ' || (s[0] == 0xE3 && s[1] == 0x80 && s[2] == 0x80);
}

/* Nearly every text: ASCII letters and signs, kana, kanji and their punctuation (U+3000..30FF, U+4000..9FFF) without a loose ゛ or ゜, and no blank
 * at either end.  No rule above speaks of these. */
static bool is_clean(const unsigned char *s, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (s[i] >= ' ' && s[i] < 0x7F)
            continue;
        bool three = i + 2 < size && (s[i + 1] & 0xC0) == 0x80 && (s[i + 2] & 0xC0) == 0x80;
        bool plain = !three ? false : s[i] == 0xE3 ? s[i + 1] <= 0x83 && !(s[i + 1] == 0x82 && (s[i + 2] == 0x99 || s[i + 2] == 0x9A)) : s[i] >= 0xE4 && s[i] <= 0xE9;
        if (!plain)
            return false;
        i += 2;
    }
    return !size || (!is_blank_at(s) && s[size - 1] != ' ' && (size < 3 || !is_blank_at(s + size - 3)));
}

char *text_clean(struct arena *a, const char *s, size_t size, bool single_line)
{
    if (is_clean((const unsigned char *)s, size))
        return arena_strndup(a, s, size);
    const char *end = s + size;
    struct cleaning to = {.text = arena_alloc(a, size * 3 + 1)}; /* one ill-formed byte becomes three */
    size_t solid = 0;                                            /* without the blanks at the end */
    while (s < end) {
        int32_t c = utf8_next(&s, end);
        c = clean_character(c, &s, end);
        if (is_dropped(c) || (!solid && is_blank(c)))
            continue;
        put(&to, single_line && (c == '\n' || c == '\t') ? ' ' : c);
        if (!is_blank(c))
            solid = to.size;
    }
    to.text[solid] = '\0';
    return to.text;
}

size_t text_length(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

char *text_cut(struct arena *a, const char *s, size_t n)
{
    const char *at = s, *end = s + strlen(s);
    for (; at < end && n; n--)
        utf8_next(&at, end);
    if (at == end)
        return arena_strdup(a, s);
    return arena_printf(a, "%.*s…", (int)(at - s), s);
}

static size_t columns(int32_t c)
{
    if (c < 0x7F)
        return 1;
    if (u_charType(c) == U_NON_SPACING_MARK)
        return 0;
    switch (u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH)) {
    case U_EA_WIDE:
    case U_EA_FULLWIDTH:
    case U_EA_AMBIGUOUS: return 2; /* ○ ① α are full width in Japanese fonts */
    default: return 1;
    }
}

size_t text_width(const char *s)
{
    const char *end = s + strlen(s);
    size_t width = 0;
    while (s < end)
        width += columns(utf8_next(&s, end));
    return width;
}

static bool is_alphanumeric(int32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_kana(int32_t c)
{
    return (c >= 0x3041 && c <= 0x3096) || c == 0x309D || c == 0x309E || (c >= 0x30A1 && c <= 0x30FE) || c == 0x3099 ||
           c == 0x309A || (c >= 0xFF65 && c <= 0xFF9F);
}

bool text_is_kana(const char *s)
{
    const char *end = s + strlen(s);
    while (s < end) {
        int32_t c = utf8_next(&s, end);
        bool full_width = c >= 0xFF01 && c <= 0xFF5E;
        if (!is_kana(c) && !is_blank(c) && !is_alphanumeric(full_width ? c - 0xFEE0 : c))
            return false;
    }
    return true;
}

char *text_digits(struct arena *a, const char *s)
{
    const char *end = s + strlen(s);
    char *digits = arena_alloc(a, strlen(s) + 1), *to = digits;
    while (s < end) {
        int32_t c = utf8_next(&s, end);
        if (c >= 0xFF10 && c <= 0xFF19)
            c -= 0xFEE0;
        if (c >= '0' && c <= '9')
            *to++ = (char)c;
    }
    return digits;
}

/* Opened once and only read afterwards, which ICU allows from many threads. */
static UCollator *japanese;
static pthread_once_t japanese_once = PTHREAD_ONCE_INIT;

static void open_japanese(void)
{
    UErrorCode status = U_ZERO_ERROR;
    japanese = ucol_open("ja", &status);
}

int text_collate(const char *x, const char *y)
{
    pthread_once(&japanese_once, open_japanese);
    UErrorCode status = U_ZERO_ERROR;
    int order = japanese ? (int)ucol_strcollUTF8(japanese, x, -1, y, -1, &status) : 0;
    /* か and カ are equal for the collation; sorting still wants one order. */
    return order ? order : strcmp(x, y);
}
