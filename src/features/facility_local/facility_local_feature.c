/* facility_local_feature.c -- the tables of 地域で確かめたこと: schema, resource, messages. */
#include "base/count.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "features/facility_local/facility_local_demo.h"
#include "web/html.h"

#include <string.h>

static const char schema[] =
    "CREATE TABLE facility_local (\n"
    "  id TEXT PRIMARY KEY,                  -- facility.id; no reference: the row outlives whatever an import does to the entry\n"
    "  office_id TEXT NOT NULL,              -- who first recorded it\n"
    "  area_code TEXT NOT NULL,              -- of the facility, at the last save\n"
    "  created_at TEXT NOT NULL,             -- UTC\n"
    "  created_by TEXT NOT NULL,             -- user_account\n"
    "  changed_at TEXT NOT NULL,             -- UTC\n"
    "  changed_by TEXT NOT NULL,             -- user_account\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '',  -- UTC\n"
    "  home_visits TEXT NOT NULL,            -- codes/yes_no.tsv, '' unknown\n"
    "  round_the_clock TEXT NOT NULL,        -- codes/yes_no.tsv, '' unknown\n"
    "  end_of_life_care TEXT NOT NULL,       -- codes/yes_no.tsv, '' unknown\n"
    "  new_patient_acceptance TEXT NOT NULL, -- codes/new_patient_acceptance.tsv, '' unknown\n"
    "  acceptance_condition TEXT NOT NULL,\n"
    "  medical_procedures TEXT NOT NULL,     -- codes of codes/medical_procedure.tsv, blank-separated\n"
    "  visiting_areas TEXT NOT NULL,         -- area.code, blank-separated\n"
    "  visiting_note TEXT NOT NULL,\n"
    "  care_district TEXT NOT NULL,          -- 日常生活圏域, in words\n"
    "  languages TEXT NOT NULL,\n"
    "  public_note TEXT NOT NULL,\n"
    "  direct_line TEXT NOT NULL,\n"
    "  doctor_call_times TEXT NOT NULL,\n"
    "  contact_habits TEXT NOT NULL,\n"
    "  internal_memo TEXT NOT NULL,\n"
    "  confirmed_on TEXT NOT NULL,           -- ISO day\n"
    "  confirmed_by TEXT NOT NULL            -- user_account\n"
    ");\n"
    "CREATE INDEX facility_local_confirmed ON facility_local (confirmed_on, id) WHERE deleted_at = '';\n"
    "CREATE INDEX facility_local_district ON facility_local (area_code, care_district) WHERE deleted_at = '';\n";
static const char confirmations[] =
    "CREATE TABLE facility_confirmation (\n"
    "  facility_id TEXT NOT NULL,   -- facility_local.id\n"
    "  confirmed_on TEXT NOT NULL,  -- ISO day\n"
    "  PRIMARY KEY (facility_id, confirmed_on)\n"
    ");\n"
    "CREATE INDEX facility_confirmation_on ON facility_confirmation (confirmed_on, facility_id);\n"
    "INSERT INTO facility_confirmation (facility_id, confirmed_on) SELECT id, confirmed_on FROM facility_local WHERE confirmed_on <> '';\n";
static const struct migration migrations[] = {
    {.number = 2026060101, .name = "facility_local: create", .sql = schema},
    {.number = FACILITY_CONFIRMATION_MIGRATION, .name = "facility_local: each day of confirmation", .sql = confirmations},
};

/* The form of an entry is opened by ?facility=ID: the row has the entry's id. */
static void defaults(struct request *req, void *row)
{
    struct facility_local *x = row;
    x->head.id = request_query(req, "facility");
    x->confirmed_on = date_iso(req->arena, req->today);
}

static bool is_of_an_entry(struct request *req, const void *row, struct err *err)
{
    const struct facility_local *x = row;
    return *facility_name(req->db, x->head.id, req->arena) || err_set(err, ERR_NOT_FOUND, "facility.unknown", "no such facility");
}

/* Who says the day says who confirmed. */
static bool compute(struct db *db, struct save *s, struct err *err)
{
    struct facility_local *x = s->row;
    const struct facility_local *old = s->old;
    struct facility f;
    if (!facility_find(db, x->head.id, s->arena, &f, err))
        return false;
    x->head.area_code = f.area_code;
    if (!old || !*x->confirmed_by || strcmp(old->confirmed_on, x->confirmed_on) != 0)
        x->confirmed_by = s->user_id;
    return true;
}

