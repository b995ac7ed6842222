#include "features/facility/facility_places.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int by_code(const void *x, const void *y)
{
    return strcmp(((const struct known_area *)x)->code, ((const struct known_area *)y)->code);
}

const struct known_area *place_by_code(const struct known_areas *areas, const char *code)
{
    const struct known_area wanted = {.code = code};
    return areas->count ? bsearch(&wanted, areas->items, areas->count, sizeof *areas->items, by_code) : NULL;
}

static bool is_prefecture(const struct known_area *x)
{
    return !strncmp(x->code + 2, "000", 3);
}

/* Also by its first two digits.  NULL without one. */
static const struct known_area *find_prefecture(const struct known_areas *areas, const char *text, bool at_start)
{
    for (size_t i = 0; *text && i < areas->count; i++) {
        const struct known_area *x = &areas->items[i];
        size_t n = strlen(x->folded);
        if (is_prefecture(x) && (at_start ? !strncmp(text, x->folded, n) : !strcmp(text, x->folded) || !strncmp(text, x->code, 2)))
            return x;
    }
    return NULL;
}

static bool is_better(const struct known_area *x, const struct known_area *best, const char *text)
{
    size_t n = strlen(x->folded);
    return !strncmp(text, x->folded, n) && (!best || n > strlen(best->folded));
}

static const struct known_area *longest(const struct known_areas *areas, const struct known_area *prefecture, const char *text)
{
    const struct known_area *best = NULL;
    bool twice = false;
    for (size_t i = 0; i < areas->count; i++) {
        const struct known_area *x = &areas->items[i];
        if (is_prefecture(x) || (prefecture && strncmp(x->code, prefecture->code, 2) != 0))
            continue;
        twice |= best && !strcmp(best->folded, x->folded) && is_better(x, NULL, text);
        if (is_better(x, best, text)) {
            best = x;
            twice = false;
        }
    }
    return twice ? NULL : best;
}

const struct known_area *place_by_address(const struct known_areas *areas, const char *prefecture, const char *address, struct arena *a)
{
    const char *text = text_fold(a, address), *county;
    const struct known_area *said = find_prefecture(areas, text, true);
    const struct known_area *within = said ? said : find_prefecture(areas, text_fold(a, prefecture), false);
    text += said ? strlen(said->folded) : 0;
    const struct known_area *found = longest(areas, within, text);
    if (!found && (county = strstr(text, "郡")) && county - text < 24)
        found = longest(areas, within, county + strlen("郡"));
    return found;
}
