/* attachment_feature.c -- the tables of 添付資料: schema, routes, sentences, and its part of a record's page. */
#include "base/count.h"
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "features/attachment/attachment_file.h"
#include "features/attachment/attachment_store.h"
#include "features/attachment/attachment_view.h"
#include "web/app.h"
#include "web/picker.h"
#include "web/resource.h"

#include <string.h>

page_body_fn attachment_panel_html;
enum { NAME_MOST = 120 /* characters */ };

static const char schema[] =
    "CREATE TABLE attachment (\n"
    "  id TEXT PRIMARY KEY,          -- UUIDv7, made with the page that sends it: sent twice it is kept once\n"
    "  kind TEXT NOT NULL,           -- consultation, activity, meeting or training\n"
    "  record_id TEXT NOT NULL,      -- the record of that kind\n"
    "  file_name TEXT NOT NULL,      -- as the sender's machine called it; may name a person\n"
    "  content_type TEXT NOT NULL,   -- found from the content\n"
    "  digest TEXT NOT NULL,         -- BLAKE2b-256 of the content, hex\n"
    "  byte_count BIGINT NOT NULL,   -- size of the content, bytes\n"
    "  added_at TEXT NOT NULL,       -- UTC\n"
    "  added_by TEXT NOT NULL,       -- user_account\n"
    "  deleted_at TEXT NOT NULL,     -- UTC, '' while it stands\n"
    "  deleted_by TEXT NOT NULL      -- user_account, or ''\n"
    ");\n"
    "CREATE INDEX attachment_of ON attachment (record_id, added_at);\n"
    "CREATE INDEX attachment_taken_away ON attachment (deleted_at) WHERE deleted_at <> '';\n";
#define CONTENT(type) \
    "CREATE TABLE attachment_content (\n" \
    "  attachment_id TEXT PRIMARY KEY REFERENCES attachment (id),\n" \
    "  content " type " NOT NULL      -- the file as it came; the row goes a day after the file was taken away\n" \
    ");\n"
static const struct migration migrations[] = {
    {.number = 2026112195, .name = "attachment: create", .sql = schema, .sql_sqlite = CONTENT("BLOB"), .sql_postgresql = CONTENT("BYTEA")}};

/* The record that files belong to, when this user may see it with its persons; to `change` it when the user may do that. */
static bool may_use(struct request *req, const char *kind, const char *record_id, bool change, struct err *err)
{
    static const char *const kinds[] = {"consultation", "activity", "meeting", "training"};
    const struct resource *r = NULL;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (!strcmp(kind, kinds[i]))
            r = resource_find(req->app, kind);
    if (!r)
        return err_set(err, ERR_NOT_FOUND, "record.not_found", "unknown kind");
    void *row = arena_alloc(req->arena, r->record->set->size);
    if (!record_find(req->db, r->record, &req->scope, record_id, row, req->arena, err))
        return false;
    if (!req->scope.sees_personal)
        return err_set(err, ERR_FORBIDDEN, "resource.masked", "kind=%s", kind);
    return !change || !r->may_change || r->may_change(req, row, err);
}

/* The file of ":id", when this user may see it. */
static bool find(struct request *req, bool change, struct attachment *x, struct err *err)
{
    request_audit_object(req, "attachment", request_param(req, "id"), "");
    return attachment_find(req->db, request_param(req, "id"), req->arena, x, err) && may_use(req, x->kind, x->record_id, change, err);
}

/* -- adding ---------------------------------------------------------------------------------------------------------------- */

struct task {
    struct request *req;
    const struct attachment *attachment;
    const void *content;
    bool is_deleted;
};

static const char *about_record(const struct task *t)
{
    return arena_printf(t->req->arena, "%s %s", t->attachment->kind, t->attachment->record_id);
}

static bool run_add(struct db *db, void *arg, struct err *err)
{
    const struct task *t = arg;
    struct audit_entry entry = request_audit_entry(t->req, "attachment", t->attachment->id, about_record(t));
    return attachment_add(db, t->attachment, t->content, err) && audit_append(db, &entry, err);
}

static bool reply_done(struct request *req, const struct attachment *x, int status, const char *sentence, const char *undo_url)
{
    if (req->api) {
        struct json j;
        json_init(&j, &req->out);
        json_open(&j, '{');
        json_pair(&j, "id", x->id);
        json_close(&j, '}');
        return reply_json(req, status);
    }
    reply_flash(req, sentence, undo_url);
    return reply_redirect(req, "%s/%s#attachments", resource_find(req->app, x->kind)->path, x->record_id);
}

