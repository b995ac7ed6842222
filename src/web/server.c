#include "web/server.h"

#include "base/log.h"
#include "web/app_private.h"
#include "web/exchange.h"
#include "web/listen.h"
#include "web/static_replies.h"
#include "web/stream_private.h"
#include "web/workers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* CONNECTION_MEMORY holds the headers of a request (about 10 KB at most, with the cookies of a city's other systems) and decides
 * what ten thousand streams cost. */
enum { LOOPS = 2, CONNECTION_MEMORY = 12 * 1024, CONNECTIONS_AT_MOST = 16000, SPARE_FILES = 256, STREAM_BLOCK = 128 };

struct server {
    struct app *app;
    struct server_limits limits;
    struct MHD_Daemon *daemon;
    struct workers *workers;
    struct static_replies *replies;
    char *spool; /* folder for uploads */
    int port;
    _Atomic int64_t open; /* requests that have arrived and whose reply has not been sent; streams are not counted */
    pthread_t pulse;      /* sends the heartbeats */
    pthread_mutex_t pulse_lock;
    pthread_cond_t pulse_stop;
    bool stopping;
    _Atomic bool draining; /* no request is taken any more */
};

int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static const char *header_of(const struct transport *t, const char *name)
{
    const struct exchange *x = (const struct exchange *)t;
    return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

/* The exchange begins with the request line, before the headers are read. */
static void *begin(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct server *s = cls;
    size_t size = strlen(target) + 1;
    struct exchange *x = xcalloc(1, sizeof *x + size);
    x->transport.header = header_of;
    x->transport.address = x->address;
    x->server = s;
    x->connection = connection;
    x->body.fd = -1;
    x->began = monotonic_us();
    memcpy(x->target, target, size);
    return x;
}

static void end(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode why)
{
    struct server *s = cls;
    struct exchange *x = *context;
    (void)connection, (void)why;
    if (!x)
        return;
    if (x->response)
        MHD_destroy_response(x->response);
    body_free(&x->body);
    if (x->is_open)
        atomic_fetch_sub_explicit(&s->open, 1, memory_order_relaxed);
    free(x);
    *context = NULL;
}

static void count_connection(void *cls, struct MHD_Connection *connection, void **context,
                             enum MHD_ConnectionNotificationCode what)
{
    struct server *s = cls;
    (void)connection, (void)context;
    atomic_fetch_add_explicit(&s->app->metrics.connections, what == MHD_CONNECTION_NOTIFY_STARTED ? 1 : -1, memory_order_relaxed);
}

/* Behind a proxy on this machine the client is who the proxy says it is. */
static void find_address(struct exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *at = info ? info->client_addr : NULL;
    if (at && at->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)at)->sin_addr, x->address, sizeof x->address);
    else if (at && at->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr, x->address, sizeof x->address);
    const char *forwarded = header_of(&x->transport, "X-Forwarded-For");
    if (!forwarded || (strcmp(x->address, "127.0.0.1") && strcmp(x->address, "::1")))
        return;
    const char *comma = strrchr(forwarded, ',');
    const char *last = comma ? comma + 1 : forwarded;
    snprintf(x->address, sizeof x->address, "%s", last + strspn(last, " "));
}

static void fall_asleep(void *connection)
{
    MHD_suspend_connection(connection);
}

static void wake_up(void *connection)
{
    MHD_resume_connection(connection);
}

static ssize_t read_stream(void *stream, uint64_t at, char *to, size_t room)
{
    (void)at;
    ssize_t n = stream_take(stream, to, room);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void left_stream(void *stream)
{
    stream_close(stream);
}

static struct MHD_Response *response_of(struct exchange *x, struct request *req)
{
    struct MHD_Response *r;
    if (x->transport.stream) {
        stream_attach(x->transport.stream, fall_asleep, wake_up, x->connection);
        r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, x->transport.stream, left_stream);
        x->is_open = false;
        atomic_fetch_sub_explicit(&x->server->open, 1, memory_order_relaxed);
    } else if (req->has_file && !req->out.size) {
        r = MHD_create_response_from_fd64((uint64_t)req->file_size, req->file);
    } else if (req->out.size) {
        if (req->has_file) /* an error took its place */
            close(req->file);
        r = MHD_create_response_from_buffer(req->out.size, req->out.data, MHD_RESPMEM_MUST_FREE);
        req->out = (struct buf){0};
    } else {
        r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    }
    if (req->content_type)
        MHD_add_response_header(r, "Content-Type", req->content_type);
    for (size_t i = 0; i < req->headers.count; i++)
        MHD_add_response_header(r, req->headers.items[i].name, req->headers.items[i].value);
    return r;
}

