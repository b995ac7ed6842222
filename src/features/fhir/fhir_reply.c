#include "features/fhir/fhir_reply.h"

#include "base/count.h"
#include "base/json.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char type[] = "application/fhir+json; charset=utf-8";

/* "2024-11-30T05:03:27.123Z" as HTTP writes it, or "". */
static const char *http_date(struct arena *a, const char *utc)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm tm = {0};
    if (sscanf(utc, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
        return "";
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    timegm(&tm);
    return arena_printf(a, "%s, %02d %s %d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
                        tm.tm_min, tm.tm_sec);
}

/* The same content has the same mark, whatever made it: entries change by imports, corrections and the rules of this program. */
static const char *etag_of(struct arena *a, const struct buf *content)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < content->size; i++)
        h = (h ^ (unsigned char)content->data[i]) * 1099511628211u;
    return arena_printf(a, "W/\"%016llx\"", (unsigned long long)h);
}

/* If-Modified-Since is not obeyed: what people here confirm and answer changes a resource between two imports, the day of which lastUpdated is. */
bool fhir_reply(struct request *req, int status, const char *updated)
{
    const char *modified = http_date(req->arena, updated);
    reply_header(req, "ETag", etag_of(req->arena, &req->out));
    reply_header(req, "Cache-Control", "no-cache");
    if (*modified)
        reply_header(req, "Last-Modified", modified);
    req->status = status;
    req->content_type = type;
    return true;
}

void fhir_write_outcome(struct json *j, const char *severity, const char *code, const char *sentence)
{
    json_pair(j, "resourceType", "OperationOutcome");
    json_key(j, "issue");
    json_open(j, '[');
    json_open(j, '{');
    json_pair(j, "severity", severity);
    json_pair(j, "code", code);
    json_pair(j, "diagnostics", sentence);
    json_close(j, '}');
    json_close(j, ']');
}

static void write_outcome(struct request *req, int status, const char *code, const char *sentence)
{
    struct json j;
    buf_cut(&req->out, 0);
    json_init(&j, &req->out);
    json_open(&j, '{');
    fhir_write_outcome(&j, "error", code, sentence);
    json_close(&j, '}');
    req->status = status;
    req->content_type = type;
}

bool fhir_refuse(struct request *req, int status, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *sentence = arena_vprintf(req->arena, format, args);
    va_end(args);
    write_outcome(req, status, code, sentence);
    return true;
}

static void reply_error_outcome(struct request *req, int status, const char *sentence)
{
    static const struct { int status; const char *code; } codes[] = {
        {400, "invalid"}, {401, "login"}, {403, "forbidden"}, {404, "not-found"}, {405, "not-supported"}, {409, "conflict"},
        {413, "too-long"}, {421, "not-supported"}, {422, "invalid"}, {429, "throttled"}, {503, "transient"}};
    const char *code = "exception";
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].status == status)
            code = codes[i].code;
    write_outcome(req, status, code, sentence);
}

const struct error_shape fhir_errors = {.under = "/fhir", .reply = reply_error_outcome};

/* A '+' that was not escaped arrives as a blank. */
static bool is_json_name(const char *format)
{
    static const char *const names[] = {"json", "application/json", "application/fhir+json", "application/fhir json", "text/json"};
    size_t size = strcspn(format, "; ");
    for (size_t i = 0; i < COUNT(names); i++)
        if (!strcmp(format, names[i]) || (strlen(names[i]) == size && !strncmp(format, names[i], size)))
            return true;
    return false;
}

bool fhir_takes_json(struct request *req)
{
    static const char *const taken[] = {"*/*", "application/*", "application/fhir+json", "application/json", "text/json"};
    const char *format = request_query(req, "_format"), *accept = request_header(req, "Accept");
    bool takes = !*accept;
    for (size_t i = 0; i < COUNT(taken); i++)
        takes |= strstr(accept, taken[i]) != NULL;
    if (*format ? is_json_name(format) : takes)
        return true;
    fhir_refuse(req, 406, "not-supported", "JSON（application/fhir+json）だけに対応しています。");
    return false;
}
