/* stream.h -- server-sent events: live progress, live timeline. */
#pragma once
#include "web/request.h"

/* Turns the reply into a stream on `topic` ("job/ID").  Used by ROUTE_STREAM handlers after they checked the right to listen. */
bool stream_open(struct request *req, const char *topic);
/* Tells the listener that stream_open just made, and nobody else, what it missed. */
void stream_tell(struct request *req, const char *event, const char *data);
/* Sends one event to every listener of the topic on this node.  `data` is one line. */
void stream_send(struct app *app, const char *topic, const char *event, const char *data);
