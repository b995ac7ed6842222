/* job_runner.c -- one thread that takes queued jobs in order.
 *
 * With one node (SQLite) whatever was running when the program ended starts again at once.  With several nodes (PostgreSQL) a job
 * belongs to the node that took it until its sign of life is older than two minutes. */
#include "base/json.h"
#include "base/log.h"
#include "store/audit.h"
#include "web/job.h"
#include "web/job_inside.h"
#include "web/stream.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { POLL_MS = 200, PROGRESS_MS = 250, BEAT_MS = 5000, STALE_MINUTES = 2, KEEP_DAYS = 30, TIDY_MS = 3600 * 1000, RECOVER_MS = 30 * 1000, CHORE_MS = 60 * 1000 };

struct job_runner {
    struct app *app;
    pthread_t thread;
    atomic_bool stopping;
    char node[65];
    int64_t tidied_ms, recovered_ms, chores_ms;
};

/* What a running job has beside what its kind sees. */
struct running {
    struct job job;
    struct job_runner *runner;
    int64_t told_ms, beat_ms, asked_ms;
    long long done, total;
    const char *sentence;
    bool cancelled;
};

/* --- small writes: one statement each --- */

struct statement {
    const char *sql;
    const struct value *values;
    size_t count;
    long long changed;
};

static bool run_statement(struct db *db, void *arg, struct err *err)
{
    struct statement *s = arg;
    s->changed = db_run_values(db, err, s->sql, s->values, s->count);
    return s->changed >= 0;
}

/* Rows changed, or -1. */
#define write_now(app, err, sql, ...) \
    write_values((app), (err), (sql), (struct value[]){__VA_ARGS__}, sizeof((struct value[]){__VA_ARGS__}) / sizeof(struct value))
static long long write_values(struct app *app, struct err *err, const char *sql, const struct value *values, size_t count)
{
    struct statement s = {.sql = sql, .values = values, .count = count};
    return store_write(app_store(app), run_statement, &s, err) ? s.changed : -1;
}

/* --- what a kind calls --- */

const char *job_progress_json(struct arena *a, long long done, long long total, const char *sentence)
{
    auto_buf data = {0};
    struct json j;
    json_init(&j, &data);
    json_open(&j, '{');
    json_pair_int(&j, "done", done);
    json_pair_int(&j, "total", total);
    json_pair(&j, "sentence", sentence);
    json_close(&j, '}');
    return arena_strdup(a, data.data);
}

static void tell_listeners(struct running *r)
{
    auto_arena *a = arena_new(); /* a long job tells often */
    stream_send(r->job.app, arena_printf(a, "job/%s", r->job.id), "progress", job_progress_json(a, r->done, r->total, r->sentence));
}

static void beat(struct running *r)
{
    struct err ignored = {0};
    r->beat_ms = now_ms();
    write_now(r->job.app, &ignored, "UPDATE job SET done = $2, total = $3, sentence = $4, beat_at = $5 WHERE id = $1", TEXT(r->job.id),
              INT(r->done), INT(r->total), TEXT(r->sentence), TEXT(now_utc(r->job.arena)));
}

void job_progress(struct job *job, long long done, long long total, const char *sentence)
{
    struct running *r = (struct running *)job;
    bool last = total > 0 && done >= total;
    r->done = done;
    r->total = total;
    if (!last && now_ms() - r->told_ms < PROGRESS_MS)
        return;
    r->sentence = arena_strdup(job->arena, sentence ? sentence : "");
    r->told_ms = now_ms();
    tell_listeners(r);
    beat(r);
}

void job_keep(struct job *job, const char *state_json)
{
    struct err ignored = {0};
    job->state = arena_strdup(job->arena, state_json);
    write_now(job->app, &ignored, "UPDATE job SET state = $2, beat_at = $3 WHERE id = $1", TEXT(job->id), TEXT(job->state),
              TEXT(now_utc(job->arena)));
}

bool job_cancelled(struct job *job)
{
    struct running *r = (struct running *)job;
    if (r->cancelled || atomic_load(&r->runner->stopping))
        return true;
    if (now_ms() - r->asked_ms < PROGRESS_MS)
        return false;
    r->asked_ms = now_ms();
    if (now_ms() - r->beat_ms > BEAT_MS)
        beat(r);
    struct err ignored = {0};
    struct db *db = store_reader(app_store(job->app), &ignored);
    r->cancelled = db && db_int(db, &ignored, 0, "SELECT cancel_asked FROM job WHERE id = $1", TEXT(job->id));
    return r->cancelled;
}

