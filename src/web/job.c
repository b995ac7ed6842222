/* job.c -- the queue and its pages; job_runner.c does the work. */
#include "web/job.h"

#include "base/count.h"
#include "base/id.h"
#include "base/json.h"
#include "web/job_inside.h"
#include "web/job_view.h"
#include "web/stream.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct job_kind *job_kind_find(const struct app *app, const char *name)
{
    for (const struct feature *const *f = app_features(app); *f; f++)
        for (size_t i = 0; i < (*f)->job_count; i++)
            if (!strcmp((*f)->jobs[i].name, name))
                return &(*f)->jobs[i];
    return NULL;
}

/* Folders. */

static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? arena_strndup(a, path, (size_t)(slash - path)) : ".";
}

/* Beside the database file; with PostgreSQL beside the key file. */
const char *job_root(const struct app *app, struct arena *a)
{
    const struct config *c = app_config(app);
    const char *data = c->data ? c->data : "";
    bool is_file = !strncmp(data, "sqlite:", 7) && data[7] && data[7] != ':';
    const char *key = c->secret_key_file && *c->secret_key_file ? c->secret_key_file : "var/key";
    const char *root = arena_printf(a, "%s/jobs", folder_of(a, is_file ? data + 7 : key));
    mkdir(root, 0700);
    return root;
}

const char *job_folder(const struct app *app, const char *id, struct arena *a)
{
    return arena_printf(a, "%s/%s", job_root(app, a), id);
}

/* Job folders hold plain files only. */
bool job_folder_remove(const char *folder)
{
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT;
    for (struct dirent *e; (e = readdir(d));)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
    return rmdir(folder) == 0;
}

static bool copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "re"), *out = in ? fopen(to, "wxe") : NULL;
    char block[65536];
    bool ok = out;
    for (size_t n; ok && (n = fread(block, 1, sizeof block, in));)
        ok = fwrite(block, 1, n, out) == n;
    ok = ok && !ferror(in) && !fflush(out) && !fsync(fileno(out));
    if (in)
        fclose(in);
    if (out && fclose(out))
        ok = false;
    return ok;
}

static bool take_upload(const char *folder, const char *upload_path, struct arena *a, struct err *err)
{
    const char *to = arena_printf(a, "%s/input", folder);
    if (!upload_path || !rename(upload_path, to))
        return true;
    if (errno == EXDEV && copy_file(upload_path, to)) {
        unlink(upload_path);
        return true;
    }
    return err_set(err, errno == ENOSPC ? ERR_STORE_AWAY : ERR_BROKEN, errno == ENOSPC ? "store.full" : "job.folder", "%s", strerror(errno));
}

/* Queueing. */

struct queueing {
    struct request *req;
    const char *id, *kind, *title, *input;
};

static bool queue_job(struct db *db, void *arg, struct err *err)
{
    const struct queueing *q = arg;
    const struct scope *s = &q->req->scope;
    if (db_run(db, err,
               "INSERT INTO job (id, kind, user_id, office_id, title, input, state, status, done, total, sentence, result_file, result_type, "
               "result_label, cancel_asked, scope_kind, scope_office_id, scope_area_code, scope_area_path, scope_personal, created_at, "
               "started_at, ended_at, beat_at, node) VALUES ($1, $2, $3, $4, $5, $6, '', 'queued', 0, 0, $7, '', '', '', 0, $8, $9, $10, $11, "
               "$12, $13, '', '', '', '')",
               TEXT(q->id), TEXT(q->kind), TEXT(q->req->session->user_id), TEXT(q->req->session->office_id), TEXT(q->title), TEXT(q->input),
               TEXT("順番を待っています。"), INT(s->kind), TEXT(s->office_id ? s->office_id : ""), TEXT(s->area_code ? s->area_code : ""),
               TEXT(s->area_path ? s->area_path : ""), INT(s->sees_personal), TEXT(now_utc(q->req->arena))) < 0)
        return false;
    struct audit_entry e = request_audit_entry(q->req, "job", q->id, arena_printf(q->req->arena, "kind=%s", q->kind));
    if (!*e.action)
        e.action = "job.start";
    return audit_append(db, &e, err);
}

