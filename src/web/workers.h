/* workers.h -- threads that run requests and may wait; made when needed, each with its arena and its store connection.
 *
 * A thread more is made when none is free and either there are few or the first in the queue has waited a millisecond: then the
 * others are waiting for the disk, and more waiters make larger groups. */
#pragma once
#include "web/exchange.h"

struct workers;
/* `run` gets each exchange once. */
struct workers *workers_new(struct app *app, int most, void (*run)(struct exchange *x, struct arena *a));
/* False when too many wait already. */
bool workers_add(struct workers *w, struct exchange *x);
/* Ends the threads after the queue is empty. */
void workers_free(struct workers *w);