void job_result(struct job *job, const char *file_name, const char *content_type, const char *label)
{
    struct err ignored = {0};
    if (strchr(file_name, '/') || *file_name == '.')
        return;
    write_now(job->app, &ignored, "UPDATE job SET result_file = $2, result_type = $3, result_label = $4 WHERE id = $1", TEXT(job->id),
              TEXT(file_name), TEXT(content_type), TEXT(label));
}

/* --- running one --- */

static bool load(struct job_runner *runner, const char *id, struct running *r, struct arena *a, struct err *err)
{
    struct db *db = store_reader(app_store(runner->app), err);
    auto_rows *rows = db ? db_query(db, a, err,
                                    "SELECT kind, user_id, office_id, title, input, state, scope_kind, scope_office_id, scope_area_code, "
                                    "scope_area_path, scope_personal, sentence FROM job WHERE id = $1",
                                    TEXT(id))
                         : NULL;
    if (!rows || !rows_next(rows))
        return false;
    *r = (struct running){.runner = runner, .sentence = rows_text(rows, 11), .beat_ms = now_ms()};
    r->job = (struct job){.id = id, .kind = rows_text(rows, 0), .user_id = rows_text(rows, 1), .office_id = rows_text(rows, 2),
                          .title = rows_text(rows, 3), .input = rows_text(rows, 4), .state = rows_text(rows, 5),
                          .folder = job_folder(runner->app, id, a), .app = runner->app, .arena = a};
    r->job.scope = (struct scope){.kind = (enum scope_kind)rows_int(rows, 6), .office_id = rows_text(rows, 7), .area_code = rows_text(rows, 8),
                                  .area_path = rows_text(rows, 9), .user_id = rows_text(rows, 1), .sees_personal = rows_int(rows, 10)};
    return true;
}

static void end(struct running *r, const char *status, const char *sentence)
{
    struct err err = {0};
    struct job_runner *runner = r->runner;
    const char *now = now_utc(r->job.arena);
    /* A store that is away for a moment must not leave the job running for ever. */
    for (int i = 0; write_now(r->job.app, &err, "UPDATE job SET status = $2, sentence = $3, done = $4, total = $5, ended_at = $6 WHERE id = $1",
                              TEXT(r->job.id), TEXT(status), TEXT(sentence), INT(r->done), INT(r->total), TEXT(now)) < 0 &&
                    i < 600 && !atomic_load(&runner->stopping);
         i++)
        usleep(POLL_MS * 1000);
    stream_send(r->job.app, arena_printf(r->job.arena, "job/%s", r->job.id), "end", "{}");
    log_event(LOG_INFO, "job.end", "id=%s kind=%s status=%s", r->job.id, r->job.kind, status);
}

/* Stopped with the program: it is queued again and goes on from its state. */
static void put_back(struct running *r)
{
    struct err ignored = {0};
    write_now(r->job.app, &ignored, "UPDATE job SET status = 'queued' WHERE id = $1", TEXT(r->job.id));
}

static void run_one(struct job_runner *runner, const char *id)
{
    auto_arena *a = arena_new();
    struct running r;
    struct err err = {0};
    if (!load(runner, arena_strdup(a, id), &r, a, &err))
        return;
    const struct job_kind *kind = job_kind_find(runner->app, r.job.kind);
    if (!kind) {
        end(&r, "failed", app_message(runner->app, "job.unknown"));
        return;
    }
    bool ok = kind->run(&r.job, &err);
    if (r.cancelled)
        end(&r, "cancelled", "途中でやめました。");
    else if (!ok && atomic_load(&runner->stopping))
        put_back(&r);
    else if (!ok)
        end(&r, "failed", app_message(runner->app, err.message));
    else
        end(&r, "done", *r.sentence ? r.sentence : "終わりました。");
    if (!ok && !r.cancelled)
        log_event(LOG_WARN, "job.failed", "id=%s error=%s detail=\"%s\"", r.job.id, err.message ? err.message : "", err.detail);
}

/* --- the queue --- */

