/* user_pages.h -- the handlers of /settings and /settings/users. */
#pragma once
#include "web/request.h"

handler_fn settings_page, users_page, user_new_page, user_create_post, user_page, user_edit_page, user_save_post, user_disable_post,
    user_enable_post, user_reset_post, membership_add_post, membership_end_post;
extern const struct field_set user_new_fields, user_name_fields, membership_fields;
