/* consultation_person.h -- one person's cases of a fiscal year in the order of their days: which is new, and which repeat the person within
 * the year, the trimester or the month.  Private to this folder.
 *
 * 実人数 follows from it without counting persons: the cases of a period less those that repeat a person within it (doc/measures.md).  All of it
 * stands on the sheets themselves, so that the facts of a sheet follow from the sheet alone. */
#pragma once
#include "features/consultation/consultation.h"

/* Fills visit_kind, repeat_within and repeat_within_ltci of the sheet being saved, inside consultation_compute.  Where another write has changed
 * them on the stored sheet since `s->old` was read, `s->old` becomes a copy with the stored ones: they were counted. */
bool person_place(struct db *db, struct save *s, struct err *err);
/* After the row was written or taken away: the other sheets of the person, and of the person or year it belonged to before. */
bool person_correct(struct db *db, const struct save *s, struct err *err);
