/* consultation.h -- 相談シート (様式6): a contact made with the consultation room, from the first call until it is closed.
 *
 * Kinds of counting kept apart (doc/measures.md): cases (a sheet about one person = one), contacts (progress entries), unique
 * persons (distinct person_key), content selections (multiple answers); each on the basis `all` and `ltci` (介護保険対象者のみ).
 * Source: forms.md §3, programme.md §8 and §11, reports.md §0. */
#pragma once
#include "store/record.h"
#include "store/tally.h"
#include "web/feature.h"
#include "web/resource.h"

struct consultation {
    struct record_head head;
    const char *consultation_no;              /* R6-北-6-0012, given inside the write */
    const char *paper_no;                     /* number on an older paper or file, for imports */
    const char *received_at, *ended_at;       /* wall clock in Japan */
    const char *channel, *staff_id;
    const char *consulter_type, *consulter_org_id, *consulter_org, *consulter_name, *consulter_contact;
    const char *resident_consultation;        /* yes_no */
    const char *subject_kind, *is_ltci_subject, *insured_no_known;
    const char *patient_id, *patient_kana, *patient_name, *patient_pseudonym;
    const char *sex, *age_band, *care_level, *living, *current_place, *residence;
    const char *main_disease, *medical_procedures;
    const char *consent, *consent_on;
    const char *content, *scene, *summary, *previous_id;
    const char *response, *referred_resources; /* rows of struct referred_resource */
    const char *progress;                      /* rows of struct progress_entry */
    const char *outcome, *reason_unresolved, *reason_unresolved_text;
    const char *is_difficult_case, *issue_link;
    const char *next_action, *next_action_on, *next_action_staff_id;
    /* computed */
    const char *received_on, *month;           /* "2024-11-30", "2024-11" */
    long fiscal_year;                          /* 2024 */
    long minutes;                              /* ended_at - received_at */
    const char *visit_kind;                    /* new: the person's first case of the fiscal year; continuing; "" unless a case */
    const char *repeat_within;                 /* the smallest period in which the person had an earlier case: month, trimester, year; "" first of the year */
    const char *repeat_within_ltci;            /* the same among the cases of 介護保険対象者; "" unless this is one */
    const char *person_key;                    /* patient_id, or the sheet's own id while nobody is known: 実人数 counts these */
    const char *closed_on;                     /* day of the last entry once the outcome ends it, "" while open */
    const char *reopenings;                    /* rows of struct reopening */
};
struct referred_resource {
    const char *facility_id, *name, *acceptance, *note;
};
struct progress_entry {
    const char *contact_on, *contact_at, *person, *text;
};
struct reopening {
    const char *reopened_on, *person, *reason, *former_outcome;
};

extern const struct field_set consultation_set, progress_set, referred_resource_set, reopening_set;
extern const struct record consultation_record;
extern const struct resource consultation_resource;
extern const struct feature consultation_feature;

/* True while somebody still has something to do: outcome continuing or waiting_result. */
bool consultation_is_open(const struct consultation *c);
/* The facts of doc/measures.md that one sheet yields. */
void consultation_facts(const void *row, struct facts *f);
/* Fills what follows from the row alone (received_on, month, fiscal_year, minutes, closed_on, person_key); for imports and specs.
 * The number and visit_kind need the database: resource_save does both. */
void consultation_derive(struct consultation *c, struct arena *a);
