#include "web/app.h"

#include "base/date.h"
#include "output/output_messages.h"
#include "store/store_messages.h"
#include "web/app_private.h"
#include "web/fragments.h"
#include "web/request.h"
#include "web/resource.h"
#include "web/stream_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GENERAL_SENTENCE "処理できませんでした。時間をおいて、もう一度お試しください。続くときは管理者に知らせてください。"

/* The first pages of some twenty rooms, as pages and for the API. */
enum { FRAGMENT_BYTES = 3 << 20 };

static size_t feature_count(const struct feature *const *features)
{
    size_t n = 0;
    while (features[n])
        n++;
    return n;
}

static void list_all(struct app *app)
{
    size_t n = feature_count(app->features);
    app->all = NEW_ARRAY(app->arena, n + 2, const struct feature *);
    app->all[0] = &web_feature;
    memcpy(app->all + 1, app->features, n * sizeof *app->all);
}

static int by_key(const void *x, const void *y)
{
    return strcmp(((const struct message *)x)->key, ((const struct message *)y)->key);
}

static void index_messages(struct app *app)
{
    size_t n = store_message_count + output_message_count, at = 0;
    for (const struct feature **f = app->all; *f; f++)
        n += (*f)->message_count;
    struct message *all = NEW_ARRAY(app->arena, n, struct message);
    for (const struct feature **f = app->all; *f; f++)
        for (size_t i = 0; i < (*f)->message_count; i++)
            all[at++] = (*f)->messages[i];
    for (size_t i = 0; i < store_message_count; i++)
        all[at++] = (struct message){store_messages[i].key, store_messages[i].sentence};
    for (size_t i = 0; i < output_message_count; i++)
        all[at++] = (struct message){output_messages[i].key, output_messages[i].sentence};
    qsort(all, n, sizeof *all, by_key);
    app->messages = all;
    app->message_count = n;
}

static int by_order(const void *x, const void *y)
{
    const struct menu_item *a = *(const struct menu_item *const *)x, *b = *(const struct menu_item *const *)y;
    return (a->order > b->order) - (a->order < b->order);
}

static void order_menu(struct app *app)
{
    size_t n = 0;
    for (const struct feature **f = app->all; *f; f++)
        n += (*f)->menu_count;
    app->menu = NEW_ARRAY(app->arena, n + 1, const struct menu_item *);
    for (const struct feature **f = app->all; *f; f++)
        for (size_t i = 0; i < (*f)->menu_count; i++)
            app->menu[app->menu_count++] = &(*f)->menu[i];
    qsort(app->menu, n, sizeof *app->menu, by_order);
}

static bool add_routes(struct router *r, const struct route *routes, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!router_add(r, &routes[i], err))
            return false;
    return true;
}

/* A feature's own routes come first: they may stand in for one of its resource's. */
static bool add_feature(struct app *app, const struct feature *f, struct err *err)
{
    if (!add_routes(app->router, f->routes, f->route_count, err))
        return false;
    for (size_t i = 0; i < f->resource_count; i++) {
        size_t n = 0;
        const struct route *routes = resource_routes(f->resources[i], app->arena, &n);
        for (size_t k = 0; k < n; k++) {
            unsigned allowed = 0;
            const struct route *taken = router_match(app->router, routes[k].method, routes[k].path, NULL, &allowed);
            if (taken && !strcmp(taken->path, routes[k].path))
                continue;
            if (!router_add(app->router, &routes[k], err))
                return false;
        }
    }
    return true;
}

static bool key_make(struct app *app, const char *path, struct err *err)
{
    randombytes_buf(app->key, sizeof app->key);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_INPUT, "app.key_file", "%s: %s", path, strerror(errno));
    bool written = write(fd, app->key, sizeof app->key) == sizeof app->key && !fsync(fd);
    if (close(fd) || !written) {
        unlink(path);
        return err_set(err, ERR_STORE_AWAY, "app.key_file", "%s: %s", path, strerror(errno));
    }
    return true;
}

