/* resource_form.c -- new, edit and save: the form, what was typed in it, and two people saving at once. */
#include "base/id.h"
#include "base/json.h"
#include "web/app_private.h"
#include "web/draft.h"
#include "web/html.h"
#include "web/resource_inside.h"
#include "web/resource_view.h"

#include <stdlib.h>
#include <string.h>

static bool show_form(struct request *req, const struct resource *r, struct resource_form_view *v, int status)
{
    bool is_new = !v->form.revision;
    struct arena *a = req->arena;
    v->resource = r;
    v->csrf = req->session->csrf;
    v->form.req = req;
    v->form.set = r->record->set;
    v->form.action = is_new ? r->path : arena_printf(a, "%s/%s", r->path, v->form.id);
    v->form.draft = arena_printf(a, "%s/%s", r->audit, v->form.id);
    const char *title = is_new ? arena_printf(a, "新しい%s", r->label) : arena_printf(a, "%sの変更", resource_title(r, v->form.row, a));
    struct page page = resource_page(req, r, title, is_new ? NULL : v->form.theirs ? v->form.theirs : v->form.row);
    page.wide = r->form_aside != NULL;
    req->status = status;
    return reply_page(req, &page, resource_form_html, v);
}

void resource_form_fields(struct buf *out, const struct resource_form_view *v)
{
    form_begin(out, &v->form);
    if (v->resource->form_body)
        v->resource->form_body(out, &v->form);
    else
        form_all(out, &v->form);
    form_end(out, &v->form);
}

static bool may_change(struct request *req, const struct resource *r, const void *row, struct err *err)
{
    if (!resource_sees(req, r))
        return err_set(err, ERR_FORBIDDEN, "resource.masked", "kind=%s", r->audit);
    return !r->may_change || r->may_change(req, row, err);
}

/* The write this route is for did not happen: there is nothing to tell in the audit trail. */
static void wrote_nothing(struct request *req)
{
    req->audit->appended = true;
}

/* A button inside the form was pressed (探す, 行を追加): the form again, with what was asked for. */
static bool show_more(struct request *req, const struct resource *r, struct resource_form_view *v)
{
    wrote_nothing(req);
    return show_form(req, r, v, 200);
}

/* New forms. */

static void *new_row(struct request *req, const struct resource *r)
{
    void *row = resource_row(r, req->arena);
    struct record_head *h = head_of(row);
    h->id = id_new(req->arena);
    h->office_id = req->scope.office_id ? req->scope.office_id : "";
    h->area_code = req->scope.area_code ? req->scope.area_code : "";
    return row;
}

static bool is_copied(const struct field *f, bool same_office)
{
    return !(f->flags & (FIELD_COMPUTED | FIELD_NO_COPY)) && (same_office || !(f->flags & FIELD_PERSONAL));
}

/* The newest record that this user wrote for the office. */
static bool find_last(struct request *req, const struct resource *r, void *source, bool *ret_found, struct err *err)
{
    struct query q;
    query_init(&q, req->arena);
    record_select(&q, r->record);
    query_scope_ordered_alias(&q, resource_scope(req, r), "c");
    query_add(&q, " AND c.created_by = ?", TEXT(req->session->user_id));
    query_add_values(&q, r->order, NULL, 0);
    query_add(&q, " LIMIT 1");
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    *ret_found = rows && rows_next(rows);
    if (*ret_found)
        record_read(rows, r->record, source, req->arena);
    return rows && !rows_failed(rows);
}

/* ?from=last: only what stays the same from one record to the next, nothing about the last one's person. */
static bool copy_last(struct request *req, const struct resource *r, void *row, const char **ret_sentence, struct err *err)
{
    void *source = resource_row(r, req->arena);
    bool found;
    if (!find_last(req, r, source, &found, err))
        return false;
    for (size_t i = 0; found && i < r->record->set->count; i++) {
        const struct field *f = &r->record->set->fields[i];
        if (*r->copies_last ? codes_has(r->copies_last, f->name) : is_copied(f, true))
            field_set_text(f, row, field_text(f, source, req->arena), req->arena);
    }
    *ret_sentence = found ? "前に書いた記録を写しました。日付と、変わるところを直してください。" : "写せる記録がまだありません。";
    return true;
}

/* ?from=ID: persons' data only travels within the office that holds it. */
static bool copy_from(struct request *req, const struct resource *r, void *row, struct err *err)
{
    const char *from = request_query(req, "from");
    if (!*from)
        return true;
    void *source = resource_row(r, req->arena);
    if (!record_find(req->db, r->record, resource_scope(req, r), from, source, req->arena, err))
        return false;
    bool same_office = req->scope.sees_personal && !strcmp(head_in(source)->office_id, head_in(row)->office_id);
    for (size_t i = 0; i < r->record->set->count; i++) {
        const struct field *f = &r->record->set->fields[i];
        if (is_copied(f, same_office))
            field_set_text(f, row, field_text(f, source, req->arena), req->arena);
    }
    return true;
}

