/* csrf.h -- the token of a session as pages show it: under a fresh one-time pad each time, so that compressed pages that repeat what a
 * person typed tell nobody anything about it (BREACH). */
#pragma once
#include "base/arena.h"

#include <stdbool.h>

/* base64url of pad and pad XOR token; "" for "". */
const char *csrf_masked(struct arena *a, const char *token);
/* True when `given` is the token itself or the token under any pad.  Constant time for a given length. */
bool csrf_fits(const char *given, const char *token);
