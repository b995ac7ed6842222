/* sign_in_pages.h -- the handlers of signing in, unlocking and signing out; helpers that the other pages share. */
#pragma once
#include "features/account/account_view.h"
#include "features/account/sign_in.h"
#include "web/request.h"

handler_fn sign_in_page, sign_in_post, sign_in_demo_post, code_page, code_post, new_password_page, new_password_post, enrol_page, enrol_post,
    enrol_skip_post, unlock_page, unlock_post, sign_out_post;

/* Whether a password of 13 characters may stand alone: RENKEI_SECOND_FACTOR=optional, and every demo. */
bool factor_is_optional(const struct request *req);
const char *password_help(const struct request *req);
struct sign_in sign_in_of(struct request *req);
/* The sentence of a refusal; for "account.wait" with the time to wait. */
const char *refusal_sentence(const struct request *req, const struct err *e);
/* ERR_INPUT and ERR_BUSY are shown on the form again; true for those. */
bool is_refusal(const struct err *e);
/* The candidate secret of this user, made when there is none. */
bool candidate_secret(struct request *req, const unsigned char **ret_secret, struct err *err);
bool show_enrol(struct request *req, const char *action, const char *skip_action, const char *error, struct err *err);
bool show_codes(struct request *req, const char *const *codes, const char *next);
