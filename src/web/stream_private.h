/* stream_private.h -- the server's side of web/stream.h: listeners by topic. */
#pragma once
#include "web/stream.h"

#include <sys/types.h>

struct stream_hub;
struct stream; /* one listener */

struct stream_hub *stream_hub_new(struct app *app);
void stream_hub_free(struct stream_hub *hub); /* every stream must have ended */

/* `sleep` is called when there is nothing to send, `wake` when there is again, always in turn and under the hub's lock: they
 * suspend and resume the connection and nothing else. */
void stream_attach(struct stream *s, void (*sleep)(void *arg), void (*wake)(void *arg), void *arg);
/* Takes at most `room` bytes.  0: nothing now, the stream counts as asleep; -1: the stream is over. */
ssize_t stream_take(struct stream *s, char *to, size_t room);
/* The listener left. */
void stream_close(struct stream *s);
/* A comment line to every listener that has nothing else to read. */
void stream_heartbeat(struct stream_hub *hub);
/* Ends every stream after what it still has. */
void stream_end_all(struct stream_hub *hub);
