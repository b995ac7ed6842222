/* demo_plan.h -- chance that is the same each time, and totals spread over wards. */
#pragma once
#include "base/arena.h"
#include "base/date.h"

#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};
uint64_t chance_next(struct chance *c);
size_t chance_below(struct chance *c, size_t n);                                     /* 0..n-1 */
size_t chance_weighted(struct chance *c, const int *weights, size_t count);          /* index by weight */
struct date chance_business_day(struct chance *c, struct date first, struct date last);

/* Splits `total` over `count` parts in proportion to the weights (largest remainder): the parts sum to the total. */
void plan_apportion(long total, const int *weights, size_t count, long *parts, struct arena *a);
