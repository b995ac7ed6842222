/* vacancy_pages.h -- inside the feature: the pages of those who coordinate. */
#pragma once
#include "web/feature.h"

handler_fn vacancy_show_page, vacancy_save_post, vacancy_undo_post, vacancy_contact_post, vacancy_call_post, vacancy_ask_post, vacancy_links_post,
    vacancy_settings_page, vacancy_settings_post;
