/* backup_file.h -- inside the store only: the file of a backup, as frames.
 *
 * "RENKEI-BACKUP 1\n", one letter: P plain or S sealed; S: salt (16), passes and memory of argon2id (two u32), secretstream
 * header (24).  Then frames: u32 size, bytes.  Plain: the frame's text and BLAKE2b-256 over the hash before and the text.  Sealed:
 * XChaCha20-Poly1305 secretstream, whose order and end are part of the seal.  Numbers are little-endian.  The last frame is
 * marked: a file that was cut is refused. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

struct backup_writer;
/* Writes PATH.part; `passphrase` NULL or "" leaves it plain. */
struct backup_writer *backup_create(const char *path, const char *passphrase, struct err *err);
bool backup_frame(struct backup_writer *w, const struct buf *text, bool last, struct err *err);
/* Flushes, renames to PATH, flushes the folder; returns the size, -1 on failure.  Frees either way. */
long long backup_finish(struct backup_writer *w, struct err *err);
void backup_abandon(struct backup_writer *w); /* removes PATH.part; accepts NULL */

struct backup_reader;
/* ERR_INPUT "backup.*" when the file is no backup or the passphrase is wrong or missing. */
struct backup_reader *backup_open(const char *path, const char *passphrase, struct err *err);
/* The next frame's text, valid until the next call.  False at the end and with err. */
bool backup_next(struct backup_reader *r, const char **ret_text, size_t *ret_size, struct err *err);
void backup_close(struct backup_reader *r); /* accepts NULL */
