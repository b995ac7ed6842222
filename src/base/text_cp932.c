/* text_cp932.c -- UTF-8 from and to CP932, as in Microsoft's table.
 *
 * The table comes from ICU's Shift-JIS family and is corrected where Microsoft's differs.  Built once, then only read. */
#include "base/text.h"

#include "base/count.h"
#include "base/text_form.h"
#include "base/utf8.h"

#include <pthread.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>

enum { GETA = 0x81AC, REPLACEMENT = 0xFFFD };

/* Up to three bytes of UTF-8 and, in the last one, how many; 0 when nothing is there.  By lead byte << 8 | trail byte, or
 * by the single byte. */
static char to_utf8[0x10000][4];
static uint16_t to_cp932[0x10000];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static bool is_lead(unsigned char b)
{
    return (b >= 0x81 && b <= 0x9F) || (b >= 0xE0 && b <= 0xFC);
}

static bool is_trail(unsigned char b)
{
    return b >= 0x40 && b <= 0xFC && b != 0x7F;
}

/* Where ICU's ibm-943 and Microsoft's table part, and the user-defined area, which is arithmetic. */
static int32_t microsoft(unsigned code)
{
    static const uint16_t differences[][2] = {{0x815C, 0x2015}, {0x8160, 0xFF5E}, {0x8161, 0x2225}, {0x817C, 0xFF0D},
                                              {0x8191, 0xFFE0}, {0x8192, 0xFFE1}, {0x81CA, 0xFFE2}};
    for (size_t i = 0; i < COUNT(differences); i++)
        if (differences[i][0] == code)
            return differences[i][1];
    unsigned lead = code >> 8, trail = code & 0xFF;
    if (lead >= 0xF0 && lead <= 0xF9)
        return (int32_t)(0xE000 + (lead - 0xF0) * 188 + trail - (trail > 0x7F ? 0x41 : 0x40));
    return 0;
}

static int32_t look_up(UConverter *converter, unsigned code)
{
    if (microsoft(code))
        return microsoft(code);
    const char bytes[] = {(char)(code >> 8), (char)code};
    UChar wide[4];
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = ucnv_toUChars(converter, wide, COUNT(wide), bytes, 2, &status);
    return U_SUCCESS(status) && count == 1 && wide[0] != REPLACEMENT ? wide[0] : 0;
}

static void enter(unsigned code, int32_t c)
{
    to_utf8[code][3] = (char)utf8_put(to_utf8[code], c);
    /* The first code of a character wins: the order of the rows decides which. */
    if (!to_cp932[c])
        to_cp932[c] = (uint16_t)code;
}

static void enter_row(UConverter *converter, unsigned lead)
{
    for (unsigned trail = 0x40; trail <= 0xFC; trail++) {
        int32_t c = is_trail((unsigned char)trail) ? look_up(converter, lead << 8 | trail) : 0;
        if (c)
            enter(lead << 8 | trail, c);
    }
}

/* Characters that CP932 has under another name. */
static void enter_best_fits(void)
{
    static const uint16_t fits[][2] = {{0x00A0, ' '},    {0x00A2, 0x8191}, {0x00A3, 0x8192}, {0x00A5, 0x818F}, {0x00AC, 0x81CA},
                                       {0x2011, 0x815D}, {0x2012, 0x817C}, {0x2013, 0x815C}, {0x2014, 0x815C}, {0x2016, 0x8161},
                                       {0x2022, 0x8145}, {0x203E, 0x8150}, {0x2212, 0x817C}, {0x301C, 0x8160}};
    for (size_t i = 0; i < COUNT(fits); i++)
        if (!to_cp932[fits[i][0]])
            to_cp932[fits[i][0]] = fits[i][1];
}

static void build_tables(void)
{
    for (unsigned c = 0; c < 0x80; c++)
        enter(c, (int32_t)c);
    for (unsigned c = 0xA1; c <= 0xDF; c++)
        enter(c, (int32_t)(0xFF61 + c - 0xA1));
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open("ibm-943_P15A-2003", &status);
    if (U_FAILURE(status))
        return;
    for (unsigned lead = 0x81; lead <= 0xFC; lead++)
        if (is_lead((unsigned char)lead) && lead != 0xED && lead != 0xEE)
            enter_row(converter, lead);
    /* NEC's copies of IBM's characters come last: Microsoft writes IBM's codes. */
    enter_row(converter, 0xED);
    enter_row(converter, 0xEE);
    ucnv_close(converter);
    enter_best_fits();
}

/* Writes one character; returns how many bytes of CP932, or -1. */
static int write_one(struct buf *out, int32_t c)
{
    if (c > 0xFFFF || (c && !to_cp932[c]))
        return -1;
    unsigned code = to_cp932[c];
    if (code > 0xFF)
        buf_char(out, (char)(code >> 8));
    buf_char(out, (char)code);
    return code > 0xFF ? 2 : 1;
}

/* ㋿ as 令和, 神 (U+FA19) as 神, é as e: compatibility characters by what they stand for. */
static bool write_compatible(struct buf *out, int32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&status);
    UChar wide[32];
    int32_t count = U_SUCCESS(status) ? unorm2_getDecomposition(nfkc, c, wide, COUNT(wide), &status) : -1;
    size_t before = out->size;
    if (U_FAILURE(status) || count < 1)
        return false;
    for (int32_t i = 0; i < count; i++)
        if (!(wide[i] >= 0x300 && wide[i] <= 0x36F) && write_one(out, wide[i]) < 0) {
            buf_cut(out, before);
            return false;
        }
    return true;
}

