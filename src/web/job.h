/* job.h -- long work with progress, cancel, a result file and a report of refused rows; survives a restart.
 *
 * Kinds are rows in features.  One runner thread takes queued jobs in order; progress is shown live at /jobs/:id (SSE, or reload without
 * JavaScript).  After a restart a running job starts again from `state`. */
#pragma once
#include "web/request.h"

struct job {
    const char *id, *kind, *user_id, *office_id, *title;
    const char *input;   /* JSON of the kind's own */
    const char *state;   /* JSON the step keeps to go on after a restart */
    const char *folder;  /* private folder for uploads and results, under the data folder */
    struct app *app;
    struct arena *arena;
    struct scope scope;
};
struct job_kind {
    const char *name, *label;
    /* Runs to the end; asks job_cancelled now and then; ERR_* ends it as failed with the sentence. */
    bool (*run)(struct job *job, struct err *err);
};
/* Queues a job; `upload_path` (or NULL) is moved into its folder as "input". */
bool job_start(struct request *req, const char *kind, const char *title, const char *input_json, const char *upload_path,
               const char **ret_id, struct err *err);
void job_progress(struct job *job, long long done, long long total, const char *sentence);
void job_keep(struct job *job, const char *state_json);
bool job_cancelled(struct job *job);
/* Names a file in the folder as the result to download. */
void job_result(struct job *job, const char *file_name, const char *content_type, const char *label);
extern const struct feature job_feature;
struct job_runner;
struct job_runner *job_runner_start(struct app *app);
void job_runner_stop(struct job_runner *r);
