#include "features/facility/facility_upload.h"

#include "base/id.h"
#include "base/json.h"
#include "features/facility/facility_import.h"
#include "features/facility/facility_run.h"
#include "web/session.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILES = 20, MOST_REPORTS = 300, KEEP_MINUTES = 24 * 60 };

/* --- the row --- */

static const char *files_json(const struct upload_file *files, size_t count, struct arena *a)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(&j, '[');
        json_text(&j, files[i].path);
        json_text(&j, files[i].name);
        json_close(&j, ']');
    }
    json_close(&j, ']');
    return arena_strdup(a, out.data);
}

static void read_files(const char *json, struct arena *a, struct facility_upload *u)
{
    json_t *top = json_loads(json, 0, NULL), *item;
    size_t i;
    u->files = NEW_ARRAY(a, MOST_FILES, struct upload_file);
    json_array_foreach(top, i, item)
        if (u->file_count < MOST_FILES)
            u->files[u->file_count++] = (struct upload_file){arena_strdup(a, json_string_value(json_array_get(item, 0))),
                                                             arena_strdup(a, json_string_value(json_array_get(item, 1)))};
    json_decref(top);
}

bool facility_upload_find(struct db *db, const char *id, const char *user_id, struct arena *a, struct facility_upload *ret, struct err *err)
{
    auto_rows *r = db_query(db, a, err,
                            "SELECT id, user_id, files, is_part, state, job_id, looked, created_at FROM facility_upload WHERE id = $1 AND user_id = $2",
                            TEXT(id), TEXT(user_id));
    if (!r || !rows_next(r))
        return r && !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "facility.unknown_upload", "id=%s", id);
    *ret = (struct facility_upload){.id = rows_text(r, 0), .user_id = rows_text(r, 1), .is_part = rows_int(r, 3), .state = rows_text(r, 4),
                                    .job_id = rows_text(r, 5), .looked = rows_text(r, 6), .created_at = rows_text(r, 7)};
    read_files(rows_text(r, 2), a, ret);
    return true;
}

struct writing {
    const struct facility_upload *upload;
    const char *files, *state, *job_id, *looked;
    const char *before; /* of removal */
};

static bool insert_upload(struct db *db, void *arg, struct err *err)
{
    const struct writing *w = arg;
    const struct facility_upload *u = w->upload;
    return db_run(db, err,
                  "INSERT INTO facility_upload (id, user_id, files, is_part, state, job_id, looked, created_at) VALUES ($1, $2, $3, $4, 'looking', '', '', $5)",
                  TEXT(u->id), TEXT(u->user_id), TEXT(w->files), INT(u->is_part), TEXT(u->created_at)) == 1;
}

static bool set_state(struct db *db, void *arg, struct err *err)
{
    const struct writing *w = arg;
    return db_run(db, err,
                  "UPDATE facility_upload SET state = $2, job_id = CASE WHEN $3 = '' THEN job_id ELSE $3 END, looked = CASE WHEN $4 = '' THEN looked "
                  "ELSE $4 END WHERE id = $1",
                  TEXT(w->upload->id), TEXT(w->state), TEXT(w->job_id), TEXT(w->looked)) == 1;
}

static bool delete_old(struct db *db, void *arg, struct err *err)
{
    const struct writing *w = arg;
    return db_run(db, err, "DELETE FROM facility_upload WHERE created_at < $1", TEXT(w->before)) >= 0;
}

/* Files that were sent but not imported go after a day. */
static void tidy(struct request *req)
{
    struct err ignored = {0};
    struct writing w = {.before = utc_in_minutes(req->arena, -KEEP_MINUTES)};
    bool any = false;
    auto_rows *r = db_query(req->db, req->arena, &ignored, "SELECT files FROM facility_upload WHERE created_at < $1", TEXT(w.before));
    while (r && rows_next(r)) {
        struct facility_upload u = {0};
        read_files(rows_text(r, 0), req->arena, &u);
        for (size_t i = 0; i < u.file_count; i++)
            unlink(u.files[i].path);
        any = true;
    }
    if (any)
        store_write(app_store(req->app), delete_old, &w, &ignored);
}

/* --- taking and starting --- */

static void take_files(struct request *req, struct facility_upload *u)
{
    u->files = NEW_ARRAY(req->arena, MOST_FILES, struct upload_file);
    for (size_t i = 0; i < req->upload_count && u->file_count < MOST_FILES; i++) {
        const struct upload *x = &req->uploads[i];
        const char *slash = strrchr(x->path, '/');
        const char *path = arena_printf(req->arena, "%.*s/facility-%s-%zu", slash ? (int)(slash - x->path) : 1, slash ? x->path : ".", u->id, i);
        if (!strcmp(x->name, "file") && x->size && !rename(x->path, path))
            u->files[u->file_count++] = (struct upload_file){path, x->file_name};
    }
}

