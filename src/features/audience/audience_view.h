/* audience_view.h -- what the settings page of levels shows. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct audience_choice {
    const char *code, *label;
    bool chosen;
};
struct audience_line {
    const char *name, *label, *now; /* now: the level's label */
    bool fixed, is_local, is_changed;
    struct audience_choice choices[3];
};
struct audience_settings_view {
    const char *csrf, *problem; /* sentence, "" when all is well */
    const struct audience_line *lines;
    size_t count;
};
