/* organization_feature.c -- tables of the feature: routes, migrations, pickers, messages. */
#include "base/count.h"
#include "base/text.h"
#include "features/organization/organization.h"
#include "features/organization/organization_demo.h"
#include "features/organization/organization_pages.h"
#include "store/query.h"

#include <string.h>

static const struct route routes[] = {
    {GET, "/settings/offices", PERM_USER_ADMIN, office_list_page, NULL, 0, "事業所の一覧", NULL},
    {GET, "/settings/offices/new", PERM_USER_ADMIN, office_new_page, NULL, 0, "事業所の追加", NULL},
    {GET, "/settings/offices/:id", PERM_USER_ADMIN, office_edit_page, NULL, 0, "事業所の変更", NULL},
    {POST, "/settings/offices/:id", PERM_USER_ADMIN, office_save_page, "office.save", ROUTE_API, "事業所を保存する", &office_fields},
    {GET, "/settings/organizations/new", PERM_USER_ADMIN, organization_new_page, NULL, 0, "法人・団体の追加", NULL},
    {GET, "/settings/organizations/:id", PERM_USER_ADMIN, organization_edit_page, NULL, 0, "法人・団体の変更", NULL},
    {POST, "/settings/organizations/:id", PERM_USER_ADMIN, organization_save_page, "organization.save", ROUTE_API,
     "法人・団体を保存する", &organization_fields},
};

#define CHANGES \
    "  created_at TEXT NOT NULL,       -- UTC\n" \
    "  created_by TEXT NOT NULL,       -- user_account.id, '' for the system\n" \
    "  changed_at TEXT NOT NULL,       -- UTC\n" \
    "  changed_by TEXT NOT NULL,       -- user_account.id, '' for the system\n" \
    "  revision BIGINT NOT NULL        -- 1 at creation, +1 each change: optimistic lock\n"

static const struct migration migrations[] = {
    {.number = 2026040201,
     .name = "organization: create",
     .sql = "CREATE TABLE organization (\n"
            "  id TEXT PRIMARY KEY,            -- UUIDv7\n"
            "  name TEXT NOT NULL,\n"
            "  kana TEXT NOT NULL,             -- katakana\n"
            "  kind TEXT NOT NULL,             -- code list organization_kind\n"
            "  corporate_number TEXT NOT NULL, -- 法人番号, 13 digits or ''\n"
            "  phone TEXT NOT NULL,\n"
            "  address TEXT NOT NULL,\n" CHANGES ");\n"
            "CREATE TABLE office (\n"
            "  id TEXT PRIMARY KEY,            -- UUIDv7\n"
            "  organization_id TEXT NOT NULL REFERENCES organization (id),\n"
            "  area_code TEXT NOT NULL REFERENCES area (code), -- ward or municipality it works for\n"
            "  role TEXT NOT NULL,             -- code list office_role\n"
            "  name TEXT NOT NULL,\n"
            "  short_name TEXT NOT NULL,       -- 北: in document numbers and narrow tables\n"
            "  code TEXT NOT NULL UNIQUE,      -- named on the command line\n"
            "  phone TEXT NOT NULL,\n"
            "  fax TEXT NOT NULL,\n"
            "  address TEXT NOT NULL,\n"
            "  active_from TEXT NOT NULL,      -- ISO, first day; '' open\n"
            "  active_to TEXT NOT NULL,        -- ISO, last day; '' open\n" CHANGES ");\n"
            "CREATE INDEX office_by_area ON office (area_code, role);\n"},
};

static bool pick(struct request *req, struct rows *r, struct pick **ret_picks, size_t *ret_count)
{
    struct pick *picks = NEW_ARRAY(req->arena, 20, struct pick);
    size_t count = 0;
    while (r && count < 20 && rows_next(r))
        picks[count++] = (struct pick){.id = arena_strdup(req->arena, rows_text(r, 0)),
                                       .label = arena_strdup(req->arena, rows_text(r, 1)),
                                       .detail = arena_strdup(req->arena, rows_text(r, 2))};
    *ret_picks = picks;
    *ret_count = count;
    return r && !rows_failed(r);
}

/* Offices of the user's own area come first. */
static bool find_offices(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    const char *clean = text_clean(req->arena, words, strlen(words), true);
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT c.id, c.name, o.name FROM office c JOIN organization o ON o.id = c.organization_id "
                            "WHERE $1 = '' OR c.name LIKE '%' || $1 || '%' OR c.code LIKE $1 || '%' OR o.name LIKE '%' || $1 || '%' "
                            "ORDER BY CASE WHEN c.area_code = $2 THEN 0 ELSE 1 END, c.area_code, c.code LIMIT 20",
                            TEXT(clean), TEXT(req->session->area_code));
    return pick(req, r, ret_picks, ret_count);
}

static const char *label_office(struct request *req, const char *id)
{
    return office_label(req->db, id, req->arena);
}

static bool find_organizations(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    const char *clean = text_clean(req->arena, words, strlen(words), true);
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT id, name, kana FROM organization WHERE $1 = '' OR name LIKE '%' || $1 || '%' "
                            "OR kana LIKE '%' || $2 || '%' ORDER BY kana, name LIMIT 20",
                            TEXT(clean), TEXT(text_katakana(req->arena, clean)));
    return pick(req, r, ret_picks, ret_count);
}

static const char *label_organization(struct request *req, const char *id)
{
    struct err ignored = {0};
    const char *name = db_text(req->db, req->arena, &ignored, "SELECT name FROM organization WHERE id = $1", TEXT(id));
    return name ? name : "";
}

static const struct picker pickers[] = {
    {.kind = "office", .needs = PERM_SIGNED_IN, .find = find_offices, .label = label_office},
    {.kind = "organization", .needs = PERM_USER_ADMIN, .find = find_organizations, .label = label_organization},
};

static const struct message messages[] = {
    {"office.unknown", "この事業所は見つかりません。一覧から選び直してください。"},
    {"office.code_taken", "このコードはほかの事業所が使っています。別のコードを入力してください。"},
};

const struct feature organization_feature = {
    .name = "organization",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .pickers = pickers, .picker_count = COUNT(pickers),
    .demo = organization_demo,
};
