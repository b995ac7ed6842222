#include "web/serve.h"

#include "base/log.h"
#include "web/app.h"
#include "web/job.h"
#include "web/server.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { RETRY_SECONDS = 2 };

struct service {
    const struct config *config;
    const struct feature *const *features;
    struct app *app;
    struct store *store;
    sigset_t ends; /* signals that end the program */
    pthread_t opener;
    bool opening; /* the opener runs: the store was away at the start */
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool stopping;
};

/* Tells systemd (Type=notify); without it nothing happens. */
static void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof to.sun_path)
        return;
    memcpy(to.sun_path, path, strlen(path) + 1);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (*path == '@')
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (sendto(fd, state, strlen(state), 0, (const struct sockaddr *)&to, size) < 0)
        log_event(LOG_WARN, "notify", "errno=%d", errno);
    close(fd);
}

static int complain(const struct service *s, const struct err *err)
{
    fprintf(stderr, "%s\n", feature_message(s->features, err->message));
    log_event(LOG_ERROR, "serve", "error=%s detail=\"%s\"", err->message, err->detail);
    return err_exit_code(err->kind);
}

static bool open_store(struct service *s, struct err *err)
{
    struct store *store = store_open(s->config->data, err);
    if (!store)
        return false;
    if (app_migrate(store, s->features, err)) {
        s->store = store;
        return true;
    }
    store_close(store);
    return false;
}

static bool wait_to_retry(struct service *s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RETRY_SECONDS;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping && pthread_cond_timedwait(&s->stop, &s->lock, &until) != ETIMEDOUT)
        ;
    bool go_on = !s->stopping;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

static void *open_later(void *arg)
{
    struct service *s = arg;
    struct err err;
    while (wait_to_retry(s)) {
        err = (struct err){0};
        if (open_store(s, &err)) {
            log_event(LOG_INFO, "store.back", "the store answers");
            app_set_store(s->app, s->store);
            return NULL;
        }
        if (err.kind != ERR_STORE_AWAY)
            complain(s, &err);
    }
    return NULL;
}

static void start_opener(struct service *s)
{
    log_event(LOG_WARN, "store.away", "trying again every %d s", RETRY_SECONDS);
    s->opening = !pthread_create(&s->opener, NULL, open_later, s);
}

static void stop_opener(struct service *s)
{
    if (!s->opening)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->stop);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->opener, NULL);
}

static void announce(const struct service *s, int port)
{
    const char *listen = s->config->listen, *colon = strrchr(listen, ':');
    printf("http://%.*s:%d/\n", colon ? (int)(colon - listen) : 0, listen, port);
    fflush(stdout);
    notify("READY=1\n");
}

/* Signals stay blocked in every thread and are waited for in this one. */
static int serve_until_signal(struct service *s)
{
    struct err err = {0};
    struct server *server = server_start(s->app, &err);
    if (!server)
        return complain(s, &err);
    if (!s->store)
        start_opener(s);
    struct job_runner *jobs = job_runner_start(s->app);
    announce(s, server_port(server));
    int signal = 0;
    sigwait(&s->ends, &signal);
    notify("STOPPING=1\n");
    stop_opener(s);
    job_runner_stop(jobs);
    if (!server_stop(server))
        _exit(0);
    return 0;
}

int serve(const struct config *config, const struct feature *const *features)
{
    struct service s = {
        .config = config, .features = features, .lock = PTHREAD_MUTEX_INITIALIZER, .stop = PTHREAD_COND_INITIALIZER};
    struct err err = {0};
    sigemptyset(&s.ends);
    sigaddset(&s.ends, SIGTERM);
    sigaddset(&s.ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &s.ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a full disk, told to whoever saves; not the end of the program */
    if (!open_store(&s, &err) && err.kind != ERR_STORE_AWAY)
        return complain(&s, &err);
    err = (struct err){0};
    s.app = app_new(config, s.store, features, &err);
    int code = s.app ? serve_until_signal(&s) : complain(&s, &err);
    app_free(s.app);
    store_close(s.store);
    return code;
}
