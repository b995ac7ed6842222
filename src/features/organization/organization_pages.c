#include "features/organization/organization_pages.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/id.h"
#include "features/area/area.h"
#include "features/organization/organization.h"
#include "features/organization/organization_list_view.h"
#include "web/form.h"

#include <stdlib.h>
#include <string.h>

page_body_fn organization_list_html;

#define AT(member) offsetof(struct office, member)
static const struct field office_field_rows[] = {
    {.name = "name", .label = "名称", .type = FIELD_TEXT, .required = true, .max = 100, .offset = AT(name)},
    {.name = "short_name", .label = "略称", .help = "書類の番号や表の見出しに使います。例：北", .type = FIELD_TEXT, .required = true, .max = 12,
     .offset = AT(short_name)},
    {.name = "role", .label = "役割", .type = FIELD_CODE, .codes = "office_role", .required = true, .offset = AT(role)},
    {.name = "organization_id", .label = "法人・団体", .type = FIELD_REF, .picker = "organization", .required = true,
     .offset = AT(organization_id)},
    {.name = "area_code", .label = "地域", .help = "区または市区町村。見える範囲と集計の単位になります。", .type = FIELD_REF, .picker = "area",
     .required = true, .offset = AT(area_code)},
    {.name = "code", .label = "コード", .help = "半角の英数字とハイフン。例：room-271276", .type = FIELD_TEXT, .required = true, .max = 40,
     .offset = AT(code)},
    {.name = "phone", .label = "電話番号", .type = FIELD_TEXT, .max = 20, .flags = FIELD_PHONE, .offset = AT(phone)},
    {.name = "fax", .label = "FAX番号", .type = FIELD_TEXT, .max = 20, .flags = FIELD_PHONE, .offset = AT(fax)},
    {.name = "address", .label = "住所", .type = FIELD_TEXT, .max = 200, .offset = AT(address)},
    {.name = "active_from", .label = "開始日", .type = FIELD_DATE, .offset = AT(active_from)},
    {.name = "active_to", .label = "終了日", .help = "この日まで使えます。空欄のときは期限がありません。", .type = FIELD_DATE,
     .offset = AT(active_to)},
};
#undef AT

