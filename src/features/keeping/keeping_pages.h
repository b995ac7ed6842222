/* keeping_pages.h -- 保管, the system administrator's page, and the jobs it starts. */
#pragma once
#include "web/job.h"

handler_fn keeping_page, keeping_backup_post, keeping_verify_post;
extern const struct field_set keeping_backup_fields;
bool keeping_backup_job(struct job *job, struct err *err);
bool keeping_verify_job(struct job *job, struct err *err);
bool keeping_today(struct request *req, struct today_list *list, struct err *err);
