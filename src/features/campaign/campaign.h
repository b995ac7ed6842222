/* campaign.h -- 年1回の更新: every office is sent its own entry of the directory, confirms or corrects it, an editor approves field by field, and the result is
 * an edition.
 *
 * An entry's way: chosen -> sent -> opened -> confirmed (nothing to change) or corrected -> approved.  What was confirmed needs no editor.  Approved
 * values become corrections of published fields (facility.h) and local facts (facility_local.h): imports leave both.  The day of confirmation goes to
 * facility_local.confirmed_on; the share confirmed within twelve months is indicator S10.
 * Source: programme.md §9.1 (はびナビ: once a year), §11 "Directory update"; indicators.md S10. */
#pragma once
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "web/feature.h"

struct campaign {
    const char *id, *title;
    const char *office_id, *area_code, *service_code; /* whose; which entries were chosen, "" all */
    const char *closes_on;    /* last day for answers */
    const char *created_at, *created_by;
    long edition;             /* number of the published edition, 0 not yet */
    const char *published_on, *note;
};

struct campaign_entry {
    const char *id, *campaign_id, *facility_id;
    const char *state;        /* code list campaign_state */
    const char *channel;      /* mail or letter, "" not sent */
    const char *sent_at, *opened_at, *answered_at, *reminded_at, *decided_at; /* UTC, "" not yet */
    const char *decided_by;
    long reminded_count;
    const char *remark;       /* what the office wrote besides: for the editor only */
    const char *confirmed_before; /* the entry's day of confirmation before this answer */
};

/* What an office is asked: members of the entry and of what is known locally, as one form. */
struct campaign_values {
    struct facility facility;
    struct facility_local local;
    const char *remark;
};
/* Made from the two sets, so that labels, lists and limits are theirs.  The set lives in the arena. */
const struct field_set *campaign_value_set(struct arena *a);
bool campaign_values_read(struct db *db, const char *facility_id, struct arena *a, struct campaign_values *ret_values, struct err *err);

/* What an office sent, by field_parse; what it does not send is blank.  False with problems. */
bool campaign_values_said(const struct field_set *set, const struct pairs *sent, struct date today, const struct campaign_values *now, struct arena *a,
                          struct campaign_values *ret_said, struct problems *problems);
/* What was said otherwise than it stands, without the remark. */
struct campaign_answer;
void campaign_values_compare(const struct field_set *set, const struct campaign_values *now, const struct campaign_values *said, struct arena *a,
                             struct campaign_answer **ret_answers, size_t *ret_count);

struct campaign_answer {
    const char *field, *old_value, *new_value; /* stored texts */
    const char *verdict;                       /* "", approved, refused */
};

/* ERR_NOT_FOUND "campaign.unknown". */
bool campaign_find(struct db *db, const char *id, struct arena *a, struct campaign *ret_campaign, struct err *err);
bool campaign_entry_find(struct db *db, const char *id, struct arena *a, struct campaign_entry *ret_entry, struct err *err);
bool campaign_answers(struct db *db, const char *entry_id, struct arena *a, struct campaign_answer **ret_answers, size_t *ret_count, struct err *err);

/* Inside a write.  Chooses the entries; `unconfirmed_only` leaves out those confirmed within twelve months.  ERR_INPUT "campaign.empty". */
struct campaign_choice {
    const char *words;
    bool unconfirmed_only;
};
bool campaign_create(struct db *db, const struct campaign *c, const struct campaign_choice *choice, struct arena *a, struct err *err);
/* Inside a write: the office's answer.  No answers and no remark: confirmed. */
bool campaign_answer_keep(struct db *db, const struct campaign_entry *e, const struct campaign_answer *answers, size_t count, const char *remark,
                          struct arena *a, struct err *err);
/* Inside a write: as if it had not been answered.  ERR_CONFLICT "campaign.decided" when an editor has decided. */
bool campaign_answer_undo(struct db *db, const struct campaign_entry *e, struct arena *a, struct err *err);
/* Inside a write: every answer has its verdict; approved ones become the entry's.  ERR_CONFLICT "campaign.decided". */
bool campaign_decide(struct db *db, const struct campaign *c, const struct campaign_entry *e, const struct campaign_answer *answers, size_t count,
                     const char *user_id, struct arena *a, struct err *err);
/* Inside a write: the next edition number, and the edition itself as it stands (campaign_edition.h). */
bool campaign_publish(struct db *db, const char *id, const char *note, const char *user_id, struct arena *a, struct err *err);

/* Entries of the directory in the area as it is listed today, and of these the ones with a confirmation within the twelve months up to that day. */
bool campaign_freshness(struct db *db, const char *area_path, struct date on, struct arena *a, long long *ret_all, long long *ret_confirmed,
                        struct err *err);

extern const struct feature campaign_feature;
