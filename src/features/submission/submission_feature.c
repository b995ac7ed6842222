#include "base/count.h"
#include "features/submission/submission.h"
#include "features/submission/submission_pages.h"
#include "web/job.h"

#define FORM "/submissions/:form/:period"

static const struct route routes[] = {
    {GET, "/submissions", PERM_FORM_READ, submission_board_page, NULL, 0, "提出する様式の一覧", NULL},
    {GET, "/submissions/list", PERM_FORM_READ, submission_due_page, NULL, ROUTE_API, "提出状況の数字が数えた様式の一覧", NULL},
    {GET, FORM, PERM_FORM_READ, submission_show_page, NULL, ROUTE_API, "様式の数字と状態", NULL},
    {POST, FORM "/save", PERM_FORM_WRITE, submission_save, "submission.save", ROUTE_API, "記述を保存する", NULL},
    {POST, FORM "/confirm", PERM_FORM_CONFIRM, submission_confirm, "submission.confirm", ROUTE_API, "確認して数字を確定する", NULL},
    {POST, FORM "/unconfirm", PERM_FORM_CONFIRM, submission_unconfirm, "submission.unconfirm", ROUTE_API, "確認を取り消す", NULL},
    {POST, FORM "/submit", PERM_FORM_WRITE, submission_submit, "submission.submit", ROUTE_API, "提出する", NULL},
    {POST, FORM "/receive", PERM_FORM_RECEIVE, submission_receive, "submission.receive", ROUTE_API, "受領する", NULL},
    {POST, FORM "/return", PERM_FORM_RECEIVE, submission_return, "submission.return", ROUTE_API, "差し戻す", NULL},
    {POST, FORM "/accept", PERM_FORM_RECEIVE, submission_accept, "submission.accept", ROUTE_API, "受理する", NULL},
    {POST, FORM "/sheets", PERM_FORM_READ, submission_sheets, "submission.sheets", 0, "月の記録票をまとめて印刷する", NULL},
    {POST, FORM "/correct", PERM_FORM_WRITE, submission_correct, "submission.correct", ROUTE_API, "訂正版を作る", NULL},
};

static const struct migration migrations[] = {
    {2026112150, "submission: create",
     "CREATE TABLE submission ("
     " id TEXT PRIMARY KEY,"
     " office_id TEXT NOT NULL,"
     " area_code TEXT NOT NULL,"
     " form_number BIGINT NOT NULL,"                   /* 様式 number */
     " period TEXT NOT NULL,"                          /* 2024-06, FY2024-T1, FY2024 */
     " edition BIGINT NOT NULL,"                       /* 1; 訂正版 from 2 */
     " state TEXT NOT NULL,"                           /* draft confirmed submitted received returned accepted */
     " narrative TEXT NOT NULL DEFAULT '',"            /* JSON of the fields written by hand */
     " frozen TEXT NOT NULL DEFAULT '',"               /* JSON of the table as confirmed */
     " author_id TEXT NOT NULL DEFAULT '',"
     " confirmed_by TEXT NOT NULL DEFAULT '',"
     " confirmed_at TEXT NOT NULL DEFAULT '',"         /* UTC */
     " submitted_on TEXT NOT NULL DEFAULT '',"         /* day in Japan */
     " submit_method TEXT NOT NULL DEFAULT '',"
     " received_at TEXT NOT NULL DEFAULT '',"          /* UTC */
     " accepted_at TEXT NOT NULL DEFAULT '',"          /* UTC */
     " return_reason TEXT NOT NULL DEFAULT '',"
     " correction_reason TEXT NOT NULL DEFAULT '',"
     " created_at TEXT NOT NULL,"                      /* UTC */
     " revision BIGINT NOT NULL,"                      /* optimistic lock */
     " UNIQUE (office_id, form_number, period, edition));\n"
     "CREATE INDEX submission_by_state ON submission (state, area_code);\n"
     "CREATE INDEX submission_by_form ON submission (form_number, period, area_code);\n"
     "CREATE TABLE submission_event ("
     " id TEXT PRIMARY KEY,"
     " submission_id TEXT NOT NULL,"
     " at TEXT NOT NULL,"                              /* UTC */
     " user_id TEXT NOT NULL,"
     " event TEXT NOT NULL,"                           /* save confirm unconfirm submit receive return accept correct */
     " note TEXT NOT NULL DEFAULT '');\n"              /* reason or method */
     "CREATE INDEX submission_event_by_submission ON submission_event (submission_id, at)",
     NULL, NULL},
};

static const struct message messages[] = {
    {"submission.not_found", "その様式は見つかりません。提出する様式の一覧から選んでください。"},
    {"submission.list", "どの数字の一覧か分かりません。報告の「様式の提出状況」で、数字を押して開いてください。"},
    {"submission.sheets_cancelled", "印刷の用意を途中でやめました。必要なときは、もう一度「まとめて印刷」を押してください。"},
    {"submission.no_sheets", "この月には印刷する記録がありません。"},
    {"submission.stale", "ほかの人が先に変更しました。最新の内容を表示しています。確かめてから、もう一度操作してください。"},
    {"submission.wrong_state", "いまの状態ではこの操作はできません。最新の状態を表示しています。"},
    {"submission.frozen_broken", "確定した数字を読み出せませんでした。管理者に連絡してください。"},
};

static const struct job_kind jobs[] = {{"submission.sheets", "まとめて印刷", submission_sheets_job}};

static const struct report reports[] = {
    {"t-osk-18", "様式の提出状況", "提出の管理", "期限内に提出された割合、差戻し、未提出の数です。", REPORT_BY_YEAR | REPORT_BY_TRIMESTER | REPORT_BY_MONTH,
     submission_statistics},
};

static const struct menu_item menu[] = {
    {65, "提出", "/submissions", "submissions", PERM_FORM_READ},
};

const struct feature submission_feature = {
    .name = "submission",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .menu = menu, .menu_count = COUNT(menu),
    .jobs = jobs, .job_count = COUNT(jobs),
    .reports = reports, .report_count = COUNT(reports),
    .today = submission_today,
    .search = submission_search,
};
