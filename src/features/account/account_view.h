/* account_view.h -- what the templates of the account feature show. */
#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct demo_button {
    const char *role, *label, *place;
};
struct sign_in_view {
    const char *csrf, *login_name, *next, *error;
    const struct demo_button *demo;
    size_t demo_count;
};

/* One question: code, new password, unlock. */
struct step_view {
    const char *csrf, *action, *next, *error;
    const char *intro, *label, *help;
    const char *name, *type, *autocomplete, *input_mode;
    const char *submit;
};

struct enrol_view {
    const char *csrf, *action, *next, *error;
    const char *address, *secret; /* of the QR code; for typing */
    const char *skip_action;      /* puts it off, or "" */
};

struct codes_view {
    const char *const *codes;
    size_t count;
    const char *next;
};

struct membership_line {
    const char *id, *role, *office, *period;
    bool in_force, now;
};

struct account_view {
    const char *csrf, *login_name, *display_name, *password_error, *password_help;
    bool has_factor, may_drop_factor;
    long codes_left;
    const struct membership_line *memberships;
    size_t membership_count;
};

struct settings_link {
    const char *url, *label, *help;
};
struct settings_view {
    const struct settings_link *links;
    size_t count;
};

struct user_line {
    const char *id, *display_name, *login_name, *places, *signed_in_at;
    bool disabled, has_factor;
};
struct users_view {
    const struct user_line *users;
    size_t count;
    const char *words, *first_url, *next_url;
};

struct user_view {
    const char *csrf, *id, *login_name, *display_name, *kana, *profession, *signed_in_at;
    bool disabled, has_factor, self;
    const struct membership_line *memberships;
    size_t membership_count;
    const void *membership_form; /* struct form */
};

/* A password that is shown this once. */
struct initial_view {
    const char *login_name, *display_name, *password, *back;
};
