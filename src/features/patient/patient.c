/* patient.c -- the person's record: fields, rules, schema. */
#include "features/patient/patient.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/text.h"

#include "web/html.h"
#include "web/picker.h"

#include <string.h>

#define AT(member) offsetof(struct patient, member)

static const struct field fields[] = {
    {.name = "kana", .label = "フリガナ", .type = FIELD_KANA, .max = 100, .section = "利用者", .offset = AT(kana),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED, .source = "forms.md §3 patient"},
    {.name = "name", .label = "氏名", .type = FIELD_TEXT, .max = 100, .offset = AT(name),
     .flags = FIELD_PERSONAL | FIELD_SEARCHED, .source = "forms.md §3 patient"},
    {.name = "pseudonym", .label = "仮名（イニシャルなど）", .help = "お名前を記録しないときに使います。例: M.H.", .type = FIELD_TEXT, .max = 40,
     .offset = AT(pseudonym), .flags = FIELD_PERSONAL | FIELD_SEARCHED, .source = "forms.md §3 patient"},
    {.name = "birth_on", .label = "生年月日", .type = FIELD_DATE, .offset = AT(birth_on), .flags = FIELD_PERSONAL | FIELD_PAST,
     .source = "forms.md §5.1 item 1"},
    {.name = "age_band", .label = "年齢層", .type = FIELD_CODE, .codes = "age_band", .offset = AT(age_band), .source = "forms.md §3 age_band"},
    {.name = "sex", .label = "性別", .type = FIELD_CODE, .codes = "sex", .offset = AT(sex), .source = "forms.md §3 sex"},
    {.name = "care_level", .label = "要介護度", .type = FIELD_CODE, .codes = "care_level", .offset = AT(care_level), .source = "standards.md 2.1"},
    {.name = "living", .label = "世帯の状況", .type = FIELD_CODE, .codes = "living", .offset = AT(living), .source = "forms.md §5.1 item 2"},
    {.name = "note", .label = "備考", .type = FIELD_LONG_TEXT, .max = 2000, .offset = AT(note), .flags = FIELD_PERSONAL | FIELD_SEARCHED,
     .source = "proposal"},
    {.name = "unique_key", .label = "同一人物の手がかり", .type = FIELD_TEXT, .max = 400, .offset = AT(unique_key),
     .flags = FIELD_COMPUTED | FIELD_INTERNAL | FIELD_PERSONAL, .source = "programme.md §11 unique_person_key"},
};

static void check(const void *row, struct date today, struct problems *p)
{
    const struct patient *x = row;
    (void)today;
    if (!*x->name && !*x->kana && !*x->pseudonym)
        problem_add(p, "kana", "フリガナ・氏名・仮名のどれかを入力してください。");
}

static const struct field_set set = {
    .name = "patient", .label = "利用者", .fields = fields, .count = COUNT(fields), .size = sizeof(struct patient), .check = check,
};
const struct record patient_record = {.table = "patient", .set = &set, .search_kind = "patient"};

static const char patient_schema[] =
    "CREATE TABLE patient (\n"
    "  id TEXT PRIMARY KEY,\n"
    "  office_id TEXT NOT NULL,\n"
    "  area_code TEXT NOT NULL,\n"
    "  created_at TEXT NOT NULL,\n"
    "  created_by TEXT NOT NULL,\n"
    "  changed_at TEXT NOT NULL,\n"
    "  changed_by TEXT NOT NULL,\n"
    "  revision BIGINT NOT NULL,\n"
    "  deleted_at TEXT NOT NULL DEFAULT '',\n"
    "  kana TEXT NOT NULL,       -- katakana; forms.md §3\n"
    "  name TEXT NOT NULL,       -- as written; '' when known by pseudonym only\n"
    "  pseudonym TEXT NOT NULL,  -- initials or the like\n"
    "  birth_on TEXT NOT NULL,   -- ISO day or ''\n"
    "  age_band TEXT NOT NULL,   -- codes/age_band.tsv\n"
    "  sex TEXT NOT NULL,        -- codes/sex.tsv\n"
    "  care_level TEXT NOT NULL, -- codes/care_level.tsv\n"
    "  living TEXT NOT NULL,     -- codes/living.tsv\n"
    "  note TEXT NOT NULL,       -- free text\n"
    "  unique_key TEXT NOT NULL  -- folded key of candidates for one person; programme.md §11\n"
    ");\n"
    "CREATE INDEX patient_by_office ON patient (office_id, kana, id);\n"
    "CREATE INDEX patient_by_key ON patient (office_id, unique_key);\n";

/* Most persons have no key: nobody is found by it. */
static const char keyed_only[] =
    "DROP INDEX patient_by_key;\n"
    "CREATE INDEX patient_by_key ON patient (office_id, unique_key) WHERE unique_key <> '';\n";

static const struct migration migrations[] = {
    {2026040401, "patient: create", patient_schema, NULL, NULL},
    {2026112171, "patient: only keys in the index", keyed_only, NULL, NULL},
};

const char *patient_key(const struct patient *p, struct arena *a)
{
    const char *who = *p->kana ? p->kana : p->name;
    if (*who && *p->birth_on)
        return arena_printf(a, "%s|%s", text_fold(a, who), p->birth_on);
    if (!*who && *p->pseudonym && *p->age_band && *p->sex)
        return arena_printf(a, "%s|%s|%s", text_fold(a, p->pseudonym), p->age_band, p->sex);
    return "";
}

