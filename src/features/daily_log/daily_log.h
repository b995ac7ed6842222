/* daily_log.h -- 日報 (様式4): the day as it assembles itself from consultations, contacts, activities, meetings and trainings.
 *
 * People add only what the records do not know: start and end of work and remarks, per day and person.  The form goes by mail, so
 * nothing about a person enters it: entries name organisations, codes and numbers of records, never names or free text of a case.
 * Source: forms.md §1 (delivery of 様式4) and §2 様式4. */
#pragma once
#include "output/table.h"
#include "store/record.h"
#include "web/feature.h"
#include "web/request.h"

struct daily_remark {
    struct record_head head;
    const char *day, *staff_id;
    const char *time_from, *time_to; /* work of the person that day */
    const char *remarks;
};
extern const struct field_set daily_remark_set;
extern const struct record daily_remark_record;

struct day_entry {
    const char *time_from, *time_to; /* "14:03" or "" */
    const char *staff;
    const char *activity_kind, *item, *scene, *channel; /* codes; scene may be several */
    const char *counterpart, *persons, *place, *summary;
    const char *record_no, *url, *follow_up;
};
struct daily_log {
    const char *office_id, *office_name, *day;
    struct day_entry *entries;
    size_t count, room;
    struct daily_remark *remarks; /* of everybody in the office, by staff */
    size_t remark_count;
};

/* The day of one office within the user's scope, in the order of time. */
bool daily_log_read(struct request *req, const char *office_id, const char *day, struct daily_log *ret, struct err *err);
/* The same as a table, for every format. */
struct table *daily_log_table(struct request *req, const struct daily_log *log);
/* How many entries each day of the month has: counts[1..31]. */
bool daily_log_days(struct db *db, const struct scope *scope, const char *office_id, const char *month, struct arena *a, long counts[32],
                    struct err *err);

extern const struct feature daily_log_feature;