/* Sheets of facilities stand before those of their hours by name: 02-1, 02-2. */
static void sort_files(struct facility_upload *u)
{
    for (size_t i = 1; i < u->file_count; i++)
        for (size_t k = i; k && strcmp(u->files[k].name, u->files[k - 1].name) < 0; k--) {
            struct upload_file x = u->files[k];
            u->files[k] = u->files[k - 1];
            u->files[k - 1] = x;
        }
}

static bool start_job(struct request *req, const struct facility_upload *u, const char *kind, const char *title, const char *state, struct err *err)
{
    struct writing w = {.upload = u, .state = state, .looked = ""};
    const char *input = arena_printf(req->arena, "{\"upload\":\"%s\"}", u->id); /* an id of ours: nothing to escape */
    return job_start(req, kind, title, input, NULL, &w.job_id, err) && store_write(app_store(req->app), set_state, &w, err);
}

bool facility_upload_look(struct request *req, const struct facility_upload *u, struct err *err)
{
    return start_job(req, u, "facility_look", "取り込むファイルの確認", "looking", err);
}

bool facility_upload_import(struct request *req, const struct facility_upload *u, struct err *err)
{
    if (strcmp(u->state, "looked") != 0)
        return err_set(err, ERR_CONFLICT, "facility.upload_state", "state=%s", u->state);
    return start_job(req, u, "facility_import", "資源の取り込み", "importing", err);
}

bool facility_upload_take(struct request *req, const char **ret_id, struct err *err)
{
    struct facility_upload u = {.id = id_new(req->arena), .user_id = req->session->user_id, .is_part = *pairs_get(&req->body, "is_part"),
                                .created_at = now_utc(req->arena)};
    tidy(req);
    take_files(req, &u);
    if (!u.file_count)
        return err_set(err, ERR_INPUT, "facility.no_file", "uploads=%zu", req->upload_count);
    sort_files(&u);
    struct writing w = {.upload = &u, .files = files_json(u.files, u.file_count, req->arena)};
    if (!store_write(app_store(req->app), insert_upload, &w, err)) {
        for (size_t i = 0; i < u.file_count; i++)
            unlink(u.files[i].path);
        return false;
    }
    *ret_id = u.id;
    return facility_upload_look(req, &u, err);
}

bool facility_upload_reports(const struct facility_upload *u, struct arena *a, struct facility_report **ret, size_t *ret_count)
{
    json_t *top = json_loads(u->looked, 0, NULL), *item;
    size_t i, n = json_array_size(top);
    struct facility_report *list = NEW_ARRAY(a, n + 1, struct facility_report);
    json_array_foreach(top, i, item)
    {
        char *text = json_dumps(item, JSON_COMPACT);
        report_read(text ? text : "{}", a, &list[i]);
        free(text);
    }
    json_decref(top);
    *ret = list;
    *ret_count = n;
    return n > 0;
}

/* --- jobs --- */

struct working {
    struct job *job;
    struct facility_upload upload;
    struct buf reports; /* JSON array without its end */
    long done;          /* rows of the files before */
    long rows, added, changed, unlisted, refused, failed;
    size_t count, at;   /* reports; the file */
};

static bool tell(void *watch, const char *file, long rows)
{
    struct working *w = watch;
    job_progress(w->job, w->done + rows, 0, arena_printf(w->job->arena, "%s：%ld行まで進みました。", file, rows));
    return !job_cancelled(w->job);
}

static void keep_report(const struct facility_report *given, void *arg)
{
    struct working *w = arg;
    auto_arena *a = arena_new();
    struct facility_report r = *given;
    const struct upload_file *f = &w->upload.files[w->at];
    size_t n = strlen(f->path);
    r.file = strlen(given->file) > n + 1 ? arena_printf(a, "%s ＞ %s", f->name, given->file + n + 1) : f->name; /* of an archive: path/inside */
    w->rows += r.rows, w->added += r.added, w->changed += r.changed, w->unlisted += r.unlisted, w->refused += r.refused;
    w->failed += *r.problem != '\0';
    w->done += r.rows;
    if (w->count++ < MOST_REPORTS)
        buf_printf(&w->reports, "%s%s", w->count > 1 ? "," : "[", report_json(&r, a));
}

static bool work_file(struct working *w, const struct facility_given *given, struct err *err)
{
    struct upload_file *f = &w->upload.files[w->at];
    struct facility_given named = *given;
    named.tells_problems = true;
    struct err mine = {0};
    named.shown_name = f->name;
    if (facility_import_any(app_store(w->job->app), f->path, &named, keep_report, w, &mine))
        return true;
    if (!strcmp(mine.message, "facility.cancelled") || (mine.kind != ERR_INPUT && mine.kind != ERR_TOO_LARGE && mine.kind != ERR_NOT_FOUND))
        return err_set(err, mine.kind, mine.message, "%s", mine.detail);
    const struct facility_report problem = {.file = f->path, .label = "", .release = "", .encoding = "", .problem = mine.message, .said = ""};
    keep_report(&problem, w);
    return true;
}