/* The UPDATE decides between nodes that saw the same job. */
static bool take(struct job_runner *runner, struct arena *a, const char **ret_id)
{
    struct err ignored = {0};
    struct store *store = app_store(runner->app);
    struct db *db = store ? store_reader(store, &ignored) : NULL;
    const char *id = db ? db_text(db, a, &ignored, "SELECT id FROM job WHERE status = 'queued' ORDER BY id LIMIT 1") : NULL;
    const char *now = now_utc(a);
    if (!id || write_now(runner->app, &ignored,
                         "UPDATE job SET status = 'running', node = $2, started_at = $3, beat_at = $3 WHERE id = $1 AND status = 'queued'",
                         TEXT(id), TEXT(runner->node), TEXT(now)) != 1)
        return false;
    *ret_id = id;
    return true;
}

static const char *utc_ago(struct arena *a, int64_t seconds)
{
    time_t then = (time_t)(now_ms() / 1000 - seconds);
    struct tm tm;
    char text[32];
    gmtime_r(&then, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &tm);
    return arena_strdup(a, text);
}

/* Jobs whose program is gone.  Asked while this thread runs none: on one node alone (SQLite) nobody else can be running them. */
static void recover(struct job_runner *runner)
{
    auto_arena *a = arena_new();
    struct err ignored = {0};
    const char *before = store_is_sqlite(app_store(runner->app)) ? "9" : utc_ago(a, STALE_MINUTES * 60);
    write_now(runner->app, &ignored, "UPDATE job SET status = 'queued' WHERE status = 'running' AND beat_at < $1", TEXT(before));
    runner->recovered_ms = now_ms();
}

/* Finished jobs and their folders go after a month: uploads hold persons' data. */
static void tidy(struct job_runner *runner)
{
    auto_arena *a = arena_new();
    struct err ignored = {0};
    const char *before = utc_ago(a, KEEP_DAYS * 86400L);
    struct db *db = store_reader(app_store(runner->app), &ignored);
    auto_rows *rows = db ? db_query(db, a, &ignored, "SELECT id FROM job WHERE ended_at <> '' AND ended_at < $1 LIMIT 1000", TEXT(before)) : NULL;
    while (rows && rows_next(rows)) {
        const char *id = rows_text(rows, 0);
        if (job_folder_remove(job_folder(runner->app, id, a)))
            write_now(runner->app, &ignored, "DELETE FROM job WHERE id = $1", TEXT(id));
    }
    runner->tidied_ms = now_ms();
}

/* One that fails is tried again next time; the others are not held up. */
static void do_chores(struct job_runner *runner)
{
    for (const struct feature *const *f = app_features(runner->app); *f && !atomic_load(&runner->stopping); f++) {
        auto_arena *a = arena_new();
        struct err err = {0};
        if ((*f)->chore && !(*f)->chore(runner->app, a, &err))
            log_event(LOG_WARN, "chore.failed", "feature=%s error=%s detail=\"%s\"", (*f)->name, err.message ? err.message : "", err.detail);
    }
    runner->chores_ms = now_ms();
}

static void *work(void *arg)
{
    struct job_runner *runner = arg;
    while (!atomic_load(&runner->stopping)) {
        if (!app_store(runner->app)) {
            usleep(POLL_MS * 1000);
            continue;
        }
        if (now_ms() - runner->recovered_ms > RECOVER_MS)
            recover(runner);
        if (now_ms() - runner->tidied_ms > TIDY_MS)
            tidy(runner);
        if (now_ms() - runner->chores_ms > CHORE_MS)
            do_chores(runner);
        auto_arena *a = arena_new();
        const char *id;
        if (take(runner, a, &id))
            run_one(runner, id);
        else
            usleep(POLL_MS * 1000);
    }
    if (app_store(runner->app))
        store_reader_done(app_store(runner->app));
    return NULL;
}

struct job_runner *job_runner_start(struct app *app)
{
    struct job_runner *r = xcalloc(1, sizeof *r);
    r->app = app;
    gethostname(r->node, sizeof r->node - 1);
    if (!pthread_create(&r->thread, NULL, work, r))
        return r;
    free(r);
    return NULL;
}

void job_runner_stop(struct job_runner *r)
{
    if (!r)
        return;
    atomic_store(&r->stopping, true);
    pthread_join(r->thread, NULL);
    free(r);
}
