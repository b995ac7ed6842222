/* contact_person_feature.c -- the tables of 連絡する人: schema, resource, photo, and its part of an entry's and a meeting's page.
 */
#include "base/code_list.h"
#include "base/count.h"
#include "features/audience/audience.h"
#include "features/contact_person/contact_person_view.h"
#include "features/contact_person/contact_photo.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "web/app.h"
#include "web/html.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

page_body_fn contact_person_panel_html, contact_person_photo_html, contact_person_met_html;

static const char schema[] =
    "CREATE TABLE contact_person (\n"
    "  id TEXT PRIMARY KEY,            -- UUIDv7\n"
    "  office_id TEXT NOT NULL,        -- who first recorded the person\n"
    "  area_code TEXT NOT NULL,        -- of the facility, at the last save\n"
    "  created_at TEXT NOT NULL,       -- UTC\n"
    "  created_by TEXT NOT NULL,       -- user_account\n"
    "  changed_at TEXT NOT NULL,       -- UTC\n"
    "  changed_by TEXT NOT NULL,       -- user_account\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '', -- UTC\n"
    "  facility_id TEXT NOT NULL,      -- facility.id\n"
    "  name TEXT NOT NULL,\n"
    "  kana TEXT NOT NULL,             -- katakana\n"
    "  profession TEXT NOT NULL,       -- codes/profession.tsv\n"
    "  post TEXT NOT NULL,\n"
    "  is_first_contact TEXT NOT NULL, -- codes/yes_no.tsv\n"
    "  reach_by TEXT NOT NULL,         -- codes of codes/contact_way.tsv, blank-separated\n"
    "  reach_times TEXT NOT NULL,\n"
    "  phone TEXT NOT NULL,\n"
    "  mail TEXT NOT NULL,\n"
    "  habits TEXT NOT NULL,\n"
    "  audience TEXT NOT NULL,         -- codes/audience_level.tsv: how far the person agreed to be shown\n"
    "  confirmed_on TEXT NOT NULL,     -- ISO day\n"
    "  left_on TEXT NOT NULL,          -- ISO day of leaving; '' while there\n"
    "  encounters TEXT NOT NULL,       -- JSON rows: met_on, meeting_id, occasion, staff_id\n"
    "  memo TEXT NOT NULL\n"
    ");\n"
    "CREATE INDEX contact_person_of ON contact_person (facility_id, kana) WHERE deleted_at = '';\n"
    "CREATE INDEX contact_person_list ON contact_person (kana, id) WHERE deleted_at = '';\n"
    "CREATE TABLE contact_photo (\n"
    "  person_id TEXT PRIMARY KEY REFERENCES contact_person (id),\n"
    "  content_type TEXT NOT NULL,     -- image/jpeg or image/png\n"
    "  picture TEXT NOT NULL,          -- base64; without Exif and comments\n"
    "  changed_at TEXT NOT NULL,       -- UTC\n"
    "  changed_by TEXT NOT NULL        -- user_account\n"
    ");\n";
static const struct migration migrations[] = {{.number = 2026112102, .name = "contact_person: create", .sql = schema}};

/* -- the record ----------------------------------------------------------------------------------------------------------- */

static void defaults(struct request *req, void *row)
{
    struct contact_person *x = row;
    x->facility_id = request_query(req, "facility");
    x->confirmed_on = date_iso(req->arena, req->today);
    x->audience = "internal";
}

static bool compute(struct db *db, struct save *s, struct err *err)
{
    struct contact_person *x = s->row;
    const struct contact_person *old = s->old;
    struct facility f;
    if (!facility_find(db, x->facility_id, s->arena, &f, err)) {
        if (err->kind != ERR_NOT_FOUND)
            return false;
        if (!old || strcmp(old->facility_id, x->facility_id) != 0)
            return err_field(err, "facility_id", "contact_person.unknown_facility");
        *err = (struct err){0}; /* the entry is gone from the directory; the person's row stays as it is */
        return true;
    }
    x->head.area_code = f.area_code;
    return true;
}

static const char *title(const void *row, struct arena *a)
{
    (void)row, (void)a;
    return "連絡する人";
}

static bool has_photo(struct db *db, const char *id)
{
    struct err ignored = {0};
    return db_int(db, &ignored, 0, "SELECT 1 FROM contact_photo WHERE person_id = $1", TEXT(id)) == 1;
}

