/* resource_save.c -- saving, deleting and their versions: one transaction each. */
#include "base/json.h"
#include "web/draft.h"
#include "web/resource.h"
#include "web/resource_inside.h"

#include <jansson.h>
#include <string.h>

/* Names of changed fields for the audit trail, and their old values for the version. */
struct change {
    struct buf names, before;
};

static void change_free(struct change *c)
{
    buf_free(&c->names);
    buf_free(&c->before);
}
#define auto_change __attribute__((cleanup(change_free))) struct change

static void find_changes(struct change *c, const struct resource *r, const void *old, const void *row, struct arena *a)
{
    struct json j;
    json_init(&j, &c->before);
    json_open(&j, '{');
    for (size_t i = 0; old && i < r->record->set->count; i++) {
        const struct field *f = &r->record->set->fields[i];
        const char *before = field_text(f, old, a);
        if (!strcmp(before, field_text(f, row, a)))
            continue;
        json_pair(&j, f->name, before);
        buf_printf(&c->names, "%s%s", c->names.size ? "," : "", f->name);
    }
    json_close(&j, '}');
}

static bool keep_version(struct db *db, const struct resource *r, const void *row, const char *user_id, const char *action,
                         const char *before, struct err *err)
{
    const struct record_head *h = head_in(row);
    return db_post_beside(db, err,
                          "INSERT INTO record_version (kind, id, revision, at, user_id, action, fields) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                          TEXT(r->audit), TEXT(h->id), INT(h->revision), TEXT(h->changed_at), TEXT(user_id), TEXT(action), TEXT(before));
}

static void count_facts(const struct resource *r, const void *row, struct facts *f, struct arena *a)
{
    facts_init(f, a);
    if (row)
        r->facts(row, f);
}

/* Old facts away, new ones in; in two steps only when the record moved to another office or area. */
static bool count_change(struct db *db, const struct resource *r, const void *old, const void *row, struct arena *a, struct err *err)
{
    if (!r->facts)
        return true;
    struct facts minus, plus;
    count_facts(r, old, &minus, a);
    count_facts(r, row, &plus, a);
    const struct record_head *before = old ? head_in(old) : NULL, *now = row ? head_in(row) : NULL;
    bool stays = before && now && !strcmp(before->office_id, now->office_id) && !strcmp(before->area_code, now->area_code);
    if (stays)
        return tally_apply(db, now->office_id, now->area_code, &minus, &plus, err);
    return (!before || tally_apply(db, before->office_id, before->area_code, &minus, NULL, err)) &&
           (!now || tally_apply(db, now->office_id, now->area_code, NULL, &plus, err));
}

static bool audit_change(struct db *db, const struct save *s, const char *user_id, const char *action, const char *detail, struct err *err)
{
    const struct record_head *h = head_in(s->row);
    struct audit_entry e = {.user_id = user_id, .office_id = h->office_id, .action = "", .object_kind = s->resource->audit,
                            .object_id = h->id, .detail = detail};
    if (s->req)
        e = request_audit_entry(s->req, s->resource->audit, h->id, detail);
    if (!*e.action)
        e.action = arena_printf(s->arena, "%s.%s", s->resource->audit, action);
    return audit_append(db, &e, err);
}

/* The head as record_update, record_delete and record_undelete leave it. */
static bool read_head(struct db *db, const struct resource *r, struct record_head *h, struct arena *a, struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add_values(&q, arena_printf(a, "SELECT revision, changed_at FROM %s WHERE id = ?", r->record->table), &TEXT(h->id), 1);
    auto_rows *rows = query_run(&q, db, a, err);
    if (!rows || !rows_next(rows))
        return rows && rows_failed(rows) ? false : err_set(err, ERR_NOT_FOUND, "record.not_found", "id=%s", h->id);
    h->revision = (long)rows_int(rows, 0);
    h->changed_at = rows_text(rows, 1);
    return true;
}

static bool write_row(struct db *db, const struct save *s, const char *user_id, struct err *err)
{
    struct record_head *h = head_of(s->row);
    if (!s->old)
        return record_insert(db, s->resource->record, s->row, user_id, s->arena, err);
    h->changed_by = user_id;
    return record_update(db, s->resource->record, s->row, user_id, s->arena, err) && read_head(db, s->resource, h, s->arena, err);
}

static bool save_steps(struct db *db, struct save *s, const char *user_id, struct err *err)
{
    const struct resource *r = s->resource;
    if ((r->compute && !r->compute(db, s, err)) || !write_row(db, s, user_id, err))
        return false;
    auto_change change = {0};
    find_changes(&change, r, s->old, s->row, s->arena);
    long revision = head_in(s->row)->revision;
    const char *detail = s->old ? arena_printf(s->arena, "fields=%s rev=%ld", change.names.size ? change.names.data : "", revision)
                                : arena_printf(s->arena, "new rev=%ld", revision);
    return count_change(db, r, s->old, s->row, s->arena, err) &&
           keep_version(db, r, s->row, user_id, s->old ? "save" : "create", change.before.data, err) &&
           (!r->after_save || r->after_save(db, s, err)) && draft_remove(db, user_id, r->audit, head_in(s->row)->id, err) &&
           audit_change(db, s, user_id, "save", detail, err);
}

/* What the caller holds as `old` is good when its revision is the one being replaced: the lock of record_update proves it. */
static bool find_old(struct db *db, struct save *s, struct err *err)
{
    long revision = head_in(s->row)->revision;
    if (!revision || (s->old && head_in(s->old)->revision == revision))
        return true;
    struct scope everything = SCOPE_EVERYTHING;
    void *old = resource_row(s->resource, s->arena);
    s->old = old;
    return record_find(db, s->resource->record, &everything, head_in(s->row)->id, old, s->arena, err);
}

static bool delete_steps(struct db *db, struct save *s, const char *user_id, struct err *err)
{
    const struct resource *r = s->resource;
    struct record_head *h = head_of(s->row);
    return record_delete(db, r->record, h->id, h->revision, user_id, s->arena, err) && read_head(db, r, h, s->arena, err) &&
           count_change(db, r, s->old, NULL, s->arena, err) && keep_version(db, r, s->row, user_id, "delete", "{}", err) &&
           (!r->after_save || r->after_save(db, s, err)) && draft_remove(db, user_id, r->audit, h->id, err) &&
           audit_change(db, s, user_id, "delete", arena_printf(s->arena, "rev=%ld", h->revision), err);
}

bool resource_save(struct db *db, struct save *s, const char *user_id, struct err *err)
{
    struct save work = *s;
    work.user_id = user_id;
    work.row = resource_copy(s->resource, s->row, s->arena);
    if (s->is_delete) {
        work.old = s->row;
        s->saved = work.row;
        return delete_steps(db, &work, user_id, err);
    }
    if (!head_in(work.row)->revision)
        work.old = NULL;
    if (!find_old(db, &work, err) || !save_steps(db, &work, user_id, err))
        return false;
    s->saved = work.row;
    return true;
}

struct task {
    struct request *req;
    const struct resource *resource;
    const void *row, *old;
    const char *id;
    const void *saved;
};

static bool run_save(struct db *db, void *arg, struct err *err)
{
    struct task *t = arg;
    struct save s = {.resource = t->resource, .req = t->req, .row = resource_copy(t->resource, t->row, t->req->arena), .old = t->old,
                     .arena = t->req->arena};
    if (!resource_save(db, &s, t->req->session->user_id, err))
        return false;
    t->saved = s.saved;
    return true;
}

bool resource_store(struct request *req, const struct resource *r, const void *row, const void *old, const void **ret_saved, struct err *err)
{
    struct task t = {.req = req, .resource = r, .row = row, .old = old};
    if (!store_write(app_store(req->app), run_save, &t, err))
        return false;
    *ret_saved = t.saved;
    return true;
}

static bool run_delete(struct db *db, void *arg, struct err *err)
{
    struct task *t = arg;
    struct save s = {.resource = t->resource, .req = t->req, .row = resource_copy(t->resource, t->old, t->req->arena), .arena = t->req->arena,
                     .is_delete = true};
    return resource_save(db, &s, t->req->session->user_id, err);
}

bool resource_store_delete(struct request *req, const struct resource *r, const void *old, struct err *err)
{
    struct task t = {.req = req, .resource = r, .old = old};
    return store_write(app_store(req->app), run_delete, &t, err);
}

static bool run_undelete(struct db *db, void *arg, struct err *err)
{
    struct task *t = arg;
    const struct resource *r = t->resource;
    struct arena *a = t->req->arena;
    const char *user_id = t->req->session->user_id;
    struct save s = {.resource = r, .req = t->req, .row = resource_row(r, a), .arena = a, .is_undelete = true};
    /* Found only after it stands again; out of scope it is not found and the whole write is undone. */
    return record_undelete(db, r->record, t->id, user_id, a, err) &&
           record_find(db, r->record, resource_scope(t->req, r), t->id, s.row, a, err) &&
           (!r->may_change || r->may_change(t->req, s.row, err)) && count_change(db, r, NULL, s.row, a, err) &&
           keep_version(db, r, s.row, user_id, "undelete", "{}", err) && (!r->after_save || r->after_save(db, &s, err)) &&
           audit_change(db, &s, user_id, "undelete", arena_printf(a, "rev=%ld", head_in(s.row)->revision), err);
}

bool resource_store_undelete(struct request *req, const struct resource *r, const char *id, struct err *err)
{
    struct task t = {.req = req, .resource = r, .id = id};
    return store_write(app_store(req->app), run_undelete, &t, err);
}

static void add_older(struct pairs *base, const char *fields)
{
    json_t *object = json_loads(fields, 0, NULL);
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
        if (!pairs_has(base, name) && json_is_string(value))
            pairs_add(base, name, json_string_value(value));
    json_decref(object);
}

bool resource_base(struct request *req, const struct resource *r, const void *now, long revision, struct pairs *ret_base, struct err *err)
{
    pairs_init(ret_base, req->arena);
    auto_rows *rows = db_query(req->db, req->arena, err,
                               "SELECT fields FROM record_version WHERE kind = $1 AND id = $2 AND revision > $3 ORDER BY revision",
                               TEXT(r->audit), TEXT(head_in(now)->id), INT(revision));
    while (rows && rows_next(rows))
        add_older(ret_base, rows_text(rows, 0));
    if (!rows || rows_failed(rows))
        return false;
    for (size_t i = 0; i < r->record->set->count; i++) {
        const struct field *f = &r->record->set->fields[i];
        if (!pairs_has(ret_base, f->name))
            pairs_add(ret_base, f->name, field_text(f, now, req->arena));
    }
    return true;
}

/* Recount: every standing row's facts again, a thousand rows at a time, gathered by office and area so that each costs one statement. */

enum { RECOUNT_ROWS = 1000 };

struct office_facts {
    const char *office_id, *area_code;
    struct facts facts;
};
struct recount {
    struct arena *arena;
    struct office_facts offices[RECOUNT_ROWS];
    size_t count;
};

static struct facts *facts_of(struct recount *c, const struct record_head *h)
{
    for (size_t i = 0; i < c->count; i++)
        if (!strcmp(c->offices[i].office_id, h->office_id) && !strcmp(c->offices[i].area_code, h->area_code))
            return &c->offices[i].facts;
    struct office_facts *o = &c->offices[c->count++];
    *o = (struct office_facts){.office_id = h->office_id, .area_code = h->area_code};
    facts_init(&o->facts, c->arena);
    return &o->facts;
}

/* One batch after the id `from`; `ret_last` "" when there was none. */
static bool recount_batch(struct db *db, const struct resource *r, const char *from, struct recount *c, const char **ret_last,
                          const struct resource_facts_sink *sink, struct err *err)
{
    long long seen = 0;
    struct query q;
    query_init(&q, c->arena);
    record_select(&q, r->record);
    query_add(&q, " AND c.id > ? ORDER BY c.id LIMIT ?", TEXT(from), INT(RECOUNT_ROWS));
    auto_rows *rows = query_run(&q, db, c->arena, err);
    const char *last = "";
    for (; rows && rows_next(rows); seen++) {
        void *row = resource_row(r, c->arena);
        record_read(rows, r->record, row, c->arena);
        r->facts(row, facts_of(c, head_in(row)));
        last = head_in(row)->id;
    }
    if (!rows || rows_failed(rows))
        return false;
    for (size_t i = 0; i < c->count; i++)
        if (!sink->facts(sink->arg, c->offices[i].office_id, c->offices[i].area_code, &c->offices[i].facts, err))
            return false;
    *ret_last = last;
    return !sink->batch || sink->batch(sink->arg, seen, err);
}

bool resource_facts(struct db *db, const struct resource *r, const struct resource_facts_sink *sink, struct err *err)
{
    if (!r->facts)
        return true;
    auto_arena *keep = arena_new(), *step = arena_new();
    for (const char *from = "", *last;;) {
        struct recount *c = NEW(step, struct recount);
        c->arena = step;
        if (!recount_batch(db, r, from, c, &last, sink, err))
            return false;
        if (!*last)
            return true;
        from = arena_strdup(keep, last);
        arena_reset(step);
    }
}

static bool apply_facts(void *arg, const char *office_id, const char *area_code, const struct facts *f, struct err *err)
{
    return tally_apply(arg, office_id, area_code, NULL, f, err);
}

bool resource_recount(struct db *db, const struct resource *r, struct err *err)
{
    auto_arena *a = arena_new();
    const struct resource_facts_sink sink = {.facts = apply_facts, .arg = db};
    return !r->facts || (tally_clear(db, arena_printf(a, "%s.", r->audit), err) && resource_facts(db, r, &sink, err));
}
