/* facility_local_demo.h -- its part of `init --demo`. */
#pragma once
#include "store/store.h"

bool facility_local_demo(struct store *store, struct err *err);
