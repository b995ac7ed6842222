/* http.c -- a load client: one thread, many connections, one request at a time on each, nothing lost between the percentiles.
 *
 *   bench-http PORT CONNECTIONS SECONDS METHOD PATH [options]
 *     -H "Name: value"  a header              -b FILE  body; every @ID@ in it becomes a fresh UUIDv7
 *     -p FILE           paths, one a line, taken in turn instead of PATH
 *     -t FILE           API tokens, one a line: each connection has its own, in turn
 *     -f                a redirect is followed; both requests are one figure
 *     -s                hold: opens the connections one after another, waits for the first bytes of each, then keeps them until its
 *                       input ends (streams)
 *
 * Prints one line of JSON: requests, seconds, rate, p50_us, p99_us, max_us, cpu_s, bytes (of the last body), statuses. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 1 << 20, FIGURES = 1 << 24, STATUSES = 600 };

struct text {
    char *data;
    size_t size;
};
struct options {
    int port, connections;
    double seconds;
    const char *method, *path;
    char headers[4096];
    struct text body;
    char **paths, **tokens;
    size_t path_count, token_count;
    bool follow, hold;
};
struct connection {
    int fd;
    const char *token;
    char *out, *in;
    size_t out_size, out_sent, in_size, in_room;
    double began;
};
struct client {
    struct options o;
    int epoll;
    size_t next_path, count, bytes;
    float *figures; /* microseconds */
    long statuses[STATUSES];
    long broken;
    double until;
};

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void fresh_id(char to[37])
{
    uint8_t b[16];
    struct timespec t;
    if (getrandom(b, sizeof b, 0) != sizeof b)
        die("getrandom");
    clock_gettime(CLOCK_REALTIME, &t);
    uint64_t ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
    for (int i = 0; i < 6; i++)
        b[i] = (uint8_t)(ms >> (40 - 8 * i));
    b[6] = 0x70 | (b[6] & 15);
    b[8] = 0x80 | (b[8] & 63);
    snprintf(to, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
             b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* The body with its ids; same size as the template but for 32 characters more at each. */
static size_t write_body(char *to, const struct text *body)
{
    char *at = to;
    const char *from = body->data;
    for (const char *mark; from && (mark = strstr(from, "@ID@")); from = mark + 4) {
        memcpy(at, from, (size_t)(mark - from));
        at += mark - from;
        fresh_id(at);
        at += 36;
    }
    if (from) {
        strcpy(at, from);
        at += strlen(from);
    }
    return (size_t)(at - to);
}

static void watch(struct client *k, struct connection *c, uint32_t events, int how)
{
    struct epoll_event e = {.events = events, .data.ptr = c};
    if (epoll_ctl(k->epoll, how, c->fd, &e))
        die("epoll_ctl");
}

static void send_more(struct client *k, struct connection *c)
{
    while (c->out_sent < c->out_size) {
        ssize_t n = write(c->fd, c->out + c->out_sent, c->out_size - c->out_sent);
        if (n < 0 && errno == EAGAIN)
            return watch(k, c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
        if (n < 0)
            return;
        c->out_sent += (size_t)n;
    }
}

static void send_request(struct client *k, struct connection *c, const char *method, const char *path, const struct text *body)
{
    static char own[ROOM / 2];
    size_t size = body && body->data ? write_body(own, body) : 0;
    char length[64] = "";
    if (body && body->data)
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", size);
    int head = snprintf(c->out, 8192, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s%s%s%s\r\n", method, path, k->o.headers,
                        c->token ? "Authorization: Bearer " : "", c->token ? c->token : "", c->token ? "\r\n" : "", length);
    memcpy(c->out + head, own, size);
    c->out_size = (size_t)head + size;
    c->out_sent = c->in_size = 0;
    send_more(k, c);
}

static void start(struct client *k, struct connection *c)
{
    const char *path = k->o.path_count ? k->o.paths[k->next_path++ % k->o.path_count] : k->o.path;
    c->began = now(CLOCK_MONOTONIC);
    send_request(k, c, k->o.method, path, &k->o.body);
}

static void connect_to(struct client *k, struct connection *c)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)k->o.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&at, sizeof at))
        die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    watch(k, c, EPOLLIN, EPOLL_CTL_ADD);
}

