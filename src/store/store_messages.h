/* store_messages.h -- the sentences of the store's own errors: what is wrong and what to do. */
#pragma once
#include <stddef.h>

struct store_message {
    const char *key, *sentence;
};
extern const struct store_message store_messages[];
extern const size_t store_message_count;
