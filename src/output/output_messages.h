/* output_messages.h -- the sentences behind the error keys of this floor. */
#pragma once
#include <stddef.h>

struct output_message {
    const char *key, *sentence; /* what is wrong and what to do */
};
extern const struct output_message output_messages[];
extern const size_t output_message_count;
/* "" when the key is not of this floor. */
const char *output_message_find(const char *key);
