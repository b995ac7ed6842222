/* passphrase.h -- 合い言葉: where it comes from, and how it waits for a job. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

enum { PASSPHRASE_SHORTEST = 12 }; /* characters: a stolen file can be tried on many machines for years */

/* The first line of the file; without a file RENKEI_PASSPHRASE; NULL when there is neither.  ERR_INPUT when the file cannot be read or may be
 * read by everybody. */
bool passphrase_read(const char *file, struct arena *a, const char **ret, struct err *err);
/* ERR_INPUT "keeping.passphrase_short". */
bool passphrase_check(const char *passphrase, struct err *err);
/* Into a file sealed with the app key, mode 0600, and back: it never stands in the database. */
bool passphrase_seal(const char *path, const char *passphrase, const unsigned char *app_key, struct err *err);
bool passphrase_open(const char *path, const unsigned char *app_key, struct arena *a, const char **ret, struct err *err);
