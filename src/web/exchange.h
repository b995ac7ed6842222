/* exchange.h -- one request on its way through the server: read on a loop thread, run by a worker, sent by the loop thread. */
#pragma once
#include "web/body.h"

#include <stdint.h>

struct server;

enum exchange_state { EXCHANGE_NEW, EXCHANGE_READING, EXCHANGE_RUNNING, EXCHANGE_DONE };

struct exchange {
    struct transport transport; /* first: a transport is an exchange */
    struct server *server;
    struct MHD_Connection *connection;
    struct exchange *next; /* in the queue of the workers */
    int64_t began, queued; /* CLOCK_MONOTONIC, microseconds */
    enum exchange_state state;
    char method[8];   /* "GET"; longer ones are unknown anyway */
    bool is_open;     /* counted in server.open */
    bool closing;     /* the connection ends with the reply */
    int64_t limit_us; /* the body must have arrived by began + limit_us */
    struct body body;
    struct MHD_Response *response;
    unsigned status;
    char address[64];
    char target[];
};

int64_t monotonic_us(void);
