/* today.h -- きょう, the start page, and the search box of every page. */
#pragma once
#include "web/feature.h"

extern const struct feature today_feature;
