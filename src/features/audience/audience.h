/* audience.h -- who sees which field of an entry: public, professional or internal.
 *
 *   struct audience who;
 *   if (!audience_open(db, audience_of(req->session), arena, &who, err)) return false;
 *   audience_apply(&who, &facility, &local);             what is not for this viewer is blank
 *   if (audience_sees(&who, "hours")) ...                parts that stand in rows of their own
 * Whoever shows, exports, prints or filters by members of an entry asks here; a filter on a field the viewer does not see would tell what
 * stands in it.  Defaults are a table in audience.c, levels of an installation rows of audience_setting. */
#pragma once
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "web/session.h"

enum audience_level { AUDIENCE_PUBLIC, AUDIENCE_PROFESSIONAL, AUDIENCE_INTERNAL };

struct audience_field {
    const char *name;    /* glossary name: member of struct facility or facility_local, or a part ("hours") */
    const char *label;   /* Japanese; NULL: the local field's own */
    enum audience_level level; /* unless the installation says otherwise */
    bool fixed;          /* an entry without it is none: always public */
};
extern const struct audience_field audience_fields[];
extern const size_t audience_field_count;

enum { AUDIENCE_FIELDS_MAX = 64 };
struct audience {
    enum audience_level viewer;
    bool sees_all;                       /* nothing is above the viewer's level */
    enum audience_level levels[AUDIENCE_FIELDS_MAX]; /* in the order of audience_fields */
};

/* Nobody signed in (or not wholly): public.  A registered professional: professional.  Everybody else who may read the directory works for
 * the programme and its offices: internal.  Source: programme.md §3, §9.1. */
enum audience_level audience_of(const struct session *s);
bool audience_open(struct db *db, enum audience_level viewer, struct arena *a, struct audience *ret, struct err *err);
/* False also for a name that is not in the table: what nobody decided about is not shown. */
bool audience_sees(const struct audience *who, const char *field);
/* Blanks the members that are not for this viewer.  Either may be NULL. */
void audience_apply(const struct audience *who, struct facility *f, struct facility_local *l);
/* What an entry is found by: `open` by everybody, `rest` by the offices of the programme only (search_put_parts).  `l` may be NULL;
 * `parts`: words of its services, or "". */
void audience_search_text(const struct audience *who, const struct facility *f, const struct facility_local *l, const char *parts, struct arena *a,
                          struct buf *open, struct buf *rest);
const char *audience_field_label(const struct audience_field *f);
const char *audience_level_name(enum audience_level level); /* code of audience_level */

extern const struct feature audience_feature;
