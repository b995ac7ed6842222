/* direct_writer.c -- writing to PostgreSQL: on the caller's own connection, again when two transactions met.
 *
 * One thread with a connection of its own commits what nobody waits for, and within a second links the audit chain and adds up what was
 * counted. */
#include "store/store_inside.h"
#include "store/tally.h"
#include "store/tally_pile.h"

#include <sodium.h>
#include <stdlib.h>
#include <time.h>

enum {
    TRIES = 10,
    LATER_MS = 50,        /* how long what nobody waits for may wait for company */
    CHORES_MS = 500,      /* how long an audit entry may stay unlinked, a fact wait to be added up */
    AWAY_MS = 1000,       /* between tries to reach a server that went away */
    WAITING_MAX = 100000, /* audit entries kept meanwhile */
};

struct later_write {
    struct later_write *next;
    store_write_fn *fn;
    void *arg;
};

struct direct_writer {
    struct store *store;
    struct db *db; /* NULL until it is needed, and while the server is away */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct later_write *first, *last;
    struct audit_waiting *audit, *last_audit;
    size_t audit_count;
    int rounds; /* of LATER_MS, since the chores were done; of the thread */
    bool stop;
};

static void wake(struct direct_writer *w)
{
    pthread_mutex_lock(&w->lock);
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

/* --- writes that somebody waits for --- */

static void wait_a_little(int attempt)
{
    int longest = 2 << (attempt < 6 ? attempt : 6); /* ms */
    wait_ms(1 + (int)randombytes_uniform((uint32_t)longest));
}

static bool run_fn(struct db *db, store_write_fn *fn, void *arg, bool alone, struct err *err)
{
    if (alone && !db_script(db, err, "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"))
        return false;
    bool ok = fn(db, arg, err);
    if (ok && !db->failed)
        return true;
    if (db->failed && (ok || err->kind == ERR_NONE))
        *err = db->first_err;
    else if (err->kind == ERR_NONE)
        err_set(err, ERR_BROKEN, "store.failed", "a write failed without saying why");
    return false;
}

static void facts_wait(struct store *s)
{
    if (s->direct && !atomic_exchange(&s->unfolded, true))
        wake(s->direct);
}

/* One try.  `ret_again`: nothing of it is left and it may be tried again. */
static bool try_once(struct db *db, store_write_fn *fn, void *arg, bool alone, struct err *err, bool *ret_again)
{
    *err = (struct err){0};
    *ret_again = false;
    db_write_begins(db);
    tally_pile_empty(db);
    const size_t waiting = tally_pile_waiting(db);
    bool ok = db->engine->begin(db, err) && run_fn(db, fn, arg, alone, err) && tally_pile_keep(db, err) && db->engine->commit(db, err);
    if (ok && tally_pile_waiting(db) > waiting)
        facts_wait(db->store);
    tally_pile_empty(db);
    if (!ok) {
        *ret_again = db->retry || (db->lost && !db->committing); /* a commit that got no answer may have happened */
        db->engine->rollback(db);
    }
    db_write_ends(db);
    return ok;
}

bool direct_write(struct store *s, store_write_fn *fn, void *arg, bool alone, struct err *err)
{
    struct db *db = store_reader(s, err);
    if (!db)
        return false;
    if (db->in_write)
        return err_set(err, ERR_BROKEN, "store.failed", "store_write inside a write");
    for (int attempt = 0;; attempt++) {
        bool again;
        if (try_once(db, fn, arg, alone, err, &again))
            return true;
        bool came_back = err->kind == ERR_STORE_AWAY && attempt > 0; /* the server itself is away: one new connection is enough */
        if (!again || attempt >= TRIES || came_back)
            return false;
        atomic_fetch_add_explicit(&s->counts.retries, 1, memory_order_relaxed);
        wait_a_little(attempt);
    }
}

/* --- what nobody waits for --- */

static bool run_later(struct db *db, const struct later_write *w)
{
    struct err err = {0};
    const struct pile_mark facts = tally_pile_mark(db);
    if (!db_script(db, &err, "SAVEPOINT one"))
        return false;
    db_write_begins(db);
    bool ok = w->fn(db, w->arg, &err) && db_settle(db, &err) && !db->failed;
    db_write_ends(db);
    if (!ok)
        tally_pile_return(db, facts);
    return db_script(db, &err, ok ? "RELEASE one" : "ROLLBACK TO one") && ok;
}

static void count_failures(struct store *s, unsigned n)
{
    atomic_fetch_add_explicit(&s->counts.failures, n, memory_order_relaxed);
}

struct batch {
    struct later_write *writes;
    struct audit_waiting *audit;
};

static void give_back_audit(struct direct_writer *w, struct audit_waiting *first)
{
    struct audit_waiting *last = first;
    size_t n = 1;
    for (; last->next; n++)
        last = last->next;
    pthread_mutex_lock(&w->lock);
    last->next = w->audit;
    w->audit = first;
    if (!w->last_audit)
        w->last_audit = last;
    w->audit_count += n;
    pthread_mutex_unlock(&w->lock);
}

static bool append_audit(struct db *db, const struct audit_waiting *first, struct err *err)
{
    db_write_begins(db);
    bool ok = audit_append_waiting(db, first, err) && db_settle(db, err);
    db_write_ends(db);
    return ok;
}

/* False when the audit entries are not kept; the writes have run either way and given their arguments away. */
static bool run_batch(struct direct_writer *w, struct batch *b)
{
    struct db *db = w->db;
    struct err err = {0};
    unsigned failures = 0;
    tally_pile_empty(db);
    bool ok = db->engine->begin(db, &err) && append_audit(db, b->audit, &err);
    for (struct later_write *each = b->writes, *next; each; each = next) {
        next = each->next;
        failures += !run_later(db, each);
        free(each);
    }
    ok = ok && tally_pile_keep(db, &err) && db->engine->commit(db, &err);
    if (!ok)
        db->engine->rollback(db);
    else if (tally_pile_waiting(db))
        facts_wait(w->store);
    tally_pile_empty(db);
    count_failures(w->store, failures);
    atomic_fetch_add_explicit(&w->store->counts.groups, 1, memory_order_relaxed);
    return ok;
}

/* A reachable server with a transaction begun on it: only then arguments are given away. */
static bool is_reachable(struct direct_writer *w)
{
    struct err err = {0};
    if (!w->db)
        w->db = db_postgresql_open(w->store, w->store->url, &err);
    return w->db && db_int(w->db, &err, 0, "SELECT 1") == 1;
}

static bool link_some(struct db *db, void *arg, struct err *err)
{
    return audit_link(db, arg, err);
}

static bool fold(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return tally_fold(db, err);
}

/* False: not done, and not to be tried at once. */
static bool try_chore(struct direct_writer *w, store_write_fn *fn, void *arg)
{
    struct err err;
    bool again = true;
    while (again && is_reachable(w))
        if (try_once(w->db, fn, arg, false, &err, &again))
            return true;
    return false;
}

/* What could not be done waits for the next entry or fact. */
static void do_chores(struct direct_writer *w)
{
    w->rounds = 0;
    bool more = atomic_exchange(&w->store->unlinked, false);
    for (long long linked; more;)
        more = try_chore(w, link_some, &linked) && linked >= AUDIT_LINK_AT_ONCE;
    if (atomic_exchange(&w->store->unfolded, false))
        try_chore(w, fold, NULL);
}

static struct batch take_batch(struct direct_writer *w)
{
    struct batch b = {.writes = w->first, .audit = w->audit};
    w->first = w->last = NULL;
    w->audit = w->last_audit = NULL;
    w->audit_count = 0;
    return b;
}

static bool has_chores(const struct direct_writer *w)
{
    return atomic_load(&w->store->unlinked) || atomic_load(&w->store->unfolded);
}

/* Sleeps until there is something, then a little more so that others can join. */
static void wait_for_work(struct direct_writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->stop && !w->first && !w->audit && !has_chores(w))
        pthread_cond_wait(&w->wake, &w->lock);
    bool stop = w->stop;
    pthread_mutex_unlock(&w->lock);
    if (!stop)
        wait_ms(LATER_MS);
    w->rounds++;
}

