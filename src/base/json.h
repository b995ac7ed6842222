/* json.h -- writing JSON straight into a buffer (reading is jansson's).
 *
 *   json_open(&j, '{'); json_key(&j, "id"); json_text(&j, id); json_close(&j, '}');
 * Commas are set by themselves.  Depth is at most 32.  (json_string and json_null are jansson's names: hence json_text and json_none.) */
#pragma once
#include "base/buf.h"

#include <stdbool.h>

struct json {
    struct buf *out;
    unsigned depth;
    bool comma[33];
};

void json_init(struct json *j, struct buf *out);
void json_open(struct json *j, char bracket);  /* '{' or '[' */
void json_close(struct json *j, char bracket); /* '}' or ']' */
void json_key(struct json *j, const char *name);
void json_text(struct json *j, const char *s); /* NULL gives null */
void json_int(struct json *j, long long n);
void json_double(struct json *j, double x, int decimals);
void json_bool(struct json *j, bool b);
void json_none(struct json *j);
void json_raw(struct json *j, const char *json); /* a value that is JSON already */
/* key and value in one call */
void json_pair(struct json *j, const char *name, const char *s);
void json_pair_int(struct json *j, const char *name, long long n);
