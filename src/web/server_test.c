#include "tests/support/visitor.h"
#include "tests/support/web_spec.h"

#include "base/count.h"
#include "web/app_private.h"
#include "web/asset.h"
#include "web/server.h"
#include "web/stream_private.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct running {
    struct notes_world *n;
    struct server *server;
    struct visitor *person; /* signed in; its cookie and token are used on the sockets */
};

static int begin(void **state)
{
    struct running *r = calloc(1, sizeof *r);
    void *notes = NULL;
    if (!r || notes_begin(&notes))
        return -1;
    r->n = notes;
    struct server_limits limits = SERVER_LIMITS;
    limits.heartbeat_ms = 50;
    limits.body_seconds = 2;
    limits.idle_seconds = 3;
    limits.body = 64 * 1024;
    limits.upload = 1024 * 1024;
    r->server = server_start_with(r->n->app, limits, &r->n->w->err);
    r->person = visitor_new(r->n->app, r->n->w->arena);
    struct session as = notes_coordinator();
    visitor_sign_in(r->person, &as);
    *state = r;
    return r->server ? 0 : -1;
}

static int end(void **state)
{
    struct running *r = *state;
    void *notes = r->n;
    assert_true(server_stop(r->server));
    int ended = notes_end(&notes);
    free(r);
    return ended;
}

/* A client that speaks bytes. */
struct client {
    int fd;
    char bytes[1 << 17];
    size_t size; /* read so far */
    int status;
    char *body;
    size_t body_size;
};

static void client_open(struct client *c, const struct running *r)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)server_port(r->server)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->size = 0;
    assert_int_equal(connect(c->fd, (struct sockaddr *)&at, sizeof at), 0);
    struct timeval patience = {.tv_sec = 10};
    setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

static void client_close(struct client *c)
{
    close(c->fd);
}

static void client_send(struct client *c, const char *text, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = send(c->fd, text + done, size - done, MSG_NOSIGNAL);
        if (n < 0)
            return; /* the server has cut the connection; what it answered is what counts */
        done += (size_t)n;
    }
}

static bool client_more(struct client *c)
{
    ssize_t n = recv(c->fd, c->bytes + c->size, sizeof c->bytes - c->size - 1, 0);
    if (n <= 0)
        return false;
    c->size += (size_t)n;
    c->bytes[c->size] = '\0';
    return true;
}

static const char *client_header(const struct client *c, const char *name, char *to, size_t room)
{
    size_t size = strlen(name);
    for (const char *line = c->bytes; (line = strstr(line, "\r\n")) && strncmp(line, "\r\n\r\n", 4);) {
        line += 2;
        if (!strncasecmp(line, name, size) && line[size] == ':') {
            const char *value = line + size + 1 + strspn(line + size + 1, " ");
            snprintf(to, room, "%.*s", (int)strcspn(value, "\r"), value);
            return to;
        }
    }
    *to = '\0';
    return to;
}

/* Reads one whole reply; `has_body` false for HEAD.  False when the connection ended before. */
static bool client_reply(struct client *c, bool has_body)
{
    char length[32];
    c->size = 0;
    c->bytes[0] = '\0';
    while (!strstr(c->bytes, "\r\n\r\n"))
        if (!client_more(c))
            return false;
    c->status = atoi(c->bytes + strlen("HTTP/1.1 "));
    c->body = strstr(c->bytes, "\r\n\r\n") + 4;
    client_header(c, "Content-Length", length, sizeof length);
    c->body_size = has_body ? strtoul(length, NULL, 10) : 0;
    while (c->size - (size_t)(c->body - c->bytes) < c->body_size)
        if (!client_more(c))
            return false;
    return true;
}

static int client_ask(struct client *c, const char *request, bool has_body)
{
    client_send(c, request, strlen(request));
    return client_reply(c, has_body) ? c->status : 0;
}

static int ask_once(const struct running *r, const char *request)
{
    struct client *c = malloc(sizeof *c);
    client_open(c, r);
    int status = client_ask(c, request, true);
    client_close(c);
    free(c);
    return status;
}

static const char *signed_in(const struct running *r, const char *first_line, const char *more)
{
    return arena_printf(r->person->arena, "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: renkei=%s\r\n%s\r\n", first_line,
                        pairs_get(&r->person->cookies, "renkei"), more);
}

