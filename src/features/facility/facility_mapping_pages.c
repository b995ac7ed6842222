/* facility_mapping_pages.c -- telling the columns of a municipality's own layout; the list of what was told. */
#include "base/code_list.h"
#include "base/count.h"
#include "base/json.h"
#include "base/text.h"
#include "features/area/area.h"
#include "features/facility/facility_import.h"
#include "features/facility/facility_import_pages.h"
#include "features/facility/facility_import_view.h"
#include "features/facility/facility_upload.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 200, MOST_PREFECTURES = 60 };
static const struct crumb crumbs[] = {{"資源", "/facilities"}, {"取り込み", "/facilities/imports"}};

struct editing {
    struct facility_upload upload;
    long file;
    struct facility_head head;
};

static bool find_file(struct request *req, struct editing *e, struct err *err)
{
    if (!facility_upload_find(req->db, request_param(req, "id"), req->session->user_id, req->arena, &e->upload, err))
        return false;
    e->file = atol(request_param(req, "file"));
    if (e->file < 0 || (size_t)e->file >= e->upload.file_count)
        return err_set(err, ERR_NOT_FOUND, "facility.unknown_upload", "file=%ld", e->file);
    return facility_head_read(e->upload.files[e->file].path, req->arena, &e->head, err);
}

/* Each item once: a second column of the same guess is left to the person. */
static void guess_all(struct request *req, const struct editing *e, enum facility_column *chosen)
{
    bool taken[COLUMN__COUNT + 1] = {false};
    for (size_t i = 0; i < e->head.count && i < MOST_COLUMNS; i++) {
        chosen[i] = facility_column_guess(e->head.headers[i], req->arena);
        if (taken[chosen[i]])
            chosen[i] = COLUMN__COUNT;
        taken[chosen[i]] = chosen[i] != COLUMN__COUNT;
    }
}

static const struct import_choice *column_choices(struct request *req, enum facility_column chosen, size_t *ret_count)
{
    struct import_choice *choices = NEW_ARRAY(req->arena, COLUMN__COUNT + 1, struct import_choice);
    choices[0] = (struct import_choice){"", "使わない", chosen == COLUMN__COUNT};
    for (int i = 0; i < COLUMN__COUNT; i++)
        choices[i + 1] = (struct import_choice){facility_column_field((enum facility_column)i), facility_column_label((enum facility_column)i), (int)chosen == i};
    *ret_count = COLUMN__COUNT + 1;
    return choices;
}

static bool prefecture_choices(struct request *req, const char *chosen, struct import_columns_view *v, struct err *err)
{
    struct area *areas;
    size_t count;
    if (!area_children(req->db, "", req->arena, &areas, &count, err))
        return false;
    struct import_choice *choices = NEW_ARRAY(req->arena, count + 1, struct import_choice);
    choices[0] = (struct import_choice){"", "住所に書かれています", !*chosen};
    for (size_t i = 0; i < count; i++)
        choices[i + 1] = (struct import_choice){areas[i].name, areas[i].name, !strcmp(chosen, areas[i].name)};
    v->prefectures = choices;
    v->prefecture_count = count + 1;
    return true;
}

static void kind_choices(struct request *req, const char *chosen, struct import_columns_view *v)
{
    const struct code_list *list = code_list_find("facility_kind");
    struct import_choice *choices = NEW_ARRAY(req->arena, list->count + 1, struct import_choice);
    choices[0] = (struct import_choice){"", "行に書かれています", !*chosen};
    for (size_t i = 0; i < list->count; i++)
        choices[i + 1] = (struct import_choice){list->codes[i].code, list->codes[i].label, !strcmp(chosen, list->codes[i].code)};
    v->kinds = choices;
    v->kind_count = list->count + 1;
}

static const char *joined(struct request *req, const char *const *samples)
{
    const char *all = "";
    for (size_t i = 0; i < 3; i++)
        if (*samples[i])
            all = arena_printf(req->arena, "%s%s%s", all, *all ? "／" : "", samples[i]);
    return all;
}