/* What is typed into the request about the file; its content is looked at later. */
static bool name_it(struct request *req, struct attachment *x, struct err *err)
{
    const char *id = pairs_get(&req->body, "id");
    if (!req->upload_count || !req->uploads[0].size)
        return err_set(err, ERR_INPUT, "attachment.missing", "no file");
    if (req->upload_count > 1)
        return err_set(err, ERR_INPUT, "attachment.one_by_one", "%zu files", req->upload_count);
    if (*id && !id_is_valid(id))
        return err_set(err, ERR_INPUT, "web.bad_request", "id");
    *x = (struct attachment){.id = *id ? id : id_new(req->arena),
                             .kind = request_param(req, "kind"),
                             .record_id = request_param(req, "record"),
                             .file_name = req->uploads[0].file_name,
                             .added_at = now_utc(req->arena),
                             .added_by = req->session->user_id};
    return text_length(x->file_name) <= NAME_MOST || err_set(err, ERR_INPUT, "attachment.long_name", "%zu", text_length(x->file_name));
}

static bool add_post(struct request *req, struct err *err)
{
    struct attachment x;
    auto_buf content = {0};
    if (!may_use(req, request_param(req, "kind"), request_param(req, "record"), true, err) || !name_it(req, &x, err) ||
        !attachment_read(req->uploads[0].path, &content, err) || !attachment_type(content.data, content.size, x.file_name, &x.content_type, err))
        return false;
    x.size = (long long)content.size;
    x.digest = attachment_digest(content.data, content.size, req->arena);
    struct task t = {.req = req, .attachment = &x, .content = content.data};
    return store_write_alone(app_store(req->app), run_add, &t, err) && reply_done(req, &x, 201, "ファイルを添付しました。", NULL);
}

/* -- taking away and putting back --------------------------------------------------------------------------------------------- */

static bool run_mark(struct db *db, void *arg, struct err *err)
{
    const struct task *t = arg;
    struct audit_entry entry = request_audit_entry(t->req, "attachment", t->attachment->id, about_record(t));
    return attachment_mark(db, t->attachment->id, t->is_deleted, t->req->session->user_id, t->req->arena, err) && audit_append(db, &entry, err);
}

static bool mark(struct request *req, bool is_deleted, struct attachment *x, struct err *err)
{
    struct task t = {.req = req, .attachment = x, .is_deleted = is_deleted};
    return find(req, true, x, err) && store_write(app_store(req->app), run_mark, &t, err);
}

static bool delete_post(struct request *req, struct err *err)
{
    struct attachment x;
    return mark(req, true, &x, err) && reply_done(req, &x, 200, "添付したファイルを外しました。1日たつと、中身は完全に消えます。",
                                                  arena_printf(req->arena, "/attachments/%s/undelete", x.id));
}

static bool undelete_post(struct request *req, struct err *err)
{
    struct attachment x;
    return mark(req, false, &x, err) && reply_done(req, &x, 200, "外したファイルを戻しました。", NULL);
}

/* -- reading ------------------------------------------------------------------------------------------------------------------- */

/* Always to be saved, never shown in place: it is a stranger's file under our address. */
static bool file_page(struct request *req, struct err *err)
{
    struct attachment x;
    auto_buf content = {0};
    if (!find(req, false, &x, err))
        return false;
    if (*x.deleted_at)
        return err_set(err, ERR_NOT_FOUND, "attachment.gone", "taken away");
    return attachment_content(req->db, &x, req->arena, &content, err) &&
           reply_document(req, x.content_type, x.file_name, content.data, content.size);
}

static void write_attachment(struct json *j, const struct attachment *x)
{
    json_open(j, '{');
    json_pair(j, "id", x->id);
    json_pair(j, "file_name", x->file_name);
    json_pair(j, "content_type", x->content_type);
    json_pair_int(j, "byte_count", x->size);
    json_pair(j, "digest", x->digest);
    json_pair(j, "added_at", x->added_at);
    json_pair(j, "added_by", x->added_by);
    json_close(j, '}');
}

