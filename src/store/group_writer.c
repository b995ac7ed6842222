/* group_writer.c -- SQLite's one writer: takes whatever waits, runs it in one transaction, commits once, wakes the waiters.
 *
 * One at a time has the connection: the thread of the writer or, when nobody has it and nothing waits, whoever wants to write; that spares
 * the lonely write two changes of thread.
 *
 * A savepoint for each write would copy every page it touches.  So a group runs without; when one of its writes gives up, the whole
 * is rolled back and runs again with a savepoint each, which writes must bear anyhow (store.h).  What nobody waits for gives its argument
 * away and runs once: it comes last and always has its savepoint.
 *
 * A waiter sleeps on a word of its own stack (futex), so that waking one wakes nobody else.  When the transaction is lost as a whole
 * (full disk) the writes of the group are run again one by one: the ones that fit are kept, the others learn why not. */
#include "store/store_inside.h"
#include "store/tally.h"
#include "store/tally_pile.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    GROUP_MAX = 256,     /* writes in one transaction: bounds how long the first waits for the last */
    PATIENCE_MS = 5000,  /* how long a write waits in all while another process has the file */
    TRY_MS = 250,        /* of that in one go: who came meanwhile joins the next */
    LATER_MS = 50,       /* how long a write that nobody waits for may wait for company */
    AWAY_MS = 1000,      /* after a failed commit, what nobody waits for is tried again this much later */
    WAITING_MAX = 100000, /* audit entries kept while the disk is full */
    INDEX_AT_ONCE = 1000, /* documents put into the word index in one transaction, some ms */
    FOLD_AT_ONCE = 48000, /* facts added to the tally in one transaction, those of some 1,400 saves */
    CAREFUL_GROUPS = 16,  /* after a write gave up others may: so many groups have their savepoints at once */
    LOG_PAGES = 12000,    /* 48 MB of log are copied into the file */
    CHORES_MS = 200,      /* fewer than that wait so long */
    REST_MS = 1000,       /* nobody wrote for so long: time for what can wait for ever */
    LEAVING_MS = 5000,    /* what of that is done when the store is closed, */
    LEAVING_DOCUMENTS = 100000, /* after so many: those of a large import */
    FIRST_ANALYSIS = 2000 /* changed rows after which SQLite looks at its indexes; then each time eight times as many */
};

struct write_job {
    struct write_job *next;
    store_write_fn *fn;
    void *arg;
    struct timespec due; /* after that it is not put off again */
    bool alone, later, probe, abandoned;
    bool ok;
    struct err err;
    _Atomic uint32_t done;
};

struct job_list {
    struct write_job *first, *last;
    size_t count;
};

struct group_writer {
    struct store *store;
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job_list now, later;
    struct audit_waiting *audit, *last_audit;
    size_t audit_count;
    struct timespec later_due;
    bool has_later_due, stop;
    bool taken; /* somebody has the connection, and all that follows here */
    pthread_t taken_by;
    bool thread_waits; /* until the connection is given back: no clock wakes it then */
    struct timespec chores_due;
    bool has_chores_due;
    long long documents;  /* that wait for the word index, at most */
    bool counted_before;  /* with what an earlier process left there */
    struct timespec rest_due;
    bool resting; /* the chore that is due is to join the word index: no other waits */
    bool folded_before; /* what an earlier process may have left in tally_wait is folded */
    bool held;    /* the last begin found another process writing */
    int careful;  /* groups to come */
    bool durable; /* what `synchronous` is set to */
    bool away;    /* the last commit failed */
    long long analysis_due; /* changed rows */
};

bool db_sqlite_in_transaction(struct db *db);
/* How long a begin waits for another process. */
void db_sqlite_patience(struct db *db, int ms);
/* Copies the log into the file when it has so many pages. */
bool db_sqlite_checkpoint(struct db *db, int pages);
/* Of the log after the last commit. */
int db_sqlite_log_pages(const struct db *db);

