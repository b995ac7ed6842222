#include "store/log_file.h"

#include "base/arena.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 31 * 4120,  /* bytes gathered at most, of a page of 4,096 with its head; SQLite writes 131,071 in one call at most */
    FRAME_HEAD = 24 /* before each page; its second number is 0 but in the last page of a transaction: "WAL-mode File Format" of SQLite's manual */
};

/* The file of the layer below stands behind it, in the same piece of memory. */
struct log_file {
    sqlite3_file file;
    char *piece;
    sqlite3_int64 from; /* where the piece belongs */
    int size;
    sqlite3_int64 end; /* of what was written to this log */
    bool last_page; /* the head before told that its page ends a transaction */
};

static sqlite3_file *below(sqlite3_file *file)
{
    return (sqlite3_file *)((struct log_file *)file + 1);
}

static sqlite3_vfs *layer_below(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

static int pass_on(struct log_file *log)
{
    int size = log->size;
    log->size = 0;
    if (size == 0)
        return SQLITE_OK;
    sqlite3_file *file = below(&log->file);
    return file->pMethods->xWrite(file, log->piece, size, log->from);
}

static bool ends_transaction(const unsigned char *head)
{
    return head[4] || head[5] || head[6] || head[7];
}

static int write_through(struct log_file *log, const void *bytes, int size, sqlite3_int64 at)
{
    int code = pass_on(log);
    sqlite3_file *file = below(&log->file);
    return code != SQLITE_OK ? code : file->pMethods->xWrite(file, bytes, size, at);
}

static int gather(struct log_file *log, const void *bytes, int size, sqlite3_int64 at)
{
    int code = at == log->from + log->size && log->size + size <= PIECE ? SQLITE_OK : pass_on(log);
    if (code != SQLITE_OK)
        return code;
    if (log->size == 0)
        log->from = at;
    memcpy(log->piece + log->size, bytes, (size_t)size);
    log->size += size;
    log->end = at + size;
    return SQLITE_OK;
}

/* A log begins anew with its head.  What is written a second time (a page changed again in its transaction, the sums that follow from
 * that) is not gathered. */
static int write_log(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    struct log_file *log = (struct log_file *)file;
    if (at == 0)
        log->end = size;
    if (at < log->end || size > PIECE)
        return write_through(log, bytes, size, at);
    bool is_head = size == FRAME_HEAD, ends = !is_head && log->last_page;
    int code = gather(log, bytes, size, at);
    log->last_page = is_head && ends_transaction(bytes);
    return code == SQLITE_OK && ends ? pass_on(log) : code;
}

/* What was gathered is in the file before anything else is done with it. */

static int read_log(sqlite3_file *file, void *to, int size, sqlite3_int64 at)
{
    int code = pass_on((struct log_file *)file);
    return code != SQLITE_OK ? code : below(file)->pMethods->xRead(below(file), to, size, at);
}

static int truncate_log(sqlite3_file *file, sqlite3_int64 size)
{
    int code = pass_on((struct log_file *)file);
    return code != SQLITE_OK ? code : below(file)->pMethods->xTruncate(below(file), size);
}

static int flush_log(sqlite3_file *file, int flags)
{
    int code = pass_on((struct log_file *)file);
    return code != SQLITE_OK ? code : below(file)->pMethods->xSync(below(file), flags);
}

static int size_of_log(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    int code = pass_on((struct log_file *)file);
    return code != SQLITE_OK ? code : below(file)->pMethods->xFileSize(below(file), ret_size);
}

static int close_log(sqlite3_file *file)
{
    struct log_file *log = (struct log_file *)file;
    int code = pass_on(log), closed = below(file)->pMethods->xClose(below(file));
    free(log->piece);
    return code != SQLITE_OK ? code : closed;
}

static int lock_log(sqlite3_file *file, int level)
{
    return below(file)->pMethods->xLock(below(file), level);
}

static int unlock_log(sqlite3_file *file, int level)
{
    return below(file)->pMethods->xUnlock(below(file), level);
}

static int is_log_locked(sqlite3_file *file, int *ret_locked)
{
    return below(file)->pMethods->xCheckReservedLock(below(file), ret_locked);
}

static int control_log(sqlite3_file *file, int what, void *arg)
{
    return below(file)->pMethods->xFileControl(below(file), what, arg);
}

static int sector_of_log(sqlite3_file *file)
{
    return below(file)->pMethods->xSectorSize(below(file));
}

static int kind_of_disk(sqlite3_file *file)
{
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = close_log,
    .xRead = read_log,
    .xWrite = write_log,
    .xTruncate = truncate_log,
    .xSync = flush_log,
    .xFileSize = size_of_log,
    .xLock = lock_log,
    .xUnlock = unlock_log,
    .xCheckReservedLock = is_log_locked,
    .xFileControl = control_log,
    .xSectorSize = sector_of_log,
    .xDeviceCharacteristics = kind_of_disk,
};

/* Every other file is opened by the layer below as its own, shared memory and all. */
static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    sqlite3_vfs *own = layer_below(vfs);
    if (!(flags & SQLITE_OPEN_WAL))
        return own->xOpen(own, name, file, flags, ret_flags);
    struct log_file *log = (struct log_file *)file;
    memset(log, 0, sizeof *log);
    int code = own->xOpen(own, name, below(file), flags, ret_flags);
    if (code != SQLITE_OK)
        return code;
    log->piece = xcalloc(1, PIECE);
    log->file.pMethods = &log_methods;
    return SQLITE_OK;
}

void log_file_register(void)
{
    static sqlite3_vfs layer; /* SQLite's list holds it from here on; nobody changes it */
    sqlite3_vfs *own = sqlite3_vfs_find(NULL);
    if (sqlite3_vfs_find(LOG_FILE_LAYER))
        return;
    layer = *own;
    layer.pNext = NULL;
    layer.zName = LOG_FILE_LAYER;
    layer.szOsFile = (int)sizeof(struct log_file) + own->szOsFile;
    layer.pAppData = own;
    layer.xOpen = open_file;
    sqlite3_vfs_register(&layer, 0);
}