static bool list_page(struct request *req, struct err *err)
{
    struct attachment *list;
    size_t count;
    struct json j;
    const char *kind = request_param(req, "kind"), *id = request_param(req, "record");
    request_audit_object(req, kind, id, "attachments");
    if (!may_use(req, kind, id, false, err))
        return false;
    if (!req->api)
        return reply_redirect(req, "%s/%s#attachments", resource_find(req->app, kind)->path, id);
    if (!attachment_list(req->db, id, req->arena, &list, &count, err))
        return false;
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_key(&j, "items");
    json_open(&j, '[');
    for (size_t i = 0; i < count; i++)
        write_attachment(&j, &list[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    return reply_json(req, 200);
}

static const char *size_words(long long bytes, struct arena *a)
{
    enum { KILO = 1024, MEGA = 1024 * 1024 };
    if (bytes < MEGA)
        return arena_printf(a, "%lldKB", (bytes + KILO - 1) / KILO);
    return arena_printf(a, "%lld.%lldMB", bytes / MEGA, bytes % MEGA * 10 / MEGA);
}

/* On the page of the record, whose permission and scope the page has checked; masked persons have no page. */
static bool show(struct buf *out, struct request *req, const char *id, struct err *err)
{
    const struct resource *r = req->route->resource;
    struct attachment *list;
    struct attachment_panel_view v = {.kind = r->audit, .record_id = id, .new_id = id_new(req->arena), .csrf = req->session->csrf,
                                      .may_write = request_may(req, r->write)};
    if (!attachment_list(req->db, id, req->arena, &list, &v.count, err))
        return false;
    struct attachment_line *lines = NEW_ARRAY(req->arena, v.count + 1, struct attachment_line);
    for (size_t i = 0; i < v.count; i++)
        lines[i] = (struct attachment_line){list[i].id, list[i].file_name,
                                            arena_printf(req->arena, "%s　%s　%sが添付", size_words(list[i].size, req->arena),
                                                         utc_to_local_label(req->arena, list[i].added_at),
                                                         picker_label(req, "staff", list[i].added_by))};
    v.lines = lines;
    attachment_panel_html(out, &v);
    return true;
}

/* -- tables ---------------------------------------------------------------------------------------------------------------------- */

enum { LAST = 90 /* below what others say about a record */ };
static const struct panel panels[] = {{"consultation", LAST, show}, {"activity", LAST, show}, {"meeting", LAST, show}, {"training", LAST, show}};
static const struct route routes[] = {
    {.method = GET, .path = "/attachments/of/:kind/:record", .needs = PERM_RECORD_READ, .run = list_page, .audit = "attachment.list",
     .flags = ROUTE_API, .summary = "記録に添付したファイルの一覧"},
    {.method = POST, .path = "/attachments/of/:kind/:record", .needs = PERM_RECORD_WRITE, .run = add_post, .audit = "attachment.add",
     .flags = ROUTE_API | ROUTE_UPLOAD, .summary = "記録にファイルを添付する"},
    {.method = GET, .path = "/attachments/:id", .needs = PERM_RECORD_READ, .run = file_page, .audit = "attachment.view", .flags = ROUTE_API,
     .summary = "添付したファイルを取り出す"},
    {.method = POST, .path = "/attachments/:id/delete", .needs = PERM_RECORD_WRITE, .run = delete_post, .audit = "attachment.delete",
     .flags = ROUTE_API, .summary = "添付したファイルを外す"},
    {.method = POST, .path = "/attachments/:id/undelete", .needs = PERM_RECORD_WRITE, .run = undelete_post, .audit = "attachment.undelete",
     .flags = ROUTE_API, .summary = "外したファイルを戻す"},
};
static const struct message messages[] = {
    {"attachment.missing", "ファイルが選ばれていないか、中身が空です。ファイルを選んでから「添付する」を押してください。"},
    {"attachment.one_by_one", "ファイルは1つずつ添付してください。"},
    {"attachment.kind", "この種類のファイルは添付できません。PDF、JPEG、PNG、Word（docx）、Excel（xlsx）、PowerPoint（pptx）のどれかを選んでください。"
                        "古い形式（doc、xls、ppt）は、新しい形式かPDFで保存し直してください。"},
    {"attachment.name", "ファイルの中身と、名前の終わり（.pdfなど）が合っていません。もとのソフトで保存し直してから選んでください。"},
    {"attachment.macro", "マクロ（プログラム）の入ったファイルは添付できません。マクロなしの形式かPDFで保存し直してください。"},
    {"attachment.size", "ファイルが大きすぎます。10MBまでのファイルを選んでください。"},
    {"attachment.long_name", "ファイルの名前が長すぎます。120文字までの名前に変えてから選んでください。"},
    {"attachment.too_many", "1つの記録に添付できるのは20件までです。要らないファイルを外してから添付してください。"},
    {"attachment.gone", "このファイルは見つかりません。外されたか、消されています。記録のページで確かめてください。"},
    {"attachment.broken", "ファイルの中身が、添付したときと変わっています。システム管理者に知らせてください。"},
};

const struct feature attachment_feature = {
    .name = "attachment",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .panels = panels, .panel_count = COUNT(panels),
    .chore = attachment_forget,
};