static void log_request(const struct request *req, int64_t microseconds)
{
    if (app_config(req->app)->log_requests)
        log_event(LOG_INFO, "request", "method=%d route=%s status=%d us=%lld", (int)req->method,
                  req->route ? req->route->path : "-", req->status, (long long)microseconds);
}

static enum http_method method_of(const char *name, bool *ret_known)
{
    static const struct {
        const char *name;
        enum http_method method;
    } methods[] = {{"GET", GET}, {"HEAD", GET}, {"POST", POST}, {"PUT", PUT}, {"PATCH", PATCH}, {"DELETE", DELETE}};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (!strcmp(methods[i].name, name)) {
            *ret_known = true;
            return methods[i].method;
        }
    *ret_known = false;
    return GET;
}

/* On a worker. */
static void run(struct exchange *x, struct arena *a)
{
    bool known;
    struct request req = {.app = x->server->app,
                          .arena = a,
                          .method = method_of(x->method, &known),
                          .target = x->target,
                          .transport = &x->transport};
    int64_t began = monotonic_us();
    find_address(x);
    body_give(&x->body, &req);
    dispatch(&req, x->body.problem.kind ? &x->body.problem : NULL);
    x->response = response_of(x, &req);
    x->status = (unsigned)req.status;
    int64_t took = monotonic_us() - began;
    metrics_request(&x->server->app->metrics, req.status, took);
    log_request(&req, took);
    buf_free(&req.out);
    x->state = EXCHANGE_DONE;
    /* From here on the exchange belongs to the loop thread again. */
    MHD_resume_connection(x->connection);
}

struct framing {
    int lengths, encodings;
};

static enum MHD_Result look_at_framing(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *f = cls;
    (void)kind, (void)value;
    f->lengths += !strcasecmp(name, "Content-Length");
    f->encodings += !strcasecmp(name, "Transfer-Encoding");
    return MHD_YES;
}

/* Two lengths, or a length and chunks: a proxy in front might see another end of the request than we do. */
static bool is_framed_once(struct MHD_Connection *c)
{
    struct framing f = {0};
    MHD_get_connection_values(c, MHD_HEADER_KIND, look_at_framing, &f);
    return f.lengths + f.encodings <= 1;
}

/* Before anything is decoded: only which limit holds. */
static bool is_upload(const struct server *s, enum http_method method, const char *target)
{
    char path[512];
    unsigned methods;
    size_t size = strcspn(target, "?");
    if (size >= sizeof path)
        return false;
    memcpy(path, target, size);
    path[size] = '\0';
    const char *inner = strncmp(path, "/api/v1/", 8) ? path : path + 7;
    const struct route *route = router_match(s->app->router, method, inner, NULL, &methods);
    return route && (route->flags & ROUTE_UPLOAD);
}

static enum MHD_Result submit(struct server *s, struct exchange *x)
{
    x->state = EXCHANGE_RUNNING;
    x->is_open = true;
    atomic_fetch_add(&s->open, 1);
    MHD_suspend_connection(x->connection);
    if (!atomic_load(&s->draining) && workers_add(s->workers, x))
        return MHD_YES;
    MHD_resume_connection(x->connection);
    x->state = EXCHANGE_DONE;
    return MHD_YES;
}

