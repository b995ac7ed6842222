/* resource.c -- the routes of a resource and what its pages share. */
#include "web/resource.h"

#include "base/count.h"
#include "web/picker.h"
#include "web/resource_inside.h"

#include <string.h>

#define READ 0
#define WRITE 1

static const struct {
    enum http_method method;
    const char *tail;
    int needs; /* READ or WRITE */
    handler_fn *run;
    const char *audit; /* last word of the label, or NULL */
    unsigned flags;
    const char *summary;
} made[] = {
    {GET, "", READ, resource_list_page, "list", ROUTE_API, "の一覧"},
    {POST, "/search", READ, resource_search, NULL, ROUTE_API, "を言葉で探す"},
    {GET, "/new", WRITE, resource_new_page, NULL, 0, "を入力する画面"},
    {POST, "", WRITE, resource_create, "save", ROUTE_API, "を新しく保存する"},
    {GET, "/:id", READ, resource_show_page, "view", ROUTE_API, "を見る"},
    {GET, "/:id/edit", WRITE, resource_edit_page, "view", 0, "を変更する画面"},
    {POST, "/:id", WRITE, resource_update, "save", ROUTE_API, "を保存する"},
    {PUT, "/:id", WRITE, resource_update, "save", ROUTE_API, "を保存する"},
    {PATCH, "/:id", WRITE, resource_patch, "save", ROUTE_API, "の一部の項目を保存する"},
    {DELETE, "/:id", WRITE, resource_delete, "delete", ROUTE_API, "を削除する"},
    {POST, "/:id/delete", WRITE, resource_delete, "delete", 0, "を削除する"},
    {POST, "/:id/undelete", WRITE, resource_undelete, "undelete", ROUTE_API, "の削除を取り消す"},
    {GET, "/:id/print", READ, resource_print, "print", 0, "を印刷する"},
    {GET, "/:id/history", READ, resource_history_page, "view", 0, "の変更の記録"},
};

struct route *resource_routes(const struct resource *r, struct arena *a, size_t *ret_count)
{
    struct route *routes = NEW_ARRAY(a, COUNT(made), struct route);
    size_t n = 0;
    for (size_t i = 0; i < COUNT(made); i++) {
        if (made[i].run == resource_print && !r->print)
            continue;
        bool takes_body = made[i].run == resource_create || made[i].run == resource_update || made[i].run == resource_patch;
        routes[n++] = (struct route){
            .method = made[i].method,
            .path = arena_printf(a, "%s%s", r->path, made[i].tail),
            .needs = made[i].needs == READ ? r->read : r->write,
            .run = made[i].run,
            .audit = made[i].audit ? arena_printf(a, "%s.%s", r->audit, made[i].audit) : NULL,
            .flags = made[i].flags,
            .summary = arena_printf(a, "%s%s", r->label, made[i].summary),
            .body = takes_body ? r->record->set : NULL,
            .resource = r,
        };
    }
    *ret_count = n;
    return routes;
}

const struct resource *resource_find(const struct app *app, const char *kind)
{
    for (const struct feature *const *f = app_features(app); *f; f++)
        for (size_t i = 0; i < (*f)->resource_count; i++)
            if (!strcmp((*f)->resources[i]->audit, kind))
                return (*f)->resources[i];
    return NULL;
}

void *resource_row(const struct resource *r, struct arena *a)
{
    void *row = arena_alloc(a, r->record->set->size);
    field_clear(r->record->set, row);
    *head_of(row) = (struct record_head){.id = "", .office_id = "", .area_code = "", .created_at = "", .created_by = "",
                                         .changed_at = "", .changed_by = "", .deleted_at = ""};
    return row;
}

void *resource_copy(const struct resource *r, const void *row, struct arena *a)
{
    void *copy = arena_alloc(a, r->record->set->size);
    memcpy(copy, row, r->record->set->size);
    return copy;
}

static bool is_personal(const struct field *f)
{
    if (f->flags & FIELD_PERSONAL)
        return true;
    for (size_t i = 0; f->type == FIELD_ROWS && i < f->rows->count; i++)
        if (f->rows->fields[i].flags & FIELD_PERSONAL)
            return true;
    return false;
}

bool resource_has_personal(const struct resource *r)
{
    for (size_t i = 0; i < r->record->set->count; i++)
        if (is_personal(&r->record->set->fields[i]))
            return true;
    return false;
}

bool resource_sees(const struct request *req, const struct resource *r)
{
    return req->scope.sees_personal || !resource_has_personal(r);
}

void resource_mask(struct request *req, const struct resource *r, void *row)
{
    if (req->scope.sees_personal)
        return;
    for (size_t i = 0; i < r->record->set->count; i++)
        if (is_personal(&r->record->set->fields[i]))
            field_set_text(&r->record->set->fields[i], row, "", req->arena);
}

const struct scope *resource_scope(struct request *req, const struct resource *r)
{
    if (!r->shared || !request_may(req, r->read))
        return &req->scope;
    struct scope *everybodys = arena_copy(req->arena, &req->scope, sizeof req->scope);
    everybodys->kind = SCOPE_ALL;
    return everybodys;
}

