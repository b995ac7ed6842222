#include "features/keeping/keeping.h"

#include "base/arena.h"
#include "base/count.h"
#include "features/feature_list.h"
#include "store/audit.h"
#include "web/app.h"

#include <stdio.h>
#include <string.h>

static int failed(const struct err *err)
{
    fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err->message), err->detail);
    return err_exit_code(err->kind);
}

/* Opens and brings up to date; NULL with the exit code.  app_new makes the key file when there is none. */
static struct store *open_migrated(const struct config *config, int *ret_code)
{
    struct err err = {0};
    struct store *store = store_open(config->data, &err);
    if (store && app_migrate(store, features, &err)) {
        struct app *app = app_new(config, store, features, &err);
        if (app) {
            app_free(app);
            return store;
        }
    }
    *ret_code = failed(&err);
    store_close(store);
    return NULL;
}

static bool make_demo(struct store *store, struct err *err)
{
    for (const struct feature *const *f = features; *f; f++) {
        if (!(*f)->demo)
            continue;
        fprintf(stderr, "renkei: demo data of %s\n", (*f)->name);
        if (!(*f)->demo(store, err))
            return false;
    }
    return true;
}

static int run_init(const struct config *config, int argc, char **argv)
{
    struct err err = {0};
    int code = 0;
    bool demo = argc == 1 && !strcmp(argv[0], "--demo");
    if (argc > 1 || (argc == 1 && !demo)) {
        fprintf(stderr, "usage: renkei init [--demo]\n");
        return 2;
    }
    struct store *store = open_migrated(config, &code);
    if (!store)
        return code;
    if (demo && !make_demo(store, &err))
        code = failed(&err);
    else
        printf("%s\n", store_url_masked(store));
    store_close(store);
    return code;
}

static int run_migrate(const struct config *config, int argc, char **argv)
{
    int code = 0;
    (void)argv;
    if (argc) {
        fprintf(stderr, "usage: renkei migrate\n");
        return 2;
    }
    store_close(open_migrated(config, &code));
    return code;
}

static int run_verify(const struct config *config, int argc, char **argv)
{
    struct err err = {0};
    struct audit_report report;
    auto_arena *a = arena_new();
    (void)argv;
    if (argc) {
        fprintf(stderr, "usage: renkei verify\n");
        return 2;
    }
    struct store *store = store_open(config->data, &err);
    if (!store || !audit_verify(store, a, &report, &err)) {
        store_close(store);
        return failed(&err);
    }
    store_close(store);
    printf("entries %lld\nhead %s\n", report.entries, report.head);
    if (report.broken_seq) {
        printf("BROKEN at %lld: %s\n", report.broken_seq, report.reason);
        return 1;
    }
    printf("OK\n");
    return 0;
}

static const struct command commands[] = {
    {"init", "[--demo]", "make the store and the key file; with --demo fill it with invented records", run_init},
    {"migrate", "", "bring the store up to this program's version", run_migrate},
    {"verify", "", "check the audit trail's chain from its first entry to its last", run_verify},
};

const struct feature keeping_feature = {
    .name = "keeping",
    .commands = commands, .command_count = COUNT(commands),
};
