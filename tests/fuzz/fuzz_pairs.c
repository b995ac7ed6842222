/* fuzz_pairs.c -- bodies of strangers: whatever comes, the pairs are text within the limit, and a query reads back. */
#include "base/pairs.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT = 100 };

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void check(const struct pairs *p, struct arena *a)
{
    must(p->count <= LIMIT);
    for (size_t i = 0; i < p->count; i++) {
        must(text_is_utf8(p->items[i].name, strlen(p->items[i].name)) && *p->items[i].name);
        must(text_is_utf8(p->items[i].value, strlen(p->items[i].value)));
        (void)pairs_joined(p, p->items[i].name);
    }
    const char *query = pairs_query(p, a);
    struct pairs again;
    pairs_init(&again, a);
    must(pairs_parse_urlencoded(&again, query, strlen(query), LIMIT, NULL) && again.count == p->count);
    for (size_t i = 0; i < p->count; i++)
        must(!strcmp(p->items[i].name, again.items[i].name) && !strcmp(p->items[i].value, again.items[i].value));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    auto_arena *a = arena_new();
    struct err err = {0};
    struct pairs form, json;
    pairs_init(&form, a);
    pairs_init(&json, a);
    if (pairs_parse_urlencoded(&form, (const char *)data, size, LIMIT, &err))
        check(&form, a);
    else
        must(!form.count && err.kind == ERR_INPUT);
    if (pairs_parse_json(&json, (const char *)data, size, LIMIT, &err))
        check(&json, a);
    else
        must(!json.count && err.kind == ERR_INPUT);
    return 0;
}
