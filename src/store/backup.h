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
};
bool backup_write(struct store *s, const char *path, const char *passphrase, struct backup_result *ret, struct err *err);
/* Into an empty store (after store_open, before store_migrate); refuses a store that has data unless `replace`. */
bool backup_restore(struct store *s, const char *path, const char *passphrase, bool replace, struct backup_result *ret,
                    struct err *err);
bool export_write(struct store *s, const char *folder, struct backup_result *ret, struct err *err);
bool export_restore(struct store *s, const char *folder, bool replace, struct backup_result *ret, struct err *err);
/* Checks the audit chain of an export folder without any database. */
bool export_verify(const char *folder, struct arena *a, struct err *err);
/* One hash over every table's rows in key order: equal stores give equal text, whichever engine. */
bool store_fingerprint(struct store *s, struct arena *a, const char **ret_hex, struct err *err);