bool job_start(struct request *req, const char *kind, const char *title, const char *input_json, const char *upload_path,
               const char **ret_id, struct err *err)
{
    struct queueing q = {.req = req, .id = id_new(req->arena), .kind = kind, .title = title, .input = input_json ? input_json : "{}"};
    const char *folder = job_folder(req->app, q.id, req->arena);
    if (!job_kind_find(req->app, kind))
        return err_set(err, ERR_BROKEN, "job.unknown", "kind=%s", kind);
    if (mkdir(folder, 0700))
        return err_set(err, errno == ENOSPC ? ERR_STORE_AWAY : ERR_BROKEN, errno == ENOSPC ? "store.full" : "job.folder", "%s", strerror(errno));
    if (!take_upload(folder, upload_path, req->arena, err) || !store_write(app_store(req->app), queue_job, &q, err)) {
        job_folder_remove(folder);
        return false;
    }
    *ret_id = q.id;
    return true;
}

/* Pages. */

#define COLUMNS "id, kind, user_id, office_id, title, status, sentence, created_at, ended_at, done, total, result_file, result_type, " \
                "result_label, cancel_asked"

static void read_job(struct rows *r, struct job_row *j)
{
    *j = (struct job_row){.id = rows_text(r, 0), .kind = rows_text(r, 1), .user_id = rows_text(r, 2), .office_id = rows_text(r, 3),
                          .title = rows_text(r, 4), .status = rows_text(r, 5), .sentence = rows_text(r, 6), .created_at = rows_text(r, 7),
                          .ended_at = rows_text(r, 8), .done = rows_int(r, 9), .total = rows_int(r, 10), .result_file = rows_text(r, 11),
                          .result_type = rows_text(r, 12), .result_label = rows_text(r, 13), .cancel_asked = rows_int(r, 14)};
}

static bool is_own(const struct request *req, const struct job_row *j)
{
    return !strcmp(j->user_id, req->session->user_id) && !strcmp(j->office_id, req->session->office_id);
}

/* The starter, while still in the office it was started for; the administrator sees state, never the file. */
static bool find_job(struct request *req, struct job_row *j, struct err *err)
{
    const char *id = request_param(req, "id");
    auto_rows *r = db_query(req->db, req->arena, err, "SELECT " COLUMNS " FROM job WHERE id = $1", TEXT(id));
    if (!r)
        return false;
    if (!rows_next(r))
        return rows_failed(r) ? false : err_set(err, ERR_NOT_FOUND, "job.gone", "id=%s", id);
    read_job(r, j);
    request_audit_object(req, "job", j->id, "");
    return is_own(req, j) || request_may(req, PERM_SYSTEM) || err_set(err, ERR_NOT_FOUND, "job.gone", "id=%s", id);
}

static struct job_page view_of(const struct request *req, const struct job_row *j)
{
    static const struct {
        const char *status, *label, *class;
    } labels[] = {{"queued", "▲順番待ち", "status-warn"}, {"running", "▲処理中", "status-warn"}, {"done", "●終わりました", "status-ok"},
                  {"failed", "■できませんでした", "status-late"}, {"cancelled", "■途中でやめました", "status-late"}};
    struct job_page p = {.job = j, .csrf = req->session->csrf, .status_label = "", .status_class = "", .own = is_own(req, j)};
    for (size_t i = 0; i < COUNT(labels); i++)
        if (!strcmp(labels[i].status, j->status)) {
            p.status_label = labels[i].label;
            p.status_class = labels[i].class;
        }
    p.running = !strcmp(j->status, "queued") || !strcmp(j->status, "running");
    return p;
}