static void check_office(const void *row, struct date today, struct problems *p)
{
    const struct office *o = row;
    (void)today;
    if (*o->active_from && *o->active_to && strcmp(o->active_from, o->active_to) > 0)
        problem_add(p, "active_to", "終了日が開始日より前になっています。日付を確認してください。");
    if (o->code[strspn(o->code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")])
        problem_add(p, "code", "コードは半角の英数字とハイフンで入力してください。");
}

const struct field_set office_fields = {.name = "office", .label = "事業所", .fields = office_field_rows,
                                        .count = COUNT(office_field_rows), .size = sizeof(struct office), .check = check_office};

#define AT(member) offsetof(struct organization, member)
static const struct field organization_field_rows[] = {
    {.name = "name", .label = "名称", .type = FIELD_TEXT, .required = true, .max = 100, .offset = AT(name)},
    {.name = "kana", .label = "フリガナ", .type = FIELD_KANA, .max = 100, .offset = AT(kana)},
    {.name = "kind", .label = "種類", .type = FIELD_CODE, .codes = "organization_kind", .required = true, .offset = AT(kind)},
    {.name = "corporate_number", .label = "法人番号", .help = "13桁の数字", .type = FIELD_TEXT, .max = 13, .offset = AT(corporate_number)},
    {.name = "phone", .label = "電話番号", .type = FIELD_TEXT, .max = 20, .flags = FIELD_PHONE, .offset = AT(phone)},
    {.name = "address", .label = "住所", .type = FIELD_TEXT, .max = 200, .offset = AT(address)},
};
#undef AT

static void check_organization(const void *row, struct date today, struct problems *p)
{
    const char *number = ((const struct organization *)row)->corporate_number;
    (void)today;
    if (*number && (strlen(number) != 13 || number[strspn(number, "0123456789")]))
        problem_add(p, "corporate_number", "法人番号は13桁の数字で入力してください。");
}

const struct field_set organization_fields = {
    .name = "organization", .label = "法人・団体", .fields = organization_field_rows, .count = COUNT(organization_field_rows),
    .size = sizeof(struct organization), .check = check_organization};

static const struct crumb settings_crumbs[] = {{"設定", "/settings"}, {"事業所", "/settings/offices"}};

static void draw_form(struct buf *out, const void *view)
{
    const struct form *f = view;
    form_begin(out, f);
    form_all(out, f);
    form_end(out, f);
}

static bool show_form(struct request *req, const char *title, const struct field_set *set, const void *row, const char *id, long revision,
                      const struct problems *problems)
{
    struct form form = {.req = req, .set = set, .row = row, .typed = problems ? &req->body : NULL, .problems = problems, .id = id,
                        .revision = revision, .submit_label = "保存する",
                        .action = arena_printf(req->arena, "/settings/%ss/%s", set->name, id)};
    struct page page = {.title = title, .section = "/settings", .crumbs = settings_crumbs, .crumb_count = COUNT(settings_crumbs)};
    if (problems)
        req->status = 422;
    return reply_page(req, &page, draw_form, &form);
}

static const char *period_text(struct arena *a, const struct office *o)
{
    if (!*o->active_from && !*o->active_to)
        return "";
    return arena_printf(a, "%s〜%s", date_wareki_short(a, date_from_iso(o->active_from)), date_wareki_short(a, date_from_iso(o->active_to)));
}

bool office_list_page(struct request *req, struct err *err)
{
    struct office *offices;
    size_t count;
    if (!office_list(req->db, "", "", "", req->arena, &offices, &count, err))
        return false;
    struct office_line *lines = NEW_ARRAY(req->arena, count + 1, struct office_line);
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct office_line){
            .id = offices[i].id,
            .name = offices[i].name,
            .role = code_label("office_role", offices[i].role),
            .area = area_label(req->db, offices[i].area_code, req->arena),
            .organization = offices[i].organization_name,
            .code = offices[i].code,
            .period = period_text(req->arena, &offices[i]),
        };
    struct organization_list_view view = {.offices = lines, .count = count};
    struct page page = {.title = "事業所", .section = "/settings", .wide = true, .crumbs = settings_crumbs, .crumb_count = 1};
    return reply_page(req, &page, organization_list_html, &view);
}

bool office_new_page(struct request *req, struct err *err)
{
    (void)err;
    struct office o = {0};
    field_clear(&office_fields, &o);
    o.active_from = date_iso(req->arena, req->today);
    return show_form(req, "事業所の追加", &office_fields, &o, id_new(req->arena), 0, NULL);
}

bool office_edit_page(struct request *req, struct err *err)
{
    struct office o;
    if (!office_find(req->db, request_param(req, "id"), req->arena, &o, err))
        return false;
    return show_form(req, o.name, &office_fields, &o, o.id, o.revision, NULL);
}

struct saving {
    struct request *req;
    void *row;
    const char *id;
    bool (*save)(struct db *db, void *row, const char *user_id, struct arena *a, struct err *err);
    const void *(*find)(struct request *req, const char *id, long *ret_revision, struct err *err); /* as it stands now */
    const char *kind;
};

static bool write_row(struct db *db, void *arg, struct err *err)
{
    struct saving *s = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(s->req, s->kind, s->id, "");
    return s->save(db, s->row, s->req->session->user_id, a, err) && audit_append(db, &entry, err);
}

/* Beside the fields: what is wrong with them, or what somebody else saved meanwhile.  False for real failures. */
static bool tell_refusal(struct request *req, const struct field_set *set, const struct saving *s, const struct err *refused,
                         struct problems *problems, long *revision, struct err *err)
{
    if (refused->kind == ERR_INPUT) {
        problem_add(problems, refused->field ? refused->field : set->fields[0].name, "%s", app_message(req->app, refused->message));
        return true;
    }
    if (refused->kind != ERR_CONFLICT || req->api) {
        *err = *refused;
        return false;
    }
    const void *theirs = s->find(req, s->id, revision, err);
    if (theirs)
        form_tell_conflict(problems, set, s->row, theirs, req->arena);
    return theirs;
}

/* Parses, saves and goes back to the list; what cannot be saved is shown again as it was typed. */
static bool save_form(struct request *req, const char *title, const struct field_set *set, struct saving *s, long revision, struct err *err)
{
    struct problems problems;
    problems_init(&problems, req->arena);
    if (!id_is_valid(s->id))
        return err_set(err, ERR_NOT_FOUND, "office.unknown", "ill-formed id");
    struct err refused = {0};
    if (field_parse(set, &req->body, req->today, s->row, req->arena, &problems)) {
        if (store_write(app_store(req->app), write_row, s, &refused)) {
            reply_flash(req, "保存しました。", NULL);
            return reply_redirect(req, "/settings/offices");
        }
        if (!tell_refusal(req, set, s, &refused, &problems, &revision, err))
            return false;
    }
    if (req->api)
        return reply_problems(req, &problems);
    return show_form(req, title, set, s->row, s->id, revision, &problems);
}

static bool save_office_row(struct db *db, void *row, const char *user_id, struct arena *a, struct err *err)
{
    return office_save(db, row, user_id, a, err);
}

static const void *find_office(struct request *req, const char *id, long *ret_revision, struct err *err)
{
    struct office *o = NEW(req->arena, struct office);
    if (!office_find(req->db, id, req->arena, o, err))
        return NULL;
    *ret_revision = o->revision;
    return o;
}

bool office_save_page(struct request *req, struct err *err)
{
    struct office o = {.id = request_param(req, "id"), .revision = atol(pairs_get(&req->body, "revision"))};
    struct saving s = {.req = req, .row = &o, .id = o.id, .save = save_office_row, .find = find_office, .kind = "office"};
    field_clear(&office_fields, &o);
    return save_form(req, "事業所", &office_fields, &s, o.revision, err);
}

bool organization_new_page(struct request *req, struct err *err)
{
    (void)err;
    struct organization o = {0};
    field_clear(&organization_fields, &o);
    return show_form(req, "法人・団体の追加", &organization_fields, &o, id_new(req->arena), 0, NULL);
}

static const void *find_organization(struct request *req, const char *id, long *ret_revision, struct err *err)
{
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT name, kana, kind, corporate_number, phone, address, revision FROM organization WHERE id = $1", TEXT(id));
    if (!r)
        return NULL;
    if (!rows_next(r)) {
        if (!rows_failed(r))
            err_set(err, ERR_NOT_FOUND, "office.unknown", "no such organization");
        return NULL;
    }
    struct organization *o = NEW(req->arena, struct organization);
    *o = (struct organization){.id = id, .name = rows_text(r, 0), .kana = rows_text(r, 1), .kind = rows_text(r, 2),
                               .corporate_number = rows_text(r, 3), .phone = rows_text(r, 4), .address = rows_text(r, 5),
                               .revision = (long)rows_int(r, 6)};
    *ret_revision = o->revision;
    return o;
}

bool organization_edit_page(struct request *req, struct err *err)
{
    long revision;
    const struct organization *o = find_organization(req, request_param(req, "id"), &revision, err);
    return o && show_form(req, o->name, &organization_fields, o, o->id, revision, NULL);
}

static bool save_organization_row(struct db *db, void *row, const char *user_id, struct arena *a, struct err *err)
{
    return organization_save(db, row, user_id, a, err);
}

bool organization_save_page(struct request *req, struct err *err)
{
    struct organization o = {.id = request_param(req, "id"), .revision = atol(pairs_get(&req->body, "revision"))};
    struct saving s = {.req = req, .row = &o, .id = o.id, .save = save_organization_row, .find = find_organization, .kind = "organization"};
    field_clear(&organization_fields, &o);
    return save_form(req, "法人・団体", &organization_fields, &s, o.revision, err);
}
