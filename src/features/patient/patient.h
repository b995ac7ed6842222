/* patient.h -- a person (利用者・患者) whom consultations are about.
 *
 * A person may be known by name or only by a pseudonym (イニシャル, with age band and sex): the room needs to know that two
 * sheets are about the same person (実人数), not always who it is.  A patient belongs to one office; other offices do not see it.
 * Source: forms.md §3 `patient`, programme.md §10 fact 5; design.md §5. */
#pragma once
#include "store/record.h"
#include "web/feature.h"
#include "web/resource.h"

struct patient {
    struct record_head head;
    const char *name, *kana, *pseudonym;
    const char *birth_on, *age_band, *sex, *care_level, *living;
    const char *note;
    const char *unique_key; /* folded "kana|birth_on" or "pseudonym|age_band|sex": candidates for being the same person */
};

extern const struct record patient_record;
extern const struct resource patient_resource;
extern const struct feature patient_feature;

/* The key under which two entries are candidates for one person; "" when too little is known. */
const char *patient_key(const struct patient *p, struct arena *a);
/* How this person is called on a page: name, or pseudonym, or "（お名前なし）". */
const char *patient_display(const struct patient *p);
/* Inside a write: adds the person unless the id is already there; head.id, office_id and area_code are set by the caller, so
 * that a write which runs again adds nobody twice. */
/* The same for somebody who cannot be there yet: "record.exists" otherwise, now or with the commit. */
bool patient_register(struct db *db, struct patient *p, const char *user_id, struct arena *a, struct err *err);
bool patient_ensure(struct db *db, struct patient *p, const char *user_id, struct arena *a, struct err *err);
/* For imports: the person of this office with the same key, or NULL. */
const char *patient_find_by_key(struct db *db, const char *office_id, const char *unique_key, struct arena *a, struct err *err);
