/* population_pages.h -- inside the feature: the page of 65歳以上人口. */
#pragma once
#include "web/request.h"

handler_fn population_page, population_post, population_delete, population_import_post, population_sheet;
