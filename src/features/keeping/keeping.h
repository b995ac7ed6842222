/* keeping.h -- 保管: backup, restore, export, verification; the commands that make and check a store, and the page about it. */
#pragma once
#include "web/feature.h"

extern const struct feature keeping_feature;
