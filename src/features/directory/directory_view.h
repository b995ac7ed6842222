/* directory_view.h -- what the templates of the directory show. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct directory_line {
    const char *url, *name, *kana, *service, *address, *phone, *phone_url, *reason;
    const char *facts; /* 24時間対応、看取り ... */
    const char *vacancy; /* ●受け入れできます、回答はきょう 9:15; "" */
    bool is_listed, is_open, is_stale, is_vacancy_old;
};
struct directory_choice {
    const char *code, *label;
    bool chosen;
};
struct directory_select {
    const char *name, *label, *any; /* any: label of no choice */
    const struct directory_choice *choices;
    size_t count;
};
struct directory_chip {
    const char *label, *remove_url;
};
/* For the script of the map; addresses keep the conditions. */
struct directory_map_view {
    const char *features, *wards, *entry, *tiles, *tiles_of, *bounds, *place, *css; /* bounds: west,south,east,north; place: longitude,latitude or "" */
};
struct directory_list_view {
    const struct directory_map_view *map; /* NULL: the list alone */
    const char *other_url, *other_label;  /* the same search as a map, or as a list */
    const char *action, *clear_url, *csrf, *words, *address, *place, *place_id, *problem, *problem_field, *count_words, *order_words, *sign_in_url;
    const struct directory_select *selects; size_t select_count;
    const struct directory_choice *checks;  size_t check_count;
    const struct directory_choice *procedures; size_t procedure_count;
    const char *const *advice; size_t advice_count; /* nothing found: what to try */
    const char *fold_label;         /* 条件でしぼる（2つ） */
    bool has_place, fold_open, more_open; /* more_open: a condition of the part folded once more is set */
    const char *metres, *day, *time;
    const struct directory_choice *distances; size_t distance_count;
    const struct directory_chip *chips; size_t chip_count;
    const struct directory_line *lines; size_t count;
    const char *previous_url, *next_url, *page_label, *panels; /* panels: HTML of what other features do with the list */
    const char *const *attributions; size_t attribution_count;
    bool searched;
};
struct directory_fact {
    const char *label, *text, *url; /* url: tel:, https: or "" */
};
struct directory_section {
    const char *title, *note;
    struct directory_fact *facts;
    size_t count;
};
struct directory_hour {
    const char *day, *hours;
    bool is_today;
};
struct directory_show_view {
    const char *reason, *imported, *edit_url, *history_url, *undelete_url, *csrf, *panels, *back_url;
    bool is_listed, is_stale;
    const struct directory_section *sections; size_t section_count;
    const struct directory_hour *hours; size_t hour_count;
    const struct directory_line *siblings; size_t sibling_count;
    const char *const *attributions; size_t attribution_count;
};
