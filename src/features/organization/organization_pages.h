/* organization_pages.h -- the handlers of /settings/offices and /settings/organizations. */
#pragma once
#include "web/request.h"

handler_fn office_list_page, office_new_page, office_edit_page, office_save_page;
handler_fn organization_new_page, organization_edit_page, organization_save_page;
extern const struct field_set office_fields, organization_fields;
