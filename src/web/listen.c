#include "web/listen.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, SYSTEMD_FIRST_FD = 3 };

static int handed_over(void)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    if (!pid || !count || atol(pid) != (long)getpid() || atoi(count) != 1)
        return -1;
    fcntl(SYSTEMD_FIRST_FD, F_SETFD, FD_CLOEXEC);
    return SYSTEMD_FIRST_FD;
}

static struct addrinfo *resolve(const char *address)
{
    const char *colon = strrchr(address, ':');
    if (!colon)
        return NULL;
    char host[256];
    bool bracket = *address == '[' && colon > address && colon[-1] == ']';
    snprintf(host, sizeof host, "%.*s", (int)(colon - address) - 2 * bracket, address + bracket);
    struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV},
                    *found = NULL;
    bool any = !*host || !strcmp(host, "*");
    return getaddrinfo(any ? NULL : host, colon + 1, &wanted, &found) ? NULL : found;
}

static int open_socket(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol), on = 1;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!bind(fd, at->ai_addr, at->ai_addrlen) && !listen(fd, BACKLOG))
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

int listen_on(const char *address, struct err *err)
{
    int fd = handed_over();
    if (fd >= 0)
        return fd;
    struct addrinfo *found = resolve(address);
    errno = EINVAL;
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = open_socket(at);
    if (fd < 0)
        err_set(err, ERR_INPUT, "web.listen", "%s: %s", address, strerror(errno));
    if (found)
        freeaddrinfo(found);
    return fd;
}

int listen_port(int fd)
{
    struct sockaddr_storage at = {0};
    socklen_t size = sizeof at;
    if (getsockname(fd, (struct sockaddr *)&at, &size))
        return 0;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&at;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&at;
    return ntohs(at.ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}
