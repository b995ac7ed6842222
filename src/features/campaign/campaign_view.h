/* campaign_view.h -- what the templates of the yearly update show. */
#pragma once
#include "features/campaign/campaign.h"
#include "features/vacancy/vacancy.h"
#include "web/form.h"

#include <string.h>

struct campaign_choice_line {
    const char *code, *label;
    bool chosen;
};
struct campaign_line {
    const char *id, *title, *closes, *progress, *edition;
};
struct campaign_index_view {
    const char *freshness;
    const struct campaign_line *lines; size_t count;
    bool may_write;
};
struct campaign_new_view {
    const char *csrf, *id, *title, *closes_on, *words;
    const char *problem, *wrong; /* "", or a sentence and the name of its field ("" the choice as a whole) */
    const struct campaign_choice_line *areas, *services;
    size_t area_count, service_count;
    bool unconfirmed_only;
};
struct campaign_count {
    const char *state, *label, *url;
    long long n;
    bool chosen;
};
struct campaign_entry_line {
    const char *url, *name, *state, *state_class, *channel, *sent, *answered, *reminded;
};
struct campaign_show_view {
    const char *csrf, *base, *lead, *edition, *mail_state;
    const struct campaign_count *counts; size_t count_count;
    const struct campaign_entry_line *lines; size_t count;
    const char *previous_url, *next_url;
    long long to_mail, to_print, unanswered, to_check, total, answered;
    bool may_write, published, has_edition; /* has_edition: its files were kept */
};
struct campaign_difference {
    const char *field, *label, *old_text, *new_text, *now_text, *verdict; /* now_text "" unless it changed since; verdict "", approved, refused */
};
struct campaign_review_view {
    const char *csrf, *action, *state, *remark, *answered, *decided, *problem;
    const struct campaign_difference *lines; size_t count;
    const struct form *form; /* to write down an answer that came on paper; NULL without */
    bool may_decide, is_refused; /* is_refused: sent with fields not decided */
};
struct campaign_public_view {
    struct request *req;
    const char *token, *csrf, *name, *problem, *closes;
    const struct campaign_difference *lines; size_t count; /* what we have: old_text */
    const char *blank; /* of what we have nothing: ホームページ、定員（人） */
    const struct form *form;
    const struct field_set *set;
    bool open;
};
struct campaign_done_view {
    const char *token, *csrf, *name, *sentence;
    bool may_undo;
    const struct campaign_difference *lines; size_t count;
};
