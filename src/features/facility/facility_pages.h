/* facility_pages.h -- the picker "facility", and what the search box of every page finds of the directory. */
#pragma once
#include "web/picker.h"
#include "web/request.h"

extern const struct picker facility_picker;
bool facility_search(struct request *req, const char *words, struct search_results *results, struct err *err);
/* facility_correction_pages.c: fields corrected against the published list, and the way back. */
handler_fn facility_correction_undo_post;
struct buf;
bool facility_correction_panel(struct buf *out, struct request *req, const char *id, struct err *err);
