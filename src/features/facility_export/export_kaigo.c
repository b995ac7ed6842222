/* export_kaigo.c -- the layout of 介護サービス情報公表システム, as it was published.
 *
 * Each row is written from the row that was kept, under the published headers, so that what is written reads to the same directory.  Columns
 * that a file had lost (formats.md A') stay blank, except the codes, which are written whole; so do those that the viewer does not see. */
#include "base/buf.h"
#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/facility_export/export_row.h"
#include "output/csv.h"
#include "store/query.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { BATCH = 1000 };

/* `field`: of audience.h; NULL always. */
static const struct {
    const char *header, *field;
} columns[] = {
    {"都道府県コード又は市町村コード", NULL}, {"No", "office_number"}, {"都道府県名", NULL}, {"市区町村名", NULL}, {"事業所名", NULL}, {"事業所名カナ", NULL},
    {"サービスの種類", "service"}, {"住所", "address"}, {"方書（ビル名等）", "address"}, {"緯度", "place"}, {"経度", "place"}, {"電話番号", "phone"},
    {"FAX番号", "fax"}, {"法人番号", "corporation_number"}, {"法人の名称", "corporation"}, {"事業所番号", "office_number"}, {"利用可能曜日", "days"},
    {"利用可能曜日特記事項", "note"}, {"定員", "capacity"}, {"URL", "url"}, {"高齢者の方と障害者の方が同時一体的に利用できるサービス", "service"},
    {"介護保険の通常の指定基準を満たしている", "service"}, {"障害福祉の通常の指定基準を満たしている", "service"}, {"備考", "note"}};

struct kaigo {
    const struct export_request *x;
    const char *path;          /* of the area, "" everywhere */
    bool shown[COUNT(columns)];
    FILE *out;
    long rows;
    const char *area, *number; /* of the last row of the batch */
    struct arena *kept;        /* holds these two */
};

static bool disk(struct err *err)
{
    return err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
}

static bool write_headers(FILE *out, struct err *err)
{
    auto_buf line = {0};
    buf_text(&line, "\xef\xbb\xbf");
    for (size_t i = 0; i < COUNT(columns); i++)
        csv_cell(&line, columns[i].header, i == 0);
    csv_end_row(&line);
    return fwrite(line.data, 1, line.size, out) == line.size || disk(err);
}

static bool write_row(struct kaigo *k, const struct rows *r, struct err *err)
{
    auto_buf line = {0};
    json_error_t where;
    json_t *raw = json_loads(rows_text(r, 0), 0, &where);
    if (!raw)
        return err_set(err, ERR_BROKEN, "store.failed", "raw row: %.80s", where.text);
    for (size_t i = 0; i < COUNT(columns); i++) {
        const char *kept = json_string_value(json_object_get(raw, columns[i].header));
        bool number = columns[i].field && !strcmp(columns[i].field, "office_number");
        csv_cell(&line, !k->shown[i] ? "" : i == 0 ? rows_text(r, 1) : number ? rows_text(r, 2) : kept ? kept : "", i == 0);
    }
    csv_end_row(&line);
    json_decref(raw);
    k->rows++;
    return fwrite(line.data, 1, line.size, k->out) == line.size || disk(err);
}

static struct rows *next_batch(struct kaigo *k, const char *service, struct arena *a, struct err *err)
{
    struct query q;
    query_init(&q, a);
    q.scope = &export_open_words;
    query_add(&q, "SELECT s.raw, f.area_code, f.office_number, c.lat, c.lng FROM facility f JOIN facility_source s ON s.facility_id = f.id AND s.source = 'kaigo' "
                  "JOIN facility c ON c.id =" FACILITY_SHOWN_ID("f")
                  "WHERE f.source = 'kaigo' AND s.is_listed = 1 AND f.service_code = ? AND (f.area_code > ? OR (f.area_code = ? AND f.office_number > ?))",
              TEXT(service), TEXT(k->area), TEXT(k->area), TEXT(k->number));
    if (*k->path)
        query_add(&q, " AND f.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%')", TEXT(k->path));
    if (*k->x->words)
        query_search(&q, k->x->db, "facility", "f", k->x->words);
    export_add_asked(&q, k->x);
    query_add(&q, " ORDER BY f.area_code, f.office_number LIMIT ?", INT(BATCH));
    return query_run(&q, k->x->db, a, err);
}

static long place_at(const struct rows *r, int column)
{
    return rows_is_null(r, column) ? FIELD_BLANK : (long)rows_int(r, column);
}

static bool write_service(struct kaigo *k, const char *service, struct err *err)
{
    auto_arena *a = arena_new();
    long count;
    k->area = k->number = "";
    do {
        arena_reset(a);
        auto_rows *r = next_batch(k, service, a, err);
        for (count = 0; r && rows_next(r); count++) {
            if (export_is_near(k->x, place_at(r, 3), place_at(r, 4)) && !write_row(k, r, err))
                return false;
            if (count + 1 == BATCH) {
                const char *area = arena_strdup(k->kept, rows_text(r, 1));
                k->number = arena_strdup(k->kept, rows_text(r, 2));
                k->area = area;
            }
        }
        if (!r || rows_failed(r))
            return false;
    } while (count == BATCH);
    return true;
}

static bool write_services(struct kaigo *k, struct err *err)
{
    const struct code_list *list = code_list_find("care_service");
    for (size_t i = 0; i < list->count; i++)
        if ((!*k->x->service_code || !strcmp(k->x->service_code, list->codes[i].code)) && !write_service(k, list->codes[i].code, err))
            return false;
    return true;
}

bool export_kaigo(const struct export_request *x, const char *path, long *ret_rows, struct err *err)
{
    auto_arena *kept = arena_new();
    struct kaigo k = {.x = x, .path = *x->area_code ? area_path(x->db, x->area_code, x->arena) : "", .out = fopen(path, "w"), .kept = kept};
    if (!k.out)
        return disk(err);
    for (size_t i = 0; i < COUNT(columns); i++)
        k.shown[i] = !columns[i].field || audience_sees(&x->who, columns[i].field);
    bool done = write_headers(k.out, err) && (*x->kind && strcmp(x->kind, "care") ? true : write_services(&k, err));
    *ret_rows = k.rows;
    return (fclose(k.out) == 0 || disk(err)) && done;
}