static void list_add(struct job_list *list, struct write_job *job)
{
    job->next = NULL;
    if (list->last)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
    list->count++;
}

static void list_put_back(struct job_list *list, struct write_job *job)
{
    job->next = list->first;
    list->first = job;
    if (!list->last)
        list->last = job;
    list->count++;
}

static struct write_job *list_take(struct job_list *list)
{
    struct write_job *job = list->first;
    list->first = job->next;
    if (!list->first)
        list->last = NULL;
    list->count--;
    return job;
}

static void job_wait(struct write_job *job)
{
    while (!atomic_load_explicit(&job->done, memory_order_acquire))
        syscall(SYS_futex, &job->done, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

/* The waiter may be gone, with its stack, as soon as `done` is set: only the address is used afterwards. */
static void job_done(struct write_job *job)
{
    _Atomic uint32_t *done = &job->done;
    atomic_store_explicit(done, 1, memory_order_release);
    syscall(SYS_futex, done, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static struct timespec after_ms(int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static bool is_past(struct timespec t)
{
    struct timespec now = after_ms(0);
    return now.tv_sec > t.tv_sec || (now.tv_sec == t.tv_sec && now.tv_nsec >= t.tv_nsec);
}

/* --- one write inside the group --- */

static bool call(struct db *db, struct write_job *job)
{
    db_write_begins(db);
    job->err = (struct err){0};
    bool ok = job->fn(db, job->arg, &job->err);
    if (ok && db->failed)
        ok = false;
    if (!ok && job->err.kind == ERR_NONE) {
        if (db->failed)
            job->err = db->first_err;
        else
            err_set(&job->err, ERR_BROKEN, "store.failed", "a write failed without saying why");
    }
    db_write_ends(db);
    return ok;
}

static bool savepoint(struct db *db, const char *sql, struct write_job *job)
{
    struct err err = {0};
    if (db_run_values(db, &err, sql, NULL, 0) >= 0)
        return true;
    job->err = err;
    return false;
}

/* False when the whole transaction is lost. */
static bool run_with_savepoint(struct db *db, struct write_job *job)
{
    struct chain_end chain = db->chain;
    struct pile_mark tallies = tally_pile_mark(db);
    job->ok = savepoint(db, "SAVEPOINT one", job) && call(db, job);
    if (!db_sqlite_in_transaction(db)) {
        job->ok = false;
        return false;
    }
    if (!job->ok) {
        savepoint(db, "ROLLBACK TO one", job->err.kind ? &(struct write_job){0} : job);
        db->chain = chain;
        tally_pile_return(db, tallies);
    }
    return savepoint(db, "RELEASE one", job);
}

/* --- the group --- */

struct group {
    struct write_job *jobs[GROUP_MAX * 2];
    size_t count;
    struct audit_waiting *audit;
};

/* `durable`: the commit waits until the disk has it. */
static bool set_durable(struct group_writer *w, bool durable, struct err *err)
{
    if (w->durable != durable && !db_script(w->db, err, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"))
        return false;
    w->durable = durable;
    return true;
}

static bool begin_with(struct group_writer *w, bool durable, struct err *err)
{
    struct db *db = w->db;
    db->chain.known = false;
    tally_pile_empty(db);
    bool ok = set_durable(w, durable, err) && db->engine->begin(db, err);
    w->held = !ok && err->message && !strcmp(err->message, "store.busy");
    return ok;
}

static bool begin(struct group_writer *w, struct err *err)
{
    return begin_with(w, true, err);
}

static bool finish(struct group_writer *w, struct err *err)
{
    struct db *db = w->db;
    bool ok = tally_pile_keep(db, err) && db->engine->commit(db, err);
    if (!ok)
        db->engine->rollback(db);
    atomic_fetch_add_explicit(&w->store->counts.groups, 1, memory_order_relaxed);
    return ok;
}

static void fail_from(struct group *g, size_t first, const struct err *err)
{
    for (size_t i = first; i < g->count; i++) {
        g->jobs[i]->ok = false;
        g->jobs[i]->err = *err;
    }
}

/* A write of its own: no savepoint, so a failure rolls back everything, which is this write only. */
static void run_single(struct group_writer *w, struct write_job *job)
{
    struct db *db = w->db;
    struct err err = {0};
    if (!begin(w, &err)) {
        job->ok = false;
        job->err = err;
        return;
    }
    job->ok = call(db, job);
    if (!job->ok) {
        db->engine->rollback(db);
    } else if (!finish(w, &err)) {
        job->ok = false;
        job->err = err;
    }
}

/* False when the transaction is over: `ret_gave_up` when one of its writes wanted that, and nothing is wrong with the store. */
static bool run_jobs(struct db *db, struct group *g, bool careful, bool *ret_gave_up, struct err *err)
{
    for (size_t i = 0; i < g->count; i++) {
        struct write_job *job = g->jobs[i];
        if (careful || job->later) {
            if (run_with_savepoint(db, job))
                continue;
        } else {
            job->ok = call(db, job);
            if (job->ok)
                continue;
            *ret_gave_up = db_sqlite_in_transaction(db);
        }
        *err = job->err;
        return false;
    }
    return true;
}

static bool run_once(struct group_writer *w, struct group *g, bool careful, bool *ret_gave_up, struct err *err)
{
    *ret_gave_up = false;
    if (!begin(w, err))
        return false;
    if ((g->audit && !audit_append_waiting(w->db, g->audit, err)) || !run_jobs(w->db, g, careful, ret_gave_up, err)) {
        w->db->engine->rollback(w->db);
        return false;
    }
    return finish(w, err);
}

static bool run_together(struct group_writer *w, struct group *g, struct err *err)
{
    bool gave_up;
    if (run_once(w, g, w->careful > 0, &gave_up, err)) {
        w->careful -= w->careful > 0;
        return true;
    }
    if (!gave_up)
        return false;
    w->careful = CAREFUL_GROUPS;
    return run_once(w, g, true, &gave_up, err);
}

/* What may run again runs again alone; a write that nobody waits for has given its argument away and is lost. */
static void run_one_by_one(struct group_writer *w, struct group *g, const struct err *err)
{
    for (size_t i = 0; i < g->count; i++) {
        struct write_job *job = g->jobs[i];
        if (job->later) {
            job->ok = false;
            job->err = *err;
        } else {
            atomic_fetch_add_explicit(&w->store->counts.retries, 1, memory_order_relaxed);
            run_single(w, job);
        }
        if (w->held) {
            struct err held = job->err;
            fail_from(g, i, &held);
            return;
        }
    }
}

static bool any_away(const struct group *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (!g->jobs[i]->ok && g->jobs[i]->err.kind == ERR_STORE_AWAY)
            return true;
    return false;
}

/* Keeps what could not be written for the next group, in front of what came since. */
static void give_back_audit(struct group_writer *w, struct audit_waiting *first)
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
    w->later_due = after_ms(AWAY_MS);
    w->has_later_due = true;
    pthread_mutex_unlock(&w->lock);
}

/* Another process has the file: what has waited long enough fails, the rest goes back to where it stood. */
static void put_off(struct group_writer *w, struct group *g, const struct err *err)
{
    size_t failed = 0;
    pthread_mutex_lock(&w->lock);
    for (size_t i = g->count; i-- > 0;) {
        struct write_job *job = g->jobs[i];
        if (!is_past(job->due)) {
            list_put_back(job->later ? &w->later : &w->now, job);
            continue;
        }
        job->ok = false;
        job->err = *err;
        g->jobs[i] = g->jobs[g->count - 1 - failed]; /* the failed ones gather at the end */
        g->jobs[g->count - 1 - failed++] = job;
    }
    if (w->later.first && !w->has_later_due) {
        w->later_due = after_ms(LATER_MS);
        w->has_later_due = true;
    }
    pthread_mutex_unlock(&w->lock);
    memmove(g->jobs, g->jobs + g->count - failed, failed * sizeof *g->jobs);
    g->count = failed;
}

static void run_group(struct group_writer *w, struct group *g)
{
    struct err err = {0};
    bool audited = true;
    if (g->count == 1 && !g->audit) {
        run_single(w, g->jobs[0]);
        if (w->held) {
            err = g->jobs[0]->err;
            put_off(w, g, &err);
        }
    } else if (!run_together(w, g, &err)) {
        audited = false;
        if (db_sqlite_in_transaction(w->db))
            w->db->engine->rollback(w->db);
        if (w->held)
            put_off(w, g, &err);
        else if (g->count > 0 && !(g->count == 1 && g->jobs[0]->later))
            run_one_by_one(w, g, &err);
        else
            fail_from(g, 0, &err);
    }
    w->away = any_away(g) || (!audited && err.kind == ERR_STORE_AWAY);
    if (g->audit && !audited)
        give_back_audit(w, g->audit);
    else
        audit_waiting_free(g->audit);
}

static void finish_jobs(struct group_writer *w, struct group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        struct write_job *job = g->jobs[i];
        if (job->later) {
            if (!job->ok)
                atomic_fetch_add_explicit(&w->store->counts.failures, 1, memory_order_relaxed);
            free(job);
        } else if (job->probe) {
            pthread_mutex_lock(&w->lock);
            bool abandoned = job->abandoned;
            job->done = 1;
            pthread_cond_broadcast(&w->wake);
            pthread_mutex_unlock(&w->lock);
            if (abandoned)
                free(job);
        } else {
            job_done(job);
        }
    }
}

/* --- the queue; with w->lock held --- */

static bool chores_are_due(const struct group_writer *w)
{
    return w->has_chores_due && is_past(w->chores_due);
}

static void take_connection(struct group_writer *w)
{
    w->taken = true;
    w->taken_by = pthread_self();
}

static bool later_waits(const struct group_writer *w)
{
    return w->later.first || w->audit;
}

static bool has_work(const struct group_writer *w)
{
    return w->now.first || (later_waits(w) && (w->stop || !w->has_later_due || is_past(w->later_due)));
}

static void wait_for_work(struct group_writer *w)
{
    while (w->taken || (!has_work(w) && !chores_are_due(w) && !(w->stop && !later_waits(w)))) {
        w->thread_waits = w->taken;
        if (w->taken)
            pthread_cond_wait(&w->wake, &w->lock);
        else if (later_waits(w) && w->has_later_due)
            pthread_cond_timedwait(&w->wake, &w->lock, &w->later_due);
        else if (w->has_chores_due)
            pthread_cond_timedwait(&w->wake, &w->lock, &w->chores_due);
        else
            pthread_cond_wait(&w->wake, &w->lock);
    }
    w->thread_waits = false;
}

static void take_group(struct group_writer *w, struct group *g)
{
    g->count = 0;
    g->audit = NULL;
    if (w->now.first && w->now.first->alone) {
        g->jobs[g->count++] = list_take(&w->now);
        return;
    }
    while (w->now.first && !w->now.first->alone && g->count < GROUP_MAX)
        g->jobs[g->count++] = list_take(&w->now);
    for (size_t n = 0; w->later.first && n < GROUP_MAX; n++)
        g->jobs[g->count++] = list_take(&w->later);
    g->audit = w->audit;
    w->audit = w->last_audit = NULL;
    w->audit_count = 0;
    w->has_later_due = w->later.first != NULL;
}

/* --- what follows in pauses: the log, the word index and the tally ---
 *
 * The waiters of the group are awake already, and whoever reads finds what waits.  Nothing is promised: should the power fail, the rows that
 * wait are there still or again.  So these commits do not ask the disk to flush; the next group's flush takes them along. */

static bool end_chore(struct group_writer *w, bool ok, struct err *err)
{
    ok = ok && w->db->engine->commit(w->db, err);
    if (!ok)
        w->db->engine->rollback(w->db);
    return ok;
}

/* Puts up to INDEX_AT_ONCE documents into the word index; false when none was put. */
static bool index_some(struct group_writer *w)
{
    struct err err = {0};
    long long count = begin_with(w, false, &err) ? search_index(w->db, INDEX_AT_ONCE, &err) : -1;
    if (!end_chore(w, count >= 0, &err))
        return false;
    w->documents = count < INDEX_AT_ONCE ? 0 : w->documents > count ? w->documents - count : 1;
    return count > 0;
}

static bool fold(struct group_writer *w)
{
    struct err err = {0};
    bool ok = begin_with(w, false, &err) && tally_fold(w->db, &err);
    return end_chore(w, ok, &err);
}

/* As many as were put and not indexed since; those of a write that gave up are among them until the index is asked. */
static long long documents_waiting(struct group_writer *w)
{
    if (!w->counted_before)
        w->documents = db_int(w->db, NULL, 0, "SELECT count(*) FROM (SELECT 1 FROM search_wait LIMIT $1)", INT(2 * INDEX_AT_ONCE));
    w->counted_before = true;
    w->documents += w->db->documents_put;
    w->db->documents_put = 0;
    return w->documents;
}

static long long facts_waiting(struct group_writer *w)
{
    if (!w->folded_before)
        w->folded_before = db_int(w->db, NULL, -1, "SELECT count(*) FROM tally_wait") == 0 || fold(w);
    return (long long)tally_pile_waiting(w->db);
}

/* A step of joining the word index; whether there is more to do. */
static bool join_some(struct group_writer *w)
{
    struct err err = {0};
    int more = begin_with(w, false, &err) ? search_join(w->db, &err) : -1;
    return end_chore(w, more >= 0, &err) && more;
}

/* Between two steps whoever comes is served, and then a rest is waited for again. */
static void join_at_rest(struct group_writer *w)
{
    bool rested = is_past(w->rest_due), more = search_is_scattered(w->db) && !w->away && (!rested || join_some(w));
    if (more)
        w->chores_due = rested ? after_ms(0) : w->rest_due;
    w->has_chores_due = w->resting = more;
}

/* A chore is due before long. */
static bool waits_already(const struct group_writer *w)
{
    return w->has_chores_due && !w->resting;
}

static void do_chores(struct group_writer *w)
{
    if (w->held) { /* writes wait for the file: they go first */
        w->held = false;
        if (w->has_chores_due)
            w->chores_due = after_ms(CHORES_MS);
        return;
    }
    db_sqlite_checkpoint(w->db, LOG_PAGES);
    bool due = chores_are_due(w);
    long long documents = documents_waiting(w), facts = facts_waiting(w);
    if (documents >= INDEX_AT_ONCE || (documents && due)) {
        index_some(w);
        documents = w->documents;
    }
    if (!w->held && (facts >= FOLD_AT_ONCE || (facts && due)) && fold(w))
        facts = 0;
    bool more = documents >= INDEX_AT_ONCE && !w->held, any = documents || facts;
    if (any && (due || !waits_already(w) || more))
        w->chores_due = after_ms(more ? 0 : CHORES_MS);
    w->has_chores_due = any;
    w->resting = false;
    if (!any)
        join_at_rest(w);
}

/* After a write by who wanted it: the thread does what follows, at once when much waits. */
static void leave_chores(struct group_writer *w)
{
    bool much = w->held || w->away || db_sqlite_log_pages(w->db) >= LOG_PAGES || !w->folded_before || documents_waiting(w) >= INDEX_AT_ONCE ||
                tally_pile_waiting(w->db) >= FOLD_AT_ONCE;
    bool wake = much || !waits_already(w) || w->now.first || w->thread_waits;
    if (much || !waits_already(w))
        w->chores_due = after_ms(much ? 0 : CHORES_MS);
    w->has_chores_due = true;
    w->resting = false;
    w->rest_due = after_ms(REST_MS);
    if (wake)
        pthread_cond_broadcast(&w->wake);
}

static bool is_idle(struct group_writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool idle = !w->now.first && !w->stop;
    pthread_mutex_unlock(&w->lock);
    return idle;
}

/* Figures of a store a quarter of its size serve as well.  How large it was is kept beside them, under a name that no table has; it
 * counts pages, because a directory of half a million entries comes with a handful of entries in the audit trail. */
static bool has_good_figures(struct group_writer *w)
{
    long long then = db_int(w->db, NULL, 0, "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = 'pages of the store'");
    return then > 0 && db_int(w->db, NULL, 0, "SELECT page_count FROM pragma_page_count") < 4 * then;
}

static void take_figures(struct group_writer *w)
{
    if (db_script(w->db, NULL, "PRAGMA analysis_limit = 400; ANALYZE"))
        db_script(w->db, NULL, "INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT 'pages of the store', NULL, page_count FROM pragma_page_count");
}

/* Without figures SQLite takes an office for ten rows.  A sample of each index is enough, but SQLite counts every table for it: half a
 * second at a million sheets. */
static void look_at_indexes(struct group_writer *w)
{
    if (w->away || db_int(w->db, NULL, 0, "SELECT total_changes()") < w->analysis_due || !is_idle(w))
        return;
    w->analysis_due *= 8;
    if (!has_good_figures(w))
        take_figures(w);
}

static void *writer_thread(void *arg)
{
    struct group_writer *w = arg;
    struct group *g = xcalloc(1, sizeof *g);
    for (;;) {
        pthread_mutex_lock(&w->lock);
        wait_for_work(w);
        take_group(w, g);
        bool end = w->stop && g->count == 0 && !g->audit;
        bool stopping = w->stop;
        take_connection(w);
        pthread_mutex_unlock(&w->lock);
        if (end)
            break;
        if (g->count || g->audit) {
            run_group(w, g);
            finish_jobs(w, g);
            w->rest_due = after_ms(REST_MS);
        }
        do_chores(w);
        look_at_indexes(w);
        pthread_mutex_lock(&w->lock);
        if (stopping && w->away) { /* the disk is full and we are leaving: what nobody waits for cannot be kept */
            audit_waiting_free(w->audit);
            w->audit = w->last_audit = NULL;
        }
        w->taken = false;
        pthread_mutex_unlock(&w->lock);
    }
    while (index_some(w))
        ;
    if (facts_waiting(w))
        fold(w);
    struct timespec until = after_ms(LEAVING_MS);
    while (w->db->indexed >= LEAVING_DOCUMENTS && search_is_scattered(w->db) && !is_past(until) && join_some(w))
        ;
    free(g);
    return NULL;
}

/* --- called from any thread --- */

struct group_writer *group_writer_start(struct store *s, struct err *err)
{
    struct db *db = db_sqlite_open(s, s->path, true, err);
    if (!db)
        return NULL;
    db_sqlite_patience(db, TRY_MS);
    struct group_writer *w = xcalloc(1, sizeof *w);
    w->store = s;
    w->db = db;
    w->analysis_due = FIRST_ANALYSIS;
    w->durable = true; /* as opened */
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&w->thread, NULL, writer_thread, w) == 0)
        return w;
    db->engine->close(db);
    free(w);
    err_set(err, ERR_BROKEN, "store.failed", "cannot start the writer");
    return NULL;
}

void group_writer_stop(struct group_writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    w->db->engine->close(w->db);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

/* With w->lock held; who has the connection looks here when it gives it back. */
static void submit(struct group_writer *w, struct write_job *job)
{
    bool wake = !w->now.first && !w->taken;
    list_add(&w->now, job);
    if (wake)
        pthread_cond_broadcast(&w->wake);
}

/* With w->lock held, which is given up meanwhile. */
static void write_here(struct group_writer *w, struct write_job *job)
{
    struct group g = {0};
    list_add(&w->now, job);
    take_group(w, &g);
    take_connection(w);
    pthread_mutex_unlock(&w->lock);
    run_group(w, &g);
    finish_jobs(w, &g);
    pthread_mutex_lock(&w->lock);
    w->taken = false;
    leave_chores(w);
}

bool group_write(struct group_writer *w, store_write_fn *fn, void *arg, bool alone, struct err *err)
{
    struct write_job job = {.fn = fn, .arg = arg, .alone = alone, .due = after_ms(PATIENCE_MS)};
    pthread_mutex_lock(&w->lock);
    bool inside = w->taken && pthread_equal(pthread_self(), w->taken_by);
    if (!inside && !w->taken && !has_work(w) && !chores_are_due(w))
        write_here(w, &job);
    else if (!inside)
        submit(w, &job);
    pthread_mutex_unlock(&w->lock);
    if (inside)
        return err_set(err, ERR_BROKEN, "store.failed", "store_write inside a write");
    job_wait(&job);
    if (!job.ok)
        *err = job.err;
    return job.ok;
}

static void start_later_clock(struct group_writer *w)
{
    if (w->has_later_due)
        return;
    w->later_due = after_ms(LATER_MS);
    w->has_later_due = true;
    pthread_cond_broadcast(&w->wake);
}

void group_write_later(struct group_writer *w, store_write_fn *fn, void *arg)
{
    struct write_job *job = xcalloc(1, sizeof *job);
    job->fn = fn;
    job->arg = arg;
    job->later = true;
    job->due = after_ms(PATIENCE_MS);
    pthread_mutex_lock(&w->lock);
    list_add(&w->later, job);
    start_later_clock(w);
    pthread_mutex_unlock(&w->lock);
}

void group_audit_later(struct group_writer *w, struct audit_waiting *entry)
{
    pthread_mutex_lock(&w->lock);
    bool room = w->audit_count < WAITING_MAX;
    if (room) {
        if (w->last_audit)
            w->last_audit->next = entry;
        else
            w->audit = entry;
        w->last_audit = entry;
        w->audit_count++;
        start_later_clock(w);
    }
    pthread_mutex_unlock(&w->lock);
    if (!room) {
        atomic_fetch_add_explicit(&w->store->counts.failures, 1, memory_order_relaxed);
        audit_waiting_free(entry);
    }
}

/* After a failed commit an empty transaction proves nothing: write the file's own version number again. */
static bool probe(struct db *db, void *arg, struct err *err)
{
    struct group_writer *w = arg;
    if (!w->away)
        return true;
    return db_script(db, err, "PRAGMA user_version = 1; PRAGMA user_version = 0");
}

bool group_writer_is_ready(struct group_writer *w, int ms, struct err *err)
{
    struct write_job *job = xcalloc(1, sizeof *job);
    job->fn = probe;
    job->arg = w;
    job->probe = true;
    job->due = after_ms(ms);
    struct timespec due = after_ms(ms);
    int code = 0;
    pthread_mutex_lock(&w->lock);
    submit(w, job);
    while (!job->done && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&w->wake, &w->lock, &due);
    bool answered = job->done;
    job->abandoned = !answered;
    pthread_mutex_unlock(&w->lock);
    if (!answered)
        return err_set(err, ERR_STORE_AWAY, "store.busy", "the writer does not answer");
    bool ok = job->ok;
    if (!ok)
        *err = job->err;
    free(job);
    return ok;
}
