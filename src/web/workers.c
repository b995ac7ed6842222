#include "web/workers.h"

#include "web/app_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { ALWAYS_WELCOME = 4, QUEUE_AT_MOST = 8192, STACK = 512 * 1024, IDLE_SECONDS = 60, PATIENCE_US = 1000 };

struct workers {
    struct app *app;
    void (*run)(struct exchange *x, struct arena *a);
    pthread_mutex_t lock;
    pthread_cond_t work, gone;
    struct exchange *first, **last;
    int queued, idle, count, most;
    bool ending;
};

static struct exchange *take(struct workers *w)
{
    struct exchange *x = w->first;
    if (!x)
        return NULL;
    w->first = x->next;
    if (!w->first)
        w->last = &w->first;
    w->queued--;
    atomic_store_explicit(&w->app->metrics.queued, w->queued, memory_order_relaxed);
    return x;
}

/* With the lock held.  NULL: nothing came for a while, or the end. */
static struct exchange *wait_for_work(struct workers *w)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_SECONDS;
    w->idle++;
    while (!w->first && !w->ending)
        if (pthread_cond_timedwait(&w->work, &w->lock, &until))
            break;
    w->idle--;
    return take(w);
}

static void *worker(void *arg)
{
    struct workers *w = arg;
    struct arena *a = arena_new();
    pthread_mutex_lock(&w->lock);
    for (struct exchange *x; (x = wait_for_work(w));) {
        pthread_mutex_unlock(&w->lock);
        w->run(x, a);
        arena_reset(a);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    if (app_store(w->app))
        store_reader_done(app_store(w->app));
    arena_free(a);
    pthread_mutex_lock(&w->lock);
    atomic_store_explicit(&w->app->metrics.workers, --w->count, memory_order_relaxed);
    pthread_cond_signal(&w->gone);
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct workers *workers_new(struct app *app, int most, void (*run)(struct exchange *x, struct arena *a))
{
    struct workers *w = xcalloc(1, sizeof *w);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->work, &monotonic);
    pthread_cond_init(&w->gone, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&w->lock, NULL);
    w->app = app;
    w->run = run;
    w->most = most;
    w->last = &w->first;
    return w;
}

static void add_thread(struct workers *w)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (!pthread_create(&thread, &attributes, worker, w))
        atomic_store_explicit(&w->app->metrics.workers, ++w->count, memory_order_relaxed);
    pthread_attr_destroy(&attributes);
}

static bool wants_thread(const struct workers *w, int64_t now)
{
    if (w->count >= w->most || w->queued <= w->idle)
        return false;
    return w->count < ALWAYS_WELCOME || now - w->first->queued > PATIENCE_US;
}

bool workers_add(struct workers *w, struct exchange *x)
{
    x->queued = monotonic_us();
    x->next = NULL;
    bool wake = false;
    pthread_mutex_lock(&w->lock);
    bool room = w->queued < QUEUE_AT_MOST && !w->ending;
    if (room) {
        *w->last = x;
        w->last = &x->next;
        w->queued++;
        atomic_store_explicit(&w->app->metrics.queued, w->queued, memory_order_relaxed);
        if (wants_thread(w, x->queued))
            add_thread(w);
        room = w->count > 0; /* not one thread could be made: the caller still owns the only exchange there is */
        if (!room)
            take(w);
        wake = room && w->idle;
    }
    pthread_mutex_unlock(&w->lock);
    /* After the lock is free, or the thread woken would run into it at once. */
    if (wake)
        pthread_cond_signal(&w->work);
    return room;
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_broadcast(&w->work);
    while (w->count)
        pthread_cond_wait(&w->gone, &w->lock);
    pthread_mutex_unlock(&w->lock);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->work);
    pthread_cond_destroy(&w->gone);
    free(w);
}
