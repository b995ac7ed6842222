/* contact_person.h -- 顔の見える関係: who to call at an office, and who has met whom.
 *
 * One row is one professional at one entry of the directory, shared by every office that may read it.  What leaves the house follows the
 * person's own wish (`audience`): public rows also go to FHIR's PractitionerRole, professional ones to registered professionals, internal ones
 * to the programme's own staff.  Memo and encounters stay inside whatever the wish.
 * Source: programme.md §9.4 顔の見える関係 ("people pages with photo/role, visit log"), §9.1 (calling hours of doctors). */
#pragma once
#include "store/record.h"
#include "web/feature.h"
#include "web/resource.h"

struct contact_person {
    struct record_head head;
    const char *facility_id;
    const char *name, *kana;
    const char *profession;        /* code list profession */
    const char *post;              /* in words: 地域連携室 室長 */
    const char *is_first_contact;  /* yes_no: whom to call first */
    const char *reach_by;          /* codes of contact_way, in the order of the list */
    const char *reach_times;       /* in words: 平日 12時半から13時半 */
    const char *phone, *mail;
    const char *habits;
    const char *audience;          /* code list audience_level: how far the person agreed to be shown */
    const char *confirmed_on;      /* ISO day on which this was last true */
    const char *left_on;           /* ISO day of leaving; "" while there */
    const char *encounters;        /* rows of struct encounter */
    const char *memo;
};
/* Who met the person where. */
struct encounter {
    const char *met_on, *occasion, *meeting_id, *staff_id;
};

extern const struct field_set contact_person_set, encounter_set;
extern const struct record contact_person_record;
extern const struct resource contact_person_resource;

/* The people of an entry (and of those merged into it) who are still there and whom this level may see; whom to call first stands first.
 * `level`: name of an audience level ("public"); members above it are blank. */
bool contact_person_list(struct db *db, const char *facility_id, const char *level, struct arena *a, struct contact_person **ret_people,
                         size_t *ret_count, struct err *err);

extern const struct feature contact_person_feature;