static bool end_work(struct working *w, const char *state, bool keep, struct err *err)
{
    buf_text(&w->reports, w->count ? "]" : "[]");
    struct writing x = {.upload = &w->upload, .state = state, .job_id = "", .looked = keep ? w->reports.data : ""};
    return store_write(app_store(w->job->app), set_state, &x, err);
}

static bool find_work(struct job *job, struct working *w, struct err *err)
{
    struct db *db = store_reader(app_store(job->app), err);
    json_t *input = json_loads(job->input, 0, NULL);
    const char *id = arena_strdup(job->arena, json_string_value(json_object_get(input, "upload")));
    json_decref(input);
    *w = (struct working){.job = job};
    return db && facility_upload_find(db, id, job->user_id, job->arena, &w->upload, err);
}

bool facility_look_job(struct job *job, struct err *err)
{
    struct working w;
    struct seen_keys planned = {0};
    bool ok = find_work(job, &w, err);
    const struct facility_given given = {.format = "auto", .only_look = true, .is_part = ok && w.upload.is_part, .planned = &planned, .go_on = tell, .watch = &w};
    for (w.at = 0; ok && w.at < w.upload.file_count; w.at++)
        ok = work_file(&w, &given, err);
    seen_free(&planned);
    ok = ok && end_work(&w, "looked", true, err);
    if (ok)
        job_progress(job, 1, 1, "中身を確かめました。");
    buf_free(&w.reports);
    return ok;
}

/* A run that the end of the program cut off is taken back before the import starts again. */
static bool undo_cut_off(struct store *store, const char *upload_id, struct arena *a, struct err *err)
{
    struct facility_run *runs;
    size_t count;
    struct db *db = store_reader(store, err);
    if (!db || !facility_runs(db, upload_id, MOST_REPORTS, a, &runs, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct facility_undo u = {.number = runs[i].number, .user_id = "", .end_state = "failed"};
        if (!strcmp(runs[i].state, "running") && !facility_run_undo(store, &u, err))
            return false;
    }
    return true;
}

static const char *outcome(const struct working *w)
{
    const char *failed = w->failed ? arena_printf(w->job->arena, "取り込めないファイルが%ld個ありました。", w->failed) : "";
    return arena_printf(w->job->arena, "%ld行を読みました。追加%ld件、変更%ld件、最新のファイルにない%ld件、取り込めない行%ld行。%s", w->rows, w->added, w->changed,
                        w->unlisted, w->refused, failed);
}

bool facility_import_job(struct job *job, struct err *err)
{
    struct working w;
    bool ok = find_work(job, &w, err) && undo_cut_off(app_store(job->app), w.upload.id, job->arena, err);
    const struct facility_given given = {.format = "auto", .is_part = ok && w.upload.is_part, .user_id = job->user_id, .upload_id = ok ? w.upload.id : "",
                                         .refused_folder = job->folder, .go_on = tell, .watch = &w};
    for (w.at = 0; ok && w.at < w.upload.file_count; w.at++)
        ok = work_file(&w, &given, err);
    if (ok) {
        for (size_t i = 0; i < w.upload.file_count; i++)
            unlink(w.upload.files[i].path);
        ok = end_work(&w, "done", true, err);
        job_progress(job, 1, 1, outcome(&w));
    } else if (*w.job->id && w.upload.id) {
        struct err ignored = {0};
        end_work(&w, "looked", false, &ignored); /* can be started again */
    }
    buf_free(&w.reports);
    return ok;
}

static bool tell_undo(void *arg, long done)
{
    struct job *job = arg;
    job_progress(job, done, 0, arena_printf(job->arena, "%ld件を元に戻しました。", done));
    return true;
}

bool facility_undo_job(struct job *job, struct err *err)
{
    json_t *input = json_loads(job->input, 0, NULL);
    struct facility_undo u = {.number = (long)json_integer_value(json_object_get(input, "run")), .user_id = job->user_id, .end_state = "undone",
                              .tell = tell_undo, .arg = job};
    json_decref(input);
    if (!facility_run_undo(app_store(job->app), &u, err))
        return false;
    const char *kept = u.kept ? arena_printf(job->arena, "空き情報や決めた組などが付いている%ld件は残し、「最新の公表データにない」の印を付けました。", u.kept) : "";
    job_progress(job, 1, 1, arena_printf(job->arena, "%ld件を取り込む前の状態に戻しました。%s", u.undone, kept));
    return true;
}