static void show_body(struct buf *out, struct request *req, const void *row)
{
    const struct contact_person *x = row;
    const struct photo_view v = {.id = x->head.id,
                                 .csrf = req->session->csrf,
                                 .has_photo = has_photo(req->db, x->head.id),
                                 .may_write = request_may(req, PERM_DIRECTORY_WRITE)};
    form_show(out, req, &contact_person_set, row, true);
    contact_person_photo_html(out, &v);
}

static void show_actions(struct buf *out, struct request *req, const void *row)
{
    (void)req;
    html_raw(out, "<a class=\"button\" href=\"/facilities/");
    html_url(out, ((const struct contact_person *)row)->facility_id);
    html_raw(out, "\">事業所のページ</a>\n");
}

static const char *facility_column(struct request *req, const void *row)
{
    return facility_name(req->db, ((const struct contact_person *)row)->facility_id, req->arena);
}

static const struct list_filter filters[] = {
    {"facility", "事業所", FILTER_TEXT, NULL, "c.facility_id"},
    {"ward", "区", FILTER_AREA, NULL, "c.area_code"},
    {"profession", "職種", FILTER_CODE, "profession", "c.profession"},
    {"is_first_contact", "まず連絡する人", FILTER_CODE, "yes_no", "c.is_first_contact"},
    {"audience", "見せる範囲", FILTER_CODE, "audience_level", "c.audience"},
    {"confirmed_to", "確認した日（まで）", FILTER_TO, NULL, "c.confirmed_on"},
    {"there", "いまもいる人", FILTER_YES, NULL, " AND c.left_on = ''"},
};
static const struct list_column columns[] = {
    {.field = "name", .sort = "c.kana"},
    {.field = "profession", .sort = "c.profession"},
    {.field = "post"},
    {.field = "", .label = "事業所", .text = facility_column, .uses = "facility_id"},
    {.field = "phone"},
    {.field = "is_first_contact"},
    {.field = "audience", .sort = "c.audience"},
    {.field = "confirmed_on", .sort = "c.confirmed_on"},
};
const struct resource contact_person_resource = {
    .path = "/people",
    .label = "連絡する人",
    .audit = "contact_person",
    .record = &contact_person_record,
    .read = PERM_DIRECTORY_WRITE,
    .write = PERM_DIRECTORY_WRITE,
    .shared = true,
    .filters = filters,
    .filter_count = COUNT(filters),
    .columns = columns,
    .column_count = COUNT(columns),
    .order = " ORDER BY c.kana, c.id",
    .empty =
        "まだ登録がないか、条件に合う人がいません。「新しい連絡する人」から登録してください。事業所のページからも加えられます。",
    .defaults = defaults,
    .compute = compute,
    .show_body = show_body,
    .show_actions = show_actions,
    .title = title,
};

/* -- photo ---------------------------------------------------------------------------------------------------------------- */

/* The person of ":id", when this viewer may see the person. */
static bool find_person(struct request *req, struct contact_person *x, struct err *err)
{
    const struct scope everything = SCOPE_EVERYTHING;
    enum audience_level level = audience_of(req->session);
    request_audit_object(req, "contact_person", request_param(req, "id"), "");
    if (!record_find(req->db, &contact_person_record, &everything, request_param(req, "id"), x, req->arena, err))
        return false;
    bool seen = level == AUDIENCE_INTERNAL ||
                (!*x->left_on &&
                 (!strcmp(x->audience, "public") || (level == AUDIENCE_PROFESSIONAL && !strcmp(x->audience, "professional"))));
    return seen || err_set(err, ERR_NOT_FOUND, "record.not_found", "not for this viewer");
}

