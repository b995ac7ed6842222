/* throttle.h -- slowing down who guesses passwords, without letting a stranger shut out the owner.
 *
 * Three counts, forgotten an hour after the last failure:
 *   account and client   three free failures, then 1, 2, 4 ... 900 seconds before the next try is even looked at
 *   client               twenty free failures over all accounts, then 1, 2, 4 ... 60 seconds (an office shares an address)
 *   account              never refuses anybody; but after thirty failures from anywhere, a client from which this account has not
 *                        signed in within 30 days waits 30 seconds from its very first failure on
 * So the owner on her own PC always gets in, whatever others do.  Clients and accounts are kept as hashes.
 * A try counts as a failure when it begins and is taken back when it succeeds, so that tries at the same time cannot pass together. */
#pragma once
#include "store/db.h"

#include <stdint.h>

struct throttle {
    const char *account; /* folded login name, or "code/" and the user id for second factors */
    const char *client;  /* request_client() */
    int64_t now;         /* seconds since 1970 */
};

/* Seconds to wait after so many failures, given how many are free, the first wait and the longest. */
long throttle_delay(long failures, long free, long first, long longest);
/* Inside a write.  False with ERR_BUSY "account.wait" (detail: seconds) when it is too early; nothing is counted then. */
bool throttle_begin(struct db *db, const struct throttle *t, struct arena *a, struct err *err);
/* Inside a write, after success: forgets the failures of this account and client and remembers the client as the account's own. */
bool throttle_passed(struct db *db, const struct throttle *t, struct arena *a, struct err *err);
