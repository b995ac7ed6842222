#include "store/audit.h"

#include "base/count.h"
#include "base/buf.h"
#include "store/store_inside.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The trail shows when it happened by the machine's clock, also where RENKEI_NOW shows another day. */
void real_utc(char at[32])
{
    struct timespec now;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    size_t n = strftime(at, 32, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(at + n, 32 - n, ".%03ldZ", now.tv_nsec / 1000000);
}

static void hash_part(crypto_generichash_state *state, const char *text, bool last)
{
    crypto_generichash_update(state, (const unsigned char *)text, strlen(text));
    if (!last)
        crypto_generichash_update(state, (const unsigned char *)"\x1f", 1);
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static void entry_hash(char hex[65], const char *prev_hash, long long seq, const char *at, const struct audit_entry *e)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", seq);
    const char *const parts[] = {prev_hash,           number,      at, or_empty(e->user_id), or_empty(e->office_id), or_empty(e->action),
                                 or_empty(e->object_kind), or_empty(e->object_id), or_empty(e->detail)};
    crypto_generichash_state state;
    unsigned char hash[32];
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        hash_part(&state, parts[i], i + 1 == sizeof parts / sizeof *parts);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, 65, hash, sizeof hash);
}

char *audit_hash(struct arena *a, const char *prev_hash, long long seq, const char *at, const struct audit_entry *e)
{
    char *hex = arena_alloc(a, 65);
    entry_hash(hex, prev_hash, seq, at, e);
    return hex;
}

