/* job_inside.h -- what job.c (queue and pages) and job_runner.c share. */
#pragma once
#include "web/job.h"

const struct job_kind *job_kind_find(const struct app *app, const char *name);
/* "DATA-FOLDER/jobs", made with mode 0700. */
const char *job_root(const struct app *app, struct arena *a);
const char *job_folder(const struct app *app, const char *id, struct arena *a);
bool job_folder_remove(const char *folder);
/* How far it is, as the data of an event. */
const char *job_progress_json(struct arena *a, long long done, long long total, const char *sentence);
