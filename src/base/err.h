/* err.h -- what went wrong: a sentence for the person, a detail for the log.
 *
 * The deepest function that understands the failure fills it; the edge (page, command) shows it.
 * Library-like code returns errors and does not log.  Out-parameters stay untouched on failure. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>

enum err_kind {
    ERR_NONE,
    ERR_INPUT,       /* the person typed something that cannot be taken: 422 */
    ERR_NOT_FOUND,   /* 404 */
    ERR_FORBIDDEN,   /* signed in, but this is not for this role or office: 403 */
    ERR_SIGNED_OUT,  /* no session or the session is locked: 401 */
    ERR_CONFLICT,    /* somebody else changed it first: 409 */
    ERR_TOO_LARGE,   /* 413 */
    ERR_BUSY,        /* too many tries, or too much load: 429 */
    ERR_DB,          /* the store refused for a reason that is our mistake: 500 */
    ERR_STORE_AWAY,  /* the store cannot be reached or the disk is full: 503 */
    ERR_BROKEN,      /* our own mistake: 500 */
};

struct err {
    enum err_kind kind;
    const char *message; /* key of the Japanese sentence, "feature.name"; see feature.h `messages` */
    const char *field;   /* form field to mark, or NULL */
    char detail[192];    /* for the log only; ids, never names or addresses */
};

/* Fills `e` (which may be NULL).  Always returns false, so a failing function ends in `return err_set(...)`. */
bool err_set(struct err *e, enum err_kind kind, const char *message, const char *detail, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, marking a form field. */
bool err_field(struct err *e, const char *field, const char *message);
int err_http_status(enum err_kind kind);
/* Exit code of a command that ended with this error: 1 refused, 3 could not reach the data. */
int err_exit_code(enum err_kind kind);
