/* vacancy_pages.h -- inside the feature: the pages of those who coordinate. */
#pragma once
#include "web/feature.h"

#include "base/buf.h"

handler_fn vacancy_show_page, vacancy_save_post, vacancy_undo_post, vacancy_contact_post, vacancy_call_post, vacancy_ask_post, vacancy_links_post,
    vacancy_settings_page, vacancy_settings_post;
/* On the entry's page of the directory. */
bool vacancy_panel(struct buf *out, struct request *req, const char *facility_id, struct err *err);
/* きょう: how many answers of the own area grew old and wait for a call. */
bool vacancy_today(struct request *req, struct today_list *list, struct err *err);
