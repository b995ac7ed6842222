#include "features/account/totp.h"

#include "base/id.h"
#include "base/text.h"

#include <ctype.h>
#include <liboath/oath.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SEALED = NONCE + TOTP_SECRET_BYTES + TAG,
    DIGITS = 6,
    RECOVERY_LETTERS = 12,
};

const char *totp_new(const unsigned char *app_key, const char *user_id, struct arena *a)
{
    unsigned char secret[TOTP_SECRET_BYTES], sealed[SEALED];
    char *text = arena_alloc(a, 2 * SEALED + 1);
    randombytes_buf(secret, sizeof secret);
    randombytes_buf(sealed, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, secret, sizeof secret, (const unsigned char *)user_id, strlen(user_id),
                                               NULL, sealed, app_key);
    sodium_memzero(secret, sizeof secret);
    return sodium_bin2hex(text, 2 * SEALED + 1, sealed, SEALED);
}

const unsigned char *totp_open(const unsigned char *app_key, const char *user_id, const char *sealed, struct arena *a)
{
    unsigned char bytes[SEALED];
    size_t size = 0;
    unsigned char *secret = arena_alloc(a, TOTP_SECRET_BYTES);
    if (sodium_hex2bin(bytes, sizeof bytes, sealed, strlen(sealed), NULL, &size, NULL) || size != SEALED)
        return NULL;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL, bytes + NONCE, SEALED - NONCE, (const unsigned char *)user_id,
                                                   strlen(user_id), bytes, app_key))
        return NULL;
    return secret;
}

static char *base32(const unsigned char *secret, struct arena *a)
{
    char *text = NULL;
    size_t size = 0;
    if (oath_base32_encode((const char *)secret, TOTP_SECRET_BYTES, &text, &size) != OATH_OK)
        return arena_strdup(a, "");
    char *copy = arena_strndup(a, text, size);
    free(text);
    return copy;
}

const char *totp_base32(const unsigned char *secret, struct arena *a)
{
    const char *plain = base32(secret, a);
    size_t n = strlen(plain);
    char *grouped = arena_alloc(a, n + n / 4 + 2), *at = grouped;
    for (size_t i = 0; i < n; i++) {
        if (i && i % 4 == 0)
            *at++ = ' ';
        *at++ = plain[i];
    }
    return grouped;
}

/* The label must not carry what a URI cannot: login names are checked to be letters, digits and . _ - @ */
const char *totp_address(const unsigned char *secret, const char *login_name, struct arena *a)
{
    return arena_printf(a, "otpauth://totp/Renkei:%s?secret=%s&issuer=Renkei", login_name, base32(secret, a));
}

static bool code_at(const unsigned char *secret, int64_t now_seconds, char code[DIGITS + 1])
{
    return now_seconds >= 0 && oath_init() == OATH_OK &&
           oath_totp_generate((const char *)secret, TOTP_SECRET_BYTES, (time_t)now_seconds, TOTP_STEP_SECONDS, 0, DIGITS, code) == OATH_OK;
}

const char *totp_code(const unsigned char *secret, int64_t now_seconds, struct arena *a)
{
    char *code = arena_alloc(a, DIGITS + 1);
    return code_at(secret, now_seconds, code) ? code : "";
}

bool totp_fits(const unsigned char *secret, const char *code, int64_t now_seconds, int64_t last_step, int64_t *ret_step)
{
    bool found = false;
    int64_t step = 0;
    if (strlen(code) != DIGITS)
        return false;
    for (int64_t near = -1; near <= 1; near++) {
        int64_t at = now_seconds + near * TOTP_STEP_SECONDS;
        char expected[DIGITS + 1] = "";
        if (!code_at(secret, at, expected) || sodium_memcmp(expected, code, DIGITS) || at / TOTP_STEP_SECONDS <= last_step)
            continue;
        found = true;
        step = at / TOTP_STEP_SECONDS;
    }
    if (found)
        *ret_step = step;
    return found;
}

/* Crockford's base 32: no I, L, O, U that could be misread. */
static const char recovery_letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const char *recovery_code_new(struct arena *a)
{
    char *code = arena_alloc(a, RECOVERY_LETTERS + 3), *at = code;
    for (int i = 0; i < RECOVERY_LETTERS; i++) {
        if (i && i % 4 == 0)
            *at++ = '-';
        *at++ = recovery_letters[randombytes_uniform(32)];
    }
    return code;
}

const char *recovery_code_hash(const char *typed, struct arena *a)
{
    char plain[RECOVERY_LETTERS + 1] = "";
    size_t n = 0;
    for (const char *c = text_fold(a, typed); *c; c++) {
        char upper = (char)toupper((unsigned char)*c);
        upper = upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
        if (upper == '-' || upper == ' ')
            continue;
        if (n == RECOVERY_LETTERS || !strchr(recovery_letters, upper))
            return NULL;
        plain[n++] = upper;
    }
    return n == RECOVERY_LETTERS ? secret_hash(a, plain) : NULL;
}
