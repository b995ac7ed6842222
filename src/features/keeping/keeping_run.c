#include "features/keeping/keeping_run.h"

#include "base/date.h"
#include "base/id.h"
#include "store/audit.h"

const struct migration keeping_migrations[1] = {
    {.number = 2026040901,
     .name = "keeping: keeping_run",
     .sql = "CREATE TABLE keeping_run (\n"
            "  id TEXT PRIMARY KEY,          -- UUIDv7\n"
            "  kind TEXT NOT NULL,           -- backup, export, restore, verify\n"
            "  at TEXT NOT NULL,             -- UTC, when it was finished\n"
            "  user_id TEXT NOT NULL,        -- user_account.id, '' for a command\n"
            "  file_name TEXT NOT NULL,      -- without folders, '' for a verification\n"
            "  row_count BIGINT NOT NULL,    -- rows written or read; verification: entries of the audit trail\n"
            "  byte_count BIGINT NOT NULL,   -- bytes of the file or folder\n"
            "  fingerprint TEXT NOT NULL,    -- BLAKE2b-256 of the data; verification: hash of the last entry\n"
            "  is_sealed INTEGER NOT NULL,   -- 1: encrypted\n"
            "  is_good INTEGER NOT NULL,     -- 1: done, chain whole; 0: something was found\n"
            "  finding TEXT NOT NULL,        -- what a verification found, Japanese, no personal data\n"
            "  reason TEXT NOT NULL          -- why data was taken out, as written by the person\n"
            ");\n"
            "CREATE INDEX keeping_run_by_kind ON keeping_run (kind, id);\n"},
};

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static bool save(struct db *db, void *arg, struct err *err)
{
    const struct keeping_run *k = arg;
    auto_arena *a = arena_new();
    const char *id = id_new(a);
    struct audit_entry e = {.user_id = or_empty(k->user_id), .office_id = or_empty(k->office_id),
                            .action = arena_printf(a, "keeping.%s", k->kind), .object_kind = "keeping_run", .object_id = id,
                            .detail = arena_printf(a, "rows=%lld bytes=%lld sealed=%d good=%d fingerprint=%.16s%s", k->rows, k->bytes,
                                                   k->is_sealed, k->is_good, or_empty(k->fingerprint), k->user_id ? "" : " command")};
    return db_run(db, err,
                  "INSERT INTO keeping_run (id, kind, at, user_id, file_name, row_count, byte_count, fingerprint, is_sealed, is_good, finding,"
                  " reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                  TEXT(id), TEXT(k->kind), TEXT(now_utc(a)), TEXT(or_empty(k->user_id)), TEXT(or_empty(k->file_name)), INT(k->rows),
                  INT(k->bytes), TEXT(or_empty(k->fingerprint)), INT(k->is_sealed), INT(k->is_good), TEXT(or_empty(k->finding)),
                  TEXT(or_empty(k->reason))) == 1 &&
           audit_append(db, &e, err);
}

bool keeping_run_save(struct store *s, const struct keeping_run *run, struct err *err)
{
    struct keeping_run k = *run;
    return store_write(s, save, &k, err);
}

#define COLUMNS "id, kind, at, user_id, file_name, row_count, byte_count, fingerprint, is_sealed, is_good, finding, reason"

static struct keeping_run read_run(const struct rows *r)
{
    return (struct keeping_run){.id = rows_text(r, 0), .kind = rows_text(r, 1), .at = rows_text(r, 2), .user_id = rows_text(r, 3),
                                .file_name = rows_text(r, 4), .rows = rows_int(r, 5), .bytes = rows_int(r, 6), .fingerprint = rows_text(r, 7),
                                .is_sealed = rows_int(r, 8), .is_good = rows_int(r, 9), .finding = rows_text(r, 10),
                                .reason = rows_text(r, 11)};
}

bool keeping_run_newest(struct db *db, const char *kind, struct arena *a, struct keeping_run *ret, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT " COLUMNS " FROM keeping_run WHERE kind = $1 ORDER BY id DESC LIMIT 1", TEXT(kind));
    *ret = (struct keeping_run){0};
    if (r && rows_next(r))
        *ret = read_run(r);
    return r && !rows_failed(r);
}

bool keeping_run_list(struct db *db, size_t most, struct arena *a, struct keeping_run **ret, size_t *ret_count, struct err *err)
{
    struct keeping_run *runs = NEW_ARRAY(a, most, struct keeping_run);
    size_t count = 0;
    auto_rows *r = db_query(db, a, err, "SELECT " COLUMNS " FROM keeping_run WHERE kind <> 'verify' ORDER BY id DESC LIMIT $1",
                            INT((long long)most));
    while (r && count < most && rows_next(r))
        runs[count++] = read_run(r);
    *ret = runs;
    *ret_count = count;
    return r && !rows_failed(r);
}
