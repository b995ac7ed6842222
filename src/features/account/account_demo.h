/* account_demo.h -- the invented users of `init --demo`. */
#pragma once
#include "store/store.h"

bool account_demo(struct store *store, struct err *err);
