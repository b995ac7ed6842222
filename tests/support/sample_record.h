/* sample_record.h -- a small record with every kind of field, for the specs of form, resource, draft, picker and job.  Everybody in it is invented. */
#pragma once
#include "tests/support/visitor.h"
#include "tests/support/world.h"
#include "web/resource.h"

struct call { /* an invented 電話メモ */
    struct record_head head;
    const char *received_at, *call_back_on, *channel, *sex, *disease, *subject_name, *summary, *shop_id, *attendees;
    long minutes;
    const char *month;
};
extern const struct field_set call_set;
extern const struct resource call_resource;
extern const struct feature sample_feature;

struct sample_world {
    struct world *w;
    struct config config;
    struct app *app;
    struct visitor *hanako; /* coordinator of office O-1 in ward 271276 */
};
int sample_begin(void **state); /* *state: struct sample_world */
int sample_end(void **state);
struct visitor *sample_visitor(struct sample_world *s, const char *user_id, enum role role, const char *office_id);
