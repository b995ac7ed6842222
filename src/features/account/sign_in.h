/* sign_in.h -- the steps of signing in, without their pages.
 *
 *   sign_in_password  ->  STEP_PASSWORD  an administrator gave the password: choose another        (sign_in_new_password)
 *                     ->  STEP_CODE      second factor: code of the app, or a recovery code        (sign_in_code)
 *                     ->  STEP_ENROL     no second factor yet: set one up, or put it off with a long password
 *                     ->  STEP_DONE
 * Until STEP_DONE the session is pending and opens nothing but these steps; at each step it is replaced, key and all. */
#pragma once
#include "base/date.h"
#include "features/account/user.h"

#include <stdint.h>

enum sign_in_step { STEP_DONE, STEP_PASSWORD, STEP_CODE, STEP_ENROL };

struct sign_in {
    struct store *store;
    const unsigned char *app_key;
    int session_hours;
    bool factor_optional; /* a long password may stand without a second factor */
    const char *client; /* request_client() */
    int64_t now;        /* seconds since 1970 */
    struct date today;
    struct arena *arena;
};

struct signed_in {
    enum sign_in_step step;
    const char *key;     /* for the cookie */
    const char *user_id;
};

/* One answer for whatever is wrong: ERR_INPUT "account.refused"; ERR_BUSY "account.wait" with the seconds in detail. */
bool sign_in_password(const struct sign_in *s, const char *login_name, const char *password, struct signed_in *ret, struct err *err);
/* The code of the app or a recovery code.  ERR_INPUT "account.code_wrong". */
bool sign_in_code(const struct sign_in *s, const struct session *pending, const char *code, struct signed_in *ret, struct err *err);
/* Replaces the password an administrator gave.  `refusal` out: the sentence when the new one is not taken (returns false, ERR_INPUT
 * "account.password_refused"). */
bool sign_in_new_password(const struct sign_in *s, const struct session *pending, const char *password, const char **ret_refusal,
                          struct signed_in *ret, struct err *err);
/* The first code of the app confirms the candidate secret and makes recovery codes (RECOVERY_CODES of them) to show once. */
bool sign_in_enrol(const struct sign_in *s, const struct session *session, const char *code, const char **ret_codes, struct signed_in *ret,
                   struct err *err);
/* Puts the second factor off; only where it is optional (ERR_INPUT "account.factor_required") and with a long password (ERR_INPUT
 * "account.factor_needed"). */
bool sign_in_without_factor(const struct sign_in *s, const struct session *pending, struct signed_in *ret, struct err *err);
/* Unlocks a locked screen with the password; wrong ones are throttled like sign-in. */
bool sign_in_unlock(const struct sign_in *s, const struct session *locked, const char *password, struct err *err);
/* Another of the user's memberships: the session is replaced. */
bool sign_in_switch(const struct sign_in *s, const struct session *session, const char *membership_id, struct signed_in *ret,
                    struct err *err);
/* Without password or factors; the caller has checked that this is a demo. */
bool sign_in_demo(const struct sign_in *s, const char *user_id, struct signed_in *ret, struct err *err);
