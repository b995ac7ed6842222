#include "web/csrf.h"

#include <sodium.h>
#include <string.h>

enum { LONGEST = 128, VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

const char *csrf_masked(struct arena *a, const char *token)
{
    size_t n = strlen(token);
    if (!n || n > LONGEST)
        return "";
    unsigned char both[2 * LONGEST];
    randombytes_buf(both, n);
    for (size_t i = 0; i < n; i++)
        both[n + i] = both[i] ^ (unsigned char)token[i];
    size_t size = sodium_base64_ENCODED_LEN(2 * n, VARIANT);
    return sodium_bin2base64(arena_alloc(a, size), size, both, 2 * n, VARIANT);
}

static bool same(const void *given, const char *token, size_t size)
{
    return size && strlen(token) == size && !sodium_memcmp(given, token, size);
}

bool csrf_fits(const char *given, const char *token)
{
    unsigned char both[2 * LONGEST];
    size_t size = 0;
    if (same(given, token, strlen(given)))
        return true;
    if (sodium_base642bin(both, sizeof both, given, strlen(given), NULL, &size, NULL, VARIANT) || size % 2)
        return false;
    for (size_t i = 0; i < size / 2; i++)
        both[i] ^= both[size / 2 + i];
    return same(both, token, size / 2);
}
