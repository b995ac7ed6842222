/* guide_feature.c -- the tables of 資源の冊子: schema, resource, the job that makes an edition, and its documents. */
#include "base/count.h"
#include "base/id.h"
#include "base/log.h"
#include "features/area/area.h"
#include "features/guide/guide_inside.h"
#include "store/document.h"
#include "web/app.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "CREATE TABLE guide (\n"
    "  id TEXT PRIMARY KEY,           -- UUIDv7\n"
    "  office_id TEXT NOT NULL,       -- who first wrote it\n"
    "  area_code TEXT NOT NULL,       -- of that office\n"
    "  created_at TEXT NOT NULL,      -- UTC\n"
    "  created_by TEXT NOT NULL,      -- user_account\n"
    "  changed_at TEXT NOT NULL,      -- UTC\n"
    "  changed_by TEXT NOT NULL,      -- user_account\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '', -- UTC\n"
    "  title TEXT NOT NULL,\n"
    "  subtitle TEXT NOT NULL,\n"
    "  publisher TEXT NOT NULL,\n"
    "  covers TEXT NOT NULL,          -- area.code: this area and below\n"
    "  audience TEXT NOT NULL,        -- codes/audience_level.tsv: public or professional\n"
    "  sections TEXT NOT NULL,        -- JSON rows: service, kind, heading; in the order of the book\n"
    "  has_maps TEXT NOT NULL,        -- codes/yes_no.tsv\n"
    "  how_to TEXT NOT NULL\n"
    ");\n"
    "CREATE TABLE guide_edition (\n"
    "  id TEXT PRIMARY KEY,           -- UUIDv7\n"
    "  guide_id TEXT NOT NULL REFERENCES guide (id),\n"
    "  number BIGINT NOT NULL,        -- 第n版\n"
    "  made_on TEXT NOT NULL,         -- ISO day\n"
    "  made_at TEXT NOT NULL,         -- UTC\n"
    "  made_by TEXT NOT NULL,         -- user_account\n"
    "  entry_count BIGINT NOT NULL,\n"
    "  page_count BIGINT NOT NULL     -- of the booklet\n"
    ");\n"
    "CREATE UNIQUE INDEX guide_edition_number ON guide_edition (guide_id, number);\n"
    "CREATE TABLE guide_document (\n"
    "  edition_id TEXT NOT NULL REFERENCES guide_edition (id),\n"
    "  kind TEXT NOT NULL,            -- booklet, map, labels, cards\n"
    "  piece BIGINT NOT NULL,         -- from 1\n"
    "  content TEXT NOT NULL,         -- base64 of the next bytes of the PDF\n"
    "  PRIMARY KEY (edition_id, kind, piece)\n"
    ");\n";
static const struct migration migrations[] = {{.number = 2026112103, .name = "guide: create", .sql = schema}};

static const struct resource *const guide_resources[] = {&guide_resource};

/* -- the record ----------------------------------------------------------------------------------------------------------- */

static const char standard_sections[] = "[{\"kind\":\"hospital\"},{\"kind\":\"clinic\"},{\"kind\":\"dental\"},{\"kind\":\"pharmacy\"},"
                                        "{\"service\":\"130\"},{\"service\":\"430\"},{\"service\":\"110\"},{\"service\":\"760\"}]";

static void defaults(struct request *req, void *row)
{
    struct guide *g = row;
    g->covers = req->session->area_code;
    g->publisher = req->session->office_name;
    g->title = arena_printf(req->arena, "%s 在宅医療・介護ガイド", req->session->area_name);
    g->audience = "public";
    g->has_maps = "yes";
    g->sections = standard_sections;
}

static const char *title(const void *row, struct arena *a)
{
    (void)a;
    return ((const struct guide *)row)->title;
}

static bool read_editions(struct request *req, const char *guide_id, struct guide_show_view *v, struct err *err)
{
    enum { MOST = 100 };
    struct guide_edition_line *lines = NEW_ARRAY(req->arena, MOST, struct guide_edition_line);
    auto_rows *rows = db_query(req->db, req->arena, err,
                               "SELECT id, number, made_on, entry_count, page_count FROM guide_edition WHERE guide_id = $1 ORDER BY number DESC LIMIT $2",
                               TEXT(guide_id), INT(MOST));
    for (; rows && v->count < MOST && rows_next(rows); v->count++)
        lines[v->count] = (struct guide_edition_line){
            .id = rows_text(rows, 0), .label = arena_printf(req->arena, "第%lld版", rows_int(rows, 1)),
            .made_on = date_wareki(req->arena, date_from_iso(rows_text(rows, 2))),
            .counts = arena_printf(req->arena, "%lld件・%lldページ", rows_int(rows, 3), rows_int(rows, 4))};
    v->editions = lines;
    return rows && !rows_failed(rows);
}