/* Links may fill in what is not about a person: ?received_on=2024-11-30. */
static void prefill(struct request *req, const struct resource *r, void *row)
{
    for (size_t i = 0; i < r->record->set->count; i++) {
        const struct field *f = &r->record->set->fields[i];
        const char *text = request_query(req, f->name);
        struct pairs one;
        struct problems ignored;
        void *trial = resource_copy(r, row, req->arena);
        if (!*text || f->flags & (FIELD_COMPUTED | FIELD_PERSONAL) || f->type == FIELD_ROWS)
            continue;
        pairs_init(&one, req->arena);
        pairs_add(&one, f->name, text);
        problems_init(&ignored, req->arena);
        field_parse_partial(r->record->set, &one, req->today, trial, req->arena, &ignored);
        if (!problem_of(&ignored, f->name))
            field_set_text(f, row, field_text(f, trial, req->arena), req->arena);
    }
}

static void take_draft(struct request *req, struct resource_form_view *v, const struct draft *d)
{
    struct pairs *typed = NEW(req->arena, struct pairs);
    *typed = d->typed;
    v->form.typed = typed;
    v->form.draft_saved_at = d->saved_at;
}

/* A draft asked for by name fills the form; the newest one of this kind is offered. */
static bool draft_for_new(struct request *req, const struct resource *r, struct resource_form_view *v, struct err *err)
{
    const char *asked = request_query(req, "draft");
    struct draft d = {0};
    struct err missing = {0};
    if (*asked && draft_find(req->db, req->session->user_id, r->audit, asked, req->arena, &d, &missing)) {
        take_draft(req, v, &d);
        v->form.id = d.id;
    } else if (missing.kind && missing.kind != ERR_NOT_FOUND) {
        *err = missing;
        return false;
    } else if (!*asked && draft_newest(req->db, req->session->user_id, r->audit, req->arena, &d, &missing)) {
        v->draft_id = d.id;
        v->draft_at = d.saved_at;
        v->draft_url = draft_url(req, &d);
    }
    return true;
}

bool resource_new_page(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    void *row = new_row(req, r);
    if (r->defaults)
        r->defaults(req, row);
    struct resource_form_view v = {.form = {.row = row, .id = head_in(row)->id}};
    bool last = r->copies_last && !strcmp(request_query(req, "from"), "last");
    if (!(last ? copy_last(req, r, row, &v.copied, err) : copy_from(req, r, row, err)) || !may_change(req, r, row, err))
        return false;
    prefill(req, r, row);
    if (r->copies_last && !*request_query(req, "from") && !*request_query(req, "draft"))
        v.last_url = arena_printf(req->arena, "%s/new?from=last", r->path);
    return draft_for_new(req, r, &v, err) && show_form(req, r, &v, 200);
}

bool resource_edit_page(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    void *row = resource_load(req, r, err);
    struct draft d = {0};
    struct err missing = {0};
    if (!row || !may_change(req, r, row, err))
        return false;
    struct resource_form_view v = {.form = {.row = row, .id = head_in(row)->id, .revision = head_in(row)->revision}};
    if (draft_find(req->db, req->session->user_id, r->audit, head_in(row)->id, req->arena, &d, &missing)) {
        if (*request_query(req, "draft")) {
            take_draft(req, &v, &d);
            v.form.revision = strtol(pairs_get(&d.typed, "revision"), NULL, 10);
        } else {
            v.draft_id = d.id;
            v.draft_at = d.saved_at;
            v.draft_url = draft_url(req, &d);
        }
    } else if (missing.kind && missing.kind != ERR_NOT_FOUND) {
        *err = missing;
        return false;
    }
    return show_form(req, r, &v, 200);
}

/* Saving. */

struct saving {
    struct request *req;
    const struct resource *resource;
    void *row;              /* as typed */
    const void *old;        /* as stored, NULL on create */
    struct problems problems;
    struct resource_form_view view;
};

static void begin_saving(struct saving *s, struct request *req, const void *old, void *row)
{
    const struct resource *r = req->route->resource;
    *s = (struct saving){.req = req, .resource = r, .row = row, .old = old};
    problems_init(&s->problems, req->arena);
    s->view.form = (struct form){.req = req, .set = r->record->set, .row = row, .typed = &req->body, .id = head_in(row)->id,
                                 .revision = head_in(row)->revision};
}