/* A variation selector or a joiner only chooses the shape of its neighbour. */
static bool is_invisible(int32_t c)
{
    return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || (c >= 0x200B && c <= 0x200F) || c == 0x2060 ||
           c == 0xFEFF;
}

static bool write_nearest(struct buf *out, int32_t c)
{
    if (c == UTF8_ILL_FORMED)
        return false;
    if (write_one(out, c) > 0 || is_invisible(c))
        return true;
    int32_t common = text_common_form(c);
    return (common && write_one(out, common) > 0) || write_compatible(out, c);
}

size_t text_to_cp932(struct buf *out, const char *s, size_t size)
{
    pthread_once(&tables_once, build_tables);
    const char *end = s + size;
    size_t lost = 0;
    buf_reserve(out, size);
    while (s < end) {
        size_t ascii = utf8_ascii_run(s, (size_t)(end - s));
        if (ascii) {
            buf_bytes(out, s, ascii);
            s += ascii;
            continue;
        }
        if (!write_nearest(out, utf8_next(&s, end))) {
            buf_bytes(out, (const char[]){(char)(GETA >> 8), (char)GETA}, 2);
            lost++;
        }
    }
    return lost;
}

/* Decodes what begins before `limit`; returns where it stopped, which is before `limit` only at a byte that is no CP932.
 * `*to` has room for three bytes each and one more character. */
static const unsigned char *decode_well_formed(const unsigned char *s, const unsigned char *limit, const unsigned char *end,
                                               char **to)
{
    char *at = *to;
    while (s < limit) {
        size_t ascii = utf8_ascii_run((const char *)s, (size_t)(limit - s));
        memcpy(at, s, ascii);
        at += ascii;
        s += ascii;
        /* Japanese runs on for a while before the next ASCII. */
        for (unsigned n = 0; n < 32 && s < limit; n++) {
            bool two = is_lead(*s);
            if (two && end - s < 2)
                goto out;
            unsigned code = two ? (unsigned)*s << 8 | s[1] : *s;
            unsigned count = (unsigned char)to_utf8[code][3];
            if (!count)
                goto out;
            memcpy(at, to_utf8[code], 4);
            at += count;
            s += two ? 2 : 1;
        }
    }
out:
    *to = at;
    return s;
}

/* Bytes of an ill-formed character: a trail byte that is ASCII is left alone, for it may be a comma or a quote. */
static size_t ill_formed_bytes(const unsigned char *s, const unsigned char *end)
{
    return is_lead(*s) && end - s >= 2 && is_trail(s[1]) && s[1] >= 0x80 ? 2 : 1;
}

long text_from_cp932(struct buf *out, const char *bytes, size_t size)
{
    enum { CHUNK = 64 * 1024 };
    pthread_once(&tables_once, build_tables);
    const unsigned char *start = (const unsigned char *)bytes, *s = start, *end = start + size;
    long first_ill_formed = -1;
    buf_reserve(out, size + size / 2);
    while (s < end) {
        size_t chunk = (size_t)(end - s) < CHUNK ? (size_t)(end - s) : CHUNK;
        const unsigned char *limit = s + chunk;
        buf_reserve(out, chunk * 3 + 8);
        char *to = out->data + out->size;
        s = decode_well_formed(s, limit, end, &to);
        out->size = (size_t)(to - out->data);
        out->data[out->size] = '\0';
        if (s >= limit)
            continue;
        if (first_ill_formed < 0)
            first_ill_formed = s - start;
        buf_text(out, "\xEF\xBF\xBD");
        s += ill_formed_bytes(s, end);
    }
    return first_ill_formed;
}

static bool has_mark(const char *bytes, size_t size, const char *mark, size_t n)
{
    return size >= n && !memcmp(bytes, mark, n);
}

/* A sample may end in the middle of a character. */
static bool could_be_utf8(const char *bytes, size_t size)
{
    const char *end = bytes + size;
    while (bytes < end) {
        size_t ascii = utf8_ascii_run(bytes, (size_t)(end - bytes));
        bytes += ascii;
        const char *here = bytes;
        if (!ascii && utf8_next(&bytes, end) == UTF8_ILL_FORMED)
            return bytes == end && end - here < 4 && (unsigned char)*here >= 0xC2;
    }
    return true;
}

static bool could_be_cp932(const char *bytes, size_t size)
{
    auto_buf out = {0};
    long at = text_from_cp932(&out, bytes, size);
    return at < 0 || ((size_t)at + 1 == size && is_lead((unsigned char)bytes[at]));
}

enum text_encoding text_guess_encoding(const char *bytes, size_t size)
{
    if (has_mark(bytes, size, "\xEF\xBB\xBF", 3))
        return ENCODING_UTF8_BOM;
    if (has_mark(bytes, size, "\xFF\xFE", 2) || has_mark(bytes, size, "\xFE\xFF", 2))
        return ENCODING_UTF16;
    if (size && memchr(bytes, '\0', size))
        /* UTF-16 without a mark: one byte of each ASCII character is 0. */
        return size >= 2 && size % 2 == 0 && (!bytes[0] != !bytes[1]) ? ENCODING_UTF16 : ENCODING_UNKNOWN;
    if (could_be_utf8(bytes, size))
        return ENCODING_UTF8;
    return could_be_cp932(bytes, size) ? ENCODING_CP932 : ENCODING_UNKNOWN;
}