const char *patient_display(const struct patient *p)
{
    return *p->name ? p->name : *p->kana ? p->kana : *p->pseudonym ? p->pseudonym : "（お名前なし）";
}

bool patient_register(struct db *db, struct patient *p, const char *user_id, struct arena *a, struct err *err)
{
    p->unique_key = patient_key(p, a);
    return record_insert(db, &patient_record, p, user_id, a, err);
}

bool patient_ensure(struct db *db, struct patient *p, const char *user_id, struct arena *a, struct err *err)
{
    struct err trouble = {0};
    const char *office_id = db_text(db, a, &trouble, "SELECT office_id FROM patient WHERE id = $1", TEXT(p->head.id));
    if (trouble.kind) {
        if (err)
            *err = trouble;
        return false;
    }
    /* An id comes from the form: it must not reach a person of another office. */
    if (office_id)
        return !strcmp(office_id, p->head.office_id) || err_set(err, ERR_CONFLICT, "resource.id_taken", "id=%s", p->head.id);
    return patient_register(db, p, user_id, a, err);
}

const char *patient_find_by_key(struct db *db, const char *office_id, const char *unique_key, struct arena *a, struct err *err)
{
    if (!*unique_key)
        return NULL;
    return db_text(db, a, err,
                   "SELECT id FROM patient WHERE office_id = $1 AND unique_key = $2 AND unique_key <> '' AND deleted_at = '' ORDER BY id LIMIT 1",
                   TEXT(office_id), TEXT(unique_key));
}

/* -- pages: the resource's own parts ------------------------------------------------------------------------------------ */

static bool compute(struct db *db, struct save *s, struct err *err)
{
    struct patient *p = s->row;
    (void)db;
    (void)err;
    p->unique_key = patient_key(p, s->arena);
    return true;
}

static const char *title(const void *row, struct arena *a)
{
    (void)row;
    return arena_strdup(a, "利用者の記録");
}

static void show_actions(struct buf *out, struct request *req, const void *row)
{
    const struct patient *p = row;
    (void)req;
    html_raw(out, "<a class=\"button\" href=\"/consultations?patient=");
    html_url(out, p->head.id);
    html_raw(out, "\">この方の相談シート</a>\n");
}

static const struct list_filter filters[] = {
    {"sex", "性別", FILTER_CODE, "sex", "c.sex"},
    {"age_band", "年齢層", FILTER_CODE, "age_band", "c.age_band"},
    {"care_level", "要介護度", FILTER_CODE, "care_level", "c.care_level"},
    {"ward", "区", FILTER_AREA, NULL, "c.area_code"},
};
static const struct list_column columns[] = {
    {.field = "kana", .sort = "c.kana"},
    {.field = "name"},
    {.field = "pseudonym"},
    {.field = "age_band", .sort = "c.age_band"},
    {.field = "sex"},
    {.field = "care_level"},
};
const struct resource patient_resource = {
    .path = "/patients", .label = "利用者", .audit = "patient", .record = &patient_record,
    .read = PERM_RECORD_READ, .write = PERM_RECORD_WRITE,
    .filters = filters, .filter_count = COUNT(filters), .columns = columns, .column_count = COUNT(columns),
    .order = " ORDER BY c.kana, c.id", .kept_by = "", .empty = "利用者はまだ登録されていません。相談シートを書くと、ここに加わります。",
    .compute = compute, .show_actions = show_actions, .title = title,
};

/* A hit as it stands in the search-as-you-type list. */
static struct pick pick_of(const struct patient *p, struct arena *a)
{
    const char *birth = *p->birth_on ? date_wareki_plain(a, date_from_iso(p->birth_on)) : code_label("age_band", p->age_band);
    return (struct pick){p->head.id, patient_display(p), arena_printf(a, "%s %s %s", p->kana, code_label("sex", p->sex), birth)};
}

static bool find(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    *ret_count = 0;
    *ret_picks = NEW_ARRAY(req->arena, 20, struct pick);
    if (!req->scope.sees_personal)
        return true;
    struct query q;
    query_init(&q, req->arena);
    record_select(&q, &patient_record);
    query_scope(&q, &req->scope, "c");
    if (*words)
        query_search(&q, req->db, "patient", "c", words);
    query_add(&q, " ORDER BY c.changed_at DESC LIMIT 20");
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows)
        return false;
    while (rows_next(rows)) {
        struct patient p = {0};
        record_read(rows, &patient_record, &p, req->arena);
        (*ret_picks)[(*ret_count)++] = pick_of(&p, req->arena);
    }
    return !rows_failed(rows);
}

static const char *label(struct request *req, const char *id)
{
    struct patient p = {0};
    struct err ignored = {0};
    if (!*id || !req->scope.sees_personal
        || !record_find(req->db, &patient_record, &req->scope, id, &p, req->arena, &ignored))
        return "";
    return patient_display(&p);
}

static const struct picker pickers[] = {{.kind = "patient", .needs = PERM_RECORD_READ, .personal = true, .find = find, .label = label}};
static const struct resource *const resources[] = {&patient_resource};
static const struct menu_item menu[] = {{30, "利用者", "/patients", "patients", PERM_RECORD_READ}};

const struct feature patient_feature = {
    .name = "patient",
    .migrations = migrations, .migration_count = COUNT(migrations),
    .menu = menu, .menu_count = COUNT(menu),
    .resources = resources, .resource_count = COUNT(resources),
    .pickers = pickers, .picker_count = COUNT(pickers),
};
