/* facility_view.h -- what the templates of the directory show. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct facility_line {
    const char *id, *name, *service, *address, *phone, *capacity;
    bool is_listed;
};
struct facility_choice {
    const char *code, *label;
    bool chosen;
};
struct facility_list_view {
    const char *words, *area_code, *area_label, *attribution, *first_url, *next_url;
    const struct facility_choice *services, *areas;
    size_t service_count, area_count;
    const struct facility_line *lines;
    size_t count;
    long long total;
};
struct facility_fact {
    const char *label, *text;
    bool is_link, is_phone;
};
struct facility_show_view {
    const char *attribution, *imported;
    bool is_listed;
    const struct facility_fact *facts;
    size_t count;
    const struct facility_line *siblings; /* other services of the same office */
    size_t sibling_count;
    const char *panels; /* HTML of what other features know of the entry */
};
