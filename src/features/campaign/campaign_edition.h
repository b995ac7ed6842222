/* campaign_edition.h -- inside the feature: what stood on the day a campaign was published, as files that stay as they were. */
#pragma once
#include "features/campaign/campaign.h"

/* Inside the write that publishes.  Every entry of the campaign, with what professionals may see that day. */
bool campaign_edition_keep(struct db *db, const struct campaign *c, struct arena *a, struct err *err);
/* False also for editions that were published before editions were kept. */
bool campaign_has_edition(struct db *db, const char *campaign_id, struct err *err);
handler_fn campaign_edition_page;
