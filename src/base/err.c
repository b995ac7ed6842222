#include "base/err.h"

#include <stdio.h>

bool err_set(struct err *e, enum err_kind kind, const char *message, const char *detail, ...)
{
    if (!e)
        return false;
    e->kind = kind;
    e->message = message;
    e->field = NULL;
    va_list args;
    va_start(args, detail);
    vsnprintf(e->detail, sizeof e->detail, detail, args);
    va_end(args);
    return false;
}

bool err_field(struct err *e, const char *field, const char *message)
{
    err_set(e, ERR_INPUT, message, "field=%s", field);
    if (e)
        e->field = field;
    return false;
}

int err_http_status(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE: return 200;
    case ERR_INPUT: return 422;
    case ERR_NOT_FOUND: return 404;
    case ERR_FORBIDDEN: return 403;
    case ERR_SIGNED_OUT: return 401;
    case ERR_CONFLICT: return 409;
    case ERR_TOO_LARGE: return 413;
    case ERR_BUSY: return 429;
    case ERR_STORE_AWAY: return 503;
    case ERR_DB:
    case ERR_BROKEN: break;
    }
    return 500;
}

int err_exit_code(enum err_kind kind)
{
    return kind == ERR_NONE ? 0 : kind == ERR_STORE_AWAY ? 3 : 1;
}
