#include "features/account/throttle.h"

#include "base/id.h"

enum {
    FORGET_SECONDS = 3600,
    OWN_CLIENT_SECONDS = 30 * 86400,
    PAIR_FREE = 3, PAIR_LONGEST = 900,
    CLIENT_FREE = 20, CLIENT_LONGEST = 60,
    ACCOUNT_CALM = 30, STRANGER_FIRST = 30,
};

struct keys {
    const char *pair, *client, *account;
};

static struct keys keys_of(const struct throttle *t, struct arena *a)
{
    return (struct keys){
        .pair = secret_hash(a, arena_printf(a, "pair\x1f%s\x1f%s", t->account, t->client)),
        .client = secret_hash(a, arena_printf(a, "client\x1f%s", t->client)),
        .account = secret_hash(a, arena_printf(a, "account\x1f%s", t->account)),
    };
}

long throttle_delay(long failures, long free, long first, long longest)
{
    if (failures < free)
        return 0;
    long delay = first;
    for (long i = free; i < failures && delay < longest; i++)
        delay *= 2;
    return delay < longest ? delay : longest;
}

struct count {
    long failures;
    int64_t last;
};

static struct count count_of(struct db *db, const char *key, int64_t now, struct err *err)
{
    struct count c = {0};
    auto_rows *r = db_query(db, NULL, err, "SELECT failures, last_at FROM sign_in_failure WHERE key_hash = $1", TEXT(key));
    if (r && rows_next(r))
        c = (struct count){(long)rows_int(r, 0), rows_int(r, 1)};
    return now - c.last > FORGET_SECONDS ? (struct count){0} : c;
}

static int64_t wait_left(struct count c, long delay, int64_t now)
{
    return delay ? c.last + delay - now : 0;
}

static bool bump(struct db *db, const char *key, int64_t now, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO sign_in_failure (key_hash, failures, last_at) VALUES ($1, 1, $2) ON CONFLICT (key_hash) DO UPDATE SET "
                  "failures = CASE WHEN sign_in_failure.last_at < $3 THEN 1 ELSE sign_in_failure.failures + 1 END, last_at = $2",
                  TEXT(key), INT(now), INT(now - FORGET_SECONDS)) >= 0;
}

/* Failures, not successes, pay for the sweeping. */
static bool sweep(struct db *db, int64_t now, struct err *err)
{
    return db_run(db, err, "DELETE FROM sign_in_failure WHERE last_at < $1", INT(now - 2 * FORGET_SECONDS)) >= 0;
}

bool throttle_begin(struct db *db, const struct throttle *t, struct arena *a, struct err *err)
{
    struct keys k = keys_of(t, a);
    struct count pair = count_of(db, k.pair, t->now, err), client = count_of(db, k.client, t->now, err);
    struct count account = count_of(db, k.account, t->now, err);
    bool known = db_int(db, err, 0, "SELECT 1 FROM sign_in_client WHERE key_hash = $1 AND last_at > $2", TEXT(k.pair),
                        INT(t->now - OWN_CLIENT_SECONDS));
    bool stranger = account.failures >= ACCOUNT_CALM && !known;
    int64_t wait = wait_left(pair, stranger ? throttle_delay(pair.failures, 1, STRANGER_FIRST, PAIR_LONGEST)
                                            : throttle_delay(pair.failures, PAIR_FREE, 1, PAIR_LONGEST), t->now);
    int64_t client_wait = known ? 0 : wait_left(client, throttle_delay(client.failures, CLIENT_FREE, 1, CLIENT_LONGEST), t->now);
    if (client_wait > wait)
        wait = client_wait;
    if (wait > 0)
        return err_set(err, ERR_BUSY, "account.wait", "%lld", (long long)wait);
    return bump(db, k.pair, t->now, err) && bump(db, k.client, t->now, err) && bump(db, k.account, t->now, err) && sweep(db, t->now, err);
}

bool throttle_passed(struct db *db, const struct throttle *t, struct arena *a, struct err *err)
{
    struct keys k = keys_of(t, a);
    return db_run(db, err, "DELETE FROM sign_in_failure WHERE key_hash = $1", TEXT(k.pair)) >= 0 &&
           db_run(db, err, "UPDATE sign_in_failure SET failures = failures - 1 WHERE key_hash IN ($1, $2) AND failures > 0", TEXT(k.client),
                  TEXT(k.account)) >= 0 &&
           db_run(db, err,
                  "INSERT INTO sign_in_client (key_hash, last_at) VALUES ($1, $2) ON CONFLICT (key_hash) DO UPDATE SET last_at = $2",
                  TEXT(k.pair), INT(t->now)) >= 0;
}
