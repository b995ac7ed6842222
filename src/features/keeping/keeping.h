/* keeping.h -- the commands that make and check a store: init, migrate, verify. */
#pragma once
#include "web/feature.h"

extern const struct feature keeping_feature;
