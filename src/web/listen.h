/* listen.h -- a listening socket from "127.0.0.1:8080", "[::1]:8080", "*:8080"; port 0 picks one. */
#pragma once
#include "base/err.h"

/* The socket, or -1 with err.  A socket handed over by systemd (LISTEN_FDS) is taken instead of the address. */
int listen_on(const char *address, struct err *err);
/* The port it has. */
int listen_port(int fd);