static bool read_end(struct db *db, struct chain_end *end, struct err *err)
{
    *end = (struct chain_end){.known = true};
    auto_rows *r = db_query(db, NULL, err, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    if (rows_next(r)) {
        end->seq = rows_int(r, 0);
        snprintf(end->hash, sizeof end->hash, "%s", rows_text(r, 1));
    }
    end->known = !rows_failed(r);
    return end->known;
}

static bool append_linked(struct db *db, const char *at, const struct audit_entry *e, struct err *err)
{
    if (!db->chain.known && !read_end(db, &db->chain, err))
        return false;
    char hash[65];
    long long seq = db->chain.seq + 1;
    entry_hash(hash, db->chain.hash, seq, at, e);
    if (db_run(db, err,
               "INSERT INTO audit (seq, at, user_id, office_id, action, object_kind, object_id, detail, prev_hash, hash)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
               INT(seq), TEXT(at), TEXT(or_empty(e->user_id)), TEXT(or_empty(e->office_id)), TEXT(or_empty(e->action)),
               TEXT(or_empty(e->object_kind)), TEXT(or_empty(e->object_id)), TEXT(or_empty(e->detail)), TEXT(db->chain.hash),
               TEXT(hash)) < 0)
        return false;
    db->chain.seq = seq;
    memcpy(db->chain.hash, hash, sizeof hash);
    return true;
}

static bool append_unlinked(struct db *db, const char *at, const struct audit_entry *e, struct err *err)
{
    direct_audit_appended(db->store);
    return db_post_beside(db, err,
                          "INSERT INTO audit_wait (at, user_id, office_id, action, object_kind, object_id, detail)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                          TEXT(at), TEXT(or_empty(e->user_id)), TEXT(or_empty(e->office_id)), TEXT(or_empty(e->action)),
                          TEXT(or_empty(e->object_kind)), TEXT(or_empty(e->object_id)), TEXT(or_empty(e->detail)));
}

bool audit_append(struct db *db, const struct audit_entry *e, struct err *err)
{
    char at[32];
    real_utc(at);
    return db_is_sqlite(db) ? append_linked(db, at, e, err) : append_unlinked(db, at, e, err);
}

static struct audit_waiting *copy(const struct audit_entry *e)
{
    const char *const from[] = {e->user_id, e->office_id, e->action, e->object_kind, e->object_id, e->detail};
    size_t total = 0;
    for (size_t i = 0; i < 6; i++)
        total += strlen(or_empty(from[i])) + 1;
    struct audit_waiting *w = xcalloc(1, sizeof *w + total);
    const char **to[] = {&w->entry.user_id,     &w->entry.office_id, &w->entry.action,
                         &w->entry.object_kind, &w->entry.object_id, &w->entry.detail};
    char *place = w->text;
    for (size_t i = 0; i < 6; i++) {
        *to[i] = strcpy(place, or_empty(from[i]));
        place += strlen(place) + 1;
    }
    real_utc(w->at);
    return w;
}

void audit_later(struct store *s, const struct audit_entry *e)
{
    if (s->sqlite)
        group_audit_later(s->group, copy(e));
    else
        direct_audit_later(s->direct, copy(e));
}

void audit_waiting_free(struct audit_waiting *first)
{
    for (struct audit_waiting *next; first; first = next) {
        next = first->next;
        free(first);
    }
}

/* --- verification --- */

static bool broken(struct audit_report *report, long long seq, const char *reason)
{
    report->broken_seq = seq;
    report->reason = reason;
    return false;
}

/* Whether the row fits behind the one before it, whose seq and hash are given; moves on to it when it does. */
bool audit_fits(struct audit_link_end *end, long long seq, const char *at, const struct audit_entry *e, const char *prev_hash,
                const char *hash, struct audit_report *report)
{
    char expected[65];
    if (seq != end->seq + 1)
        return broken(report, end->seq + 1, "監査証跡の番号が続いていません。記録が消されたか、書き足されています。");
    if (strcmp(prev_hash, end->hash) != 0)
        return broken(report, seq, "監査証跡のつながりが切れています。前の記録が差し替えられたか、順序が変えられています。");
    entry_hash(expected, prev_hash, seq, at, e);
    if (strcmp(hash, expected) != 0)
        return broken(report, seq, "監査証跡の内容が、記録されたときから変えられています。");
    end->seq = seq;
    snprintf(end->hash, sizeof end->hash, "%s", hash);
    return true;
}

static bool check_row(const struct rows *r, struct audit_link_end *end, struct audit_report *report)
{
    const struct audit_entry e = {.user_id = rows_text(r, 2), .office_id = rows_text(r, 3), .action = rows_text(r, 4),
                                  .object_kind = rows_text(r, 5), .object_id = rows_text(r, 6), .detail = rows_text(r, 7)};
    report->entries++;
    return audit_fits(end, rows_int(r, 0), rows_text(r, 1), &e, rows_text(r, 8), rows_text(r, 9), report);
}

/* One piece of the chain; false at the end, at a break and on failure. */
static bool check_piece(struct db *db, struct audit_link_end *end, struct audit_report *report, struct err *err)
{
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT seq, at, user_id, office_id, action, object_kind, object_id, detail, prev_hash, hash FROM audit"
                            " WHERE seq > $1 ORDER BY seq LIMIT 5000",
                            INT(end->seq));
    long long before = report->entries;
    while (rows_next(r))
        if (!check_row(r, end, report))
            return false;
    return !rows_failed(r) && report->entries > before;
}

/* Entries before number 1 or without number would be outside the walk. */
static bool check_outside(struct db *db, struct audit_report *report, struct err *err)
{
    long long outside = db_int(db, err, 0, "SELECT count(*) FROM audit WHERE seq < 1");
    return outside == 0 || broken(report, 1, "監査証跡の番号が続いていません。記録が消されたか、書き足されています。");
}

static bool link_all(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    long long linked = 1;
    while (linked > 0)
        if (!audit_link(db, &linked, err))
            return false;
    return true;
}

bool audit_verify(struct store *s, struct arena *a, struct audit_report *ret_report, struct err *err)
{
    struct err own = {0};
    struct audit_link_end end = {0};
    struct audit_report report = {.head = "", .reason = ""};
    if (!s->sqlite && !store_write_alone(s, link_all, NULL, err))
        return false;
    struct db *db = store_reader(s, err);
    if (!db)
        return false;
    if (check_outside(db, &report, &own))
        while (check_piece(db, &end, &report, &own))
            ;
    if (own.kind) {
        if (err)
            *err = own;
        return false;
    }
    report.head = arena_strdup(a, end.hash);
    *ret_report = report;
    return true;
}

/* --- linking on PostgreSQL --- */

/* Rows of COPY, each linked to the one before. */
struct links {
    struct buf text;
    struct chain_end end;
};

