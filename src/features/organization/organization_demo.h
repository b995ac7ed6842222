/* organization_demo.h -- the invented organizations and offices of `init --demo`. */
#pragma once
#include "store/store.h"

bool organization_demo(struct store *store, struct err *err);
