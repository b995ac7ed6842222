/* attachment_store.h -- keeping, fetching, taking away; private to this folder. */
#pragma once
#include "base/buf.h"
#include "features/attachment/attachment.h"

/* By id, also when it was taken away.  ERR_NOT_FOUND "attachment.gone". */
bool attachment_find(struct db *db, const char *id, struct arena *a, struct attachment *ret, struct err *err);
/* Inside a write.  The same id again changes nothing: a form that was sent twice.  ERR_INPUT "attachment.too_many". */
bool attachment_add(struct db *db, const struct attachment *x, const void *content, struct err *err);
/* Inside a write.  Taken away (`is_deleted`) or put back; ERR_NOT_FOUND when its content is gone for good. */
bool attachment_mark(struct db *db, const char *id, bool is_deleted, const char *user_id, struct arena *a, struct err *err);
/* BLAKE2b-256, hex. */
char *attachment_digest(const void *content, size_t size, struct arena *a);
/* Appends the content; ERR_BROKEN when it is not what was kept. */
bool attachment_content(struct db *db, const struct attachment *x, struct arena *a, struct buf *out, struct err *err);
/* The chore: contents of files taken away a day ago go for good. */
bool attachment_forget(struct app *app, struct arena *a, struct err *err);
