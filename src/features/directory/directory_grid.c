/* directory_grid.c -- how many entries lie in each square of the map, for squares of several sizes, by service and in all.
 *
 * A map of the country shows counts, and nobody counts 500,000 entries for it: map_cell holds them.  What changes in `facility` marks its block
 * (a square of 0.13 degrees) in map_changed, by a trigger; a chore counts marked blocks again, each in a write of its own.  So the counts are at
 * most a minute behind; single entries are read from `facility` itself.  Neither table is part of a backup: both are made again. */
#include "features/directory/directory_inside.h"

#include <string.h>

/* The edges of squares, in millionths of a degree; each is 4 of the one before, so that squares nest. */
#define BLOCK "131072"
#define BLOCK_OF(row) "((" row ".lat / " BLOCK ") * 4096 + " row ".lng / " BLOCK ")"
#define MARK(row, more) "INSERT INTO map_changed (block) SELECT " BLOCK_OF(row) " WHERE " row ".lat IS NOT NULL AND " row ".lng IS NOT NULL" more ";"
#define MARK_ONCE(row) MARK(row, " AND NOT EXISTS (SELECT 1 FROM map_changed WHERE block = " BLOCK_OF(row) ")")
#define DIFFERS(column) "OLD." column " IS DISTINCT FROM NEW." column
#define IS_NOT(column) "OLD." column " IS NOT NEW." column
#define ANY_OF(differs) differs("lat") " OR " differs("lng") " OR " differs("merged_into") " OR " differs("service_code") " OR " differs("kind") \
                        " OR " differs("area_code")

const char directory_grid_sql[] =
    "CREATE TABLE map_cell (\n"
    "  service TEXT NOT NULL,  -- code of care_service or facility_kind; '' all entries\n"
    "  size BIGINT NOT NULL,   -- edge of the square in millionths of a degree\n"
    "  cell BIGINT NOT NULL,   -- (lat / size) * 1048576 + lng / size\n"
    "  block BIGINT NOT NULL,  -- the block it is counted with; -1: a square larger than a block\n"
    "  total BIGINT NOT NULL,  -- entries\n"
    "  lat BIGINT NOT NULL,    -- their mean, millionths of a degree, WGS84\n"
    "  lng BIGINT NOT NULL,\n"
    "  sample TEXT NOT NULL,   -- one of them: its id (36 characters), then its area_code\n"
    "  PRIMARY KEY (service, size, cell)\n"
    ");\n"
    "CREATE INDEX map_cell_of_block ON map_cell (size, block);\n"
    "CREATE TABLE map_changed (\n"
    "  block BIGINT NOT NULL   -- (lat / 131072) * 4096 + lng / 131072\n"
    ");\n"
    "CREATE INDEX map_changed_of ON map_changed (block);\n"
    "CREATE INDEX facility_spot ON facility (((lat / 1024) * 262144 + lng / 1024));\n"
    "INSERT INTO map_changed (block) SELECT DISTINCT " BLOCK_OF("c") " FROM facility c WHERE c.lat IS NOT NULL AND c.lng IS NOT NULL;\n";

const char directory_grid_sqlite[] =
    "CREATE TRIGGER facility_map_added AFTER INSERT ON facility BEGIN " MARK_ONCE("NEW") " END;\n"
    "CREATE TRIGGER facility_map_gone AFTER DELETE ON facility BEGIN " MARK_ONCE("OLD") " END;\n"
    "CREATE TRIGGER facility_map_moved AFTER UPDATE ON facility WHEN " ANY_OF(IS_NOT) " BEGIN " MARK_ONCE("OLD") " " MARK_ONCE("NEW") " END;\n";

/* A mark for every change: one that is there already may be taken away by a count that does not see this change yet, and a unique key would let
 * two imports wait for each other. */
const char directory_grid_postgresql[] =
    "CREATE OR REPLACE FUNCTION facility_map_mark() RETURNS trigger LANGUAGE plpgsql AS $map$ BEGIN"
    " IF TG_OP <> 'INSERT' THEN " MARK("OLD", "") " END IF; IF TG_OP <> 'DELETE' THEN " MARK("NEW", "") " END IF; RETURN NULL; END $map$;\n"
    "CREATE TRIGGER facility_map_added AFTER INSERT OR DELETE ON facility FOR EACH ROW EXECUTE FUNCTION facility_map_mark();\n"
    "CREATE TRIGGER facility_map_moved AFTER UPDATE ON facility FOR EACH ROW WHEN (" ANY_OF(DIFFERS) ") EXECUTE FUNCTION facility_map_mark();\n";

