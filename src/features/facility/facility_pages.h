/* facility_pages.h -- the handlers of /facilities and the picker "facility". */
#pragma once
#include "web/picker.h"
#include "web/request.h"

handler_fn facility_list_page, facility_show_page;
extern const struct picker facility_picker;
bool facility_search(struct request *req, const char *words, struct search_results *results, struct err *err);
