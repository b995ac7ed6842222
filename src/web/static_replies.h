/* static_replies.h -- what the loop threads answer by themselves: assets, /healthz, and refusals that must not wait for a worker.
 */
#pragma once
#include "web/app.h"

#include <microhttpd.h>

enum fixed_reply { REPLY_HEALTHY, REPLY_BAD_REQUEST, REPLY_METHOD, REPLY_BUSY, REPLY_NO_ASSET, REPLY__COUNT };

struct static_replies;
struct static_replies *static_replies_new(bool secure);
void static_replies_free(struct static_replies *s);
enum MHD_Result static_reply(const struct static_replies *s, struct MHD_Connection *c, enum fixed_reply which);
enum MHD_Result static_asset(const struct static_replies *s, struct MHD_Connection *c, const char *path);
