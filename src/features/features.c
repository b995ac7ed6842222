#include "features/feature_list.h"
#include "web/draft.h"
#include "web/picker.h"
#include "web/resource.h"

const struct feature *const features[] = {
    /* mechanisms of the web floor */
    &resource_feature, &picker_feature, &draft_feature,
    NULL,
};
