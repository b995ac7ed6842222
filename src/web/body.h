/* body.h -- the body of a request while it arrives on a loop thread: kept in memory up to a limit, files of uploads spooled to
 * disk. */
#pragma once
#include "base/buf.h"
#include "web/request.h"

#include <microhttpd.h>

struct spooled {
    char *name, *file_name, *path;
    size_t size;
};

struct body {
    struct buf bytes; /* as it came; of multipart the fields, "name\0value\0" each */
    size_t limit, received;
    bool multipart, takes_files, in_field, discarding;
    struct MHD_PostProcessor *post; /* while multipart arrives */
    struct spooled *files;
    size_t file_count;
    int fd;             /* of the last file */
    const char *folder; /* for files; made when needed */
    struct err problem; /* why it cannot be taken */
};

/* Over the limit by at most so much a body is read and thrown away, so that the browser shows the page that says why. */
enum { BODY_DISCARDED_AT_MOST = 16 * 1024 * 1024, BODY_FILES_AT_MOST = 20 };

void body_begin(struct body *b, struct MHD_Connection *connection, size_t limit, bool takes_files, const char *folder);
/* False when the client goes on beyond all measure: the connection must be cut. */
bool body_piece(struct body *b, const char *data, size_t size);
void body_end(struct body *b);
/* Hands fields, raw bytes and uploads to the request; they stay the body's. */
void body_give(const struct body *b, struct request *req);
/* Also removes files that nobody moved away. */
void body_free(struct body *b);
