/* keeping_view.h -- what keeping.html shows. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct keeping_line {
    const char *at, *kind, *who, *file, *rows, *size, *fingerprint, *seal, *reason;
};
struct keeping_view {
    const char *csrf;
    const char *age_class, *age, *age_detail; /* status-ok ●, status-warn ▲, status-late ■ */
    const char *chain_class, *chain, *chain_detail, *finding;
    const struct keeping_line *lines;
    size_t count;
    bool asks_password; /* not in the demo */
    const char *reason; /* as typed */
    const char *reason_error, *passphrase_error, *again_error, *password_error; /* NULL without */
};
