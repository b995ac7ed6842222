/* password.h -- which passwords are taken, and how they are kept.
 *
 * Source: MHLW guideline 6.0 Q&A シQ-54 (../shared/domain/standards.md §5): (a) 13 or more mixed characters, or (c) 8 or more mixed
 * characters with a second factor; stored irreversibly; guessable ones refused. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

enum { PASSWORD_SHORTEST = 8, PASSWORD_LONG = 13, PASSWORD_LONGEST = 128 };

/* The Japanese sentence that says why it is not taken, or NULL.  `login_name` and `display_name` must not be what it is made of. */
const char *password_refusal(const char *password, const char *login_name, const char *display_name, struct arena *a);
/* True when it may stand without a second factor: 13 or more characters. */
bool password_is_long(const char *password);
/* A random one of 20 letters and digits in groups, to be changed at first sign-in. */
char *password_new(struct arena *a);

/* argon2id.  At most one runs at a time, so that many sign-ins cannot use up the memory; ERR_BUSY "account.busy" after waiting 5 s. */
bool password_hash(const char *password, struct arena *a, const char **ret_hash, struct err *err);
/* `hash` NULL takes as long as a real one and never fits: for unknown users. */
bool password_fits(const char *hash, const char *password, bool *ret_fits, struct err *err);