/* A day later than the one that stands now was taken back, or was a slip. */
static bool keep_confirmation(struct db *db, const struct facility_local *x, struct err *err)
{
    return db_run(db, err, "DELETE FROM facility_confirmation WHERE facility_id = $1 AND confirmed_on > $2", TEXT(x->head.id), TEXT(x->confirmed_on)) >= 0 &&
           (!*x->confirmed_on || db_run(db, err, "INSERT INTO facility_confirmation (facility_id, confirmed_on) VALUES ($1, $2) "
                                                 "ON CONFLICT (facility_id, confirmed_on) DO NOTHING", TEXT(x->head.id), TEXT(x->confirmed_on)) >= 0);
}

/* The words are found under the entry that is shown. */
static bool after_save(struct db *db, struct save *s, struct err *err)
{
    if (!s->is_delete && !keep_confirmation(db, s->row, err))
        return false;
    const char *shown = facility_shown_id(db, ((const struct facility_local *)s->row)->head.id, s->arena);
    return !*shown || facility_index(db, shown, s->arena, err);
}

static const char *home(const void *row, struct arena *a)
{
    return arena_printf(a, "/facilities/%s", ((const struct facility_local *)row)->head.id);
}

static const char *title(const void *row, struct arena *a)
{
    (void)row, (void)a;
    return "地域で確かめたこと";
}

/* Whose facts these are stands above the form. */
static void form_body(struct buf *out, const struct form *f)
{
    html_raw(out, "<p class=\"lead\"><strong>");
    html_text(out, facility_name(f->req->db, f->id, f->req->arena));
    html_raw(out, "</strong>　わからない項目は、選ばないまま、空欄のままで結構です。</p>");
    form_all(out, f);
}

static const char *name_column(struct request *req, const void *row)
{
    return facility_name(req->db, ((const struct facility_local *)row)->head.id, req->arena);
}

static const struct list_filter filters[] = {
    {"ward", "区", FILTER_AREA, NULL, "c.area_code"},
    {"home_visits", "訪問", FILTER_CODE, "yes_no", "c.home_visits"},
    {"round_the_clock", "24時間対応", FILTER_CODE, "yes_no", "c.round_the_clock"},
    {"end_of_life_care", "看取り", FILTER_CODE, "yes_no", "c.end_of_life_care"},
    {"new_patient_acceptance", "新しい利用者", FILTER_CODE, "new_patient_acceptance", "c.new_patient_acceptance"},
    {"medical_procedures", "医療処置", FILTER_CODES, "medical_procedure", "c.medical_procedures"},
    {"confirmed_to", "確認した日（まで）", FILTER_TO, NULL, "c.confirmed_on"},
};
static const struct list_column columns[] = {
    {.field = "", .label = "名称", .text = name_column, .uses = ""},
    {.field = "confirmed_on", .sort = "c.confirmed_on"},
    {.field = "home_visits"},
    {.field = "round_the_clock"},
    {.field = "end_of_life_care"},
    {.field = "new_patient_acceptance"},
    {.field = "care_district", .sort = "c.care_district"},
};
const struct resource facility_local_resource = {
    .path = "/facility-facts", .label = "地域で確かめたこと", .audit = "facility_local", .record = &facility_local_record,
    .read = PERM_DIRECTORY_WRITE, .write = PERM_DIRECTORY_WRITE, .shared = true, .home = home,
    .filters = filters, .filter_count = COUNT(filters), .columns = columns, .column_count = COUNT(columns),
    .order = " ORDER BY c.confirmed_on, c.id",
    .empty = "まだ何も確かめていません。資源の一覧から事業所を開き、「地域で確かめたことを記録する」を押してください。",
    .defaults = defaults, .compute = compute, .after_save = after_save, .may_change = is_of_an_entry, .form_body = form_body, .title = title,
};
static const struct resource *const resources[] = {&facility_local_resource};

const struct feature facility_local_feature = {
    .name = "facility_local",
    .migrations = migrations, .migration_count = COUNT(migrations),
    .resources = resources, .resource_count = COUNT(resources),
    .demo = facility_local_demo,
};
