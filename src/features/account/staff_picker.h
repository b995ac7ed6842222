/* staff_picker.h -- picks a colleague: users with a membership in the office one works in now. */
#pragma once
#include "web/picker.h"

extern const struct picker staff_picker;
