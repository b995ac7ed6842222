/* user.h -- the user account and its memberships in the store; only the account feature includes this. */
#pragma once
#include "features/account/account.h"
#include "web/session.h"

struct user {
    const char *id;
    const char *login_name;   /* letters, digits and . _ - @, unique whatever the case and width */
    const char *display_name, *kana;
    const char *profession;   /* code list profession, "" for none */
    const char *password_hash;
    bool must_change;         /* the password was given by an administrator */
    const char *initial_ends_at; /* UTC: until when such a password works */
    bool password_is_long;    /* may stand without a second factor */
    const char *totp_sealed;  /* "" without a second factor */
    const char *totp_candidate; /* shown as a QR code, not yet confirmed by a first code */
    long long totp_last_step;
    bool disabled;
    const char *signed_in_at; /* UTC of the last sign-in, "" never */
    long revision;
};

struct membership {
    const char *id, *user_id, *office_id;
    enum role role;
    const char *from_on, *to_on; /* ISO, both inclusive; to_on "" open */
    const char *office_name, *office_role, *area_code, *area_name, *area_path;
};

/* ERR_NOT_FOUND "account.unknown". */
bool user_find(struct db *db, const char *id, struct arena *a, struct user *ret_user, struct err *err);
bool user_find_by_login(struct db *db, const char *login_name, struct arena *a, struct user *ret_user, struct err *err);
/* By kana and name, those whose name, kana or login name holds `words` ("" for all). */
bool user_list(struct db *db, const char *words, long limit, long offset, struct arena *a, struct user **ret_users, size_t *ret_count,
               struct err *err);
/* Of a user, newest first; only those in force on the day `on` unless it is "". */
bool membership_list(struct db *db, const char *user_id, const char *on, struct arena *a, struct membership **ret_memberships,
                     size_t *ret_count, struct err *err);
/* NULL or why the login name cannot be taken, in Japanese. */
const char *login_name_refusal(const char *login_name);

/* All inside a write. */
bool user_insert(struct db *db, const struct user *u, const char *by, struct arena *a, struct err *err); /* ERR_INPUT "account.login_taken" */
bool user_save_name(struct db *db, const struct user *u, const char *by, struct arena *a, struct err *err); /* ERR_CONFLICT "record.stale" */
bool user_set_password(struct db *db, const char *id, const char *hash, bool is_long, bool must_change, const char *by, struct arena *a,
                       struct err *err);
/* Disabling ends sessions and API tokens at once. */
bool user_set_disabled(struct db *db, const char *id, bool disabled, const char *by, struct arena *a, struct err *err);
/* An initial password instead of the old one, no second factor, no sessions. */
bool user_reset(struct db *db, const char *id, const char *hash, const char *by, struct arena *a, struct err *err);
bool user_set_candidate(struct db *db, const char *id, const char *sealed, struct err *err);
bool user_set_totp(struct db *db, const char *id, const char *sealed, long long step, struct err *err); /* "" removes it and the recovery codes */
/* False with ERR_INPUT "account.code_wrong" when the step was used meanwhile. */
bool user_use_step(struct db *db, const char *id, long long step, struct err *err);
bool user_signed_in(struct db *db, const char *id, struct arena *a, struct err *err);
bool membership_add(struct db *db, const struct membership *m, const char *by, struct arena *a, struct err *err);
/* Its last day; sessions under it end when that day is over or was before `today`. */
bool membership_end(struct db *db, const char *id, const char *user_id, const char *to_on, const char *today, const char *by,
                    struct arena *a, struct err *err);
/* Replaces every recovery code; codes come out once, in plain. */
bool recovery_codes_make(struct db *db, const char *user_id, struct arena *a, const char **ret_codes, struct err *err);
long recovery_codes_left(struct db *db, const char *user_id);
/* Takes one out; ERR_INPUT "account.code_wrong" when it is not there. */
bool recovery_code_use(struct db *db, const char *user_id, const char *hash, struct err *err);

/* What a session under this membership carries.  It ends with the membership or after `hours`. */
struct session user_session(const struct user *u, const struct membership *m, int hours, struct arena *a);
