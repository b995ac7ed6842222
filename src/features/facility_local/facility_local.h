/* facility_local.h -- 地域で確かめたこと: what people here know about an entry of the directory.
 *
 * One row per entry, its id is the facility's; imports and merges leave it alone.  Shared by every office that may read the directory.
 * A blank member is unknown, not "no".  Whoever shows members asks audience.h first.
 * Source: formats.md §0 rule 8 and E (what regional maps ask beyond open data), programme.md §9.1. */
#pragma once
#include "store/record.h"
#include "web/feature.h"
#include "web/resource.h"

struct facility_local {
    struct record_head head;             /* id: the facility's; area_code: the facility's; "" id when nothing is known */
    const char *home_visits;             /* yes_no: goes to people's homes */
    const char *round_the_clock;         /* yes_no: 24時間対応 */
    const char *end_of_life_care;        /* yes_no: 看取り */
    const char *new_patient_acceptance;  /* code list new_patient_acceptance: the standing rule; today's vacancy is elsewhere */
    const char *acceptance_condition;
    const char *medical_procedures;      /* codes of medical_procedure */
    const char *visiting_areas;          /* area codes, blank-separated */
    const char *visiting_note;           /* in words: 区の北半分 */
    const char *care_district;           /* 日常生活圏域 it stands in */
    const char *languages;
    const char *public_note;
    const char *direct_line;
    const char *doctor_call_times;       /* when the doctor takes calls */
    const char *contact_habits;
    const char *internal_memo;
    const char *confirmed_on;            /* ISO day */
    const char *confirmed_by;            /* user id */
};

extern const struct field_set facility_local_set;
extern const struct record facility_local_record;
extern const struct resource facility_local_resource;

/* The standing row, or a blank one (head.id "") when there is none.  False only when the store fails. */
bool facility_local_find(struct db *db, const char *facility_id, struct arena *a, struct facility_local *ret, struct err *err);
/* The form that records or changes what is known of the entry. */
const char *facility_local_form_url(const struct facility_local *l, const char *facility_id, struct arena *a);
/* 「9日前に確認」, 「今日確認」; "" without a day. */
const char *facility_local_age(const char *confirmed_on, struct date today, struct arena *a);
/* Older than this the day of confirmation is shown grey.  Source: programme.md §9.1 (entries are updated once a year). */
enum { FACILITY_LOCAL_STALE_DAYS = 365 };

/* facility_confirmation keeps each day on which an entry was confirmed, from this migration on.  A day taken back or mended goes; deleted facts keep
 * theirs, for they may come back. */
enum { FACILITY_CONFIRMATION_MIGRATION = 2026112196 };

extern const struct feature facility_local_feature;
