#include "store/audit.h"

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
    auto_rows *r = db_query(db, NULL, err, "SELECT seq, hash FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1");
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
    return db_run(db, err,
                  "INSERT INTO audit (at, user_id, office_id, action, object_kind, object_id, detail)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  TEXT(at), TEXT(or_empty(e->user_id)), TEXT(or_empty(e->office_id)), TEXT(or_empty(e->action)),
                  TEXT(or_empty(e->object_kind)), TEXT(or_empty(e->object_id)), TEXT(or_empty(e->detail))) >= 0;
}

static bool append_at(struct db *db, const char *at, const struct audit_entry *e, struct err *err)
{
    return db_is_sqlite(db) ? append_linked(db, at, e, err) : append_unlinked(db, at, e, err);
}

bool audit_append(struct db *db, const struct audit_entry *e, struct err *err)
{
    char at[32];
    real_utc(at);
    return append_at(db, at, e, err);
}

bool audit_append_waiting(struct db *db, const struct audit_waiting *first, struct err *err)
{
    for (const struct audit_waiting *w = first; w; w = w->next)
        if (!append_at(db, w->at, &w->entry, err))
            return false;
    return true;
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