static void add_number(struct buf *out, long long n)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", n);
    buf_text(out, digits);
}

static void add_link(struct links *l, const char *at, const struct audit_entry *e)
{
    char hash[65];
    entry_hash(hash, l->end.hash, ++l->end.seq, at, e);
    const char *const texts[] = {at, e->user_id, e->office_id, e->action, e->object_kind, e->object_id, e->detail, l->end.hash, hash};
    add_number(&l->text, l->end.seq);
    for (size_t i = 0; i < COUNT(texts); i++) {
        buf_char(&l->text, '\t');
        db_postgresql_copy_text(&l->text, texts[i]);
    }
    buf_char(&l->text, '\n');
    memcpy(l->end.hash, hash, sizeof hash);
}

static bool copy_links(struct db *db, struct links *l, struct err *err)
{
    if (!db_postgresql_copy(db, err, "COPY audit (seq, at, user_id, office_id, action, object_kind, object_id, detail, prev_hash, hash) FROM STDIN"))
        return false;
    bool put = db_postgresql_copy_put(db, err, l->text.data, l->text.size);
    buf_cut(&l->text, 0);
    return db_postgresql_copy_end(db, err, put) && put;
}

/* With the lock of the chain, under which nobody else takes from what waits. */
static bool take_waiting(struct db *db, struct links *l, long long *ret_taken, struct err *err)
{
    auto_rows *r = db_query(db, NULL, err,
                            "WITH taken AS (DELETE FROM audit_wait WHERE ctid = ANY (ARRAY(SELECT ctid FROM audit_wait ORDER BY id LIMIT $1))"
                            " RETURNING id, at, user_id, office_id, action, object_kind, object_id, detail)"
                            " SELECT at, user_id, office_id, action, object_kind, object_id, detail FROM taken ORDER BY id",
                            INT(AUDIT_LINK_AT_ONCE));
    for (*ret_taken = 0; rows_next(r); ++*ret_taken)
        add_link(l, rows_text(r, 0),
                 &(struct audit_entry){.user_id = rows_text(r, 1), .office_id = rows_text(r, 2), .action = rows_text(r, 3),
                                       .object_kind = rows_text(r, 4), .object_id = rows_text(r, 5), .detail = rows_text(r, 6)});
    return !rows_failed(r);
}

/* Links what is committed and waits; `l` has the chain's end then. */
static bool link_committed(struct db *db, struct links *l, long long *ret_linked, struct err *err)
{
    *ret_linked = 0;
    return db_post(db, err, "SELECT pg_advisory_xact_lock(7306351)") && read_end(db, &l->end, err) && take_waiting(db, l, ret_linked, err) &&
           (*ret_linked == 0 || copy_links(db, l, err));
}

static void links_free(struct links *l)
{
    buf_free(&l->text);
}
#define auto_links __attribute__((cleanup(links_free))) struct links

bool audit_link(struct db *db, long long *ret_linked, struct err *err)
{
    auto_links l = {0};
    return link_committed(db, &l, ret_linked, err);
}

/* At most AUDIT_LINK_AT_ONCE of what waits; `ret_rest` is what is left. */
static bool insert_linked(struct db *db, struct links *l, const struct audit_waiting *first, const struct audit_waiting **ret_rest, struct err *err)
{
    const struct audit_waiting *w = first;
    for (int n = 0; w && n < AUDIT_LINK_AT_ONCE; n++, w = w->next)
        add_link(l, w->at, &w->entry);
    *ret_rest = w;
    return copy_links(db, l, err);
}

static bool append_together(struct db *db, const struct audit_waiting *first, struct err *err)
{
    auto_links l = {0};
    long long linked;
    if (!link_committed(db, &l, &linked, err))
        return false;
    while (first)
        if (!insert_linked(db, &l, first, &first, err))
            return false;
    return true;
}

/* What waits is committed by the thread that links: on PostgreSQL it is linked as it is written. */
bool audit_append_waiting(struct db *db, const struct audit_waiting *first, struct err *err)
{
    if (!db_is_sqlite(db))
        return !first || append_together(db, first, err);
    for (const struct audit_waiting *w = first; w; w = w->next)
        if (!append_linked(db, w->at, &w->entry, err))
            return false;
    return true;
}
