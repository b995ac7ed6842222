#include "features/feature_list.h"

const struct feature *const features[] = {
    NULL,
};
