/* account.h -- 利用者 of the system: people, their memberships, signing in.
 *
 * A user_account is one person's login; a membership gives it a role in an office from one day to another.  A session is made for
 * one membership at a time.  Passwords are kept as argon2id hashes, TOTP secrets encrypted with the app key.
 * Source: design.md §9; MHLW guideline 6.0 (../shared/domain/standards.md §5): identification, two factors, passwords. */
#pragma once
#include "web/feature.h"
#include "web/permission.h"

/* The name people see for a user id, "" when unknown. */
const char *account_display_name(struct db *db, const char *user_id, struct arena *a);

/* Whoever is signed in proves once more who she is; wrong tries are slowed down like sign-in.  `ret_refusal` is NULL when the password fits,
 * otherwise the sentence to show.  False only when it could not be found out. */
struct request;
bool account_reauthenticate(struct request *req, const char *password, const char **ret_refusal, struct err *err);

/* The demo's users have ids that follow from role and area: ROLE_COORDINATOR of "271276" is 北区's coordinator.  Demo users: coordinator,
 * contractor manager, ward officer, viewer and professional of each of Osaka's 24 wards; health bureau and system administrator of 271004.  Coordinators
 * are the created_by of demo records. */
const char *demo_user_id(struct arena *a, enum role role, const char *area_code);

extern const struct feature account_feature;
