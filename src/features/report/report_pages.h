/* report_pages.h -- handlers of /reports and /reports/:id. */
#pragma once
#include "web/request.h"

bool report_index_page(struct request *req, struct err *err);
bool report_show_page(struct request *req, struct err *err);
