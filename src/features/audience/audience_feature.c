/* audience_feature.c -- tables of the feature and the settings page of levels. */
#include "base/code_list.h"
#include "base/count.h"
#include "features/audience/audience.h"
#include "features/audience/audience_view.h"
#include "web/job.h"
#include "web/request.h"

#include <stdio.h>
#include <string.h>

page_body_fn audience_settings_html;

static const struct migration migrations[] = {
    {.number = 2026060201,
     .name = "audience: create",
     .sql = "CREATE TABLE audience_setting (\n"
            "  field TEXT PRIMARY KEY,       -- audience_fields.name; a field without a row has its default\n"
            "  level TEXT NOT NULL,          -- codes/audience_level.tsv\n"
            "  changed_at TEXT NOT NULL,     -- UTC\n"
            "  changed_by TEXT NOT NULL      -- user_account\n"
            ");\n"},
};

static struct audience_line line_of(const struct audience *who, size_t at)
{
    const struct audience_field *f = &audience_fields[at];
    const struct code_list *levels = code_list_find("audience_level");
    struct audience_line line = {.name = f->name, .label = audience_field_label(f), .fixed = f->fixed,
                                 .is_local = field_find(&facility_local_set, f->name) != NULL, .is_changed = who->levels[at] != f->level,
                                 .now = code_label("audience_level", audience_level_name(who->levels[at]))};
    for (size_t k = 0; k < COUNT(line.choices); k++)
        line.choices[k] = (struct audience_choice){levels->codes[k].code, levels->codes[k].label,
                                                   !strcmp(levels->codes[k].code, audience_level_name(who->levels[at]))};
    return line;
}

static bool show(struct request *req, const struct audience *who, const char *problem)
{
    struct audience_line *lines = NEW_ARRAY(req->arena, audience_field_count, struct audience_line);
    for (size_t i = 0; i < audience_field_count; i++)
        lines[i] = line_of(who, i);
    struct audience_settings_view view = {.csrf = req->session->csrf, .problem = problem, .lines = lines, .count = audience_field_count};
    static const struct crumb crumbs[] = {{"設定", "/settings"}};
    struct page page = {.title = "資源の公開範囲", .section = "/settings", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, audience_settings_html, &view);
}

static bool settings_page(struct request *req, struct err *err)
{
    struct audience who;
    return audience_open(req->db, AUDIENCE_INTERNAL, req->arena, &who, err) && show(req, &who, "");
}

struct change {
    struct request *req;
    struct audience now;
    bool is_changed; /* result */
};

static bool write_levels(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    struct request *req = c->req;
    struct audience before;
    struct buf detail = {0};
    if (!audience_open(db, AUDIENCE_INTERNAL, req->arena, &before, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < audience_field_count; i++) {
        if (before.levels[i] == c->now.levels[i])
            continue;
        const char *field = audience_fields[i].name, *level = audience_level_name(c->now.levels[i]);
        buf_printf(&detail, "%s%s=%s", detail.size ? "," : "", field, level);
        ok = db_run(db, err,
                    "INSERT INTO audience_setting (field, level, changed_at, changed_by) VALUES ($1, $2, $3, $4) "
                    "ON CONFLICT (field) DO UPDATE SET level = excluded.level, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
                    TEXT(field), TEXT(level), TEXT(now_utc(req->arena)), TEXT(req->session->user_id)) == 1;
    }
    c->is_changed = detail.size;
    struct audit_entry entry = request_audit_entry(req, "audience", "levels", arena_strdup(req->arena, detail.data));
    buf_free(&detail);
    return ok && audit_append(db, &entry, err);
}

/* A field that is not in the form keeps its level; a level that is not in the list is refused and nothing is saved. */
static bool read_levels(const struct pairs *in, struct audience *who)
{
    const struct code_list *levels = code_list_find("audience_level");
    for (size_t i = 0; i < audience_field_count; i++) {
        const char *asked = pairs_get(in, audience_fields[i].name);
        const struct code *level = code_find(levels, asked);
        if (!*asked || audience_fields[i].fixed)
            continue;
        if (!level)
            return false;
        who->levels[i] = (enum audience_level)(level - levels->codes);
    }
    return true;
}

/* The search text of every entry again: what is found by everybody and what by the offices only follows from the levels. */
enum { INDEX_ROWS = 500, ID_ROOM = 64 };
struct index_step {
    char after[ID_ROOM], last[ID_ROOM];
};

static bool index_some(struct db *db, void *arg, struct err *err)
{
    struct index_step *step = arg;
    auto_arena *a = arena_new();
    auto_rows *r = db_query(db, a, err, "SELECT c.id FROM facility c WHERE c.id > $1 AND" FACILITY_IS_SHOWN("c") "ORDER BY c.id LIMIT $2",
                            TEXT(step->after), INT(INDEX_ROWS));
    const char *last = "";
    while (rows_next(r)) {
        last = rows_text(r, 0);
        if (!facility_index(db, last, a, err))
            return false;
    }
    snprintf(step->last, sizeof step->last, "%s", last);
    return !rows_failed(r);
}

/* Not to be cancelled: what is not public any more would still be found. */
static bool run_index(struct job *job, struct err *err)
{
    struct store *store = app_store(job->app);
    struct index_step step = {.last = ""};
    long long done = 0, total = db_int(store_reader(store, err), err, 0, "SELECT COUNT(*) FROM facility c WHERE" FACILITY_IS_SHOWN("c"));
    do {
        memcpy(step.after, step.last, sizeof step.after);
        if (!store_write(store, index_some, &step, err))
            return false;
        done = done + INDEX_ROWS < total ? done + INDEX_ROWS : total;
        job_progress(job, done, total, "検索の索引を作り直しています。");
    } while (*step.last);
    return true;
}

static const struct job_kind jobs[] = {{"audience_index", "資源の検索の索引の作り直し", run_index}};

static bool settings_save(struct request *req, struct err *err)
{
    struct change c = {.req = req};
    if (!audience_open(req->db, AUDIENCE_INTERNAL, req->arena, &c.now, err))
        return false;
    if (!read_levels(&req->body, &c.now)) {
        if (req->api)
            return err_set(err, ERR_INPUT, "audience.level", "unknown level");
        req->audit->appended = true; /* nothing was written */
        req->status = 422;
        return show(req, &c.now, app_message(req->app, "audience.level"));
    }
    if (!store_write(app_store(req->app), write_levels, &c, err))
        return false;
    const char *job;
    if (c.is_changed && !job_start(req, "audience_index", "資源の検索の索引の作り直し", "{}", NULL, &job, err))
        return false;
    reply_flash(req, c.is_changed ? "保存しました。検索の索引を作り直しています。" : "保存しました。", NULL);
    return reply_redirect(req, "/settings/audiences");
}

static const struct route routes[] = {
    {GET, "/settings/audiences", PERM_USER_ADMIN, settings_page, NULL, 0, "資源の公開範囲", NULL},
    {POST, "/settings/audiences", PERM_USER_ADMIN, settings_save, "audience.save", ROUTE_API, "資源の公開範囲を保存する", NULL},
};

static const struct message messages[] = {
    {"audience.level", "見せる範囲が正しくありません。「公開」「専門職まで」「相談支援室・行政まで」から選び直してください。"},
};

const struct feature audience_feature = {
    .name = "audience",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .jobs = jobs, .job_count = COUNT(jobs),
};
