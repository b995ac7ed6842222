/* export_kaigo.c -- the layout of 介護サービス情報公表システム, as it was published.
 *
 * Each row is written from the row that was kept, under the published headers, so that what is written reads to the same directory.  Columns
 * that a file had lost (formats.md A') stay blank, except the codes, which are written whole. */
#include "base/buf.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/facility_export/export_row.h"
#include "output/csv.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *const headers[] = {
    "都道府県コード又は市町村コード", "No", "都道府県名", "市区町村名", "事業所名", "事業所名カナ", "サービスの種類", "住所", "方書（ビル名等）", "緯度", "経度",
    "電話番号", "FAX番号", "法人番号", "法人の名称", "事業所番号", "利用可能曜日", "利用可能曜日特記事項", "定員", "URL",
    "高齢者の方と障害者の方が同時一体的に利用できるサービス", "介護保険の通常の指定基準を満たしている", "障害福祉の通常の指定基準を満たしている", "備考"};

static void write_headers(FILE *out)
{
    auto_buf line = {0};
    buf_text(&line, "\xef\xbb\xbf");
    for (size_t i = 0; i < COUNT(headers); i++)
        csv_cell(&line, headers[i], i == 0);
    csv_end_row(&line);
    fwrite(line.data, 1, line.size, out);
}

static bool write_row(const struct rows *r, FILE *out, struct err *err)
{
    auto_buf line = {0};
    json_error_t where;
    json_t *raw = json_loads(rows_text(r, 0), 0, &where);
    if (!raw)
        return err_set(err, ERR_BROKEN, "store.failed", "raw row: %.80s", where.text);
    for (size_t i = 0; i < COUNT(headers); i++) {
        const char *kept = json_string_value(json_object_get(raw, headers[i]));
        bool number = !strcmp(headers[i], "No") || !strcmp(headers[i], "事業所番号");
        csv_cell(&line, i == 0 ? rows_text(r, 1) : number ? rows_text(r, 2) : kept ? kept : "", i == 0);
    }
    csv_end_row(&line);
    json_decref(raw);
    return fwrite(line.data, 1, line.size, out) == line.size || err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
}

static bool write_rows(const struct export_request *x, FILE *out, long *ret_rows, struct err *err)
{
    auto_rows *r = db_query(x->db, NULL, err,
                            "SELECT s.raw, f.area_code, f.office_number FROM facility f JOIN facility_source s ON s.facility_id = f.id "
                            "AND s.source = 'kaigo' WHERE f.source = 'kaigo' AND s.is_listed = 1 AND (f.service_code = $1 OR $1 = '') "
                            "AND ($2 = '' OR f.area_code IN (SELECT code FROM area WHERE path LIKE $2 || '%')) "
                            "ORDER BY f.service_code, f.area_code, f.office_number",
                            TEXT(x->service_code), TEXT(*x->area_code ? area_path(x->db, x->area_code, x->arena) : ""));
    if (!r)
        return false;
    write_headers(out);
    for (; rows_next(r); ++*ret_rows)
        if (!write_row(r, out, err))
            return false;
    return !rows_failed(r);
}

bool export_kaigo(const struct export_request *x, const char *path, long *ret_rows, struct err *err)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
    bool done = write_rows(x, out, ret_rows, err);
    return (fclose(out) == 0 || err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno)) && done;
}
