#include "features/daily_log/daily_confirmation.h"

#include "output/table.h"
#include "web/app.h"

#include <sodium.h>
#include <string.h>

enum { HASH_BYTES = 16 };

/* Of everything the day's paper shows. */
static bool fingerprint(const struct table *t, char hex[HASH_BYTES * 2 + 1], struct err *err)
{
    auto_buf text = {0};
    unsigned char hash[HASH_BYTES];
    if (!table_write(t, TABLE_CSV, &text, err))
        return false;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text.data, text.size, NULL, 0);
    sodium_bin2hex(hex, HASH_BYTES * 2 + 1, hash, sizeof hash);
    return true;
}

bool daily_confirmation_read(struct request *req, const struct daily_log *log, const struct table *t, struct daily_confirmation *ret,
                             struct err *err)
{
    char now[HASH_BYTES * 2 + 1];
    *ret = (struct daily_confirmation){.by = "", .at = ""};
    auto_rows *rows = db_query(req->db, req->arena, err,
                               "SELECT u.display_name, c.confirmed_at, c.fingerprint FROM daily_confirmation c"
                               " LEFT JOIN user_account u ON u.id = c.confirmed_by WHERE c.office_id = $1 AND c.day = $2",
                               TEXT(log->office_id), TEXT(log->day));
    if (!rows || !rows_next(rows))
        return rows && !rows_failed(rows);
    ret->by = *rows_text(rows, 0) ? rows_text(rows, 0) : "責任者"; /* the account may be gone */
    ret->at = utc_to_local_label(req->arena, rows_text(rows, 1));
    if (!fingerprint(t, now, err))
        return false;
    ret->has_changed = strcmp(rows_text(rows, 2), now) != 0;
    return true;
}

bool daily_confirmation_days(struct db *db, const char *office_id, const char *month, bool marks[32], struct err *err)
{
    auto_rows *rows = db_query(db, NULL, err, "SELECT day FROM daily_confirmation WHERE office_id = $1 AND day LIKE $2 || '-%'",
                               TEXT(office_id), TEXT(month));
    while (rows && rows_next(rows))
        marks[date_from_iso(rows_text(rows, 0)).day] = true;
    return rows && !rows_failed(rows);
}

struct confirming {
    struct request *req;
    const struct daily_log *log;
    const char *fingerprint; /* NULL: taken back */
};

static bool write_confirmation(struct db *db, void *arg, struct err *err)
{
    const struct confirming *c = arg;
    const char *now = now_utc(c->req->arena), *detail = c->fingerprint ? "confirmed" : "withdrawn";
    struct audit_entry entry = request_audit_entry(c->req, "daily_log", arena_printf(c->req->arena, "%s/%s", c->log->office_id, c->log->day), detail);
    if (db_run(db, err, "DELETE FROM daily_confirmation WHERE office_id = $1 AND day = $2", TEXT(c->log->office_id), TEXT(c->log->day)) < 0)
        return false;
    if (c->fingerprint && db_run(db, err,
                                 "INSERT INTO daily_confirmation (office_id, day, confirmed_by, confirmed_at, fingerprint)"
                                 " VALUES ($1, $2, $3, $4, $5)",
                                 TEXT(c->log->office_id), TEXT(c->log->day), TEXT(c->req->session->user_id), TEXT(now), TEXT(c->fingerprint)) < 0)
        return false;
    return audit_append(db, &entry, err);
}

bool daily_confirmation_set(struct request *req, const struct daily_log *log, const struct table *t, bool confirmed, struct err *err)
{
    char hex[HASH_BYTES * 2 + 1];
    struct confirming c = {.req = req, .log = log, .fingerprint = confirmed ? hex : NULL};
    return (!confirmed || fingerprint(t, hex, err)) && store_write(app_store(req->app), write_confirmation, &c, err);
}