static bool photo_page(struct request *req, struct err *err)
{
    struct contact_person x;
    if (!find_person(req, &x, err))
        return false;
    auto_rows *rows = db_query(req->db, req->arena, err, "SELECT content_type, picture FROM contact_photo WHERE person_id = $1",
                               TEXT(x.head.id));
    if (!rows || !rows_next(rows))
        return rows && rows_failed(rows) ? false : err_set(err, ERR_NOT_FOUND, "contact_person.no_photo", "no picture");
    const char *text = rows_text(rows, 1);
    size_t room = strlen(text) / 4 * 3 + 3, size = 0;
    unsigned char *picture = arena_alloc(req->arena, room);
    if (sodium_base642bin(picture, room, text, strlen(text), NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return err_set(err, ERR_BROKEN, "contact_person.no_photo", "not base64");
    return reply_document(req, arena_strdup(req->arena, rows_text(rows, 0)), NULL, picture, size);
}

struct photo_write {
    struct request *req;
    const char *id, *type, *picture; /* picture NULL: taken away */
};

static bool write_photo(struct db *db, void *arg, struct err *err)
{
    const struct photo_write *w = arg;
    const char *now = now_utc(w->req->arena);
    struct audit_entry entry = request_audit_entry(w->req, "contact_person", w->id, w->picture ? "photo" : "photo removed");
    return db_run(db, err, "DELETE FROM contact_photo WHERE person_id = $1", TEXT(w->id)) >= 0 &&
           (!w->picture ||
            db_run(db, err,
                   "INSERT INTO contact_photo (person_id, content_type, picture, changed_at, changed_by)"
                   " VALUES ($1, $2, $3, $4, $5)",
                   TEXT(w->id), TEXT(w->type), TEXT(w->picture), TEXT(now), TEXT(w->req->session->user_id)) >= 0) &&
           audit_append(db, &entry, err);
}

static bool read_upload(const struct upload *u, struct buf *bytes, struct err *err)
{
    FILE *file = fopen(u->path, "rb");
    char piece[8192];
    size_t n;
    if (!file)
        return err_set(err, ERR_BROKEN, "contact_person.photo_kind", "cannot read the upload");
    while (bytes->size <= CONTACT_PHOTO_BYTES && (n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_bytes(bytes, piece, n);
    fclose(file);
    return true;
}

static bool photo_post(struct request *req, struct err *err)
{
    struct contact_person x;
    auto_buf bytes = {0}, clean = {0};
    struct photo_write w = {.req = req};
    if (!find_person(req, &x, err))
        return false;
    if (!req->upload_count || !req->uploads[0].size)
        return err_set(err, ERR_INPUT, "contact_person.photo_missing", "no file");
    if (!read_upload(&req->uploads[0], &bytes, err) || !contact_photo_clean(bytes.data, bytes.size, &clean, &w.type, err))
        return false;
    size_t room = sodium_base64_encoded_len(clean.size, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(req->arena, room);
    sodium_bin2base64(text, room, (const unsigned char *)clean.data, clean.size, sodium_base64_VARIANT_ORIGINAL);
    w.id = x.head.id;
    w.picture = text;
    if (!store_write(app_store(req->app), write_photo, &w, err))
        return false;
    reply_flash(req, "写真を入れました。撮影の場所や日時の情報は除いてあります。", NULL);
    return reply_redirect(req, "/people/%s", x.head.id);
}

static bool photo_delete(struct request *req, struct err *err)
{
    struct contact_person x;
    if (!find_person(req, &x, err))
        return false;
    struct photo_write w = {.req = req, .id = x.head.id};
    if (!store_write(app_store(req->app), write_photo, &w, err))
        return false;
    reply_flash(req, "写真を消しました。", NULL);
    return reply_redirect(req, "/people/%s", x.head.id);
}

/* -- on other pages ------------------------------------------------------------------------------------------------------- */

static const char *role_words(const struct contact_person *x, struct arena *a)
{
    const char *profession = code_label("profession", x->profession);
    return arena_printf(a, "%s%s%s", profession, *profession && *x->post ? "・" : "", x->post);
}

static const char *reach_words(const struct contact_person *x, struct arena *a)
{
    const char *ways = field_display(field_find(&contact_person_set, "reach_by"), x, a);
    if (!*ways && !*x->reach_times)
        return "";
    return arena_printf(a, "連絡：%s%s%s", ways, *ways && *x->reach_times ? "　" : "", x->reach_times);
}

static struct person_line line_of(struct request *req, const struct contact_person *x, bool is_linked)
{
    struct arena *a = req->arena;
    return (struct person_line){.id = x->head.id,
                                .name = x->name,
                                .kana = x->kana,
                                .role = role_words(x, a),
                                .reach = reach_words(x, a),
                                .phone = x->phone,
                                .mail = x->mail,
                                .habits = x->habits,
                                .age = facility_local_age(x->confirmed_on, req->today, a),
                                .is_first = !strcmp(x->is_first_contact, "yes"),
                                .has_photo = has_photo(req->db, x->head.id),
                                .is_linked = is_linked};
}

static bool show_people(struct buf *out, struct request *req, const char *facility_id, struct err *err)
{
    struct contact_person *people;
    struct person_panel_view v = {.facility_id = facility_id, .may_write = request_may(req, PERM_DIRECTORY_WRITE)};
    if (!contact_person_list(req->db, facility_id, audience_level_name(audience_of(req->session)), req->arena, &people, &v.count,
                             err))
        return false;
    if (!v.count && !v.may_write)
        return true;
    struct person_line *lines = NEW_ARRAY(req->arena, v.count + 1, struct person_line);
    for (size_t i = 0; i < v.count; i++)
        lines[i] = line_of(req, &people[i], v.may_write);
    v.lines = lines;
    contact_person_panel_html(out, &v);
    return true;
}

/* Whom the record of a meeting is named by: the encounters of people are few thousand rows in a whole city. */
static bool show_met(struct buf *out, struct request *req, const char *meeting_id, struct err *err)
{
    enum { MOST = 100 };
    struct met_line *lines = NEW_ARRAY(req->arena, MOST, struct met_line);
    struct met_view v = {.lines = lines};
    if (!request_may(req, PERM_DIRECTORY_WRITE))
        return true;
    auto_rows *rows = db_query(
        req->db, req->arena, err,
        "SELECT c.id, c.name, c.facility_id FROM contact_person c WHERE c.deleted_at = '' AND c.encounters LIKE '%' || $1 || '%'"
        " ORDER BY c.kana, c.id LIMIT $2",
        TEXT(meeting_id), INT(MOST));
    for (; rows && v.count < MOST && rows_next(rows); v.count++)
        lines[v.count] = (struct met_line){.url = arena_printf(req->arena, "/people/%s", rows_text(rows, 0)),
                                           .name = rows_text(rows, 1),
                                           .office = facility_name(req->db, rows_text(rows, 2), req->arena)};
    if (!rows || rows_failed(rows))
        return false;
    if (v.count)
        contact_person_met_html(out, &v);
    return true;
}

static const struct panel panels[] = {{"facility", 30, show_people}, {"meeting", 30, show_met}};
static const struct route routes[] = {
    {.method = GET,
     .path = "/people/:id/photo",
     .needs = PERM_PUBLIC,
     .run = photo_page,
     .audit = "contact_person.photo",
     .summary = "連絡する人の写真"},
    {.method = POST,
     .path = "/people/:id/photo",
     .needs = PERM_DIRECTORY_WRITE,
     .run = photo_post,
     .audit = "contact_person.photo_save",
     .flags = ROUTE_UPLOAD,
     .summary = "連絡する人の写真を入れる"},
    {.method = POST,
     .path = "/people/:id/photo/delete",
     .needs = PERM_DIRECTORY_WRITE,
     .run = photo_delete,
     .audit = "contact_person.photo_delete",
     .summary = "連絡する人の写真を消す"},
};
static const struct message messages[] = {
    {"contact_person.unknown_facility", "この事業所は資源の一覧にありません。一覧から選び直してください。"},
    {"contact_person.photo_missing", "写真のファイルを選んでから「写真を入れる」を押してください。"},
    {"contact_person.photo_kind", "このファイルは写真として読めません。JPEGかPNGの写真を選んでください。"},
    {"contact_person.photo_size", "写真が大きすぎます。2MBまで、縦横4,096画素までの写真を選んでください。"},
    {"contact_person.no_photo", "この人の写真はありません。"},
};
static const struct resource *const resources[] = {&contact_person_resource};

static const struct menu_item menu[] = {
    {.order = 44, .label = "連絡する人", .url = "/people", .needs = PERM_DIRECTORY_WRITE, .under = "/facilities"},
};

const struct feature contact_person_feature = {
    .name = "contact_person",
    .menu = menu, .menu_count = COUNT(menu),
    .routes = routes,
    .route_count = COUNT(routes),
    .migrations = migrations,
    .migration_count = COUNT(migrations),
    .messages = messages,
    .message_count = COUNT(messages),
    .resources = resources,
    .resource_count = COUNT(resources),
    .panels = panels,
    .panel_count = COUNT(panels),
};
