#include "web/stream.h"

#include "web/app_private.h"
#include "web/stream_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A listener that is this far behind is let go; its browser connects again and reads the page's state afresh. */
enum { BUCKETS = 1024, BEHIND_AT_MOST = 64 * 1024 };

/* So many listeners take 24 MB: from there on, until half of them are left, the store's writer keeps little. */
enum { MANY = 2000 };

struct stream {
    struct stream_hub *hub;
    struct stream *next;
    char *topic;
    struct buf waiting;
    void (*sleep)(void *arg), (*wake)(void *arg);
    void *arg;
    bool asleep, over;
};

struct stream_hub {
    pthread_mutex_t lock;
    struct app *app;
    struct store *lean; /* keeps little because of us, or NULL */
    struct stream *listeners[BUCKETS];
};

struct stream_hub *stream_hub_new(struct app *app)
{
    struct stream_hub *hub = xcalloc(1, sizeof *hub);
    pthread_mutex_init(&hub->lock, NULL);
    hub->app = app;
    return hub;
}

void stream_hub_free(struct stream_hub *hub)
{
    if (!hub)
        return;
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

static size_t bucket_of(const char *topic)
{
    size_t hash = 5381;
    while (*topic)
        hash = hash * 33 + (unsigned char)*topic++;
    return hash % BUCKETS;
}

/* With the lock held; neither waits. */
static void mind_memory(struct stream_hub *hub, int64_t open)
{
    if (!hub->lean && open >= MANY && app_store(hub->app)) {
        hub->lean = app_store(hub->app);
        store_lean_begin(hub->lean);
    } else if (hub->lean && open <= MANY / 2) {
        store_lean_end(hub->lean);
        hub->lean = NULL;
    }
}

bool stream_open(struct request *req, const char *topic)
{
    struct stream_hub *hub = req->app->streams;
    struct stream *s = xcalloc(1, sizeof *s);
    s->hub = hub;
    s->topic = xstrdup(topic);
    buf_text(&s->waiting, "retry: 3000\n\n");
    pthread_mutex_lock(&hub->lock);
    s->next = hub->listeners[bucket_of(topic)];
    hub->listeners[bucket_of(topic)] = s;
    mind_memory(hub, atomic_fetch_add(&hub->app->metrics.streams, 1) + 1);
    pthread_mutex_unlock(&hub->lock);
    req->transport->stream = s;
    req->status = 200;
    req->content_type = "text/event-stream";
    return true;
}

void stream_tell(struct request *req, const char *event, const char *data)
{
    struct stream *s = req->transport->stream;
    pthread_mutex_lock(&s->hub->lock);
    buf_printf(&s->waiting, "event: %s\ndata: %s\n\n", event, data);
    pthread_mutex_unlock(&s->hub->lock);
}

void stream_attach(struct stream *s, void (*sleep)(void *arg), void (*wake)(void *arg), void *arg)
{
    pthread_mutex_lock(&s->hub->lock);
    s->sleep = sleep;
    s->wake = wake;
    s->arg = arg;
    pthread_mutex_unlock(&s->hub->lock);
}

/* With the lock held. */
static void rouse(struct stream *s)
{
    if (s->asleep) {
        s->asleep = false;
        s->wake(s->arg);
    }
}

static void give(struct stream *s, const char *bytes, size_t size)
{
    if (s->waiting.size + size > BEHIND_AT_MOST)
        s->over = true;
    else
        buf_bytes(&s->waiting, bytes, size);
    rouse(s);
}

ssize_t stream_take(struct stream *s, char *to, size_t room)
{
    pthread_mutex_lock(&s->hub->lock);
    size_t n = s->waiting.size < room ? s->waiting.size : room;
    ssize_t taken = (ssize_t)n;
    if (n) {
        memcpy(to, s->waiting.data, n);
        memmove(s->waiting.data, s->waiting.data + n, s->waiting.size - n);
        buf_cut(&s->waiting, s->waiting.size - n);
        if (!s->waiting.size)
            buf_free(&s->waiting);
    } else if (s->over) {
        taken = -1;
    } else {
        s->asleep = true;
        s->sleep(s->arg);
    }
    pthread_mutex_unlock(&s->hub->lock);
    return taken;
}

void stream_close(struct stream *s)
{
    struct stream_hub *hub = s->hub;
    pthread_mutex_lock(&hub->lock);
    struct stream **at = &hub->listeners[bucket_of(s->topic)];
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    mind_memory(hub, atomic_fetch_sub(&hub->app->metrics.streams, 1) - 1);
    pthread_mutex_unlock(&hub->lock);
    buf_free(&s->waiting);
    free(s->topic);
    free(s);
}

void stream_send(struct app *app, const char *topic, const char *event, const char *data)
{
    struct stream_hub *hub = app->streams;
    auto_buf text = {0};
    buf_printf(&text, "event: %s\ndata: %s\n\n", event, data);
    pthread_mutex_lock(&hub->lock);
    for (struct stream *s = hub->listeners[bucket_of(topic)]; s; s = s->next)
        if (!strcmp(s->topic, topic))
            give(s, text.data, text.size);
    pthread_mutex_unlock(&hub->lock);
}

void stream_heartbeat(struct stream_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct stream *s = hub->listeners[i]; s; s = s->next)
            if (s->asleep)
                give(s, ":\n\n", 3);
    pthread_mutex_unlock(&hub->lock);
}

void stream_end_all(struct stream_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct stream *s = hub->listeners[i]; s; s = s->next) {
            s->over = true;
            rouse(s);
        }
    pthread_mutex_unlock(&hub->lock);
}
