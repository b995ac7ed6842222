/* audit_pages.h -- the handlers of /settings/audit: reading the log of operations, and the monthly review of it. */
#pragma once
#include "web/request.h"

handler_fn audit_page, audit_review_post;
extern const struct field_set audit_review_fields;
