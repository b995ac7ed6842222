/* coverage_view.h -- what coverage.html shows. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct coverage_choice {
    const char *code, *label;
    bool chosen;
};
struct coverage_file {
    const char *label, *url;
};
struct coverage_view {
    const struct coverage_choice *areas, *kinds;
    size_t area_count, kind_count;
    const struct coverage_file *files;
    size_t file_count;
    const char *wide, *narrow, *table; /* made by district_map_svg and table_write */
};
