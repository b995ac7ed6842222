/* facility_upload.h -- files that somebody sent to be imported: looked at by a job, then imported by another. */
#pragma once
#include "features/facility/facility_report.h"
#include "web/job.h"
#include "web/request.h"

struct upload_file {
    const char *path, *name;
};
struct facility_upload {
    const char *id, *user_id, *state, *job_id, *looked, *created_at;
    bool is_part;
    struct upload_file *files;
    size_t file_count;
};
/* Takes the request's uploads over and starts the look.  ERR_INPUT "facility.no_file". */
bool facility_upload_take(struct request *req, const char **ret_id, struct err *err);
/* The starter's own; ERR_NOT_FOUND "facility.unknown_upload". */
bool facility_upload_find(struct db *db, const char *id, const char *user_id, struct arena *a, struct facility_upload *ret, struct err *err);
/* Starts the look again (after columns were told) or the import. */
bool facility_upload_look(struct request *req, const struct facility_upload *u, struct err *err);
bool facility_upload_import(struct request *req, const struct facility_upload *u, struct err *err);
/* The reports of the look. */
bool facility_upload_reports(const struct facility_upload *u, struct arena *a, struct facility_report **ret, size_t *ret_count);

bool facility_look_job(struct job *job, struct err *err);
bool facility_import_job(struct job *job, struct err *err);
bool facility_undo_job(struct job *job, struct err *err);
