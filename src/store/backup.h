/* backup.h -- keeping it: backup, restore, export, verify; the same on both stores.
 *
 * A backup is one file: header "RENKEI-BACKUP 1\n", then a length-framed stream of every table's rows (name, columns, rows) in
 * one consistent snapshot, each frame under BLAKE2b, the whole sealed with XChaCha20-Poly1305 (secretstream) when a passphrase
 * is given (key by argon2id).  It is written to PATH.part, flushed, and renamed.  A backup of SQLite restores into PostgreSQL and back.
 * An export is a folder: README.md that documents every table and column, one UTF-8 CSV per table, manifest.json with row counts
 * and hashes; `restore --from-export` takes it back. */
#pragma once
#include "store/store.h"

struct backup_result {
    long long tables, rows, bytes;
    char fingerprint[65]; /* store_fingerprint of what was written, or of what came back */
};
/* Told every few thousand rows how many are written; false stops, leaves no file and gives ERR_CONFLICT "backup.stopped". */
struct backup_watch {
    bool (*go_on)(void *arg, long long rows);
    void *arg;
};
bool backup_write_watched(struct store *s, const char *path, const char *passphrase, const struct backup_watch *watch,
                          struct backup_result *ret, struct err *err);
bool backup_write(struct store *s, const char *path, const char *passphrase, struct backup_result *ret, struct err *err);
/* Into an empty store (after store_open, before store_migrate); refuses a store that has tables unless `replace`, which drops them.
 * `migrations` are this program's: those that the backup knows make the tables, the rest bring them up to date afterwards.  The whole
 * file is checked first, and all happens in one transaction: a damaged file or a wrong passphrase changes nothing (ERR_INPUT
 * "backup.*"); a backup of a newer program is ERR_CONFLICT "backup.newer".  Before the transaction ends, the fingerprint of what stands in
 * the tables is compared with the one that the backup carries: ERR_BROKEN "backup.differs" when they are not the same. */
bool backup_restore(struct store *s, const char *path, const char *passphrase, bool replace, const struct migration_list *migrations,
                    struct backup_result *ret, struct err *err);
/* What people call a table and its columns, for the export's README: the field that a column holds, NULL when it is no field of a record. */
struct field;
struct export_words {
    const char *(*table)(void *arg, const char *table); /* "" when it has no name */
    const struct field *(*column)(void *arg, const char *table, const char *column);
    void *arg;
};
/* `folder` must not exist or be empty.  `migrations` (as given to store_migrate) are written too: schema.sql, and the comment of each column
 * beside its field (`words`, or NULL) in README.md. */
bool export_write(struct store *s, const char *folder, const struct migration_list *migrations, const struct export_words *words,
                  struct backup_result *ret, struct err *err);
bool export_restore(struct store *s, const char *folder, bool replace, const struct migration_list *migrations,
                    struct backup_result *ret, struct err *err);
/* Checks the audit chain of an export folder without any database. */
bool export_verify(const char *folder, struct arena *a, struct err *err);
/* One hash over every table's rows in key order: equal stores give equal text, whichever engine. */
bool store_fingerprint(struct store *s, struct arena *a, const char **ret_hex, struct err *err);
