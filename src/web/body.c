#include "web/body.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static enum MHD_Result part(void *cls, enum MHD_ValueKind kind, const char *key, const char *file_name, const char *content_type,
                            const char *encoding, const char *data, uint64_t at, size_t size);

void body_begin(struct body *b, struct MHD_Connection *connection, size_t limit, bool takes_files, const char *folder)
{
    static const char multipart[] = "multipart/form-data";
    const char *type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type");
    *b = (struct body){.limit = limit, .takes_files = takes_files, .folder = folder, .fd = -1};
    b->multipart = type && !strncasecmp(type, multipart, sizeof multipart - 1);
    if (!b->multipart)
        return;
    b->post = MHD_create_post_processor(connection, 8192, part, b);
    if (!b->post)
        err_set(&b->problem, ERR_INPUT, "web.bad_request", "multipart without boundary");
}

static bool refuse(struct body *b, enum err_kind kind, const char *message, const char *detail)
{
    if (!b->problem.kind)
        err_set(&b->problem, kind, message, "%s", detail);
    b->discarding = true;
    return false;
}

static void close_field(struct body *b)
{
    if (b->in_field)
        buf_char(&b->bytes, '\0');
    b->in_field = false;
}

static void close_file(struct body *b)
{
    if (b->fd >= 0 && close(b->fd))
        refuse(b, ERR_STORE_AWAY, "web.spool", "close");
    b->fd = -1;
}

/* NUL separates names and values in `bytes`; in a value it has no business anyway. */
static void add_clean(struct buf *to, const char *data, size_t size)
{
    for (size_t i = 0; i < size;) {
        const char *nul = memchr(data + i, '\0', size - i);
        size_t n = nul ? (size_t)(nul - data) - i : size - i;
        buf_bytes(to, data + i, n);
        i += n + (nul != NULL);
    }
}

static bool field_piece(struct body *b, const char *key, const char *data, uint64_t at, size_t size)
{
    if (!at) {
        close_field(b);
        close_file(b);
        buf_bytes(&b->bytes, key, strlen(key) + 1);
        b->in_field = true;
    }
    if (b->bytes.size + size > 1024 * 1024)
        return refuse(b, ERR_TOO_LARGE, "web.too_large", "fields of multipart");
    add_clean(&b->bytes, data, size);
    return true;
}

static int spool(const char *folder, char **ret_path)
{
    if (asprintf(ret_path, "%s/upload-XXXXXX", folder) < 0)
        abort();
    int fd = mkostemp(*ret_path, O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && !mkdir(folder, 0700)) {
        strcpy(*ret_path + strlen(*ret_path) - 6, "XXXXXX");
        fd = mkostemp(*ret_path, O_CLOEXEC);
    }
    return fd;
}

static const char *last_part(const char *path)
{
    for (const char *at; (at = strpbrk(path, "/\\"));)
        path = at + 1;
    return path;
}

static bool open_file(struct body *b, const char *key, const char *file_name)
{
    close_field(b);
    close_file(b);
    if (!b->takes_files)
        return refuse(b, ERR_INPUT, "web.no_files", "file on a page without upload");
    if (b->file_count == BODY_FILES_AT_MOST)
        return refuse(b, ERR_TOO_LARGE, "web.too_many_files", "files");
    char *path = NULL;
    b->fd = spool(b->folder, &path);
    if (b->fd < 0) {
        free(path);
        return refuse(b, ERR_STORE_AWAY, "web.spool", strerror(errno));
    }
    b->files = xrealloc(b->files, (b->file_count + 1) * sizeof *b->files);
    b->files[b->file_count++] = (struct spooled){.name = xstrdup(key), .file_name = xstrdup(last_part(file_name)), .path = path};
    return true;
}

static bool file_piece(struct body *b, const char *key, const char *file_name, const char *data, uint64_t at, size_t size)
{
    if (!*file_name && !size)
        return true; /* an input for a file in which none was chosen */
    if (!at && !open_file(b, key, file_name))
        return false;
    for (size_t done = 0; done < size;) {
        ssize_t n = write(b->fd, data + done, size - done);
        if (n < 0)
            return refuse(b, ERR_STORE_AWAY, "web.spool", strerror(errno));
        done += (size_t)n;
    }
    b->files[b->file_count - 1].size += size;
    return true;
}

static enum MHD_Result part(void *cls, enum MHD_ValueKind kind, const char *key, const char *file_name, const char *content_type,
                            const char *encoding, const char *data, uint64_t at, size_t size)
{
    struct body *b = cls;
    (void)kind, (void)content_type, (void)encoding;
    if (b->discarding || !key)
        return MHD_NO;
    bool taken = file_name ? file_piece(b, key, file_name, data, at, size) : field_piece(b, key, data, at, size);
    return taken ? MHD_YES : MHD_NO;
}

bool body_piece(struct body *b, const char *data, size_t size)
{
    b->received += size;
    if (b->received > b->limit + BODY_DISCARDED_AT_MOST)
        return false;
    if (b->received > b->limit)
        refuse(b, ERR_TOO_LARGE, "web.too_large", "body");
    if (b->discarding || b->problem.kind)
        return true;
    if (!b->multipart)
        buf_bytes(&b->bytes, data, size);
    else if (MHD_post_process(b->post, data, size) != MHD_YES)
        refuse(b, ERR_INPUT, "web.bad_request", "multipart");
    return true;
}

void body_end(struct body *b)
{
    if (b->post && MHD_destroy_post_processor(b->post) != MHD_YES)
        refuse(b, ERR_INPUT, "web.bad_request", "multipart ends too early");
    b->post = NULL;
    close_field(b);
    close_file(b);
}

static void give_fields(const struct body *b, struct request *req)
{
    const char *at = b->bytes.data, *end = at + b->bytes.size;
    while (at < end) {
        const char *value = at + strlen(at) + 1;
        pairs_add(&req->body, text_clean(req->arena, at, strlen(at), true), text_clean(req->arena, value, strlen(value), false));
        at = value + strlen(value) + 1;
    }
}

void body_give(const struct body *b, struct request *req)
{
    pairs_init(&req->body, req->arena);
    if (b->multipart) {
        give_fields(b, req);
    } else {
        req->body_raw = b->bytes.data;
        req->body_raw_size = b->bytes.size;
    }
    req->uploads = NEW_ARRAY(req->arena, b->file_count + 1, struct upload);
    req->upload_count = b->file_count;
    for (size_t i = 0; i < b->file_count; i++)
        req->uploads[i] =
            (struct upload){.name = b->files[i].name,
                            .file_name = text_clean(req->arena, b->files[i].file_name, strlen(b->files[i].file_name), true),
                            .path = b->files[i].path,
                            .size = b->files[i].size};
}

void body_free(struct body *b)
{
    if (b->post)
        MHD_destroy_post_processor(b->post);
    if (b->fd >= 0)
        close(b->fd);
    for (size_t i = 0; i < b->file_count; i++) {
        unlink(b->files[i].path);
        free(b->files[i].path);
        free(b->files[i].name);
        free(b->files[i].file_name);
    }
    free(b->files);
    buf_free(&b->bytes);
}
