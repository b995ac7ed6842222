#include "features/demo/demo_plan.h"

#include <stdlib.h>

/* splitmix64 (Steele, Lea, Flood 2014) */
uint64_t chance_next(struct chance *c)
{
    uint64_t z = (c->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t chance_below(struct chance *c, size_t n)
{
    return n ? (size_t)(chance_next(c) % n) : 0;
}

size_t chance_weighted(struct chance *c, const int *weights, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    int at = (int)chance_below(c, (size_t)sum);
    for (size_t i = 0; i < count; i++) {
        at -= weights[i];
        if (at < 0)
            return i;
    }
    return count - 1;
}

struct date chance_business_day(struct chance *c, struct date first, struct date last)
{
    int days = date_days_between(first, last) + 1;
    for (int tries = 0; tries < 100; tries++) {
        struct date day = date_add_days(first, (int)chance_below(c, (size_t)days));
        if (date_is_business_day(day))
            return day;
    }
    return first;
}

struct remainder {
    size_t index;
    long rest;
};

static int larger_first(const void *x, const void *y)
{
    const struct remainder *a = x, *b = y;
    if (a->rest != b->rest)
        return a->rest < b->rest ? 1 : -1;
    return a->index < b->index ? -1 : 1;
}

void plan_apportion(long total, const int *weights, size_t count, long *parts, struct arena *a)
{
    long sum = 0, given = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    struct remainder *rest = NEW_ARRAY(a, count, struct remainder);
    for (size_t i = 0; i < count; i++) {
        parts[i] = total * weights[i] / sum;
        rest[i] = (struct remainder){i, total * weights[i] % sum};
        given += parts[i];
    }
    qsort(rest, count, sizeof *rest, larger_first);
    for (size_t i = 0; given < total; i++, given++)
        parts[rest[i].index]++;
}
