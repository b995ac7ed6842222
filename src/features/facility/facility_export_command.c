/* facility_export_command.c -- renkei export facilities: the layout of 介護サービス情報公表システム, as it was published.
 *
 * Each row is written from the row that was kept, under the published headers, so that what is written reads to the same directory.  Columns
 * that a file had lost (formats.md A') stay blank, except the codes, which are written whole. */
#include "base/buf.h"
#include "base/count.h"
#include "features/facility/facility_import.h"
#include "features/feature_list.h"
#include "output/csv.h"

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
    return fwrite(line.data, 1, line.size, out) == line.size || err_set(err, ERR_STORE_AWAY, "store.away", "write");
}

bool facility_export_kaigo(struct db *db, const char *service, FILE *out, struct err *err)
{
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT s.raw, f.area_code, f.office_number FROM facility f JOIN facility_source s ON s.facility_id = f.id "
                            "AND s.source = 'kaigo' WHERE f.source = 'kaigo' AND s.is_listed = 1 AND (f.service_code = $1 OR $1 = '') "
                            "ORDER BY f.service_code, f.area_code, f.office_number",
                            TEXT(service));
    if (!r)
        return false;
    write_headers(out);
    while (rows_next(r))
        if (!write_row(r, out, err))
            return false;
    return !rows_failed(r);
}

static bool write_view(struct db *db, void *arg, struct err *err)
{
    return facility_export_kaigo(db, arg, stdout, err);
}

int export_facilities_command(const struct config *config, int argc, char **argv)
{
    struct err err = {0};
    bool whole = argc == 2, one = argc == 4 && !strcmp(argv[2], "--service");
    if ((!whole && !one) || strcmp(argv[0], "--format") != 0 || strcmp(argv[1], "kaigo") != 0) {
        fprintf(stderr, "usage: renkei export facilities --format kaigo [--service CODE]\n");
        return 2;
    }
    char none[] = "";
    struct store *store = store_open(config->data, &err);
    bool done = store && store_view(store, write_view, one ? argv[3] : none, &err);
    store_close(store);
    if (!done)
        fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err.message), err.detail);
    return done ? 0 : err_exit_code(err.kind);
}
