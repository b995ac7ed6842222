/* demo.h -- invented records for trying the program out; runs last of all features' demo functions. */
#pragma once
#include "web/feature.h"

extern const struct feature demo_feature;
