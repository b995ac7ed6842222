/* demo_world.h -- the rooms that the demo fills and how it writes into them. */
#pragma once
#include "features/demo/demo_plan.h"
#include "features/organization/organization.h"
#include "store/store.h"
#include "web/resource.h"

enum { DEMO_BATCH = 400 /* records in one transaction */ };

struct demo_room {
    struct office office;
    const char *user_id; /* the ward's coordinator */
    int seq;             /* 0.. in the order of area codes */
    int weight;          /* share of the city's work */
};
struct demo_world {
    struct store *store;
    struct arena *arena;
    struct demo_room *rooms;
    size_t room_count;
    struct chance chance;
};

/* Makes the n-th record of a batch in `row` (cleared).  Head's office, area and id are already set. */
typedef void demo_make_fn(struct demo_world *w, const struct demo_room *room, void *plan, long n, void *row);
/* Writes `count` records of the resource for the room, DEMO_BATCH to a transaction. */
bool demo_write(struct demo_world *w, const struct demo_room *room, const struct resource *resource, long count, demo_make_fn *make, void *plan,
                struct err *err);
/* id of a record whose work happened on `day` at `minute`; the same each time. */
const char *demo_id(struct demo_world *w, struct date day, int minute);
const char *demo_datetime(struct demo_world *w, struct date day, int minute);

/* How much of a year's total falls in it: 12 months of the printed years, fewer of the running one. */
struct demo_year {
    struct date first, last;
    int fiscal_year;
};
long demo_share(const struct demo_year *year, long total);
bool demo_consultations(struct demo_world *w, const struct demo_year *year, struct err *err);
bool demo_gatherings(struct demo_world *w, const struct demo_year *year, struct err *err);
bool demo_activities(struct demo_world *w, const struct demo_year *year, struct err *err);
/* The monthly forms from April 2024 on: accepted but for the newest month, which is on its way; the first room's is still to be done. */
bool demo_submissions(struct demo_world *w, struct err *err);
/* A handful of records of the last days for the first room. */
bool demo_recent(struct demo_world *w, struct err *err);