static void show_body(struct buf *out, struct request *req, const void *row)
{
    struct err failed = {0};
    struct guide_show_view v = {.id = ((const struct guide *)row)->head.id, .csrf = req->session->csrf,
                                .may_write = request_may(req, PERM_DIRECTORY_WRITE)};
    v.is_unread = !read_editions(req, v.id, &v, &failed);
    if (v.is_unread) {
        log_event(LOG_ERROR, "guide.editions", "error=%s detail=\"%s\"", failed.message, failed.detail);
        req->status = 503;
    }
    guide_show_html(out, &v);
    form_show(out, req, &guide_set, row, true);
}

static const struct list_column columns[] = {
    {.field = "title", .sort = "c.title"},
    {.field = "covers"},
    {.field = "audience"},
    {.field = "publisher"},
};
const struct resource guide_resource = {
    .path = "/guides", .label = "資源の冊子", .audit = "guide", .record = &guide_record,
    .read = PERM_DIRECTORY_WRITE, .write = PERM_DIRECTORY_WRITE, .shared = true,
    .columns = columns, .column_count = COUNT(columns), .order = " ORDER BY c.title, c.id",
    .empty = "冊子はまだありません。「新しい資源の冊子」から、地域とのせるサービスを決めてください。",
    .defaults = defaults, .show_body = show_body, .title = title,
};

/* -- an edition ----------------------------------------------------------------------------------------------------------- */

static const struct document_table documents = {
    "INSERT INTO guide_document (edition_id, kind, piece, content) VALUES ($1, $2, $3, $4)",
    "SELECT content FROM guide_document WHERE edition_id = $1 AND kind = $2 ORDER BY piece",
};

struct keeping_edition {
    struct job *job;
    const char *guide_id, *id, *made_on;
    long *number;
    const struct guide_made *made;
};

static bool keep_edition(struct db *db, void *arg, struct err *err)
{
    const struct keeping_edition *k = arg;
    const char *now = now_utc(k->job->arena);
    if (db_run(db, err,
               "INSERT INTO guide_edition (id, guide_id, number, made_on, made_at, made_by, entry_count, page_count)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
               TEXT(k->id), TEXT(k->guide_id), INT(*k->number), TEXT(k->made_on), TEXT(now), TEXT(k->job->user_id), INT(k->made->entry_count),
               INT(k->made->page_count)) < 0)
        return false;
    for (size_t i = 0; i < GUIDE__COUNT; i++)
        if (!document_keep(db, &documents, k->id, guide_documents[i].name, k->made->documents[i].data, k->made->documents[i].size, err))
            return false;
    return audit_append(db, &(struct audit_entry){.user_id = k->job->user_id, .office_id = k->job->office_id, .action = "guide.make",
                                                  .object_kind = "guide", .object_id = k->guide_id,
                                                  .detail = arena_printf(k->job->arena, "edition=%ld", *k->number)},
                        err);
}

static bool tell(void *arg, long done, long total)
{
    struct job *job = arg;
    job_progress(job, done, total, "冊子を組んでいます。");
    return !job_cancelled(job);
}

static bool write_file(const struct job *job, const char *name, const struct buf *bytes, struct err *err)
{
    FILE *file = fopen(arena_printf(job->arena, "%s/%s", job->folder, name), "wb");
    bool ok = file && fwrite(bytes->data, 1, bytes->size, file) == bytes->size;
    if (file && fclose(file) != 0)
        ok = false;
    return ok || err_set(err, ERR_STORE_AWAY, "guide.no_room", "cannot write the booklet");
}

