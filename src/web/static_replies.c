#include "web/static_replies.h"

#include "base/arena.h"
#include "web/asset.h"

#include <stdlib.h>
#include <string.h>

enum encoding { PLAIN, GZIP, BROTLI, NOT_MODIFIED, ENCODING__COUNT };

struct static_replies {
    struct MHD_Response *fixed[REPLY__COUNT];
    struct MHD_Response *(*assets)[2][ENCODING__COUNT]; /* by asset, by address: its name, its fingerprint */
};

static const struct {
    unsigned status;
    const char *type, *text, *header, *value;
} fixed[REPLY__COUNT] = {
    [REPLY_HEALTHY] = {200, "text/plain; charset=utf-8", "ok\n", NULL, NULL},
    [REPLY_BAD_REQUEST] = {400, "text/plain; charset=utf-8", "受け取った内容の形が正しくありません。\n", "Connection", "close"},
    [REPLY_METHOD] = {405, "text/plain; charset=utf-8", "この操作はできません。\n", "Allow",
                      "GET, HEAD, POST, PUT, PATCH, DELETE"},
    [REPLY_BUSY] = {503, "text/plain; charset=utf-8", "ただいま混み合っています。少し待ってから、もう一度お試しください。\n",
                    "Retry-After", "5"},
    [REPLY_NO_ASSET] = {404, "text/plain; charset=utf-8", "このファイルはありません。\n", NULL, NULL},
};

static void add(struct MHD_Response *r, const char *name, const char *value)
{
    MHD_add_response_header(r, name, value);
}

static struct MHD_Response *lasting(const void *bytes, size_t size, const char *type, bool secure)
{
    union {
        const void *in;
        void *out;
    } data = {.in = bytes}; /* MHD only reads PERSISTENT memory */
    struct MHD_Response *r = MHD_create_response_from_buffer(size, data.out, MHD_RESPMEM_PERSISTENT);
    add(r, "Content-Type", type);
    add(r, "X-Content-Type-Options", "nosniff");
    if (secure)
        add(r, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    return r;
}

static struct MHD_Response *asset_reply(const struct asset *a, enum encoding e, bool immutable, bool secure)
{
    static const char *const names[] = {[PLAIN] = NULL, [GZIP] = "gzip", [BROTLI] = "br", [NOT_MODIFIED] = NULL};
    const unsigned char *const bytes[] = {[PLAIN] = a->plain, [GZIP] = a->gzip, [BROTLI] = a->brotli, [NOT_MODIFIED] = a->plain};
    const size_t sizes[] = {[PLAIN] = a->plain_size, [GZIP] = a->gzip_size, [BROTLI] = a->brotli_size, [NOT_MODIFIED] = 0};
    if (!bytes[e])
        return NULL;
    struct MHD_Response *r = lasting(bytes[e], sizes[e], a->content_type, secure);
    add(r, "ETag", a->etag);
    add(r, "Vary", "Accept-Encoding");
    add(r, "Cache-Control", immutable ? "public, max-age=31536000, immutable" : "public, max-age=0, must-revalidate");
    add(r, "Cross-Origin-Resource-Policy", "same-origin");
    if (names[e])
        add(r, "Content-Encoding", names[e]);
    return r;
}

struct static_replies *static_replies_new(bool secure)
{
    struct static_replies *s = xcalloc(1, sizeof *s);
    for (size_t i = 0; i < REPLY__COUNT; i++) {
        s->fixed[i] = lasting(fixed[i].text, strlen(fixed[i].text), fixed[i].type, secure);
        add(s->fixed[i], "Cache-Control", "no-store");
        if (fixed[i].header)
            add(s->fixed[i], fixed[i].header, fixed[i].value);
    }
    s->assets = xcalloc(asset_count + 1, sizeof *s->assets);
    for (size_t i = 0; i < asset_count; i++)
        for (int immutable = 0; immutable < 2; immutable++)
            for (int e = 0; e < ENCODING__COUNT; e++)
                s->assets[i][immutable][e] = asset_reply(&assets[i], (enum encoding)e, immutable, secure);
    return s;
}

void static_replies_free(struct static_replies *s)
{
    for (size_t i = 0; i < REPLY__COUNT; i++)
        MHD_destroy_response(s->fixed[i]);
    for (size_t i = 0; i < asset_count; i++)
        for (int immutable = 0; immutable < 2; immutable++)
            for (int e = 0; e < ENCODING__COUNT; e++)
                if (s->assets[i][immutable][e])
                    MHD_destroy_response(s->assets[i][immutable][e]);
    free(s->assets);
    free(s);
}

enum MHD_Result static_reply(const struct static_replies *s, struct MHD_Connection *c, enum fixed_reply which)
{
    return MHD_queue_response(c, fixed[which].status, s->fixed[which]);
}

/* "br" among "gzip, deflate, br;q=0.9"; a coding with q=0 is refused. */
static bool accepts(const char *header, const char *coding)
{
    size_t size = strlen(coding);
    for (const char *at = header; at && (at = strstr(at, coding)); at += size) {
        bool begins = at == header || strchr(" ,", at[-1]), ends = !at[size] || strchr(" ,;", at[size]);
        if (!begins || !ends)
            continue;
        const char *q = at + size + strspn(at + size, " ;");
        return strncmp(q, "q=0", 3) || (q[3] == '.' && strspn(q + 4, "0") != strcspn(q + 4, ", "));
    }
    return false;
}

enum MHD_Result static_asset(const struct static_replies *s, struct MHD_Connection *c, const char *path)
{
    bool immutable = false;
    const struct asset *a = asset_at(path, &immutable);
    if (!a)
        return static_reply(s, c, REPLY_NO_ASSET);
    struct MHD_Response *const *replies = s->assets[a - assets][immutable];
    const char *have = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
    if (have && strstr(have, a->etag))
        return MHD_queue_response(c, 304, replies[NOT_MODIFIED]);
    const char *accepted = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Accept-Encoding");
    enum encoding e = replies[BROTLI] && accepts(accepted, "br")   ? BROTLI
                      : replies[GZIP] && accepts(accepted, "gzip") ? GZIP
                                                                   : PLAIN;
    return MHD_queue_response(c, 200, replies[e]);
}
