/* vacancy.h -- 空き・新規受入: whether an office takes new patients or has a free bed, since when that is known, and until when it counts.
 *
 * Every answer is kept (vacancy_report); the newest that was not taken back is what the board shows (vacancy).  An answer grows old: after
 * valid_until it is shown as old, in words, and is asked for again.  Weekday daytime, night, and weekend and holidays are separate answers.
 * Offices are public data: no scope.  Nothing here is about a person.
 * Source: programme.md §5 (後方病床, 訪問診療・訪問看護の受入), §10 fact 4, §11 "Vacancy board"; indicators.md S11. */
#pragma once
#include "base/field.h"
#include "store/db.h"
#include "web/feature.h"

enum { VACANCY_DAYS = 7 /* an answer counts so long unless the service has days of its own */ };

struct vacancy {
    const char *facility_id, *area_code;
    const char *service;      /* care_service code, or facility_kind of an institution of medicine */
    const char *status;       /* weekday daytime; code list vacancy_status, "" never answered */
    const char *night, *weekend; /* the same, "" not said */
    long slots;               /* free beds or places, FIELD_BLANK not said */
    const char *conditions;   /* "" none */
    const char *from_on;      /* first day on which it is possible, "" at once */
    const char *valid_on;     /* input: last day for which the office says it, "" the service's days */
    const char *as_of;        /* Japan's wall clock, "2024-11-30T09:15"; "" never answered */
    const char *valid_until;  /* the same */
    const char *channel;      /* how the answer came: mail, fax, paper (links), phone, staff; "" */
    const char *report_id;    /* the answer it comes from, "" */
    const char *asked_at;     /* UTC of the newest question, "" never */
    long asked_count;         /* questions since the newest answer */
};

/* What an office or a coordinator fills in: status, night, weekend, slots, conditions, from_on, valid_on. */
extern const struct field_set vacancy_fields;

/* ERR_NONE and false members ("" status) when the office was never entered; false only when the store fails. */
bool vacancy_find(struct db *db, const char *facility_id, struct arena *a, struct vacancy *ret_vacancy, bool *ret_known, struct err *err);
/* The same for the entries of a page, at most VACANCY_MANY of them, in one reading; status and as_of "" where there is none. */
enum { VACANCY_MANY = 40 };
bool vacancy_find_many(struct db *db, const char *const *facility_ids, size_t count, struct arena *a, struct vacancy *ret_vacancies, struct err *err);
/* Takes an office onto the board, with no answer yet.  Inside a write. */
bool vacancy_watch(struct db *db, const char *facility_id, struct arena *a, struct err *err);

struct vacancy_answer {
    const char *id;         /* UUIDv7 of the form: sent twice, it is one answer */
    const char *link_id, *user_id; /* who answered: one of the two is "" */
    struct vacancy vacancy; /* the filled-in members, facility_id and channel */
};
/* Inside a write.  `ret_new` false: this answer is kept already.  ERR_NOT_FOUND "facility.unknown". */
bool vacancy_answer(struct db *db, const struct vacancy_answer *answer, struct arena *a, bool *ret_new, struct err *err);
/* Takes an answer back: the one before it counts again.  Inside a write.  ERR_NOT_FOUND "vacancy.no_answer". */
bool vacancy_undo(struct db *db, const char *facility_id, const char *report_id, struct arena *a, struct err *err);

bool vacancy_is_stale(const struct vacancy *v, const char *now); /* now_local() */
/* 今日 9:15, きのう 9:15, 8日前（R6.11.22）, "" when never answered */
const char *vacancy_age(const struct vacancy *v, const char *now, struct arena *a);
/* ●受け入れできます, ▲…（古い情報：8日前）: the word carries what the colour says. */
const char *vacancy_status_words(const struct vacancy *v, const char *now, struct arena *a);
/* ●可, ▲条件つき, ■不可; － for "". */
const char *vacancy_short_words(const char *status);
/* 訪問看護, 病院: the label of `service`. */
const char *vacancy_service_label(const char *service);

extern const struct feature vacancy_feature;