static void job_json(struct request *req, const struct job_row *row)
{
    struct json j;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair(&j, "id", row->id);
    json_pair(&j, "kind", row->kind);
    json_pair(&j, "title", row->title);
    json_pair(&j, "status", row->status);
    json_pair(&j, "sentence", row->sentence);
    json_pair_int(&j, "done", row->done);
    json_pair_int(&j, "total", row->total);
    json_pair(&j, "file", *row->result_file ? arena_printf(req->arena, "/api/v1/jobs/%s/file", row->id) : NULL);
    json_close(&j, '}');
}

static bool show(struct request *req, struct err *err)
{
    struct job_row row;
    if (!find_job(req, &row, err))
        return false;
    if (req->api) {
        job_json(req, &row);
        return reply_json(req, 200);
    }
    struct job_page v = view_of(req, &row);
    static const struct crumb crumbs[] = {{"処理", "/jobs"}};
    return reply_page(req, &(struct page){.title = row.title, .crumbs = crumbs, .crumb_count = 1}, job_page_html, &v);
}

static bool list(struct request *req, struct err *err)
{
    enum { MOST = 50 };
    struct job_row *rows = NEW_ARRAY(req->arena, MOST, struct job_row);
    struct job_page *pages = NEW_ARRAY(req->arena, MOST, struct job_page);
    struct job_list_page v = {.jobs = pages};
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT " COLUMNS " FROM job WHERE (user_id = $1 AND office_id = $2) OR 1 = $3 ORDER BY id DESC LIMIT $4",
                            TEXT(req->session->user_id), TEXT(req->session->office_id), INT(request_may(req, PERM_SYSTEM)), INT(MOST));
    while (r && v.count < MOST && rows_next(r)) {
        read_job(r, &rows[v.count]);
        pages[v.count] = view_of(req, &rows[v.count]);
        v.count++;
    }
    return r && !rows_failed(r) && reply_page(req, &(struct page){.title = "処理の進み具合"}, job_list_html, &v);
}

/* Listens first and looks then: a job that ended between its page and the stream, or that another node runs, is told all the same. */
static bool events(struct request *req, struct err *err)
{
    struct job_row row;
    struct err ignored = {0};
    if (!find_job(req, &row, err))
        return false;
    const char *topic = arena_printf(req->arena, "job/%s", row.id);
    if (!stream_open(req, topic))
        return false;
    if (find_job(req, &row, &ignored)) {
        stream_tell(req, "progress", job_progress_json(req->arena, row.done, row.total, row.sentence));
        if (*row.ended_at)
            stream_tell(req, "end", "{}");
    }
    return true;
}

struct cancelling {
    struct request *req;
    const char *id;
};

static bool ask_cancel(struct db *db, void *arg, struct err *err)
{
    const struct cancelling *c = arg;
    struct audit_entry e = request_audit_entry(c->req, "job", c->id, "");
    const char *now = now_utc(c->req->arena);
    /* One that has not begun ends at once; a running one ends when it next asks. */
    return db_run(db, err, "UPDATE job SET cancel_asked = 1 WHERE id = $1 AND status = 'running'", TEXT(c->id)) >= 0 &&
           db_run(db, err, "UPDATE job SET cancel_asked = 1, status = 'cancelled', sentence = $2, ended_at = $3 WHERE id = $1 AND status = 'queued'",
                  TEXT(c->id), TEXT("はじめる前にやめました。"), TEXT(now)) >= 0 &&
           audit_append(db, &e, err);
}

static bool cancel(struct request *req, struct err *err)
{
    struct job_row row;
    if (!find_job(req, &row, err))
        return false;
    struct cancelling c = {req, row.id};
    if (!store_write(app_store(req->app), ask_cancel, &c, err))
        return false;
    if (req->api) {
        req->status = 204;
        return true;
    }
    return reply_redirect(req, "/jobs/%s", row.id);
}

