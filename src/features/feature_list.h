/* feature_list.h -- the list of features, in the order in which they migrate and make demo data. */
#pragma once
#include "web/feature.h"

extern const struct feature *const features[]; /* NULL-terminated */
