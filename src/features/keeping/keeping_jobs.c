/* keeping_jobs.c -- the long work behind the page. */
#include "features/keeping/check.h"
#include "features/keeping/generation.h"
#include "features/keeping/keeping_pages.h"
#include "features/keeping/keeping_run.h"
#include "features/keeping/passphrase.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

static bool tell_rows(void *arg, long long rows)
{
    struct job *job = arg;
    job_progress(job, rows, 0, arena_printf(job->arena, "%lld行まで進みました。", rows));
    return !job_cancelled(job);
}

static const char *reason_of(const struct job *job)
{
    json_t *input = json_loads(job->input, 0, NULL);
    const char *reason = json_string_value(json_object_get(input, "reason"));
    reason = arena_strdup(job->arena, reason ? reason : "");
    json_decref(input);
    return reason;
}

bool keeping_backup_job(struct job *job, struct err *err)
{
    struct arena *a = job->arena;
    const char *passphrase, *sealed = arena_printf(a, "%s/input", job->folder), *name = generation_name(a);
    struct store *s = app_store(job->app);
    struct backup_result result;
    const struct backup_watch watch = {tell_rows, job};
    if (!passphrase_open(sealed, app_key(job->app), a, &passphrase, err))
        return false;
    if (!backup_write_watched(s, arena_printf(a, "%s/%s", job->folder, name), passphrase, &watch, &result, err)) {
        if (strcmp(err->message, "backup.stopped") != 0) /* stopped with the program, it goes on when that starts again */
            unlink(sealed);
        return false;
    }
    const struct keeping_run run = {.kind = "backup", .user_id = job->user_id, .office_id = job->office_id, .file_name = name,
                                    .rows = result.rows, .bytes = result.bytes, .fingerprint = result.fingerprint, .is_sealed = true,
                                    .is_good = true, .reason = reason_of(job)};
    if (!keeping_run_save(s, &run, err))
        return false;
    unlink(sealed);
    job_result(job, name, "application/octet-stream", "暗号化したバックアップを受け取る");
    job_progress(job, result.rows, result.rows,
                 arena_printf(a, "%lld行をバックアップしました。照合用の値は %.16s です。", result.rows, result.fingerprint));
    return true;
}

bool keeping_verify_job(struct job *job, struct err *err)
{
    struct check check;
    const struct check_order order = {.user_id = job->user_id, .office_id = job->office_id, .with_recount = true, .go_on = tell_rows, .arg = job};
    if (!check_store(app_store(job->app), app_features(job->app), &order, job->arena, &check, err))
        return false;
    const char *outcome = check.is_good ? arena_printf(job->arena, "操作の記録%lld件のつながりと、集計の数字%lld個を確かめました。異常はありません。",
                                                       check.chain.entries, check.recount.figures)
                                        : arena_printf(job->arena, "■異常が見つかりました。%s", check.finding);
    job_progress(job, 1, 1, outcome);
    return true;
}
