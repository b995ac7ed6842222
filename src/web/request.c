#include "web/request.h"

#include "web/app_private.h"
#include "web/html.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *request_param(const struct request *req, const char *name)
{
    return pairs_get(&req->params, name);
}

const char *request_query(const struct request *req, const char *name)
{
    return pairs_get(&req->query, name);
}

bool request_may(const struct request *req, enum permission p)
{
    return role_may(req->session->role, p);
}

const char *request_header(const struct request *req, const char *name)
{
    const char *value = req->transport->header(req->transport, name);
    return value ? value : "";
}

const char *request_cookie(const struct request *req, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = request_header(req, "Cookie"); *at; at += strcspn(at, ";"), at += *at == ';') {
        at += strspn(at, " ");
        if (!strncmp(at, name, size) && at[size] == '=') {
            const char *value = at + size + 1;
            return arena_strndup(req->arena, value, strcspn(value, "; "));
        }
    }
    return "";
}

const char *request_client(const struct request *req)
{
    unsigned char hash[16];
    char text[2 * sizeof hash + 1];
    const char *address = req->transport->address;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)address, strlen(address), app_key(req->app), 32);
    return arena_strdup(req->arena, sodium_bin2hex(text, sizeof text, hash, sizeof hash));
}

/* A line end in a value would start a header of the sender's choice. */
void reply_header(struct request *req, const char *name, const char *value)
{
    if (!strpbrk(value, "\r\n"))
        pairs_add(&req->headers, name, value);
}

bool reply_redirect(struct request *req, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *path = arena_vprintf(req->arena, format, args);
    va_end(args);
    req->status = 303;
    buf_cut(&req->out, 0);
    reply_header(req, "Location", html_is_own_path(path) ? path : "/");
    return true;
}

bool reply_json(struct request *req, int status)
{
    req->status = status;
    req->content_type = "application/json";
    return true;
}

static void audit_object(struct request_audit *audit, const char *kind, const char *id, const char *detail)
{
    audit->kind = kind ? kind : "";
    audit->id = id ? id : "";
    audit->detail = detail ? detail : "";
}

void request_audit_object(struct request *req, const char *kind, const char *id, const char *detail)
{
    audit_object(req->audit, kind, id, detail);
}

struct audit_entry request_audit_entry(const struct request *req, const char *kind, const char *id, const char *detail)
{
    audit_object(req->audit, kind, id, detail);
    req->audit->appended = true;
    return (struct audit_entry){.user_id = req->session->user_id,
                                .office_id = req->session->office_id,
                                .action = req->route && req->route->audit ? req->route->audit : "",
                                .object_kind = req->audit->kind,
                                .object_id = req->audit->id,
                                .detail = req->audit->detail};
}

/* RFC 6266: the plain name for old programs, the real one in UTF-8. */
static const char *disposition(struct request *req, const char *file_name)
{
    auto_buf value = {0};
    buf_text(&value, "attachment; filename=\"");
    const char *dot = strrchr(file_name, '.');
    buf_text(&value, "renkei");
    for (; dot && *dot; dot++)
        if (*dot > ' ' && *dot < 127 && !strchr("\"\\;", *dot))
            buf_char(&value, *dot);
    buf_text(&value, "\"; filename*=UTF-8''");
    html_url(&value, file_name);
    return arena_strdup(req->arena, value.data);
}

bool reply_document(struct request *req, const char *content_type, const char *file_name, const void *data, size_t size)
{
    req->status = req->status ? req->status : 200;
    req->content_type = content_type;
    if (data != req->out.data) {
        buf_cut(&req->out, 0);
        buf_bytes(&req->out, data, size);
    } else {
        buf_cut(&req->out, size);
    }
    if (file_name)
        reply_header(req, "Content-Disposition", disposition(req, file_name));
    return true;
}

bool reply_file(struct request *req, const char *content_type, const char *file_name, const char *path, struct err *err)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        if (fd >= 0)
            close(fd);
        return err_set(err, ERR_NOT_FOUND, "job.file_gone", "errno %d", errno);
    }
    req->status = req->status ? req->status : 200;
    req->content_type = content_type;
    req->has_file = true;
    req->file = fd;
    req->file_size = about.st_size;
    buf_cut(&req->out, 0);
    if (file_name)
        reply_header(req, "Content-Disposition", disposition(req, file_name));
    return true;
}
