/* store_migrations.c -- the store's own tables.
 *
 * Text sorts by bytes on both engines: SQLite does by itself, a PostgreSQL database must have collation C (db_postgresql.c refuses
 * another). */
#include "base/count.h"
#include "store/store.h"

const struct migration store_migrations[] = {
    {
        .number = 2024010101,
        .name = "store: audit",
        /* seq: place in the chain from 1, no gaps; at: UTC; ids, never names; prev_hash, hash: BLAKE2b-256 in hex, see audit.h */
        .sql_sqlite = "CREATE TABLE audit ("
                      "seq INTEGER PRIMARY KEY,"
                      "at TEXT NOT NULL, user_id TEXT NOT NULL, office_id TEXT NOT NULL, action TEXT NOT NULL,"
                      "object_kind TEXT NOT NULL, object_id TEXT NOT NULL, detail TEXT NOT NULL,"
                      "prev_hash TEXT NOT NULL, hash TEXT NOT NULL);"
                      "CREATE INDEX audit_object ON audit (object_id, seq);",
        /* local_id: order of arrival; seq, prev_hash and hash stay empty until a node links the entry */
        .sql_postgresql = "CREATE TABLE audit ("
                          "local_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                          "seq BIGINT UNIQUE,"
                          "at TEXT NOT NULL, user_id TEXT NOT NULL, office_id TEXT NOT NULL, action TEXT NOT NULL,"
                          "object_kind TEXT NOT NULL, object_id TEXT NOT NULL, detail TEXT NOT NULL,"
                          "prev_hash TEXT NOT NULL DEFAULT '', hash TEXT NOT NULL DEFAULT '');"
                          "CREATE INDEX audit_object ON audit (object_id, seq);"
                          "CREATE INDEX audit_unlinked ON audit (local_id) WHERE seq IS NULL;",
    },
    {
        .number = 2024010102,
        .name = "store: tally",
        /* n: count of the fact, see tally.h; the key's order serves "one measure, some months, one dimension" */
        .sql_sqlite = "CREATE TABLE tally ("
                      "measure TEXT NOT NULL, basis TEXT NOT NULL, month TEXT NOT NULL, code TEXT NOT NULL,"
                      "area_code TEXT NOT NULL, office_id TEXT NOT NULL, n BIGINT NOT NULL,"
                      "PRIMARY KEY (measure, basis, month, code, area_code, office_id)) WITHOUT ROWID;",
        .sql_postgresql = "CREATE TABLE tally ("
                          "measure TEXT NOT NULL, basis TEXT NOT NULL, month TEXT NOT NULL, code TEXT NOT NULL,"
                          "area_code TEXT NOT NULL, office_id TEXT NOT NULL, n BIGINT NOT NULL,"
                          "PRIMARY KEY (measure, basis, month, code, area_code, office_id) INCLUDE (n))"
                          " WITH (fillfactor = 70);",
    },
    {
        .number = 2024010103,
        .name = "store: search",
        /* doc_id: order of arrival; kind, id: the record; office_id: "" for public data; body: folded text, see search.h.
         * search_gram: rowid = doc_id, only the words' places, no text of its own. */
        .sql_sqlite = "CREATE TABLE search_doc ("
                      "doc_id INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, office_id TEXT NOT NULL,"
                      "body TEXT NOT NULL);"
                      "CREATE UNIQUE INDEX search_doc_record ON search_doc (kind, id);"
                      "CREATE VIRTUAL TABLE search_gram USING fts5"
                      "(grams, content = '', detail = none, columnsize = 0, tokenize = 'ascii');",
        /* grams: the same words as a tsvector without places */
        .sql_postgresql = "CREATE TABLE search_doc ("
                          "doc_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL,"
                          "office_id TEXT NOT NULL, body TEXT NOT NULL, grams TSVECTOR NOT NULL);"
                          "CREATE UNIQUE INDEX search_doc_record ON search_doc (kind, id);"
                          "CREATE INDEX search_doc_grams ON search_doc USING gin (grams);",
    },
    {
        .number = 2024010104,
        .name = "store: search_wait",
        /* Documents whose words are not in search_gram yet; kind, office_id, body: what the index still holds of it, NULL for nothing. */
        .sql_sqlite = "CREATE TABLE search_wait ("
                      "doc_id INTEGER PRIMARY KEY, kind TEXT, office_id TEXT, body TEXT);",
    },
    {
        .number = 2024010105,
        .name = "store: tally, fiscal years",
        .sql = "INSERT INTO tally (measure, basis, month, code, area_code, office_id, n)"
               " SELECT measure, basis, 'FY' || CASE WHEN substr(month, 6, 2) >= '04' THEN substr(month, 1, 4)"
               " ELSE CAST(CAST(substr(month, 1, 4) AS INTEGER) - 1 AS TEXT) END, code, area_code, office_id, CAST(sum(n) AS BIGINT)"
               " FROM tally GROUP BY 1, 2, 3, 4, 5, 6",
    },
    {
        .number = 2024010106,
        .name = "store: tally_wait",
        /* facts: what one transaction counted and nobody has added to tally yet, an array for each group of facts, tally_pile.h:
         * [area_code, office_id, measure, basis, month, fiscal year or "", code, n, code, n, ...].
         * tally_now: tally with what waits; a cell may be there several times, what counts is the sum. */
        .sql_sqlite = "CREATE TABLE tally_wait (id INTEGER PRIMARY KEY, facts TEXT NOT NULL);"
                      "CREATE VIEW tally_now (measure, basis, month, code, area_code, office_id, n) AS"
                      " SELECT measure, basis, month, code, area_code, office_id, n FROM tally UNION ALL"
                      " SELECT json_extract(h.value, '$[2]'), json_extract(h.value, '$[3]'), m.value, c.value, json_extract(h.value, '$[0]'),"
                      " json_extract(h.value, '$[1]'), json_extract(h.value, '$[' || (c.key + 1) || ']')"
                      " FROM tally_wait w JOIN json_each(w.facts) h JOIN json_each(h.value) m JOIN json_each(h.value) c"
                      " WHERE m.key IN (4, 5) AND (m.key = 4 OR m.value <> '') AND c.key >= 6 AND c.key % 2 = 0;",
        .sql_postgresql = "CREATE VIEW tally_now AS SELECT measure, basis, month, code, area_code, office_id, n FROM tally;",
    },
    {
        .number = 2024010107,
        .name = "store: tally_year",
        /* What tally holds for all areas of a municipality (area_code) in a fiscal year ("FY2024"), one column for each month; filled when there
         * are areas (area_feature.c), tally.h. */
        .sql_sqlite = "CREATE TABLE tally_year ("
                      "measure TEXT NOT NULL, basis TEXT NOT NULL, area_code TEXT NOT NULL, year TEXT NOT NULL, code TEXT NOT NULL,"
                      "m04 INTEGER NOT NULL DEFAULT 0, m05 INTEGER NOT NULL DEFAULT 0, m06 INTEGER NOT NULL DEFAULT 0,"
                      "m07 INTEGER NOT NULL DEFAULT 0, m08 INTEGER NOT NULL DEFAULT 0, m09 INTEGER NOT NULL DEFAULT 0,"
                      "m10 INTEGER NOT NULL DEFAULT 0, m11 INTEGER NOT NULL DEFAULT 0, m12 INTEGER NOT NULL DEFAULT 0,"
                      "m01 INTEGER NOT NULL DEFAULT 0, m02 INTEGER NOT NULL DEFAULT 0, m03 INTEGER NOT NULL DEFAULT 0,"
                      "PRIMARY KEY (measure, basis, area_code, year, code)) WITHOUT ROWID;",
    },
    {
        .number = 2024010108,
        .name = "store: tally_wait on PostgreSQL",
        /* A row lives for a second: kept as it is up to 8 kB, neither compressed nor put elsewhere. */
        .sql_postgresql = "CREATE TABLE tally_wait (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, facts TEXT NOT NULL)"
                          " WITH (toast_tuple_target = 8160);"
                          "CREATE OR REPLACE VIEW tally_now AS"
                          " SELECT measure, basis, month, code, area_code, office_id, n FROM tally UNION ALL"
                          " SELECT h.value ->> 2, h.value ->> 3, m.month, h.value ->> c.key, h.value ->> 0, h.value ->> 1,"
                          " CAST(h.value ->> (c.key + 1) AS BIGINT)"
                          " FROM tally_wait w CROSS JOIN LATERAL json_array_elements(CAST(w.facts AS json)) AS h (value)"
                          " CROSS JOIN LATERAL (SELECT h.value ->> 4 UNION ALL SELECT h.value ->> 5 WHERE h.value ->> 5 <> '') AS m (month)"
                          " CROSS JOIN LATERAL generate_series(6, json_array_length(h.value) - 2, 2) AS c (key);",
    },
    {
        .number = 2024010109,
        .name = "store: audit_wait",
        /* Entries that are committed and have no place in the chain yet, in order of arrival: PostgreSQL only.
         * audit_now: the chain with what waits behind it (wait_id > 0), for whoever reads SQL. */
        .sql_sqlite = "CREATE VIEW audit_now AS SELECT seq, at, user_id, office_id, action, object_kind, object_id, detail, prev_hash, hash,"
                      " 0 AS wait_id FROM audit;",
        .sql_postgresql = "CREATE TABLE audit_wait ("
                          "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                          "at TEXT NOT NULL, user_id TEXT NOT NULL, office_id TEXT NOT NULL, action TEXT NOT NULL,"
                          "object_kind TEXT NOT NULL, object_id TEXT NOT NULL, detail TEXT NOT NULL);"
                          "INSERT INTO audit_wait (at, user_id, office_id, action, object_kind, object_id, detail)"
                          " SELECT at, user_id, office_id, action, object_kind, object_id, detail FROM audit WHERE seq IS NULL ORDER BY local_id;"
                          "DELETE FROM audit WHERE seq IS NULL;"
                          "ALTER TABLE audit DROP COLUMN local_id;"
                          "ALTER TABLE audit DROP CONSTRAINT audit_seq_key, ADD PRIMARY KEY (seq);"
                          "CREATE VIEW audit_now AS SELECT seq, at, user_id, office_id, action, object_kind, object_id, detail, prev_hash, hash,"
                          " CAST(0 AS BIGINT) AS wait_id FROM audit UNION ALL"
                          " SELECT NULL, at, user_id, office_id, action, object_kind, object_id, detail, '', '', id FROM audit_wait;",
    },
    {
        .number = 2024010110,
        .name = "store: tally without n in its key",
        /* A count that an index repeats is written to the index at every change. */
        .sql_postgresql = "ALTER TABLE tally DROP CONSTRAINT tally_pkey,"
                          " ADD PRIMARY KEY (measure, basis, month, code, area_code, office_id) WITH (fillfactor = 90);",
    },
    {
        .number = 2024010111,
        .name = "store: tally_year on PostgreSQL",
        .sql_postgresql = "CREATE TABLE tally_year ("
                          "measure TEXT NOT NULL, basis TEXT NOT NULL, area_code TEXT NOT NULL, year TEXT NOT NULL, code TEXT NOT NULL,"
                          "m04 BIGINT NOT NULL DEFAULT 0, m05 BIGINT NOT NULL DEFAULT 0, m06 BIGINT NOT NULL DEFAULT 0,"
                          "m07 BIGINT NOT NULL DEFAULT 0, m08 BIGINT NOT NULL DEFAULT 0, m09 BIGINT NOT NULL DEFAULT 0,"
                          "m10 BIGINT NOT NULL DEFAULT 0, m11 BIGINT NOT NULL DEFAULT 0, m12 BIGINT NOT NULL DEFAULT 0,"
                          "m01 BIGINT NOT NULL DEFAULT 0, m02 BIGINT NOT NULL DEFAULT 0, m03 BIGINT NOT NULL DEFAULT 0,"
                          "PRIMARY KEY (measure, basis, area_code, year, code)) WITH (fillfactor = 70);",
    },
    {
        .number = 2024010120,
        .name = "store: search_doc by id",
        /* Ids come in the order of time: new documents of every kind stand at the end, on one page, instead of at the end of each kind. */
        .sql = "DROP INDEX search_doc_record; CREATE UNIQUE INDEX search_doc_record ON search_doc (id, kind);",
    },
    {
        .number = 2024010121,
        .name = "store: search, the last first",
        /* search_gram: rowid = 2^35 - doc_id; what it held before waits for it again. */
        .sql_sqlite = "DROP TABLE search_gram;"
                      "CREATE VIRTUAL TABLE search_gram USING fts5"
                      "(grams, content = '', detail = none, columnsize = 0, tokenize = 'ascii');"
                      "DELETE FROM search_wait;"
                      "INSERT INTO search_wait (doc_id) SELECT doc_id FROM search_doc;",
    },
};
const size_t store_migration_count = COUNT(store_migrations);
