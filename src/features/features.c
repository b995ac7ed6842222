#include "features/feature_list.h"

#include "features/area/area.h"

const struct feature *const features[] = {
    &area_feature,
    NULL,
};