static bool show_columns(struct request *req, const struct editing *e, const enum facility_column *chosen, const char *name, const char *prefecture,
                         const char *kind, const char *trouble, struct err *err)
{
    size_t count = e->head.count < MOST_COLUMNS ? e->head.count : MOST_COLUMNS;
    struct import_column_line *lines = NEW_ARRAY(req->arena, count + 1, struct import_column_line);
    for (size_t i = 0; i < count; i++) {
        lines[i] = (struct import_column_line){.header = e->head.headers[i], .samples = joined(req, e->head.samples[i])};
        lines[i].choices = column_choices(req, chosen[i], &lines[i].choice_count);
    }
    struct import_columns_view v = {.csrf = req->session->csrf, .id = e->upload.id, .file = e->file, .trouble = trouble, .name = name, .columns = lines,
                                    .column_count = count};
    kind_choices(req, kind, &v);
    if (!prefecture_choices(req, prefecture, &v, err))
        return false;
    if (*trouble)
        req->status = 422;
    const struct page page = {.title = "列の対応を決める", .section = "/facilities", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, facility_import_columns_html, &v);
}

bool facility_import_columns_page(struct request *req, struct err *err)
{
    struct editing e;
    enum facility_column chosen[MOST_COLUMNS];
    if (!find_file(req, &e, err))
        return false;
    guess_all(req, &e, chosen);
    const char *name = e.upload.files[e.file].name, *dot = strrchr(name, '.');
    return show_columns(req, &e, chosen, text_cut(req->arena, dot ? arena_strndup(req->arena, name, (size_t)(dot - name)) : name, 59), "", "", "", err);
}

/* "" when the answers can be used. */
static const char *wrong_answer(struct request *req, const struct editing *e, const enum facility_column *chosen, const char *name)
{
    long count[COLUMN__COUNT + 1] = {0};
    for (size_t i = 0; i < e->head.count && i < MOST_COLUMNS; i++)
        count[chosen[i]]++;
    for (int i = 0; i < COLUMN__COUNT; i++)
        if (count[i] > 1)
            return arena_printf(req->arena, "「%s」に2つの列が対応しています。どちらかを「使わない」にしてください。", facility_column_label((enum facility_column)i));
    if (!count[COLUMN_NAME])
        return "「名称」の列を選んでください。";
    return *name ? "" : "この対応の名前を入力してください。";
}

struct saving {
    struct request *req;
    const char *name, *json;
};

static bool write_mapping(struct db *db, void *arg, struct err *err)
{
    struct saving *s = arg;
    struct facility_mapping m;
    struct audit_entry e = request_audit_entry(s->req, "facility_mapping", "", "");
    return facility_mapping_read(s->json, s->req->arena, &m, err) && facility_mapping_keep(db, &m, s->json, now_utc(s->req->arena), err) &&
           audit_append(db, &e, err);
}

static const char *mapping_json(struct request *req, const struct editing *e, const enum facility_column *chosen, const char *name)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '{');
    json_pair(&j, "name", name);
    json_pair(&j, "prefecture", pairs_get(&req->body, "prefecture"));
    json_pair(&j, "kind", pairs_get(&req->body, "kind"));
    json_key(&j, "columns");
    json_open(&j, '{');
    for (size_t i = 0; i < e->head.count && i < MOST_COLUMNS; i++)
        if (chosen[i] != COLUMN__COUNT)
            json_pair(&j, e->head.headers[i], facility_column_field(chosen[i]));
    json_close(&j, '}');
    json_close(&j, '}');
    return arena_strdup(req->arena, out.data);
}

bool facility_import_columns_post(struct request *req, struct err *err)
{
    struct editing e;
    enum facility_column chosen[MOST_COLUMNS];
    if (!find_file(req, &e, err))
        return false;
    for (size_t i = 0; i < e.head.count && i < MOST_COLUMNS; i++)
        chosen[i] = facility_column_named(pairs_get(&req->body, arena_printf(req->arena, "c.%zu", i)));
    const char *typed = pairs_get(&req->body, "name"), *name = text_cut(req->arena, text_clean(req->arena, typed, strlen(typed), true), 60);
    const char *trouble = wrong_answer(req, &e, chosen, name);
    if (*trouble)
        return show_columns(req, &e, chosen, name, pairs_get(&req->body, "prefecture"), pairs_get(&req->body, "kind"), trouble, err);
    struct saving s = {req, name, mapping_json(req, &e, chosen, name)};
    return store_write(app_store(req->app), write_mapping, &s, err) && facility_upload_look(req, &e.upload, err) &&
           reply_redirect(req, "/facilities/imports/%s", e.upload.id);
}

