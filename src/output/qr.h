/* qr.h -- QR codes out: SVG for pages, modules for paper. */
#pragma once
#include "base/buf.h"

#include <stdbool.h>

/* SVG element of `size_mm`, black on white with quiet zone; `label` becomes its accessible name. */
bool qr_svg(struct buf *out, const char *text, double size_mm, const char *label);
/* side*side bytes, 1 = black; free() by the caller; NULL when the text is too long. */
unsigned char *qr_modules(const char *text, int *ret_side);