/* What was chosen in a conflict: the other person's value, whatever stands in the field. */
static void take_theirs(struct saving *s)
{
    struct problems kept;
    problems_init(&kept, s->req->arena);
    for (size_t i = 0; s->old && i < s->resource->record->set->count; i++) {
        const struct field *f = &s->resource->record->set->fields[i];
        if (!strcmp(pairs_get(&s->req->body, arena_printf(s->req->arena, "choose.%s", f->name)), "theirs"))
            field_set_text(f, s->row, field_text(f, s->old, s->req->arena), s->req->arena);
    }
    for (size_t i = 0; i < s->problems.count; i++) {
        const char *name = s->problems.items[i].field;
        if (strcmp(pairs_get(&s->req->body, arena_printf(s->req->arena, "choose.%s", name)), "theirs"))
            problem_add(&kept, name, "%s", s->problems.items[i].sentence);
    }
    s->problems = kept;
}

/* One sentence a field: a reference that was not chosen need not be called missing as well. */
static void parse(struct saving *s, bool partial)
{
    struct pairs in;
    struct problems unchosen, found;
    pairs_init(&in, s->req->arena);
    for (size_t i = 0; i < s->req->body.count; i++)
        pairs_add(&in, s->req->body.items[i].name, s->req->body.items[i].value);
    problems_init(&unchosen, s->req->arena);
    problems_init(&found, s->req->arena);
    form_gather(s->req, s->resource->record->set, &in, &unchosen);
    (partial ? field_parse_partial : field_parse)(s->resource->record->set, &in, s->req->today, s->row, s->req->arena, &found);
    for (size_t i = 0; i < found.count; i++)
        if (!problem_of(&unchosen, found.items[i].field))
            problem_add(&s->problems, found.items[i].field, "%s", found.items[i].sentence);
    for (size_t i = 0; i < unchosen.count; i++)
        problem_add(&s->problems, unchosen.items[i].field, "%s", unchosen.items[i].sentence);
    take_theirs(s);
}

static bool refuse(struct saving *s)
{
    if (s->req->api)
        return reply_problems(s->req, &s->problems);
    s->view.form.problems = &s->problems;
    return show_form(s->req, s->resource, &s->view, 422);
}

/* The API's answer to a stale save: the sentence and the revision to start from. */
static bool conflict_json(struct saving *s, const void *now)
{
    struct request *req = s->req;
    struct json j;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair(&j, "type", "about:blank");
    json_pair_int(&j, "status", 409);
    json_pair(&j, "title", "先に変更されています");
    json_pair(&j, "detail", app_message(req->app, "resource.stale"));
    json_pair_int(&j, "revision", head_in(now)->revision);
    json_key(&j, "current");
    record_json(&j, req, s->resource->record, now);
    json_close(&j, '}');
    reply_header(req, "ETag", arena_printf(req->arena, "\"%ld\"", head_in(now)->revision));
    req->status = 409;
    req->content_type = "application/problem+json";
    return true;
}

/* Both versions side by side; what is sent next replaces the version shown. */
static bool show_conflict(struct saving *s, const void *now, struct err *err)
{
    struct request *req = s->req;
    if (req->api)
        return conflict_json(s, now);
    struct pairs base;
    if (!resource_base(req, s->resource, now, head_in(s->row)->revision, &base, err))
        return false;
    struct form *f = &s->view.form;
    f->theirs = now;
    f->theirs_by = resource_person(req, head_in(now)->changed_by);
    f->theirs_at = utc_to_local_label(req->arena, head_in(now)->changed_at);
    f->base = &base;
    f->id = head_in(now)->id;
    f->revision = head_in(now)->revision;
    f->problems = s->problems.count ? &s->problems : NULL;
    return show_form(req, s->resource, &s->view, 409);
}

static bool find_now(struct saving *s, const char *id, void **ret_now, struct err *err)
{
    *ret_now = resource_row(s->resource, s->req->arena);
    return record_find(s->req->db, s->resource->record, resource_scope(s->req, s->resource), id, *ret_now, s->req->arena, err);
}

static bool reply_saved(struct saving *s, const void *saved, int status)
{
    struct request *req = s->req;
    const char *id = head_in(saved)->id;
    if (req->api) {
        if (status == 201)
            reply_header(req, "Location", arena_printf(req->arena, "/api/v1%s/%s", s->resource->path, id));
        return reply_record(req, status, s->resource->record, saved);
    }
    reply_flash(req, "保存しました。", NULL);
    return reply_redirect(req, "%s", resource_home(s->resource, saved, req->arena));
}

