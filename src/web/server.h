/* server.h -- the HTTP server: two epoll threads that never wait, worker threads that may.
 *
 * libmicrohttpd reads a request; static assets and cached replies are answered at once; everything else is suspended, run by a worker
 * (made when needed, up to config.workers) and resumed.  Streams get a heartbeat every 20 s, which is also how a client that left is
 * noticed. */
#pragma once
#include "web/app.h"

struct server;
/* Listens on config.listen ("127.0.0.1:0" picks a port).  NULL with err when it cannot. */
struct server *server_start(struct app *app, struct err *err);
int server_port(const struct server *s);
/* Stops accepting, lets running requests end (at most 10 s), closes streams. */
void server_stop(struct server *s);
