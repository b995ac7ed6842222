/* totp.h -- the second factor: one-time codes of an authenticator app (RFC 6238), and recovery codes. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOTP_SECRET_BYTES = 20, TOTP_STEP_SECONDS = 30, RECOVERY_CODES = 10 };

/* A new secret, sealed with the app key for this user (XChaCha20-Poly1305; text that goes into the table). */
const char *totp_new(const unsigned char *app_key, const char *user_id, struct arena *a);
/* TOTP_SECRET_BYTES bytes, or NULL when the sealed text is not this user's or the key has changed. */
const unsigned char *totp_open(const unsigned char *app_key, const char *user_id, const char *sealed, struct arena *a);
/* otpauth:// address for the QR code, and the secret in base32 in groups of four for typing. */
const char *totp_address(const unsigned char *secret, const char *login_name, struct arena *a);
const char *totp_base32(const unsigned char *secret, struct arena *a);
/* True when `code` is that of now, 30 seconds earlier or later, and of a later step than `last_step`: no code works twice.  `ret_step` is the
 * step to remember. */
bool totp_fits(const unsigned char *secret, const char *code, int64_t now_seconds, int64_t last_step, int64_t *ret_step);
/* The code of a moment, 6 digits; for specs and the demo. */
const char *totp_code(const unsigned char *secret, int64_t now_seconds, struct arena *a);

/* "ABCD-EFGH-JKLM": 60 random bits. */
const char *recovery_code_new(struct arena *a);
/* What is stored; the same for the code typed with other case, blanks or hyphens, or full width.  NULL when it cannot be one. */
const char *recovery_code_hash(const char *typed, struct arena *a);
