/* server.h -- the HTTP server: two epoll threads that never wait, worker threads that may.
 *
 * libmicrohttpd reads a request; static assets and /healthz are answered at once; everything else is suspended, run by a worker
 * (made when needed, up to config.workers) and resumed.  Streams get a heartbeat every 20 s, which is also how a client that left
 * is noticed. */
#pragma once
#include "web/app.h"

struct server;

struct server_limits {
    size_t body;      /* bytes of a form */
    size_t upload;    /* bytes of a body on a ROUTE_UPLOAD */
    int idle_seconds; /* a connection that sends nothing is closed */
    int body_seconds; /* a form must have arrived by then, a byte at a time or not */
    int upload_seconds;
    int heartbeat_ms;
    int stop_seconds; /* how long running requests are waited for at the end */
};
#define SERVER_LIMITS                                                                                                            \
    ((struct server_limits){.body = 1 << 20,                                                                                     \
                            .upload = 200 << 20,                                                                                 \
                            .idle_seconds = 60,                                                                                  \
                            .body_seconds = 60,                                                                                  \
                            .upload_seconds = 1800,                                                                              \
                            .heartbeat_ms = 20000,                                                                               \
                            .stop_seconds = 10})

/* Listens on config.listen ("127.0.0.1:0" picks a port).  NULL with err when it cannot. */
struct server *server_start(struct app *app, struct err *err);
struct server *server_start_with(struct app *app, struct server_limits limits, struct err *err);
int server_port(const struct server *s);
/* Stops accepting, lets running requests end (at most 10 s), closes streams.  False when one would not end: its thread goes on,
 * so the app must be left alone and the process ended. */
bool server_stop(struct server *s);
