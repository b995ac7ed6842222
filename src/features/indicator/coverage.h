/* coverage.h -- inside the feature: 届きやすさ, how far the nearest service of a kind is from the middle of each district, as a map and a table. */
#pragma once
#include "features/indicator/nearest.h"
#include "output/district_map.h"
#include "output/table.h"
#include "web/feature.h"

struct coverage {
    struct db *db;
    struct arena *arena;
    struct area area;                /* code "": the prefectures */
    const struct nearest_kind *kind;
    const char *date;                /* 令和6年11月30日(土) */
    bool is_hidden;                  /* the viewer does not see where entries lie */
    /* made by coverage_make */
    struct district_map map;
    struct table *table;
};
bool coverage_make(struct coverage *c, struct err *err);

handler_fn coverage_page; /* coverage_page.c */
