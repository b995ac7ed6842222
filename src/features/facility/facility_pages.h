/* facility_pages.h -- the picker "facility", and what the search box of every page finds of the directory. */
#pragma once
#include "web/picker.h"
#include "web/request.h"

extern const struct picker facility_picker;
bool facility_search(struct request *req, const char *words, struct search_results *results, struct err *err);