/* The value of a header of the reply, or NULL. */
static const char *header(const char *head, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n"))
        if (!strncasecmp(line + 2, name, n) && line[2 + n] == ':')
            return line + 3 + n + strspn(line + 3 + n, " ");
    return NULL;
}

/* Size of a complete chunked body behind `at`, or 0 while more must come. */
static size_t chunked_size(const char *at, const char *end)
{
    const char *from = at;
    for (;;) {
        const char *line = memmem(at, (size_t)(end - at), "\r\n", 2);
        if (!line)
            return 0;
        size_t n = strtoul(at, NULL, 16);
        at = line + 2 + n + 2;
        if (at > end)
            return 0;
        if (n == 0)
            return (size_t)(at - from);
    }
}

static bool is_complete(struct connection *c, int *ret_status, size_t *ret_body)
{
    c->in[c->in_size] = '\0';
    char *end = strstr(c->in, "\r\n\r\n");
    if (!end)
        return false;
    *ret_status = atoi(c->in + 9);
    size_t have = c->in_size - (size_t)(end + 4 - c->in);
    const char *length = header(c->in, "Content-Length"), *coding = header(c->in, "Transfer-Encoding");
    if (length && have < strtoul(length, NULL, 10))
        return false;
    *ret_body = have;
    return !coding || (*ret_body = chunked_size(end + 4, c->in + c->in_size)) > 0;
}

static bool follow(struct client *k, struct connection *c, int status)
{
    const char *to = k->o.follow && status >= 300 && status < 400 ? header(c->in, "Location") : NULL;
    if (!to)
        return false;
    char path[2048];
    snprintf(path, sizeof path, "%.*s", (int)strcspn(to, "\r"), to);
    send_request(k, c, "GET", path, NULL);
    return true;
}

static void reconnect(struct client *k, struct connection *c)
{
    k->broken++;
    close(c->fd);
    connect_to(k, c);
    start(k, c);
}

static void receive(struct client *k, struct connection *c)
{
    for (;;) {
        if (c->in_room - c->in_size < 4096)
            c->in = realloc(c->in, (c->in_room = c->in_room * 2 + 16384) + 1);
        ssize_t n = read(c->fd, c->in + c->in_size, c->in_room - c->in_size);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            return reconnect(k, c);
        c->in_size += (size_t)n;
        int status;
        size_t body;
        if (!is_complete(c, &status, &body))
            continue;
        if (follow(k, c, status))
            return;
        if (k->count < FIGURES)
            k->figures[k->count++] = (float)((now(CLOCK_MONOTONIC) - c->began) * 1e6);
        k->bytes = body;
        k->statuses[status >= 0 && status < STATUSES ? status : 0]++;
        if (now(CLOCK_MONOTONIC) < k->until)
            start(k, c);
        return;
    }
}

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void print(struct client *k, double seconds)
{
    qsort(k->figures, k->count, sizeof *k->figures, compare);
    size_t n = k->count;
    printf("{\"requests\":%zu,\"seconds\":%.3f,\"rate\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,\"cpu_s\":%.3f,\"bytes\":%zu,\"broken\":%ld,"
           "\"statuses\":{", n, seconds, (double)n / seconds, n ? k->figures[n / 2] : 0., n ? k->figures[n * 99 / 100] : 0.,
           n ? k->figures[n - 1] : 0., now(CLOCK_PROCESS_CPUTIME_ID), k->bytes, k->broken);
    const char *comma = "";
    for (int i = 0; i < STATUSES; i++)
        if (k->statuses[i]) {
            printf("%s\"%d\":%ld", comma, i, k->statuses[i]);
            comma = ",";
        }
    printf("}}\n");
    fflush(stdout);
}

