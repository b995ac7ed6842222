#include "web/asset.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *name, const void *asset)
{
    return strcmp(name, ((const struct asset *)asset)->name);
}

static const struct asset *find(const char *name)
{
    return asset_count ? bsearch(name, assets, asset_count, sizeof *assets, by_name) : NULL;
}

/* Only files of the program have an address of their own, so what is not found is a page's misspelling and gives 404. */
const char *asset_url(const char *name)
{
    const struct asset *found = find(name);
    return found ? found->address : "/assets/missing";
}

const struct asset *asset_at(const char *path, bool *ret_immutable)
{
    static const char folder[] = "/assets/";
    *ret_immutable = false;
    if (strncmp(path, folder, sizeof folder - 1))
        return NULL;
    const struct asset *plain = find(path + sizeof folder - 1);
    for (size_t i = 0; !plain && i < asset_count; i++)
        if (!strcmp(assets[i].address, path)) {
            *ret_immutable = true;
            return &assets[i];
        }
    return plain;
}
