/* area_feature.c -- tables of the feature: migrations, picker, messages. */
#include "features/area/area.h"

#include "base/count.h"
#include "base/text.h"
#include "features/area/area_rows.h"
#include "store/query.h"
#include "store/tally.h"
#include "web/request.h"

#include <string.h>

static const struct migration migrations[] = {
    {.number = 2026040101,
     .name = "area: create",
     .sql = "CREATE TABLE area (\n"
            "  code TEXT PRIMARY KEY,          -- 全国地方公共団体コード with check digit, 6 digits; source: formats.md F\n"
            "  name TEXT NOT NULL,             -- 北区, without the city\n"
            "  kana TEXT NOT NULL,             -- katakana\n"
            "  kind TEXT NOT NULL,             -- prefecture, municipality, ward, district\n"
            "  parent_code TEXT NOT NULL,      -- '' for a prefecture\n"
            "  path TEXT NOT NULL,             -- codes from the prefecture down, each followed by '/'\n"
            "  lat BIGINT,                     -- town hall, millionths of a degree, WGS84\n"
            "  lng BIGINT,                     -- town hall, millionths of a degree, WGS84\n"
            "  retired_on TEXT NOT NULL DEFAULT '' -- first day on which it no longer exists, ISO\n"
            ");\n"
            "CREATE INDEX area_parent ON area (parent_code, code);\n"
            "CREATE UNIQUE INDEX area_by_path ON area (path);\n"},
    {.number = 2026040102, .name = "area: all municipalities of Japan as of 2024", .sql = area_rows_sql},
    {.number = 2026112161, .name = "area: counts of cities", .sql_sqlite = TALLY_FILL_YEARS},
    {.number = 2026112198, .name = "area: counts of cities on PostgreSQL", .sql_postgresql = TALLY_FILL_YEARS},
};

static bool read_picks(struct request *req, struct rows *r, struct pick **ret_picks, size_t *ret_count)
{
    struct pick *picks = NEW_ARRAY(req->arena, 20, struct pick);
    size_t count = 0;
    while (count < 20 && rows_next(r))
        picks[count++] = (struct pick){
            .id = arena_strdup(req->arena, rows_text(r, 0)),
            .label = arena_strdup(req->arena, rows_text(r, 1)),
            .detail = arena_strdup(req->arena, rows_text(r, 2)),
        };
    *ret_picks = picks;
    *ret_count = count;
    return !rows_failed(r);
}

/* The user's own area and what lies below come first; kana may be typed in hiragana. */
static bool find_areas(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    const char *clean = text_clean(req->arena, words, strlen(words), true);
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT c.code, CASE WHEN c.kind = 'ward' THEN p.name || c.name ELSE c.name END, c.kana || ' ' || c.code"
                  " FROM area c LEFT JOIN area p ON p.code = c.parent_code WHERE c.retired_on = ''");
    if (*clean)
        query_add(&q, " AND (c.code LIKE ? || '%' OR p.name || c.name LIKE '%' || ? || '%' OR c.name LIKE '%' || ? || '%'"
                      " OR c.kana LIKE ? || '%')",
                  TEXT(clean), TEXT(clean), TEXT(clean), TEXT(text_katakana(req->arena, clean)));
    query_add(&q, " ORDER BY CASE WHEN c.code = ? THEN 0 WHEN c.parent_code = ? THEN 1 ELSE 2 END, c.code LIMIT 20",
              TEXT(req->session->area_code), TEXT(req->session->area_code));
    auto_rows *r = query_run(&q, req->db, req->arena, err);
    return r && read_picks(req, r, ret_picks, ret_count);
}

static const char *label_area(struct request *req, const char *id)
{
    return area_label(req->db, id, req->arena);
}

static const struct picker pickers[] = {
    {.kind = "area", .needs = PERM_SIGNED_IN, .find = find_areas, .label = label_area},
};

static const struct message messages[] = {
    {"area.unknown", "この地域コードは見つかりません。6桁の全国地方公共団体コードを確認してください。"},
};

const struct feature area_feature = {
    .name = "area",
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .pickers = pickers, .picker_count = COUNT(pickers),
};
