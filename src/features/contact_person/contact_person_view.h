/* contact_person_view.h -- what the templates of 連絡する人 show; private to this folder. */
#pragma once
#include "features/contact_person/contact_person.h"

struct person_line {
    const char *id, *name, *kana, *role, *reach, *phone, *mail, *habits, *age;
    bool is_first, has_photo, is_linked; /* linked: the viewer may open the record */
};
struct person_panel_view {
    const char *facility_id;
    const struct person_line *lines;
    size_t count;
    bool may_write;
};
struct photo_view {
    const char *id, *csrf;
    bool has_photo, may_write;
};
struct met_line {
    const char *url, *name, *office;
};
struct met_view {
    const struct met_line *lines;
    size_t count;
};
