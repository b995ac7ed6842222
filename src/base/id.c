#include "base/id.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void random_bytes(void *to, size_t size)
{
    /* Idempotent and safe from many threads. */
    if (sodium_init() < 0)
        abort();
    randombytes_buf(to, size);
}

/* `order` are the 12 bits after the milliseconds that sort what was made within one of them. */
static char *uuid7(struct arena *a, uint64_t unix_ms, unsigned order, const unsigned char random[8])
{
    unsigned char b[16];
    for (int i = 0; i < 6; i++)
        b[i] = (unsigned char)(unix_ms >> (40 - 8 * i));
    b[6] = (unsigned char)(0x70 | (order >> 8 & 0x0F));
    b[7] = (unsigned char)order;
    memcpy(b + 8, random, 8);
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3F));
    char *text = arena_alloc(a, ID_LENGTH + 1), *to = text;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *to++ = '-';
        *to++ = "0123456789abcdef"[b[i] >> 4];
        *to++ = "0123456789abcdef"[b[i] & 15];
    }
    return text;
}

char *id_new(struct arena *a)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    unsigned fraction = (unsigned)((uint64_t)(now.tv_nsec % 1000000) * 4096 / 1000000);
    unsigned char random[8];
    random_bytes(random, sizeof random);
    return uuid7(a, ms, fraction, random);
}

char *id_for(struct arena *a, int64_t unix_ms, uint64_t seed)
{
    uint64_t moment[2] = {(uint64_t)unix_ms, seed};
    unsigned char hash[crypto_generichash_BYTES];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)moment, sizeof moment, NULL, 0);
    return uuid7(a, (uint64_t)unix_ms, (unsigned)(seed & 0xFFF), hash);
}

bool id_is_valid(const char *s)
{
    if (!s || strlen(s) != ID_LENGTH)
        return false;
    for (int i = 0; i < ID_LENGTH; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? s[i] != '-' : !strchr("0123456789abcdef", s[i]))
            return false;
    }
    return true;
}

char *secret_new(struct arena *a, size_t bytes)
{
    unsigned char random[64];
    assert(bytes >= 1 && bytes <= sizeof random);
    random_bytes(random, bytes);
    size_t room = sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = sodium_bin2base64(arena_alloc(a, room), room, random, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof random);
    return text;
}

char *secret_hash(struct arena *a, const char *secret)
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)secret, strlen(secret), NULL, 0);
    size_t room = 2 * sizeof hash + 1;
    return sodium_bin2hex(arena_alloc(a, room), room, hash, sizeof hash);
}
