/* resource_show.c -- one record: show, history, print, delete and its undo. */
#include "output/paper.h"
#include "web/picker.h"
#include "web/resource_inside.h"
#include "web/resource_view.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void resource_show_body(struct buf *out, const struct resource_show_view *v)
{
    if (v->resource->show_body)
        v->resource->show_body(out, v->req, v->row);
    else
        form_show(out, v->req, v->resource->record->set, v->row, false);
}

/* It exists and somebody may see it: that is all this user learns. */
static bool show_masked(struct request *req, const struct resource *r, const void *row)
{
    struct resource_masked_view v = {.office = picker_label(req, "office", head_in(row)->office_id), .path = r->path, .label = r->label};
    req->status = 403;
    return reply_page(req, &(struct page){.title = r->label, .section = r->path}, resource_masked_html, &v);
}

bool resource_show_page(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    void *row = resource_load(req, r, err);
    if (!row)
        return false;
    resource_mask(req, r, row);
    if (req->api)
        return reply_record(req, 200, r->record, row);
    if (!resource_sees(req, r))
        return show_masked(req, r, row);
    struct err refused = {0};
    struct resource_show_view v = {.req = req, .resource = r, .row = row, .id = head_in(row)->id, .csrf = req->session->csrf,
                                   .revision = head_in(row)->revision, .may_write = request_may(req, r->write)};
    v.changed_at = utc_to_local_label(req->arena, head_in(row)->changed_at);
    v.changed_by = resource_person(req, head_in(row)->changed_by);
    v.may_change = v.may_write && (!r->may_change || r->may_change(req, row, &refused));
    if (v.may_write && !v.may_change && refused.message)
        v.why_not = app_message(req->app, refused.message);
    auto_buf panels = {0};
    if (!panels_show(&panels, req, r->audit, v.id, err))
        return false;
    v.panels = panels.size ? panels.data : "";
    struct page page = resource_page(req, r, resource_title(r, row, req->arena), NULL);
    page.wide = true;
    return reply_page(req, &page, resource_show_html, &v);
}

/* History: walking back from the row as it is, each version tells what its change replaced. */

static const char *value_label(struct request *req, const struct resource *r, const struct field *f, const char *text)
{
    void *row = resource_row(r, req->arena);
    field_set_text(f, row, text, req->arena);
    return form_value(req, f, row);
}

static void read_changes(struct request *req, const struct resource *r, const char *fields, struct pairs *now, struct history_entry *e)
{
    json_t *object = json_loads(fields, 0, NULL), *value;
    const char *name;
    e->changes = NEW_ARRAY(req->arena, json_object_size(object) + 1, struct history_change);
    json_object_foreach(object, name, value) {
        const struct field *f = field_find(r->record->set, name);
        const char *before = json_is_string(value) ? json_string_value(value) : "";
        if (!f || f->flags & FIELD_INTERNAL)
            continue;
        e->changes[e->change_count++] = (struct history_change){
            .label = f->label, .before = value_label(req, r, f, before), .after = value_label(req, r, f, pairs_get(now, name))};
        pairs_set(now, name, before);
    }
    json_decref(object);
}

static const char *action_label(const char *action)
{
    static const char *const labels[][2] = {{"create", "が作成"}, {"save", "が変更"}, {"delete", "が削除"}, {"undelete", "が削除を取り消し"}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (!strcmp(labels[i][0], action))
            return labels[i][1];
    return "";
}

enum { HISTORY_MOST = 500 };

static bool read_history(struct request *req, const struct resource *r, const void *row, struct resource_history_view *v, struct err *err)
{
    struct pairs now;
    pairs_init(&now, req->arena);
    for (size_t i = 0; i < r->record->set->count; i++)
        pairs_add(&now, r->record->set->fields[i].name, field_text(&r->record->set->fields[i], row, req->arena));
    auto_rows *rows = db_query(req->db, req->arena, err,
                               "SELECT revision, at, user_id, action, fields FROM record_version WHERE kind = $1 AND id = $2 "
                               "ORDER BY revision DESC LIMIT $3",
                               TEXT(r->audit), TEXT(head_in(row)->id), INT(HISTORY_MOST));
    v->entries = NEW_ARRAY(req->arena, HISTORY_MOST, struct history_entry);
    while (rows && v->count < HISTORY_MOST && rows_next(rows)) {
        struct history_entry *e = &v->entries[v->count++];
        e->revision = (long)rows_int(rows, 0);
        e->at = utc_to_local_label(req->arena, rows_text(rows, 1));
        e->by = resource_person(req, rows_text(rows, 2));
        e->action = action_label(rows_text(rows, 3));
        read_changes(req, r, rows_text(rows, 4), &now, e);
    }
    return rows && !rows_failed(rows);
}

bool resource_history_page(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    void *row = resource_load(req, r, err);
    struct resource_history_view v = {0};
    if (!row)
        return false;
    if (!resource_sees(req, r)) {
        resource_mask(req, r, row);
        return show_masked(req, r, row);
    }
    if (!read_history(req, r, row, &v, err))
        return false;
    struct page page = resource_page(req, r, "変更の記録", row);
    return reply_page(req, &page, resource_history_html, &v);
}

bool resource_print(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    void *row = resource_load(req, r, err);
    auto_buf pdf = {0};
    struct paper *sheet = NULL;
    if (!row)
        return false;
    if (!resource_sees(req, r)) {
        resource_mask(req, r, row);
        return show_masked(req, r, row);
    }
    return r->print(req, row, &sheet, err) && paper_finish(sheet, &pdf, err) && reply_document(req, "application/pdf", NULL, pdf.data, pdf.size);
}

/* Delete and undo. */

bool resource_delete(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    void *row = resource_load(req, r, err);
    const char *revision = pairs_get(&req->body, "revision"), *tag = request_header(req, "If-Match");
    if (!row)
        return false;
    if (!resource_sees(req, r))
        return err_set(err, ERR_FORBIDDEN, "resource.masked", "kind=%s", r->audit);
    if (r->may_change && !r->may_change(req, row, err))
        return false;
    if (!*revision && *tag)
        revision = tag + strspn(tag, "W/\"");
    if (*revision && strtol(revision, NULL, 10) != head_in(row)->revision)
        return err_set(err, ERR_CONFLICT, "resource.stale", "kind=%s", r->audit);
    if (!resource_store_delete(req, r, row, err))
        return false;
    if (req->api) {
        req->status = 204;
        return true;
    }
    reply_flash(req, arena_printf(req->arena, "%sを削除しました。", r->label),
                arena_printf(req->arena, "%s/%s/undelete", r->path, head_in(row)->id));
    return reply_redirect(req, "%s", r->home ? r->home(row, req->arena) : r->path);
}

bool resource_undelete(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    const char *id = request_param(req, "id");
    if (!resource_sees(req, r))
        return err_set(err, ERR_FORBIDDEN, "resource.masked", "kind=%s", r->audit);
    if (!resource_store_undelete(req, r, id, err))
        return false;
    if (req->api) {
        void *row = resource_load(req, r, err);
        return row && reply_record(req, 200, r->record, row);
    }
    reply_flash(req, "削除を取り消しました。", NULL);
    return reply_redirect(req, "%s/%s", r->path, id);
}
