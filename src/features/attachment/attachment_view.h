/* attachment_view.h -- the part of a record's page; private to this folder. */
#pragma once
#include "features/attachment/attachment.h"

struct attachment_line {
    const char *id, *file_name, *about; /* 「PDF　1.2MB　令和6年11月30日 見本が添付」 */
};
struct attachment_panel_view {
    const char *kind, *record_id, *new_id, *csrf;
    const struct attachment_line *lines;
    size_t count;
    bool may_write;
};