/* $1 the block, $2 and $3 its first and last row of cells (directory.h), $4 and $5 its columns. */
#define IN_BAND DIRECTORY_CELL("c") " BETWEEN band.n * 65536 + $4 AND band.n * 65536 + $5"
#define BY_BAND "band CROSS JOIN facility c WHERE " IN_BAND
#define BY_BAND_POSTGRESQL "band CROSS JOIN LATERAL (SELECT c.* FROM facility c WHERE " IN_BAND " OFFSET 0) c WHERE true" /* as in directory_search.c */
#define COUNT_ROWS(bands, service, size, condition) \
    "WITH RECURSIVE band (n) AS (SELECT CAST($2 AS BIGINT) UNION ALL SELECT n + 1 FROM band WHERE n < $3)" \
    " INSERT INTO map_cell (service, size, cell, block, total, lat, lng, sample)" \
    " SELECT " service ", " size ", (c.lat / " size ") * 1048576 + c.lng / " size ", $1, COUNT(*), CAST(SUM(c.lat) / COUNT(*) AS BIGINT)," \
    " CAST(SUM(c.lng) / COUNT(*) AS BIGINT), MIN(c.id || c.area_code) FROM " bands " AND length(c.merged_into) = 0" condition " GROUP BY 1, 3"
#define COUNT_SIZE(bands, size) COUNT_ROWS(bands, "''", size, ""), COUNT_ROWS(bands, "c.service_code", size, " AND c.service_code <> ''"), \
                                COUNT_ROWS(bands, "c.kind", size, " AND c.kind <> 'care'")
#define COUNT_SIZES(bands) {COUNT_SIZE(bands, "2048"), COUNT_SIZE(bands, "8192"), COUNT_SIZE(bands, "32768"), COUNT_SIZE(bands, BLOCK)}
#define COUNT_LARGE(size, from) \
    "INSERT INTO map_cell (service, size, cell, block, total, lat, lng, sample)" \
    " SELECT service, " size ", (lat / " size ") * 1048576 + lng / " size ", -1, CAST(SUM(total) AS BIGINT), CAST(SUM(lat * total) / SUM(total) AS BIGINT)," \
    " CAST(SUM(lng * total) / SUM(total) AS BIGINT), MIN(sample) FROM map_cell WHERE size = " from " GROUP BY 1, 3"

enum { COUNTS = 12 }; /* of four sizes: of all, by service, by kind */
static const char *const of_block[COUNTS] = COUNT_SIZES(BY_BAND), *const of_block_postgresql[COUNTS] = COUNT_SIZES(BY_BAND_POSTGRESQL);
static const char *const of_all[] = {
    "DELETE FROM map_cell WHERE size IN (524288, 2097152) AND block = -1", COUNT_LARGE("524288", BLOCK), COUNT_LARGE("2097152", "524288")};

/* On PostgreSQL a facility's change and its mark are seen together, so what is counted after the mark went holds the change. */
static bool count_block(struct db *db, void *arg, struct err *err)
{
    enum { CELLS = 16 }; /* cells of the directory's index along a block's edge */
    long block = *(long *)arg, row = block / 4096 * CELLS, column = block % 4096 * CELLS;
    if (db_run(db, err, "DELETE FROM map_changed WHERE block = $1", INT(block)) < 0 ||
        db_run(db, err, "DELETE FROM map_cell WHERE size IN (2048, 8192, 32768, " BLOCK ") AND block = $1", INT(block)) < 0)
        return false;
    const char *const *counts = db_is_sqlite(db) ? of_block : of_block_postgresql;
    for (size_t i = 0; i < COUNTS; i++)
        if (db_run(db, err, counts[i], INT(block), INT(row), INT(row + CELLS - 1), INT(column), INT(column + CELLS - 1)) < 0)
            return false;
    return true;
}

static bool count_large(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    for (size_t i = 0; i < sizeof of_all / sizeof *of_all; i++)
        if (db_run(db, err, of_all[i]) < 0)
            return false;
    return true;
}

bool directory_grid_refresh(struct store *store, struct err *err)
{
    bool changed = false;
    for (;;) {
        struct db *db = store_reader(store, err);
        long block = db ? (long)db_int(db, err, -1, "SELECT block FROM map_changed LIMIT 1") : -1;
        if (err->kind)
            return false;
        if (block < 0)
            break;
        changed = true;
        if (!store_write(store, count_block, &block, err))
            return false;
    }
    return !changed || store_write(store, count_large, NULL, err);
}

bool directory_grid_chore(struct app *app, struct arena *a, struct err *err)
{
    (void)a;
    return directory_grid_refresh(app_store(app), err);
}
