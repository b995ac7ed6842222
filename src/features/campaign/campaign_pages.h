/* campaign_pages.h -- inside the feature: the pages of the editor. */
#pragma once
#include "features/campaign/campaign_view.h"
#include "web/feature.h"

handler_fn campaign_index_page, campaign_new_page, campaign_create_post, campaign_show_page, campaign_review_page, campaign_review_post, campaign_paper_post, campaign_publish_post;
/* campaign_send.c */
handler_fn campaign_send_post, campaign_remind_post, campaign_sheets_post;
/* The chore: offices asked by mail that have not answered are reminded two weeks later, once more after two weeks, until the last day. */
bool campaign_remind_due(struct app *app, struct arena *a, struct err *err);

/* きょう: corrections that wait for the editor. */
bool campaign_today(struct request *req, struct today_list *list, struct err *err);
/* The campaign of ":id": a room's own, for those who look after an area every one. */
bool campaign_of_request(struct request *req, struct campaign *c, struct err *err);
/* The answers of an entry as a person reads them, with what the entry says by now. */
bool campaign_differences(struct request *req, const struct campaign_entry *e, const struct campaign_difference **ret_lines, size_t *ret_count, struct err *err);
