/* job_view.h -- a job as its pages show it. */
#pragma once
#include "web/job.h"

struct job_row {
    const char *id, *kind, *user_id, *office_id, *title, *status, *sentence;
    const char *created_at, *ended_at; /* UTC */
    long long done, total;
    const char *result_file, *result_type, *result_label;
    bool cancel_asked;
};
struct job_page {
    const struct job_row *job;
    const char *csrf, *status_label, *status_class;
    bool running, own;
};
struct job_list_page {
    const struct job_page *jobs;
    size_t count;
};
void job_page_html(struct buf *out, const void *view);
void job_list_html(struct buf *out, const void *view);
