/* membership_lines.h -- a user's memberships as two pages show them. */
#pragma once
#include "features/account/account_view.h"
#include "web/request.h"

bool membership_lines(struct request *req, const char *user_id, const struct membership_line **ret_lines, size_t *ret_count,
                      struct err *err);
