#include "web/compress.h"

#include <string.h>
#include <zlib.h>

enum { WORTHWHILE = 1400, FAST = 1, GZIP = 15 + 16 };

static bool is_text(const char *type)
{
    return type && (!strncmp(type, "text/", 5) || strstr(type, "json") || strstr(type, "svg"));
}

static bool may_compress(const struct request *req)
{
    return req->status < 400 && req->out.size > WORTHWHILE && is_text(req->content_type) &&
           strncmp(req->content_type, "text/event-stream", 17) != 0 && strstr(request_header(req, "Accept-Encoding"), "gzip");
}

void compress_reply(struct request *req)
{
    if (!may_compress(req))
        return;
    z_stream z = {0};
    if (deflateInit2(&z, FAST, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    struct buf small = {0};
    buf_reserve(&small, deflateBound(&z, req->out.size));
    z.next_in = (unsigned char *)req->out.data;
    z.avail_in = (unsigned)req->out.size;
    z.next_out = (unsigned char *)small.data;
    z.avail_out = (unsigned)small.room;
    bool done = deflate(&z, Z_FINISH) == Z_STREAM_END;
    small.size = z.total_out;
    deflateEnd(&z);
    if (!done) {
        buf_free(&small);
        return;
    }
    buf_free(&req->out);
    req->out = small;
    reply_header(req, "Content-Encoding", "gzip");
    reply_header(req, "Vary", "Accept-Encoding");
}
