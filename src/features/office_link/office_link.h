/* office_link.h -- reaching an office that has no account: the channel it prefers, links that open one page, and the mail that carries them.
 *
 * A link is an address with a secret of 192 random bits.  The table holds only its hash; a secret is shown when it is made and never again.  It
 * opens one purpose for one office, ends by itself, and can be ended at any time.  What a page behind a link shows is the office's own
 * entry: no person's data.
 *   mail   works for one answer, 14 days.  Looking does not use it up: mail scanners look.
 *   fax    on a sheet that is faxed, 30 days, several answers
 *   letter on a sheet sent by post, 90 days, several answers
 *   paper  on a printed sheet that stays at the office, 400 days, several answers: whoever holds the sheet may answer for the office.  It is ended
 *          and printed anew by the coordinator or the administrator.  Why that is bearable: README.md.
 * Secrets that go by mail are made at the moment of sending, so that the outbox holds none. */
#pragma once
#include "web/feature.h"
#include "web/request.h"

struct office_link_kind {
    const char *name, *label; /* "mail", メールのリンク */
    int days;
    bool once;
};
const struct office_link_kind *office_link_kind_find(const char *name); /* NULL when unknown */

struct office_link {
    const char *id, *purpose; /* "vacancy", "campaign" */
    const char *facility_id, *subject_id; /* subject: what is asked, e.g. the campaign's entry; "" without */
    const char *kind;
    const char *created_at, *created_by, *ends_at, *opened_at, *used_at, *ended_at; /* UTC; "" not yet */
    bool once;
};

/* What a link is for. */
struct office_link_order {
    const char *purpose, *facility_id, *subject_id, *kind;
    const char *user_id; /* "" when the program asks by itself */
};
/* Inside a write.  `ret_secret` goes into the address; NULL makes a link whose secret is made when its mail is sent. */
bool office_link_make(struct db *db, const struct office_link_order *order, struct arena *a, const char **ret_id, const char **ret_secret,
                      struct err *err);

/* The link a visitor holds: known, of this purpose and not ended.  One that was used is found too: its page tells so.  Counts wrong secrets by
 * client; remembers the first opening.  ERR_NOT_FOUND "office_link.unknown", ERR_BUSY "office_link.wait". */
bool office_link_open(struct request *req, const char *secret, const char *purpose, struct office_link *ret_link, struct err *err);
bool office_link_is_spent(const struct office_link *link);
/* Inside the write of an answer.  ERR_CONFLICT "office_link.used" when it was used or ended meanwhile. */
bool office_link_use(struct db *db, const char *id, struct arena *a, struct err *err);
/* Undoing an answer lets the office give the right one. */
bool office_link_give_back(struct db *db, const char *id, struct err *err);
/* Inside a write: the office's links of this purpose (one: `id`; all: "") work no more. */
bool office_link_end(struct db *db, const char *purpose, const char *facility_id, const char *id, struct arena *a, struct err *err);
/* The newest first, at most 20. */
bool office_link_list(struct db *db, const char *purpose, const char *facility_id, struct arena *a, struct office_link **ret_links,
                      size_t *ret_count, struct err *err);
/* "https://host/v/SECRET" */
const char *office_link_url(const struct app *app, const char *prefix, const char *secret, struct arena *a);

/* How an office likes to be asked. */
struct office_contact {
    const char *facility_id;
    const char *channel; /* code list contact_channel, "" not known */
    const char *mail;    /* the office's address, not a person's; "" */
    const char *note;    /* when to ring, which window; no persons */
};
extern const struct field_set office_contact_fields;
/* Blank members when nothing is known. */
bool office_contact_find(struct db *db, const char *facility_id, struct arena *a, struct office_contact *ret_contact, struct err *err);
bool office_contact_save(struct db *db, const struct office_contact *c, const char *user_id, struct arena *a, struct err *err);

/* A mail that carries a link.  `body` holds {link} where the address goes. */
struct office_mail {
    const char *facility_id, *link_id, *prefix; /* prefix: "/v/" */
    const char *to, *subject, *body;
};
/* Inside a write. */
bool office_mail_queue(struct db *db, const struct office_mail *m, struct arena *a, struct err *err);
/* Hands what is due to RENKEI_SENDMAIL; without that setting it does nothing.  `ret_sent` may be NULL. */
bool office_mail_send(struct app *app, struct arena *a, int *ret_sent, struct err *err);
/* False: mails wait until somebody makes the setting. */
bool office_mail_is_set(const struct app *app);
/* Mails that wait, and those given up after five tries. */
bool office_mail_counts(struct db *db, struct arena *a, long long *ret_waiting, long long *ret_failed, struct err *err);

extern const struct feature office_link_feature;
