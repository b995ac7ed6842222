/* escape.h -- text into markup, for whoever writes HTML or SVG on any floor. */
#pragma once
#include "base/buf.h"

/* Element text and quoted attributes: & < > " ' become references; control characters that markup forbids are left out.  NULL adds nothing. */
void escape_html(struct buf *out, const char *s);
