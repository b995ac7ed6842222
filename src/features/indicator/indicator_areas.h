/* indicator_areas.h -- inside the feature: the areas that a table has a row for, and what is counted in them. */
#pragma once
#include "features/area/area.h"
#include "features/report/report.h"

/* The municipalities, wards or prefectures directly below the asked area; the area itself where there is nothing below. */
struct indicator_areas {
    struct area *items;
    size_t count;
};
bool indicator_areas_read(const struct report_query *q, struct indicator_areas *ret, struct err *err);
/* The row in which a place of this path is counted; count when in none. */
size_t indicator_area_at(const struct indicator_areas *areas, const char *path);

enum { INDICATOR_UNKNOWN = -1 };
struct measure {
    const char *key, *label, *unit;
    /* Entries by area: path and count.  $1 is the path of the asked area. */
    const char *sql;
    /* 1 when anything of the kind was ever imported for the prefecture whose code begins with $1: otherwise nothing is known. */
    const char *known;
    const char *drill; /* of /facilities, behind area=CODE&; NULL: no list shows them */
    bool by_people;    /* also for so many people of 65 and over */
};
/* One number for each area, INDICATOR_UNKNOWN where nothing is known. */
bool measure_count(const struct report_query *q, const struct measure *m, const struct indicator_areas *areas, long long **ret, struct err *err);
/* The figure with the address that opens it. */
struct cell measure_cell(const struct report_query *q, const struct measure *m, const struct area *area, long long n);

/* The newest population of 65 and over, not of a year after `year`; INDICATOR_UNKNOWN without. */
struct population {
    long long count;
    long year;
    const char *source;
};
bool population_find(struct db *db, const char *area_code, long year, struct arena *a, struct population *ret, struct err *err);
/* renkei import population FILE.csv */
int import_population_command(const struct config *config, int argc, char **argv);
