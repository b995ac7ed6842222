/* consultation_import_job.c -- the long work behind the pages: importing with live progress, and undoing. */
#include "features/consultation/consultation_import.h"

#include "output/spreadsheet.h"
#include "web/job.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

static const char *member(const json_t *input, const char *name, struct arena *a)
{
    return arena_strdup(a, json_string_value(json_object_get(input, name)));
}

static void progress(void *arg, long done, bool saving)
{
    struct job *job = arg;
    job_progress(job, done, 0,
                 saving ? arena_printf(job->arena, "%ld行を確かめました。まとめて保存しています。", done)
                        : arena_printf(job->arena, "%ld行まで進みました。", done));
}

static bool cancelled(void *arg)
{
    return job_cancelled(arg);
}

static const char *outcome(const struct import_task *t, struct arena *a)
{
    const struct import_counts *c = &t->counts;
    const char *already = c->already ? arena_printf(a, "%ld件は取り込み済みでした。", c->already) : "";
    if (t->all_or_nothing && c->refused)
        return arena_printf(
            a, "取り込めない行が%ld件あったため、何も取り込んでいません。下のファイルで理由を確かめ、直してください。",
            c->refused);
    if (c->refused)
        return arena_printf(a,
                            "%ld件を取り込みました。%s%ld件は取り込めませんでした。下のファイルを直すと、もう一度取り込めます。",
                            c->imported, already, c->refused);
    return arena_printf(a, "%ld件を取り込みました。%s", c->imported, already);
}

static bool finish(struct job *job, struct import_task *t, bool done, struct err *err)
{
    const char *state = !done ? "failed" : t->all_or_nothing && t->counts.refused ? "refused" : "done";
    struct err ignored = {0};
    if (!import_record_end(t->store, job->id, state, &t->counts, job->arena, done ? err : &ignored) || !done)
        return false;
    unlink(t->path); /* it is about people: what was refused has a file of its own */
    if (t->counts.refused && strstr(t->refused_path, ".xlsx"))
        job_result(job, "refused.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                   "取り込めなかった行を受け取る（Excel）");
    else if (t->counts.refused)
        job_result(job, "refused.csv", "text/csv; charset=utf-8", "取り込めなかった行を受け取る（CSV）");
    job_progress(job, t->counts.rows ? t->counts.rows : 1, t->counts.rows ? t->counts.rows : 1, outcome(t, job->arena));
    return true;
}

static bool run(struct job *job, const json_t *input, struct err *err)
{
    struct arena *a = job->arena;
    struct import_mapping mapping;
    struct importing im;
    struct import_task t = {.store = app_store(job->app),
                            .im = &im,
                            .path = arena_printf(a, "%s/input", job->folder),
                            .run_id = job->id,
                            .user_id = job->user_id,
                            .all_or_nothing = json_integer_value(json_object_get(input, "all_or_nothing")),
                            .progress = progress,
                            .cancelled = cancelled,
                            .arg = job};
    struct db *db = store_reader(t.store, err);
    if (!db)
        return false;
    if (!import_mapping_read(&mapping, member(input, "mapping", a), a) || access(t.path, R_OK))
        return err_set(err, ERR_NOT_FOUND, "import.gone", "job=%s", job->id);
    auto_spreadsheet *s = spreadsheet_open(t.path, -1, err);
    if (!s)
        return false;
    /* Who keeps a workbook mends a workbook. */
    t.refused_path = arena_printf(a, "%s/refused.%s", job->folder, spreadsheet_is_xlsx(s) ? "xlsx" : "csv");
    importing_init(&im, &mapping, job->office_id, job->scope.area_code, a);
    const struct import_record record = {.id = job->id,
                                         .office_id = job->office_id,
                                         .area_code = job->scope.area_code,
                                         .user_id = job->user_id,
                                         .name_hash = member(input, "name_hash", a),
                                         .file_hash = member(input, "file_hash", a),
                                         .mapping = mapping.name,
                                         .folder = job->folder,
                                         .all_or_nothing = t.all_or_nothing};
    if (!importing_read_staff(&im, db, err) || !import_record_begin(t.store, &record, a, err))
        return false;
    return finish(job, &t, import_run(&t, err), err);
}

bool import_job(struct job *job, struct err *err)
{
    json_t *input = json_loads(job->input, 0, NULL);
    bool done = run(job, input, err);
    json_decref(input);
    return done;
}

static void undo_progress(void *arg, long done)
{
    struct job *job = arg;
    job_progress(job, done, 0, arena_printf(job->arena, "%ld件まで進みました。", done));
}

/* What lies in files goes with the records. */
static void remove_files(struct db *db, struct arena *a, const char *run_id)
{
    struct err ignored = {0};
    const char *folder = db_text(db, a, &ignored, "SELECT folder FROM import_run WHERE id = $1", TEXT(run_id));
    if (!folder || !*folder)
        return;
    unlink(arena_printf(a, "%s/input", folder));
    unlink(arena_printf(a, "%s/refused.csv", folder));
    unlink(arena_printf(a, "%s/refused.xlsx", folder));
}

bool import_undo_job(struct job *job, struct err *err)
{
    json_t *input = json_loads(job->input, 0, NULL);
    const char *run_id = member(input, "run", job->arena);
    struct store *store = app_store(job->app);
    struct db *db = store_reader(store, err);
    struct import_undone undone;
    json_decref(input);
    const char *office = db ? db_text(db, job->arena, err, "SELECT office_id FROM import_run WHERE id = $1", TEXT(run_id)) : NULL;
    if (!office || strcmp(office, job->office_id) != 0)
        return err_set(err, ERR_NOT_FOUND, "import.unknown_run", "job=%s", job->id);
    if (!import_undo(store, run_id, job->user_id, undo_progress, job, &undone, err))
        return false;
    remove_files(db, job->arena, run_id);
    const char *kept = undone.kept ? arena_printf(job->arena, "あとで書き直した%ld件は残しました。", undone.kept) : "";
    long all = undone.taken ? undone.taken : 1;
    job_progress(job, all, all,
                 arena_printf(job->arena, "取り込みを取り消し、%ld件の相談をなくしました。%s", undone.taken, kept));
    return true;
}