static bool make_edition(struct job *job, const char *guide_id, struct guide_made *made, struct err *err)
{
    const struct scope everything = SCOPE_EVERYTHING;
    struct guide g;
    struct db *db = store_reader(app_store(job->app), err);
    if (!db || !record_find(db, &guide_record, &everything, guide_id, &g, job->arena, err))
        return false;
    long number = (long)db_int(db, err, 0, "SELECT COALESCE(MAX(number), 0) FROM guide_edition WHERE guide_id = $1", TEXT(guide_id)) + 1;
    struct date today = date_today();
    if (!guide_make(db, &g, number, today, job->arena, tell, job, made, err))
        return false;
    struct keeping_edition k = {.job = job, .guide_id = guide_id, .id = id_new(job->arena), .made_on = date_iso(job->arena, today),
                                .number = &number, .made = made};
    if (!store_write(app_store(job->app), keep_edition, &k, err) || !write_file(job, "guide.pdf", &made->documents[GUIDE_BOOKLET], err))
        return false;
    job_result(job, "guide.pdf", "application/pdf", "冊子を開く");
    job_progress(job, made->entry_count, made->entry_count,
                 arena_printf(job->arena, "第%ld版（%ld件・%ldページ）を作りました。冊子のページから、地図・宛名ラベル・財布に入る一覧も印刷できます。", number,
                              made->entry_count, made->page_count));
    return true;
}

static bool run_job(struct job *job, struct err *err)
{
    json_t *input = json_loads(job->input, 0, NULL);
    const char *given = json_string_value(json_object_get(input, "guide"));
    const char *guide_id = arena_strdup(job->arena, given ? given : "");
    struct guide_made made = {0};
    json_decref(input);
    bool ok = make_edition(job, guide_id, &made, err);
    guide_made_free(&made);
    return ok;
}
static const struct job_kind jobs[] = {{"guide", "冊子を作る", run_job}};

static bool make_page(struct request *req, struct err *err)
{
    const struct scope everything = SCOPE_EVERYTHING;
    struct guide g;
    const char *job;
    if (!record_find(req->db, &guide_record, &everything, request_param(req, "id"), &g, req->arena, err) ||
        !job_start(req, "guide", arena_printf(req->arena, "冊子を作る：%s", g.title), arena_printf(req->arena, "{\"guide\":\"%s\"}", g.head.id), NULL, &job,
                   err))
        return false;
    return reply_redirect(req, "/jobs/%s", job);
}

static bool known_kind(const char *kind)
{
    for (size_t i = 0; i < GUIDE__COUNT; i++)
        if (!strcmp(guide_documents[i].name, kind))
            return true;
    return false;
}

/* The same bytes as on the day it was made. */
static bool document_page(struct request *req, struct err *err)
{
    const char *kind = request_param(req, "kind");
    if (!known_kind(kind))
        return err_set(err, ERR_NOT_FOUND, "guide.no_edition", "kind");
    const char *edition = request_param(req, "edition");
    long long known = db_int(req->db, err, 0, "SELECT 1 FROM guide_edition WHERE id = $1 AND guide_id = $2", TEXT(edition), TEXT(request_param(req, "id")));
    auto_buf pdf = {0};
    if (err->kind || (known && !document_read(req->db, &documents, edition, kind, &pdf, err)))
        return false;
    return pdf.size ? reply_document(req, "application/pdf", NULL, pdf.data, pdf.size) : err_set(err, ERR_NOT_FOUND, "guide.no_edition", "none");
}

static const struct route routes[] = {
    {.method = POST, .path = "/guides/:id/make", .needs = PERM_DIRECTORY_WRITE, .run = make_page, .audit = "guide.start",
     .summary = "冊子の新しい版を作る"},
    {.method = GET, .path = "/guides/:id/editions/:edition/:kind", .needs = PERM_DIRECTORY_WRITE, .run = document_page,
     .summary = "作った版の冊子・地図・宛名ラベル・一覧を印刷する"},
};
static const struct message messages[] = {
    {"guide.unknown_area", "この地域は一覧にありません。冊子の地域を選び直してください。"},
    {"guide.empty", "この地域に、選んだサービスの事業所がありません。章か地域を変えてください。"},
    {"guide.stopped", "途中でやめました。版は作られていません。"},
    {"guide.no_room", "ディスクに書き込めませんでした。空き容量を確かめて、もう一度お試しください。"},
    {"guide.no_edition", "この版はありません。冊子のページから選び直してください。"},
};

static const struct menu_item menu[] = {
    {.order = 47, .label = "冊子", .url = "/guides", .needs = PERM_DIRECTORY_WRITE, .under = "/facilities"},
};

const struct feature guide_feature = {
    .name = "guide",
    .menu = menu, .menu_count = COUNT(menu),
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .jobs = jobs, .job_count = COUNT(jobs),
    .resources = guide_resources, .resource_count = COUNT(guide_resources),
};
