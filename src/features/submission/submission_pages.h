/* submission_pages.h -- handlers of /submissions. */
#pragma once
#include "features/submission/submission.h"
#include "web/request.h"

bool submission_board_page(struct request *req, struct err *err);
bool submission_show_page(struct request *req, struct err *err);
bool submission_due_page(struct request *req, struct err *err);
bool submission_save(struct request *req, struct err *err);
bool submission_confirm(struct request *req, struct err *err);
bool submission_unconfirm(struct request *req, struct err *err);
bool submission_submit(struct request *req, struct err *err);
bool submission_receive(struct request *req, struct err *err);
bool submission_return(struct request *req, struct err *err);
bool submission_accept(struct request *req, struct err *err);
bool submission_correct(struct request *req, struct err *err);
/* まとめて印刷: the sheets of forms 5 to 8 as one PDF, or as a job when there are many. */
bool submission_sheets(struct request *req, struct err *err);
struct job;
bool submission_sheets_job(struct job *job, struct err *err);
bool submission_today(struct request *req, struct today_list *list, struct err *err);
bool submission_search(struct request *req, const char *words, struct search_results *list, struct err *err);

/* How a state looks; `late` when its day has passed. */
const char *submission_status_class(enum submission_state s, bool late);
const char *submission_status_text(enum submission_state s, bool late, struct arena *a);
bool submission_is_late(const struct submission *s, const struct submission_form *form, struct period p, struct date today);
