/* gathering.h -- 会議等報告書 (様式7) and 研修等報告書 (様式8): people who came together.
 *
 * A meeting counts once however many of the room's staff went; 地域ケア会議 is a subset shown again (再掲), never added
 * (reports.md T-OSK-12).  Heads are counted from the rows of attendees and participants.
 * Source: forms.md §2 様式7 and 様式8, reports.md T-OSK-07 and T-OSK-12. */
#pragma once
#include "base/buf.h"
#include "store/record.h"
#include "store/tally.h"
#include "web/feature.h"
#include "web/resource.h"

struct meeting {
    struct record_head head;
    const char *record_no;                       /* R6-北-7-0001 */
    const char *name, *series;
    const char *category, *is_community_care_meeting;
    const char *host, *co_host;
    const char *held_on, *time_from, *time_to;
    const char *venue, *place, *role, *item, *scene;
    const char *staff_ids;                       /* staff attending */
    const char *attendees;                       /* rows of struct head_count */
    const char *agenda, *topics, *summary;
    const char *decisions;                       /* rows of struct meeting_line */
    const char *issues_found;                    /* rows of struct found_issue (activity.h) */
    const char *assignments;                     /* rows of struct assignment */
    const char *materials, *next_on;
    /* computed */
    const char *month;
    long fiscal_year, attendee_total;
};

struct training {
    struct record_head head;
    const char *record_no;                       /* R6-北-8-0001 */
    const char *title, *part;
    const char *audience_class, *theme_group, *theme_tags, *purpose;
    const char *organiser, *co_organiser;
    const char *held_on, *time_from, *time_to;
    const char *further_days;                    /* rows of struct training_day */
    const char *venue, *place, *item, *scene;
    const char *staff_ids;
    const char *lecturers;                       /* rows of struct lecturer */
    const char *method, *programme, *target;
    long capacity, applicants;
    const char *participants;                    /* rows of struct head_count */
    long survey_count;
    const char *satisfaction, *understanding;    /* rows of struct answer_count */
    const char *survey_text, *result, *issues_found;
    long cost;                                   /* yen */
    const char *materials, *video_url;
    /* computed */
    const char *month;
    long fiscal_year, participant_total;
};

struct head_count {
    const char *profession, *organisation;
    long person_count;
};
struct meeting_line {
    const char *text;
};
struct assignment {
    const char *who, *what, *due_on;
};
struct training_day {
    const char *held_on, *time_from, *time_to;
};
struct lecturer {
    const char *name, *profession, *affiliation;
};
struct answer_count {
    const char *answer;
    long answer_count;
};

extern const struct field_set meeting_set, training_set, head_count_set, meeting_line_set, assignment_set, training_day_set,
    lecturer_set, answer_count_set;
extern const struct record meeting_record, training_record;
extern const struct resource meeting_resource, training_resource;
extern const struct feature gathering_feature;

/* The facts of doc/measures.md that one report yields. */
void meeting_facts(const void *row, struct facts *f);
void training_facts(const void *row, struct facts *f);
/* Fill what follows from the row alone: month, fiscal_year, totals. */
void meeting_derive(struct meeting *m, struct arena *a);
void training_derive(struct training *t, struct arena *a);