/* Without a file (specs) the key lives as long as the program. */
static bool key_read(struct app *app, const char *path, struct err *err)
{
    if (!path || !*path) {
        randombytes_buf(app->key, sizeof app->key);
        return true;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return key_make(app, path, err);
    if (fd < 0)
        return err_set(err, ERR_INPUT, "app.key_file", "%s: %s", path, strerror(errno));
    char more;
    bool whole = read(fd, app->key, sizeof app->key) == sizeof app->key && read(fd, &more, 1) == 0;
    close(fd);
    return whole || err_set(err, ERR_INPUT, "app.key_file", "%s: want 32 bytes", path);
}

static const char *host_of(const char *url, struct arena *a)
{
    const char *host = url ? strstr(url, "://") : NULL;
    host = host ? host + 3 : "";
    return arena_strndup(a, host, strcspn(host, "/"));
}

/* Scheme, host and port only: anything else in the setting would write a policy of its own. */
static bool is_origin(const char *s)
{
    static const char scheme[] = "https://";
    size_t size = sizeof scheme - 1;
    return s && !strncmp(s, scheme, size) && s[size] &&
           !s[size + strspn(s + size, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:")];
}

static const char *policy(const struct app *app)
{
    const char *tiles = app->config->tile_host;
    return arena_printf(app->arena,
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:%s%s; connect-src 'self'; "
                        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; font-src 'self'; manifest-src 'self'",
                        is_origin(tiles) ? " " : "", is_origin(tiles) ? tiles : "");
}

struct app *app_new(const struct config *config, struct store *store, const struct feature *const *features, struct err *err)
{
    struct app *app = xcalloc(1, sizeof *app);
    app->arena = arena_new();
    app->config = config;
    app->features = features;
    atomic_store(&app->store, store);
    list_all(app);
    index_messages(app);
    order_menu(app);
    app->router = router_new(app->arena);
    app->streams = stream_hub_new(app);
    app->fragments = fragments_new(FRAGMENT_BYTES);
    app->base_host = host_of(config->base_url, app->arena);
    app->content_security_policy = policy(app);
    bool ok = sodium_init() >= 0 && key_read(app, config->secret_key_file, err);
    for (const struct feature **f = app->all; ok && *f; f++)
        ok = add_feature(app, *f, err);
    if (ok)
        return app;
    app_free(app);
    return NULL;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    stream_hub_free(app->streams);
    fragments_free(app->fragments);
    sodium_memzero(app->key, sizeof app->key);
    arena_free(app->arena);
    free(app);
}

const struct config *app_config(const struct app *app)
{
    return app->config;
}

struct store *app_store(const struct app *app)
{
    return atomic_load(&app->store);
}

void app_set_store(struct app *app, struct store *store)
{
    atomic_store(&app->store, store);
}

const struct feature *const *app_features(const struct app *app)
{
    return app->features;
}

const unsigned char *app_key(const struct app *app)
{
    return app->key;
}

const struct route *const *app_routes(const struct app *app, size_t *ret_count)
{
    return router_all(app->router, ret_count);
}

bool app_knows_message(const struct app *app, const char *key)
{
    const struct message wanted = {.key = key};
    return bsearch(&wanted, app->messages, app->message_count, sizeof *app->messages, by_key);
}

const char *app_message(const struct app *app, const char *key)
{
    const struct message wanted = {.key = key ? key : ""};
    const struct message *found = bsearch(&wanted, app->messages, app->message_count, sizeof *app->messages, by_key);
    return found ? found->sentence : GENERAL_SENTENCE;
}

static const char *sentence_in(const struct feature *f, const char *key)
{
    for (size_t i = 0; i < f->message_count; i++)
        if (!strcmp(f->messages[i].key, key))
            return f->messages[i].sentence;
    return NULL;
}

static const char *sentence_of_floors(const char *key)
{
    for (size_t i = 0; i < store_message_count; i++)
        if (!strcmp(store_messages[i].key, key))
            return store_messages[i].sentence;
    for (size_t i = 0; i < output_message_count; i++)
        if (!strcmp(output_messages[i].key, key))
            return output_messages[i].sentence;
    return sentence_in(&web_feature, key);
}

const char *feature_message(const struct feature *const *features, const char *key)
{
    const char *found = NULL;
    for (; key && !found && features && *features; features++)
        found = sentence_in(*features, key);
    if (key && !found)
        found = sentence_of_floors(key);
    return found ? found : GENERAL_SENTENCE;
}

struct migration_list app_migrations(const struct feature *const *features, struct arena *a)
{
    size_t n = feature_count(features) + 2;
    const struct migration **tables = NEW_ARRAY(a, n, const struct migration *);
    size_t *counts = NEW_ARRAY(a, n, size_t);
    tables[0] = store_migrations;
    counts[0] = store_migration_count;
    tables[1] = web_feature.migrations;
    counts[1] = web_feature.migration_count;
    for (size_t i = 2; i < n; i++) {
        tables[i] = features[i - 2]->migrations;
        counts[i] = features[i - 2]->migration_count;
    }
    return (struct migration_list){tables, counts, n};
}

bool app_migrate(struct store *store, const struct feature *const *features, struct err *err)
{
    auto_arena *a = arena_new();
    struct migration_list m = app_migrations(features, a);
    return store_migrate(store, m.tables, m.counts, m.count, err);
}

void today_add(struct today_list *list, struct today_item item)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        struct today_item *items = NEW_ARRAY(list->arena, room, struct today_item);
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
}

void search_add(struct search_results *list, struct search_result result)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        struct search_result *items = NEW_ARRAY(list->arena, room, struct search_result);
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = result;
}