/* --- the list --- */

static const char *columns_of(struct request *req, const struct facility_mapping *m)
{
    const char *all = "";
    for (size_t i = 0; i < m->column_count; i++)
        all = arena_printf(req->arena, "%s%s%s→%s", all, i ? "、" : "", m->columns[i].header, facility_column_label(m->columns[i].column));
    return all;
}

static bool show_mappings(struct request *req, const char *trouble, struct err *err)
{
    enum { MOST = 200 };
    struct import_mapping_line *lines = NEW_ARRAY(req->arena, MOST, struct import_mapping_line);
    struct import_mappings_view v = {.csrf = req->session->csrf, .trouble = trouble, .lines = lines};
    auto_rows *r = db_query(req->db, req->arena, err, "SELECT mapping, changed_at FROM facility_mapping ORDER BY name LIMIT 200");
    while (r && v.count < MOST && rows_next(r)) {
        struct facility_mapping m;
        struct err ignored = {0};
        if (!facility_mapping_read(rows_text(r, 0), req->arena, &m, NULL))
            continue;
        lines[v.count++] = (struct import_mapping_line){
            .name = m.name, .columns = columns_of(req, &m), .changed = utc_to_local_label(req->arena, rows_text(r, 1)),
            .entries = db_int(req->db, &ignored, 0, "SELECT COUNT(*) FROM facility WHERE source = $1", TEXT(m.source))};
    }
    if (*trouble)
        req->status = 422;
    const struct page page = {.title = "列の対応", .section = "/facilities", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return r && !rows_failed(r) && reply_page(req, &page, facility_import_mappings_html, &v);
}

bool facility_mappings_page(struct request *req, struct err *err)
{
    return show_mappings(req, "", err);
}

struct renaming {
    struct request *req;
    const char *name, *new_name;
};

static bool write_rename(struct db *db, void *arg, struct err *err)
{
    const struct renaming *w = arg;
    struct audit_entry e = request_audit_entry(w->req, "facility_mapping", "", "");
    return facility_mapping_rename(db, w->name, w->new_name, now_utc(w->req->arena), w->req->arena, err) && audit_append(db, &e, err);
}

static bool write_delete(struct db *db, void *arg, struct err *err)
{
    const struct renaming *w = arg;
    struct audit_entry e = request_audit_entry(w->req, "facility_mapping", "", "");
    return db_run(db, err, "DELETE FROM facility_mapping WHERE name = $1", TEXT(w->name)) >= 0 && audit_append(db, &e, err);
}

bool facility_mapping_rename_post(struct request *req, struct err *err)
{
    const char *typed = pairs_get(&req->body, "new_name");
    struct err why = {0};
    struct renaming w = {req, pairs_get(&req->body, "name"), text_cut(req->arena, text_clean(req->arena, typed, strlen(typed), true), 60)};
    if (!*w.new_name)
        return show_mappings(req, "新しい名前を入力してください。", err);
    if (!store_write(app_store(req->app), write_rename, &w, &why))
        return why.kind == ERR_CONFLICT ? show_mappings(req, app_message(req->app, why.message), err) : err_set(err, why.kind, why.message, "%s", why.detail);
    reply_flash(req, "名前を変えました。", NULL);
    return reply_redirect(req, "/facilities/mappings");
}

bool facility_mapping_delete_post(struct request *req, struct err *err)
{
    struct renaming w = {req, pairs_get(&req->body, "name"), ""};
    if (!store_write(app_store(req->app), write_delete, &w, err))
        return false;
    reply_flash(req, "列の対応を消しました。", NULL);
    return reply_redirect(req, "/facilities/mappings");
}
