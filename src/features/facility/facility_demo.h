/* facility_demo.h -- Osaka City's real care offices (open data), built into the program, for `init --demo`. */
#pragma once
#include "store/store.h"

bool facility_demo(struct store *store, struct err *err);