static bool is_time_for_chores(struct direct_writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool stop = w->stop;
    pthread_mutex_unlock(&w->lock);
    return has_chores(w) && (stop || w->rounds >= CHORES_MS / LATER_MS);
}

static bool is_time(struct direct_writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool has_work = w->first || w->audit;
    pthread_mutex_unlock(&w->lock);
    return has_work || is_time_for_chores(w);
}

static void work(struct direct_writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool has_work = w->first || w->audit;
    struct batch b = has_work ? take_batch(w) : (struct batch){0};
    pthread_mutex_unlock(&w->lock);
    if (has_work) {
        if (run_batch(w, &b))
            audit_waiting_free(b.audit);
        else if (b.audit)
            give_back_audit(w, b.audit);
    }
    if (is_time_for_chores(w))
        do_chores(w);
}

static bool is_done(struct direct_writer *w, bool reachable)
{
    pthread_mutex_lock(&w->lock);
    bool done = w->stop && (!reachable || (!w->first && !w->audit && !has_chores(w)));
    pthread_mutex_unlock(&w->lock);
    return done;
}

static void *later_thread(void *arg)
{
    struct direct_writer *w = arg;
    for (bool reachable = true; !is_done(w, reachable);) {
        wait_for_work(w);
        if (!is_time(w))
            continue;
        reachable = is_reachable(w);
        if (reachable)
            work(w);
        else if (!is_done(w, reachable))
            wait_ms(AWAY_MS);
    }
    return NULL;
}

/* --- called from any thread --- */

struct direct_writer *direct_writer_start(struct store *s, struct err *err)
{
    if (!store_reader(s, err)) /* the address works, the database sorts as it should */
        return NULL;
    struct direct_writer *w = xcalloc(1, sizeof *w);
    w->store = s;
    s->unlinked = s->unfolded = true; /* what an earlier process left */
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    if (pthread_create(&w->thread, NULL, later_thread, w) == 0)
        return w;
    free(w);
    err_set(err, ERR_BROKEN, "store.failed", "cannot start the writer");
    return NULL;
}

void direct_writer_stop(struct direct_writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    audit_waiting_free(w->audit);
    if (w->db)
        w->db->engine->close(w->db);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

void direct_write_later(struct direct_writer *w, store_write_fn *fn, void *arg)
{
    struct later_write *later = xcalloc(1, sizeof *later);
    later->fn = fn;
    later->arg = arg;
    pthread_mutex_lock(&w->lock);
    *(w->last ? &w->last->next : &w->first) = later;
    w->last = later;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

void direct_audit_later(struct direct_writer *w, struct audit_waiting *entry)
{
    pthread_mutex_lock(&w->lock);
    bool room = w->audit_count < WAITING_MAX;
    if (room) {
        *(w->last_audit ? &w->last_audit->next : &w->audit) = entry;
        w->last_audit = entry;
        w->audit_count++;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->lock);
    if (!room) {
        count_failures(w->store, 1);
        audit_waiting_free(entry);
    }
}

void direct_audit_appended(struct store *s)
{
    if (s->direct && !atomic_exchange(&s->unlinked, true))
        wake(s->direct);
}
