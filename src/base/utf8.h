/* utf8.h -- one character at a time, for the files of this floor that walk over text. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { UTF8_ILL_FORMED = -1 };

/* Reads the character at `*at`, which is before `end`, and moves past it.  An ill-formed sequence gives UTF8_ILL_FORMED and
 * moves past the bytes that could have begun a character (at least one), so that one broken character is one replacement. */
int32_t utf8_next(const char **at, const char *end);
/* Writes the character to `ret_bytes`; returns how many bytes, 1..4. */
size_t utf8_put(char ret_bytes[4], int32_t c);
/* How many bytes from `s` on are ASCII, looked at eight at a time; may stop up to seven short. */
size_t utf8_ascii_run(const char *s, size_t size);