static const char *post(const struct running *r, const char *path, const char *type, const char *body)
{
    const char *head = arena_printf(r->person->arena, "X-CSRF-Token: %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n",
                                    r->person->csrf, type, strlen(body));
    return arena_printf(r->person->arena, "%s%s", signed_in(r, arena_printf(r->person->arena, "POST %s", path), head), body);
}

static void one_connection_carries_many_requests(void **state)
{
    struct running *r = *state;
    struct client *c = malloc(sizeof *c);
    client_open(c, r);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(client_ask(c, signed_in(r, "GET /notes?q=abc", ""), true), 200);
        assert_non_null(strstr(c->body, "abc"));
        assert_int_equal(client_ask(c, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", true), 200);
        assert_int_equal(
            client_ask(c,
                       post(r, "/notes", "application/x-www-form-urlencoded", arena_printf(r->person->arena, "id=%d&text=x", i)),
                       true),
            303);
    }
    client_close(c);
    free(c);
}

static void head_gives_the_head_alone(void **state)
{
    struct running *r = *state;
    struct client *c = malloc(sizeof *c);
    char length[32];
    client_open(c, r);
    assert_int_equal(client_ask(c, signed_in(r, "HEAD /notes", ""), false), 200);
    assert_true(atoi(client_header(c, "Content-Length", length, sizeof length)) > 500);
    assert_int_equal(client_ask(c, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", true), 200);
    assert_string_equal(c->body, "ok\n");
    client_close(c);
    free(c);
}

static const struct asset *some_asset(void)
{
    for (size_t i = 0; i < asset_count; i++)
        if (!strcmp(assets[i].name, "app.css"))
            return &assets[i];
    fail_msg("app.css is not built in");
    return NULL;
}

static void an_asset_is_sent_once_and_as_small_as_the_browser_can_take_it(void **state)
{
    const struct asset *a = some_asset();
    const struct {
        const char *path, *headers;
        int status;
        const char *encoding;
        size_t size;
        const char *cache;
    } samples[] = {
        {a->address, "", 200, "", a->plain_size, "public, max-age=31536000, immutable"},
        {a->address, "Accept-Encoding: gzip, deflate\r\n", 200, "gzip", a->gzip_size, "public, max-age=31536000, immutable"},
        {a->address, "Accept-Encoding: gzip, deflate, br\r\n", 200, "br", a->brotli_size, "public, max-age=31536000, immutable"},
        {a->address, "Accept-Encoding: br;q=0, gzip;q=0.5\r\n", 200, "gzip", a->gzip_size, "public, max-age=31536000, immutable"},
        {"/assets/app.css", "", 200, "", a->plain_size, "public, max-age=0, must-revalidate"},
        {"/assets/none.css", "", 404, "", 0, "no-store"},
        {"/assets/../app.css", "", 404, "", 0, "no-store"},
    };
    struct running *r = *state;
    struct client *c = malloc(sizeof *c);
    char header[128];
    client_open(c, r);
    for (size_t i = 0; i < COUNT(samples); i++) {
        const char *request =
            arena_printf(r->person->arena, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", samples[i].path, samples[i].headers);
        assert_int_equal(client_ask(c, request, true), samples[i].status);
        assert_string_equal(client_header(c, "Content-Encoding", header, sizeof header), samples[i].encoding);
        assert_string_equal(client_header(c, "Cache-Control", header, sizeof header), samples[i].cache);
        if (samples[i].size)
            assert_int_equal(c->body_size, samples[i].size);
    }
    const char *again =
        arena_printf(r->person->arena, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-None-Match: %s\r\n\r\n", a->address, a->etag);
    assert_int_equal(client_ask(c, again, false), 304);
    assert_int_equal(client_ask(c, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", true), 200);
    client_close(c);
    free(c);
}

static char *many(struct arena *a, char c, size_t n)
{
    char *text = arena_alloc(a, n + 1);
    memset(text, c, n);
    return text;
}

static void what_is_too_large_is_refused_with_a_page(void **state)
{
    struct running *r = *state;
    struct arena *a = r->person->arena;
    struct client *c = malloc(sizeof *c);
    client_open(c, r);
    const char *text = arena_printf(a, "id=1&text=%s", many(a, 'x', 100 * 1024));
    assert_int_equal(client_ask(c, post(r, "/notes", "application/x-www-form-urlencoded", text), true), 413);
    assert_non_null(strstr(c->body, "大きすぎます"));
    client_close(c);
    assert_int_equal(ask_once(r, signed_in(r, "POST /notes", "Content-Type: text/plain\r\nContent-Length: 999999999999\r\n")),
                     413);
    const char *header =
        arena_printf(a, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: %s\r\n\r\n", many(a, 'x', 20 * 1024));
    int status = ask_once(r, header);
    assert_true(status == 431 || status == 413 || status == 414);
    assert_int_equal(ask_once(r, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), 200);
    free(c);
}

static void the_cookies_of_other_systems_have_room(void **state)
{
    struct running *r = *state;
    const char *header = arena_printf(r->person->arena, "Cookie: other=%s\r\n", many(r->person->arena, 'x', 8 * 1024));
    assert_int_equal(ask_once(r, signed_in(r, "GET /notes", header)), 200);
}

static void requests_that_two_readers_would_cut_differently_are_refused(void **state)
{
    static const char *const requests[] = {
        "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
        "GET /notes HTTP/1.1\r\n\r\n",
    };
    struct running *r = *state;
    for (size_t i = 0; i < COUNT(requests); i++) {
        int status = ask_once(r, requests[i]);
        assert_true(status == 400 || status == 0);
    }
    assert_int_equal(ask_once(r, "BREW /notes HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), 405);
}

static int files_in(const char *folder)
{
    DIR *d = opendir(folder);
    int n = 0;
    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

/* SQLite's spool lies beside the database; of PostgreSQL's only the replies are looked at.  libmicrohttpd 0.9.75 now and then misses a
 * client that leaves in the middle of a body; its file then goes with the connection's own limit of 60 s. */
static void assert_no_file_left(const struct running *r)
{
    const char *data = r->n->config.data;
    if (strncmp(data, "sqlite:", 7))
        return;
    const char *folder = arena_printf(r->person->arena, "%.*s/spool", (int)(strrchr(data, '/') - data) - 7, data + 7);
    /* The server may be about to make the file: only a folder that stays empty counts. */
    int quiet = 0;
    for (int i = 0; i < 7500 && quiet < 30; i++) {
        quiet = files_in(folder) ? 0 : quiet + 1;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    assert_int_equal(quiet, 30);
}

#define PART_TITLE "--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n題名\r\n"
#define PART_FILE                                                                                                                \
    "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\x\\\\相談.csv\"\r\nContent-Type: "                \
    "text/csv\r\n\r\na,b\r\n"

static void an_upload_is_spooled_and_removed(void **state)
{
    struct running *r = *state;
    struct client *c = malloc(sizeof *c);
    client_open(c, r);
    assert_int_equal(
        client_ask(c, post(r, "/notes/upload", "multipart/form-data; boundary=XX", PART_TITLE PART_FILE "--XX--\r\n"), true),
        200);
    assert_string_equal(c->body, "file 相談.csv 3\ntitle=題名\n");
    client_close(c);
    free(c);
    assert_no_file_left(r);
}

static void half_an_upload_changes_nothing_and_leaves_no_file(void **state)
{
    struct running *r = *state;
    assert_int_equal(ask_once(r, post(r, "/notes/upload", "multipart/form-data; boundary=XX", PART_TITLE PART_FILE)), 422);
    assert_int_equal(ask_once(r, post(r, "/notes/upload", "multipart/form-data", PART_TITLE "--XX--\r\n")), 422);
    assert_int_equal(ask_once(r, post(r, "/notes", "multipart/form-data; boundary=XX", PART_FILE "--XX--\r\n")), 422);
    struct client *c = malloc(sizeof *c);
    client_open(c, r);
    const char *cut =
        signed_in(r, "POST /notes/upload", "Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: 5000\r\n");
    client_send(c, cut, strlen(cut));
    client_send(c, PART_FILE, sizeof PART_FILE - 1);
    client_close(c);
    free(c);
    assert_no_file_left(r);
    assert_int_equal(db_int(world_db(r->n->w), &r->n->w->err, -1, "SELECT COUNT(*) FROM note"), 0);
}

static void an_upload_over_the_limit_is_refused(void **state)
{
    struct running *r = *state;
    struct arena *a = r->person->arena;
    const char *body = arena_printf(
        a, PART_TITLE "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n%s\r\n--XX--\r\n",
        many(a, 'x', 1100 * 1024));
    assert_int_equal(ask_once(r, post(r, "/notes/upload", "multipart/form-data; boundary=XX", body)), 413);
    assert_no_file_left(r);
}

static void a_body_sent_drop_by_drop_is_cut_off(void **state)
{
    struct running *r = *state;
    struct client *c = malloc(sizeof *c);
    client_open(c, r);
    const char *head = signed_in(r, "POST /notes", "Content-Type: text/plain\r\nContent-Length: 1000\r\n");
    client_send(c, head, strlen(head));
    bool cut = false;
    for (int i = 0; i < 40 && !cut; i++) {
        struct pollfd p = {.fd = c->fd, .events = POLLIN};
        client_send(c, "x", 1);
        cut = poll(&p, 1, 100) > 0;
    }
    assert_true(cut);
    client_close(c);
    free(c);
}

static long long streams(const struct running *r)
{
    return atomic_load(&r->n->app->metrics.streams);
}

static bool client_reads(struct client *c, const char *text)
{
    while (!strstr(c->bytes, text))
        if (!client_more(c))
            return false;
    return true;
}

static void a_stream_brings_events_and_a_heartbeat_and_notices_who_left(void **state)
{
    struct running *r = *state;
    struct client *c = malloc(sizeof *c);
    client_open(c, r);
    c->bytes[0] = '\0';
    const char *request = signed_in(r, "GET /notes/events", "");
    client_send(c, request, strlen(request));
    assert_true(client_reads(c, "retry: 3000"));
    assert_non_null(strstr(c->bytes, "text/event-stream"));
    stream_send(r->n->app, "notes", "progress", "{\"done\":1}");
    stream_send(r->n->app, "others", "progress", "{\"done\":2}");
    assert_true(client_reads(c, "event: progress\ndata: {\"done\":1}\n\n"));
    assert_true(client_reads(c, ":\n\n"));
    assert_null(strstr(c->bytes, "\"done\":2"));
    assert_int_equal(streams(r), 1);
    client_close(c);
    for (int i = 0; i < 6000 && streams(r); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(streams(r), 0);
    free(c);
}

static void a_listener_that_never_reads_is_let_go(void **state)
{
    struct running *r = *state;
    struct client *c = malloc(sizeof *c);
    client_open(c, r);
    const char *request = signed_in(r, "GET /notes/events", "");
    client_send(c, request, strlen(request));
    char *line = many(r->person->arena, 'x', 8000);
    for (int i = 0; i < 6000 && !streams(r); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    for (int i = 0; i < 4000; i++)
        stream_send(r->n->app, "notes", "noise", line);
    c->bytes[0] = '\0';
    for (c->size = 0; client_more(c); c->size = 0)
        ;
    for (int i = 0; i < 6000 && streams(r); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(streams(r), 0);
    client_close(c);
    free(c);
}

static bool read_cache(struct db *db, void *arg, struct err *err)
{
    *(long long *)arg = db_int(db, err, 0, "PRAGMA cache_size");
    return true;
}

/* What the writer keeps now, once it is no longer `before`. */
static long long cache_after(const struct running *r, long long before)
{
    long long size = before;
    for (int i = 0; i < 6000 && size == before; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        assert_true(store_write(r->n->w->store, read_cache, &size, &r->n->w->err));
    }
    return size;
}

static void while_thousands_listen_the_store_keeps_little_in_memory(void **state)
{
    enum { LISTENERS = 2000 };
    struct running *r = *state;
    struct transport t = {0};
    struct request req = {.app = r->n->app, .transport = &t, .arena = r->person->arena};
    struct stream *listening[LISTENERS];
    if (!store_is_sqlite(r->n->w->store))
        skip();
    long long usual = cache_after(r, 0);
    for (size_t i = 0; i < LISTENERS; i++) {
        assert_true(stream_open(&req, "notes"));
        listening[i] = t.stream;
    }
    assert_true(cache_after(r, usual) > usual); /* kibibytes, below 0 */
    for (size_t i = 0; i < LISTENERS; i++)
        stream_close(listening[i]);
    assert_int_equal(cache_after(r, -3000), usual);
}

struct crowd {
    struct running *r;
    int number, served;
};

static void *visit(void *arg)
{
    struct crowd *crowd = arg;
    auto_arena *a = arena_new();
    struct client *c = malloc(sizeof *c);
    client_open(c, crowd->r);
    for (int i = 0; i < 5; i++) {
        const char *body = arena_printf(a, "id=%d-%d&text=x", crowd->number, i);
        const char *request =
            arena_printf(a,
                         "POST /notes HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: renkei=%s\r\nX-CSRF-Token: %s\r\n"
                         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                         pairs_get(&crowd->r->person->cookies, "renkei"), crowd->r->person->csrf, strlen(body), body);
        crowd->served += client_ask(c, request, true) == 303;
    }
    client_close(c);
    free(c);
    return NULL;
}

static void two_hundred_people_at_once_are_all_served(void **state)
{
    enum { PEOPLE = 200 };
    struct running *r = *state;
    pthread_t threads[PEOPLE];
    static struct crowd crowd[PEOPLE];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    for (int i = 0; i < PEOPLE; i++) {
        crowd[i] = (struct crowd){.r = r, .number = i};
        assert_int_equal(pthread_create(&threads[i], &attributes, visit, &crowd[i]), 0);
    }
    int served = 0;
    for (int i = 0; i < PEOPLE; i++) {
        pthread_join(threads[i], NULL);
        served += crowd[i].served;
    }
    pthread_attr_destroy(&attributes);
    assert_int_equal(served, PEOPLE * 5);
    assert_int_equal(db_int(world_db(r->n->w), &r->n->w->err, -1, "SELECT COUNT(*) FROM note"), PEOPLE * 5);
    assert_true(atomic_load(&r->n->app->metrics.workers) <= r->n->config.workers);
}

static void *stop(void *arg)
{
    struct running *r = arg;
    if (server_stop(r->server))
        r->server = NULL;
    return NULL;
}

static void at_the_end_running_requests_are_answered_and_streams_closed(void **state)
{
    struct running *r = *state;
    struct client *slow = malloc(sizeof *slow), *listener = malloc(sizeof *listener);
    client_open(slow, r);
    client_open(listener, r);
    listener->bytes[0] = '\0';
    const char *events = signed_in(r, "GET /notes/events", ""), *request = "GET /notes/slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    client_send(listener, events, strlen(events));
    assert_true(client_reads(listener, "retry"));
    client_send(slow, request, strlen(request));
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    pthread_t stopper;
    assert_int_equal(pthread_create(&stopper, NULL, stop, r), 0);
    assert_true(client_reply(slow, true));
    assert_int_equal(slow->status, 200);
    while (client_more(listener))
        ;
    pthread_join(stopper, NULL);
    assert_null(r->server);
    client_close(slow);
    client_close(listener);
    free(slow);
    free(listener);
}

static void an_address_that_is_taken_is_told(void **state)
{
    struct running *r = *state;
    struct config config = r->n->config;
    config.listen = arena_printf(r->person->arena, "127.0.0.1:%d", server_port(r->server));
    static const struct feature *const features[] = {&notes_feature, NULL};
    struct err err = {0};
    struct app *second = app_new(&config, r->n->w->store, features, &err);
    assert_non_null(second);
    assert_null(server_start(second, &err));
    assert_string_equal(err.message, "web.listen");
    app_free(second);
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        SPEC(one_connection_carries_many_requests),
        SPEC(head_gives_the_head_alone),
        SPEC(an_asset_is_sent_once_and_as_small_as_the_browser_can_take_it),
        SPEC(what_is_too_large_is_refused_with_a_page),
        SPEC(the_cookies_of_other_systems_have_room),
        SPEC(requests_that_two_readers_would_cut_differently_are_refused),
        SPEC(an_upload_is_spooled_and_removed),
        SPEC(half_an_upload_changes_nothing_and_leaves_no_file),
        SPEC(an_upload_over_the_limit_is_refused),
        SPEC(a_body_sent_drop_by_drop_is_cut_off),
        SPEC(a_stream_brings_events_and_a_heartbeat_and_notices_who_left),
        SPEC(a_listener_that_never_reads_is_let_go),
        SPEC(while_thousands_listen_the_store_keeps_little_in_memory),
        SPEC(two_hundred_people_at_once_are_all_served),
        SPEC(at_the_end_running_requests_are_answered_and_streams_closed),
        SPEC(an_address_that_is_taken_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
