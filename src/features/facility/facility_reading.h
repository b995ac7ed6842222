/* facility_reading.h -- inside facility_row*.c: one row while it is read. */
#pragma once
#include "features/facility/facility_row.h"

struct reading {
    const struct row_source *source;
    const struct facility_columns *columns;
    const char *const *cells;
    size_t count;
    struct arena *arena;
    struct row_result *result;
};

void reading_note(struct reading *r, enum facility_column column, bool refused, const char *reason);
/* The cell's text, cleaned; NULL when the file has no such column, "" when the row ends before it. */
const char *reading_cell(struct reading *r, enum facility_column column);
/* The same, "" for NULL. */
const char *reading_text(struct reading *r, enum facility_column column);
const char *reading_upper(struct arena *a, const char *s);
/* Room for one more item of a list that grows: the list, moved when it was full. */
void *reading_room(struct reading *r, void *list, size_t count, size_t *room, size_t size);

/* facility_row_services.c */
const char *reading_care_services(struct reading *r); /* adds them; the first one's code or "" */
void reading_add_service(struct reading *r, const char *code, const char *label);
void reading_specialities(struct reading *r);
/* facility_row_hours.c */
void reading_hours(struct reading *r);
/* facility_row_notification.c */
void reading_notification(struct reading *r);