/* The same form sent twice says the same; what the program computes may differ. */
static bool says_the_same(const struct saving *s, const void *now)
{
    for (size_t i = 0; i < s->resource->record->set->count; i++) {
        const struct field *f = &s->resource->record->set->fields[i];
        const char *typed = field_text(f, s->row, s->req->arena);
        if (f->flags & FIELD_COMPUTED || (f->flags & FIELD_FILLED && !*typed))
            continue;
        if (strcmp(typed, field_text(f, now, s->req->arena)) != 0)
            return false;
    }
    return !strcmp(head_in(now)->created_by, s->req->session->user_id);
}

/* A double click or the back button: the record is there already. */
static bool meet_existing(struct saving *s, struct err *err)
{
    void *now;
    struct err missing = {0};
    if (!find_now(s, head_in(s->row)->id, &now, &missing))
        return err_set(err, missing.kind == ERR_NOT_FOUND ? ERR_CONFLICT : missing.kind, "resource.id_taken", "kind=%s", s->resource->audit);
    if (says_the_same(s, now)) {
        wrote_nothing(s->req);
        return reply_saved(s, now, 200);
    }
    return show_conflict(s, now, err);
}

/* A refusal that knows its field is shown beside it. */
static bool refuse_field(struct saving *s, const struct err *err)
{
    problem_add(&s->problems, err->field, "%s", app_message(s->req->app, err->message));
    return refuse(s);
}

static bool store(struct saving *s, struct err *err)
{
    const void *saved = NULL;
    void *now;
    struct err failed = {0};
    if (resource_store(s->req, s->resource, s->row, s->old, &saved, &failed))
        return reply_saved(s, saved, s->old ? 200 : 201);
    if (failed.kind == ERR_CONFLICT && failed.message && !strcmp(failed.message, "record.exists"))
        return meet_existing(s, err);
    if (failed.kind == ERR_CONFLICT && failed.message && !strcmp(failed.message, "record.stale"))
        return find_now(s, head_in(s->row)->id, &now, err) && show_conflict(s, now, err);
    if (failed.kind == ERR_INPUT && failed.field)
        return refuse_field(s, &failed);
    *err = failed;
    return false;
}

bool resource_create(struct request *req, struct err *err)
{
    const struct resource *r = req->route->resource;
    void *row = new_row(req, r);
    const char *id = pairs_get(&req->body, "id");
    struct saving s;
    if (*id && !id_is_valid(id))
        return err_set(err, ERR_INPUT, "resource.bad_id", "kind=%s", r->audit);
    if (*id)
        head_of(row)->id = id;
    if (!may_change(req, r, row, err))
        return false;
    begin_saving(&s, req, NULL, row);
    if (!req->api && form_asks_more(req, &s.view.form))
        return show_more(req, r, &s.view);
    parse(&s, false);
    if (s.problems.count)
        return refuse(&s);
    return may_change(req, r, row, err) && store(&s, err);
}

/* The revision the change started from: in the form, or as If-Match.  0 when it was not said. */
static long revision_of(const struct request *req)
{
    const char *text = pairs_get(&req->body, "revision"), *tag = request_header(req, "If-Match");
    if (!*text && *tag)
        text = tag + strspn(tag, "W/\"");
    return strtol(text, NULL, 10);
}

static bool update(struct request *req, bool partial, struct err *err)
{
    const struct resource *r = req->route->resource;
    const void *old = resource_load(req, r, err);
    struct saving s;
    if (!old || !may_change(req, r, old, err))
        return false;
    void *row = partial ? resource_copy(r, old, req->arena) : resource_row(r, req->arena);
    *head_of(row) = *head_in(old);
    for (size_t i = 0; i < r->record->set->count; i++)
        if (r->record->set->fields[i].flags & FIELD_COMPUTED)
            field_set_text(&r->record->set->fields[i], row, field_text(&r->record->set->fields[i], old, req->arena), req->arena);
    head_of(row)->revision = revision_of(req);
    if (head_in(row)->revision < 1)
        return err_set(err, ERR_INPUT, "resource.no_revision", "kind=%s", r->audit);
    begin_saving(&s, req, old, row);
    if (!req->api && form_asks_more(req, &s.view.form))
        return show_more(req, r, &s.view);
    parse(&s, partial);
    if (head_in(row)->revision != head_in(old)->revision)
        return show_conflict(&s, old, err);
    if (s.problems.count)
        return refuse(&s);
    return may_change(req, r, row, err) && store(&s, err);
}

bool resource_update(struct request *req, struct err *err)
{
    return update(req, false, err);
}

bool resource_patch(struct request *req, struct err *err)
{
    return update(req, true, err);
}
