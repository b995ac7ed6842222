/* consultation_import_pages.c -- choosing a ledger, telling its columns, looking at what would come, and the list of what came.
 */
#include "features/consultation/consultation_import_view.h"

#include "base/count.h"
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "features/account/account.h"
#include "web/job.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct crumb crumbs[] = {{"相談", "/consultations"}};
static const struct crumb run_crumbs[] = {{"相談", "/consultations"}, {"取り込み", "/consultations/imports"}};

/* Records are imported into the office one works in. */
static bool has_office(struct request *req, struct err *err)
{
    if (req->scope.kind == SCOPE_OFFICE && req->scope.sees_personal && *req->session->office_id)
        return true;
    return err_set(err, ERR_FORBIDDEN, "web.forbidden", "import without an office");
}

static bool show_start(struct request *req, const char *trouble)
{
    const struct import_start_view v = {.csrf = req->session->csrf, .trouble = trouble};
    const struct page page = {
        .title = "相談の台帳を取り込む", .section = "/consultations", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    if (*trouble)
        req->status = 422;
    return reply_page(req, &page, consultation_import_start_html, &v);
}

bool import_start_page(struct request *req, struct err *err)
{
    return has_office(req, err) && show_start(req, "");
}

/* -- the draft: a file whose columns are being told -------------------------------------------------------------------------- */

struct draft_row {
    const char *id, *path, *name_hash, *file_hash;
    struct import_mapping mapping;
};

struct draft_write {
    struct request *req;
    const struct draft_row *draft;
    const struct import_mapping *save; /* kept under its name, or NULL */
};

static bool insert_draft(struct db *db, void *arg, struct err *err)
{
    const struct draft_write *w = arg;
    struct arena *a = w->req->arena;
    struct audit_entry e = request_audit_entry(w->req, "import_draft", w->draft->id, "");
    return db_run(db, err,
                  "INSERT INTO import_draft (id, office_id, user_id, path, mapping, name_hash, file_hash, created_at)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                  TEXT(w->draft->id), TEXT(w->req->session->office_id), TEXT(w->req->session->user_id), TEXT(w->draft->path),
                  TEXT(import_mapping_json(&w->draft->mapping, a)), TEXT(w->draft->name_hash), TEXT(w->draft->file_hash),
                  TEXT(now_utc(a))) >= 0 &&
           audit_append(db, &e, err);
}

static bool update_draft(struct db *db, void *arg, struct err *err)
{
    const struct draft_write *w = arg;
    struct arena *a = w->req->arena;
    struct audit_entry e = {0};
    if (!w->save)
        e = request_audit_entry(w->req, "import_draft", w->draft->id, "");
    return db_run(db, err, "UPDATE import_draft SET mapping = $2 WHERE id = $1", TEXT(w->draft->id),
                  TEXT(import_mapping_json(&w->draft->mapping, a))) >= 0 &&
           (w->save ? import_mapping_save(db, w->req->session->office_id, w->save, w->req->session->user_id, a, err)
                    : audit_append(db, &e, err)); /* a start has its entry with the job */
}

static bool delete_draft(struct db *db, void *arg, struct err *err)
{
    return db_run(db, err, "DELETE FROM import_draft WHERE id = $1", TEXT(arg)) >= 0;
}

static bool delete_old_drafts(struct db *db, void *arg, struct err *err)
{
    return db_run(db, err, "DELETE FROM import_draft WHERE created_at < $1", TEXT(arg)) >= 0;
}

/* Files that were sent but not imported go after a day. */
static void tidy(struct request *req)
{
    struct err ignored = {0};
    char *before = utc_in_minutes(req->arena, -24 * 60);
    auto_rows *rows =
        db_query(req->db, req->arena, &ignored, "SELECT path FROM import_draft WHERE created_at < $1", TEXT(before));
    bool any = false;
    while (rows && rows_next(rows)) {
        unlink(rows_text(rows, 0));
        any = true;
    }
    if (any)
        store_write(app_store(req->app), delete_old_drafts, before, &ignored);
}

static bool find_draft(struct request *req, struct draft_row *d, struct err *err)
{
    const char *id = request_param(req, "id");
    auto_rows *rows = db_query(
        req->db, req->arena, err,
        "SELECT id, path, name_hash, file_hash, mapping FROM import_draft WHERE id = $1 AND office_id = $2 AND user_id = $3",
        TEXT(id), TEXT(req->session->office_id), TEXT(req->session->user_id));
    if (!rows)
        return false;
    if (!rows_next(rows))
        return rows_failed(rows) ? false : err_set(err, ERR_NOT_FOUND, "import.gone", "id=%s", id);
    *d = (struct draft_row){
        .id = rows_text(rows, 0), .path = rows_text(rows, 1), .name_hash = rows_text(rows, 2), .file_hash = rows_text(rows, 3)};
    request_audit_object(req, "import_draft", d->id, "");
    if (access(d->path, R_OK) || !import_mapping_read(&d->mapping, rows_text(rows, 4), req->arena))
        return err_set(err, ERR_NOT_FOUND, "import.gone", "id=%s", id);
    return true;
}

static const struct upload *given_file(const struct request *req)
{
    for (size_t i = 0; i < req->upload_count; i++)
        if (!strcmp(req->uploads[i].name, "file") && req->uploads[i].size)
            return &req->uploads[i];
    return NULL;
}

static bool keep_draft(struct request *req, const struct upload *file, struct draft_row *d, struct err *err)
{
    const char *slash = strrchr(file->path, '/');
    d->id = id_new(req->arena);
    d->path = arena_printf(req->arena, "%.*s/import-%s", slash ? (int)(slash - file->path) : 1, slash ? file->path : ".", d->id);
    d->name_hash = secret_hash(req->arena, file->file_name);
    d->file_hash = import_file_hash(file->path, req->arena);
    if (rename(file->path, d->path))
        return err_set(err, ERR_STORE_AWAY, "store.full", "rename");
    struct draft_write w = {.req = req, .draft = d};
    if (store_write(app_store(req->app), insert_draft, &w, err))
        return true;
    unlink(d->path);
    return false;
}

bool import_upload(struct request *req, struct err *err)
{
    struct draft_row d = {0};
    struct import_mapping saved;
    const char *const *samples;
    struct err why = {0};
    const struct upload *file = given_file(req);
    if (!has_office(req, err))
        return false;
    if (!file)
        return show_start(req, "ファイルが選ばれていないか、空です。取り込むファイルを選んでください。");
    tidy(req);
    if (!import_look(file->path, req->arena, &d.mapping, &samples, &why)) {
        if (why.kind == ERR_INPUT)
            return show_start(req, app_message(req->app, why.message));
        *err = why;
        return false;
    }
    if (import_mapping_find(req->db, req->session->office_id, NULL, import_headers_key(&d.mapping, req->arena), &saved,
                            req->arena, &why))
        import_mapping_take(&d.mapping, &saved);
    if (why.kind) {
        *err = why;
        return false;
    }
    return keep_draft(req, file, &d, err) && reply_redirect(req, "/consultations/import/%s", d.id);
}

/* -- telling columns, looking at rows ---------------------------------------------------------------------------------------- */

/* What of a sheet stands in one row of the preview: short, so that it can be read across. */
static const struct {
    const char *head, *field, *more; /* more: added in brackets */
    size_t characters;
} shown_cells[IMPORT_SHOWN_CELLS] = {
    {"受付", "received_at", NULL, 20},    {"相談者（方法）", "consulter_type", "channel", 14},
    {"利用者", "patient_name", NULL, 12}, {"介護保険対象", "is_ltci_subject", NULL, 6},
    {"内容", "content", NULL, 24},        {"概要", "summary", NULL, 16},
    {"対応", "response", NULL, 16},       {"結果", "outcome", NULL, 12},
};

struct previewing {
    struct request *req;
    struct import_mapping_view *view;
};

static const char *short_text(const struct import_row *row, const char *name, size_t characters)
{
    const struct field *f = field_find(&consultation_set, name);
    const char *at = row->sheet.received_at;
    if (f->type == FIELD_DATETIME && strlen(at) > 11)
        return arena_printf(row->arena, "%s %s", date_wareki_short(row->arena, date_from_iso(arena_strndup(row->arena, at, 10))),
                            at + 11);
    return text_cut(row->arena, field_display(f, &row->sheet, row->arena), characters);
}

static const char *shown_text(const struct import_row *row, size_t i, struct arena *a)
{
    const char *text = short_text(row, shown_cells[i].field, shown_cells[i].characters);
    const char *more = shown_cells[i].more ? short_text(row, shown_cells[i].more, shown_cells[i].characters) : "";
    return *more ? arena_printf(a, "%s（%s）", text, more) : arena_strdup(a, text);
}

static bool preview(void *arg, struct import_row *row, struct err *err)
{
    struct previewing *p = arg;
    struct import_mapping_view *v = p->view;
    (void)err;
    if (v->row_count == IMPORT_SHOWN_ROWS)
        return true;
    struct import_shown_row *shown = &v->rows[v->row_count++];
    *shown = (struct import_shown_row){.number = row->number, .reason = arena_strdup(p->req->arena, import_reason(row))};
    for (size_t i = 0; i < IMPORT_SHOWN_CELLS; i++)
        shown->cells[i] = shown_text(row, i, p->req->arena);
    return true;
}

static void show_defaults(struct request *req, struct import_mapping_view *v)
{
    v->defaults = NEW_ARRAY(req->arena, import_default_field_count, struct import_default);
    for (size_t i = 0; i < import_default_field_count; i++) {
        const struct field *f = field_find(&consultation_set, import_default_fields[i]);
        v->defaults[v->default_count++] =
            (struct import_default){f, code_list_find(f->codes), pairs_get(&v->mapping->defaults, f->name)};
    }
}

/* The same bytes were imported before and still stand. */
static const char *said_before(struct request *req, const struct draft_row *d)
{
    struct err ignored = {0};
    auto_rows *rows = db_query(
        req->db, req->arena, &ignored,
        "SELECT began_at, imported FROM import_run WHERE office_id = $1 AND file_hash = $2 AND state = 'done' AND imported > 0"
        " ORDER BY began_at DESC LIMIT 1",
        TEXT(req->session->office_id), TEXT(d->file_hash));
    if (!rows || !rows_next(rows))
        return "";
    return arena_printf(
        req->arena,
        "このファイルは%sに取り込み済みです（%"
        "lld件）。もう一度取り込んでも、同じ行は加わりません。列の対応を直すときは、先に前の取り込みを取り消してください。",
        utc_to_local_label(req->arena, rows_text(rows, 0)), rows_int(rows, 1));
}

static bool show_mapping(struct request *req, struct draft_row *d, const char *trouble, struct err *err)
{
    struct importing im;
    struct import_mapping guess;
    struct import_mapping_view *v = NEW(req->arena, struct import_mapping_view);
    const char **heads = NEW_ARRAY(req->arena, IMPORT_SHOWN_CELLS, const char *);
    for (size_t i = 0; i < IMPORT_SHOWN_CELLS; i++)
        heads[i] = shown_cells[i].head;
    *v = (struct import_mapping_view){.csrf = req->session->csrf,
                                      .id = d->id,
                                      .trouble = trouble,
                                      .said = said_before(req, d),
                                      .mapping = &d->mapping,
                                      .heads = heads,
                                      .year = ""};
    if (d->mapping.fiscal_year)
        v->year = arena_printf(req->arena, "%ld", d->mapping.fiscal_year);
    struct previewing p = {req, v};
    struct import_walk w = {.im = &im, .path = d->path, .each = preview, .arg = &p};
    importing_init(&im, &d->mapping, req->session->office_id, req->session->area_code, req->arena);
    struct err why = {0};
    if (!importing_read_staff(&im, req->db, err) || !import_look(d->path, req->arena, &guess, &v->samples, err))
        return false;
    if (!import_walk(&w, &why)) {
        if (why.kind == ERR_INPUT)
            return show_start(req, app_message(req->app, why.message));
        *err = why;
        return false;
    }
    v->read = w.rows, v->good = w.good, v->refused = w.refused;
    v->unknown = im.unknown, v->unknown_count = im.unknown_count, v->unknown_more = im.unknown_more;
    show_defaults(req, v);
    const struct page page = {.title = "取り込みの確認",
                              .section = "/consultations",
                              .wide = true,
                              .crumbs = run_crumbs,
                              .crumb_count = COUNT(run_crumbs)};
    if (*trouble)
        req->status = 422;
    return reply_page(req, &page, consultation_import_mapping_html, v);
}

bool import_mapping_page(struct request *req, struct err *err)
{
    struct draft_row d;
    return has_office(req, err) && find_draft(req, &d, err) && show_mapping(req, &d, "", err);
}

static bool is_code_of(const char *field, const char *code)
{
    const struct field *f = field_find(&consultation_set, field);
    return f && f->codes && (!strcmp(code, "-") || code_find(code_list_find(f->codes), code));
}

static void take_answers(struct request *req, struct import_mapping *m)
{
    const struct pairs *in = &req->body;
    struct arena *a = req->arena;
    for (size_t i = 0; i < m->count; i++) {
        const char *name = arena_printf(a, "c.%zu", i), *target = pairs_get(in, name);
        if (pairs_has(in, name))
            m->targets[i] = import_target_find(target) ? target : "";
    }
    for (size_t i = 0; i < IMPORT_UNKNOWN_MOST; i++) {
        const char *field = pairs_get(in, arena_printf(a, "vf.%zu", i)), *code = pairs_get(in, arena_printf(a, "vc.%zu", i));
        if (*code && is_code_of(field, code))
            import_mapping_value(m, field, pairs_get(in, arena_printf(a, "vt.%zu", i)), code);
    }
    for (size_t i = 0; i < import_default_field_count; i++) {
        const char *code = pairs_get(in, arena_printf(a, "default.%s", import_default_fields[i]));
        pairs_set(&m->defaults, import_default_fields[i], *code && is_code_of(import_default_fields[i], code) ? code : "");
    }
    const char *name = pairs_get(in, "name");
    m->name = text_cut(a, text_clean(a, name, strlen(name), true), 60);
    m->same_person = *pairs_get(in, "same_person");
}

/* "" when the answers can be used, else what is wrong. */
static const char *wrong_answer(struct request *req, struct import_mapping *m)
{
    const char *year = text_digits(req->arena, pairs_get(&req->body, "year")), *typed = pairs_get(&req->body, "year");
    m->fiscal_year = *year ? atol(year) : 0;
    if (*typed && (m->fiscal_year < 1989 || m->fiscal_year > 2200)) {
        m->fiscal_year = 0;
        return "年のない日付の年度を読めません。令和5年度なら2023のように、西暦4桁で入力してください。";
    }
    for (size_t i = 0; i < m->count; i++)
        for (size_t k = 0; k < i; k++)
            if (*m->targets[i] && !strcmp(m->targets[i], m->targets[k])) {
                const struct import_target *t = import_target_find(m->targets[i]);
                enum field_type type = field_find(&consultation_set, t->field)->type;
                if (type != FIELD_LONG_TEXT && type != FIELD_CODES && type != FIELD_ROWS)
                    return arena_printf(req->arena, "「%s」に2つの列が対応しています。どちらかを「使わない」にしてください。",
                                        import_target_label(t));
            }
    return "";
}

static bool start(struct request *req, struct draft_row *d, struct err *err)
{
    const char *job;
    auto_buf input = {0};
    struct json j;
    if (!*d->mapping.name)
        d->mapping.name = "相談台帳";
    struct draft_write w = {.req = req, .draft = d, .save = &d->mapping};
    if (!store_write(app_store(req->app), update_draft, &w, err))
        return false;
    json_init(&j, &input);
    json_open(&j, '{');
    json_pair(&j, "mapping", import_mapping_json(&d->mapping, req->arena));
    json_pair_int(&j, "all_or_nothing", !strcmp(pairs_get(&req->body, "mode"), "all"));
    json_pair(&j, "name_hash", d->name_hash);
    json_pair(&j, "file_hash", d->file_hash);
    json_close(&j, '}');
    struct err ignored = {0};
    if (!job_start(req, "consultation_import", "相談の取り込み", input.data, d->path, &job, err))
        return false;
    store_write(app_store(req->app), delete_draft, (void *)(uintptr_t)d->id, &ignored);
    return reply_redirect(req, "/jobs/%s", job);
}

bool import_mapping_post(struct request *req, struct err *err)
{
    struct draft_row d;
    if (!has_office(req, err) || !find_draft(req, &d, err))
        return false;
    take_answers(req, &d.mapping);
    const char *trouble = wrong_answer(req, &d.mapping);
    if (*trouble)
        return show_mapping(req, &d, trouble, err);
    if (!strcmp(pairs_get(&req->body, "do"), "run"))
        return start(req, &d, err);
    struct draft_write w = {.req = req, .draft = &d};
    return store_write(app_store(req->app), update_draft, &w, err) && reply_redirect(req, "/consultations/import/%s", d.id);
}

/* -- what came ------------------------------------------------------------------------------------------------------------- */

static struct import_run_line line_of(struct request *req, const struct rows *r)
{
    static const struct {
        const char *state, *label, *class;
    } states[] = {{"running", "▲取り込み中", "status-warn"},
                  {"done", "●終わりました", "status-ok"},
                  {"refused", "■取り込みませんでした", "status-late"},
                  {"failed", "■途中で止まりました", "status-late"},
                  {"undone", "■取り消しました", "status-late"}};
    const char *state = rows_text(r, 4), *user = rows_text(r, 2);
    struct import_run_line l = {.id = rows_text(r, 0),
                                .began = utc_to_local_label(req->arena, rows_text(r, 1)),
                                .person = *user ? account_display_name(req->db, user, req->arena) : "コマンド",
                                .mapping = rows_text(r, 3),
                                .state = "",
                                .state_class = "",
                                .read = (long)rows_int(r, 5),
                                .imported = (long)rows_int(r, 6),
                                .already = (long)rows_int(r, 7),
                                .refused = (long)rows_int(r, 8),
                                .undone = (long)rows_int(r, 9),
                                .kept = (long)rows_int(r, 10),
                                .undone_already = !strcmp(state, "undone")};
    for (size_t i = 0; i < COUNT(states); i++)
        if (!strcmp(states[i].state, state)) {
            l.state = states[i].label;
            l.state_class = states[i].class;
        }
    l.may_undo = (!strcmp(state, "done") || !strcmp(state, "failed")) && l.imported > 0;
    return l;
}

bool import_runs_page(struct request *req, struct err *err)
{
    enum { MOST = 50 };
    struct import_runs_view v = {.csrf = req->session->csrf, .runs = NEW_ARRAY(req->arena, MOST, struct import_run_line)};
    if (!has_office(req, err))
        return false;
    auto_rows *rows = db_query(
        req->db, req->arena, err,
        "SELECT id, began_at, user_id, mapping, state, rows_read, imported, already, refused, undone, kept FROM import_run"
        " WHERE office_id = $1 ORDER BY began_at DESC, id DESC LIMIT 50",
        TEXT(req->session->office_id));
    while (rows && v.count < MOST && rows_next(rows))
        v.runs[v.count++] = line_of(req, rows);
    const struct page page = {
        .title = "相談の取り込み", .section = "/consultations", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return rows && !rows_failed(rows) && reply_page(req, &page, consultation_import_runs_html, &v);
}

bool import_undo_post(struct request *req, struct err *err)
{
    const char *id = request_param(req, "id"), *job;
    struct err trouble = {0};
    if (!has_office(req, err))
        return false;
    const char *state = db_text(req->db, req->arena, &trouble, "SELECT state FROM import_run WHERE id = $1 AND office_id = $2",
                                TEXT(id), TEXT(req->session->office_id));
    request_audit_object(req, "import_run", id, "");
    if (trouble.kind) {
        *err = trouble;
        return false;
    }
    if (!state)
        return err_set(err, ERR_NOT_FOUND, "import.unknown_run", "id=%s", id);
    if (strcmp(state, "done") != 0 && strcmp(state, "failed") != 0)
        return err_set(err, ERR_CONFLICT, "import.cannot_undo", "id=%s state=%s", id, state);
    const char *input = arena_printf(req->arena, "{\"run\":\"%s\"}", id); /* an id that stands in the table: nothing to escape */
    return job_start(req, "consultation_import_undo", "取り込みの取り消し", input, NULL, &job, err) &&
           reply_redirect(req, "/jobs/%s", job);
}