/* A body of known, hopeless size is not read at all; the connection ends with the reply. */
static enum MHD_Result first_look(struct server *s, struct exchange *x)
{
    bool known;
    enum http_method method = method_of(x->method, &known);
    if (!known)
        return static_reply(s->replies, x->connection, REPLY_METHOD);
    if (!is_framed_once(x->connection))
        return static_reply(s->replies, x->connection, REPLY_BAD_REQUEST);
    bool upload = method != GET && is_upload(s, method, x->target);
    x->limit_us = (int64_t)(upload ? s->limits.upload_seconds : s->limits.body_seconds) * 1000000;
    if (method != GET)
        body_begin(&x->body, x->connection, upload ? s->limits.upload : s->limits.body, upload, s->spool);
    const char *length = header_of(&x->transport, "Content-Length");
    x->state = EXCHANGE_READING;
    if (!length || strtoull(length, NULL, 10) <= x->body.limit + BODY_DISCARDED_AT_MOST)
        return MHD_YES;
    err_set(&x->body.problem, ERR_TOO_LARGE, "web.too_large", "announced");
    x->closing = true;
    return submit(s, x);
}

static enum MHD_Result more(struct exchange *x, const char *data, size_t *size)
{
    bool goes_on = monotonic_us() - x->began < x->limit_us && body_piece(&x->body, data, *size);
    *size = 0;
    return goes_on ? MHD_YES : MHD_NO;
}

static enum MHD_Result whole(struct server *s, struct exchange *x)
{
    if (!strncmp(x->target, "/assets/", 8))
        return static_asset(s->replies, x->connection, x->target);
    if (!strcmp(x->target, "/healthz"))
        return static_reply(s->replies, x->connection, REPLY_HEALTHY);
    body_end(&x->body);
    return submit(s, x);
}

static enum MHD_Result finish(struct server *s, struct exchange *x)
{
    if (!x->response)
        return static_reply(s->replies, x->connection, REPLY_BUSY);
    if (x->closing)
        MHD_add_response_header(x->response, "Connection", "close");
    enum MHD_Result queued = MHD_queue_response(x->connection, x->status, x->response);
    MHD_destroy_response(x->response);
    x->response = NULL;
    return queued;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **context)
{
    struct server *s = cls;
    struct exchange *x = *context;
    (void)connection, (void)url, (void)version;
    switch (x->state) {
    case EXCHANGE_NEW: snprintf(x->method, sizeof x->method, "%s", method); return first_look(s, x);
    case EXCHANGE_READING: return *size ? more(x, data, size) : whole(s, x);
    case EXCHANGE_RUNNING: return MHD_YES;
    case EXCHANGE_DONE: return finish(s, x);
    }
    return MHD_NO;
}

static void *send_heartbeats(void *arg)
{
    struct server *s = arg;
    struct timespec until;
    pthread_mutex_lock(&s->pulse_lock);
    while (!s->stopping) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        int64_t at = (int64_t)until.tv_nsec + (int64_t)(s->limits.heartbeat_ms % 1000) * 1000000;
        until.tv_sec += s->limits.heartbeat_ms / 1000 + at / 1000000000;
        until.tv_nsec = at % 1000000000;
        if (pthread_cond_timedwait(&s->pulse_stop, &s->pulse_lock, &until) == ETIMEDOUT)
            stream_heartbeat(s->app->streams);
    }
    pthread_mutex_unlock(&s->pulse_lock);
    return NULL;
}

static void __attribute__((format(printf, 2, 0))) log_daemon(void *cls, const char *format, va_list args)
{
    char text[256];
    (void)cls;
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\r\n")] = '\0';
    log_event(LOG_DEBUG, "http", "%s", text);
}

/* As many connections as the system allows, with some files left for the store. */
static unsigned connection_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files))
        return 512;
    files.rlim_cur = files.rlim_max < CONNECTIONS_AT_MOST + SPARE_FILES ? files.rlim_max : CONNECTIONS_AT_MOST + SPARE_FILES;
    setrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_NOFILE, &files);
    return files.rlim_cur > 2 * SPARE_FILES ? (unsigned)files.rlim_cur - SPARE_FILES : (unsigned)files.rlim_cur / 2;
}

