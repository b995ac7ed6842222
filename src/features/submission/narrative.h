/* narrative.h -- what is written by hand beside the computed figures of forms 3, 10 and 14.
 *
 * Source: forms.md §2 様式3 (issues, plan, manager's comment), 様式10 (three viewpoints, internal review), 様式14. */
#pragma once
#include "base/field.h"

struct narrative {
    long working_days;
    const char *issues, *plan, *self_evaluation, *evaluation_reason, *viewpoint_result, *viewpoint_goal, *viewpoint_schedule;
    const char *review_on, *review_attendees, *review_minutes, *good_practice, *activity, *manager_comment;
    const char *correction, *goal, *item_u, *item_e, *item_o, *cooperation, *scenes, *tools; /* chapters of 様式14; 様式10: what is mended */
};
extern const struct field_set narrative_monthly, narrative_trimester, narrative_yearly;
