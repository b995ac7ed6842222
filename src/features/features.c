#include "features/features.h"

const struct feature *const features[] = {
    NULL,
};
