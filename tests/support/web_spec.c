#include "tests/support/web_spec.h"

#include "base/count.h"
#include "web/html.h"
#include "web/stream.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void note_body(struct buf *out, const void *view)
{
    html_text(out, view);
}

static bool list(struct request *req, struct err *err)
{
    (void)err;
    return reply_page(req, &(struct page){.title = "メモ", .section = "/notes"}, note_body, request_query(req, "q"));
}

static bool show(struct request *req, struct err *err)
{
    const char *text = db_text(req->db, req->arena, err, "SELECT text FROM note WHERE id = $1", TEXT(request_param(req, "id")));
    if (!text)
        return err->kind ? false : err_set(err, ERR_NOT_FOUND, "record.not_found", "note");
    request_audit_object(req, "note", request_param(req, "id"), NULL);
    return reply_page(req, &(struct page){.title = "メモ", .section = "/notes"}, note_body, text);
}

struct saving {
    const struct request *req;
    bool forgets;
};

static bool save_it(struct db *db, void *arg, struct err *err)
{
    const struct saving *s = arg;
    const char *id = pairs_get(&s->req->body, "id");
    if (db_run(db, err, "INSERT INTO note (id, text) VALUES ($1, $2)", TEXT(id), TEXT(pairs_get(&s->req->body, "text"))) < 0)
        return false;
    if (s->forgets)
        return true;
    struct audit_entry entry = request_audit_entry(s->req, "note", id, "");
    return audit_append(db, &entry, err);
}

static bool save(struct request *req, struct err *err)
{
    struct saving s = {.req = req, .forgets = !strcmp(req->path, "/notes/forgetful")};
    if (!*pairs_get(&req->body, "text"))
        return err_field(err, "text", "web.invalid");
    if (!store_write(app_store(req->app), save_it, &s, err))
        return false;
    reply_flash(req, "保存しました。", "/notes/undo");
    return reply_redirect(req, "/notes/%s", pairs_get(&req->body, "id"));
}

static bool upload(struct request *req, struct err *err)
{
    (void)err;
    buf_cut(&req->out, 0);
    for (size_t i = 0; i < req->upload_count; i++)
        buf_printf(&req->out, "%s %s %zu\n", req->uploads[i].name, req->uploads[i].file_name, req->uploads[i].size);
    buf_printf(&req->out, "title=%s\n", pairs_get(&req->body, "title"));
    return reply_document(req, "text/plain; charset=utf-8", NULL, req->out.data, req->out.size);
}

static bool events(struct request *req, struct err *err)
{
    (void)err;
    return stream_open(req, "notes");
}

static bool slow(struct request *req, struct err *err)
{
    (void)err;
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    return reply_document(req, "text/plain; charset=utf-8", NULL, "slow\n", 5);
}

static bool office(struct request *req, struct err *err)
{
    (void)err;
    return reply_document(req, "text/plain; charset=utf-8", "北区 一覧.txt", "office\n", 7);
}

static bool broken(struct request *req, struct err *err)
{
    (void)req;
    return err_set(err, ERR_DB, "store.failed", "on purpose");
}

static bool absent(struct request *req, struct err *err)
{
    (void)req;
    return err_set(err, ERR_STORE_AWAY, "store.away", "on purpose");
}

static const struct route routes[] = {
    {GET, "/notes", PERM_RECORD_READ, list, NULL, ROUTE_API, "メモの一覧", NULL},
    {GET, "/notes/:id", PERM_RECORD_READ, show, "note.view", ROUTE_API, "メモ", NULL},
    {POST, "/notes", PERM_RECORD_WRITE, save, "note.save", ROUTE_API, "メモを保存する", NULL},
    {POST, "/notes/forgetful", PERM_RECORD_WRITE, save, "note.forget", 0, "記録を忘れる", NULL},
    {POST, "/notes/upload", PERM_RECORD_IMPORT, upload, NULL, ROUTE_UPLOAD, "ファイルを送る", NULL},
    {GET, "/notes/events", PERM_RECORD_READ, events, NULL, ROUTE_STREAM, "知らせ", NULL},
    {GET, "/notes/slow", PERM_PUBLIC, slow, NULL, 0, "遅いページ", NULL},
    {GET, "/office", PERM_PUBLIC, office, NULL, 0, "書き出し", NULL},
    {POST, "/outside", PERM_PUBLIC, office, NULL, ROUTE_NO_CSRF, "外からの知らせ", NULL},
    {GET, "/notes/broken", PERM_PUBLIC, broken, NULL, 0, "壊れたページ", NULL},
    {GET, "/notes/absent", PERM_PUBLIC, absent, NULL, 0, "使えないページ", NULL},
};

static const struct migration migrations[] = {
    {2024040199, "spec: notes", "CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT NOT NULL);\n", NULL, NULL},
};
static const struct menu_item menu[] = {{10, "メモ", "/notes", "note", PERM_RECORD_READ},
                                        {20, "管理", "/settings", "gear", PERM_USER_ADMIN}};

const struct feature notes_feature = {
    .name = "notes",
    .routes = routes,
    .route_count = COUNT(routes),
    .migrations = migrations,
    .migration_count = COUNT(migrations),
    .menu = menu,
    .menu_count = COUNT(menu),
};

static const struct feature *const notes_features[] = {&notes_feature, NULL};

int notes_begin(void **state)
{
    struct notes_world *n = xcalloc(1, sizeof *n);
    void *world = NULL;
    if (world_begin(&world))
        return -1;
    n->w = world;
    n->config = (struct config){.data = n->w->url,
                                .listen = "127.0.0.1:0",
                                .base_url = "http://renkei.example",
                                .workers = 64,
                                .idle_minutes = 10,
                                .session_hours = 12,
                                .secret_key_file = ""};
    if (!app_migrate(n->w->store, notes_features, &n->w->err))
        return -1;
    n->app = app_new(&n->config, n->w->store, notes_features, &n->w->err);
    *state = n;
    return n->app ? 0 : -1;
}

int notes_end(void **state)
{
    struct notes_world *n = *state;
    void *world = n->w;
    app_free(n->app);
    int ended = world_end(&world);
    free(n);
    return ended;
}

struct session notes_coordinator(void)
{
    return (struct session){.user_id = "U-1",
                            .display_name = "見本 花子",
                            .membership_id = "M-1",
                            .role = ROLE_COORDINATOR,
                            .office_id = "O-1",
                            .office_name = "北区相談支援室",
                            .area_code = "271276",
                            .area_name = "北区",
                            .area_path = "270008/271004/271276/"};
}
