/* html.h -- writing HTML: one function per context, no raw form for values.  Templates compile to these calls. */
#pragma once
#include "base/buf.h"

#include <stdbool.h>

#define html_raw(out, literal) buf_bytes((out), "" literal, sizeof(literal) - 1)
void html_text(struct buf *out, const char *s);  /* element text and quoted attributes: & < > " ' escaped */
void html_lines(struct buf *out, const char *s); /* as text, LF becomes <br> */
void html_url(struct buf *out, const char *s);   /* one path segment or query value, percent-encoded */
void html_href(struct buf *out, const char *s);  /* a whole address: only "/...", "http://", "https://", "mailto:", "tel:" pass, others become "#" */
/* True for the address of a page of ours.  "//host" and "/\\host" lead away, and so would "/TAB/host": browsers drop control characters. */
bool html_is_own_path(const char *s);
void html_int(struct buf *out, long long n);     /* with thousands separators */
void html_number(struct buf *out, long long n);  /* plain digits, for attributes */
void html_script_json(struct buf *out, const char *json); /* inside <script type="application/json">: '<' becomes \u003c */
