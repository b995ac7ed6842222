/* compress.h -- pages go out compressed to whoever asks: a slow line is the rule in a car outside a patient's home. */
#pragma once
#include "web/request.h"

/* gzip of req->out when the client takes it, the reply is text of more than one packet, and nobody can hide a guess in it (errors that
 * repeat what was typed stay plain). */
void compress_reply(struct request *req);
