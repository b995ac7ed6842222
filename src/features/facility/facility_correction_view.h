/* facility_correction_view.h -- what the panel of corrected fields shows. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct correction_line {
    const char *field, *label, *value, *published, *who;
};
struct correction_panel_view {
    const char *csrf, *id;
    const char *labels; /* 名称、住所 */
    const struct correction_line *lines; size_t count;
    bool is_public, may_undo;
};
