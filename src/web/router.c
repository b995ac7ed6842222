#include "web/router.h"

#include <string.h>

enum { METHODS = DELETE + 1, DEEPEST = 16 };

struct node {
    const char *word; /* not NUL-terminated at the segment's end: `size` characters */
    size_t size;
    struct node *first, *next; /* children, in the order of their words; its own neighbour */
    struct node *named;        /* the child for ":name" */
    const struct route *routes[METHODS];
};

struct router {
    struct arena *arena;
    struct node root;
    const struct route **all;
    size_t count, room;
};

struct router *router_new(struct arena *a)
{
    struct router *r = NEW(a, struct router);
    r->arena = a;
    return r;
}

static int order(const char *x, size_t n, const struct node *node)
{
    int by_text = memcmp(x, node->word, n < node->size ? n : node->size);
    return by_text ? by_text : (n > node->size) - (n < node->size);
}

static struct node *child(struct router *r, struct node *parent, const char *word, size_t size)
{
    struct node **at = *word == ':' ? &parent->named : &parent->first;
    while (*word != ':' && *at && order(word, size, *at) > 0)
        at = &(*at)->next;
    if (*at && (*word == ':' || !order(word, size, *at)))
        return *at;
    struct node *made = NEW(r->arena, struct node);
    made->word = word;
    made->size = size;
    made->next = *at;
    *at = made;
    return made;
}

static void remember(struct router *r, const struct route *route)
{
    if (r->count == r->room) {
        size_t room = r->room ? r->room * 2 : 64;
        const struct route **all = NEW_ARRAY(r->arena, room, const struct route *);
        if (r->count)
            memcpy(all, r->all, r->count * sizeof *all);
        r->all = all;
        r->room = room;
    }
    r->all[r->count++] = route;
}

bool router_add(struct router *r, const struct route *route, struct err *err)
{
    struct node *node = &r->root;
    for (const char *at = route->path; *at;) {
        at += *at == '/';
        size_t size = strcspn(at, "/");
        if (size)
            node = child(r, node, at, size);
        at += size;
    }
    if (node->routes[route->method])
        return err_set(err, ERR_BROKEN, "router.twice", "%d %s", (int)route->method, route->path);
    node->routes[route->method] = route;
    remember(r, route);
    return true;
}

struct trail {
    const char *values[DEEPEST];
    size_t sizes[DEEPEST];
    size_t count;
};

static const struct node *fixed_child(const struct node *parent, const char *word, size_t size)
{
    for (const struct node *n = parent->first; n; n = n->next) {
        int by_text = order(word, size, n);
        if (!by_text)
            return n;
        if (by_text < 0)
            break;
    }
    return NULL;
}

/* A node is a hit when it has the method; what else it has is noted on the way. */
static const struct route *walk(const struct node *node, const char *at, enum http_method method, struct trail *trail,
                                unsigned *allowed)
{
    at += *at == '/';
    size_t size = strcspn(at, "/");
    if (!size) {
        for (unsigned m = 0; !*at && m < METHODS; m++)
            *allowed |= node->routes[m] ? 1u << m : 0;
        return *at ? NULL : node->routes[method];
    }
    const struct node *fixed = fixed_child(node, at, size);
    const struct route *found = fixed ? walk(fixed, at + size, method, trail, allowed) : NULL;
    if (found || !node->named || trail->count == DEEPEST)
        return found;
    trail->values[trail->count] = at;
    trail->sizes[trail->count++] = size;
    found = walk(node->named, at + size, method, trail, allowed);
    trail->count -= !found;
    return found;
}

/* The names stand in the route's own path; the tree only knows where they are. */
static void add_params(const struct route *route, const struct trail *trail, struct pairs *params)
{
    size_t i = 0;
    for (const char *at = strchr(route->path, ':'); at && i < trail->count; at = strchr(at, ':'), i++) {
        at++;
        size_t size = strcspn(at, "/");
        pairs_add(params, arena_strndup(params->arena, at, size),
                  arena_strndup(params->arena, trail->values[i], trail->sizes[i]));
    }
}

const struct route *router_match(const struct router *r, enum http_method method, const char *path, struct pairs *params,
                                 unsigned *ret_allowed)
{
    struct trail trail = {.count = 0};
    unsigned allowed = 0;
    const struct route *found = *path == '/' ? walk(&r->root, path, method, &trail, &allowed) : NULL;
    if (found && params)
        add_params(found, &trail, params);
    if (!found)
        *ret_allowed = allowed;
    return found;
}

const struct route *const *router_all(const struct router *r, size_t *ret_count)
{
    *ret_count = r->count;
    return r->all;
}
