/* own_pages.h -- the handlers of /account: one's own password, second factor, memberships. */
#pragma once
#include "web/request.h"

handler_fn account_page, memberships_menu, password_post, second_factor_page, second_factor_post, second_factor_off_post, recovery_codes_post, membership_post;
