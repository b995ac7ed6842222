/* facility_correction_pages.c -- on an entry's page: what an office said otherwise than published, and the way back. */
#include "features/account/account.h"
#include "features/audience/audience.h"
#include "features/facility/facility.h"
#include "features/facility/facility_correction_view.h"
#include "features/facility/facility_pages.h"
#include "web/request.h"

#include <string.h>

page_body_fn facility_correction_panel_html;

static const char *words(const struct field *f, const char *stored, struct arena *a)
{
    struct facility row;
    field_clear(&facility_corrected_set, memset(&row, 0, sizeof row));
    field_set_text(f, &row, stored, a);
    const char *text = *stored ? field_display(f, &row, a) : "";
    return *text ? text : "（空欄）";
}

bool facility_correction_panel(struct buf *out, struct request *req, const char *id, struct err *err)
{
    struct arena *a = req->arena;
    struct facility_corrected *list;
    struct audience who;
    size_t count;
    if (!facility_corrections(req->db, id, a, &list, &count, err) || !audience_open(req->db, audience_of(req->session), a, &who, err))
        return false;
    struct correction_line *lines = NEW_ARRAY(a, count + 1, struct correction_line);
    struct correction_panel_view v = {.csrf = req->session->csrf, .id = id, .labels = "", .lines = lines,
                                      .is_public = !strncmp(req->path, "/directory", strlen("/directory")), .may_undo = request_may(req, PERM_DIRECTORY_WRITE)};
    for (size_t i = 0; i < count; i++) {
        const struct facility_corrected *c = &list[i];
        if (!audience_sees(&who, c->field->name))
            continue;
        v.labels = arena_printf(a, "%s%s%s", v.labels, v.count ? "、" : "", c->field->label);
        lines[v.count++] = (struct correction_line){c->field->name, c->field->label, words(c->field, c->value, a), words(c->field, c->published, a),
                                                    arena_printf(a, "%s　%s", utc_to_local_label(a, c->corrected_at),
                                                                 account_display_name(req->db, c->corrected_by, a))};
    }
    if (v.count)
        facility_correction_panel_html(out, &v);
    return true;
}

struct undoing {
    struct request *req;
    const char *id, *field, *published;
};

static bool write_undo(struct db *db, void *arg, struct err *err)
{
    const struct undoing *u = arg;
    auto_arena *a = arena_new();
    struct audit_entry e = request_audit_entry(u->req, "facility", u->id, arena_printf(u->req->arena, "field=%s", u->field));
    return facility_correct(db, u->id, u->field, u->published, u->req->session->user_id, a, err) && audit_append(db, &e, err);
}

bool facility_correction_undo_post(struct request *req, struct err *err)
{
    struct undoing u = {.req = req, .id = request_param(req, "id"), .field = request_param(req, "field")};
    struct facility_corrected *list;
    size_t count;
    if (!facility_corrections(req->db, u.id, req->arena, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i].field->name, u.field))
            u.published = list[i].published;
    if (!u.published)
        return err_set(err, ERR_NOT_FOUND, "facility.no_correction", "field=%.20s", u.field);
    if (!store_write(app_store(req->app), write_undo, &u, err))
        return false;
    reply_flash(req, "公開データの内容に戻しました。", NULL);
    return reply_redirect(req, "/facilities/%s", u.id);
}
