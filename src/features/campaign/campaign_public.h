/* campaign_public.h -- inside the feature: the page an office reaches by its link or QR code. */
#pragma once
#include "web/feature.h"

handler_fn campaign_public_page, campaign_public_post, campaign_public_undo;
