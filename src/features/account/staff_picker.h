/* staff_picker.h -- picks a colleague: users with a membership in the office one works in now; and names users. */
#pragma once
#include "web/picker.h"

bool staff_find(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err);
/* For a kind that only names: histories and conflicts say who changed a record. */
bool staff_find_nobody(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err);
const char *staff_label(struct request *req, const char *id);
