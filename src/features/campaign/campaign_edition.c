/* campaign_edition.c -- the published edition: the list of the chosen entries as it stood when it was published, kept byte for byte. */
#include "features/campaign/campaign_edition.h"

#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/audience/audience.h"
#include "features/campaign/campaign_pages.h"
#include "output/table.h"
#include "store/document.h"

#include <string.h>

static const struct document_table documents = {
    "INSERT INTO campaign_document (campaign_id, kind, piece, content) VALUES ($1, $2, $3, $4)",
    "SELECT content FROM campaign_document WHERE campaign_id = $1 AND kind = $2 ORDER BY piece",
};

/* A page is for reading; the files have every field that was asked. */
static const struct {
    const char *kind;
    enum table_format format;
    bool whole;
} kinds[] = {{"pdf", TABLE_PDF, false}, {"xlsx", TABLE_XLSX, true}, {"csv", TABLE_CSV, true}};

static const char *const read_fields[] = {"name", "address", "phone", "fax"};

struct edition {
    struct db *db;
    const struct campaign *campaign;
    const struct field_set *set;
    struct audience who;
    struct arena *arena;
    struct table *page, *whole;
};

static const char *how(const char *state)
{
    return !strcmp(state, "confirmed") ? "このとおり" : !strcmp(state, "approved") ? "直して確認" : !strcmp(state, "corrected") ? "直しを確認中" : "返事なし";
}

static bool is_read(const char *field)
{
    for (size_t i = 0; i < COUNT(read_fields); i++)
        if (!strcmp(read_fields[i], field))
            return true;
    return false;
}

static struct table *new_table(struct edition *e, bool whole)
{
    struct table *t = table_new(e->arena, "campaign_edition", arena_printf(e->arena, "%s　第%ld版", e->campaign->title, e->campaign->edition));
    table_column(t, "service", "サービス", COLUMN_TEXT, NULL)->width = whole ? 0 : 8;
    for (size_t i = 0; i < e->set->count; i++)
        if (strcmp(e->set->fields[i].name, "remark") && (whole || is_read(e->set->fields[i].name)))
            table_column(t, e->set->fields[i].name, e->set->fields[i].label, COLUMN_TEXT, NULL)->width = whole ? 0 : strcmp(e->set->fields[i].name, "name") && strcmp(e->set->fields[i].name, "address") ? 7 : 14;
    table_column(t, "state", "確認", COLUMN_TEXT, NULL)->width = whole ? 0 : 6;
    table_column(t, "confirmed_on", "確認した日", COLUMN_TEXT, NULL)->width = whole ? 0 : 8;
    t->landscape = true;
    t->subtitle = arena_printf(e->arena, "%s　%s公開", area_label(e->db, e->campaign->area_code, e->arena),
                               date_wareki_plain(e->arena, date_from_iso(e->campaign->published_on)));
    t->as_of = arena_printf(e->arena, "%s 現在", utc_to_local_label(e->arena, now_utc(e->arena)));
    if (*e->campaign->note)
        table_note(t, "%s", e->campaign->note);
    table_note(t, "第%ld版として公開した時点の内容です。あとから変わっても、この版は変わりません。専門職までに見せる項目がのっています。", e->campaign->edition);
    return t;
}

static void add_row(struct edition *e, struct table *t, const struct campaign_values *v, const char *state)
{
    struct arena *a = e->arena;
    const struct facility *f = &v->facility;
    struct row *r = table_row(t, ROW_PLAIN, f->id);
    size_t n = 0;
    r->cells[n++] = CELL_OF_TEXT(*f->service_code ? code_label("care_service", f->service_code) : code_label("facility_kind", f->kind));
    for (size_t i = 0; i < e->set->count; i++)
        if (strcmp(e->set->fields[i].name, "remark") && (t == e->whole || is_read(e->set->fields[i].name)))
            r->cells[n++] = CELL_OF_TEXT(field_display(&e->set->fields[i], v, a));
    r->cells[n++] = CELL_OF_TEXT(how(state));
    r->cells[n] = CELL_OF_TEXT(*v->local.confirmed_on ? date_wareki_plain(a, date_from_iso(v->local.confirmed_on)) : "");
}

static bool add_entries(struct edition *e, struct err *err)
{
    auto_rows *r = db_query(e->db, e->arena, err,
                            "SELECT e.facility_id, e.state FROM campaign_entry e JOIN facility f ON f.id = e.facility_id WHERE e.campaign_id = $1 "
                            "ORDER BY f.kana, f.name, f.id",
                            TEXT(e->campaign->id));
    while (r && rows_next(r)) {
        struct campaign_values v;
        if (!campaign_values_read(e->db, rows_text(r, 0), e->arena, &v, err))
            return false;
        audience_apply(&e->who, &v.facility, &v.local);
        add_row(e, e->page, &v, rows_text(r, 1));
        add_row(e, e->whole, &v, rows_text(r, 1));
    }
    return r && !rows_failed(r);
}

bool campaign_edition_keep(struct db *db, const struct campaign *c, struct arena *a, struct err *err)
{
    struct edition e = {.db = db, .campaign = c, .set = campaign_value_set(a), .arena = a};
    if (!audience_open(db, AUDIENCE_PROFESSIONAL, a, &e.who, err))
        return false;
    e.page = new_table(&e, false);
    e.whole = new_table(&e, true);
    bool ok = add_entries(&e, err);
    for (size_t i = 0; ok && i < COUNT(kinds); i++) {
        auto_buf bytes = {0};
        ok = table_write(kinds[i].whole ? e.whole : e.page, kinds[i].format, &bytes, err) &&
             document_keep(db, &documents, c->id, kinds[i].kind, bytes.data, bytes.size, err);
    }
    return ok;
}

bool campaign_has_edition(struct db *db, const char *campaign_id, struct err *err)
{
    return db_int(db, err, 0, "SELECT 1 FROM campaign_document WHERE campaign_id = $1 LIMIT 1", TEXT(campaign_id));
}

bool campaign_edition_page(struct request *req, struct err *err)
{
    struct campaign c;
    const char *kind = request_param(req, "kind");
    auto_buf bytes = {0};
    size_t i = 0;
    while (i < COUNT(kinds) && strcmp(kinds[i].kind, kind))
        i++;
    if (!campaign_of_request(req, &c, err) || (i < COUNT(kinds) && !document_read(req->db, &documents, c.id, kind, &bytes, err)))
        return false;
    if (!bytes.size)
        return err_set(err, ERR_NOT_FOUND, "campaign.no_edition", "kind=%.10s", kind);
    const char *name = kinds[i].whole ? arena_printf(req->arena, "%s 第%ld版.%s", c.title, c.edition, table_format_extension(kinds[i].format)) : NULL;
    return reply_document(req, table_format_type(kinds[i].format), name, bytes.data, bytes.size);
}