static void drive(struct client *k, struct connection *all)
{
    double began = now(CLOCK_MONOTONIC);
    k->until = began + k->o.seconds;
    for (int i = 0; i < k->o.connections; i++)
        start(k, &all[i]);
    while (now(CLOCK_MONOTONIC) < k->until) {
        struct epoll_event events[256];
        int n = epoll_wait(k->epoll, events, 256, 100);
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) {
                watch(k, c, EPOLLIN, EPOLL_CTL_MOD);
                send_more(k, c);
            }
            if (events[i].events & ~(uint32_t)EPOLLOUT)
                receive(k, c);
        }
    }
    print(k, now(CLOCK_MONOTONIC) - began);
}

static void hold(struct client *k, struct connection *all)
{
    double began = now(CLOCK_MONOTONIC);
    for (int i = 0; i < k->o.connections; i++) {
        char some[16384];
        int fd = all[i].fd;
        fcntl(fd, F_SETFL, 0);
        start(k, &all[i]);
        ssize_t n = read(fd, some, sizeof some - 1);
        some[n > 0 ? n : 0] = '\0';
        int status = n > 9 ? atoi(some + 9) : 0;
        k->statuses[status >= 0 && status < STATUSES ? status : 0]++;
    }
    print(k, now(CLOCK_MONOTONIC) - began);
    char byte;
    while (read(0, &byte, 1) > 0)
        ;
}

static struct text read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct text t = {calloc(ROOM, 1), 0};
    if (!f)
        die(path);
    t.size = fread(t.data, 1, ROOM / 4, f);
    fclose(f);
    return t;
}

static char **read_lines(const char *path, size_t *ret_count)
{
    struct text t = read_file(path);
    char **lines = calloc(ROOM, sizeof *lines);
    for (char *line = strtok(t.data, "\n"); line; line = strtok(NULL, "\n"))
        lines[(*ret_count)++] = line;
    return lines;
}

static void parse(struct options *o, int argc, char **argv)
{
    if (argc < 6) {
        fputs("bench-http PORT CONNECTIONS SECONDS METHOD PATH [-H header] [-b file] [-p file] [-f] [-s]\n", stderr);
        exit(2);
    }
    *o = (struct options){.port = atoi(argv[1]), .connections = atoi(argv[2]), .seconds = atof(argv[3]), .method = argv[4], .path = argv[5]};
    optind = 6;
    for (int c; (c = getopt(argc, argv, "H:b:p:t:fs")) != -1;) {
        if (c == 'H')
            snprintf(o->headers + strlen(o->headers), sizeof o->headers - strlen(o->headers), "%s\r\n", optarg);
        else if (c == 'b')
            o->body = read_file(optarg);
        else if (c == 'p')
            o->paths = read_lines(optarg, &o->path_count);
        else if (c == 't')
            o->tokens = read_lines(optarg, &o->token_count);
        else if (c == 'f')
            o->follow = true;
        else
            o->hold = true;
    }
}

int main(int argc, char **argv)
{
    static struct client k;
    parse(&k.o, argc, argv);
    k.epoll = epoll_create1(EPOLL_CLOEXEC);
    k.figures = malloc(FIGURES * sizeof *k.figures);
    struct connection *all = calloc((size_t)k.o.connections, sizeof *all);
    for (int i = 0; i < k.o.connections; i++) {
        all[i].token = k.o.token_count ? k.o.tokens[(size_t)i % k.o.token_count] : NULL;
        all[i].out = malloc(k.o.body.data ? ROOM : 8192);
        connect_to(&k, &all[i]);
    }
    if (k.o.hold)
        hold(&k, all);
    else
        drive(&k, all);
    return 0;
}
