/* demo_words.h -- visibly invented names and everyday sentences of a consultation room. */
#pragma once
#include <stddef.h>

struct demo_name {
    const char *name, *kana;
};
extern const struct demo_name demo_surnames[], demo_given_names[];
extern const size_t demo_surname_count, demo_given_name_count;

struct demo_topic {
    const char *content, *second; /* consultation_content codes; second may be "" */
    const char *scene, *summary, *answer;
};
extern const struct demo_topic demo_topics[];
extern const size_t demo_topic_count;