/* Uploads lie beside an SQLite database, where there is room and a move into their place costs nothing. */
static char *spool_folder(const char *data)
{
    static const char sqlite[] = "sqlite:";
    const char *slash = data && !strncmp(data, sqlite, sizeof sqlite - 1) ? strrchr(data, '/') : NULL;
    const char *temporary = getenv("TMPDIR");
    char *folder = NULL;
    int made = slash ? asprintf(&folder, "%.*s/spool", (int)(slash - data) - 7, data + 7)
                     : asprintf(&folder, "%s/renkei-spool-%d", temporary ? temporary : "/tmp", (int)getuid());
    return made < 0 ? xstrdup("/tmp") : folder;
}

static bool start_daemon(struct server *s, struct err *err)
{
    int fd = listen_on(app_config(s->app)->listen, err);
    if (fd < 0)
        return false;
    s->port = listen_port(fd);
    s->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_TURBO, 0, NULL,
                         NULL, handle, s, MHD_OPTION_EXTERNAL_LOGGER, log_daemon, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
                         MHD_OPTION_THREAD_POOL_SIZE, (unsigned)LOOPS, MHD_OPTION_CONNECTION_LIMIT, connection_limit(),
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
                         (unsigned)s->limits.idle_seconds, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, begin, s,
                         MHD_OPTION_NOTIFY_COMPLETED, end, s, MHD_OPTION_NOTIFY_CONNECTION, count_connection, s, MHD_OPTION_END);
    if (s->daemon)
        return true;
    close(fd);
    return err_set(err, ERR_INPUT, "web.listen", "%s", app_config(s->app)->listen);
}

static void start_pulse(struct server *s)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->pulse_stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&s->pulse_lock, NULL);
    if (pthread_create(&s->pulse, NULL, send_heartbeats, s))
        abort();
}

static void stop_pulse(struct server *s)
{
    pthread_mutex_lock(&s->pulse_lock);
    s->stopping = true;
    pthread_cond_signal(&s->pulse_stop);
    pthread_mutex_unlock(&s->pulse_lock);
    pthread_join(s->pulse, NULL);
    pthread_mutex_destroy(&s->pulse_lock);
    pthread_cond_destroy(&s->pulse_stop);
}

static void free_server(struct server *s)
{
    workers_free(s->workers);
    static_replies_free(s->replies);
    free(s->spool);
    free(s);
}

struct server *server_start_with(struct app *app, struct server_limits limits, struct err *err)
{
    struct server *s = xcalloc(1, sizeof *s);
    s->app = app;
    s->limits = limits;
    s->replies = static_replies_new(app_config(app)->secure_cookie);
    s->workers = workers_new(app, app_config(app)->workers, run);
    s->spool = spool_folder(app_config(app)->data);
    if (!start_daemon(s, err)) {
        free_server(s);
        return NULL;
    }
    start_pulse(s);
    return s;
}

struct server *server_start(struct app *app, struct err *err)
{
    return server_start_with(app, SERVER_LIMITS, err);
}

int server_port(const struct server *s)
{
    return s->port;
}

/* True when it came to 0 in time. */
static bool wait_for_none(_Atomic int64_t *count, int64_t at_most_us)
{
    int64_t until = monotonic_us() + at_most_us;
    while (atomic_load(count) > 0 && monotonic_us() < until)
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    return atomic_load(count) <= 0;
}

bool server_stop(struct server *s)
{
    if (!s)
        return true;
    int fd = MHD_quiesce_daemon(s->daemon);
    stop_pulse(s);
    atomic_store(&s->draining, true);
    stream_end_all(s->app->streams);
    bool answered = wait_for_none(&s->open, (int64_t)s->limits.stop_seconds * 1000000);
    stream_end_all(s->app->streams);
    /* Refuses newcomers at once; closed only when the library's threads, which may still hold it in their epoll, are gone. */
    if (fd >= 0)
        shutdown(fd, SHUT_RDWR);
    /* The library cannot stop with connections that wait for a worker. */
    if (!answered || !wait_for_none(&s->app->metrics.streams, 2000000)) {
        log_event(LOG_WARN, "server.stop", "unanswered=%lld", (long long)atomic_load(&s->open));
        return false;
    }
    MHD_stop_daemon(s->daemon);
    if (fd >= 0)
        close(fd);
    free_server(s);
    return true;
}
