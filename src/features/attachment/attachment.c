#include "features/attachment/attachment_store.h"

#include "base/date.h"
#include "store/store.h"
#include "web/app.h"
#include "web/session.h"

#include <sodium.h>
#include <string.h>

#define COLUMNS "id, kind, record_id, file_name, content_type, digest, byte_count, added_at, added_by, deleted_at"

static void read_row(const struct rows *rows, struct arena *a, struct attachment *x)
{
    const char **const texts[] = {&x->id, &x->kind, &x->record_id, &x->file_name, &x->content_type, &x->digest};
    for (int i = 0; i < 6; i++)
        *texts[i] = arena_strdup(a, rows_text(rows, i));
    x->size = rows_int(rows, 6);
    x->added_at = arena_strdup(a, rows_text(rows, 7));
    x->added_by = arena_strdup(a, rows_text(rows, 8));
    x->deleted_at = arena_strdup(a, rows_text(rows, 9));
}

bool attachment_list(struct db *db, const char *record_id, struct arena *a, struct attachment **ret, size_t *ret_count, struct err *err)
{
    struct attachment *list = NEW_ARRAY(a, ATTACHMENTS_MOST, struct attachment);
    size_t count = 0;
    auto_rows *rows = db_query(db, a, err,
                               "SELECT " COLUMNS " FROM attachment WHERE record_id = $1 AND deleted_at = '' ORDER BY added_at, id LIMIT $2",
                               TEXT(record_id), INT(ATTACHMENTS_MOST));
    while (rows && rows_next(rows))
        read_row(rows, a, &list[count++]);
    if (!rows || rows_failed(rows))
        return false;
    *ret = list;
    *ret_count = count;
    return true;
}

const char *attachment_names(struct db *db, const char *record_id, struct arena *a)
{
    struct attachment *list;
    size_t count;
    struct err ignored = {0};
    const char *names = "";
    if (!attachment_list(db, record_id, a, &list, &count, &ignored))
        return names;
    for (size_t i = 0; i < count; i++)
        names = arena_printf(a, "%s%s%s", names, *names ? "、" : "", list[i].file_name);
    return names;
}

bool attachment_find(struct db *db, const char *id, struct arena *a, struct attachment *ret, struct err *err)
{
    auto_rows *rows = db_query(db, a, err, "SELECT " COLUMNS " FROM attachment WHERE id = $1", TEXT(id));
    if (!rows || !rows_next(rows))
        return rows && !rows_failed(rows) ? err_set(err, ERR_NOT_FOUND, "attachment.gone", "unknown id") : false;
    read_row(rows, a, ret);
    return true;
}

bool attachment_add(struct db *db, const struct attachment *x, const void *content, struct err *err)
{
    long long there = db_int(db, err, 0, "SELECT COUNT(*) FROM attachment WHERE record_id = $1 AND deleted_at = '' AND id <> $2", TEXT(x->record_id),
                             TEXT(x->id));
    if (err->kind)
        return false;
    if (there >= ATTACHMENTS_MOST)
        return err_set(err, ERR_INPUT, "attachment.too_many", "%lld", there);
    long long added = db_run(db, err,
                             "INSERT INTO attachment (id, kind, record_id, file_name, content_type, digest, byte_count, added_at, added_by, deleted_at,"
                             " deleted_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '') ON CONFLICT (id) DO NOTHING",
                             TEXT(x->id), TEXT(x->kind), TEXT(x->record_id), TEXT(x->file_name), TEXT(x->content_type), TEXT(x->digest),
                             INT(x->size), TEXT(x->added_at), TEXT(x->added_by));
    if (added <= 0)
        return added == 0;
    return db_run(db, err, "INSERT INTO attachment_content (attachment_id, content) VALUES ($1, $2)", TEXT(x->id),
                  BYTES(content, (size_t)x->size)) == 1;
}

bool attachment_mark(struct db *db, const char *id, bool is_deleted, const char *user_id, struct arena *a, struct err *err)
{
    long long changed =
        db_run(db, err,
               "UPDATE attachment SET deleted_at = $2, deleted_by = $3 WHERE id = $1"
               " AND EXISTS (SELECT 1 FROM attachment_content c WHERE c.attachment_id = attachment.id)",
               TEXT(id), TEXT(is_deleted ? now_utc(a) : ""), TEXT(is_deleted ? user_id : ""));
    return changed == 1 || (changed == 0 && err_set(err, ERR_NOT_FOUND, "attachment.gone", "no content"));
}

char *attachment_digest(const void *content, size_t size, struct arena *a)
{
    unsigned char hash[crypto_generichash_BYTES];
    char *hex = arena_alloc(a, 2 * sizeof hash + 1);
    crypto_generichash(hash, sizeof hash, content, size, NULL, 0);
    return sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
}

bool attachment_content(struct db *db, const struct attachment *x, struct arena *a, struct buf *out, struct err *err)
{
    size_t size = 0;
    auto_rows *rows = db_query(db, NULL, err, "SELECT content FROM attachment_content WHERE attachment_id = $1", TEXT(x->id));
    if (!rows || !rows_next(rows))
        return rows && !rows_failed(rows) ? err_set(err, ERR_NOT_FOUND, "attachment.gone", "no content") : false;
    const void *bytes = rows_bytes(rows, 0, &size);
    if (strcmp(attachment_digest(bytes, size, a), x->digest) != 0)
        return err_set(err, ERR_BROKEN, "attachment.broken", "id=%s", x->id);
    buf_bytes(out, bytes, size);
    return true;
}

static bool forget(struct db *db, void *arg, struct err *err)
{
    return db_run(db, err,
                  "DELETE FROM attachment_content WHERE attachment_id IN (SELECT id FROM attachment WHERE deleted_at <> '' AND deleted_at < $1)",
                  TEXT((const char *)arg)) >= 0;
}

bool attachment_forget(struct app *app, struct arena *a, struct err *err)
{
    struct db *db = store_reader(app_store(app), err);
    if (!db)
        return false;
    char *yesterday = utc_in_minutes(a, -24 * 60);
    long long waiting = db_int(db, err, 0,
                               "SELECT COUNT(*) FROM attachment_content c JOIN attachment x ON x.id = c.attachment_id WHERE x.deleted_at <> ''"
                               " AND x.deleted_at < $1",
                               TEXT(yesterday));
    return !err->kind && (!waiting || store_write(app_store(app), forget, yesterday, err));
}
