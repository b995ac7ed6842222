#include "features/contact_person/contact_photo.h"

#include <stdint.h>
#include <string.h>

struct reader {
    const uint8_t *at, *end;
};

static bool bad(struct err *err)
{
    return err_set(err, ERR_INPUT, "contact_person.photo_kind", "not a whole JPEG or PNG");
}

static bool too_large(struct err *err)
{
    return err_set(err, ERR_INPUT, "contact_person.photo_size", "picture too large");
}

static uint32_t number(const uint8_t *at, size_t bytes)
{
    uint32_t n = 0;
    while (bytes--)
        n = n << 8 | *at++;
    return n;
}

static size_t left(const struct reader *r)
{
    return (size_t)(r->end - r->at);
}

/* --- JPEG: ITU-T T.81 B.1: 0xff marker, length of two bytes that counts itself --- */

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DQT = 0xdb, DHT = 0xc4, DRI = 0xdd, APP14 = 0xee };

/* SOF0..SOF3: how the picture is coded, with its height and width. */
static bool is_frame(uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xc3;
}

/* APP14 says how colours are meant; it carries nothing else. */
static bool is_kept(uint8_t marker)
{
    return is_frame(marker) || marker == DQT || marker == DHT || marker == DRI || marker == APP14 || marker == SOS;
}

static bool is_too_large(uint32_t width, uint32_t height)
{
    return !width || !height || width > CONTACT_PHOTO_PIXELS || height > CONTACT_PHOTO_PIXELS;
}

/* Coded data up to the next marker that is none of its own (0xff00 and restarts belong to it). */
static void copy_scan(struct reader *r, struct buf *out)
{
    const uint8_t *from = r->at;
    while (left(r) > 1 && !(r->at[0] == 0xff && r->at[1] != 0 && !(r->at[1] >= 0xd0 && r->at[1] <= 0xd7)))
        r->at++;
    buf_bytes(out, from, (size_t)(r->at - from));
}

static bool clean_jpeg(struct reader *r, struct buf *out, struct err *err)
{
    bool has_frame = false;
    buf_bytes(out, "\xff\xd8", 2);
    for (r->at += 2; left(r) >= 2;) {
        uint8_t marker = r->at[1];
        if (r->at[0] != 0xff)
            return bad(err);
        if (marker == 0xff) { /* fill byte */
            r->at++;
            continue;
        }
        if (marker == EOI) {
            buf_bytes(out, "\xff\xd9", 2);
            return has_frame || bad(err);
        }
        uint32_t length = left(r) >= 4 ? number(r->at + 2, 2) : 0;
        if (length < 2 || left(r) < 2 + length)
            return bad(err);
        if (is_frame(marker)) {
            if (length < 8)
                return bad(err);
            if (is_too_large(number(r->at + 7, 2), number(r->at + 5, 2)))
                return too_large(err);
            has_frame = true;
        }
        if (is_kept(marker))
            buf_bytes(out, r->at, 2 + length);
        r->at += 2 + length;
        if (marker == SOS)
            copy_scan(r, out);
    }
    return bad(err);
}

/* --- PNG: RFC 2083 §3: length, four letters, data, CRC --- */

static bool is_drawn(const uint8_t *name)
{
    static const char *const kept[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "sRGB"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (!memcmp(name, kept[i], 4))
            return true;
    return false;
}

static bool clean_png(struct reader *r, struct buf *out, struct err *err)
{
    buf_bytes(out, r->at, 8);
    r->at += 8;
    for (bool first = true; left(r) >= 12; first = false) {
        uint32_t length = number(r->at, 4);
        const uint8_t *name = r->at + 4;
        if (length > left(r) - 12 || first != !memcmp(name, "IHDR", 4) || (first && length != 13))
            return bad(err);
        if (first && is_too_large(number(r->at + 8, 4), number(r->at + 12, 4)))
            return too_large(err);
        if (is_drawn(name))
            buf_bytes(out, r->at, 12 + length);
        if (!memcmp(name, "IEND", 4))
            return true;
        r->at += 12 + (size_t)length;
    }
    return bad(err);
}

bool contact_photo_clean(const void *data, size_t size, struct buf *out, const char **ret_type, struct err *err)
{
    struct reader r = {data, (const uint8_t *)data + size};
    if (size > CONTACT_PHOTO_BYTES)
        return too_large(err);
    if (size > 4 && !memcmp(data, "\xff\xd8\xff", 3)) {
        *ret_type = "image/jpeg";
        return clean_jpeg(&r, out, err);
    }
    if (size > 8 && !memcmp(data, "\x89PNG\r\n\x1a\n", 8)) {
        *ret_type = "image/png";
        return clean_png(&r, out, err);
    }
    return bad(err);
}
