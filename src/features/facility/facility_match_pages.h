/* facility_match_pages.h -- pairs that may be the same, decided by a person; the sources on an entry's page. */
#pragma once
#include "web/request.h"

handler_fn facility_match_page, facility_match_decide_post, facility_match_undo_post;
bool facility_source_panel(struct buf *out, struct request *req, const char *id, struct err *err);