static bool file(struct request *req, struct err *err)
{
    struct job_row row;
    if (!find_job(req, &row, err))
        return false;
    if (!is_own(req, &row))
        return err_set(err, ERR_FORBIDDEN, "job.not_yours", "id=%s", row.id);
    if (!*row.result_file)
        return err_set(err, ERR_NOT_FOUND, "job.file_gone", "id=%s", row.id);
    const char *path = arena_printf(req->arena, "%s/%s", job_folder(req->app, row.id, req->arena), row.result_file);
    return reply_file(req, row.result_type, row.result_file, path, err);
}

static const struct migration migrations[] = {
    {.number = 2026040303,
     .name = "job: create",
     .sql = "CREATE TABLE job (\n"
            "  id TEXT PRIMARY KEY,            -- UUIDv7; also the name of its folder\n"
            "  kind TEXT NOT NULL,             -- job_kind.name\n"
            "  user_id TEXT NOT NULL,\n"
            "  office_id TEXT NOT NULL,\n"
            "  title TEXT NOT NULL,            -- no personal data\n"
            "  input TEXT NOT NULL,            -- JSON of the kind's own\n"
            "  state TEXT NOT NULL,            -- JSON, to go on after a restart\n"
            "  status TEXT NOT NULL,           -- queued, running, done, failed, cancelled\n"
            "  done BIGINT NOT NULL,           -- of total, in the kind's own unit\n"
            "  total BIGINT NOT NULL,          -- 0: not known\n"
            "  sentence TEXT NOT NULL,         -- progress or outcome, Japanese\n"
            "  result_file TEXT NOT NULL,      -- name in the folder, '' without\n"
            "  result_type TEXT NOT NULL,\n"
            "  result_label TEXT NOT NULL,\n"
            "  cancel_asked INTEGER NOT NULL,\n"
            "  scope_kind INTEGER NOT NULL,    -- enum scope_kind of the starter\n"
            "  scope_office_id TEXT NOT NULL,\n"
            "  scope_area_code TEXT NOT NULL,\n"
            "  scope_area_path TEXT NOT NULL,\n"
            "  scope_personal INTEGER NOT NULL,\n"
            "  created_at TEXT NOT NULL,       -- UTC, like the following\n"
            "  started_at TEXT NOT NULL,\n"
            "  ended_at TEXT NOT NULL,\n"
            "  beat_at TEXT NOT NULL,          -- last sign of life while running\n"
            "  node TEXT NOT NULL              -- host that runs it\n"
            ");\n"
            "CREATE INDEX job_by_status ON job (status, id);\n"
            "CREATE INDEX job_by_user ON job (user_id, id);\n"},
};
static const struct route routes[] = {
    {.method = GET, .path = "/jobs", .needs = PERM_SIGNED_IN, .run = list, .summary = "時間のかかる処理の一覧"},
    {.method = GET, .path = "/jobs/:id", .needs = PERM_SIGNED_IN, .run = show, .flags = ROUTE_API, .summary = "処理の進み具合"},
    {.method = GET, .path = "/jobs/:id/events", .needs = PERM_SIGNED_IN, .run = events, .flags = ROUTE_STREAM, .summary = "処理の進み具合（届き続ける）"},
    {.method = POST, .path = "/jobs/:id/cancel", .needs = PERM_SIGNED_IN, .run = cancel, .audit = "job.cancel", .flags = ROUTE_API,
     .summary = "処理を途中でやめる"},
    {.method = GET, .path = "/jobs/:id/file", .needs = PERM_SIGNED_IN, .run = file, .audit = "job.file", .flags = ROUTE_API,
     .summary = "処理の結果を受け取る"},
};
static const struct message messages[] = {
    {"job.unknown", "この処理は行えません。管理者に知らせてください。"},
    {"job.gone", "この処理の記録は見つかりません。処理の一覧から選び直してください。"},
    {"job.folder", "作業用の場所に書き込めません。管理者に知らせてください。"},
    {"job.file_gone", "結果のファイルはまだないか、保存の期限が過ぎています。処理の一覧で状態を確かめてください。"},
    {"job.not_yours", "結果のファイルは、処理をはじめた人だけが受け取れます。"},
};
const struct feature job_feature = {
    .name = "job",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
};
