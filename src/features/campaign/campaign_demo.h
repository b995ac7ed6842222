/* campaign_demo.h -- one campaign among the invented offices, on its way: confirmed, corrected, opened, sent and not yet sent. */
#pragma once
#include "store/store.h"

bool campaign_demo(struct store *store, struct err *err);
