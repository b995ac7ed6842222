/* activity.h -- 活動記録票 (様式5): what the room did apart from a consultation, a meeting or a training.
 *
 * Hospital visits, vacancy checks, newsletters, introduction of tools, conferences arranged, ambulance accompanied, blue cards, ACP.
 * Source: forms.md §2 様式4 (kinds of activity) and 様式5, programme.md §5 (scenes, steps of エ). */
#pragma once
#include "store/record.h"
#include "store/tally.h"
#include "web/feature.h"
#include "web/resource.h"

struct activity {
    struct record_head head;
    const char *record_no;             /* R6-北-5-0001 */
    const char *date_from, *date_to;   /* date_to "" for one day */
    const char *time_from, *time_to;
    const char *staff_id, *activity_kind;
    const char *item, *scene, *tool_step; /* scene, tool_step "" for none */
    const char *theme, *purpose;
    const char *partners;              /* rows of struct activity_partner */
    const char *place, *channel;
    const char *content, *result;
    const char *issues_found;          /* rows of struct found_issue */
    const char *next_action, *next_action_staff_id, *next_action_on;
    const char *attachments, *personal_data_included;
    /* computed */
    const char *month;
    long fiscal_year;
};
struct activity_partner {
    const char *facility_id, *organisation, *persons;
};
/* An issue that came up in an activity, a meeting or a training. */
struct found_issue {
    const char *text, *item, *scene;
};

extern const struct field_set activity_set, activity_partner_set, found_issue_set;
extern const struct record activity_record;
extern const struct resource activity_resource;
extern const struct feature activity_feature;

/* The facts of doc/measures.md that one record yields. */
void activity_facts(const void *row, struct facts *f);
/* The copy that leaves the room: content, result and next action are hidden when the record says that it holds personal data. */
void activity_for_submission(struct activity *x);
/* Fills what follows from the row alone: month, fiscal_year. */
void activity_derive(struct activity *x, struct arena *a);