const char *resource_home(const struct resource *r, const void *row, struct arena *a)
{
    return r->home ? r->home(row, a) : arena_printf(a, "%s/%s", r->path, head_in(row)->id);
}

void *resource_load(struct request *req, const struct resource *r, struct err *err)
{
    const char *id = request_param(req, "id");
    void *row = resource_row(r, req->arena);
    request_audit_object(req, r->audit, id, "");
    if (!record_find(req->db, r->record, resource_scope(req, r), id, row, req->arena, err))
        return NULL;
    return row;
}

const char *resource_person(struct request *req, const char *user_id)
{
    if (!*user_id)
        return "システム";
    if (!strcmp(user_id, req->session->user_id))
        return req->session->display_name;
    const char *name = picker_label(req, "user", user_id);
    return *name ? name : "ほかの利用者";
}

const char *resource_title(const struct resource *r, const void *row, struct arena *a)
{
    const char *title = r->title ? r->title(row, a) : "";
    return title && *title ? title : r->label;
}

struct page resource_page(struct request *req, const struct resource *r, const char *title, const void *row)
{
    struct crumb *crumbs = NEW_ARRAY(req->arena, 2, struct crumb);
    crumbs[0] = (struct crumb){.label = r->label, .url = r->path};
    if (row)
        crumbs[1] = (struct crumb){.label = resource_title(r, row, req->arena),
                                   .url = resource_home(r, row, req->arena)};
    return (struct page){.title = title, .section = r->path, .crumbs = crumbs, .crumb_count = row ? 2 : 1};
}

static const struct migration migrations[] = {
    {.number = 2024040120,
     .name = "resource: saved searches and versions of records",
     .sql = "CREATE TABLE saved_search (\n"
            "  id TEXT PRIMARY KEY,       -- UUIDv7, stands in the address in place of the words\n"
            "  user_id TEXT NOT NULL,     -- only this user can open it\n"
            "  path TEXT NOT NULL,        -- list it belongs to\n"
            "  words TEXT NOT NULL,       -- as typed; may be a person's name\n"
            "  created_at TEXT NOT NULL   -- UTC; gone after a day\n"
            ");\n"
            "CREATE INDEX saved_search_by_age ON saved_search (created_at);\n"
            "CREATE TABLE record_version (\n"
            "  kind TEXT NOT NULL,        -- resource.audit\n"
            "  id TEXT NOT NULL,          -- of the record\n"
            "  revision BIGINT NOT NULL,  -- the revision this change made\n"
            "  at TEXT NOT NULL,          -- UTC\n"
            "  user_id TEXT NOT NULL,     -- '' for the system\n"
            "  action TEXT NOT NULL,      -- create, save, delete, undelete\n"
            "  fields TEXT NOT NULL,      -- JSON object: changed field -> its stored text before\n"
            "  PRIMARY KEY (kind, id, revision)\n"
            ");\n"},
    /* One tree instead of two for each save. */
    {.number = 2026112172, .name = "resource: versions stand in their key",
     .sql_sqlite = "CREATE TABLE record_version_new (\n"
                   "  kind TEXT NOT NULL,        -- resource.audit\n"
                   "  id TEXT NOT NULL,          -- of the record\n"
                   "  revision BIGINT NOT NULL,  -- the revision this change made\n"
                   "  at TEXT NOT NULL,          -- UTC\n"
                   "  user_id TEXT NOT NULL,     -- '' for the system\n"
                   "  action TEXT NOT NULL,      -- create, save, delete, undelete\n"
                   "  fields TEXT NOT NULL,      -- JSON object: changed field -> its stored text before\n"
                   "  PRIMARY KEY (kind, id, revision)\n"
                   ") WITHOUT ROWID;\n"
                   "INSERT INTO record_version_new SELECT kind, id, revision, at, user_id, action, fields FROM record_version"
                   " ORDER BY kind, id, revision;\n"
                   "DROP TABLE record_version;\n"
                   "ALTER TABLE record_version_new RENAME TO record_version;\n"},
};

static const struct message messages[] = {
    {"resource.masked", "この記録には個人の情報があるため、表示できません。記録した事業所の担当者にお問い合わせください。"},
    {"resource.bad_id", "画面の情報が壊れています。入力画面を開き直して、もう一度保存してください。"},
    {"resource.id_taken", "この記録はすでに保存されています。一覧から開いて確認してください。"},
    {"resource.no_revision", "どの版を変更したのかがわかりません。記録を開き直して、もう一度保存してください。"},
    {"resource.stale", "ほかの人が先に保存しました。最新の内容を確かめて、もう一度保存してください。"},
    {"resource.bad_filter", "絞り込みの条件が正しくありません。条件を選び直してください。"},
    {"resource.bad_format", "この形式では書き出せません。書き出しのメニューから選んでください。"},
    {"resource.too_many_rows", "一度に書き出せるのは10万件までです。期間などで絞り込んでから書き出してください。"},
    {"resource.not_deleted", "この記録は削除されていません。一覧から開いて確認してください。"},
};

const struct feature resource_feature = {
    .name = "resource",
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
};
