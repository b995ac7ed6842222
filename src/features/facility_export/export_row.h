/* export_row.h -- inside the feature: one entry as the columns of published layouts write it. */
#pragma once
#include "features/facility_export/facility_export.h"

struct export_service {
    const char *code, *label;
};
struct export_hours {
    int day, opens, closes; /* as facility_hours */
};
enum { EXPORT_SERVICES = 80, EXPORT_HOURS = 80 };

/* What was read of one entry; texts are "". */
struct export_entry {
    struct facility facility;
    struct facility_local local;
    struct export_service services[EXPORT_SERVICES];
    size_t service_count;
    struct export_hours hours[EXPORT_HOURS];
    size_t hours_count;
};

/* The same in words. */
struct export_row {
    const char *id, *number, *publisher, *publisher_name, *area_code, *prefecture, *city, *name, *kana, *service, *service_code, *kind, *kind_code,
        *institution, *address, *town, *block, *building, *latitude, *longitude, *phone, *fax, *postal, *corporation_number, *corporation,
        *office_number, *days, *weekdays, *note, *capacity, *beds, *url, *specialities, *opens, *closes, *hours_note, *hours, *listed, *source,
        *attribution, *blank;
    const char *const *local; /* one for each field of facility_local_set */
};

/* `service`: which of the entry's care services the row is about; -1 all of them. */
void export_row_make(const struct export_request *x, const struct export_entry *e, int service, struct arena *a, struct export_row *ret);

/* export_read.c: every entry of the request, by area and kana.  `each` returns false to stop with its err.  The arena is reset after each. */
typedef bool export_each_fn(const struct export_entry *e, void *arg, struct arena *a, struct err *err);
bool export_each(const struct export_request *x, const char *kinds, export_each_fn *each, void *arg, struct err *err);

/* What people noted here is not looked through for words: who gets the file may not see it. */
extern const struct scope export_open_words;

/* Adds what the list is narrowed to, about the entry c; the exact distance is export_is_near's. */
void export_add_asked(struct query *q, const struct export_request *x);
bool export_is_near(const struct export_request *x, long latitude, long longitude); /* FIELD_BLANK: unknown */

/* export_kaigo.c */
bool export_kaigo(const struct export_request *x, const char *path, long *ret_rows, struct err *err);
